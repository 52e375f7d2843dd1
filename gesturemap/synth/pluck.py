"""The pluck: struck bars and plucked strings, several notes ringing together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gesturemap.catalog import GESTURE_KEYS, setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth import bar, string
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.voice import NOTHING, OFF, ON, SILENCE, TICK, Parameter, Part, Voice, degree

SLOTS, RINGING = 20, 14
"""Notes there is room for, and how many may ring on; the oldest beyond that are faded in `HURRY` seconds."""
HURRY = 0.006
RATE, KIND, SEED, SPREAD, DAMP, BORN = range(6)
HEAD = 8
BUSY, AGE, FADE, FADE_FACTOR, LEFT, RIGHT, PITCH_OF = range(7)
SLOT = 8
PITCH, BRIGHTNESS, DECAY = range(3)
BODIES = ("string", *bar.BARS)


@dataclass(frozen=True)
class Pluck(Voice):
    """One struck or plucked note each time a gesture begins; harder is brighter."""

    kind: ClassVar[str] = "pluck"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("pitch", "semitones", 0.0, -24.0, 24.0, "transposes the notes that begin", 0.0),
        Parameter("brightness", "", 0.5, 0.0, 1.0, "soft finger or felt to hard pick or stick", 0.0),
        Parameter("decay", "s", 2.5, 0.1, 12.0, "how long middle C rings (to -60 dB)", 0.02),
    )

    name: str = setting("pluck", "what controls call it: pluck.level and so on")
    body: str = setting("string", "what is plucked or struck", choices=BODIES)
    notes: dict[str, float] = setting(
        {},
        "note of each gesture; others get one of the pentatonic",
        unit="MIDI notes",
        low=21.0,
        high=108.0,
        names=GESTURE_KEYS,
    )
    root: float = setting(57.0, "lowest note of the pentatonic", unit="MIDI note", low=21.0, high=96.0)
    pitch: float = setting(0.0, "transposition at rest", unit="semitones", low=-24.0, high=24.0)
    brightness: float = setting(0.5, "brightness at rest", low=0.0, high=1.0)
    decay: float = setting(2.5, "decay at rest", unit="s", low=0.1, high=12.0)
    spread: float = setting(0.5, "low notes to the left, high to the right", low=0.0, high=1.0)
    damp: bool = setting(False, "the end of the gesture damps its note")

    def labels(self) -> tuple[str, ...]:
        """The gestures its settings name."""
        return (*self.gestures, *self.notes)

    def plays(self, label: str, index: int) -> float:
        """The MIDI note of a gesture."""
        return self.notes.get(label, self.root + degree(index))

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Lay out the slots and, for strings, their delay lines."""
        head = np.zeros(HEAD)
        head[RATE], head[KIND], head[SPREAD], head[DAMP] = (
            rate,
            BODIES.index(self.body),
            self.spread,
            self.damp,
        )
        head[SEED] = seed % 2147483646 + 1
        slots = np.zeros((SLOTS, SLOT))
        if self.body == "string":
            own = np.zeros((SLOTS, string.size(rate)))
            table: NDArray[np.float32] = np.zeros(0, np.float32)
        else:
            own, table = np.zeros((SLOTS, bar.SIZE)), bar.table(self.body)
        return Part(np.concatenate([head, slots.ravel(), own.ravel()]), table, tick)


@kernel
def memory_of(state: Values, slot: int) -> Values:
    """The part of the memory that belongs to the body of one note."""
    start = HEAD + SLOTS * SLOT
    size = (len(state) - start) // SLOTS
    return state[start + slot * size : start + (slot + 1) * size]


@kernel
def strike(state: Values, table: Values, values: Values, pitch: float, velocity: float) -> None:
    """Begin a note in a free slot; when too many ring, hurry the oldest; when all are busy, drop it."""
    free, oldest, ringing = -1, -1, 0
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] == 0.0:
            free = s
        elif state[at + FADE_FACTOR] == 1.0:
            ringing += 1
            if oldest < 0 or state[at + AGE] < state[HEAD + oldest * SLOT + AGE]:
                oldest = s
    if free < 0:
        return
    if ringing >= RINGING:
        state[HEAD + oldest * SLOT + FADE_FACTOR] = 0.001 ** (1.0 / (HURRY * state[RATE]))
    played = min(max(pitch + values[PITCH], 16.0), 120.0)
    hz = 440.0 * 2.0 ** ((played - 69.0) / 12.0)
    at = HEAD + free * SLOT
    state[BORN] += 1.0
    state[at + BUSY], state[at + AGE] = 1.0, state[BORN]
    state[at + FADE], state[at + FADE_FACTOR], state[at + PITCH_OF] = 1.0, 1.0, pitch
    place = state[SPREAD] * min(max((played - 64.0) / 30.0, -1.0), 1.0)
    state[at + LEFT] = math.cos(0.25 * math.pi * (1.0 + place))
    state[at + RIGHT] = math.sin(0.25 * math.pi * (1.0 + place))
    hardness = min(max(values[BRIGHTNESS] * (0.5 + 0.7 * velocity), 0.0), 1.0)
    loudness = 0.15 + 0.85 * velocity
    memory = memory_of(state, free)
    if state[KIND] == 0.0:
        state[SEED] = string.pluck(memory, hz, loudness, hardness, values[DECAY], state[RATE], state[SEED])
    else:
        bar.strike(memory, table, hz, loudness, hardness, values[DECAY], state[RATE])


@kernel
def happen(state: Values, table: Values, values: Values, note: Values) -> None:
    """Strike, damp or silence."""
    if note[0] == ON:
        strike(state, table, values, note[1], min(max(note[2], 0.0), 1.0))
    elif note[0] == OFF and state[DAMP] > 0.0:
        for s in range(SLOTS):
            at = HEAD + s * SLOT
            if state[at + PITCH_OF] == note[1] and state[at + FADE_FACTOR] == 1.0:
                state[at + FADE_FACTOR] = 0.001 ** (1.0 / (0.12 * state[RATE]))
    elif note[0] == SILENCE:
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
        happen(state, table, values, note)
    if first == last:
        return
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] == 0.0:
            continue
        memory = memory_of(state, s)
        fade, factor, left, right = (
            state[at + FADE],
            state[at + FADE_FACTOR],
            state[at + LEFT],
            state[at + RIGHT],
        )
        if state[KIND] == 0.0:
            if first == 0:
                string.prepare(memory, values[DECAY], state[RATE])
            fade = string.ring(memory, fade, factor, left, right, first, last, out)
        else:
            if first == 0:
                bar.prepare(memory, table, values[DECAY], state[RATE])
            fade = bar.ring(memory, fade, factor, left, right, first, last, out)
        state[at + FADE] = fade
        if last == TICK and (fade < 1e-5 or memory[0] < 1e-12):
            state[at + BUSY] = 0.0


KERNELS = ((tick, TICK_SIGNATURE),)
