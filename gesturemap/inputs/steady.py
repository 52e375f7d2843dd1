"""Frames at a fixed rate from arrivals that are not."""

from __future__ import annotations

import math

from gesturemap.clock import Clock
from gesturemap.frames import Frame, Spec
from gesturemap.inputs.input import Health, InputRun, found

SILENT = 0.25
"""Seconds after the last arrival in which the latest state is still given; then the source has fallen silent."""
BEHIND = 0.1
"""Seconds that may be caught up; beyond them time goes on from now."""


class Steady:
    """Gives the latest frame of another input `rate` times a second; nothing is delayed, nothing made up.

    The times of its frames are spaced evenly. Where the other input gives several frames between two ticks the
    newest counts; where it gives none for a while the latest is held, and after `SILENT` seconds nothing is given.
    """

    def __init__(self, run: InputRun, rate: float, clock: Clock) -> None:
        self.spec = Spec(run.spec.channels, rate)
        self.address = run.address
        self.found = found(run)
        self._run, self._clock = run, clock
        self._period = 1.0 / rate
        self._latest: Frame | None = None
        self._due = math.inf

    @property
    def health(self) -> Health:
        """That of the other input."""
        return self._run.health

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame, or None after `timeout` seconds without one."""
        end = self._clock.now() + timeout
        while True:
            now = self._clock.now()
            if now >= self._due and self._latest is not None:
                if now - self._latest.arrived > SILENT:
                    self._latest, self._due = None, math.inf
                    continue
                time = self._due
                self._due += self._period * max(1.0, math.ceil((now - BEHIND - time) / self._period))
                return Frame(time, self._latest.values, now)
            if now > end:
                return None
            frame = self._run.read(max(0.0, min(end, self._due) - now))
            if isinstance(frame, Frame):
                self._latest = frame
                self._due = frame.arrived if math.isinf(self._due) else self._due
            elif self._clock.now() < self._due:
                return None

    def close(self) -> None:
        """Let go of the other input."""
        self._run.close()
