"""The subtractive synth: a morphing wave, several a note, through a resonant low-pass with an envelope."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from gesturemap.catalog import GESTURE_KEYS, setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth import notes, waves
from gesturemap.synth.notes import BUSY, FORCE, GLIDE_NOW, PLACE, RISING, SLOTS
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.scratch import doubles, indices, pairs, take_two
from gesturemap.synth.voice import OFF, ON, SILENCE, TICK, Parameter, Part, Voice, degree

UNISON = 4
SIDES = ((0.0,), (-1.0, 1.0), (-1.0, 0.0, 1.0), (-1.0, -0.35, 0.35, 1.0))
"""Detune and place of the waves of one note, by how many there are."""
SEED, WAVES, SUB, NOISE, CONTOUR, CONTOUR_KEEP, FOLLOW, DECAY, SWING, SWING_STEP, SWING_DEEP = range(
    notes.HEAD, notes.HEAD + 11
)
MORPH, MORPH_NEXT, SHAPE_OF, CUT, SING, STRENGTH = range(notes.HEAD + 11, notes.HEAD + 17)
"""Where the shape is at the tick's beginning and end, and between which two tables; filter and loudness of all."""
SIDE, DETUNED = notes.HEAD + 18, notes.HEAD + 18 + UNISON
HISS = DETUNED + UNISON
LEFT_SUM = HISS + 2 * TICK
RIGHT_SUM = LEFT_SUM + TICK
HEAD = RIGHT_SUM + TICK
STEP, NEXT_STEP, LEVEL_NOW, LEVEL_NEXT, LOWER, OPEN, OPEN_NEXT, RESIST, RESIST_NEXT, FILTER_RISE = range(
    notes.OWN, notes.OWN + 10
)
LOUD, LOUD_NEXT, SUB_PHASE, MEMORY = notes.OWN + 10, notes.OWN + 11, notes.OWN + 12, notes.OWN + 14
PHASE = MEMORY + 8
SLOT = PHASE + UNISON
PITCH, BRIGHTNESS, RESONANCE, SHAPE, DETUNE, VIBRATO, ATTACK, RELEASE = range(8)
ROW = waves.SIZE + 1
MASK = np.uint32(waves.SIZE - 1)
UP, ACROSS = np.uint64(ROW), np.uint64(ROW * waves.LEVELS)
"""Whole numbers without a sign: from one octave's table to the next, from one shape's to the next."""
LEVEL = 0.1


