"""Care: names, tips and keys for everything, help and the doctor in place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from little_control import document
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from gesturemap import commands as c
from gesturemap.window.care import doctor as doctors
from gesturemap.window.care.pages import anchor, pages
from gesturemap.window.care.sheet import topic
from gesturemap.window.words import care as said

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
INTERACTIVE = (
    QAbstractButton,
    QComboBox,
    QAbstractSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QAbstractSlider,
    QAbstractItemView,
)
PAGES = ("teach", "test", "perform")


def interactive(root: QWidget) -> list[QWidget]:
    """What a person can press, choose or write into; the parts of which Qt makes these are theirs."""
    found = []
    for widget in root.findChildren(QWidget):
        inside = widget.parentWidget()
        part = isinstance(inside, QComboBox | QAbstractSpinBox) or widget.objectName().startswith("qt_")
        if (
            isinstance(widget, INTERACTIVE)
            and not isinstance(widget, QScrollBar)
            and not part
            and widget.isVisible()
        ):
            found.append(widget)
    return found


def described(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    panel = widget.parentWidget()
    return f"{type(panel).__name__} > {type(widget).__name__} {widget.objectName()} {text!r}"


def named(widget: QWidget) -> bool:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return bool(widget.accessibleName() or text)


@pytest.mark.parametrize("page", PAGES)
def test_everything_one_can_reach_for_has_a_name_and_a_tip(shown, page: str) -> None:
    shown.change(gestures=document()["gestures"])
    shown.window.teach.sources.more.setChecked(True)
    shown.window.enter(page)
    assert shown.window.page() == page
    shown.turn(3)
    nameless = [described(widget) for widget in interactive(shown.window) if not named(widget)]
    tipless = [described(widget) for widget in interactive(shown.window) if not widget.toolTip()]
    assert not nameless
    assert not tipless


@pytest.mark.parametrize("page", PAGES)
def test_everything_is_reached_by_tab(shown, page: str) -> None:
    shown.window.enter(page)
    assert shown.window.page() == page
    shown.window.activateWindow()
    shown.turn(3)
    wanted = {widget for widget in interactive(shown.window) if widget.isEnabled()}
    reached: set[QWidget] = set()
    at: QWidget = shown.window.centralWidget()
    at.setFocus()
    for _ in range(300):
        QTest.keyClick(QApplication.focusWidget() or shown.window, Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in reached:
            break
        reached.add(now)
        while now is not None:  # a part of it has the focus
            reached.add(now)
            now = now.parentWidget()
    beside = {button for one in reached for button in together(one)}  # reached by arrows
    assert not [described(widget) for widget in wanted - reached - beside]


def together(widget: QWidget) -> list[QAbstractButton]:
    """Buttons of which one at a time is pressed."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group.buttons() if group is not None and group.exclusive() else []


def test_every_shortcut_is_listed_once(shown) -> None:
    listed = [key for _, rows in said.KEYS for keys, _ in rows for key in keys.split(", ")]
    missing = []
    for shortcut in shown.window.findChildren(QShortcut):
        name = shortcut.key().toString(QKeySequence.SequenceFormat.PortableText)
        if name not in listed and name != "Ctrl++":  # where + is on the same key as =
            missing.append(name)
    assert not missing


def test_help_opens_where_one_is_and_goes_by_escape_without_a_panic(shown) -> None:
    window, sheet = shown.window, shown.window.sheet
    window.activateWindow()
    shown.until(window.isActiveWindow)
    window.teach.sound.volume.setFocus()
    QTest.keyClick(window.teach.sound.volume, Key.Key_F1)
    assert sheet.isVisible()
    assert sheet.pages.shown == "sound"
    assert "volume" in sheet.pages.browser.toPlainText()
    QTest.keyClick(window.focusWidget(), Key.Key_Question)
    assert sheet.stack.currentWidget() is sheet.keys
    assert "panic" in sheet.keys.toPlainText()
    QTest.keyClick(window.focusWidget(), Key.Key_Escape)
    assert not sheet.isVisible()
    assert window.focusWidget() is window.teach.sound.volume
    assert not shown.heard(c.Panic)
    QTest.keyClick(window.focusWidget(), Key.Key_Escape)
    shown.until(lambda: shown.heard(c.Panic))


def test_panic_can_be_reached_while_the_sheet_is_open(shown) -> None:
    window = shown.window
    for enter, panic in (
        (window.enter_teach, window.top.panic),
        (window.enter_perform, window.perform.panic),
    ):
        enter()
        window.sheet.open("keys")
        shown.turn(2)
        box = panic.rect().translated(panic.mapTo(window, panic.rect().topLeft()))
        sheet = window.sheet.rect().translated(window.sheet.mapTo(window, window.sheet.rect().topLeft()))
        assert not box.intersects(sheet)
        assert window.rect().contains(sheet)


