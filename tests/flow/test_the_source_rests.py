"""The source rests while somebody listens at its port: nothing in the project changes, and it always comes back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flow_house import Patch, Playing

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control.client import Client
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

HERE = "127.0.0.1"
LISTENING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gesturemap.control.client import Client
from gesturemap.window.link import Link
from gesturemap.window.window import Window

app = QApplication([])
window = Window(Link(sys.argv[1], Client))
window.show()
def press() -> None:
    if window.bench.document.input_address:
        timer.stop()
        window.teach.sources.show_listening()
timer = QTimer()
timer.timeout.connect(press)
timer.start(20)
app.exec()
"""
"""A window of its own in which somebody presses Listen."""


@pytest.fixture
def port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def folder(folder: Path, port: int) -> Path:
    """The small project at a port that stays the same when it is opened again."""
    project, _ = read_project(folder)
    save_project(replace(project, input=replace(project.input, port=port)), folder)
    return folder


@pytest.fixture
def started(folder: Path, patch: Patch) -> Iterator[Playing]:
    made = Playing(folder, patch)
    made.ready()
    yield made
    made.control.close()


@pytest.fixture
def client(started: Playing) -> Iterator[Client]:
    made = Client(started.control.switchboard.door.endpoint)
    yield made
    made.close()


def free(port: int) -> Callable[[], bool]:
    """Whether nobody holds the port."""

    def so() -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((HERE, port))
            except OSError:
                return False
        return True

    return so


def state(playing: Playing) -> dict:
    return playing.told(c.State)[-1].document


def back(playing: Playing) -> None:
    """The source is open again, and what plays is what played."""
    playing.until(lambda: not state(playing)["resting"] and state(playing)["input_address"])
    heard = playing.play("circle")
    assert playing.answers(heard) == 100
    assert playing.unanswered == set()


@pytest.mark.long
def test_a_rest_frees_the_port_and_changes_nothing(started, client, folder, port) -> None:
    written = {path: path.read_bytes() for path in folder.rglob("*.toml")}
    before = started.control.project
    assert not free(port)()
    client.send(c.Rest())
    started.until(free(port))
    assert state(started)["resting"]
    assert state(started)["input_address"] == state(started)["input_fault"] == ""
    assert started.control.project is before
    assert not state(started)["undo"]
    assert {path: path.read_bytes() for path in folder.rglob("*.toml")} == written
    client.send(c.Rest(False))
    back(started)
    assert not started.told(c.Fault)


@pytest.mark.long
def test_gestures_end_and_outputs_fade_while_it_rests(started, client) -> None:
    heard = started.play("circle", frames=95, rest=0.0)
    started.until(lambda: started.control.activity.going == ("circle",))
    client.send(c.Rest())

    def faded() -> bool:
        heard.extend(started.patch.heard())
        values = [arguments[1] for address, arguments in heard if address == "/gesturemap/controls"]
        return values[-1] == 0.0 and not started.control.activity.going

    started.until(faded)
    assert state(started)["resting"]
    client.send(c.Rest(False))
    back(started)


@pytest.mark.long
def test_who_hangs_up_rests_no_more_and_the_last_one_counts(started, client, port) -> None:
    other = Client(started.control.switchboard.door.endpoint)
    for each in (client, other):
        each.send(c.Rest())
    started.until(lambda: len(started.control.switchboard.resting) == 2 and free(port)())
    other.close()
    started.until(lambda: len(started.control.switchboard.clients) == 1)
    assert state(started)["resting"]
    client.close()
    back(started)


@pytest.mark.long
def test_a_new_engine_keeps_off_the_port_while_somebody_listens_there(started, client, port) -> None:
    client.send(c.Rest())
    started.until(free(port))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("0.0.0.0", port))
        first, ready = started.control.engine.pid, len(started.told(inner.Ready))
        os.kill(first, signal.SIGKILL)
        started.until(lambda: started.control.engine.pid not in (0, first))
        started.until(lambda: state(started)["processes"]["engine"].startswith("running"))
        started.until(lambda: started.told(c.Status)[-1].figures["frames"] == 0)
        assert state(started)["resting"]
        assert not state(started)["input_fault"]
        assert len(started.told(inner.Ready)) == ready
    client.send(c.Rest(False))
    back(started)


@pytest.mark.long
def test_another_source_chosen_meanwhile_opens_when_the_rest_ends(started, client, port) -> None:
    client.send(c.Rest())
    started.until(free(port))
    table = dict(state(started)["input"]) | {"rate": 90.0}
    client.send(c.Configure("input", table))
    client.send(c.Rest(False))
    back(started)
    assert started.control.project.input.rate == 90.0
    assert not started.told(c.Fault)


@pytest.mark.long
def test_a_project_opened_meanwhile_rests_too(started, client, folder, port) -> None:
    client.send(c.Rest())
    started.until(free(port))
    client.send(c.Open(str(folder)))
    started.until(lambda: not state(started)["undo"] and started.control.desk.folder == folder)
    assert state(started)["resting"]
    assert free(port)()
    client.send(c.Rest(False))
    back(started)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.long
def test_a_window_that_ends_while_it_listens_gives_the_source_back(started, folder, port, ending) -> None:
    pytest.importorskip("PySide6.QtGui", exc_type=ImportError)
    written = (folder / "project.toml").read_bytes()
    window = subprocess.Popen(
        [sys.executable, "-c", LISTENING, started.control.switchboard.door.endpoint],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        started.until(lambda: state(started)["resting"])
        # it is the window that holds the port now
        started.until(lambda: started.control.activity.input_address == "" and not free(port)())
        assert (folder / "project.toml").read_bytes() == written
        window.send_signal(ending)
        window.wait()
    finally:
        window.kill()
        window.wait()
    back(started)
    assert (folder / "project.toml").read_bytes() == written
    assert not started.told(c.Fault)
