"""Derive: how fast channels change, per second."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.features.feature import Room, select
from gesturemap.frames import Channel, Frame, Spec

ENDING = {1: "_d", 2: "_dd"}
SHORTEST = 1e-4
"""Frames closer together than this (s) are one moment, where the rate is not known."""


@dataclass(frozen=True)
class Derive:
    """First or second difference over the time between the frames; ``acc_x`` gives ``acc_x_d`` or ``_dd``.

    Frames that come in a burst, closer than a quarter of the nominal period, count as one moment: the last
    value is held rather than made huge. The first one or two frames give nothing, since nothing is known
    yet.

    Source: divided differences, exact for polynomials of their order at any spacing.
    """

    kind: ClassVar[str] = "derive"

    columns: tuple[str, ...] = setting((), "channels to derive, such as acc*; empty: all")
    order: int = setting(1, "1: speed of change; 2: its acceleration", low=1, high=2)
    smoothing: float = setting(
        0.0, "time constant of the smoothing; it adds as much delay", unit="s", low=0.0, high=10.0
    )
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> DeriveRun:
        """Size everything for frames of `spec`."""
        return DeriveRun(self, spec)


def per_second(unit: str, order: int) -> str:
    """The unit of a derivative: ``g`` -> ``g/s``, ``m/s`` -> ``m/s2``, no unit -> ``1/s``."""
    found = re.fullmatch(r"(.*)/s(\d*)", unit)
    base, power = (found[1], int(found[2] or 1)) if found else (unit or "1", 0)
    power += order
    return f"{base}/s{power if power > 1 else ''}"


class DeriveRun:
    """A running derivative; a value that is no number gives the last one again."""

    def __init__(self, settings: Derive, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "derive, columns")
        new = [
            Channel(
                spec.channels[i].name + ENDING[settings.order],
                per_second(spec.channels[i].unit, settings.order),
            )
            for i in chosen
        ]
        self._room = Room(spec, chosen, new, settings.keep)
        self.spec = self._room.spec
        period = 1.0 / spec.rate if spec.rate > 0.0 else 0.0
        self.delay = settings.order * period / 2.0 + settings.smoothing
        self._period = Period(spec.rate)
        state = np.zeros((6, len(chosen)))
        state[SLOPE] = state[RESULT] = np.nan
        places = np.array([chosen, range(spec.width, spec.width + len(chosen))], dtype=np.int64)
        self._settled = (places, max(period / 4.0, SHORTEST), settings.smoothing, settings.order, state)

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame; None as long as no channel has a derivative."""
        room = self._room
        room.came[...] = frame.values
        if not derive(room.whole, self._period.since(frame.time), *self._settled):
            return None
        return Frame(frame.time, room.out(), frame.arrived)


LAST, SINCE, GAP, SEEN, SLOPE, RESULT = range(6)


@brief
def derive(
    values: Any, seconds: float, places: Any, shortest: float, smoothing: float, order: int, state: Any
) -> bool:
    """Write the derivatives of the chosen ones of `values` behind them; False while there is none at all.

    `places` (2, C): where a channel is read, and where its derivative goes. `state` (6, C): last number,
    seconds since, the interval before, numbers seen (up to 3), last first derivative, last result.
    """
    any_known = False
    for i in range(places.shape[1]):
        value = values[places[0, i]]
        state[SINCE, i] += seconds
        gone = state[SINCE, i]
        if np.isfinite(value) and (state[SEEN, i] == 0.0 or gone >= shortest):
            if state[SEEN, i] > 0.0:
                slope = (value - state[LAST, i]) / gone
                target = slope
                if order == 2:
                    target = 2.0 * (slope - state[SLOPE, i]) / (gone + state[GAP, i])
                if state[SEEN, i] >= order:
                    if smoothing > 0.0 and np.isfinite(state[RESULT, i]):
                        target = state[RESULT, i] + (target - state[RESULT, i]) * -math.expm1(
                            -gone / smoothing
                        )
                    state[RESULT, i] = target
                state[SLOPE, i] = slope
                state[GAP, i] = gone
            state[LAST, i] = value
            state[SINCE, i] = 0.0
            state[SEEN, i] = min(state[SEEN, i] + 1.0, 3.0)
        values[places[1, i]] = state[RESULT, i]
        any_known = any_known or not np.isnan(state[RESULT, i])
    return any_known


KERNELS = (
    (
        derive,
        "boolean(float64[::1],float64,int64[:,::1],float64,float64,int64,float64[:,::1])",
    ),
)
