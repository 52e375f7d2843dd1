"""What is subscribed to is told, at its rate, until it ends; estimates come from the engine's scope."""

from __future__ import annotations

import numpy as np
import pytest
from remote_house import House

from gesturemap import commands as c
from gesturemap.clock import ManualClock
from gesturemap.engine.scope import ScopeWriter
from gesturemap.errors import CommandError
from gesturemap.remote.board import Board, item
from gesturemap.remote.watchers import LASTS, MOST_EACH, MOST_WATCHERS, Watchers, bundled
from gesturemap.wire import osc

GROUPS = {
    "time": ["time"], "arrived": ["arrived"], "winner": ["winner"], "inputs": ["x", "y"], "features": ["x", "y"],
    "log_likelihoods": ["a", "b"], "posterior": ["a", "b"], "progress": ["a", "b"], "fit": ["a", "b"], "outputs": [],
    "deviations": [], "controls": ["level"],
}  # fmt: skip


@pytest.fixture
def scope():
    made = ScopeWriter(GROUPS)
    yield made
    made.close()


def write(scope: ScopeWriter, time: float, posterior: tuple[float, float]) -> None:
    winner = float(np.argmax(posterior))
    two = (0.0, 1.0)
    scope.write((time,), (time,), (winner,), two, two, (-1.0, -np.inf), posterior, two, two, (), (), (0.5,))


def addresses(messages: list[osc.Message]) -> list[str]:
    return [message.address.removeprefix("/gesturemap/") for message in messages]


def test_a_word_that_shows_a_value_can_be_watched(house: House) -> None:
    house.open()
    peer = house.peer()
    peer.say("subscribe", "run")
    assert [m[:3:2] for m in house.answer(peer, 2)] == [
        ("/gesturemap/reply", ("subscribe", "run, for 30 s")), ("/gesturemap/run", (True,)),
    ]  # fmt: skip
    house.switchboard.tell_all(c.State(dict(house.state.document) | {"running": False}))
    assert [m[:3:2] for m in house.answer(peer)] == [("/gesturemap/run", (False,))]
    peer.say("get", "/gesturemap/volume")
    assert addresses(house.answer(peer, 2)) == ["volume", "reply"]
    peer.say("subscribe", "train")
    assert addresses(house.answer(peer)) == ["error"]


def test_state_is_told_at_once_and_when_it_changes(house: House) -> None:
    house.open()
    peer = house.peer()
    peer.say("subscribe", "state")
    first = house.answer(peer, 15)
    assert addresses(first)[0] == "reply"
    told = {message.address.rpartition("/")[2]: message.arguments for message in first[1:]}
    assert told["project"] == ("small",)
    assert told["running"] == (True,)
    assert told["locked"] == (False,)
    changed = dict(house.state.document) | {"recording": "wave"}
    while not house.quiet(peer):
        peer.heard()
    house.switchboard.tell_all(c.State(changed))
    house.switchboard.tell_all(c.State(changed))
    house.switchboard.tell_all(c.Fault("nobody", "asked for faults"))
    assert [m[:3] for m in house.answer(peer)] == [("/gesturemap/state/recording", "s", ("wave",))]
    assert house.quiet(peer)
    peer.say("unsubscribe")
    assert addresses(house.answer(peer)) == ["reply"]
    house.switchboard.tell_all(house.state)
    assert house.quiet(peer)


def test_events_progress_counters_and_faults(house: House) -> None:
    house.open()
    peer = house.peer()
    for what in ("events", "progress", "counters", "fault"):
        peer.say("subscribe", what)
    house.answer(peer, 4)
    for notice in (
        c.Happened("began", "wave", 0.75, 12.5), c.Progress("training", "wave", 0.5),
        c.Trained(["wave"], 0.25, ["short"]), c.Recorded("wave-1", "wave", 100, 1.0, 0.25), c.Fault("port", "is gone"),
        c.Status({"frames": 100, "rate": 99.5, "latency_ms": {"p50": 0.25}, "ignored": {"10.0.0.1": {"why": 3}}}),
    ):  # fmt: skip
        house.switchboard.tell_all(notice)
    found = {m.address.removeprefix("/gesturemap/"): m.arguments for m in house.answer(peer, 10)}
    assert found == {
        "events/began": ("wave", 0.75, 12.5), "progress/training": ("wave", 0.5), "events/trained": (0.25, "wave"),
        "events/message": ("short",), "events/recorded": ("wave-1", "wave", 100, 1.0, 0.25, 0.0),
        "fault": ("port", "is gone"), "counters/frames": (100,),
        "counters/rate": (99.5,), "counters/latency_ms/p50": (0.25,), "counters/ignored/10.0.0.1/why": (3,),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("named", "writable", "name"), [(True, True, "alpha"), (False, False, "alpha"), (False, True, "untitled")]
)
def test_a_project_is_called_as_its_folder_and_one_without_a_place_as_itself(
    house: House, named: bool, writable: bool, name: str
) -> None:
    head = {"name": "untitled", "path": "/somewhere/alpha", "writable": writable}
    head |= {"named": named, "saved": named}
    board = Board()
    assert board.project == ""
    board.take(c.State({**house.state.document, "project": head}))
    value = board.value("state/project")
    assert value is not None
    assert (board.project, value.arguments) == (name, (name,))


