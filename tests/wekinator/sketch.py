"""Clients that speak to gesturemap in the place of Wekinator, over real UDP, and what they see."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control.controller import Controller
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project
from gesturemap.wire import osc

HERE = "127.0.0.1"
CONTROL = "/wekinator/control/"
DONE = ("/wekinator/status/done-training", "", ())
Heard = tuple[str, str, tuple[Any, ...]]
"""Address, type tags, arguments."""


def f32(value: float) -> float:
    """A number as it is after four bytes."""
    return float(struct.unpack(">f", struct.pack(">f", value))[0])


def near(value: Any) -> Any:
    """The same but for rounding: planes are fitted, not given."""
    return pytest.approx(value, abs=1e-6)


class Client:
    """A sketch made for Wekinator: it sends to one port and listens at another, and takes exactly what it expects."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind((HERE, 0))
        self.socket.setblocking(False)
        self.port = int(self.socket.getsockname()[1])
        self.to = (HERE, 0)

    def put(self, packet: bytes) -> None:
        self.socket.sendto(packet, self.to)

    def inputs(self, *values: float) -> None:
        self.put(osc.build("/wek/inputs", *values, tags="f" * len(values)))

    def word(self, name: str, *arguments: Any, tags: str | None = None) -> None:
        self.put(osc.build(f"{CONTROL}{name}", *arguments, tags=tags))

    def outputs(self, *values: float) -> None:
        self.word("outputs", *values, tags="f" * len(values))

    def heard(self) -> list[Heard]:
        """Every message that has come, each in a packet of its own, not in a bundle."""
        found: list[Heard] = []
        while True:
            try:
                packet = self.socket.recv(65536)
            except BlockingIOError:
                return found
            assert packet.startswith(b"/")
            (message,) = osc.parse(packet)
            found.append((message.address, message.tags, message.arguments))


class Playing:
    """A control that plays such a project, and a client."""

    def __init__(self, control: Controller, folder: Path, client: Client) -> None:
        self.control, self.client, self.folder = control, client, folder
        self.notices: list[c.Message] = []
        control.watchers.append(self.notices.append)

    def ready(self) -> Playing:
        """Wait until the port is open and somebody can train."""
        port = self.control.project.input.port
        there = (
            f"UDP port {port}"  # what is told last of the project before may come after this one was opened
        )
        self.until(
            lambda: self.control.activity.input_address == there and self.control.trainer.state == "running",
            300.0,  # the first start compiles
        )
        self.client.to = (HERE, port)
        return self

    def until(self, so: Callable[[], Any], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not so():
            self.control.turn(0.01)
            assert time.monotonic() < end, [n for n in self.notices if isinstance(n, c.Fault | inner.Ready)][
                -5:
            ]

    def hear(self, many: int) -> list[Heard]:
        """Wait until so many messages have come, and see that not one more is there."""
        found: list[Heard] = []

        def enough() -> bool:
            found.extend(self.client.heard())
            return len(found) >= many

        self.until(enough, 20.0)
        assert len(found) == many, found
        return found

    def answer(self, *values: float) -> list[float]:
        """What comes to these inputs: outputs and nothing else."""
        self.client.inputs(*values)
        ((address, tags, numbers),) = self.hear(1)
        assert address == "/wek/outputs"
        assert tags == "f" * len(numbers)
        return list(numbers)

    def trained(self) -> None:
        """Wait for the end of a training, with nothing before it."""
        assert self.hear(1) == [DONE]

    def examples(self) -> int:
        return sum(len(each) for each in self.control.project.demonstrations)

    def faults(self) -> list[str]:
        return [notice.text for notice in self.notices if isinstance(notice, c.Fault)]

    def figures(self) -> dict[str, Any]:
        """What the engine counted, as it said last."""
        told = [notice.figures for notice in self.notices if isinstance(notice, c.Status)]
        return told[-1] if told else {"ignored": {}, "accepted": 0}

    def refused(self) -> list[str]:
        """Why something was not done."""
        return [reason for reasons in self.figures()["ignored"].values() for reason in reasons]


def free() -> int:
    """A UDP port that nobody has: each project opens one of its own, and what was counted begins anew."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])


def project(folder: Path, port: int, model: dict[str, Any], inputs: int = 2, **more: Any) -> Path:
    """A project on disk as `gesturemap wekinator` makes it, at a free port."""
    tables = {
        "project": {"name": folder.name},
        "input": {
            "kind": "wekinator",
            "port": free(),
            "names": [f"inputs-{n + 1}" for n in range(inputs)],
            **more,
        },
        "model": model,
        "mapping": [{"kind": "outputs"}],
        "outputs": [{"kind": "wekinator", "port": port}],
        "gestures": model.get("gestures", []),
    }
    save_project(assemble(tables, str(folder), "test"), folder)
    return folder


def numbers(many: int, **more: Any) -> list[dict[str, Any]]:
    """So many numbers, learned by planes: what they answer is known."""
    return [{"name": f"outputs-{n + 1}", "learner": {"kind": "linear"}, **more} for n in range(many)]


MIXED = [
    {"name": "outputs-1", "learner": {"kind": "linear"}},
    {
        "name": "outputs-2",
        "type": "integer",
        "low": 0.0,
        "high": 9.0,
        "hard": True,
        "learner": {"kind": "linear"},
    },
    {"name": "outputs-3", "type": "class", "classes": 3, "probabilities": True},
]
"""A number, a whole number in limits, and a classifier by the nearest example."""
Make = Callable[..., Playing]


def opened(stage: Controller, folder: Path, client: Client, *, running: bool = False) -> Playing:
    """Another project on the stage."""
    stage.obey(c.StopRecording(False))
    stage.obey(c.Run(running))
    stage.obey(c.Open(str(folder)))
    return Playing(stage, folder, client).ready()


def teach(playing: Playing, examples: Sequence[tuple[Sequence[float], Sequence[float]]]) -> None:
    """As wekinator-node does: everything back to back, then wait for the end of the training."""
    client = playing.client
    client.word("startRecording")
    for outputs, inputs in examples:
        client.outputs(*outputs)
        client.inputs(*inputs)
    client.word("stopRecording")
    client.word("train")
    playing.trained()
