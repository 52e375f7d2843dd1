"""A window that is opened anew, larger or because it died, shows again what the last one showed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gesturemap import commands as c
from gesturemap.control.client import Client
from gesturemap.window.care.memory import Memory
from gesturemap.window.facts.kept import Kept, read_kept
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
