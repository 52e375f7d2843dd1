"""The history says what was changed, from what to what, where it is one setting."""

from __future__ import annotations

from typing import Any

import pytest

from gesturemap import commands as c
from gesturemap.control.edits import configure
from gesturemap.project.project import Project, assemble

OSC, MIDI, DERIVE = {"kind": "osc", "port": 9901}, {"kind": "midi"}, {"kind": "derive"}
VOICES = [{"kind": "pad", "name": "a"}, {"kind": "pluck", "name": "b"}, {"kind": "pluck", "name": "c"}]
RANGES = [
    {"kind": "range", "source": "x", "control": "bright", "high": 2.0},
    {"kind": "events"},
    {"kind": "range", "source": "y", "control": "level", "high": 2.0},
]
SOFTER = RANGES[2] | {"high": 1.5}


def project() -> Project:
    tables = {"input": {"kind": "pointer"}, "model": {"kind": "auto"}, "outputs": [OSC], "features": [DERIVE]}
    return assemble(tables | {"mapping": RANGES, "sound": {"voices": VOICES}}, "", "test")


@pytest.mark.parametrize(
    ("section", "table", "label"),
    [
        ("outputs", [OSC | {"port": 9902}], "set port of osc: 9901 → 9902"),
        ("outputs", [OSC | {"port": 9902, "host": "10.0.0.2"}], "set host and port of osc"),
        ("outputs", [OSC, {"kind": "synth"}], "add synth to outputs"),
        ("outputs", [{"kind": "synth"}], "set outputs: osc → synth"),
        ("outputs", [{"kind": "synth"}, {"kind": "midi"}], "set outputs"),
        ("outputs", [], "remove osc from outputs"),
        ("features", [DERIVE | {"columns": ["x", "y"]}], "set columns of derive: nothing → x, y"),
        ("features", [DERIVE | {"columns": ["a_long_name_of_a_channel*"]}],
         "set columns of derive: nothing → a_long_name_of_a_channe…"),
        ("mapping", [*RANGES[:2], SOFTER], "set high of range 2: 2.0 → 1.5"),
        ("mapping", [*RANGES[:2], SOFTER | {"source": "x"}], "set source and high of range 2"),
        ("mapping", [RANGES[0] | {"high": 3.0}, RANGES[1], SOFTER], "set mapping"),
        ("mapping", RANGES[1:], "remove range 1 from mapping"),
        ("mapping", [*RANGES, SOFTER], "add range 3 to mapping"),
        ("mapping", [RANGES[2], *RANGES[:2]], "put mapping in another order"),
        ("sound", {"voices": [*VOICES[:2], VOICES[2] | {"level": 0.25}]}, "set level of pluck c: 0.0 → 0.25"),
        ("sound", {"voices": VOICES[:2]}, "remove pluck c from sound"),
        ("sound", {"voices": [VOICES[0] | {"level": -6.0}, *VOICES[1:]]}, "set level of pad: 0.0 → -6.0"),
        ("model", {"kind": "hhmm"}, "set model: auto → hhmm"),
        ("model", {"kind": "auto", "seed": 3}, "set seed of auto: 0 → 3"),
        ("record", {}, "set record"),
    ],
)  # fmt: skip
def test_what_was_done_is_told_with_what_it_was_and_is(section: str, table: Any, label: str) -> None:
    before = project()
    assert configure(before, c.Configure(section, table))[0] == label
