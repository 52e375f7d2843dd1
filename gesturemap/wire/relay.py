"""What an output's run tells the process that does its work: parts of a stream, each with its kind and length."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

CONTROLS, EVENT, SILENCE, LABELS, END, NAMES = 1, 2, 3, 4, 5, 6
"""Kinds of parts: values of all controls, what a gesture did, panic, the vocabulary, the end, names of the controls."""
HEAD = struct.Struct("<BI")
TIME = struct.Struct("<d")
LARGEST = 1 << 24
"""Bytes of one part; more is a broken stream."""


class Part(NamedTuple):
    """One part as it came."""

    kind: int
    payload: bytes


def part(kind: int, payload: bytes = b"") -> bytes:
    """One part as bytes."""
    return HEAD.pack(kind, len(payload)) + payload


def controls(time: float, values: bytes) -> bytes:
    """All controls: `values` are the bytes of doubles, lowest byte first."""
    return HEAD.pack(CONTROLS, TIME.size + len(values)) + TIME.pack(time) + values


def event(time: float, kind: str, label: str, value: float) -> bytes:
    """What a gesture did."""
    return part(EVENT, json.dumps([time, kind, label, value]).encode())


def labels(names: Sequence[str]) -> bytes:
    """The vocabulary."""
    return part(LABELS, json.dumps(list(names)).encode())


def names(controls: Sequence[str]) -> bytes:
    """Which controls there are from now on, in order."""
    return part(NAMES, json.dumps(list(controls)).encode())


def read_controls(payload: bytes) -> tuple[float, tuple[float, ...]]:
    """Time and values of a part of kind `CONTROLS`."""
    time, *values = struct.unpack(f"<{len(payload) // 8}d", payload)
    return time, tuple(values)


def read_event(payload: bytes) -> tuple[float, str, str, float]:
    """Time, kind, label and strength of a part of kind `EVENT`."""
    time, kind, label, value = json.loads(payload)
    return float(time), str(kind), str(label), float(value)


def read_labels(payload: bytes) -> tuple[str, ...]:
    """The vocabulary of a part of kind `LABELS`, or the names of one of kind `NAMES`."""
    return tuple(map(str, json.loads(payload)))


class Reader:
    """Parts out of a stream that comes in any pieces."""

    def __init__(self) -> None:
        self._held = bytearray()

    def take(self, piece: bytes) -> Iterator[Part]:
        """The parts that end in this piece.

        Raises
        ------
        ValueError
            If it is no such stream.
        """
        held = self._held
        held += piece
        start = 0
        while len(held) - start >= HEAD.size:
            kind, length = HEAD.unpack_from(held, start)
            if length > LARGEST:
                raise ValueError(f"a part of {length} bytes")
            end = start + HEAD.size + length
            if len(held) < end:
                break
            yield Part(kind, bytes(held[start + HEAD.size : end]))
            start = end
        del held[:start]


def tell(**what: Any) -> bytes:
    """What the process says back: one line of JSON."""
    return json.dumps(what).encode() + b"\n"
