"""What reading a serial port costs, how late its frames are, and how soon a board is back after it was unplugged.

    python benchmarks/serial_input.py
    python benchmarks/serial_input.py --rate 4000 --seconds 10 --format cobs-float32
    python benchmarks/serial_input.py --stall 1
    python benchmarks/serial_input.py --replug 50
    python benchmarks/serial_input.py --replug 50 --learn
    python benchmarks/serial_input.py --replug 50 --learn --board timed

Another process is the board, at the other end of a pseudo-terminal. It sends 6 numbers at a time, one of which
counts: each on its own, and four at once every millisecond, as USB brings them. `--stall` leaves the port unread for
so many seconds in the middle. `--replug` unplugs a board that a whole engine plays from, again and again, and plugs
it in under another name; with `--learn` nobody has named the channels, and it counts how often they were the same
again. The board `timed` sends its milliseconds and two numbers without a header, four lines in one piece.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import itertools
import json
import multiprocessing
import os
import random
import struct
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from gesturemap import inner
from gesturemap.clock import SystemClock
from gesturemap.engine.link import Link
from gesturemap.engine.loop import Engine
from gesturemap.inputs.serial import Serial
from gesturemap.wire import cobs, osc, slip

NAMES = ("count", "a", "b", "c", "d", "e")
NUMBERS = (-9.807, 0.016, 123.4, -0.5, 1013.2)


def line(count: int) -> bytes:
    return b"%d,%.3f,%.3f,%.1f,%.2f,%.1f\r\n" % (count, *NUMBERS)


def named(count: int) -> bytes:
    return b"count:%d,a:%.3f,b:%.3f,c:%.1f,d:%.2f,e:%.1f\r\n" % (count, *NUMBERS)


SAMPLES: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "lines": ("lines", line),
    "named": ("lines", named),
    "slip-osc": ("slip-osc", lambda count: slip.encode(osc.build("/imu", float(count), *NUMBERS))),
    "cobs-float32": ("cobs-float32", lambda count: cobs.encode(struct.pack("<6f", count, *NUMBERS))),
}


def plug() -> tuple[int, int, str]:
    """A new cable: the board's end, the computer's, and its name."""
    terminal, mode = importlib.import_module("pty"), importlib.import_module("tty")
    board, computer = terminal.openpty()
    mode.setraw(computer)
    return board, computer, os.ttyname(computer)


def talk(pipe: Connection, name: str, rate: float, seconds: float, together: int) -> None:
    """The board: samples at an even rate, then when each was written."""
    sample = SAMPLES[name][1]
    total = round(rate * seconds)
    samples = [sample(count) for count in range(total)]
    written = np.zeros(total)
    board, computer, device = plug()
    pipe.send(device)
    pipe.recv()
    os.write(
        board, b"\n" if name in ("lines", "named") else cobs.END if name.startswith("cobs") else slip.END
    )
    began = time.perf_counter()
    for at in range(0, total, together):
        if (left := began + at / rate - time.perf_counter()) > 0.0:
            time.sleep(left)
        written[at : at + together] = time.perf_counter()
        os.write(board, b"".join(samples[at : at + together]))
    pipe.send((time.perf_counter() - began, written))
    pipe.recv()
    os.close(computer)
    os.close(board)


def receive(name: str, rate: float, seconds: float, together: int, stall: float) -> dict[str, object]:
    """Let the board send, and read everything that comes."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    board = context.Process(target=talk, args=(theirs, name, rate, seconds, together))
    board.start()
    settings = Serial(pipe.recv(), format=SAMPLES[name][0], channels=NAMES, rate=rate)
    run = settings.start(SystemClock())
    read = np.zeros(round(rate * seconds) + 1)
    times = np.zeros_like(read)
    received = 0
    pipe.send("go")
    began = last = time.perf_counter()
    busy = time.process_time()
    while time.perf_counter() - last < 0.5 or not pipe.poll():
        frame = run.read(0.1)
        if frame is not None:
            last = read[received] = time.perf_counter()
            times[received] = frame.time
            received += 1
        if stall and time.perf_counter() - began > seconds / 2:
            time.sleep(stall)
            stall = 0.0
    busy = time.process_time() - busy
    took, written = pipe.recv()
    pipe.send("done")
    board.join()
    run.close()
    whole = received == len(written)
    late = 1e3 * (read[:received] - written[:received])
    off = 1e3 * np.abs(times[:received] - written[:received])
    return {
        "format": name,
        "at once": together,
        "sent": len(written),
        "lost": run.health.lost + len(written) - received,
        "sent/s": round(len(written) / took),
        "cpu %": round(100.0 * busy / took, 1),
        "us each": round(1e6 * busy / max(1, received), 1),
        "p50 ms": round(float(np.median(late)), 3) if whole else "",
        "p99 ms": round(float(np.percentile(late, 99)), 3) if whole else "",
        "worst ms": round(float(late.max()), 2) if whole else "",
        "stamps off p99 ms": round(float(np.percentile(off, 99)), 2) if whole else "",
        "backlog": run.health.backlog,
    }


