"""The sampler: a sound for each gesture, struck as hard as the gesture is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gesturemap.catalog import GESTURE, GESTURE_KEYS, setting
from gesturemap.compiled import inlined, kernel
from gesturemap.errors import FileError
from gesturemap.frames import Values
from gesturemap.synth import sample
from gesturemap.synth.drums import DRUMS, drum
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.scratch import doubles, indices, pairs, take_four
from gesturemap.synth.voice import OFF, ON, SILENCE, TICK, Parameter, Part, Voice

SOUNDING, SLOTS = 16, 22
"""Sounds at once, and with those that are faded in `HURRY` seconds to make room."""
HURRY, DAMPED = 0.006, 0.09
MOST = 8
"""Sounds that one gesture takes turns with."""
RATE, BORN, DAMP, SPREAD, GROUPS, SOUNDS, KEEP, KEEP_NEXT = range(8)
HEAD = 8
(
    BUSY,
    AGE,
    GROUP,
    PLACE,
    STEP,
    BEGIN,
    END,
    LEFT,
    RIGHT,
    FADE,
    FADE_FACTOR,
    PLAYED,
    SHADE,
    DULL,
    DULLER,
    DECAYED,
) = range(16)
"""Columns of a slot; BEGIN is where its octave of the sound begins in the table and END the frames there are, PLAYED
how many samples of it have been, SHADE the share of a one-pole low-pass and DULL, DULLER its two memories."""
SLOT = 16
TURN, CHOKES, COUNT, FIRST = range(4)
GROUP_ROW = FIRST + MOST
OWN_RATE, FRAMES, STARTS = 0, 1, 2
SOUND_ROW = STARTS + sample.OCTAVES + 1
PITCH, BRIGHTNESS, FROM, DECAY = range(4)
LEVEL = 0.7
EDGE = 0.0007
"""Seconds of fade at the beginning, and at the end where a sound is cut off."""


@dataclass(frozen=True)
class Sampler(Voice):
    """WAV files, or drums of its own, one for each gesture; harder is louder and brighter."""

    kind: ClassVar[str] = "sampler"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("pitch", "semitones", 0.0, -24.0, 24.0, "of the sounds that begin", 0.0),
        Parameter(
            "brightness", "", 0.8, 0.0, 1.0, "of the sounds that begin: a low-pass from 300 Hz up", 0.0
        ),
        Parameter("begin", "", 0.0, 0.0, 0.95, "where in them sounds begin: 0 beginning, 1 end", 0.0),
        Parameter("decay", "s", 60.0, 0.02, 60.0, "fades what sounds by 60 dB in this time", 0.02),
    )

    name: str = setting("sampler", "what controls call it: sampler.pitch and so on")
    files: dict[str, str | tuple[str, ...]] = setting(
        {},
        f"WAV file of each gesture, or several to take turns with; or {', '.join(DRUMS)}",
        names=GESTURE_KEYS,
    )
    bank: tuple[str, ...] = setting(
        (), "files for the other gestures, in the order of the vocabulary; none, and no `files`: all drums"
    )
    choke: tuple[str, ...] = setting((), "gestures of which each cuts the others off", names=GESTURE)
    damp: bool = setting(False, "the end of the gesture damps its sound")
    spread: float = setting(0.3, "places the sounds between left and right", low=0.0, high=1.0)
    pitch: float = setting(0.0, "transposition at rest", unit="semitones", low=-24.0, high=24.0)
    brightness: float = setting(0.8, "brightness at rest", low=0.0, high=1.0)
    decay: float = setting(60.0, "decay at rest", unit="s", low=0.02, high=60.0)
    reverb: float = setting(0.12, "how much of it goes into the room", low=0.0, high=1.0)

    def labels(self) -> tuple[str, ...]:
        """The gestures its settings name."""
        return (*self.gestures, *self.files, *self.choke)

    def groups(self) -> list[tuple[str, ...]]:
        """What is taken turns with: of every gesture in `files`, then each of the bank."""
        own = [(one,) if isinstance(one, str) else one[:MOST] for one in self.files.values()]
        return [*own, *((one,) for one in self.others())]

    def others(self) -> tuple[str, ...]:
        """What gestures without a file of their own play, in the order of the vocabulary."""
        return self.bank if self.bank or self.files else tuple(DRUMS)

    def plays(self, label: str, index: int) -> float:
        """The number of a gesture's group; not a number: it plays nothing."""
        if label in self.files:
            return float(list(self.files).index(label)) + (1000.0 if label in self.choke else 0.0)
        bank = self.others()
        if not bank:
            return math.nan
        return float(len(self.files) + index % len(bank)) + (1000.0 if label in self.choke else 0.0)

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Read every sound once; what cannot be had is silent."""
        found: dict[str, int] = {}
        faults: list[str] = []
        tables: list[NDArray[np.float32]] = []
        sounds: list[NDArray[np.float64]] = []
        groups = self.groups()
        at = 0
        for file in dict.fromkeys(file for group in groups for file in group):
            try:
                sound, own_rate = drum(file) if file in DRUMS else sample.load(file, folder)
            except FileError as error:
                faults.append(f"{self.name}: {error}")
                continue
            faults += [
                f"{self.name}: {line}" for line in (() if file in DRUMS else sample.torn(file, folder))
            ]
            row = np.zeros(SOUND_ROW)
            row[OWN_RATE], row[FRAMES] = own_rate, len(sound)
            for octave, level in enumerate(sample.tower(sound)):
                row[STARTS + octave] = at
                at += level.size
                tables.append(level.ravel())
            found[file] = len(sounds)
            sounds.append(row)
        head = np.zeros(HEAD)
        head[RATE], head[DAMP], head[SPREAD], head[KEEP_NEXT] = rate, self.damp, self.spread, -1.0
        head[GROUPS], head[SOUNDS] = len(groups), len(sounds)
        rows = np.zeros((len(groups), GROUP_ROW))
        for row, group in zip(rows, groups, strict=True):
            there = [found[file] for file in group if file in found]
            row[COUNT], row[FIRST : FIRST + len(there)] = len(there), there
        state = np.concatenate([head, np.zeros(SLOTS * SLOT), rows.ravel(), *sounds])
        return Part(state, np.concatenate([np.zeros(0, np.float32), *tables]), tick, tuple(faults))


@kernel
def strike(state: Values, values: Values, wanted: float, velocity: float) -> None:
    """Begin the next sound of a group; when too many sound, the oldest makes room."""
    chokes = wanted >= 1000.0
    group = int(wanted - 1000.0 if chokes else wanted)
    row = HEAD + SLOTS * SLOT + group * GROUP_ROW
    if group >= state[GROUPS] or state[row + COUNT] == 0.0:
        return
    number = int(state[row + FIRST + int(state[row + TURN])])
    state[row + TURN] = (state[row + TURN] + 1.0) % state[row + COUNT]
    rate = state[RATE]
    hurry = 0.001 ** (1.0 / (HURRY * rate))
    free, oldest, weakest, sounding = -1, -1, -1, 0
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] == 0.0:
            free = at
            continue
        if chokes and state[at + GROUP] >= 1000.0:
            state[at + FADE_FACTOR] = hurry
        if state[at + FADE_FACTOR] > hurry:
            sounding += 1
            if oldest < 0 or state[at + AGE] < state[oldest + AGE]:
                oldest = at
        elif weakest < 0 or state[at + FADE] < state[weakest + FADE]:
            weakest = at
    if sounding >= SOUNDING:
        state[oldest + FADE_FACTOR] = hurry
    at = free if free >= 0 else weakest
    sound = HEAD + SLOTS * SLOT + int(state[GROUPS]) * GROUP_ROW + number * SOUND_ROW
    ratio = state[sound + OWN_RATE] / rate * 2.0 ** (values[PITCH] / 12.0)
    # the octave of the sound that has nothing above 0.56 of our rate: what folds back lies above 0.44 of it
    octave = min(max(math.ceil(math.log2(ratio) - math.log2(1.12)), 0), sample.OCTAVES)
    fine = 2.0 / 2.0**octave
    for c in range(SLOT):
        state[at + c] = 0.0
    state[BORN] += 1.0
    state[at + BUSY], state[at + AGE], state[at + GROUP] = 1.0, state[BORN], wanted
    state[at + PLACE] = (sample.MARGIN + values[FROM] * state[sound + FRAMES]) * fine
    state[at + END] = (sample.MARGIN + state[sound + FRAMES]) * fine
    state[at + STEP], state[at + BEGIN] = ratio * fine, state[sound + STARTS + octave]
    side = 0.0
    if group > 0:
        side = state[SPREAD] * (1.0 if group % 2 else -1.0) * min(0.4 + 0.2 * (group // 2), 1.0)
    loud = LEVEL * (0.04 + 0.96 * velocity**1.5)
    state[at + LEFT] = loud * math.sqrt(2.0) * math.cos(0.25 * math.pi * (1.0 + side))
    state[at + RIGHT] = loud * math.sqrt(2.0) * math.sin(0.25 * math.pi * (1.0 + side))
    state[at + FADE], state[at + FADE_FACTOR], state[at + DECAYED] = 1.0, 1.0, 1.0
    hz = 300.0 * 80.0 ** min(values[BRIGHTNESS] * (0.65 + 0.6 * velocity), 1.0)
    state[at + SHADE] = 1.0 - math.exp(-2.0 * math.pi * hz / rate)


@inlined
def between(before: float, here: float, after: float, later: float, part: float) -> Any:
    """One sample between four of a sound that is sampled twice as finely as it needs.

    Source: O. Niemitalo, Polynomial interpolators for high-quality resampling of oversampled audio (2001), the optimal
    4-point third-order one for two times.
    """
    z = part - 0.5
    near, near_step = after + here, after - here
    far, far_step = later + before, later - before
    return (
        near * 0.45868970870461956
        + far * 0.04131401926395584
        + z
        * (
            near_step * 0.48068024766578432
            + far_step * 0.17577925564495955
            + z
            * (
                far * 0.24614027139700284
                - near * 0.246185007019907091
                + z * (far_step * 0.10174985775982505 - near_step * 0.36030925263849456)
            )
        )
    )


@kernel
def play(state: Values, table: Any, at: int, first: int, last: int, out: Values) -> None:
    """Add one piece of one sound."""
    place, step, played = state[at + PLACE], state[at + STEP], state[at + PLAYED]
    begin, end = np.uint64(state[at + BEGIN]), state[at + END]
    to_left, to_right = state[at + LEFT], state[at + RIGHT]
    fade, factor = state[at + FADE], state[at + FADE_FACTOR]
    rise, shade = 1.0 / (EDGE * state[RATE]), state[at + SHADE]
    a, b, decayed = state[at + DULL], state[at + DULLER], state[at + DECAYED]
    keep, keep_step = state[KEEP], (state[KEEP_NEXT] - state[KEEP]) / TICK
    count = min(last - first, math.ceil(max((end - place) / step - played, 0.0)))
    where, part, shape, left, right = indices(), doubles(), doubles(), doubles(), doubles()
    before, here, after, later = pairs(), pairs(), pairs(), pairs()
    for j in range(count):
        spot = place + (played + j) * step
        whole = np.uint32(spot)
        where[j], part[j] = whole, spot - whole
        up, over = min((played + j + 1) * rise, 1.0), min((end - spot) / step * rise, 1.0)
        over = max(over, 0.0)
        shape[j] = up * up * (3.0 - 2.0 * up) * over * over * (3.0 - 2.0 * over)
    take_four(table, begin, where, (before, here, after, later), count)
    for j in range(count):
        k, p = 2 * j, part[j]
        left[j] = shade * between(before[k], here[k], after[k], later[k], p)
        right[j] = shade * between(before[k + 1], here[k + 1], after[k + 1], later[k + 1], p)
    kept = 1.0 - shade
    for j in range(count):
        fade *= factor
        decayed *= keep + (first + j + 1) * keep_step
        shape[j] *= fade * decayed
        a = a * kept + left[j]
        b = b * kept + right[j]
        left[j], right[j] = a, b
    lefts, rights = out[0, first:last], out[1, first:last]
    for j in range(count):
        lefts[j] += left[j] * shape[j] * to_left
        rights[j] += right[j] * shape[j] * to_right
    state[at + PLAYED], state[at + FADE], state[at + DECAYED] = played + count, fade, decayed
    state[at + DULL], state[at + DULLER] = a + 1e-15 - 1e-15, b + 1e-15 - 1e-15
    if count < last - first or (last == TICK and fade * decayed < 1e-6):
        state[at + BUSY] = 0.0


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
        strike(state, values, note[1], min(max(note[2], 0.0), 1.0))
    elif note[0] == OFF and state[DAMP] > 0.0:
        for s in range(SLOTS):
            at = HEAD + s * SLOT
            if state[at + GROUP] == note[1]:
                state[at + FADE_FACTOR] = min(
                    state[at + FADE_FACTOR], 0.001 ** (1.0 / (DAMPED * state[RATE]))
                )
    elif note[0] == SILENCE:
        for s in range(SLOTS):
            state[HEAD + s * SLOT + BUSY] = 0.0
    if first == last:
        return
    if first == 0:
        keep = 0.001 ** (1.0 / ((values[DECAY] + steps[DECAY] * TICK) * state[RATE]))
        state[KEEP], state[KEEP_NEXT] = keep if state[KEEP_NEXT] < 0.0 else state[KEEP_NEXT], keep
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] > 0.0:
            play(state, table, at, first, last, out)


KERNELS = ((tick, TICK_SIGNATURE),)
