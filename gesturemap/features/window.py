"""Window: statistics of the last moments, at a cost per frame that does not grow with the window."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Room, select
from gesturemap.frames import Channel, Frame, Spec

STATISTICS = ("mean", "sd", "min", "max", "range", "rms", "crossings")
CROSSINGS = STATISTICS.index("crossings")
SUMS = 5
"""Rows of sums."""
DROWNED = 1e-9
"""A variance below this part of the greatest square there was has lost too many digits in the sums."""
FASTEST = 500.0
"""Hz: room is made for this rate where none is known."""


@dataclass(frozen=True)
class Window:
    """Mean, standard deviation, minimum, maximum, range, root mean square and zero crossings of the last `seconds`.

    `crossings` is how often a second a channel changes sign (a 0 is no sign): twice the frequency of a swing
    about 0.

    The first frames give the statistics of what there is. A value that is no number is left out. Frames
    that come more than four times as often as the nominal rate says (or 500 Hz) push the oldest out early.
    """

    kind: ClassVar[str] = "window"

    columns: tuple[str, ...] = setting((), "channels to look at, such as acc*; empty: all")
    seconds: float = setting(0.5, "length of the window", unit="s", low=0.001, high=60.0)
    frames: int = setting(0, "length in frames, in place of seconds; 0: by seconds", low=0, high=60_000)
    statistics: tuple[str, ...] = setting(("mean", "sd"), "what to tell of each channel", choices=STATISTICS)
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> WindowRun:
        """Size everything for frames of `spec`."""
        return WindowRun(self, spec)


class WindowRun:
    """Running statistics over a bounded ring of frames."""

    def __init__(self, settings: Window, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "window, columns")
        statistics = tuple(dict.fromkeys(settings.statistics))
        if not statistics:
            raise SettingsError(
                "window, statistics", "none", f"there are {', '.join(STATISTICS)}", "name at least one"
            )
        new = [
            Channel(
                f"{spec.channels[i].name}_{name}", "1/s" if name == "crossings" else spec.channels[i].unit
            )
            for name in statistics
            for i in chosen
        ]
        self._room = Room(spec, chosen, new, settings.keep)
        self.spec = self._room.spec
        by_frames = settings.frames > 0
        period = 1.0 / spec.rate if spec.rate > 0.0 else 0.0
        most = settings.frames or math.ceil(settings.seconds * (4.0 * spec.rate or FASTEST)) + 1
        rows = 1 << (most - 1).bit_length()  # a power of two, so that a place in the ring is a mere mask
        self.delay = (settings.frames - 1) * period / 2.0 if by_frames else settings.seconds / 2.0
        self._period = Period(spec.rate)
        self._now = 0.0
        extremes = bool({"min", "max", "range"}.intersection(statistics))
        count = len(chosen)
        at = np.array([0, 0, 1])
        times, ring = np.zeros(rows), np.full((rows, count), np.nan)
        sums = np.zeros((2, SUMS, count))
        crossed = np.zeros((rows + 2 if "crossings" in statistics else 0, count))
        queue = np.zeros((2, rows if extremes else 0, count), dtype=np.int64)
        ends = np.zeros((2, 2, count), dtype=np.int64)
        places = np.array([chosen, range(spec.width, spec.width + count)], dtype=np.int64)
        codes = np.array([STATISTICS.index(name) for name in statistics])
        span = math.inf if by_frames else settings.seconds - 1e-6  # a frame that old has just left
        length = 0.0 if by_frames else settings.seconds
        self._settled = (span, most, length, places, at, times, ring, sums, crossed, queue, ends, codes)

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        self._now += self._period.since(frame.time)
        slide(room.whole, self._now, *self._settled)
        return Frame(frame.time, room.out(), frame.arrived)


@brief
def slide(
    values: Any,
    now: float,
    span: float,
    most: int,
    length: float,
    places: Any,
    at: Any,
    times: Any,
    ring: Any,
    sums: Any,
    crossed: Any,
    queue: Any,
    ends: Any,
    codes: Any,
) -> None:
    """Let frames older than `span` go, take the chosen ones of `values` in, write their statistics behind them.

    `places` (2, C): where a channel is read, and where its first statistic goes. Frames are counted from 0.
    `at`: how many came in, the oldest inside, the first one in the newer sums. `sums` (2, 5, C): count, sum,
    sum of squares, reference and greatest square so far of the window; and the same of its newer part, begun
    anew once per window length. When the older part has gone, these are the sums of the window and take
    their place: rounding errors never live longer than two windows. Until then a spike that was far above
    what is left would drown it: the deviations are then taken from the frames themselves.
    """
    mask, count = len(times) - 1, places.shape[1]
    whole, newer = sums[0], sums[1]
    new, oldest, begun = at[0], at[1], at[2]
    while oldest < new and (new - oldest >= most or now - times[oldest & mask] >= span):
        add(whole, ring, oldest & mask, -1.0)
        if len(crossed) > 0:
            for i in range(count):
                crossed[mask + 2, i] -= crossed[oldest & mask, i]
        oldest += 1
        if oldest == begun:
            for row in range(SUMS):
                for i in range(count):
                    whole[row, i] = newer[row, i]
                    newer[row, i] = 0.0
            begun = new
    times[new & mask] = now
    for i in range(count):
        ring[new & mask, i] = values[places[0, i]]
    add(whole, ring, new & mask, 1.0)
    if new >= begun:
        add(newer, ring, new & mask, 1.0)
    if queue.shape[1] > 0:
        for side in range(2):
            rank(ring, queue, ends, side, oldest, new)
    if len(crossed) > 0:
        cross(ring, crossed, new & mask)
    at[0], at[1], at[2] = new + 1, oldest, begun
    seconds = length
    if length == 0.0 and new > oldest:
        seconds = (now - times[oldest & mask]) * (new - oldest + 1) / (new - oldest)
    first = places[1]
    for place in range(len(codes)):
        for i in range(count):
            if codes[place] == CROSSINGS and whole[0, i] > 0.0:
                result = crossed[mask + 2, i] / seconds if seconds > 0.0 else 0.0
            else:
                result = statistic(codes[place], i, whole, ring, queue, ends, oldest, new)
            values[first[i] + place * count] = result


@brief
def cross(ring: Any, crossed: Any, row: int) -> None:
    """Say for each channel whether the frame in `row` has another sign than the last number, and count it.

    `crossed` (rows + 2, C): 1 for each frame that has; the last sign; how many there are in the window.
    """
    sign, total = len(crossed) - 2, len(crossed) - 1
    for i in range(ring.shape[1]):
        value = ring[row, i]
        crossed[row, i] = 0.0
        if math.isfinite(value) and value != 0.0:
            here = 1.0 if value > 0.0 else -1.0
            if crossed[sign, i] == -here:
                crossed[row, i] = 1.0
                crossed[total, i] += 1.0
            crossed[sign, i] = here


@brief
def add(sums: Any, ring: Any, row: int, sign: float) -> None:
    """Add (or with -1 take away) one row to count, sum and sum of squares about a reference near it."""
    for i in range(ring.shape[1]):
        value = ring[row, i]
        if math.isfinite(value):
            if sums[0, i] == 0.0:
                sums[1, i] = 0.0
                sums[2, i] = 0.0
                sums[3, i] = value
                sums[4, i] = 0.0
            away = value - sums[3, i]
            sums[0, i] += sign
            sums[1, i] += sign * away
            sums[2, i] += sign * away * away
            sums[4, i] = max(sums[4, i], away * away)


@brief
def rank(ring: Any, queue: Any, ends: Any, side: int, oldest: int, new: int) -> None:
    """Keep, per channel, the frames that may yet be the smallest (side 1: largest) of the window, best first.

    Source: Lemire, "Streaming maximum-minimum filter using no more than three comparisons per element", 2006.
    """
    mask, sign = len(ring) - 1, 1.0 - 2.0 * side
    for i in range(ring.shape[1]):
        first, end, value = ends[side, 0, i], ends[side, 1, i], ring[new & mask, i]
        while first < end and queue[side, first & mask, i] < oldest:
            first += 1
        if math.isfinite(value):
            while first < end and sign * ring[queue[side, (end - 1) & mask, i] & mask, i] >= sign * value:
                end -= 1
            queue[side, end & mask, i] = new
            end += 1
        ends[side, 0, i], ends[side, 1, i] = first, end


@brief
def statistic(code: int, i: int, sums: Any, ring: Any, queue: Any, ends: Any, oldest: int, new: int) -> float:
    """One number of channel i by its place in STATISTICS; no number where the window holds none."""
    count = sums[0, i]
    if count == 0.0:
        return math.nan
    if code in (2, 3, 4):
        mask = len(ring) - 1
        lowest: float = ring[queue[0, ends[0, 0, i] & mask, i] & mask, i]
        highest: float = ring[queue[1, ends[1, 0, i] & mask, i] & mask, i]
        if code == 4:
            return highest - lowest
        return lowest if code == 2 else highest
    away = sums[1, i] / count
    mean: float = sums[3, i] + away
    if code == 0:
        return mean
    variance = sums[2, i] / count - away * away
    if not variance > DROWNED * sums[4, i]:
        variance, mask = 0.0, len(ring) - 1
        for row in range(oldest, new + 1):
            value = ring[row & mask, i]
            if math.isfinite(value):
                variance += (value - mean) * (value - mean) / count
    return math.sqrt(variance if code == 1 else variance + mean * mean)


_TABLE, _CUBE = "float64[:,::1]", "int64[:,:,::1]"
KERNELS = (
    (
        slide,
        f"void(float64[::1],float64,float64,int64,float64,int64[:,::1],int64[::1],float64[::1],{_TABLE},"
        f"float64[:,:,::1],{_TABLE},{_CUBE},{_CUBE},int64[::1])",
    ),
)
