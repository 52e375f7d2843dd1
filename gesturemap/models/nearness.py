"""How near a frame is to what was demonstrated: the raw evidence behind "none of these" of instantaneous models.

A classifier divides all of space among its gestures, also the parts where nothing was ever shown. So each
gesture keeps prototypes, frames of its demonstrations spread evenly in time, and a frame's distance to the
nearest of them is compared with that of frames of a demonstration from the prototypes of the others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.compiled import kernel
from gesturemap.demonstrations import LARGEST
from gesturemap.frames import Values
from gesturemap.models.elementary import window_mean
from gesturemap.models.model import Array

MOST = 512
"""Prototypes of a vocabulary, as long as every demonstration has one."""
EACH = 32
"""Prototypes of one demonstration at most."""
CALIBRATED = 256
"""Frames of one demonstration by which its edges are found."""
TOGETHER = 4
"""Channels taken at once; what is left over follows one by one."""
STRIDE = 8
"""Prototypes are padded to a multiple of this, the width of the widest vector unit in doubles."""
NOWHERE = 1e9
"""Where the padding lies: further than any frame."""
FURTHEST = 100.0
"""Values further than this many standard deviations from the centre are taken to lie there."""
HIGH = 0.9
"""The share of the frames of left-out demonstrations that lie nearer than their level."""
SLACK = 1.0
"""How far beyond it the edge lies, in distances from median to level."""
APART = 0.15
"""How much further at least, in deviations within a gesture; three repetitions do not show how a fourth differs."""
ALONE = 1.0
"""Deviations within a gesture that a gesture shown once is expected to differ by."""
LEAST = 0.02
"""Least deviation within a gesture, as a share of that of all frames (held poses move hardly)."""
LEAST_WIDTH = 1e-6
"""Of the Gaussians round prototypes, in deviations; and its inverse at most."""
TOP = 3.0
"""The logit of `fit` at the median."""

GESTURES, CHANNELS, WIDE, WINDOW, FIRSTS = range(5)
"""Places in `sizes`: K, C, padded prototypes, frames averaged, K + 1 first prototypes."""
NOT_FINITE = 1


@kernel
def near(sizes: Any, table: Any, counters: Any, state: Any, out: Any) -> int:
    """Scale the frame in the first C places of `state`, and write K log-likelihoods and K fits into `out`.

    In the table lie centre, inverse (C each), edges, gains (K each), width, constant, prototypes (C, W). In the
    state C scaled values, W distances, and what means over the window need. The fits begin at 3 K of `out`.
    Returns `NOT_FINITE`, and changes nothing, for a frame with a value that is not a number.
    """
    gestures, channels, wide, window = sizes[GESTURES], sizes[CHANNELS], sizes[WIDE], sizes[WINDOW]
    edges = 2 * channels
    scalars = edges + 2 * gestures
    at = scalars + 2
    for d in range(channels):
        if not math.isfinite(state[d]):
            return NOT_FINITE
    squares = state[channels : channels + wide]
    squares[:] = 0.0
    for d in range(channels):
        value = (state[d] - table[d]) * table[channels + d]
        value = min(max(value, -FURTHEST), FURTHEST)
        state[d] = value
    whole = channels - channels % TOGETHER
    for d in range(0, whole, TOGETHER):
        r0, r1 = table[at : at + wide], table[at + wide : at + 2 * wide]
        r2, r3 = table[at + 2 * wide : at + 3 * wide], table[at + 3 * wide : at + 4 * wide]
        a, b, c, e = state[d], state[d + 1], state[d + 2], state[d + 3]
        for j in range(wide):
            p, q, r, s = r0[j] - a, r1[j] - b, r2[j] - c, r3[j] - e
            squares[j] += (p * p + q * q) + (r * r + s * s)
        at += TOGETHER * wide
    for d in range(whole, channels):
        row, value = table[at : at + wide], state[d]
        for j in range(wide):
            apart = row[j] - value
            squares[j] += apart * apart
        at += wide
    totals, seen = channels + wide, counters[0]
    ring = totals + 3 * gestures
    for k in range(gestures):
        least = math.inf
        for j in range(sizes[FIRSTS + k], sizes[FIRSTS + k + 1]):
            least = min(least, squares[j])
        far = window_mean(state, ring, totals + k, window, seen, math.sqrt(least))
        square = window_mean(state, ring + window, totals + gestures + k, window, seen, least)
        out[k] = table[scalars + 1] - square * table[scalars]
        short = table[edges + gestures + k] * (far - table[edges + k])
        out[3 * gestures + k] = 1.0 / (1.0 + math.exp(min(short, 500.0)))
        ring += 3 * window
    counters[0] = seen + 1 if seen < 2 * window - 1 else window
    return 0


@kernel
def smooth(sizes: Any, counters: Any, state: Any, posterior: Any, out: Any) -> None:
    """Write the mean of the last posteriors (K,) into `out` from K on; `near` has kept room for them."""
    gestures, window = sizes[GESTURES], sizes[WINDOW]
    totals = sizes[CHANNELS] + sizes[WIDE] + 2 * gestures
    ring, seen = totals + gestures + 2 * window, counters[1]
    for k in range(gestures):
        out[gestures + k] = max(window_mean(state, ring, totals + k, window, seen, posterior[k]), 0.0)
        ring += 3 * window
    counters[1] = seen + 1 if seen < 2 * window - 1 else window


VECTOR, INDEX = "float64[::1]", "int64[::1]"
KERNELS = (
    (near, f"int64({INDEX}, {VECTOR}, {INDEX}, {VECTOR}, {VECTOR})"),
    (smooth, f"void({INDEX}, {INDEX}, {VECTOR}, {VECTOR}, {VECTOR})"),
)


@dataclass(frozen=True, eq=False)
class Nearness:
    """P prototypes of K gestures in C scaled channels, and how far from them each gesture still is itself."""

    points: Values
    """(P, C) in order of gestures."""
    counts: Values
    """(K,) prototypes of each, whole numbers."""
    edges: Values
    """(K,) distance where `fit` is 0.5."""
    gains: Values
    """(K,) how fast it changes there."""
    width: Values
    """(1,) deviation of the Gaussian round each prototype that stands for the density."""

    def pack(self) -> dict[str, Array]:
        """Its arrays by name."""
        return {f"near.{name}": getattr(self, name) for name in NAMES}

    def tables(self, centre: Values, inverse: Values, window: int) -> tuple[NDArray[np.int64], Values, int]:
        """`sizes`, `table` and room of the state of `near`."""
        count, (points, channels) = len(self.counts), self.points.shape
        wide = -(-points // STRIDE) * STRIDE
        padded = np.full((channels, wide), NOWHERE)
        padded[:, :points] = self.points.T
        active = int((inverse > 0.0).sum())
        width = float(self.width[0])
        constant = -active * math.log(width * math.sqrt(2.0 * math.pi))
        scalars = np.array([0.5 / width**2, constant])
        table = np.concatenate([centre, inverse, self.edges, self.gains, scalars, padded.ravel()])
        firsts = np.append(0, np.cumsum(self.counts))
        sizes = np.concatenate([[count, channels, wide, window], firsts]).astype(np.int64)
        return sizes, table, channels + wide + 3 * count * (1 + window)


NAMES = ("points", "counts", "edges", "gains", "width")


def unpack(arrays: Mapping[str, Array], gestures: int, channels: int) -> Nearness | None:
    """The inverse of `Nearness.pack`; None if something is missing or does not fit together."""
    try:
        found = {name: np.ascontiguousarray(arrays[f"near.{name}"], np.float64) for name in NAMES}
    except (KeyError, TypeError, ValueError):
        return None
    points, counts = found["points"], found["counts"]
    whole = counts.shape == (gestures,) and bool((counts >= 1.0).all() and (counts == np.floor(counts)).all())
    fits = points.ndim == 2 and points.shape[1] == channels and whole and counts.sum() == len(points)
    shapes = found["edges"].shape == found["gains"].shape == (gestures,) and found["width"].shape == (1,)
    sound = fits and shapes and all(np.isfinite(array).all() for array in found.values())
    sane = sound and LEAST_WIDTH <= found["width"][0] <= 1.0 / LEAST_WIDTH
    return Nearness(**found) if sane and all((np.abs(a) <= LARGEST).all() for a in found.values()) else None


def nearest(frames: Values, points: Values) -> Values:
    """(T,) distance of each frame (T, C) from the nearest of the points (P, C)."""
    result = np.empty(len(frames))
    for start in range(0, len(frames), 256):
        part = frames[start : start + 256]
        apart = part[:, None, :] - points[None, :, :]
        result[start : start + 256] = np.sqrt(np.einsum("tpc,tpc->tp", apart, apart).min(1))
    return result


def fit(takes: list[list[Values]], window: int) -> Nearness:
    """Learn prototypes and edges from the scaled demonstrations (T, C) of each gesture."""
    many = sum(len(demonstrations) for demonstrations in takes)
    each = min(max(MOST // many, 1), EACH)
    channels = takes[0][0].shape[1]
    points = [[spread(take, each) for take in demonstrations] for demonstrations in takes]
    inside = np.concatenate(
        [joined - joined.mean(0) for joined in (np.concatenate(demonstrations) for demonstrations in takes)]
    )
    # The size of a gesture's own movement, over all channels: the unit in which repetitions may differ.
    size = max(math.sqrt(float((inside**2).sum(1).mean())), LEAST * math.sqrt(channels))
    edges, gains, middles = np.empty(len(takes)), np.empty(len(takes)), np.empty(len(takes))
    for k, demonstrations in enumerate(takes):
        if len(demonstrations) == 1:
            middles[k], edges[k] = 0.5 * ALONE * size, ALONE * size
        else:
            averaged = []
            for index, take in enumerate(demonstrations):
                others = np.concatenate([points[k][i] for i in range(len(demonstrations)) if i != index])
                far = np.append(0.0, np.cumsum(nearest(spread(take, CALIBRATED), others)))
                ends = np.arange(1, len(far))
                begins = np.maximum(ends - window, 0)
                averaged.append((far[ends] - far[begins]) / (ends - begins))
            middle, high = np.quantile(np.concatenate(averaged), [0.5, HIGH])
            middles[k], edges[k] = middle, high + SLACK * (high - middle) + APART * size
        gains[k] = TOP / max(edges[k] - middles[k], 1e-9)
    width = max(float(np.median(middles)) / math.sqrt(channels), 1e-3)
    return Nearness(
        np.concatenate([point for gesture in points for point in gesture]),
        np.array([float(sum(map(len, gesture))) for gesture in points]),
        edges,
        gains,
        np.array([width]),
    )


def spread(take: Values, most: int) -> Values:
    """At most so many frames of a demonstration, evenly in time, the first and the last among them."""
    if len(take) <= most:
        return take
    places = np.linspace(0, len(take) - 1, most).round().astype(int)
    return np.asarray(take[places])
