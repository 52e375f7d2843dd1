"""A project of Wekinator that was imported answers a patch made for Wekinator, at the ports it had there."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
from making_wekinator import (
    CLASSES_ARFF,
    class_output,
    classes_project,
    numeric_output,
    outputs_xml,
    put,
    wekproj,
)
from shell import COMMAND, ask

from gesturemap.wire import osc

CONTROL = "/wekinator/control/"
(DONE,) = osc.parse(osc.build("/wekinator/status/done-training"))


@pytest.fixture
def client() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        yield made


def free_port() -> int:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as made:
        made.bind(("::", 0))
        return int(made.getsockname()[1])


@contextlib.contextmanager
def performing(folder, cwd):
    process = subprocess.Popen(
        [*COMMAND, "perform", folder, "--sound", "off"],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def asked(client, port, process, *inputs):
    """What comes after the model plays, as soon as something does: to inputs that are sent until then."""
    end, heard = time.monotonic() + 90.0, []
    while not any(DONE in heard[:at] for at, message in enumerate(heard) if message.tags):
        assert time.monotonic() < end, heard
        assert process.poll() is None
        client.sendto(osc.build(f"{CONTROL}startRunning"), ("127.0.0.1", port))
        client.sendto(osc.build("/wek/inputs", *inputs, tags="f" * len(inputs)), ("127.0.0.1", port))
        while select.select([client], [], [], 0.2)[0]:
            heard += osc.parse(client.recv(65536))
    told = heard[heard.index(DONE) + 1 :]
    return [(message.address, message.tags, message.arguments) for message in told]


@pytest.mark.long
@pytest.mark.timeout(240)
def test_classes_and_numbers_are_answered_as_wekinator_does(tmp_path, client):
    port = free_port()
    classes_project(tmp_path / "wek")
    outputs = (
        class_output("outputs-1", 3),
        class_output("outputs-2", 3, sends=True),
        numeric_output("outputs-3", 0.0, 10.0, "INTEGER", "HARD"),
    )
    put(
        tmp_path / "wek",
        {
            "P.wekproj": wekproj("P", port),
            "outputConfig.xml": outputs_xml(*outputs, port=client.getsockname()[1]),
            "current/currentData.arff": CLASSES_ARFF,
        },
    )
    assert ask("import", "wek", "mine", cwd=tmp_path).returncode == 0
    assert ask("train", "mine", cwd=tmp_path).returncode == 0
    with performing("mine", tmp_path) as process:
        heard = asked(client, port, process, 2.9, -3.1)
    address, tags, arguments = heard[0]
    assert (address, tags) == ("/wek/outputs", "fff")
    assert arguments[0] == 3.0
    assert arguments[2] in (8.0, 9.0)
    assert heard[1][:2] == ("/outputs-2", "ffff")
    assert sum(heard[1][2]) == pytest.approx(1.0)