def test_every_page_of_the_documentation_opens_and_its_links_lead_somewhere(shown) -> None:
    sheet = shown.window.sheet
    sheet.open("pages")
    assert len(pages()) > 20
    for name, path in pages().items():
        sheet.pages.open(name)
        assert sheet.pages.shown == name
        title = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        assert sheet.pages.browser.toPlainText().startswith(title.replace("`", ""))
    sheet.pages.go_back()
    assert sheet.pages.shown == list(pages())[-2]


def test_every_panel_knows_a_page_that_is_there_and_a_part_of_it(shown) -> None:
    for panel in shown.window.panels:
        name, _, part = topic(panel).partition("#")
        assert name in pages()
        lines = pages()[name].read_text(encoding="utf-8").splitlines()
        assert part in {"", *(anchor(line.lstrip("# ")) for line in lines if line.startswith("#"))}


def test_a_link_leads_to_the_heading_that_it_names(shown) -> None:
    shown.window.activateWindow()
    sheet = shown.window.sheet
    sheet.open("window")
    shown.qtbot.wait(1)
    sheet.pages.browser.anchorClicked.emit(QUrl("teaching.md#is-it-distinct"))
    top = sheet.pages.browser.cursorForPosition(QPoint(5, 5))
    assert (sheet.pages.shown, top.block().text()) == ("teaching", "Is it distinct?")
    sheet.pages.browser.anchorClicked.emit(QUrl("#sound-check"))
    assert sheet.pages.browser.cursorForPosition(QPoint(5, 5)).block().text() == "Sound check"


FINDINGS = [
    {"section": "sound", "state": "ok", "what": "a card", "next": "it plays"},
    {
        "section": "sensor",
        "state": "look",
        "what": "nothing",
        "next": "then run gesturemap doctor /tmp/harbour again",
    },
    {"section": "port", "state": "wrong", "what": "port <8000> is held", "next": "end pd"},
]


def fake_doctor(folder: Path, says: str, code: int = 0) -> str:
    """A python that is asked for the doctor and says this."""
    script = folder / "python"
    script.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\nexit {code}\n")
    script.chmod(0o755)
    return str(script)


def asked_doctor(shown, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The doctor's sheet, open and looking."""
    monkeypatch.setattr(doctors.sys, "executable", fake_doctor(folder, json.dumps(FINDINGS), 1))
    shown.window.sheet.open("doctor")
    shown.window.sheet.doctor.run.click()
    return shown.window.sheet.doctor


def test_the_doctor_looks_beside_everything_else_and_says_what_to_do(
    shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = asked_doctor(shown, tmp_path, monkeypatch)
    assert doctor.looks
    shown.turn()
    assert "sensor send" in doctor.state.text()
    shown.until(lambda: not doctor.looks)
    text = doctor.found.toPlainText()
    assert "1 wrong" in text
    assert "port <8000> is held" in text
    assert "→ end pd" in text
    assert text.index("port <8000>") < text.index("nothing") < text.index("a card"), "the gravest first"
    assert f"→ then press “{said.DOCTOR_RUN}” again" in text


def test_of_another_project_nothing_is_found_yet(
    shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = asked_doctor(shown, tmp_path, monkeypatch)
    shown.until(lambda: doctor.findings)
    shown.change(project=shown.control.state["project"] | {"path": "/tmp/storm"}, undo="")
    assert not doctor.findings
    assert doctor.found.toPlainText() == said.DOCTOR_FIRST
    doctor.run.click()
    shown.change(project=shown.control.state["project"] | {"path": "/tmp/tide"}, undo="")
    assert not doctor.looks  # it looked at the one before


def test_a_doctor_that_cannot_look_says_why(shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctors.sys, "executable", fake_doctor(tmp_path, "gesturemap: no such project", 2))
    shown.window.sheet.open("doctor")
    shown.window.sheet.doctor.run.click()
    shown.until(lambda: not shown.window.sheet.doctor.looks)
    assert "could not look" in shown.window.sheet.doctor.found.toPlainText()


@pytest.mark.long
def test_the_real_doctor_is_asked(shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctors, "SECONDS", 1)
    shown.change(project=document()["project"] | {"path": ""})
    shown.window.sheet.open("doctor")
    doctor = shown.window.sheet.doctor
    doctor.run.click()
    shown.until(lambda: not doctor.looks, 60.0)
    assert {one["section"] for one in doctor.findings} >= {"sound", "window", "computer"}
    doctor.run.click()
    doctor.run.click()  # stops it
    assert not doctor.looks


# A window that is found as it was left
