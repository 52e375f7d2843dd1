"""Entries of a log, gathered and turned into chunks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gesturemap.frames import Channel, Controls, Estimate, Frame, Values
from gesturemap.logs.layout import STREAMS, Layout
from gesturemap.wire import xdf


@dataclass
class Stream:
    """One stream of the file: what waits to be written, and what a footer says of it."""

    number: int
    is_text: bool = False
    stamps: list[float] = field(default_factory=list)
    heads: list[tuple[float, ...]] = field(default_factory=list)
    bodies: list[tuple[Values, ...]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    first: float = 0.0
    last: float = 0.0
    count: int = 0

    def chunk(self) -> bytes:
        """Everything that waits, as one chunk; it waits no longer."""
        if not self.stamps:
            return b""
        if self.count == 0:
            self.first = self.stamps[0]
        self.last = self.stamps[-1]
        self.count += len(self.stamps)
        if self.is_text:
            data = xdf.texts(self.number, self.stamps, self.lines)
        else:
            data = xdf.samples(self.number, self.stamps, self._values())
        self.stamps, self.heads, self.bodies, self.lines = [], [], [], []
        return data

    def _values(self) -> Values:
        rows = len(self.heads)
        parts = [
            np.concatenate(part).reshape(rows, -1) for part in zip(*self.bodies, strict=True) if len(part[0])
        ]
        return np.concatenate([np.array(self.heads, np.float64), *parts], axis=1)


class Batch:
    """Takes entries one by one, gives chunks."""

    def __init__(self) -> None:
        self._next = 1
        self._texts: dict[str, Stream] = {}
        self._numbers: dict[str, Stream] = {}
        self._old: list[Stream] = []
        self._layout: Layout | None = None
        self._part = 0
        self._essential: list[bytes] = []
        self._rest: list[bytes] = []
        self._frames = 0

    def frame(
        self,
        index: int,
        frame: Frame,
        features: Frame | None,
        estimate: Estimate | None,
        controls: Controls | None,
    ) -> None:
        """One frame and what was made of it."""
        if self._layout is None or not self._layout.fits(frame, features, estimate, controls):
            self.layout(index, Layout.guess(frame, features, estimate, controls))
        self._frames += 1
        self._row("frames", frame.time, (index, frame.arrived), frame.values)
        if features is not None:
            self._row("features", features.time, (index, features.arrived), features.values)
        if estimate is not None:
            self._row(
                "estimates", estimate.time, (index, estimate.arrived, estimate.winner),
                estimate.log_likelihoods, estimate.posterior, estimate.progress, estimate.fit,
                estimate.outputs, estimate.deviations,
            )  # fmt: skip
        if controls is not None:
            self._row("controls", controls.time, (index, controls.arrived), controls.values)
            if controls.events:
                line = {"frame": index, "events": [list(event) for event in controls.events]}
                self.text("control events", json.dumps(line), controls.time)

    def layout(self, index: int, layout: Layout) -> None:
        """Note that an instrument begins; new numeric streams, unless the columns are the same."""
        if layout != self._layout:
            self._begin(layout)
        self.text("commands", json.dumps({"before": index, "layout": self._part}), 0.0)

    def _begin(self, layout: Layout) -> None:
        self._gather(self._numbers)
        self._old += self._numbers.values()
        self._layout = layout
        self._part += 1
        self._numbers = {}
        for name in STREAMS:
            shown = name if self._part == 1 else f"{name}-{self._part}"
            own = {"stream": name, "part": self._part, "layout": layout.table()}
            self._numbers[name] = self._open(shown, layout.columns(name), own)

    def text(self, stream: str, line: str, time: float) -> None:
        """One line in a stream of texts."""
        if stream not in self._texts:
            self._texts[stream] = self._open(stream, (Channel("text"),), {"stream": stream}, is_text=True)
        self._texts[stream].stamps.append(time)
        self._texts[stream].lines.append(line)

    def chunks(self) -> tuple[list[bytes], list[bytes], int]:
        """What must not be lost, what may, and how many frames are in it; begins again empty.

        Commands and headers come first in the file, as frames mean nothing without them.
        """
        for name, stream in self._texts.items():
            (self._essential if name == "commands" else self._rest).append(stream.chunk())
        self._gather(self._numbers)
        result = self._essential, self._rest, self._frames
        self._essential, self._rest, self._frames = [], [], 0
        return result

    def footers(self) -> list[bytes]:
        """The end of every stream."""
        streams = (*self._texts.values(), *self._old, *self._numbers.values())
        return [xdf.stream_footer(s.number, s.first, s.last, s.count) for s in streams]

    def _open(
        self, name: str, columns: tuple[Channel, ...], own: dict[str, Any], is_text: bool = False
    ) -> Stream:
        stream = Stream(self._next, is_text)
        self._next += 1
        self._essential.append(xdf.stream_header(stream.number, name, columns, own, is_text))
        return stream

    def _gather(self, streams: dict[str, Stream]) -> None:
        self._rest += [stream.chunk() for stream in streams.values()]

    def _row(self, stream: str, time: float, head: tuple[float, ...], *body: Values) -> None:
        held = self._numbers[stream]
        held.stamps.append(time)
        held.heads.append(head)
        held.bodies.append(body)
