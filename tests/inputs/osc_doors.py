"""An OSC input on a free port, and a way to send to it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from gesturemap.clock import ManualClock, SystemClock
from gesturemap.inputs.osc import Osc, OscRun

Send = Callable[..., None]
Open = Callable[..., tuple[OscRun, Send]]
HERE = "127.0.0.1"


@pytest.fixture
def opened() -> Iterator[Open]:
    """Start an input on a free port of this machine, and give a way to send to it."""
    things: list[OscRun | socket.socket] = []

    def start(
        *arguments: str, clock: ManualClock | SystemClock | None = None, **settings: object
    ) -> tuple[OscRun, Send]:
        osc = Osc(port=0, host=HERE, arguments=arguments, **settings)  # type: ignore[arg-type]
        run = osc.start(clock or SystemClock())
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.connect((HERE, run.port))
        things.extend((run, sender))

        def send(*packets: bytes) -> None:
            for packet in packets:
                sender.send(packet)

        return run, send

    yield start
    for thing in things:
        thing.close()


def values(run: OscRun) -> list[float] | None:
    frame = run.read(1.0)
    return None if frame is None else frame.values.tolist()
