"""Windows and other clients come in, speak, talk nonsense and go; what plays goes on."""

from __future__ import annotations

import os
import signal

import pytest

from gesturemap import commands as c
from gesturemap.control.client import Client, find


def newest(notices: list[c.Message]) -> dict:
    """The document as it was told last."""
    return next(n for n in reversed(notices) if isinstance(n, c.State)).document


@pytest.mark.long
def test_a_client_finds_everything_as_it_is_and_commands_from_outside(playing, folder):
    playing.ready()
    assert find(str(folder.resolve()))
    client = Client(playing.control.switchboard.door.endpoint)
    notices: list[c.Message] = []

    def hear() -> (
        bool
    ):  # among all that came since: a short demonstration may be over again by the time of reading
        notices.extend(client.poll())
        return any(isinstance(n, c.State) and n.document["playing"] for n in notices)

    def hushed() -> bool:
        notices.extend(client.poll())
        return newest(notices)["silent"] and not newest(notices)["playing"]

    playing.until(lambda: notices.extend(client.poll()) or any(isinstance(n, c.ScopeOpened) for n in notices))
    state = next(n for n in notices if isinstance(n, c.State))
    assert [g["label"] for g in state.document["gestures"]] == ["circle", "line"]
    client.send(c.Play("circle-0"))
    playing.until(hear)
    for ends in (c.Panic(), c.Lock()):  # the hand plays again
        client.send(ends)
        playing.until(hushed)
        notices.clear()
        client.send(c.Play("circle-0"))
        playing.until(hear)
    client.send(c.Lock(False))
    client.send(c.Record("a\x00b" * 30))
    playing.until(lambda: notices.extend(client.poll()) or any(isinstance(n, c.Fault) for n in notices))
    client.send(c.Quit())
    playing.until(lambda: playing.control.quit)
    client.close()


@pytest.mark.long
def test_a_client_that_does_not_read_and_one_that_talks_nonsense_stop_nothing(playing, folder):
    playing.ready()
    deaf = Client(playing.control.switchboard.door.endpoint)
    rude = Client(playing.control.switchboard.door.endpoint)
    playing.until(lambda: len(playing.control.switchboard.clients) == 2)
    before = playing.control.project
    for line in (
        b'{"is":"Record","label":5}',
        b'{"is":"Volume","value":null}',
        b'{"is":"Volume","value":NaN}',
        b'{"is":"Open","path":5}',
        b'{"is":"Configure","section":["x"],"table":{}}',
        b'{"is":"Save","path":"\\u0000"}',
        b'{"is":"Load"}',
        b'{"is":"Record"}',
        b"[]",
        b"",
        b'{"is":"Configure","section":"model","table":5}',
        b'{"is":"Configure","section":"sound","table":5}',
        b'{"is":"Open","path":"\\u0000"}',
        b'{"is":"Play","demonstration":"no such"}',
    ):
        rude.connection.send_bytes(line)
        playing.control.turn(0.01)
    for _ in range(300):
        rude.send(c.Run(True))
        playing.control.turn(0.01)
    assert playing.answers(playing.play("circle")) == 100
    assert rude.alive
    assert playing.control.project == before
    for client in (deaf, rude):
        client.close()


@pytest.mark.long
def test_half_a_message_stops_nothing(playing):
    playing.ready()
    stuck = Client(playing.control.switchboard.door.endpoint)
    playing.until(lambda: len(playing.control.switchboard.clients) == 1)
    os.write(stuck.connection.fileno(), b"\0\0\0\x64" + b"half of it")
    before = playing.control.engine.pid
    os.kill(before, signal.SIGKILL)
    playing.until(lambda: playing.control.engine.pid not in (0, before))
    playing.notices.clear()
    playing.ready()
    assert playing.answers(playing.play("circle")) == 100
    stuck.close()
    playing.until(lambda: not playing.control.switchboard.clients)
