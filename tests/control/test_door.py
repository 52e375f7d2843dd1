"""Who may come in, and what they hear."""

from __future__ import annotations

import json
import stat
import sys
import threading
from multiprocessing.connection import Client as Caller
from multiprocessing.connection import wait

import pytest

from gesturemap import codec
from gesturemap import commands as c
from gesturemap.cli import play
from gesturemap.cli.main import parser
from gesturemap.control import client as clients
from gesturemap.control import door as doors
from gesturemap.control.client import Client, find
from gesturemap.control.door import Door
from gesturemap.errors import CommandError, DeviceError


@pytest.fixture
def door(tmp_path, monkeypatch):
    monkeypatch.setattr(doors, "notes_folder", lambda: tmp_path)
    made = Door()
    yield made
    made.close()


def newcomer(door: Door):
    assert wait([door.bell], 5.0)
    door.bell.recv_bytes()
    return door.newcomers.popleft()


def test_a_client_comes_in_and_both_ends_speak(door):
    client = Client(door.endpoint)
    inside = newcomer(door)
    client.send(c.Record("wave", 0.5))
    assert codec.decode(inside.recv_bytes()) == c.Record("wave", 0.5)
    inside.send_bytes(codec.encode(c.Fault("here", "a line")))
    assert client.poll(5.0) == [c.Fault("here", "a line")]
    inside.close()
    assert client.poll(5.0) == []
    assert not client.alive
    client.close()


def test_who_has_no_key_stays_outside_and_the_next_comes_in(door):
    wrong = json.dumps(json.loads(door.endpoint) | {"key": "00" * 24})
    with pytest.raises(DeviceError):
        Client(wrong)
    client = Client(door.endpoint)
    inside = newcomer(door)
    client.send(c.Panic())
    assert codec.decode(inside.recv_bytes()) == c.Panic()
    inside.close()
    client.close()


@pytest.mark.parametrize("endpoint", ["", "{}", "nonsense", '{"address": "/none/there", "key": "00"}'])
def test_an_endpoint_that_is_none_is_one_clear_line(endpoint):
    with pytest.raises(DeviceError, match="start it first"):
        Client(endpoint)


def test_the_note_is_for_this_user_alone_and_goes_with_the_door(door):
    door.announce("/some/project")
    assert stat.S_IMODE(door.note.stat().st_mode) == 0o600
    assert find("/some/project") == f"@{door.note}"
    newcomer(door).close()
    assert find("/another") == ""
    newcomer(door).close()
    door.close()
    assert not door.note.exists()
    assert find("/some/project") == ""


def test_a_stale_note_is_taken_away(door, tmp_path):
    stale = tmp_path / "9-stale.json"
    stale.write_text(json.dumps({"project": "/p", "endpoint": '{"address": "/none", "key": "00"}'}))
    assert find("/p") == ""
    assert not stale.exists()


def test_a_stranger_who_says_nothing_keeps_nobody_outside(door):
    address = json.loads(door.endpoint)["address"]
    silent = [Caller(tuple(address) if isinstance(address, list) else address) for _ in range(5)]
    friend = Client(door.endpoint)
    inside = newcomer(door)
    friend.send(c.Panic())
    assert codec.decode(inside.recv_bytes()) == c.Panic()
    assert not door.newcomers
    inside.close()
    friend.close()
    for stranger in silent:
        stranger.close()


def test_one_that_just_ends_is_waited_for_and_its_project_is_free_then(door):
    door.announce("/a/project")
    found = []
    seeker = threading.Thread(target=lambda: found.append(find("/a/project")))
    assert find("/a/project") == f"@{door.note}"
    door.leave()
    door.announce("/a/project")  # what is recorded is still kept
    assert find("/another") == ""
    seeker.start()
    seeker.join(0.3)
    assert seeker.is_alive()
    assert found == []
    door.close()
    seeker.join(5.0)
    assert found == [""]


def test_one_that_never_ends_has_its_project_open(door, monkeypatch):
    monkeypatch.setattr(clients, "LEAVING", 0.2)
    door.announce("/a/project")
    door.leave()
    assert find("/a/project") == f"@{door.note}"


def test_a_window_of_one_that_ended_meanwhile_is_opened_on_ones_own(monkeypatch, tmp_path):
    places, opened = iter(["@there", "", ""]), tmp_path / "opened"
    monkeypatch.setattr(play, "find", lambda _: next(places))
    refuses = f"import sys; open({str(opened)!r}, 'a').write(sys.argv[1]); sys.exit({play.REFUSED})"
    monkeypatch.setattr(play, "WINDOW", [sys.executable, "-c", refuses])

    def none(*_, **__):
        raise CommandError("control", "begun", "of its own")

    monkeypatch.setattr(play, "Controller", none)
    with pytest.raises(CommandError, match="begun"):
        play.window(parser().parse_args(["window", "phone-gestures", "--no-sound"]))
    assert opened.read_text() == "@there"


def test_what_only_who_begins_can_have_is_said_to_be_unheard():
    words = parser().parse_args(["window", "p", "--no-sound", "--osc-control", "6443"])
    assert play.unheard(words) == "; --no-sound, --osc-control: only for who begins it, so end it first"
    assert play.unheard(parser().parse_args(["window", "p"])) == ""
