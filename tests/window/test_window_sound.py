"""The panel of the built-in sound: its meters, and what it says of dropouts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from little_control import FIGURES
from PySide6.QtCore import Qt

from gesturemap import commands as c
from gesturemap.window import words
from gesturemap.window.words import outgoing as said


def test_meter_rises_at_once_and_falls_calmly(shown) -> None:
    meter = shown.window.teach.sound.meter
    meter.show_levels([])
    meter.tick(meter._at + 10.0)
    meter.show_levels([-6.0, float("-inf")])
    meter.tick(meter._at + 0.03)
    assert meter.levels == [-6.0, -60.0]
    meter.show_levels([])
    meter.tick(meter._at + 0.5)
    assert meter.levels[0] == pytest.approx(-18.0)


def test_dropouts_and_what_to_do_stand_where_the_whole_line_has_room(shown) -> None:
    sound = shown.window.teach.sound
    shown.change(processes={"engine": "running", "trainer": "running", "synth": "running: 48000 Hz"})
    assert not sound.device.isVisible()
    late = {"underruns": 27, "why_late": "sound server late: a longer block in [sound] helps"}
    shown.control.tell(c.Status(FIGURES | late))
    shown.until(lambda: sound.device.isVisible())
    assert sound.device.text() == "27 dropouts: sound server late: a longer block in [sound] helps"
    assert sound.device.height() == 2 * sound.device.fontMetrics().lineSpacing()
    assert sound.device.text() in sound.device.toolTip()
    shown.window.resize(1024, 580)
    shown.until(lambda: sound.height() >= sound.minimumSizeHint().height())
    parts = [
        part.geometry()
        for part in (sound.switch, sound.meter, sound.voices, sound.device)
        if part.isVisible()
    ]
    assert all(
        above.bottom() < below.top() for above, below in pairwise(parts)
    )  # nothing lies over another thing


def test_meters_of_both_pages_fall_to_nothing_when_the_synth_says_no_more(shown) -> None:
    meters = (shown.window.teach.sound.meter, shown.window.perform.meter)
    shown.control.tell(c.Levels([-6.0, -9.0]))
    shown.until(lambda: all(meter._targets == [-6.0, -9.0] for meter in meters))
    for meter in meters:
        meter.show_levels([-6.0, -9.0])
        heard = meter._at
        meter.tick(heard)
        meter.tick(heard + 0.4)
        assert meter.levels == [-6.0, -9.0]
        meter.tick(heard + 0.6)
        meter.tick(heard + 5.0)
        assert meter.levels == [-60.0, -60.0]
        assert "-60" in meter.toolTip()


@pytest.mark.parametrize("key", [Qt.Key.Key_1, Qt.Key.Key_2])
def test_that_a_panic_keeps_the_sound_silent_is_seen_whole(shown, key: Qt.Key) -> None:
    window = shown.window
    window.resize(960, 560)
    shown.key(key)
    shown.control.tell(c.Status(FIGURES | {"silent": "gesture"}))
    shown.control.tell(c.Fault("outputs", "a message that lies over the line of status"))
    shown.until(lambda: window.faults.isVisible() and window.top.panic.text() == words.PANICKED)
    window.status.tick(1e9)
    assert window.top.panic.isVisible()
    assert "until a gesture begins, or Run is switched off and on" in window.top.panic.toolTip()
    first = window.status.play.text().partition(" · ")[0]
    assert first == "panic: silent until a gesture begins"
    assert window.status.play.fontMetrics().horizontalAdvance(first) < window.status.play.width()
    shown.control.tell(c.Status(FIGURES))
    shown.until(lambda: window.top.panic.text() == words.PANIC)


def test_no_samples_of_a_card_are_told_where_none_plays(shown) -> None:
    card = shown.window.teach.sound.card
    assert card.text() == said.CARD_NONE  # this control has no audio
    shown.change(processes={"engine": "running", "trainer": "running", "synth": "running: USB card"})
    assert "256 samples" in card.text()
