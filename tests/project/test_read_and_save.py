"""What is saved is read back, comments stay, and nothing is written or deleted without need."""

from __future__ import annotations

import contextlib
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from making_projects import make_demonstration, same_demonstration  # type: ignore[import-not-found]

from gesturemap.errors import FileError
from gesturemap.project import save, takes
from gesturemap.project.disk import write_file
from gesturemap.project.fingerprint import fingerprint
from gesturemap.project.project import Project
from gesturemap.project.read import read_model, read_project
from gesturemap.project.save import save_demonstration, save_model, save_project


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def same(a: Project, b: Project) -> bool:
    return a.tables() == b.tables() and all(
        same_demonstration(x, y) for x, y in zip(a.demonstrations, b.demonstrations, strict=True)
    )


def test_a_project_comes_back_as_it_was(project: Project, folder: Path) -> None:
    save_project(project, folder)
    again, warnings = read_project(folder)
    assert warnings == []
    assert same(again, project)
    assert again == replace(project, demonstrations=again.demonstrations)
    assert fingerprint(again) == fingerprint(project)
    assert not any(path.name.startswith(".") for path in folder.rglob("*"))


def test_what_did_not_change_is_not_written(project: Project, folder: Path) -> None:
    save_project(project, folder)
    before = files(folder)
    save_project(project, folder)
    assert files(folder) == before
    again, _ = read_project(folder)
    save_project(again, folder)
    assert files(folder) == before
    changed = replace(
        again, demonstrations=(*again.demonstrations[:2], make_demonstration("new", "Kreis", 9))
    )
    save_project(changed, folder)
    after = files(folder)
    kept = [f"demonstrations/{takes.file_name(d.id)}" for d in again.demonstrations[:2]]
    assert all(after[name] == before[name] for name in [*kept, "project.toml"])
    assert "demonstrations/new.npz" in after


def test_a_file_that_somebody_else_changed_is_written_again(project: Project, folder: Path) -> None:
    save_project(project, folder)
    path = folder / "demonstrations" / takes.file_name(project.demonstrations[0].id)
    path.write_bytes(b"broken")
    save_project(project, folder)
    assert same(read_project(folder)[0], project)


def test_what_was_deleted_is_in_the_trash_and_can_be_undone(project: Project, folder: Path) -> None:
    save_project(project, folder)
    gone = project.demonstrations[1]
    fewer = replace(project, demonstrations=(project.demonstrations[0], project.demonstrations[2]))
    for _ in range(2):
        save_project(fewer, folder)
        assert same(read_project(folder)[0], fewer)
        assert (folder / "trash" / takes.file_name(gone.id)).is_file()
        save_project(project, folder)
        assert same(read_project(folder)[0], project)


def test_a_take_that_was_not_saved_with_the_project_is_there(project: Project, folder: Path) -> None:
    save_project(project, folder)
    take = make_demonstration("20270101-000000-aaaa", "new gesture", 4)
    save_demonstration(take, folder)
    again, _ = read_project(folder)
    assert [d.id for d in again.demonstrations] == [*(d.id for d in project.demonstrations), take.id]
    assert again.gestures == (*project.gestures, "new gesture")


COMMENTED = """# my piece
gestures = [
  "b",  # the second
  "a",
]

[project]  # about it
name = "x"
version = 1  # of this file

# where it comes from
[input]
kind = "osc"
port = 8001  # my phone
arguments = ["x g", "y g"]

[model]
kind = "hhmm"
states = 10  # the default, written down

[[mapping]]  # first
kind = "events"
threshold = 0.9

# about the level
[[mapping]]
kind = "range"
control = "pad.level"  # loudness

[sound]
volume = 0.5

[[sound.voices]]
kind = "pad"  # warm
"""


