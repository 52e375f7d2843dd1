"""The clock's port over a real raw MIDI line."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX matter", allow_module_level=True)

from midi_ports import Cable, Ticking

from gesturemap.doctor.clock import midi_clock
from gesturemap.doctor.finding import LOOK, OK, WRONG
from gesturemap.inputs.midi_clock import MidiClock


def test_the_tempo_of_a_clock_is_told(cable: Cable) -> None:
    with contextlib.closing(Ticking(cable, 120.0)):
        (found,) = midi_clock(MidiClock(port=str(cable.path)), 1.0)
    assert found.state == OK
    assert "beats a minute" in found.what
    assert float(found.what.split()[-4]) == pytest.approx(120.0, abs=6.0)


def test_a_sequencer_that_stands_is_told(cable: Cable) -> None:
    (found,) = midi_clock(MidiClock(port=str(cable.path)), 0.2)
    assert (found.state, "no clock in 0.2 s" in found.what) == (LOOK, True)
    assert "press play" in found.next


def test_a_port_that_is_not_there_is_told(tmp_path: Path) -> None:
    (found,) = midi_clock(MidiClock(port=str(tmp_path / "nowhere")), 0.2)
    assert found.state == WRONG
    assert "nowhere" in found.what
