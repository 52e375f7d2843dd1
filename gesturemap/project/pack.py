"""Demonstrations as bytes, for the links between processes: four arrays, whatever their number."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError, FileError, GesturemapError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.project.arrays import read_npz, write_npz

PLACE = "packed demonstrations"


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
        }
        for d in demonstrations
    ]
    return write_npz(
        {
            "about": np.frombuffer(json.dumps(about).encode(), np.uint8),
            "time": _joined([d.time for d in demonstrations]),
            "values": _joined([d.values for d in demonstrations]),
            "targets": _joined([d.targets for d in demonstrations]),
        }
    )


def unpack(data: bytes) -> tuple[Demonstration, ...]:
    """The inverse of `pack`; the arrays are parts of one block that nobody else holds.

    Raises
    ------
    FileError, DataError
        If these bytes are not what `pack` makes.
    """
    arrays, _ = read_npz(data, PLACE)
    try:
        about = json.loads(arrays["about"].tobytes())
        columns = [arrays[name] for name in ("time", "values", "targets")]
        if any(column.dtype != np.float64 or column.ndim != 1 for column in columns):
            raise DataError(PLACE, "other arrays", "three columns of doubles are wanted", "pack them again")
        parts = [_Rest(column) for column in columns]
        found = tuple(_one(table, *parts) for table in about)
        if any(part.at != len(part.column) for part in parts):
            raise DataError(
                PLACE, "surplus values", "every value belongs to a demonstration", "pack them again"
            )
    except GesturemapError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileError(
            PLACE, f"broken: {error!r}"[:200], "bytes made by `pack` are wanted", "pack them again"
        ) from error
    return found


class _Rest:
    """A column, taken from the front."""

    def __init__(self, column: Values) -> None:
        self.column, self.at = column, 0

    def take(self, *shape: int) -> Values:
        count = math.prod(shape)
        if min(shape) < 0 or self.at + count > len(self.column):
            raise ValueError(f"{shape} values are not there")
        self.at += count
        return self.column[self.at - count : self.at].reshape(shape)


def _one(table: dict[str, Any], time: _Rest, values: _Rest, targets: _Rest) -> Demonstration:
    frames = int(table["frames"])
    channels, outputs = (
        tuple(Channel(str(n), str(u)) for n, u in table[key]) for key in ("channels", "outputs")
    )
    spec = Spec(channels, float(table["rate"]))
    rows, width = table["targets"]
    return Demonstration(
        str(table["id"]),
        str(table["label"]),
        spec,
        time.take(frames),
        values.take(frames, spec.width),
        outputs,
        targets.take(int(rows), int(width)),
        str(table["note"]),
    )


def _joined(columns: list[Values]) -> Values:
    flat = [np.asarray(column, np.float64).reshape(-1) for column in columns]
    return np.concatenate(flat) if flat else np.zeros(0)
