"""Muscle tension from EMG: the envelope of a signal that swings about its rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.features.feature import Room, renamed, select
from gesturemap.frames import Frame, Spec

METHODS = ("rectify", "rms", "bayes")
LEVELS = 64
"""Tensions that the Bayesian filter tells apart."""
USUAL_RATE = 1000.0
"""Hz: the rate of EMG, where none is known, for the delay that is told."""


@dataclass(frozen=True)
class Envelope:
    """How tense a muscle is, from its EMG; ``emg_1`` gives ``emg_1_envelope`` in the same unit.

    What the signal rests at is taken off first. Then it is the low-passed magnitude (rectify), the root of the
    low-passed square (rms), or the expected magnitude by a Bayesian filter (bayes), which is quick where tension
    jumps and steady where it lasts, but says little below a thirtieth of full tension.

    Source: Sanger, "Bayesian filtering of myoelectric signals", J. Neurophysiol. 97, 2007: tension diffuses and
    sometimes jumps, and the magnitude is exponentially distributed with it as the mean.
    """

    kind: ClassVar[str] = "envelope"

    columns: tuple[str, ...] = setting((), "channels of EMG, such as emg*; empty: all")
    method: str = setting("rms", "how tension is read from the signal", choices=METHODS)
    time: float = setting(
        0.1, "time constant of the low-pass, which is its delay", unit="s", low=0.001, high=10.0
    )
    rest: float = setting(
        1.0, "over how long what it rests at is found; 0: it rests at 0", unit="s", low=0.0, high=60.0
    )
    full: float = setting(
        1.0, "bayes: magnitude at full tension, in the channels' unit", low=1e-12, high=1e12
    )
    drift: float = setting(
        0.1, "bayes: how far tension wanders in a second, of full tension", low=0.01, high=10.0
    )
    jumps: float = setting(1.0, "bayes: how often it jumps", unit="1/s", low=0.0, high=100.0)
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> EnvelopeRun:
        """Size everything for frames of `spec`."""
        return EnvelopeRun(self, spec)


class EnvelopeRun:
    """A running envelope; a value that is no number changes nothing."""

    def __init__(self, settings: Envelope, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "envelope, columns")
        self._room = Room(spec, chosen, renamed(spec, chosen, "_envelope"), settings.keep)
        self.spec = self._room.spec
        self._new = self._room.whole[spec.width :]
        self.delay = settings.time
        if settings.method == "bayes":
            # that of a Kalman filter of the same drift and noise at a quarter of full tension
            self.delay = 0.25 / (settings.drift * math.sqrt(spec.rate or USUAL_RATE))
        self._period = Period(spec.rate)
        state = np.zeros((3, len(chosen)))
        state[0] = np.nan
        bayes = settings.method == "bayes"
        beliefs = np.full((len(chosen), LEVELS if bayes else 0), 1.0 / LEVELS)
        self._settled = (
            np.array(chosen, dtype=np.int64),
            METHODS.index(settings.method),
            settings.time,
            settings.rest,
            settings.full,
            settings.drift,
            settings.jumps,
            state,
            beliefs,
        )

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        tension(room.came, self._period.since(frame.time), *self._settled, self._new)
        return Frame(frame.time, room.out(), frame.arrived)


@brief
def tension(
    values: Any,
    seconds: float,
    chosen: Any,
    method: int,
    time: float,
    rest: float,
    full: float,
    drift: float,
    jumps: float,
    state: Any,
    beliefs: Any,
    out: Any,
) -> None:
    """Write the envelope of each chosen channel into `out`.

    `state` (3, C): what it rests at, the low-passed magnitude or its square, the envelope; `beliefs` (C, levels):
    how probable each tension is.
    """
    for i in range(len(chosen)):
        value = values[chosen[i]]
        if math.isfinite(value * value):
            if math.isnan(state[0, i]):
                state[0, i] = value if rest > 0.0 else 0.0
            elif rest > 0.0:
                state[0, i] -= (value - state[0, i]) * math.expm1(-seconds / rest)
            size = abs(value - state[0, i])
            if method == 2:
                state[2, i] = full * believed(beliefs[i], min(size / full, 20.0), seconds, drift, jumps)
            else:
                seen = size * size if method == 1 else size
                state[1, i] -= (seen - state[1, i]) * math.expm1(-seconds / time)
                state[2, i] = math.sqrt(state[1, i]) if method == 1 else state[1, i]
        out[i] = state[2, i]


@brief
def believed(belief: Any, size: float, seconds: float, drift: float, jumps: float) -> float:
    """Expected tension (0..1) after a magnitude of `size` (1: full); `belief` (levels,) is brought up to date."""
    count = len(belief)
    spread = 0.5 * seconds * (drift * count) ** 2
    steps = min(8, int(spread / 0.25) + 1)
    part = min(spread / steps, 0.25)
    for _ in range(steps):
        left = belief[0]
        for k in range(count):
            here = belief[k]
            right = belief[min(k + 1, count - 1)]
            belief[k] = here + part * (left - 2.0 * here + right)
            left = here
    anew = -math.expm1(-jumps * seconds)
    total, mean = 0.0, 0.0
    for k in range(count):
        level = (k + 0.5) / count
        belief[k] = (belief[k] * (1.0 - anew) + anew / count) * math.exp(-size / level) / level + 1e-300
        total += belief[k]
        mean += belief[k] * level
    for k in range(count):
        belief[k] /= total
    return mean / total


KERNELS = (
    (
        tension,
        "void(float64[::1],float64,int64[::1],int64,float64,float64,float64,float64,float64,float64[:,::1],"
        "float64[:,::1],float64[::1])",
    ),
)
