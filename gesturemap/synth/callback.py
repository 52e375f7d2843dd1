"""What the sound card calls: compiled, so that it never waits for the interpreter.

Both roads, the C function and the Python callback for sounddevice, fill their block with the same kernel
from the same slot. The slot says where the desk is, so another desk can be put in its place between two
blocks.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from gesturemap.compiled import kernel
from gesturemap.synth import desk
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

PLAN, RUN, BLOCKS, UNDERRUNS = range(4)
SLOT = 8
UNDERFLOW = 4
"""PortAudio's flag paOutputUnderflow."""
LONG = types.uint32 if ctypes.sizeof(ctypes.c_ulong) == 4 else types.uint64


@kernel
def fill(slot: Any, flags: Any, out: Any) -> None:
    """Fill `out` (n, 2) from the desk in the slot, or with silence when there is none."""
    address = load_acquire(slot, PLAN)
    if address == 0:
        out[:] = 0.0
    else:
        call_run(slot[RUN], carray(words_at(address), (desk.PARTS, 3)), 1, out)
    if flags & UNDERFLOW:
        store_release(slot, UNDERRUNS, slot[UNDERRUNS] + 1)
    store_release(slot, BLOCKS, slot[BLOCKS] + 1)


@kernel
def audio(_input: Any, output: Any, frames: int, _time: Any, flags: int, user: Any) -> int:
    """PortAudio's PaStreamCallback for two interleaved channels of 32-bit floats."""
    slot = carray(words_at(address_from(user)), (SLOT,))
    fill(slot, types.int64(flags), carray(floats_at(address_from(output)), (types.int64(frames), 2)))
    return 0


AUDIO = types.int32(types.voidptr, types.voidptr, LONG, types.voidptr, LONG, types.voidptr)
KERNELS = (
    (fill, types.void(WORDS, types.int64, FLOAT_ROWS)),
    (audio, AUDIO),
)


def new_slot() -> NDArray[np.int64]:
    """A slot with no desk in it."""
    slot = np.zeros(SLOT, np.int64)
    slot[RUN] = address_of(desk.run, desk.RUN)
    return slot


def put(slot: NDArray[np.int64], plan: NDArray[np.int64] | None) -> None:
    """Let the next block come from the desk of this plan; the caller keeps its arrays alive."""
    slot[PLAN] = plan.ctypes.data if plan is not None else 0


def address() -> int:
    """Where the compiled callback is."""
    return address_of(audio, AUDIO)
