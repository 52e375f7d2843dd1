"""A setlist: the scenes of a show, each a project, in the order in which they are played.

A TOML file with a table ``[[scene]]`` for each, or a folder whose projects are the scenes, by name.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gesturemap import catalog
from gesturemap.catalog import setting
from gesturemap.errors import FileError, SettingsError
from gesturemap.inputs.pedal import PLACE, Pedal
from gesturemap.library import at_home

MOST_TEXT = 1024 * 1024
MOST_SCENES = 128
"""As many as a program change can name."""
SECTIONS = ("pedal", "scene")


@dataclass(frozen=True)
class Scene:
    """The table ``[[scene]]``."""

    project: str = setting("", "folder of the project, seen from the setlist's; or the name of a preset")
    name: str = setting("", "what it is called; empty: as its folder")
    program: int = setting(
        -1, "number of the MIDI program change that recalls it, from 0; -1: none does", low=-1, high=127
    )
    fade: float = setting(
        -1.0, "how long the controls take to go over to it; -1: as its project says", unit="s", low=-1.0,
        high=60.0,
    )  # fmt: skip


@dataclass(frozen=True)
class Setlist:
    """The scenes in order, and what recalls them."""

    place: str
    """The file or folder."""
    scenes: tuple[Scene, ...]
    pedal: Pedal = field(default_factory=Pedal)
    """With a command for the program of every scene that has one."""


def read_setlist(place: Path) -> Setlist:
    """The setlist of a file, or of a folder of projects.

    Raises
    ------
    FileError, SettingsError
        Naming the file, and the scene and setting in it.
    """
    if place.is_dir():
        found = sorted(marked.parent for marked in place.glob("*/project.toml"))
        if not found:
            raise FileError(
                str(place),
                "no project in it",
                "a setlist is a file, or a folder of projects",
                "give one of them",
            )
        return Setlist(str(place), tuple(Scene(str(folder), folder.name) for folder in found[:MOST_SCENES]))
    return setlist_of(_tables(place), str(place), place.resolve().parent)


def setlist_of(tables: dict[str, Any], place: str, folder: Path) -> Setlist:
    """The setlist of the tables in a file; projects are seen from `folder`.

    Raises
    ------
    SettingsError
        Naming what is not right.
    """
    for section in tables:
        if section not in SECTIONS:
            near = difflib.get_close_matches(section, SECTIONS, 1)
            raise SettingsError(
                place, f"no section {section!r}", "a setlist has [[scene]] and [pedal]",
                f"did you mean '{near[0]}'?" if near else "rename or remove it",
            )  # fmt: skip
    rows = tables.get("scene", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise SettingsError(
            place,
            "no [[scene]]",
            "each scene is a table of its own",
            'write [[scene]] and project = "FOLDER"',
        )
    if len(rows) > MOST_SCENES:
        raise SettingsError(place, f"{len(rows)} scenes", f"at most {MOST_SCENES}", "make two setlists")
    scenes = tuple(_scene(row, f"{place}, scene {number}", folder) for number, row in enumerate(rows, 1))
    _once([scene.name for scene in scenes], place, "name")
    _once([scene.program for scene in scenes if scene.program >= 0], place, "program")
    table = tables.get("pedal", {})
    if not isinstance(table, dict):
        raise SettingsError(f"{place}, pedal", repr(table)[:60], "a table is wanted", "write [pedal]")
    pedal = _pedal(table, place, scenes)
    programs = {f"program {scene.program}": f"scene {scene.name}" for scene in scenes if scene.program >= 0}
    return Setlist(place, scenes, replace(pedal, commands=programs | pedal.commands))


def _scene(row: dict[str, Any], place: str, folder: Path) -> Scene:
    scene: Scene = catalog.fill(Scene, row, place)
    if not scene.project.strip():
        raise SettingsError(place, "no project", "a scene plays one", 'add project = "FOLDER"')
    path = at_home(scene.project)
    there = folder / path
    name = " ".join((scene.name or there.resolve().name).split())
    return replace(scene, project=str(there) if there.exists() else scene.project, name=name)


def _pedal(table: dict[str, Any], place: str, scenes: Sequence[Scene]) -> Pedal:
    """The pedal, whose scenes are there: by name, or else by number."""
    try:
        pedal: Pedal = catalog.fill(Pedal, table, "pedal")
    except SettingsError as error:
        raise error.at(f"{place}, {error.place}") from error
    known = [scene.name for scene in scenes]
    for source, action in pedal.commands.items():
        verb, _, name = " ".join(action.split()).partition(" ")
        number = int(name) if name.isascii() and name.isdecimal() and len(name) < 6 else 0
        if verb == "scene" and name not in known and not 1 <= number <= len(known):
            near = difflib.get_close_matches(name, known, 1)
            raise SettingsError(
                f"{place}, {PLACE}, {source}", f"no scene {name!r:.60}", f"there are {', '.join(known)}"[:300],
                f"did you mean '{near[0]}'?" if near else "name one of them, or its number",
            )  # fmt: skip
    return pedal


def _once(values: Sequence[object], place: str, what: str) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise SettingsError(
                place, f"{what} {value!r} twice", f"each scene has a {what} of its own",
                f"give one of them another {what}",
            )  # fmt: skip


def _tables(place: Path) -> dict[str, Any]:
    try:
        if place.exists() and not place.is_file():
            raise FileError(
                str(place),
                "no regular file",
                "a setlist is a TOML file, or a folder of projects",
                "give one of them",
            )
        if place.stat().st_size > MOST_TEXT:
            raise FileError(
                str(place), f"{place.stat().st_size} bytes", f"at most {MOST_TEXT} are read", "shorten it"
            )
        return tomllib.loads(place.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            what, step = (
                error.strerror or str(error),
                "give a TOML file with [[scene]] tables, or a folder of projects",
            )
        elif isinstance(error, tomllib.TOMLDecodeError):
            what, step = str(error), "correct this line"
        else:
            what, step = "not UTF-8", "save it as a text in UTF-8"
        raise FileError(str(place), what, "a setlist is a TOML file", step) from error
    except RecursionError as error:
        raise FileError(str(place), "nested too deeply", "a setlist is flat", "correct it") from error
