"""A project from its folder.

| file | what |
|---|---|
| ``project.toml`` | all settings and the vocabulary |
| ``demonstrations/<id>.npz`` | one demonstration each (see `takes`) |
| ``demonstrations/order.txt`` | their order, a file name a line; files not in it come after, by name |
| ``model.npz``, ``model.txt`` | the last fitted model, and what it was fitted to |
| ``sessions/*.xdf``, ``trash/`` | session logs; what was deleted |
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gesturemap import catalog
from gesturemap.catalog import setting
from gesturemap.codec import MOST_BYTES
from gesturemap.demonstrations import Demonstration, checked_label
from gesturemap.errors import FileError, GesturemapError, SettingsError
from gesturemap.plain import shell
from gesturemap.project import takes
from gesturemap.project.arrays import MOST_INFLATED
from gesturemap.project.project import BESIDE, FAMILIES, Project, assemble

VERSION = 1
"""Of ``project.toml``; goes up when an older gesturemap would misread it."""
MOST_TEXT = 1024 * 1024
MOST_WARNINGS = 20
"""Lines about files that are gone."""
SECTIONS = ("project", "gestures", *FAMILIES, "sound", *BESIDE)


@dataclass(frozen=True)
class Head:
    """The section ``[project]``."""

    name: str = setting("", "what the project is called")
    description: str = setting("", "what it is, in a line or a few")
    version: int = setting(VERSION, "of this file's form", low=1, high=VERSION)
    relabelled: dict[str, str] = setting(
        {},
        "file of a demonstration -> its gesture, while a renaming is being written; nobody writes it by hand",
    )


def read_project(folder: Path) -> tuple[Project, list[str]]:
    """Read a project; a demonstration that cannot be read is left out and named in the warnings.

    Returns
    -------
    The project, and one line per demonstration that is missing from it.

    Raises
    ------
    FileError, SettingsError
        If ``project.toml`` cannot be read or understood, naming the line or the setting.
    """
    path = folder / "project.toml"
    tables = _toml(path)
    project = settings_of(tables, str(path), str(folder))
    demonstrations, warnings = _demonstrations(folder / "demonstrations")
    if renamed := tables["project"].get("relabelled", {}):  # whoever wrote it was interrupted
        named = {
            file: checked_label(label, f"{path}, project, relabelled") for file, label in renamed.items()
        }
        demonstrations = tuple(
            replace(d, label=named.get(takes.file_name(d.id), d.label)) for d in demonstrations
        )
    labels = dict.fromkeys((*project.gestures, *(d.label for d in demonstrations)))
    return replace(project, gestures=tuple(labels), demonstrations=demonstrations), warnings


def settings_of(tables: dict[str, Any], place: str, folder: str) -> Project:
    """The project of the tables in a ``project.toml``, every key and value checked; no demonstrations yet.

    Raises
    ------
    FileError, SettingsError
        Naming what is not right.
    """
    head = tables.get("project")
    if not isinstance(head, dict):
        raise SettingsError(place, "no [project]", "a project has a name", 'add [project] with name = "..."')
    version = head.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise FileError(
            place,
            f"version {version}",
            f"this gesturemap reads up to version {VERSION}",
            "install a newer gesturemap",
        )
    checked: Head = catalog.fill(Head, head, f"{place}, project")
    if not checked.name.strip():
        raise SettingsError(f"{place}, project", "no name", "a project has a name", 'add name = "..."')
    for section in tables:
        if section not in SECTIONS:
            near = difflib.get_close_matches(section, SECTIONS, 1)
            raise SettingsError(
                place,
                f"no section {section!r}",
                f"there are {', '.join(SECTIONS)}",
                f"did you mean '{near[0]}'?" if near else "rename or remove it",
            )
    gestures = tables.get("gestures", [])
    if not isinstance(gestures, list) or not all(isinstance(label, str) and label for label in gestures):
        raise SettingsError(
            f"{place}, gestures", repr(gestures)[:60], "a list of names is wanted", 'write ["a", "b"]'
        )
    for label in gestures:
        if checked_label(label, f"{place}, gestures") != label:
            raise SettingsError(
                f"{place}, gestures",
                repr(label),
                "words of a name have one space between",
                "remove the others",
            )
    if len(set(gestures)) < len(gestures):
        twice = next(label for label in gestures if gestures.count(label) > 1)
        raise SettingsError(
            f"{place}, gestures", f"'{twice}' twice", "each gesture stands once", "remove one"
        )
    return assemble(tables, folder, place)


def read_model(folder: Path, fingerprint: str) -> bytes | None:
    """The packed model that was saved with the project, if it was fitted to what `fingerprint` stands for.

    An empty fingerprint stands for anything.
    """
    model, note = folder / "model.npz", folder / "model.txt"
    try:
        if model.stat().st_size > MOST_BYTES or note.stat().st_size > MOST_TEXT:
            return None
        data = model.read_bytes()
        head, _, told = note.read_text("utf-8", "replace").partition("\n")
    except OSError:
        return None
    wanted, _, own = model_note(data, fingerprint).partition("\n")
    return data if told == own and (head == wanted or not fingerprint) else None


def model_note(model: bytes, fingerprint: str) -> str:
    """What stands beside a model: which one it is, and what it was fitted to."""
    return f"fitted to {fingerprint}\nsha256 {hashlib.sha256(model).hexdigest()}\n"


def _toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_TEXT:
            raise FileError(
                str(path), f"{path.stat().st_size} bytes", f"at most {MOST_TEXT} are read", "shorten it"
            )
        text = path.read_text("utf-8-sig")
        return tomllib.loads(text)
    except OSError as error:
        raise FileError(
            str(path),
            error.strerror or str(error),
            "a project is a folder with a project.toml",
            "give such a folder",
        ) from error
    except tomllib.TOMLDecodeError as error:
        end = f"the end of the file, line {text.count(chr(10)) + 1}"  # Python says no number there
        what = str(error).replace("end of document", end)
        raise FileError(str(path), what, "a TOML file is wanted", "correct this line") from error
    except UnicodeDecodeError as error:
        raise FileError(
            str(path), f"byte {error.start} is not UTF-8", "a text in UTF-8 is wanted", "save it so"
        ) from error
    except RecursionError as error:
        raise FileError(str(path), "nested too deeply", "a project.toml is flat", "correct it") from error


def listed(folder: Path) -> list[str]:
    """The file names in ``order.txt``."""
    try:
        if (folder / "order.txt").stat().st_size > MOST_TEXT:
            return []
        return (folder / "order.txt").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def gone(folder: Path) -> list[str]:
    """The file names in ``order.txt`` of which there is no file."""
    there = {path.name for path in folder.glob("*.npz") if path.is_file()}
    return [name for name in dict.fromkeys(listed(folder)) if name and name not in there]


def _demonstrations(folder: Path) -> tuple[tuple[Demonstration, ...], list[str]]:
    present = {path.name: path for path in sorted(folder.glob("*.npz")) if path.is_file()}
    order = [name for name in dict.fromkeys(listed(folder)) if name]
    forget = f"gesturemap demonstrations {shell(str(folder.parent))} --delete"
    warnings = [
        f"{folder / name}: it is gone; the others are there; restore it from a copy, or forget it: "
        f"{forget} {shell(name.removesuffix('.npz'))}"
        for name in gone(folder)[:MOST_WARNINGS]
    ]
    found: list[Demonstration] = []
    room = MOST_INFLATED
    for name in (
        *(name for name in order if name in present),
        *(name for name in present if name not in order),
    ):
        try:
            demonstration, inflated = takes.read_demonstration(present[name], room)
        except GesturemapError as error:
            warnings.append(str(error))
        else:
            room -= inflated
            if present[name].name == takes.file_name(demonstration.id):
                takes.remember(demonstration, present[name])
            found.append(demonstration)
    return tuple(found), warnings
