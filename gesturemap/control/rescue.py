"""Demonstrations that a project has no room for when it is left: put where there is some, and found again."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import FileError
from gesturemap.library import user_folder
from gesturemap.plain import counted
from gesturemap.project.save import save_demonstration

LONGEST = 100
"""Letters of a project's name in that of a folder."""


def elsewhere(new: Sequence[Demonstration], folder: Path, name: str, fault: FileError | None) -> FileError:
    """Put demonstrations that a project has no room for where there is some; what is to be said of it."""
    shelves: tuple[Callable[[], Path], ...] = (
        lambda: _shelf(folder, name),
        lambda: Path(tempfile.mkdtemp(prefix="gesturemap-rescued-")),
    )
    places: dict[str, None] = {}
    lost = []
    for each in new:
        for shelf in shelves:
            with contextlib.suppress(FileError, OSError):
                place = shelf()
                save_demonstration(each, place)
                places[str(place / "demonstrations")] = None
                break
        else:
            lost.append(each.label)
    many, saved = counted(len(new), "demonstration"), len(new) - len(lost)
    rule = f"{many} had no room there" + (f"; {saved} now in {', '.join(places)}" if saved else "")
    if lost:
        rule += f"; lost, as there was no room anywhere: {', '.join(lost)}"
    step = f"make room and move what is there into {folder / 'demonstrations'}" if saved else "make room"
    return FileError(str(folder), fault.value if fault else "it could not be written", rule, step)


def rescued(folder: Path) -> str:
    """The folder with what was rescued of the project that lies there; empty: there is none."""
    places = (each / "demonstrations" for each in _shelves().glob(f"*-{_mark(folder)}"))
    return next((str(place) for place in places if any(place.glob("*.npz"))), "")


def _shelf(folder: Path, name: str) -> Path:
    return _shelves() / f"{name.replace('/', '-')[:LONGEST]}-{_mark(folder)}"


def _shelves() -> Path:
    return user_folder() / "rescued"


def _mark(folder: Path) -> str:
    """By which a project is known: several may have one name."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:8]
