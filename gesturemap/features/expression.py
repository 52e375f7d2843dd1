"""Expression: new channels from arithmetic over the channels there are."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features import formula as f
from gesturemap.features.feature import Room
from gesturemap.frames import LARGEST, Channel, Frame, Spec

MOST = 64
"""Expressions in one list."""


@dataclass(frozen=True)
class Expression:
    """Calculate new channels, written ``name unit = formula``, such as ``tilt rad = atan2(acc_y, acc_z)``.

    A formula has channels (those with odd names in quotes ``''``), earlier results of the list, past values
    ``acc_x[n-3]``, numbers, ``pi``, ``+ - * / % ^``, comparisons (1 or 0), ``and or not``, and the functions
    ``if(condition, a, b) min max clip(x, low, high) abs sqrt sin cos tan asin acos atan atan2 exp log floor
    round sign``. A result that is no number or beyond 1e15, or is made of a value that is none, gives the
    last one again, 0 at first.
    """

    kind: ClassVar[str] = "expression"

    expressions: tuple[str, ...] = setting((), "name unit = formula, one for each new channel")
    keep: bool = setting(True, "the channels that came in go on beside them; else only the new ones go on")

    def start(self, spec: Spec) -> ExpressionRun:
        """Read the formulas and size everything for frames of `spec`."""
        return ExpressionRun(self, spec)


class ExpressionRun:
    """Running formulas."""

    delay = 0.0

    def __init__(self, settings: Expression, spec: Spec) -> None:
        if len(settings.expressions) > MOST:
            raise SettingsError(
                "expression, expressions", f"{len(settings.expressions)} of them", f"at most {MOST}",
                "share them out over two features",
            )  # fmt: skip
        names, new, formulas = spec.names, [], []
        for number, text in enumerate(settings.expressions):
            place = f"expression, expressions[{number}]"
            found = re.match(r"\s*([^=<>!]+?)\s*=(?!=)", text)
            if not found:
                raise SettingsError(place, repr(text), "written 'name unit = formula'", "give it a name")
            new.append(Channel.parse(found[1]))
            if new[-1].name in f.RESERVED:
                raise SettingsError(
                    place,
                    repr(new[-1].name),
                    "it means something in a formula already",
                    "choose another name",
                )
            formulas.append(f.Formula(text[found.end() :], names, place, found.end()))
            names = (*names, new[-1].name)
        self._room = Room(spec, range(spec.width), new, settings.keep or not new)
        self.spec = self._room.spec
        back = 1 + max((formula.back for formula in formulas), default=0)
        steps = [
            step
            for i, formula in enumerate(formulas)
            for step in (*formula.steps, (END, 0.0, spec.width + i))
        ]
        self._settled: tuple[Any, ...] = (
            np.array([(code, back) for code, _, back in steps], dtype=np.int64).reshape(-1, 2),
            np.array([number for _, number, _ in steps]),
            np.full((back, len(self._room.whole)), np.nan),
            np.zeros(1, dtype=np.int64),
            np.zeros(max((formula.depth for formula in formulas), default=0)),
        )

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        calculate(room.whole, *self._settled)
        return Frame(frame.time, room.out(), frame.arrived)


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
