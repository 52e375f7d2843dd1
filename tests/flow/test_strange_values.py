"""Whatever stands in a field of a command that comes through the door: one clear line, or it is done."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flow_house import Playing

from gesturemap import codec, inner
from gesturemap import commands as c
from gesturemap.errors import CommandError

STRANGE = (
    10**400, -(10**400), 2**64, 2**63 - 1, -1, 0, True, None,
    float("nan"), float("inf"), 1e308, -1e308, 5e-324,
    "", "\0", "a\0b", "\ud800", "x" * 100_000, "/", "/dev/null", "/dev/zero", "..", "~nobody-of-this-name/x", "\n", "☂",
    [], {}, [[]], [10**400], ["\0"], ["x", 3], [float("nan")], [1e308], {"kind": "\0"}, {"\0": 10**400}, [{"kind": 3}],
)  # fmt: skip
GOOD = {"str": "circle", "float": 0.5, "int": 1, "bool": True, "list[str]": ["circle"], "list[float]": [0.5]}


def packets(playing: Playing) -> Iterator[bytes]:
    """Every command with every one of its fields strange, the others good; settings with each of theirs."""
    project = playing.control.project
    ids = {"demonstration": project.demonstrations[0].id, "demonstrations": [project.demonstrations[0].id]}
    for kind in codec.KINDS.values():
        if kind.__module__ not in codec.COMMANDS or kind is c.Quit:
            continue
        fields = dataclasses.fields(kind)
        good = {f.name: ids.get(f.name, GOOD.get(str(f.type), {})) for f in fields}
        for field in fields:
            for value in STRANGE:
                yield json.dumps({"is": kind.__name__, **good, field.name: value}).encode()
    for section, table in project.tables().items():
        for value in STRANGE:
            yield json.dumps({"is": "Configure", "section": section, "table": value}).encode()
            items = table if isinstance(table, list) and section != "gestures" else [table]
            for item in items if section != "gestures" else []:
                for name in [*item, "name", "port", "address", "file", "files", "voices", "channels"]:
                    strange = {**item, name: value}
                    said = [strange] if isinstance(table, list) else strange
                    yield json.dumps({"is": "Configure", "section": section, "table": said}).encode()


def clear(line: str) -> bool:
    """Whether it is one line that says what was wrong."""
    return "report this line" not in line and line.isprintable() and len(line) < 2000


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for whatever is written by a strange name. Processes take it along only as they start."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.mark.long
@pytest.mark.usefixtures("elsewhere")  # before anything plays
def test_no_value_of_any_field_is_unforeseen(playing: Playing) -> None:
    playing.ready()
    every, engines = list(packets(playing)), playing.control.engines
    assert len(every) > 1500
    bad: list[tuple[bytes, str]] = []
    home = str(playing.control.desk.folder)
    for packet in every:
        playing.notices.clear()
        try:
            message = codec.decode(packet)
        except CommandError as error:
            lines = [str(error)]
        else:
            playing.control.obey(message)
            playing.control.turn(0.0)
            lines = [fault.text for fault in playing.told(c.Fault)]
        bad += [(packet[:200], line[:400]) for line in lines if not clear(line)]
        if playing.control.activity.locked:
            playing.control.obey(c.Lock(False))
        if str(playing.control.desk.folder) != home:
            playing.control.obey(c.Open(home))
        playing.control.obey(c.GoTo(0))
    assert not bad, bad
    playing.until(lambda: bool(playing.told(c.Status)))
    assert playing.control.engines == engines, "the engine has died of it"
    assert not [n for n in playing.told(inner.Answered) if n.error]
