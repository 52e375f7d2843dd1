"""Numbers in plain English, and words as a shell takes them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

SYMBOL = r"\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff"
JOINED = re.compile(rf"[{SYMBOL}][\ufe0f\U0001f3fb-\U0001f3ff]?\u200d(?=[{SYMBOL}])")
"""A symbol, with its skin or its presentation, that is joined to the one behind it: together they are one emoji.

Source: Unicode UTS #51, ED-16, emoji zwj sequence.
"""


def printable(text: str) -> bool:
    """Whether all of it can be shown: no control characters, and joiners within emoji only."""
    return text.isprintable() or JOINED.sub("", text).isprintable()


def shell(word: str) -> str:
    """A word of a command that is to be typed: in quotes where a shell would take it for several."""
    return subprocess.list2cmdline([word]) if os.name == "nt" else shlex.quote(word)


def called(name: str, folder: str) -> str:
    """What a project is called: its folder's name before its own where a copy or a renaming has made them differ."""
    there = Path(folder).name
    return name if there in ("", name) else f"{there} ({name})" if name else there


def times(count: int) -> str:
    """``once``, ``2 times``."""
    return "once" if count == 1 else f"{count} times"


def counted(count: int, thing: str) -> str:
    """``1 model``, ``2 models``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def milliseconds(seconds: float) -> str:
    """A time that a person can read: three digits, in s from one second on."""
    if seconds >= 1.0:
        return f"{seconds:.3g} s" if seconds < 1000.0 else f"{seconds:.0f} s"
    return f"{1000.0 * seconds:.3g} ms"


def microseconds(value: float) -> str:
    """Three digits, never with an exponent."""
    return f"{value:.3g}" if value < 1000.0 else f"{value:.0f}"


def folded(lines: Sequence[str], most: int, more: str) -> list[str]:
    """The first so many lines, and one that says how many are left: `more` with ``{}`` for the number."""
    rest = len(lines) - most
    return [*lines[:most], more.format(rest)] if rest > 1 else list(lines)


def one_line(text: str, longest: int) -> str:
    """Text from elsewhere, at most so long, without what would steer a terminal."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text[: longest + 1])
    return plain if len(plain) <= longest else f"{plain[: longest - 3]}..."


def listed(things: Iterable[str], most: int = 12) -> str:
    """Names with commas between, not too many."""
    all_of = [one_line(thing, 60) for thing in things]
    more = [f"and {len(all_of) - most} more"] if len(all_of) > most else []
    return ", ".join([*all_of[:most], *more])
