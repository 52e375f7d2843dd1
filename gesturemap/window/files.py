"""Which folders to open and to save into; dialogs belong to the project they were opened for."""

from __future__ import annotations

import itertools
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from gesturemap.control.desk import neutral
from gesturemap.errors import GesturemapError
from gesturemap.library import LIST, recent_projects
from gesturemap.plain import called
from gesturemap.project.project import assemble
from gesturemap.window import words

MOST = 5
"""Folders of unsaved work that are offered."""
LARGEST = 1 << 20
"""Bytes; a file beyond this is not read for a name, nor is a pipe."""


@dataclass(frozen=True)
class Work:
    """A project: how it is offered, and where it lies."""

    text: str
    folder: Path


def unsaved(shelf: Path) -> list[Work]:
    """The newest `MOST` projects that lie unsaved in a person's own folder, newest first."""
    dated = []
    for file in (shelf / "unsaved").glob("*/project.toml"):
        try:
            dated.append((_edited(file), file))
        except OSError:
            continue  # it was just removed
    dated.sort(reverse=True)
    some = ((when, file) for when, file in dated if not _empty(file))
    return [Work(_text(file, when), file.parent) for when, file in itertools.islice(some, MOST)]


def _edited(file: Path) -> float:
    """When the project of this file was edited last, in seconds since 1970: a recording touches its folder alone."""
    written, recorded = file.stat().st_mtime, file.parent / "demonstrations"
    return max(written, recorded.stat().st_mtime) if recorded.is_dir() else written


def _empty(file: Path) -> bool:
    """Whether it is as *New* made it: nothing in it is anybody's work."""
    if not file.parent.name.startswith("untitled-") or any(file.parent.glob("demonstrations/*.npz")):
        return False
    try:
        if not file.is_file() or file.stat().st_size > LARGEST:
            return False
        found, folder = tomllib.loads(file.read_text(encoding="utf-8-sig")), str(file.parent)
        return assemble(found, folder, "").tables() == neutral(file.parent).tables()
    except (OSError, ValueError, RecursionError, GesturemapError):
        return False


def recent(shelf: Path, others: Iterable[str] = ()) -> list[Work]:
    """The projects that were saved or opened last, newest first; unsaved work is offered by `unsaved`.

    Parameters
    ----------
    others : what else is offered beside them; of equal names the folder tells which is which.
    """
    found = [folder for folder in recent_projects() if not folder.is_relative_to(shelf / "unsaved")]
    names = [_name(folder / "project.toml") for folder in found]
    taken = Counter((*names, *others))
    return [
        Work(_apart(name, folder) if taken[name] > 1 else name, folder)
        for name, folder in zip(names, found, strict=True)
    ]


def last(shelf: Path) -> Work | None:
    """The project that was open last and is still there: one with a place of its own, or unsaved work; None: there is
    none."""
    known, drafts = recent(shelf)[:1], unsaved(shelf)[:1]
    if not (known and drafts):
        return next(iter((*known, *drafts)), None)
    try:
        opened = (shelf / LIST).stat().st_mtime
        newer = _edited(drafts[0].folder / "project.toml") > max(
            opened, _edited(known[0].folder / "project.toml")
        )
    except OSError:
        return known[0]  # one of them was just removed
    return drafts[0] if newer else known[0]


def _apart(name: str, folder: Path) -> str:
    """What a project is called beside another one of its name: its folder's name says more, or where that lies."""
    if folder.name != name:
        return called(name, str(folder))
    return words.WORK_IN.format(name=name, folder=folder.parent.name or folder.parent)


def _text(file: Path, when: float) -> str:
    at = time.localtime(when)
    day, clock = time.strftime("%Y-%m-%d", at), time.strftime("%H:%M", at)
    return words.UNSAVED_WORK.format(name=_name(file), day=day, time=clock)


def _name(file: Path) -> str:
    """The project's own name; that of its folder where it cannot be read."""
    try:
        if file.is_file() and file.stat().st_size <= LARGEST:
            table = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("project", {})
            return str(table.get("name") or file.parent.name)
    except (OSError, ValueError, AttributeError, RecursionError):
        return file.parent.name
    return file.parent.name


class Files:
    """One dialog at a time in a window, which stops nothing else, and goes when another project comes.

    Parameters
    ----------
    parent : the widget that asks; the dialog looks as it does, and belongs to its window.
    """

    begins: ClassVar[str] = ""
    """The folder in which something was chosen last, wherever it was asked for: where the next dialog begins."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._path = ""

    def follow(self, path: str) -> None:
        """The project that is open; what was asked about another one is asked no more."""
        if path != self._path:
            self._path = path
            self.close()

    def close(self) -> None:
        """Put the dialog away, whoever in the window asked for it."""
        for dialog in self._parent.window().findChildren(QFileDialog):
            dialog.reject()

    def open_folder(self, act: Callable[[str], None]) -> None:
        """Choose a project folder."""
        dialog = self._new(words.CHOOSE_PROJECT)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, words.DIALOG_OPEN)
        self._show(dialog, act)

    def save_folder(self, name: str, act: Callable[[str], None]) -> None:
        """Name a new folder."""
        dialog = self._new(words.CHOOSE_SAVE)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, words.DIALOG_SAVE)
        dialog.selectFile(name)
        self._show(dialog, lambda path: act(_whole(dialog, path)))

    def open_files(
        self, title: str, accept: str, act: Callable[[list[str]], object], names: str = ""
    ) -> None:
        """Choose files that are there.

        Parameters
        ----------
        accept : what the button says.
        names : a filter such as ``WAV (*.wav)``.
        """
        dialog = self._new(title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, accept)
        if names:
            dialog.setNameFilter(names)
        dialog.filesSelected.connect(act)
        self._show(dialog)

    def save_file(
        self, title: str, accept: str, name: str, act: Callable[[str], object], endings: Mapping[str, str]
    ) -> None:
        """Name a file to write.

        Parameters
        ----------
        name : what is suggested, with the first ending.
        endings : of each form that can be chosen; a name with none of them gets that of the chosen one.
        """

        def named(path: str) -> object:
            path = _whole(dialog, path)
            known = path.lower().endswith(tuple(endings.values()))
            return act(path if known else path + endings[dialog.selectedNameFilter()])

        dialog = self._new(title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, accept)
        dialog.setNameFilters(list(endings))
        dialog.selectFile(name)
        self._show(dialog, named)

    def _new(self, title: str) -> QFileDialog:
        self.close()
        dialog = QFileDialog(self._parent, title)
        dialog.setDirectory(Files.begins if Files.begins and Path(Files.begins).is_dir() else start())
        dialog.accepted.connect(lambda: setattr(Files, "begins", dialog.directory().absolutePath()))
        return dialog

    def _show(self, dialog: QFileDialog, act: Callable[[str], object] | None = None) -> None:
        dialog.setWindowModality(Qt.WindowModality.NonModal)  # one plays on
        if act is not None:
            dialog.fileSelected.connect(act)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()


def _whole(dialog: QFileDialog, path: str) -> str:
    """What was named, with its quotes: Qt takes them as marks around several names, and gives the first of these."""
    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    typed = edit.text() if edit is not None else ""
    if Path(path).name not in typed.split('"')[1:]:
        return path
    return dialog.directory().absoluteFilePath(typed)


def start() -> str:
    """Where to look first: the person's documents, or home."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return documents if documents and Path(documents).is_dir() else str(Path.home())
