"""MIDI out where it is hard: zones, clocks, devices that take nothing, processes that die, real ports."""

from __future__ import annotations

import math
import os
import select
import signal
import time
from collections.abc import Callable

import mido
import numpy as np
import pytest
from midi_log import CONTROLS, Log, beats, began, ended, frame, hanging, opened, started
from midi_ports import Cable, jack_server

from gesturemap.errors import SettingsError
from gesturemap.frames import Controls, Spec
from gesturemap.outputs.beside import BesideRun
from gesturemap.outputs.midi.output import Midi
from gesturemap.wire.midi_write import silence

Begin = Callable[..., BesideRun]


def of(messages: list[mido.Message], kind: str) -> list[mido.Message]:
    return [one for one in messages if one.type == kind]


@pytest.mark.parametrize(("zone", "main", "first", "step"), [("lower", 0, 1, 1), ("upper", 15, 14, -1)])
def test_a_zone_is_set_up_and_every_gesture_gets_a_channel(
    cable: Cable, begin: Begin, zone: str, main: int, first: int, step: int
) -> None:
    controls = Spec.of("bend.circle semitones", "bend.line semitones", "press", "level")
    log = Log(cable)
    run = begin(
        cable, controls, mpe=zone, members=3, bend="bend.{gesture}", pressure="press", timbre="level",
        bend_range=48, ranges={"bend.circle": (-48.0, 48.0), "bend.line": (-48.0, 48.0)}, cc={"level": 11},
    )  # fmt: skip
    setup = log.until(lambda found: len(found) >= 24)
    expected = [
        (main, 101, 0),
        (main, 100, 6),
        (main, 6, 3),
        (main, 38, 0),
        (main, 101, 127),
        (main, 100, 127),
    ]
    members = [first + step * i for i in range(3)]
    for member in members:
        expected += [
            (member, n, v) for n, v in ((101, 0), (100, 0), (6, 48), (38, 0), (101, 127), (100, 127))
        ]
    assert [(one.channel, one.control, one.value) for one in setup] == expected
    log.clear()
    run.send(Controls(0.0, np.array([1.0, -48.0, 0.5, 1.0]), tuple(map(began, ("circle", "line", "shake")))))
    log.until(lambda found: len(of(found, "note_on")) == 3 and any(one.is_cc(11) for one in found))
    notes = of(log.messages, "note_on")
    assert [one.channel for one in notes] == members
    for note, bend in zip(notes, (171, -8192, None), strict=True):
        before = log.messages[: log.messages.index(note)]
        own = [one for one in before if one.channel == note.channel]
        assert [one.pitch for one in of(own, "pitchwheel")] == ([] if bend is None else [bend])
        assert [one.value for one in of(own, "aftertouch")] == [64]
        assert [one.value for one in own if one.is_cc(74)] == [127]
    assert [one.channel for one in log.messages if one.is_cc(11)] == [main]
    log.clear()
    run.send(Controls(0.0, np.array([0.0, -48.0, 0.5, 1.0]), (began("circle"),)))  # all taken: its own goes
    log.until(lambda found: len(of(found, "note_on")) == 1)
    assert [one.channel for one in log.messages if one.type == "note_off"] == [members[0]]
    assert of(log.messages, "note_on")[0].channel == members[0]
    log.clear()
    run.send(Controls(0.0, np.array([0.0, 48.0, 0.5, 1.0])))
    log.until(lambda found: len(of(found, "pitchwheel")) == 1)
    assert [(one.channel, one.pitch) for one in of(log.messages, "pitchwheel")] == [(members[1], 8191)]
    log.clear()
    run.send(Controls(0.0, np.array([0.0, 48.0, 0.5, 1.0]), (began("fourth"),)))
    log.until(lambda found: len(of(found, "note_on")) == 1)
    (off,) = of(log.messages, "note_off")
    assert off.channel == of(log.messages, "note_on")[0].channel == members[1], "the oldest gives way"
    run.close()


