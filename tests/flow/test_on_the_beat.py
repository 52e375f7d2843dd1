"""Beginnings on the beat over real processes: between two frames, once, and never after a panic."""

from __future__ import annotations

import pytest

from gesturemap import commands as c
from gesturemap.engine.replay import replay_log
from gesturemap.logs.read import read_log

BARS = {"kind": "events", "quantise": 4.0, "tempo": 120.0, "gates": True}


def events(heard: list) -> list[tuple[str, str]]:
    return [
        (address.rpartition("/")[2], arguments[0])
        for address, arguments in heard
        if address in ("/gesturemap/began", "/gesturemap/ended")
    ]


def configured(playing) -> None:
    playing.ready()
    scopes = len(playing.told(c.ScopeOpened))
    playing.control.obey(c.Configure("mapping", [BARS]))
    playing.until(lambda: len(playing.told(c.ScopeOpened)) > scopes)


@pytest.mark.long
def test_a_beginning_waits_for_the_bar_when_no_frame_comes_any_more(playing):
    configured(playing)
    playing.control.obey(c.Log(True))
    playing.until(lambda: playing.control.log.on)
    path = playing.control.log.path
    assert events(playing.play("circle", rest=0.0))[:1] == [("began", "circle")]
    at_once = events(playing.play("line", rest=0.1))
    assert ("began", "line") not in at_once
    late: list = []

    def ended() -> bool:
        late.extend(playing.patch.heard())
        return ("ended", "line") in events(late)

    playing.until(ended)
    assert events(late)[-2:] == [("began", "line"), ("ended", "line")]
    assert events(late).count(("began", "line")) == 1
    playing.play("circle", rest=0.1)
    playing.control.obey(c.Log(False))
    playing.until(lambda: not playing.control.log.on)
    playing.control.close()
    comparison = replay_log(read_log(path))
    assert comparison.same, str(comparison)
    assert comparison.compared >= 250


@pytest.mark.long
def test_a_panic_drops_what_waits(playing):
    configured(playing)
    assert events(playing.play("circle", rest=0.0))[:1] == [("began", "circle")]
    playing.play("line", rest=0.1)
    playing.control.obey(c.Panic())
    after = playing.play("line", frames=1, rest=2.2)
    assert ("began", "line") not in events(after)
