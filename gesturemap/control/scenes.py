"""The scenes of a concert: which project is meant by a name, a number, ``next`` or ``previous``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gesturemap.errors import CommandError
from gesturemap.library import project_folder

STEPS = {"next": 1, "previous": -1}


def listed(folder: Path, scenes: Sequence[str]) -> list[Path]:
    """The folders of all scenes, in order: those of the set list, or else the projects beside this one."""
    if scenes:
        return [project_folder(scene) for scene in scenes]
    return sorted(marked.parent for marked in folder.parent.glob("*/project.toml"))


def find(folder: Path, scenes: Sequence[str], which: str) -> Path:
    """The folder of the scene that is meant, seen from the project in `folder`.

    Raises
    ------
    CommandError
        If there is none.
    """
    every = listed(folder, scenes)
    names = [scene.name for scene in every]
    if which in names:
        return every[names.index(which)]
    if which in STEPS and folder.name in names:
        at = names.index(folder.name) + STEPS[which]
    elif which.isascii() and which.isdecimal() and len(which) < 6:
        at = int(which) - 1
    else:
        at = -1
    if 0 <= at < len(every):
        return every[at]
    shown = ", ".join(f"{number} {name}" for number, name in enumerate(names[:20], 1))
    raise CommandError(
        "scene", repr(which[:60]), f"there are {shown or 'none'}", "give a name, a number, next or previous"
    )