def test_every_kind_of_controller_and_only_what_changed(cable: Cable, begin: Begin) -> None:
    log = Log(cable)
    run = begin(
        cable, cc={"pad.level": 7}, cc14={"mod": 1}, bend="pad.pitch", pressure="press", channel=16,
        ranges={"pad.pitch": (-12.0, 12.0), "press": (1.0, 0.0)}, program={"line": 5}, play="none", rate=0.0,
    )  # fmt: skip
    run.send(frame(1.0, 12.0, 0.5, 0.25, events=(began("line"), ended("line"))))
    log.until(lambda found: len(found) >= 6)
    assert {str(one) for one in log.messages} == {
        str(mido.Message("program_change", channel=15, program=5)),
        str(mido.Message("control_change", channel=15, control=7, value=127)),
        str(mido.Message("control_change", channel=15, control=1, value=64)),
        str(mido.Message("control_change", channel=15, control=33, value=0)),
        str(mido.Message("pitchwheel", channel=15, pitch=8191)),
        str(mido.Message("aftertouch", channel=15, value=95)),
    }
    numbers = [one.control for one in log.messages if one.type == "control_change"]
    assert numbers.index(33) == numbers.index(1) + 1
    log.clear()
    run.send(frame(0.999, math.nan, 0.5, math.inf))
    run.send(frame(0.0, 0.0, 0.5, 0.25))
    log.until(lambda found: len(of(found, "pitchwheel")) == 1 and any(one.is_cc(7) for one in found))
    assert of(log.messages, "pitchwheel")[0].pitch == 0
    assert {one.type for one in log.messages} == {"pitchwheel", "control_change"}
    run.close()


def test_controllers_keep_their_rate_and_end_at_the_newest(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable, cc={"pad.level": 7, "mod": 1}, rate=100.0)
    begun, step = time.monotonic(), 0
    while (now := time.monotonic() - begun) < 1.0:
        run.send(frame(0.5 + 0.5 * math.sin(40.0 * now), 0.0, now, 0.0))
        log.read(0.001)
        step += 1
    run.send(frame(0.25, 0.0, 1.0, 0.0))
    log.until(lambda found: any(one.is_cc(7) and one.value == 32 for one in found[-4:]))
    log.until(lambda found: any(one.is_cc(1) and one.value == 127 for one in found))
    level = [one for one in log.messages if one.is_cc(7)]
    assert step > 200
    assert 20 < len(level) <= 103
    assert level[-1].value == 32
    assert [one.value for one in log.messages if one.is_cc(1)][-1] == 127
    run.close()


def test_notes_of_a_set_length_end_by_themselves(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable, length=0.15)
    run.send(frame(0.0, 0.0, 0.0, 0.0, events=(began("line"), ended("line"), began("circle"))))
    log.until(lambda found: len(of(found, "note_off")) == 2)
    on = next(at for at, one in log.found if one.type == "note_on")
    off = next(at for at, one in log.found if one.type == "note_off")
    assert 0.14 < off - on < 0.5
    run.close()


@pytest.mark.long
def test_a_clock_starts_keeps_its_tempo_and_stops(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable, clock=True, tempo=150.0)
    log.until(lambda found: len(of(found, "clock")) >= 121)
    kinds = [one.type for one in log.messages if one.type in ("start", "clock", "stop")]
    assert kinds[:2] == ["start", "clock"]
    ticks = [at for at, one in log.found if one.type == "clock"]
    lengths = np.diff(ticks[:121])
    tick = 60.0 / 150.0 / 24.0
    assert abs(np.median(lengths) - tick) < 5e-4
    assert abs((ticks[120] - ticks[0]) / 120.0 - tick) < 5e-4
    run.close()
    log.until(lambda found: bool(of(found, "stop")))


