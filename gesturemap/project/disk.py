"""Files that are either the old or the new one, whatever happens in between."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from gesturemap.errors import FileError

UNFINISHED = ".tmp-gesturemap"
UNWRITTEN = "it could not be written"
"""The rule of an error where a disk is full or a folder is not ours."""
NEXT = "make room or save in another folder; what was on disk is still there"


def write_file(path: Path, data: bytes) -> None:
    """Put a file in place: a temporary one beside it, flushed to the disk, then renamed over it.

    Raises
    ------
    FileError
        If the disk is full or the folder cannot be written to; the old file is untouched then.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = write_beside(path, data)
        try:
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise FileError(str(path), error.strerror or str(error), UNWRITTEN, NEXT) from error


def write_beside(path: Path, data: bytes) -> Path:
    """A temporary file with this data beside a path, flushed to the disk; the next `sweep` removes it.

    Raises
    ------
    OSError
        If it cannot be written; then there is none.
    """
    unfinished = path.with_name(f".{secrets.token_hex(6)}{UNFINISHED}")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return unfinished


def free(path: Path) -> Path:
    """A place where a new file may be written: nothing is there, but its folder is.

    Raises
    ------
    FileError
        If that is not so; before anything is worked out that would be lost.
    """
    if path.exists():
        raise FileError(
            str(path), "there is something already", "nothing is overwritten", "choose another name"
        )
    if not path.absolute().parent.is_dir():
        raise FileError(
            str(path), f"no folder {path.parent}", "a file goes into one that is there", "make it first"
        )
    return path


def move_file(path: Path, folder: Path) -> None:
    """Move a file into a folder, under a free name.

    Raises
    ------
    FileError
        If it cannot be moved.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target, number = folder / path.name, 1
        while target.exists():
            number += 1
            target = folder / f"{path.stem}.{number}{path.suffix}"
        path.replace(target)
        sync_folder(folder)
        sync_folder(path.parent)
    except OSError as error:
        raise FileError(str(path), error.strerror or str(error), "it could not be moved", NEXT) from error


def sync_folder(folder: Path) -> None:
    """Make sure that names in a folder are on the disk, on systems where folders can be flushed."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what an interrupted write left behind; only the one writer of a project calls this."""
    for left in folder.glob(f".*{UNFINISHED}"):
        left.unlink(missing_ok=True)
