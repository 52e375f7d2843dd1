"""Other gesturemaps of this person: which project they play, where they listen, and what arrives there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gesturemap import commands as c
from gesturemap.control.client import Client
from gesturemap.control.door import notes
from gesturemap.errors import DeviceError
from gesturemap.library import lives

PATIENCE = 1.0
"""Seconds in which a running gesturemap says what it plays."""


@dataclass
class Running:
    """One that runs; `client` is None if it does not answer."""

    pid: str
    project: str
    client: Client | None = None
    heard: bool = False
    """Whether it has said what it plays."""
    address: str = ""
    """Where it listens, as `InputRun.address`."""
    fault: str = ""
    """Why it does not listen."""
    figures: list[dict[str, Any]] = field(default_factory=list)
    """The first and the newest of what `gesturemap.engine.figures` says."""

    @property
    def who(self) -> str:
        """For people."""
        return f"gesturemap, PID {self.pid}, with {self.project}"

    def holds(self, port: int) -> bool:
        """Whether it listens at this UDP port."""
        return self.address.endswith(f" port {port}")

    def follow(self, seconds: float, *, introduction: bool = False) -> None:
        """Hear what it says of its state and figures; of the `introduction`, only until it has said what it plays."""
        end = time.monotonic() + seconds
        while self.client and self.client.alive and (left := end - time.monotonic()) > 0:
            if introduction and self.heard:
                return
            for notice in self.client.poll(left):
                if isinstance(notice, c.State):
                    self.address = str(notice.document.get("input_address", ""))
                    self.project = str(notice.document.get("project", {}).get("path", self.project))
                    self.fault = str(notice.document.get("input_fault", ""))
                    self.heard = True
                elif isinstance(notice, c.Status):
                    self.figures = [*self.figures[:1], notice.figures]


def open_project() -> str:
    """The folder of the project that is open in the one gesturemap that runs; empty if none or several do."""
    there = {
        note["project"]
        for path, note in notes()
        if (pid := path.name.partition("-")[0]).isdecimal() and lives(int(pid))
    }
    folder = there.pop() if len(there) == 1 else ""
    return folder if folder and (Path(folder) / "project.toml").is_file() else ""


@contextmanager
def running() -> Iterator[list[Running]]:
    """Those that run now, each asked where it listens."""
    found = []
    for path, note in notes():
        pid = path.name.partition("-")[0]
        one = Running(pid, note["project"])
        try:
            one.client = Client(note["endpoint"])
        except DeviceError as error:
            gone = isinstance(error.__cause__, ConnectionRefusedError | FileNotFoundError)
            if gone or not (pid.isdecimal() and lives(int(pid))):
                continue
        one.follow(PATIENCE, introduction=True)
        found.append(one)
    try:
        yield found
    finally:
        for one in found:
            if one.client is not None:
                one.client.close()
