"""What the window costs: share of one core, start to first picture, longest pause of its event loop, memory.

    QT_QPA_PLATFORM=offscreen python benchmarks/window.py [--page teach|test|perform] [--seconds 10] [--size 1280x720]
    QT_QPA_PLATFORM=offscreen python benchmarks/window.py --start 5
    QT_QPA_PLATFORM=offscreen python benchmarks/window.py --command 5
    QT_QPA_PLATFORM=offscreen python benchmarks/window.py --demonstrations 1000
    QT_QPA_PLATFORM=offscreen python benchmarks/window.py --hours 1 [--pace quick|real]

By itself: 12 channels at 200 Hz, 20 gestures, everything live; the window is fed from another process.
``--start``: from the start of the process, everything in the disk's cache; ``--command``: from the command on, while
control, engine, trainer and synth begin too. ``--demonstrations``: a real control opens
a project of so many and learns it. ``--hours``: as many pictures as so many hours have, one after the other as
quickly as they go, or in their own time; MB an hour are the slope of the memory over the second half.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the window's own process begins

import numpy as np

CHANNELS = [f"{sensor}_{axis}" for sensor in ("acc", "gyro", "mag", "lin") for axis in "xyz"]
LABELS = [f"gesture {n}" for n in range(20)]
CONTROLS = ["brightness", "density", "level", "pan"]
RATE = 200.0
HZ = 30
"""Pictures a second."""
FILLED = {"teach": 9.0, "test": 61.0, "perform": 9.0}
"""Page -> seconds until its curves are as long as they get."""
EACH = 3
"""Demonstrations of each gesture, for their mean curve and the map."""
PATIENCE = 600.0


def shown(folder: Path) -> list[dict[str, Any]]:
    """Gestures with demonstrations, which are written there."""
    from gesturemap.demonstrations import Demonstration
    from gesturemap.frames import Spec
    from gesturemap.project.takes import encode, file_name

    gestures, rng = [], np.random.default_rng(0)
    for number, label in enumerate(LABELS):
        takes = []
        for take in range(EACH):
            time = np.arange(200) / RATE
            waves = np.sin((2 + (number + np.arange(12)) % 5) * 3 * time[:, None] + np.arange(12))
            values = waves + 0.1 * rng.normal(size=waves.shape)
            made = Demonstration(f"g{number}-{take}", label, Spec.of(*CHANNELS, rate=RATE), time, values)
            (folder / file_name(made.id)).write_bytes(encode(made))
            takes.append({"id": made.id, "frames": len(made), "seconds": made.seconds, "note": ""})
        gestures.append({"label": label, "demonstrations": takes})
    return gestures


def feed(pipe: Any, stop: Event) -> None:
    """Be a control with a scope, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        _feed(pipe, stop, Path(folder))


