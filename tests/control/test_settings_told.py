"""The history says what was changed, from what to what, where it is one setting."""

from __future__ import annotations

from typing import Any

import pytest

from gesturemap import commands as c
from gesturemap.control.edits import configure
from gesturemap.project.project import Project, assemble

OSC, MIDI, DERIVE = {"kind": "osc", "port": 9901}, {"kind": "midi"}, {"kind": "derive"}
VOICES = [{"kind": "pad", "name": "a"}, {"kind": "pluck", "name": "b"}]


def project() -> Project:
    tables = {"input": {"kind": "pointer"}, "model": {"kind": "auto"}, "outputs": [OSC], "features": [DERIVE]}
    return assemble(tables | {"sound": {"voices": VOICES}}, "", "test")


@pytest.mark.parametrize(
    ("section", "table", "label"),
    [
        ("outputs", [OSC | {"port": 9902}], "set port of osc: 9901 → 9902"),
        ("outputs", [OSC | {"port": 9902, "host": "10.0.0.2"}], "set outputs"),
        ("outputs", [OSC, {"kind": "synth"}], "set outputs"),
        ("outputs", [{"kind": "synth"}], "set outputs"),
        ("outputs", [], "set outputs"),
        ("features", [DERIVE | {"columns": ["x", "y"]}], "set columns of derive: nothing → x, y"),
        ("features", [DERIVE | {"columns": ["a_long_name_of_a_channel*"]}],
         "set columns of derive: nothing → a_long_name_of_a_channe…"),
        ("sound", {"voices": [VOICES[0], VOICES[1] | {"level": 0.25}]}, "set level of pluck: 0.0 → 0.25"),
        ("sound", {"voices": VOICES[:1]}, "set sound"),
        ("model", {"kind": "hhmm"}, "set model"),
        ("record", {}, "set record"),
    ],
)  # fmt: skip
def test_one_setting_is_told_with_what_it_was_and_is(section: str, table: Any, label: str) -> None:
    before = project()
    assert configure(before, c.Configure(section, table))[0] == label
