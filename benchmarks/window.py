"""What the window costs: share of one core, start to first picture, longest pause of its event loop.

    QT_QPA_PLATFORM=offscreen python benchmarks/window.py [--seconds 10] [--size 1280x720] [--json]

12 channels at 200 Hz, 20 gestures, everything live; the window is fed from another process.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import time
from multiprocessing.synchronize import Event
from typing import Any

import numpy as np

CHANNELS = [f"{sensor}_{axis}" for sensor in ("acc", "gyro", "mag", "lin") for axis in "xyz"]
LABELS = [f"gesture {n}" for n in range(20)]
CONTROLS = ["brightness", "density", "level", "pan"]
RATE = 200.0


def feed(pipe: Any, stop: Event) -> None:
    """Be a control with a scope, in a process of its own."""
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
        "project": {"name": "benchmark"}, "input": {"kind": "osc"}, "running": True,
        "gestures": [{"label": label, "demonstrations": []} for label in LABELS],
        "trained": {"labels": LABELS, "seconds": 0.1},
    }  # fmt: skip
    figures = {"rate": RATE, "latency_ms": {"p50": 0.2, "p99": 1.0, "max": 2.0}, "peak_db": [-9.0, -9.0]}
    clients, count, began, told = [], 0, time.perf_counter(), 0.0
    while not stop.is_set():
        while door.newcomers:
            clients.append(door.newcomers.popleft())
            clients[-1].send_bytes(codec.encode(c.State(state)))
            clients[-1].send_bytes(codec.encode(c.ScopeOpened(str(scope.path))))
        now = time.perf_counter()
        if now - told > 1.0:
            told = now
            for client in clients:
                client.send_bytes(codec.encode(c.Status(figures)))
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


def measure(endpoint: str, seconds: float, size: tuple[int, int]) -> dict[str, float]:
    """Open the window and watch it."""
    began = time.perf_counter()
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from gesturemap.control.client import Client
    from gesturemap.window.link import Link
    from gesturemap.window.window import Window

    class Timed(Window):
        first = 0.0

        def paintEvent(self, event: Any) -> None:
            super().paintEvent(event)
            self.first = self.first or time.perf_counter() - began

    app = QApplication([])
    window = Timed(Link(endpoint, Client))
    window.resize(*size)
    window.show()
    gc.collect()
    gc.freeze()
    beats: list[float] = []
    heart = QTimer()
    heart.setInterval(5)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    span: list[tuple[float, float]] = []

    def mark() -> None:
        span.append((time.process_time(), time.perf_counter()))
        heart.start()

    QTimer.singleShot(9000, mark)  # until the curves fill their eight seconds
    QTimer.singleShot(9000 + round(1000 * seconds), app.quit)
    app.exec()
    used, passed = time.process_time() - span[0][0], time.perf_counter() - span[0][1]
    window.close()
    return {
        "core_percent": 100 * used / passed,
        "first_picture_s": window.first,
        "longest_pause_ms": 1000 * float(np.diff(beats).max()),
        "load": os.getloadavg()[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    width, _, height = options.size.partition("x")
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    stop = spawn.Event()
    feeder = spawn.Process(target=feed, args=(theirs, stop))
    feeder.start()
    try:
        figures = measure(ours.recv(), options.seconds, (int(width), int(height)))
    finally:
        stop.set()
        feeder.join()
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name}: {value:.2f}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
