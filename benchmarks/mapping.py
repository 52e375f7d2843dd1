"""What one mapping costs in each frame, and how exactly events come out on the beat.

``python benchmarks/mapping.py`` measures the cost; ``--beat 20`` also plays for so many seconds, over real processes
and UDP, and again on the beat of a MIDI clock that is sent over a pseudo-terminal (not on Windows).
"""

from __future__ import annotations

import argparse
import itertools
import os
import socket
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap import catalog, compiled
from gesturemap.control.controller import Controller
from gesturemap.demonstrations import Demonstration
from gesturemap.features import FEATURE_KERNELS
from gesturemap.frames import Channel, Estimate, Spec
from gesturemap.mapping.mapping import MappingRun, Source
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project
from gesturemap.wire import osc

LABELS = ("circle", "shake", "lift", "line")
SOURCE = Source(LABELS, (Channel("x"), Channel("y")), Spec.of("acc_x g", "acc_y g"))
CASES: dict[str, dict[str, Any]] = {
    "range": {"source": "posterior:circle"},
    "range, smoothing": {"source": "feature:acc_x", "smoothing": 0.1},
    "range, points": {"source": "feature:acc_x", "points": [[0.0, 0.0], [0.3, 0.8], [1.0, 1.0]]},
    "range, smooth points": {
        "source": "feature:acc_x", "points": [[0.0, 0.0], [0.3, 0.8], [1.0, 1.0]], "drawn": "smooth",
    },
    "range, formula": {"source": "feature:acc_x", "formula": "x**2 * 0.5"},
    "range, scale": {"source": "feature:acc_x", "to_low": 48.0, "to_high": 72.0, "scale": "minor"},
    "range, slew": {"source": "feature:acc_x", "slew_up": 1.0, "slew_down": 1.0},
    "range, gate": {"source": "feature:acc_x", "gate": "confidence"},
    "range, gate, points, scale, smoothing, slew": {
        "source": "feature:acc_x", "gate": "confidence", "points": [[0.0, 0.0], [1.0, 1.0]], "to_low": 48.0,
        "to_high": 72.0, "scale": "minor", "smoothing": 0.1, "slew_up": 9.0,
    },
    "formula, a * b": {"sources": {"a": "posterior:circle", "b": "feature:acc_x"}, "formula": "a * b"},
    "blend, 4 gestures x 6 controls": {
        "points": {label: {f"c{j}": float(i * j) for j in range(6)} for i, label in enumerate(LABELS)}
    },
    "space, 4 corners x 6 controls": {
        "sources": ["output:x", "output:y"], "between": "corners",
        "presets": {str(i): {f"c{j}": float(i * j) for j in range(6)} for i in range(4)},
        "positions": {str(i): [float(i & 1), float(i >> 1)] for i in range(4)},
    },
    "events": {},
    "events, strength, quantise": {"strength": "feature:acc_x", "quantise": 0.25},
}  # fmt: skip


def cost(name: str, table: dict[str, Any], frames: int = 20_000, rounds: int = 5) -> float:
    """Microseconds of one mapping in one frame, the best of some rounds, the empty run taken off."""
    rng = np.random.default_rng(0)
    rows = []
    for i in range(1000):
        posterior = rng.dirichlet(np.ones(4))
        arrays = (np.log(posterior), posterior, rng.uniform(size=4), rng.uniform(size=4))
        rest = (rng.uniform(size=2), rng.uniform(size=2), rng.uniform(size=2))
        rows.append(Estimate(i * 0.005, *arrays, *rest, int(posterior.argmax()), i * 0.005))
    kind = name.partition(",")[0]
    settings = catalog.read("mapping", {"kind": kind} | table, name)

    def once(mapping: list[Any]) -> float:
        step = MappingRun(mapping, SOURCE).step
        began = time.process_time()
        for i in range(frames):
            step(rows[i % 1000])
        return time.process_time() - began

    return (
        (min(once([settings]) for _ in range(rounds)) - min(once([]) for _ in range(rounds))) / frames * 1e6
    )


