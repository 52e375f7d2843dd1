"""Smoothing that is strong at rest and quick in movement: the One Euro filter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap import units
from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.feature import per_channel, select
from gesturemap.frames import Frame, Spec, Values

SPREAD = {
    "g": 0.5,
    "m/s2": 5.0,
    "rad/s": 2.0,
    "deg/s": 115.0,
    "uT": 20.0,
    "rad": 0.8,
    "deg": 45.0,
    "m": 0.2,
    "cm": 20.0,
    "mm": 200.0,
    "px": 200.0,
    "%": 25.0,
}
"""Unit -> standard deviation of a channel during an ordinary gesture."""
NORMALISED = 0.25
"""The same for a channel without a unit, taken to be in 0..1 or -1..1."""


def usual_spread(unit: str) -> float:
    """What SPREAD says of a unit, or of another one that measures the same; NORMALISED where none does."""
    measured = units.dimension(unit)
    for known in (unit, *SPREAD):
        if known in SPREAD and (known == unit or (measured and units.dimension(known) == measured)):
            return SPREAD[known] * units.factor(known, unit)
    return NORMALISED


@dataclass(frozen=True)
class OneEuro:
    """A low-pass whose cut-off rises with speed: ``min_cutoff + beta * |speed| / scale``.

    In the paper beta must be found for each signal, since its unit is the signal's: a hundred times too
    small, it leaves a mere low-pass. Here speed is counted in the channel's own spread per second
    (`scale`), so that one beta suits every sensor. The spread is a setting, never learned while playing: a
    demonstration and a performance are smoothed alike, and an hour of rest changes nothing.

    Source: Casiez, Roussel, Vogel, "1 € Filter", CHI 2012, algorithm 1, with the speed taken from
    successive raw values as in its authors' code, which does not depend on the rate.
    """

    kind: ClassVar[str] = "one_euro"

    columns: tuple[str, ...] = setting((), "channels it smooths, such as acc*; empty: all")
    min_cutoff: float = setting(
        2.0, "cut-off at rest: lower is steadier and later", unit="Hz", low=0.001, high=1000.0
    )
    beta: float = setting(
        4.0,
        "how much speed opens the filter: higher is quicker in movement",
        unit="Hz per spread/s",
        low=0.0,
        high=1000.0,
    )
    d_cutoff: float = setting(1.0, "cut-off for the speed itself", unit="Hz", low=0.001, high=1000.0)
    scale: tuple[float, ...] = setting(
        (),
        "spread (standard deviation) of each chosen channel in a gesture, or one for all; empty: by unit",
        low=1e-12,
    )

    def start(self, spec: Spec) -> OneEuroRun:
        """Size everything for frames of `spec`."""
        return OneEuroRun(self, spec)

    def measured(self, spec: Spec, values: Values) -> OneEuro:
        """These settings with `scale` measured on a movement, (T, C): for channels of an unknown unit.

        Raises
        ------
        SettingsError
            If a chosen channel does not move at all.
        """
        chosen = select(spec, self.columns, "one_euro, columns")
        spread = np.nanstd(np.where(np.isfinite(values), values, np.nan)[:, chosen], axis=0)
        still = [spec.names[i] for i, moved in zip(chosen, spread, strict=True) if not moved > 0.0]
        if still:
            raise SettingsError(
                "one_euro, scale",
                f"no movement in {', '.join(still)}",
                "a spread is measured on a movement",
                "move the sensor, or leave the channel out by columns",
            )
        return OneEuro(self.columns, self.min_cutoff, self.beta, self.d_cutoff, tuple(spread.tolist()))


class OneEuroRun:
    """A running One Euro filter; a value that is no number gives the last one again."""

    def __init__(self, settings: OneEuro, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "one_euro, columns")
        count = len(chosen)
        if settings.scale:
            spread = per_channel(settings.scale, count, 1.0, "one_euro, scale")
        else:
            spread = np.array([usual_spread(spec.channels[i].unit) for i in chosen])
        self.spec = spec
        self.delay = 1.0 / (2.0 * math.pi * settings.min_cutoff)
        self._period = Period(spec.rate)
        self._settled: tuple[Any, ...] = (
            np.array(chosen, dtype=np.int64),
            settings.beta / spread,
            settings.min_cutoff,
            1.0 / (2.0 * math.pi * settings.d_cutoff),
            np.full((3, count), np.nan),
            np.zeros(count),
        )

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        out = frame.values.copy()
        smooth(out, self._period.since(frame.time), *self._settled)
        return Frame(frame.time, out, frame.arrived)


@brief
def smooth(
    values: Any,
    seconds: float,
    chosen: Any,
    gain: Any,
    min_cutoff: float,
    speed_lag: float,
    state: Any,
    since: Any,
) -> None:
    """Smooth the chosen ones of `values` (C,) in place; `state` holds raw, smoothed and speed of each.

    With time constants in place of the paper's rates, ``alpha = seconds / (seconds + tau)``, nothing is
    divided by the time between frames. The clock of a channel runs on while it gives no number.
    """
    for i in range(len(chosen)):
        value = values[chosen[i]]
        since[i] += seconds
        if np.isfinite(value):
            if np.isnan(state[0, i]):
                state[1, i] = value
                state[2, i] = 0.0
            else:
                gone = since[i]
                state[2, i] += (value - state[0, i] - gone * state[2, i]) / (gone + speed_lag)
                cutoff = min_cutoff + gain[i] * abs(state[2, i])
                lag = 1.0 / (2.0 * math.pi * cutoff)
                state[1, i] += (value - state[1, i]) * (gone / (gone + lag))
            state[0, i] = value
            since[i] = 0.0
        values[chosen[i]] = state[1, i]


KERNELS = (
    (
        smooth,
        "void(float64[::1],float64,int64[::1],float64[::1],float64,float64,float64[:,::1],float64[::1])",
    ),
)
