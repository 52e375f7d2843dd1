"""How commands and notices travel: a JSON line, with bytes (arrays, models) behind it where there are any."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from typing import Any, get_args, get_origin, get_type_hints

from gesturemap import commands, inner
from gesturemap.commands import Message, playing, teaching
from gesturemap.errors import CommandError

MOST_BYTES = 256 * 1024 * 1024
"""The longest message anybody takes from a stranger."""
MOST_TEXT = 4096
"""Characters of a text in a command: the longest path there can be."""
UNFIT = re.compile("[\0\ud800-\udfff]")
"""What no file and no message can be made of: NUL, and halves of letters."""
MOST_INT, MOST_FLOAT = 2**63, sys.float_info.max
LIMITS = f"numbers of 64 bits, texts of at most {MOST_TEXT} characters without NUL"
COMMANDS = (playing.__name__, teaching.__name__)
"""Where those are that come from outside."""
KINDS: dict[str, type[Message]] = {
    name: cls
    for module in (commands, inner)
    for name, cls in vars(module).items()
    if isinstance(cls, type) and issubclass(cls, Message) and cls is not Message
}


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value, and what it holds, is of the type its field has; a number must be one that a float can be."""
    base = get_origin(hint) or hint
    if base is Any:
        return True
    if base is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST_FLOAT
    if not isinstance(value, base) or (base is not bool and isinstance(value, bool)):
        return False
    return base is not list or all(_fits(item, kind) for kind in get_args(hint) for item in value)


def _carries(value: Any) -> bool:
    """Whether a command may hold this: no whole number beyond 64 bits, no text that no file could be called."""
    if isinstance(value, dict):
        return all(_carries(key) and _carries(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_carries, value))
    if isinstance(value, str):
        return (
            len(value) <= MOST_TEXT
            and "\0" not in value
            and not any("\ud800" <= letter <= "\udfff" for letter in value)
        )
    return not isinstance(value, int) or -MOST_INT <= value < MOST_INT


def encode(message: Message) -> bytes:
    """One JSON line, then the bytes of the field ``data`` if it has one."""
    table = {f.name: getattr(message, f.name) for f in dataclasses.fields(message) if f.name != "data"}
    line = json.dumps({"is": type(message).__name__, **table}, separators=(",", ":"))
    return line.encode() + b"\n" + getattr(message, "data", b"")


def decode(packet: bytes) -> Message:
    """The inverse of `encode`; unknown kinds, missing or surplus fields are refused.

    Raises
    ------
    CommandError
        If this is no message.
    """
    line, _, data = packet.partition(b"\n")
    rule, next_step = "a command is a JSON line of the right types", "see gesturemap.commands"
    try:
        table = json.loads(line)
        cls = KINDS[table.pop("is")]
        if any(field.name == "data" for field in dataclasses.fields(cls)):
            table["data"] = data
        message = cls(**table)
        hints = get_type_hints(cls)
        command = cls.__module__ in COMMANDS
        wrong = [
            f"{name} = {value!r:.60}"
            for name, value in table.items()
            if not _fits(value, hints[name]) or (command and name != "data" and not _carries(value))
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CommandError("command", f"{line[:80]!r} ({error})", rule, next_step) from error
    if wrong:
        raise CommandError(
            f"command {type(message).__name__}", ", ".join(wrong), f"{rule}, {LIMITS}", next_step
        )
    return message
