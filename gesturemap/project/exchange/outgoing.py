"""A project's demonstrations in the forms of Wekinator."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.demonstrations import Demonstration, measured
from gesturemap.errors import FileError
from gesturemap.frames import Channel, Values
from gesturemap.plain import counted, listed
from gesturemap.project import xmm
from gesturemap.project.disk import free, write_file
from gesturemap.project.exchange import dtw_csv, examples
from gesturemap.project.exchange.arff import NOMINAL, Attribute
from gesturemap.project.project import Project

GESTURE = "gesture"
"""The output that stands for the vocabulary, in a table of examples."""


def alike(made: Sequence[Demonstration], path: Path) -> None:
    """Make sure that there are demonstrations, all of the same channels and outputs.

    Raises
    ------
    FileError
        If there are none, or they do not fit together.
    """
    if not made:
        raise FileError(str(path), "no demonstration", "at least one is wanted", "record a gesture first")
    for other in made[1:]:
        if other.spec.names != made[0].spec.names or other.outputs != made[0].outputs:
            raise FileError(
                f"demonstration {other.id}",
                f"channels {', '.join(other.spec.names)}",
                f"demonstration {made[0].id} has {', '.join(made[0].spec.names)}; a table has one set of columns",
                "export demonstrations of one sensor",
            )


EVEN = 0.02
"""The share of its length by which, besides one frame, frames may lie off an even rate."""
ENDINGS = {".json": "XMM", ".arff": "Wekinator, Weka", ".csv": "Wekinator's time warping"}
"""What can be written, and for whom."""


def written(project: Project, path: Path) -> tuple[str, tuple[str, ...]]:
    """Write what is learned from in the form that the file's ending says; how much that was, and what is to be said.

    Raises
    ------
    FileError
        If there is something already, or it does not fit into that form.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        known = ", ".join(f"{name} ({whose})" for name, whose in ENDINGS.items())
        raise FileError(str(path), f"ending '{ending}'", f"known are {known}", "name the file so")
    path, made = free(path), project.shown
    alike(made, path)
    if ending == ".json":
        made, notes = evened(made)
        xmm.write_training_set(made, path)
        return counted(len(made), "demonstration"), notes
    if ending == ".arff":
        text, notes = arff_text(project, 1000.0 * time.time())
        many = counted(sum(map(len, made)), "example")
    else:
        numbers, notes = numbered(project)
        text, many = dtw_csv.write(numbers), counted(len(made), "example")
    write_file(path, text.encode())
    return many, notes


def evened(made: Sequence[Demonstration]) -> tuple[tuple[Demonstration, ...], tuple[str, ...]]:
    """Demonstrations for a form without times, at one rate, and what is to be said of it.

    Where frames lie more than a frame, and `EVEN` of its length, off where they would at the median rate, they are
    taken anew at it, values between two frames on the line from one to the other; others stay as they are.
    """
    if not (rate := measured(made)):
        return tuple(made), ()
    so = f"(gesturemap import FILE --rate {rate:g} reads them so)"
    anew = [one.id for one in made if _off(one, rate) > 1.0 / rate + EVEN * one.seconds]
    if not anew:
        return tuple(made), (f"the form knows no times: frames are {rate:g} a second {so}",)
    return tuple(_at(one, rate) if one.id in anew else one for one in made), (
        f"the form knows no times, and frames came unevenly, or at another rate, in {listed(anew)}: taken anew "
        f"at {rate:g} Hz, so that each keeps its tempo {so}",
    )


def _off(one: Demonstration, rate: float) -> float:
    """How many seconds a frame lies off where it would at a rate, at most."""
    if not len(one):
        return 0.0
    return float(np.abs(one.time - one.time[0] - np.arange(len(one)) / rate).max())


def _at(one: Demonstration, rate: float) -> Demonstration:
    """The same movement in as long a time, with frames at a rate."""
    time = one.time[0] + np.arange(int(one.seconds * rate + 1e-6) + 1) / rate
    values, targets = (
        np.column_stack([np.interp(time, one.time, column) for column in table.T]) if table.size else table
        for table in (one.values, one.targets)
    )
    return replace(one, time=time, values=values, targets=targets, start=0.0, end=0.0)


def arff_text(project: Project, now: float) -> tuple[str, tuple[str, ...]]:
    """The ARFF of a project's demonstrations, which `alike` has passed, and what is to be said of it.

    Where they have no outputs, the gesture is one: a class for each, in the order of the vocabulary.

    Parameters
    ----------
    now : milliseconds since 1970, for demonstrations that do not say when they began.
    """
    made = project.shown
    if made[0].outputs:
        seen = np.concatenate([one.targets for one in made])
        outputs = [
            _attribute(channel, column, project.learner)
            for channel, column in zip(made[0].outputs, seen.T, strict=True)
        ]
        return examples.text_of(made, outputs, now), ()
    numbers, notes = _numbers(project)
    name = GESTURE
    while name in made[0].spec.names:
        name += "_"
    shown = tuple(
        replace(one, outputs=(Channel(name),), targets=np.full((len(one), 1), float(numbers[one.label])))
        for one in made
    )
    choices = tuple(str(number) for number in range(len(numbers) + 1))
    return examples.text_of(shown, [Attribute(name, NOMINAL, choices)], now), notes


def numbered(project: Project) -> tuple[list[tuple[int, Values]], tuple[str, ...]]:
    """Gesture, from 1, and values of every demonstration, and what is to be said of it."""
    numbers, notes = _numbers(project)
    if project.shown[0].outputs:
        notes = (*notes, "outputs are left behind: the form has no room for them")
    return [(numbers[one.label], one.values) for one in project.shown], notes


def _numbers(project: Project) -> tuple[dict[str, int], tuple[str, ...]]:
    """The number of every gesture, from 1, and a line that says so."""
    labels = dict.fromkeys((*project.gestures, *(one.label for one in project.demonstrations)))
    numbers = {label: number for number, label in enumerate(labels, 1)}
    return numbers, (f"gestures: {listed([f'{number}: {label}' for label, number in numbers.items()])}",)


def _attribute(channel: Channel, column: Values, learner: Any) -> Attribute:
    """The column of an output: of classes where the learner says so and the values are such."""
    outputs = getattr(learner, "outputs", ()) if learner.kind == "per_output" else ()
    own = next((output for output in outputs if output.name == channel.name), None)
    seen = column[np.isfinite(column)]
    whole = bool((seen >= 0.0).all() and (seen == np.floor(seen)).all())
    if own is None or own.type != "class" or not whole:
        return Attribute(channel.name)
    most = max(own.classes, int(seen.max()) if len(seen) else 0)
    return Attribute(channel.name, NOMINAL, tuple(str(number) for number in range(most + 1)))
