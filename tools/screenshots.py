"""Pictures of the window for the README and the documentation, over the real control.

    python tools/screenshots.py [--out docs/pictures] [--size 1280x720] [--only window ...]
    python tools/screenshots.py --all FOLDER

``--all``: every page of the window in every state that is hard to draw (`STATES`), at 1280x720 and 2560x1440, at 100
and 200 %, dark and light; to be looked at. A page is found as ``enter_...`` of the window.

Without a screen: ``QT_QPA_PLATFORM=offscreen python tools/screenshots.py``; without a sound card, beside
``jackd --no-realtime -d dummy -r 48000 -p 1024``, so that sound is seen too.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gesturemap.commands import AddGesture, New, Open, RenameGesture, State
from gesturemap.control.client import Client
from gesturemap.control.controller import Controller
from gesturemap.inputs.formats.recording import Recording
from gesturemap.inputs.recordings import read
from gesturemap.library import project_folder
from gesturemap.window.link import Link
from gesturemap.window.look.colours import DARK, LIGHT, Palette
from gesturemap.window.window import Window
from gesturemap.wire import osc

LISTENER = 12000
"""The UDP port at which presets expect the other program; here somebody listens."""
PATIENCE = 120.0
"""Seconds for processes to start and kernels to compile."""


class Scene:
    """A control, a window, and somebody who plays."""

    def __init__(self, project: str, size: tuple[int, int], palette: Palette) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="gesturemap-pictures-"))
        self._other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._other.bind(("127.0.0.1", LISTENER))
        copy = self._folder / project
        shutil.copytree(project_folder(project), copy)
        self.control = Controller(str(copy))
        self.control.start()
        door = self.control.switchboard.door
        assert door is not None
        self.window = Window(Link(door.endpoint, Client), palette)
        self.window.resize(*size)
        self.window.show()
        self.bench = self.window.bench
        self.told: dict[str, Any] = {}
        """The document as control has told it last."""
        self.window.link.came.connect(self._came)
        self.until(lambda: self.bench.document.trained and self.bench.document.input_address)

    def _came(self, notice: object) -> None:
        if isinstance(notice, State):
            self.told = dict(notice.document)

    def turn(self, seconds: float = 0.004) -> None:
        """Let everybody work."""
        self.control.turn(0.0)
        QTest.qWait(max(1, round(1000 * seconds)))

    def until(self, so: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait for something."""
        end = time.monotonic() + seconds
        while not so():
            self.turn()
            if time.monotonic() > end:
                sys.exit(f"screenshots: waited in vain; the window says {self.window.faults.texts()}")

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()

    def draw(self, seconds: float, until: Callable[[], object] = lambda: False) -> None:
        """Draw circles on the pad."""
        pad, began = self.window.teach.stage.pad, time.perf_counter()
        while (now := time.perf_counter() - began) < seconds and not until():
            turn = 2 * math.pi * now / 1.1
            x, y = 0.5 + 0.3 * math.cos(turn), 0.5 + 0.3 * math.sin(turn)
            QTest.mouseMove(pad, QPoint(round(x * pad.width()), round((1 - y) * pad.height())))
            self.turn(0.008)

    def send(self, recordings: Iterator[Recording], seconds: float, until: Callable[[], object]) -> None:
        """Play recordings into the OSC port, in their own time."""
        port = int(self.bench.document.input_address.rpartition(" ")[2])
        began, at, count = time.perf_counter(), 0.0, 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
            for recording in recordings:
                for moment, row in zip(recording.time - recording.time[0], recording.values, strict=True):
                    while time.perf_counter() - began < at + moment:
                        self.turn(0.002)
                    packet = osc.build("/phone", *row.tolist(), at + float(moment), count, tags="fffdi")
                    phone.sendto(packet, ("127.0.0.1", port))
                    count += 1
                    if time.perf_counter() - began > seconds and until():
                        return
                at += float(recording.time[-1] - recording.time[0]) + 0.3

    def keep(self, path: Path) -> None:
        """Save what the window shows now."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.window.grab().save(str(path))
        print(path, *self.window.faults.texts(), sep="\n  ")  # noqa: T201  # a tool

    def close(self) -> None:
        """Leave nothing behind."""
        self.window.close()
        self.control.close()
        self._other.close()
        shutil.rmtree(self._folder)


def phone(out: Path, size: tuple[int, int], palette: Palette) -> None:
    """A phone's gestures, recognised."""
    scene = Scene("phone-gestures", size, palette)
    moved(scene, 16.0)
    scene.keep(out)
    scene.close()


