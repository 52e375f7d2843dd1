"""Learning by listening in the window: real packets, real Qt."""

from __future__ import annotations

import math
import socket

import pytest

from gesturemap import commands as c
from gesturemap.window import words
from gesturemap.wire.osc import build

HERE = "127.0.0.1"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that is free, and the only one listened at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HERE, 0))
        number = int(probe.getsockname()[1])
    monkeypatch.setattr("gesturemap.window.listen.usual_ports", lambda _: [number])
    return number


def turned(port: int, address: str, times: int = 60) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for at in range(times):
            sender.sendto(build(address, 0.0, math.sin(0.05 * at), math.cos(0.05 * at)), (HERE, port))


def heard_all(shown, dialog, count: int) -> None:
    shown.until(lambda: sum(stream.count for stream in dialog.ear.streams.values()) >= count)
    dialog.look()


def test_what_arrives_is_seen_guessed_and_used(shown, port: int) -> None:
    sources = shown.window.teach.sources
    sources.kind.setCurrentIndex(sources.kind.findData("osc"))
    sources.listen.click()
    dialog = sources.listening
    shown.until(lambda: dialog._open)
    turned(port, "/strange/accel")
    heard_all(shown, dialog, 60)
    assert dialog.table.item(0, 2).text() == "/strange/accel"
    assert "so it is in g" in dialog.reasons.text()
    assert dialog.choice.currentText() == words.LISTEN_OWN.format(count=3)
    dialog.use.click()
    wanted = [f"acc_{axis} m/s2 from g" for axis in "xyz"]
    found = {"kind": "osc", "port": port, "address": "/strange/accel", "arguments": wanted}
    asked: list[c.Configure] = []

    def told() -> bool:
        asked.extend(message for message in shown.turn() if isinstance(message, c.Configure))
        return any(message.table.items() >= found.items() for message in asked)

    shown.until(told)
    assert dialog.isHidden()
    assert not dialog._open


def test_a_known_sensor_is_named(shown, port: int) -> None:
    sources = shown.window.teach.sources
    sources.show_listening()
    dialog = sources.listening
    shown.until(lambda: dialog._open)
    turned(port, "/accxyz")
    heard_all(shown, dialog, 60)
    assert any("TouchOSC" in dialog.choice.itemText(i) for i in range(dialog.choice.count()))
    dialog.close()


def test_a_source_of_osc_gives_its_port_away_and_has_it_back(shown, port: int) -> None:
    before = {"kind": "osc", "port": port, "channels": 3}
    shown.change(input=before, input_address=f"UDP port {port}", input_fault="")
    sources = shown.window.teach.sources
    sources.show_listening()
    shown.until(lambda: c.Configure("input", {"kind": "pointer"}) in shown.turn())
    sources.listening.close()
    shown.until(lambda: c.Configure("input", before) in shown.turn())
