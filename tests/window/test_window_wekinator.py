"""The window's choice of a project in the place of Wekinator, and its stage lock."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.project.project import assemble
from gesturemap.project.wekinator import KINDS
from gesturemap.window import words


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def ask(shown):
    menu = shown.window.top.new.menu()
    next(each for each in menu.actions() if each.text() == words.NEW_WEKINATOR).trigger()
    return shown.window.top._wekinator


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_dialog_asks_for_is_a_project_of_that_kind(shown, kind) -> None:
    dialog = ask(shown)
    assert dialog.isVisible()
    dialog.inputs.setValue(12)
    dialog.outputs.setValue(3)
    dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
    assert dialog.outputs.isVisible() == (kind != "custom")
    assert dialog.types.isVisible() == (kind == "custom")
    assert dialog.classes.isVisible() == (kind in ("classifiers", "custom"))
    dialog.classes.setValue(7)
    dialog.types.setText("real:0:127, class")
    click(dialog.begin)
    found = []
    shown.until(lambda: found.extend(each for each in shown.turn() if isinstance(each, c.New)) or found)
    project = assemble(found[0].settings, "", "new project")
    assert len(project.input.names) == 12
    assert not dialog.isVisible()
    if kind == "dtw":
        assert project.learner.kind == "wekinator_dtw"
        assert len(project.gestures) == 3
        return
    types = [each["type"] for each in project.learner.each]
    assert (
        types == {"continuous": ["real"] * 3, "classifiers": ["class"] * 3, "custom": ["real", "class"]}[kind]
    )
    assert all(each["classes"] == 7 for each in project.learner.each if each["type"] == "class")


def test_types_that_are_none_are_said_and_the_dialog_stays(shown) -> None:
    dialog = ask(shown)
    dialog.kind.setCurrentIndex(dialog.kind.findData("custom"))
    dialog.types.setText("real, complex")
    click(dialog.begin)
    assert dialog.isVisible()
    assert "complex" in dialog.fault.text()
    dialog.types.clear()
    click(dialog.begin)
    assert "types" in dialog.fault.text()
    assert not any(isinstance(each, c.New) for each in shown.turn())


def test_the_lock_is_put_on_and_shown(shown) -> None:
    lock = shown.window.status.lock
    assert lock.text() == words.LOCK
    click(lock)
    shown.until(lambda: c.Lock(True) in shown.turn())
    shown.change(locked=True)
    assert lock.isChecked()
    assert lock.text() == words.LOCKED
    click(lock)
    shown.until(lambda: c.Lock(False) in shown.turn())
