"""What other programs change in the folder of an open project is never lost, and is told once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import notices
from gesturemap.control.controller import Controller
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project import pack
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_demonstration, save_project

TABLES = {"project": {"name": "p"}, "input": {"kind": "osc", "port": 0}, "model": {"kind": "hhmm"}}


def made(identity: str, label: str) -> Demonstration:
    rows = np.random.default_rng(1).normal(size=(20, 2))
    return Demonstration(identity, label, Spec.of("x", "y"), np.arange(20) / 100, rows)


def take(label: str) -> inner.Take:
    return inner.Take(label, data=pack.pack([made("", label)]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_project(assemble(TABLES, str(tmp_path / "p"), "test"), tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def control(folder: Path, told: list[str]) -> Iterator[Controller]:
    made = Controller(str(folder), sound=False, serve=False)
    made.watchers.append(lambda notice: told.append(notice.text) if isinstance(notice, c.Fault) else None)
    yield made
    made.close()


def by_hand(folder: Path, port: int) -> str:
    """Somebody edits the settings in an editor; the text."""
    place = folder / "project.toml"
    place.write_text(f"{place.read_text()}\n[[outputs]]\nkind = 'osc'\nport = {port}\n# by hand\n")
    return place.read_text()


def test_settings_edited_by_hand_are_kept_beside(control: Controller, folder: Path, told: list[str]) -> None:
    for number, aside in enumerate(("project.toml", "project.2.toml"), 1):
        text = by_hand(folder, 9000 + number)
        control.obey(c.Volume(0.1 * number))
        control.guard(control.desk.flush)
        assert (folder / "trash" / aside).read_text() == text
        assert len(told) == number
        assert told[-1].startswith(f"{folder / 'project.toml'}: another program has changed it")
        assert f"it is kept in {folder / 'trash' / aside}; make the change here again" in told[-1]
        assert read_project(folder)[0].sound.volume == pytest.approx(0.1 * number)
    control.obey(c.Volume(0.5))
    control.guard(control.desk.flush)
    assert len(told) == 2  # what we wrote ourselves is no news


def test_a_comment_of_another_stays_where_it_is(control: Controller, folder: Path) -> None:
    place = folder / "project.toml"
    place.write_text(f"# mine\n{place.read_text()}")
    notices.hear(control, control.engine, take("wave"))
    assert place.read_text().startswith("# mine\n")
    control.obey(c.Configure("model", {"kind": "gmm"}))
    assert place.read_text().startswith("# mine\n")


def test_a_demonstration_of_another_stays_and_is_told_once(
    control: Controller, folder: Path, told: list[str]
) -> None:
    save_demonstration(made("strange", "line"), folder)
    there = folder / "demonstrations" / "strange.npz"
    notices.hear(control, control.engine, take("wave"))
    notices.hear(control, control.engine, take("wave"))
    assert there.is_file()
    assert [d.label for d in control.project.demonstrations] == ["wave", "wave"]
    assert told == [
        f"{there}: not of this session; it stays where it is, and is not learned from now; "
        "open the project again to learn from it"
    ]
    own = control.project.demonstrations[0].id
    control.obey(c.DeleteDemonstration(own))
    assert [path.stem for path in (folder / "trash").glob("*.npz")] == [own]
    assert {d.label for d in read_project(folder)[0].demonstrations} == {"wave", "line"}


def test_a_folder_that_is_restored_from_a_copy_is_changed_too(
    control: Controller, folder: Path, tmp_path: Path, told: list[str]
) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    control.obey(c.Configure("model", {"kind": "gmm"}))
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)
    control.obey(c.AddGesture("wave"))
    assert len(told) == 1 and (folder / "trash" / "project.toml").is_file()
    assert read_project(folder)[0] == replace(control.project, demonstrations=())


def test_a_folder_that_was_moved_away_is_written_anew_and_that_is_told_once(
    control: Controller, folder: Path, told: list[str], tmp_path: Path
) -> None:
    notices.hear(control, control.engine, take("wave"))
    folder.rename(tmp_path / "elsewhere")
    notices.hear(control, control.engine, take("wave"))
    assert len(read_project(folder)[0].demonstrations) == 2
    assert [text.partition("; ")[0] for text in told] == [
        f"{folder / 'project.toml'}: it was there when the project was opened, and is gone"
    ]
    notices.hear(control, control.engine, take("wave"))
    assert len(told) == 1