def _feed(pipe: Any, stop: Event, folder: Path) -> None:
    from gesturemap import codec
    from gesturemap import commands as c
    from gesturemap.control import door as doors
    from gesturemap.engine.scope import ScopeWriter

    groups = {
        "time": ["time"], "arrived": ["arrived"], "winner": ["winner"], "inputs": CHANNELS,
        "features": CHANNELS, "log_likelihoods": LABELS, "posterior": LABELS, "progress": LABELS,
        "fit": LABELS, "outputs": [], "deviations": [], "controls": CONTROLS,
    }  # fmt: skip
    scope, door = ScopeWriter(groups), doors.Door()
    pipe.send(door.endpoint)
    state = {
        "project": {"name": "benchmark", "path": "/nowhere/benchmark", "writable": True},
        "input": {"kind": "osc"}, "running": True, "input_address": "127.0.0.1, UDP port 8000",
        "gestures": shown(folder), "folder": str(folder), "mapping": [{"kind": "events", "threshold": 0.7}],
        "trained": {"labels": LABELS, "seconds": 0.1}, "processes": {"engine": "running", "synth": "running"},
    }  # fmt: skip
    figures = {"rate": RATE, "latency_ms": {"p50": 0.2, "p99": 1.0, "max": 2.0}, "peak_db": [-9.0, -9.0]}
    clients, count, began, told, turn = [], 0, time.perf_counter(), 0.0, 0
    while not stop.is_set():
        while door.newcomers:
            clients.append(door.newcomers.popleft())
            clients[-1].send_bytes(codec.encode(c.State(state)))
            clients[-1].send_bytes(codec.encode(c.ScopeOpened(str(scope.path))))
        now = time.perf_counter()
        turn += 1
        for client in list(clients):
            try:
                if now - told > 1.0:
                    client.send_bytes(codec.encode(c.Status(figures)))
                if turn % 16 == 0:  # as the synth while anything sounds
                    client.send_bytes(
                        codec.encode(c.Levels([-20 + 8 * math.sin(3 * now), -18 + 8 * math.cos(now)]))
                    )
            except OSError:  # this window was closed
                clients.remove(client)
        told = now if now - told > 1.0 else told
        while began + count / RATE < now:
            at = began + count / RATE
            waves = np.sin((2 + np.arange(12) % 5) * at + np.arange(12))
            posterior = np.full(20, 0.01)
            posterior[int(at) % 20] = 0.81
            scope.write((at,), (at,), (int(at) % 20,), waves, waves, posterior, posterior,
                        np.full(20, at % 1), posterior, (), (), np.sin(at + np.arange(4)))  # fmt: skip
            count += 1
        time.sleep(0.002)  # paces the sender, and leaves the core to the window
    for client in clients:
        client.close()
    door.close()
    scope.close()


def control(pipe: Any, stop: Event, project: str) -> None:
    """Be the real control, in a process of its own."""
    from gesturemap.control.controller import Controller

    made = Controller(project, sound=False)
    made.start()
    assert made.switchboard.door is not None
    pipe.send(made.switchboard.door.endpoint)
    while not stop.is_set():
        made.turn()
    made.close()


class Heart:
    """Beats in the window's event loop: how long it was away, on the clock and in its own work."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self.wall = self.work = 0.0
        self._last: tuple[float, float] | None = None
        self._timer = QTimer()
        self._timer.setInterval(2)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        """Count from now on."""
        self.wall = self.work = 0.0
        self._last = None
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter(), time.thread_time()
        if self._last is not None:
            self.wall = max(self.wall, now[0] - self._last[0])
            self.work = max(self.work, now[1] - self._last[1])
        self._last = now

    def figures(self) -> dict[str, float]:
        """The longest pause on the clock, which other programs lengthen, and the longest piece of work, both in ms."""
        return {"longest_pause_ms": 1000 * self.wall, "longest_work_ms": 1000 * self.work}


def opened(endpoint: str, size: tuple[int, int], page: str) -> tuple[Any, Any]:
    """An application, and the window on a page."""
    from PySide6.QtWidgets import QApplication

    from gesturemap.control.client import Client
    from gesturemap.window.care import warm
    from gesturemap.window.link import Link
    from gesturemap.window.window import Window

    app = QApplication([])
    window = Window(Link(endpoint, Client))
    window.resize(*size)
    window.show()
    window.enter(page)
    if page == "perform":
        window.showNormal()  # a size of its own
        window.resize(*size)
    warm.begin()
    gc.collect()
    gc.freeze()
    return app, window


def live(endpoint: str, options: argparse.Namespace) -> dict[str, float]:
    """Open the window and watch it."""
    from PySide6.QtCore import QTimer

    app, window = opened(endpoint, options.size, options.page)
    heart, span = Heart(), []

    def mark() -> None:
        span.append((time.process_time(), time.perf_counter()))
        heart.begin()

    filled = FILLED[options.page]
    QTimer.singleShot(round(1000 * filled), mark)
    QTimer.singleShot(round(1000 * (filled + options.seconds)), app.quit)
    app.exec()
    used, passed = time.process_time() - span[0][0], time.perf_counter() - span[0][1]
    window.close()
    return {"core_percent": 100 * used / passed, **heart.figures()}


FIRST_PICTURE = """
import os, sys, time
from gesturemap.window import app
from gesturemap.window.topbar import TopBar
paint = TopBar.paintEvent
def first(self, event):
    paint(self, event)
    from PySide6.QtCore import QTimer
    def told():
        print(time.time(), time.process_time(), flush=True)
        self.window().close()
    QTimer.singleShot(0, told)
    TopBar.paintEvent = paint
