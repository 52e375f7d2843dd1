"""What a switch of scenes costs while somebody plays: how soon the new one is heard, gaps, notes that stay.

    python benchmarks/switching.py
    python benchmarks/switching.py --switches 20 --json

`gesturemap perform` plays a setlist of four scenes in its real processes. A sensor of 6 channels moves at 200 Hz over
UDP, and a gesture is going on most of the time; scenes are recalled over OSC at random moments. Each scene sends OSC
under an address of its own, and all play the same MIDI device. Counted is from the packet of the command to the first
packet of the new scene, and between any two packets of whichever scene plays.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tty
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project
from gesturemap.wire import osc

NAMES = ("acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z")
SPEC = Spec.of(*NAMES, rate=200.0)
GESTURES = ("circle", "line", "wave")
MODELS = ("hhmm", "auto", "gmm", "hhmm")
FRAMES = 200
GAP = 0.05
"""Seconds between two packets from which on it is a gap."""
LONG = 120.0
"""Seconds for everything to be compiled and fitted."""


def movement(label: str, seed: int) -> np.ndarray:
    """One execution of a gesture, (FRAMES, 6)."""
    rng, u = np.random.default_rng(seed), np.linspace(0.0, 2.0 * np.pi, FRAMES)
    which = GESTURES.index(label) + 1
    rows = np.stack([np.sin(which * u + k) * (1.0 if k % 3 == which % 3 else 0.4) for k in range(6)], axis=1)
    return rows + rng.normal(0.0, 0.03, rows.shape)


def free_port() -> int:
    """A UDP port that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def make(folder: Path, number: int, sensor: int, receiver: int, device: str) -> None:
    """One scene."""
    tables: dict[str, Any] = {
        "project": {"name": f"scene {number}"},
        "input": {"kind": "osc", "host": "127.0.0.1", "port": sensor, "address": "/frame",
                  "arguments": list(NAMES), "rate": 200.0},
        "features": [{"kind": "one_euro"}],
        "model": {"kind": MODELS[number % len(MODELS)]},
        "mapping": [
            {"kind": "events"},
            {"kind": "range", "source": "confidence", "control": f"pad{number}.brightness"},
            {"kind": "range", "source": "likelihood:circle", "control": "level"},
        ],
        "outputs": [
            {"kind": "osc", "port": receiver, "address": f"/scene{number}"},
            {"kind": "midi", "port": device},
            {"kind": "synth"},
        ],
        "sound": {"voices": [{"kind": "pad", "name": f"pad{number}"}, {"kind": "pluck"}]},
        "gestures": list(GESTURES),
    }  # fmt: skip
    project = assemble(tables, str(folder), "benchmark")
    times = np.arange(FRAMES) / 200.0
    takes = [
        Demonstration(f"{label}{n}", label, SPEC, times, movement(label, 10 * number + n))
        for label in GESTURES
        for n in range(3)
    ]
    save_project(replace(project, demonstrations=tuple(takes)), folder)


class Sensor(threading.Thread):
    """Moves at 200 Hz until it is told to stop."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.going, self._port = True, port

    def run(self) -> None:
        """One gesture after the other."""
        number, begun, count = 0, time.perf_counter(), 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while self.going:
                number += 1
                for row in movement(GESTURES[number % len(GESTURES)], number):
                    out.sendto(osc.build("/frame", *row.tolist()), ("127.0.0.1", self._port))
                    count += 1
                    time.sleep(max(0.0, begun + count / 200.0 - time.perf_counter()))
                    if not self.going:
                        return


class Ear(threading.Thread):
    """Hears what is played: when which scene sent, and which gestures go on in it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.port = int(self.socket.getsockname()[1])
        self.going: Counter[tuple[str, str]] = Counter()
        self.begun = 0
        self.heard: list[tuple[float, str]] = []
        """When, and under which root."""
        self.open = True

    def run(self) -> None:
        """Until `open` is False."""
        while self.open:
            try:
                packet = self.socket.recv(65536)
            except TimeoutError:
                continue
            now = time.perf_counter()
            for message in osc.parse(packet):
                _, root, word = (message.address + "/").split("/")[:3]
                if word in ("began", "ended"):
                    self.going[root, str(message.arguments[0])] += 1 if word == "began" else -1
                    self.begun += word == "began"
                self.heard.append((now, root))
        self.socket.close()

    def first(self, root: str, since: float, begin: int) -> float | None:
        """When this scene was heard first since then."""
        for at, who in self.heard[begin:]:
            if who == root and at >= since:
                return at
        return None


