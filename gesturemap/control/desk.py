"""What control has in front of it: one project, its folder on disk, its model."""

from __future__ import annotations

import secrets
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from gesturemap.control import rescue
from gesturemap.errors import CommandError, FileError, GesturemapError
from gesturemap.library import PACKAGE, is_unsaved, new_folder, project_folder, user_folder
from gesturemap.models.model import asked
from gesturemap.models.store import line_of, novelty_of
from gesturemap.plain import called
from gesturemap.project import takes, unfinished
from gesturemap.project.document import Document
from gesturemap.project.ours import Ours
from gesturemap.project.project import Project, assemble
from gesturemap.project.read import read_model, read_project
from gesturemap.project.save import fingerprint, save_model, save_project

NEUTRAL: dict[str, Any] = {
    "project": {"name": "untitled"},
    "input": {"kind": "pointer"},
    "features": [{"kind": "one_euro"}, {"kind": "derive", "smoothing": 0.03}],
    "model": {"kind": "auto"},
    "mapping": [
        {"kind": "events"},
        {
            "kind": "range",
            "source": "confidence",
            "control": "pad.brightness",
            "to_low": 0.15,
            "to_high": 0.7,
            "smoothing": 0.15,
        },
        {"kind": "range", "source": "progress", "control": "grains.position", "smoothing": 0.05},
    ],
    "outputs": [{"kind": "osc"}, {"kind": "synth"}],
    "sound": {
        "voices": [
            {"kind": "pad", "level": -6.0, "reverb": 0.4},
            {"kind": "pluck", "decay": 4.0},
            {"kind": "grains", "level": -8.0, "attack": 0.15, "release": 1.0, "reverb": 0.5},
        ]
    },
}
"""A new project: it suits whatever moves, and each gesture plucks a note of its own."""
ALONG: dict[str, Any] = {
    "features": [{"kind": "one_euro"}],  # where the hand is; how fast it goes is free
    "model": {"kind": "hhmr", "deviation": 3.0},  # slower, faster, smaller and larger ones play too
    "mapping": [
        {"kind": "events"},
        {
            "kind": "range",
            "source": "confidence",
            "control": "corpus.level",
            "high": 0.5,
            "to_high": 1.0,
            "smoothing": 0.08,
            "slew_down": 2.0,
        },
        *(
            {
                "kind": "range",
                "source": f"output:{name}",
                "control": f"corpus.{name}",
                "unit": unit,
                "low": low,
                "high": high,
                "to_low": low,
                "to_high": high,
                "smoothing": 0.02,
            }
            for name, unit, low, high in (
                ("loudness", "LUFS", -80.0, 0.0),
                ("pitch", "note", 20.0, 110.0),
                ("centroid", "Hz", 40.0, 16000.0),
            )
        ),
    ],
}
"""In place of the same of a new project: what the movement should sound like is learned, and a corpus plays it."""
SHIPPED = (PACKAGE / "presets", PACKAGE.parent / "presets")


def shipped(folder: Path) -> bool:
    """Whether a folder is that of a preset that came along: nothing is written there."""
    return any(folder.is_relative_to(place.resolve()) for place in SHIPPED)


def neutral(folder: Path, source: dict[str, Any] | None = None, sound: str = "") -> Project:
    """A new project: settings that suit any sensor, here this one, and nothing in the vocabulary.

    With a `sound` of the project's folder it is one for mapping by demonstration: a corpus of that sound.
    """
    tables = NEUTRAL if source is None else {**NEUTRAL, "input": source, "project": {"name": folder.name}}
    if sound:
        voice = {"kind": "corpus", "sounds": [sound], "drone": True, "density": 20.0, "size": 0.1}
        tables = {**tables, **ALONG, "sound": {"voices": [voice]}}
    return assemble(tables, str(folder), "new project")


