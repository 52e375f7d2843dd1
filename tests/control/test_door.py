"""Who may come in, and what they hear."""

from __future__ import annotations

import json
import stat
from multiprocessing.connection import Client as Caller
from multiprocessing.connection import wait

import pytest

from gesturemap import codec
from gesturemap import commands as c
from gesturemap.control import door as doors
from gesturemap.control.client import Client, find
from gesturemap.control.door import Door
from gesturemap.errors import DeviceError


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
