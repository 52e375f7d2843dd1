"""A session log read back: every number as it was, everything in its order, as far as the file goes."""

from __future__ import annotations

import base64
import json
import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap import codec
from gesturemap.commands import Message
from gesturemap.errors import CommandError, FileError, GesturemapError
from gesturemap.frames import Controls, Estimate, Event, Frame, Values
from gesturemap.logs.layout import LEADING, STREAMS, Layout
from gesturemap.wire import xdf

Step = tuple[str, "Layout | Message | Frame"]
NEXT = "give the .xdf of a session"


@dataclass(frozen=True, eq=False)
class Rows:
    """One numeric stream: `time` (N,) s, `index` (N,) of the frame, `arrived` (N,) s, `values` (N, C)."""

    time: Values
    index: NDArray[np.int64]
    arrived: Values
    values: Values

    def __len__(self) -> int:
        return len(self.time)

    def __iter__(self) -> Iterator[tuple[int, float, float, Values]]:
        """Row by row: index, time, arrived, values."""
        columns = self.index.tolist(), self.time.tolist(), self.arrived.tolist(), self.values
        return zip(*columns, strict=True)


@dataclass(frozen=True, eq=False)
class Part:
    """What was logged under one layout."""

    layout: Layout
    frames: Rows
    features: Rows
    estimates: Rows
    controls: Rows


@dataclass(frozen=True, eq=False)
class Session:
    """One session log."""

    header: dict[str, Any]
    parts: tuple[Part, ...]
    commands: tuple[tuple[int, float, Layout | Message], ...]
    """(index of the frame it came before, time, what): commands and changes of layout, in order."""
    marks: dict[str, tuple[tuple[float, str], ...]]
    """Stream of texts -> (time, text)."""
    events: dict[int, tuple[Event, ...]]
    """Frame -> what its mapping said."""
    whole: bool
    """Whether the log was ended in order, and nothing in it is damaged."""

    @property
    def frame_count(self) -> int:
        """How many frames are in it."""
        return sum(len(part.frames) for part in self.parts)

    def steps(self) -> Iterator[Step]:
        """Everything that went in, in order: ('command', Message), ('layout', Layout), ('frame', Frame)."""
        waiting = iter(self.commands)
        entry = next(waiting, None)
        for part in self.parts:
            for index, time, arrived, values in part.frames:
                while entry is not None and entry[0] <= index:
                    yield _step(entry[2])
                    entry = next(waiting, None)
                yield "frame", Frame(time, values, arrived)
        while entry is not None:
            yield _step(entry[2])
            entry = next(waiting, None)

    def features(self) -> Iterator[tuple[int, Frame]]:
        """What the model saw: index of the frame, and its features."""
        for part in self.parts:
            for index, time, arrived, values in part.features:
                yield index, Frame(time, values, arrived)

    def estimates(self) -> Iterator[tuple[int, Estimate]]:
        """What was believed: index of the frame, and the estimate."""
        for part in self.parts:
            seen = dict(zip(part.features.index.tolist(), part.features.values, strict=True))
            nothing = np.full(part.layout.features.width, np.nan)
            for index, time, arrived, values in part.estimates:
                yield index, _estimate(part.layout, time, arrived, values, seen.get(index, nothing))

    def controls(self) -> Iterator[tuple[int, Controls]]:
        """What came out: index of the frame, and the controls it gave."""
        for part in self.parts:
            for index, time, arrived, values in part.controls:
                yield index, Controls(time, values, self.events.get(index, ()), arrived)


def read_log(path: str | Path) -> Session:
    """Read a session log; of one that was cut off or damaged, everything that is whole.

    Raises
    ------
    FileError
        If it cannot be read or is no session log.
    """
    try:
        with Path(path).open("rb") as file:
            if file.read(len(xdf.MAGIC)) != xdf.MAGIC:
                raise FileError(str(path), "not an XDF file", "a session log is wanted", NEXT)
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise FileError(str(path), error.strerror or str(error), "a session log is wanted", NEXT) from error
    reading = _Reading()
    with data, memoryview(data) as view:
        for tag, content in xdf.chunks(view):
            reading.take(tag, content)
            content.release()
    if reading.header is None:
        raise FileError(str(path), "an XDF file of another program", "a session log is wanted", NEXT)
    return reading.session()


@dataclass
class _Stream:
    own: dict[str, Any]
    layout: Layout | None
    width: int = 0
    rows: list[NDArray[np.void]] = field(default_factory=list)
    texts: list[tuple[float, str]] = field(default_factory=list)
    ended: bool = False


