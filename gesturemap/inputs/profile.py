"""A sensor's profile: one TOML file that says what a device sends, so that it needs no code of its own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gesturemap import catalog
from gesturemap.errors import FileError
from gesturemap.inputs.input import Input

FILE = "profile.toml"
LARGEST = 1 << 20
KEYS = ("name", "description", "input")


@dataclass(frozen=True)
class Profile:
    """A device, and the input that understands it."""

    name: str
    description: str
    table: dict[str, Any]
    """The input as in ``project.toml``."""
    settings: Input


def read(folder: Path) -> Profile:
    """The profile in a folder of `gesturemap.library.sensors`.

    Raises
    ------
    FileError, SettingsError
        If it is missing, broken, or something in it is not right.
    """
    path = folder / FILE
    try:
        if path.stat().st_size > LARGEST:
            raise FileError(str(path), "too large", f"at most {LARGEST} bytes", "it is one small table")
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileError(str(path), str(error), "a profile in TOML is wanted", "mend or remove it") from error
    right = isinstance(table.get("input"), dict) and set(table) <= set(KEYS)
    if not right or not all(isinstance(table.get(key, ""), str) for key in KEYS[:2]):
        raise FileError(
            str(path), f"keys {', '.join(table)}", "it has name, description and a table [input]", "mend it"
        )
    return Profile(
        table.get("name", folder.name),
        table.get("description", ""),
        table["input"],
        catalog.read("inputs", table["input"], f"{path}, input"),
    )
