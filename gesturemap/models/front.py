"""The front end of the exemplar models: what they see of a frame, chosen from the demonstrations alone.

Frames are averaged in hops, so that a median gesture has about `POINTS` of them. Then each channel is seen as a
*level* (about the vocabulary's mean, in its deviations) or as a *shape* (about where the movement began, all
channels in one unit, so that a drawing keeps its form), with or without its *delta*, the change over two hops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gesturemap.frames import Spec, Values

POINTS = 50
"""Hops of a median gesture."""
LAG = 2
"""Hops over which a delta is taken."""
STILL = 1e-9
"""Deviations below this share of the largest are those of a constant channel."""
POSITIONS = ("mm", "cm", "m", "px", "pixel", "pixels", "(-1..1)", "(0..1)")
"""Units of a place."""
PLACES = ("x", "y", "z", "mouse", "pointer", "pos", "position", "touch", "joint", "hand", "head", "wrist")
"""First parts of names of a place."""
SENSORS = ("acc", "gyr", "emg", "mag", "force", "pressure", "fsr", "flex", "alpha", "beta", "gamma", "quat")
"""Names that are no place."""


@dataclass(frozen=True, eq=False)
class View:
    """One way to see hops: y = (u - origin) x gains, and behind it the deltas x their gains.

    `centre` (C,), `gains` (C,) or (2C,). The origin is `centre`, or the movement's first hop if `shape`.
    """

    shape: bool
    delta: bool
    centre: Values
    gains: Values

    @property
    def name(self) -> str:
        """What a person is told."""
        return ("shape" if self.shape else "level") + (" and change" if self.delta else "")

    def of(self, hops: Values) -> Values:
        """(T, F) what is seen of hops (T, C) from where the movement began."""
        origin = hops[0] if self.shape else self.centre
        seen = hops - origin
        if self.delta:
            seen = np.concatenate([seen, hops - hops[np.maximum(np.arange(len(hops)) - LAG, 0)]], axis=1)
        return np.asarray(seen * self.gains)

    def scaled(self, factor: float) -> View:
        """The same in units `factor` times as small."""
        return replace(self, gains=self.gains * factor)


def hop_of(lengths: Sequence[int]) -> int:
    """Frames in a hop, from the lengths of the demonstrations."""
    return max(1, round(float(np.median(lengths)) / POINTS))


def hops(values: Values, hop: int) -> Values:
    """(T, C) means of every `hop` frames of (T', C); what is left at the end is not seen."""
    if len(values) < hop:
        return np.asarray(values.mean(0, keepdims=True))
    count = len(values) // hop
    parts = values[: count * hop].reshape(count, hop, -1)
    return np.ascontiguousarray(np.add.reduce(parts, axis=1) / hop)


def is_place(spec: Spec) -> bool:
    """Whether names and units say that most channels are places in space, not what a body sensor measures."""
    votes = 0
    for channel in spec.channels:
        name = channel.name.lower()
        if name.endswith(("_d", "_dd")) or "/s" in channel.unit:
            continue  # how fast a place changes is none
        unit = channel.unit.lower().split(" ")[0]
        if name.startswith(SENSORS):
            continue
        votes += unit in POSITIONS or name.replace("-", "_").split("_")[0].rstrip("0123456789") in PLACES
    return 2 * votes > spec.width


def view(takes: Sequence[Values], shape: bool, delta: bool, weights: Values | None = None) -> View:
    """The view of hops of all demonstrations in which every part has deviation 1 (a shape: on average).

    `weights` (C,) are what a channel's squared distances count for; None: alike.
    """
    origins = [take - take[0] for take in takes] if shape else takes
    centre = np.concatenate(list(takes)).mean(0)
    gains = inverse(np.concatenate(origins), shape)
    if delta:
        changes = [take - take[np.maximum(np.arange(len(take)) - LAG, 0)] for take in takes]
        gains = np.concatenate([gains, inverse(np.concatenate(changes), shape)])
    if weights is not None:
        gains = gains * np.tile(np.sqrt(weights), 2 if delta else 1)
    return View(shape, delta, centre, gains)


def inverse(values: Values, shared: bool) -> Values:
    """1 / deviation of each column, or of all together; 0 for a constant one."""
    size = np.abs(values).max(0)
    deviation = values.std(0)
    deviation[deviation <= STILL * size] = 0.0
    if shared:
        deviation[deviation > 0.0] = (
            np.sqrt((deviation[deviation > 0.0] ** 2).mean()) if deviation.any() else 0.0
        )
    return np.asarray(np.divide(1.0, deviation, out=np.zeros_like(deviation), where=deviation > 0.0))
