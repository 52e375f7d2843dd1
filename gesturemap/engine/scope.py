"""The shared ring through which anybody watches the engine: one row per frame, written once, read at leisure.

A file in shared memory: a header, then rows of float64. The engine alone writes; a reader copies what is new
since its last look and checks afterwards that the writer has not lapped it.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import Values
from gesturemap.library import shared_folder
from gesturemap.logs.layout import Layout

MAGIC = b"gmscope1"
HEADER = struct.Struct("<8sQQQQ")  # magic, rows written, capacity, width, length of the layout text
ALIGNED = 4096
HEAD = struct.Struct("=3d")
"""Time, arrived and winner, with which the engine's rows begin."""


class ScopeWriter:
    """The engine's end.

    Parameters
    ----------
    groups : name -> column names, in order; for example ``{"time": ["time"], "inputs": ["acc_x", ...]}``.
    capacity : rows kept.
    units : name of a group -> the unit of each of its columns; groups without are left out.
    spots : whether the model decides by its fits when a gesture is said (`gesturemap.models.model.spots`).
    """

    def __init__(
        self,
        groups: Mapping[str, Sequence[str]],
        capacity: int = 16384,
        units: Mapping[str, Sequence[str]] | None = None,
        spots: bool = True,
    ) -> None:
        self.layout: dict[str, Any] = {
            "groups": {name: list(columns) for name, columns in groups.items()},
            "units": {name: list(columns) for name, columns in (units or {}).items()},
            "spots": spots,
        }
        self.width = sum(len(columns) for columns in groups.values())
        text = json.dumps(self.layout).encode()
        start = -(-(HEADER.size + len(text)) // ALIGNED) * ALIGNED
        handle, name = tempfile.mkstemp(prefix="gesturemap-", suffix=".scope", dir=shared_folder())
        self.path = Path(name)
        os.ftruncate(handle, start + capacity * self.width * 8)
        self._map = mmap.mmap(handle, 0)
        os.close(handle)
        self._map[HEADER.size : HEADER.size + len(text)] = text
        self._map[: HEADER.size] = HEADER.pack(MAGIC, 0, capacity, self.width, len(text))
        self._rows = np.frombuffer(self._map, np.float64, capacity * self.width, start).reshape(
            capacity, self.width
        )
        self._written = np.frombuffer(self._map, np.uint64, 1, 8)
        self._count, self._capacity = 0, capacity
        self._start, self._size = start, 8 * self.width

    @classmethod
    def of(cls, layout: Layout, *, spots: bool) -> ScopeWriter:
        """With the columns of an instrument."""
        outputs = [channel.name for channel in layout.outputs]
        groups = {
            "time": ["time"],
            "arrived": ["arrived"],
            "winner": ["winner"],
            "inputs": layout.inputs.names,
            "features": layout.features.names,
            **dict.fromkeys(("log_likelihoods", "posterior", "progress", "fit"), layout.labels),
            **dict.fromkeys(("outputs", "deviations"), outputs),
            "controls": layout.controls.names,
        }
        specs = {"inputs": layout.inputs, "features": layout.features}
        units = {name: [channel.unit for channel in spec.channels] for name, spec in specs.items()}
        return cls(groups, units=units, spots=spots)

    def write(self, *parts: bytes | Sequence[float] | Values) -> None:
        """Write one row, the groups in their order; quickest are arrays, and bytes of doubles (see `HEAD`)."""
        at = self._start + (self._count % self._capacity) * self._size
        try:
            self._map[at : at + self._size] = b"".join(parts)  # type: ignore[arg-type]  # arrays are buffers too
        except (TypeError, ValueError, IndexError, BufferError):  # numbers one by one, or steps between them
            self._row(parts)
        self._count += 1
        self._written[0] = self._count

    def _row(self, parts: Sequence[bytes | Sequence[float] | Values]) -> None:
        """Write a row part by part."""
        row = self._rows[self._count % self._capacity]
        start = 0
        for part in parts:
            numbers = np.frombuffer(part) if isinstance(part, bytes) else part
            end = start + len(numbers)
            row[start:end] = numbers
            start = end

    def close(self) -> None:
        """Remove the file; readers that have it open keep their view."""
        self.path.unlink(missing_ok=True)


class ScopeReader:
    """A watcher's end.

    Raises
    ------
    FileError
        If the file is gone or is no scope.
    """

    def __init__(self, path: str | Path) -> None:
        try:
            with Path(path).open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise FileError(
                str(path), str(error), "a running engine writes it", "start the engine"
            ) from error
        magic, _, capacity, width, length = HEADER.unpack(self._map[: HEADER.size])
        if magic != MAGIC:
            raise FileError(str(path), "not a scope", "a running engine writes it", "start the engine")
        self.layout: dict[str, Any] = json.loads(self._map[HEADER.size : HEADER.size + length])
        start = -(-(HEADER.size + length) // ALIGNED) * ALIGNED
        self._rows = np.frombuffer(self._map, np.float64, capacity * width, start).reshape(capacity, width)
        self._written = np.frombuffer(self._map, np.uint64, 1, 8)
        self._capacity = int(capacity)
        self.seen = 0
        """Rows read so far, those missed included."""
        self.columns: dict[str, slice] = {}
        """Group -> its columns."""
        at = 0
        for name, names in self.layout["groups"].items():
            self.columns[name] = slice(at, at + len(names))
            at += len(names)

    def names(self, group: str) -> list[str]:
        """The column names of one group."""
        return list(self.layout["groups"][group])

    def units(self, group: str) -> list[str]:
        """The units of the columns of one group, empty where there is none."""
        return list(self.layout.get("units", {}).get(group) or [""] * len(self.names(group)))

    @property
    def spots(self) -> bool:
        """Whether the model decides by its fits when a gesture is said."""
        return bool(self.layout.get("spots", True))

    def read(self, most: int | None = None) -> Values:
        """Copy the rows that are new since the last look, oldest first, at most the newest `most`.

        Returns
        -------
        (T, width) array; T is 0 when nothing is new.
        """
        written = int(self._written[0])
        room = self._capacity - 64  # rows the writer may be overwriting while we copy
        count = min(written - self.seen, room, most if most is not None else room)
        index = np.arange(written - count, written) % self._capacity
        rows = self._rows[index]
        overrun = int(self._written[0]) - written - 64
        self.seen = written
        return rows[overrun:] if overrun > 0 else rows

    def newest(self) -> Values | None:
        """The newest row, (width,), seen already or not; None: there is none yet."""
        written = int(self._written[0])
        return self._rows[(written - 1) % self._capacity].copy() if written else None
