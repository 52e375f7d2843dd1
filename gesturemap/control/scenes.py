"""The scenes where there is no setlist: the projects beside the one that plays, by name.

None of them is hidden, and none has a link that leads out of the folder in which they lie: a scene can be chosen from
outside, like a project that is opened.
"""

from __future__ import annotations

from pathlib import Path

from gesturemap.errors import CommandError
from gesturemap.library import lies_within

SHOWN = 20
"""Scenes that are named where none is meant."""


def named(folder: Path, which: str, home: Path | None = None) -> Path:
    """The folder of the scene of this name or number (from 1), seen from the project in `folder`.

    Parameters
    ----------
    home : another project, beside which a name is looked for where none beside `folder` is called so.

    Raises
    ------
    CommandError
        If there is none.
    """
    every = _beside(folder)
    for scene in [*every, *(_beside(home) if home else [])]:
        if scene.name == which:
            return scene
    number = int(which) if which.isascii() and which.isdecimal() and len(which) < 6 else 0
    if not 1 <= number <= len(every):
        raise _none(repr(which[:60]), every)
    return every[number - 1]


def stepped(folder: Path, step: int) -> Path:
    """The folder of the scene so many after the project in `folder`.

    Raises
    ------
    CommandError
        If there is none.
    """
    every = _beside(folder)
    at = every.index(folder) + step if folder in every else -1
    if not 0 <= at < len(every):
        raise _none(f"no scene {'after' if step > 0 else 'before'} {folder.name}", every)
    return every[at]


def _beside(folder: Path) -> list[Path]:
    every = [marked.parent for marked in folder.parent.glob("*/project.toml")]
    return sorted(
        each
        for each in every
        if each == folder or (not each.name.startswith(".") and lies_within(each, folder.parent))
    )


def _none(value: str, every: list[Path]) -> CommandError:
    shown = ", ".join(f"{number} {scene.name}" for number, scene in enumerate(every[:SHOWN], 1))
    return CommandError("scene", value, f"there are {shown or 'none'}", "give a name or a number")
