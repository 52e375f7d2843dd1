"""Windows of a long recording that can be compared at any tempo, and how alike they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec, Values

LENGTHS = (1.4, 2.0, 2.8)
"""Seconds of a window: a movement that takes up to 1.4 times as long as another one has a window of its length."""
HOP = 0.2
"""Seconds between windows, as long as there are not more than `MOST`."""
POINTS = 24
"""Frames that each window is brought to."""
MOST = 12_000
STILL = 0.3
"""Share of the windows, those that move least, that nobody repeats on purpose."""
TOGETHER = 512
"""Windows that are compared at a time."""
TURNS = {"deg": 360.0, "rad": 2.0 * np.pi}
"""Units of angles: they jump by it."""

Array = NDArray[np.float32]


class Windows(NamedTuple):
    """N windows without their mean, so that posture is left out; their squares are energy x frames."""

    flat: Array
    """(N, POINTS x C)"""
    spans: NDArray[np.int64]
    """(N, 2) first frame, and the one after the last."""
    squares: Array
    """(N,)"""

    def moving(self) -> Windows:
        """Those that move."""
        power = self.squares / (self.spans[:, 1] - self.spans[:, 0])
        kept = power > np.quantile(power, STILL) if len(power) else np.zeros(0, bool)
        return Windows(self.flat[kept], self.spans[kept], self.squares[kept])


class Scale(NamedTuple):
    """What each channel is divided by; channels of one unit alike."""

    spec: Spec
    sizes: Values
    turns: tuple[tuple[int, float], ...]

    def values(self, one: Demonstration) -> Values:
        """(T, C) in the units of the scale; angles go on where they jump."""
        values = one.values[:, [one.spec.names.index(name) for name in self.spec.names]].copy()
        for column, turn in self.turns:
            values[:, column] = np.unwrap(values[:, column], period=turn)
        scaled: Values = values / self.sizes
        return scaled


def scale(one: Demonstration) -> Scale:
    """The scale of a recording."""
    turns = tuple((i, TURNS[c.unit]) for i, c in enumerate(one.spec.channels) if c.unit in TURNS)
    raw = Scale(one.spec, np.ones(one.spec.width), turns).values(one)
    units = [channel.unit for channel in one.spec.channels]
    spread = raw.std(axis=0)
    sizes = [float(np.mean([s for s, u in zip(spread, units, strict=True) if u == unit])) for unit in units]
    return Scale(one.spec, np.array([size if size > 0.0 else 1.0 for size in sizes]), turns)


def rate_of(one: Demonstration) -> float:
    """Frames a second, by its time stamps."""
    return (len(one) - 1) / one.seconds if one.seconds > 0.0 else one.spec.rate or 1.0


def cut(values: Values, rate: float, lengths: Sequence[float] = LENGTHS, hop: float = HOP) -> Windows:
    """Every window of (T, C)."""
    step = max(1, round(hop * rate), len(values) * len(lengths) // MOST)
    flats, spans = [], []
    for seconds in lengths:
        frames = max(4, round(seconds * rate))
        if frames > len(values):
            continue
        begins = np.arange(0, len(values) - frames + 1, step)
        at = np.linspace(0.0, frames - 1.0, POINTS)
        low = np.minimum(at.astype(int), frames - 2)
        part = (at - low)[None, :, None]
        made = values[begins[:, None] + low] * (1.0 - part) + values[begins[:, None] + low + 1] * part
        made -= made.mean(axis=1, keepdims=True)
        flats.append((made * np.sqrt(frames / POINTS)).reshape(len(begins), -1).astype(np.float32))
        spans.append(np.stack([begins, begins + frames], axis=1))
    if not flats:
        return Windows(
            np.zeros((0, POINTS * values.shape[1]), np.float32),
            np.zeros((0, 2), np.int64),
            np.zeros(0, np.float32),
        )
    flat = np.concatenate(flats)
    return Windows(flat, np.concatenate(spans).astype(np.int64), (flat**2).sum(axis=1))


def likeness(a: Windows, b: Windows) -> Array:
    """(N, M) -1..1: 1 where both are the same in form and size, 0 where one says nothing of the other."""
    both: Array = 2.0 * a.flat @ b.flat.T / np.maximum(a.squares[:, None] + b.squares[None, :], 1e-12)
    return both


def part(windows: Windows, chosen: NDArray[np.int64] | slice) -> Windows:
    """Some of them."""
    return Windows(windows.flat[chosen], windows.spans[chosen], windows.squares[chosen])


def overlaps(spans: NDArray[np.int64], begin: int, end: int) -> NDArray[np.int64]:
    """(N,) frames that each span shares with one."""
    shared: NDArray[np.int64] = np.maximum(np.minimum(spans[:, 1], end) - np.maximum(spans[:, 0], begin), 0)
    return shared
