"""Learning by listening in the window: real packets, real Qt."""

from __future__ import annotations

import math
import socket

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gesturemap import commands as c
from gesturemap.inputs import profile
from gesturemap.inputs.guessed import Guess
from gesturemap.inputs.listen import Stream
from gesturemap.library import user_folder
from gesturemap.window import words
from gesturemap.window.teach.listen import _why
from gesturemap.window.teach.sources import ports_of
from gesturemap.wire.osc import build

HERE = "127.0.0.1"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that is free, and the only one listened at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HERE, 0))
        number = int(probe.getsockname()[1])
    monkeypatch.setattr("gesturemap.window.teach.listen.usual_ports", lambda _: [number])
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


def test_of_two_senders_each_can_be_chosen(shown, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HERE, 0))
        other = int(probe.getsockname()[1])
    monkeypatch.setattr("gesturemap.window.teach.listen.usual_ports", lambda _: [port, other])
    sources = shown.window.teach.sources
    sources.kind.setCurrentIndex(sources.kind.findData("osc"))
    sources.listen.click()
    dialog = sources.listening
    shown.until(lambda: {port, other} <= set(dialog._open))
    turned(port, "/one/accel")
    turned(other, "/other/accel", 80)
    heard_all(shown, dialog, 140)
    texts = [dialog.choice.itemText(row) for row in range(dialog.choice.count())]
    of = [
        words.LISTEN_OWN.format(count=3) + words.LISTEN_OF.format(sender=HERE, port=at)
        for at in sorted((port, other))
    ]
    assert texts == of
    dialog.choice.setCurrentIndex(of.index(next(text for text in of if str(other) in text)))
    dialog.look()  # what is chosen stays
    dialog.use.click()
    asked: list[c.Configure] = []
    shown.until(lambda: asked.extend(m for m in shown.turn() if isinstance(m, c.Configure)) or asked)
    assert (asked[0].table["port"], asked[0].table["address"]) == (other, "/other/accel")


def test_it_listens_at_the_port_that_is_typed_and_leads_to_the_doctor(shown, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HERE, 0))
        typed = int(probe.getsockname()[1])
    sources = shown.window.teach.sources
    sources.kind.setCurrentIndex(sources.kind.findData("osc"))
    sources.form.fill(sources.form.table() | {"port": typed})
    sources.listen.click()
    dialog = sources.listening
    shown.until(lambda: typed in dialog._open)
    dialog.look()
    assert str(typed) in dialog.steps.text()
    assert words.LISTEN_DOCTOR in dialog.reasons.text()
    dialog.doctor.click()
    assert dialog.isHidden()
    assert not dialog._open
    assert shown.window.sheet.isVisible()
    assert shown.window.sheet.tabs["doctor"].isChecked()
    shown.window.sheet.put_away()


def test_a_known_sensor_is_named(shown, port: int) -> None:
    sources = shown.window.teach.sources
    sources.show_listening()
    dialog = sources.listening
    shown.until(lambda: dialog._open)
    turned(port, "/accxyz")
    heard_all(shown, dialog, 60)
    assert any("TouchOSC" in dialog.choice.itemText(i) for i in range(dialog.choice.count()))
    dialog.close()


def test_what_was_heard_is_kept_under_a_name_and_the_dialog_closed(shown, port: int) -> None:
    sources = shown.window.teach.sources
    sources.show_listening()
    dialog = sources.listening
    shown.until(lambda: dialog._open)
    dialog.name.setText("My Watch")
    assert not dialog.keep.isEnabled()
    turned(port, "/strange/accel")
    heard_all(shown, dialog, 60)
    for told in (words.LISTEN_KEPT.partition("{")[0], "there is one already"):
        dialog.name.setText("My Watch")
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
        assert told in dialog.told.text()
        assert dialog.isVisible()
    kept = profile.read(user_folder() / "sensors" / "My Watch")
    assert kept.table["arguments"] == [f"acc_{axis} m/s2 from g" for axis in "xyz"]
    assert kept.description == f"Learned by listening at port {port}"
    assert dialog.rect().contains(dialog.done_with.geometry())
    dialog.done_with.click()
    shown.until(lambda: c.Rest(False) in shown.turn())
    assert dialog.isHidden()
    assert not shown.heard(c.Configure)


