"""Lays a fitted vocabulary out in memory for `forward.step`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gesturemap.frames import Values
from gesturemap.models import forward
from gesturemap.models.gesture import GestureModel
from gesturemap.models.model import Array
from gesturemap.models.scaling import Scaling

STRIDE = 8
"""Components are padded to a multiple of this, the width of the widest vector unit in doubles."""
LINE = 8
"""Doubles in a line of the processor's cache: parts begin on one, as vectors that lie across two load slower."""
STEEPEST = 450.0
"""Nats of the largest penalty that double precision can still express."""


@dataclass(frozen=True)
class Play:
    """What of a learner's settings matters while playing."""

    temporal: bool
    dense: bool
    evidence: float
    """How much the likelihood of one frame counts; 0: what the demonstrations left out say."""
    penalty: float
    """Nats per channel for entering a gesture in its middle."""
    estimator: str = "full"
    blended: bool = True
    estimators: Mapping[str, str] = field(default_factory=dict)
    """Of the gestures that have one of their own."""
    seldom: float = 0.0
    """Nats that entering a gesture in its middle costs besides."""

    def leak(self, channels: int) -> float:
        """Probability per frame of entering any state of any gesture."""
        return math.exp(-min(self.evidence * self.penalty * channels + self.seldom, STEEPEST))


@dataclass(frozen=True, eq=False)
class Tables:
    """The table of `forward.step`, and how much room its state and what it writes want."""

    table: Values
    room: int
    out: int