def test(out: Path, size: tuple[int, int], palette: Palette) -> None:
    """The same on the page for testing, each demonstration left out once."""
    scene = Scene("phone-gestures", size, palette)
    scene.window.enter_test()
    moved(scene, 45.0)
    scene.keep(out)
    scene.close()


def perform(out: Path, size: tuple[int, int], palette: Palette) -> None:
    """The same on the page to play from."""
    scene = Scene("phone-gestures", size, palette)
    scene.window.enter_perform()
    scene.window.showNormal()  # a picture of a size of its own
    scene.window.resize(*size)
    moved(scene, 9.0)
    scene.keep(out)
    scene.close()


def moved(scene: Scene, seconds: float) -> None:
    """Play gestures into the phone's port for so long, and until one is recognised."""
    taught = scene.bench.document.labels
    found = read(project_folder("phone-gestures") / "recordings.npz").recordings
    by_label = [[recording for recording in found if recording.label == label] for label in taught]
    rounds = list(chain.from_iterable(zip(*by_label, strict=False)))
    scene.send(chain(rounds, rounds), seconds, lambda: scene.bench.verdict.label in taught)


def pointer(out: Path, size: tuple[int, int], palette: Palette) -> None:
    """The pointer pad, a circle recognised."""
    scene = Scene("pointer", size, palette)
    scene.draw(9.0)
    winner = scene.window.teach.recognised.winner
    scene.draw(20.0, until=lambda: winner.text() == "circle")
    scene.keep(out)
    scene.close()


def recording(out: Path, size: tuple[int, int], palette: Palette) -> None:
    """A demonstration being recorded on the pad."""
    scene = Scene("pointer", size, palette)
    scene.draw(2.0)
    QTest.keyClick(scene.window, Qt.Key.Key_Space)
    scene.until(lambda: scene.bench.document.recording)
    scene.draw(2.2)
    scene.keep(out)
    scene.close()


def counting(out: Path, size: tuple[int, int], palette: Palette) -> None:
    """The count-in."""
    scene = Scene("pointer", size, palette)
    scene.window.teach.recorder.controls.count_in.setValue(3)
    scene.draw(2.0)
    QTest.keyClick(scene.window, Qt.Key.Key_Space)
    scene.pause(1.2)
    scene.keep(out)
    scene.close()


def empty(out: Path, size: tuple[int, int], palette: Palette) -> None:
    """A fault in its place, nothing arriving."""
    scene = Scene("phone-gestures", size, palette)
    scene.bench.send(Open("no-such-project"))
    scene.until(scene.window.faults.texts)
    scene.pause(1.2)
    scene.keep(out)
    scene.close()


def source(out: Path, size: tuple[int, int], palette: Palette) -> None:
    """A known device chosen for a source that is not in use yet."""
    scene = Scene("pointer", size, palette)
    sources = scene.window.teach.sources
    sources.more.setChecked(True)
    sources.kind.setCurrentIndex(sources.kind.findData("osc"))
    box = sources.layout_box
    assert box is not None
    box.setCurrentIndex(1)
    box.activated.emit(1)
    scene.pause(1.2)
    scene.keep(out)
    scene.close()


SCENES = {
    "window": phone,
    "test": test,
    "perform": perform,
    "pointer": pointer,
    "recording": recording,
    "count-in": counting,
    "fault": empty,
    "source": source,
}


# Everything, to be looked at


def taught(scene: Scene) -> None:
    """A phone's gestures, recognised."""
    moved(scene, 9.0)


