"""What is done with demonstrations, over the real control, engine and trainer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from performer import LEFT, Performer, circle, line
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest

from gesturemap.commands import Undo
from gesturemap.control import desk, door
from gesturemap.control.controller import SPARES, Controller
from gesturemap.library import project_folder
from gesturemap.project.read import read_project
from gesturemap.window.facts.thumbnails import whole
from gesturemap.window.teach.recorder import MINUTE, ONE

pytestmark = pytest.mark.long

Key = Qt.Key
COPY, NONE = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    """One control for all tests, because processes take seconds to start."""
    folder = tmp_path_factory.mktemp("teaching")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "notes_folder", lambda: folder)
        patch.setattr(desk, "user_folder", lambda: folder / "user")
        shutil.copytree(project_folder("pointer"), folder / "mine")
        made = Controller(str(folder / "mine"), sound=False)
        made.start()
        for _ in range(SPARES):
            made.engine.stand_by()
        yield made
        made.close()


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


def drop(view, mime: QMimeData, place: QPoint) -> None:
    """Let something fall onto a list."""
    view.dragMoveEvent(QDragMoveEvent(place, COPY, mime, LEFT, NONE))
    view.dropEvent(QDropEvent(place, COPY, mime, LEFT, NONE))


def ids(performer: Performer, label: str) -> list[str]:
    """The demonstrations of a gesture."""
    gesture = performer.document.gesture(label)
    return [take.id for take in gesture.demonstrations] if gesture else []


def test_demonstrations_are_dragged_to_another_gesture_and_taken_back(performer: Performer) -> None:
    window = performer.window
    one, other = performer.document.labels[:2]
    before, there = ids(performer, one), ids(performer, other)
    window.bench.select(one)
    takes, gestures = window.teach.recorder.takes, window.teach.vocabulary.list
    takes.selectAll()
    wanted = gestures.visualItemRect(gestures.topLevelItem(1)).center()
    drop(gestures, takes.carried(), wanted)
    performer.until(lambda: sorted(ids(performer, other)) == sorted(there + before))
    assert ids(performer, one) == []
    files = {take.id: take.label for take in read_project(Path(performer.document.path))[0].demonstrations}
    assert all(files[each] == other for each in before)
    QTest.mouseClick(window.top.undo, LEFT)
    performer.until(lambda: ids(performer, one) == before)


def test_one_is_trimmed_split_and_left_out_and_nothing_is_lost(performer: Performer) -> None:
    window, recorder = performer.window, performer.window.teach.recorder
    label = performer.document.labels[0]
    window.bench.select(label)
    first = performer.document.gesture(label).demonstrations[0]
    recorder.takes.choose(first.id)
    recorder.show_view(ONE)
    trace = recorder.closeup.trace
    assert trace.whole == pytest.approx(first.whole)
    trace.point(0.3)
    QTest.keyClicks(trace, "[")
    performer.until(lambda: performer.document.take(first.id).start > 0)
    now = performer.document.take(first.id)
    assert now.trimmed
    assert now.seconds == pytest.approx(first.whole - 0.3, abs=0.05)
    assert now.whole == first.whole
    kept = whole(recorder.takes.gallery.path(first.id))
    assert kept.seconds == first.whole
    assert kept.learned.seconds == now.seconds
    QTest.keyClicks(trace, "0")
    performer.until(lambda: not performer.document.take(first.id).trimmed)
    performer.key(Key.Key_D)
    performer.until(lambda: not performer.document.take(first.id).enabled)
    performer.key(Key.Key_D)
    performer.until(lambda: performer.document.take(first.id).enabled)
    count = len(ids(performer, label))
    trace.setFocus()
    trace.point(first.whole / 2)
    QTest.keyClicks(trace, "s")
    performer.until(lambda: len(ids(performer, label)) == count + 1)
    QTest.mouseClick(window.top.undo, LEFT)
    performer.until(lambda: len(ids(performer, label)) == count)


def test_a_gesture_goes_into_another_and_comes_back(performer: Performer) -> None:
    window = performer.window
    one, other = performer.document.labels[:2]
    count = len(ids(performer, one)) + len(ids(performer, other))
    window.teach.vocabulary.deeds.merge(one, other)
    performer.until(lambda: one not in performer.document.labels)
    assert len(ids(performer, other)) == count
    QTest.mouseClick(window.top.undo, LEFT)
    performer.until(lambda: one in performer.document.labels)


def rest(performer: Performer, seconds: float) -> None:
    """Hold the mouse still, where the last figure ended, but for a pixel at first: the pad hears moves alone."""
    x, y = circle(0.0)
    pixel = 1.0 / performer.window.teach.stage.pad.width()
    performer.draw(lambda share: (x + pixel, y) if share < 0.1 else (x, y), seconds=seconds)


def test_a_good_one_is_kept_afterwards(performer: Performer) -> None:
    window = performer.window
    label = performer.document.labels[0]
    window.bench.select(label)
    before = ids(performer, label)
    rest(performer, 1.0)
    performer.draw(circle)
    rest(performer, 1.0)
    performer.key(Key.Key_K)
    performer.until(lambda: len(ids(performer, label)) == len(before) + 1)
    (new,) = set(ids(performer, label)) - set(before)
    take = performer.document.take(new)
    assert 0.5 < take.whole < 1.9
    kept = whole(window.teach.recorder.takes.gallery.path(new))
    assert np.ptp(kept.values[:, 0]) == pytest.approx(0.6, abs=0.1)  # the circle's width
    window.teach.recorder.show_view(MINUTE)
    performer.until(lambda: window.teach.recorder.minute.strip.found)
    performer.until(window.teach.recorder.controls.undo.isEnabled)  # told after the document
    QTest.keyClick(window, Key.Key_U)
    performer.until(lambda: ids(performer, label) == before)


@pytest.mark.long
def test_idle_ends_are_trimmed_by_themselves_and_can_be_taken_in_again(performer: Performer) -> None:
    window, label = performer.window, performer.document.labels[0]
    window.bench.select(label)
    before = ids(performer, label)
    rest(performer, 0.3)
    performer.key(Key.Key_Space)
    performer.until(lambda: performer.document.recording == label)
    rest(performer, 1.2)
    performer.draw(circle, seconds=1.8)
    rest(performer, 1.2)
    performer.key(Key.Key_Space)
    performer.until(lambda: len(ids(performer, label)) == len(before) + 1)
    (new,) = set(ids(performer, label)) - set(before)
    take = performer.document.take(new)
    assert take.start > 0.2
    assert take.end < take.whole - 0.2
    recorder = window.teach.recorder
    recorder.takes.choose(new)
    recorder.show_view(ONE)
    trace = recorder.closeup.trace
    assert (trace.start, trace.end) == (take.start, take.end)
    QTest.keyClicks(trace, "0")
    performer.until(lambda: not performer.document.take(new).trimmed)
    performer.until(lambda: recorder.hint.isVisible())  # now it is said instead
    QTest.mouseClick(recorder.trim, LEFT)
    performer.until(lambda: performer.document.take(new).trimmed)
    again = performer.document.take(new)
    assert (again.start, again.end) == pytest.approx((take.start, take.end), abs=0.1)


def test_again_takes_the_last_one_back_and_records_at_once(performer: Performer) -> None:
    window, label = performer.window, performer.document.labels[0]
    window.bench.select(label)
    before = ids(performer, label)
    performer.demonstrate(label, circle)
    performer.key(Key.Key_A)
    performer.until(lambda: performer.document.recording == label and ids(performer, label) == before)
    performer.draw(circle)
    performer.key(Key.Key_Space)
    performer.until(lambda: len(ids(performer, label)) == len(before) + 1)


def test_a_demonstration_plays_over_and_over_and_its_way_is_drawn(performer: Performer) -> None:
    window, recorder = performer.window, performer.window.teach.recorder
    label = performer.document.labels[0]
    window.bench.select(label)
    recorder.takes.choose(ids(performer, label)[0])
    recorder.loop.click()
    QTest.mouseClick(recorder.play, LEFT)
    performer.until(lambda: performer.document.playing)
    assert window.bench.ghost is not None and window.bench.ghost.plays
    performer.until(lambda: not performer.document.playing)
    performer.until(lambda: performer.document.playing)
    QTest.mouseClick(recorder.play, LEFT)
    performer.until(lambda: not performer.document.playing)
    performer.turn(0.1)
    assert window.bench.ghost is None


@pytest.mark.long
def test_every_movement_becomes_a_demonstration(performer: Performer) -> None:
    window = performer.window
    window.bench.select(performer.document.labels[0])
    label, before = performer.document.labels[0], ids(performer, performer.document.labels[0])
    window.teach.recorder.controls.key.setCurrentIndex(2)
    rest(performer, 0.8)
    performer.key(Key.Key_Space)
    performer.until(lambda: performer.document.by_movement == label)
    overlay = window.teach.stage.overlay
    for number in range(2):
        rest(performer, 1.0)
        performer.draw(line if number else circle)
        rest(performer, 1.5)
        performer.until(lambda n=number: len(ids(performer, label)) == len(before) + n + 1)
    performer.until(lambda: "2 kept" in overlay.text(0.0))
    performer.key(Key.Key_Space)
    performer.until(lambda: not performer.document.by_movement)
    assert len(ids(performer, label)) == len(before) + 2
    for take in performer.document.gesture(label).demonstrations[-2:]:
        assert 0.4 < take.seconds < 2.0


def test_what_was_dragged_out_can_be_dropped_in_again(performer: Performer, tmp_path: Path) -> None:
    window, (one, other) = performer.window, performer.document.labels[:2]
    window.bench.select(one)
    takes, gestures = window.teach.recorder.takes, window.teach.vocabulary.list
    takes.choose(ids(performer, one)[0])
    (url,) = takes.carried().urls()
    copied = shutil.copy(url.toLocalFile(), tmp_path / "dragged-out.npz")
    count = len(ids(performer, other))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(copied))])
    drop(gestures, mime, gestures.visualItemRect(gestures.topLevelItem(1)).center())
    performer.until(lambda: len(ids(performer, other)) == count + 1)
    assert window.faults.texts() == [f"imported 1 demonstration into {other}"]
