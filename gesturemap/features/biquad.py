"""Biquad: low-pass, high-pass, band-pass and notch, at any spacing of the frames."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.feature import select
from gesturemap.frames import Frame, Spec

RESPONSES = ("low", "high", "band", "notch")
NEAREST = 0.45
"""Periods of the frequency from one frame to the next; a longer step counts as that long."""
LEARNED = 0.05
"""Share of a new interval in the usual one, where no rate is known."""


@dataclass(frozen=True)
class Biquad:
    """Low-pass, high-pass, band-pass or notch filter, of second order or several of these in a row.

    Sections of a low- or high-pass make a Butterworth filter (flat, no resonance) of twice their number as
    its order, unless `q` gives each of them a resonance of its own. The filter goes by the frames' own
    times, so that lost and irregular frames do not shift it; at regular times it is the filter of the
    cookbook. It starts settled on the first value.

    Source: Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients" (the responses);
    Zavalishin, "The Art of VA Filter Design", 2018, 3.10 and 4 (the same as a state-variable filter under
    the trapezoidal rule, here with steps of any length).
    """

    kind: ClassVar[str] = "biquad"

    columns: tuple[str, ...] = setting((), "channels it filters, such as acc*; empty: all")
    response: str = setting("low", "what passes: below, above, around, or all but around", choices=RESPONSES)
    frequency: float = setting(
        5.0, "cut-off (low, high: -3 dB) or centre (band, notch)", unit="Hz", low=0.001, high=10_000.0
    )
    sections: int = setting(1, "how many of second order in a row: more is steeper and later", low=1, high=4)
    q: float = setting(
        0.0,
        "resonance; frequency over width of a band or notch; 0: Butterworth (band and notch: 0.71)",
        low=0.0,
        high=1000.0,
    )
    rate: float = setting(
        0.0, "take frames as this regular, whatever their times say; 0: by their times", unit="Hz", low=0.0,
        high=100_000.0,
    )  # fmt: skip

    def start(self, spec: Spec) -> BiquadRun:
        """Size everything for frames of `spec`."""
        return BiquadRun(self, spec)


def resonances(settings: Biquad) -> list[float]:
    """Q of every section: a Butterworth filter's own where none is set."""
    butterworth = settings.response in ("low", "high")
    return [
        settings.q
        or (
            1.0 / (2.0 * math.sin(math.pi * (2 * i + 1) / (4 * settings.sections)))
            if butterworth
            else 0.5**0.5
        )
        for i in range(settings.sections)
    ]


class BiquadRun:
    """A running filter; a value that is no number gives the last one again.

    Its delay is that of slow movement (low, notch) or of the centre (band); what a high-pass is for, it does
    not hold up.
    """

    def __init__(self, settings: Biquad, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "biquad, columns")
        rate = settings.rate or spec.rate
        if 0.0 < rate <= 2.0 * settings.frequency:
            raise SettingsError(
                "biquad, frequency",
                f"{settings.frequency:g} Hz",
                f"{rate:g} frames a second can only hold what is below {rate / 2.0:g} Hz",
                "lower it, or set rate if the input's is not true",
            )
        qs = resonances(settings)
        # the bilinear transform's own seconds per radian: those of the frequency where no rate is known
        lag = 0.5 / (rate * math.tan(math.pi * settings.frequency / rate)) if rate else 0.0
        lag = lag or 0.5 / (math.pi * settings.frequency)
        self.spec = spec
        self.delay = {
            "low": lag * sum(1.0 / q for q in qs),
            "high": 0.0,
            "band": sum(q / (math.pi * settings.frequency) for q in qs),
            "notch": lag * sum(1.0 / q for q in qs),
        }[settings.response]
        self._period = Period(spec.rate)
        self._fixed = 1.0 / settings.rate if settings.rate else 0.0
        state = np.zeros((2 + 3 * len(qs), len(chosen)))
        state[1:3] = np.nan
        self._settled: tuple[Any, ...] = (
            np.array(chosen, dtype=np.int64),
            RESPONSES.index(settings.response),
            settings.frequency,
            np.array([1.0 / rate if rate else 0.0, 0.0 if rate else 1.0]),
            np.array([1.0 / q for q in qs]),
            state,
        )

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        out = frame.values.copy()
        biquad(out, self._fixed or self._period.since(frame.time), *self._settled)
        return Frame(frame.time, out, frame.arrived)


@brief
def biquad(
    values: Any,
    seconds: float,
    chosen: Any,
    response: int,
    frequency: float,
    pace: Any,
    damping: Any,
    state: Any,
) -> None:
    """Filter the chosen ones of `values` (C,) in place.

    `pace`: the usual seconds between frames, at which the frequency is met exactly, and whether to learn it.
    `state` (2 + 3 S, C): seconds since the last number, last result, then the high, band and low output of
    each of the S sections. The trapezoidal rule needs both ends of a step, hence all three: unlike with the
    usual two, steps may differ in length. Energy never grows in a step of any length.
    """
    if pace[1] > 0.0:
        pace[0] += LEARNED * (min(seconds, 2.0 * pace[0]) - pace[0]) if pace[0] > 0.0 else seconds
    farthest = math.tan(math.pi * NEAREST)
    warped = math.tan(math.pi * min(frequency * pace[0], NEAREST)) / pace[0]
    for i in range(len(chosen)):
        value = values[chosen[i]]
        state[0, i] += seconds
        if np.isfinite(value):
            g = min(warped * state[0, i], farthest)
            first = np.isnan(state[2, i])
            for s in range(len(damping)):
                k, at = damping[s], 2 + 3 * s
                if first:
                    state[at, i] = 0.0
                    state[at + 1, i] = 0.0
                    state[at + 2, i] = value
                # what each integrator has before its new input: half a step of the old one
                one = state[at + 1, i] + g * state[at, i]
                two = state[at + 2, i] + g * state[at + 1, i]
                high = (value - (k + g) * one - two) / (1.0 + g * (g + k))
                band = one + g * high
                low = two + g * band
                state[at, i] = high
                state[at + 1, i] = band
                state[at + 2, i] = low
                if response == 0:
                    value = low
                elif response == 1:
                    value = high
                elif response == 2:
                    value = k * band
                else:
                    value = high + low
            if np.isfinite(value):
                state[1, i] = value
            else:
                state[2, i] = np.nan  # numbers too large to be filtered: the next one starts anew
            state[0, i] = 0.0
        values[chosen[i]] = state[1, i]


KERNELS = (
    (biquad, "void(float64[::1],float64,int64[::1],int64,float64,float64[::1],float64[::1],float64[:,::1])"),
)
