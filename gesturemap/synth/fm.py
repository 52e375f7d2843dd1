"""The FM synth: four sines that shake one another's phase, as much as the sampling rate bears."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gesturemap.catalog import GESTURE_KEYS, setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth import notes
from gesturemap.synth.fm_bodies import ALGORITHMS, BODIES, OPERATORS
from gesturemap.synth.notes import BUSY, FORCE, GLIDE_NOW, PLACE, RISING, SLOTS
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.scratch import doubles, sine
from gesturemap.synth.voice import OFF, ON, SILENCE, TICK, Parameter, Part, Voice, degree

FEEDBACK_OF, SWING, SWING_STEP, SWING_DEEP = range(notes.HEAD, notes.HEAD + 4)
RATIO, STRENGTH, DECAY_SHARE, SUSTAINED, RISE_SHARE, TARGET = range(notes.HEAD + 8, notes.HEAD + 8 + 24, 4)
SHAKE = notes.HEAD + 32
"""(OPERATORS, TICK): what shakes each operator, in turns."""
HEAD = SHAKE + OPERATORS * TICK
PHASE, STEP, NEXT_STEP, GAIN, NEXT_GAIN, FADED, RISEN, ROOM = (notes.OWN + 4 * i for i in range(8))
"""Per operator; ROOM is the highest frequency it may give, in Hz."""
BACK, NEXT_BACK, LAST_OUT, LAST_BEFORE, FRESH, AUDIBLE = range(notes.OWN + 32, notes.OWN + 38)
SLOT = notes.OWN + 38
PITCH, INDEX, RATIO_OF, DECAY, FEEDBACK, VIBRATO, ATTACK, RELEASE = range(8)
LEVEL = 0.16
FAINT = 10.0 ** (-68.0 / 20.0)
MOST = 96
"""Sidebands up to which is known how much phase modulation they bear."""


@lru_cache(maxsize=1)
def bounds() -> NDArray[np.float32]:
    """(MOST,) the most radians with which all sidebands from number n on stay below `FAINT`; n = 0, 1, ...

    J. Carson's rule says how many sidebands there are of any size; the Bessel functions say it of this size. They
    are the Fourier coefficients of a sine of a sine.
    """
    radians = np.arange(0.0, MOST, 0.02)
    turns = 2.0 * np.pi * np.arange(256) / 256
    found = np.zeros(MOST)
    for index in radians:
        sides = np.abs(np.fft.fft(np.exp(1j * index * np.sin(turns))))[:MOST] / 256
        over = np.nonzero(sides >= FAINT)[0]
        first = (over[-1] + 1) if len(over) else 0
        found[first:] = np.maximum(found[first:], index)
    return found.astype(np.float32)


@dataclass(frozen=True)
class Fm(Voice):
    """Electric piano, bells, basses and brass: up to eight notes of four sines."""

    kind: ClassVar[str] = "fm"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("pitch", "semitones", 0.0, -36.0, 36.0, "transposes what sounds", 0.02),
        Parameter("index", "", 1.0, 0.0, 4.0, "how far the sines shake one another: dull to bright", 0.03),
        Parameter("ratio", "", 1.0, 0.25, 4.0, "stretches the ratios of those that shake", 0.03),
        Parameter("decay", "s", 4.0, 0.1, 20.0, "how long middle C rings (to -60 dB)", 0.03),
        Parameter(
            "feedback", "", 0.0, 0.0, 1.0, "how far the fourth sine shakes itself, beyond its own", 0.03
        ),
        Parameter("vibrato", "semitones", 0.0, 0.0, 1.0, "how far the pitch swings", 0.05),
        Parameter("attack", "s", 0.003, 0.001, 8.0, "time to rise", 0.0),
        Parameter("release", "s", 0.4, 0.005, 12.0, "time to fade by 40 dB when its gesture ends", 0.0),
    )

    name: str = setting("fm", "what controls call it: fm.level and so on")
    body: str = setting("electric piano", "what it sounds like", choices=tuple(BODIES))
    algorithm: str = setting(
        "body", "who shakes whom; body: as the body has it", choices=("body", *ALGORITHMS)
    )
    ratios: tuple[float, ...] = setting(
        (), "of the operators to the note, in place of the body's", low=0.0, high=32.0
    )
    strengths: tuple[float, ...] = setting(
        (), "of the operators, in place of the body's: loudness, or radians", low=0.0, high=12.0
    )
    decays: tuple[float, ...] = setting(
        (), "of the operators relative to `decay`, in place of the body's; 0: none", low=0.0, high=10.0
    )
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
    mono: bool = setting(False, "one note at a time; bound notes do not attack again")
    drone: bool = setting(False, "one note sounds always; gestures change it")
    glide: float = setting(0.0, "time to slide from note to note", unit="s", low=0.0, high=10.0)
    vibrato_rate: float = setting(5.3, "speed of the vibrato", unit="Hz", low=0.05, high=12.0)
    spread: float = setting(0.4, "low notes to the left, high to the right", low=0.0, high=1.0)
    pitch: float = setting(0.0, "transposition at rest", unit="semitones", low=-36.0, high=36.0)
    index: float = setting(1.0, "index at rest", low=0.0, high=4.0)
    ratio: float = setting(1.0, "ratio at rest", low=0.25, high=4.0)
    decay: float = setting(4.0, "decay at rest", unit="s", low=0.1, high=20.0)
    feedback: float = setting(0.0, "feedback at rest", low=0.0, high=1.0)
    vibrato: float = setting(0.0, "vibrato at rest", unit="semitones", low=0.0, high=1.0)
    attack: float = setting(0.003, "attack at rest", unit="s", low=0.001, high=8.0)
    release: float = setting(0.4, "release at rest", unit="s", low=0.005, high=12.0)

    def labels(self) -> tuple[str, ...]:
        """The gestures its settings name."""
        return (*self.gestures, *self.notes)

    def plays(self, label: str, index: int) -> float:
        """The MIDI note of a gesture."""
        return self.notes.get(label, self.root + degree(index))

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Lay out the operators as the body or the settings have them."""
        body = BODIES[self.body]
        targets = ALGORITHMS[body.algorithm if self.algorithm == "body" else self.algorithm]
        head = np.zeros(HEAD)
        head[notes.RATE], head[notes.SPREAD], head[notes.SUSTAIN] = rate, self.spread, 1.0
        head[notes.MONO], head[notes.DRONE] = self.mono or self.drone, self.drone
        head[notes.GLIDE], head[notes.LAST] = self.glide, self.root
        head[notes.WIDTH], head[notes.BEGIN] = SLOT, HEAD
        head[SWING_STEP], head[FEEDBACK_OF] = self.vibrato_rate * TICK / rate, body.feedback
        head[SWING] = np.random.default_rng(seed).random()
        given = ((RATIO, body.ratios, self.ratios), (STRENGTH, body.strengths, self.strengths))
        for at, own, wanted in (*given, (DECAY_SHARE, body.decays, self.decays)):
            head[at : at + OPERATORS] = (*wanted[:OPERATORS], *own[len(wanted) :])
        head[SUSTAINED : SUSTAINED + OPERATORS] = 1.0 if self.drone else body.sustains
        head[RISE_SHARE : RISE_SHARE + OPERATORS] = [
            1.0 - math.exp(-TICK / (0.4 * rise * rate)) if rise else 0.0 for rise in body.rises
        ]
        head[TARGET : TARGET + OPERATORS] = targets
        return Part(np.concatenate([head, np.zeros(SLOTS * SLOT)]), bounds(), tick)


