"""Outputs are set by hand with sliders while recording: they come when that is chosen, and are sent at once."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.control.by_hand import HAND
from gesturemap.window.teach import pad as pads
from gesturemap.window.words import outgoing as said
from gesturemap.wire.osc import parse

MAPPING = [{"kind": "range", "source": "output:pitch", "control": "pad.pitch", "low": -14.0, "high": 14.0}]


def test_sliders_are_there_only_where_they_go_along(shown) -> None:
    hand, chooser = shown.window.teach.outgoing.hand, shown.window.teach.recorder.controls.along
    chooser.fill()
    assert any(action.text() == "by hand" for action in chooser.choices.actions())
    assert not hand.isVisible()
    chooser.choose(HAND)
    shown.until(hand.isVisible)
    assert hand.about.text() == said.BY_HAND_NONE
    shown.change(mapping=MAPPING, by_hand=["pitch", "brightness"])
    assert hand.about.text() == said.BY_HAND
    assert list(hand.faders) == ["pitch", "brightness"]
    assert hand.values() == [0.0, 0.5]
    hand.faders["pitch"].setValue(750)
    shown.until(lambda: shown.heard(c.Values))
    assert shown.heard(c.Values)[-1] == c.Values([7.0, 0.5])
    shown.change(mapping=MAPPING, by_hand=["pitch"])
    assert hand.values() == [7.0], "those that stay keep their places"
    hand.faders["pitch"].setValue(0)
    chooser.choose("")
    shown.until(lambda: not hand.isVisible())
    shown.until(lambda: shown.heard(c.Values)[-1] == c.Values())  # the model is heard again
    assert shown.window.bench.record_key.wishes.along == ""


def test_a_recording_begins_with_where_they_stand(shown) -> None:
    shown.change(mapping=MAPPING, by_hand=["pitch"])
    shown.window.teach.recorder.controls.along.choose(HAND)
    shown.window.bench.press_record(time.perf_counter())
    shown.until(lambda: shown.heard(c.Values))
    assert shown.heard(c.Record)[-1].along == HAND
    assert shown.heard(c.Values) == [c.Values([0.0])]


def test_a_slider_is_heard_while_the_mouse_is_on_it_as_the_pad_holds_still_meanwhile(
    shown, monkeypatch
) -> None:
    monkeypatch.setattr(pads, "HOLDS", 0.3)
    pad, hand = shown.window.teach.stage.pad, shown.window.teach.outgoing.hand
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", 0))
        heard.settimeout(5.0)
        shown.change(
            mapping=MAPPING, by_hand=["pitch"], input={"kind": "pointer"}, pointer_port=heard.getsockname()[1]
        )
        shown.window.teach.recorder.controls.along.choose(HAND)
        shown.until(hand.isVisible)
        QTest.mouseMove(pad, pad.rect().center())
        QTest.mouseMove(hand, hand.rect().center())  # the mouse has left the pad for the sliders
        shown.until(lambda: not pad._timer.isActive())
        heard.setblocking(False)
        with suppress(BlockingIOError):
            while heard.recv(1024):  # what the mouse said
                pass
        heard.settimeout(5.0)
        pad.sent = 0
        hand.faders["pitch"].setValue(600)
        shown.until(lambda: pad.sent > 5)
        places = {parse(heard.recv(1024))[0].arguments for _ in range(5)}
        ((x, y, pressed),) = places  # it is held still
        assert 0.0 <= x <= 1.0 and 0.0 <= y <= 1.0 and not pressed
        shown.until(lambda: not pad._timer.isActive())
        shown.window.bench.press_record(time.perf_counter())  # what is recorded is the hand's alone
        shown.until(lambda: shown.heard(c.Record))
        assert not pad._timer.isActive()