@dataclass(frozen=True)
class Subtractive(Voice):
    """Leads, basses, strings and organs: up to eight notes, or one that glides, or one that always sounds."""

    kind: ClassVar[str] = "subtractive"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("pitch", "semitones", 0.0, -36.0, 36.0, "transposes what sounds", 0.02),
        Parameter("brightness", "", 0.55, 0.0, 1.0, "opens the filter from 80 Hz to 16 kHz", 0.03),
        Parameter("resonance", "", 0.15, 0.0, 1.0, "how much the filter sings", 0.03),
        Parameter("shape", "", 2.0, 0.0, 3.0, "0 sine, 1 triangle, 2 saw, 3 square, and between", 0.03),
        Parameter("detune", "cents", 8.0, 0.0, 60.0, "how far the waves of one note part", 0.03),
        Parameter("vibrato", "semitones", 0.0, 0.0, 1.0, "how far the pitch swings", 0.05),
        Parameter("attack", "s", 0.01, 0.001, 8.0, "time to rise", 0.0),
        Parameter("release", "s", 0.3, 0.005, 12.0, "time to fade by 40 dB", 0.0),
    )

    name: str = setting("subtractive", "what controls call it: subtractive.level and so on")
    notes: dict[str, float] = setting(
        {},
        "note of each gesture; others get one of the pentatonic",
        unit="MIDI notes",
        low=12.0,
        high=108.0,
        names=GESTURE_KEYS,
    )
    root: float = setting(
        57.0, "lowest note of the pentatonic, and the drone's", unit="MIDI note", low=12.0, high=96.0
    )
    unison: int = setting(2, "waves of each note", low=1, high=UNISON)
    sub: float = setting(0.0, "sine an octave below", low=0.0, high=1.0)
    noise: float = setting(0.0, "noise beside the wave", low=0.0, high=1.0)
    mono: bool = setting(False, "one note at a time; bound notes do not attack again")
    drone: bool = setting(False, "one note sounds always; gestures change it")
    glide: float = setting(0.0, "time to slide from note to note", unit="s", low=0.0, high=10.0)
    attack: float = setting(0.01, "attack at rest", unit="s", low=0.001, high=8.0)
    decay: float = setting(
        0.6, "time to fall to the sustained level, within 40 dB", unit="s", low=0.005, high=20.0
    )
    sustain: float = setting(0.7, "level of a held note", low=0.0, high=1.0)
    release: float = setting(0.3, "release at rest", unit="s", low=0.005, high=12.0)
    contour: float = setting(1.0, "how far each note opens the filter", unit="octaves", low=0.0, high=6.0)
    contour_decay: float = setting(
        0.4, "time in which it closes again, within 40 dB", unit="s", low=0.01, high=20.0
    )
    follow: float = setting(0.5, "how much the filter follows the pitch", low=0.0, high=1.0)
    vibrato_rate: float = setting(5.3, "speed of the vibrato", unit="Hz", low=0.05, high=12.0)
    spread: float = setting(0.3, "low notes to the left, high to the right", low=0.0, high=1.0)
    pitch: float = setting(0.0, "transposition at rest", unit="semitones", low=-36.0, high=36.0)
    brightness: float = setting(0.55, "brightness at rest", low=0.0, high=1.0)
    resonance: float = setting(0.15, "resonance at rest", low=0.0, high=1.0)
    shape: float = setting(2.0, "shape at rest", low=0.0, high=3.0)
    detune: float = setting(8.0, "detune at rest", unit="cents", low=0.0, high=60.0)
    vibrato: float = setting(0.0, "vibrato at rest", unit="semitones", low=0.0, high=1.0)

    def labels(self) -> tuple[str, ...]:
        """The gestures its settings name."""
        return (*self.gestures, *self.notes)

    def plays(self, label: str, index: int) -> float:
        """The MIDI note of a gesture."""
        return self.notes.get(label, self.root + degree(index))

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Lay out the slots and the four waves."""
        random = np.random.default_rng(seed)
        head = np.zeros(HEAD)
        head[notes.RATE], head[notes.SPREAD], head[notes.SUSTAIN] = rate, self.spread, self.sustain
        head[notes.MONO], head[notes.DRONE] = self.mono or self.drone, self.drone
        head[notes.GLIDE], head[notes.LAST] = self.glide, self.root
        head[notes.WIDTH], head[notes.BEGIN] = SLOT, HEAD
        head[SEED], head[WAVES], head[SUB], head[NOISE] = seed % 4294967291, self.unison, self.sub, self.noise
        head[CONTOUR], head[CONTOUR_KEEP] = self.contour, 0.01 ** (TICK / (self.contour_decay * rate))
        head[FOLLOW], head[DECAY] = self.follow, self.decay
        head[SWING_STEP], head[MORPH_NEXT] = self.vibrato_rate * TICK / rate, -1.0
        head[SIDE : SIDE + self.unison] = SIDES[self.unison - 1]
        slots = np.zeros((SLOTS, SLOT))
        slots[:, PHASE:] = random.random((SLOTS, UNISON))
        return Part(np.concatenate([head, slots.ravel(), slots[:, PHASE:].ravel()]), waves.shapes(), tick)


@kernel
def strike(state: Values, values: Values, steps: Values, pitch: float, velocity: float) -> None:
    """Begin a note; a new one starts where its waves are, without a way to go."""
    at = notes.begin(state, pitch, velocity)
    if at > 0:
        kept = HEAD + SLOTS * SLOT + (at - HEAD) // SLOT * UNISON
        for u in range(UNISON):
            state[at + PHASE + u] = (state[kept + u] + 0.37 * state[notes.BORN] * (u + 1)) % 1.0
        state[at + LEVEL_NEXT] = -1.0
        aim(state, at, values, steps)


@kernel
def aim(state: Values, at: int, values: Values, steps: Values) -> None:
    """Work out where one note goes in this tick, from where it is."""
    rate, fresh = state[notes.RATE], state[at + LEVEL_NEXT] < 0.0
    pitch = state[at + GLIDE_NOW] + values[PITCH] + steps[PITCH] * TICK + state[SWING_DEEP]
    hz = min(440.0 * math.exp2((min(max(pitch, -12.0), 136.0) - 69.0) / 12.0), 0.4 * rate)
    step = hz / rate
    wanted = waves.level_of(step * state[DETUNED + int(state[WAVES]) - 1]) + 1.0
    force = state[at + FORCE]
    octaves = (
        state[FOLLOW] * (pitch - 60.0) / 12.0
        + state[CONTOUR] * state[at + FILTER_RISE] * (0.4 + 0.6 * force)
        + 1.6 * (force - 0.7)
    )
    opened = math.tan(math.pi * min(max(state[CUT] * math.exp2(octaves), 30.0), 0.42 * rate) / rate)
    resist, loud = state[SING], state[STRENGTH] * (0.1 + 0.9 * force)
    if fresh:
        state[at + NEXT_STEP], state[at + LEVEL_NEXT], state[at + LOUD_NEXT] = step, wanted, loud
        state[at + OPEN_NEXT], state[at + RESIST_NEXT] = opened, resist
    now = state[at + LEVEL_NEXT]
    lower = math.floor(now)
    if lower == now and wanted < now:
        lower -= 1.0
    lower = max(lower, 0.0)
    # a wave is blended between two tables: past the end of both it goes on in the next tick
    state[at + LEVEL_NOW], state[at + LOWER] = now - lower, lower
    state[at + LEVEL_NEXT] = min(max(wanted, lower), lower + 1.0)
    state[at + STEP], state[at + NEXT_STEP] = state[at + NEXT_STEP], step
    state[at + OPEN], state[at + OPEN_NEXT] = state[at + OPEN_NEXT], opened
    state[at + RESIST], state[at + RESIST_NEXT] = state[at + RESIST_NEXT], resist
    state[at + LOUD], state[at + LOUD_NEXT] = state[at + LOUD_NEXT], loud


@kernel
def prepare(state: Values, values: Values, steps: Values) -> None:
    """Work out what holds for one tick."""
    seconds = TICK / state[notes.RATE]
    notes.speeds(state, values[ATTACK], state[DECAY], values[RELEASE])
    state[SWING] = (state[SWING] + state[SWING_STEP]) % 1.0
    state[SWING_DEEP] = (values[VIBRATO] + steps[VIBRATO] * TICK) * math.sin(2.0 * math.pi * state[SWING])
    for u in range(int(state[WAVES])):
        state[DETUNED + u] = 2.0 ** ((values[DETUNE] + steps[DETUNE] * TICK) * state[SIDE + u] / 1200.0)
    wanted = values[SHAPE] + steps[SHAPE] * TICK
    if state[MORPH_NEXT] < 0.0:
        state[MORPH_NEXT] = wanted
    now = state[MORPH_NEXT]
    pair = math.floor(now)
    if pair == now and wanted < now:
        pair -= 1.0
    pair = min(max(pair, 0.0), 2.0)
    state[SHAPE_OF], state[MORPH] = pair, now
    state[MORPH_NEXT] = min(max(wanted, pair), pair + 1.0)
    state[CUT] = 80.0 * 200.0 ** (values[BRIGHTNESS] + steps[BRIGHTNESS] * TICK)
    sing = 0.06 ** (values[RESONANCE] + steps[RESONANCE] * TICK)
    state[SING], state[STRENGTH] = 0.7654 * sing, LEVEL * sing**0.35 / math.sqrt(state[WAVES])
    if state[notes.DRONE] > 0.0 and state[HEAD + BUSY] == 0.0:
        strike(state, values, steps, state[notes.LAST], 0.8)
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] > 0.0:
            if state[at + RISING] > 0.0:
                state[at + FILTER_RISE] += (notes.OVER - state[at + FILTER_RISE]) * (
                    1.0 - (1.0 - state[notes.RISE]) ** TICK
                )
                state[at + FILTER_RISE] = min(state[at + FILTER_RISE], 1.0)
            else:
                state[at + FILTER_RISE] *= state[CONTOUR_KEEP]
            if state[at + FILTER_RISE] < 1e-9:
                state[at + FILTER_RISE] = 0.0
            notes.move(state, at, seconds)
            aim(state, at, values, steps)


@kernel
def hiss(state: Values, first: int, last: int) -> None:
    """White noise for both sides, the same for all notes of the voice."""
    seed = int(state[SEED])
    height = 1.2 * state[NOISE]
    for i in range(first, last):
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        state[HISS + i] = height * (seed / 2147483648.0 - 1.0)
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        state[HISS + TICK + i] = height * (seed / 2147483648.0 - 1.0)
    state[SEED] = seed


@kernel
def oscillate(state: Values, table: Values, at: int, first: int, last: int) -> None:
    """Put the waves of one note into the sums."""
    blend = state[at + LEVEL_NOW]
    blend_step = (state[at + LEVEL_NEXT] - state[at + LOWER] - blend) / TICK
    morph = state[MORPH] - state[SHAPE_OF]
    morph_step = (state[MORPH_NEXT] - state[MORPH]) / TICK
    shape = state[SHAPE_OF]
    if morph == 1.0 and morph_step == 0.0:
        shape, morph = shape + 1.0, 0.0
    row = np.uint64((shape * waves.LEVELS + state[at + LOWER]) * ROW)
    pure = morph == 0.0 and morph_step == 0.0
    note_place = state[at + PLACE]
    left, right, part, count = doubles(), doubles(), doubles(), last - first
    place, low, high, low_across, high_across = indices(), pairs(), pairs(), pairs(), pairs()
    one_hiss, other_hiss = state[HISS + first : HISS + last], state[HISS + TICK + first : HISS + TICK + last]
    for j in range(count):  # loops from 0 over slices: no place is negative, so they can be vectorised
        left[j], right[j] = one_hiss[j], other_hiss[j]
    for u in range(int(state[WAVES])):
        phase = state[at + PHASE + u]
        step = state[at + STEP] * state[DETUNED + u]
        bend = (state[at + NEXT_STEP] * state[DETUNED + u] - step) / (2.0 * TICK)
        side = 0.25 * math.pi * (1.0 + min(max(0.7 * state[SIDE + u] + note_place, -1.0), 1.0))
        to_left, to_right = math.sqrt(2.0) * math.cos(side), math.sqrt(2.0) * math.sin(side)
        for j in range(count):
            n = first + j + 1
            spot = (phase + n * (step + n * bend)) * waves.SIZE
            whole = np.uint32(spot)
            place[j], part[j] = whole & MASK, spot - whole
        for j in range(count):
            take_two(table, row + np.uint64(place[j]), low, j)
            take_two(table, row + UP + np.uint64(place[j]), high, j)
        if pure:
            for j in range(count):
                one = low[2 * j] + (low[2 * j + 1] - low[2 * j]) * part[j]
                other = high[2 * j] + (high[2 * j + 1] - high[2 * j]) * part[j]
                sample = one + (other - one) * (blend + (first + j + 1) * blend_step)
                left[j] += sample * to_left
                right[j] += sample * to_right
        else:
            for j in range(count):
                take_two(table, row + ACROSS + np.uint64(place[j]), low_across, j)
                take_two(table, row + ACROSS + UP + np.uint64(place[j]), high_across, j)
            for j in range(count):
                mix, way = blend + (first + j + 1) * blend_step, morph + (first + j + 1) * morph_step
                one = low[2 * j] + (low_across[2 * j] - low[2 * j]) * way
                two = low[2 * j + 1] + (low_across[2 * j + 1] - low[2 * j + 1]) * way
                three = high[2 * j] + (high_across[2 * j] - high[2 * j]) * way
                four = high[2 * j + 1] + (high_across[2 * j + 1] - high[2 * j + 1]) * way
                one += (two - one) * part[j]
                three += (four - three) * part[j]
                sample = one + (three - one) * mix
                left[j] += sample * to_left
                right[j] += sample * to_right
        if last == TICK:
            phase += TICK * (step + TICK * bend)
            state[at + PHASE + u] = phase - math.floor(phase)
    if state[SUB] > 0.0:
        step, phase = 0.5 * state[at + STEP], state[at + SUB_PHASE]
        bend = (0.5 * state[at + NEXT_STEP] - step) / (2.0 * TICK)
        height = 1.2 * state[SUB] * math.sqrt(state[WAVES])
        for j in range(count):
            n = first + j + 1
            spot = (phase + n * (step + n * bend)) * waves.SIZE
            whole = np.uint32(spot)
            place[j], part[j] = whole & MASK, spot - whole
        for j in range(count):
            take_two(table, np.uint64(place[j]), low, j)
        for j in range(count):
            sample = height * (low[2 * j] + (low[2 * j + 1] - low[2 * j]) * part[j])
            left[j] += sample
            right[j] += sample
        if last == TICK:
            phase += TICK * (step + TICK * bend)
            state[at + SUB_PHASE] = phase - math.floor(phase)
    lefts, rights = state[LEFT_SUM + first : LEFT_SUM + last], state[RIGHT_SUM + first : RIGHT_SUM + last]
    for j in range(count):
        lefts[j], rights[j] = left[j], right[j]


@kernel
def shade(state: Values, at: int, first: int, last: int, out: Values) -> None:
    """The sums through the note's filter and envelope.

    Two sections in a row a side, the first without a peak. Source: V. Zavalishin, The Art of VA Filter Design (2018),
    section 4.2, solved as in A. Simper, Solving the continuous SVF equations using trapezoidal integration (2013).
    """
    g, g_step = state[at + OPEN], (state[at + OPEN_NEXT] - state[at + OPEN]) / TICK
    k, k_step = state[at + RESIST], (state[at + RESIST_NEXT] - state[at + RESIST]) / TICK
    loud, loud_step = state[at + LOUD], (state[at + LOUD_NEXT] - state[at + LOUD]) / TICK
    m = at + MEMORY
    a, b, c, d = state[m], state[m + 1], state[m + 2], state[m + 3]
    e, f, o, p = state[m + 4], state[m + 5], state[m + 6], state[m + 7]
    opened, gain, open_gain, sung, open_sung = doubles(), doubles(), doubles(), doubles(), doubles()
    left, right, count = doubles(), doubles(), last - first
    one, other = state[LEFT_SUM + first : LEFT_SUM + last], state[RIGHT_SUM + first : RIGHT_SUM + last]
    for j in range(count):
        now, resist = g + (first + j + 1) * g_step, k + (first + j + 1) * k_step
        opened[j], gain[j] = now, 1.0 / (1.0 + now * (now + 1.8478))
        sung[j] = 1.0 / (1.0 + now * (now + resist))
        open_gain[j], open_sung[j] = now * gain[j], now * sung[j]
    for j in range(count):
        now = opened[j]
        v = gain[j] * a + open_gain[j] * (one[j] - b)
        low = b + now * v
        a, b = 2.0 * v - a, b + 2.0 * now * v
        v = sung[j] * c + open_sung[j] * (low - d)
        left[j] = d + now * v
        c, d = 2.0 * v - c, d + 2.0 * now * v
        v = gain[j] * e + open_gain[j] * (other[j] - f)
        low = f + now * v
        e, f = 2.0 * v - e, f + 2.0 * now * v
        v = sung[j] * o + open_sung[j] * (low - p)
        right[j] = p + now * v
        o, p = 2.0 * v - o, p + 2.0 * now * v
    curve = state[notes.CURVE + first : notes.CURVE + last]
    to_left, to_right = out[0, first:last], out[1, first:last]
    for j in range(count):
        height = curve[j] * (loud + (first + j + 1) * loud_step)
        to_left[j] += left[j] * height
        to_right[j] += right[j] * height
    state[m], state[m + 1], state[m + 2], state[m + 3] = a, b, c, d
    state[m + 4], state[m + 5], state[m + 6], state[m + 7] = e, f, o, p


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
        strike(state, values, steps, note[1], min(max(note[2], 0.0), 1.0))
    elif note[0] == OFF:
        notes.end(state, note[1])
    elif note[0] == SILENCE:
        notes.silence(state)
    if first == last:
        return
    if first == 0:
        prepare(state, values, steps)
    if state[NOISE] > 0.0:
        hiss(state, first, last)
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] > 0.0:
            notes.envelope(state, at, first, last)
            oscillate(state, table, at, first, last)
            shade(state, at, first, last, out)
            if last == TICK and notes.is_over(state, at):
                state[at + BUSY] = 0.0


KERNELS = ((tick, TICK_SIGNATURE),)