class _Reading:
    """Takes chunks, gives a session."""

    def __init__(self) -> None:
        self.header: dict[str, Any] | None = None
        self.streams: dict[int, _Stream] = {}
        self.damaged = False

    def take(self, tag: int, content: memoryview) -> None:
        """Sort one chunk in."""
        if tag == 0:
            self.damaged = True
            return
        if tag == xdf.FILE_HEADER:
            own = xdf.read_own(content)
            self.header = own if "gesturemap" in own else self.header
            return
        if tag == xdf.BOUNDARY or len(content) < 4:
            return
        number = int.from_bytes(content[:4], "little")
        if tag == xdf.STREAM_HEADER:
            self._open(number, xdf.read_own(content))
            return
        stream = self.streams.get(number)
        if stream is None:
            self.damaged = True
        elif tag == xdf.STREAM_FOOTER:
            stream.ended = True
        elif tag == xdf.SAMPLES and stream.layout is None:
            stream.texts += xdf.read_texts(content)
        elif tag == xdf.SAMPLES:
            rows = xdf.read_samples(content, stream.width)
            if rows is None:
                self.damaged = True
            else:
                stream.rows.append(rows.copy())

    def _open(self, number: int, own: dict[str, Any]) -> None:
        name = own.get("stream")
        if not isinstance(name, str) or number in self.streams:
            self.damaged = True
            return
        try:
            layout = Layout.of(own["layout"]) if name in STREAMS else None
            int(own.get("part", 0))
        except (KeyError, TypeError, ValueError, GesturemapError):
            self.damaged = True
            return
        self.streams[number] = _Stream(own, layout, len(layout.columns(name)) if layout else 0)

    def session(self) -> Session:
        """Put everything together."""
        texts = {s.own["stream"]: s.texts for s in self.streams.values() if s.layout is None}
        parts: dict[int, dict[str, Rows]] = {}
        layouts: dict[int, Layout] = {}
        for stream in self.streams.values():
            if stream.layout is not None:
                part = int(stream.own["part"])
                layouts[part] = stream.layout
                parts.setdefault(part, {})[stream.own["stream"]] = _rows(stream)
        empty = _rows(_Stream({}, None, len(LEADING)))
        return Session(
            self.header or {},
            tuple(
                Part(layouts[part], *(parts[part].get(name, empty) for name in STREAMS))
                for part in sorted(parts)
            ),
            self._commands(texts.pop("commands", []), layouts),
            {name: tuple(lines) for name, lines in texts.items() if name != "control events"},
            self._events(texts.get("control events", [])),
            not self.damaged and bool(self.streams) and all(s.ended for s in self.streams.values()),
        )

    def _commands(
        self, lines: list[tuple[float, str]], layouts: dict[int, Layout]
    ) -> tuple[tuple[int, float, Layout | Message], ...]:
        found: list[tuple[int, float, Layout | Message]] = []
        for time, line in lines:
            try:
                table = json.loads(line)
                what: Layout | Message
                if "layout" in table:
                    what = layouts[table["layout"]]
                else:
                    data = base64.b64decode(table.get("data", ""), validate=True)
                    what = codec.decode(json.dumps(table["message"]).encode() + b"\n" + data)
                found.append((int(table["before"]), time, what))
            except (ValueError, KeyError, TypeError, RecursionError, CommandError):
                self.damaged = True
        return tuple(found)

    def _events(self, lines: list[tuple[float, str]]) -> dict[int, tuple[Event, ...]]:
        found: dict[int, tuple[Event, ...]] = {}
        for _, line in lines:
            try:
                table = json.loads(line)
                found[int(table["frame"])] = tuple(
                    Event(str(kind), str(label), float(value)) for kind, label, value in table["events"]
                )
            except (ValueError, KeyError, TypeError, RecursionError):
                self.damaged = True
        return found


def _estimate(layout: Layout, time: float, arrived: float, values: Values, features: Values) -> Estimate:
    winner, end = int(np.nan_to_num(values[0], nan=-1.0)), 1 + 4 * len(layout.labels)
    likelihoods, posterior, progress, fit = values[1:end].reshape(4, -1)
    means, deviations = values[end:].reshape(2, -1)
    return Estimate(time, likelihoods, posterior, progress, fit, means, deviations, features, winner, arrived)


def _step(what: Layout | Message) -> Step:
    return ("layout" if isinstance(what, Layout) else "command"), what


def _rows(stream: _Stream) -> Rows:
    rows = np.concatenate(stream.rows) if stream.rows else np.zeros(0, xdf.row_type(stream.width))
    values = rows["values"].astype(np.float64)
    index = (
        np.nan_to_num(values[:, 0], nan=-1.0, posinf=-1.0, neginf=-1.0).clip(-1.0, 2.0**53).astype(np.int64)
    )
    return Rows(rows["stamp"].astype(np.float64), index, values[:, 1].copy(), values[:, 2:].copy())
