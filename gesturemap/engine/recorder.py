"""Recording a demonstration from the running stream, with the moments before the button was pressed."""

from __future__ import annotations

from collections import deque

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Frame, Spec

PRE_ROLL = 5.0
"""Seconds of frames kept for a pre-roll."""
MOST_FRAMES = 500_000
"""A recording that was forgotten ends here."""


class Recorder:
    """Keeps the last seconds, and everything while a recording runs."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.label = ""
        self._recent: deque[Frame] = deque(maxlen=8192)
        self._frames: list[Frame] = []

    def add(self, frame: Frame) -> None:
        """Take one raw frame of the sensor."""
        self._recent.append(frame)
        if self.label and len(self._frames) < MOST_FRAMES:
            self._frames.append(frame)

    def start(self, label: str, pre_roll: float, now: float) -> None:
        """Begin; frames that arrived within `pre_roll` seconds before `now` belong to it."""
        self.label = label
        since = now - min(pre_roll, PRE_ROLL)
        self._frames = [frame for frame in self._recent if frame.arrived >= since] if pre_roll > 0 else []

    def __len__(self) -> int:
        """Frames of what is being recorded."""
        return len(self._frames)

    @property
    def began(self) -> float:
        """When the first frame of what is being recorded arrived, in seconds of the clock."""
        return self._frames[0].arrived if self._frames else 0.0

    def stop(self) -> Demonstration:
        """End, and return what was recorded, its time starting at 0."""
        frames, label = self._frames, self.label
        self.label, self._frames = "", []
        time = np.array([frame.time for frame in frames])
        values = np.array([frame.values for frame in frames]).reshape(len(frames), self.spec.width)
        return Demonstration("", label, self.spec, time - time[0] if len(time) else time, values)