def test_estimates_come_from_the_scope(house: House, scope: ScopeWriter) -> None:
    house.open()
    peer = house.peer()
    house.switchboard.tell_all(c.ScopeOpened(str(scope.path), scope.layout))
    write(scope, 0.5, (0.25, 0.75))
    found = []
    while not any(m.address.endswith("winner") for m in found):  # the scope is told of by another way
        peer.say("get", "estimate/winner")
        found = house.answer(peer)
    assert found[0].arguments == ("b",)
    while not house.quiet(peer):
        peer.heard()
    peer.say("subscribe", "estimate", 0.0)  # every frame
    house.answer(peer)
    house.quiet(peer)
    for number in range(50):
        write(scope, 1.0 + number, (0.75, 0.25))
    found = house.answer(peer, 50 * 9)
    times = [m.arguments[0] for m in found if m.address == "/gesturemap/estimate/time"]
    assert times == [1.0 + number for number in range(50)]
    by_name = {m.address.rpartition("/")[2]: m.arguments for m in found[-11:]}
    assert by_name["posterior"] == (0.75, 0.25)
    assert by_name["winner"] == ("a",)
    assert by_name["log_likelihoods"] == (-1.0, -np.inf)
    assert by_name["controls"] == (0.5,)


def test_at_a_rate_the_newest_is_told(house: House, scope: ScopeWriter) -> None:
    house.open()
    peer = house.peer()
    house.switchboard.tell_all(c.ScopeOpened(str(scope.path), scope.layout))
    peer.say("subscribe", "estimate/posterior", 2.0)
    house.answer(peer)
    house.quiet(peer)
    for number in range(100):
        write(scope, float(number), (0.5, 0.5))
        house.turn(0.005)
    found = peer.heard()
    assert 1 <= len(found) <= 4
    assert set(addresses(found)) == {"estimate/posterior"}


def test_a_subscription_ends_unless_it_is_renewed() -> None:
    clock, told = ManualClock(), []
    watchers = Watchers(clock.now)
    watchers.add("one", told.append, "state", 30.0)
    clock.advance(LASTS - 1)
    watchers.expire()
    watchers.tell([item("state/running", "", True), item("events/began", "", "wave")])
    assert len(told) == 1
    watchers.add("one", told.append, "state", 30.0)
    clock.advance(LASTS - 1)
    watchers.expire()
    assert len(watchers) == 1
    clock.advance(2.0)
    watchers.expire()
    assert len(watchers) == 0
    watchers.tell([item("state/running", "", False)])
    assert len(told) == 1


def test_there_is_an_end_to_watchers_and_topics() -> None:
    watchers = Watchers(ManualClock().now)
    for number in range(MOST_WATCHERS):
        watchers.add(number, print, "state", 30.0)
    with pytest.raises(CommandError):
        watchers.add("more", print, "state", 30.0)
    for number in range(MOST_EACH - 1):
        watchers.add(0, print, f"state/{number}", 30.0)
    with pytest.raises(CommandError):
        watchers.add(0, print, "state/more", 30.0)
    with pytest.raises(CommandError):
        watchers.add(0, print, "nonsense", 30.0)


def test_large_rows_go_in_several_bundles() -> None:
    packets = [osc.build(f"/{number}", *[0.5] * 500) for number in range(20)]
    bundles = bundled(packets)
    assert max(map(len, bundles)) <= 8000
    assert [m.address for one in bundles for m in osc.parse(one)] == [f"/{number}" for number in range(20)]
    assert bundled(packets[:1]) == packets[:1]
    assert bundled([]) == []


def test_counters_that_are_gone_are_forgotten() -> None:
    board = Board()
    for number in range(100):
        board.take(c.Status({"frames": number, "ignored": {f"10.0.0.{number}": {"why": 1}}}))
    assert set(board.items) == {"/gesturemap/counters/frames", "/gesturemap/counters/ignored/10.0.0.99/why"}


def test_what_has_no_place_of_its_own_is_an_event() -> None:
    (one,) = Board().take(c.ScopeOpened("nowhere", {})) or Board().take(c.Open("x"))
    assert (one.address, one.arguments) == ("/gesturemap/events/open", ("x",))
    assert Board().take(c.Levels([1.0])) == []


def test_odd_texts_and_numbers_can_be_told() -> None:
    board = Board()
    for notice in (
        c.Fault("a\0b", "x" * 5000), c.Trained([], float("nan"), []), c.Progress("a b/c", "", float("inf")),
        c.Recorded("", "\u00e9", 2**70, 0.0), c.Status({"a": {"b": {"c": True}}, "d": [1], "e": float("inf"), "": 3}),
    ):  # fmt: skip
        for one in board.take(notice):
            assert osc.parse(one.packet())[0].address == one.address
