"""Everyday movement as a spotter hears it, and where its dial puts the threshold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import NONE, Values
from gesturemap.models import spotting_negatives, spotting_words
from gesturemap.models.model import Array
from gesturemap.models.spotting_fit import Chains

USUAL = 3.0
"""False triggers in 10 minutes at which the threshold is `HALF`."""
HALF = 0.55
"""Of the way from intruders (0) to left-out repetitions (1): where F1 over open sets is best, and flat."""
BOUNDS = (0.3, 0.9)
"""Least threshold, and the greatest that is only extrapolated, calibrated units."""
BEYOND = 0.1
"""How much better a gesture must be than something that was false, or than all everyday movement."""
NOWHERE = -1e3
"""What is scored, calibrated, where no gesture is near."""


class Alike(NamedTuple):
    """A stretch of everyday movement that looks like gesture `label` (an index), seconds of its recording."""

    label: int
    recording: str
    begin: float
    end: float


@dataclass(frozen=True, eq=False)
class Usual:
    """Everyday movement in stretches a median gesture long, of recordings that are a sample of it.

    scores (B, K): the best of each gesture, calibrated. spans (B, 3): seconds of its recording from which to which the
    best of them was met, and which recording. recordings: their names. seconds: they were recorded, in all.
    """

    scores: Values
    spans: Values
    recordings: tuple[str, ...]
    seconds: float

    @property
    def alike(self) -> Values:
        """(B,) bool: what would be taken for a gesture if nothing were known of everyday movement."""
        return np.asarray(self.scores.max(1, initial=NOWHERE) >= HALF)

    @property
    def counted(self) -> Values:
        """(B, K): what each stretch says to each gesture.

        What looks like a gesture says how near such movement comes to each, and only that; what looks like none says
        to all of them how near anything comes.
        """
        best = self.scores.max(1, keepdims=True, initial=NOWHERE)
        return np.where(self.alike[:, None], self.scores, best)

    def found(self) -> list[Alike]:
        """What looks like a gesture, in the order heard; stretches that share a moment of it are one."""
        made: list[Alike] = []
        for b in np.flatnonzero(self.alike).tolist():
            begin, end, number = self.spans[b].tolist()
            one = Alike(int(self.scores[b].argmax()), self.recordings[int(number)], begin, end)
            if made and made[-1][:2] == one[:2] and begin < made[-1].end:
                one = made.pop()._replace(end=end)
            made.append(one)
        return made

    def spans_alike(self) -> dict[int, list[str]]:
        """Where it looks like which gesture, for people."""
        spans: dict[int, list[str]] = {}
        for k, recording, begin, end in self.found():
            spans.setdefault(k, []).append(spotting_words.span(recording, begin, end))
        return spans


@dataclass(frozen=True, eq=False)
class Mistaken:
    """What was false: F recordings of a gesture or two in length, by name.

    scores (F, K): the best of each gesture, calibrated. rising (F,) bool: the best of all is that of the last frame, so
    that the movement may go on.
    """

    scores: Values
    rising: Array
    recordings: tuple[str, ...]

    @property
    def beyond(self) -> Values:
        """(K,) what each gesture must exceed."""
        return np.asarray(self.scores.max(0, initial=NOWHERE) + BEYOND)

    def again(self, on: Values, most: float) -> Iterator[tuple[str, int]]:
        """What may be spotted again: its name, and the gesture that it still comes nearer to where it ends.

        Parameters
        ----------
        on : (K,) thresholds without it. What is below them all changes nothing, and is given with `NONE`.
        most : what asks for a greater threshold is as good as the gesture, and not told of.
        """
        for name, scores, rising in zip(self.recordings, self.scores + BEYOND, self.rising, strict=True):
            best = int(scores.argmax())
            if (scores <= on).all():
                yield name, NONE
            elif rising and scores[best] <= most:
                yield name, best


class Dial(NamedTuple):
    """The threshold at the usual rate, how much it rises as the rate falls to 1 / e, its least and greatest."""

    usual: float
    slope: float
    low: float
    high: float

    def at(self, rate: float) -> float:
        """The threshold, calibrated, at so many false triggers in 10 minutes."""
        return min(max(self.usual + self.slope * math.log(USUAL / rate), self.low), self.high)

    def ends(self, bound: float) -> float:
        """The rate at which the threshold is there, if it rises as the rate falls."""
        return USUAL * math.exp(min(max((self.usual - bound) / self.slope, -50.0), 50.0))


def dial(blocks: Values, strange: Values, seconds: float) -> Dial:
    """How a threshold follows from everyday movement, or without any from intruders.

    Peaks over a threshold: what everyday movement scores over u, its 85 % quantile or 0 (95 % of intruders) if
    that is more, is taken to be exponential, and the more so the fewer there are. Scores below 0 are of movement
    that is nothing like a gesture, and say nothing of those near one. With N the number of scores over u and one
    more, the mean excess of intruders over 0, and m the mean of these N, it is
    u + m (1 + 1 / sqrt(N)) log(N / (B + 1) / p), p the wanted rate for each of B blocks. What is extrapolated
    ends where gestures are (`BOUNDS`), unless everyday movement itself came near them. Without everyday
    movement the threshold moves with the tail of the intruders about `HALF`, its place at the usual rate.

    Parameters
    ----------
    blocks : (B,) the best of each stretch of everyday movement, calibrated.
    strange : (n,) what intruders reach, calibrated.
    seconds : of one stretch.

    Source: Pickands (1975), "Statistical inference using extreme order statistics"; Coles (2001), "An
    introduction to statistical modeling of extreme values", ch. 4. The shape is 0.
    """
    if not len(blocks):
        _, over = spotting_negatives.tail(strange)
        return Dial(HALF, float(over.sum()) / max(len(over), 1), *BOUNDS)
    begin, over = spotting_negatives.tail(blocks, least=0.0)
    near = strange[strange > 0.0]
    count = len(over) + 1
    excess = float(over.sum() + near.sum() / max(len(near), 1)) / count
    wider = excess * (1.0 + 1.0 / math.sqrt(count))
    usual = begin + wider * math.log(count / (len(blocks) + 1) / (USUAL * seconds / 600.0))
    return Dial(usual, wider, BOUNDS[0], max(BOUNDS[1], float(blocks.max()) + BEYOND))


def clamped(dials: Sequence[Dial], wanted: float) -> str:
    """What to say where another rate would change nothing, else nothing."""
    moving = [dial for dial in dials if dial.slope > 0.0]
    if not moving:
        return "the dial false_per_10min does nothing: all that is no gesture scores alike"
    above, low = max((dial.ends(dial.low), dial.low) for dial in moving)
    below, high = min((dial.ends(dial.high), dial.high) for dial in moving)
    if wanted > above:
        return spotting_words.clamped("above", wanted, above, low)
    return spotting_words.clamped("below", wanted, below, high) if wanted < below else ""


def heard(
    recordings: Sequence[Demonstration], made: Chains, levels: Values, penalty: float
) -> tuple[Usual, Mistaken]:
    """Everyday movement, and what was false.

    A recording of a gesture or two in length is something that was false: it is no sample of movement, but every
    gesture must do better than it did there, wherever its frames are averaged from.
    """
    count = levels.shape[1]
    samples: list[str] = []
    seconds = 0.0
    scores: list[Values] = []
    spans: list[tuple[float, float, float]] = []
    mistakes: list[tuple[Values, bool, str]] = []
    for recording in recordings:
        if len(recording) // made.hop * made.hop < made.least:
            cuts = (recording.values[begin:] for begin in range(min(made.hop, len(recording))))
            each = [_followed(values, made, levels, penalty)[0] for values in cuts]
            likest = max(each, key=np.max)
            rising = bool(likest[-1].max() == likest.max() > NOWHERE)
            mistakes.append((np.max([units.max(0) for units in each], axis=0), rising, recording.id))
            continue
        for best, first, last in _stretches(recording.values, made, levels, penalty):
            scores.append(best)
            spans.append((*_seconds(recording, made.hop, first, last), len(samples)))
        samples.append(recording.id)
        time = (recording.recorded or recording).time
        seconds += float(time[-1] - time[0])
    usual = Usual(
        np.array(scores).reshape(-1, count), np.array(spans).reshape(-1, 3), tuple(samples), seconds
    )
    reached = np.array([best for best, _, _ in mistakes]).reshape(-1, count)
    rises = np.array([rising for _, rising, _ in mistakes], bool)
    return usual, Mistaken(reached, rises, tuple(name for _, _, name in mistakes))


def _followed(values: Values, made: Chains, levels: Values, penalty: float) -> tuple[Values, Values]:
    """(T, K) each: the best path that ended in each of T decimated frames, calibrated, and where it began."""
    scores, starts = made.follow(made.scaled(values), penalty)
    units, begun = [], []
    for k in range(levels.shape[1]):
        own = np.flatnonzero(made.owners == k)
        best = own[scores[:, own].argmax(1)][:, None]
        units.append(np.take_along_axis(scores, best, 1)[:, 0])
        begun.append(np.take_along_axis(starts, best, 1)[:, 0])
    calibrated = 1.0 + (np.stack(units, axis=1) - levels[0]) / levels[1]
    return np.maximum(calibrated, NOWHERE), np.stack(begun, axis=1)


def _stretches(
    values: Values, made: Chains, levels: Values, penalty: float
) -> Iterator[tuple[Values, int, int]]:
    """Best scores (K,) in each stretch, and of the best of them the first and the last decimated frame."""
    units, begun = _followed(values, made, levels, penalty)
    block = max(round(float(np.median(made.lengths))), 1)
    for begin in range(0, len(units) - block + 1, block):
        own = units[begin : begin + block]
        row, gesture = divmod(int(own.argmax()), own.shape[1])
        yield own.max(0), int(begun[begin + row, gesture]), begin + row


def _seconds(recording: Demonstration, hop: int, first: int, last: int) -> tuple[float, float]:
    """Of these decimated frames, from the beginning of the recording, of one that is trimmed, too."""
    time = recording.time - recording.time[0] + recording.since
    return float(time[first * hop]), float(time[min((last + 1) * hop, len(time)) - 1])
