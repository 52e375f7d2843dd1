"""Count-in, hold and toggle, auto-stop."""

from __future__ import annotations

import pytest

from gesturemap.commands import Again, Message, Record, StopRecording
from gesturemap.window.facts.recording import ANSWER, REPEAT, RecordKey


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


def test_a_key_that_the_keyboard_lets_up_and_down_again_is_held(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.hold, key.wishes.count_in = True, 0.5
    key.press("circle", 0.0)
    for i in range(60):  # thirty times a second, while it is counted in too
        at = 0.3 + i / 30
        key.release(at)
        key.tick(at + 0.005)
        key.press("circle", at + 0.02)
        key.tick(at + 0.025)
    assert sent == [Record("circle", counted_in=True), Record("circle")]
    key.follow("circle", 2.3)
    key.release(3.0)
    key.tick(3.0 + 0.9 * REPEAT)
    assert len(sent) == 2
    key.tick(3.1)
    assert sent[2:] == [StopRecording(ago=pytest.approx(0.1))], "it ended when the key went up"


def test_a_key_that_is_pressed_again_later_begins_another(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.hold = True
    key.press("circle", 0.0)
    key.release(1.0)
    key.press("circle", 1.0 + 2 * REPEAT)  # nothing has looked meanwhile
    assert sent == [Record("circle"), StopRecording(ago=pytest.approx(2 * REPEAT)), Record("circle")]


def test_count_in_counts_down_and_can_be_left(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.count_in = 3.0
    key.press("circle", 0.0)
    assert [key.count(t) for t in (0.0, 0.9, 1.1, 2.5, 2.99)] == [3, 3, 2, 1, 1]
    key.tick(2.9)
    assert sent == [Record("circle", counted_in=True)]
    key.tick(3.0)
    assert sent[1:] == [Record("circle")]
    assert key.count(3.0) == 0
    key.cancel()
    assert sent[-1] == StopRecording(keep=False)
    key.press("circle", 10.0)
    key.press("circle", 10.5)  # again while counting: leave it
    key.tick(20.0)
    assert sent[3:] == [Record("circle", counted_in=True)]


def test_hold_released_while_counting_leaves_it(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.count_in, key.wishes.hold = 2.0, True
    key.press("circle", 0.0)
    key.release()
    key.tick(3.0)
    assert sent == [Record("circle", counted_in=True)]


def test_what_is_refused_while_it_is_counted_in_is_left(key: RecordKey, sent: list[Message]) -> None:
    key.wishes.count_in, key.wishes.along = 2.0, "short.wav"
    for place in ("recording", "short.wav"):
        key.press("circle", 0.0)
        key.refused("osc")  # a fault of something else
        assert key.state == "counting"
        key.refused(place)
        assert key.state == "idle"
    key.tick(3.0)
    assert sent == 2 * [Record("circle", along="short.wav", counted_in=True)]


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


def test_a_recording_that_control_refuses_has_not_begun_and_one_that_it_confirmed_goes_on(key, sent) -> None:
    key.press("circle", 0.0)
    key.refused("recording")
    assert key.state == "idle"
    key.press("circle", 0.5)
    assert sent == [Record("circle"), Record("circle")]
    key.follow("circle", 0.6)
    key.refused("recording")
    assert key.state == "recording"


def test_a_recording_that_was_going_on_before_the_window_came_counts_from_its_beginning(key) -> None:
    key.follow("circle", 100.0, seconds=7.5)
    assert key.seconds(101.0) == pytest.approx(8.5)
    key.follow("circle", 102.0, seconds=9.5)
    assert key.seconds(102.0) == pytest.approx(9.5)


def test_again_is_counted_in_and_takes_back_when_that_begins(key: RecordKey, sent: list[Message]) -> None:
    key.again("circle", 0.0)
    assert sent == [Again()] and key.state == "idle"  # nothing is counted
    key.wishes.count_in = 2.0
    key.again("circle", 1.0)
    assert key.count(1.5) == 2 and sent[1:] == [Record("circle", counted_in=True)]
    key.press("circle", 2.0)  # thought better of: the last one stays
    key.tick(4.0)
    assert key.state == "idle" and Again() not in sent[1:]
    key.again("circle", 5.0)
    key.tick(7.0)
    assert sent[-1] == Again() and key.state == "recording"
    key.follow("circle", 7.1)
    key.again("shake", 8.0)  # what is being recorded is thrown away, and made anew
    assert sent[-2:] == [StopRecording(keep=False), Record("circle", counted_in=True)]
    key.follow("", 8.1)
    key.tick(10.0)
    assert sent[-1] == Record("circle")


def test_what_is_recorded_is_kept_when_something_else_is_done_and_a_count_in_ends(
    key: RecordKey, sent: list[Message]
) -> None:
    key.leave()
    assert sent == []
    key.press("circle", 0.0)
    key.leave()
    assert sent == [Record("circle"), StopRecording()]
    key.wishes.count_in = 2.0
    key.press("circle", 1.0)
    key.leave()
    key.tick(9.0)
    assert sent[2:] == [Record("circle", counted_in=True)]
