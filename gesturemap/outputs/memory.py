"""Keeps what was sent: for tests, and for looking at."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.frames import Controls, Spec
from gesturemap.outputs.output import FailSafe


@dataclass(frozen=True)
class Memory(FailSafe):
    """Remembers the last frames of controls."""

    kind: ClassVar[str] = "memory"

    capacity: int = setting(4096, "frames that are kept", low=1, high=1_000_000)

    def start(self, controls: Spec) -> MemoryRun:
        """Begin with nothing."""
        return MemoryRun(controls, self.capacity)


class MemoryRun:
    """The last frames, oldest first, in `kept`."""

    def __init__(self, controls: Spec, capacity: int) -> None:
        self.controls = controls
        self.kept: deque[Controls] = deque(maxlen=capacity)
        self.silenced = 0
        """How often there was a panic."""
        self.address = "memory"
        self.faults = 0

    def send(self, controls: Controls) -> None:
        """Keep one frame."""
        self.kept.append(controls)

    def silence(self) -> None:
        """Count the panic."""
        self.silenced += 1

    def close(self) -> None:
        """Nothing to let go of; what was kept stays."""
