"""Median: single wrong values vanish, edges stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import brief
from gesturemap.features.feature import select
from gesturemap.frames import Frame, Spec


@dataclass(frozen=True)
class Median:
    """The middle one of each channel's last values: takes spikes away that a low-pass would smear.

    The first frames give the median of what there is.
    """

    kind: ClassVar[str] = "median"

    columns: tuple[str, ...] = setting((), "channels it works on, such as acc*; empty: all")
    frames: int = setting(
        5, "how many values it looks at; spikes of fewer than half of them go", low=3, high=101
    )

    def start(self, spec: Spec) -> MedianRun:
        """Size everything for frames of `spec`."""
        return MedianRun(self, spec)


class MedianRun:
    """A running median; a value that is no number gives the last one again."""

    def __init__(self, settings: Median, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "median, columns")
        self.spec = spec
        self.delay = (settings.frames - 1) / 2.0 / spec.rate if spec.rate > 0.0 else 0.0
        size, count = settings.frames, len(chosen)
        self._settled = (
            np.array(chosen, dtype=np.int64),
            np.zeros((2, count), dtype=np.int64),
            np.full((2, count, size), np.nan),
        )

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        out = frame.values.copy()
        median(out, *self._settled)
        return Frame(frame.time, out, frame.arrived)


@brief
def median(values: Any, chosen: Any, at: Any, kept: Any) -> None:
    """Put medians in place of the chosen ones of `values` (C,).

    `at` (2, C): how many are kept, and the place of the oldest. `kept` (2, C, n): the last numbers as they
    came, and in order.
    """
    size = kept.shape[2]
    for i in range(len(chosen)):
        value = values[chosen[i]]
        count, oldest = at[0, i], at[1, i]
        if np.isfinite(value):
            if count == size:
                place, gone = 0, kept[0, i, oldest]
                while kept[1, i, place] != gone:
                    place += 1
                while place < count - 1:
                    kept[1, i, place] = kept[1, i, place + 1]
                    place += 1
                count -= 1
            kept[0, i, oldest] = value
            place = count
            while place > 0 and kept[1, i, place - 1] > value:
                kept[1, i, place] = kept[1, i, place - 1]
                place -= 1
            kept[1, i, place] = value
            count += 1
            at[0, i], at[1, i] = count, (oldest + 1) % size
        if count > 0:
            below, above = kept[1, i, (count - 1) // 2], kept[1, i, count // 2]
            values[chosen[i]] = below + (above - below) / 2.0
        else:
            values[chosen[i]] = np.nan


KERNELS = ((median, "void(float64[::1],int64[::1],int64[:,::1],float64[:,:,::1])"),)
