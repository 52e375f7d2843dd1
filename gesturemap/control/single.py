"""One output of a project alone: its settings, and its model in a file of its own, with its examples.

The file is a ZIP archive of two members that any gesturemap reads: ``model.npz``, a packed model of one output, and
``examples``, the packed demonstrations it was trained on.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gesturemap import inner
from gesturemap.control import edits, those
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, DataError, FileError, GesturemapError
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Channel, Values
from gesturemap.models import store
from gesturemap.project import pack
from gesturemap.project.disk import write_file
from gesturemap.project.project import Project

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller

MODEL, EXAMPLES = "model.npz", "examples"
KEPT = ("project.toml", "model.npz", "model.txt", "demonstrations", "trash", "sessions")
"""What is the project's own in its folder."""
MOST = 256 * 1024 * 1024
"""Bytes of a file that is read."""


def with_output(project: Project, index: int, **settings: Any) -> tuple[str, Project]:
    """The project with other settings of one output, and what was done."""
    table = project.tables()["model"]
    each = [dict(one) for one in table["each"]]
    each[index] |= settings
    return f"set {each[index]['name']}", project.configured("model", {**table, "each": each}, "project")


def save(control: Controller, index: int, path: Path) -> None:
    """Write the model of one output into a file, with its examples.

    Raises
    ------
    CommandError, FileError
        If it is not trained, or the file cannot be written.
    """
    model = _model(control)
    name = model.tables[index].name if model is not None else ""
    if model is None or model.parts[index] is None:
        raise CommandError(
            f"output {name or index + 1}", "it is not trained", "a model is saved", "train first"
        )
    _free(control.desk.folder, path)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(MODEL), store.pack(model.one(index)))
        archive.writestr(zipfile.ZipInfo(EXAMPLES), pack.pack(_examples_of(control.project, name)))
    write_file(path, buffer.getvalue())


def _free(folder: Path, path: Path) -> None:
    """See that nothing is there that is no such model, and that the place is none of the project's own.

    Raises
    ------
    CommandError
        If it is.
    """
    own = path.relative_to(folder).parts[:1] if path.is_relative_to(folder) else ()
    taken = bool(own) and own[0].lower() in KEPT
    if path.exists() and not taken:
        try:
            read(path)
        except GesturemapError:
            taken = True
    if taken:
        raise CommandError(
            f"model {path.name}", "there is something else", "nothing is written over", "choose another name"
        )


def load(control: Controller, index: int, path: Path, *, examples: bool) -> None:
    """Let one output be played by the model in a file; it is not trained anew from then on.

    Raises
    ------
    GesturemapError
        If it cannot be read, or is not of this output's type and of inputs that are there.
    """
    other, demonstrations = read(path)
    data = store.pack((_model(control) or _untrained(control, other)).with_one(index, other))
    label, project = with_output(control.project, index, trains=False)
    if examples:
        project = with_examples(project, index, other.tables[0].name, demonstrations)
    control.edit(f"load model of {label.removeprefix('set ')}", project)
    control.desk.keep_model(data)
    control.engine.send(inner.NewModel(data))
    control.engine.send(inner.TrainingEnded())


def read(path: Path) -> tuple[Any, tuple[Demonstration, ...]]:
    """The model of one output in a file, and the examples it was trained on.

    Raises
    ------
    GesturemapError
        If it is no such file.
    """
    place = f"model {path.name}"
    try:
        if path.stat().st_size > MOST:
            raise FileError(
                place, f"{path.stat().st_size} bytes", f"at most {MOST} are read", "choose another"
            )
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.compress_type != zipfile.ZIP_STORED or info.file_size > MOST:
                    raise _wrong(place)
            packed, rest = archive.read(MODEL), archive.read(EXAMPLES)
        model = store.unpack(packed, place)
        demonstrations = pack.unpack(rest)
    except OSError as error:
        raise FileError(
            place, error.strerror or str(error), "a file saved by saveModelToFile", "choose another"
        ) from error
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _wrong(place) from error
    if len(getattr(model, "parts", ())) != 1:
        raise _wrong(place)
    return model, demonstrations


def _wrong(place: str) -> DataError:
    return DataError(place, "no model of one output", "a file saved by saveModelToFile", "choose another")


def with_examples(
    project: Project, index: int, name: str, demonstrations: tuple[Demonstration, ...]
) -> Project:
    """The project with the examples that an output called `name` elsewhere had, now this one's.

    Raises
    ------
    DataError
        If they are of other inputs.
    """
    outputs = project.learner.outputs  # type: ignore[attr-defined]
    channels = project.input.check()  # type: ignore[attr-defined]
    for other in demonstrations:
        if other.spec.names != channels.names:
            raise DataError(
                "examples", f"of {', '.join(other.spec.names)}", f"here are {', '.join(channels.names)}",
                "load the model without them: WITHOUTDATA",
            )  # fmt: skip
        column = [each.name for each in other.outputs].index(name)
        targets: Values = np.full((len(other), len(outputs)), np.nan)
        targets[:, index] = other.targets[:, column]
        named = tuple(Channel(each.name) for each in outputs)
        made = replace(other, id=those.new_id(project), outputs=named, targets=targets)
        project = edits.with_demonstration(project, made.check(True))
    return project


def _examples_of(project: Project, name: str) -> list[Demonstration]:
    """The examples of one output, those without it left out."""
    found = []
    for demonstration in project.shown:
        names = [each.name for each in demonstration.outputs]
        if name not in names:
            continue
        column = names.index(name)
        rows = ~np.isnan(demonstration.targets[:, column])
        if rows.any():
            found.append(
                replace(
                    demonstration,
                    time=demonstration.time[rows],
                    values=demonstration.values[rows],
                    outputs=demonstration.outputs[column : column + 1],
                    targets=demonstration.targets[rows][:, column : column + 1],
                )
            )
    return found


def _untrained(control: Controller, other: Any) -> Any:
    """A model of this project in which nothing is trained yet, of the inputs of another.

    Raises
    ------
    DataError
        If this project has other inputs.
    """
    learner: Any = control.project.learner
    source: Any = control.project.input
    spec = ChainRun(control.project.features, source.check()).spec
    if spec.names != other.spec.names:
        raise DataError(
            "model",
            f"of {', '.join(other.spec.names)}",
            f"here are {', '.join(spec.names)}",
            "choose another",
        )
    many = len(learner.outputs)
    return replace(
        other, learner=learner, tables=learner.outputs, units=("",) * many, parts=(None,) * many, messages=()
    )


def _model(control: Controller) -> Any:
    """The model that plays, or None."""
    try:
        return store.unpack(control.desk.model) if control.desk.model else None
    except GesturemapError:
        return None
