"""The command that plays the part of Wekinator: makes or opens such a project, and plays it."""

from __future__ import annotations

import secrets
import time
from argparse import Namespace
from pathlib import Path

from gesturemap.cli.play import perform, window
from gesturemap.control.controller import Controller
from gesturemap.errors import SettingsError
from gesturemap.inputs.input import Checked
from gesturemap.library import new_folder, presets, user_folder
from gesturemap.plain import shell
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project
from gesturemap.project.wekinator import Part, tables

MAKING = ("inputs", "outputs", "kind", "types", "classes", "probabilities", "port", "send_host", "send_port")
"""Options that say what a new project is."""


def wekinator(options: Namespace) -> int:
    """Make or open the project, and play it; whoever may send its control words may send commands, if any may."""
    place = Path(options.project).expanduser() if options.project else None
    if place is not None and ((place / "project.toml").is_file() or options.project in presets()):
        _nothing_to_make(options)
    else:
        options.project, named = str(make(options)), options.project
        if not named:
            print(
                f"kept in {options.project}; to go on with it: gesturemap wekinator {shell(options.project)} --run",
                flush=True,
            )
    if options.osc_control is None:
        options.control_from = ()  # they are who may send control words, and there is no other port

    def prepare(controller: Controller) -> None:
        controller.anywhere = options.anywhere
        controller.now(running=options.run)

    return window(options, prepare) if options.window else perform(options, None, prepare)


def _nothing_to_make(options: Namespace) -> None:
    making = MAKING if options.osc_control else (*MAKING, "control_from")
    given = [name for name in making if getattr(options, name)]
    if given:
        option = given[0].replace("_", "-")
        raise SettingsError(
            f"wekinator, --{option}",
            "the project is there already",
            "it says itself what it is",
            f"leave --{option} out, or change project.toml",
        )


def make(options: Namespace) -> Path:
    """Make a project; its folder."""
    if options.project:
        folder = new_folder(options.project)
    else:
        stamp = time.strftime("%Y%m%d-%H%M%S")
        folder = user_folder() / "unsaved" / f"wekinator-{stamp}-{secrets.token_hex(2)}"
    project = assemble(tables(part(options), folder.name), str(folder), "wekinator")
    if isinstance(project.input, Checked):
        project.input.check()  # before anything is written
    save_project(project, folder)
    return folder


def part(options: Namespace) -> Part:
    """What is asked for, by the names of the options."""
    given = {name: getattr(options, name) for name in (*MAKING, "control_from")}
    return Part(**{name: value for name, value in given.items() if value is not None})
