"""Recordings made to harm: each is read in a time that goes with its size, or refused in one line."""

from __future__ import annotations

import json
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest

from gesturemap.clock import ManualClock
from gesturemap.errors import FileError
from gesturemap.inputs.recordings import read
from gesturemap.inputs.replay import UNUSABLE, Replay
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


def test_a_whole_number_of_400_digits_in_json(tmp_path: Path) -> None:
    path = tmp_path / "time.json"
    lines = [{"timestamp": 10**400 if i == 5 else i, "a": 10**400 if i == 7 else 1.0} for i in range(20)]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    found = read(path)
    assert (len(found.recordings[0].time), found.unusable) == (18, 1)
    assert "1 lines without numbers and a timestamp left out" in found.said
    path.write_text(json.dumps({"data": [[10**400, 1.0]] * 3}))
    with pytest.raises(FileError):
        read(path, rate=10.0)
    header = json.dumps({"device": {"sampling rate": 10**400, "column": ["A1"]}})
    path.write_text(f"# OpenSignals\n# {header}\n# EndOfHeader\n1\n2\n")
    with pytest.raises(FileError, match="no columns and rate"):
        read(path)


def test_opensignals_without_rows_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    header = json.dumps({"device": {"sampling rate": 1000, "column": ["nSeq", "A1"]}})
    path.write_text(f"# OpenSignals\n# {header}\n# EndOfHeader\n")
    with warnings.catch_warnings(), pytest.raises(FileError, match="no samples"):
        warnings.simplefilter("error")
        read(path)


def numbers_file(path: Path, values: list[float], time: list[float]) -> Path:
    """The same frames in the format that the name ends with."""
    rows = list(zip(time, values, strict=True))
    if path.suffix == ".npz":
        x = np.array(values)[:, None]
        np.savez(path, X=x, lengths=[len(x)], rate=10.0, channels=np.array(["x"]), t=np.array(time))
    elif path.suffix == ".csv":
        path.write_text("t,x\n" + "".join(f"{t!r},{x!r}\n" for t, x in rows))
    elif path.suffix == ".json":
        path.write_text("\n".join(json.dumps({"timestamp": t * 1e3, "x": x}) for t, x in rows))
    else:
        info = (
            b"<info><name>s</name><channel_count>1</channel_count><channel_format>double64</channel_format>"
        )
        frames = b"".join(struct.pack("<Bdd", 8, *row) for row in rows)
        samples = xdf.chunk(xdf.SAMPLES, struct.pack("<IBI", 1, 4, len(rows)) + frames)
        xdf_file(path, header(1, info), samples)
    return path


@pytest.mark.parametrize("name", ["a.npz", "a.csv", "a.json", "a.xdf"])
def test_values_that_nothing_gives_are_left_out_and_counted(tmp_path: Path, name: str) -> None:
    values = [float(i) for i in range(12)]
    values[3], values[5], values[7], values[9] = 1e300, -1e16, float("inf"), float("nan")
    path = numbers_file(tmp_path / name, values, [i / 10 for i in range(12)])
    found = read(path)
    assert found.recordings[0].values[:, 0].tolist() == [0, 1, 2, 4, 6, 8, 10, 11]
    assert found.recordings[0].time == pytest.approx([0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.1])
    assert Replay(path=str(path)).start(ManualClock()).health.ignored == {name: {UNUSABLE: 4}}


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.xdf"])
def test_a_time_that_cannot_be_is_left_out_and_counted(tmp_path: Path, name: str) -> None:
    time = [i / 10 for i in range(12)]
    time[4] = 1e300
    found = read(numbers_file(tmp_path / name, [float(i) for i in range(12)], time))
    assert found.recordings[0].time == pytest.approx([i / 10 for i in range(12) if i != 4])
    assert found.unusable == 1 or any("1 lines" in each for each in found.said)
