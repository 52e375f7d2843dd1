"""A terminal that goes away takes nothing with it before its notes have ended, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import mido
import psutil
import pytest
from flow_house import Patch, execution
from midi_ports import Cable

from gesturemap.library import sweep_shared
from gesturemap.logs.read import read_log
from gesturemap.outputs.midi.output import Midi
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

PATIENCE = 60.0

pytestmark = pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")


class Show:
    """`perform` in front of a terminal of its own, a sensor that plays to it, and a device that hears its notes."""

    def __init__(self, folder: Path, cable: Cable, patch: Patch) -> None:
        project, _ = read_project(folder)
        save_project(replace(project, outputs=(*project.outputs, Midi(port=str(cable.path)))), folder)
        self.master, terminal = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gesturemap", "perform", str(folder), "--sound", "off", "--log"],
            stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
            preexec_fn=lambda: (  # heard, even where the tests were begun under nohup
                signal.signal(signal.SIGHUP, signal.SIG_DFL),
                fcntl.ioctl(terminal, termios.TIOCSCTTY, 0),
            ),
        )  # fmt: skip
        os.close(terminal)
        self.patch, self.cable, self.folder = patch, cable, folder
        self.text, self.down = "", set[int]()
        self.parser = mido.Parser()

    def ready(self) -> None:
        self.until(lambda: "sending to" in self.text)
        found = re.search(r"UDP port (\d+); sending to", self.text)
        assert found, self.text
        self.port = int(found[1])
        self.children = psutil.Process(self.process.pid).children(recursive=True)

    def read(self) -> None:
        """What is on the screen, and which keys are down."""
        if self.master >= 0 and select.select([self.master], [], [], 0.0)[0]:
            with contextlib.suppress(OSError):  # the last to hold the other end has gone
                self.text += os.read(self.master, 65536).decode()
        self.parser.feed(self.cable.take())
        for message in self.parser:
            if message.type == "note_on":
                self.down.add(message.note)
            elif message.type == "note_off":
                self.down.discard(message.note)

    def until(self, so: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not so():
            self.read()
            assert time.monotonic() < end, (self.text[-500:], self.process.poll())
            time.sleep(0.002)  # between two looks, and two frames of the sensor

    def note(self) -> None:
        """Play until a key is down."""
        rows = [row for seed in range(7, 40) for row in execution("circle", seed)]

        def so() -> bool:
            self.patch.send(rows.pop(0), self.port)
            return bool(self.down)

        self.until(so)

    def close_terminal(self) -> None:
        os.close(self.master)
        self.master = -1

    def all_ended(self) -> bool:
        return not any(child.is_running() and child.status() != "zombie" for child in self.children)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.master >= 0:
            self.close_terminal()


@pytest.fixture
def show(folder: Path, cable: Cable, patch: Patch) -> Iterator[Show]:
    made = Show(folder, cable, patch)
    try:
        made.ready()
        yield made
    finally:
        made.close()


@pytest.mark.long
def test_a_terminal_that_is_closed_ends_it_as_ctrl_c_does_with_code_129(show: Show) -> None:
    show.note()
    show.close_terminal()
    assert show.process.wait(PATIENCE) == 128 + signal.SIGHUP
    show.until(lambda: not show.down)
    show.until(show.all_ended)
    (log,) = show.folder.rglob("*.xdf")
    assert read_log(log)


@pytest.mark.long
def test_a_session_leader_that_is_killed_leaves_no_note_and_no_process(show: Show) -> None:
    show.note()
    show.process.kill()
    show.process.wait()
    show.until(lambda: not show.down)
    show.until(show.all_ended)
    assert not show.down
    sweep_shared()  # as the next start does
