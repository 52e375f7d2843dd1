"""The text of a setlist: what it says, and one line for everything that is wrong in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gesturemap.errors import GesturemapError
from gesturemap.project.setlist import MOST_SCENES, read_setlist

TEXT = """
[[scene]]
project = "intro"

[[scene]]
project = "duet"
name = "Duet, slow"
program = 5
fade = 0.8

[pedal]
port = "nano"
commands = { "cc 64" = "scene/next" }
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("intro", "duet"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "project.toml").write_text("")
    return tmp_path / "show.toml"


def test_scenes_in_order_with_what_recalls_them(place: Path) -> None:
    place.write_text(TEXT)
    found = read_setlist(place)
    assert [(scene.name, scene.program, scene.fade) for scene in found.scenes] == [
        ("intro", -1, -1.0),
        ("Duet, slow", 5, 0.8),
    ]
    assert [Path(scene.project) for scene in found.scenes] == [place.parent / "intro", place.parent / "duet"]
    assert found.pedal.commands == {"program 5": "scene Duet, slow", "cc 64": "scene/next"}
    assert found.pedal.port == "nano"


def test_a_folder_of_projects_is_one(place: Path) -> None:
    assert [scene.name for scene in read_setlist(place.parent).scenes] == ["duet", "intro"]
    with pytest.raises(GesturemapError, match="no project in it"):
        read_setlist(place.parent / "intro")


def test_a_preset_has_no_folder_of_the_setlist(place: Path) -> None:
    place.write_text('[[scene]]\nproject = "theremin"\n')
    assert read_setlist(place).scenes[0].project == "theremin"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"show.toml: no \[\[scene\]\]"),
        ("scene = 3", r"no \[\[scene\]\]"),
        ("scene = [3]", r"no \[\[scene\]\]"),
        ('[[scene]]\nname = "a"', "scene 1: no project"),
        ('[[scene]]\nproject = "a"\nprogramm = 3', "scene 1: no setting 'programm'.*did you mean 'program'"),
        ('[[scene]]\nproject = "a"\nprogram = 128', "scene 1, program: 128"),
        ('[[scene]]\nproject = "a"\nfade = "long"', "scene 1, fade"),
        ('[[scene]]\nproject = "a"\n[[scene]]\nproject = "a"', "name 'a' twice"),
        ('[[scene]]\nproject = "a"\nprogram = 1\n[[scene]]\nproject = "b"\nprogram = 1', "program 1 twice"),
        ('[[scenes]]\nproject = "a"', "no section 'scenes'.*did you mean 'scene'"),
        ('[[scene]]\nproject = "a"\n[pedal]\ncommands = { "cc 200" = "panic" }', "show.toml, pedal.*cc 200"),
        (
            '[[scene]]\nproject = "a"\n[pedal]\ncommands = { "cc 2" = "frob" }',
            "show.toml, pedal.*cc 2: 'frob'",
        ),
        (
            '[[scene]]\nproject = "one"\n[pedal]\ncommands = { "cc 30" = "scene  ona" }',
            "show.toml, pedal, commands, cc 30: no scene 'ona'; there are one; did you mean 'one'",
        ),
        ('[[scene]]\nproject = "a"\n[pedal]\ncommands = { "cc 30" = "scene 2" }', "no scene '2'"),
        ('[[scene]]\nproject = "a"\n[pedal]\ncommands = { "cc 20" = "scene" }', "scene take a name"),
        ('pedal = 3\n[[scene]]\nproject = "a"', "pedal: 3"),
        ("[[scene", "correct this line"),
        ('[[scene]]\nproject = "a"\n' * (MOST_SCENES + 1), f"at most {MOST_SCENES}"),
    ],
)
def test_what_is_wrong_is_one_line(place: Path, text: str, told: str) -> None:
    place.write_text(text)
    with pytest.raises(GesturemapError, match=told) as found:
        read_setlist(place)
    assert "\n" not in str(found.value)
    assert str(place) in str(found.value) or "pedal" in str(found.value)


def test_what_cannot_be_read_is_one_line(place: Path) -> None:
    with pytest.raises(GesturemapError, match="No such file"):
        read_setlist(place)
    place.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(GesturemapError, match="UTF-8"):
        read_setlist(place)


def test_a_pedal_names_scenes_by_name_or_number(place: Path) -> None:
    place.write_text(TEXT.replace('"scene/next"', '"scene  2", "cc 65" = "scene Duet, slow"'))
    assert read_setlist(place).pedal.commands["cc 65"] == "scene Duet, slow"


def test_only_a_regular_file_is_read(place: Path) -> None:
    os.mkfifo(place)
    for each in (place, Path("/dev/zero")):
        with pytest.raises(GesturemapError, match="no regular file; a setlist is a TOML file"):
            read_setlist(each)
