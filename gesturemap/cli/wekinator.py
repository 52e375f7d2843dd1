"""The command that plays the part of Wekinator: makes or opens such a project, and plays it."""

from __future__ import annotations

import json
import secrets
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from gesturemap.cli.play import perform, window
from gesturemap.control.client import alone
from gesturemap.control.controller import Controller
from gesturemap.errors import SettingsError
from gesturemap.inputs.input import Checked
from gesturemap.library import at_home, new_folder, presets, user_folder
from gesturemap.plain import shell
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.project.wekinator import Part, tables

PLACES = ("port", "send_host", "send_port")
"""Options that say where its messages come from and go to; of a project that is there, they are written into it."""
MAKING = ("inputs", "outputs", "kind", "types", "classes", "probabilities", "port", "send_host", "send_port")
"""Options that say what a new project is."""


def wekinator(options: Namespace) -> int:
    """Make or open the project, and play it; whoever may send its control words may send commands, if any may."""
    place = at_home(options.project) if options.project else None
    if place is not None and (place / "project.toml").is_file():
        _nothing_to_make(options, PLACES)
        elsewhere(place, options)
    elif options.project in presets():
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


def _nothing_to_make(options: Namespace, but: Sequence[str] = ()) -> None:
    making = MAKING if options.osc_control else (*MAKING, "control_from")
    given = [name for name in making if getattr(options, name) and name not in but]
    if given:
        option = given[0].replace("_", "-")
        raise SettingsError(
            f"wekinator, --{option}",
            "the project is there already",
            "it says itself what it is",
            f"leave --{option} out, or change project.toml",
        )


def elsewhere(folder: Path, options: Namespace) -> None:
    """Have a project listen, and send, where the options say: what was elsewhere is written, and said.

    Raises
    ------
    SettingsError
        If it does not listen, or send, as Wekinator does.
    CommandError
        If another gesturemap plays it.
    """
    given = {
        "input": {"port": options.port},
        "outputs": {"host": options.send_host, "port": options.send_port},
    }
    for section, values in given.items():
        wanted = {name: value for name, value in values.items() if value}
        if not wanted:
            continue
        alone(options.project)
        project, _ = read_project(folder)
        table = project.tables()[section]
        rows = table if section == "outputs" else [table]
        row = next((row for row in rows if row["kind"] == "wekinator"), None)
        if row is None:
            raise SettingsError(
                f"wekinator, {section}", f"none of the kind wekinator, to have {listed(wanted)}",
                "these options are about Wekinator's messages", f"change [{section}] in project.toml",
            )  # fmt: skip
        if any(row.get(name) != value for name, value in wanted.items()):
            row |= wanted
            save_project(project.configured(section, table, f"wekinator, {section}"), folder)
            print(f"project.toml, {section}: {listed(wanted)}", flush=True)


def listed(wanted: Mapping[str, object]) -> str:
    """Settings as a TOML file has them."""
    return ", ".join(f"{name} = {json.dumps(value)}" for name, value in wanted.items())


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
