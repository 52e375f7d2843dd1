"""Files of other programs, into the project that is open and out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap.control import lock, those
from gesturemap.control import reading as reading_of
from gesturemap.control.reading import Arrived, Reading
from gesturemap.demonstrations import Demonstration, checked_label
from gesturemap.errors import CommandError, GesturemapError
from gesturemap.library import at_home
from gesturemap.plain import counted
from gesturemap.project.exchange import into, outgoing
from gesturemap.project.layers import Layers
from gesturemap.project.project import Project

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller

SHOWN = 4
"""Gestures of an import that are named."""


def take_in(control: Controller, message: c.Import) -> None:
    """Have these files read; what they hold is added by `arrived`, in one step.

    Raises
    ------
    CommandError
        If none is named, or others are being read.
    """
    if not message.paths:
        raise CommandError("import", "no file", "at least one is wanted", "choose some")
    label = checked_label(message.label) if message.label else ""
    if (reading := control.reading) is not None:
        raise CommandError("import", f"{reading.name} is being read", "one import at a time", "wait for it")
    order = reading_of.order(control.project, message.paths, label)
    folder = control.desk.folder if control.desk.writable else None
    control.reading = Reading(order, control.switchboard.call, control.shared, control.project, folder)
    control.tell(c.Progress("importing", control.reading.name, 0.0))


def arrived(control: Controller, message: Arrived) -> None:
    """Files have been read: add what they hold.

    Raises
    ------
    GesturemapError
        If a file cannot be read or does not fit, saying which, and why; then nothing is added.
    """
    try:
        if control.reading is message.reading:  # else it was given up
            _ended(control)
            message.reading.close()
            if message.error:
                control.tell(c.Fault("import", message.error))
            else:
                _add(control, message)
    finally:
        message.reading.beforehand.drop()


def _add(control: Controller, message: Arrived) -> None:
    """Add what was read: on disk is most of it already."""
    reading = message.reading
    lock.forbid(control, "import")
    project = control.project
    if reading_of.form(project) != reading.form:
        raise CommandError(
            "import", f"{reading.name} was read for other channels",
            "the project's input, model or demonstrations have changed meanwhile", "import it again",
        )  # fmt: skip
    for line in message.left:
        control.tell(c.Fault("import", f"not taken: {line}"))
    if not (made := message.demonstrations):
        return
    now = into.with_more(project, made)
    put = reading.beforehand.put(now.demonstrations[len(project.demonstrations) :], control.desk.folder)
    try:
        control.edit(brought(made), now)
    except GesturemapError:
        for path in put:
            path.unlink(missing_ok=True)
        raise
    for note in message.notes:
        control.tell(c.Fault("import", f"import: {note}"))


def brought(made: tuple[Demonstration, ...]) -> str:
    """What is said of an import: how many, and which gestures they belong to."""
    labels = list(dict.fromkeys(each.label for each in made))
    rest = len(labels) - SHOWN
    shown = ", ".join(labels[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    return f"import {counted(len(made), 'demonstration')} into {shown}"


def given_up(control: Controller) -> None:
    """Another project comes: what is still being read was for the one before."""
    if (reading := control.reading) is not None:
        reading.cancel()
        _ended(control)
        control.tell(c.Fault("import", f"import of {reading.name}: given up, as another project was opened"))


def _ended(control: Controller) -> None:
    assert control.reading is not None
    control.tell(c.Progress("importing", control.reading.name, 1.0))
    control.reading = None


def give_out(control: Controller, message: c.Export) -> None:
    """Write demonstrations, also such as are left out, as far as they are learned from; without any, all that is.

    Raises
    ------
    GesturemapError
        If one is not there, or it cannot be written; its place begins with ``export``, as another try settles it.
    """
    path = at_home(message.path)
    try:
        many, notes = outgoing.written(_asked(control, message), path)
    except GesturemapError as error:
        raise error.at(f"export {error.place}") from error
    control.tell(c.Exported(str(path), many, list(notes)))


def _asked(control: Controller, message: c.Export) -> Project:
    """The project with those demonstrations alone that are to be written."""
    project = control.project
    if message.demonstrations:
        chosen = tuple(dict.fromkeys(those.find(project, each) for each in message.demonstrations))
        chosen = tuple(replace(each, enabled=True) for each in chosen)
        project = replace(project, demonstrations=chosen, layers=Layers())
    return project
