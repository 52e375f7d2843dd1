"""A window as a person meets it: found as it was left, in the size that is wanted, and in another one when that is."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

from gesturemap.commands import Message, State
from gesturemap.window.care.memory import Memory
from gesturemap.window.facts.kept import SCALE, Kept, kept_file, understood
from gesturemap.window.relay import Predecessor, Successor
from gesturemap.window.window import Window
from gesturemap.window.words import care as said

LOOK_MS, PATIENCE = 15, 2.0
"""Milliseconds between two looks whether a window is painted, and seconds after which that is taken for granted: one
on another desktop never is."""


class Opened(QObject):
    """Opens a window, and another one in its place.

    Parameters
    ----------
    kept : how the window was.
    fixed : what ``QT_SCALE_FACTOR`` says where a person has set it.
    """

    def __init__(self, window: Window, endpoint: str, kept: Kept, fixed: str) -> None:
        super().__init__()
        self._window, self._kept, self._fixed = window, kept, fixed
        self._memory: Memory | None = None
        self._successor = Successor(endpoint, self._told, self._busy)
        self._successor.followed.connect(self._give_place)
        self._successor.failed.connect(self._stay)
        self._predecessor = Predecessor()
        self._waits = True
        """Whether the window before waits for this one to be built."""
        self.followed: subprocess.Popen[bytes] | None = None
        """The window that has come in place of this one."""
        window.closes.connect(self._successor.end)

    def open(self) -> None:
        """Show it as it was."""
        window = self._window
        memory = self._memory = Memory(window, self._kept, kept_file(), told=window.kept, fixed=self._fixed)
        window.closes.connect(memory.close)
        window.resized.connect(self._resize)
        memory.again.connect(self._begin)
        memory.stays.connect(self._successor.end)
        memory.restore()
        window.show()
        window.recall(self._kept)
        asks = window.teach.stage.question.asks  # it stands on that page, whichever was left last
        asks.connect(window.enter_teach, Qt.ConnectionType.SingleShotConnection)

    # In place of another one

    def follow(self, quit_: Callable[[], None]) -> None:
        """Be built out of sight, then come in place of the window before."""
        self._predecessor.told.connect(self._take_over)
        self._predecessor.gone.connect(self._window.close)
        self._predecessor.gone.connect(quit_)
        self._window.link.came.connect(self._look)

    def _look(self, notice: Message) -> None:
        if self._waits and isinstance(notice, State):
            self._waits = False
            self._predecessor.ready()

    def _take_over(self, how: dict[str, Any]) -> None:
        self._kept = replace(understood(how["kept"]), scale=self._kept.scale)
        self._window.wear(self._kept.look)
        self._window.bench.testing.monitor.recall(how["lines"])
        self._window.bench.testing.marks.recall(how["marks"])
        self._window.bench.troubles.recall(how["troubles"])
        self._window.teach.outgoing.show_lines(how["events"])
        self._window.test.beliefs.recall(how["asked"])
        self.open()
        for panel in self._window.panels:  # what is found again is of a project that is known already
            panel.follow(self._window.bench.document)
        self._shown(time.monotonic() + PATIENCE)

    def _shown(self, latest: float) -> None:
        handle = self._window.windowHandle()
        if (handle is not None and handle.isExposed()) or time.monotonic() > latest:
            self._predecessor.shown()
        else:
            QTimer.singleShot(LOOK_MS, lambda: self._shown(latest))

    # Another one in its place

    def _resize(self, steps: int) -> None:
        if self._memory is not None and (why := self._memory.resize_all(steps)):
            self._window.bench.answer.emit("size", why)

    def _begin(self) -> None:
        assert self._memory is not None
        environment = {name: value for name, value in os.environ.items() if name != SCALE}
        self._successor.begin(self._memory.scale, environment)

    def _told(self) -> dict[str, Any]:
        assert self._memory is not None
        window = self._window
        return {
            "kept": asdict(self._memory.now()),
            "lines": window.bench.testing.monitor.lines(),
            "asked": [[asked.word, asked.arguments]] if (asked := window.test.beliefs.wanted) else [],
            "marks": window.bench.testing.marks.told(),
            "troubles": window.bench.troubles.kept(),
            "events": list(window.teach.outgoing.lines),
        }

    def _busy(self) -> bool:
        """Whether this one must not go now: it records, or is still asked for another size."""
        return self._window.bench.record_key.state != "idle" or self._resizing

    @property
    def _resizing(self) -> bool:
        return self._memory is not None and self._memory.settling

    def _give_place(self) -> None:
        if self._resizing:
            return  # yet another size is wanted: a window of that follows, and not this one
        self.followed, self._successor.process = self._successor.process, None
        self._window.close()

    def _stay(self) -> None:
        if self._memory is not None:
            self._memory.stay()
            self._window.bench.answer.emit("size", said.SCALE_FAILED)
