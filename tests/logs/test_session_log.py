"""A log read back is what was written, bit for bit; pyxdf reads the same numbers."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import pyxdf

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.errors import FileError
from gesturemap.frames import NONE, Channel, Controls, Estimate, Event, Frame, Spec
from gesturemap.logs import write
from gesturemap.logs.export import export_csv
from gesturemap.logs.layout import Layout
from gesturemap.logs.read import Session, read_log
from gesturemap.logs.write import LogWriter
from gesturemap.wire import xdf

LABELS = ("circle", "Zickzack & <größer>")
LAYOUT = Layout(
    Spec.of("acc_x g", "acc_y g", rate=60.0),
    Spec.of("speed g/s"),
    LABELS,
    (Channel("pitch", "Hz"),),
    Spec.of("level", "brightness"),
)
LOAD = inner.Load({"project": {"name": "Ürgö"}, "gestures": list(LABELS)}, "/tmp/x", bytes(range(256)))


def entry(index: int, rng: np.random.Generator, layout: Layout = LAYOUT) -> tuple:
    """One frame and what was made of it; the first frames have no features yet."""
    time, arrived = index / 60 + rng.normal() * 1e-3, 1000.0 + rng.random()
    frame = Frame(time, rng.normal(size=layout.inputs.width), arrived)
    if index < 3:
        return frame, None, None, None
    features = Frame(time - 1e-9, rng.normal(size=layout.features.width), arrived)
    gestures, outputs = len(layout.labels), len(layout.outputs)
    parts = [rng.normal(size=gestures) for _ in range(4)] + [rng.normal(size=outputs) for _ in range(2)]
    winner = int(rng.integers(NONE, gestures))
    estimate = Estimate(features.time, *parts, features.values, winner, arrived)
    events = (Event("began", LABELS[1], 0.1 + 0.2),) if index % 7 == 0 else ()
    controls = Controls(features.time, rng.normal(size=layout.controls.width), events, arrived)
    return frame, features, estimate, controls


def same(left: tuple, right: tuple) -> bool:
    return all(
        np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
        for a, b in zip(left, right, strict=True)
    )


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, list[tuple]]:
    rng = np.random.default_rng(3)
    entries = [entry(index, rng) for index in range(700)]
    log = LogWriter(tmp_path / "sessions" / "one.xdf", LOAD)
    log.layout(LAYOUT)
    for index, one in enumerate(entries):
        if index in (0, 100):
            log.command(c.Run(index == 0), 0.5)
        log.frame(*one)
        if index == 350:
            log.layout(LAYOUT)  # an instrument begins anew: the streams go on
            log.mark("events", "began circle", 5.5)
    log.command(c.Panic(), 12.0)
    log.close()
    log.close()
    assert (log.faults, log.lost, log.fault) == (0, 0, None)
    return log.path, entries


def test_everything_comes_back_exactly(written: tuple[Path, list[tuple]]) -> None:
    path, entries = written
    session = read_log(path)
    assert session.whole
    assert session.frame_count == 700
    assert [part.layout for part in session.parts] == [LAYOUT]
    steps = list(session.steps())
    assert [s for s in steps if s[0] != "frame"] == [
        ("command", LOAD), ("layout", LAYOUT), ("command", c.Run(True)), ("command", c.Run(False)),
        ("layout", LAYOUT), ("command", c.Panic()),
    ]  # fmt: skip
    assert steps.index(("command", c.Run(False))) == 3 + 100
    assert [kind for kind, _ in steps[4 + 350 : 4 + 354]] == ["frame", "layout", "frame", "frame"]
    assert steps[-1][0] == "command"
    frames = [what for kind, what in steps if kind == "frame"]
    assert all(same(got, one[0]) for got, one in zip(frames, entries, strict=True))
    wanted = [(index, one) for index, one in enumerate(entries) if one[1] is not None]
    for column, got in enumerate((session.features(), session.estimates(), session.controls()), 1):
        for (index, value), (number, one) in zip(got, wanted, strict=True):
            assert index == number
            assert same(value, one[column])
    assert session.marks["events"] == ((5.5, "began circle"),)


def test_pyxdf_reads_the_same(written: tuple[Path, list[tuple]]) -> None:
    path, entries = written
    streams, header = pyxdf.load_xdf(path)
    assert header["info"]["version"] == ["1.0"]
    found = {stream["info"]["name"][0]: stream for stream in streams}
    assert set(found) == {
        "commands",
        "events",
        "control events",
        "frames",
        "features",
        "estimates",
        "controls",
    }
    session = read_log(path)
    for name in ("frames", "features", "estimates", "controls"):
        stream, rows = found[name], getattr(session.parts[0], name)
        assert np.array_equal(stream["time_stamps"], rows.time)
        assert np.array_equal(stream["time_series"][:, 0], rows.index)
        assert np.array_equal(stream["time_series"][:, 1], rows.arrived)
        assert np.array_equal(stream["time_series"][:, 2:], rows.values)
        channels = stream["info"]["desc"][0]["channels"][0]["channel"]
        assert [channel["label"][0] for channel in channels] == [c.name for c in LAYOUT.columns(name)]
        assert stream["footer"]["info"]["sample_count"] == [str(len(rows))]
    stamps = np.array([one[0].time for one in entries])
    assert np.array_equal(found["frames"]["time_stamps"], stamps)
    assert found["frames"]["info"]["desc"][0]["channels"][0]["channel"][2]["unit"] == ["g"]
    assert found["events"]["time_series"] == [["began circle"]]
    assert found["events"]["info"]["type"] == ["Markers"]
    assert found["estimates"]["time_series"].shape == (697, 2 + 1 + 4 * 2 + 2)


def test_a_new_layout_gets_streams_of_its_own(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    wider = Layout(LAYOUT.inputs, LAYOUT.features, (*LABELS, "third"), (), LAYOUT.controls)
    log = LogWriter(tmp_path / "two.xdf", LOAD)
    log.layout(LAYOUT)
    first = [entry(index, rng) for index in range(3, 8)]
    for one in first:
        log.frame(*one)
    log.command(inner.NewModel(b"\x00\xff\n"), 1.0)
    log.layout(wider)
    second = [entry(index, rng, wider) for index in range(8, 12)]
    for one in second:
        log.frame(*one)
    log.close()
    session = read_log(log.path)
    assert [part.layout for part in session.parts] == [LAYOUT, wider]
    kinds = [kind for kind, _ in session.steps()]
    assert kinds == ["command", "layout", *["frame"] * 5, "command", "layout", *["frame"] * 4]
    assert session.commands[2][2] == inner.NewModel(b"\x00\xff\n")
    estimates = [estimate for _, estimate in session.estimates()]
    assert all(same(got, one[2]) for got, one in zip(estimates, first + second, strict=True))
    names = [stream["info"]["name"][0] for stream in pyxdf.load_xdf(log.path)[0]]
    assert "frames-2" in names


def test_without_a_layout_columns_are_numbered(tmp_path: Path) -> None:
    log = LogWriter(tmp_path / "x.xdf", LOAD)
    log.frame(*entry(5, np.random.default_rng(0)))
    log.close()
    (part,) = read_log(log.path).parts
    assert part.layout.inputs.names == ("input_0", "input_1")
    assert part.layout.labels == ("gesture_0", "gesture_1")
    assert len(part.estimates) == 1


def test_a_file_cut_anywhere_gives_everything_before_the_cut(
    written: tuple[Path, list[tuple]], tmp_path: Path
) -> None:
    path, entries = written
    data = path.read_bytes()
    whole = list(read_log(path).steps())
    cut = tmp_path / "cut.xdf"
    counts = []
    for length in [*range(200, len(data), 9973), len(data) - 1]:
        cut.write_bytes(data[:length])
        session = read_log(cut)
        assert not session.whole
        frames = [what for kind, what in session.steps() if kind == "frame"]
        counts.append(len(frames))
        assert all(same(got, one[0]) for got, one in zip(frames, entries[: len(frames)], strict=True))
        # No frame comes without the commands before it.
        order = [kind for kind, _ in session.steps()][: 3 + len(frames)]
        assert order == [kind for kind, _ in whole][: len(order)] or not frames
    assert counts[-1] == 700
    assert counts == sorted(counts)
    assert len(set(counts)) > 3
    cut.write_bytes(data[: len(data) // 2])
    streams, _ = pyxdf.load_xdf(cut)
    got = next(s for s in streams if s["info"]["name"] == ["frames"])
    assert np.array_equal(got["time_stamps"], read_log(cut).parts[0].frames.time)


def test_damage_in_the_middle_costs_only_what_it_hit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "BOUNDARY", 0.0)
    monkeypatch.setattr(write, "PERIOD", 1e-3)
    log = LogWriter(tmp_path / "x.xdf", LOAD)
    log.layout(LAYOUT)
    rng = np.random.default_rng(1)
    sizes = []
    for index in range(60):
        log.frame(*entry(index, rng))
        while log._waiting or log.path.stat().st_size == (sizes[-1] if sizes else 0):
            pass
        sizes.append(log.path.stat().st_size)
    log.close()
    data = bytearray(log.path.read_bytes())
    marks = data.count(xdf.MARK)
    assert marks > 10
    middle = sizes[30]
    data[middle - 40 : middle + 40] = b"\xa5" * 80
    log.path.write_bytes(data)
    session = read_log(log.path)
    assert not session.whole
    assert 50 < session.frame_count < 60
    index = session.parts[0].frames.index
    assert index[0] == 0
    assert index[-1] == 59


@pytest.mark.parametrize("number", range(40))
def test_noise_in_a_log_never_hurts_the_reader(written: tuple[Path, list[tuple]], number: int) -> None:
    path, _ = written
    rng = np.random.default_rng(number)
    data = bytearray(path.read_bytes())
    for at in rng.integers(4, len(data), 20):
        data[at] = rng.integers(256)
    path.write_bytes(data)
    try:
        session = read_log(path)
    except FileError as error:
        assert "another program" in str(error)  # the header itself was hit
        return
    assert sum(1 for _ in session.steps()) >= session.frame_count
    assert list(session.estimates()) is not None
    assert list(session.controls()) is not None


@pytest.mark.parametrize(
    "content", [b"", b"XDF", b"PK\x03\x04 something else", b"XDF:" + b"\x04\xff\xff\xff\x7f\x01\x00", b"XDF:"]
)
def test_what_is_no_log_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.xdf"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"no\.xdf"):
        read_log(path)
    with pytest.raises(FileError):
        read_log(tmp_path / "missing.xdf")


def test_csv_has_every_digit(written: tuple[Path, list[tuple]], tmp_path: Path) -> None:
    path, entries = written
    session = read_log(path)
    made = export_csv(session, tmp_path / "csv")
    names = {file.name for file in made}
    assert {"frames.csv", "estimates.csv", "controls.csv", "commands.csv", "texts-events.csv"} <= names
    with (tmp_path / "csv" / "frames.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["time [s]", "frame", "arrived [s]", "acc_x [g]", "acc_y [g]"]
    got = np.array([[float(cell) for cell in row] for row in rows[1:]])
    assert np.array_equal(got[:, 3:], np.array([one[0].values for one in entries]))
    assert math.isclose(got[0, 0], entries[0][0].time, rel_tol=0.0)


def test_the_engine_never_waits_and_nothing_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "PERIOD", 3600.0)
    monkeypatch.setattr(write, "MOST_WAITING", 50)
    log = LogWriter(tmp_path / "x.xdf", LOAD)
    rng = np.random.default_rng(0)
    for index in range(80):
        log.frame(*entry(index, rng))
    log.command(c.Panic(), 1.0)
    assert len(log._waiting) <= 52
    log.close()
    session: Session = read_log(log.path)
    assert session.frame_count == 80 - log.lost
    assert log.lost > 0
    assert session.commands[-1] == (80, 1.0, c.Panic())


def test_an_entry_that_is_no_json_ends_nothing(tmp_path: Path) -> None:
    log = LogWriter(tmp_path / "x.xdf", LOAD)
    log.command(c.Configure("input", {1, 2}), 0.0)
    log.frame(*entry(0, np.random.default_rng(0)))
    log.close()
    assert log.faults == 1
    assert read_log(log.path).frame_count == 1
