"""gesturemap in the place of Wekinator: inputs in to outputs out, over real UDP, as a patch sees it.

    python benchmarks/wekinator.py [--seconds 60] [--rate 1000] [--bursts] [--kind networks|neighbours] [--examples N]

12 inputs, 5 outputs. A client in a process of its own records examples (one after the other, nothing is waited for),
trains, runs and sends at an even rate. A delay is from before `sendto` of the inputs to the moment in which the kernel
has received their ``/wek/outputs``, where the system stamps packets, else in which the client has read it.
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.control.controller import Controller
from gesturemap.control.supervisor import SPAWN
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project
from gesturemap.wire import osc

INPUTS, OUTPUTS, CLASSES = 12, 5, 5
STAMPS = getattr(socket, "SO_TIMESTAMPNS", 35)
"""Linux: the kernel says when a packet came in."""
PATIENCE = 60.0
QUIET = 0.5
"""Seconds without an answer after which the rest is counted as lost."""
BURST = 5.0
RATES = (2000, 4000, 6000, 8000, 10000, 12000, 16000)
DONE = b"/wekinator/status/done-training"


def smooth(rng: np.random.Generator, frames: int, width: int) -> np.ndarray:
    """(T, C) a smooth random movement within 0..1."""
    knots = rng.uniform(0.0, 1.0, (frames // 20 + 3, width))
    at = np.linspace(0.0, len(knots) - 1.001, frames)
    low = at.astype(int)
    share = 0.5 - 0.5 * np.cos(np.pi * (at - low))[:, None]
    return knots[low] * (1.0 - share) + knots[low + 1] * share


class Sketch:
    """What a patch does."""

    def __init__(self, to: tuple[str, int]) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
        self.stamped = True
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, STAMPS, 1)
        except OSError:
            self.stamped = False
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.to = to

    def word(self, name: str, *arguments: float) -> None:
        packet = osc.build(f"/wekinator/control/{name}", *arguments, tags="f" * len(arguments))
        self.socket.sendto(packet, self.to)

    def heard(self, found: list[tuple[int, bytes]]) -> None:
        """Append what has come: when, in nanoseconds, and what."""
        while True:
            try:
                packet, beside, _, _ = self.socket.recvmsg(2048, 64)
            except BlockingIOError:
                return
            if beside and self.stamped:
                seconds, nanoseconds = struct.unpack("qq", beside[0][2][:16])
                found.append((seconds * 1_000_000_000 + nanoseconds, packet))
            else:
                found.append((time.time_ns(), packet))

    def wait_for(self, beginning: bytes) -> float:
        """Wait for a message; how many seconds that took."""
        began = time.perf_counter()
        while time.perf_counter() - began < PATIENCE:
            found: list[tuple[int, bytes]] = []
            self.heard(found)
            if any(packet.startswith(beginning) for _, packet in found):
                return time.perf_counter() - began
            time.sleep(0.002)
        raise TimeoutError(beginning.decode())

    def stream(self, packets: list[bytes], rate: float, train_at: int = -1) -> dict[str, Any]:
        """Send at an even rate, the word ``train`` before one of them; how many were answered, and how fast."""
        found: list[tuple[int, bytes]] = []
        sent = np.empty(len(packets), np.int64)
        step = 1e9 / rate
        began = time.perf_counter_ns()
        for index, packet in enumerate(packets):
            due = began + index * step
            while (left := due - time.perf_counter_ns()) > 0:
                self.heard(found)
                if left > 150_000:
                    time.sleep((left - 100_000) * 1e-9)
            if index == train_at:
                self.word("train")
            sent[index] = time.time_ns()
            self.socket.sendto(packet, self.to)
        last = time.perf_counter()
        taken = (time.perf_counter_ns() - began) * 1e-9
        while time.perf_counter() - last < QUIET and len(found) < len(packets) + (train_at >= 0):
            before = len(found)
            self.heard(found)
            if len(found) > before:
                last = time.perf_counter()
            time.sleep(0.001)
        answers = [at for at, packet in found if packet.startswith(b"/wek/outputs")]
        told: dict[str, Any] = {
            "rate": len(packets) / taken, "sent": len(packets), "lost": len(packets) - len(answers)
        }  # fmt: skip
        if told["lost"] == 0:
            delays = (np.array(answers) - sent) * 1e-6
            told |= dict(
                zip(("p50", "p99", "p99.9"), np.quantile(delays, (0.5, 0.99, 0.999)).tolist(), strict=True)
            )
            told["max"] = float(delays.max())
            told["gap"] = float(np.diff(answers).max()) * 1e-6
        told["trained"] = [
            (at - int(sent[train_at])) * 1e-9 for at, packet in found if packet.startswith(DONE)
        ][:1]  # fmt: skip
        return told


def client(line: Connection, examples: int, seconds: float, rate: float, bursts: bool, classes: bool) -> None:
    """The client's process: record, train, run, stream; everything found out goes up the line."""
    port = json.loads(line.recv_bytes())
    sketch = Sketch(("127.0.0.1", port))
    line.send_bytes(json.dumps(sketch.socket.getsockname()[1]).encode())
    line.recv_bytes()  # it sends here now

    def say(**what: Any) -> None:
        line.send_bytes(json.dumps(what).encode())

    rng = np.random.default_rng(3)
    values, wanted = smooth(rng, examples, INPUTS), smooth(rng, examples, OUTPUTS)
    if classes:
        wanted = 1.0 + np.floor(wanted * (CLASSES - 0.001))

    def record(rows: list[list[float]], targets: list[list[float]]) -> None:
        sketch.word("startRecording")
        for row, target in zip(rows, targets, strict=True):
            sketch.word("outputs", *target)
            sketch.socket.sendto(osc.build("/wek/inputs", *row), sketch.to)
        sketch.word("stopRecording")

    record(values.tolist(), wanted.tolist())
    sketch.word("train")
    say(what="trained", seconds=sketch.wait_for(DONE), examples=examples)
    sketch.word("startRunning")
    rows = smooth(np.random.default_rng(4), 20_000, INPUTS).tolist()
    packets = [osc.build("/wek/inputs", *row) for row in rows]

    def some(many: int) -> list[bytes]:
        return (packets * (many // len(packets) + 1))[:many]

    sketch.stream(some(int(rate)), rate)  # everything is warm then
    say(what="stream", **sketch.stream(some(int(seconds * rate)), rate))
    record(values[:1].tolist(), wanted[:1].tolist())  # else there were nothing to learn
    sketch.word("startRunning")
    say(what="fit", **sketch.stream(some(int(10 * rate)), rate, train_at=int(rate)))
    for burst in RATES if bursts else ():
        say(what="burst", wanted=burst, **sketch.stream(some(int(BURST * burst)), burst))
    say(what="end")


def project(folder: Path, port: int, kind: str) -> None:
    """A project as `gesturemap wekinator` makes it."""
    learner = {"networks": {"kind": "mlp"}, "neighbours": {"kind": "knn", "neighbours": 1}}[kind]
    of = {} if kind == "networks" else {"type": "class", "classes": CLASSES}
    tables = {
        "project": {"name": "wekinator benchmark"},
        "input": {"kind": "wekinator", "port": 0, "names": [f"inputs-{n + 1}" for n in range(INPUTS)]},
        "model": {
            "kind": "per_output",
            "each": [{"name": f"outputs-{n + 1}", **of, "learner": learner} for n in range(OUTPUTS)],
        },
        "mapping": [{"kind": "outputs"}],
        "outputs": [{"kind": "wekinator", "port": port}],
    }
    save_project(assemble(tables, str(folder), "benchmark"), folder)


def shown(told: dict[str, Any]) -> str:
    """A line for people."""
    if told["what"] == "trained":
        return f"{told['examples']} examples recorded; from train to done-training {told['seconds']:.2f} s"
    head = f"{told['rate']:8.0f} a second: {told['sent']} sent, {told['lost']} lost"
    if told["lost"]:
        return head
    line = head + "; " + ", ".join(f"{key} {told[key]:.3f}" for key in ("p50", "p99", "p99.9", "max")) + " ms"
    if told["what"] == "fit":
        done = f"done after {told['trained'][0]:.2f} s" if told["trained"] else "not done"
        line += f"; trained meanwhile ({done}), longest time between two answers {told['gap']:.1f} ms"
    return line


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--rate", type=float, default=1000.0)
    options.add_argument("--examples", type=int, default=1000)
    options.add_argument("--kind", choices=("networks", "neighbours"), default="networks")
    options.add_argument("--bursts", action="store_true", help="also at 2000 to 16000 a second, 5 s each")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project(Path(folder), 9, chosen.kind)
        controller = Controller(folder, sound=False, serve=False)
        controller.now(running=False)
        controller.start()
        ours, theirs = SPAWN.Pipe()
        arguments = (
            theirs, chosen.examples, chosen.seconds, chosen.rate, chosen.bursts, chosen.kind == "neighbours",
        )  # fmt: skip
        other = SPAWN.Process(target=client, args=arguments)
        other.start()
        theirs.close()
        try:
            while not controller.activity.input_address or controller.trainer.state in (
                "starting",
                "stopped",
            ):
                controller.turn(0.05)
            ours.send_bytes(json.dumps(int(controller.activity.input_address.rpartition(" ")[2])).encode())
            port = json.loads(ours.recv_bytes())
            table = controller.project.tables()["outputs"][0] | {"port": port}
            controller.edit("", controller.project.configured("outputs", [table], "benchmark"))
            end = time.monotonic() + 1.0
            while time.monotonic() < end:
                controller.turn(0.05)
            ours.send_bytes(b"now")
            told: dict[str, Any] = {"what": ""}
            while told["what"] != "end":
                controller.turn(0.05)
                if ours.poll(0):
                    told = json.loads(ours.recv_bytes())
                    if told["what"] != "end":
                        print(shown(told), flush=True)
        finally:
            other.terminate()
            other.join()
            controller.close()


if __name__ == "__main__":
    main()
