"""What is seen of the last frames: single values, and means, extremes, spread and steps over short windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gesturemap.frames import Values
from gesturemap.models.machine import Answer
from gesturemap.models.model import Array
from gesturemap.models.past_kernels import EACH, TICKS, look, trace

MOVEMENTS = 8
"""Channels looked back on; of more, their principal components."""
LONGEST = 4096
"""Frames looked back on at most."""
NAMES = ("project", "every", "centre", "inverse")


@dataclass(frozen=True, eq=False)
class View:
    """D movements of C scaled channels, looked back on in steps of so many frames, as F scaled features."""

    project: Values
    """(D, C)"""
    every: Values
    """(1,) frames of a tick, whole; 0: only the frame itself is seen."""
    centre: Values
    """(F,) and..."""
    inverse: Values
    """(F,) of the features; 0 where one never changes."""

    @property
    def span(self) -> int:
        """Frames looked back on, the present one among them."""
        return max(TICKS * int(self.every[0]), 1)

    def pack(self) -> dict[str, Array]:
        """Its arrays."""
        return {f"view.{name}": getattr(self, name) for name in NAMES}

    def _settled(self) -> tuple[Array, Values, Array, Values]:
        """Sizes, table, counters and state of `look`."""
        (movements, channels), every = self.project.shape, int(self.every[0])
        sizes = np.array([channels, movements, every, int(shows_frame(every, channels))], np.int64)
        table = np.concatenate([self.project.ravel(), self.centre, self.inverse])
        room = movements * (every + (TICKS - 1) * every + 1)
        return sizes, table, np.zeros(3, np.int64), np.zeros(room)

    def start(self) -> Answer:
        """A running view, from a scaled frame (C,) to features (F,); it begins where nothing has moved."""
        settled, out = self._settled(), np.zeros(len(self.centre))

        def step(x: Values) -> Values:
            look(*settled, x, out)
            return out

        return step

    def rows(self, take: Values, keep: int = 1) -> Values:
        """(T / keep rounded up, F) features of every `keep`-th frame of a demonstration (T, C)."""
        made = np.empty((-(-len(take) // keep), len(self.centre)))
        trace(*self._settled(), np.ascontiguousarray(take), keep, made)
        return made


def shows_frame(every: int, channels: int) -> bool:
    """Whether the frame itself is a feature: unless the first tap of every channel is the same."""
    return every != 1 or channels > MOVEMENTS


def features(every: int, channels: int) -> int:
    """F."""
    frame = channels if shows_frame(every, channels) else 0
    return frame + (min(channels, MOVEMENTS) * EACH if every else 0)


def projected(frames: Values) -> Values:
    """(D, C) the channels themselves, or the principal components of frames (T, C) in order of their variance."""
    channels = frames.shape[1]
    if channels <= MOVEMENTS:
        return np.eye(channels)
    variances, vectors = np.linalg.eigh(frames.T @ frames / len(frames))
    chosen = vectors[:, np.argsort(-variances, kind="stable")[:MOVEMENTS]].T
    # A component and its opposite are the same; which one comes out is chance.
    signs = np.sign(chosen[np.arange(MOVEMENTS), np.abs(chosen).argmax(1)])
    return np.ascontiguousarray(chosen * signs[:, None])


def plain(project: Values, every: int) -> View:
    """A view whose features are not scaled yet."""
    count = features(every, project.shape[1])
    return View(project, np.array([float(every)]), np.zeros(count), np.ones(count))


def scaled(view: View, rows: Values) -> View:
    """The view in which these rows (T, F) of the same view, not scaled, have mean 0 and deviation 1."""
    spread = rows.std(0)
    moves = spread > 1e-9
    inverse = np.divide(1.0, spread, out=np.zeros_like(spread), where=moves)
    return View(view.project, view.every, rows.mean(0), inverse)


def unpack(arrays: Mapping[str, Array], channels: int) -> View | None:
    """The inverse of `View.pack`; None if it does not hold together."""
    project, every, centre, inverse = (arrays[f"view.{name}"] for name in NAMES)
    if every.shape != (1,) or every[0] != np.floor(every[0]) or not 0 <= every[0] * TICKS <= LONGEST:
        return None
    count = features(int(every[0]), channels)
    shaped = project.shape == (min(channels, MOVEMENTS), channels)
    if not shaped or centre.shape != (count,) or inverse.shape != (count,):
        return None
    return View(project, every, centre, inverse)
