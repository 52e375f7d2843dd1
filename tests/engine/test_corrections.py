"""What a sound check found lies in front of everything, and comes and goes while the input stays open."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from test_fail_safe import Stage

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.project import pack
from gesturemap.project.read import read_project

FLIP = [{"kind": "axes", "channels": ["-x"]}]


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage([{"kind": "memory"}])
    yield made
    made.close()


def with_corrections(stage: Stage, tables: list[dict[str, object]]) -> None:
    assert stage.engine.project is not None
    project = stage.engine.project.configured("corrections", tables, "test")
    stage.engine.load(inner.Load(project.tables(), data=stage.engine.loaded.data))  # type: ignore[union-attr]
    stage.turn()


def shown(stage: Stage) -> list[float]:
    assert stage.engine.instrument is not None
    return stage.engine.instrument._seen[0].values.tolist()  # type: ignore[index]


@pytest.mark.long
def test_they_come_and_go_while_the_input_stays_open(stage: Stage) -> None:
    run = stage.engine.input
    row = np.array([[0.25, 0.5, 1.0]])
    stage.play(row)
    assert shown(stage)[:2] == [0.25, 0.5]
    with_corrections(stage, FLIP)
    stage.play(row)
    assert shown(stage)[:2] == [-0.25, 0.5]
    assert stage.engine.input is run
    stage.engine.obey(c.Record("circle"))
    stage.play(np.repeat(row, 5, axis=0))
    assert stage.engine.recorder is not None
    stage.engine.obey(c.StopRecording(True))
    stage.turn()
    (take,) = [one for one in stage.told if isinstance(one, inner.Take)]
    (kept,) = pack.unpack(take.data)
    assert kept.values[-1, :2].tolist() == [-0.25, 0.5], "what is recorded is put right too"
    with_corrections(stage, [])
    stage.play(row)
    assert shown(stage)[:2] == [0.25, 0.5]


def test_those_that_do_not_fit_are_told_and_frames_come_as_they_are(stage: Stage) -> None:
    with_corrections(stage, [{"kind": "axes", "channels": ["-acc_q"]}])
    faults = [one for one in stage.told if isinstance(one, c.Fault)]
    assert any("corrections[0]" in one.text and "acc_q" in one.text for one in faults)
    stage.play(np.array([[0.25, 0.5, 1.0]]))
    assert shown(stage)[:2] == [0.25, 0.5]


def test_they_are_kept_with_the_project(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from gesturemap.library import presets
    from gesturemap.project.save import save_project

    project, _ = read_project(presets()["pointer"])
    save_project(project.configured("corrections", FLIP, "test"), tmp_path)
    assert [one.kind for one in read_project(tmp_path)[0].corrections] == ["axes"]
    save_project(project, tmp_path)
    assert "corrections" not in (tmp_path / "project.toml").read_text()
