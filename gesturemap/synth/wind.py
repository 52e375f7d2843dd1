"""The wind: noise through a few resonances that wander, from surf over wind and breath to a whistle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.swell import QUIET, speeds, swell
from gesturemap.synth.voice import OFF, ON, SILENCE, TICK, Parameter, Part, Voice

BANDS = 5
BODIES: dict[str, tuple[float, tuple[float, ...], tuple[float, ...], float, float]] = {
    # Hz at pitch 0, ratios to it, strengths, semitones each wanders, and how far waves roll rather than gusts blow
    "wind": (420.0, (0.55, 1.0, 1.62, 2.7, 5.2), (0.7, 1.0, 0.5, 0.22, 0.09), 5.0, 0.0),
    "breath": (900.0, (0.5, 1.0, 2.1, 3.3, 6.1), (0.35, 1.0, 0.6, 0.5, 0.35), 1.0, 0.0),
    "surf": (700.0, (0.16, 0.42, 1.0, 2.6, 6.5), (0.9, 0.8, 0.7, 0.5, 0.35), 3.0, 1.0),
}
RATE, SEED, AIM, SLOW, SWELL, RISE, FALL, DRONE, BASE, WANDERS, ROLLS, WAVE, FRESH = range(13)
BLOWS = 14
"""A wandering of the whole, in the same three columns as that of a band."""
SUM = 20
HISS = SUM + 2 * TICK
HEAD = HISS + 2 * TICK
(
    RATIO,
    STRENGTH,
    GOAL,
    NEAR,
    THERE,
    OPEN,
    OPEN_NEXT,
    RESIST,
    RESIST_NEXT,
    HEIGHT,
    HEIGHT_NEXT,
    WEIGHT,
    MEMORY,
) = range(13)
"""Columns of one band; GOAL to THERE: where it wanders to, and two poles on the way."""
BAND = MEMORY + 4
PITCH, BRIGHTNESS, RESONANCE, GUST = range(4)
LEVEL = 0.1


@dataclass(frozen=True)
class Wind(Voice):
    """Wind, breath, surf or a whistle while a gesture lasts, or always."""

    kind: ClassVar[str] = "wind"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("pitch", "semitones", 0.0, -36.0, 36.0, "moves all resonances", 0.03),
        Parameter("brightness", "", 0.5, 0.0, 1.0, "from the lowest resonances to the highest", 0.04),
        Parameter("resonance", "", 0.3, 0.0, 1.0, "from noise to a whistle", 0.04),
        Parameter("gust", "", 0.5, 0.0, 1.0, "how unevenly it blows, or how high the waves roll", 0.1),
    )

    name: str = setting("wind", "what controls call it: wind.level and so on")
    body: str = setting("wind", "what blows", choices=tuple(BODIES))
    drone: bool = setting(False, "sounds always, not only while a gesture lasts")
    attack: float = setting(0.2, "time to swell", unit="s", low=0.002, high=20.0)
    release: float = setting(0.8, "time to fade", unit="s", low=0.005, high=30.0)
    pitch: float = setting(0.0, "transposition at rest", unit="semitones", low=-36.0, high=36.0)
    brightness: float = setting(0.5, "brightness at rest", low=0.0, high=1.0)
    resonance: float = setting(0.3, "resonance at rest", low=0.0, high=1.0)
    gust: float = setting(0.5, "gust at rest", low=0.0, high=1.0)

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Lay out the resonances."""
        base, ratios, strengths, wanders, rolls = BODIES[self.body]
        head = np.zeros(HEAD)
        head[RATE], head[SEED], head[DRONE], head[AIM] = rate, seed % 4294967291, self.drone, self.drone
        head[RISE], head[FALL] = speeds(self.attack, self.release, rate)
        head[BASE], head[WANDERS], head[ROLLS], head[FRESH] = base, wanders, rolls, 1.0
        random = np.random.default_rng(seed)
        head[WAVE], head[BLOWS : BLOWS + 3] = random.uniform(0.15, 0.3), random.uniform(0.2, 0.6)
        bands = np.zeros((BANDS, BAND))
        bands[:, RATIO], bands[:, STRENGTH] = ratios, strengths
        bands[:, GOAL : THERE + 1] = random.uniform(-0.8, 0.8, (BANDS, 1))
        return Part(np.concatenate([head, bands.ravel()]), np.zeros(0, np.float32), tick)


@kernel
def chance(state: Values) -> Any:
    """The next random number, -1..1."""
    seed = (int(state[SEED]) * 1664525 + 1013904223) & 0xFFFFFFFF
    state[SEED] = seed
    return seed / 2147483648.0 - 1.0


@kernel
def wander(state: Values, at: int, seconds: float, often: float) -> Any:
    """One step of a smooth random walk between -1 and 1 that finds a new goal `often` times a second."""
    if chance(state) < 2.0 * often * seconds - 1.0:
        state[at] = chance(state)
    share = min(2.5 * often * seconds, 1.0)
    state[at + 1] += (state[at] - state[at + 1]) * share
    state[at + 2] += (state[at + 1] - state[at + 2]) * share
    return state[at + 2]


