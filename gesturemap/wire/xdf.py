"""The chunks of an XDF 1.0 file as bytes: what LSL's tools write and pyxdf reads.

Source: XDF specification 1.0, https://github.com/sccn/xdf/wiki/Specifications
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, unescape

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Channel, Values

MAGIC = b"XDF:"
FILE_HEADER, STREAM_HEADER, SAMPLES, BOUNDARY, STREAM_FOOTER = 1, 2, 3, 5, 6
MARK = bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4")
"""Content of a boundary chunk: where a reader finds its way again after damage."""
XML = '<?xml version="1.0" encoding="UTF-8"?>'
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def chunk(tag: int, content: bytes) -> bytes:
    """One chunk: length, tag, content."""
    length = len(content) + 2
    size = struct.pack("<BI", 4, length) if length < 1 << 32 else struct.pack("<BQ", 8, length)
    return size + struct.pack("<H", tag) + content


def boundary() -> bytes:
    """A boundary chunk."""
    return chunk(BOUNDARY, MARK)


def file_header(own: Mapping[str, Any]) -> bytes:
    """The first chunk; `own` is kept as JSON in an element of its own."""
    return chunk(FILE_HEADER, f"{XML}<info><version>1.0</version>{_own(own)}</info>".encode())


def stream_header(
    stream: int, name: str, columns: Sequence[Channel], own: Mapping[str, Any], text: bool = False
) -> bytes:
    """What a stream holds: doubles in `columns`, or with `text` one text per sample.

    The nominal rate is 0 (irregular), so that readers leave the time stamps as they are.
    """
    channels = "".join(
        f"<channel><label>{_xml(column.name)}</label><unit>{_xml(column.unit)}</unit></channel>"
        for column in columns
    )
    return chunk(
        STREAM_HEADER,
        struct.pack("<I", stream)
        + (
            f"{XML}<info><name>{_xml(name)}</name><type>{'Markers' if text else 'gesturemap'}</type>"
            f"<channel_count>{len(columns)}</channel_count><nominal_srate>0</nominal_srate>"
            f"<channel_format>{'string' if text else 'double64'}</channel_format>"
            f"<source_id>gesturemap-{stream}</source_id><created_at>0</created_at>"
            f"<desc><channels>{channels}</channels>{_own(own)}</desc></info>"
        ).encode(),
    )


def samples(stream: int, stamps: Sequence[float] | Values, values: Values) -> bytes:
    """Samples of doubles: `stamps` (N,) seconds, `values` (N, C)."""
    rows = np.empty(len(values), row_type(values.shape[1]))
    rows["size"], rows["stamp"], rows["values"] = 8, stamps, values
    return chunk(SAMPLES, struct.pack("<IBI", stream, 4, len(rows)) + rows.tobytes())


def texts(stream: int, stamps: Sequence[float], lines: Sequence[str]) -> bytes:
    """Samples of one text each."""
    parts = [struct.pack("<IBI", stream, 4, len(lines))]
    for stamp, line in zip(stamps, lines, strict=True):
        raw = line.encode("utf-8", "replace")
        parts += struct.pack("<BdBI", 8, stamp, 4, len(raw)), raw
    return chunk(SAMPLES, b"".join(parts))


def stream_footer(stream: int, first: float, last: float, count: int) -> bytes:
    """The end of a stream that was closed in order."""
    return chunk(
        STREAM_FOOTER,
        struct.pack("<I", stream)
        + (
            f"{XML}<info><first_timestamp>{first!r}</first_timestamp><last_timestamp>{last!r}</last_timestamp>"
            f"<sample_count>{count}</sample_count><clock_offsets></clock_offsets></info>"
        ).encode(),
    )


def row_type(width: int) -> np.dtype[np.void]:
    """One sample of `width` doubles as it lies in the file."""
    return np.dtype([("size", "u1"), ("stamp", "<f8"), ("values", "<f8", (width,))])


def chunks(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Tag and content of every whole chunk; tag 0 where one is damaged, then on at the next boundary."""
    at = len(MAGIC)
    while at < len(data):
        found = _chunk_at(data, at)
        if found is None:
            yield 0, data[:0]
            at = _after_boundary(data, at + 1)
        else:
            start, at = found
            tag = int.from_bytes(data[start : start + 2], "little")
            yield tag, data[start + 2 : at]


def _chunk_at(data: memoryview, at: int) -> tuple[int, int] | None:
    """Where a chunk's tag begins and where the chunk ends; None if none can be there."""
    width = data[at]
    if width not in (1, 4, 8) or at + 1 + width > len(data):
        return None
    start = at + 1 + width
    end = start + int.from_bytes(data[at + 1 : start], "little")
    if end > len(data) or end < start + 2 or not 1 <= int.from_bytes(data[start : start + 2], "little") <= 6:
        return None
    return start, end


def _after_boundary(data: memoryview, at: int) -> int:
    step, overlap = 1 << 20, len(MARK)
    while at < len(data):
        found = bytes(data[at : at + step + overlap]).find(MARK)
        if found >= 0:
            return at + found + len(MARK)
        at += step
    return len(data)


def own_text(content: memoryview) -> bytes | None:
    """What stands in a header's element of gesturemap; None if it has none."""
    raw = bytes(content)
    begin, end = b"<gesturemap>", b"</gesturemap>"
    start = raw.find(begin)
    stop = raw.find(end, start + len(begin)) if start >= 0 else -1
    return raw[start + len(begin) : stop] if stop >= 0 else None


def read_own(content: memoryview) -> dict[str, Any]:
    """The JSON that `file_header` or `stream_header` was given; empty if there is none.

    The XML around it is not parsed: a hostile file has nothing to work with.
    """
    found = own_text(content)
    try:
        table = json.loads(unescape(found.decode())) if found is not None else {}
    except (ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def read_samples(content: memoryview, width: int) -> NDArray[np.void] | None:
    """The rows of a samples chunk of doubles; None if it is not one of `width` columns."""
    kind = row_type(width)
    rows = (len(content) - 9) // kind.itemsize
    if len(content) != 9 + rows * kind.itemsize or content[4] != 4:
        return None
    found = np.frombuffer(content, kind, rows, 9)
    right = int.from_bytes(content[5:9], "little") == rows and bool((found["size"] == 8).all())
    return found if right else None


def read_texts(content: memoryview) -> list[tuple[float, str]]:
    """Time stamps and texts of a samples chunk of texts; ends at the first that is not whole."""
    found: list[tuple[float, str]] = []
    at = 9
    while at + 14 <= len(content):
        size, stamp, width, length = struct.unpack_from("<BdBI", content, at)
        at += 14
        if size != 8 or width != 4 or at + length > len(content):
            break
        found.append((stamp, bytes(content[at : at + length]).decode("utf-8", "replace")))
        at += length
    return found


def _own(table: Mapping[str, Any]) -> str:
    return f"<gesturemap>{escape(json.dumps(table))}</gesturemap>"


def _xml(text: str) -> str:
    return escape(NOT_XML.sub("\ufffd", text))
