"""Calculate: the programs of formulas, run on numbers by one compiled kernel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gesturemap import formula as f
from gesturemap.compiled import brief
from gesturemap.frames import LARGEST


class Calculation:
    """One formula of a few named numbers, frame by frame; what is no number gives the last result again.

    Parameters
    ----------
    text, names, place : as of `formula.Formula`.
    first : the result before there was any.

    Raises
    ------
    SettingsError
        If the formula cannot be understood.
    """

    def __init__(self, text: str, names: tuple[str, ...], place: str, first: float = math.nan) -> None:
        read = f.Formula(text, names, place)
        steps = (*read.steps, (END, 0.0, len(names)))
        self._values = np.full(len(names) + 1, first)
        self._settled: tuple[Any, ...] = (
            np.array([(code, back) for code, _, back in steps], dtype=np.int64),
            np.array([number for _, number, _ in steps]),
            np.full((1 + read.back, len(names) + 1), np.nan),
            np.zeros(1, dtype=np.int64),
            np.zeros(read.depth),
        )

    def of_one(self, value: float) -> float:
        """The result for the one number it has."""
        self._values[0] = value
        calculate(self._values, *self._settled)
        return float(self._values.item(1))

    def of(self, values: Sequence[float]) -> float:
        """The result for its numbers, in their order."""
        self._values[:-1] = values
        calculate(self._values, *self._settled)
        return float(self._values.item(-1))


END = -1
"""A step that ends a formula: what is on the stack is its result."""


@brief
def calculate(values: Any, codes: Any, numbers: Any, past: Any, seen: Any, stack: Any) -> None:
    """Run the programs of all formulas on `values` (C,), which has their last results behind the channels.

    `codes` (L, 2): operation (its place in OPERATIONS) and frames back, or END and where the result goes.
    `past` (N, C): the last frames; what is before the first one is the first one.
    """
    rows = past.shape[0]
    now, top, sound = seen[0] % rows, 0, True
    copies = rows if seen[0] == 0 else 1
    for row in range(copies):
        past[(now + row) % rows] = values
    seen[0] += 1
    for step in range(len(codes)):
        code = codes[step, 0]
        if code == f.NUMBER:
            stack[top] = numbers[step]
            top += 1
        elif code == f.CHANNEL:
            channel, back = int(numbers[step]), codes[step, 1]
            value = past[(now - back) % rows, channel]
            sound = sound and np.isfinite(value)
            stack[top] = value
            top += 1
        elif code == END:
            top, place = 0, codes[step, 1]
            if sound and abs(stack[0]) <= LARGEST:
                values[place] = stack[0]
            for row in range(copies):
                past[(now + row) % rows, place] = values[place]
            sound = True
        elif code == f.IF or code == f.CLIP:
            top -= 2
            one, two, three = stack[top - 1], stack[top], stack[top + 1]
            if code == f.IF:
                stack[top - 1] = two if one != 0.0 else three
            else:
                stack[top - 1] = min(max(one, two), three)
        elif f.ADD <= code <= f.MAX or code == f.ATAN2:
            top -= 1
            stack[top - 1] = of_two(code, stack[top - 1], stack[top])
        else:
            stack[top - 1] = of_one(code, stack[top - 1])


@brief
def of_two(code: int, a: float, b: float) -> float:
    """The result of an operation on two values; no number where it has none."""
    result = math.nan
    if code == f.ADD:
        result = a + b
    elif code == f.SUBTRACT:
        result = a - b
    elif code == f.MULTIPLY:
        result = a * b
    elif code == f.DIVIDE:
        result = a / b
    elif code == f.REMAINDER:
        result = a % b if b != 0.0 else math.nan
    elif code == f.POWER:
        result = a**b
    elif code <= f.DIFFERENT:
        result = 1.0 * (
            (code == f.LESS and a < b) or (code == f.AT_MOST and a <= b) or (code == f.MORE and a > b)
            or (code == f.AT_LEAST and a >= b) or (code == f.EQUAL and a == b) or (code == f.DIFFERENT and a != b)
        )  # fmt: skip
    elif code == f.AND:
        result = 1.0 * (a != 0.0 and b != 0.0)
    elif code == f.OR:
        result = 1.0 * (a != 0.0 or b != 0.0)
    elif code == f.MIN:
        result = min(a, b)
    elif code == f.MAX:
        result = max(a, b)
    elif code == f.ATAN2:
        result = math.atan2(a, b)
    return result


@brief
def of_one(code: int, a: float) -> float:
    """The result of an operation on one value; no number where it has none."""
    result = math.nan
    if code == f.NEGATE:
        result = -a
    elif code == f.NOT:
        result = 1.0 * (a == 0.0)
    elif code == f.ABS:
        result = abs(a)
    elif code == f.SQRT:
        result = np.sqrt(a)
    elif code == f.SIN:
        result = np.sin(a)
    elif code == f.COS:
        result = np.cos(a)
    elif code == f.TAN:
        result = np.tan(a)
    elif code == f.ASIN:
        result = np.arcsin(a)
    elif code == f.ACOS:
        result = np.arccos(a)
    elif code == f.ATAN:
        result = np.arctan(a)
    elif code == f.EXP:
        result = np.exp(a)
    elif code == f.LOG:
        result = np.log(a)
    elif code == f.FLOOR:
        result = np.floor(a)
    elif code == f.ROUND:
        result = np.rint(a)
    elif code == f.SIGN:
        result = np.sign(a)
    return result


KERNELS = (
    (
        calculate,
        "void(float64[::1],int64[:,::1],float64[::1],float64[:,::1],int64[::1],float64[::1])",
    ),
)
