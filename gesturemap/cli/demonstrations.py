"""The command demonstrations: what a project has been shown, and taking some of it away."""

from __future__ import annotations

from argparse import Namespace

from rich.table import Table
from rich.text import Text

from gesturemap import commands as c
from gesturemap.cli.files import CONSOLE
from gesturemap.control import edits
from gesturemap.control.client import alone
from gesturemap.control.desk import Desk
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.library import project_folder
from gesturemap.plain import counted, shell
from gesturemap.project.project import Project
from gesturemap.project.read import gone, read_project


def demonstrations(options: Namespace) -> int:
    """List them, or delete those that are named: all of them, or none where one does not exist."""
    if options.delete:
        return _delete(options.project, options.delete)
    project, warnings = read_project(project_folder(options.project))
    for warning in warnings:
        CONSOLE.print(warning, markup=False)
    table = Table("id", "gesture", "frames", "seconds", "layer", "learned", "channels", box=None)
    for d in project.demonstrations:
        channels = ", ".join(map(str, d.spec.channels))
        row = (d.id, d.label, str(len(d)), f"{d.seconds:.2f}", d.layer, _learned(d, project), channels)
        table.add_row(*map(Text, row))
    CONSOLE.print(table)
    return 0


def _learned(d: Demonstration, project: Project) -> str:
    """What of it is learned from."""
    if not d.enabled:
        return "left out"
    if d.layer in project.layers.off:
        return "layer off"
    return f"{d.start:.2f}..{d.end or d.seconds:.2f} s" if d.start or d.end else "all"


def _delete(name: str, ids: list[str]) -> int:
    alone(name)
    desk = Desk(name)
    if not desk.writable:
        raise CommandError(
            name,
            "a shipped preset",
            "nothing of it is deleted",
            "copy it first: gesturemap presets NAME --copy",
        )
    project = desk.project
    missing = [file.removesuffix(".npz") for file in gone(desk.folder / "demonstrations")]
    forgotten = [each for each in dict.fromkeys(ids) if each in missing]  # it needs but to be written
    for each in dict.fromkeys(ids):
        if each not in forgotten:
            _, project = edits.delete_demonstration(project, c.DeleteDemonstration(each))
    deleted = len(desk.project.demonstrations) - len(project.demonstrations)
    desk.edit("delete demonstrations", project)
    done = [f"{counted(deleted, 'demonstration')} deleted, the files are in {desk.folder / 'trash'}"]
    if forgotten:
        named = f"forgotten, as the file was gone: {', '.join(forgotten)}"
        done = [*done, named] if deleted else [named]
    CONSOLE.print(
        f"{'; '.join(done)}; {len(project.demonstrations)} left; next: gesturemap train {shell(name)}",
        markup=False,
    )
    return 0
