"""Import into a project that is there: its examples, and those of a file of Wekinator beside them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from gesturemap.control.client import alone
from gesturemap.control.desk import Desk
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, FileError
from gesturemap.frames import Channel
from gesturemap.plain import counted, shell
from gesturemap.project.exchange import arff_read, dtw_csv, examples, wekinator_dtw
from gesturemap.project.exchange.imported import listed
from gesturemap.project.project import Project
from gesturemap.project.takes import new_id

CONSOLE = Console(soft_wrap=True)


def into(options: Namespace, path: Path) -> int:
    """Add the examples of an ARFF or CSV to a project."""
    alone(options.into)
    desk = Desk(options.into)
    if not desk.writable:
        raise CommandError(
            options.into,
            "a shipped preset",
            "nothing is added to it",
            "copy it first: gesturemap presets NAME --copy",
        )
    made, left = found(desk.project, path, options.rate)
    gaps = bool(getattr(desk.project.learner, "gaps", False))
    for one in made:
        one.check(gaps)
    desk.edit("import", with_more(desk.project, made))
    for line in left:
        CONSOLE.print(f"not taken: {line}", markup=False)
    many = counted(sum(map(len, made)), "example" if made[0].outputs else "frame")
    CONSOLE.print(
        f"{counted(len(made), 'demonstration')} with {many} added; next: gesturemap train {shell(options.into)}",
        markup=False,
    )
    return 0


def found(project: Project, path: Path, rate: float) -> tuple[tuple[Demonstration, ...], tuple[str, ...]]:
    """The examples of a file for the inputs and outputs, or gestures, of a project, and what was left out.

    Raises
    ------
    FileError
        If it is of another form, or does not fit.
    """
    shown = project.demonstrations
    inputs = shown[0].spec.names if shown else tuple(getattr(project.input, "names", ()))
    if not inputs:
        raise FileError(
            str(path), "a project without demonstrations", "they say what its channels are",
            "import the file as a project of its own",
        )  # fmt: skip
    if path.suffix.lower() == ".arff":
        outputs = shown[0].outputs if shown else _outputs(project)
        table = arff_read.read(path)
        columns = examples.columns_of_project(table, inputs, [one.name for one in outputs], str(path))
        made, left = examples.demonstrations(
            path, table, columns, inputs, [one.name for one in outputs], rate
        )
        return _alike(made, shown), left
    if path.suffix.lower() != ".csv":
        raise FileError(
            str(path), "neither ARFF nor CSV", "examples of Wekinator are added to a project",
            "import it as a project of its own",
        )  # fmt: skip
    names, series = dtw_csv.read(path)
    if names and names != inputs:
        raise FileError(str(path), f"inputs {listed(names)}", f"{listed(inputs)} are wanted", "rename them")
    known = project.gestures
    called = (
        {label: label for label in known} if names else {str(i): label for i, label in enumerate(known, 1)}
    )
    return _alike(wekinator_dtw.demonstrations(path, series, called, inputs, rate), shown), ()


def _outputs(project: Project) -> tuple[Channel, ...]:
    """The outputs that a learner of outputs names."""
    return tuple(Channel(one.name) for one in getattr(project.learner, "outputs", ()))


def _alike(made: Sequence[Demonstration], shown: Sequence[Demonstration]) -> tuple[Demonstration, ...]:
    """With the units of the demonstrations that are there."""
    if not shown:
        return tuple(made)
    channels, outputs = shown[0].spec.channels, shown[0].outputs
    return tuple(
        replace(one, spec=replace(one.spec, channels=channels), outputs=outputs if one.outputs else ())
        for one in made
    )


def with_more(project: Project, made: Sequence[Demonstration]) -> Project:
    """The project with these demonstrations too, each with an id that is free."""
    taken: set[str] = {one.id for one in project.demonstrations}
    more = []
    for one in made:
        more.append(replace(one, id=new_id(one.label, taken)))
        taken.add(more[-1].id)
    labels = dict.fromkeys((*project.gestures, *(one.label for one in more)))
    return replace(project, gestures=tuple(labels), demonstrations=(*project.demonstrations, *more))
