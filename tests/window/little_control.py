"""A control that only listens and says what it is told to say: over the real door, with a real scope."""

from __future__ import annotations

import contextlib
import copy
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap import codec
from gesturemap import commands as c
from gesturemap.control.door import Door
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.scope import ScopeWriter
from gesturemap.frames import Spec
from gesturemap.project.takes import encode, file_name

DOCUMENT: dict[str, Any] = {
    "project": {
        "name": "harbour", "path": "/tmp/harbour", "saved": True, "description": "a test", "writable": True,
    },
    "input": {"kind": "pointer"},
    "input_address": "127.0.0.1, UDP port 50000",
    "pointer_port": 0,
    "features": [],
    "model": {"kind": "hhmm"},
    "mapping": [{"kind": "range", "source": "x", "to": "brightness"}],
    "outputs": [{"kind": "osc", "host": "127.0.0.1", "port": 12000}],
    "sound": {"volume": 0.8, "voices": []},
    "gestures": [
        {"label": "circle", "demonstrations": [
            {"id": "a1", "frames": 60, "seconds": 1.0, "note": ""},
            {"id": "a2", "frames": 72, "seconds": 1.2, "note": ""},
        ]},
        {"label": "shake", "demonstrations": [{"id": "b1", "frames": 30, "seconds": 0.5, "note": "short"}]},
        {"label": "lift", "demonstrations": []},
    ],
    "trained": {"labels": ["circle", "shake"], "seconds": 0.038, "stale": False, "messages": []},
    "training": False,
    "recording": "",
    "playing": "",
    "running": True,
    "sound_on": True,
    "volume": 0.8,
    "undo": "record circle",
    "redo": "",
    "processes": {"engine": "running", "trainer": "running", "synth": "no audio: PortAudio is missing"},
    "presets": ["demo", "pointer"],
    "folder": "/tmp/harbour/demonstrations",
}  # fmt: skip
FIGURES: dict[str, Any] = {
    "frames": 1000, "rate": 60.0, "accepted": 1000, "lost": 0,
    "ignored": {"127.0.0.1": {"not an OSC packet": 3}},
    "latency_ms": {"p50": 0.21, "p99": 0.9, "max": 3.0},
    "faults": 0, "log": "", "underruns": 0, "peak_db": [-12.0, -18.0],
}  # fmt: skip
EVENTS = [{"kind": "events", "threshold": 0.9}]
GROUPS = {
    "time": ["time"], "arrived": ["arrived"], "winner": ["winner"], "inputs": ["x", "y", "pressed"],
    "features": ["speed"], "log_likelihoods": ["circle", "shake"], "posterior": ["circle", "shake"],
    "progress": ["circle", "shake"], "fit": ["circle", "shake"], "outputs": [], "deviations": [],
    "controls": ["brightness", "density"],
}  # fmt: skip


def document(**changes: Any) -> dict[str, Any]:
    """The document above, with some keys changed."""
    return copy.deepcopy(DOCUMENT) | changes


class LittleControl:
    """Hears everything, answers nothing by itself."""

    def __init__(
        self, state: dict[str, Any] | None = None, groups: dict[str, list[str]] | None = None
    ) -> None:
        self.state = state or document()
        self.scope = ScopeWriter(groups or GROUPS, 4096)
        self.door = Door()
        self.endpoint = self.door.endpoint
        self.clients: list[Connection] = []
        self.heard: list[c.Message] = []

    def pump(self) -> list[c.Message]:
        """Let in who knocks, hear what they say."""
        while self.door.newcomers:
            client = self.door.newcomers.popleft()
            self.clients.append(client)
            with contextlib.suppress(OSError):  # it may have died since it knocked
                for notice in (c.State(self.state), c.ScopeOpened(str(self.scope.path)), c.Status(FIGURES)):
                    client.send_bytes(codec.encode(notice))
        for client in self.clients:
            with contextlib.suppress(EOFError, OSError):
                while client.poll(0):
                    self.heard.append(codec.decode(client.recv_bytes()))
        return self.heard

    def tell(self, notice: c.Message) -> None:
        """Say something to every window."""
        for client in self.clients:
            client.send_bytes(codec.encode(notice))

    def change(self, **changes: Any) -> None:
        """Another document."""
        self.state = self.state | changes
        self.tell(c.State(self.state))

    def frame(self, now: float, winner: int = 0, circle: float = 0.9, fit: float = 0.8) -> None:
        """One row of the scope."""
        place = (0.5 + 0.4 * np.sin(3 * now), 0.5 + 0.4 * np.cos(3 * now), 0.0)
        self.scope.write(
            (now,), (now,), (winner,), place, (1.2,), (-1.0, -4.0), (circle, 1 - circle), (0.4, 0.1),
            (fit, 0.1), (), (), (0.61, 0.2),
        )  # fmt: skip

    def hang_up(self) -> None:
        """Go away, leaving the door to be closed."""
        for client in self.clients:
            client.close()
        self.clients = []

    def end(self) -> None:
        """Go away for good."""
        self.door.close()
        self.door.newcomers.clear()
        self.hang_up()

    def close(self) -> None:
        """Go away and leave nothing behind."""
        self.end()
        self.scope.close()


def write_demonstration(folder: Path, demonstration: str, label: str = "circle", frames: int = 60) -> None:
    """A file such as the project's."""
    time = np.arange(frames) / 60
    values = np.stack([np.sin(6 * time), np.cos(6 * time), 0 * time], axis=1)
    made = Demonstration(demonstration, label, Spec.of("x", "y", "pressed", rate=60.0), time, values)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file_name(demonstration)).write_bytes(encode(made))