def test_comments_and_order_stay(folder: Path) -> None:
    folder.mkdir()
    (folder / "project.toml").write_text(COMMENTED)
    project, _ = read_project(folder)
    save_project(project, folder)
    assert (folder / "project.toml").read_text() == COMMENTED
    edited = project.configured("input", {**project.tables()["input"], "port": 9000}, "test")
    mapping = [*project.tables()["mapping"]]
    mapping[1] = {**mapping[1], "curve": 2.0}
    mapping.append({"kind": "range", "control": "pad.pan"})
    edited = replace(edited.configured("mapping", mapping, "test"), gestures=("b", "a", "c"))
    save_project(edited, folder)
    text = (folder / "project.toml").read_text()
    assert same(read_project(folder)[0], edited)
    for comment in ("my piece", "about it", "where it comes from", "the default, written down", "# first",
                    "about the level", "loudness", "warm", "of this file", "my phone"):  # fmt: skip
        assert comment in text, text
    assert text.index("[project]") < text.index("[input]") < text.index("[model]") < text.index("[sound]")
    fewer = edited.configured("mapping", mapping[1:2], "test").configured("sound", {}, "test")
    save_project(fewer, folder)
    assert same(read_project(folder)[0], fewer)
    assert "loudness" in (folder / "project.toml").read_text()
    bare = replace(fewer.configured("mapping", [], "test"), gestures=(), description='a\nb "c" \\ ☂')
    save_project(bare, folder)
    assert same(read_project(folder)[0], bare)
    save_project(edited, folder)
    assert same(read_project(folder)[0], edited)


def test_settings_that_go_back_to_their_default_are_removed(folder: Path) -> None:
    folder.mkdir()
    (folder / "project.toml").write_text(COMMENTED)
    project, _ = read_project(folder)
    back = project.configured("model", {"kind": "hhmm"}, "test").configured("input", {
        "kind": "osc", "arguments": ["x g", "y g"]}, "test")  # fmt: skip
    save_project(back, folder)
    tables = tomllib.loads((folder / "project.toml").read_text())
    assert "port" not in tables["input"]
    assert tables["model"] == {"kind": "hhmm", "states": 10}
    other = project.configured("input", {"kind": "pointer"}, "test")
    save_project(other, folder)
    assert same(read_project(folder)[0], other)


def test_a_settings_file_that_was_broken_meanwhile_is_kept_in_the_trash(
    project: Project, folder: Path
) -> None:
    save_project(project, folder)
    (folder / "project.toml").write_text("[[[ half an edit")
    save_project(project, folder)
    assert same(read_project(folder)[0], project)
    assert (folder / "trash" / "project.toml").read_text() == "[[[ half an edit"


def test_a_bad_demonstration_is_not_thrown_away_by_a_save(project: Project, folder: Path) -> None:
    save_project(project, folder)
    path = folder / "demonstrations" / takes.file_name(project.demonstrations[0].id)
    path.write_bytes(path.read_bytes()[:-50])
    again, warnings = read_project(folder)
    assert len(again.demonstrations) == 2
    assert str(path) in warnings[0]
    save_project(again, folder)
    assert path.is_file()


def test_a_file_that_is_gone_is_told(project: Project, folder: Path) -> None:
    save_project(project, folder)
    path = folder / "demonstrations" / takes.file_name(project.demonstrations[0].id)
    path.unlink()
    _, warnings = read_project(folder)
    assert len(warnings) == 1
    assert str(path) in warnings[0]
    assert "gone" in warnings[0]


def test_a_copied_file_is_a_demonstration_of_its_own(project: Project, folder: Path) -> None:
    save_project(project, folder)
    first = folder / "demonstrations" / takes.file_name(project.demonstrations[0].id)
    (first.parent / "My Copy.npz").write_bytes(first.read_bytes())
    again, _ = read_project(folder)
    assert [d.id for d in again.demonstrations][-1] == "My Copy"
    assert len({d.id for d in again.demonstrations}) == 4
    save_project(again, folder)
    assert same(read_project(folder)[0], again)


