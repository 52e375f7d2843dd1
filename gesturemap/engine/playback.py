"""A demonstration played in place of the sensor, in its own time."""

from __future__ import annotations

import time as machine

from gesturemap.clock import Clock
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Frame
from gesturemap.inputs.input import Health


class Playback:
    """An input run over one demonstration; `done` when its last frame was read."""

    def __init__(self, demonstration: Demonstration, clock: Clock) -> None:
        self.spec, self.health = demonstration.spec, Health()
        self.address = f"demonstration {demonstration.id}"
        self.id = demonstration.id
        self._clock, self._began = clock, clock.now()
        self._frames = demonstration.frames()
        self._next = next(self._frames, None)

    @property
    def done(self) -> bool:
        """Whether all frames were read."""
        return self._next is None

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame when it is due, waiting at most `timeout` seconds for it."""
        if self._next is None:
            return None
        wait = self._began + self._next.time - self._clock.now()
        if wait > 0:
            machine.sleep(min(wait, timeout))
            if wait > timeout:
                return None
        frame = self._next._replace(arrived=self._clock.now())
        self._next = next(self._frames, None)
        self.health.accepted += 1
        return frame

    def close(self) -> None:
        """Nothing is held."""
