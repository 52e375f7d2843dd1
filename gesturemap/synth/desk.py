"""The mixing desk's memory and the compiled code that plays it, the same live and offline.

Everything a running synth needs is one tuple of arrays made beforehand, so a block of sound is one call that
neither allocates nor needs the interpreter. Parameters move in ticks of `TICK` samples counted from the
beginning of time, whatever blocks are asked for, so the sound does not depend on them; notes begin at their
own sample.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth import block, echo, effects, master, strip
from gesturemap.synth.pointer import (
    DOUBLE_ROWS,
    DOUBLES,
    FLOAT_ROWS,
    FLOATS,
    WORD_ROWS,
    WORDS,
    call_tick,
    carray,
    doubles_at,
    floats_at,
    load_acquire,
    named_tuple,
    store_release,
    words_at,
)
from gesturemap.synth.voice import COMMON, NOTHING, OFF, ON, SILENCE, TICK

Words = NDArray[np.int64]

CLOCK, HEAD, TAIL, STALE_AFTER, PANICKED, MUTED, CLOSING, STALE, FRESH, SHUT, EFFECTS, LIFT = range(12)
"""Counters, in samples where they are times. PANICKED to STALE say why the gate closes (PANICKED: 1 closing,
2 at rest until a gesture begins or it is lifted), FRESH that nothing was played yet, SHUT how long the gate has
been closed (-1: all at rest behind it), EFFECTS which parameter is the effects' first, LIFT that the silence of
a panic ends as soon as all is at rest."""
COUNTERS = 16
SEEN, PANICS, BEAT, SILENT_FOR, OPENED = range(5)
"""What is remembered of the shared block: events and panics seen, the last heart-beat, for how many samples there was
no other, and after which panic the sound was opened last."""
ADDRESS, STATE, STATE_END, TABLE, TABLE_END, PARAMETER, PARAMETER_END = range(7)
"""Columns of one voice: where its kernel and its parts of the common memory are."""
VALUE, TARGET, AIMED, STEP, SPEED, LOW, HIGH = range(7)
"""Rows of the parameters: at the tick's beginning, where they go, at the tick's end, gain per sample."""
DUE, WHICH, WHAT, STRENGTH = range(4)
"""Columns of an event in the queue: sample, gesture, `ON` or `OFF`, velocity."""
QUEUE = 512
PEAK_LEFT, PEAK_RIGHT, GATE, DROPPED, SPOILT, SPOILER = range(6)
"""Meters; the host puts the peaks back to zero when it has read them. SPOILT counts samples of voices that were no
sound, SPOILER is the last voice they came from."""
FADE, OPEN, FADE_STALE = 0.015, 0.03, 0.5
"""Seconds in which the gate closes for panic or the end, opens, and closes when the engine is gone."""
COMMONS = len(COMMON)


PARTS = 19


class Desk(NamedTuple):
    """All memory of one set of voices."""

    counters: Words
    rows: NDArray[np.int64]
    strips: Values
    state: Values
    table: NDArray[np.float32]
    parameters: Values
    routes: NDArray[np.int64]
    pitches: Values
    names: NDArray[np.int64]
    queue: Values
    note: Values
    bus: Values
    master: Values
    echo: Values
    meters: Values
    incoming: Values
    link: Words
    words: Words
    values: Values


DESK = named_tuple(
    (
        WORDS, WORD_ROWS, DOUBLE_ROWS, DOUBLES, FLOATS, DOUBLE_ROWS, WORD_ROWS, DOUBLE_ROWS, WORD_ROWS,
        DOUBLE_ROWS, DOUBLES, DOUBLE_ROWS, DOUBLES, DOUBLES, DOUBLES, DOUBLES, WORDS, WORDS, DOUBLES,
    ),
    Desk,
)  # fmt: skip


def plan_of(desk: Desk) -> NDArray[np.int64]:
    """(PARTS + 1, 3) address, rows and columns of every array, from which `rebuild` makes the desk again.

    The last row begins with the address of the plan of a desk that fades out meanwhile; 0: there is none.
    """
    arrays: tuple[NDArray[Any], ...] = tuple(desk)
    rows = [(array.ctypes.data, *(*array.shape, 0)[:2]) for array in arrays]
    return np.array([*rows, (0, 0, 0)], np.int64)


@kernel
def rebuild(p: Any) -> Any:
    """The desk behind a plan."""
    return Desk(
        carray(words_at(p[0, 0]), (p[0, 1],)),
        carray(words_at(p[1, 0]), (p[1, 1], p[1, 2])),
        carray(doubles_at(p[2, 0]), (p[2, 1], p[2, 2])),
        carray(doubles_at(p[3, 0]), (p[3, 1],)),
        carray(floats_at(p[4, 0]), (p[4, 1],)),
        carray(doubles_at(p[5, 0]), (p[5, 1], p[5, 2])),
        carray(words_at(p[6, 0]), (p[6, 1], p[6, 2])),
        carray(doubles_at(p[7, 0]), (p[7, 1], p[7, 2])),
        carray(words_at(p[8, 0]), (p[8, 1], p[8, 2])),
        carray(doubles_at(p[9, 0]), (p[9, 1], p[9, 2])),
        carray(doubles_at(p[10, 0]), (p[10, 1],)),
        carray(doubles_at(p[11, 0]), (p[11, 1], p[11, 2])),
        carray(doubles_at(p[12, 0]), (p[12, 1],)),
        carray(doubles_at(p[13, 0]), (p[13, 1],)),
        carray(doubles_at(p[14, 0]), (p[14, 1],)),
        carray(doubles_at(p[15, 0]), (p[15, 1],)),
        carray(words_at(p[16, 0]), (p[16, 1],)),
        carray(words_at(p[17, 0]), (p[17, 1],)),
        carray(doubles_at(p[18, 0]), (p[18, 1],)),
    )


@kernel
def aim(desk: Any, controls: Values) -> None:
    """Send controls to the parameters they move; what is not a number changes nothing."""
    p = desk.parameters
    for r in range(len(desk.routes)):
        value = controls[desk.routes[r, 0]]
        if math.isfinite(value):
            i = desk.routes[r, 1]
            value = min(max(value, p[LOW, i]), p[HIGH, i])
            p[TARGET, i] = value
            if p[SPEED, i] == 1.0 or desk.counters[FRESH] == 1:
                p[VALUE, i], p[AIMED, i], p[STEP, i] = value, value, 0.0


@kernel
def announce(desk: Any, due: int, which: int, what: int, strength: float) -> None:
    """Queue what a gesture does; when the queue is full it is dropped and counted."""
    c = desk.counters
    if c[TAIL] - c[HEAD] >= QUEUE:
        desk.meters[DROPPED] += 1.0
        return
    row = desk.queue[c[TAIL] % QUEUE]
    row[DUE], row[WHICH], row[WHAT], row[STRENGTH] = due, which, what, strength
    c[TAIL] += 1


@kernel
def listen(desk: Any, frames: int) -> None:
    """Take from the shared block what is new: controls, events, panic, and whether the engine lives."""
    c, link, words = desk.counters, desk.link, desk.words
    if len(words) == 0:
        return
    if block.get(words, desk.values, len(desk.incoming), desk.incoming):
        aim(desk, desk.incoming)
    beat = load_acquire(words, block.BEAT)
    link[SILENT_FOR] = 0 if beat != link[BEAT] else link[SILENT_FOR] + frames
    link[BEAT] = beat
    c[STALE] = 1 if link[SILENT_FOR] > c[STALE_AFTER] else 0
    panics = load_acquire(words, block.PANIC)
    if panics != link[PANICS]:
        link[PANICS], c[PANICKED], c[LIFT], c[HEAD] = panics, 1, 0, c[TAIL]
        link[SEEN] = load_acquire(words, block.WRITTEN)
    opened = load_acquire(words, block.OPENED)
    if opened != link[OPENED]:
        link[OPENED] = opened
        c[LIFT] = 1 if opened == panics + 1 else c[LIFT]
    written = load_acquire(words, block.WRITTEN)
    if written - link[SEEN] > block.ROWS - 8:
        desk.meters[DROPPED] += written - link[SEEN] - (block.ROWS - 8)
        link[SEEN] = written - (block.ROWS - 8)
    for number in range(link[SEEN], written):
        at = block.FIXED + number % block.ROWS * block.ROW
        which = len(desk.names)
        for k in range(len(desk.names)):
            same = True
            for w in range(block.LABEL_WORDS):
                same = same and desk.names[k, w] == words[at + block.LABEL + w]
            if same:
                which = k
        what = ON if words[at + block.KIND] == block.BEGAN else OFF
        announce(desk, c[CLOCK], which, what, desk.values[at + block.VALUE])
    link[SEEN] = written
    store_release(words, block.HEARD, written)


@kernel
def play(desk: Any, v: int, kind: int, pitch: float, velocity: float, first: int, last: int) -> None:
    """Let one voice add a piece of a tick to the first two buses."""
    row = desk.rows[v]
    start, end = row[PARAMETER] + COMMONS, row[PARAMETER_END]
    desk.note[0], desk.note[1], desk.note[2] = kind, pitch, velocity
    call_tick(
        row[ADDRESS], desk.state[row[STATE] : row[STATE_END]], desk.table[row[TABLE] : row[TABLE_END]],
        desk.parameters[VALUE, start:end], desk.parameters[STEP, start:end], desk.note, first, last,
        desk.bus[0:2],
    )  # fmt: skip


@kernel
def begin_tick(desk: Any) -> None:
    """Move every parameter one tick towards its target, and the channel strips with them."""
    p = desk.parameters
    for i in range(p.shape[1]):
        p[VALUE, i] = p[AIMED, i]
        gap = p[TARGET, i] - p[VALUE, i]
        p[AIMED, i] += gap * p[SPEED, i] if abs(gap) > 1e-6 * (p[HIGH, i] - p[LOW, i]) else gap
        p[STEP, i] = (p[AIMED, i] - p[VALUE, i]) / TICK
    rate, fresh = desk.master[master.RATE], desk.counters[FRESH] == 1
    for v in range(len(desk.rows)):
        at = desk.rows[v, PARAMETER]
        strip.aim(desk.strips[v], p[AIMED, at : at + COMMONS], rate, fresh)
    behind = p[AIMED, desk.counters[EFFECTS] :]
    master.tune(
        desk.master,
        behind[effects.ROOM_SECONDS],
        behind[effects.ROOM_TONE],
        behind[effects.ROOM_LEVEL],
        behind[effects.MASTER_LEVEL],
        fresh,
    )
    desk.counters[FRESH] = 0


@kernel
def strike(desk: Any, now: int) -> None:
    """Let every voice know what is due now."""
    c = desk.counters
    while c[PANICKED] != 1 and c[HEAD] < c[TAIL] and desk.queue[c[HEAD] % QUEUE, DUE] <= c[CLOCK]:
        row = desk.queue[c[HEAD] % QUEUE]
        c[HEAD] += 1
        if row[WHAT] == ON:
            c[PANICKED] = 0
        for v in range(len(desk.rows)):
            pitch = desk.pitches[v, int(row[WHICH])]
            if not math.isnan(pitch):
                play(desk, v, int(row[WHAT]), pitch, row[STRENGTH], now, now)


@kernel
def hush(desk: Any) -> None:
    """Put everything to rest behind the closed gate."""
    for v in range(len(desk.rows)):
        play(desk, v, SILENCE, 0.0, 0.0, 0, 0)
    master.hush(desk.master)
    echo.hush(desk.echo)
    desk.counters[SHUT] = -1


@kernel
def mix(desk: Any, first: int, last: int) -> None:
    """Play one piece of a tick through strips, room, gate and limiter, onto buses 2 and 3."""
    c, bus = desk.counters, desk.bus
    for b in range(8):
        for i in range(first, last):
            bus[b, i] = 0.0
    for v in range(len(desk.rows)):
        play(desk, v, NOTHING, 0.0, 0.0, first, last)
        spoilt = strip.guard(bus, first, last)
        if spoilt > 0:
            desk.meters[SPOILT], desk.meters[SPOILER] = desk.meters[SPOILT] + spoilt, v
            play(desk, v, SILENCE, 0.0, 0.0, first, first)  # what it remembers may be spoilt too
        strip.carry(desk.strips[v], bus, first, last)
    behind = desk.parameters[AIMED, c[EFFECTS] :]
    echo.repeat(
        desk.echo,
        behind[effects.DELAY_TIME],
        behind[effects.DELAY_FEEDBACK],
        behind[effects.DELAY_TONE],
        behind[effects.DELAY_LEVEL],
        bus[6:8],
        bus[2:4],
        first,
        last,
    )
    master.reverberate(desk.master, bus[4:6], bus[2:4], c[CLOCK], first, last)
    rate, gate = desk.master[master.RATE], desk.meters[GATE]
    closed = c[PANICKED] + c[MUTED] + c[CLOSING] > 0
    step = 1.0 / (OPEN * rate)
    if closed:
        step = -1.0 / (FADE * rate)
    elif c[STALE] > 0:
        step = -1.0 / (FADE_STALE * rate)
    desk.meters[GATE] = master.finish(desk.master, bus[2:4], gate, step, first, last)


@kernel
def serve(desk: Any, out: Any) -> None:
    """Fill `out` (n, 2) with the next n samples."""
    c, done, frames = desk.counters, 0, len(out)
    while done < frames:
        first = c[CLOCK] % TICK
        if first == 0:
            begin_tick(desk)
        strike(desk, first)
        last = min(TICK, first + frames - done)
        if c[HEAD] < c[TAIL]:
            due = int(desk.queue[c[HEAD] % QUEUE, DUE]) - c[CLOCK]
            if due > 0:
                last = min(last, first + due)
        if c[PANICKED] + c[MUTED] + c[CLOSING] + c[STALE] == 0 or desk.meters[GATE] > 0.0:
            c[SHUT] = 0
        elif c[SHUT] >= 0:
            c[SHUT] += last - first
            if c[SHUT] > int(desk.master[master.LENGTH]) + TICK:  # the limiter has let go of the last sound
                hush(desk)
        if c[SHUT] == -1 and c[PANICKED] == 1:
            c[PANICKED] = 2
        if c[PANICKED] != 1 and c[LIFT] == 1:
            c[PANICKED], c[LIFT] = 0, 0
        mix(desk, first, last)
        for i in range(first, last):
            left, right = desk.bus[2, i], desk.bus[3, i]
            desk.meters[PEAK_LEFT] = max(desk.meters[PEAK_LEFT], abs(left))
            desk.meters[PEAK_RIGHT] = max(desk.meters[PEAK_RIGHT], abs(right))
            out[done, 0], out[done, 1] = left, right
            done += 1
        c[CLOCK] += last - first


@kernel
def run(plan: Any, live: int, out: Any) -> None:
    """Fill `out` (n, 2) from the desk behind a plan; `live`: after a look into the shared block."""
    desk = rebuild(plan)
    if live:
        listen(desk, len(out))
    serve(desk, out)


RUN = types.void(WORD_ROWS, types.int64, FLOAT_ROWS)
KERNELS = (
    (aim, types.void(DESK, DOUBLES)),
    (announce, types.void(DESK, types.int64, types.int64, types.int64, types.float64)),
    (run, RUN),
)
