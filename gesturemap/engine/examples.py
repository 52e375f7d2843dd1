"""Recording examples: every frame, with the output values that belong to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.engine.recorder import Recorder
from gesturemap.frames import Channel, Frame, Spec, Values

BLOCK = 4096
"""Examples for which room is made at once."""
MOST = 20_000
"""Examples after which what there is goes to the disk, and the recording goes on with another demonstration."""


class Targets(Protocol):
    """Who says which outputs belong to an example."""

    @property
    def target(self) -> Values | None:
        """(M,) the outputs of an example that is recorded now, NaN where they are not recorded; None: none is."""
        ...


class Examples(Recorder):
    """Records examples, one with each frame; where no output is recorded there is none.

    Parameters
    ----------
    outputs : their names, M.
    targets : says which values they have now.
    full : called when so many were recorded that they are better handed over.
    """

    def __init__(
        self, spec: Spec, outputs: Sequence[str], targets: Targets, full: Callable[[], None]
    ) -> None:
        super().__init__(spec)
        self._outputs = tuple(Channel(name) for name in outputs)
        self._targets, self._full = targets, full
        self._wide = 1 + spec.width
        self._blocks: list[Values] = []
        self._count = 0
        self._began = 0.0

    def add(self, frame: Frame) -> None:
        """Take one raw frame of the sensor."""
        if not self.label:
            return
        target = self._targets.target
        if target is None:
            return
        place = self._count % BLOCK
        if place == 0:
            self._blocks.append(np.empty((BLOCK, self._wide + len(self._outputs))))
        row = self._blocks[-1][place]
        row[0] = frame.time
        row[1 : self._wide] = frame.values
        row[self._wide :] = target
        if not self._count:
            self._began = frame.arrived
        self._count += 1
        if self._count >= MOST:
            self._full()

    def start(self, label: str, pre_roll: float, now: float) -> None:
        """Begin; what came before does not belong to it, as nobody had said what it is an example of."""
        self.label, self._blocks, self._count = label, [], 0

    @property
    def began(self) -> float:
        """When the first example arrived, in seconds of the clock."""
        return self._began if self._count else 0.0

    def __len__(self) -> int:
        """Examples of what is being recorded."""
        return self._count

    def stop(self, until: float = math.inf) -> Demonstration:
        """End, and return what was recorded, its time starting at 0; up to now, whatever `until` says."""
        width = self._wide + len(self._outputs)
        rows = np.concatenate([np.empty((0, width)), *self._blocks])[: self._count]
        label = self.label
        self.label, self._blocks, self._count = "", [], 0
        time = rows[:, 0] - rows[0, 0] if len(rows) else rows[:, 0]
        values, targets = rows[:, 1 : self._wide], rows[:, self._wide :]
        return Demonstration("", label, self.spec, time.copy(), values.copy(), self._outputs, targets.copy())
