"""Packet in to message out, over real UDP, with the window open and repainting.

    python benchmarks/latency.py [--seconds 30] [--rate 200] [--no-window]

A project of 20 gestures x 12 channels is played by a second process, which sends one packet per frame and stamps each
message that comes back. Without a screen the window repaints offscreen, as often and as much as on one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from gesturemap import commands as c
from gesturemap.control.controller import Controller
from gesturemap.control.supervisor import SPAWN
from gesturemap.demo import peer
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project

GESTURES, CHANNELS, FRAMES = 20, 12, 200


def gesture(rng: np.random.Generator, curve: np.ndarray) -> np.ndarray:
    """One execution of a smooth curve, (T, C)."""
    phase = np.linspace(0, np.pi, FRAMES)[:, None] * np.exp(rng.normal(0, 0.1))
    return sum(curve[k] * np.sin((k + 1) * phase + k) for k in range(len(curve))) + rng.normal(
        0, 0.05, (FRAMES, CHANNELS)
    )


def project(folder: Path, rng: np.random.Generator, curves: np.ndarray) -> None:
    names = [f"c{i}" for i in range(CHANNELS)]
    tables = {
        "project": {"name": "latency"},
        "input": {
            "kind": "osc",
            "clock": "sender",
            "port": 0,
            "address": "/frame",
            "arguments": [*names, "time s", "count"],
            "rate": 200.0,
        },
        "model": {"kind": "hhmm"},
        "features": [],
        "mapping": [
            {"kind": "events"},
            {"kind": "range", "source": "confidence", "control": "pad.brightness"},
        ],
        "outputs": [{"kind": "osc", "port": 9, "stamp": True}, {"kind": "synth"}],
        "sound": {"voices": [{"kind": "pad", "name": "pad"}]},
        "gestures": [f"g{k:02d}" for k in range(GESTURES)],
    }
    spec = Spec.of(*names, rate=200.0)
    stamps = np.arange(FRAMES) / 200
    demonstrations = tuple(
        Demonstration(f"{k:02d}-{n}", f"g{k:02d}", spec, stamps, gesture(rng, curves[k]))
        for k in range(GESTURES)
        for n in range(3)
    )
    made = assemble(tables, str(folder), "benchmark")
    save_project(type(made)(**{**vars(made), "demonstrations": demonstrations}), folder)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seconds", type=float, default=30.0)
    options.add_argument("--rate", type=float, default=200.0)
    options.add_argument("--no-window", action="store_true")
    chosen = options.parse_args()
    rng = np.random.default_rng(0)
    curves = rng.normal(size=(GESTURES, 4, CHANNELS)) / np.arange(1, 5)[:, None]
    count = int(chosen.seconds * chosen.rate)
    values = np.concatenate(
        [gesture(rng, curves[k]) for k in rng.integers(0, GESTURES, count // FRAMES + 1)]
    )[:count]
    times = np.arange(count) / chosen.rate
    with tempfile.TemporaryDirectory() as folder:
        project(Path(folder), rng, curves)
        seen: dict[str, object] = {}
        controller = Controller(folder)
        controller.watchers.append(lambda notice: seen.update({type(notice).__name__: notice}))
        controller.start()
        window = None
        ours, theirs = SPAWN.Pipe()
        other = SPAWN.Process(target=peer.run, args=(theirs, times, values, 1.0, "/frame"))
        other.start()
        theirs.close()
        try:
            port = json.loads(ours.recv_bytes())
            tables = controller.project.tables()["outputs"]
            controller.obey(c.Configure("outputs", [tables[0] | {"port": port}, tables[1]]))
            until(controller, lambda: "Trained" in seen and controller.activity.input_address)
            if not chosen.no_window:
                environment = os.environ | (
                    {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
                )
                endpoint = controller.switchboard.door.endpoint
                window = subprocess.Popen(
                    [sys.executable, "-m", "gesturemap.window", endpoint], env=environment
                )
                until(controller, lambda: bool(controller.switchboard.clients))
                end = time.monotonic() + 3
                until(controller, lambda: time.monotonic() > end)
            peer.tell(ours, int(controller.activity.input_address.rpartition(" ")[2]))
            told: object = 0
            while not isinstance(told, dict):
                controller.turn(0.1)
                told = json.loads(ours.recv_bytes()) if ours.poll(0) else told
        finally:
            if window:
                window.terminate()
                window.wait()
            other.join(5)
            controller.close()
    sent = dict(zip(times.tolist(), told["sent"], strict=True))
    delays = (
        np.array(
            [arrival - sent[stamp] for stamp, arrival in zip(told["stamps"], told["arrivals"], strict=True)]
        )
        * 1000
    )
    p50, p99, p999 = np.quantile(delays, [0.5, 0.99, 0.999])
    print(
        f"{GESTURES} gestures x {CHANNELS} channels at {chosen.rate:g} Hz for {chosen.seconds:g} s, "
        f"window {'closed' if chosen.no_window else 'repainting'}: {count} sent, {len(delays)} answered; "
        f"p50 {p50:.3f} ms, p99 {p99:.3f} ms, p99.9 {p999:.3f} ms, max {delays.max():.3f} ms"
    )


def until(controller: Controller, so) -> None:
    while not so():
        controller.turn(0.05)


if __name__ == "__main__":
    main()