@kernel
def most(table: Values, sides: float) -> Any:
    """Radians that so many sidebands bear."""
    if sides < 1.0:
        return 0.0
    index = min(int(sides), MOST - 2)
    part = min(sides - index, 1.0)
    return table[index] + (table[index + 1] - table[index]) * part


@kernel
def sides_of(table: Values, radians: float) -> Any:
    """How many sidebands so many radians make."""
    n = 1
    while n < MOST - 1 and table[n] < radians:
        n += 1
    return float(n)


@kernel
def strike(
    state: Values, table: Values, values: Values, steps: Values, pitch: float, velocity: float
) -> None:
    """Begin a note; a new one starts with all sines at zero."""
    at = notes.begin(state, pitch, velocity)
    if at > 0:
        for k in range(OPERATORS):
            state[at + FADED + k] = 1.0
            state[at + RISEN + k] = 0.0 if state[RISE_SHARE + k] > 0.0 else 1.0
        state[at + FRESH] = 1.0
        aim(state, table, at, values, steps)


@kernel
def age(state: Values, at: int, seconds: float) -> None:
    """Let every operator of a note rise and decay for one tick; `seconds` is how long it rings to -60 dB.

    While the note attacks, operators that have decayed come back, so fast that one hears a stroke and no click.
    """
    time = TICK / state[notes.RATE]
    back = 1.0 - math.exp(-time / 0.003)
    for k in range(OPERATORS):
        share = state[DECAY_SHARE + k]
        if share > 0.0 and state[SUSTAINED + k] < 1.0:
            faded = state[at + FADED + k] * math.exp(-6.9078 * time / max(seconds * share, 0.005))
            if state[at + RISING] > 0.0:
                faded = state[at + FADED + k] + (1.0 - state[at + FADED + k]) * back
            state[at + FADED + k] = faded if faded > 1e-9 else 0.0
        if state[RISE_SHARE + k] > 0.0:
            state[at + RISEN + k] += (1.0 - state[at + RISEN + k]) * state[RISE_SHARE + k]


