"""How fast something swings: energies by frequency, from a bank of resonators of constant cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Room, select
from gesturemap.features.motion import joined
from gesturemap.frames import Channel, Frame, Spec

HIGHEST = 0.4
"""Part of the rate up to which frequencies are told apart."""


@dataclass(frozen=True)
class Bands:
    """How strongly channels swing, in bands from low to high; ``acc_x_2Hz`` is the band about 2 Hz.

    The bands stand in equal ratios and meet where each has lost half of its energy, so more bands are narrower
    and later. What swings with an amplitude A in the middle of a band reads A there. What the signal rests at is
    taken off. Where the nominal rate is below 2.5 times `high`, the bands reach up to 0.4 of the rate only.

    Source: resonators ``dz/dt = (i omega - 1/tau) z + x/tau``, two in a row, sampled with impulse invariance.
    """

    kind: ClassVar[str] = "bands"

    columns: tuple[str, ...] = setting((), "channels to look at, such as acc*; empty: all")
    low: float = setting(0.5, "middle of the lowest band", unit="Hz", low=0.01, high=1000.0)
    high: float = setting(8.0, "middle of the highest band", unit="Hz", low=0.01, high=1000.0)
    bands: int = setting(5, "how many", low=1, high=32)
    measure: str = setting(
        "amplitude", "amplitude, or energy: half of its square", choices=("amplitude", "energy")
    )
    together: bool = setting(
        False, "one for all chosen channels, whatever the direction, in place of one for each"
    )
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> ResonatorsRun:
        """Size everything for frames of `spec`."""
        low, high = _limits(self.low, self.high, spec.rate, "bands, low and high")
        ratio = (high / low) ** (1.0 / (self.bands - 1)) if self.bands > 1 else 2.0
        middles = low * ratio ** np.arange(self.bands)
        # a row of two has lost half where (omega - omega0) tau = sqrt(sqrt(2) - 1)
        lags = math.sqrt(math.sqrt(2.0) - 1.0) / (2.0 * math.pi * middles * (math.sqrt(ratio) - 1.0))
        return ResonatorsRun(self, spec, middles, lags, 2)


@dataclass(frozen=True)
class Wavelet:
    """Scales of a causal wavelet: how strongly channels swing, from `low` to `high`; ``acc_x_2Hz``.

    Finer than `bands`, and later: each scale looks back on the same number of its own periods. What swings with
    an amplitude A at the frequency of a scale reads A there. What the signal rests at is taken off. Where the
    nominal rate is below 2.5 times `high`, the scales reach up to 0.4 of the rate only.

    Source: the Morlet wavelet (Goupillaud, Grossmann and Morlet 1984) with the envelope of four equal
    exponentials in a row (a gamma density) in place of the Gaussian of the same spread, so that it is causal.
    """

    kind: ClassVar[str] = "wavelet"

    columns: tuple[str, ...] = setting((), "channels to look at, such as acc*; empty: all")
    low: float = setting(0.5, "frequency of the widest scale", unit="Hz", low=0.01, high=1000.0)
    high: float = setting(8.0, "frequency of the narrowest scale", unit="Hz", low=0.01, high=1000.0)
    per_octave: int = setting(2, "scales in an octave", low=1, high=12)
    omega: float = setting(
        5.0, "swings in the wavelet (omega0): more tell frequencies better, and later", low=1.0, high=30.0
    )
    measure: str = setting(
        "amplitude", "amplitude, or energy: half of its square", choices=("amplitude", "energy")
    )
    together: bool = setting(
        False, "one for all chosen channels, whatever the direction, in place of one for each"
    )
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> ResonatorsRun:
        """Size everything for frames of `spec`."""
        low, high = _limits(self.low, self.high, spec.rate, "wavelet, low and high")
        count = math.floor(math.log2(high / low) * self.per_octave + 1e-9) + 1
        if count > 64:
            raise SettingsError(
                "wavelet, per_octave",
                f"{count} scales",
                "at most 64",
                "raise low, or take fewer in an octave",
            )
        middles = low * 2.0 ** (np.arange(count) / self.per_octave)
        lags = self.omega / (2.0 * math.pi * middles * math.sqrt(4.0))
        return ResonatorsRun(self, spec, middles, lags, 4)


def _limits(low: float, high: float, rate: float, place: str) -> tuple[float, float]:
    """Both ends of the bands, within what the rate can tell."""
    if low >= high:
        raise SettingsError(place, f"{low:.6g} and {high:.6g} Hz", "low is below high", "move one of them")
    if rate > 0.0 and high > HIGHEST * rate:
        low, high = min(low, HIGHEST * rate * low / high), HIGHEST * rate
    return low, high


class ResonatorsRun:
    """A running bank of resonators; a value that is no number counts as the rest."""

    def __init__(self, settings: Bands | Wavelet, spec: Spec, middles: Any, lags: Any, stages: int) -> None:
        chosen = select(spec, settings.columns, f"{settings.kind}, columns")
        squared = settings.measure == "energy"
        new = _channels(spec, chosen, middles.tolist(), settings.together, squared, settings.kind)
        self._room = Room(spec, chosen, new, settings.keep)
        self.spec = self._room.spec
        self._new = self._room.whole[spec.width :]
        self.delay = stages * float(lags[0])
        self._period = Period(spec.rate)
        rest = 1.0 / float(middles[0])
        swing = 2.0 * math.pi * middles * rest
        state = np.zeros((2, len(chosen)))
        state[0] = np.nan
        self._settled = (
            np.array(chosen, dtype=np.int64),
            2.0 * math.pi * middles,
            lags,
            # what is lost with the rest is given back
            2.0 * np.sqrt(1.0 + swing**2) / swing,
            rest,
            settings.together,
            squared,
            state,
            np.zeros((stages, len(middles), len(chosen)), dtype=np.complex128),
        )

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        resonate(room.came, self._period.since(frame.time), *self._settled, self._new)
        return Frame(frame.time, room.out(), frame.arrived)


def _channels(
    spec: Spec, chosen: Sequence[int], middles: Sequence[float], together: bool, squared: bool, kind: str
) -> list[Channel]:
    """One for each frequency and channel, or one for each frequency."""
    units = {spec.channels[i].unit for i in chosen}
    if together and len(units) > 1:
        raise SettingsError(
            f"{kind}, together",
            f"units {', '.join(sorted(unit or 'none' for unit in units))}",
            "channels taken together share a unit",
            "choose them by columns",
        )
    endings = [f"{middle:.3g}Hz" for middle in middles]

    def unit(i: int) -> str:
        one = spec.channels[i].unit
        return f"({one})2" if squared and one else one

    if together:
        names = [spec.names[i] for i in chosen]
        return [Channel(joined(names, ending), unit(chosen[0])) for ending in endings]
    return [Channel(f"{spec.names[i]}_{ending}", unit(i)) for ending in endings for i in chosen]


@brief
def resonate(
    values: Any,
    seconds: float,
    chosen: Any,
    omegas: Any,
    lags: Any,
    gains: Any,
    rest: float,
    together: bool,
    squared: bool,
    state: Any,
    rings: Any,
    out: Any,
) -> None:
    """Write amplitude or energy of each band (and channel) into `out`.

    `state` (2, C): what each channel rests at, and how far it is from there; `rings` (stages, bands, C).
    """
    count = len(chosen)
    for i in range(count):
        value = values[chosen[i]]
        state[1, i] = 0.0
        if math.isfinite(value * value):
            if math.isnan(state[0, i]):
                state[0, i] = value
            state[0, i] -= (value - state[0, i]) * math.expm1(-seconds / rest)
            state[1, i] = value - state[0, i]
    for band in range(len(omegas)):
        decay = math.exp(-seconds / lags[band])
        angle = omegas[band] * seconds
        turn = complex(decay * math.cos(angle), decay * math.sin(angle))
        # over more than half a swing one value says nothing about it
        fresh = 1.0 - decay if angle <= math.pi else 0.0
        later = 1.0 - decay
        if together:
            out[band] = 0.0
        for i in range(count):
            ring = rings[0, band, i] * turn + fresh * state[1, i]
            rings[0, band, i] = ring
            for stage in range(1, rings.shape[0]):
                ring = rings[stage, band, i] * turn + later * ring
                rings[stage, band, i] = ring
            size = gains[band] * gains[band] * (ring.real * ring.real + ring.imag * ring.imag)
            if squared:
                size *= 0.5
            if together:
                out[band] += size
            else:
                out[band * count + i] = size if squared else math.sqrt(size)
        if together and not squared:
            out[band] = math.sqrt(out[band])


KERNELS = (
    (
        resonate,
        "void(float64[::1],float64,int64[::1],float64[::1],float64[::1],float64[::1],float64,boolean,boolean,"
        "float64[:,::1],complex128[:,:,::1],float64[::1])",
    ),
)
