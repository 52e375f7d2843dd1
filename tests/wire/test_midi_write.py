"""MIDI bytes against mido, whole; values against the bits they become."""

from __future__ import annotations

from fractions import Fraction

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.wire import midi_write as m

SEVEN = range(128)


def bytes_of(kind: str, **fields: int) -> bytes:
    return bytes(mido.Message(kind, **fields).bytes())


@pytest.mark.parametrize("channel", range(1, 17))
def test_every_message_is_the_one_mido_builds(channel: int) -> None:
    on = {"channel": channel - 1}
    for a in SEVEN:
        assert m.note_off(channel, a) == bytes_of("note_off", note=a, velocity=64, **on)
        assert m.program(channel, a) == bytes_of("program_change", program=a, **on)
        assert m.pressure(channel, a) == bytes_of("aftertouch", value=a, **on)
        for b in (0, 1, 63, 64, 126, 127, a):
            assert m.note_on(channel, a, b) == bytes_of("note_on", note=a, velocity=b, **on)
            assert m.control(channel, a, b) == bytes_of("control_change", control=a, value=b, **on)
    for value in range(0, 16384, 7):
        assert m.bend(channel, value) == bytes_of("pitchwheel", pitch=value - 8192, **on)
        high, low = mido.parse_all(m.control_14(channel, 1, value))
        assert (high.control, low.control, high.value << 7 | low.value) == (1, 33, value)


def test_real_time_messages_are_those_of_mido() -> None:
    assert b"".join(map(bytes_of, ("clock", "start", "stop"))) == m.CLOCK + m.START + m.STOP


def test_a_registered_parameter_is_chosen_set_and_let_go_of() -> None:
    found = [(one.channel, one.control, one.value) for one in mido.parse_all(m.registered(16, m.MPE_ZONE, 7))]
    assert found == [
        (15, 101, 0), (15, 100, 6), (15, 6, 7), (15, 38, 0), (15, 101, 127), (15, 100, 127),
    ]  # fmt: skip


def test_silence_is_sustain_notes_sound_controllers_bend() -> None:
    found = mido.parse_all(m.silence(3))
    assert [(one.control, one.value) for one in found[:4]] == [(64, 0), (123, 0), (120, 0), (121, 0)]
    assert found[4].type == "pitchwheel"
    assert found[4].pitch == 0
    assert {one.channel for one in found} == {2}


numbers = st.floats(-1e6, 1e6)


@given(numbers, numbers, st.sampled_from([127, 16383]), st.floats(0.0, 1.0))
def test_the_ends_are_exact_and_the_nearest_is_taken_between(
    low: float, high: float, most: int, share: float
) -> None:
    if abs(high - low) < 1e-3:
        return
    assert m.bits(low, low, high, most) == 0
    assert m.bits(high, low, high, most) == most
    beyond = high - low
    assert m.bits(low - beyond, low, high, most) == 0
    assert m.bits(high + beyond, low, high, most) == most
    value = low + share * (high - low)
    exact = Fraction(most) * (Fraction(value) - Fraction(low)) / (Fraction(high) - Fraction(low))
    assert abs(m.bits(value, low, high, most) - exact) <= Fraction(1, 2) + Fraction(1, 10**6)


@given(numbers, st.floats(1e-3, 1e6), st.booleans())
def test_a_bend_is_exact_at_its_ends_and_in_the_middle(low: float, width: float, turned: bool) -> None:
    ends = (low + width, low) if turned else (low, low + width)
    assert m.bend_bits(ends[0], *ends) == 0
    assert m.bend_bits(ends[1], *ends) == 16383
    assert m.bend_bits((ends[0] + ends[1]) / 2.0, *ends) in (
        (8192,) if width > 1e-6 * abs(low) else (8191, 8192, 8193)
    )
    assert m.bend_bits(ends[0] - width * (ends[1] - ends[0]), *ends) == 0


def test_a_bend_of_semitones_is_that_of_the_input() -> None:
    for value, bits in ((-12.0, 0), (-6.0, 4096), (0.0, 8192), (6.0, 12288), (12.0, 16383)):
        assert m.bend_bits(value, -12.0, 12.0) == bits
    steps = [m.bend_bits(i / 1000.0, -1.0, 1.0) for i in range(-1000, 1001)]
    assert steps == sorted(steps)
