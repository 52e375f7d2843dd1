"""The shared block: one writer, another process reading, nothing torn."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from gesturemap.errors import FileError
from gesturemap.frames import Event, Spec
from gesturemap.library import shared_folder
from gesturemap.synth.block import LABEL_BYTES, ROWS, BlockReader, BlockWriter, label_words

WRITER = """
import sys
import numpy as np
from gesturemap.frames import Event, Spec
from gesturemap.synth.block import BlockWriter

writer = BlockWriter(Spec.of(*[f"c{i}" for i in range(40)]))
try:
    print(writer.path, flush=True)
    sys.stdin.readline()
    for turn in range(1, 100001):
        writer.write(np.full(40, float(turn)))
        if turn % 1000 == 0:
            writer.event(turn, Event("began", f"gesture {turn}", turn / 100000))
    print("written", flush=True)
    sys.stdin.readline()
finally:
    writer.close()
"""


@pytest.fixture
def writer():
    writer = BlockWriter(Spec.of("pad.level", "pad.pitch semitones"))
    yield writer
    writer.close()


def test_a_reader_in_another_process_never_sees_half_a_write():
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        reader = BlockReader(child.stdout.readline().strip())
        assert np.isnan(reader.read()).all()
        child.stdin.write("go\n")
        child.stdin.flush()
        seen = {0.0}
        while max(seen, default=0.0) < 100000:
            values = reader.read()
            if np.isnan(values).all():
                continue
            assert len(set(values.tolist())) == 1
            seen.add(float(values[0]))
        assert child.stdout.readline() == "written\n"
        events = reader.events(0)
        assert [event.label for _, event in events] == [
            f"gesture {turn}" for turn in range(1000, 100001, 1000)
        ]
        assert events[-1] == (100000.0, Event("began", "gesture 100000", 1.0))
        assert len(seen) > 20
    finally:
        child.communicate("end\n", timeout=20)


def test_controls_events_and_panic_come_across(writer):
    reader = BlockReader(writer.path)
    assert reader.controls == Spec.of("pad.level", "pad.pitch semitones")
    assert np.isnan(reader.read()).all()
    first = reader.beat
    writer.write(np.array([0.25, -3.0]))
    writer.event(1.5, Event("began", "größer", 0.5))
    writer.event(2.5, Event("ended", "größer", 0.0))
    writer.event(2.6, Event("something else", "a", 0.0))
    writer.panic()
    assert reader.read().tolist() == [0.25, -3.0]
    assert reader.beat > first
    assert reader.panics == 1
    assert reader.events(0) == [
        (1.5, Event("began", "größer", 0.5)),
        (2.5, Event("ended", "größer", 0.0)),
    ]
    assert reader.events(1) == reader.events(0)[1:]


def test_a_reader_that_slept_gets_the_newest_events(writer):
    reader = BlockReader(writer.path)
    for number in range(3 * ROWS):
        writer.event(float(number), Event("began", "a", 1.0))
    times = [time for time, _ in reader.events(0)]
    assert times == list(range(2 * ROWS + 8, 3 * ROWS))


def test_a_long_label_is_cut_between_two_letters():
    words = np.array(label_words("ü" * 40), np.int64).tobytes()
    assert words.rstrip(b"\0").decode() == "ü" * (LABEL_BYTES // 2)


def test_no_controls_at_all_are_fine():
    writer = BlockWriter(Spec(()))
    try:
        writer.write(np.zeros(0))
        assert BlockReader(writer.path).read().shape == (0,)
    finally:
        writer.close()


def test_what_is_no_block_is_refused(tmp_path, writer):
    with pytest.raises(FileError, match="No such file"):
        BlockReader(tmp_path / "none.block")
    (tmp_path / "empty.block").write_bytes(b"")
    (tmp_path / "short.block").write_bytes(b"gmblock1")
    (tmp_path / "other.block").write_bytes(b"x" * 40960)
    whole = writer.path.read_bytes()
    (tmp_path / "count.block").write_bytes(whole[:16] + (10**9).to_bytes(8, "little") + whole[24:])
    (tmp_path / "names.block").write_bytes(whole[:48] + (99).to_bytes(8, "little") + whole[56:])
    for name in ("empty", "short", "other", "count", "names"):
        with pytest.raises(FileError):
            BlockReader(tmp_path / f"{name}.block")


def test_closing_removes_the_file(writer):
    assert writer.path.parent == shared_folder()
    writer.close()
    assert not writer.path.exists()
    writer.close()
