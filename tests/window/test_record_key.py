"""Count-in, hold and toggle, auto-stop."""

from __future__ import annotations

import pytest

from gesturemap.commands import Message, Record, StopRecording
from gesturemap.window.facts.recording import ANSWER, RecordKey


@pytest.fixture
def sent() -> list[Message]:
    return []


@pytest.fixture
def key(sent: list[Message]) -> RecordKey:
    return RecordKey(sent.append)


def test_toggle_from_one_press_to_the_next(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.pre_roll = 0.4
    key.press("circle", 1.0)
    assert sent == [Record("circle", 0.4)]
    key.release()
    key.tick(1.5)
    assert key.state == "recording"
    assert key.seconds(1.5) == pytest.approx(0.5)
    key.press("shake", 2.0)
    assert sent[1:] == [StopRecording()]
    assert key.state == "idle"


def test_hold_records_while_the_key_is_down(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.hold = True
    key.press("circle", 0.0)
    key.release()
    assert sent == [Record("circle"), StopRecording()]


def test_count_in_counts_down_and_can_be_left(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.count_in = 3.0
    key.press("circle", 0.0)
    assert [key.count(t) for t in (0.0, 0.9, 1.1, 2.5, 2.99)] == [3, 3, 2, 1, 1]
    key.tick(2.9)
    assert sent == []
    key.tick(3.0)
    assert sent == [Record("circle")]
    assert key.count(3.0) == 0
    key.cancel()
    assert sent[-1] == StopRecording(keep=False)
    key.press("circle", 10.0)
    key.press("circle", 10.5)  # again while counting: leave it
    key.tick(20.0)
    assert len(sent) == 2


def test_hold_released_while_counting_leaves_it(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.count_in, key.wishes.hold = 2.0, True
    key.press("circle", 0.0)
    key.release()
    key.tick(3.0)
    assert sent == []


def test_a_length_ends_it(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.length = 1.5
    key.press("circle", 0.0)
    key.follow("circle", 0.01)
    key.tick(1.4)
    assert key.state == "recording"
    key.tick(1.5)
    assert sent[-1] == StopRecording()


def test_somebody_else_may_begin_and_end_it(key: RecordKey, sent: list[Message]) -> None:
    key.follow("shake", 5.0)
    assert (key.state, key.label) == ("recording", "shake")
    assert key.seconds(6.0) == pytest.approx(1.0)
    key.follow("", 6.0)
    assert key.state == "idle"
    assert sent == []


def test_a_recording_nobody_confirms_is_given_up(key: RecordKey) -> None:
    key.press("circle", 0.0)
    key.follow("", 0.1)  # a document from before
    assert key.state == "recording"
    key.tick(ANSWER + 0.1)
    assert key.state == "idle"


def test_nothing_selected_nothing_recorded(key: RecordKey, sent: list[Message]) -> None:
    key.press("", 0.0)
    assert key.state == "idle"
    assert sent == []


def test_what_control_refuses_is_not_recorded(key: RecordKey, sent: list[Message]) -> None:
    key.press("circle", 0.0)
    key.refused()
    assert key.state == "idle"
    key.press("circle", 1.0)
    key.follow("circle", 1.1)
    key.refused()  # a fault of something else
    assert key.state == "recording"
