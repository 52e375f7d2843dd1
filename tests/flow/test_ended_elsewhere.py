"""An engine that dies in the middle of a gesture: where it was begun it is ended, whatever plays next."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flow_house import Playing, execution

from gesturemap import commands as c
from gesturemap.control import supervisor
from gesturemap.control.show import Show
from gesturemap.outputs.osc import Osc
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.project.setlist import read_setlist

SCENES = '[[scene]]\nproject = "small"\n[[scene]]\nproject = "second"\n'


@pytest.fixture
def show(folder: Path, patch: Any) -> Path:
    """Two scenes that send to one patch, and only once a frame has come."""
    project, _ = read_project(folder)
    for name in ("small", "second"):
        own = Osc(port=patch.port, address=f"/{name}", stamp=True)
        save_project(replace(project, name=name, outputs=(own,)), folder.parent / name)
    place = folder.parent / "show.toml"
    place.write_text(SCENES)
    return place


@pytest.fixture
def playing(show: Path, patch: Any) -> Iterator[Playing]:
    made = Playing(show.parent / "small", patch)
    yield made
    made.control.close()


@pytest.fixture
def begun(show: Path, playing: Any) -> list[tuple[str, tuple]]:
    """In the middle of a line of the first scene; what the patch heard."""
    Show(read_setlist(show)).begin(playing.control)
    playing.ready()
    heard = []
    rows = list(execution("line", 7)[:60])

    def so() -> bool:
        playing.patch.send(rows.pop(0) if len(rows) > 1 else rows[0], playing.port)
        heard.extend(playing.patch.heard())
        return ("/small/began", "line") in [(address, words[0]) for address, words in heard]

    playing.until(so)
    playing.until(lambda: playing.told(c.Happened))  # what an engine dies before it tells, nobody can end
    return heard


def ended(playing: Any, heard: list[tuple[str, tuple]]) -> bool:
    heard.extend(playing.patch.heard())
    return ("/small/ended", "line") in [(address, words[0]) for address, words in heard]


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.long
def test_in_a_scene_that_was_left_meanwhile(playing, begun, seen: bool) -> None:
    control = playing.control
    os.kill(control.engine.pid, signal.SIGKILL)
    if seen:
        playing.until(lambda: playing.told(c.Fault))
    control.obey(c.Next())
    playing.until(lambda: ended(playing, begun))
    rests = [words for address, words in begun if address == "/small/controls"]
    assert rests[-1][1:] == (0.0,)  # and its control has gone to rest
    playing.until(lambda: control.activity.input_address)
    assert [notice.kind for notice in playing.told(c.Happened)] == ["began", "ended"]
    assert "/second/ended" not in [address for address, _ in begun]
    assert [address for address, _ in begun].count("/small/ended") == 1


@pytest.mark.long
def test_where_no_engine_comes_back(playing, begun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "MOST_RESTARTS", 1)
    control = playing.control
    control.engine._deaths = type(control.engine._deaths)(maxlen=1)
    os.kill(control.engine.pid, signal.SIGKILL)
    playing.until(lambda: control.engine.state.startswith("given up"))
    assert ended(playing, begun)
    assert [notice.kind for notice in playing.told(c.Happened)] == ["began", "ended"]
    assert not control.activity.going
