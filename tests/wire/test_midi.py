"""MIDI bytes: every message once, in any pieces, as mido reads them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.wire.midi import (
    BEGIN,
    BEND,
    CONTINUE,
    CONTROL,
    NOTE_ON,
    POSITION,
    PROGRAM,
    START,
    STOP,
    TICK,
    Midi,
    parse,
)  # fmt: skip

mido = pytest.importorskip("mido")
BYTES = st.lists(
    st.one_of(st.integers(0, 255), st.sampled_from([0x90, 0xB0, 0xE3, 0xF0, 0xF7, 0xF8, 0xFE, 60, 100]))
)
KINDS = {
    "note_off": ("note", "velocity"), "note_on": ("note", "velocity"), "polytouch": ("note", "value"),
    "control_change": ("control", "value"), "program_change": ("program",), "aftertouch": ("value",),
}  # fmt: skip
NUMBERS = {
    "note_off": 8, "note_on": 9, "polytouch": 10, "control_change": 11, "program_change": 12, "aftertouch": 13,
    "pitchwheel": 14,
}  # fmt: skip


def ours(data: bytes, cuts: list[int]) -> tuple[list[Midi], Counter[str]]:
    found: list[Midi] = []
    ignored: Counter[str] = Counter()
    state = START
    bounds = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in pairwise(bounds):
        more, state = parse(data[start:end], state, ignored)
        found += more
    return found, ignored


def as_midi(message: object) -> Midi:
    kind = message.type
    if kind == "pitchwheel":
        value = message.pitch + 8192
        return Midi(NUMBERS[kind], message.channel + 1, value & 127, value >> 7)
    values = [getattr(message, name) for name in KINDS[kind]]
    return Midi(NUMBERS[kind], message.channel + 1, *values)


CHANNEL_MESSAGES = st.one_of(
    st.builds(
        lambda kind, channel, a, b: bytes([kind << 4 | channel, a, b]),
        st.sampled_from([8, 9, 10, 11, 14]), st.integers(0, 15), st.integers(0, 127), st.integers(0, 127),
    ),
    st.builds(
        lambda kind, channel, a: bytes([kind << 4 | channel, a]),
        st.sampled_from([12, 13]), st.integers(0, 15), st.integers(0, 127),
    ),
    st.sampled_from([b"\xf8", b"\xfe", b"\xf0\x01\x02\xf7", b"\xf2\x01\x02", b"\xf6", b"\xf1\x05"]),
)  # fmt: skip


@given(st.lists(CHANNEL_MESSAGES), st.lists(st.integers(0, 500), max_size=10))
def test_whole_messages_are_what_mido_reads(messages: list[bytes], cuts: list[int]) -> None:
    data = b"".join(messages)
    parser = mido.Parser()
    parser.feed(data)
    theirs = [as_midi(message) for message in parser if message.type in NUMBERS]
    found, ignored = ours(data, cuts)
    assert found == theirs
    others = [m for m in messages if m[0] not in range(0x80, 0xF0)]
    assert sum(ignored.values()) == len(others)


@given(BYTES, st.lists(st.integers(0, 500), max_size=10))
def test_any_bytes_in_any_pieces_give_the_same(data: list[int], cuts: list[int]) -> None:
    whole, ignored = ours(bytes(data), [])
    assert ours(bytes(data), cuts) == (whole, ignored)
    for message in whole:
        assert 8 <= message.kind <= 14
        assert 1 <= message.channel <= 16
        assert 0 <= message.first <= 127
        assert 0 <= message.second <= 127
    again, _ = ours(bytes([*data, 0xF7, 0x93, 60, 100]), [])  # the next good message is read
    assert again[-1] == Midi(NOTE_ON, 4, 60, 100)


def test_running_status_and_what_may_stand_within() -> None:
    data = bytes([0xB0, 1, 10, 1, 0xF8, 20, 0xFE, 2, 0xF0, 5, 6, 0xF8, 7, 0xF7, 3, 0xE5, 0, 64, 0xC0, 7, 8])
    found, ignored = ours(data, [])
    assert found == [
        Midi(CONTROL, 1, 1, 10), Midi(CONTROL, 1, 1, 20), Midi(BEND, 6, 0, 64), Midi(PROGRAM, 1, 7),
        Midi(PROGRAM, 1, 8),
    ]  # fmt: skip
    assert ignored == {
        "clock": 2, "active sensing": 1, "half a message": 1, "system exclusive": 1, "data without status": 1,
    }  # fmt: skip


def test_a_clock_within_other_messages() -> None:
    data = bytes(
        [0xF2, 0x20, 0xF8, 0x01, 0xFA, 0xB0, 1, 0xF8, 10, 0xF0, 5, 0xFB, 6, 0xF7, 0xFC, 0xFE, 0xF2, 7, 0x90]
    )
    clock = [Midi(TICK, 0), Midi(POSITION, 0, 0x20, 1), Midi(BEGIN, 0), Midi(TICK, 0), Midi(CONTROL, 1, 1, 10),
             Midi(CONTINUE, 0), Midi(STOP, 0)]  # fmt: skip
    for cut in range(len(data)):
        ignored: Counter[str] = Counter()
        first, state = parse(data[:cut], START, ignored, clock=True)
        second, _ = parse(data[cut:], state, ignored, clock=True)
        assert first + second == clock
        assert ignored == {"system exclusive": 1, "active sensing": 1}


@given(BYTES)
def test_who_wants_no_clock_gets_the_same_without(data: list[int]) -> None:
    everything, _ = parse(bytes(data), START, Counter(), clock=True)
    assert [each for each in everything if each.channel] == parse(bytes(data), START, Counter())[0]