def long_names(scene: Scene) -> None:
    """Names as long as they may be."""
    for number, label in enumerate(scene.bench.document.labels):
        scene.bench.send(RenameGesture(label, f"{number} a gesture with a name of forty letters"[:40]))
    scene.until(lambda: all(len(label) == 40 for label in scene.bench.document.labels))
    scene.pause(1.0)


def twenty(scene: Scene) -> None:
    """As many gestures as colours and shapes are for."""
    for number in range(20 - len(scene.bench.document.labels)):
        scene.bench.send(AddGesture(f"gesture {number}"))
    scene.until(lambda: len(scene.bench.document.labels) == 20)
    scene.pause(1.0)


def faulty(scene: Scene) -> None:
    """Lines that say what went wrong."""
    scene.bench.send(Open("no-such-project"))
    scene.until(scene.window.faults.texts)


def engine_off(scene: Scene) -> None:
    """As the window is told of it; a real one is back before it can be drawn."""
    processes = dict(scene.bench.document.processes) | {"engine": "restarting"}
    scene.window.link.came.emit(State(scene.told | {"processes": processes, "input_address": ""}))


def fresh(scene: Scene) -> None:
    """A new project: nothing in it yet."""
    scene.bench.send(New())
    scene.until(lambda: not scene.bench.document.labels and scene.bench.document.input_address)
    scene.pause(1.5)


STATES: dict[str, Callable[[Scene], None]] = {
    "taught": taught,
    "long names": long_names,
    "twenty": twenty,
    "fault": faulty,
    "engine off": engine_off,
    "empty": fresh,
}
"""In this order: each begins where the one before has ended."""


def pages(window: Window) -> list[str]:
    """Every page there is."""
    return [name.removeprefix("enter_") for name in dir(window) if name.startswith("enter_")]


def everything(folder: Path, sizes: list[str]) -> None:
    """Every page in every state in these sizes, in the scale that Qt was told before it began."""
    scale = float(os.environ.get("QT_SCALE_FACTOR", "1"))
    scene = Scene("phone-gestures", (1280, 720), DARK)
    scene.pause(2.0)
    for state, reach in STATES.items():
        scene.window.enter("teach")
        reach(scene)
        still = state == "engine off"
        for page in sorted(pages(scene.window)):
            scene.window.enter(page)
            scene.window.showNormal()
            for size in sizes:
                width, _, height = size.partition("x")
                scene.window.resize(round(int(width) / scale), round(int(height) / scale))
                for look in ("dark", "light"):
                    if scene.window.kept()["look"] != look:
                        scene.window.change_look()
                    QTest.qWait(200) if still else scene.pause(0.3)
                    while not scene.window.wardrobe.done:
                        QTest.qWait(20)
                    scene.keep(folder / f"{page}-{state.replace(' ', '-')}-{size}-{scale:.0%}-{look}.png")
    scene.close()


def all_of_them(folder: Path) -> None:
    """Everything at 100 % and, in a process of its own, at 200 %."""
    for scale, sizes in (("1", "1280x720,2560x1440"), ("2", "1280x720,2560x1440")):
        subprocess.run(
            [sys.executable, __file__, "--part", sizes, "--out", str(folder)],
            env=os.environ | {"QT_SCALE_FACTOR": scale}, check=True,
        )  # fmt: skip


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--look", choices=("dark", "light"), default="dark")
    parser.add_argument("--only", nargs="*", choices=SCENES, default=["window", "test", "perform", "pointer"])
    parser.add_argument(
        "--all", type=Path, metavar="FOLDER", help="every page in every state, to be looked at"
    )
    parser.add_argument("--part", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen" if not os.environ.get("DISPLAY") else "xcb")
    if options.all:
        all_of_them(options.all)
        return
    width, _, height = options.size.partition("x")
    app = QApplication([])
    if options.part:
        everything(options.out, options.part.split(","))
        return
    for name in options.only:
        palette = DARK if options.look == "dark" else LIGHT
        SCENES[name](options.out / f"{name}.png", (int(width), int(height)), palette)
    app.quit()


if __name__ == "__main__":
    main()
