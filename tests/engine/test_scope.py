"""The shared ring: everything that was written is read once, in order, from another process too."""

from __future__ import annotations

import multiprocessing

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.engine.instrument import Instrument
from gesturemap.engine.scope import ScopeReader, ScopeWriter
from gesturemap.errors import FileError
from gesturemap.frames import Spec
from gesturemap.models.auto import Auto

GROUPS = {"time": ["time"], "inputs": ["a", "b"]}


@pytest.fixture
def writer():
    made = ScopeWriter(GROUPS, capacity=256)
    yield made
    made.close()


def test_rows_come_back_in_order_and_once(writer):
    reader = ScopeReader(writer.path)
    for i in range(10):
        writer.write((float(i),), np.array([i * 2.0, -i]))
    rows = reader.read()
    assert rows[:, reader.columns["time"]].ravel().tolist() == list(range(10))
    assert rows[:, reader.columns["inputs"]].tolist() == [[i * 2.0, -i] for i in range(10)]
    assert len(reader.read()) == 0
    assert reader.names("inputs") == ["a", "b"]


def test_a_reader_that_was_lapped_gets_only_whole_rows_in_order(writer):
    reader = ScopeReader(writer.path)
    for i in range(1000):
        writer.write((float(i),), (float(i), float(i)))
    rows = reader.read()
    assert 0 < len(rows) < 256
    assert rows[-1].tolist() == [999.0] * 3
    assert (np.diff(rows[:, 0]) == 1).all()


def write_from_another_process(path_to: multiprocessing.connection.Connection) -> None:
    made = ScopeWriter(GROUPS, capacity=4096)
    path_to.send_bytes(str(made.path).encode())
    path_to.recv_bytes()
    for i in range(20_000):
        made.write((float(i),), (float(i), float(i)))
    path_to.send_bytes(b"done")
    path_to.recv_bytes()
    made.close()


def test_a_reader_beside_a_busy_writer_never_sees_a_torn_or_repeated_row():
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=write_from_another_process, args=(theirs,))
    process.start()
    theirs.close()
    reader = ScopeReader(ours.recv_bytes().decode())
    ours.send_bytes(b"go")
    last = -1.0
    while not ours.poll(0):
        rows = reader.read()
        if len(rows):
            assert (rows == rows[:, :1]).all()
            assert rows[0, 0] > last
            assert (np.diff(rows[:, 0]) == 1).all()
            last = rows[-1, 0]
    ours.recv_bytes()
    rows = reader.read()
    assert (rows[-1, 0] if len(rows) else last) == 19_999
    ours.send_bytes(b"end")
    process.join()
    ours.close()
    process.close()


def test_no_scope_is_one_clear_line(tmp_path):
    with pytest.raises(FileError, match="start the engine"):
        ScopeReader(tmp_path / "none.scope")
    (tmp_path / "other").write_bytes(b"x" * 8192)
    with pytest.raises(FileError, match="not a scope"):
        ScopeReader(tmp_path / "other")


def test_units_travel_along_and_are_empty_where_none_is_given():
    made = ScopeWriter(GROUPS, 64, {"inputs": ["m/s2", ""]})
    reader = ScopeReader(made.path)
    made.close()
    assert reader.units("inputs") == ["m/s2", ""]
    assert reader.units("time") == [""]


def test_the_scope_says_whether_the_model_decides_by_its_fits(refused):
    """The quick model of `auto` has chains alone; the learned one spots."""
    shown = TrainingSet(tuple(circles_and_lines()))
    learner = Auto(convolutions="off")
    for model, spots in ((learner.first(shown), False), (learner.fit(shown), True), (None, False)):
        instrument = Instrument(SPEC, (), model, (), (), refused)
        assert instrument.scope is not None
        assert ScopeReader(instrument.scope.path).spots is spots
        instrument.close()


@pytest.fixture
def refused():
    def refuse(error):
        raise error

    return refuse


SPEC = Spec.of("x", "y", rate=60.0)


def circles_and_lines():
    rng, at = np.random.default_rng(1), np.linspace(0.0, 1.0, 60)
    for number in range(4):
        for label, turns in (("circle", 1.0), ("wave", 3.0)):
            path = np.c_[np.sin(2 * np.pi * turns * at), np.cos(np.pi * at)] + rng.normal(
                scale=0.02, size=(60, 2)
            )
            yield Demonstration(f"{label}-{number}", label, SPEC, at, path)
