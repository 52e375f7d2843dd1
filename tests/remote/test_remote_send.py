"""``gesturemap send`` and the names of machines."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from argparse import Namespace
from functools import partial
from typing import Any

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder
from remote_house import House

from gesturemap import addresses, inner
from gesturemap.cli.send import converted, packed, send
from gesturemap.errors import DeviceError
from gesturemap.wire import osc

FIRST = (socket.AF_INET6, socket.SOCK_DGRAM, 17, "", ("::1", 9, 0, 0))
SECOND = (socket.AF_INET, socket.SOCK_DGRAM, 17, "", ("127.0.0.1", 9))


@pytest.fixture
def six_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """localhost is ::1 first, as on many systems."""
    real = socket.getaddrinfo

    def found(host: Any, *rest: Any, **more: Any) -> Any:
        return {"localhost": [FIRST, SECOND], "six.local": [FIRST]}.get(host) or real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.usefixtures("six_first")
def test_a_name_is_reached_at_its_ipv4_address_where_it_has_one() -> None:
    assert addresses.udp("localhost", 9) == (socket.AF_INET, ("127.0.0.1", 9))
    assert addresses.udp("six.local", 9)[1][0] == "::1"
    assert addresses.udp("::1", 9)[1][0] == "::1"


@pytest.mark.usefixtures("six_first")
def test_localhost_answers_though_it_is_another_address_first(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.open()
    asked = Namespace(completion="", list=False, words=False, word="ping", arguments=[], seconds=None)
    asked.to = ("localhost", house.port)
    assert send(asked) == 0
    assert capsys.readouterr().out == "gesturemap is here\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("5.0", 5), ("1e3", 1000), ("0.5", 0.5), ("true", True), ("false", False), ("ball", "ball"),
     ("99999999999999999999", 1e20), ("inf", float("inf"))],
)  # fmt: skip
def test_a_setting_is_sent_as_what_it_looks_like(text: str, value: Any) -> None:
    sent = converted("model", 2, text)
    assert (type(sent), sent) == (type(value), value)
    assert packed("model", ["hhmm", "states", sent]).params[2] == pytest.approx(value)


def test_who_does_not_wait_for_the_answer_takes_the_question_back() -> None:
    """Ctrl+C while it is thought about; a question to one of several projects is taken back there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        other.settimeout(60.0)
        to = f"127.0.0.1:{other.getsockname()[1]}"
        command = [sys.executable, "-m", "gesturemap", "send", "set/ask", "doctor", "--to", to]
        heeds = partial(
            signal.signal, signal.SIGINT, signal.SIG_DFL
        )  # a shell may have these tests ignore it
        with subprocess.Popen(command, stderr=subprocess.PIPE, preexec_fn=heeds) as made:
            packet, asker = other.recvfrom(1 << 16)
            assert b"/gesturemap/set/ask\0" in packet
            other.sendto(OscMessageBuilder("/gesturemap/answer/asked").build().dgram, asker)
            assert b"/gesturemap/ping" in other.recv(1 << 16)  # it waits for the answer
            made.send_signal(signal.SIGINT)
            while b"ping" in (packet := other.recv(1 << 16)):
                pass
            assert b"/gesturemap/set/ask/cancel" in packet
            made.communicate(timeout=60.0)
        assert made.returncode == 130


def test_who_says_quit_is_answered_before_the_process_ends(house: House) -> None:
    house.silent = True
    peer = house.open().peer()
    peer.say("quit")
    number = 0
    while not number:
        for _, said in house.switchboard.listen(1.0):
            number = said.number if isinstance(said, inner.Asked) else number
    process = house.process
    assert process is not None and process.stdin is not None
    process.stdin.close()  # control closes it as soon as it has obeyed; what it answered is still on its way
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.1)
    house.switchboard.tell_all(inner.Answered(number, ""))
    (found,) = house.answer(peer)
    assert (found.address, found.arguments) == ("/gesturemap/reply", ("quit", "done"))
    assert process.wait(5.0) == 0


@pytest.mark.parametrize("stays", [True, False])
def test_an_answer_that_is_thought_about_is_waited_for_as_long_as_somebody_is_there(
    stays: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gesturemap.cli.send.GONE", 0.9)
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("127.0.0.1", 0))
    pinged = []

    def thinks() -> None:
        asker = door.recvfrom(65536)[1]
        door.sendto(osc.build("/gesturemap/answer/asked", "doctor"), asker)
        while stays and len(pinged) < 5:  # longer than anybody may be silent
            (word,) = osc.parse(door.recv(65536))
            pinged.append(word.address)
            door.sendto(osc.build("/gesturemap/reply", "ping", "gesturemap is here"), asker)
        if stays:
            door.sendto(osc.build("/gesturemap/reply", "ask", "all is well"), asker)

    thread = threading.Thread(target=thinks)
    thread.start()
    asked = Namespace(completion="", list=False, words=False, word="ask", arguments=["doctor"], seconds=None)
    asked.to = door.getsockname()
    if stays:
        assert send(asked) == 0
        assert capsys.readouterr().out == "all is well\n"
        assert set(pinged) == {"/gesturemap/ping"}
    else:
        with pytest.raises(DeviceError, match="no answer within 1 s"):
            send(asked)
    thread.join()
    door.close()