def aligned(size: int) -> Values:
    """Zeros (size,) that begin on a cache line."""
    room = np.zeros(size + LINE)
    first = -(room.ctypes.data // room.itemsize) % LINE
    return room[first : first + size]


class Places:
    """Parts one after the other, each from a cache line on, and where each begins."""

    def __init__(self) -> None:
        self.at: dict[int, int] = {}
        self.parts: dict[int, Array] = {}
        self.size = 0

    def add(self, name: int, part: Array | int) -> None:
        """Put a part (or so many numbers of room) at the end."""
        self.at[name] = self.size
        if not isinstance(part, int):
            self.parts[name] = np.ravel(part)
        size = part if isinstance(part, int) else part.size
        self.size += -(-size // LINE) * LINE

    def filled(self) -> Values:
        """All of it, in a new array."""
        whole = aligned(self.size)
        for name, part in self.parts.items():
            whole[self.at[name] : self.at[name] + part.size] = part
        return whole


MOVING = (forward.STAY, forward.LEAVE, forward.EXITS, forward.ENTRY, forward.POSITION, forward.EVEN)


def coefficients(gestures: Sequence[GestureModel], channels: int, wide: int) -> Values:
    """Constants, then coefficients (1 + F, W) of all components, F made even for `forward.densities`."""
    columns = [gesture.columns(channels) for gesture in gestures]
    height, used = len(columns[0]), sum(part.shape[1] for part in columns)
    padded = np.zeros((1 + height // 2 * 2, wide))
    np.concatenate([part[-1] for part in columns], out=padded[0, :used])
    np.concatenate([part[:-1] for part in columns], axis=1, out=padded[1:height, :used])
    return padded


def layout(
    gestures: Sequence[GestureModel], scaling: Scaling, channels: int, follows: Values, play: Play
) -> Tables:
    """Build the tables of K gestures whose first C channels are seen and the others regressed."""
    count, states = len(gestures), np.array([gesture.states for gesture in gestures])
    each = [len(gesture.weights) for gesture in gestures] // states
    components = np.repeat(each, states)
    wide = -(-int(components.sum()) // STRIDE) * STRIDE
    every, outputs = int(states.sum()), len(scaling.centre) - channels
    columns = coefficients(gestures, channels, wide)
    leak = play.leak(channels)
    moves = [gesture.moves(play.dense, leak) for gesture in gestures]
    moving = np.concatenate([rows for rows, _ in moves], axis=1)

    windows = np.array([gesture.window for gesture in gestures])
    sizes = Places()
    sizes.add(forward.HEADER, forward.HEADER)
    sizes.add(forward.FIRSTS, np.append(0, np.cumsum(states)))
    sizes.add(forward.OWNED, np.append(0, np.cumsum(components)))
    sizes.add(forward.WINDOWS, windows)
    sizes.add(forward.JUMPS_AT, count)
    estimators = [play.estimators.get(gesture.label, play.estimator) for gesture in gestures]
    sizes.add(forward.ESTIMATOR, np.array([forward.ESTIMATORS.index(name) for name in estimators]))

    table = Places()
    table.add(forward.HEADER, sizes.size)
    table.add(forward.CENTRE, scaling.centre[:channels])
    table.add(forward.INVERSE, scaling.inverse[:channels])
    table.add(forward.COEFFICIENTS, columns)
    for index, name in enumerate(MOVING):
        table.add(name, moving[index])
    table.add(forward.FOLLOWS, follows)
    table.add(forward.EDGES, np.stack([gesture.edges for gesture in gestures], axis=1))
    table.add(forward.GAINS, np.stack([gesture.gains for gesture in gestures], axis=1))
    table.add(forward.LEAK, np.array([leak]))
    table.add(forward.EVIDENCE, np.array([play.evidence]))
    jumps_at = table.size + np.append(0, np.cumsum([len(jumps) for _, jumps in moves]))[:-1]
    table.add(forward.JUMPS, np.concatenate([jumps for _, jumps in moves]))
    if outputs:
        offsets = np.concatenate([gesture.offsets for gesture in gestures])
        slopes = np.concatenate([gesture.slopes for gesture in gestures])
        variances = np.concatenate([gesture.within for gesture in gestures])
        for name, part in (
            (forward.OFFSETS, offsets),
            (forward.SLOPES, slopes),
            (forward.VARIANCES, variances),
            (forward.OUT_CENTRE, scaling.centre[channels:]),
            (forward.OUT_SCALE, scaling.scale[channels:]),
        ):
            table.add(name, part)

    state = Places()
    state.add(forward.HEADER, channels)
    state.add(forward.COUNTERS, count + 1)
    state.add(forward.PRODUCTS, len(columns))
    for name in (forward.ALPHA, forward.LONE, forward.BAG):
        state.add(name, every)
    state.add(forward.FRESH, 3 * every)
    state.add(forward.ROOM, count)
    for name in (forward.LOG_C, forward.TEMPERED, forward.SCRATCH):
        state.add(name, wide)
    for name, rows in (
        (forward.TOPS, 1),
        (forward.MASSES, 1),
        (forward.LOGS, 2),
        (forward.ENTERING, 1),
        (forward.TOTALS, 2),
        (forward.ENDINGS, 2),
        (forward.SCALES, 1),
    ):
        state.add(name, rows * count)
    state.add(forward.RINGS, 2 * int(windows.sum()))

    filled = table.filled()
    numbers = filled.view(np.int64)
    numbers[: sizes.size] = sizes.filled()
    numbers[sizes.at[forward.JUMPS_AT] :][:count] = jumps_at
    for places in (table, state, sizes):
        for name, place in places.at.items():
            if name != forward.HEADER:
                numbers[name] = place
    for name, value in (
        (forward.GESTURES, count),
        (forward.CHANNELS, channels),
        (forward.OUTPUTS, outputs),
        (forward.STATES, every),
        (forward.COMPONENTS, int(components.sum())),
        (forward.WIDE, wide),
        (forward.WIDTH, len(columns) - 1),
        (forward.FULL, int(gestures[0].covariances.ndim == 3)),
        (forward.TEMPORAL, int(play.temporal)),
        (forward.DENSE, int(play.dense)),
        (forward.BLENDED, int(play.blended)),
        (forward.ALIKE, int((follows == follows[0]).all())),
    ):
        numbers[name] = value
    return Tables(filled, state.size, 4 * count + 2 * outputs)
