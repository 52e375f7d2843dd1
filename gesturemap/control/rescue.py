"""Demonstrations that a project has no room for when it is left: put where there is some, and found again."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import FileError
from gesturemap.library import user_folder
from gesturemap.plain import counted
from gesturemap.project.save import save_demonstration


def elsewhere(new: Sequence[Demonstration], folder: Path, name: str, fault: FileError | None) -> FileError:
    """Put demonstrations that a project has no room for where there is some; what is to be said of it."""
    shelves: tuple[Callable[[], Path], ...] = (
        lambda: _shelf(name),
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


def _shelf(name: str) -> Path:
    return user_folder() / "rescued" / name.replace("/", "-")


def rescued(name: str) -> str:
    """The folder with what was rescued of a project of this name; empty: there is none."""
    place = _shelf(name) / "demonstrations"
    return str(place) if any(place.glob("*.npz")) else ""
