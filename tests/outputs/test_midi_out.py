"""MIDI out, a real process that plays to a pseudo-terminal; mido reads every byte."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import mido
import pytest
from midi_log import Log, beats, began, ended, frame, hanging, opened, started
from midi_ports import Cable

from gesturemap.errors import DeviceError
from gesturemap.outputs.beside import BesideRun
from gesturemap.outputs.midi.port import open_port

Begin = Callable[..., BesideRun]


def of(messages: list[mido.Message], kind: str) -> list[mido.Message]:
    return [one for one in messages if one.type == kind]


def test_gestures_play_notes_and_controls_move_controllers(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable, notes={"line": 36}, cc={"pad.level": 7}, channel=10)
    run.send(frame(0.5, 0.0, 0.0, 0.0, events=(began("circle", 0.0), began("line"), began("shake", 0.5))))
    run.send(frame(1.0, 0.0, 0.0, 0.0, events=(ended("circle"), ended("line"), ended("shake"))))
    run.send(frame(1.0, 0.0, 0.0, 0.0))
    log.until(lambda found: len(of(found, "note_off")) == 3 and found[-1].is_cc(7))
    notes = [one for one in log.messages if one.type.startswith("note")]
    assert [(one.type, one.channel, one.note) for one in notes] == [
        ("note_on", 9, 60), ("note_on", 9, 36), ("note_on", 9, 64),
        ("note_off", 9, 60), ("note_off", 9, 36), ("note_off", 9, 64),
    ]  # fmt: skip
    assert [one.velocity for one in notes[:3]] == [30, 127, 78]
    assert of(log.messages, "control_change")[-1].value == 127
    assert log.bytes == b"".join(bytes(one.bytes()) for one in log.messages)
    run.close()
    run.close()
    assert run.faults == 0


def test_a_closing_output_ends_its_notes(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable)
    run.send(frame(0.0, 0.0, 0.0, 0.0, events=(began("circle"),)))
    log.until(lambda found: len(of(found, "note_on")) == 1)
    run.close()
    log.until(lambda found: len(of(found, "note_off")) == 1)
    assert not hanging(log.messages)


@pytest.mark.parametrize("mpe", ["off", "lower", "upper"])
def test_panic_leaves_nothing_sounding_under_sustain_within_20_ms(
    cable: Cable, begin: Begin, mpe: str
) -> None:
    log, run = Log(cable), begin(cable, mpe=mpe, cc={"mod": 64}, bend="pad.pitch")
    run.send(frame(0.0, 0.9, 1.0, 0.0, events=tuple(map(began, ("circle", "line", "shake")))))
    sustain = [one for one in log.until(lambda found: any(one.is_cc(64) for one in found)) if one.is_cc(64)]
    log.until(lambda found: len(of(found, "note_on")) == 3)
    assert sustain[-1].value == 127
    run.send(frame(0.0, 0.9, 1.0, 0.0, events=(ended("line"),)))
    log.until(lambda found: len(of(found, "note_off")) == 1)
    assert len(hanging(log.messages, {"lower": 0, "upper": 15}.get(mpe, -1))) == 3, (
        "one of them by the pedal alone"
    )
    again = "pitchwheel" if mpe == "off" else "control_change"  # the last of what is sent again after a panic
    centre = mido.Message("pitchwheel", pitch=0)
    late, main = [], {"off": -1, "lower": 0, "upper": 15}[mpe]
    for _ in range(3):
        count, asked = len(log.found), time.monotonic()
        run.silence()
        used = 1 if mpe == "off" else 16
        log.until(lambda found: sum(one.is_cc(121) for one in found[count:]) == used)  # noqa: B023
        late.append(next(at for at, one in log.found[::-1] if one.is_cc(121)) - asked)
        assert not hanging(log.messages, main)
        log.until(lambda found: found[-1].type == again and not found[-1].is_cc(121) and found[-1] != centre)
    assert min(late) < 0.02
    panic = log.messages[count:]
    channels = {one.channel for one in panic}
    assert len(channels) == used
    for channel in channels:
        own = [one for one in panic if one.channel == channel]
        numbers = [one.control for one in own if one.type == "control_change"]
        assert numbers[:4] == [64, 123, 120, 121]
        assert next(one for one in own if one.is_cc(64)).value == 0
        assert of(own, "pitchwheel")[0].pitch == 0
    run.close()


def test_an_unplugged_device_is_opened_again_and_what_sounded_ends(cable: Cable, begin: Begin) -> None:
    log, run = Log(cable), begin(cable, cc={"mod": 1})
    run.send(frame(0.0, 0.0, 0.25, 0.0, events=(began("circle"),)))
    log.until(lambda found: len(of(found, "note_on")) == 1)
    cable.unplug()
    beats(run, lambda: run.fault is not None)
    assert "gone" in str(run.fault)
    run.send(frame(0.0, 0.0, 0.75, 0.0, events=(began("line"),)))
    beats(run, lambda: run.faults > 0)
    cable.plug_in()
    opened(run)
    log.until(lambda found: any(one.is_cc(1) and one.value == 95 for one in found))
    assert not hanging(log.messages)
    assert {(0, 60), (0, 62)} <= {(one.channel, one.note) for one in of(log.messages, "note_off")}
    run.close()


def test_a_process_that_is_closed_before_it_has_called_ends_by_itself(cable: Cable) -> None:
    run = started(cable)
    process = run._process
    assert process is not None
    run.close()
    assert process.returncode == 0, "it was not told the end, and had to be killed"


def test_a_pipe_that_nobody_reads_is_no_device_that_was_pulled_out(tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(
        DeviceError, match=r"pipe: nobody reads this pipe; .*; start the program that reads it"
    ):
        open_port(str(pipe), 31250)
