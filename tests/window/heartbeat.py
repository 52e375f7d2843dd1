"""How long the window's thread works at a piece while somebody switches between dark and light, in its own time."""

from __future__ import annotations

import math
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from little_control import GROUPS, LittleControl, document
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from gesturemap.control import door
from gesturemap.control.client import Client
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.takes import encode, file_name
from gesturemap.window.link import Link
from gesturemap.window.window import Window

CHANNELS = [f"{sensor}_{axis}" for sensor in ("acc", "gyro", "mag", "lin") for axis in "xyz"]
LABELS = [f"gesture {n}" for n in range(12)]
SWITCHES = 6
YARD = 110
"""Labels of a `yardstick`."""
AFTER = 500
"""Milliseconds in which everything of a switch comes to rest."""


def yardstick() -> float:
    """Seconds of the processor that dressing and painting some labels takes, 0.01 where a machine is not busy.

    Machines that are shared run at half of their speed for minutes.
    """
    begin, made = time.thread_time(), QWidget()
    column = QVBoxLayout(made)
    for n in range(YARD):
        column.addWidget(QLabel(f"line {n}"))
    made.setStyleSheet("QLabel { color: #ff8000; padding: 2px; border: 1px solid #333333; }")
    made.resize(600, 1000)
    made.grab()
    return time.thread_time() - begin


class Heart:
    """Beats in the event loop: how long it worked between two beats, in seconds of the processor."""

    def __init__(self) -> None:
        self.work = 0.0
        self._last = math.inf
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(2)

    def begin(self) -> None:
        """Count from now on."""
        self.work, self._last = 0.0, time.thread_time()

    def _beat(self) -> None:
        now = time.thread_time()
        self.work, self._last = max(self.work, now - self._last), now


def taught(folder: Path) -> list[dict[str, object]]:
    """Gestures of 12 channels, three demonstrations each."""
    gestures, clock = [], np.arange(60) / 60
    for kind, label in enumerate(LABELS):
        takes = []
        for take in range(3):
            values = np.sin((2 + kind) * clock[:, None] + np.arange(12))
            made = Demonstration(f"g{kind}-{take}", label, Spec.of(*CHANNELS, rate=60.0), clock, values)
            (folder / file_name(made.id)).write_bytes(encode(made))
            takes.append({"id": made.id, "frames": 60, "seconds": 1.0, "note": ""})
        gestures.append({"label": label, "demonstrations": takes})
    return gestures


@contextmanager
def opened(folder: Path, size: tuple[int, int]) -> Iterator[tuple[LittleControl, Window]]:
    """A window of 12 channels and 12 gestures, everything live."""
    door.notes_folder = lambda: folder  # type: ignore[assignment]
    by_gesture = ("log_likelihoods", "posterior", "progress", "fit")
    groups = GROUPS | {"inputs": CHANNELS} | dict.fromkeys(by_gesture, LABELS)
    state = document(gestures=taught(folder), folder=str(folder), trained={"labels": LABELS, "seconds": 0.1})
    control = LittleControl(state | {"input": {"kind": "osc"}}, groups)
    window = Window(Link(control.endpoint, Client))
    window.resize(*size)
    window.show()
    feed = QTimer()
    feed.timeout.connect(lambda: frame(control, time.perf_counter()))
    feed.start(16)
    try:
        yield control, window
    finally:
        feed.stop()
        window.close()
        control.close()


def frame(control: LittleControl, now: float) -> None:
    """One row of the scope."""
    control.pump()
    likely = np.full(len(LABELS), 0.01)
    likely[int(now) % len(LABELS)] = 0.89
    control.scope.write(
        (now,), (now,), (int(now) % len(LABELS),), np.sin((2 + np.arange(12) % 5) * now), (1.2,), likely, likely,
        likely, likely, (), (), (0.6, 0.2),
    )  # fmt: skip


def switched(folder: Path, page: str) -> list[float]:
    """The longest piece of work of each of some switches, in ms where a `yardstick` takes 10 ms."""
    with opened(folder, (1280, 720)) as (_, window):
        for each in ("test", "settings", page):  # what was seen once is to be dressed again
            window.settings.show_tab() if each == "settings" else window.enter(each)
            QTest.qWait(AFTER)
            window.settings.put_away()
        heart, found = Heart(), []
        yardstick()  # the first has more to do
        for _ in range(SWITCHES):
            before = yardstick()
            heart.begin()
            window.status.look.click()
            QTest.qWait(AFTER)
            found.append(10 * heart.work / (0.5 * (before + yardstick())))
        return found


if __name__ == "__main__":
    app = QApplication([])
    with tempfile.TemporaryDirectory() as place:
        print(*(f"{work:.1f}" for work in switched(Path(place), sys.argv[1])))
