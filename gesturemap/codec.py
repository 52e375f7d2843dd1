"""How commands and notices travel: a JSON line, with bytes (arrays, models) behind it where there are any."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, get_origin, get_type_hints

from gesturemap import commands, inner
from gesturemap.commands import Message
from gesturemap.errors import CommandError

MOST_BYTES = 256 * 1024 * 1024
"""The longest message anybody takes from a stranger."""
KINDS: dict[str, type[Message]] = {
    name: cls
    for module in (commands, inner)
    for name, cls in vars(module).items()
    if isinstance(cls, type) and issubclass(cls, Message) and cls is not Message
}


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is of the type its field has; numbers must be finite."""
    hint = get_origin(hint) or hint
    if hint is Any:
        return True
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


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
        wrong = [f"{name} = {value!r:.60}" for name, value in table.items() if not _fits(value, hints[name])]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CommandError("command", f"{line[:80]!r} ({error})", rule, next_step) from error
    if wrong:
        raise CommandError(f"command {type(message).__name__}", ", ".join(wrong), rule, next_step)
    return message
