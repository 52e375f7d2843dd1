"""What the words of the command teach are asked about, and what they answer."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from rich.text import Text

from gesturemap import catalog, compiled
from gesturemap.cli.files import announce
from gesturemap.control.pace import paced
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, DataError, SettingsError
from gesturemap.library import project_folder
from gesturemap.models import kernels, store
from gesturemap.models.model import Model
from gesturemap.project.project import Project
from gesturemap.project.read import read_model, read_project
from gesturemap.project.save import fingerprint
from gesturemap.teaching.corpus import Corpus, read_corpus
from gesturemap.teaching.finding import Finding, surest
from gesturemap.teaching.play import Opened, learn, typed


class Taught:
    """A project or a file of recordings: what is learned from, with which settings, and the model that came of it."""

    def __init__(self, name: str, it: Opened, project: Project | None = None, folder: Path | None = None):
        self.name, self.it, self.project, self.folder = name, it, project, folder

    @property
    def demonstrations(self) -> tuple[Demonstration, ...]:
        """What is learned from, as the sensor gave it: `it.features` are still to come."""
        return self.it.corpus.demonstrations

    @cached_property
    def model(self) -> Model:
        """The model that was saved with the project where it was fitted to what there is now, else one fitted here."""
        modules = self.project.kernels() if self.project else []
        compiled.load((*modules, *kernels(self.it.learner.kind, fitting=True)), announce)
        if self.project is not None and self.folder is not None:
            saved = read_model(self.folder, fingerprint(self.project))
            if saved is not None:
                return store.unpack(saved)
        return learn(self.it, self.demonstrations)[0]

    def demonstration(self, identity: str) -> Demonstration:
        """The one with this id.

        Raises
        ------
        CommandError
            If there is none.
        """
        for each in self.demonstrations:
            if each.id == identity:
                return each
        some = ", ".join(each.id for each in self.demonstrations[:5])
        raise CommandError(
            "demonstration", repr(identity), f"there are {some} ...", "list them: gesturemap teach PROJECT shown"
        )  # fmt: skip


class Told(NamedTuple):
    """An answer: for programs, and for a person."""

    table: Any
    """What ``--json`` prints."""
    printed: Sequence[Any]
    """Texts and whatever else rich can draw, one under the other."""

    @classmethod
    def of(cls, findings: Iterable[Finding], nothing: str = "nothing found") -> Told:
        """Findings, the surest first."""
        found = surest(findings)
        lines = [Text.assemble((one.kind, "bold"), " ", str(one)) for one in found]
        return cls([one.as_table() for one in found], lines or [Text(nothing)])


def taught(options: Namespace) -> Taught:
    """Read what is asked about.

    Raises
    ------
    FileError, SettingsError, DataError
    """
    if Path(options.project).suffix == ".npz":
        return _recordings(options)
    if given := [name for name in ("model", "settings", "columns") if getattr(options, name)]:
        name = "--set" if given[0] == "settings" else f"--{given[0]}"
        raise SettingsError(name, options.project, "it belongs to recordings (.npz)", "leave it out")
    folder = project_folder(options.project)
    project, _ = read_project(folder)
    if not project.shown:
        raise DataError(
            options.project, "nothing is learned from", "demonstrations are wanted", "record some"
        )
    return Taught(options.project, opened(project), project, folder)


def opened(project: Project) -> Opened:
    """What a project learns from, with its learner and features."""
    blank = ("",) * len(project.shown)
    rate = paced(project, project.shown).rate
    return Opened(Corpus(project.shown, blank, blank, blank, rate), project.teacher, tuple(project.features))


def _recordings(options: Namespace) -> Taught:
    table = typed(options.settings)
    learner = catalog.read("models", {"kind": options.model or "auto", **table}, "--model, --set")
    corpus = read_corpus(Path(options.project), options.columns)
    kept = [number for number, one in enumerate(corpus.demonstrations) if one.label]
    if not kept:
        raise DataError(
            options.project, "no recording has a label", "gestures are wanted", "add array 'label'"
        )

    def of(texts: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(texts[number] for number in kept)

    some = replace(
        corpus, demonstrations=of(corpus.demonstrations), users=of(corpus.users),
        sessions=of(corpus.sessions), splits=of(corpus.splits), moments=(), frame_labels=(),
    )  # fmt: skip
    return Taught(options.project, Opened(some, learner, ()))
