"""A window that is wanted larger: another one follows it, larger, and the one before is heard until that is there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QRect

from gesturemap import commands as c
from gesturemap.control.client import Client
from gesturemap.window.care import memory
from gesturemap.window.facts.kept import Kept, keep, read_kept
from gesturemap.window.link import Link
from gesturemap.window.opened import Opened
from gesturemap.window.window import Window
from gesturemap.window.words import care

CODE = """
import sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from gesturemap.window import app, relay, window
CTRL = Qt.KeyboardModifier.ControlModifier
show, begin = window.Window.show, relay.Successor.begin
def shown(self):
    show(self)
    larger = lambda: QTest.keyClick(self, Qt.Key.Key_Equal, CTRL)
    QTimer.singleShot(200, larger)
    def begun(successor, *how):
        begin(successor, *how)
        if sum_.append(1) or len(sum_) == 1:
            QTimer.singleShot(100, larger)  # while the first one is coming
    sum_ = []
    relay.Successor.begin = begun
    self.panics = QTimer()
    self.panics.timeout.connect(lambda: QTest.keyClick(self, Qt.Key.Key_Escape))
    self.panics.start(50)
window.Window.show = shown
sys.exit(app.main(sys.argv[1]))
"""
"""A hand that wants everything larger, once more while that is coming, and silence all the time."""
PLAIN = "import sys; from gesturemap.window import app; sys.exit(app.main(sys.argv[1]))"
SCREEN = {
    "name": "s",
    "x": 0,
    "y": 0,
    "width": 1280,
    "height": 720,
    "logicalDpi": 96,
    "logicalBaseDpi": 96,
    "dpr": 1,
}


@contextmanager
def begun(control, tmp_path: Path, code: str, scale: float) -> Iterator[tuple[subprocess.Popen, Callable]]:
    """A window's process, and a way to be control until something is so of it."""
    keep(Kept(look="light", scale=scale), tmp_path / "data" / "gesturemap" / "window.json")
    (tmp_path / "screens.json").write_text(json.dumps({"screens": [SCREEN]}))
    environment = os.environ | {
        "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}",
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    environment.pop("QT_SCALE_FACTOR", None)
    with subprocess.Popen([sys.executable, "-c", code, control.endpoint], env=environment) as window:
        end = time.monotonic() + 60.0

        def until(so: Callable[[], bool]) -> None:
            while not so():
                control.pump()
                assert time.monotonic() < end
                time.sleep(0.01)  # between two looks

        try:
            yield window, until
        finally:
            window.kill()


def arguments(pid: int) -> list[str]:
    """By what a process was begun; none where it is gone."""
    try:
        return [part.decode() for part in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]]
    except OSError:
        return []


@pytest.mark.long
def test_a_window_too_large_for_its_screen_comes_in_the_same_process(control, tmp_path: Path) -> None:
    file = tmp_path / "data" / "gesturemap" / "window.json"
    with begun(control, tmp_path, PLAIN, 2.5) as (window, until):
        until(lambda: len(control.clients) == 1)
        assert arguments(window.pid)[-1] == "2.0"
        until(lambda: read_kept(file).scale == 2.0)  # noted within seconds
        window.terminate()
        until(lambda: window.poll() is not None)
        assert window.returncode in (0, -signal.SIGTERM)  # the signal may come before it hears signals


@pytest.mark.long
def test_a_larger_window_follows_one_that_is_heard_until_then(control, tmp_path: Path) -> None:
    file = tmp_path / "data" / "gesturemap" / "window.json"
    with begun(control, tmp_path, CODE, 1.0) as (window, until):
        until(lambda: len(control.clients) >= 2 or window.poll() is not None)
        control.heard.clear()
        until(lambda: any(isinstance(heard, c.Panic) for heard in control.heard))
        assert "stand_in" not in str(arguments(window.pid)), "the first window is still there, and is heard"
        until(lambda: "stand_in.py" in str(arguments(window.pid)))
        follower = int(arguments(window.pid)[-1])
        assert arguments(follower)[-2:] == ["1.25", "next"], "both presses count"
        assert (read_kept(file).scale, read_kept(file).look) == (1.25, "light")
        window.terminate()
        until(lambda: window.poll() is not None)
        until(lambda: not arguments(follower))