def test_a_clock_goes_on_over_other_controls_and_they_move_what_they_should(
    cable: Cable, begin: Begin
) -> None:
    log, run = Log(cable), begin(cable, Spec(()), clock=True, tempo=240.0, cc={"mod": 1, "pad.level": 7})
    log.until(lambda found: bool(of(found, "clock")))
    run.retarget(CONTROLS.names)
    run.send(frame(0.0, 0.0, 1.0, 0.0))
    log.until(lambda found: any(one.is_cc(1) and one.value == 127 for one in found))
    assert run._process is not None
    os.kill(run._process.pid, signal.SIGKILL)
    beats(run, lambda: not run.open)
    log.clear()
    opened(run)
    run.retarget(Spec.of("pad.level", "mod").names)
    run.send(Controls(1.0, np.array([0.0, 0.5]), ()))
    found = log.until(lambda found: any(one.is_cc(1) and one.value == 64 for one in found))
    assert [one.value for one in found if one.is_cc(7)][-1] == 0
    assert not of(found, "stop")
    assert len(of(found, "start")) == 1


def test_controls_that_change_before_the_process_is_there_cost_nothing(cable: Cable) -> None:
    log, run = Log(cable), started(cable, cc={"mod": 1})
    run.send(frame(0.0, 0.0, 1.0, 0.0, events=(began("circle"),)))
    run.retarget(Spec.of("mod").names)
    run.send(Controls(1.0, np.array([0.5]), ()))
    try:
        opened(run)
        found = log.until(lambda found: any(one.is_cc(1) for one in found))
        assert [one.value for one in found if one.is_cc(1)] == [64]
        assert not hanging(found)
    finally:
        run.close()


def test_a_device_that_takes_nothing_stops_nobody_and_its_notes_end(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable, cc={"pad.level": 7, "mod": 1}, rate=0.0)
    run.send(frame(0.0, 0.0, 0.0, 0.0, events=(began("circle"),)))
    log.until(lambda found: len(of(found, "note_on")) == 1)
    slowest = 0.0
    for step in range(6000):  # 40 kB, where the line holds 4
        events = (began("line"), ended("line")) if step else (ended("circle"),)
        before = time.process_time()
        run.send(frame(step % 2, 0.0, 1.0 - step % 2, 0.0, events=events))
        slowest = max(slowest, time.process_time() - before)
        if step % 50 == 0:
            run.beat()
            select.select([], [], [], 0.001)
    assert slowest < 0.05
    beats(run, lambda: run.dropped > 0)
    log.until(lambda found: not hanging(found) and found[-1].is_cc() and len(found) > 1000)
    run.send(frame(0.5, 0.0, 0.5, 0.0, events=(began("shake"),)))
    log.until(lambda found: (0, 64) in hanging(found))
    run.close()
    log.until(lambda found: not hanging(found))


def test_a_process_that_is_killed_is_begun_again_with_silence(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable, cc={"mod": 1})
    run.send(frame(0.0, 0.0, 0.25, 0.0, events=(began("circle"),)))
    log.until(lambda found: len(of(found, "note_on")) == 1 and any(one.is_cc(1) for one in found))
    assert run._process is not None
    log.clear()
    os.kill(run._process.pid, signal.SIGKILL)
    beats(run, lambda: not run.open)
    opened(run)
    found = log.until(lambda found: any(one.is_cc(1) for one in found))
    assert [one.note for one in of(found, "note_off")] == [60], (
        "instruments there are that hear no controllers"
    )
    assert [one.control for one in of(found, "control_change")] == [64, 123, 120, 121, 1]
    assert of(found, "control_change")[-1].value == 32, "a sensor at rest would not send it again"
    run.send(frame(0.0, 0.0, 0.25, 0.0, events=(began("line"),)))
    log.until(lambda found: (0, 62) in hanging(found))  # it knows the vocabulary
    run.close()


def test_what_ended_is_forgotten_and_what_ended_while_the_device_was_away_ends_when_it_is_back(
    cable: Cable, begin: Begin
) -> None:
    log, run = Log(cable), begin(cable)
    for label in ("circle", "line"):
        run.send(frame(0.0, 0.0, 0.0, 0.0, events=(began(label),)))
    run.send(frame(0.0, 0.0, 0.0, 0.0, events=(ended("circle"),)))
    log.until(lambda found: hanging(found) == {(0, 62)} and bool(of(found, "note_off")))
    beats(run, lambda: run._orders.get("sounding") == [[1, 62]])
    cable.unplug()
    beats(run, lambda: run.fault is not None)
    run.send(frame(0.0, 0.0, 0.0, 0.0, events=(ended("line"),)))
    cable.plug_in()
    opened(run)
    log = Log(cable)
    log.until(lambda found: len(found) >= 6)
    assert [one.note for one in of(log.messages, "note_off")] == [62]
    beats(run, lambda: run._orders["sounding"] == [])


