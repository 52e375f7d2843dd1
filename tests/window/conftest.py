"""A window over a control that only listens, both in this process, over the real door."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from little_control import DOCUMENT, EVENTS, LittleControl, document, write_demonstration
from painter import JAMMED, tell
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.control import door
from gesturemap.control.client import Client
from gesturemap.window.link import Link
from gesturemap.window.window import Window


class Shown:
    """The window, and what its control heard."""

    def __init__(self, control: LittleControl, window: Window, qtbot) -> None:
        self.control, self.window, self.qtbot = control, window, qtbot

    def turn(self, times: int = 1) -> list[c.Message]:
        """Let both sides speak; return everything control heard so far."""
        for _ in range(times):
            self.control.pump()
            self.window.tick()
        return self.control.pump()

    def until(self, so: Callable[[], object], seconds: float = 5.0) -> None:
        """Turn until something is so."""
        end = time.monotonic() + seconds
        while not so():
            self.turn()
            self.qtbot.wait(1)
            assert time.monotonic() < end

    def heard(self, kind: type[c.Message]) -> list:
        """What of one kind control heard."""
        return [message for message in self.turn() if isinstance(message, kind)]

    def key(self, code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.window.focusWidget() or self.window, code, modifier)

    def change(self, **changes: object) -> None:
        """Another document, seen by the window."""
        self.control.change(**changes)
        self.turn()


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LittleControl]:
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))  # nobody else's recent projects
    folder = tmp_path / "demonstrations"
    for gesture in DOCUMENT["gestures"]:
        for take in gesture["demonstrations"]:
            write_demonstration(folder, take["id"], gesture["label"], take["frames"])
    made = LittleControl(document(folder=str(folder)))
    yield made
    made.close()


@pytest.fixture
def shown(qtbot, control: LittleControl) -> Iterator[Shown]:
    link = Link(control.endpoint, Client)
    window = Window(link)
    window._timer.stop()  # the test turns by hand
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    made = Shown(control, window, qtbot)
    made.until(lambda: window.bench.document.name == "harbour" and window.bench.figures)
    yield made
    window.close()


@pytest.fixture
def page(shown):
    """The page, after half a minute in which circles rose to 0.97 and to 0.8, in turn."""
    shown.change(mapping=EVENTS)
    shown.window.resize(1280, 720)
    shown.key(Qt.Key.Key_2)
    now = time.perf_counter() - 30.0
    for i in range(900):
        share = (i % 90) / 90
        height = (0.97, 0.8)[i // 90 % 2]
        swell = max(0.3, height - 6 * (share - 0.55) ** 2)
        at = now + i / 30
        shown.control.scope.write(
            (at,), (at,), (0,), (0.5 + 0.4 * share, 0.5, 0.0), (1.2,), (-1.0, -4.0), (swell, 1 - swell), (share, 0.1),
            (0.8 if swell > 0.5 else 0.2, 0.1), (), (), (0.61, 0.2),
        )  # fmt: skip
    shown.turn(3)
    shown.page = shown.window.test
    shown.view = shown.page.minute.view
    return shown


@pytest.fixture
def asking(shown):
    """The page, with the questions shown."""
    shown.window.resize(1280, 720)
    shown.key(Qt.Key.Key_2)
    shown.key(Qt.Key.Key_B)
    shown.page = shown.window.test.beliefs
    shown.turn(2)
    assert shown.page.isVisible()
    return shown


@pytest.fixture
def paint(shown, control):
    """The tab, with a recording of 20 s."""
    write_demonstration(Path(control.state["folder"]), "j1", "rehearsal", 1200)
    shown.change(gestures=JAMMED)
    shown.window.resize(1280, 720)
    shown.key(Qt.Key.Key_2)
    shown.window.test.below.choose(2)
    shown.page = shown.window.test.paint
    shown.until(lambda: shown.page.desk.wanted)
    tell(shown)
    return shown
