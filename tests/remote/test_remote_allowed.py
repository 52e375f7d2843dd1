"""Four kinds of sender, every word: only what is allowed reaches control. Real UDP, the real process."""

from __future__ import annotations

import math
from typing import Any

import pytest
from remote_house import House, Peer
from test_remote_words import EXAMPLES

from gesturemap import commands as c
from gesturemap.control.desk import neutral
from gesturemap.library import presets
from gesturemap.project.save import save_project
from gesturemap.remote.words import WORDS
from gesturemap.wire import osc

TOKEN = "violet-crow"
NAMED, STRANGER = "127.0.0.3", "127.0.0.9"
"""Addresses of this machine, of which only the first is among those that may command."""
SAMPLES: dict[str, tuple[Any, ...]] = {
    **{name: values for name, (values, _) in EXAMPLES.items()},
    "ping": (), "token": ("not the word",), "reply_to": (9,), "subscribe": ("state",), "unsubscribe": (),
    "get": ("state/project",),
}  # fmt: skip


@pytest.fixture
def open_house(house: House) -> House:
    """Every address may command that is named, and needs the token."""
    return house.open(control_from=("127.0.0.1", NAMED), token=TOKEN, rate=1000.0)


def trusted(house: House, host: str) -> Peer:
    peer = house.peer(host)
    peer.say("token", TOKEN)
    assert house.answer(peer)[0].arguments == ("token", "done")
    return peer


def replies(house: House, peer: Peer, name: str) -> list[osc.Message]:
    """What a peer hears up to the reply, or error, to this word."""
    found: list[osc.Message] = []

    def come() -> bool:
        found.extend(peer.heard())
        return any(m.address in ("/gesturemap/reply", "/gesturemap/error") for m in found)

    house.until(come)
    return found


@pytest.mark.parametrize("host", ["127.0.0.1", NAMED])
def test_who_is_named_and_knows_the_token_may_say_every_word(open_house: House, host: str) -> None:
    peer = trusted(open_house, host)
    for name, (values, wanted) in EXAMPLES.items():
        before = len(open_house.obeyed)
        peer.say(name, *values)
        found = [
            m for m in replies(open_house, peer, name) if not m.address.startswith("/gesturemap/answer/")
        ]
        assert [(m.address, m.arguments) for m in found] == [("/gesturemap/reply", (name, "done"))]
        told = open_house.obeyed[before:]
        if name in ("open", "load"):
            wanted = c.Open(str(open_house.folder.parent / "other"))
        elif name == "save":
            wanted = c.Save(str(open_house.folder.parent / "fresh"))
        assert told == [wanted]
    assert "127.0.0.1" not in open_house.refused()


@pytest.mark.long
def test_who_is_named_and_gives_no_token_or_another_may_say_none(open_house: House) -> None:
    silent, guessing = open_house.peer(NAMED), open_house.peer("127.0.0.1")
    guessing.say("token", "violet-cro")
    assert open_house.answer(guessing)[0].address == "/gesturemap/error"
    for name, values in SAMPLES.items():
        for peer in (silent, guessing):
            peer.say(name, *values)
            found = replies(open_house, peer, name)
            assert [m.address for m in found] == ["/gesturemap/error"], name
            assert name == "token" or "no token" in found[0].arguments[1]
    assert open_house.obeyed == []
    open_house.until(lambda: open_house.refused().get(NAMED, {}).get("no token") == len(SAMPLES) - 1)


def test_a_stranger_is_counted_and_not_answered(open_house: House) -> None:
    stranger = open_house.peer(STRANGER)
    for name, values in SAMPLES.items():
        stranger.say(name, *values)
        stranger.say("token", TOKEN)
        stranger.say(name, *values)
    open_house.until(lambda: open_house.refused().get(STRANGER) == {"may not command": 3 * len(SAMPLES)})
    assert open_house.quiet(stranger)
    assert open_house.obeyed == []
    assert set(SAMPLES) == set(WORDS)