@kernel
def aim(state: Values, table: Values, at: int, values: Values, steps: Values) -> None:
    """Work out where one note goes in this tick, from where it is.

    What is heard may reach half the sampling rate. An operator that shakes it may make so many sidebands that they
    stay below, and may itself be as rich as that number leaves room for; so on up the stack.
    """
    rate, fresh = state[notes.RATE], state[at + FRESH] > 0.0
    state[at + FRESH] = 0.0
    pitch = state[at + GLIDE_NOW] + values[PITCH] + steps[PITCH] * TICK + state[SWING_DEEP]
    hz = 440.0 * math.exp2((min(max(pitch, -12.0), 136.0) - 69.0) / 12.0)
    force = state[at + FORCE]
    index = (values[INDEX] + steps[INDEX] * TICK) * (0.25 + 0.75 * force)
    stretch = values[RATIO_OF] + steps[RATIO_OF] * TICK
    if not fresh:
        age(state, at, values[DECAY] * math.sqrt(261.6 / hz))
    audible = 0.0
    for k in range(OPERATORS):
        target, held = int(state[TARGET + k]), state[SUSTAINED + k]
        own = hz * state[RATIO + k] * (stretch if target >= 0 else 1.0)
        gain = state[STRENGTH + k] * (held + (1.0 - held) * state[at + FADED + k])
        if target < 0:
            audible = max(audible, gain)
            gain *= LEVEL * (0.12 + 0.88 * force) * min(max((0.45 * rate - own) / (0.05 * rate), 0.0), 1.0)
            gain *= state[at + RISEN + k]
            state[at + ROOM + k] = 0.49 * rate
        else:
            shakers = 0.0
            for j in range(OPERATORS):
                shakers += state[TARGET + j] == target
            span = (state[at + ROOM + target] - state[at + NEXT_STEP + target] * rate) / shakers
            radians = min(gain * state[at + RISEN + k] * index, most(table, span / max(own, 1.0)))
            sides = sides_of(table, radians)
            state[at + ROOM + k] = max(span, 0.0) / sides
            if (
                k == OPERATORS - 1
            ):  # its partials are faint: each makes one pair of sidebands, beside the others
                state[at + ROOM + k] = own + 0.5 * max(span - own * sides, 0.0)
            gain = radians / (2.0 * math.pi)
        if fresh:
            state[at + NEXT_STEP + k], state[at + NEXT_GAIN + k] = own / rate, gain
        state[at + STEP + k], state[at + NEXT_STEP + k] = state[at + NEXT_STEP + k], own / rate
        state[at + GAIN + k], state[at + NEXT_GAIN + k] = state[at + NEXT_GAIN + k], gain
    state[at + AUDIBLE] = audible
    k = OPERATORS - 1
    # harmonic n of a sine that shakes itself by b falls at least as exp(-n (1 - b)^1.5)
    partials = max(state[at + ROOM + k] / max(state[at + NEXT_STEP + k] * rate, 1.0), 1.0)
    back = state[FEEDBACK_OF] * min(index, 1.5) + values[FEEDBACK] + steps[FEEDBACK] * TICK
    back = min(back, max(1.0 - (7.6 / partials) ** (2.0 / 3.0), 0.0)) / (4.0 * math.pi)
    if fresh:
        state[at + NEXT_BACK] = back
    state[at + BACK], state[at + NEXT_BACK] = state[at + NEXT_BACK], back


