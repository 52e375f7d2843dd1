"""A million mutated packets over a real socket: alive, memory flat, and the next good packet is read at once.

    python benchmarks/hostile_packets.py
    python benchmarks/hostile_packets.py --packets 100000 --seed 7 --json

Packets of every kind that sensors send are changed in a few bytes, cut, joined or repeated (seeded), and sent to the
input of a sensor of several messages. After every thousand a good packet is sent, and how long it takes to
become a frame is measured.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import time

import numpy as np
import psutil

from gesturemap.clock import SystemClock
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build, bundle

HERE = "127.0.0.1"
BATCH = 50
"""Packets sent before the input reads: fewer than its buffer holds, so that none is lost on the way."""
ROUND = 1000
G = 9.80665
MESSAGES = {
    "/<id>/acc": ("acc_x m/s2 from g", "acc_y m/s2 from g", "acc_z m/s2 from g"),
    "/<id>/pose": ("- width", "-", "acc_x m/s2 from 1 / width", "..."),
    "/<id>/imu": ("device", "gyro_x rad/s from deg/s", "time ms", "count 16"),
}


def seeds() -> list[bytes]:
    """Good packets of every kind."""
    return [
        build("/7/acc", 0.1, 0.2, 0.97),
        build("/7/pose", 640, 1, 320.0, 7.0),
        build("/7/imu", "7", 3.0, 1500, 3),
        bundle(1.7e9, build("/7/acc", 0.1, 0.2, 0.97), build("/7/imu", "7", 3.0, 1510, 4)),
        bundle(None, bundle(None, build("/7/pose", 0, 0))),
        build("/7/acc", 1, 2.0, True, tags="idT"),
        build("/x", b"blob", "text", 2**40),
    ]


def mutated(packet: bytes, other: bytes, rng: random.Random) -> bytes:
    """The packet, changed as a broken or a hostile sender would."""
    data = bytearray(packet)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data)) if data else 0
        change = rng.randrange(7)
        if not data or change == 0:
            data += rng.randbytes(rng.randint(1, 12))
        elif change == 1:
            data[at] = rng.randrange(256)
        elif change == 2:
            del data[at : at + rng.randint(1, 8)]
        elif change == 3:
            data[at:at] = rng.randbytes(rng.choice((1, 4, 8)))
        elif change == 4:
            data[at & ~3 : (at & ~3) + 4] = rng.choice(
                (b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\x7f\xc0\0\0")
            )
        elif change == 5:
            data += other[: rng.randrange(len(other))]
        else:
            data *= rng.randint(1, 3)
    return bytes(data[:1400])


def run(packets: int, seed: int) -> dict[str, float]:
    """Send, read and measure."""
    rng = random.Random(seed)
    good = seeds()
    osc = Osc(0, HERE, messages=MESSAGES, columns=("acc*",)).listen(SystemClock())
    process = psutil.Process()
    waits: list[float] = []
    memory: list[float] = []
    sent = frames = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect((HERE, osc.port))
        sender.send(good[0])  # the sensor is there before the flood
        while sent < packets:
            for _ in range(ROUND // BATCH):
                for _ in range(BATCH):
                    sender.send(mutated(rng.choice(good), rng.choice(good), rng))
                sent += BATCH
                while osc.read(0.0005) is not None:
                    frames += 1
            mark = 1.0 + (sent // ROUND) % 1000
            begun = time.perf_counter()
            sender.send(build("/7/acc", mark, 0.0, 0.0))
            while (frame := osc.read(1.0)) is not None and abs(frame.values[0] - mark * G) > 1e-9:
                frames += 1
            assert frame is not None, f"the good packet after {sent} was not read; {osc.health.ignored}"
            waits.append(time.perf_counter() - begun)
            memory.append(process.memory_info().rss / 2**20)
    osc.close()
    half = len(memory) // 2
    return {
        "packets": sent,
        "frames": frames + len(waits),
        "ignored": osc.health.ignored_total,
        "reasons": len(set().union(*osc.health.ignored.values())),
        "good_read_ms_p50": 1000 * float(np.median(waits)),
        "good_read_ms_max": 1000 * max(waits),
        "memory_mb_first_half": float(np.median(memory[:half] or memory)),
        "memory_mb_second_half": float(np.median(memory[half:])),
    }


def main() -> None:
    """Parse, run and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = run(options.packets, options.seed)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:24s} {figure:,.6g}")


if __name__ == "__main__":
    main()
