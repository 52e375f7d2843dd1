"""Room of a kernel's own for one tick, and neighbours taken from a table: what lets loops over samples be vectorised.

A loop that reads from a table at any place is split in three: the first works out the places, the second takes what
is there, the third does the sums. The first and the third are vectorised, as nothing but their own room is written.
The second is not, and on purpose: the instructions that gather from many places at once are slower on many machines
than one load after the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils as _cgutils

from gesturemap.compiled import inlined
from gesturemap.synth.pointer import carray, intrinsic, pointer_to
from gesturemap.synth.voice import TICK

cgutils: Any = _cgutils  # has no types
TWO = np.uint64(2)
"""Places from one frame of an interleaved stereo sound to the next."""
ROUND = 6755399441055744.0
"""1.5 * 2^52: a sum with it is rounded to a whole number without a call, so that loops can be vectorised."""


@inlined
def sine(turns: float) -> Any:
    """The sine of whole turns, within 4e-9.

    On half a turn either side it is x (1/4 - x^2) P(x^2); P is the polynomial that is nearest at the Chebyshev points.
    """
    x = turns - ((turns + ROUND) - ROUND)
    z = x * x
    w = z * z  # few steps hang on the one before: what shakes itself waits for each
    high = 67.07662971054111 - z * 38.49591004246291 + w * (14.049827900451113 - z * 3.161897997353174)
    return x * (0.25 - z) * (25.13274115548667 - z * 64.83582291248642 + w * high)


def _stack(kind: Any, count: int) -> Any:
    @intrinsic
    def pointer(typing: Any) -> Any:
        """The address of so many numbers on the stack."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            place = cgutils.alloca_once(builder, ir.ArrayType(context.get_value_type(kind), count))
            return builder.bitcast(place, context.get_value_type(signature.return_type))

        return pointer_to(kind)(), generate

    return pointer


_doubles = _stack(types.float64, TICK)
_indices = _stack(types.uint32, TICK)
_floats = _stack(types.float32, 2 * TICK)


@inlined
def doubles() -> Any:
    """(TICK,) numbers, not cleared, gone when the kernel returns."""
    return carray(_doubles(), (TICK,))


@inlined
def indices() -> Any:
    """(TICK,) whole numbers without a sign, as above."""
    return carray(_indices(), (TICK,))


@inlined
def pairs() -> Any:
    """(2 TICK,) numbers of a table, two for each sample, as above."""
    return carray(_floats(), (2 * TICK,))


@intrinsic
def take_two(typing: Any, table: Any, at: Any, into: Any, sample: Any) -> Any:
    """Copy two neighbours from place `at` of a table into the `pairs` of a sample."""
    signature = types.void(table, types.uint64, into, types.int64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        two = ir.VectorType(ir.FloatType(), 2).as_pointer()
        place = builder.shl(arguments[3], ir.Constant(ir.IntType(64), 1))
        ends = []
        for kind, array, index in ((0, arguments[0], arguments[1]), (2, arguments[2], place)):
            data = context.make_array(signature.args[kind])(context, builder, array).data
            ends.append(builder.bitcast(builder.gep(data, [index]), two))
        value = builder.load(ends[0])
        value.align = 4
        builder.store(value, ends[1], align=4)
        return context.get_dummy_value()

    return signature, generate


@inlined
def take_four(table: Any, begin: Any, where: Any, four: Any, count: Any) -> None:
    """The neighbours of `count` places in an interleaved stereo sound: one before, here, one after, one later.

    Parameters
    ----------
    begin : where the sound begins in the table; `where` counts frames from there.
    four : four `pairs`, which are filled.
    """
    before, here, after, later = four
    for j in range(count):
        w = begin + TWO * np.uint64(where[j])
        take_two(table, w - TWO, before, j)
        take_two(table, w, here, j)
        take_two(table, w + TWO, after, j)
        take_two(table, w + TWO + TWO, later, j)
