"""Files come into the project that is open, and go out of it, as commands: all or nothing, in one step of undo."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap.control import reading
from gesturemap.control.controller import Controller
from gesturemap.control.exchange import brought
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, FileError, GesturemapError
from gesturemap.frames import Spec
from gesturemap.project import pack, takes
from gesturemap.project.exchange import outgoing
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

TABLES = {"project": {"name": "p"}, "input": {"kind": "osc", "port": 0}, "model": {"kind": "hhmm"}}
SPEC = Spec.of("x m", "y m", rate=50.0)


def take(identity: str, label: str, spec: Spec = SPEC) -> Demonstration:
    rows = np.random.default_rng(len(identity)).normal(size=(20, spec.width)).astype(np.float32)
    return Demonstration(identity, label, spec, np.arange(20) / 50.0, rows.astype(float))


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Controller]:
    every = tuple(take(f"d{n}", label) for n, label in enumerate(("wave", "wave", "line")))
    save_project(
        replace(assemble(TABLES, "", "t"), gestures=("wave", "line"), demonstrations=every), tmp_path / "p"
    )
    made = Controller(str(tmp_path / "p"), sound=False, serve=False)
    made.told = []  # type: ignore[attr-defined]
    made.watchers.append(made.told.append)  # type: ignore[attr-defined]
    yield made
    made.close()


def take_in(control: Controller, message: c.Import) -> None:
    """Import, and wait for what comes of it.

    Raises
    ------
    GesturemapError
        Of what was told.
    """
    told: list[c.Message] = control.told  # type: ignore[attr-defined]
    control.carry_out(message)
    told.clear()
    while control.reading is not None:
        control.turn()
    for each in told:
        if isinstance(each, c.Fault) and "not taken" not in each.text:
            raise CommandError("told", each.text, "", "")


def of(control: Controller) -> list[str]:
    return [d.label for d in control.project.demonstrations]


@pytest.mark.parametrize("name", ["out.csv", "out.arff", "out.json"])
def test_what_goes_out_comes_back(control: Controller, tmp_path: Path, name: str) -> None:
    control.carry_out(c.Export(str(tmp_path / name), ["d2", "d0"]))
    many = {"out.csv": "2 examples", "out.arff": "40 examples", "out.json": "2 demonstrations"}[name]
    told: list[c.Message] = control.told  # type: ignore[attr-defined]
    (said,) = (each for each in told if isinstance(each, c.Exported))
    assert (said.path, said.what) == (str(tmp_path / name), many)
    assert not [each for each in told if isinstance(each, c.Fault)], "what a form cannot hold is no fault"
    assert said.notes
    before = control.project
    take_in(control, c.Import([str(tmp_path / name)], "new one"))
    new = control.project.demonstrations[3:]
    assert {d.label for d in new} == {"new one"}
    assert sum(map(len, new)) == 40
    assert np.allclose(np.concatenate([d.values for d in new]),
                       np.concatenate([before.demonstrations[i].values for i in (2, 0)]), atol=1e-5)  # fmt: skip
    assert {str(channel) for d in new for channel in d.spec.channels} == {"x m", "y m"}
    control.carry_out(c.Undo())
    assert control.project is before


def test_a_form_without_times_comes_back_as_fast_as_the_demonstrations_that_are_there(tmp_path: Path) -> None:
    slow = [
        replace(take(f"d{n}", "wave"), time=np.arange(20) / 40.0) for n in range(2)
    ]  # not as the input says
    project = replace(assemble(TABLES, "", "t"), gestures=("wave",), demonstrations=tuple(slow))
    outgoing.written(project, tmp_path / "out.json")
    found = reading.read(reading.order(project, [str(tmp_path / "out.json")], ""))
    assert [one.seconds for one in pack.unpack(found.data)] == pytest.approx([one.seconds for one in slow])


def test_without_demonstrations_the_source_says_how_fast_a_form_without_times_is_and_that_is_told(
    tmp_path: Path,
) -> None:
    full = replace(assemble(TABLES, "", "t"), gestures=("wave",), demonstrations=(take("d0", "wave"),))
    outgoing.written(full, tmp_path / "out.json")
    for source, rate in (({"kind": "osc", "port": 0, "rate": 40.0}, 40.0), (TABLES["input"], 100.0)):
        empty = assemble(TABLES | {"input": source}, "", "t")
        found = reading.read(reading.order(empty, [str(tmp_path / "out.json")], ""))
        (one,) = pack.unpack(found.data)
        assert one.seconds == pytest.approx(19 / rate)
        assert found.notes == [f"out.json: the form knows no times, {rate:g} frames a second are taken"]


def test_several_files_are_one_step_and_ids_are_free(control: Controller, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.npz").write_bytes(takes.encode(take("d0", f"gesture {number}")))
    take_in(control, c.Import([str(tmp_path / f"{number}.npz") for number in range(3)]))
    assert of(control)[3:] == ["gesture 0", "gesture 1", "gesture 2"]
    assert len({d.id for d in control.project.demonstrations}) == 6
    assert control.desk.document.history == ["import 3 demonstrations into gesture 0, gesture 1, gesture 2"]
    assert len(read_project(control.desk.folder)[0].demonstrations) == 6


def test_what_was_there_already_is_added_and_said(control: Controller, tmp_path: Path) -> None:
    (tmp_path / "same.npz").write_bytes(takes.encode(take("d1", "wave")))
    control.carry_out(c.Import([str(tmp_path / "same.npz")]))
    told: list[c.Message] = control.told  # type: ignore[attr-defined]
    while control.reading is not None:
        control.turn()
    assert of(control) == ["wave", "wave", "line", "wave"]
    said = [each.text for each in told if isinstance(each, c.Fault)]
    assert said == [
        "import: 1 demonstration was there already and counts twice now: d1; take it back if not meant"
    ]


def files(control: Controller) -> set[str]:
    return {path.name for path in (control.desk.folder / "demonstrations").iterdir()}


def test_what_is_read_is_written_in_no_thread_of_control(
    control: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new.npz").write_bytes(takes.encode(take("n", "new")))
    real, threads = takes.encode, []

    def encode(one: Demonstration) -> bytes:
        threads.append(threading.current_thread().name)
        return real(one)

    monkeypatch.setattr(takes, "encode", encode)
    take_in(control, c.Import([str(tmp_path / "new.npz")]))
    assert threads == ["import"]
    assert files(control) == {"d0.npz", "d1.npz", "d2.npz", "new-01.npz", "order.txt"}
    assert np.array_equal(
        read_project(control.desk.folder)[0].demonstrations[3].values,
        control.project.demonstrations[3].values,
    )


def test_what_was_written_and_is_refused_is_not_there(control: Controller, tmp_path: Path) -> None:
    (tmp_path / "new.npz").write_bytes(takes.encode(take("n", "new")))
    before = files(control)
    control.carry_out(c.Import([str(tmp_path / "new.npz")]))
    reading = control.reading
    assert reading is not None
    reading.thread.join(20.0)
    assert len(files(control)) == len(before) + 1  # beside where it would be
    control.carry_out(c.Lock())
    while control.reading is not None:
        control.turn()
    assert files(control) == before


def test_another_project_comes_as_it_is_learned_from(control: Controller, tmp_path: Path) -> None:
    others = (
        take("a", "wave"),
        replace(take("b", "wave"), enabled=False),
        replace(take("c", "up"), start=0.1),
    )
    save_project(replace(control.project, demonstrations=others, gestures=("wave", "up")), tmp_path / "q")
    take_in(control, c.Import([str(tmp_path / "q")]))
    assert of(control)[3:] == ["wave", "up"]
    assert len(control.project.demonstrations[4]) == 15


WRONG = [
    ("other.npz", "this project has x, y"), ("broken.npz", "broken"), ("words.txt", "no form"),
    ("empty.json", "phrases"), ("nowhere.csv", "nowhere.csv"), ("nowhere", "nowhere"),
]  # fmt: skip


@pytest.fixture
def some(tmp_path: Path) -> Path:
    """A folder with one good file, and others that are not."""
    (tmp_path / "good.npz").write_bytes(takes.encode(take("g", "wave")))
    (tmp_path / "other.npz").write_bytes(takes.encode(take("o", "wave", Spec.of("a", "b"))))
    (tmp_path / "broken.npz").write_bytes(b"PK broken")
    (tmp_path / "words.txt").write_text("words")
    (tmp_path / "empty.json").write_text("{}")
    return tmp_path


@pytest.mark.long
def test_one_that_does_not_fit_brings_nothing(control: Controller, some: Path) -> None:
    before = control.project
    for name, why in WRONG:
        with pytest.raises(GesturemapError, match=why):
            take_in(control, c.Import([str(some / name)]))
        assert control.project is before
    for wrong, why in (
        (c.Import([]), "no file"),
        (c.Import([str(some / "good.npz")], "x" * 50), "1 to 40"),
    ):
        with pytest.raises(GesturemapError, match=why):
            take_in(control, wrong)


def test_what_is_wrong_with_some_keeps_no_other_from_coming(control: Controller, some: Path) -> None:
    told: list[c.Message] = []
    control.watchers.append(told.append)
    before = control.project
    take_in(control, c.Import([str(some / name) for name, _ in WRONG]))
    assert control.project is before  # nor is there a step that did nothing
    assert sum(isinstance(each, c.Fault) for each in told) == len(WRONG)
    told.clear()
    take_in(control, c.Import([str(some / name) for name in ("broken.npz", "good.npz", "words.txt")]))
    assert control.desk.document.history == ["import 1 demonstration into wave"]
    lines = [each.text for each in told if isinstance(each, c.Fault)]
    assert len(lines) == 2 and "broken.npz" in lines[0] and "words.txt" in lines[1]


def test_of_many_gestures_some_are_named() -> None:
    made = tuple(take(f"t{number}", f"g{number // 2}") for number in range(14))
    assert brought(made) == "import 14 demonstrations into g0, g1, g2, g3 and 3 more"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX")
def test_a_pipe_is_not_waited_for(control: Controller, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    with pytest.raises(GesturemapError, match="no such file"):
        take_in(control, c.Import([str(tmp_path / "pipe.npz")]))


def test_nothing_is_overwritten_and_what_is_not_there_is_said(control: Controller, tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("mine")
    for wrong, why in (
        (c.Export(str(tmp_path / "there.csv")), "already"),
        (c.Export(str(tmp_path / "nowhere" / "x.csv")), "no folder"),
        (c.Export(str(tmp_path / "x.csv"), ["d9"]), "d9"),
    ):
        with pytest.raises(GesturemapError, match=why) as refused:
            control.carry_out(wrong)
        assert refused.value.place.startswith("export ")
    assert (tmp_path / "there.csv").read_text() == "mine"
    assert not (tmp_path / "x.csv").exists()


def test_the_lock_refuses_to_import(control: Controller, tmp_path: Path) -> None:
    control.carry_out(c.Lock())
    with pytest.raises(GesturemapError, match="stage lock"):
        control.carry_out(c.Import([str(tmp_path)]))


@pytest.fixture
def slow(control: Controller, tmp_path: Path) -> Iterator[c.Import]:
    """A file that hangs: its reader stands still, as before a disk that does not answer, until it is let go on."""
    (tmp_path / "new.npz").write_bytes(takes.encode(take("n", "wave")))
    yield c.Import([str(tmp_path / "new.npz")])
    if control.reading is not None and (process := control.reading.child.process) is not None:
        process.kill()


def hang(control: Controller, message: c.Import) -> int:
    """Import, by a reader that does not get on; its number."""
    control.carry_out(message)
    assert control.reading is not None
    pid = control.reading.child.pid
    os.kill(pid, signal.SIGSTOP)
    return pid


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="POSIX stops processes")
def test_control_answers_while_a_file_is_read(control: Controller, slow: c.Import) -> None:
    pid = hang(control, slow)
    for number in range(20):
        before = time.thread_time()
        control.obey(c.AddGesture(f"gesture {number}"))
        control.turn(0.0)
        assert time.thread_time() - before < 0.05
    with pytest.raises(GesturemapError, match=r"import: new\.npz is being read; one import at a time; wait"):
        control.carry_out(slow)
    assert len(of(control)) == 3
    os.kill(pid, signal.SIGCONT)
    while control.reading is not None:
        control.turn()
    assert of(control)[3:] == ["wave"]
    assert control.project.gestures[-1] == "gesture 19", "what was edited meanwhile stays"
    control.carry_out(c.Undo())
    assert len(of(control)) == 3 and control.project.gestures[-1] == "gesture 19"


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="POSIX stops processes")
@pytest.mark.parametrize("another", ["open", "new"])
def test_another_project_gives_it_up(
    control: Controller, tmp_path: Path, slow: c.Import, another: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GESTUREMAP_HOME", str(tmp_path / "home"))
    save_project(replace(control.project, demonstrations=()), tmp_path / "q")
    hang(control, slow)
    given = control.reading
    assert given is not None
    control.carry_out(c.Open(str(tmp_path / "q")) if another == "open" else c.New())
    told = [each.text for each in control.told if isinstance(each, c.Fault)]  # type: ignore[attr-defined]
    assert told == ["import of new.npz: given up, as another project was opened"]
    given.thread.join(20.0)
    assert not given.thread.is_alive()
    control.turn(0.0)
    assert control.reading is None and of(control) == []
    take_in(control, slow)
    assert of(control) == ["wave"]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="POSIX stops processes")
@pytest.mark.parametrize(("meanwhile", "why"), [
    (c.Lock(), "stage lock"), (c.Configure("input", {"kind": "pointer"}), "changed meanwhile"),
    (None, "has died"),
])  # fmt: skip
def test_what_happens_meanwhile_is_heeded(
    control: Controller, slow: c.Import, meanwhile: c.Message | None, why: str
) -> None:
    pid = hang(control, slow)
    if meanwhile is not None:
        control.carry_out(meanwhile)
    os.kill(pid, signal.SIGCONT if meanwhile else signal.SIGKILL)
    control.told.clear()  # type: ignore[attr-defined]
    while control.reading is not None:
        control.turn()
    (fault,) = (each for each in control.told if isinstance(each, c.Fault))  # type: ignore[attr-defined]
    assert why in fault.text
    assert len(of(control)) == 3


def test_more_than_a_recording_can_be_is_refused(
    control: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 900)
    (tmp_path / "new.npz").write_bytes(takes.encode(take("n", "wave")))
    order = reading.order(control.project, [str(tmp_path / "new.npz")] * 2, "")
    one = reading.read(replace(order, paths=order.paths[:1]))
    two = reading.read(order)
    assert len(pack.unpack(two.data)) == len(pack.unpack(one.data)) == 1 and not one.left
    assert "at most 900 are imported at once" in two.left[0]
    monkeypatch.setattr(reading, "MOST_BYTES", 90)
    with pytest.raises(FileError, match="at most 90 are imported at once"):
        reading.read(replace(order, paths=order.paths[:1]))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX")
def test_a_pipe_in_a_project_keeps_nobody(control: Controller, tmp_path: Path) -> None:
    (tmp_path / "q").mkdir()
    os.mkfifo(tmp_path / "q" / "project.toml")
    began = time.process_time()
    control.carry_out(c.Import([str(tmp_path / "q")]))
    control.carry_out(c.AddGesture("new one"))
    control.turn(0.0)
    assert time.process_time() - began < 0.1
    assert "new one" in control.project.gestures
