"""The page about remote control says what the table of words says."""

from __future__ import annotations

import math
import re
from pathlib import Path

from gesturemap import catalog
from gesturemap.inputs.remote import Remote
from gesturemap.remote.argument import Argument
from gesturemap.remote.board import GROUPS, STATE
from gesturemap.remote.words import WORDS, Word

PAGE = Path(__file__).parents[2] / "docs" / "remote.md"
KINDS = {"f": "number", "i": "whole", "s": "text", "T": "1/0", "*": "any"}


def shown(argument: Argument) -> str:
    """An argument with its kind and range, and in brackets where it may be left out."""
    low, high = (f"{side:g}" for side in (argument.low, argument.high))
    span = (
        "" if math.isinf(argument.low) else f" from {low}" if math.isinf(argument.high) else f" {low}..{high}"
    )
    text = f"{argument.name}: {KINDS[argument.kind]}{span}"
    return text if argument.default is None else f"[{text}]"


def row(word: Word) -> str:
    """A line of the table."""
    every = [shown(argument) for argument in word.arguments]
    if word.rest is not None:
        every.append(f"{shown(word.rest)} ...")
    who = "named" if word.name == "token" else "named, token"
    lock = "refused" if word.locked else ""
    return f"| `{word.name}` | {', '.join(every)} | {word.doc} | {who} | {lock} |"


def test_every_word_stands_in_the_table_and_nothing_else() -> None:
    lines = [
        line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| `[a-z_/]+` \| .* named", line)
    ]
    assert lines == [row(word) for word in WORDS.values()]


def test_every_setting_and_value_is_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [name for name, *_ in catalog.described(Remote) if f"| `{name}` |" not in text]
    missing += [name for name in STATE if f"`{name}`" not in text]
    missing += [name for name in GROUPS if f"`{name}`" not in text]
    assert missing == []
