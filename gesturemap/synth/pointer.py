"""What plain numba lacks for sound: calls through an address, memory by address, ordered loads and stores.

A voice's kernel is called through its address, so that the mixer is compiled once, for every voice there is
or will be, and the audio callback can reach everything from one pointer without the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numba.extending
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types

carray: Any = getattr(numba, "carray")  # noqa: B009, numba does not say that it exports it
pointer_to: Any = types.CPointer
named_tuple: Any = types.NamedTuple

DOUBLES = types.Array(types.float64, 1, "C")
FLOATS = types.Array(types.float32, 1, "C")
WORDS = types.Array(types.int64, 1, "C")
DOUBLE_ROWS = types.Array(types.float64, 2, "C")
FLOAT_ROWS = types.Array(types.float32, 2, "C")
WORD_ROWS = types.Array(types.int64, 2, "C")

TICK_SIGNATURE = types.void(DOUBLES, FLOATS, DOUBLES, DOUBLES, DOUBLES, types.int64, types.int64, DOUBLE_ROWS)
"""state, table, values, steps, note, first, last, out: see `gesturemap.synth.voice`."""


def intrinsic(function: Callable[..., Any]) -> Any:
    """Numba's decorator, with a type."""
    return numba.extending.intrinsic(function)


def address_of(function: Any, signature: Any) -> int:
    """Where the machine code of a compiled kernel is, compiling it if need be."""
    function.compile(signature)
    result = function.get_compile_result(signature)
    return int(result.library.get_pointer_to_function(result.fndesc.llvm_cfunc_wrapper_name))


def _by_address(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    kinds = [context.get_value_type(kind) for kind in signature.args[1:]]
    function = ir.FunctionType(context.get_value_type(types.void), kinds)
    pointer = builder.inttoptr(arguments[0], function.as_pointer())
    context.call_function_pointer(builder, pointer, arguments[1:])
    return context.get_dummy_value()


@intrinsic
def call_tick(
    typing: Any, address: Any, state: Any, table: Any, values: Any, steps: Any, note: Any, first: Any,
    last: Any, out: Any,
) -> Any:  # fmt: skip
    """Call a kernel of `TICK_SIGNATURE` by its address."""
    return types.void(types.int64, *TICK_SIGNATURE.args), _by_address


@intrinsic
def call_run(typing: Any, address: Any, plan: Any, live: Any, out: Any) -> Any:
    """Call the kernel `desk.run` by its address."""
    return types.void(types.int64, WORD_ROWS, types.int64, FLOAT_ROWS), _by_address


def _pointer_to(kind: Any) -> Any:
    @intrinsic
    def pointer(typing: Any, address: Any) -> Any:
        """Read an address as a pointer."""
        signature = pointer_to(kind)(types.int64)

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return signature, generate

    return pointer


doubles_at = _pointer_to(types.float64)
floats_at = _pointer_to(types.float32)
words_at = _pointer_to(types.int64)


@intrinsic
def address_from(typing: Any, pointer: Any) -> Any:
    """The address in a ``void*``."""
    signature = types.int64(types.voidptr)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ptrtoint(arguments[0], ir.IntType(64))

    return signature, generate


def _element(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [index])


@intrinsic
def load_acquire(typing: Any, words: Any, index: Any) -> Any:
    """Read one word so that what is read after it is not older."""
    signature = types.int64(WORDS, types.int64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        where = _element(context, builder, signature.args[0], arguments[0], arguments[1])
        return builder.load_atomic(where, "acquire", 8, typ=ir.IntType(64))

    return signature, generate


@intrinsic
def store_release(typing: Any, words: Any, index: Any, value: Any) -> Any:
    """Write one word so that whoever reads it also sees everything written before it."""
    signature = types.void(WORDS, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        where = _element(context, builder, signature.args[0], arguments[0], arguments[1])
        builder.store_atomic(arguments[2], where, "release", 8)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def fence(typing: Any) -> Any:
    """Neither the compiler nor the machine moves a load or store across this."""
    signature = types.void()

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return signature, generate