def test_the_token_may_come_in_one_bundle_with_its_command(open_house: House) -> None:
    peer = open_house.peer()
    parts = osc.build("/gesturemap/token", TOKEN), osc.build("/gesturemap/run", 0)
    peer.raw(osc.bundle(None, *reversed(parts)))
    found = open_house.answer(peer, 2)
    assert [m.address for m in found] == ["/gesturemap/error", "/gesturemap/reply"]
    other = open_house.peer()
    other.raw(osc.bundle(2e9, *parts))  # a time tag in the far future keeps nobody waiting
    assert [m.arguments[0] for m in open_house.answer(other, 2)] == ["token", "run"]
    assert open_house.obeyed == [c.Run(False)]


def test_after_many_wrong_tokens_it_is_said_that_none_is_looked_at(open_house: House) -> None:
    peer = open_house.peer()
    for number in range(10):
        peer.say("token", f"guess {number}")
    assert all("it is another word" in m.arguments[1] for m in open_house.answer(peer, 10))
    peer.say("token", TOKEN)
    (answer,) = open_house.answer(peer)
    assert (answer.address, answer.arguments[0]) == ("/gesturemap/error", "token")
    assert "none of its tokens is looked at; send it again in 6 s" in answer.arguments[1]


def test_a_button_that_is_let_go_is_answered_and_does_nothing(house: House) -> None:
    house.open()
    peer = house.peer()
    for word in ("scene/next", "panic", "undo", "quit", "save"):
        peer.say(word, 0)
        (answer,) = house.answer(peer)
        assert answer[:3:2] == ("/gesturemap/reply", (word, "nothing: 0 is a button let go"))
    peer.say("panic", -5)
    assert house.answer(peer)[0].arguments == ("panic", "nothing: 0 is a button let go")
    for word in ("train", "panic"):
        peer.say(word, math.nan)
        (answer,) = house.answer(peer)
        assert (answer.address, answer.arguments[0]) == ("/gesturemap/error", word)
        assert "1 means it" in answer.arguments[1]
    assert house.obeyed == []


@pytest.mark.parametrize("name", ["../other", "/etc/passwd", "..", "a/../../other", "C:\\x", "~", ".trash"])
def test_no_name_leads_out_of_the_folder(house: House, name: str) -> None:
    house.open()
    peer = house.peer()
    for word in ("open", "load", "save"):
        peer.say(word, name)
        (answer,) = house.answer(peer)
        assert answer.address == "/gesturemap/error"
    house.until(lambda: sum(house.refused().get("127.0.0.1", {}).values()) == 3)
    assert house.obeyed == []


def test_roots_are_looked_at_too(house: House, tmp_path) -> None:
    further = tmp_path / "further" / "third"
    further.mkdir(parents=True)
    (further / "project.toml").touch()
    house.open(roots=(str(tmp_path / "further"),))
    peer = house.peer()
    peer.say("open", "third")
    assert house.answer(peer)[0].address == "/gesturemap/reply"
    assert house.obeyed == [c.Open(str(further))]


def test_the_folder_it_was_started_from_is_there_whatever_plays(house: House, tmp_path) -> None:
    further = tmp_path / "further"
    save_project(neutral(further / "third", {"kind": "pointer"}), further / "third")
    house.open(roots=(str(further),))
    house.folder = further / "third"
    house.switchboard.tell_all(house.state)
    peer = house.peer()
    peer.say("panic")
    house.answer(peer)  # it came after the state
    peer.say("open", "other")
    assert house.answer(peer)[0].arguments == ("open", "done")
    assert house.obeyed[1:] == [c.Open(str(tmp_path / "other"))]
    peer.say("open", "nix")
    assert str(house.answer(peer)[0].arguments[1]).count(f"{further}") == 1
    peer.say("save", "sub/dir")
    assert "without /" in str(house.answer(peer)[0].arguments[1])
    peer.say("save", "fourth")
    assert house.answer(peer)[0].arguments == ("save", "done")
    assert house.obeyed[2:] == [c.Save(str(further / "fourth"))]
    house.folder = presets()["theremin"]  # what has no place of its own is saved where it began
    house.switchboard.tell_all(house.state)
    peer.say("panic")
    house.answer(peer)
    peer.say("save", "fifth")
    assert house.answer(peer)[0].arguments == ("save", "done")
    assert house.obeyed[-1] == c.Save(str(tmp_path / "fifth"))


