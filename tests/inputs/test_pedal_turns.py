"""Pedals: which messages are presses, and what is refused."""

from __future__ import annotations

import pytest

from gesturemap.errors import SettingsError
from gesturemap.inputs.pedal import Feet, Pedal, Turn
from gesturemap.wire.midi import CONTROL, NOTE_OFF, NOTE_ON, PROGRAM, Midi


def test_each_press_and_release_is_said_once() -> None:
    feet = Feet(Pedal(commands={"cc 64": "record  circle", "note 36": "panic"}))
    turns = [feet.take(Midi(CONTROL, 1, 64, value)) for value in (0, 127, 127, 64, 60, 62, 30, 0, 90)]
    pressed, released = Turn("record circle", True), Turn("record circle", False)
    assert turns == [None, pressed, None, None, None, None, released, None, pressed]
    notes = [Midi(NOTE_ON, 1, 36, 9), Midi(NOTE_ON, 1, 36, 9), Midi(NOTE_OFF, 1, 36), Midi(NOTE_ON, 1, 36, 0)]
    assert [feet.take(each) for each in notes] == [Turn("panic", True), None, Turn("panic", False), None]
    assert feet.take(Midi(CONTROL, 1, 65, 127)) is None
    assert feet.lift() == [released]
    assert feet.lift() == []


def test_only_its_channel_counts() -> None:
    feet = Feet(Pedal(channel=3, commands={"cc 64": "panic"}))
    assert feet.take(Midi(CONTROL, 1, 64, 127)) is None
    assert feet.take(Midi(CONTROL, 3, 64, 127)) == Turn("panic", True)


@pytest.mark.parametrize(
    ("source", "action"),
    [("cc", "panic"), ("cc 128", "panic"), ("knob 1", "panic"), ("cc 64", "dance"), ("cc 64", "panic now"),
     ("cc 64", ""), ("cc 64", "open")],
)  # fmt: skip
def test_what_is_no_pedal_is_refused(source: str, action: str) -> None:
    with pytest.raises(SettingsError, match="pedal, commands"):
        Pedal(commands={source: action})


@pytest.mark.parametrize("source", ["note \u096c\u096a", "cc \u0666\u0664", "cc 0064"])
def test_digits_are_the_usual_ones(source: str) -> None:
    with pytest.raises(SettingsError, match="pedal, commands"):
        Pedal(commands={source: "panic"})


@pytest.mark.parametrize("source", ["cc 064", "cc  64 "])
def test_a_pedal_is_named_once(source: str) -> None:
    with pytest.raises(SettingsError, match="both are the same pedal"):
        Pedal(commands={"cc 64": "record", source: "panic"})
    assert Pedal(commands={"note 64": "record", source: "panic"}).commands


def test_gestures_that_are_renamed_or_deleted() -> None:
    pedal = Pedal(commands={"cc 64": "record big circle", "cc 65": "start line", "cc 66": "open line"})
    assert pedal.renamed("big circle", "ring").commands["cc 64"] == "record ring"
    assert pedal.renamed("line", "").commands == {"cc 64": "record big circle", "cc 66": "open line"}
    assert pedal.renamed("other", "x") is pedal


def test_a_program_change_is_pressed_each_time() -> None:
    feet = Feet(Pedal(commands={"program 5": "scene Duet"}))
    for _ in range(2):
        assert feet.take(Midi(PROGRAM, 1, 5)) == Turn("scene Duet", True)
    assert feet.take(Midi(PROGRAM, 1, 6)) is None
    assert feet.take(Midi(CONTROL, 1, 5, 127)) is None
    assert feet.lift() == []