@kernel
def prepare(state: Values, values: Values, steps: Values) -> None:
    """Work out what holds for one tick: how it blows now, and where every resonance is."""
    rate, fresh = state[RATE], state[FRESH] > 0.0
    seconds, state[FRESH] = TICK / rate, 0.0
    gust = values[GUST] + steps[GUST] * TICK
    blow = wander(state, BLOWS, seconds, 0.9)
    state[WAVE] = (state[WAVE] + seconds * (0.11 + 0.03 * blow)) % 1.0
    crest = (0.5 - 0.5 * math.cos(2.0 * math.pi * state[WAVE] ** 0.75)) ** 2
    rolls = state[ROLLS]
    blows = gust * ((1.0 - rolls) * 1.6 * blow + rolls * (1.5 * crest - 0.9))
    loud = LEVEL * 2.0 ** (1.7 * blows)
    bright = values[BRIGHTNESS] + steps[BRIGHTNESS] * TICK + 0.25 * blows
    resonance = values[RESONANCE] + steps[RESONANCE] * TICK
    resist = 1.0 / (0.8 * 250.0**resonance)
    base = state[BASE] * 2.0 ** ((values[PITCH] + steps[PITCH] * TICK) / 12.0 + 0.3 * (1.0 - rolls) * blows)
    total = 0.0
    for b in range(BANDS):
        at = HEAD + b * BAND
        weight = state[at + STRENGTH] * 6.0 ** ((b - 1.5) * (bright - 0.5))
        state[at + WEIGHT] = weight * (1.0 if b == 1 else (1.0 - 0.93 * resonance) ** 1.2)
        total += state[at + WEIGHT] ** 2
    total = math.sqrt(total) * (1.0 + 0.8 * resonance)
    for b in range(BANDS):
        at = HEAD + b * BAND
        away = wander(state, at + GOAL, seconds, 0.5 + 0.17 * b)
        hz = base * state[at + RATIO] * 2.0 ** (away * state[WANDERS] * (1.0 - 0.7 * resonance) / 12.0)
        opened = math.tan(math.pi * min(max(hz, 20.0), 0.4 * rate) / rate)
        # as loud however narrow: the power that a resonance lets through goes with its width
        even = math.sqrt(rate / (math.pi * resist * min(max(hz, 20.0), 0.4 * rate) + 1e-5 * rate))
        height = loud * even * state[at + WEIGHT] / total
        if fresh:
            state[at + OPEN_NEXT], state[at + RESIST_NEXT], state[at + HEIGHT_NEXT] = opened, resist, height
        state[at + OPEN], state[at + OPEN_NEXT] = state[at + OPEN_NEXT], opened
        state[at + RESIST], state[at + RESIST_NEXT] = state[at + RESIST_NEXT], resist
        state[at + HEIGHT], state[at + HEIGHT_NEXT] = state[at + HEIGHT_NEXT], height


@kernel
def resonate(state: Values, at: int, first: int, last: int) -> None:
    """Add the noise through one resonance to the sum.

    Source: A. Simper, Solving the continuous SVF equations using trapezoidal integration (2013), band-pass.
    """
    g, g_step = state[at + OPEN], (state[at + OPEN_NEXT] - state[at + OPEN]) / TICK
    k, k_step = state[at + RESIST], (state[at + RESIST_NEXT] - state[at + RESIST]) / TICK
    height, height_step = state[at + HEIGHT], (state[at + HEIGHT_NEXT] - state[at + HEIGHT]) / TICK
    m = at + MEMORY
    a, b, c, d = state[m], state[m + 1], state[m + 2], state[m + 3]
    for i in range(first, last):
        now, resist = g + (i + 1) * g_step, k + (i + 1) * k_step
        gain, strong = 1.0 / (1.0 + now * (now + resist)), resist * (height + (i + 1) * height_step)
        v = gain * (a + now * (state[HISS + i] - b))
        low = b + now * v
        a, b = 2.0 * v - a, 2.0 * low - b
        state[SUM + i] += v * strong
        v = gain * (c + now * (state[HISS + TICK + i] - d))
        low = d + now * v
        c, d = 2.0 * v - c, 2.0 * low - d
        state[SUM + TICK + i] += v * strong
    state[m], state[m + 1], state[m + 2], state[m + 3] = a, b, c, d


@kernel
def rest(state: Values) -> None:
    """Forget what still rings."""
    state[SLOW], state[SWELL], state[FRESH] = 0.0, 0.0, 1.0
    for b in range(BANDS):
        for i in range(4):
            state[HEAD + b * BAND + MEMORY + i] = 0.0


@kernel
def tick(
    state: Values,
    table: Values,
    values: Values,
    steps: Values,
    note: Values,
    first: int,
    last: int,
    out: Values,
) -> None:
    """Add one piece of a tick."""
    if note[0] == ON:
        state[AIM] = 0.3 + 0.7 * min(max(note[2], 0.0), 1.0)
    elif note[0] == OFF:
        state[AIM] = state[DRONE]
    elif note[0] == SILENCE:
        state[AIM] = state[DRONE]
        rest(state)
    if first == last:
        return
    if first == 0:
        prepare(state, values, steps)
    if state[SWELL] < QUIET and state[AIM] == 0.0:
        rest(state)
        return
    for i in range(first, last):
        one, other = 1.5 * chance(state), 1.5 * chance(state)
        state[HISS + i], state[HISS + TICK + i] = one + 0.35 * other, other + 0.35 * one
        state[SUM + i], state[SUM + TICK + i] = 0.0, 0.0
    for b in range(BANDS):
        resonate(state, HEAD + b * BAND, first, last)
    swell(
        state, SLOW, state[AIM], state[RISE], state[FALL], state[SUM : SUM + TICK], state[SUM + TICK : SUM + 2 * TICK],
        first, last, out,
    )  # fmt: skip


KERNELS = ((tick, TICK_SIGNATURE),)
