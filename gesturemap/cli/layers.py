"""The command layers: which layers of demonstrations a project has, and which are learned from."""

from __future__ import annotations

import json
from argparse import Namespace

from rich.table import Table
from rich.text import Text

from gesturemap import commands as c
from gesturemap.cli.files import CONSOLE
from gesturemap.control.client import alone
from gesturemap.control.desk import Desk
from gesturemap.control.edits import EDITS
from gesturemap.demonstrations import LAYERS
from gesturemap.errors import CommandError
from gesturemap.library import project_folder
from gesturemap.plain import shell
from gesturemap.project.project import Project
from gesturemap.project.read import read_project


def layers(options: Namespace) -> int:
    """List them, or change them first: everything that is asked for, or nothing where something is wrong."""
    commands = _asked(options)
    project = (
        _changed(options.project, commands) if commands else read_project(project_folder(options.project))[0]
    )
    table = [_row(project, layer) for layer in LAYERS]
    if options.json:
        print(json.dumps({"layers": table, "records": project.layers.records}))
        return 0
    drawn = Table("layer", "demonstrations", "learned from", "", box=None)
    for row in table:
        records = "recordings belong to it" if row["layer"] == project.layers.records else ""
        drawn.add_row(
            str(row["layer"]),
            str(row["demonstrations"]),
            str(row["learned"]) if row["on"] else "off",
            records,
        )
    CONSOLE.print(drawn)
    if any(not isinstance(command, c.RecordInto) for command in commands):
        CONSOLE.print(Text(f"next: gesturemap train {shell(options.project)}"))
    return 0


def _row(project: Project, layer: str) -> dict[str, object]:
    there = [each for each in project.demonstrations if each.layer == layer]
    on = layer not in project.layers.off
    learned = sum(each.enabled for each in there) if on else 0
    return {"layer": layer, "on": on, "demonstrations": len(there), "learned": learned}


def _asked(options: Namespace) -> list[c.Message]:
    """The commands that do what is asked for.

    Raises
    ------
    CommandError
        If a layer is to be on and off, or no demonstration is named.
    """
    if both := sorted({*options.on} & {*options.off}):
        raise CommandError("layers", f"{both[0]} on and off", "a layer is one of both", "leave one out")
    if len(options.give) == 1:
        raise CommandError(
            "layers, --give", options.give[0], "a layer, and the demonstrations that belong to it",
            f"see gesturemap demonstrations {shell(options.project)}",
        )  # fmt: skip
    found: list[c.Message] = [c.SwitchLayer(layer, False) for layer in options.off]
    found += [c.SwitchLayer(layer, True) for layer in options.on]
    if options.give:
        found.append(c.ToLayer(options.give[0], options.give[1:]))
    if options.record:
        found.append(c.RecordInto(options.record))
    return found


def _changed(name: str, commands: list[c.Message]) -> Project:
    """Carry them out on disk, in one edit."""
    alone(name)
    desk = Desk(name)
    if not desk.writable:
        raise CommandError(
            name, "a shipped preset", "nothing of it is changed",
            "copy it first: gesturemap presets NAME --copy",
        )  # fmt: skip
    project = desk.project
    for command in commands:
        _, project = EDITS[type(command)](project, command)
    if project is not desk.project:
        desk.edit("layers", project)
    return project
