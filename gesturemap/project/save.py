"""A project into its folder: every file is the old or the new one, and nothing is deleted too early."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import FileError, GesturemapError
from gesturemap.project import takes
from gesturemap.project.disk import move_file, sweep, write_beside, write_file
from gesturemap.project.fingerprint import fingerprint
from gesturemap.project.ours import Ours
from gesturemap.project.project import Project
from gesturemap.project.read import model_note
from gesturemap.project.text import relabelling, updated

__all__ = ["Beforehand", "fingerprint", "save_demonstration", "save_model", "save_project"]


def save_project(project: Project, folder: Path, ours: Ours | None = None) -> None:
    """Write what has changed since the last save; comments in an existing ``project.toml`` stay.

    The order matters: first the demonstrations that are new, then the settings, last of all the
    demonstrations that are no longer wanted move to ``trash/``. Whoever is interrupted in between has an
    older project or one demonstration too many, never one too few. A renaming, which changes many files,
    is written into the settings first: from then on every demonstration is read by its new name.

    Parameters
    ----------
    ours : what of the folder belongs to this session; None: all of it.

    Raises
    ------
    FileError
        If the folder cannot be written; what was on disk is still there.
    """
    demonstrations, path = folder / "demonstrations", folder / "project.toml"
    for place in (folder, demonstrations):
        sweep(place)
    old = _read(path)
    text, kept = ours.said(old, project) if ours is not None else b"", True
    if not text:
        new, kept = updated(old, project, str(path))
        text = new.encode()
    if ours is not None and text != old:
        ours.keep(path, old, folder / "trash")
    if not kept:
        write_file(folder / "trash" / "project.toml", old)
    try:
        _save(project, folder, old, text, ours)
    finally:
        if ours is not None:
            ours.written(path, project, text)


def _save(project: Project, folder: Path, old: bytes, text: bytes, ours: Ours | None) -> None:
    """Write it in this order; `old` are the settings as they were on disk."""
    demonstrations, path = folder / "demonstrations", folder / "project.toml"
    if renamed := _renamed(project, demonstrations):
        write_file(path, relabelling(text.decode("utf-8-sig"), renamed).encode())
    try:
        for demonstration in project.demonstrations:
            save_demonstration(demonstration, folder)
    except FileError:
        if renamed:
            _take_back(path, old, demonstrations, renamed)
        raise
    names = [takes.file_name(demonstration.id) for demonstration in project.demonstrations]
    _write_if_new(demonstrations / "order.txt", "".join(f"{name}\n" for name in names).encode())
    _write_if_new(path, text)
    _clear(demonstrations, set(names), folder / "trash", ours)


def _renamed(project: Project, demonstrations: Path) -> dict[str, str]:
    """File -> new label of the demonstrations that are on disk under another one."""
    renamed = {}
    for demonstration in project.demonstrations:
        path = demonstrations / takes.file_name(demonstration.id)
        if not takes.is_on_disk(demonstration, path) and path.is_file():
            try:
                before, _ = takes.read_demonstration(path)
            except GesturemapError:
                continue  # it is written anew anyway
            if before.label != demonstration.label:
                renamed[path.name] = demonstration.label
    return renamed


def _take_back(path: Path, old: bytes, demonstrations: Path, renamed: dict[str, str]) -> None:
    """Give back the settings of before a renaming that found no room at all; where some files have the new
    name already, all are read by it."""
    with contextlib.suppress(GesturemapError):
        now = {name: takes.read_demonstration(demonstrations / name)[0].label for name in renamed}
        if not any(now[name] == label for name, label in renamed.items()):
            write_file(path, old)


def save_demonstration(demonstration: Demonstration, folder: Path) -> None:
    """Make sure that one demonstration is on the disk; an unchanged one is not written again.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    path = folder / "demonstrations" / takes.file_name(demonstration.id)
    if not takes.is_on_disk(demonstration, path):
        _write_if_new(path, takes.encode(demonstration))
        takes.remember(demonstration, path)


class Beforehand:
    """Demonstrations that are written beside where they will be, in any thread, to be put in place at once by `put`.

    Parameters
    ----------
    folder : of the project; None: nothing can be written there.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._written: dict[str, Path] = {}

    def write(self, demonstration: Demonstration) -> None:
        """Write one, where that can be done: what is not written now is written when the project is saved."""
        if self._folder is not None:
            path = self._folder / "demonstrations" / takes.file_name(demonstration.id)
            with contextlib.suppress(OSError):
                self._written[demonstration.id] = write_beside(path, takes.encode(demonstration))

    def put(self, demonstrations: Iterable[Demonstration], folder: Path) -> list[Path]:
        """Put those in place that were written and whose place is free; which files these are."""
        made = []
        for demonstration in demonstrations if folder == self._folder else ():
            path = folder / "demonstrations" / takes.file_name(demonstration.id)
            before = self._written.pop(demonstration.id, None)
            if before is not None and not path.exists():
                with contextlib.suppress(OSError):  # another save has swept it
                    before.replace(path)
                    takes.remember(demonstration, path)
                    made.append(path)
        return made

    def drop(self) -> None:
        """Remove what was not put in place."""
        while self._written:
            with contextlib.suppress(OSError):
                self._written.popitem()[1].unlink()


def save_model(folder: Path, model: bytes, fingerprint: str) -> None:
    """Write a packed model and, after it, what it was fitted to.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    _write_if_new(folder / "model.npz", model)
    _write_if_new(folder / "model.txt", model_note(model, fingerprint).encode())


def _read(path: Path) -> bytes:
    """What a file holds; nothing if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise FileError(
            str(path), error.strerror or str(error), "a readable file is wanted", "move it"
        ) from error


def _write_if_new(path: Path, data: bytes) -> None:
    try:
        same = path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        same = False
    if not same:
        write_file(path, data)


def _clear(demonstrations: Path, wanted: set[str], trash: Path, ours: Ours | None) -> None:
    """Move demonstrations away that the project no longer has; what cannot be read, or is not ours, stays."""
    for path in sorted(demonstrations.glob("*.npz")):
        if path.name not in wanted:
            try:
                takes.read_demonstration(path)
            except GesturemapError:
                continue
            if ours is not None and not ours.owns(path):
                continue
            move_file(path, trash)
