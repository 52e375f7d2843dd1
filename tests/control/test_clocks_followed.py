"""The clock's port over a real raw MIDI line: heard, unplugged, plugged in, and whatever else comes along it."""

from __future__ import annotations

import contextlib
import queue
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from midi_ports import Cable, Ticking, jack_server

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control.clocks import MOST_A_SECOND, Clocks
from gesturemap.inputs.midi_clock import MidiClock


class Desk:
    """What control does with clocks."""

    def __init__(self) -> None:
        self._said: queue.SimpleQueue[c.Message] = queue.SimpleQueue()
        self.clocks = Clocks(self._said.put)
        self.faults: list[c.Fault] = []
        self.told: list[inner.Beats] = []
        self.count = 0

    def until(self, so: Callable[[], object]) -> None:
        end = time.monotonic() + 20.0
        while not so():
            assert time.monotonic() < end
            with contextlib.suppress(queue.Empty):
                said = self._said.get(timeout=0.05)
                if isinstance(said, c.Fault):
                    self.faults.append(said)
                elif isinstance(said, inner.Clocked):
                    self.count += 1
                    self.clocks.take(said)
            if self.clocks.look():
                self.told.append(self.clocks.beats)

    def is_(self, state: str) -> None:
        self.until(lambda: self.clocks.figures().get("clock") == state)

    def drain(self) -> None:
        self.until(self._said.empty)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.clocks.close()


@pytest.mark.long
def test_a_clock_is_heard_lost_and_heard_again(cable: Cable, desk: Desk) -> None:
    desk.clocks.follow(MidiClock(port=str(cable.path)))
    desk.is_("silent")
    with contextlib.closing(Ticking(cable, 120.0)) as clock:
        desk.until(lambda: len(desk.told) > 6 and desk.clocks.beats.step)
        assert desk.clocks.figures()["clock"] == "running"
        assert desk.clocks.beats.step == pytest.approx(0.5, rel=0.05)
        assert abs(clock.away(desk.clocks.beats.at)) < 0.05
    desk.is_("silent")
    beats = desk.clocks.beats
    cable.unplug()
    desk.is_("not there")
    desk.until(lambda: desk.faults)
    assert [fault.place for fault in desk.faults] == ["clock"]
    assert desk.clocks.beats == beats, "the beats go on as they were"
    cable.plug_in()
    desk.is_("silent")
    with contextlib.closing(Ticking(cable, 150.0)):
        desk.until(lambda: abs(desk.clocks.beats.step - 0.4) < 0.02)
    assert len(desk.faults) == 1
    desk.clocks.follow(MidiClock())
    assert desk.clocks.look()
    assert desk.clocks.beats == inner.Beats(), "no clock, no beats"
    assert desk.clocks.figures() == {}


def test_a_port_that_is_not_there_is_told_once(tmp_path: Path, desk: Desk) -> None:
    desk.clocks.follow(MidiClock(port=str(tmp_path / "nowhere")))
    desk.until(lambda: desk.faults)
    assert desk.clocks.figures() == {"clock": "not there", "tempo": 0.0}
    desk.clocks.tap(0.0)
    assert desk.clocks.look()
    made = Cable(tmp_path / "nowhere")
    try:
        desk.until(lambda: desk.clocks._listener and desk.clocks._listener.is_open)
    finally:
        made.unplug()
    assert len(desk.faults) == 1


def test_any_bytes_cost_no_more_than_a_clock(cable: Cable, desk: Desk) -> None:
    desk.clocks.follow(MidiClock(port=str(cable.path)))
    desk.is_("silent")
    noise = random.Random(5)
    for _ in range(20):
        cable.send(*noise.choices([*range(256), *[0xF8, 0xFA, 0xFB, 0xFC, 0xF2, 0xF0] * 20], k=1000))
        desk.drain()
    desk.until(lambda: desk.count)
    desk.drain()
    assert desk.count <= 3 * MOST_A_SECOND
    assert not desk.faults
    desk.is_("silent")
    with contextlib.closing(Ticking(cable, 120.0)):
        desk.until(lambda: abs(desk.clocks.beats.step - 0.5) < 0.02)


def test_the_offset_moves_the_beats_of_the_clock_and_no_taps(cable: Cable, desk: Desk) -> None:
    clock = MidiClock(port=str(cable.path))
    desk.clocks.follow(clock)
    desk.is_("silent")
    now = time.perf_counter() - 0.5
    for number in range(30):
        desk.clocks.take(inner.Clocked(0xF8, now + number / 48))
    assert desk.clocks.look()
    assert desk.clocks.beats.at == pytest.approx(now)
    desk.clocks.follow(MidiClock(port=str(cable.path), offset=0.1))
    assert desk.clocks.look()
    assert desk.clocks.beats.at == pytest.approx(now + 0.1), "nothing is forgotten"
    desk.clocks.tap(now + 12.1 / 48)
    desk.clocks.look()
    assert desk.clocks.beats.at == pytest.approx(now + 0.1 + 7 / 48, abs=1e-6), "the tick that is nearest"


def test_taps_alone(desk: Desk) -> None:
    assert not desk.clocks.look()
    now = time.perf_counter() - 1.0
    for at in (now, now + 0.5):
        desk.clocks.tap(at)
    assert desk.clocks.look()
    assert (desk.clocks.beats.at, desk.clocks.beats.step) == pytest.approx((now, 0.5))
    assert desk.clocks.figures() == {"clock": "tapped", "tempo": pytest.approx(120.0)}
    assert not desk.clocks.look(), "that is no news any more"
    desk.clocks.tap(-1e300)
    desk.clocks.look()
    assert abs(desk.clocks.beats.at - time.perf_counter()) < 5.0, "nobody has tapped then"


def test_a_clock_comes_through_a_port_of_the_system(desk: Desk) -> None:
    rtmidi = pytest.importorskip("rtmidi")
    with jack_server():
        made = rtmidi.MidiOut(rtapi=rtmidi.API_UNIX_JACK, name="sequencer")
        made.open_virtual_port("clock")
        try:
            desk.clocks.follow(MidiClock(port="sequencer"))
            desk.is_("silent")
            for message in ([0xF2, 8, 0], [0xFB], [0xF8], [0xF8]):
                made.send_message(message)
            desk.until(lambda: desk.count == 4)
            assert desk.clocks.figures()["clock"] == "running"
            desk.clocks.close()
        finally:
            made.close_port()
            made.delete()