class Desk:
    """An open project. Every edit is on disk first; a preset is copied before its first edit.

    Parameters
    ----------
    path : a project's folder, or the name of a preset.

    Raises
    ------
    GesturemapError
        If it cannot be opened.
    """

    def __init__(self, path: str) -> None:
        unfinished.sweep()
        self.folder = project_folder(path).resolve()
        self._ours = Ours(self.folder)
        project, self.warnings = read_project(self.folder)
        self._ours.read(project)
        self.rescued = rescue.rescued(self.folder)
        """Where demonstrations lie that this project had no room for once; empty: nowhere."""
        self.document = Document(project)
        self._on_disk = project
        self.model = read_model(self.folder, fingerprint(project)) or b""
        self.called: dict[str, str]
        """Gesture as the model has it -> what it was renamed to since."""
        self.fits = bool(self.model)
        """Whether the model was fitted to the project as it was read."""
        if asked(project.learner) and not self.fits:  # what was edited since does not make it useless
            self.model = read_model(self.folder, "") or b""
        self._promised: set[Path] = set()
        self.writable = not shipped(self.folder)
        self.waiting = False  # for room on the disk, with something that was recorded

    @property
    def model(self) -> bytes:
        """The packed model; empty: none."""
        return self._model

    @model.setter
    def model(self, model: bytes) -> None:
        self._model, self.called = model, {}
        self.line = line_of(model)
        """What the model says of its own threshold; empty: it has none."""
        self.novelty = novelty_of(model)
        """What it says is usual for its gestures; None: it does not know."""

    def renamed(self, names: dict[str, str]) -> None:
        """Gestures have other names now; the model is played under these until another is fitted."""
        known = {label: names.get(name, name) for label, name in self.called.items()}
        new = {name: now for name, now in names.items() if name not in self.called.values()}
        self.called = {label: name for label, name in (new | known).items() if label != name}

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self.document.project

    @property
    def saved(self) -> bool:
        """Whether it has a place that somebody chose."""
        return self.writable and not is_unsaved(self.folder)

    @property
    def title(self) -> str:
        """What the project is called, for people; a folder that nobody has named says nothing."""
        return called(self.project.name, str(self.folder) if self.saved else "")

    def edit(self, label: str, project: Project) -> None:
        """Take a new version of the project, on disk first.

        Raises
        ------
        FileError
            If it cannot be written; then nothing has changed.
        """
        self._make_writable()
        project = project.at(str(self.folder))
        self._write(project)
        self.document.edit(label, project)
        self._on_disk = project

    def _write(self, project: Project) -> None:
        save_project(project, self.folder, self._ours)
        self.waiting = False

    def keep_in_memory(self, label: str, project: Project) -> None:
        """Take a new version that cannot be written now; `catch_up` does later."""
        self.document.edit(label, project)
        self.waiting = True

    def catch_up(self) -> None:
        """Write what waits for room.

        Raises
        ------
        FileError
            If there is none still.
        """
        if self.waiting:
            self._make_writable()
            self.flush()

    def strange(self) -> list[FileError]:
        """What of others was found in the folder when it was written last; said once."""
        return self._ours.tell()

    def only_now(self, project: Project) -> None:
        """Play it otherwise than it is on disk; of itself that is not written."""
        self.document.amend(project)
        self._on_disk = self.project

    def undo(self) -> bool:
        """Take the last edit back, if there is one."""
        return self.go_to(self.document.step - 1)

    def redo(self) -> bool:
        """Do again what was taken back, if anything was."""
        return self.go_to(self.document.step + 1)

    def go_to(self, step: int) -> bool:
        """Take edits back, or do them again, until so many are done; False where there is no such place.

        Raises
        ------
        FileError
            If it cannot be written; then all is as it was.
        """
        before = self.document.step
        if not 0 <= step <= len(self.document.history):
            return False
        if step != before:
            self.document.go_to(step)
            try:
                self._make_writable()
                self._write(self.project)
            except GesturemapError:
                self.document.go_to(before)
                raise
            self._on_disk = self.project
        return True

    def flush(self) -> None:
        """Write what was changed without an edit, such as the volume."""
        if self.writable and (self.waiting or self.project is not self._on_disk):
            self._write(self.project)
            self._on_disk = self.project

    def leave(self) -> None:
        """Write what is not on disk yet; demonstrations that the project has no room for go to another place.

        Raises
        ------
        FileError
            If the folder cannot be written, saying where the demonstrations are now.
        """
        fault: FileError | None = None
        try:
            self.flush()
        except FileError as error:
            fault = error
        known = {each.id for each in self._on_disk.demonstrations}
        here = self.folder / "demonstrations"
        new = [
            each
            for each in self.project.demonstrations
            if each.id not in known and not takes.is_on_disk(each, here / takes.file_name(each.id))
        ]
        if new:
            raise rescue.elsewhere(new, self.folder, self.project.name, fault)
        if fault is not None:
            raise fault

    def begin(self, settings: dict[str, Any]) -> None:
        """Begin a new project: these settings, or some that suit any sensor; nothing in the vocabulary.

        Raises
        ------
        SettingsError
            If the settings are not in order; then all is as it was.
        """
        stamp = time.strftime("%Y%m%d-%H%M%S")
        folder = user_folder() / "unsaved" / f"untitled-{stamp}-{secrets.token_hex(2)}"
        project = assemble(settings, str(folder), "new project") if settings else neutral(folder)
        self.folder, self.document = folder, Document(project)
        self.model, self.warnings, self.fits, self.rescued = b"", [], False, ""
        self.writable, self._ours = True, Ours(folder)
        self._write(self.project)

    def keep_model(self, model: bytes) -> None:
        """A model that was fitted to the project as it is now."""
        self.model = model
        if self.writable:
            save_model(self.folder, model, fingerprint(self.project))

    def save(self, path: str, model_fits: bool) -> None:
        """Save; with a `path`, as a new folder there, which is the project's from then on.

        Raises
        ------
        CommandError, FileError
            If there is a project already, or it cannot be written.
        """
        if path:
            target = self.folder if _same(path, self.folder) else new_folder(path)
            if target.is_relative_to(self.folder) and target != self.folder:
                why = "inside the project itself", "a project gets a folder of its own"
                raise CommandError(str(target), *why, "choose a place outside")
            if target != self.folder:
                self._copy_to(target)
                self.document.amend_all(lambda project: replace(project, name=target.name))
        self._make_writable()
        self._write(self.project)
        if self.model and model_fits:
            save_model(self.folder, self.model, fingerprint(self.project))

    def session_path(self) -> Path:
        """A file for a new session log: in the project, or where we stand if that is a preset."""
        folder = self.folder / "sessions" if self.writable else Path.cwd()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(
                str(folder),
                error.strerror or str(error),
                "a session log needs a place",
                "make the folder writable",
            ) from error
        stamp, number = time.strftime("%Y-%m-%d-%H%M%S"), 1
        path = folder / f"{stamp}.xdf"
        while path.exists() or path in self._promised:
            number += 1
            path = folder / f"{stamp}-{number}.xdf"
        self._promised.add(path)
        return path

    def _make_writable(self) -> None:
        if not self.writable:
            stamp = time.strftime("%Y%m%d-%H%M%S")
            self._copy_to(user_folder() / "unsaved" / f"{self.project.name.replace('/', '-')}-{stamp}")

    def _copy_to(self, target: Path) -> None:
        """Go on in another folder; it has everything or is not there. One without a name of its own moves."""
        unnamed = is_unsaved(self.folder)
        left = () if unnamed else ("trash", "sessions")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.half(target) as half:
                shutil.copytree(self.folder, half, ignore=shutil.ignore_patterns(*left))
                half.replace(target)
        except (OSError, shutil.Error, ValueError) as error:
            reasons = [reason for *_, reason in error.args[0]] if isinstance(error, shutil.Error) else [error]
            raise FileError(
                str(target),
                str(reasons[0]) if reasons else "it cannot be copied",
                "a folder that can be written, with room for the project",
                "choose another place",
            ) from error
        if unnamed and not self._promised:  # a session log may still be written there
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder, self.writable = target, True
        self.document.amend_all(lambda project: project.at(str(target)))


def _same(path: str, folder: Path) -> bool:
    try:
        return Path(path).expanduser().resolve() == folder
    except (OSError, ValueError, RuntimeError):
        return False