@pytest.mark.long
def test_a_follower_goes_with_what_stands_in_for_the_first_window(control, tmp_path: Path) -> None:
    with begun(control, tmp_path, CODE, 1.0) as (window, until):
        until(lambda: "stand_in.py" in str(arguments(window.pid)))
        follower = int(arguments(window.pid)[-1])
        window.kill()
        until(lambda: not arguments(follower))


def test_messages_and_what_is_selected_come_along(control, shown, qtbot, tmp_path: Path, monkeypatch) -> None:
    shown.control.tell(c.Fault("midi", "midi: no port; plug it in"))
    shown.until(lambda: any("no port" in text for _, text in shown.window.bench.testing.monitor.lines()))
    shown.control.tell(c.Happened("began", "circle", 0.9, 0.0))
    heard = shown.window.teach.outgoing.events
    shown.until(lambda: "circle" in heard.text())
    marks = shown.window.bench.testing.marks
    marks.add(time.perf_counter(), [], 1.0, wrong=False)
    shown.window.bench.troubles.lines = ["osc 127.0.0.1:9: nobody listens there"]
    old = Opened(shown.window, control.endpoint, Kept(), "")
    old.open()
    shown.window.bench.select("shake")
    window = Window(Link(control.endpoint, Client))
    window._timer.stop()
    qtbot.addWidget(window)
    ready: list[int] = []
    new = Opened(window, control.endpoint, Kept(scale=1.25), "")
    monkeypatch.setattr(new._predecessor, "ready", lambda: ready.append(1))
    monkeypatch.setattr(new._predecessor, "shown", lambda: ready.append(2))
    new.follow(lambda: None)

    def turned() -> bool:
        window.tick()
        return ready == [1]

    shown.until(turned)
    assert not window.isVisible()
    new._predecessor.told.emit(json.loads(json.dumps(old._told())))
    shown.until(lambda: ready == [1, 2])
    assert window.isVisible()
    window.enter_test()
    window.tick()
    assert "no port" in window.test.messages.text.toPlainText()
    assert window.bench.selection == "shake"
    assert window.teach.outgoing.events.text() == heard.text()
    assert window.bench.testing.marks.all == marks.all and window.bench.testing.marks.tally == (1, 0)
    assert window.bench.troubles.lines == shown.window.bench.troubles.lines
    window.close()


@pytest.mark.long
def test_where_no_larger_window_comes_this_one_stays_and_says_so(shown, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(memory, "room_at", lambda _: QRect(0, 0, 2400, 1500))
    opened = Opened(shown.window, "nobody answers", Kept(), "")
    opened.open()
    shown.window.resized.emit(1)
    shown.until(lambda: care.SCALE_FAILED in shown.window.faults.texts(), seconds=30.0)
    assert shown.window.isVisible() and opened.followed is None
    assert opened._memory.scale == 1.0 and not opened._memory.sign.isVisible()


def test_while_yet_another_size_is_asked_for_none_takes_the_place(shown, monkeypatch) -> None:
    monkeypatch.setattr(memory, "room_at", lambda _: QRect(0, 0, 2400, 1500))
    opened = Opened(shown.window, "nobody answers", Kept(), "")
    opened.open()
    opened._memory.resize_all(1)
    assert opened._busy(), "no other window is told how this one is"
    opened._give_place()
    assert shown.window.isVisible() and opened.followed is None
    opened._memory._settle.stop()
    assert not opened._busy()
    opened._give_place()
    assert not shown.window.isVisible()
