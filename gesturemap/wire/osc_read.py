"""OSC packets to messages: strict, bounded, and fast for messages that come again and again.

Source: M. Wright, "The Open Sound Control 1.0 Specification", 2002. What a header (address and type tags)
says is worked out once and remembered, so a sensor's message costs little more than unpacking its numbers.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from gesturemap.plain import printable

LARGEST_PACKET = 65536
"""Bytes; UDP carries no more."""
MOST_DEPTH = 16
"""How deep bundles and arrays may be nested."""
MOST_ARGUMENTS = 4096
MOST_TOGETHER = 32
"""Messages in a bundle whose shape is kept."""
LONGEST_ADDRESS = 1024
REMEMBERED = 256
"""Headers longer than this many bytes are not remembered, so that nobody can fill the memory with them."""
UNIX_EPOCH = 2208988800
"""Seconds from 1900, where OSC begins to count, to 1970."""

_SLASH, _COMMA = b"/,"
_ZERO = b"\0"
BUNDLE = b"#bundle\0"
NEITHER = "neither message nor bundle"
"""Why a packet is malformed that is not OSC at all: text, JSON, something of another kind."""
_SHORT = "arguments cut short"
_LEFT_OVER = "bytes left over"
_UNTAGGED = "arguments without type tags"
_new = tuple.__new__


Unpack = Callable[[bytes, int], tuple[Any, ...]]


class Malformed(ValueError):
    """The one thing `parse` raises; `reason` is short and one of a few, fit for counting."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Message(NamedTuple):
    """One message, out of whatever bundle it came in."""

    address: str
    tags: str
    """Type tags without the comma; empty where the sender gave none."""
    arguments: tuple[Any, ...]
    timetag: float | None = None
    """Of the innermost bundle around it, seconds since 1970; None: at once, or no bundle."""


def parse(packet: bytes | bytearray | memoryview) -> list[Message]:
    """All messages of a packet, in order.

    Numbers come as int and float, ``s S c`` as str, ``b`` and ``m`` (4 bytes) as bytes, ``r`` as int
    0xRRGGBBAA, ``t`` as seconds since 1970 (None: at once), ``T F N I`` as True, False, None and infinity,
    arrays as tuples.

    Raises
    ------
    Malformed
        For anything that is not exactly a packet; never anything else.
    """
    data = packet if type(packet) is bytes else bytes(packet)
    end = len(data)
    if not end:
        raise Malformed("empty packet")
    if end & 3:
        raise Malformed(NEITHER if data[0] not in b"/#" else "length is no multiple of four")
    if data[0] == _SLASH:
        tags = (data.find(_ZERO) & -4) + 4
        body = (data.find(_ZERO, tags) & -4) + 4
        if tags < body <= REMEMBERED:  # the short way for what comes most: one message of plain numbers
            address, letters, unpack, size = _header(data[:body])
            if unpack is not None and size == end - body:
                return [_new(Message, (address, letters, unpack(data, body), None))]
        return [_message(data, 0, end, None)]
    messages: list[Message] = []
    _bundle(data, 0, end, 0, messages)
    return messages


class Shape(NamedTuple):
    """What packets of one length have in common that hold the same messages of plain numbers."""

    headers: tuple[tuple[int, bytes], ...]
    """Where they have the same bytes, and which."""
    bodies: tuple[tuple[Unpack, int], ...]
    """How the numbers of each message are unpacked, and where they begin."""
    bundle: bool


