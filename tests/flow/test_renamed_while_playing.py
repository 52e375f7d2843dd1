"""A gesture is renamed while it plays, and back: all goes by the new name, and nothing is said to be missing."""

from __future__ import annotations

import pytest

from gesturemap import commands as c

MAPPING = [
    {"kind": "events", "gestures": ["circle", "line"], "gates": True},
    {"kind": "range", "source": "posterior:circle", "control": "share"},
]


def renamed(playing, before: str, now: str) -> None:
    playing.play("line")
    scopes = len(playing.told(c.ScopeOpened))
    playing.control.obey(c.RenameGesture(before, now) if now != "circle" else c.Undo())
    playing.until(lambda: playing.control.settled and len(playing.told(c.ScopeOpened)) >= scopes + 2)


@pytest.mark.long
def test_it_plays_on_by_its_new_name_and_nothing_false_is_said(playing):
    playing.ready()
    outputs = [dict(table) for table in playing.control.project.tables()["outputs"]]
    midi = {"kind": "midi", "port": "virtual renamed", "notes": {"circle": 61}, "cc": {"gate.circle": 20}}
    playing.control.obey(c.Configure("mapping", MAPPING))
    playing.control.obey(c.Configure("outputs", [*outputs, midi]))
    assert any(kind.endswith("/began") and "circle" in told for kind, told in playing.play("circle"))
    faults = len([fault for fault in playing.told(c.Fault) if "gesture" in fault.text])
    renamed(playing, "circle", "ring")
    tables = playing.control.project.tables()
    assert tables["outputs"][-1]["notes"] == {"ring": 61}
    assert tables["outputs"][-1]["cc"] == {"gate.ring": 20}
    assert any(kind.endswith("/began") and "ring" in told for kind, told in playing.play("circle"))
    renamed(playing, "ring", "circle")
    assert playing.control.project.tables()["outputs"][-1]["notes"] == {"circle": 61}
    assert any(kind.endswith("/began") and "circle" in told for kind, told in playing.play("circle"))
    said = [fault.text for fault in playing.told(c.Fault) if "gesture" in fault.text]
    assert said[faults:] == []
