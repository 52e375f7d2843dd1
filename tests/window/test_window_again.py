"""A window that is opened anew, larger or because it died, shows again what the last one showed."""

from __future__ import annotations

from pathlib import Path

import pytest
from little_control import document
from test_painting_facts import JAM

from gesturemap import commands as c
from gesturemap.control.client import Client
from gesturemap.window.care.memory import Memory
from gesturemap.window.facts.kept import STROKES, Kept, keep, read_kept
from gesturemap.window.facts.painted import Before
from gesturemap.window.facts.painting import Desk, Stroke
from gesturemap.window.link import Link
from gesturemap.window.teach.recorder import OVERLAID
from gesturemap.window.window import Window


def reopened(shown, path: Path) -> Window:
    """Close what is shown, and open another window on the same control, as `app` does."""
    before = shown.window
    memory = Memory(before, Kept(), path, told=before.kept)
    memory.close()
    before.close()
    kept = read_kept(path)
    window = shown.window = Window(Link(shown.control.endpoint, Client))
    window._timer.stop()
    shown.qtbot.addWidget(window)
    Memory(window, kept, path, told=window.kept).restore()
    window.show()
    window.recall(kept)
    shown.until(lambda: window.bench.document.name == "harbour" and window.bench.figures)
    return window


@pytest.mark.parametrize("page", ["teach", "test"])
def test_what_was_chosen_is_chosen_again(shown, tmp_path: Path, page: str) -> None:
    before = shown.window
    controls = before.teach.recorder.controls
    before.bench.select("shake")
    before.teach.recorder.views.button(OVERLAID).click()
    controls.count_in.setValue(2)
    controls.pre_roll.setValue(0.4)
    controls.length.setValue(1.5)
    controls.key.setCurrentIndex(1)
    before.enter(page)
    before.settings.show_tab("outputs")
    window = reopened(shown, tmp_path / "window.json")
    assert window.page() == page
    assert window.bench.selection == "shake"
    assert window.teach.vocabulary.list.currentItem().text(0) == "shake"
    assert window.teach.recorder.takes.items.label == "shake"
    assert window.teach.recorder.views.checkedId() == OVERLAID
    wishes = window.bench.record_key.wishes
    assert (wishes.count_in, wishes.pre_roll, wishes.length, wishes.hold) == (2.0, 0.4, 1.5, True)
    assert window.settings.isVisible()
    assert window.settings.tab == "outputs"


def test_what_was_recorded_last_can_still_be_taken_back(shown, tmp_path: Path) -> None:
    for demonstration, label in (("gone", "circle"), ("a2", "circle"), ("b1", "shake")):
        shown.control.tell(c.Recorded(demonstration, label, 30, 0.5))
    shown.until(lambda: shown.window.teach.recorder.controls.last == ["gone", "a2", "b1"])
    window = reopened(shown, tmp_path / "window.json")
    controls = window.teach.recorder.controls
    assert controls.last == ["a2", "b1"]  # one that is not there any more cannot
    assert controls.again.isEnabled()
    controls.undo_last()
    shown.until(lambda: c.DeleteDemonstration("b1") in shown.turn())


def test_a_gesture_that_is_gone_is_not_selected(shown, tmp_path: Path) -> None:
    shown.window.bench.select("lift")
    shown.control.state = shown.control.state | {"gestures": shown.control.state["gestures"][:2]}
    assert reopened(shown, tmp_path / "window.json").bench.selection == "circle"


def test_strokes_of_each_recording_and_the_tab_are_there_again(shown, tmp_path: Path) -> None:
    jams = [JAM, JAM | {"id": "j2"}]
    shown.change(gestures=[*document()["gestures"], {"label": "rehearsal", "demonstrations": jams}])
    before = shown.window
    before.enter("test")
    before.test.below.choose(2)
    page = before.test.paint
    shown.until(lambda: page.painting is not None)
    strokes = Stroke(4.0, 5.0, "circle"), Stroke(8.0, 9.0, "")
    for recording, one in (("j2", Stroke(5.0, 6.0, "1 up")), *(("j1", one) for one in strokes)):
        page.recording.setCurrentIndex(page.recording.findData(recording))
        page.brushed(one)
    window = reopened(shown, tmp_path / "window.json")
    page = window.test.paint
    shown.until(lambda: page.painting is not None and page.desk.wanted is not None)
    assert window.page() == "test" and page.isVisible() and window.test.below.tabs[2].isChecked()
    assert page.painting.id == "j1" and page.painting.strokes == strokes
    asked = shown.heard(c.Ask)[-1].arguments  # the rest is proposed again
    assert asked == ["j1", *(one.text for one in strokes)]
    assert page.desk.of("j2").strokes == (Stroke(5.0, 6.0, "1 up"),)
    page.undo()
    assert page.painting.strokes == strokes[:1]


def test_strokes_wait_until_the_project_is_heard_of_and_those_of_another_are_not_taken() -> None:
    kept = Kept(project="/p", painting="j1", painted={"j1": ["4.00-5.00=circle", "broken", "9.00-8.00=a"]})
    for project, strokes in (("/p", (Stroke(4.0, 5.0, "circle"),)), ("/q", ())):
        before, desk = Before(), Desk()
        before.kept = kept
        told = before.told(desk, "", "")
        assert Kept(**told) == kept
        before.recall(desk, project)
        assert desk.of("j1").strokes == strokes


def test_no_more_strokes_are_kept_than_a_file_has_room_for_the_newest_of_what_is_shown(
    tmp_path: Path,
) -> None:
    desk = Desk()
    for recording in ("j1", "j2", "j3"):
        for begin in range(200):
            desk.of(recording).add(Stroke(float(begin), begin + 1.0, 20 * "é"))
    painted = Before().told(desk, "/p", "j2")["painted"]
    assert {name: len(strokes) for name, strokes in painted.items()} == {"j2": 200, "j1": STROKES - 200}
    assert painted["j1"][-1].startswith("199.00-")
    keep(Kept(painted=painted), tmp_path / "window.json")
    assert read_kept(tmp_path / "window.json").painted == painted
