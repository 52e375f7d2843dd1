"""What the words of the command teach are asked about, and what they answer."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from rich.text import Text

from gesturemap import catalog
from gesturemap.cli.files import announce, said
from gesturemap.control.asking import opened
from gesturemap.errors import DataError, SettingsError
from gesturemap.library import project_folder
from gesturemap.project.exchange.corpus import read_corpus
from gesturemap.project.read import read_model, read_project
from gesturemap.project.save import fingerprint
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.finding import Finding, surest
from gesturemap.teaching.play import Opened, typed


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
        lines = [Text.assemble(f"{n}. ", (one.kind, "bold"), " ", str(one)) for n, one in enumerate(found, 1)]
        return cls([one.as_table() for one in found], lines or [Text(nothing)])

    def then(self, lines: Iterable[str]) -> Told:
        """The same, and these below."""
        return self._replace(printed=[*self.printed, *map(Text, lines)])


def taught(options: Namespace, *, empty: bool = False) -> Taught:
    """Read what is asked about; of demonstrations that cannot be read standard error has a line each.

    Parameters
    ----------
    empty : a project may have been shown nothing yet.

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
    project, warnings = read_project(folder)
    said(warnings)
    saved = partial(read_model, folder, fingerprint(project))
    return Taught(
        options.project, opened(project, empty=empty), project, folder, saved=saved, report=announce
    )


def _recordings(options: Namespace) -> Taught:
    table = typed(options.settings)
    learner = catalog.read("models", {"kind": options.model or "auto", **table}, "--model, --set")
    corpus = read_corpus(Path(options.project), options.columns)
    said(corpus.notes)
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
    return Taught(options.project, Opened(some, learner, ()), report=announce)
