"""What the synth costs and whether it keeps up: each voice, a full patch, and, with a sound server, live blocks.

    python benchmarks/synth.py            share of one core per voice and patch, 48 kHz, blocks of 128
    python benchmarks/synth.py --live 30  also plays that many seconds through the default output and counts underruns

On a machine without a sound card ``jackd -R -P 60 -d dummy -r 48000 -p 128 -C 2 -P 2`` gives one that keeps
exact time. Each figure is the least of several runs; ``x real time`` is its inverse.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time

import numpy as np

from gesturemap import codec, compiled, inner
from gesturemap import commands as c
from gesturemap.frames import Event, Spec
from gesturemap.synth import host
from gesturemap.synth.block import BlockWriter
from gesturemap.synth.grains import Grains
from gesturemap.synth.mixer import KERNEL_MODULES, Mixer
from gesturemap.synth.pad import Pad
from gesturemap.synth.pluck import BODIES, Pluck
from gesturemap.synth.scrub import WINDOWS, Scrub

RATE, BLOCK, RUNS = 48000, 128, 5
LABELS = [f"g{i}" for i in range(14)]
BIG = (36.0, 43.0, 48.0, 52.0, 55.0, 59.0, 62.0, 67.0)


def patches():
    yield "room and limiter alone", []
    yield "pad, 5 notes", [Pad(drone=True)]
    yield "pad, 8 notes", [Pad(drone=True, notes=BIG)]
    for body in BODIES:
        yield f"pluck {body}, 14 notes ringing", [Pluck(body=body, decay=12.0)]
    yield "grains, 28/s", [Grains(drone=True)]
    yield "grains, 120/s of 0.6 s", [Grains(drone=True, density=120.0, size=0.6)]
    for window in WINDOWS:
        yield f"scrub, {window} window", [Scrub(drone=True, window=window, speed=0.5, loop=True)]
    yield (
        "scrub, long window, 5 semitones",
        [Scrub(drone=True, window="long", speed=0.5, loop=True, pitch=5.0)],
    )
    scrubs = [
        Scrub(name=f"s{i}", drone=True, window="long", speed=0.5, loop=True, level=-18.0) for i in range(16)
    ]
    yield "16 scrubs, long window", scrubs
    yield "pad + pluck + grains", [Pad(drone=True), Pluck(decay=12.0), Grains(drone=True)]
    yield "16 pads of 8 notes", [Pad(name=f"p{i}", drone=True, notes=BIG, level=-18.0) for i in range(16)]


def cost(voices):
    """Seconds of processor time per second of sound, and the slowest block in ms."""
    mixer = Mixer(voices, ["speed"], RATE, labels=LABELS)
    for label in LABELS:
        mixer.render(BLOCK, None, [(0, Event("began", label, 1.0))])
    best, slowest = np.inf, np.inf
    for _ in range(RUNS):
        start, worst = time.process_time(), 0.0
        for _ in range(RATE // BLOCK):
            before = time.perf_counter()
            mixer.render(BLOCK)
            worst = max(worst, time.perf_counter() - before)
        best, slowest = min(best, time.process_time() - start), min(slowest, worst)
    return best, slowest * 1000


def silence():
    """Cost of a patch just after its notes and after 60 s of nothing: the same, if no denormals are about."""
    mixer = Mixer([Pluck(), Pluck(name="b", body="glass"), Pad()], labels=LABELS)
    mixer.render(RATE, None, [(0, Event("began", "g0", 1.0)), (RATE // 2, Event("ended", "g0", 0.0))])
    mixer.render(20 * RATE)
    figures = []
    for _ in range(2):
        runs = []
        for _ in range(RUNS):
            start = time.process_time()
            mixer.render(RATE)
            runs.append(time.process_time() - start)
        figures.append(min(runs))
        mixer.render(60 * RATE)
    return figures


def live(seconds):
    """Play the full patch through the host's own process, with controls at 200 Hz and a gesture every 0.5 s."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=host.run, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    ours.send_bytes(codec.encode(inner.Voices()))  # whichever card
    writer = BlockWriter(Spec.of("pad.level", "pad.brightness", "grains.position"))
    voices = [{"kind": "pad", "drone": True}, {"kind": "pluck"}, {"kind": "grains", "drone": True}]
    first, last, detail, begun, turn = {}, {}, "", 0.0, 0
    try:
        while not begun or time.monotonic() < begun + seconds:
            while ours.poll(0.005):
                message = codec.decode(ours.recv_bytes())
                if isinstance(message, inner.Ready) and not begun:
                    detail, begun = message.detail, time.monotonic() + 2.0
                    ours.send_bytes(codec.encode(inner.Voices({"voices": voices}, "", str(writer.path))))
                elif isinstance(message, c.Status) and begun and time.monotonic() > begun:
                    first, last = first or message.figures, message.figures
            turn += 1
            writer.write(np.array([1.0, turn % 400 / 400, turn % 900 / 900]))
            if turn % 100 == 0:
                writer.event(0.0, Event("began", LABELS[turn // 100 % 14], 0.7))
            if detail.startswith("no audio"):
                return {"device": detail}
    finally:
        ours.send_bytes(codec.encode(c.Quit()))
        process.join(5)
        writer.close()
    blocks = last["blocks"] - first["blocks"]
    return {
        "device": detail,
        "blocks": blocks,
        "underruns": last["underruns"] - first["underruns"],
        "load": last["load"],
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--live", type=float, default=0.0, metavar="SECONDS", help="also play through the sound card"
    )
    parser.add_argument("--json", action="store_true", help="figures only")
    options = parser.parse_args()
    compiled.load(KERNEL_MODULES)
    figures = {}
    for name, voices in patches():
        seconds, slowest = cost(voices)
        figures[name] = {
            "percent_of_a_core": 100 * seconds,
            "x_real_time": 1 / seconds,
            "slowest_block_ms": slowest,
        }
        if not options.json:
            print(
                f"{name:32s} {100 * seconds:6.2f} % of a core {1 / seconds:6.0f} x real time {slowest:7.3f} ms"
            )
    before, after = silence()
    figures["silence"] = {"after_20_s": 100 * before, "after_80_s": 100 * after}
    if not options.json:
        print(f"{'silence after 20 s, 80 s':32s} {100 * before:6.2f} % {100 * after:6.2f} %")
    if options.live:
        figures["live"] = live(options.live)
        if not options.json:
            print(", ".join(f"{key} {value}" for key, value in figures["live"].items()))
    if options.json:
        print(json.dumps({"load_average": os.getloadavg()[0], **figures}))


if __name__ == "__main__":
    main()
