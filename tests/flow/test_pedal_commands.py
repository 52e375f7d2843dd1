"""A pedal on a real raw MIDI line records, plays and silences in the real control and its real processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from midi_ports import Cable

from gesturemap import commands as c
from gesturemap.control.pedals import meaning
from gesturemap.control.state import Activity
from gesturemap.inputs.pedal import Pedal
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

COMMANDS = {
    "cc 64": "record", "cc 65": "record line", "cc 66": "again", "cc 67": "next", "note 36": "panic",
    "note 37": "toggle", "cc 68": "stop", "cc 69": "start circle", "cc 70": "open theremin",
}  # fmt: skip


@pytest.fixture
def folder(folder: Path, cable: Cable) -> Path:
    """The small project, with a pedal."""
    project, _ = read_project(folder)
    table = {"port": str(cable.path), "commands": COMMANDS}
    save_project(project.configured("pedal", table, "test"), folder)
    return folder


def test_it_is_in_the_text_of_the_project(folder: Path) -> None:
    text = (folder / "project.toml").read_text()
    assert "[pedal]" in text
    assert read_project(folder)[0].pedal.commands == COMMANDS


@pytest.mark.long
def test_a_pedal_that_is_held_records(playing, cable: Cable) -> None:
    playing.ready()
    count = len(playing.control.project.demonstrations)
    cable.send(0xB0, 65, 127)
    playing.until(lambda: playing.control.activity.recording == "line")
    playing.play("line")
    cable.send(0xB0, 65, 0)
    playing.until(lambda: playing.told(c.Recorded))
    assert len(playing.control.project.demonstrations) == count + 1
    cable.send(0xB0, 66, 127, 66, 0)  # that was nothing: again
    playing.until(lambda: len(playing.control.project.demonstrations) == count)
    playing.until(lambda: playing.control.activity.recording == "line")
    playing.play("line")
    cable.send(0xB0, 65, 127, 65, 0)
    playing.until(lambda: len(playing.control.project.demonstrations) == count + 1)
    cable.send(0xB0, 67, 127, 67, 0, 64, 127)  # the next gesture, which is the second
    playing.until(lambda: playing.control.activity.recording == "line")
    playing.play("line")
    cable.send(66, 127, 66, 0)  # thrown away while it is held, and begun anew
    playing.play("line", frames=60)
    cable.send(64, 0)
    playing.until(lambda: len(playing.control.project.demonstrations) == count + 2)
    assert len(playing.control.project.demonstrations[-1]) < 100
    cable.send(0x90, 37, 100)
    playing.until(lambda: not playing.control.activity.running)
    cable.unplug()
    playing.until(lambda: any(fault.place == "pedal" for fault in playing.told(c.Fault)))
    cable.plug_in()
    playing.until(lambda: _answers(playing, cable))


def _answers(playing, cable: Cable) -> bool:
    """Whether the pedal that was plugged in again is heard."""
    cable.send(0x90, 37, 0, 37, 100)
    playing.control.turn(0.05)
    return playing.control.activity.running


def test_what_pedals_mean(folder: Path) -> None:
    project, _ = read_project(folder)
    idle, busy = Activity(), Activity(recording="circle")

    def of(action: str, down: bool = True, activity: Activity = idle, chosen: str = "") -> list[c.Message]:
        return meaning(c.Pressed(action, down), project, activity, chosen)[0]

    assert of("record") == [c.Record("circle")]
    assert of("record", chosen="line") == [c.Record("line")]
    assert of("record new one") == [c.Record("new one")]
    assert of("record", activity=busy) == []
    assert of("record", down=False) == []
    assert of("record", down=False, activity=busy) == [c.StopRecording()]
    assert of("start", down=False, activity=busy) == []
    assert of("stop", activity=busy) == [c.StopRecording()]
    assert of("stop") == []
    assert of("again") == of("again", activity=busy) == [c.Again()]
    assert of("keep") == [c.Keep("circle")]
    assert of("keep line", activity=busy) == [c.Keep("line")]
    assert of("toggle") == [c.Run(False)]
    assert of("toggle", activity=Activity(running=False)) == [c.Run(True)]
    assert of("open theremin") == [c.Open("theremin")]
    assert [of(verb) for verb in ("undo", "redo", "run", "hold", "panic", "train")] == [
        [c.Undo()], [c.Redo()], [c.Run(True)], [c.Run(False)], [c.Panic()], [c.Train()],
    ]  # fmt: skip
    assert [of(verb) for verb in ("switch", "prefer")] == [[c.Switch()], [c.Prefer()]]
    assert of("nonsense of a client") == []
    assert [meaning(c.Pressed("next"), project, idle, now)[1] for now in ("", "circle", "line")] == [
        "line", "line", "circle",
    ]  # fmt: skip
    empty = assemble({"input": {"kind": "pointer"}, "model": {"kind": "auto"}}, "", "test")
    assert meaning(c.Pressed("record"), empty, idle, "gone") == ([], "")
    assert empty.pedal == Pedal()
