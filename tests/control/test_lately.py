"""What began and ended in the last minute: told to who comes later, and of the project in front of us alone."""

from __future__ import annotations

from gesturemap import codec
from gesturemap import commands as c
from gesturemap.clock import ManualClock
from gesturemap.control.lately import Lately


def began(label: str) -> c.Happened:
    return c.Happened("began", label, 0.9, 1.0)


def ended(label: str) -> c.Happened:
    return c.Happened("ended", label, 0.0, 2.0)


def test_a_minute_is_told_to_who_comes_and_travels() -> None:
    clock = ManualClock(100.0)
    lately = Lately(clock.now)
    assert lately.takes(began("lift"), ())
    clock.advance(59.0)
    assert lately.takes(ended("lift"), ("lift",))
    notice = lately.notice()
    assert notice.events == [["began", "lift", 0.9, 100.0], ["ended", "lift", 0.0, 159.0]]
    assert codec.decode(codec.encode(notice)) == notice
    clock.advance(2.0)
    assert [event[0] for event in lately.notice().events] == ["ended"]
    clock.advance(60.0)
    assert lately.notice().events == []


def test_what_went_wrong_while_nobody_was_there_is_told_for_a_minute_and_of_this_project() -> None:
    clock = ManualClock(0.0)
    lately = Lately(clock.now)
    for n in range(30):
        clock.advance(1.0)
        lately.missed(c.Fault("pedal", f"pedal: {n}"))
    lately.loaded(opened=True)  # as at every start
    assert lately.notice().faults == [["pedal", f"pedal: {n}"] for n in range(10, 30)]
    assert codec.decode(codec.encode(lately.notice())) == lately.notice()
    clock.advance(59.5)
    assert lately.notice().faults == [["pedal", "pedal: 29"]]
    lately.end((), lambda notice: None)
    assert lately.notice().faults == []


def test_what_the_engine_says_of_a_project_that_was_left_is_not_told() -> None:
    lately, told = Lately(), []
    lately.takes(began("lift"), ())
    lately.end(("lift",), told.append)
    lately.loaded(opened=True)
    assert told == [c.Happened("ended", "lift", 0.0, 0.0)]
    assert not lately.takes(ended("lift"), ()) and not lately.takes(began("swing"), ())
    lately.loaded(opened=False)  # an edit meanwhile
    assert not lately.takes(began("swing"), ())
    lately.left()
    assert not lately.takes(ended("swing"), ()) and lately.takes(began("circle"), ())
    lately.loaded(opened=True)
    lately.died()
    assert lately.takes(began("circle"), ()) and len(lately.notice().events) == 1