def test_killed_with_its_engine_it_leaves_a_note_that_the_next_ends(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable)
    run.send(frame(0.0, 0.0, 0.0, 0.0, events=(began("circle"),)))
    log.until(lambda found: (0, 60) in hanging(found))
    assert run._process is not None
    os.kill(run._process.pid, signal.SIGKILL)
    run.close()
    following = started(cable, clock=True)  # of another engine, which knows nothing
    log.clear()
    try:
        opened(following)
        log.until(lambda found: bool(of(found, "start")))
        assert log.bytes.startswith(silence(1)), "before the clock, too"
    finally:
        following.close()


def test_an_engine_that_dies_leaves_nothing_sounding(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable)
    run.send(frame(0.0, 0.0, 0.0, 0.0, events=(began("circle"),)))
    log.until(lambda found: len(of(found, "note_on")) == 1)
    assert run._way is not None
    assert run._process is not None
    run._way.close()  # what a kill -9 of the engine does
    log.until(lambda found: not hanging(found))
    run._process.wait(5.0)
    run.close()


def test_it_begins_without_its_device_and_plays_when_it_is_there(cable: Cable) -> None:
    cable.unplug()
    cable.path.unlink()
    run = Midi(port=str(cable.path), cc={"mod": 1}).start(CONTROLS)
    try:
        beats(run, lambda: run.fault is not None)
        assert "no such device" in str(run.fault)
        run.send(frame(0.0, 0.0, 1.0, 0.0))
        cable.plug_in()
        opened(run)
        Log(cable).until(lambda found: any(one.is_cc(1) and one.value == 127 for one in found))
    finally:
        run.close()


def test_ports_of_a_real_service_virtual_and_by_name() -> None:
    rtmidi = pytest.importorskip("rtmidi")
    with jack_server():
        received: list[tuple[float, bytes]] = []
        keys = rtmidi.MidiIn(rtapi=rtmidi.API_UNIX_JACK, name="desk")
        keys.open_virtual_port("in")
        keys.set_callback(lambda event, _: received.append((time.monotonic(), bytes(event[0]))))
        run = Midi(port="DESK", cc={"mod": 1}).start(CONTROLS)
        virtual = Midi(port="virtual stage").start(CONTROLS)
        try:
            opened_at(run)
            opened_at(virtual)
            beats(run, lambda: len(received) >= 5)
            assert b"".join(data for _, data in received) == silence(1)
            received.clear()
            ear = rtmidi.MidiIn(rtapi=rtmidi.API_UNIX_JACK, name="ear")
            assert any("stage" in name for name in ear.get_ports())
            ear.delete()
            run.send(frame(0.0, 0.0, 1.0, 0.0, events=(began("circle"),)))
            beats(run, lambda: len(received) >= 2)
            assert {data for _, data in received} == {b"\x90\x3c\x7f", b"\xb0\x01\x7f"}
            run.close()
            beats(virtual, lambda: b"\x80\x3c\x40" in [data for _, data in received])
        finally:
            run.close()
            virtual.close()
            keys.close_port()
            keys.delete()


def opened_at(run: BesideRun) -> None:
    beats(run, lambda: run.open)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"cc": {"pad.levle": 7}}, "no control 'pad.levle'.*did you mean 'pad.level'"),
        ({"bend": "nothing"}, "no control 'nothing'"),
        ({"bend": "bend.{gesture}"}, "needs a channel for each note"),
        ({"ranges": {"mod": (1.0, 1.0)}}, "its ends differ"),
        ({"cc": {"mod": 33}, "cc14": {"press": 1}}, "controller 33 twice"),
        ({"cc": {"mod": 74}, "timbre": "press"}, "controller 74 twice"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Midi(port="/dev/null", **settings).start(CONTROLS)  # type: ignore[arg-type]
    Midi(**settings).check(Spec(())) if "no control" in said else None
