"""In which order and how often messages go; a device that takes none."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from gesturemap.outputs.midi.notes import Notes
from gesturemap.outputs.midi.pace import MOST_NOTES, Pace, Waiting
from gesturemap.outputs.midi.port import split


def all_of(pace: Pace, now: float) -> list[bytes]:
    found = []
    while data := pace.next(now):
        found.append(data)
    return found


def test_the_clock_goes_first_then_notes_as_they_came_then_controllers() -> None:
    pace = Pace(200.0)
    pace.value("a", b"a")
    pace.note(Waiting(b"on", begins=(1, 60)))
    pace.note(Waiting(b"off", ends=(1, 60)))
    pace.urgent(b"tick")
    assert all_of(pace, 0.0) == [b"tick", b"on", b"off", b"a"]


def test_a_controller_keeps_its_rate_and_its_newest_value_is_sent() -> None:
    pace = Pace(200.0)
    sent: list[tuple[int, bytes]] = []
    for millisecond in range(1000):
        pace.value("a", str(millisecond).encode())
        if millisecond % 100 == 0:
            pace.value("b", str(millisecond).encode())
        sent += [(millisecond, data) for data in all_of(pace, millisecond / 1000.0 + 1e-9)]
    assert 200 <= len(sent) <= 220
    while (due := pace.due()) < math.inf:
        sent += [(0, data) for data in all_of(pace, due)]
    assert b"999" in [data for _, data in sent[-2:]]
    assert {f"{n}".encode() for n in range(0, 1000, 100)} <= {data for _, data in sent}


def test_what_ends_a_sounding_note_is_never_left_out() -> None:
    pace = Pace(0.0)
    for key in range(100):
        pace.note(Waiting(b"early off", ends=(2, key)))
    for number in range(5 * MOST_NOTES):
        key = (1, number % 128)
        pace.note(Waiting(b"on %d" % number, begins=key))
        pace.note(Waiting(b"off %d" % number, ends=key))
        pace.note(Waiting(b"program"))
    found = all_of(pace, 0.0)
    assert found.count(b"early off") == 100
    assert len(found) <= MOST_NOTES + 1
    assert pace.dropped > 1000
    begun = [data[3:] for data in found if data.startswith(b"on ")]
    ended = [data[4:] for data in found if data.startswith(b"off ")]
    assert set(begun) <= set(ended)


@given(st.lists(st.tuples(st.sampled_from(["began", "ended"]), st.integers(0, 9), st.integers(60, 63))))
def test_a_channel_is_never_given_twice_and_nothing_hangs(moves: list[tuple[str, int, int]]) -> None:
    for channels in ((5,), (2, 3, 4)):
        notes = Notes(channels)
        down: dict[tuple[int, int], str] = {}
        for kind, gesture, key in moves:
            label = str(gesture)
            if kind == "ended":
                one = notes.end(label)
                ended = [one] if one else []
            else:
                begun, ended = notes.begin(label, key, math.inf)
            for each in ended:
                assert down.pop((each.channel, each.key)) == each.label
            if kind == "began":
                assert (begun.channel, begun.key) not in down
                down[begun.channel, begun.key] = label
            if len(channels) > 1:
                used = [channel for channel, _ in down]
                assert len(used) == len(set(used))
            assert {(one.channel, one.key) for one in notes.sounding.values()} == set(down)
        for each in notes.end_all():
            del down[each.channel, each.key]
        assert not down


def test_messages_are_split_at_their_first_bytes() -> None:
    assert split(b"\x90\x3c\x40\xf8\xe0\x00\x40\xc0\x05") == [
        b"\x90\x3c\x40", b"\xf8", b"\xe0\x00\x40", b"\xc0\x05",
    ]  # fmt: skip
