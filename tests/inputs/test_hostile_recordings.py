"""Recordings made to harm: each is read in a time that goes with its size, or refused in one line."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from gesturemap.errors import FileError
from gesturemap.inputs.recordings import read
from gesturemap.wire import xdf
from gesturemap.wire.xdf_read import LARGEST_HEADER, MOST_STREAMS

ONE = b"<info><channel_count>1</channel_count><channel_format>int8</channel_format>"


def xdf_file(path: Path, *chunks: bytes) -> Path:
    path.write_bytes(xdf.MAGIC + xdf.file_header({}) + b"".join(chunks))
    return path


def header(stream: int, text: bytes) -> bytes:
    return xdf.chunk(xdf.STREAM_HEADER, struct.pack("<I", stream) + text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        b"<info><name>" + b"<name>" * (2_000_000 // 6),
        ONE + b"<desc>" + b"<channel>" * (2_000_000 // 9),
        ONE + b"<desc>" + b"<channel><label></channel>" * (2_000_000 // 26),
        ONE + b"<gesturemap>" * (2_000_000 // 12),
    ],
    ids=["names", "channels", "labels", "own"],
)
def test_elements_without_an_end_take_no_longer_than_others(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(FileError, match="no stream of numbers"):
        read(xdf_file(tmp_path / "hostile.xdf", header(1, text)))


@pytest.mark.timeout(20)
def test_own_elements_without_an_end() -> None:
    assert xdf.read_own(memoryview(b"<gesturemap>" * (2_000_000 // 12))) == {}
    assert xdf.read_own(memoryview(b'</gesturemap><gesturemap>{"a": 1}</gesturemap>')) == {"a": 1}


def test_headers_that_are_too_long_or_too_many_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="a stream header of"):
        read(xdf_file(tmp_path / "long.xdf", header(1, ONE + b" " * LARGEST_HEADER)))
    with pytest.raises(FileError, match="more than 256 streams"):
        read(xdf_file(tmp_path / "many.xdf", *(header(i, ONE) for i in range(MOST_STREAMS + 1))))
