"""Blocks that come too late, while eight voices play, the window repaints and a model is fitted every five seconds.

    python benchmarks/soak.py [--seconds 600] [--block 128] [--no-window]

Wants a sound server that keeps exact time: ``jackd -d dummy`` is started where there is one, with the block asked for.
Without it, whatever sound card there is plays. A dummy server on a machine whose timers are late asks too late itself;
this is told apart from blocks that were made too slowly. Beside it a bystander with real-time priority, which does
nothing but wake once a block, counts how often the machine let it oversleep: what it misses, nobody can make.
Ends with code 1 where more than ``--tolerate`` of all blocks
(none) were missed or made too slowly; and, where nothing is tolerated, if the server tells of an underrun.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from latency import CHANNELS, GESTURES, gesture, project, until

from gesturemap import commands as c
from gesturemap.control.controller import Controller
from gesturemap.control.supervisor import SPAWN
from gesturemap.demo import peer
from gesturemap.synth import patches

PRIORITY = 54
"""Of the bystander: just below that of the sound server's clients."""
VOICES = (
    "warm-lead",
    "glass-bells",
    "marimba",
    "choir-cloud",
    "wind-over-dunes",
    "electric-piano",
    "scrub-choir",
    "open-fifths",
)
RATE = 200.0
FIT_EVERY = 5.0