class Sequencer:
    """A raw MIDI device that sends the clock of 120 beats a minute, each tick up to 2 ms late."""

    def __init__(self) -> None:
        import pty
        import tty

        self._here, there = pty.openpty()
        tty.setraw(there)
        self.path = os.ttyname(there)
        self._there = there
        self.began = 0.0
        """When beat 0 was."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tick)

    def start(self) -> None:
        """Begin the song."""
        self.began = time.perf_counter() + 0.05
        os.write(self._here, b"\xfa")
        self._thread.start()

    def _tick(self) -> None:
        rng = np.random.default_rng(1)
        for number in itertools.count():
            late = float(rng.uniform(0.0, 0.002))
            self._ended.wait(max(0.0, self.began + number / 48.0 + late - time.perf_counter()))
            if self._ended.is_set():
                return
            os.write(self._here, b"\xf8")

    def close(self) -> None:
        """End it."""
        self._ended.set()
        self._thread.join()
        os.close(self._here)
        os.close(self._there)


def beat(seconds: float, rate: float, sequencer: Sequencer | None = None) -> tuple[int, list[float]]:
    """Beginnings on the eighths of 120 beats a minute: how many, and how far each is from the grid (s).

    The grid is that of the beginning heard first, and the middle is taken off; with a sequencer it is the sender's own.
    """
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.bind(("127.0.0.1", 0))
    ear.settimeout(0.2)
    heard: list[float] = []
    done = threading.Event()

    def listen() -> None:
        while not done.is_set():
            try:
                data = ear.recv(4096)
            except TimeoutError:
                continue
            if data.startswith(b"/gesturemap/began"):
                heard.append(time.perf_counter())

    spec, times = Spec.of("x", "y", rate=100.0), np.arange(100) / 100.0
    places = {"left": (-1.0, 0.0), "right": (1.0, 0.0)}
    rng = np.random.default_rng(0)
    tables = {
        "project": {"name": "beat"},
        "input": {
            "kind": "osc",
            "host": "127.0.0.1",
            "port": 0,
            "address": "/frame",
            "arguments": ["x", "y"],
        },
        "model": {"kind": "gmm"},
        "mapping": [{"kind": "events", "hold": 0.0, "refractory": 0.0, "quantise": 0.5, "tempo": 120.0}],
        "outputs": [{"kind": "osc", "port": ear.getsockname()[1]}],
    }
    if sequencer is not None:
        tables["clock"] = {"port": sequencer.path}
        tables["mapping"][0]["tempo"] = 77.0  # type: ignore[index]
    takes = tuple(
        Demonstration(label, label, spec, times, np.array(at) + rng.normal(0.0, 0.1, (100, 2)))
        for label, at in places.items()
    )
    with tempfile.TemporaryDirectory() as folder:
        save_project(replace(assemble(tables, folder, "benchmark"), demonstrations=takes), Path(folder) / "p")
        control = Controller(str(Path(folder) / "p"), sound=False, serve=False)
        control.start()
        while control.activity.stale or not control.activity.input_address:
            control.turn(0.05)
        port = int(control.activity.input_address.rpartition(" ")[2])
        if sequencer is not None:
            while control.clocks.figures()["clock"] != "silent":
                control.turn(0.05)
            sequencer.start()
            while control.clocks.beats.now < sequencer.began + 2.0:
                control.turn(0.01)
        listener = threading.Thread(target=listen)
        listener.start()
        end, change, at = time.perf_counter() + seconds, 0.0, (0.0, 0.0)
        while (now := time.perf_counter()) < end:
            if now >= change:
                change = now + float(rng.uniform(0.2, 0.6))
                at = places["right" if at == places["left"] else "left"]
            values = np.array(at) + rng.normal(0.0, 0.05, 2)
            ear.sendto(osc.build("/frame", *values.tolist(), tags="ff"), ("127.0.0.1", port))
            control.turn(1.0 / rate)
        done.set()
        listener.join()
        control.close()
    ear.close()
    step = 0.25
    if sequencer is not None:
        sequencer.close()
        offsets = np.array(heard) - sequencer.began
        return len(heard), sorted((offsets - step * np.round(offsets / step)).tolist())
    offsets = np.array(heard) - heard[0]
    away = offsets - step * np.round(offsets / step)
    return len(heard), sorted((away[1:] - np.median(away[1:])).tolist())


def main() -> None:
    """Print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beat", type=float, default=0.0, help="seconds of play on the beat")
    options = parser.parse_args()
    compiled.load(FEATURE_KERNELS)
    for name, table in CASES.items():
        print(f"{name}: {cost(name, table):.2f} us")
    for rate, led in itertools.product((200.0, 20.0), (False, True)) if options.beat else ():
        count, away = beat(options.beat, rate, Sequencer() if led else None)
        p50, p99 = np.percentile(np.abs(away), [50, 99]) * 1000.0
        whose = "the clock" if led else "the beat"
        print(
            f"{count} beginnings at {rate:.0f} frames/s: away from {whose} p50 {p50:.2f} ms, p99 {p99:.2f} ms, "
            f"latest {away[-1] * 1000.0:.2f} ms"
        )


if __name__ == "__main__":
    main()
