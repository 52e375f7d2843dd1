"""The beginner's first minute over the real control, engine and trainer, by mouse and keys alone."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from performer import LEFT, Performer, circle, line
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gesturemap.commands import Save, Undo
from gesturemap.control import desk, door
from gesturemap.control.controller import SPARES, Controller
from gesturemap.library import project_folder
from gesturemap.project.read import read_project
from gesturemap.window import words


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Controller]]:
    """Starts real controls on copies of the pointer preset."""
    folder, controls = tmp_path_factory.mktemp("flow"), []

    def start() -> Controller:
        mine = folder / f"mine-{len(controls)}"
        shutil.copytree(project_folder("pointer"), mine)
        made = Controller(str(mine), sound=False)
        made.start()
        for _ in range(SPARES):  # now, not during a test: it would be taken for a leftover
            made.engine.stand_by()
        controls.append(made)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "notes_folder", lambda: folder)
        patch.setattr(desk, "user_folder", lambda: folder / "user")
        yield start
        for control in controls:
            control.close()


@pytest.fixture(scope="module")
def control(started: Callable[[], Controller]) -> Controller:
    """One control for most tests, because processes take seconds to start."""
    return started()


@pytest.fixture
def performer(qtbot, control: Controller) -> Iterator[Performer]:
    """A person at a new window; whatever they edit is undone again afterwards."""
    made = Performer(control, qtbot).learned()
    yield made
    while control.desk.document.undo_label:
        control.obey(Undo())
    made.window.close()
    while control.switchboard.clients:
        control.turn(0.05)


@pytest.mark.long
def test_two_gestures_are_drawn_trained_and_recognised(performer: Performer, tmp_path: Path) -> None:
    window = performer.window
    while count := len(performer.document.gestures):
        window.teach.vocabulary.list.setFocus()
        performer.key(Qt.Key.Key_Delete)
        performer.until(lambda before=count: len(performer.document.gestures) == before - 1)
    assert window.teach.vocabulary.empty.isVisible()

    performer.add("round")
    for _ in range(3):
        performer.demonstrate("round", circle)
    performer.add("saw")
    for _ in range(3):
        performer.demonstrate("saw", line)
    learned = [("round", "3"), ("saw", "3")]
    performer.until(
        lambda: window.teach.vocabulary.labels() == learned
    )  # a dot stands there until the model knows it

    performer.key(Qt.Key.Key_T)
    performer.until(
        lambda: (
            performer.document.trained
            and performer.document.trained.labels == ("round", "saw")
            and not performer.document.trained.stale
        )
    )
    winner = window.teach.recognised.winner
    for label, figure in (("round", circle), ("saw", line), ("round", circle)):
        for _ in range(5):
            performer.draw(figure, until=lambda wanted=label: winner.text() == wanted)
            if winner.text() == label:
                break
        assert winner.text() == label
        assert window.bench.look.gesture(label) in winner.styleSheet()
    assert window.bench.live.frames > 100
    assert window.teach.stage.pad.sent > 100

    performer.key(Qt.Key.Key_Escape)
    window.bench.send(Save(str(tmp_path / "kept")))  # the dialog of Ctrl+S is tested elsewhere
    performer.until(lambda: performer.document.path == str(tmp_path / "kept"))
    project, warnings = read_project(tmp_path / "kept")
    assert [d.label for d in project.demonstrations] == ["round"] * 3 + ["saw"] * 3
    assert warnings == []


def test_what_is_done_can_be_undone_and_the_pictures_are_read(performer: Performer) -> None:
    window = performer.window
    takes = window.teach.recorder.takes
    first = performer.document.gestures[0]
    performer.until(lambda: takes.gallery.get(first.demonstrations[0].id)[1] is not None)
    takes.setFocus()
    takes.setCurrentIndex(takes.items.index(0))
    QTest.keyClick(takes, Qt.Key.Key_Delete)
    count = len(first.demonstrations)
    performer.until(lambda: len(performer.document.gestures[0].demonstrations) == count - 1)
    QTest.mouseClick(window.top.undo, LEFT)
    performer.until(lambda: len(performer.document.gestures[0].demonstrations) == count)
    assert performer.document.gestures[0] == first

    gestures = window.teach.vocabulary.list
    gestures.setFocus()
    QTest.keyClick(gestures, Qt.Key.Key_Delete)
    performer.until(lambda: performer.document.labels[0] != first.label)
    QTest.mouseClick(window.top.undo, LEFT)
    performer.until(lambda: performer.document.labels[0] == first.label)


def test_a_demonstration_plays_through_everything(performer: Performer) -> None:
    recorder, live = performer.window.teach.recorder, performer.window.bench.live
    recorder.takes.setCurrentIndex(recorder.takes.items.index(0))
    before = live.frames
    QTest.mouseClick(recorder.play, LEFT)
    performer.until(lambda: performer.document.playing)
    winners = []
    performer.until(lambda: winners.append(live.winner) or not performer.document.playing)
    assert performer.document.gestures[0].label in winners
    performer.until(lambda: live.frames - before >= performer.document.gestures[0].demonstrations[0].frames)


def test_another_source_and_one_that_cannot_be_opened(performer: Performer) -> None:
    sources = performer.window.teach.sources
    sources.kind.setCurrentIndex(sources.kind.findData("serial"))
    sources.form.widget("device").setCurrentText("/dev/nothing-here")
    QTest.mouseClick(sources.use, LEFT)
    performer.until(lambda: performer.document.input.get("kind") == "serial")
    performer.until(lambda: performer.window.faults.texts())
    assert any("/dev/nothing-here" in text for text in performer.window.faults.texts())
    assert not performer.window.teach.stage.pad.isVisible()
    QTest.mouseClick(performer.window.top.undo, LEFT)
    performer.until(lambda: performer.document.input.get("kind") == "pointer")
    performer.until(performer.window.teach.stage.pad.isVisible)


@pytest.mark.long
def test_a_killed_engine_is_said_and_comes_back(qtbot, started: Callable[[], Controller]) -> None:
    performer = Performer(started(), qtbot).learned()
    before, said = performer.control.engine.pid, []
    performer.window.link.came.connect(lambda _: said.append(performer.window.bench.engine))
    os.kill(before, signal.SIGKILL)
    performer.until(lambda: any("engine" in text for text in performer.window.faults.texts()))
    performer.until(lambda: words.ENGINE_AGAIN in said)
    performer.until(lambda: performer.control.engine.pid not in (0, before))
    performer.until(lambda: performer.document.pointer_port)
    seen = performer.window.bench.live.frames
    performer.draw(circle)
    performer.until(lambda: performer.window.bench.live.frames > seen)
    performer.until(lambda: not performer.window.faults.texts())
    assert not performer.window.bench.engine
    performer.window.close()
    performer.control.close()


def test_a_window_opened_again_finds_everything_as_it_is(performer: Performer) -> None:
    document = performer.document
    performer.window.close()
    performer.window = performer.open()
    performer.until(lambda: performer.document.gestures)
    assert performer.document.labels == document.labels
    assert performer.document.trained == document.trained
    seen = performer.window.bench.live.frames
    performer.draw(circle)
    performer.until(lambda: performer.window.bench.live.frames > seen)


def test_new_begins_with_an_empty_vocabulary_and_the_pad(performer: Performer) -> None:
    window = performer.window
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    performer.until(lambda: not performer.document.gestures)
    performer.until(lambda: performer.document.pointer_port, 10.0)
    QTest.mouseClick(window.teach.stage.question.skip, LEFT)
    seen = window.bench.live.frames
    performer.draw(circle)
    performer.until(lambda: window.bench.live.frames > seen)
    assert window.teach.stage.pad.isVisible()
    assert not performer.document.labels
    assert not window.faults.texts()
