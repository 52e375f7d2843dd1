"""Copies of projects that are being made. What a killed writer left behind is found again by a note in the person's own
folder, wherever it lies, and removed; nothing else is.
"""

from __future__ import annotations

import contextlib
import os
import platform
import secrets
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

from gesturemap.library import lives, user_folder

HERE = f"{zlib.crc32(platform.node().encode()):08x}"
"""This machine: others that share the folder have processes of their own."""


def _notes() -> Path:
    return user_folder() / "unfinished"


@contextlib.contextmanager
def half(target: Path) -> Iterator[Path]:
    """A place beside the target where a copy is made; what is still there at the end is removed."""
    mark = secrets.token_hex(4)
    place = target.with_name(f".{target.name[:40]}.{mark}")
    note = _notes() / f"{HERE}-{os.getpid()}-{mark}"
    with contextlib.suppress(OSError):  # one that cannot be noted is copied all the same
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_bytes(os.fsencode(place.absolute()))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        with contextlib.suppress(OSError):
            note.unlink()


def sweep() -> None:
    """Remove what was left behind by processes of this machine that are no more."""
    with contextlib.suppress(OSError):
        for note in _notes().glob(f"{HERE}-*-*"):
            _, process, mark = note.name.split("-", 2)
            if process.isdecimal() and not lives(int(process)):
                _remove(Path(os.fsdecode(note.read_bytes())), mark)
                note.unlink()


def _remove(place: Path, mark: str) -> None:
    """Remove a half copy, if it is one."""
    if place.name.startswith(".") and place.name.endswith(f".{mark}") and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