def timed(count: int) -> bytes:
    """Four lines that a board without a header has measured in the last 40 ms, every 40 ms."""
    if count % 4:
        return b""
    return b"".join(b"%d,%.3f,%.3f\r\n" % (100 + 10 * (count + i), *NUMBERS[:2]) for i in range(4))


BOARDS = {"count": line, "timed": timed}


class Board:
    """A board that sends 100 lines a second for as long as it is plugged in, under a name of its own."""

    def __init__(self, name: Path, says: Callable[[int], bytes]) -> None:
        self._says = says
        self._board, self._computer, device = plug()
        self._name = name
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._talk)
        self._thread.start()
        name.symlink_to(device)
        self.plugged = time.perf_counter()

    def _talk(self) -> None:
        os.set_blocking(self._board, False)
        began = time.perf_counter()
        for count in itertools.count():
            if self._stop.wait(max(0.0, began + 0.01 * count - time.perf_counter())):
                return
            with contextlib.suppress(BlockingIOError):  # nobody reads
                os.write(self._board, self._says(count))

    def unplug(self) -> None:
        self._name.unlink()
        self._stop.set()
        self._thread.join()
        os.close(self._computer)
        os.close(self._board)


def replug(times: int, named_channels: bool, kind: str) -> tuple[list[float], int]:
    """Seconds from each plugging in to the first frame that the engine has played; how often its channels changed."""
    here, there = multiprocessing.Pipe()
    engine = Engine(Link(there), SystemClock())
    found: list[float] = []
    changed, first = 0, None
    with tempfile.TemporaryDirectory() as folder:
        table = {"kind": "serial", "device": f"{folder}/ttyACM*"}
        if named_channels:
            table |= {"channels": list(NAMES)}
        board = Board(Path(folder) / "ttyACM0", BOARDS[kind])
        engine.load(inner.Load({"project": {"name": "bench"}, "input": table, "model": {"kind": "hhmm"}}))
        chance = random.Random(4)
        for turn in range(times + 1):
            before = engine.figures.frames
            while engine.figures.frames == before:
                engine.turn()
                if here.poll():
                    here.recv_bytes()
            spec = engine.input.spec if engine.input else None
            first = first or spec
            changed += spec != first
            if turn:
                found.append(time.perf_counter() - board.plugged)
                print(f"{turn:4}  ttyACM{turn % 2}  {found[-1]:.2f} s", flush=True)
            if turn == times:
                break
            board.unplug()
            end = time.perf_counter() + chance.uniform(0.05, 1.5)
            while time.perf_counter() < end:
                engine.turn()
                if here.poll():
                    here.recv_bytes()
            board = Board(Path(folder) / f"ttyACM{(turn + 1) % 2}", BOARDS[kind])
        engine.close()
        board.unplug()
    here.close()
    return found, changed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=4000.0, help="samples a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--format", choices=SAMPLES, help="without it all are tried")
    parser.add_argument("--stall", type=float, default=0.0, help="seconds for which nobody reads")
    parser.add_argument("--replug", type=int, default=0, metavar="TIMES")
    parser.add_argument("--learn", action="store_true", help="with --replug: nobody has named the channels")
    parser.add_argument("--board", choices=BOARDS, default="count", help="with --replug: what it sends")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.replug:
        if given.board != "count" and not given.learn:
            parser.error("the channels of the board 'timed' have no names: --learn is wanted")
        seconds, changed = replug(given.replug, not given.learn, given.board)
        print(
            f"{len(seconds)} times: median {np.median(seconds):.2f} s, worst {max(seconds):.2f} s; "
            f"other channels than at first {changed} times"
        )
        return
    rows = [
        receive(name, given.rate, given.seconds, together, given.stall)
        for name in ([given.format] if given.format else SAMPLES)
        for together in (1, 4)
    ]
    if given.json:
        print(json.dumps(rows))
        return
    widths = [max(len(key), *(len(str(row[key])) for row in rows)) + 2 for key in rows[0]]
    print("".join(f"{key:>{width}}" for key, width in zip(rows[0], widths, strict=True)))
    for row in rows:
        print("".join(f"{value:>{width}}" for value, width in zip(row.values(), widths, strict=True)))


if __name__ == "__main__":
    main()
