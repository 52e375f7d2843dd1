"""Control's handle on the process of remote control: begun, begun again where it ends, ended with control."""

from __future__ import annotations

import dataclasses
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from gesturemap import commands as c
from gesturemap import companion, inner
from gesturemap.control.controller import Controller
from gesturemap.control.desk import shipped
from gesturemap.errors import SettingsError
from gesturemap.inputs.remote import Remote
from gesturemap.library import at_home

AGAIN, LONGEST = 1.0, 30.0
"""Seconds after which a process that has ended is begun again; twice as many each time, up to the longest."""


class Space:
    """Remote control of a control that has a door.

    The port stays as it was opened, whatever project is opened next: a scene cuts nobody off.

    Parameters
    ----------
    settings : where, and who may; None: as the first project says that has a section ``[remote]``.
    """

    def __init__(self, controller: Controller, settings: Remote | None = None) -> None:
        self.settings: Remote | None = None
        """As it was opened."""
        self._controller = controller
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        if settings is not None:
            self._begin(settings, Path.cwd())
        else:
            self._look()
            controller.watchers.append(self._heard)

    @property
    def pid(self) -> int:
        """The number of its process; 0 where there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else 0

    def _heard(self, notice: c.Message) -> None:
        if isinstance(notice, c.State):
            self._look()

    def _look(self) -> None:
        """Open it where the project that plays is the first that wants it."""
        settings = self._controller.project.remote
        if self.settings is None and settings.port and self._controller.switchboard.door is not None:
            self._begin(settings, self._controller.desk.folder)

    def _begin(self, settings: Remote, folder: Path) -> None:
        door = self._controller.switchboard.door
        if door is None:
            raise SettingsError(
                "remote", f"port {settings.port}", "it comes in at control's door", "start with one"
            )
        self.settings = settings
        home = self._controller.home
        roots = [str(folder / at_home(root)) for root in settings.roots]
        orders = dataclasses.asdict(settings) | {
            "endpoint": door.endpoint,
            "host": settings.address,
            "roots": roots,
            "home": str(home),
            "saves": "" if shipped(home) else str(home.parent),
        }
        self._thread = threading.Thread(target=self._keep, args=(orders,), name="remote", daemon=True)
        self._thread.start()

    def _keep(self, orders: dict[str, Any]) -> None:
        """Have the process run until the end."""
        pause = AGAIN
        while True:
            with self._lock:
                if self._ended.is_set():
                    return
                self._process = companion.begin("gesturemap.remote.serve", orders)
            begun = time.monotonic()
            self._process.wait()
            pause = AGAIN if time.monotonic() - begun > LONGEST else pause
            if self._ended.is_set():
                return
            fault = f"remote: its process has ended; it is begun again in {pause:g} s"
            self._controller.switchboard.call(inner.Beside({"remote": {}}, fault))
            companion.end(self._process)
            if self._ended.wait(pause):
                return
            pause = min(LONGEST, 2.0 * pause)

    def close(self) -> None:
        """End it; safe to call twice."""
        with self._lock:
            self._ended.set()
        if self._process is not None:
            companion.end(self._process)
        if self._thread is not None:
            self._thread.join()
