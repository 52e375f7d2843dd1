"""Files of other programs, into the project that is open and out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap.control import edits
from gesturemap.control.checks import learnable
from gesturemap.control.pace import paced
from gesturemap.demonstrations import checked_label
from gesturemap.errors import CommandError
from gesturemap.library import at_home
from gesturemap.plain import counted
from gesturemap.project.exchange import into, outgoing

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller


def take_in(control: Controller, message: c.Import) -> None:
    """Add what these files hold: all of it, or nothing where one cannot be read or does not fit.

    Raises
    ------
    GesturemapError
        Saying which, and why.
    """
    if not message.paths:
        raise CommandError("import", "no file", "at least one is wanted", "choose some")
    label = checked_label(message.label) if message.label else ""
    project, many = control.project, 0
    for name in message.paths:
        rate = (paced(project, project.demonstrations).rate if project.demonstrations else 0.0) or into.RATE
        made, left = into.found(project, at_home(str(name)), rate)
        made = tuple(learnable(replace(one, label=label or one.label), project.learner) for one in made)
        project, many = into.with_more(project, made), many + len(made)
        for line in left:
            control.tell(c.Fault("import", f"not taken: {line}"))
    control.edit(f"import {counted(many, 'demonstration')}", project)


def give_out(control: Controller, message: c.Export) -> None:
    """Write demonstrations, also such as are left out, as far as they are learned from; without any, all that is.

    Raises
    ------
    GesturemapError
        If one is not there, or it cannot be written.
    """
    project = control.project
    if message.demonstrations:
        chosen = tuple(dict.fromkeys(edits.find(project, each) for each in message.demonstrations))
        project = replace(project, demonstrations=tuple(replace(each, enabled=True) for each in chosen))
    _, notes = outgoing.written(project, at_home(message.path))
    for note in notes:
        control.tell(c.Fault("export", note))
