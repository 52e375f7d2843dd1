"""A studio program that follows our MIDI clock hears one start, while a project is trained and over edits."""

from __future__ import annotations

from pathlib import Path

import pytest
from midi_ports import Cable

from gesturemap import commands as c
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

START, STOP, CLOCK, CONTROL = 0xFA, 0xFC, 0xF8, 0xB0


@pytest.fixture
def folder(folder: Path, cable: Cable) -> Path:
    """The small project, with a MIDI output; it was never trained."""
    project, _ = read_project(folder)
    midi = {
        "kind": "midi",
        "port": str(cable.path),
        "clock": True,
        "tempo": 240.0,
        "cc": {"pad.brightness": 74},
    }
    save_project(project.configured("outputs", [*project.tables()["outputs"], midi], "test"), folder)
    return folder


@pytest.mark.long
def test_it_starts_once_though_the_project_is_trained_mapped_anew_and_sent_elsewhere(playing, cable):
    heard = bytearray()

    def hears(*wanted: int) -> bool:
        heard.extend(cable.take())
        return all(each in heard for each in wanted)

    playing.until(lambda: hears(START, CLOCK))
    playing.ready()
    playing.play("circle")
    playing.until(lambda: hears(74))
    control, tables = playing.control, playing.control.project.tables()

    def loaded(section: str, table: list) -> None:
        scopes = len(playing.told(c.ScopeOpened))
        control.obey(c.Configure(section, table))
        playing.until(lambda: len(playing.told(c.ScopeOpened)) > scopes)

    loaded("mapping", [*tables["mapping"], {"kind": "range", "source": "confidence", "control": "pad.pan"}])
    loaded("outputs", [tables["outputs"][0] | {"address": "/elsewhere"}, *tables["outputs"][1:]])
    heard_before = len(heard)
    playing.play("line")
    playing.until(lambda: hears() and CLOCK in heard[heard_before:])
    assert heard.count(START) == 1
    assert STOP not in heard
