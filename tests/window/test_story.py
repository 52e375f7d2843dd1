"""The beginner's whole story over real processes, by clicks and keys alone.

It begins, records on the pad, trains, performs, saves, and opens it again.

Offscreen here; `.ci/run` plays the same under Xvfb with a window manager.
"""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from performer import LEFT, Performer, circle, line
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from gesturemap import library
from gesturemap.control import desk, door
from gesturemap.control.controller import SPARES, Controller
from gesturemap.library import project_folder
from gesturemap.project.read import read_project
from gesturemap.wire import osc

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
LONGEST = 60.0
"""Seconds the story may take, from the click on New until it is saved."""


class Receiver:
    """The program at the other end: hears what is sent to it over UDP."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.began: list[str] = []
        """Gestures, as they were told to begin."""

    def hear(self) -> list[str]:
        try:
            while True:
                for message in osc.parse(self.socket.recv(65536)):
                    if message.address == "/gesturemap/began":
                        self.began.append(str(message.arguments[0]))
        except BlockingIOError:
            return self.began


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.socket.close()


@pytest.fixture
def house(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Controller]]:
    """Where controls are started; new projects send to the receiver."""
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    for room in (desk, library):
        monkeypatch.setattr(room, "user_folder", lambda: tmp_path / "user")
    outputs = [{"kind": "osc", "host": "127.0.0.1", "port": receiver.port}, {"kind": "synth"}]
    monkeypatch.setitem(desk.NEUTRAL, "outputs", outputs)
    shutil.copytree(project_folder("pointer"), tmp_path / "first")
    controls: list[Controller] = []
    yield controls
    for control in controls:
        control.close()


def started(house: list[Controller], folder: Path) -> Controller:
    made = Controller(str(folder), sound=False)
    made.start()
    for _ in range(SPARES):
        made.engine.stand_by()
    house.append(made)
    return made


def dialogs() -> list[QFileDialog]:
    widgets = QApplication.topLevelWidgets()
    return [widget for widget in widgets if isinstance(widget, QFileDialog) and widget.isVisible()]


def choose(performer: Performer, path: Path) -> None:
    """Type a folder into the dialog, and Enter."""
    performer.until(dialogs)
    name = dialogs()[0].findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    performer.until(name.hasFocus)
    name.selectAll()
    QTest.keyClicks(name, str(path))
    for _ in range(20):  # it looks what there is while one types
        performer.turn(0.01)
    QTest.keyClick(name, Key.Key_Return)
    performer.until(lambda: not dialogs())


def plays(performer: Performer, receiver: Receiver, label: str, figure) -> None:
    """Draw it until the window says so, and the other program has heard it."""
    window, heard = performer.window, len(receiver.hear())

    def recognised() -> bool:
        told = label in receiver.hear()[heard:]
        return bool(window.bench.verdict.label == label and told)

    for _ in range(6):
        performer.draw(figure, until=recognised)
        if recognised():
            return
    raise AssertionError((label, window.bench.verdict, receiver.began[heard:], window.faults.texts()))


@pytest.mark.long
def test_a_beginner_plays_within_a_minute_and_finds_it_again(
    qtbot, house: list[Controller], receiver: Receiver, tmp_path: Path
) -> None:
    performer = Performer(started(house, tmp_path / "first"), qtbot).learned()
    window, began = performer.window, time.monotonic()

    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    performer.until(lambda: not performer.document.gestures and performer.document.pointer_port)
    performer.until(window.teach.stage.pad.isVisible)
    for label, figure in (("round", circle), ("saw", line)):
        performer.add(label)
        for _ in range(3):
            performer.demonstrate(label, figure)
    performer.key(Key.Key_T)
    performer.until(
        lambda: performer.document.trained and performer.document.trained.labels == ("round", "saw")
    )
    performer.learned()
    taught = time.monotonic() - began

    performer.key(Key.Key_3)
    performer.until(lambda: window.performs and window.perform.pad.isVisible())
    for label, figure in (("round", circle), ("saw", line), ("round", circle)):
        plays(performer, receiver, label, figure)
        assert window.perform.heard.text == label
    performed = time.monotonic() - began

    QTest.mouseClick(window.perform.teach, LEFT)
    performer.until(lambda: not window.performs)
    QTest.keyClick(window, Key.Key_S, CTRL)
    choose(performer, tmp_path / "mine")
    performer.until(lambda: performer.document.path == str(tmp_path / "mine") and performer.document.saved)
    took = time.monotonic() - began
    print(f"taught after {taught:.1f} s, performed after {performed:.1f} s, saved after {took:.1f} s")
    assert took < LONGEST
    project, warnings = read_project(tmp_path / "mine")
    assert [each.label for each in project.demonstrations] == ["round"] * 3 + ["saw"] * 3
    assert warnings == []

    window.close()
    house.pop().close()
    again = Performer(started(house, tmp_path / "first"), qtbot).learned()
    QTest.keyClick(again.window, Key.Key_O, CTRL)
    choose(again, tmp_path / "mine")
    again.until(lambda: again.document.path == str(tmp_path / "mine") and again.document.pointer_port)
    again.learned()
    assert again.document.labels == ("round", "saw")
    for label, figure in (("saw", line), ("round", circle)):
        plays(again, receiver, label, figure)
    again.window.close()
