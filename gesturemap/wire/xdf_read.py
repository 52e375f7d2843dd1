"""The streams of any XDF 1.0 file: what LabRecorder and others wrote.

Source: XDF specification 1.0, https://github.com/sccn/xdf/wiki/Specifications
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Channel, Values
from gesturemap.wire import xdf

FORMATS = {
    "float32": "<f4", "double64": "<f8", "int8": "i1", "int16": "<i2", "int32": "<i4", "int64": "<i8",
}  # fmt: skip
MOST_CHANNELS = 1024
MOST_STREAMS = 256
LARGEST_HEADER = 4 << 20
"""Bytes; a thousand channels with all that is known of each need less."""
ELEMENTS = ("name", "type", "channel_count", "nominal_srate", "channel_format")


@dataclass(eq=False)
class Stream:
    """One stream of numbers, or of texts, which are not kept."""

    name: str
    type: str
    rate: float
    """Hz, nominal; 0: irregular."""
    format: str
    """Of numpy; empty: texts."""
    channels: tuple[Channel, ...]
    own: bool
    """Written by gesturemap itself."""
    count: int = 0
    """Samples, texts too."""
    times: list[Values] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)
    damaged: int = 0
    """Chunks that could not be read."""
    last: float = 0.0

    def take(self, content: memoryview) -> None:
        """One chunk of samples."""
        width = content[4] if len(content) > 4 else 0
        if width not in (1, 4, 8) or len(content) < 5 + width:
            self.damaged += 1
            return
        rows = int.from_bytes(content[5 : 5 + width], "little")
        if not self.format:
            self.count += rows
            return
        with np.errstate(invalid="ignore", over="ignore"):  # numbers of a damaged chunk may be anything
            found = _alike(content, 5 + width, rows, self) or _mixed(content, 5 + width, rows, self)
        if found is None:
            self.damaged += 1
            return
        time, values = found
        if len(time):
            self.last = float(time[-1])
            self.count += len(time)
            self.times.append(time)
            self.values.append(values)


def stream_of(content: memoryview) -> Stream | None:
    """What a stream header says; None if it is none that can be read.

    The XML is searched, not parsed: a hostile file has nothing to work with.
    """
    text = bytes(content[4:]).decode("utf-8", "replace")
    head, _, description = text.partition("<desc>")
    said = {name: _element(name, head) for name in ELEMENTS}
    try:
        count, rate = int(said["channel_count"]), float(said["nominal_srate"] or 0.0)
    except ValueError:
        return None
    format_ = FORMATS.get(said["channel_format"], "")
    if (
        not 1 <= count <= MOST_CHANNELS
        or not 0.0 <= rate < 1e9
        or (not format_ and said["channel_format"] != "string")
    ):
        return None
    found = [
        Channel(
            "_".join(_element("label", each).split()) or f"in_{i + 1}",
            _element("unit", each),
        )
        for i, each in enumerate(_elements("channel", description))
    ]
    plain = [Channel(f"in_{i + 1}") for i in range(count)]
    channels = found if len(found) == count else plain
    own = xdf.own_text(content) is not None
    return Stream(said["name"], said["type"], rate, format_, tuple(channels), own)


def _element(name: str, text: str) -> str:
    return unescape(next(_elements(name, text), "")).strip()


def _elements(name: str, text: str) -> Iterator[str]:
    """What stands in each element of a name; every character is looked at once, whatever the text."""
    begin, end = f"<{name}>", f"</{name}>"
    at = text.find(begin)
    while at >= 0:
        start = at + len(begin)
        stop = text.find(end, start)
        if stop < 0:
            return
        yield text[start:stop]
        at = text.find(begin, stop + len(end))


def _alike(content: memoryview, at: int, rows: int, stream: Stream) -> tuple[Values, Values] | None:
    """Samples that all bring a time stamp, or none of them."""
    width = len(stream.channels)
    for size in (8, 0):
        kind = np.dtype(
            [("size", "u1"), *([("stamp", "<f8")] if size else []), ("values", stream.format, (width,))]
        )
        if at + rows * kind.itemsize != len(content):
            continue
        found: NDArray[np.void] = np.frombuffer(content, kind, rows, at)
        if (found["size"] == size).all():
            step = 1.0 / stream.rate if stream.rate else 0.0
            time = found["stamp"] if size else stream.last + step * np.arange(1, rows + 1)
            return time.astype(np.float64), found["values"].astype(np.float64)
    return None


def _mixed(content: memoryview, at: int, rows: int, stream: Stream) -> tuple[Values, Values] | None:
    """Samples some of which bring a time stamp; the others come one nominal period later."""
    width = len(stream.channels)
    kind = np.dtype((stream.format, (width,)))
    size, step = kind.itemsize, 1.0 / stream.rate if stream.rate else 0.0
    if rows * (1 + size) > len(content) - at:
        return None
    times, values, last = np.empty(rows), np.empty((rows, width)), stream.last
    for row in range(rows):
        stamped = at < len(content) and content[at] == 8
        if at >= len(content) or content[at] not in (0, 8) or at + 1 + 8 * stamped + size > len(content):
            return None
        last = struct.unpack_from("<d", content, at + 1)[0] if stamped else last + step
        at += 1 + 8 * stamped
        times[row], values[row] = last, np.frombuffer(content, stream.format, width, at)
        at += size
    return times, values


def read_streams(data: memoryview) -> tuple[list[Stream], int]:
    """Every stream of a file that begins with `xdf.MAGIC`, in order, and how many chunks are damaged.

    Raises
    ------
    ValueError
        If there are too many streams, or one is described at too great a length.
    """
    streams: dict[int, Stream] = {}
    damaged = 0
    for tag, content in xdf.chunks(data):
        with content:  # a file that is refused must not be held on to
            number = int.from_bytes(content[:4], "little") if len(content) >= 4 else -1
            if tag == 0:
                damaged += 1
            elif tag == xdf.STREAM_HEADER and number not in streams:
                if len(content) > LARGEST_HEADER:
                    raise ValueError(
                        f"a stream header of {len(content)} bytes, at most {LARGEST_HEADER} are read"
                    )
                if len(streams) >= MOST_STREAMS:
                    raise ValueError(f"more than {MOST_STREAMS} streams")
                found = stream_of(content)
                if found is not None:
                    streams[number] = found
            elif tag == xdf.SAMPLES and number in streams:
                streams[number].take(content)
    return list(streams.values()), damaged + sum(stream.damaged for stream in streams.values())