TopBar.paintEvent = first
sys.exit(app.main(sys.argv[1]))
"""


def start(endpoint: str, options: argparse.Namespace) -> dict[str, float]:
    """From the start of a process to its first picture, the best of several: on the clock, and its own work."""
    found = []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(options.start + 1):
            began = time.time()
            said = subprocess.run(
                [sys.executable, "-c", FIRST_PICTURE, endpoint],
                env=os.environ | {"XDG_DATA_HOME": home}, capture_output=True, text=True, check=True,
            ).stdout.split()  # fmt: skip
            found.append((float(said[0]) - began, float(said[1])))
    walls, works = zip(*found[1:], strict=True)  # the first one warms
    return {
        "first_picture_s": min(walls),
        "first_picture_median_s": float(np.median(walls)),
        "first_picture_work_s": min(works),
    }


HOOK = """
import importlib.util, os, sys, time
class Hook:
    def find_spec(self, name, path=None, target=None):
        if name != "gesturemap.window.topbar":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module
        def executed(module):
            run(module)
            paint, told = module.TopBar.paintEvent, os.environ["FIRST_PICTURE"]
            def painted(self, event):
                paint(self, event)
                if not os.path.exists(told):
                    with open(told + "~", "w") as file:
                        file.write(str(time.time()))
                    os.rename(told + "~", told)
            module.TopBar.paintEvent = painted
        spec.loader.exec_module = executed
        return spec
