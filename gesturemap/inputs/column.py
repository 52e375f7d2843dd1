"""One number of a message or line: its name, its unit, and how it is made of what is sent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NoReturn

from gesturemap import units
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel

WORDS = (
    "Each is written 'name unit', or 'acc_y m/s2 from -g' where another unit or sign is sent ('from 0.5', "
    "'from deg / 2', 'from px / width', 'from 1 + 20'); '-' is left out, '- width' too but can be divided by; "
    "'time ms' (or s, us, ns) is the sample's own time, 'count' the sender's packet counter ('count 16': it goes to 15 "
    "and begins again), 'score 0.5' how sure the sender is (below 0.5 nothing is believed), 'device' its name; "
    "'...' at the end: more may follow."
)
LEFT_OUT, MORE = "-", "..."
SPECIAL = (LEFT_OUT, "time", "count", "score", "device")


@dataclass(frozen=True)
class Column:
    """``value = sent * factor / divisor + offset``."""

    name: str
    unit: str = ""
    factor: float = 1.0
    divisor: str = ""
    """Another column of the same message, by name."""
    offset: float = 0.0

    @property
    def channel(self) -> Channel:
        """As a channel of a frame."""
        return Channel(self.name, self.unit)

    @classmethod
    def parse(cls, text: str, place: str) -> Column:
        """Read ``name unit`` or ``name unit from what is sent``; see `WORDS`.

        Raises
        ------
        SettingsError
            If it cannot be understood, or the units do not convert.
        """
        head, _, sent = text.partition(" from ")
        channel = Channel.parse(head)
        if not text.isprintable():
            _refuse(place, text, "there are no line feeds, tabs or other control characters in it")
        if " " in channel.unit:
            _refuse(
                place,
                text,
                "after the name comes a unit, which is one word, then perhaps 'from' and what is sent",
            )
        if not sent:
            return cls(channel.name, channel.unit)
        if channel.name in SPECIAL:
            _refuse(place, text, f"{channel.name!r} is taken as it is sent")
        parts = sent.split()
        factor, offset, divisor = _first(parts.pop(0), channel.unit, place, text), 0.0, ""
        while parts:
            sign, rest = parts.pop(0), parts.pop(0) if parts else ""
            if sign == "/" and rest and not divisor and not _is_number(rest):
                divisor = rest
            elif sign == "/" and _is_number(rest) and float(rest):
                factor /= float(rest)
            elif sign in ("+", "-") and _is_number(rest) and not parts:
                offset = float(sign + rest)
            else:
                _refuse(place, text, "after the unit there may be '/ number', '/ column' and '+ number'")
        if not 1e-30 < abs(factor) < 1e30 or not abs(offset) < 1e30:
            _refuse(place, text, "a factor is never 0, and no number is that large")
        return cls(channel.name, channel.unit, factor, divisor, offset)


def in_order(names: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The wanted names (``acc*`` matches many; empty: all) in that order, axes that belong together as w x y z."""
    stems = list(dict.fromkeys(_stem(name) for name in names))
    patterns = wanted or ("*",)

    def place(name: str) -> tuple[int, int, str]:
        first = next(i for i, pattern in enumerate(patterns) if fnmatchcase(name, pattern))
        return first, stems.index(_stem(name)), name[-1:] if _stem(name) != name else ""

    return tuple(sorted((n for n in names if any(fnmatchcase(n, each) for each in patterns)), key=place))


def _stem(name: str) -> str:
    """``acc`` of ``acc_x``; of anything else itself."""
    return name[:-2] if name[-2:] in ("_w", "_x", "_y", "_z") else name


def _first(word: str, unit: str, place: str, text: str) -> float:
    """The factor that a number, a unit or either with a minus stands for."""
    if _is_number(word):
        return float(word)
    sign, sent = (-1.0, word[1:]) if word.startswith("-") else (1.0, word)
    try:
        return sign * (units.factor(sent, unit) if sent else 1.0)
    except ValueError as error:
        _refuse(place, text, str(error))


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _refuse(place: str, text: str, rule: str) -> NoReturn:
    raise SettingsError(place, repr(text), rule, "write 'acc_y m/s2 from -g', or 'x px'")
