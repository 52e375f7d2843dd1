"""Where the keys are is to be seen, whatever has them; and Tab stops only where there is something to do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gesturemap.window.teach.recorder import ONE


def parts(shown) -> dict[str, QWidget]:
    """What is to show that it has the keys, by name."""
    window, recorder = shown.window, shown.window.teach.recorder
    return {
        "each": recorder.views.button(0), "ghost": recorder.ghost, "takes": recorder.takes,
        "on": window.teach.sound.switch, "page": window.top.pages["teach"], "settings": window.top.settings,
        "tab": window.settings.tabs["input"],
        "trace": recorder.closeup.trace,
        "delays": window.test.delays.frame, "messages": window.test.messages.text,
        "several lines": next(iter(window.settings.sections["input"].findChildren(QPlainTextEdit)), None),
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "tab",
        "each",
        "ghost",
        "on",
        "page",
        "settings",
        "takes",
        "trace",
        "delays",
        "messages",
        "several lines",
    ],
)
def test_what_has_the_keys_looks_otherwise(shown, name: str) -> None:
    window = shown.window
    shown.change(input={"kind": "osc"})
    if name in ("delays", "messages"):
        shown.key(Qt.Key.Key_2)
    if name == "trace":
        window.teach.recorder.show_view(ONE)
    if name in ("several lines", "tab"):
        window.settings.show_tab("input")
    shown.until(lambda: not shown.qtbot.wait(1) and (part := parts(shown)[name]) and part.isVisible())
    part = parts(shown)[name]
    if name in ("each", "ghost", "on", "page", "settings"):
        part.setEnabled(True)
        part.setChecked(True)
    shown.qtbot.wait(1)
    window.centralWidget().setFocus()
    shown.until(lambda: not shown.qtbot.wait(1) and not part.hasFocus())
    size, before = part.sizeHint(), part.grab().toImage()
    window.activateWindow()
    part.setFocus()
    shown.until(lambda: not shown.qtbot.wait(1) and part.hasFocus())
    if isinstance(part, QPlainTextEdit):
        part.setCursorWidth(0)
    assert part.grab().toImage() != before
    assert part.sizeHint() == size


def test_what_had_the_keys_has_them_again_when_its_page_comes_back(shown) -> None:
    window, trace = shown.window, shown.window.teach.recorder.closeup.trace
    window.activateWindow()
    window.teach.recorder.views.button(ONE).click()
    assert window.focusWidget() is trace
    for page in (Qt.Key.Key_3, Qt.Key.Key_2):
        shown.key(page)
        assert window.focusWidget() is not trace
    shown.key(Qt.Key.Key_1)
    assert window.focusWidget() is trace


def test_tab_goes_past_the_page_itself(shown) -> None:
    page = shown.window.centralWidget()
    page.setFocus()
    for _ in range(80):
        shown.key(Qt.Key.Key_Tab)
        assert shown.window.focusWidget() is not page
