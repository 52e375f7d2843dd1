"""Tempo and beat, heard: from the ticks of a MIDI clock, or from taps."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

TICKS, SIXTEENTH = 24, 6
"""Ticks in a beat (a quarter note) and in a sixteenth."""
QUICKEST, SLOWEST = 0.15, 3.0
"""Seconds from beat to beat: 400 to 20 beats a minute."""
MOST = 48
"""Ticks that a line is laid through: two beats."""
FEWEST = 12
"""As few where the tempo is changing."""
FEW = 4
"""Ticks in a row that tell what a tick out of place means."""
AWAY, SCATTERS = 0.25, 4.0
"""Of a tick's length, and of their scatter: a tick that is farther from the line is out of place."""
SELDOM = 480
"""Ticks between two that are lost or come twice, at least."""
RECENT, SURE = 6, 4.0
"""The line has to go through the middle of so many recent ticks, or be off by no more deviations than chance makes."""
SILENT = 0.5
"""Seconds without a tick after which the clock does not run."""
SHORTEST_TAP, LONGEST_TAP = 0.2, 2.0
"""Seconds between two taps that set a tempo: 300 to 30 beats a minute."""
TAPS = 4
"""Intervals between taps whose mean is the tempo."""
UNEVEN = 0.3
"""A tap that is earlier or later than the mean by this share of it begins another tempo."""


class Grid(NamedTuple):
    """Where the beats are."""

    at: float
    """Beat 0, s."""
    step: float
    """Seconds from beat to beat; 0: not known."""


