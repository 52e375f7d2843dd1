"""The corpus: sounds cut into units, of which the one is played that comes nearest to what is wanted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth import units
from gesturemap.synth.chance import chance
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.swell import QUIET, speeds, swell
from gesturemap.synth.tree import MOST_FOUND, ROOM, grow, nearest
from gesturemap.synth.voice import NOTHING, OFF, ON, SILENCE, TICK, Parameter, Part, Voice

SLOTS = 48
(
    RATE,
    SEED,
    WAIT,
    AIM,
    RISE,
    FALL,
    DRONE,
    SLOW,
    SWELL,
    COUNT,
    DIMS,
    LAST,
    EXACT,
    TREE,
    TREE_END,
    ROWS,
    ONE_EACH,
) = range(17)
"""Places in the head: COUNT units and DIMS descriptors, the LAST unit played, where the tree and the units' rows are,
and whether a gesture plays one unit only."""
BY, MEAN, SCALE = 24, 36, 48
"""For each descriptor that chooses: which parameter it is, what is taken off it and what it is multiplied by."""
QUERY, FOUND, FAR, WORK = 60, 72, 72 + MOST_FOUND, 72 + 2 * MOST_FOUND
SUM = WORK + ROOM
HEAD = SUM + 2 * TICK
BUSY, PLACE, STEP, BEGIN, AGE, LENGTH, EDGE, LOUD, FROM = range(9)
SLOT = 9
DENSITY, TRANSPOSE, VARIETY, SIZE, FIRST = range(5)
"""Places of the parameters; from FIRST on those of `units.NAMES`."""
MOST_DIMS = 12
LEVEL = 0.9
CENTROID = units.NAMES.index("centroid")


@dataclass(frozen=True)
class Corpus(Voice):
    """Concatenative synthesis: move loudness, pitch, centroid ... and hear the units that are most like that."""

    kind: ClassVar[str] = "corpus"
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("density", "1/s", 12.0, 0.5, 60.0, "units per second", 0.03),
        Parameter("transpose", "semitones", 0.0, -24.0, 24.0, "of the units that begin", 0.01),
        Parameter("variety", "", 0.2, 0.0, 1.0, "always the nearest, to one of the nearest dozen", 0.01),
        Parameter("size", "s", 0.2, 0.02, 1.0, "longest that a unit sounds", 0.03),
        Parameter("loudness", "LUFS", -30.0, -80.0, 0.0, "wanted of the unit", 0.01),
        Parameter("pitch", "MIDI note", 60.0, 20.0, 110.0, "wanted of the unit", 0.01),
        Parameter("clarity", "", 0.8, 0.0, 1.0, "wanted: how clear its pitch is", 0.01),
        Parameter("centroid", "Hz", 1500.0, 40.0, 16000.0, "wanted: dark to bright", 0.01),
        Parameter("flatness", "", 0.05, 0.0, 1.0, "wanted: tone to noise", 0.01),
        *(
            Parameter(f"mfcc_{i}", "", 0.0, -60.0, 60.0, "wanted: timbre, one of several numbers", 0.01)
            for i in range(1, 7)
        ),
    )

    name: str = setting("corpus", "what controls call it: corpus.centroid and so on")
    sounds: tuple[str, ...] = setting(
        (), "WAV files, or folders of them, in the project's folder; none: a choir of vowels"
    )
    by: tuple[str, ...] = setting(
        ("loudness", "pitch", "centroid"), "descriptors that choose the unit", choices=units.NAMES
    )
    weights: dict[str, float] = setting({}, "how much each counts beside the others (1)", low=0.0, high=100.0)
    cut: str = setting(
        "even", "where units begin: at even distances, or where something begins", choices=units.CUTS
    )
    unit: float = setting(0.1, "seconds from unit to unit where they are even", unit="s", low=0.02, high=2.0)
    exact: bool = setting(True, "turn and tune the unit to the very loudness and pitch that are wanted of it")
    once: bool = setting(False, "one unit each time a gesture begins, not a stream of them")
    drone: bool = setting(False, "sounds always, not only while a gesture lasts")
    attack: float = setting(0.03, "time to swell", unit="s", low=0.002, high=20.0)
    release: float = setting(0.3, "time to fade", unit="s", low=0.005, high=30.0)
    density: float = setting(12.0, "density at rest", unit="units/s", low=0.5, high=60.0)
    transpose: float = setting(0.0, "transposition at rest", unit="semitones", low=-24.0, high=24.0)
    variety: float = setting(0.2, "variety at rest", low=0.0, high=1.0)
    size: float = setting(0.2, "longest that a unit sounds, at rest", unit="s", low=0.02, high=1.0)
    loudness: float = setting(-30.0, "wanted at rest", unit="LUFS", low=-80.0, high=0.0)
    pitch: float = setting(60.0, "wanted at rest", unit="MIDI note", low=20.0, high=110.0)
    clarity: float = setting(0.8, "wanted at rest", low=0.0, high=1.0)
    centroid: float = setting(1500.0, "wanted at rest", unit="Hz", low=40.0, high=16000.0)
    flatness: float = setting(0.05, "wanted at rest", low=0.0, high=1.0)

    def plays(self, label: str, index: int) -> float:
        """Gestures only open it."""
        return 0.0

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Read, cut and describe the sounds, and plant the tree."""
        cuts = units.gather(self.sounds, folder, self.cut, self.unit)
        by = list(dict.fromkeys(self.by))[:MOST_DIMS] or ["loudness"]
        points = units.even(cuts.described)[:, [units.NAMES.index(name) for name in by]]
        mean, spread = points.mean(axis=0), points.std(axis=0)
        scale = np.array([self.weights.get(name, 1.0) for name in by]) / np.maximum(
            spread, [units.LEAST[name] for name in by]
        )
        tree, order = grow((points - mean) * scale)
        head = np.zeros(HEAD)
        head[RATE], head[SEED], head[DRONE], head[LAST] = rate, seed % 2147483646 + 1, self.drone, -1.0
        head[RISE], head[FALL] = speeds(self.attack, self.release, rate)
        head[AIM] = 1.0 if self.drone else 0.0
        head[COUNT], head[DIMS], head[EXACT], head[ONE_EACH] = len(order), len(by), self.exact, self.once
        head[BY : BY + len(by)] = [FIRST + units.NAMES.index(name) for name in by]
        head[MEAN : MEAN + len(by)], head[SCALE : SCALE + len(by)] = mean, scale
        rows = cuts.rows[order].copy()
        rows[:, units.RATIO] /= rate
        slots = HEAD + SLOTS * SLOT
        head[TREE], head[TREE_END] = slots, slots + len(tree)
        head[ROWS] = slots + len(tree)
        return Part(
            np.concatenate([head, np.zeros(SLOTS * SLOT), tree, rows.ravel()]), cuts.table, tick, cuts.faults
        )


