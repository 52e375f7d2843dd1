"""The pad: a slowly breathing chord of detuned voices through one soft filter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import GESTURE_KEYS, setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth import waves
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.scratch import doubles, indices, pairs, take_two
from gesturemap.synth.swell import QUIET, speeds
from gesturemap.synth.voice import NOTHING, OFF, ON, SILENCE, TICK, Parameter, Part, Voice

NOTES, UNISON = 8, 3
EACH = NOTES * UNISON
FREQUENCY, PHASE, DRIFT, DRIFT_STEP, SIDE, STEP, LEFT, RIGHT, LOWER, BLEND = range(10)
"""Columns of one oscillator: Hz, cycles, cycles of its slow drift and those per second, -1..1 detune and
place; then what is worked out once a tick: cycles per sample, gains, and between which tables it reads."""
COLUMNS = 10
LAYER, SWELL, LIGHT, WIDTH_LEFT = 0, 1, 2, 3
AIM, RISE, FALL, DRONE, RATE, CHORDS, FILTER = 8, 10, 11, 12, 13, 14, 16
"""Places in the head: which layer plays, phases of the slow movements, per layer what its level aims at,
coefficients, how many chords, and the filter."""
OPEN, OPEN_STEP, RESIST, RESIST_STEP, MEMORY = 0, 1, 2, 3, 4
"""Places in the filter: coefficient and step, damping and step, eight memories (two sections a side)."""
ENVELOPE = 32
LAYER_SUM, SUM = 40, 40 + 2 * TICK
HEAD = SUM + 2 * TICK
PITCH, BRIGHTNESS, RESONANCE, DETUNE, MOTION, WIDTH = range(6)
MASK = np.uint32(waves.SIZE - 1)
UP = np.uint64(waves.SIZE + 1)
"""Whole numbers without a sign: a place in the table, and from one octave's to the next."""
LEVEL = 0.16