class Tempo:
    """Takes what comes from outside with its time (s), says where the beats are.

    A line is laid through the last ticks, number against time (least squares). It goes through two beats of them and,
    where the last few show that the tempo has changed, through fewer. A tick out of place is set aside until some have
    followed: those that are on the line prove it to be a stray; those that are a whole number of ticks off it, that
    ticks were lost or came twice; any others are the beginning of another tempo. Where ticks seem to be lost or to come
    twice again and again, a driver hands them on in packets and all of them: then only their number counts.
    """

    def __init__(self) -> None:
        self._line: deque[tuple[int, float]] = deque(maxlen=MOST)
        """Number and time of the ticks that the line goes through."""
        self._aside: list[tuple[int, float]] = []
        self._number, self._at = -1, -math.inf
        """The last tick."""
        self._slope = 0.0
        """Seconds from tick to tick; 0: not known."""
        self._scatter = 0.0
        """Of the ticks about the line, s."""
        self._foot = 0, math.nan
        """A number, and the line's time there."""
        self._slip = -math.inf, 0
        """Before which tick some were last lost or came twice, and how many."""
        self._packets = False
        self._zero = 0
        """Number of the tick at which the song begins."""
        self._position: int | None = None
        """Where in the song the next tick is, as it has been said."""
        self._stopped: int | None = None
        """Where in the song it was stopped."""
        self._taps: list[float] = []
        self._tapped: Grid | None = None

    @property
    def grid(self) -> Grid | None:
        """Where the beats are now; None: nothing was heard."""
        if self._tapped is not None:
            return self._tapped
        if math.isnan(self._foot[1]):
            return None
        return Grid(self._time(self._zero) if self._slope else self._at, TICKS * self._slope)

    @property
    def tapped(self) -> bool:
        """Whether taps lead."""
        return self._tapped is not None

    def runs(self, now: float) -> bool:
        """Whether a clock ticks."""
        return now - self._at <= SILENT

    # A clock

    def tick(self, at: float) -> None:
        """A 24th of a beat has gone."""
        at = max(at, self._at)
        self._tapped, self._taps = None, []
        number = self._number + 1
        if at - self._at > SILENT:
            if self._slope:  # the sender has gone on meanwhile: which of its ticks is this?
                number = max(number, self._foot[0] + round((at - self._foot[1]) / self._slope))
            self._line.clear()
            self._aside = []
        self._number, self._at = number, at
        if self._position is not None:
            self._zero, self._position = number - self._position, None
        if self._is_away(number, at):
            self._aside.append((number, at))
            if len(self._aside) < FEW:
                return
            self._look_aside()
        else:
            self._aside = []
            self._line.append((number, at))
        self._fit()

    def begin(self, now: float) -> None:
        """Start: the next tick is beat 0 of the song."""
        self._place(0, now)

    def go_on(self, now: float) -> None:
        """Continue where it was stopped, or where the song was put meanwhile."""
        if self._stopped is not None:
            self._place(self._stopped, now)

    def stop(self) -> None:
        """Stop: the beats go on as they were."""
        if self._stopped is None:
            self._stopped = self._number + 1 - self._zero if self._position is None else self._position

    def put(self, sixteenths: int, now: float) -> None:
        """Song position: there it goes on; a song that is not stopped, with the next tick."""
        if self._stopped is None:
            self._place(SIXTEENTH * sixteenths, now)
        else:
            self._stopped = SIXTEENTH * sixteenths

    def _place(self, position: int, now: float) -> None:
        """The next tick is here in the song."""
        self._stopped, self._position = None, position
        if self.runs(now):
            self._zero = self._number + 1 - position

    def _is_away(self, number: int, at: float) -> bool:
        """Whether a tick is out of place."""
        if self._packets or not self._slope or len(self._line) < FEWEST:
            return False
        return abs(at - self._time(number)) > max(AWAY * self._slope, SCATTERS * self._scatter)

    def _time(self, number: int) -> float:
        return self._foot[1] + (number - self._foot[0]) * self._slope

    def _look_aside(self) -> None:
        """Some ticks in a row were out of place."""
        away = [(at - self._time(number)) / self._slope for number, at in self._aside]
        whole = round(sum(away) / len(away))
        if whole and max(abs(each - whole) for each in away) <= AWAY:
            if self._number - self._slip[0] < SELDOM:
                self._packets, whole = True, -self._slip[1]
                self._line.clear()
            self._slip = self._number, whole
            self._line.extend((number + whole, at) for number, at in self._aside)
            self._number += whole
        else:
            self._line.clear()
            self._line.extend(self._aside)
        self._aside = []

    def _fit(self) -> None:
        """Lay the line through as many of the last ticks as it fits."""
        line = list(self._line)
        foot, slope, left = fitted(line)
        while not self._packets and len(line) > FEWEST and bent(left):
            line = line[len(line) // 4 :]
            foot, slope, left = fitted(line)
        if len(line) < len(self._line):
            self._line = deque(line, MOST)
        if len(line) < FEW and self._slope:  # so few say where the line is, but not how steep
            number, at = line[-1]
            self._foot = number, at + sum(t - at - (n - number) * self._slope for n, t in line) / len(line)
            return
        self._foot = foot
        self._scatter = math.sqrt(sum(each * each for each in left) / len(left))
        if QUICKEST <= TICKS * slope <= SLOWEST:
            self._slope = slope

    # Taps

    def tap(self, at: float) -> None:
        """The beat is now. While a clock runs the tempo is the clock's, and this its nearest tick."""
        if self.runs(at):
            self._zero = (
                self._foot[0] + round((at - self._foot[1]) / self._slope) if self._slope else self._number
            )
            return
        gone = at - self._taps[-1] if self._taps else math.inf
        mean = (self._taps[-1] - self._taps[0]) / (len(self._taps) - 1) if len(self._taps) > 1 else gone
        if not SHORTEST_TAP <= gone <= LONGEST_TAP:
            self._taps = [at]
        elif abs(gone - mean) > UNEVEN * mean:
            self._taps = [self._taps[-1], at]
        else:
            self._taps = [*self._taps, at]
        before = self.grid
        step = before.step if before else 0.0
        beat = 0
        if len(self._taps) > 1:
            beat = len(self._taps) - 1
            last = self._taps[-TAPS - 1 :]
            step = (last[-1] - last[0]) / (len(last) - 1)
        self._tapped = Grid(at - beat * step, step)


def fitted(line: Sequence[tuple[int, float]]) -> tuple[tuple[int, float], float, list[float]]:
    """The line of least squares: a number and its time there (s), its slope (s), and what is left of each (s)."""
    number, at = line[-1]
    x = [each - number for each, _ in line]
    y = [each - at for _, each in line]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    across = sum((a - mean_x) ** 2 for a in x)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / across if across else 0.0
    left = [b - mean_y - slope * (a - mean_x) for a, b in zip(x, y, strict=True)]
    return (number, at + mean_y - slope * mean_x), slope, left


def bent(left: Sequence[float]) -> bool:
    """Whether the last ticks are off the line by more than their scatter from one to the next makes likely."""
    scatter = math.sqrt(sum((b - a) ** 2 for a, b in pairwise(left)) / (2 * len(left)))
    recent = left[-RECENT:]
    return abs(sum(recent)) / len(recent) > SURE * scatter / math.sqrt(RECENT) + 1e-4