@pytest.mark.parametrize(
    "identity",
    [
        "../../evil",
        "/etc/passwd",
        "a/b",
        "..",
        ".",
        "",
        "con",
        "COM1",
        "a\\b",
        "C:x",
        "ü☂",
        "x" * 300,
        "A",
        "a\0b",
        "a b",
    ],
)
def test_any_id_and_label_stay_inside_the_folder(project: Project, folder: Path, identity: str) -> None:
    name = takes.file_name(identity)
    assert takes.SAFE.fullmatch(name.removesuffix(".npz"))
    odd = make_demonstration(identity.replace("\0", ""), identity.replace("\0", "")[:40] or "x", 1)
    changed = replace(project, demonstrations=(*project.demonstrations, odd))
    save_project(changed, folder)
    again, warnings = read_project(folder)
    assert warnings == []
    assert same_demonstration(again.demonstrations[-1], odd)
    outside = [p for p in folder.parent.rglob("*.npz") if not p.is_relative_to(folder / "demonstrations")]
    assert outside == []


def test_ids_differ_although_their_names_look_alike() -> None:
    identities = ["a/b", "a b", "a-b", "A-B", "ä-b", "a_b"]
    assert len({takes.file_name(identity) for identity in identities}) == len(identities)
    assert takes.new_id("Zig/zag ☂", {"zig-zag-01"}) == "zig-zag-02"
    assert takes.new_id("☂", set()) == "gesture-01"


def test_the_model_is_read_only_if_it_fits(project: Project, folder: Path) -> None:
    save_project(project, folder)
    fits = fingerprint(project)
    assert read_model(folder, fits) is None
    save_model(folder, b"packed", fits)
    assert read_model(folder, fits) == b"packed"
    assert read_model(folder, "other") is None
    (folder / "model.npz").write_bytes(b"written by a later save that was interrupted")
    assert read_model(folder, fits) is None


def test_the_fingerprint_knows_what_a_model_depends_on(project: Project) -> None:
    first = project.demonstrations[0]
    values = first.values.copy()
    values[3, 1] = np.nextafter(values[3, 1], 9.0)
    others = [
        replace(project, demonstrations=(replace(first, values=values), *project.demonstrations[1:])),
        replace(project, demonstrations=(replace(first, label="x"), *project.demonstrations[1:])),
        replace(project, demonstrations=project.demonstrations[::-1]),
        project.configured("model", {"kind": "hhmm", "states": 7}, "test"),
        project.configured("features", [], "test"),
    ]
    assert len({fingerprint(other) for other in [project, *others]}) == 6
    renamed = replace(project, name="other", mapping=(), sound=replace(project.sound, volume=0.1))
    assert fingerprint(renamed) == fingerprint(project)


@pytest.mark.parametrize("last", range(8))
def test_a_renaming_that_is_interrupted_is_done_or_not_begun(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    save_project(project, folder)
    old = project.gestures[0]
    new = replace(
        project,
        gestures=("renamed", *project.gestures[1:]),
        demonstrations=tuple(
            replace(d, label="renamed") if d.label == old else d for d in project.demonstrations
        ),
    )
    written: list[Path] = []

    def write(path: Path, data: bytes) -> None:
        if len(written) == last:
            raise FileError(str(path), "killed here", "", "")
        written.append(path)
        write_file(path, data)

    monkeypatch.setattr(save, "write_file", write)
    with contextlib.suppress(FileError):
        save_project(new, folder)
    again, warnings = read_project(folder)
    assert warnings == []
    labels = [d.label for d in again.demonstrations]
    assert (again.gestures, labels) in [
        (project.gestures, [d.label for d in project.demonstrations]),
        (new.gestures, [d.label for d in new.demonstrations]),
    ]
    monkeypatch.undo()
    save_project(new, folder)
    assert [d.label for d in read_project(folder)[0].demonstrations] == [d.label for d in new.demonstrations]
    assert "relabelled" not in (folder / "project.toml").read_text()
