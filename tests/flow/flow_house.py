"""A small real project, a real control with its real processes, and a patch that listens on real UDP."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control.controller import Controller
from gesturemap.frames import Spec
from gesturemap.wire import osc

SPEC = Spec.of("x", "y", rate=100.0)
SHAPES = {
    "circle": lambda u: np.c_[np.cos(2 * np.pi * u), np.sin(2 * np.pi * u)],
    "line": lambda u: np.c_[2 * u - 1, 0.3 * u - 1],
}
"""A hand that rests where the circle ends is far from where the line does."""


def execution(label: str, seed: int, frames: int = 100) -> np.ndarray:
    """One noisy execution of a gesture, (T, 2)."""
    rng = np.random.default_rng(seed)
    return SHAPES[label](np.linspace(0, 1, frames)) + rng.normal(0, 0.02, (frames, 2))


class Patch:
    """What a musician's patch does: send to gesturemap's port, listen on its own."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.count = 1
        """Of frames, in their stamps. A rest of an engine that has heard nothing is stamped 0."""

    def send(self, row: np.ndarray, port: int) -> None:
        self.socket.sendto(
            osc.build("/frame", *row.tolist(), self.count / 100, tags="ffd"), ("127.0.0.1", port)
        )
        self.count += 1

    def heard(self) -> list[tuple[str, tuple]]:
        messages = []
        try:
            while True:
                (message,) = osc.parse(self.socket.recv(65536))
                messages.append((message.address, message.arguments))
        except BlockingIOError:
            return messages


class Playing:
    """A control that plays the small project, and everything it has told."""

    def __init__(self, folder: Path, patch: Patch, *, sound: bool = False, serve: bool = True) -> None:
        self.patch = patch
        self.notices: list[c.Message] = []
        self.sent: set[float] = set()
        self.unanswered: set[float] = set()
        self.control = Controller(str(folder), sound=sound, serve=serve)
        self.control.watchers.append(self.notices.append)
        self.control.start()

    @property
    def port(self) -> int:
        return int(self.control.activity.input_address.rpartition(" ")[2])

    def until(self, so: Callable[[], object], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not so():
            self.control.turn(0.02)
            assert time.monotonic() < end, [n for n in self.notices if isinstance(n, c.Fault | inner.Ready)][
                -5:
            ]

    def ready(self) -> Playing:
        """Wait until a model plays."""

        def so() -> bool:
            scopes = self.told(c.ScopeOpened)
            known = bool(scopes and scopes[-1].path and scopes[-1].layout["groups"]["posterior"])
            return known and not self.control.activity.stale

        self.until(so)
        return self

    def play(
        self, label: str, seed: int = 7, *, frames: int = 100, rest: float = 0.3
    ) -> list[tuple[str, tuple]]:
        """Send the first `frames` of an execution, one every 2 ms, and return what the patch heard."""
        heard: list[tuple[str, tuple]] = []
        first = self.patch.count
        self.sent = {(first + index) / 100 for index in range(frames)}
        for row in execution(label, seed)[:frames]:
            self.patch.send(row, self.port)
            self.control.turn(0.002)
            heard += self.patch.heard()
        end = time.monotonic() + rest
        while time.monotonic() < end:
            self.control.turn(0.01)
            heard += self.patch.heard()
        return heard

    def begun(self, label: str, seed: int = 7) -> list[float]:
        """Play a gesture; when its beginnings were heard (s of the machine's clock), which may wait for a beat."""
        rows, found = list(execution(label, seed)), []
        end = time.perf_counter() + 0.9
        while rows or time.perf_counter() < end:
            if rows:
                self.patch.send(rows.pop(0), self.port)
            self.control.turn(0.002)
            heard, now = self.patch.heard(), time.perf_counter()
            found += [
                now for address, (name, *_) in heard if address == "/gesturemap/began" and name == label
            ]
        return found

    def answers(self, heard: list[tuple[str, tuple]]) -> int:
        """Controls for frames of the last `play`, known by their stamps; a rest before it has an older one."""
        stamps = [stamp for address, (stamp, *_) in heard if address == "/gesturemap/controls"]
        self.unanswered = self.sent - set(stamps)
        return sum(stamp in self.sent for stamp in stamps)

    def told(self, kind: type[c.Message]) -> list:
        return [notice for notice in self.notices if isinstance(notice, kind)]
