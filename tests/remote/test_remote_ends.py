"""Where remote control listens by a name, how its process ends, and what it says of strange words."""

from __future__ import annotations

import subprocess
import sys

import pytest
from remote_house import House

STAYS = "from gesturemap import companion; companion.outlived(print); print(1)"


@pytest.mark.long
def test_a_name_of_this_machine_is_its_address(house: House) -> None:
    house.open(host="localhost", query=True, announce=True)
    assert house.remote["address"].startswith("UDP 127.0.0.1:")
    peer = house.peer()
    peer.say("ping")
    assert house.answer(peer)[0].arguments[1] == "gesturemap is here"
    house.until(lambda: house.remote["announced"] or house.faults)
    assert house.process is not None
    assert house.process.poll() is None


def test_a_name_that_is_none_is_told_and_ends_nothing(house: House) -> None:
    house.begin(host="no such host")
    house.until(lambda: house.faults)
    assert house.faults[0].startswith("remote, host 'no such host': ")
    assert house.process is not None
    assert house.process.stdin is not None
    house.process.stdin.close()
    assert house.process.wait(10.0) == 0


def test_a_companion_that_ends_before_its_parent_ends_in_peace() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STAYS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as ended:
        assert ended.wait(30.0) == 0
        assert ended.stderr is not None
        assert ended.stderr.read() == b""


def test_a_word_that_is_none_is_told_as_it_was_sent(house: House) -> None:
    house.open()
    peer = house.peer()
    for word in ("q/ping", "nix"):
        peer.say(word)
        (answer,) = house.answer(peer)
        assert (answer.address, answer.arguments[0]) == ("/gesturemap/error", word)
    assert house.process is not None
    house.until(lambda: house.refused() == {"127.0.0.1": {"unknown word": 2}})
