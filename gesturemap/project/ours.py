"""What of a project's folder this session has read or written: what others put there meanwhile is kept, and told."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gesturemap.errors import FileError
from gesturemap.project.disk import write_file


class Ours:
    """The files of one folder as this session knows them.

    Parameters
    ----------
    folder : as it is now, before it is read; it need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self._text = _read(folder / "project.toml")
        self._takes = {path.name for path in (folder / "demonstrations").glob("*.npz")}
        self._told: set[str] = set()
        self.found: list[FileError] = []
        """What was found of others and not told yet."""

    def keep(self, path: Path, now: bytes, trash: Path) -> None:
        """Before a ``project.toml`` that holds this `now` is written over: what another wrote into it is put aside.

        Raises
        ------
        FileError
            If there is no room for it.
        """
        if now in (b"", self._text):
            return
        number, aside = 1, trash / path.name
        while aside.exists():
            number += 1
            aside = trash / f"{path.stem}.{number}{path.suffix}"
        write_file(aside, now)
        self._text = now
        self.found.append(
            FileError(
                str(path),
                "another program has changed it since it was read",
                f"what is open here was written; as it was changed, it is kept in {aside}",
                "make the change here again",
            )
        )

    def written(self, path: Path, names: Iterable[str]) -> None:
        """The settings, and these demonstrations, are of this session now."""
        self._text = _read(path)
        self._takes.update(names)

    def owns(self, take: Path) -> bool:
        """Whether a demonstration on disk is one of this session; of any other it is noted once that it is not."""
        if take.name in self._takes:
            return True
        if take.name not in self._told:
            self._told.add(take.name)
            self.found.append(
                FileError(
                    str(take),
                    "not of this session",
                    "it stays where it is, and is not learned from now",
                    "open the project again to learn from it",
                )
            )
        return False

    def tell(self) -> list[FileError]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
