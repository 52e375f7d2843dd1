"""Buffer: past values as channels of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.expression import Expression
from gesturemap.features.feature import FeatureRun, Room, select
from gesturemap.frames import Channel, Frame, Spec

MOST = 4096
"""New channels, and frames of a passage before every second one is left out."""


@dataclass(frozen=True)
class Buffer:
    """The last values of channels side by side, oldest first: ``acc_x_1`` to ``acc_x_n``.

    With `begin`, a formula as in `expression`, it is a passage of any length instead: what came from the
    frame in which `begin` is true until `end` is (or `begin` no longer is), brought to n values at equal
    times. It stays until the next passage has ended; before the first it is 0.
    """

    kind: ClassVar[str] = "buffer"

    columns: tuple[str, ...] = setting((), "channels to keep, such as acc*; empty: all")
    frames: int = setting(8, "values of each channel", low=1, high=1024)
    begin: str = setting("", "condition that begins a passage, such as acc_x > 1.5; empty: the last values")
    end: str = setting("", "condition that ends it; empty: where begin is no longer true")
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> FeatureRun:
        """Size everything for frames of `spec`."""
        chosen = select(spec, self.columns, "buffer, columns")
        if len(chosen) * self.frames > MOST:
            raise SettingsError(
                "buffer, frames", f"{self.frames} values of {len(chosen)} channels",
                f"at most {MOST} new channels", "choose fewer channels or frames",
            )  # fmt: skip
        if self.end and not self.begin:
            raise SettingsError("buffer, end", repr(self.end), "a passage that ends begins", "set begin too")
        new = [
            Channel(f"{spec.names[i]}_{n + 1}", spec.channels[i].unit)
            for i in chosen
            for n in range(self.frames)
        ]
        room = Room(spec, chosen, new, self.keep)
        return PassageRun(self, spec, room, chosen) if self.begin else BufferRun(self, spec, room, chosen)


class BufferRun:
    """The last values; one that is no number counts as the last one again."""

    delay = 0.0

    def __init__(self, settings: Buffer, spec: Spec, room: Room, chosen: list[int]) -> None:
        self.spec, self._room = room.spec, room
        room.whole[spec.width :] = np.nan
        self._settled = (np.array(chosen, dtype=np.int64), spec.width, settings.frames)

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        push(room.whole, *self._settled)
        return Frame(frame.time, room.out(), frame.arrived)


@brief
def push(values: Any, chosen: Any, first: int, size: int) -> None:
    """Move the buffers from `first` on by one, and put the chosen ones of `values` (C,) at their ends."""
    for i in range(len(chosen)):
        value, start = values[chosen[i]], first + i * size
        end = start + size - 1
        if not np.isfinite(value):
            value = values[end]
        elif np.isnan(values[end]):
            for place in range(start, end + 1):
                values[place] = value  # what is before the first number is the first number
        for place in range(start, end):
            values[place] = values[place + 1]
        values[end] = value


class PassageRun:
    """The last passage between two conditions; a value that is no number counts as the last one again."""

    delay = 0.0

    def __init__(self, settings: Buffer, spec: Spec, room: Room, chosen: list[int]) -> None:
        self.spec, self._room, self._chosen = room.spec, room, np.array(chosen)
        self._new = room.whole[spec.width :].reshape(len(chosen), settings.frames)
        conditions = [f"begin = {settings.begin}", f"end = {settings.end or '0'}"]
        self._ends_by_itself = not settings.end
        run = Expression(tuple(conditions), keep=False).start(spec)
        self._conditions = run.step
        self._period = Period(spec.rate)
        self._kept = np.zeros((MOST, 1 + len(chosen)))
        self._last = np.zeros(len(chosen))
        self._count, self._every, self._skipped, self._elapsed = 0, 1, 0, 0.0

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        seconds = self._period.since(frame.time)
        begins, ends = self._conditions(frame).values
        room = self._room
        room.came[...] = frame.values
        if self._count and (ends or (self._ends_by_itself and not begins)):
            self._finish()
        elif self._count or begins:
            self._collect(frame.values[self._chosen], seconds)
        return Frame(frame.time, room.out(), frame.arrived)

    def _collect(self, values: Any, seconds: float) -> None:
        np.copyto(self._last, values, where=np.isfinite(values))
        kept, count = self._kept, self._count
        self._elapsed = self._elapsed + seconds if count else 0.0
        if self._skipped < self._every - 1 and count:
            self._skipped += 1
            return
        if count == MOST:
            kept[: MOST // 2] = kept[::2].copy()
            count, self._every = MOST // 2, self._every * 2
        kept[count, 0], kept[count, 1:] = self._elapsed, self._last
        self._count, self._skipped = count + 1, 0

    def _finish(self) -> None:
        kept = self._kept[: self._count]
        times = np.linspace(0.0, kept[-1, 0], self._new.shape[1])
        for row, numbers in zip(self._new, kept[:, 1:].T, strict=True):
            row[:] = np.interp(times, kept[:, 0], numbers)
        self._count, self._every, self._skipped = 0, 1, 0


KERNELS = ((push, "void(float64[::1],int64[::1],int64,int64)"),)
