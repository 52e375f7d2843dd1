"""What control does with Wekinator's control words: the engine hands them on, in order, once they may be said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import lock, orders, recording, single, training
from gesturemap.control.desk import Desk
from gesturemap.engine.wekinator import reason
from gesturemap.errors import CommandError, GesturemapError
from gesturemap.models.model import asked
from gesturemap.plain import printable
from gesturemap.project.project import Project

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller

WORDS = "/wekinator/control/"
EDITING = (
    "train",
    "deleteAllExamples",
    "deleteExamplesForOutput",
    "selectInputsForOutput",
    "loadModelFromFile",
    "saveModelToFile",
)
"""Words that the stage lock refuses; those that record are refused by the engine."""


def hear(control: Controller, word: inner.Word) -> None:
    """Carry out a control word.

    Raises
    ------
    GesturemapError
        If that cannot be done; nothing has changed then.
    """
    try:
        if word.word in EDITING:
            lock.forbid(control, word.word)
        ACTS[word.word](control, word.arguments)
    except GesturemapError as error:
        if word.word == "train":
            control.engine.send(inner.TrainingEnded(False))
        control.engine.send(inner.Disobeyed(word.sender, reason(word, error)))
        raise
    control.changed()


def does(control: Controller, told: inner.Doing) -> None:
    """What control words have made the engine do now."""
    control.doing = told
    activity = control.activity
    if not told.recording:  # what was kept has come before
        recording.taken_back(control, activity.recording)
    if (told.recording, told.running) != (activity.recording, activity.running):
        control.now(recording=told.recording, running=told.running)
        control.changed()


def hand_over(control: Controller) -> None:
    """An engine takes the place of one that died: it goes on with what that one did."""
    waited = control.activity.training and asked(control.project.learner)
    control.engine.send(replace(control.doing, training=waited))


def _train(control: Controller, _: list[Any]) -> None:
    if not control.project.shown and not control.desk.model:
        raise CommandError(f"{WORDS}train", "no example", "one is needed", "record some first")
    training.train(control)


def _cancel(control: Controller, _: list[Any]) -> None:
    control.trainer.send(c.CancelTraining())


def _delete_all(control: Controller, _: list[Any]) -> None:
    if control.project.demonstrations:
        control.edit("delete all examples", replace(control.project, demonstrations=()))


def _delete_of(control: Controller, arguments: list[Any]) -> None:
    project, number = control.project, int(arguments[0])
    outputs = getattr(project.learner, "outputs", ())
    if outputs:
        name = outputs[number - 1].name
        control.edit(f"delete examples of {name}", without_output(project, name))
        return
    gestures = getattr(project.learner, "gestures", ()) or project.gestures
    label = gestures[number - 1]
    kept = tuple(d for d in project.demonstrations if d.label != label)
    control.edit(f"delete examples of {label}", replace(project, demonstrations=kept))


def without_output(project: Project, name: str) -> Project:
    """The project without the examples of one output; recordings in which no other has any go as wholes."""
    kept = []
    for demonstration in project.demonstrations:
        names = [channel.name for channel in demonstration.outputs]
        if name not in names:
            kept.append(demonstration)
            continue
        targets = demonstration.targets.copy()
        targets[:, names.index(name)] = np.nan
        if not np.isnan(targets).all():
            kept.append(replace(demonstration, targets=targets))
    return replace(project, demonstrations=tuple(kept))


def _select(control: Controller, arguments: list[Any]) -> None:
    names = control.project.input.names  # type: ignore[attr-defined]  # an input with such words has them
    chosen = sorted({int(number) for number in arguments[1:]})
    inputs = [] if len(chosen) == len(names) else [channel(names[number - 1]) for number in chosen]
    control.edit(*single.with_output(control.project, int(arguments[0]) - 1, inputs=inputs))


def channel(text: str) -> str:
    """The name in ``name unit``."""
    return text.strip().partition(" ")[0]


def _load(control: Controller, arguments: list[Any]) -> None:
    path = _file(control, arguments[1], "loadModelFromFile")
    single.load(control, int(arguments[0]) - 1, path, examples=arguments[2:3] == ["WITHDATA"])


def _save(control: Controller, arguments: list[Any]) -> None:
    path = _file(control, arguments[1], "saveModelToFile")
    single.save(control, int(arguments[0]) - 1, path)


def _file(control: Controller, name: str, word: str) -> Path:
    """A model's file, by a name that people can read, and that is one on every system.

    Raises
    ------
    CommandError
        If it is none, or is not in the project's folder and may not be anywhere.
    """
    path = inside(control.desk.folder, name, word, control.anywhere)
    hidden = any(part.startswith(".") for part in Path(name).parts)
    if not printable(name) or (not control.anywhere and (hidden or set(name) & set('\\:*?"<>|'))):
        raise CommandError(
            f"{WORDS}{word}",
            repr(name)[:100],
            "a file's name can be read, has none of \\ : * ? \" < > | and no dot at its beginning",
            "choose another, such as first.model",
        )
    return path


def _run_new_project(control: Controller, arguments: list[Any]) -> None:
    path = inside(control.desk.folder.parent, arguments[0], "runNewProject", control.anywhere)
    if path.suffix == ".wekproj" and (path.parent / "project.toml").is_file():
        path = path.parent
    if not (path / "project.toml").is_file():
        raise CommandError(
            f"{WORDS}runNewProject",
            str(path),
            "a project is a folder with a project.toml",
            "name one beside this project's",
        )
    control.place(Desk(str(path)))
    control.obey(c.Run(True))  # before the engine has the project, so that it runs as soon as it is there
    control.reload()
    orders.opened(control)


def inside(folder: Path, name: str, word: str, anywhere: bool) -> Path:
    """A file or folder that is named over the network: in this folder, unless it may be anywhere.

    Raises
    ------
    CommandError
        If it is not.
    """
    try:
        path = (folder / name).resolve()
        there = path.is_relative_to(folder.resolve()) and path != folder.resolve()
        plain = not Path(name).is_absolute() and ".." not in Path(name).parts
        path.exists()  # a name that is too long is none
    except (OSError, ValueError, RuntimeError):
        path, there, plain = folder, False, False
    if name and "\0" not in name and (anywhere or (there and plain)):
        return path
    raise CommandError(
        f"{WORDS}{word}",
        repr(name)[:100],
        f"names are relative to {folder}, and nothing outside is touched",
        "give a name without .. and without / at its beginning",
    )


def _nothing(_: Controller, __: list[Any]) -> None:
    """There is no small window; who asks for one is not refused."""


ACTS: dict[str, Callable[[Controller, list[Any]], None]] = {
    "train": _train,
    "cancelTrain": _cancel,
    "deleteAllExamples": _delete_all,
    "deleteExamplesForOutput": _delete_of,
    "selectInputsForOutput": _select,
    "loadModelFromFile": _load,
    "saveModelToFile": _save,
    "runNewProject": _run_new_project,
    "enablePerformanceMode": _nothing,
    "disablePerformanceMode": _nothing,
}
