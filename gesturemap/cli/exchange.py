"""The commands that exchange files with other programs: import, export."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from gesturemap import catalog
from gesturemap.cli.exchange_into import into
from gesturemap.control.desk import NEUTRAL
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import FileError
from gesturemap.frames import Spec
from gesturemap.library import at_home, project_folder
from gesturemap.models import store
from gesturemap.models.vocabulary import VocabularyModel
from gesturemap.plain import shell
from gesturemap.project import xmm, xmm_model
from gesturemap.project.exchange import (
    arff_alone,
    dtw_alone,
    grt,
    outgoing,
    rapid_mix,
    wekinator,
)
from gesturemap.project.exchange.imported import Imported
from gesturemap.project.project import Project, assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import fingerprint, save_model, save_project

CONSOLE = Console(soft_wrap=True)


def read(options: Namespace) -> int:
    """Make a project of files of another program."""
    path = at_home(options.file)
    if options.into:
        return into(options, path)
    if path.is_dir() or path.suffix.lower() == wekinator.ENDING:
        path = wekinator.project_file(path)
        folder = _folder(options, path)
        return _keep(folder, _project(folder, wekinator.read(path, options.rate)))
    if path.suffix.lower() == ".npz":
        raise FileError(
            str(path), "recordings in NPZ", "a project is made of files of other programs",
            "let evaluate read them, or add them with --into PROJECT (a new one: gesturemap new)",
        )  # fmt: skip
    folder = _folder(options, path)
    if path.suffix.lower() == ".arff":
        return _keep(folder, _project(folder, arff_alone.read(path, options.outputs, options.rate)))
    if path.suffix.lower() == ".csv":
        return _keep(folder, _project(folder, dtw_alone.read(path, options.rate)))
    if path.suffix.lower() != ".json" and grt.is_grt(path):
        return _keep(folder, _project(folder, _from_grt(folder, path, options.rate)))
    return _from_xmm(folder, path, options.rate)


def _folder(options: Namespace, path: Path) -> Path:
    """The folder to be made: the one that was named, else one here that is called as the file is."""
    named = options.folder or options.out
    if options.folder and options.out and options.folder != options.out:
        raise FileError(options.out, f"another folder than {options.folder}", "a project has one", "name one")
    folder = at_home(named) if named else Path.cwd() / path.stem
    if folder.exists():
        raise FileError(
            str(folder), "it exists already", "a project gets a folder of its own", "choose another name"
        )
    return folder


def _project(folder: Path, found: Imported) -> Project:
    """The project of what was found, and on the screen what was taken and what not."""
    project = assemble(found.tables, str(folder), str(folder))
    gaps = bool(getattr(project.learner, "gaps", False))
    for one in found.demonstrations:
        one.check(gaps)
    for line in found.taken:
        CONSOLE.print(f"taken: {line}", markup=False)
    for line in found.left:
        CONSOLE.print(f"not taken: {line}", markup=False)
    return replace(project, gestures=found.gestures, demonstrations=found.demonstrations)


def _keep(folder: Path, project: Project) -> int:
    """Put it on the disk."""
    save_project(project, folder)
    train = "train" if project.demonstrations else "check"
    CONSOLE.print(f"kept in {folder}; next: gesturemap {train} {shell(str(folder))}", markup=False)
    return 0


def _from_grt(folder: Path, path: Path, rate: float) -> Imported:
    """Data of the GRT: single frames, time series, or outputs."""
    found = grt.read(path, rate)
    made = tuple(found.takes.made)
    kind = "mlp" if found.outputs else ("auto" if found.series else "knn")
    tables = bare(folder, made[0].spec, rate, "the GRT") | {"model": {"kind": kind}}
    if found.outputs:
        tables |= UNTOUCHED
    said = f"the GRT's files do not say how fast they were recorded: {rate:g} Hz is taken; --rate sets it"
    return Imported(tables, made, (*found.taken, f"model: {kind}; its files have none", said), found.left)


def _from_xmm(folder: Path, path: Path, rate: float) -> int:
    """A training set or a model of XMM."""
    root = rapid_mix.unwrapped(xmm.read_json(path))
    if xmm.is_training_set(root):
        found = xmm.demonstrations(root, rate)
        project = with_demonstrations(folder, found, rate)
        save_project(project, folder)
        gestures = ", ".join(
            f"{label} ({sum(d.label == label for d in found)})"
            for label in dict.fromkeys(d.label for d in found)
        )
        CONSOLE.print(f"{len(found)} demonstrations read: {gestures}", markup=False)
        for message in xmm.renamed(xmm.labels_of(root)):
            CONSOLE.print(message, markup=False)
        for message in xmm.left(root):
            CONSOLE.print(f"not taken: {message}", markup=False)
        CONSOLE.print(
            f"XMM's files do not say how fast they were recorded: {rate:g} Hz is taken; --rate sets it",
            markup=False,
        )
        CONSOLE.print(f"kept in {folder}; next: gesturemap train {shell(str(folder))}", markup=False)
        return 0
    if not root.has("models"):
        raise root.wrong("a training set (with 'phrases') or a model (with 'models') is wanted")
    model: Any = xmm_model.model(root)
    project = with_model(folder, model, rate)
    save_project(project, folder)
    save_model(folder, store.pack(model), fingerprint(project))
    CONSOLE.print(
        f"{model.kind} of {len(model.labels)} gestures read: {', '.join(model.labels)}", markup=False
    )
    for message in model.messages:
        CONSOLE.print(message, markup=False)
    CONSOLE.print(f"kept in {folder}; next: gesturemap perform {shell(str(folder))} --anyway", markup=False)
    return 0


def write(options: Namespace) -> int:
    """Write a project's demonstrations in the form that the file's ending says."""
    project, warnings = read_project(project_folder(options.project))
    for warning in warnings:
        CONSOLE.print(warning, markup=False)
    path = at_home(options.file)
    many, notes = outgoing.written(project, path)
    for note in notes:
        CONSOLE.print(note, markup=False)
    CONSOLE.print(f"{many} written to {path}", markup=False)
    return 0


UNTOUCHED: dict[str, Any] = {
    "mapping": [{"kind": "outputs"}], "outputs": [{"kind": "osc"}], "sound": {"voices": []},
}  # fmt: skip
"""In place of the same of a new project: what the model says goes out as it is."""


def bare(folder: Path, spec: Spec, rate: float, program: str) -> dict[str, Any]:
    """Settings of a project that takes these channels as OSC messages, as they come."""
    tables: dict[str, Any] = json.loads(json.dumps(NEUTRAL))
    return tables | {
        "project": {"name": folder.name, "description": f"read from {program}"},
        "input": {"kind": "osc", "arguments": [str(channel) for channel in spec.channels], "rate": rate},
        "features": [],
    }


def with_demonstrations(folder: Path, found: Sequence[Demonstration], rate: float) -> Project:
    """A project of demonstrations of XMM; the model regresses where they have outputs."""
    tables = bare(folder, found[0].spec, rate, "XMM")
    if found[0].outputs:
        tables |= {"model": {"kind": "hhmr"}, **UNTOUCHED}
    labels = tuple(dict.fromkeys(d.label for d in found))
    project = assemble(tables, str(folder), str(folder))
    return replace(project, gestures=labels, demonstrations=tuple(found))


def with_model(folder: Path, model: VocabularyModel, rate: float) -> Project:
    """A project of a model of XMM alone."""
    tables = bare(folder, model.spec, rate, "XMM") | {"model": catalog.write(model.learner)}
    if model.outputs:
        tables |= UNTOUCHED
    return replace(assemble(tables, str(folder), str(folder)), gestures=model.labels)
