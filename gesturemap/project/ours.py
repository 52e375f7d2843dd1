"""What of a project's folder this session has read or written: what others put there meanwhile is kept, and told."""

from __future__ import annotations

import tomllib
from pathlib import Path

from gesturemap.errors import FileError
from gesturemap.project.disk import write_file
from gesturemap.project.project import Project
from gesturemap.project.takes import file_name

MOST_TEXTS = 1000
"""Texts of one project that are remembered, of some thousand characters each."""


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
        self._said: dict[str, bytes] = {}
        """What the project is in each state -> the text of it, the newest last."""
        self.found: list[FileError] = []
        """What was found of others and not told yet."""

    def keep(self, path: Path, now: bytes, trash: Path) -> None:
        """Before a ``project.toml`` that holds this `now` is written over: what another wrote into it is put aside.

        One that is gone, such as with its folder, is told.

        Raises
        ------
        FileError
            If there is no room for it.
        """
        if not now and self._text:
            self._text = b""
            self.found.append(
                FileError(
                    str(path),
                    "it was there when the project was opened, and is gone",
                    "what is open here was written there anew, its demonstrations too; what else lay there was not",
                    "open the project where it is now, or move what is missing back",
                )
            )
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

    def read(self, project: Project) -> None:
        """This project is what was read."""
        self._note(project)

    def said(self, now: bytes, project: Project) -> bytes:
        """The very text in which a project that is to be written stood here already; empty: it did not.

        Parameters
        ----------
        now : the settings on disk. Where another has written them, what was said before lacks that; but where they
            mean the same still, as with a new comment, they take the place of what was written last.
        """
        if now != self._text:
            same = _meaning(now) == _meaning(self._text)
            self._said = {key: now for key, text in self._said.items() if same and text == self._text}
        return self._said.get(_key(project), b"")

    def written(self, path: Path, project: Project, text: bytes) -> None:
        """The settings, where they are this text, and the demonstrations are of this session now."""
        self._text = _read(path)
        self._takes.update(file_name(demonstration.id) for demonstration in project.demonstrations)
        if self._text == text:
            self._note(project)

    def _note(self, project: Project) -> None:
        if b"relabelled" in self._text:
            return  # it is of one moment only
        key = _key(project)
        self._said.pop(key, None)
        self._said[key] = self._text
        while len(self._said) > MOST_TEXTS:
            del self._said[next(iter(self._said))]

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


def _key(project: Project) -> str:
    """What tells the settings of two states apart."""
    return repr(project.at("").tables())


def _meaning(text: bytes) -> str:
    """What the settings in a text are; empty where it cannot be read."""
    try:
        return repr(tomllib.loads(text.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return ""


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
