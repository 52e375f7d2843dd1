"""The bank of patches: voices set up with care, each a small file with a line about it and the voice's table."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gesturemap import catalog, library
from gesturemap.errors import FileError, GesturemapError, SettingsError
from gesturemap.synth.voice import Voice

MOST_BYTES = 64 * 1024
RULE = "a patch has a line 'about' and a table [voice] with a kind"


@dataclass(frozen=True)
class Patch:
    """One patch of the bank."""

    name: str
    about: str
    voice: Voice


def bank() -> dict[str, Patch]:
    """Every patch there is by name, the person's own too; a broken file is left out, and `broken` says so."""
    return dict(sorted((name, patch) for name, patch in _shelf().items() if isinstance(patch, Patch)))


def broken() -> list[GesturemapError]:
    """What is wrong with the files that are left out."""
    return [error for error in _shelf().values() if isinstance(error, GesturemapError)]


def _shelf() -> dict[str, Patch | GesturemapError]:
    found: dict[str, Patch | GesturemapError] = {}
    for name, path in library.patches().items():
        try:
            found[name] = read(path)
        except (FileError, SettingsError) as error:
            found[name] = error
    return found


def read(path: Path) -> Patch:
    """One patch from its file.

    Raises
    ------
    FileError, SettingsError
        If it cannot be read or is no patch.
    """
    about, table = _tables(path)
    return Patch(path.stem, about, catalog.read("voices", table, f"{path}, voice"))


def filled(table: Mapping[str, Any], place: str) -> dict[str, Any]:
    """A voice's table with the settings of the patch it names, where it does not say otherwise itself.

    What is written once is the whole voice, so a project sounds the same when the bank has changed.

    Raises
    ------
    FileError, SettingsError
        If there is no such patch and the table does not say of which kind the voice is.
    """
    name = table.get("patch", "")
    if not isinstance(name, str) or not name or "kind" in table:
        return dict(table)
    shelf = library.patches()
    if name not in shelf:
        near = difflib.get_close_matches(name, shelf, 1)
        raise SettingsError(
            place,
            f"no patch {name!r}",
            f"there are {', '.join(sorted(shelf)) or 'none'}",
            f"did you mean '{near[0]}'?" if near else 'choose one of them, or write kind = "..."',
        )
    return {"name": name, **_tables(shelf[name])[1], **table}


def _tables(path: Path) -> tuple[str, dict[str, Any]]:
    """What a patch says of itself, and its voice's table."""
    try:
        if not path.is_file():
            raise FileError(str(path), "no file", RULE, "remove it")
        if path.stat().st_size > MOST_BYTES:
            raise FileError(str(path), "too large", RULE, "remove it")
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise FileError(str(path), str(error), "a patch is a small TOML file", "mend or remove it") from error
    about, voice = tables.pop("about", ""), tables.pop("voice", None)
    if not isinstance(about, str) or not isinstance(voice, dict) or tables:
        raise FileError(str(path), f"{', '.join(tables) or 'no [voice]'}", RULE, "mend or remove it")
    return about, voice