@contextmanager
def server(block: int):
    """A sound server without a sound card, if there is one to be had."""
    jack = shutil.which("jackd")
    if jack is None:
        yield False
        return
    command = [jack, "-R", "-P", "60", "-d", "dummy", "-r", "48000", "-p", str(block), "-C", "2", "-P", "2"]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield True
    finally:
        started.terminate()
        started.wait(10)


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seconds", type=float, default=600.0)
    options.add_argument("--block", type=int, default=128)
    options.add_argument("--no-window", action="store_true")
    options.add_argument("--tolerate", type=float, default=0.0)
    options.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    chosen = options.parse_args()
    rng = np.random.default_rng(0)
    curves = rng.normal(size=(GESTURES, 4, CHANNELS)) / np.arange(1, 5)[:, None]
    count = int((chosen.seconds + 30.0) * RATE)
    values = np.concatenate([gesture(rng, curves[k]) for k in rng.integers(0, GESTURES, count // 200 + 1)])[
        :count
    ]
    with tempfile.TemporaryDirectory() as folder, server(chosen.block) as jack:
        project(Path(folder), rng, curves)
        figures = soak(Path(folder), values, chosen)
    figures["server"] = "jackd -d dummy" if jack else "the sound card there is"
    if chosen.json:
        print(json.dumps(figures))
    else:
        print(
            f"{figures['device']} ({figures['server']}), {figures['voices']} voices, window "
            f"{'closed' if chosen.no_window else 'repainting'}, {figures['fits']} fits in {figures['seconds']:.0f} s: "
            f"{figures['blocks']} blocks, {figures['missed']} missed, {figures['too_dear']} made too slowly, "
            f"{figures['held_up']} held up by others, the longest took {1000 * figures['longest']:.2f} ms of "
            f"{1000 * chosen.block / 48000:.2f}; {figures['asked_late']} asked for too late by the server, "
            f"{figures['underruns']} underruns told by it, "
            f"the machine's host took {figures['taken_away']:.2f} s away, {bystanders(figures)}, "
            f"load {figures['load']:.0%}, events {figures['events']}"
        )
    late = figures["missed"] + figures["too_dear"] + figures["held_up"]
    told = figures["underruns"] and not chosen.tolerate
    return 1 if told or not figures["blocks"] or late > chosen.tolerate * figures["blocks"] else 0


def soak(folder: Path, values: np.ndarray, chosen: argparse.Namespace) -> dict[str, object]:
    """Play for so long; what became of it."""
    seen: dict[str, object] = {}
    told = {"fits": 0, "events": 0}

    def hear(notice: c.Message) -> None:
        seen[type(notice).__name__] = notice
        told["fits"] += isinstance(notice, c.Trained)
        told["events"] += isinstance(notice, c.Happened)

    controller = Controller(str(folder))
    controller.watchers.append(hear)
    controller.start()
    window, (ours, theirs) = None, SPAWN.Pipe()
    wakes, sleeper = SPAWN.Pipe()
    bystander = SPAWN.Process(target=stand_by, args=(sleeper, chosen.block / 48000), daemon=True)
    times = np.arange(len(values)) / RATE
    other = SPAWN.Process(target=peer.run, args=(theirs, times, values, 1.0, "/frame"), daemon=True)
    other.start()
    theirs.close()
    try:
        port = json.loads(ours.recv_bytes())
        tables = controller.project.tables()
        controller.obey(c.Configure("outputs", [tables["outputs"][0] | {"port": port}, tables["outputs"][1]]))
        bank = patches.bank()
        voices = [
            {"patch": name} | ({"drone": True} if hasattr(bank[name].voice, "drone") else {})
            for name in VOICES
        ]
        controller.obey(c.Configure("sound", {"block": chosen.block, "voices": voices}))
        until(controller, lambda: "Trained" in seen and bool(controller.activity.input_address))
        if not chosen.no_window:
            screen = {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
            window = subprocess.Popen(
                [sys.executable, "-m", "gesturemap.window", controller.switchboard.door.endpoint],
                env=os.environ | screen,
            )
            until(controller, lambda: bool(controller.switchboard.clients))
        peer.tell(ours, int(controller.activity.input_address.rpartition(" ")[2]))
        end = time.monotonic() + 120.0  # kernels of the voices are compiled, the window is there
        until(controller, lambda: bool(controller.beside.get("blocks")) or time.monotonic() > end)
        pause(controller, 10.0)
        bystander.start()
        assert wakes.poll(60.0)
        real_time = wakes.recv()
        wakes.send("go")
        first, begun, next_fit = dict(controller.beside), time.monotonic(), time.monotonic()
        longest, taken = 0.0, taken_away()
        while time.monotonic() < begun + chosen.seconds:
            if time.monotonic() >= next_fit:
                next_fit += FIT_EVERY
                controller.obey(c.Train())
            controller.turn(0.05)
            longest = max(longest, controller.beside["late"]["longest"])
        last, seconds = controller.beside, time.monotonic() - begun
        wakes.send("end")
        overslept = wakes.recv() if wakes.poll(10.0) else 0
    finally:
        if bystander.pid:
            bystander.terminate()
            bystander.join(5)
        if window:
            window.terminate()
            window.wait()
        other.terminate()
        other.join(5)
        controller.close()
    blocks = int(last.get("blocks", 0)) - int(first.get("blocks", 0))
    late = {name: last["late"][name] - first["late"][name] for name in ("too_dear", "held_up", "asked_late")}
    expected = seconds * 48000 / chosen.block
    return {
        "device": str(last.get("device", "")),
        "voices": len(VOICES),
        "seconds": seconds,
        "blocks": blocks,
        "missed": max(0, round(expected - blocks) - round(1.5 * 48000 / chosen.block)),
        "underruns": int(last.get("underruns", 0)) - int(first.get("underruns", 0)),
        "load": float(last.get("load", 0.0)),
        "longest": longest,
        "taken_away": taken_away() - taken,
        "bystander": overslept if real_time else None,
        **late,
        **told,
    }


def stand_by(line: Connection, period: float) -> None:
    """Wake once a period until told to end; say how many periods were overslept."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
        line.send(True)
    except (OSError, AttributeError):
        line.send(False)
    line.recv()
    overslept, due = 0, time.monotonic() + period
    while not line.poll():
        time.sleep(max(0.0, due - time.monotonic()))
        late = int((time.monotonic() - due) / period)
        overslept += late
        due += (late + 1) * period
    line.send(overslept)


def bystanders(figures: dict[str, object]) -> str:
    """What a process missed that has nothing to do, for people."""
    if figures["bystander"] is None:
        return "no real-time priority for a bystander"
    return f"a bystander that only wakes once a block overslept {figures['bystander']} blocks"


def taken_away() -> float:
    """Seconds, of all processors, that the host of a virtual machine gave to others; 0 where nobody says."""
    try:
        return int(Path("/proc/stat").read_text().split(maxsplit=9)[8]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


def pause(controller: Controller, seconds: float) -> None:
    """Let control work for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        controller.turn(0.1)


if __name__ == "__main__":
    sys.exit(main())
