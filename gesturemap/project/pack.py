"""Demonstrations as bytes, for the links between processes: a line of JSON, then every number as it is.

Plain bytes rather than an NPZ, without its check sums: a whole vocabulary crosses with every training.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gesturemap.demonstrations import PIECE, Demonstration
from gesturemap.errors import FileError, GesturemapError
from gesturemap.frames import Channel, Spec, Values

MAGIC = b"gesturemap demonstrations 1\n"
PLACE = "packed demonstrations"
DOUBLE = np.dtype("<f8")


def pack(demonstrations: Sequence[Demonstration]) -> bytes:
    """Everything in these demonstrations, exact to the bit."""
    about = [
        {
            "id": d.id,
            "label": d.label,
            "note": d.note,
            "frames": len(d),
            "channels": [[channel.name, channel.unit] for channel in d.spec.channels],
            "rate": d.spec.rate,
            "outputs": [[channel.name, channel.unit] for channel in d.outputs],
            "targets": list(d.targets.shape),
            "learned": [d.enabled, d.start, d.end, d.since],
            "layer": d.layer,
        }
        for d in demonstrations
    ]
    numbers = [
        np.ascontiguousarray(array, DOUBLE).tobytes()
        for d in demonstrations
        for array in (d.time, d.values, d.targets)
    ]
    return b"".join([MAGIC, json.dumps(about).encode(), b"\n", *numbers])


def unpack(data: bytes) -> tuple[Demonstration, ...]:
    """The inverse of `pack`; the arrays are parts of one block that nobody else holds.

    Raises
    ------
    GesturemapError
        If these bytes are not what `pack` makes.
    """
    try:
        return _unpacked(data)
    except GesturemapError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise FileError(
            PLACE, f"broken: {error!r}"[:200], "bytes made by `pack` are wanted", "pack them again"
        ) from error


def _unpacked(data: bytes) -> tuple[Demonstration, ...]:
    if not data.startswith(MAGIC):
        raise ValueError(f"it begins with {data[: len(MAGIC)]!r}")
    end = data.index(b"\n", len(MAGIC))
    about = json.loads(data[len(MAGIC) : end])
    rest = _Rest(np.frombuffer(data, DOUBLE, offset=end + 1).astype(np.float64))
    found = tuple(_one(table, rest) for table in about)
    if rest.at != len(rest.numbers):
        raise ValueError(f"{len(rest.numbers) - rest.at} numbers belong to no demonstration")
    return found


class _Rest:
    """All numbers, taken from the front."""

    def __init__(self, numbers: Values) -> None:
        self.numbers, self.at = numbers, 0

    def take(self, *shape: int) -> Values:
        count = math.prod(shape)
        if min(shape) < 0 or self.at + count > len(self.numbers):
            raise ValueError(f"{shape} numbers are not there")
        self.at += count
        return self.numbers[self.at - count : self.at].reshape(shape)


def _one(table: dict[str, Any], rest: _Rest) -> Demonstration:
    frames = int(table["frames"])
    channels, outputs = (
        tuple(Channel(str(n), str(u)) for n, u in table[key]) for key in ("channels", "outputs")
    )
    spec = Spec(channels, float(table["rate"]))
    time, values = rest.take(frames), rest.take(frames, spec.width)
    rows, width = table["targets"]
    targets = rest.take(int(rows), int(width))
    enabled, start, end, since = table.get("learned", (True, 0.0, 0.0, 0.0))
    return Demonstration(
        str(table["id"]), str(table["label"]), spec, time, values, outputs, targets, str(table["note"]),
        bool(enabled), float(start), float(end), float(since), str(table.get("layer", PIECE)),
    )  # fmt: skip
