"""Who may command, and how often."""

from __future__ import annotations

import pytest

from gesturemap.clock import ManualClock
from gesturemap.errors import SettingsError
from gesturemap.inputs.remote import CONTROL_FROM, Remote
from gesturemap.inputs.senders import networks
from gesturemap.remote.held import MOST, Held
from gesturemap.remote.senders import MOST_HOSTS, MOST_SAID, MOST_SENDERS, OTHERS, TRUSTED, Senders
from gesturemap.wire import osc


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(100.0)


def among(clock: ManualClock, *texts: str, token: str = "", rate: float = 10.0) -> Senders:
    return Senders(networks(texts, CONTROL_FROM), token, rate, clock.now)


@pytest.mark.parametrize(
    ("texts", "may", "may_not"),
    [
        (("loopback",), ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"),
         ("192.168.1.7", "10.0.0.1", "::2", "0.0.0.0", "x")),
        (("192.168.1.0/24",), ("192.168.1.7", "::ffff:192.168.1.9"), ("127.0.0.1", "192.168.2.7", "::1")),
        (("192.168.1.7", "loopback"), ("192.168.1.7", "127.0.0.1"), ("192.168.1.8",)),
        (("fe80::/10",), ("fe80::1%eth0",), ("2001:db8::1", "127.0.0.1")),
    ],
)  # fmt: skip
def test_only_named_networks(clock, texts, may, may_not) -> None:
    senders = among(clock, *texts)
    assert all(senders.admit((host, 9)) is not None for host in may)
    assert all(senders.admit((host, 9)) is None for host in may_not)
    assert {host: dict(count) for host, count in senders.refused.items()} == {
        host: {"may not command": 1} for host in may_not
    }


@pytest.mark.parametrize("texts", [("nowhere",), ("192.168.1",), ("1.2.3.4/99",), ("",), ()])
def test_a_network_that_is_none(texts) -> None:
    with pytest.raises(SettingsError, match="control_from"):
        Remote(control_from=texts)


def test_where_it_listens_follows_who_may() -> None:
    assert Remote().address == "127.0.0.1"
    assert Remote(control_from=("loopback", "192.168.1.7")).address == "0.0.0.0"
    assert Remote(host="192.168.1.2").address == "192.168.1.2"
    with pytest.raises(SettingsError, match="token"):
        Remote(token="short")
    with pytest.raises(SettingsError, match="origins"):
        Remote(origins=("localhost",))


def test_so_many_a_second_and_the_others_have_theirs(clock) -> None:
    senders = among(clock, "loopback")
    assert sum(senders.admit(("127.0.0.1", 1)) is not None for _ in range(1000)) == 10
    assert senders.admit(("127.0.0.1", 2)) is not None
    clock.advance(0.5)
    assert sum(senders.admit(("127.0.0.1", 1)) is not None for _ in range(1000)) == 5
    assert senders.refused["127.0.0.1"] == {"too many": 990 + 995}


def test_a_host_of_many_ports_has_no_more_than_its_share(clock) -> None:
    senders = among(clock, "loopback")
    assert sum(senders.admit(("127.0.0.1", port)) is not None for port in range(1, 2000)) == 40
    assert senders.admit(("127.0.0.2", 1)) is not None


def test_a_token_is_good_while_it_is_used(clock) -> None:
    senders = among(clock, "loopback", token="violet-crow", rate=1000.0)
    one, other = senders.newcomer(("127.0.0.1", 1)), senders.newcomer(("127.0.0.1", 2))
    assert not senders.trusts(one)
    assert not senders.trust(one, "violet-cro")
    assert not senders.trust(one, "violet\ud800")
    assert senders.trust(one, "violet-crow")
    assert senders.trusts(one)
    assert not senders.trusts(other)
    clock.advance(TRUSTED - 1)
    assert senders.trusts(one)
    clock.advance(TRUSTED - 1)
    assert senders.trusts(one)
    clock.advance(TRUSTED + 1)
    assert not senders.trusts(one)


def test_what_was_said_is_remembered_of_the_newest_reasons_only(clock) -> None:
    senders = Senders(networks(("loopback",), CONTROL_FROM), "", 10.0, clock.now)
    for number in range(100):
        senders.refuse("127.0.0.1", f"word {number}", f"line {number}")
    senders.refuse("127.0.0.1", "word 70", "another line")
    senders.refuse("10.0.0.9", "may not command")
    assert len(senders.said) == MOST_SAID
    assert list(senders.said.items())[-1] == (("127.0.0.1", "word 70"), "another line")


def test_who_guesses_too_often_is_not_looked_at(clock) -> None:
    senders = among(clock, "loopback", token="violet-crow", rate=1000.0)
    guesser = senders.newcomer(("127.0.0.1", 1))
    for number in range(10):
        assert not senders.trust(guesser, f"guess {number}")
    assert not senders.trust(guesser, "violet-crow")
    assert senders.trust(senders.newcomer(("127.0.0.2", 1)), "violet-crow")
    clock.advance(60.0)
    assert senders.trust(guesser, "violet-crow")


def test_nothing_grows_with_the_number_of_senders(clock) -> None:
    senders = among(clock, "10.0.0.0/8")
    for number in range(5000):
        senders.admit((f"10.0.{number // 250}.{number % 250}", number))
        senders.admit((f"11.0.{number // 250}.{number % 250}", number))
    assert len(senders._senders) <= MOST_SENDERS
    assert len(senders._hosts) <= MOST_SENDERS
    assert len(senders._may) <= MOST_SENDERS
    assert len(senders.refused) <= MOST_HOSTS + 1
    assert sum(count.total() for count in senders.refused.values()) == 5000
    assert senders.refused[OTHERS].total() > 4000


def test_what_is_held_is_the_newest_and_not_what_a_newer_one_has_passed(clock) -> None:
    senders, held = among(clock, "loopback", rate=2.0), Held()
    sender = senders.known(("127.0.0.1", 1))
    assert sender is not None
    told: list[bytes] = []

    def said(word: str, value: float) -> bytes:
        return osc.build(f"/gesturemap/{word}", value)

    while senders.again(sender):
        pass
    for packet in (
        said("volume", 0.1),
        said("volume", 0.2),
        said("here/run", 1.0),
        said("panic", 1.0),
        b"",
        b"/",
    ):
        held.keep(sender, packet, told.append)
    assert list(held.due(senders)) == []
    assert senders.refused["127.0.0.1"]["too many"] == 1  # asking is no message
    held.passed(sender, said("here/run", 0.0))
    clock.advance(10.0)
    assert [last.packet for last in held.due(senders)] == [said("volume", 0.2)]
    assert list(held.due(senders)) == []


def test_what_is_held_has_an_end(clock) -> None:
    senders, held = among(clock, "127.0.0.0/8"), Held()
    for number in range(2 * MOST):
        sender = senders.known(("127.0.0.1", number + 1))
        assert sender is not None
        held.keep(sender, osc.build("/gesturemap/volume", 0.5), print)
    assert len(held._every) == MOST
