"""The commands that exchange files with other programs: import, export."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from gesturemap import catalog
from gesturemap.control.desk import NEUTRAL
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import FileError
from gesturemap.frames import Spec
from gesturemap.library import project_folder
from gesturemap.models import store
from gesturemap.models.vocabulary import VocabularyModel
from gesturemap.plain import shell
from gesturemap.project import xmm, xmm_model
from gesturemap.project.disk import free
from gesturemap.project.project import Project, assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import fingerprint, save_model, save_project

CONSOLE = Console(soft_wrap=True)


def read(options: Namespace) -> int:
    """Make a project of a training set or a model of XMM."""
    path, folder = Path(options.file).expanduser(), Path(options.out).expanduser()
    if folder.exists():
        raise FileError(
            str(folder), "it exists already", "a project gets a folder of its own", "choose another name"
        )
    root = xmm.read_json(path)
    if xmm.is_training_set(root):
        found = xmm.demonstrations(root, options.rate)
        save_project(with_demonstrations(folder, found, options.rate), folder)
        gestures = ", ".join(
            f"{label} ({sum(d.label == label for d in found)})"
            for label in dict.fromkeys(d.label for d in found)
        )
        CONSOLE.print(f"{len(found)} demonstrations read: {gestures}", markup=False)
        for message in xmm.renamed(xmm.labels_of(root)):
            CONSOLE.print(message, markup=False)
        CONSOLE.print(
            f"XMM's files do not say how fast they were recorded: {options.rate:g} Hz is taken; --rate sets it",
            markup=False,
        )
        CONSOLE.print(f"kept in {folder}; next: gesturemap train {shell(str(folder))}", markup=False)
        return 0
    if not root.has("models"):
        raise root.wrong("a training set (with 'phrases') or a model (with 'models') is wanted")
    model: Any = xmm_model.model(root)
    project = with_model(folder, model, options.rate)
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
    """Write a project's demonstrations as a training set of XMM."""
    project, warnings = read_project(project_folder(options.project))
    for warning in warnings:
        CONSOLE.print(warning, markup=False)
    path = free(Path(options.file).expanduser())
    xmm.write_training_set(project.demonstrations, path)
    CONSOLE.print(f"{len(project.demonstrations)} demonstrations written to {path}", markup=False)
    return 0


def bare(folder: Path, spec: Spec, rate: float) -> Project:
    """A project that takes these channels as OSC messages, as they come."""
    tables = json.loads(json.dumps(NEUTRAL)) | {
        "project": {"name": folder.name, "description": "read from XMM"},
        "input": {"kind": "osc", "arguments": [str(channel) for channel in spec.channels], "rate": rate},
        "features": [],
    }
    return assemble(tables, str(folder), str(folder))


def with_demonstrations(folder: Path, found: tuple[Demonstration, ...], rate: float) -> Project:
    """A project of demonstrations; the model regresses where they have outputs."""
    project = bare(folder, found[0].spec, rate)
    if found[0].outputs:
        project = replace(project, learner=catalog.read("models", {"kind": "hhmr"}, str(folder)))
    labels = tuple(dict.fromkeys(d.label for d in found))
    return replace(project, gestures=labels, demonstrations=found)


def with_model(folder: Path, model: VocabularyModel, rate: float) -> Project:
    """A project of a model alone."""
    learner = catalog.read("models", catalog.write(model.learner), str(folder))
    return replace(bare(folder, model.spec, rate), learner=learner, gestures=model.labels)