def test_nobody_is_heard_before_it_is_known_what_plays(house: House) -> None:
    house.late = True
    house.begin()
    house.until(lambda: house.remote)
    assert house.remote["address"] == ""
    house.switchboard.tell_all(house.state)
    house.until(lambda: house.remote["address"])
    peer = house.peer()
    peer.say("small/run", 0)
    assert house.answer(peer)[0].arguments == ("run", "done")


def test_words_stand_behind_the_project_too_and_another_one_is_refused(house: House) -> None:
    house.open()
    peer = house.peer()
    peer.say("small/run", 0)
    assert house.answer(peer)[0].arguments == ("run", "done")
    peer.say("small/state/running")
    assert house.answer(peer)[0][:3] == ("/gesturemap/state/running", "T", (True,))
    for word in ("other/run", "nonsense", "small", "small/nonsense", "run*", "state", "small/small/run"):
        peer.say(word)
        assert house.answer(peer)[0].address == "/gesturemap/error", word
    peer.raw(osc.build("/run"))
    assert house.answer(peer)[0].address == "/gesturemap/error"
    assert house.obeyed == [c.Run(False)]


def test_answers_go_where_they_are_wanted(house: House) -> None:
    house.open()
    peer, elsewhere = house.peer(), house.peer()
    peer.say("reply_to", elsewhere.port)
    assert house.answer(elsewhere)[0].arguments == ("reply_to", "done")
    peer.say("ping")
    assert house.answer(elsewhere)[0].arguments == ("ping", "gesturemap is here")
    assert not peer.heard()


def test_what_control_refuses_is_told_and_counted(house: House) -> None:
    house.open()
    house.refuses = "train: the stage lock is on"
    peer = house.peer()
    peer.say("train")
    assert house.answer(peer)[0].arguments == ("train", house.refuses)
    house.until(lambda: house.refused().get("127.0.0.1") == {"train: not carried out": 1})
    assert house.remote["said"] == [["127.0.0.1", "train: not carried out", house.refuses]]
    peer.say("volume", 1.5)
    (answer,) = house.answer(peer)
    house.until(lambda: house.refused()["127.0.0.1"].get("volume: refused"))
    assert house.remote["said"][1:] == [["127.0.0.1", "volume: refused", answer.arguments[1]]]


def test_an_answer_is_not_answered(house: House) -> None:
    house.open()
    peer = house.peer()
    for _ in range(3):
        peer.say("reply", "run", "done")
        peer.say("error", "run", "not done")
    assert house.quiet(peer)
    house.until(lambda: house.refused().get("127.0.0.1") == {"an answer": 6})


def test_a_port_that_is_taken_is_told_and_opened_when_it_is_free(house: House, tmp_path) -> None:
    house.open()
    taken = House(tmp_path / "small")
    try:
        assert taken.switchboard.door is not None
        from gesturemap import companion

        orders = {
            "endpoint": taken.switchboard.door.endpoint, "host": "127.0.0.1", "port": house.port, "token": "",
            "control_from": ["loopback"], "roots": [], "rate": 100.0, "query": False, "origins": [], "announce": False,
            "home": str(house.folder), "saves": "",
        }  # fmt: skip
        taken.process = companion.begin("gesturemap.remote.serve", orders)
        taken.until(lambda: taken.faults)
        assert "already in use" in taken.faults[0]
        assert house.process is not None
        companion.end(house.process)
        taken.until(lambda: taken.remote.get("address"))
        assert len(taken.faults) == 1
    finally:
        taken.close()
