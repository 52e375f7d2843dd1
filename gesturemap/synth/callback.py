"""What the sound card calls: compiled, so that it never waits for the interpreter.

Both roads, the C function and the Python callback for sounddevice, fill their block with the same kernel
from the same slot. The slot says where the desk is, so another desk can be put in its place between two
blocks.
"""

from __future__ import annotations

import ctypes
import math
from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from gesturemap.compiled import kernel
from gesturemap.synth import desk, stopwatch
from gesturemap.synth.pointer import (
    FLOAT_ROWS,
    WORDS,
    address_from,
    address_of,
    call_run,
    carray,
    floats_at,
    load_acquire,
    store_release,
    words_at,
)

PLAN, RUN, BLOCKS, UNDERRUNS, WIDE, LEFT, RIGHT, TAPE, TAPE_AT, TAPE_LENGTH = range(10)
"""Words of the slot: where the desk and its kernel are, how many blocks there were and how many came too late, how
many channels the card has, and which of them play left and right; then a sound that goes along, how far it is and how
long. Behind them is a stopwatch, and room for two blocks in stereo."""
WATCH = 16
SLOT, MOST = WATCH + stopwatch.SIZE, 8192
UNDERFLOW = 4
"""PortAudio's flag paOutputUnderflow."""
LONG = types.uint32 if ctypes.sizeof(ctypes.c_ulong) == 4 else types.uint64


@kernel
def bounded(x: Any) -> Any:
    """A sample that a sound card takes; it comes from behind the limiter."""
    return min(max(x, np.float32(-1.0)), np.float32(1.0)) if math.isfinite(x) else np.float32(0.0)


@kernel
def play(slot: Any, address: Any, out: Any) -> None:
    """Fill `out` (n, 2) from the desk of a plan, and add what fades out behind it until that is silent.

    The gate of the one closes sooner than that of the other opens, so their sum is no louder than either.
    """
    plan = carray(words_at(address), (desk.PARTS + 1, 3))
    call_run(slot[RUN], plan[: desk.PARTS], 1, out)
    if plan[desk.PARTS, 0] == 0:
        return
    leaving = carray(words_at(plan[desk.PARTS, 0]), (desk.PARTS, 3))
    count = min(len(out), MOST)
    fading = carray(floats_at(slot.ctypes.data + 8 * (SLOT + MOST)), (count, 2))
    call_run(slot[RUN], leaving, 1, fading)
    for i in range(count):
        out[i, 0] += fading[i, 0]
        out[i, 1] += fading[i, 1]
    if carray(words_at(leaving[0, 0]), (desk.COUNTERS,))[desk.SHUT] == -1:
        plan[desk.PARTS, 0] = 0


@kernel
def fill(slot: Any, flags: Any, out: Any) -> None:
    """Fill `out` (n, channels of the card) from the desk in the slot, or with silence when there is none."""
    watch = slot[WATCH:SLOT]
    before = stopwatch.begin(watch, len(out))
    address = load_acquire(slot, PLAN)
    if address == 0:
        out[:] = 0.0
    elif slot[WIDE] == 2 and slot[LEFT] == 0 and slot[RIGHT] == 1:
        play(slot, address, out)
    else:
        out[:] = 0.0
        count = min(len(out), MOST)
        stereo = carray(floats_at(slot.ctypes.data + 8 * SLOT), (count, 2))
        play(slot, address, stereo)
        half = np.float32(0.5 if slot[LEFT] == slot[RIGHT] else 1.0)  # one loudspeaker plays the middle
        for i in range(count):
            out[i, slot[LEFT]] += half * stereo[i, 0]
            out[i, slot[RIGHT]] += half * stereo[i, 1]
    if slot[TAPE] != 0:
        count = min(len(out), slot[TAPE_LENGTH] - slot[TAPE_AT])
        if count > 0:
            tape = carray(floats_at(slot[TAPE] + 8 * slot[TAPE_AT]), (count, 2))
            for i in range(count):
                out[i, slot[LEFT]] = bounded(out[i, slot[LEFT]] + tape[i, 0])
                out[i, slot[RIGHT]] = bounded(out[i, slot[RIGHT]] + tape[i, 1])
            slot[TAPE_AT] += count
    if flags & UNDERFLOW:
        store_release(slot, UNDERRUNS, slot[UNDERRUNS] + 1)
    stopwatch.end(watch, len(out), before)
    store_release(slot, BLOCKS, slot[BLOCKS] + 1)


@kernel
def audio(_input: Any, output: Any, frames: int, _time: Any, flags: int, user: Any) -> int:
    """PortAudio's PaStreamCallback for interleaved channels of 32-bit floats."""
    slot = carray(words_at(address_from(user)), (SLOT,))
    fill(slot, types.int64(flags), carray(floats_at(address_from(output)), (types.int64(frames), slot[WIDE])))
    return 0


AUDIO = types.int32(types.voidptr, types.voidptr, LONG, types.voidptr, LONG, types.voidptr)
KERNELS = (
    (fill, types.void(WORDS, types.int64, FLOAT_ROWS)),
    (audio, AUDIO),
)


def new_slot() -> NDArray[np.int64]:
    """A slot with no desk in it."""
    slot = np.zeros(SLOT + 2 * MOST, np.int64)
    slot[RUN] = address_of(desk.run, desk.RUN)
    lay_out(slot, 48000.0, 2, 1, 2)
    return slot


def lay_out(slot: NDArray[np.int64], rate: float, wide: int, left: int, right: int) -> None:
    """Say how many frames a second and channels the card has, and which of these, from 1, play left and right."""
    slot[WIDE], slot[LEFT], slot[RIGHT] = wide, left - 1, right - 1
    slot[WATCH + stopwatch.RATE], slot[WATCH + stopwatch.CALLED] = round(rate), 0


def put(slot: NDArray[np.int64], plan: NDArray[np.int64] | None) -> None:
    """Let the next block come from the desk of this plan; the caller keeps its arrays alive."""
    slot[PLAN] = plan.ctypes.data if plan is not None else 0


def address() -> int:
    """Where the compiled callback is."""
    return address_of(audio, AUDIO)
