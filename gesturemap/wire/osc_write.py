"""Messages to OSC packets: `build` for any, `Template` for those that are sent again and again."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from gesturemap.errors import SettingsError
from gesturemap.plain import printable
from gesturemap.wire.osc_read import (
    BUNDLE,
    CONSTANT,
    INT,
    LONGEST_ADDRESS,
    PLAIN,
    TWO,
    UNIX_EPOCH,
    plain_struct,
)

LARGEST_FLOAT = 3.4028234663852886e38
"""The largest number that four bytes hold."""


def check_address(address: str, place: str) -> str:
    """Return an address that can be sent.

    Raises
    ------
    SettingsError
        If it cannot.
    """
    if not address.startswith("/") or not printable(address) or len(address) > LONGEST_ADDRESS:
        raise SettingsError(place, repr(address), "an OSC address begins with '/'", "write it as /name/part")
    return address


def _padded(raw: bytes) -> bytes:
    return raw + bytes(4 - len(raw) % 4)


class Template:
    """A message whose address and type tags stay the same: the packet costs one call to struct.

    Parameters
    ----------
    tags : one of ``i f h d`` for each number.

    Raises
    ------
    SettingsError
        If the address is none, or a tag is not that of a number.
    """

    def __init__(self, address: str, tags: str) -> None:
        wrong = set(tags) - PLAIN.keys()
        if wrong:
            raise SettingsError(
                f"OSC message {address}", f"type tags {tags!r}", "a template takes i, f, h and d", "use build"
            )
        check_address(address, "OSC message")
        self._header = _padded(address.encode()) + _padded(b"," + tags.encode())
        self._tags = tags
        self._pack = plain_struct(tags).pack

    def build(self, values: Sequence[float]) -> bytes:
        """The packet with these numbers; floats beyond what four bytes hold become the largest there is."""
        try:
            return self._header + self._pack(*values)
        except OverflowError:
            most = LARGEST_FLOAT
            pairs = zip(self._tags, values, strict=True)
            clipped = [max(-most, min(most, v)) if tag == "f" else v for tag, v in pairs]
            return self._header + self._pack(*clipped)


def build(address: str, *arguments: Any, tags: str | None = None) -> bytes:
    """A message as a packet.

    Parameters
    ----------
    arguments : int (``i``, or ``h`` when large), float (``f``), str, bytes, bool, None, numpy numbers, and
        sequences of these (arrays).
    tags : type tags to use in place of those; arguments as `parse` would give them.

    Raises
    ------
    SettingsError
        If something cannot be sent.
    """
    try:
        letters = "".join([_tag(value) for value in arguments]) if tags is None else tags
        if set(letters) <= PLAIN.keys():
            return _template(address, letters).build(arguments)
        body = _encode(iter(letters), arguments)
    except (
        struct.error,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise SettingsError(
            f"OSC message {address}",
            f"{arguments!r:.80} ({error})",
            "only numbers, texts, bytes, true, false and nothing can be sent",
            "send something else",
        ) from error
    check_address(address, "OSC message")
    return _padded(address.encode()) + _padded(b"," + letters.encode()) + body


@lru_cache(256)
def _template(address: str, tags: str) -> Template:
    return Template(address, tags)


def bundle(timetag: float | None, *packets: bytes) -> bytes:
    """Packets as one; `timetag` in seconds since 1970, None: at once."""
    parts = [BUNDLE, _timetag(timetag)]
    for packet in packets:
        parts += [INT.pack(len(packet)), packet]
    return b"".join(parts)


def _tag(value: Any) -> str:
    """The type tag, or for a sequence the type tags, of a value."""
    letter = _TAGS.get(type(value))
    if letter:
        return letter
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, int):
        return "i" if -(2**31) <= value < 2**31 else "h"
    if hasattr(value, "tolist"):  # numpy's numbers and arrays
        return _tag(value.tolist())
    if isinstance(value, Sequence):
        return "[" + "".join([_tag(item) for item in value]) + "]"
    raise TypeError(f"a {type(value).__name__}")


_TAGS: dict[type, str] = {float: "f", str: "s", bytes: "b", bytearray: "b", type(None): "N"}


def _encode(letters: Iterator[str], values: Iterable[Any]) -> bytes:
    """Arguments up to the end of the tags or of the array."""
    rest = iter(values)
    parts = []
    for letter in letters:
        if letter == "]":
            break
        value: Any = next(rest, _MISSING)
        if value is _MISSING:
            raise ValueError("fewer arguments than type tags")
        parts.append(_encode(letters, value) if letter == "[" else _ENCODE[letter](value))
    if next(rest, _MISSING) is not _MISSING:
        raise ValueError("more arguments than type tags")
    return b"".join(parts)


_MISSING = object()


def _float(value: float) -> bytes:
    clipped = max(-LARGEST_FLOAT, min(LARGEST_FLOAT, value)) if math.isfinite(value) else value
    return struct.pack(">f", clipped)


def _string(text: str) -> bytes:
    if "\0" in text:
        raise ValueError("a zero byte in a text")
    return _padded(text.encode())


def _blob(raw: bytes) -> bytes:
    return INT.pack(len(raw)) + raw + bytes(-len(raw) % 4)


def _timetag(seconds: float | None) -> bytes:
    if seconds is None:
        return TWO.pack(0, 1)
    whole = math.floor(seconds)
    return TWO.pack(whole + UNIX_EPOCH, int((seconds - whole) * 2**32))


def _nothing(_: Any) -> bytes:
    return b""


_ENCODE: dict[str, Callable[[Any], bytes]] = {
    **{letter: struct.Struct(">" + code).pack for letter, code in PLAIN.items()},
    "f": _float,
    "s": _string,
    "S": _string,
    "b": _blob,
    "m": struct.Struct("4s").pack,
    "r": struct.Struct(">I").pack,
    "c": lambda character: INT.pack(ord(character)),
    "t": _timetag,
    **dict.fromkeys(CONSTANT, _nothing),
}
