"""Formulas: arithmetic written by a person, read once into a small program; nothing in it can run code."""

from __future__ import annotations

import math
import re
from typing import NoReturn

from gesturemap.errors import SettingsError

LONGEST = 500
"""Characters of a formula."""
DEEPEST = 40
"""Brackets and operators inside of one another."""
FARTHEST = 1000
"""Frames a formula may look back."""

OPERATIONS = (
    "number", "channel", "negate", "not", "+", "-", "*", "/", "%", "^", "<", "<=", ">", ">=", "==", "!=",
    "and", "or", "if", "min", "max", "abs", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "exp", "log",
    "floor", "round", "sign", "clip",
)  # fmt: skip
"""Steps of a program, by code."""
(
    NUMBER, CHANNEL, NEGATE, NOT, ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER, POWER, LESS, AT_MOST, MORE, AT_LEAST,
    EQUAL, DIFFERENT, AND, OR, IF, MIN, MAX, ABS, SQRT, SIN, COS, TAN, ASIN, ACOS, ATAN, ATAN2, EXP, LOG, FLOOR,
    ROUND, SIGN, CLIP,
) = range(len(OPERATIONS))  # fmt: skip
FUNCTIONS = {
    "if": 3, "min": 2, "max": 2, "clip": 3, "atan2": 2,
    **dict.fromkeys(OPERATIONS[OPERATIONS.index("abs") : OPERATIONS.index("atan2")], 1),
    **dict.fromkeys(("exp", "log", "floor", "round", "sign"), 1),
}  # fmt: skip
"""Name -> how many values it takes; min and max may have more."""
RESERVED = frozenset(FUNCTIONS) | {"pi", "and", "or", "not"}
"""Names that no result may have."""
BINDING = {
    "or": 1, "and": 2, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4, "+": 5, "-": 5, "*": 6, "/": 6,
    "%": 6, "^": 8,
}  # fmt: skip
AFTER_NOT, AFTER_MINUS = 3, 7
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?!\w)|(?P<word>[^\W\d][\w.]*)|'(?P<quoted>[^']+)'"
    r"|(?P<sign><=|>=|==|!=|\*\*|[-+*/%^<>(),\[\]])|(?P<end>$)|(?P<wrong>\S))"
)

Program = list[tuple[int, float, int]]
"""Steps in postfix order: operation, its number or channel, frames back."""


