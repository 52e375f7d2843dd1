"""How many OSC packets a second come in without loss, and what one costs.

    python benchmarks/osc_throughput.py
    python benchmarks/osc_throughput.py --rate 5000 --seconds 10 --json

The first sends 5,000 a second for 10 s, then faster and faster for 3 s each. Another process sends; every
packet carries 12 floats and a counter, and the input counts what is missing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import socket
import time
from multiprocessing.connection import Connection

from gesturemap.clock import SystemClock
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import Template

CHANNELS = 12
BURST = 0.001
"""Seconds between two bursts of the sender: it rests between them, as a sensor does."""
MESSAGES, ROUNDS = 2000, 20
"""Of what is measured without a socket; the best round counts."""
RATES = (5_000, 10_000, 20_000, 40_000, 80_000)


def send(pipe: Connection, port: int, rate: float, seconds: float) -> None:
    """The sensor: packets at an even rate, then how many they were and how long it took."""
    template = Template("/bench/sensor", "f" * CHANNELS + "i")
    numbers = [0.5 * i for i in range(CHANNELS)]
    total = round(rate * seconds)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.connect(("127.0.0.1", port))
        pipe.send("ready")
        pipe.recv()
        began = time.perf_counter()
        sent = 0
        while sent < total:
            due = min(total, int((time.perf_counter() - began) * rate) + 1)
            for count in range(sent, due):
                door.send(template.build([*numbers, count]))
            sent = due
            time.sleep(BURST)
        pipe.send((sent, time.perf_counter() - began))


def receive(rate: float, seconds: float) -> dict[str, float]:
    """Let the sensor send and read everything that comes."""
    names = tuple(f"in_{i + 1}" for i in range(CHANNELS))
    run = Osc(port=0, host="127.0.0.1", address="/bench/sensor", arguments=(*names, "count")).start(
        SystemClock()
    )
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    sender = context.Process(target=send, args=(theirs, run.port, rate, seconds))
    sender.start()
    pipe.recv()
    pipe.send("go")
    received = 0
    began = last = time.perf_counter()
    busy = time.process_time()
    while time.perf_counter() - last < 0.5 or not pipe.poll():
        if run.read(0.1) is not None:
            received += 1
            last = time.perf_counter()
    busy = time.process_time() - busy
    sent, took = pipe.recv()
    sender.join()
    run.close()
    return {
        "rate": rate,
        "seconds": round(took, 2),
        "sent": sent,
        "received": received,
        "lost": sent - received,
        "lost_by_counter": run.health.lost,
        "sent_per_s": round(sent / took),
        "read_us": round(1e6 * busy / max(1, received), 2),
        "cpu_percent": round(100.0 * busy / (last - began), 1),
    }


def parse_us() -> dict[str, float]:
    """What parsing and building alone cost, in microseconds (best of many)."""
    import timeit

    from gesturemap.wire.osc import build, parse

    numbers = [0.5 * i for i in range(CHANNELS)]
    template = Template("/bench/sensor", "f" * CHANNELS)
    packet = template.build(numbers)
    jobs = {
        "parse": lambda: parse(packet),
        "template": lambda: template.build(numbers),
        "build": lambda: build("/bench/sensor", *numbers),
    }
    return {
        name: round(min(timeit.repeat(job, number=2000, repeat=50)) / 2000 * 1e6, 2)
        for name, job in jobs.items()
    }


def take_us() -> dict[str, float]:
    """What one message costs until it is a frame or a part of one, without the socket, in us of the processor."""
    from gesturemap.inputs.input import Health
    from gesturemap.wire.osc import build, bundle

    names = tuple(f"in_{i + 1}" for i in range(CHANNELS))
    axes = tuple("xyz")
    lines = [[0.5 * i + k for i in range(CHANNELS)] for k in range(MESSAGES)]
    one, all_axes = Osc(arguments=names), {f"/{axis}": (axis,) for axis in axes}
    pair = [bundle(None, build("/m", *line), build("/m", *line[::-1])) for line in lines]
    now = time.time()
    stamped = [
        bundle(now + 0.001 * k, build("/m", *line), build("/m", *line[::-1])) for k, line in enumerate(lines)
    ]
    jobs = {
        "plain": (one, [build("/m", *line) for line in lines], 1),
        "counted": (
            Osc(arguments=(*names, "count")),
            [build("/m", *line, k) for k, line in enumerate(lines)],
            1,
        ),
        "converted": (
            Osc(arguments=tuple(f"{name} m/s2 from g" for name in names)),
            [build("/m", *line) for line in lines],
            1,
        ),
        "one axis each": (
            Osc(messages=all_axes),
            [build(f"/{axis}", line[0]) for line in lines for axis in axes],
            1,
        ),
        "two in a bundle": (one, pair, 2),
        "and a time tag": (one, stamped, 2),
    }
    found = {}
    for name, (settings, packets, together) in jobs.items():
        best = float("inf")
        for _ in range(ROUNDS):
            take = settings.reader(Health()).take
            began = time.process_time()
            for k, packet in enumerate(packets):
                take(packet, ("127.0.0.1", 1), 0.001 * k)
            best = min(best, time.process_time() - began)
        found[name] = round(best / len(packets) / together * 1e6, 2)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, help="packets a second; without it several are tried")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.rate:
        plan = [(given.rate, given.seconds)]
    else:
        plan = [(rate, given.seconds if rate == RATES[0] else 3.0) for rate in RATES]
    rows = [receive(rate, seconds) for rate, seconds in plan]
    codec, take = parse_us(), take_us()
    if given.json:
        print(json.dumps({"rows": rows, "codec_us": codec, "take_us": take}))
        return
    print("".join(f"{name:>16}" for name in rows[0]))
    for row in rows:
        print("".join(f"{value:>16}" for value in row.values()))
    print(f"12 floats, us: {', '.join(f'{name} {value}' for name, value in codec.items())}")
    print(f"one message to a frame, us: {', '.join(f'{name} {value}' for name, value in take.items())}")


if __name__ == "__main__":
    main()
