"""Beats from outside: the MIDI clock of a project, and taps."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control.midi_listener import MidiListener
from gesturemap.control.tempo import Tempo
from gesturemap.inputs.midi_clock import MidiClock
from gesturemap.wire.midi import BEGIN, CONTINUE, POSITION, STOP, TICK, Midi

NEWS = 0.0005
"""Seconds by which the next beat has to move for the engine to be told between two beats."""
MOST_A_SECOND = 500
"""Messages that are taken; a clock of 400 beats a minute sends 160."""
OLD = 5.0
"""Seconds after which a tap is not believed to have been then."""


class Clocks:
    """Listens to the clock of a project, takes taps, and knows what the engine has to be told.

    Parameters
    ----------
    say : takes a `Clocked` or a `Fault`, called in a thread of its own.
    """

    def __init__(self, say: Callable[[c.Message], None]) -> None:
        self.beats = inner.Beats()
        """What the engine was told last."""
        self._say = say
        self._clock = MidiClock()
        self._tempo = Tempo()
        self._listener: MidiListener | None = None

    def follow(self, clock: MidiClock) -> None:
        """Listen to this clock from now on; one without a port is none."""
        before, self._clock = self._clock, clock
        if (before.port, before.baud) == (clock.port, clock.baud):
            return
        self.close()
        self._tempo = Tempo()
        if clock.port:
            self._listener = MidiListener(
                "clock", clock.port, clock.baud, self._say, self._pass_on(), clock=True
            )

    def close(self) -> None:
        """Listen no longer; safe to call twice."""
        if self._listener is not None:
            self._listener.close()
        self._listener = None

    def _pass_on(self) -> Callable[[Sequence[Midi], float], None]:
        """What the thread does with messages: control gets them, but no more than a clock can mean."""
        second, count = -math.inf, 0

        def take(messages: Sequence[Midi], at: float) -> None:
            nonlocal second, count
            if at - second >= 1.0:
                second, count = at, 0
            for kind, channel, low, high in messages[:MOST_A_SECOND]:
                if not channel and count < MOST_A_SECOND:
                    count += 1
                    self._say(inner.Clocked(kind, at, low | high << 7))

        return take

    def take(self, heard: inner.Clocked) -> None:
        """A message of the clock."""
        if heard.kind == TICK:
            self._tempo.tick(heard.at)
        elif heard.kind == BEGIN:
            self._tempo.begin(heard.at)
        elif heard.kind == CONTINUE:
            self._tempo.go_on(heard.at)
        elif heard.kind == STOP:
            self._tempo.stop()
        elif heard.kind == POSITION:
            self._tempo.put(heard.sixteenths, heard.at)

    def tap(self, at: float) -> None:
        """The beat is now, or was a moment ago."""
        now = time.perf_counter()
        if not 0.0 <= now - at < OLD:
            at = now
        self._tempo.tap(at - self._clock.offset if self._tempo.runs(at) else at)

    def look(self) -> bool:
        """Whether `beats` are others now: once in each beat, and when the next one has moved."""
        grid, told, now = self._tempo.grid, self.beats, time.perf_counter()
        if grid is None:
            self.beats = inner.Beats()
            return told.now > 0.0
        at, step = grid.at + (0.0 if self._tempo.tapped else self._clock.offset), grid.step
        beat = math.floor((now - at) / step) + 1 if step else 0
        gone = step > 0.0 and (now - at) // step > (told.now - at) // step
        if told.now and not gone and abs(at + beat * step - told.at - beat * told.step) <= NEWS:
            return False
        self.beats = inner.Beats(now, at, step)
        return True

    def figures(self) -> dict[str, Any]:
        """The tempo in beats a minute (0: not known), and where it comes from; nothing where it is our own."""
        grid = self._tempo.grid
        if self._tempo.tapped:
            source = "tapped"
        elif self._listener is None:
            return {}
        elif not self._listener.is_open:
            source = "not there"
        else:
            source = "running" if self._tempo.runs(time.perf_counter()) else "silent"
        return {"clock": source, "tempo": 60.0 / grid.step if grid and grid.step else 0.0}
