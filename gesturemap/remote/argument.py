"""One argument of a word: its kind, its range, and how it is read."""

from __future__ import annotations

import math
import struct
import sys
from dataclasses import dataclass
from typing import Any

from gesturemap.errors import CommandError
from gesturemap.plain import printable
from gesturemap.wire.osc_write import LARGEST_FLOAT

SINGLE = struct.Struct(">f")
LARGEST = sys.float_info.max
WHOLE = 2**53
"""Up to here a number of eight bytes tells every whole number from the next."""
LONGEST = 1000
"""Characters of a text."""
FIELD = {
    "f": "a number",
    "i": "a whole number",
    "s": "a text",
    "T": "true or false, or 1 or 0",
    "*": "a number or a text",
}
"""What an argument of each kind is, said to a person; the kinds are OSC's type tags."""


def shortest(value: float) -> float:
    """The number with the fewest digits that four bytes hold as this one: 0.8, and not 0.800000011920929."""
    if abs(value) > LARGEST_FLOAT:
        return value
    (held,) = SINGLE.unpack(SINGLE.pack(value))
    if held != value:
        return value  # it came in eight
    for digits in range(1, 10):
        short = max(-LARGEST_FLOAT, min(LARGEST_FLOAT, float(f"{value:.{digits}g}")))
        if SINGLE.pack(short) == SINGLE.pack(value):
            return short
    return value


@dataclass(frozen=True)
class Argument:
    """One argument of a word."""

    name: str
    """The field of the command."""
    kind: str
    """A key of `FIELD`."""
    doc: str
    low: float = -math.inf
    high: float = math.inf
    default: Any = None
    """What is meant where it is left out; None: it may not be."""
    choices: tuple[str, ...] = ()
    file: str = ""
    """``open`` or ``save``: it names a project's folder."""
    digits: bool = False
    """A number stands for the text of its digits."""

    def read(self, value: Any, place: str) -> Any:
        """The value as the command takes it.

        Raises
        ------
        CommandError
            If it is not of its kind, or out of its range.
        """
        wanted = FIELD[self.kind]
        if isinstance(value, int | float) and not abs(value) <= LARGEST:
            raise self._wrong(value, place, wanted)
        if self.kind == "*" and isinstance(value, int | float):
            whole = isinstance(value, float) and value.is_integer() and abs(value) <= WHOLE
            return int(value) if whole else shortest(value) if isinstance(value, float) else value
        if self.kind in "s*":
            number = isinstance(value, int | float) and not isinstance(value, bool)
            text = f"{value:.15g}" if self.digits and number else value
            if not isinstance(text, str) or not text.strip() or len(text) > LONGEST or not printable(text):
                raise self._wrong(value, place, f"{wanted} of 1 to {LONGEST} printable characters")
            if self.choices and text not in self.choices:
                raise self._wrong(value, place, f"one of {', '.join(self.choices)}")
            return text
        if self.kind == "T":
            if not isinstance(value, int | float) or value not in (0, 1):
                raise self._wrong(value, place, wanted)
            return bool(value)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self._wrong(value, place, wanted)
        if self.kind == "i" and value != round(value):
            raise self._wrong(value, place, wanted)
        if not self.low <= value <= self.high:
            raise self._wrong(value, place, f"{wanted} {self.range}")
        return int(value) if self.kind == "i" else shortest(float(value))

    @property
    def range(self) -> str:
        """Its range in words; empty where there is none."""
        if math.isinf(self.low) and math.isinf(self.high):
            return ""
        return f"from {self.low:g}" + ("" if math.isinf(self.high) else f" to {self.high:g}")

    def _wrong(self, value: Any, place: str, wanted: str) -> CommandError:
        return CommandError(f"{place}, {self.name}", f"{value!r:.60}", f"{wanted} is wanted", self.doc)
