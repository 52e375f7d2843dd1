"""The lamps on the page to play from: what they say of sensor, engine and outputs."""

from __future__ import annotations

import pytest
from little_control import FIGURES, document
from PySide6.QtGui import QFontMetricsF

from gesturemap.window import words
from gesturemap.window.facts.document import read
from gesturemap.window.facts.lamps import BAD, GOOD, OFF, WARN, Lamp, Rooms, lamps

RUNNING = {"engine": "running", "trainer": "running", "synth": "running: jack 48000 Hz"}


def told(figures=None, engine="", troubles=(), **changes) -> dict[str, str]:
    found = lamps(read(document(**changes)), FIGURES | (figures or {}), engine, troubles)
    assert all(isinstance(lamp, Lamp) for lamp in found)
    return {lamp.text: lamp.state for lamp in found}


def test_lamps_are_good_where_all_is_well() -> None:
    found = told({"ignored": {}, "log": "x.xdf"}, processes=RUNNING)
    assert found == {"pointer 60 Hz": GOOD, "sound, 0 dropouts": GOOD, "outputs": GOOD, "logging": GOOD}


@pytest.mark.parametrize(
    ("figures", "changes", "text", "state"),
    [
        ({"rate": 0.0}, {}, "pointer silent", WARN),
        ({}, {"input_address": ""}, "pointer not open", WARN),
        ({}, {"input_fault": "UDP port 8001: in use"}, "pointer not open", WARN),
        ({}, {"resting": True}, words.LISTENING, OFF),
        ({"lost": 3}, {}, "pointer 60 Hz", WARN),
        ({"underruns": 2}, {"processes": RUNNING}, "sound, 2 dropouts", WARN),
        ({}, {"processes": RUNNING | {"synth": "restarting"}}, "audio restarting", WARN),
        ({}, {"sound_on": False, "processes": RUNNING}, words.LAMP_SOUND_OFF, OFF),
        ({}, {"processes": RUNNING | {"synth": "no audio: no card; connect one"}}, "no audio: no card", BAD),
        ({}, {"processes": RUNNING | {"synth": "given up: it died"}}, "audio given up: it died", BAD),
        ({}, {"sound_on": False, "processes": RUNNING | {"synth": "no audio"}}, words.LAMP_SOUND_OFF, OFF),
        ({"faults": 1}, {}, words.STATUS_FAULT, WARN),
        ({"faults": 7}, {}, "7 faults", WARN),
        ({}, {"running": False}, words.LAMP_OUTPUTS_HELD, WARN),
        ({"silent": "gesture"}, {"processes": RUNNING}, words.LAMP_PANICKED["gesture"], WARN),
        ({}, {"locked": True}, words.LAMP_LOCKED, GOOD),
        ({}, {"playing": "a2"}, words.LAMP_PLAYS.format("circle"), WARN),
    ],
)
def test_lamps_say_what_to_look_at(figures, changes, text, state) -> None:
    assert told(figures, **changes)[text] == state


def test_lamps_name_an_engine_that_is_off_and_outputs_in_trouble() -> None:
    assert told(engine="the engine is starting again")["the engine is starting again"] == WARN
    assert told(troubles=["OSC 127.0.0.1:9: nobody listens there"])["outputs: nobody listens there"] == WARN


def test_room_that_no_lamp_needs_is_given_back_after_a_while() -> None:
    rooms, long, short = Rooms(), Lamp(WARN, "outputs: port is gone"), Lamp(GOOD, "outputs")
    assert rooms.follow([long], len, 0.0) == (long.text,)
    assert rooms.follow([short], len, Rooms.RELAX / 2) == (long.text,)
    assert rooms.follow([short], len, Rooms.RELAX + 1) == (short.text,)
    assert rooms.follow([], len, Rooms.RELAX + 2) == ()


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (2560, 1440)])
def test_lamps_are_all_there_and_large_enough_however_much_they_say(shown, size: tuple[int, int]) -> None:
    window, lamps = shown.window, shown.window.perform.lamps
    window.enter("perform")
    window.showNormal()
    window.resize(*size)
    shown.until(lambda: window.width() >= size[0])
    few = ("pointer 62 Hz", "no audio: there is no output device", "outputs: nobody listens there")
    for texts in (few, (*few, "silent: until a gesture begins", "locked", "2 faults")):
        lamps.show_lamps(tuple(Lamp(WARN, text) for text in texts))
        lamps.repaint()
        metrics = QFontMetricsF(lamps.font_shown)
        last = metrics.horizontalAdvance(texts[-1].partition(":")[0])
        assert lamps.places[-1] + 1.6 * metrics.capHeight() + last <= lamps.width()
    assert lamps.font_shown.pixelSize() >= max(9, 18 * size[1] / 720)
