"""Expression: new channels from arithmetic over the channels there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap import formula as f
from gesturemap.calculate import END, calculate
from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Room
from gesturemap.frames import Channel, Frame, Spec

MOST = 64
"""Expressions in one list."""
LONGEST_HEAD = 500
"""Characters before the formula."""
SHOWN = 80


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
            head, sign, rest = text[: LONGEST_HEAD + 1].partition("=")
            if (
                not sign
                or not head.strip()
                or rest.startswith("=")
                or set(head) & set("<>!")
                or not head.isprintable()
            ):
                raise SettingsError(
                    place, repr(text[:SHOWN]), "written 'name unit = formula'", "give it a name"
                )
            new.append(Channel.parse(head))
            if new[-1].name in f.RESERVED:
                raise SettingsError(
                    place,
                    repr(new[-1].name),
                    "it means something in a formula already",
                    "choose another name",
                )
            formulas.append(f.Formula(text[len(head) + 1 :], names, place, len(head) + 1))
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