class Keys(threading.Thread):
    """The other end of the MIDI device: which keys are down."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._here, there = pty.openpty()
        tty.setraw(there)
        self.path, self._there = os.ttyname(there), there
        self.down: Counter[tuple[int, int]] = Counter()
        self.played = 0

    def run(self) -> None:
        """Until it is closed at the other end."""
        status, held = 0, []
        while True:
            try:
                piece = os.read(self._here, 4096)
            except OSError:
                return
            for byte in piece:
                if byte >= 0xF8:
                    continue
                if byte & 0x80:
                    status, held = byte, []
                    continue
                held.append(byte)
                if len(held) == (1 if status >> 4 in (0xC, 0xD) else 2):
                    self._take(status, *held)
                    held = []

    def _take(self, status: int, key: int, value: int = 0) -> None:
        if status >> 4 == 0x9 and value:
            self.down[status & 15, key] += 1
            self.played += 1
        elif status >> 4 in (0x8, 0x9):
            self.down[status & 15, key] = 0

    def close(self) -> None:
        """Let go."""
        os.close(self._there)


def measured(switches: int) -> dict[str, Any]:
    """Everything, by name."""
    chance = random.Random(1)
    ear, keys = Ear(), Keys()
    sensor_port, control_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place) / f"s{number}" for number in range(4)]
        for number, folder in enumerate(folders):
            make(folder, number, sensor_port, ear.port, keys.path)
        setlist = Path(place) / "show.toml"
        setlist.write_text("".join(f'[[scene]]\nproject = "{folder.name}"\n' for folder in folders))
        command = [sys.executable, "-m", "gesturemap", "perform", "--setlist", str(setlist), "--json"]
        playing = subprocess.Popen(
            [*command, "--osc-control", f"127.0.0.1:{control_port}"], stdout=subprocess.PIPE, text=True
        )
        ear.start()
        keys.start()
        lines = Lines(playing)
        lines.start()
        sensor = Sensor(sensor_port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as commands:
            try:
                commands.bind(("127.0.0.1", 0))
                lines.wait(lambda: len(lines.ready) == len(folders), LONG)
                sensor.start()
                time.sleep(2.0)
                moving = time.perf_counter()
                times, now, held = [], 0, 0
                for _ in range(switches):
                    time.sleep(chance.uniform(0.2, 1.2))
                    now = chance.choice([n for n in range(len(folders)) if n != now])
                    held += any(count > 0 for count in ear.going.values())
                    begin, began = len(ear.heard), time.perf_counter()
                    commands.sendto(osc.build("/gesturemap/scene", now + 1), ("127.0.0.1", control_port))
                    at = None
                    while at is None and time.perf_counter() - began < 5.0:
                        time.sleep(0.001)
                        at = ear.first(f"scene{now}", began, begin)
                    times.append(1000.0 * (at - began) if at else float("inf"))
                time.sleep(0.5)
                heard = [at for at, _ in ear.heard if at >= moving]
                sensor.going = False
                sensor.join()
                time.sleep(3.5)  # the sensor is silent, what goes on ends
            finally:
                sensor.going = False
                playing.terminate()
                code = playing.wait(20.0)
        ear.open = False
        ear.join()
        keys.close()
    gaps = np.diff(heard)
    return {
        "switches": len(times),
        "while_a_gesture_went_on": held,
        "to_first_output_ms": {
            "p50": round(float(np.percentile(times, 50)), 1),
            "p99": round(float(np.percentile(times, 99)), 1),
            "max": round(max(times), 1),
        },
        "longest_gap_ms": round(1000.0 * float(gaps.max()), 1),
        "gaps_over_50_ms": int((gaps > GAP).sum()),
        "gestures": ear.begun,
        "stuck_gestures": sum(1 for count in ear.going.values() if count != 0),
        "midi_notes": keys.played,
        "stuck_midi_notes": sum(1 for count in keys.down.values() if count),
        "faults": list(dict.fromkeys(lines.faults))[:10],
        "exit_code": code,
    }


class Lines(threading.Thread):
    """What `perform --json` says."""

    def __init__(self, playing: subprocess.Popen[str]) -> None:
        super().__init__(daemon=True)
        self._playing = playing
        self.ready: set[int] = set()
        self.faults: list[str] = []

    def run(self) -> None:
        """Line by line, to the end."""
        assert self._playing.stdout is not None
        for line in self._playing.stdout:
            told = json.loads(line)
            if told["kind"] == "scenes":
                self.ready = {scene["number"] for scene in told["scenes"] if scene["state"] == "ready"}
            elif told["kind"] == "fault":
                self.faults.append(told["text"])

    def wait(self, so: Any, seconds: float) -> None:
        """Until something is so, or it has ended."""
        end = time.monotonic() + seconds
        while not so() and self._playing.poll() is None and time.monotonic() < end:
            time.sleep(0.05)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--switches", type=int, default=100, help="(%(default)s)")
    asked.add_argument("--json", action="store_true", help="one JSON object")
    chosen = asked.parse_args()
    found = measured(chosen.switches)
    if chosen.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:24} {value}")


if __name__ == "__main__":
    main()
