"""The grains: a cloud of short pieces of a sound, taken around a place that can be moved and held still."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import kernel
from gesturemap.errors import FileError
from gesturemap.frames import Values
from gesturemap.synth import sample
from gesturemap.synth.chance import chance
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.scratch import doubles, indices, pairs, sine, take_four
from gesturemap.synth.swell import QUIET, speeds, swell
from gesturemap.synth.voice import NOTHING, OFF, ON, SILENCE, TICK, Parameter, Part, Voice

SLOTS = 96
RATE, SEED, WAIT, AIM, RISE, FALL, DRONE, SLOW, SWELL, RATIO, COUNT, LEVELS = range(12)
"""Places in the head; RATIO is the sound's rate over ours, COUNT its frames; then where octaves begin."""
SUM = 24
HEAD = SUM + 2 * TICK
BUSY, PLACE, STEP, BEGIN, TURN, AGE, LEFT_OVER, LEFT, RIGHT, FROM = range(10)
"""Columns of a grain; it begins at PLACE, and AGE samples of it have been played; TURN is a half
turn of its raised cosine, which is a squared sine."""
SLOT = 10
POSITION, DENSITY, PITCH, SPREAD, SIZE = range(5)
LEVEL = 0.9


@dataclass(frozen=True)
class Grains(Voice):
    """A sound file, or a choir of vowels, frozen and stretched in small grains."""

    kind: ClassVar[str] = "grains"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("position", "", 0.3, 0.0, 1.0, "where in the sound: 0 beginning, 1 end", 0.01),
        Parameter("density", "1/s", 28.0, 1.0, 120.0, "grains per second", 0.03),
        Parameter("pitch", "semitones", 0.0, -24.0, 24.0, "of the grains that begin", 0.01),
        Parameter(
            "spread", "", 0.3, 0.0, 1.0, "scatters grains around the position and between the sides", 0.03
        ),
        Parameter("size", "s", 0.16, 0.02, 0.6, "length of the grains that begin", 0.03),
    )

    name: str = setting("grains", "what controls call it: grains.position and so on")
    file: str = setting("", "WAV file in the project's folder; empty: a choir of vowels")
    drone: bool = setting(False, "sounds always, not only while a gesture lasts")
    attack: float = setting(0.08, "time to swell", unit="s", low=0.002, high=20.0)
    release: float = setting(0.6, "time to fade", unit="s", low=0.005, high=30.0)
    position: float = setting(0.3, "position at rest", low=0.0, high=1.0)
    density: float = setting(28.0, "density at rest", unit="grains/s", low=1.0, high=120.0)
    pitch: float = setting(0.0, "transposition at rest", unit="semitones", low=-24.0, high=24.0)
    spread: float = setting(0.3, "spread at rest", low=0.0, high=1.0)
    size: float = setting(0.16, "size at rest", unit="s", low=0.02, high=0.6)

    def plays(self, label: str, index: int) -> float:
        """Gestures only open the cloud."""
        return 0.0

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Read the sound; where that fails the choir sings in its place."""
        faults: tuple[str, ...] = ()
        torn: tuple[str, ...] = ()
        try:
            sound, own_rate = sample.find(self.file, folder) if self.file else sample.choir()
            torn = sample.torn(self.file, folder) if self.file else ()
        except FileError as error:
            faults = (f"{self.name}: {error}",)
            sound, own_rate = sample.choir()
        while own_rate < 0.75 * rate:
            sound, own_rate = sample.doubled(sound), 2.0 * own_rate
        octaves = sample.levels(sound)
        head = np.zeros(HEAD)
        head[RATE], head[DRONE], head[COUNT] = rate, self.drone, len(sound)
        head[AIM], head[SEED] = head[DRONE], seed % 2147483646 + 1
        head[RISE], head[FALL] = speeds(self.attack, self.release, rate)
        head[RATIO] = own_rate / rate
        head[LEVELS] = len(octaves)
        begins = np.cumsum([0, *(octave.size for octave in octaves[:-1])])
        head[LEVELS + 1 : LEVELS + 1 + len(begins)] = begins
        table = np.concatenate([octave.ravel() for octave in octaves])
        faults += tuple(f"{self.name}: {line}" for line in torn)
        return Part(np.concatenate([head, np.zeros(SLOTS * SLOT)]), table, tick, faults)


@kernel
def scatter(state: Values, values: Values, now: int) -> None:
    """Begin one grain at sample `now`, if there is room, and say when the next is due."""
    rate, spread = state[RATE], values[SPREAD]
    state[WAIT] += 0.6 + 0.8 * chance(state, SEED)
    step = state[RATIO] * 2.0 ** (values[PITCH] / 12.0 + (chance(state, SEED) - 0.5) * 0.2 * spread / 12.0)
    samples = max(math.floor(values[SIZE] * (0.85 + 0.3 * chance(state, SEED)) * rate), 64.0)
    jitter = (chance(state, SEED) - 0.5) * (0.03 + 0.9 * spread**2)
    side = (2.0 * chance(state, SEED) - 1.0) * spread
    span = samples * step
    reach = state[COUNT] - 4.0
    if span > reach:
        samples, span = math.floor(reach / step), reach
    if samples < 32.0:
        return
    octave = min(max(math.floor(math.log2(max(step, 1e-6)) + 0.05), 0), int(state[LEVELS]) - 1)
    shrink = 1.0 / 2.0**octave
    middle = values[POSITION] * state[COUNT] + jitter * rate * state[RATIO]
    begin = min(max(middle - 0.5 * span, 1.0), max(reach - span, 1.0))
    loud = LEVEL / math.sqrt(max(values[DENSITY] * values[SIZE] * 0.375, 0.6))
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] == 0.0:
            state[at + BUSY], state[at + LEFT_OVER], state[at + FROM] = 1.0, samples, now
            state[at + PLACE], state[at + STEP] = max(begin * shrink, 1.0), step * shrink
            state[at + BEGIN] = state[LEVELS + 1 + octave]
            state[at + TURN], state[at + AGE] = 0.5 / samples, 0.0
            state[at + LEFT] = loud * math.sqrt(2.0) * math.cos(0.25 * math.pi * (1.0 + side))
            state[at + RIGHT] = loud * math.sqrt(2.0) * math.sin(0.25 * math.pi * (1.0 + side))
            return


@kernel
def play(state: Values, table: Any, at: int, first: int, last: int) -> None:
    """Add one grain to the sum, under its raised cosine; cubic between samples (Catmull-Rom)."""
    place, step, begin = state[at + PLACE], state[at + STEP], np.uint64(state[at + BEGIN])
    start = max(first, int(state[at + FROM]))
    count = min(last - start, int(state[at + LEFT_OVER]))
    to_left, to_right = state[at + LEFT], state[at + RIGHT]
    turn, age = state[at + TURN], state[at + AGE]
    where, part, shape = indices(), doubles(), doubles()
    before, here, after, later = pairs(), pairs(), pairs(), pairs()
    lefts, rights = state[SUM + start : SUM + last], state[SUM + TICK + start : SUM + TICK + last]
    for j in range(count):
        spot = place + (age + j) * step
        whole = np.uint32(spot)
        where[j], part[j] = whole, spot - whole
        height = sine((age + j) * turn)
        shape[j] = height * height
    take_four(table, begin, where, (before, here, after, later), count)
    for j in range(count):
        p, high = part[j], shape[j]
        a, b, c, d = before[2 * j], here[2 * j], after[2 * j], later[2 * j]
        left = b + 0.5 * p * (c - a + p * (2.0 * a - 5.0 * b + 4.0 * c - d + p * (3.0 * (b - c) + d - a)))
        a, b, c, d = before[2 * j + 1], here[2 * j + 1], after[2 * j + 1], later[2 * j + 1]
        right = b + 0.5 * p * (c - a + p * (2.0 * a - 5.0 * b + 4.0 * c - d + p * (3.0 * (b - c) + d - a)))
        lefts[j] += high * to_left * left
        rights[j] += high * to_right * right
    state[at + AGE], state[at + FROM] = age + count, 0.0
    state[at + LEFT_OVER] -= count
    if state[at + LEFT_OVER] <= 0.0:
        state[at + BUSY] = 0.0


@kernel
def happen(state: Values, note: Values) -> None:
    """Open the cloud, close it, or be silent."""
    if note[0] == ON:
        state[AIM] = 0.3 + 0.7 * min(max(note[2], 0.0), 1.0)
    elif note[0] == OFF:
        state[AIM] = state[DRONE]
    elif note[0] == SILENCE:
        state[AIM], state[SLOW], state[SWELL] = state[DRONE], 0.0, 0.0
        for s in range(SLOTS):
            state[HEAD + s * SLOT + BUSY] = 0.0


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
    if note[0] != NOTHING:
        happen(state, note)
    if state[SWELL] < QUIET and state[AIM] == 0.0:
        state[SLOW], state[SWELL] = 0.0, 0.0
        return
    each = values[DENSITY] / state[RATE]
    for i in range(first, last):
        state[SUM + i], state[SUM + TICK + i] = 0.0, 0.0
        state[WAIT] -= each
        if state[WAIT] <= 0.0:
            scatter(state, values, i)
    for s in range(SLOTS):
        if state[HEAD + s * SLOT + BUSY] > 0.0:
            play(state, table, HEAD + s * SLOT, first, last)
    swell(
        state, SLOW, state[AIM], state[RISE], state[FALL], state[SUM : SUM + TICK], state[SUM + TICK : SUM + 2 * TICK],
        first, last, out,
    )  # fmt: skip


KERNELS = ((tick, TICK_SIGNATURE),)
