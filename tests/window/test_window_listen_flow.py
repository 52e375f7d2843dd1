"""Listening over the real control and engine: the project on disk stays as it is until something is chosen."""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from gesturemap.control import door
from gesturemap.control.client import Client
from gesturemap.control.controller import Controller
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.window import words
from gesturemap.window.link import Link
from gesturemap.window.window import Window
from gesturemap.wire.osc import build

pytestmark = pytest.mark.long

HERE = "127.0.0.1"


class Listener:
    """A person who plays OSC from a sensor and presses Listen."""

    def __init__(self, folder: Path, port: int, qtbot) -> None:
        self.folder, self.port = folder, port
        self._frames = 0
        self.sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.control = Controller(str(folder), sound=False)
        self.control.start()
        assert self.control.switchboard.door is not None
        self.window = Window(Link(self.control.switchboard.door.endpoint, Client))
        qtbot.addWidget(self.window)
        self.window.show()
        self.until(self.plays)
        self.written = self.text()

    @property
    def document(self):
        return self.window.bench.document

    def text(self) -> str:
        return (self.folder / "project.toml").read_text()

    def until(self, so: Callable[[], object], seconds: float = 90.0) -> None:
        """Turn, while the sensor sends, until something is so."""
        end, at = time.monotonic() + seconds, 0
        while not so():
            at += 1
            self.sender.sendto(
                build("/frame", math.sin(0.05 * at), math.cos(0.05 * at), 0.0), (HERE, self.port)
            )
            self.control.turn(0.0)
            QTest.qWait(4)
            assert time.monotonic() < end, (self.document.input_fault, self.window.faults.texts())

    def plays(self) -> bool:
        """The source is open and frames of it are seen."""
        before, self._frames = self._frames, self.window.bench.live.frames
        return self.document.open and before and self._frames > before

    def listen(self):
        self.window.teach.sources.listen.click()
        self.until(lambda: self.document.resting)
        self._frames = 0
        dialog = self.window.teach.sources.listening
        self.until(lambda: sum(stream.count for stream in dialog.ear.streams.values()) > 60)
        dialog.look()
        self.window.tick()
        assert self.window.teach.sources.health.text() == words.RESTING
        assert not self.window.faults.texts()
        assert self.text() == self.written
        return dialog

    def close(self) -> None:
        self.window.close()
        self.control.close()
        self.sender.close()


@pytest.fixture
def listener(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HERE, 0))
        port = int(probe.getsockname()[1])
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    monkeypatch.setattr("gesturemap.window.teach.listen.usual_ports", lambda _: [port])
    table = {"kind": "osc", "port": port, "address": "/frame", "arguments": ["x", "y", "-"], "rate": 100.0}
    folder = tmp_path / "mine"
    tables = {"project": {"name": "mine"}, "input": table, "model": {"kind": "hhmm"}}
    save_project(assemble(tables, str(folder), "test"), folder)
    made = Listener(folder, port, qtbot)
    yield made
    made.close()


def test_a_dialog_that_is_closed_gives_the_source_back_and_nothing_was_written(listener: Listener) -> None:
    listener.listen().close()
    listener.until(lambda: not listener.document.resting and listener.plays())
    assert listener.text() == listener.written
    assert not listener.document.undo
    assert not listener.window.faults.texts()


def test_what_is_taken_is_the_source_from_then_on_and_can_be_undone(listener: Listener) -> None:
    dialog = listener.listen()
    dialog.choice.setCurrentText(words.LISTEN_OWN.format(count=3))
    dialog.use.click()
    listener.until(
        lambda: len(listener.document.input["arguments"]) == 3 and "-" not in str(listener.document.input)
    )
    listener.until(lambda: not listener.document.resting and listener.plays())
    assert len(listener.window.bench.live.inputs.names) == 3
    assert read_project(listener.folder)[0].input == listener.control.project.input
    listener.window.top.undo.click()
    listener.until(lambda: listener.document.input["arguments"] == ["x", "y", "-"] and listener.plays())
    assert not listener.document.undo
    assert all(text.startswith("taken back: ") for text in listener.window.faults.texts())


def test_a_window_that_is_closed_while_it_listens_gives_the_source_back(listener: Listener) -> None:
    listener.listen()
    listener.window.close()
    listener.until(lambda: not listener.control.activity.resting and listener.control.activity.input_address)
    assert listener.text() == listener.written