class Formula:
    """One formula, read into a program for a stack.

    Parameters
    ----------
    text : such as ``sqrt(acc_x^2 + acc_y^2) > 1.5 and acc_x[n-3] < 0``.
    names : the channels it may name, in order.
    place, offset : where it stands, for errors: counted from 1.

    Raises
    ------
    SettingsError
        Naming the character at which it cannot be understood.
    """

    def __init__(self, text: str, names: tuple[str, ...], place: str, offset: int = 0) -> None:
        self.steps: Program = []
        self.back = 0
        """How many frames it looks back."""
        self._text, self._names, self._place, self._offset = text, names, place, offset
        self._at = self._next = 0
        if len(text) > LONGEST:
            self._wrong(f"{len(text)} characters", f"a formula has at most {LONGEST}", "write it as several")
        self._advance()
        self._expression(0, 0)
        if self._kind != "end":
            self._wrong(repr(self._token), "an operator or the end is wanted here", "mend the formula")

    @property
    def depth(self) -> int:
        """Room the stack needs."""
        height = most = 0
        for code, _, _ in self.steps:
            height += 1 - taken(code)
            most = max(most, height)
        return most

    def _advance(self) -> None:
        found = TOKEN.match(self._text, self._next)
        assert found is not None  # the last two kinds match whatever there is
        self._kind = found.lastgroup or ""
        self._token = "^" if found[self._kind] == "**" else found[self._kind]
        self._at, self._next = found.start(self._kind), found.end()
        if self._kind == "wrong":
            self._wrong(
                repr(self._token), "no such sign", "there are + - * / % ^ ( ) , < <= > >= == != [n-1]"
            )

    def _wrong(self, value: str, rule: str, step: str) -> NoReturn:
        value = "it ends too soon" if value == repr("") else value
        raise SettingsError(f"{self._place}, character {self._offset + self._at + 1}", value, rule, step)

    def _operator(self) -> str:
        """The operator that stands here, or nothing."""
        known = self._kind == "sign" or (self._kind == "word" and self._token in ("and", "or"))
        return self._token if known and self._token in BINDING else ""

    def _expression(self, weakest: int, depth: int) -> None:
        """Read operands and operators as long as these bind more than `weakest`."""
        if depth > DEEPEST:
            self._wrong(repr(self._token), f"at most {DEEPEST} inside of one another", "write it as several")
        self._operand(depth)
        compared = False
        while (sign := self._operator()) and BINDING[sign] > weakest:
            if BINDING[sign] == BINDING["<"]:
                if compared:
                    self._wrong(repr(sign), "one comparison at a time", "join two of them by 'and'")
                compared = True
            self._advance()
            self._expression(BINDING[sign] - (sign == "^"), depth + 1)  # a ^ b ^ c is a ^ (b ^ c)
            self._add(sign)

    def _operand(self, depth: int) -> None:
        kind, token = self._kind, self._token
        if kind == "number":
            if not math.isfinite(float(token)):
                self._wrong(repr(token), "a finite number is wanted", "write a smaller one")
            self._advance()
            self._add("number", float(token))
        elif kind == "sign" and token in "+-":
            self._advance()
            self._expression(AFTER_MINUS, depth + 1)
            if token == "-":
                self._add("negate")
        elif kind == "sign" and token == "(":
            self._advance()
            self._expression(0, depth + 1)
            self._want(")")
        elif kind == "word" and token == "not":
            self._advance()
            self._expression(AFTER_NOT, depth + 1)
            self._add("not")
        elif kind in ("word", "quoted"):
            self._name(kind, token, depth)
        else:
            self._wrong(
                repr(token), "a number, a channel, a function or ( is wanted here", "mend the formula"
            )

    def _name(self, kind: str, name: str, depth: int) -> None:
        """A function with its values, a channel, or a constant."""
        at = self._at
        self._advance()
        if kind == "word" and self._token == "(" and self._kind == "sign":
            self._call(name, at, depth)
        elif name in self._names:
            self._add("channel", self._names.index(name), self._frames_back())
        elif name == "pi":
            self._add("number", math.pi)
        else:
            self._at = at
            there = ", ".join(self._names)
            self._wrong(
                f"no channel {name!r}", f"there are {there}", "name one of them, with '' if it has signs"
            )

    def _call(self, name: str, at: int, depth: int) -> None:
        if name not in FUNCTIONS:
            self._at = at
            self._wrong(f"no function {name!r}", f"there are {', '.join(FUNCTIONS)}", "use one of them")
        self._advance()
        count = 0
        while True:
            self._expression(0, depth + 1)
            count += 1
            if name in ("min", "max") and count > 1:
                self._add(name)
            if self._token != ",":
                break
            self._advance()
        self._want(")")
        if count < FUNCTIONS[name] or (count > FUNCTIONS[name] and name not in ("min", "max")):
            self._at = at
            self._wrong(
                f"{count} values for {name}", f"it takes {FUNCTIONS[name]}", "separate them by commas"
            )
        if name not in ("min", "max"):
            self._add(name)

    def _frames_back(self) -> int:
        """The 3 of ``[n-3]``; 0 where there is none."""
        if self._token != "[" or self._kind != "sign":
            return 0
        written = re.compile(r"\[\s*n\s*(?:-\s*(\d{1,6})\s*)?\]").match(self._text, self._at)
        back = int(written[1] or 0) if written else -1
        if written is None or not 0 <= back <= FARTHEST:
            self._wrong("[", f"a past value is written [n-1] to [n-{FARTHEST}]", "mend it")
        self._next = written.end()
        self._advance()
        self.back = max(self.back, back)
        return back

    def _want(self, sign: str) -> None:
        if self._token != sign:
            self._wrong(repr(self._token), f"{sign!r} is wanted here", "close what is open")
        self._advance()

    def _add(self, operation: str, number: float = 0.0, back: int = 0) -> None:
        self.steps.append((OPERATIONS.index(operation), number, back))


def taken(code: int) -> int:
    """How many values an operation takes off the stack; it gives one back."""
    name = OPERATIONS[code]
    if name in ("number", "channel"):
        return 0
    return 1 if name in ("negate", "not") else FUNCTIONS.get(name, 2)
