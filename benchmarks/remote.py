"""What remote control costs: how soon a command is answered, what watching takes, and what a flood does.

    python benchmarks/remote.py
    python benchmarks/remote.py --seconds 10 --json

A project of 12 channels moves at 200 Hz. Commands are sent one after the other; then every frame's estimates are
watched; then another process floods the port of commands as fast as it can, while commands are sent from a second
address. The engine's own figures stand beside each.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import socket
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from gesturemap import commands as c
from gesturemap.control.controller import Controller
from gesturemap.control.desk import neutral
from gesturemap.inputs.remote import Remote
from gesturemap.project.save import save_project
from gesturemap.remote.space import Space
from gesturemap.wire import osc

SOURCE = {"kind": "synthetic", "shape": "sines", "channels": 12, "rate": 200.0}
FRIEND, FLOODER = "127.0.0.2", "127.0.0.1"
PACE = 0.02
"""Seconds from one command to the next: half of what a sender may."""
LONG = 300.0
"""Seconds for everything to be compiled."""


def flood(port: int, going: Event, sent: Any) -> None:
    """As many packets a second as this machine can send."""
    packet = osc.build("/gesturemap/run", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((FLOODER, 0))
        out.connect(("127.0.0.1", port))
        count, began = 0, time.perf_counter()
        while going.is_set():
            for _ in range(200):
                out.send(packet)
            count += 200
        sent.value = count / (time.perf_counter() - began)


class Bench:
    """A control that plays, remote control of it, and somebody who commands."""

    def __init__(self, folder: Path, seconds: float) -> None:
        save_project(neutral(folder, SOURCE), folder)
        self.seconds = seconds
        self.control = Controller(str(folder), sound=False)
        self.statuses: list[dict[str, Any]] = []
        self.control.watchers.append(self._hear)
        self.space = Space(self.control, Remote(query=False, announce=False))
        self.peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.peer.bind((FRIEND, 0))
        self.peer.setblocking(False)
        self.control.start()
        self.until(lambda: self.statuses and self.statuses[-1]["frames"] > 500 and self.address)

    def _hear(self, notice: c.Message) -> None:
        if isinstance(notice, c.Status):
            self.statuses.append(notice.figures)

    @property
    def address(self) -> str:
        return str((self.control.beside.get("remote") or {}).get("address", ""))

    def until(self, so: Callable[[], object], seconds: float = LONG) -> None:
        end = time.monotonic() + seconds
        while not so() and time.monotonic() < end:
            self.control.turn(0.05)

    def open(self) -> int:
        port = int(self.address.rpartition(":")[2])
        self.peer.connect(("127.0.0.1", port))
        return port

    def heard(self) -> list[osc.Message]:
        found: list[osc.Message] = []
        try:
            while True:
                found += osc.parse(self.peer.recv(65536))
        except BlockingIOError:
            return found

    def spent(self) -> dict[str, float]:
        """Processor time of each process, s."""
        every = {"control": psutil.Process(), "remote": psutil.Process(self.space.pid)}
        every["engine"] = psutil.Process(self.control.engine.pid)
        return {name: sum(one.cpu_times()[:2]) for name, one in every.items()}

    def while_(self, act: Callable[[], None]) -> dict[str, Any]:
        """Do something again and again; what was spent, and how the engine was."""
        before, seen, began = self.spent(), len(self.statuses), time.monotonic()
        while time.monotonic() - began < self.seconds:
            act()
        took, after = time.monotonic() - began, self.spent()
        figures = self.statuses[-1]
        return {
            **{f"{name}_cpu": round((after[name] - before[name]) / took, 3) for name in after},
            "rate": round(float(np.mean([one["rate"] for one in self.statuses[seen:]])), 1),
            "latency_ms": {key: round(value, 3) for key, value in figures["latency_ms"].items()},
        }

    def command(self, times: list[float]) -> None:
        """One command, and its answer; too late is infinity."""
        self.peer.send(osc.build("/gesturemap/run", 1))
        began = time.perf_counter()
        while time.perf_counter() - began < 0.5:
            self.control.turn(0.001)
            if any(one.address == "/gesturemap/reply" for one in self.heard()):
                times.append(time.perf_counter() - began)
                break
        else:
            times.append(float("inf"))
        while (left := began + PACE - time.perf_counter()) > 0.0:
            self.control.turn(left)

    def close(self) -> None:
        self.peer.close()
        self.space.close()
        self.control.close()


def measured(seconds: float) -> dict[str, Any]:
    """Everything, by name."""
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Path(place) / "bench", seconds)
        try:
            port = bench.open()
            found = {"idle": bench.while_(lambda: bench.control.turn(0.05))}
            times: list[float] = []
            found["commands"] = bench.while_(lambda: bench.command(times)) | told(times)
            frames: list[float] = []
            bench.peer.send(osc.build("/gesturemap/subscribe", "estimate", 0.0))

            def watch() -> None:
                bench.control.turn(0.02)
                frames.extend(
                    one.arguments[0] for one in bench.heard() if one.address == "/gesturemap/estimate/time"
                )

            found["watched"] = bench.while_(watch)
            found["watched"] |= {"frames": len(frames), "twice": len(frames) - len(set(frames))}
            bench.peer.send(osc.build("/gesturemap/unsubscribe"))
            going, sent = spawn.Event(), spawn.Value("d", 0.0)
            going.set()
            flooding = spawn.Process(target=flood, args=(port, going, sent))
            flooding.start()
            bench.until(lambda: (bench.control.beside["remote"] or {}).get("refused"), 30.0)
            times = []
            found["flood"] = bench.while_(lambda: bench.command(times)) | told(times)
            going.clear()
            flooding.join()
            found["flood"]["packets_per_s"] = round(sent.value)
        finally:
            bench.close()
    return found


def told(times: list[float]) -> dict[str, Any]:
    """How soon commands were answered."""
    there = [1000.0 * one for one in times if one != float("inf")]
    p50, p99 = np.percentile(there, (50, 99)) if there else (float("nan"),) * 2
    return {
        "asked": len(times), "answered": len(there),
        "answer_ms": {"p50": round(float(p50), 2), "p99": round(float(p99), 2)},
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=float, default=5.0, help="of each part (%(default)s)")
    asked.add_argument("--json", action="store_true", help="one JSON object")
    chosen = asked.parse_args()
    found = measured(chosen.seconds)
    if chosen.json:
        print(json.dumps(found))
        return
    for part, figures in found.items():
        print(part, ", ".join(f"{name} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
