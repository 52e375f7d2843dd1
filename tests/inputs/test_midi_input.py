"""MIDI in: raw bytes over a pseudo-terminal, and real ports of a JACK server."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from midi_ports import Cable, jack_server

from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import Frame
from gesturemap.inputs.midi import MidiIn, MidiRun, Taken
from gesturemap.wire import midi_ports
from gesturemap.wire.midi import CONTROL, Midi

CLOCK = SystemClock()


def values(run: MidiRun, frames: int) -> list[list[float]]:
    found: list[Frame] = []
    end = CLOCK.now() + 5.0
    while len(found) < frames and CLOCK.now() < end:
        frame = run.read(0.1)
        if frame is not None:
            found.append(frame)
    return [[round(value, 4) for value in frame.values.tolist()] for frame in found]


def test_controllers_keys_and_wheels_become_channels(cable: Cable) -> None:
    channels = (
        "cc 1 = mod",
        "note 36 = kick",
        "notes = velocity",
        "key = key semitone",
        "bend",
        "pressure",
        "program",
    )
    run = MidiIn(port=str(cable.path), channels=channels).start(CLOCK)
    assert [str(channel) for channel in run.spec.channels] == [
        "mod", "kick", "velocity", "key semitone", "bend", "pressure", "program",
    ]  # fmt: skip
    cable.send(0xB0, 1, 127, 1, 0)  # running status
    cable.send(0x90, 60, 127, 36, 64, 36, 0, 60, 0)
    cable.send(0xE0, 0, 0, 0x7F, 0x7F, 0, 64)
    cable.send(0xD0, 127, 0xC0, 5)
    assert values(run, 11) == [
        [1, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 0, 1, 60, 0, 0, 0],
        [0, 0.5039, 0.5039, 36, 0, 0, 0],
        [0, 0, 1, 36, 0, 0, 0],  # the key still held
        [0, 0, 0, 36, 0, 0, 0],
        [0, 0, 0, 36, -1, 0, 0],
        [0, 0, 0, 36, 1, 0, 0],
        [0, 0, 0, 36, 0, 0, 0],
        [0, 0, 0, 36, 0, 1, 0],
        [0, 0, 0, 36, 0, 1, 5],
    ]
    assert run.health.accepted == 11
    run.close()
    run.close()


def test_what_is_not_asked_for_is_counted_by_name(cable: Cable) -> None:
    run = MidiIn(port=str(cable.path), channel=2, channels=("cc 1",)).start(CLOCK)
    cable.send(0xF8, 0xFE, 0xF0, 1, 2, 3, 0xF7, 0xB0, 1, 5, 0xB1, 74, 5, 0x91, 60, 1, 0xB1, 1, 127)
    assert values(run, 1) == [[1.0]]
    assert run.health.ignored[str(cable.path)] == {
        "clock": 1, "active sensing": 1, "system exclusive": 1, "another channel": 1, "cc 74 is not asked for": 1,
        "notes is not asked for": 1,
    }  # fmt: skip
    run.close()


def test_fourteen_bits_come_in_two_messages() -> None:
    taken = Taken(("cc 1 + 33 = fine",), "test")
    assert (
        taken.take(Midi(CONTROL, 1, 1, 127)) is True
    )  # until the lower bits come, the upper ones count alone
    assert taken.values[0] == 1.0
    for value in (0, 1, 5000, 8192, 16383):
        assert taken.take(Midi(CONTROL, 1, 33, 1)) is True
        assert taken.take(Midi(CONTROL, 1, 1, value >> 7)) is False  # half of it makes no frame
        assert taken.take(Midi(CONTROL, 1, 33, value & 127)) is True
        assert taken.values[0] == pytest.approx(value / 16383)


def test_all_notes_off_and_reset(cable: Cable) -> None:
    run = MidiIn(port=str(cable.path), channels=("notes", "bend", "cc 7 = volume")).start(CLOCK)
    cable.send(0xB0, 7, 127, 0x90, 60, 127, 0xE0, 0, 0, 0xB0, 123, 0, 121, 0)
    assert values(run, 5)[-3:] == [[1.0, -1.0, 1.0], [0.0, -1.0, 1.0], [0.0, 0.0, 1.0]]
    run.close()


def test_at_a_rate_the_latest_state_is_given(cable: Cable) -> None:
    run = MidiIn(port=str(cable.path), channels=("cc 1",), rate=100.0).start(CLOCK)
    cable.send(0xB0, 1, 10, 1, 127)
    begun = CLOCK.now()
    found = [frame for _ in range(20) if (frame := run.read(0.1)) is not None]
    assert len(found) == 20
    assert 0.15 < CLOCK.now() - begun < 1.0
    assert {frame.values[0] for frame in found} <= {0.0, 1.0}
    assert found[-1].values[0] == 1.0
    run.close()


def test_a_device_that_is_unplugged_is_gone_and_comes_back(cable: Cable) -> None:
    settings = MidiIn(port=str(cable.path), channels=("cc 1",))
    run = settings.start(CLOCK)
    cable.unplug()
    with pytest.raises(DeviceError, match="plug it in again"):
        for _ in range(100):
            run.read(0.02)
    run.close()
    with pytest.raises(DeviceError):
        settings.start(CLOCK)
    cable.plug_in()
    run = settings.start(CLOCK)
    cable.send(0xB0, 1, 127)
    assert values(run, 1) == [[1.0]]
    run.close()


@given(st.lists(st.integers(0, 255), max_size=60))
def test_any_bytes_are_survived(data: list[int]) -> None:
    from collections import Counter

    from gesturemap.wire.midi import START, parse

    taken = Taken(("cc 1 + 33", "note 60", "notes", "key", "bend", "pressure", "program"), "test")
    for message in parse(bytes(data), START, Counter())[0]:
        taken.take(message)
    assert (abs(taken.values[[0, 1, 2, 4, 5]]) <= 1.0).all()


@pytest.mark.parametrize(
    "text", ["", "cc", "cc 128", "knob 1", "cc 1 =", "cc 1 + 200", "note x", "cc \u0661", "cc " + "9" * 5000]
)
def test_what_is_no_source_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="input midi, channels"):
        MidiIn(channels=(text,)).start(CLOCK)


def test_no_device_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no device")
    with pytest.raises(DeviceError, match="no such device"):
        MidiIn(port=str(tmp_path / "none")).start(CLOCK)
    with pytest.raises(DeviceError, match="a device file is wanted"):
        MidiIn(port=str(tmp_path / "file")).start(CLOCK)
    pytest.importorskip("rtmidi")
    with pytest.raises(DeviceError, match="plug the device in, or name another"):
        MidiIn(port="no such port anywhere").start(CLOCK)


def test_a_jack_server_that_does_not_run_is_no_reason_to_speak(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rtmidi = pytest.importorskip("rtmidi")
    if rtmidi.API_UNIX_JACK not in rtmidi.get_compiled_api():
        pytest.skip("a library without JACK")
    (tmp_path / "jack-shm-registry").touch()  # left behind by a server that has ended
    monkeypatch.setattr(midi_ports, "SHARED", tmp_path)
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    with pytest.raises(DeviceError, match="plug the device in, or name another"):
        MidiIn(port="no such port anywhere").start(CLOCK)
    os.write(2, b"and then it is heard again")
    assert capfd.readouterr().err == "and then it is heard again"


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    with pytest.raises(DeviceError, match=r"pip install .*\[midi\]'"):
        MidiIn().start(CLOCK)


def all_fifty_arrive(run: MidiRun, player: Any, turn: int) -> bool:
    """Whether a knob's fifty values all arrive, each once and in order; none is ever changed.

    A server that is out of breath leaves out a period and what was sent in it, or plays one again.
    """
    while run.read(0.2) is not None:  # what came too late the turn before
        pass
    sent = [round(number / 127, 4) for number in range(1, 51)]
    for number in range(1, 51):
        player.send_message([0xB0, 1, number])
    player.send_message([0xF8])
    player.send_message([0xE0, 0, turn])
    end = round((turn * 128 - 8192) / 8192, 4)
    found: list[float] = []
    for _ in range(51):
        ((knob, bend),) = values(run, 1) or [[0.0, end]]
        if bend == end:
            break
        found.append(knob)
    assert set(found) <= set(sent)
    return found == sent


def test_ports_of_a_server_are_found_by_a_part_of_their_name_and_found_again() -> None:
    rtmidi = pytest.importorskip("rtmidi")
    with jack_server():

        def keyboard() -> Any:
            made = rtmidi.MidiOut(rtapi=rtmidi.API_UNIX_JACK, name="keys")
            made.open_virtual_port("keyboard")
            return made

        player = keyboard()
        assert "keys:keyboard" in [name for _, names in midi_ports.services("MidiIn") for name in names]
        for wanted in ("", "BOARD"):
            run = MidiIn(port=wanted, channels=("cc 1", "bend")).start(CLOCK)
            assert run.address == "MIDI keys:keyboard"
            assert any(all_fifty_arrive(run, player, turn) for turn in range(3))
            assert set(run.health.ignored["keys:keyboard"]) <= {"clock"}
            if wanted == "":
                run.close()
        player.delete()
        with pytest.raises(DeviceError, match="gone"):
            for _ in range(200):
                run.read(0.02)
        run.close()
        player = keyboard()
        run = MidiIn(port="keyboard", channels=("cc 1",)).start(CLOCK)
        player.send_message([0xB0, 1, 127])
        assert values(run, 1) == [[1.0]]
        run.close()
        player.delete()