@kernel
def prepare(state: Values, table: Values, values: Values, steps: Values) -> None:
    """Work out what holds for one tick."""
    notes.speeds(state, values[ATTACK], 1.0, values[RELEASE])
    state[SWING] = (state[SWING] + state[SWING_STEP]) % 1.0
    state[SWING_DEEP] = (values[VIBRATO] + steps[VIBRATO] * TICK) * math.sin(2.0 * math.pi * state[SWING])
    if state[notes.DRONE] > 0.0 and state[HEAD + BUSY] == 0.0:
        strike(state, table, values, steps, state[notes.LAST], 0.8)
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] > 0.0:
            notes.move(state, at, TICK / state[notes.RATE])
            aim(state, table, at, values, steps)


@kernel
def operate(state: Values, at: int, first: int, last: int, out: Values) -> None:
    """Add one note: every operator on its way to the next tick's pitch and strength.

    Source: J. Chowning, The synthesis of complex audio spectra by means of frequency modulation, JAES 21(7), 1973.
    """
    count = last - first  # loops from 0 over slices: no place is negative, so they can be vectorised
    left, right = out[0, first:last], out[1, first:last]
    curve = state[notes.CURVE + first : notes.CURVE + last]
    turns, backs = doubles(), doubles()
    for k in range(OPERATORS):
        state[SHAKE + k * TICK + first : SHAKE + k * TICK + last] = 0.0
    for k in range(OPERATORS - 1, -1, -1):
        phase, step, gain = state[at + PHASE + k], state[at + STEP + k], state[at + GAIN + k]
        bend = (state[at + NEXT_STEP + k] - step) / (2.0 * TICK)
        gain_step = (state[at + NEXT_GAIN + k] - gain) / TICK
        shaken = state[SHAKE + k * TICK + first : SHAKE + k * TICK + last]
        target = int(state[TARGET + k])
        if gain > 0.0 or gain_step > 0.0:
            if k == OPERATORS - 1 and (state[at + BACK] > 0.0 or state[at + NEXT_BACK] > 0.0):
                before, older = state[at + LAST_OUT], state[at + LAST_BEFORE]
                back, back_step = state[at + BACK], (state[at + NEXT_BACK] - state[at + BACK]) / TICK
                for j in range(count):
                    n = float(j + first + 1)
                    turns[j], backs[j] = phase + n * (step + n * bend), back + n * back_step
                for j in range(count):
                    older, before = before, sine((turns[j] + backs[j] * older) + backs[j] * before)
                    shaken[j] = before
                state[at + LAST_OUT], state[at + LAST_BEFORE] = before, older
            else:
                for j in range(count):
                    n = float(j + first + 1)
                    shaken[j] = sine(phase + n * (step + n * bend) + shaken[j])
            if target >= 0:
                shakes = state[SHAKE + target * TICK + first : SHAKE + target * TICK + last]
                for j in range(count):
                    shakes[j] += shaken[j] * (gain + (j + first + 1) * gain_step)
            else:
                side = 0.0 if k == 0 and state[TARGET + 2] >= 0 else (0.3 if k % 4 < 2 else -0.3)
                place = 0.25 * math.pi * (1.0 + min(max(state[at + PLACE] + side, -1.0), 1.0))
                to_left, to_right = math.sqrt(2.0) * math.cos(place), math.sqrt(2.0) * math.sin(place)
                for j in range(count):
                    sample = shaken[j] * (gain + (j + first + 1) * gain_step) * curve[j]
                    left[j] += sample * to_left
                    right[j] += sample * to_right
        if last == TICK:
            phase += TICK * (step + TICK * bend)
            state[at + PHASE + k] = phase - math.floor(phase)


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
        strike(state, table, values, steps, note[1], min(max(note[2], 0.0), 1.0))
    elif note[0] == OFF:
        notes.end(state, note[1])
    elif note[0] == SILENCE:
        notes.silence(state)
    if first == last:
        return
    if first == 0:
        prepare(state, table, values, steps)
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] > 0.0:
            notes.envelope(state, at, first, last)
            operate(state, at, first, last, out)
            if last == TICK and (notes.is_over(state, at) or state[at + AUDIBLE] < notes.QUIET):
                state[at + BUSY] = 0.0


KERNELS = ((tick, TICK_SIGNATURE),)
