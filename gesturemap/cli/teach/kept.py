"""What is kept in a project from the shell: new demonstrations, and edits."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import replace

from gesturemap.control.client import alone
from gesturemap.control.desk import Desk
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.project.project import Project
from gesturemap.project.save import save_project
from gesturemap.project.takes import new_id
from gesturemap.teaching.answers.taught import Taught


def keep(asked: Taught, options: Namespace, found: Iterable[Demonstration]) -> None:
    """Put them on disk under free ids; new gestures come last in the vocabulary.

    Raises
    ------
    CommandError
        If it is no project, or somebody has it open.
    """
    if asked.project is None or asked.folder is None:
        raise CommandError("teach", asked.name, "a project gets new gestures", "name a project's folder")
    alone(options.project)
    there, labels = list(asked.project.demonstrations), list(asked.project.gestures)
    for one in found:
        there.append(replace(one, id=new_id(one.label, [each.id for each in there])))
        labels.append(one.label)
    asked.project = replace(asked.project, demonstrations=tuple(there), gestures=tuple(dict.fromkeys(labels)))
    save_project(asked.project, asked.folder)


def edit(asked: Taught, change: Callable[[Project], tuple[str, Project]]) -> Project:
    """Edit a project on disk; `change` gives what was done, and what came of it.

    Raises
    ------
    CommandError
        If it is no project, somebody has it open, or it is a shipped preset.
    """
    if asked.project is None:
        raise CommandError(asked.name, "recordings", "this is kept in a project", "give a project")
    alone(asked.name)
    desk = Desk(asked.name)
    if not desk.writable:
        raise CommandError(
            asked.name, "a shipped preset", "nothing of it is changed",
            "copy it first: gesturemap presets NAME --copy",
        )  # fmt: skip
    label, project = change(desk.project)
    desk.edit(label, project)
    return project
