"""What was taught is asked over OSC: the answer goes to who asked, before the reply, and to nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from remote_house import House

from gesturemap import commands as c
from gesturemap.cli.send import asked, packed
from gesturemap.remote import answers
from gesturemap.wire import osc

FINDING = {
    "kind": "copy", "gesture": "wave", "demonstrations": ["wave-1", "wave-2"], "channel": "",
    "evidence": "'wave-2' is the same recording as wave-1", "remedy": "leave one out", "figures": {"alike": 1.0},
    "sure": 0.9, "command": {"is": "Enable", "demonstrations": ["wave-2"], "on": False},
}  # fmt: skip
TABLE = {
    "confusion": {"labels": ["wave", ""], "rows": [[3, 0], [1, 2]]},
    "moments": [[0.123456789, None]] * 100, "words": ["'wave': none missed"], "findings": [FINDING],
}  # fmt: skip


def test_who_asked_is_answered(house: House) -> None:
    house.thinks = True
    peer, other = house.open().peer(), house.peer()
    peer.say("ask", "matrix")
    house.until(lambda: house.obeyed)
    assert house.obeyed == [c.Ask("matrix")]
    assert [one.address for one in house.answer(peer)] == ["/gesturemap/answer/asked"]
    assert house.quiet(peer, 0.1)  # the question is under way
    house.switchboard.tell_all(c.Answer("matrix", [], TABLE, changed=True))
    found = house.answer(peer, 7)
    assert found[0].address == "/gesturemap/answer/finding"
    kind, sure, *rest = found[0].arguments
    assert (kind, sure) == ("copy", pytest.approx(0.9))
    assert rest == ["wave", "", FINDING["evidence"], "leave one out", "wave-1", "wave-2"]
    rows = {one.address.removeprefix("/gesturemap/answer/"): one.arguments for one in found[1:-2]}
    assert rows == {
        "confusion/labels": ("wave", ""), "confusion/rows/1": (3, 0), "confusion/rows/2": (1, 2),
        "words": ("'wave': none missed",),
    }  # fmt: skip
    assert json.loads(found[-2].arguments[2])["moments"][99] == [0.123457, None]
    assert found[-1].address == "/gesturemap/reply"
    assert found[-1].arguments[0] == "ask"
    assert "changed" in str(found[-1].arguments[1])
    assert house.quiet(other, 0.1)
    # one that cannot be answered, and the next, which nobody here has asked
    peer.say("small/ask", "why", "nobody-1")
    house.until(lambda: len(house.obeyed) == 2)
    for _ in range(2):
        house.switchboard.tell_all(
            c.Answer("why", ["nobody-1"], None, "demonstration: 'nobody-1': there is none")
        )
    _, refused = house.answer(peer, 2)
    assert (refused.address, refused.arguments[0]) == ("/gesturemap/error", "ask")
    assert "'nobody-1'" in str(refused.arguments[1])
    assert house.quiet(peer, 0.1)


def test_a_long_answer_comes_in_parts_that_fit_a_packet() -> None:
    table = {
        "shares": [[0.1234567 * n, float(n)] for n in range(3000)],
        "a name": "é",
        "none": None,
        "empty": [],
    }
    found = [osc.parse(packet)[0] for packet in answers.packets(c.Answer("why", [], table))]
    parts = [one.arguments for one in found if one.address.endswith("json")]
    assert [part[0] for part in parts] == list(range(1, len(parts) + 1))
    assert {part[1] for part in parts} == {len(parts)}
    assert max(len(part[2]) for part in parts) <= answers.PART
    whole = json.loads("".join(str(part[2]) for part in parts))
    assert whole["shares"][2999] == pytest.approx(table["shares"][2999], rel=1e-5)  # type: ignore[index]
    assert [one.address for one in found if "json" not in one.address] == [
        "/gesturemap/answer/a_name", "/gesturemap/answer/none"
    ]  # fmt: skip


class Other:
    """The other end of ``gesturemap send``."""

    def __init__(self, *packets: bytes) -> None:
        self.packets = [b"", *packets]  # it thinks for a moment

    def send(self, packet: Any) -> None:
        self.sent = packet

    def receive(self, timeout: float) -> bytes:
        return self.packets.pop(0)


def test_send_prints_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    reply = osc.build("/gesturemap/reply", "ask", "done")
    other = Other(
        osc.build("/gesturemap/answer/asked", "ask"), *answers.packets(c.Answer("matrix", [], TABLE)), reply
    )
    assert asked(other, packed("ask", ["matrix"]), "ask", "there") == 0  # type: ignore[arg-type]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"copy {FINDING['evidence']} → leave one out"
    assert lines[-1] == "answer/words 'wave': none missed"
    assert not any("json" in line for line in lines)
    nothing = Other(
        osc.build("/gesturemap/answer/asked", "ask"), *answers.packets(c.Answer("decoys", [], [])), reply
    )
    assert asked(nothing, packed("ask", ["decoys"]), "ask", "there") == 0  # type: ignore[arg-type]
    assert capsys.readouterr().out == "nothing was found\n"
