"""Care: names, tips and keys for everything, a window found as it was left, help and the doctor in place."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from little_control import document
from PySide6.QtCore import QPoint, QRect, Qt
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
from gesturemap.window.care import memory as memories
from gesturemap.window.care.memory import Memory
from gesturemap.window.care.pages import pages
from gesturemap.window.care.sheet import topic
from gesturemap.window.facts.kept import SCALES, Kept, keep, read_kept, stepped
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


def test_every_panel_knows_a_page_that_is_there(shown) -> None:
    for panel in shown.window.panels:
        assert topic(panel) in {*pages(), "window"}


FINDINGS = [
    {"section": "sound", "state": "ok", "what": "a card", "next": "it plays"},
    {"section": "port", "state": "wrong", "what": "port <8000> is held", "next": "end pd"},
]


def fake_doctor(folder: Path, says: str, code: int = 0) -> str:
    """A python that is asked for the doctor and says this."""
    script = folder / "python"
    script.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\nexit {code}\n")
    script.chmod(0o755)
    return str(script)


def test_the_doctor_looks_beside_everything_else_and_says_what_to_do(
    shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctors.sys, "executable", fake_doctor(tmp_path, json.dumps(FINDINGS), 1))
    shown.window.sheet.open("doctor")
    doctor = shown.window.sheet.doctor
    doctor.run.click()
    assert doctor.looks
    shown.turn()
    assert "sensor send" in doctor.state.text()
    shown.until(lambda: not doctor.looks)
    text = doctor.found.toPlainText()
    assert "1 wrong" in text
    assert "port <8000> is held" in text
    assert "→ end pd" in text


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


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    kept = Kept((10, 20, 1300, 800), True, "test", "light", 1.5, {"Teach.0": [1, 2, 3]}, {"curves": 1})
    keep(kept, tmp_path / "a" / "window.json")
    assert read_kept(tmp_path / "a" / "window.json") == kept
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["window.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"place": [1, 2], "scale": "x", "splits": [3], "choices": {"a": "b"}}',
     '{"place": [0, 0, 1e99, -3], "scale": NaN, "splits": {"a": [-1]}, "choices": {"a": -2}}', "[" * 100_000,
     '{"scale": 1' + 400 * "0" + "}"],
)  # fmt: skip
def test_a_broken_file_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "window.json").write_text(text)
    assert read_kept(tmp_path / "window.json") == Kept()
    (tmp_path / "window.json").write_bytes(b"\xff\xfe\x00")
    assert read_kept(tmp_path / "window.json") == Kept()


def test_sizes_go_from_100_to_250_percent() -> None:
    assert (SCALES[0], SCALES[-1]) == (1.0, 2.5)
    up = [1.0]
    while (larger := stepped(up[-1], 1)) != up[-1]:
        up.append(larger)
    assert tuple(up) == SCALES
    assert stepped(1.0, -1) == 1.0


def memory(shown, path: Path, kept: Kept | None = None) -> Memory:
    window = shown.window
    return Memory(window, kept or Kept(), path, told=window.kept)


def test_the_window_is_found_as_it_was_left(shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memories, "room_at", lambda _: QRect(0, 0, 4000, 3000))
    window, path = shown.window, tmp_path / "window.json"
    window.resize(1100, 700)
    window.change_look()
    window.teach.columns.setSizes([300, 500, 280])
    window.teach.stage.curves.what.setCurrentIndex(1)
    shown.turn(2)
    sizes = window.teach.columns.sizes()
    memory(shown, path).close()
    window.teach.columns.setSizes([272, 600, 260])
    window.teach.stage.curves.what.setCurrentIndex(0)
    window.resize(960, 600)
    kept = read_kept(path)
    assert (kept.look, kept.page, kept.scale) == ("light", "teach", 1.0)
    made = memory(shown, path, kept)
    made.restore()
    shown.turn(2)
    assert (window.width(), window.height()) == (1100, 700)
    assert window.teach.stage.curves.what.currentIndex() == 1
    assert all(abs(now - before) < 4 for now, before in zip(window.teach.columns.sizes(), sizes, strict=True))
    made.close()


def test_a_place_outside_the_screen_is_not_taken(shown, tmp_path: Path) -> None:
    kept = Kept((-5000, 9000, 20_000, 900))
    made = memory(shown, tmp_path / "window.json", kept)
    made.restore()
    room = memories.room_at(QPoint(0, 0))
    assert room.contains(shown.window.geometry().topLeft())
    made.close()


def test_other_sizes_are_said_and_taken_when_nothing_follows(shown, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(memories, "room_at", lambda _: QRect(0, 0, 2400, 1500))
    made = memory(shown, tmp_path / "window.json")
    asked: list[int] = []
    made.again.connect(lambda: asked.append(1))
    shown.window.resized.connect(made.resize_all)
    for _ in range(2):
        QTest.keyClick(shown.window, Key.Key_Equal, CTRL)
    assert made.scale == SCALES[2]
    assert made.sign.isVisible()
    assert made.sign.text() == "125 %"
    assert not asked
    QTest.keyClick(shown.window, Key.Key_0, CTRL)
    shown.qtbot.wait(800)
    assert made.scale == 1.0
    assert not asked  # it is so already
    QTest.keyClick(shown.window, Key.Key_Equal, CTRL)
    shown.until(lambda: asked)
    made.close()
    assert read_kept(tmp_path / "window.json").scale == SCALES[1]


@pytest.mark.parametrize(("width", "height", "most"), [(1280, 720, 110), (1920, 1080, 175), (800, 480, 100)])
def test_no_size_is_taken_that_does_not_fit_the_screen(
    shown, tmp_path: Path, monkeypatch, width: int, height: int, most: int
) -> None:
    monkeypatch.setattr(memories, "room_at", lambda _: QRect(0, 0, width, height))
    made = memory(shown, tmp_path / "window.json")
    lines = [made.resize_all(1) for _ in SCALES]
    assert 100 * made.scale == pytest.approx(most)
    assert lines[-1] == said.SCALE_FULL.format(most)
    assert set(lines) <= {"", lines[-1]}
    assert memories.most(Kept(scale=1.0)) == made.scale
    made.close()


def test_a_window_too_large_for_a_screen_that_became_smaller_comes_again_smaller(
    shown, tmp_path: Path, monkeypatch
) -> None:
    rooms = [QRect(0, 0, 970, 620)]  # with a frame; 125 % of it on the screen
    monkeypatch.setattr(memories, "room_at", lambda _: rooms[-1])
    made = memory(shown, tmp_path / "window.json", Kept(scale=1.25))
    asked: list[float] = []
    made.again.connect(lambda: asked.append(made.scale))
    made.fit()
    assert not asked
    rooms.append(QRect(0, 0, 970, 560))
    made.fit()
    assert asked == [1.1]
    made.close()
    assert read_kept(tmp_path / "window.json").scale == 1.1


def test_what_is_too_large_for_the_screen_shows_its_top_and_its_right() -> None:
    room = QRect(10, 20, 800, 480)
    placed = QRect(memories.within(box := QRect(300, 300, 960, 600), room), box.size())
    assert (placed.top(), placed.right()) == (room.top(), room.right())
    assert memories.within(QRect(-50, 900, 100, 100), room) == QPoint(10, 400)


def test_no_size_is_changed_in_the_middle_of_a_recording(shown) -> None:
    asked: list[int] = []
    shown.window.resized.connect(asked.append)
    shown.change(recording="circle")
    QTest.keyClick(shown.window, Key.Key_Equal, CTRL)
    assert not asked
    assert any("recording" in text for text in shown.window.faults.texts())


def test_where_the_system_says_how_large_all_is_it_is_said(shown, tmp_path: Path) -> None:
    window = shown.window
    made = Memory(window, Kept(), tmp_path / "w.json", told=window.kept, fixed="2")
    assert "QT_SCALE_FACTOR" in made.resize_all(1)
    made.close()


def test_a_change_is_written_within_seconds_for_a_window_that_is_killed(shown, tmp_path: Path) -> None:
    made = memory(shown, tmp_path / "window.json")
    shown.window.change_look()
    made.note()
    end = time.monotonic() + 5
    while not (tmp_path / "window.json").is_file():
        assert time.monotonic() < end
        shown.qtbot.wait(5)
    made.close()
    assert read_kept(tmp_path / "window.json").look == "light"