@kernel
def choose(state: Values, values: Values) -> int:
    """The place of one of the units nearest to what is wanted, not the last one where there is another."""
    dims, count = int(state[DIMS]), int(state[COUNT])
    for d in range(dims):
        which = int(state[BY + d])
        value = values[which]
        if which == FIRST + CENTROID:
            value = math.log2(max(value, 1.0))
        state[QUERY + d] = (value - state[MEAN + d]) * state[SCALE + d]
    wanted = 1 + int(values[VARIETY] * 11.999)
    wanted = min(wanted + 1, MOST_FOUND)
    tree = state[int(state[TREE]) : int(state[TREE_END])]
    have = nearest(
        tree, count, dims, state[QUERY : QUERY + dims], wanted, state[FOUND : FOUND + wanted],
        state[FAR : FAR + wanted], state[WORK : WORK + ROOM],
    )  # fmt: skip
    pick = int(chance(state, SEED) * max(have - 1, 1))
    if values[VARIETY] > 0.0 and have > 1 and state[FOUND + pick] == state[LAST]:
        pick = (pick + 1) % have
    state[LAST] = state[FOUND + pick]
    return int(state[LAST])


@kernel
def begin(state: Values, values: Values, now: int, velocity: float) -> None:
    """Let one unit sound from sample `now` on, if there is room."""
    place = int(state[ROWS]) + choose(state, values) * units.COLUMNS
    row = state[place : place + units.COLUMNS]
    up, louder = values[TRANSPOSE], 0.0
    if state[EXACT] > 0.0:
        for d in range(int(state[DIMS])):
            which = int(state[BY + d]) - FIRST
            if which == 0:
                louder = min(max(values[FIRST] - row[units.LOUDNESS], -18.0), 12.0)
            elif which == 1 and row[units.CLARITY] > 0.6:
                up += min(max(values[FIRST + 1] - row[units.PITCH], -12.0), 12.0)
    step = row[units.RATIO] * 2.0 ** (up / 12.0)
    octave = min(max(math.floor(math.log2(max(step, 1e-6)) + 0.05), 0), units.LEVELS - 1)
    shrink = 1.0 / 2.0**octave
    length = math.floor(min(row[units.FRAMES] / step, values[SIZE] * state[RATE]))
    if length < 64.0:
        return
    overlap = values[DENSITY] * length / state[RATE] if state[ONE_EACH] == 0.0 else 1.0
    for s in range(SLOTS):
        at = HEAD + s * SLOT
        if state[at + BUSY] == 0.0:
            state[at + BUSY], state[at + AGE], state[at + LENGTH], state[at + FROM] = 1.0, 0.0, length, now
            state[at + PLACE], state[at + STEP] = row[units.START] * shrink, step * shrink
            state[at + BEGIN] = row[units.BEGIN + octave]
            state[at + EDGE] = max(min(0.5 * length, max(0.25 * length, 0.01 * state[RATE])), 8.0)
            state[at + LOUD] = LEVEL * velocity * 10.0 ** (louder / 20.0) / math.sqrt(max(overlap, 1.0))
            return


