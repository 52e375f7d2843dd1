"""What is kept in a project from the shell: new demonstrations, and edits."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from gesturemap.control.client import alone
from gesturemap.control.desk import Desk
from gesturemap.control.edits import EDITS
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.plain import shell
from gesturemap.project.project import Project
from gesturemap.project.save import save_project
from gesturemap.project.takes import new_id
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.finding import Finding


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


def carry_out(asked: Taught, findings: Sequence[Finding], numbers: Sequence[int]) -> list[str]:
    """Do what these findings offer, by their numbers from 1, in one edit; what was done, in words.

    Raises
    ------
    CommandError
        If there is no such number, or what it says is for a person to do; and as `edit`.
    """
    for number in numbers:
        if not 1 <= number <= len(findings):
            rule = f"numbers go from 1 to {len(findings)}" if findings else "nothing is found"
            raise CommandError("--apply", str(number), rule, "ask without --apply first")
        if type(findings[number - 1].command) not in EDITS:
            raise CommandError("--apply", str(number), "this is for you to do", findings[number - 1].remedy)
    done = []

    def change(project: Project) -> tuple[str, Project]:
        for number in numbers:
            command = findings[number - 1].command
            what, project = EDITS[type(command)](project, command)  # type: ignore[index]
            done.append(what)
        return ", ".join(done), project

    if numbers:
        edit(asked, change)
    return [f"done: {what}" for what in done]


def offered(asked: Taught, findings: Sequence[Finding], word: str) -> list[str]:
    """How one is carried out, where any can be."""
    can = [number for number, one in enumerate(findings, 1) if type(one.command) in EDITS]
    if not can or asked.folder is None:
        return []
    return [
        f"to carry one out, such as {can[0]}: gesturemap teach {shell(asked.name)} {word} --apply {can[0]}"
    ]
