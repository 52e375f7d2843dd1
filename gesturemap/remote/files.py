"""Names of projects from outside: which folders they may mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from gesturemap.errors import CommandError
from gesturemap.library import lies_within, presets
from gesturemap.plain import printable

LONGEST = 200
"""Characters of a name."""


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a name that leads nowhere else.

    Raises
    ------
    CommandError
        If it is absolute, goes up, or is no name on some system.
    """
    windows, posix = PureWindowsPath(name), PurePosixPath(name)
    parts = posix.parts
    odd = (
        windows.is_absolute()
        or windows.drive
        or windows.root
        or posix.is_absolute()
        or "\\" in name
        or ":" in name
    )
    hidden = any(part.startswith((".", "~")) or part != part.strip() for part in parts)
    if not parts or odd or hidden or not printable(name) or len(name) > LONGEST:
        raise CommandError(
            "project",
            f"{name!r:.60}",
            "from outside, a project is named by its folder's name, beside the one that plays",
            "no .., no absolute path; further folders are named in roots of [remote]",
        )
    return parts


def to_open(name: str, roots: Sequence[Path]) -> str:
    """The folder of a project, or of a preset, that may be opened.

    Parameters
    ----------
    roots : folders in which projects are looked for, in order.

    Raises
    ------
    CommandError
        If the name leads elsewhere, or there is no such project.
    """
    parts, roots = _parts(name), tuple(dict.fromkeys(roots))
    for root in roots:
        place = root.joinpath(*parts)
        if (place / "project.toml").is_file() and lies_within(place, root):
            return str(place.resolve())
    shipped = presets()
    if name in shipped:
        return str(shipped[name])
    raise CommandError(
        "project", f"{name!r:.60}", f"there is none in {', '.join(map(str, roots)) or 'any folder that is named'}",
        "give the name of its folder",
    )  # fmt: skip


def to_save(name: str, roots: Sequence[Path]) -> str:
    """The folder of a new project: right in the first of these folders, where it is found again by its name.

    Raises
    ------
    CommandError
        If the name leads elsewhere or into another folder, or there is no folder.
    """
    parts = _parts(name)
    if len(parts) > 1:
        raise CommandError(
            "save",
            f"{name!r:.60}",
            "a new folder has one name, without /",
            "leave out what is before the name",
        )
    if not roots:
        raise CommandError(
            "save", f"{name!r:.60}", "a shipped preset has no folder of its own to save beside",
            "name a folder in roots of [remote]",
        )  # fmt: skip
    place = roots[0].joinpath(*parts)
    if not _inside(place, roots[0]):
        raise CommandError("save", f"{name!r:.60}", "it leads out of its folder", "choose another name")
    return str(place)


def _inside(place: Path, root: Path) -> bool:
    """Whether a place is in a folder, links followed."""
    try:
        return place.resolve().is_relative_to(root.resolve()) and place.resolve() != root.resolve()
    except (OSError, RuntimeError):
        return False