def test_a_source_of_osc_rests_while_its_port_is_listened_at(shown, port: int) -> None:
    osc = {"kind": "osc", "port": port, "channels": 3}
    shown.change(input=osc, input_address=f"UDP port {port}", input_fault="")
    teach = shown.window.teach
    teach.sources.show_listening()
    shown.until(lambda: shown.heard(c.Rest) == [c.Rest()])
    shown.change(resting=True, input_address="")
    shown.window.tick()
    assert teach.sources.health.text() == words.RESTING
    assert teach.sources.use.text() == words.RESTS
    assert words.RESTING in teach.stage.curves.empty.text()
    assert not shown.window.faults.texts()
    shown.change(resting=False)  # another control, which has not heard of it
    shown.until(lambda: shown.heard(c.Rest) == [c.Rest(), c.Rest()])
    teach.sources.listening.close()
    shown.until(lambda: shown.heard(c.Rest)[-1] == c.Rest(False))
    assert not shown.heard(c.Configure)


def test_a_dialog_that_is_minimised_gives_the_source_back_until_it_is_seen_again(shown, port: int) -> None:
    shown.change(input={"kind": "osc", "port": port, "channels": 3}, input_address=f"UDP port {port}")
    sources = shown.window.teach.sources
    sources.show_listening()
    shown.until(lambda: shown.heard(c.Rest) == [c.Rest()])
    shown.change(resting=True)
    dialog = sources.listening
    dialog.showMinimized()
    QApplication.sendEvent(dialog, QHideEvent())  # as a window system does
    shown.until(lambda: shown.heard(c.Rest)[-1] == c.Rest(False))
    assert not dialog._open
    shown.change(resting=False)
    shown.window.tick()
    assert shown.heard(c.Rest)[-1] == c.Rest(False)
    dialog.showNormal()
    QApplication.sendEvent(dialog, QShowEvent())
    shown.until(lambda: shown.heard(c.Rest)[-1] == c.Rest())
    dialog.close()


def test_listening_anew_forgets_what_was_heard(shown, port: int) -> None:
    sources = shown.window.teach.sources
    sources.show_listening()
    dialog = sources.listening
    shown.until(lambda: dialog._open)
    turned(port, "/accxyz")
    heard_all(shown, dialog, 60)
    assert dialog.use.isEnabled()
    dialog.close()
    sources.show_listening()
    assert not dialog.use.isEnabled()
    assert not dialog.choice.count()
    assert dialog.reasons.text() == words.LISTEN_NOTHING
    dialog.close()


def test_a_source_that_holds_no_port_of_this_kind_plays_on(shown, port: int) -> None:
    shown.window.teach.sources.show_listening()
    shown.until(lambda: shown.window.teach.sources.listening._open)
    shown.window.teach.sources.listening.close()
    shown.until(lambda: c.Rest(False) in shown.turn())
    assert c.Rest() not in shown.turn()


def test_ports_of_a_source_and_of_one_that_merges_several() -> None:
    assert ports_of({"kind": "osc"}) == {8000}
    parts = {"left": {"kind": "osc", "port": 9000}, "right": {"kind": "osc"}, "pad": {"kind": "pointer"}}
    assert ports_of({"kind": "merge", "inputs": parts}) == {8000, 9000}
    assert ports_of({"kind": "serial", "port": 3}) == set()


def test_a_window_that_is_closed_takes_its_dialog_along(shown, port: int) -> None:
    sources = shown.window.teach.sources
    sources.show_listening()
    shown.until(lambda: sources.listening._open)
    shown.window.close()
    assert sources.listening.isHidden()
    assert not sources.listening._open


def test_nine_streams_and_all_their_reasons_leave_the_button_in_view(shown, port: int) -> None:
    sources = shown.window.teach.sources
    sources.show_listening()
    dialog = sources.listening
    shown.until(lambda: dialog._open)
    for at in range(9):
        turned(port, f"/hand/{'abcdefghi'[at]}/accel", 30)
    heard_all(shown, dialog, 270)
    lines = dialog.reasons.text().splitlines()
    assert len(lines) == len(set(lines))
    dialog.reasons.setText("\n".join(["a reason that goes on and on " * 12] * 9))
    shown.qtbot.wait(20)
    assert dialog.reasons.wordWrap()
    assert dialog.reasons.height() > dialog.room.height()
    assert dialog.rect().contains(dialog.use.geometry())
    assert dialog.rect().contains(dialog.choice.geometry())
    assert dialog.table.height() > 100
    assert dialog.height() == 460
    dialog.close()


def test_a_reason_is_said_once_with_what_it_is_about() -> None:
    streams = [Stream(1, "a", f"/{name}", "f") for name in "abc"]
    guesses = [
        Guess(stream.address, stream, [], ["number 1 is count: it goes on evenly"]) for stream in streams
    ]
    guesses[0].general.append("no unit is known of x")
    assert _why(guesses) == ["/a, /b, /c: number 1 is count: it goes on evenly", "no unit is known of x"]
    assert _why(guesses[1:2]) == ["number 1 is count: it goes on evenly"]