@dataclass(frozen=True)
class Pad(Voice):
    """Warm, wide chord that swells while its gesture lasts, or always."""

    kind: ClassVar[str] = "pad"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("pitch", "semitones", 0.0, -24.0, 24.0, "glides the whole chord", 0.05),
        Parameter("brightness", "", 0.5, 0.0, 1.0, "opens the filter from 150 Hz to 12 kHz", 0.04),
        Parameter("resonance", "", 0.1, 0.0, 1.0, "how much the filter sings", 0.04),
        Parameter("detune", "cents", 9.0, 0.0, 50.0, "how far the voices of one note part", 0.05),
        Parameter("motion", "", 0.5, 0.0, 1.0, "how much it breathes and drifts", 0.1),
        Parameter("width", "", 0.8, 0.0, 1.0, "mono to wide", 0.05),
    )

    name: str = setting("pad", "what controls call it: pad.level and so on")
    notes: tuple[float, ...] = setting(
        (45.0, 52.0, 57.0, 59.0, 64.0), "the chord", unit="MIDI notes", low=12.0, high=108.0
    )
    chords: dict[str, tuple[float, ...]] = setting(
        {},
        "chords of single gestures, in place of `notes`",
        unit="MIDI notes",
        low=12.0,
        high=108.0,
        names=GESTURE_KEYS,
    )
    drone: bool = setting(False, "sounds always, not only while a gesture lasts")
    attack: float = setting(0.35, "time to swell", unit="s", low=0.002, high=20.0)
    release: float = setting(1.2, "time to fade", unit="s", low=0.005, high=30.0)
    pitch: float = setting(0.0, "transposition at rest", unit="semitones", low=-24.0, high=24.0)
    brightness: float = setting(0.5, "brightness at rest", low=0.0, high=1.0)
    resonance: float = setting(0.1, "resonance at rest", low=0.0, high=1.0)
    detune: float = setting(9.0, "detune at rest", unit="cents", low=0.0, high=50.0)
    motion: float = setting(0.5, "motion at rest", low=0.0, high=1.0)
    width: float = setting(0.8, "width at rest", low=0.0, high=1.0)
    reverb: float = setting(0.35, "how much of it goes into the room", low=0.0, high=1.0)

    def labels(self) -> tuple[str, ...]:
        """The gestures its settings name."""
        return (*self.gestures, *self.chords)

    def plays(self, label: str, index: int) -> float:
        """The number of a gesture's chord: 0 for `notes`."""
        return 1.0 + list(self.chords).index(label) if label in self.chords else 0.0

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Lay out two layers of oscillators, so that one chord can fade into the next."""
        random = np.random.default_rng(seed)
        chords = [self.notes, *self.chords.values()]
        head = np.zeros(HEAD)
        head[RATE], head[DRONE], head[CHORDS] = rate, self.drone, len(chords)
        head[RISE], head[FALL] = speeds(self.attack, self.release, rate)
        head[AIM] = 1.0 if self.drone else 0.0
        book = np.zeros((len(chords), NOTES))
        for row, chord in zip(book, chords, strict=True):
            row[: len(chord[:NOTES])] = 440.0 * 2.0 ** ((np.array(chord[:NOTES]) - 69.0) / 12.0)
        voices = np.zeros((2, NOTES, UNISON, COLUMNS))
        voices[..., PHASE] = random.random((2, NOTES, UNISON))
        voices[..., DRIFT] = random.random((2, NOTES, UNISON))
        voices[..., DRIFT_STEP] = random.uniform(0.05, 0.22, (2, NOTES, UNISON))
        voices[..., SIDE] = np.array([-1.0, 0.0, 1.0]) * np.where(np.arange(NOTES) % 2, -1.0, 1.0)[:, None]
        voices[0, ..., FREQUENCY] = book[0][:, None]
        return Part(np.concatenate([head, voices.ravel(), book.ravel()]), waves.warm(), tick)


@kernel
def happen(state: Values, note: Values) -> None:
    """Begin a chord, let it fade, or be silent."""
    layer = int(state[LAYER])
    if note[0] == ON:
        chord = min(int(note[1]), int(state[CHORDS]) - 1)
        book = HEAD + 2 * EACH * COLUMNS + chord * NOTES
        voices = HEAD + layer * EACH * COLUMNS
        same = True
        for n in range(NOTES):
            same = same and state[voices + n * UNISON * COLUMNS + FREQUENCY] == state[book + n]
        if not same:
            state[AIM + layer] = 0.0
            layer = 1 - layer
            state[LAYER] = layer
            voices = HEAD + layer * EACH * COLUMNS
            for n in range(NOTES):
                for u in range(UNISON):
                    at = voices + (n * UNISON + u) * COLUMNS
                    state[at + FREQUENCY] = state[book + n]
                    state[at + STEP] = 0.0
        state[AIM + layer] = 0.4 + 0.6 * min(max(note[2], 0.0), 1.0)
    elif note[0] == OFF:
        state[AIM + layer] = state[DRONE]
    elif note[0] == SILENCE:
        for i in range(2):
            state[AIM + i] = 0.0
            state[ENVELOPE + 2 * i] = 0.0
            state[ENVELOPE + 2 * i + 1] = 0.0
        state[AIM + layer] = state[DRONE]
        for i in range(8):
            state[FILTER + MEMORY + i] = 0.0


@kernel
def prepare(state: Values, values: Values, steps: Values) -> None:
    """Work out what holds for one tick: pitches, places, the filter and its way to the next tick."""
    rate, seconds = state[RATE], TICK / state[RATE]
    motion = values[MOTION]
    state[SWELL] = (state[SWELL] + 0.11 * seconds) % 1.0
    state[LIGHT] = (state[LIGHT] + 0.071 * seconds) % 1.0
    for layer in range(2):
        if state[ENVELOPE + 2 * layer + 1] < QUIET and state[AIM + layer] == 0.0:
            continue
        count = 0
        for n in range(NOTES):
            count += state[HEAD + (layer * EACH + n * UNISON) * COLUMNS + FREQUENCY] > 0.0
        loudness = LEVEL / math.sqrt(max(count, 1))
        for o in range(EACH):
            at = HEAD + (layer * EACH + o) * COLUMNS
            state[at + DRIFT] = (state[at + DRIFT] + state[at + DRIFT_STEP] * seconds) % 1.0
            drift = math.sin(2.0 * math.pi * state[at + DRIFT])
            side = state[at + SIDE]
            cents = values[DETUNE] * side + 2.5 * motion * drift
            step = state[at + FREQUENCY] / rate * 2.0 ** (values[PITCH] / 12.0 + cents / 1200.0)
            wanted = waves.level_of(step) + 1.0
            state[at + STEP] = step
            state[at + LOWER] = math.floor(wanted)
            state[at + BLEND] = wanted - math.floor(wanted)
            place = 0.85 * side + 0.15 * motion * drift
            swing = loudness * (
                1.0 + 0.25 * motion * math.sin(2.0 * math.pi * (2.0 * state[at + DRIFT] + 0.3))
            )
            state[at + LEFT] = swing * math.cos(0.25 * math.pi * (1.0 + place))
            state[at + RIGHT] = swing * math.sin(0.25 * math.pi * (1.0 + place))
    f = FILTER
    breath = motion * (
        0.35 * math.sin(2.0 * math.pi * state[SWELL]) + 0.2 * math.sin(2.0 * math.pi * (state[LIGHT] + 0.2))
    )
    last_brightness = values[BRIGHTNESS] + steps[BRIGHTNESS] * TICK
    last_resonance = values[RESONANCE] + steps[RESONANCE] * TICK
    hz = min(150.0 * 80.0**last_brightness * 2.0**breath, 0.42 * rate)
    opened, resist = math.tan(math.pi * hz / rate), 0.7654 * (1.0 - 0.85 * last_resonance)
    if state[f + OPEN] == 0.0:
        state[f + OPEN], state[f + RESIST] = opened, resist
    state[f + OPEN_STEP] = (opened - state[f + OPEN]) / TICK
    state[f + RESIST_STEP] = (resist - state[f + RESIST]) / TICK


@kernel
def low_pass(state: Values, at: int, x: float, g: float, k: float) -> Any:
    """One sample through a state-variable low-pass of two poles.

    Source: V. Zavalishin, The Art of VA Filter Design (2018), section 4.2, topology-preserving transform.
    """
    high = (x - (k + g) * state[at] - state[at + 1]) / (1.0 + g * (g + k))
    band = g * high + state[at]
    low = g * band + state[at + 1]
    state[at] = (
        g * high + band + 1e-12 - 1e-12
    )  # a decaying memory ends at zero, never among the slow denormals
    state[at + 1] = g * band + low + 1e-12 - 1e-12
    return low


@kernel
def sing(state: Values, table: Any, layer: int, first: int, last: int) -> None:
    """Add up the oscillators of one layer, then add them to the sum with the layer's swell."""
    left, right, part, count = doubles(), doubles(), doubles(), last - first
    place, low, high = indices(), pairs(), pairs()
    for j in range(count):
        left[j], right[j] = 0.0, 0.0
    for o in range(EACH):
        at = HEAD + (layer * EACH + o) * COLUMNS
        step, phase = state[at + STEP], state[at + PHASE]
        if step == 0.0:
            continue
        lower, blend = np.uint64(state[at + LOWER]) * UP, state[at + BLEND]
        to_left, to_right = state[at + LEFT], state[at + RIGHT]
        for j in range(count):
            spot = (phase + (first + j + 1) * step) * waves.SIZE
            whole = np.uint32(spot)
            place[j], part[j] = whole & MASK, spot - whole
        for j in range(count):
            take_two(table, lower + np.uint64(place[j]), low, j)
            take_two(table, lower + UP + np.uint64(place[j]), high, j)
        for j in range(count):
            one = low[2 * j] + (low[2 * j + 1] - low[2 * j]) * part[j]
            other = high[2 * j] + (high[2 * j + 1] - high[2 * j]) * part[j]
            sample = one + (other - one) * blend
            left[j] += sample * to_left
            right[j] += sample * to_right
        if last == TICK:
            phase += TICK * step
            state[at + PHASE] = phase - math.floor(phase)
    aim, slow, swell = state[AIM + layer], state[ENVELOPE + 2 * layer], state[ENVELOPE + 2 * layer + 1]
    speed = state[RISE] if aim > slow else state[FALL]
    lefts, rights = state[SUM + first : SUM + last], state[SUM + TICK + first : SUM + TICK + last]
    for j in range(count):
        slow += (aim - slow) * speed
        swell += (slow - swell) * speed
        lefts[j] += swell * left[j]
        rights[j] += swell * right[j]
    state[ENVELOPE + 2 * layer], state[ENVELOPE + 2 * layer + 1] = slow, swell


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
    if first == last:
        return
    if first == 0:
        prepare(state, values, steps)
    for i in range(first, last):
        state[SUM + i] = 0.0
        state[SUM + TICK + i] = 0.0
    for layer in range(2):
        if state[ENVELOPE + 2 * layer + 1] < QUIET and state[AIM + layer] == 0.0:
            state[ENVELOPE + 2 * layer] = 0.0
            state[ENVELOPE + 2 * layer + 1] = 0.0
        else:
            sing(state, table, layer, first, last)
    f = FILTER
    for i in range(first, last):
        g = state[f + OPEN] + state[f + OPEN_STEP]
        k = state[f + RESIST] + state[f + RESIST_STEP]
        state[f + OPEN] = g
        state[f + RESIST] = k
        width = values[WIDTH] + steps[WIDTH] * i
        middle = 0.5 * (state[SUM + i] + state[SUM + TICK + i])
        side = 0.5 * (state[SUM + i] - state[SUM + TICK + i]) * width
        left = low_pass(state, f + MEMORY, middle + side, g, 1.8478)
        right = low_pass(state, f + MEMORY + 2, middle - side, g, 1.8478)
        out[0, i] += low_pass(state, f + MEMORY + 4, left, g, k)
        out[1, i] += low_pass(state, f + MEMORY + 6, right, g, k)


KERNELS = ((tick, TICK_SIGNATURE),)