@kernel
def sound(state: Values, table: Any, at: int, first: int, last: int) -> None:
    """Add one unit to the sum, with edges of raised cosines; cubic between samples (Catmull-Rom)."""
    place, step, begin_at, age = state[at + PLACE], state[at + STEP], int(state[at + BEGIN]), state[at + AGE]
    length, edge, loud = state[at + LENGTH], state[at + EDGE], state[at + LOUD]
    start = max(first, int(state[at + FROM]))
    end = min(last, start + int(length - age))
    for i in range(start, end):
        near = min(age, length - age) / edge
        shape = loud if near >= 1.0 else loud * near * near * (3.0 - 2.0 * near)
        index = int(place)
        part, w = place - index, begin_at + 2 * index
        for side in range(2):
            a, b, c, d = table[w - 2 + side], table[w + side], table[w + 2 + side], table[w + 4 + side]
            between = b + 0.5 * part * (
                c - a + part * (2.0 * a - 5.0 * b + 4.0 * c - d + part * (3.0 * (b - c) + d - a))
            )
            state[SUM + side * TICK + i] += shape * between
        place += step
        age += 1.0
    state[at + PLACE], state[at + AGE], state[at + FROM] = place, age, 0.0
    if age >= length:
        state[at + BUSY] = 0.0


@kernel
def happen(state: Values, values: Values, note: Values, now: int) -> None:
    """Open, play one unit, close, or be silent."""
    velocity = 0.3 + 0.7 * min(max(note[2], 0.0), 1.0)
    if note[0] == ON and state[ONE_EACH] > 0.0:
        state[SLOW], state[SWELL] = 1.0, 1.0
        begin(state, values, now, velocity)
    elif note[0] == ON:
        state[AIM] = velocity
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
        happen(state, values, note, first)
    streams = state[ONE_EACH] == 0.0 or state[DRONE] > 0.0
    if streams and state[SWELL] < QUIET and state[AIM] == 0.0:
        state[SLOW], state[SWELL] = 0.0, 0.0
        return
    each = values[DENSITY] / state[RATE]
    for i in range(first, last):
        state[SUM + i], state[SUM + TICK + i] = 0.0, 0.0
        state[WAIT] -= each
        if state[WAIT] <= 0.0:
            state[WAIT] = max(state[WAIT], -1.0) + 0.9 + 0.2 * chance(state, SEED)
            if streams:
                begin(state, values, i, 1.0)
    for s in range(SLOTS):
        if state[HEAD + s * SLOT + BUSY] > 0.0:
            sound(state, table, HEAD + s * SLOT, first, last)
    swell(
        state, SLOW, state[AIM] if streams else 1.0, state[RISE], state[FALL], state[SUM : SUM + TICK],
        state[SUM + TICK : SUM + 2 * TICK], first, last, out,
    )  # fmt: skip


KERNELS = ((tick, TICK_SIGNATURE),)