sys.meta_path.insert(0, Hook())
"""
"""Writes down when the window is painted first, in whichever process that is."""


def from_command(times: int) -> dict[str, float]:
    """From the command ``gesturemap window pointer`` to the first picture; control, engine and all else begin too."""
    found = []
    with tempfile.TemporaryDirectory() as home:
        told = Path(home) / "told"
        (Path(home) / "sitecustomize.py").write_text(HOOK)
        places = {
            "PYTHONPATH": home,
            "XDG_DATA_HOME": home,
            "XDG_RUNTIME_DIR": home,
            "FIRST_PICTURE": str(told),
        }
        for _ in range(times + 1):
            began = time.time()
            command = [sys.executable, "-m", "gesturemap", "window", "pointer"]
            made = subprocess.Popen(command, env=os.environ | places, stdout=subprocess.DEVNULL)
            while not told.exists():
                time.sleep(0.01)  # 1 % of what is measured, which the window writes down itself
            found.append(float(told.read_text()) - began)
            time.sleep(2.0)  # not measured: engine, trainer and synth have begun too, and end in order
            made.terminate()
            made.wait()
            told.unlink()
    return {"from_command_s": min(found[1:]), "from_command_median_s": float(np.median(found[1:]))}


def large_project(folder: Path, demonstrations: int) -> Path:
    """A project of 20 gestures with so many demonstrations of a second each, 12 channels at 60 Hz."""
    from dataclasses import replace

    from gesturemap.demonstrations import Demonstration
    from gesturemap.frames import Spec
    from gesturemap.project.project import assemble
    from gesturemap.project.save import save_project

    spec, clock, rng = Spec.of(*CHANNELS, rate=60.0), np.arange(60) / 60, np.random.default_rng(1)
    tables = {
        "project": {"name": "large"},
        "input": {"kind": "osc", "port": 0, "address": "/frame", "arguments": CHANNELS, "rate": 60.0},
        "model": {"kind": "exemplar"}, "gestures": LABELS, "outputs": [],
    }  # fmt: skip
    place = folder / "large"
    made = []
    for number in range(demonstrations):
        kind = number % len(LABELS)
        phases = np.arange(12) * (1 + kind % 5)
        values = np.sin((2 + kind) * clock[:, None] + phases) + rng.normal(0, 0.05, (60, 12))
        made.append(Demonstration(f"d{number:05}", LABELS[kind], spec, clock, values))
    save_project(replace(assemble(tables, str(place), "benchmark"), demonstrations=tuple(made)), place)
    return place


def large(endpoint: str, options: argparse.Namespace, project: Path) -> dict[str, float]:
    """Open a large project and learn it, and watch the heart."""
    from PySide6.QtTest import QTest

    from gesturemap.commands import Open, Train

    _, window = opened(endpoint, options.size, options.page)
    bench, heart, figures = window.bench, Heart(), {}

    def until(so: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not so():
            QTest.qWait(20)
            if time.monotonic() > end:
                sys.exit(f"window: waited in vain; it says {window.faults.texts()}")

    def part(name: str, act: Callable[[], object], so: Callable[[], object]) -> None:
        heart.begin()
        began = time.perf_counter()
        act()
        until(so)
        QTest.qWait(1500)  # what comes of it
        figures[f"{name}_s"] = time.perf_counter() - began
        figures.update({f"{name}_{key}": value for key, value in heart.figures().items()})

    until(lambda: bench.document.labels and bench.document.trained)
    until(lambda: not bench.document.trained.stale)
    QTest.qWait(3000)
    many = options.demonstrations
    part(
        "open",
        lambda: bench.send(Open(str(project))),
        lambda: sum(len(g.demonstrations) for g in bench.document.gestures) == many,
    )
    part(
        "train",
        lambda: bench.send(Train()),
        lambda: bench.document.trained and not bench.document.trained.stale,
    )
    part("select", lambda: [(bench.select(label), QTest.qWait(200)) for label in LABELS[:5]], lambda: True)
    window.close()
    return figures


def memory() -> float:
    """MB of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def hours(endpoint: str, options: argparse.Namespace) -> dict[str, float]:
    """As many pictures as so many hours have."""
    app, window = opened(endpoint, options.size, options.page)
    pictures = round(options.hours * 3600 * HZ)
    quick = options.pace == "quick"
    if quick:
        window._timer.stop()  # we turn by hand
    began, samples, worked = time.perf_counter(), [], time.process_time()
    for picture in range(pictures):
        if quick:
            window.tick()
        else:
            time.sleep(max(0.0, began + picture / HZ - time.perf_counter()))
        app.processEvents()
        if picture % 200 == 0:
            gc.collect()
            samples.append((picture / (3600 * HZ), memory(), sys.getrefcount(None)))
    window.close()
    taken = np.array(samples[len(samples) // 2 :])
    slope, nones = (float(np.polyfit(taken[:, 0], taken[:, column], 1)[0]) for column in (1, 2))
    return {
        "pictures": pictures, "seconds": time.perf_counter() - began, "work_s": time.process_time() - worked,
        "mb": samples[-1][1], "mb_an_hour": slope, "nones_an_hour": nones,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument(
        "--size", default=(1280, 720), type=lambda text: tuple(int(part) for part in text.split("x"))
    )
    parser.add_argument("--page", default="teach", choices=("teach", "test", "perform"))
    parser.add_argument("--start", type=int, default=0, metavar="TIMES")
    parser.add_argument("--command", type=int, default=0, metavar="TIMES")
    parser.add_argument("--demonstrations", type=int, default=0)
    parser.add_argument("--hours", type=float, default=0.0)
    parser.add_argument("--pace", default="quick", choices=("quick", "real"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = from_command(options.command) if options.command else fed(options)
    figures["load"] = os.getloadavg()[0]
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name}: {value:.2f}" for name, value in figures.items()))


def fed(options: argparse.Namespace) -> dict[str, float]:
    """With control, or what feeds a window as it does, in another process."""
    spawn = multiprocessing.get_context("spawn")
    with ExitStack() as last:
        ours, theirs = spawn.Pipe()
        stop = spawn.Event()
        if options.demonstrations:
            folder = Path(last.enter_context(tempfile.TemporaryDirectory()))
            project = large_project(folder, options.demonstrations)
            other = spawn.Process(target=control, args=(theirs, stop, "pointer"))
        else:
            other = spawn.Process(target=feed, args=(theirs, stop))
        other.start()
        last.callback(other.join)
        last.callback(stop.set)
        endpoint = ours.recv()
        if options.demonstrations:
            return large(endpoint, options, project)
        act = start if options.start else hours if options.hours else live
        return act(endpoint, options)


if __name__ == "__main__":
    main()