def shape_of(packet: bytes) -> Shape | None:
    """The shape of a good packet: one message of numbers, or a bundle of such messages alone; else None.

    A packet of the same length with the same headers needs no `parse`, and its time no more than `timetag_of`.
    """
    if packet[0] == _SLASH:
        found = _header_at(packet, 0)
        return None if found is None else Shape(((0, found[0]),), ((found[1], len(found[0])),), bundle=False)
    headers: list[tuple[int, bytes]] = [(0, BUNDLE)]
    bodies: list[tuple[Unpack, int]] = []
    at = 16
    while at < len(packet):
        (size,) = INT.unpack_from(packet, at)
        found = _header_at(packet, at + 4) if packet[at + 4] == _SLASH else None
        if found is None or len(bodies) == MOST_TOGETHER:
            return None
        header, unpack = found
        headers.append((at, packet[at : at + 4] + header))
        bodies.append((unpack, at + 4 + len(header)))
        at += 4 + size
    return Shape(tuple(headers), tuple(bodies), bundle=True)


def timetag_of(packet: bytes) -> float | None:
    """The time tag of a packet that is a bundle, seconds since 1970; None: at once."""
    return _seconds(*TWO.unpack_from(packet, 8))


def _header_at(packet: bytes, start: int) -> tuple[bytes, Unpack] | None:
    """The header of the message that begins here, and how to unpack its numbers; None where they are not plain."""
    tags = (packet.find(_ZERO, start) & -4) + 4
    body = (packet.find(_ZERO, tags) & -4) + 4
    if not tags < body <= start + REMEMBERED:
        return None
    header = packet[start:body]
    _, _, unpack, _ = _header(header)
    return None if unpack is None else (header, unpack)


def _bundle(data: bytes, at: int, end: int, depth: int, messages: list[Message]) -> None:
    """Append what is in the bundle between two positions."""
    if data[at : at + 8] != BUNDLE:
        raise Malformed(NEITHER)
    if depth >= MOST_DEPTH:
        raise Malformed("bundles nested too deep")
    if end - at < 16:
        raise Malformed("bundle cut short")
    timetag = _seconds(*TWO.unpack_from(data, at + 8))
    at += 16
    while at < end:
        (size,) = INT.unpack_from(data, at)
        at += 4
        if size <= 0 or size & 3 or size > end - at:
            raise Malformed("bundle element of a wrong size")
        if data[at] == _SLASH:
            messages.append(_message(data, at, at + size, timetag))
        else:
            _bundle(data, at, at + size, depth + 1, messages)
        at += size


def _message(data: bytes, start: int, end: int, timetag: float | None) -> Message:
    """The message between two positions, both multiples of four."""
    tags = (data.find(0, start, end) & -4) + 4  # not found gives 0
    if tags <= start:
        raise Malformed("address without end")
    if tags == end:  # OSC 1.0 asks to be robust against senders that leave the type tags out
        return Message(_address(data[start:end]), "", (), timetag)
    body = (data.find(0, tags, end) & -4) + 4
    if body <= tags:
        raise Malformed("type tags without end" if data[tags] == _COMMA else _UNTAGGED)
    header = data[start:body]
    known = _header(header) if body - start <= REMEMBERED else _header.__wrapped__(header)
    address, letters, unpack, size = known
    if unpack is None:
        arguments = _arguments(letters, data, body, end)
    elif size == end - body:
        arguments = unpack(data, body)
    else:
        raise Malformed(_SHORT if size > end - body else _LEFT_OVER)
    return _new(Message, (address, letters, arguments, timetag))


@lru_cache(1024)
def _header(header: bytes) -> tuple[str, str, Unpack | None, int]:
    """Address, type tags and, where all arguments are plain numbers, how to unpack them and their size."""
    cut = (header.index(0) & -4) + 4
    address = _address(header[:cut])
    if header[cut] != _COMMA:
        raise Malformed(_UNTAGGED)
    tags, zeros = header[cut + 1 :].split(b"\0", 1)
    if zeros.strip(b"\0"):
        raise Malformed("padding is not zero")
    if len(tags) > MOST_ARGUMENTS:
        raise Malformed("too many arguments")
    letters = tags.decode("latin-1")
    depth = 0
    for letter in letters:
        if letter not in _KNOWN:
            raise Malformed("unknown type tag")
        depth += (letter == "[") - (letter == "]")
        if not 0 <= depth <= MOST_DEPTH:
            raise Malformed("array brackets do not match")
    if depth:
        raise Malformed("array brackets do not match")
    if set(letters) <= PLAIN.keys():
        plain = plain_struct(letters)
        return address, letters, plain.unpack_from, plain.size
    return address, letters, None, 0


def _address(padded: bytes) -> str:
    """The text of an address with its padding."""
    raw, zeros = padded.split(b"\0", 1)
    if zeros.strip(b"\0"):
        raise Malformed("padding is not zero")
    if len(raw) > LONGEST_ADDRESS:
        raise Malformed("address too long")
    try:
        address = raw.decode()
    except UnicodeDecodeError:
        raise Malformed("address is not UTF-8") from None
    if not printable(address):
        raise Malformed("address is not printable")
    return address


def _arguments(letters: str, data: bytes, at: int, end: int) -> tuple[Any, ...]:
    """Arguments of any kind; the brackets are known to match."""
    values: list[Any] = []
    outer: list[list[Any]] = []
    for letter in letters:
        if letter in CONSTANT:
            values.append(CONSTANT[letter])
        elif letter in _FIXED:
            shape, convert = _FIXED[letter]
            if at + shape.size > end:
                raise Malformed(_SHORT)
            values.append(convert(*shape.unpack_from(data, at)))
            at += shape.size
        elif letter in "sS":
            stop = data.find(0, at, end)
            if stop < 0:
                raise Malformed("text without end")
            values.append(_text(data[at:stop]))
            at = _skip(data, stop, (stop & -4) + 4, end)
        elif letter == "b":
            if at + 4 > end:
                raise Malformed(_SHORT)
            (size,) = INT.unpack_from(data, at)
            at += 4
            if not 0 <= size <= end - at:
                raise Malformed("blob of a wrong size")
            values.append(data[at : at + size])
            at = _skip(data, at + size, at + (size + 3 & -4), end)
        elif letter == "[":
            outer.append(values)
            values = []
        else:
            inner, values = tuple(values), outer.pop()
            values.append(inner)
    if at != end:
        raise Malformed(_LEFT_OVER)
    return tuple(values)


def _skip(data: bytes, at: int, to: int, end: int) -> int:
    """Step over padding."""
    if to > end:
        raise Malformed(_SHORT)
    if data[at:to].strip(b"\0"):
        raise Malformed("padding is not zero")
    return to


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Malformed("text is not UTF-8") from None


def _character(code: int) -> str:
    if not 0 <= code < 256:
        raise Malformed("character out of range")
    return chr(code)


def _seconds(whole: int, fraction: int) -> float | None:
    """A time tag in seconds since 1970; None for "at once" and for 0, which some boards send for none."""
    if whole == 0 and fraction <= 1:
        return None
    return whole - UNIX_EPOCH + fraction / 2**32


def _itself(value: Any) -> Any:
    return value


INT, TWO = struct.Struct(">i"), struct.Struct(">II")
PLAIN = {"i": "i", "f": "f", "h": "q", "d": "d"}
CONSTANT: dict[str, Any] = {"T": True, "F": False, "N": None, "I": math.inf}
_FIXED: dict[str, tuple[struct.Struct, Callable[..., Any]]] = {
    **{letter: (struct.Struct(">" + code), _itself) for letter, code in PLAIN.items()},
    "r": (struct.Struct(">I"), _itself),
    "m": (struct.Struct("4s"), _itself),
    "c": (INT, _character),
    "t": (TWO, _seconds),
}
_KNOWN = frozenset("sSb[]") | CONSTANT.keys() | _FIXED.keys()


@lru_cache(256)
def plain_struct(letters: str) -> struct.Struct:
    """How numbers of these type tags are packed."""
    return struct.Struct(">" + "".join(PLAIN[letter] for letter in letters))
