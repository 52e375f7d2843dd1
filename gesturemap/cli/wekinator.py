"""The command that plays the part of Wekinator: makes or opens such a project, and plays it."""

from __future__ import annotations

import secrets
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gesturemap.cli.play import perform, window
from gesturemap.control.controller import Controller
from gesturemap.errors import SettingsError
from gesturemap.inputs.input import Checked
from gesturemap.library import new_folder, presets, user_folder
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project

MAKING = ("inputs", "outputs", "kind", "types", "classes", "probabilities", "port", "send_host", "send_port")
"""Options that say what a new project is."""


def wekinator(options: Namespace) -> int:
    """Make or open the project, and play it."""
    place = Path(options.project).expanduser() if options.project else None
    if place is not None and ((place / "project.toml").is_file() or options.project in presets()):
        _nothing_to_make(options)
    else:
        options.project = str(make(options))

    def prepare(controller: Controller) -> None:
        controller.anywhere = options.anywhere
        controller.now(running=options.run)

    return window(options, prepare) if options.window else perform(options, None, prepare)


def _nothing_to_make(options: Namespace) -> None:
    given = [name for name in (*MAKING, "control_from") if getattr(options, name)]
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
    project = assemble(tables(options, folder.name), str(folder), "wekinator")
    if isinstance(project.input, Checked):
        project.input.check()  # before anything is written
    save_project(project, folder)
    return folder


def tables(options: Namespace, name: str) -> dict[str, Any]:
    """The settings of a new project."""
    receiver = {
        key: value
        for key, value in (("host", options.send_host), ("port", options.send_port))
        if value is not None
    }
    source: dict[str, Any] = {
        "kind": "wekinator",
        "names": [f"inputs-{number}" for number in range(1, (options.inputs or 5) + 1)],
    }
    if options.port is not None:
        source["port"] = options.port
    if options.control_from:
        source["control_from"] = list(options.control_from)
    kind = options.kind or ("custom" if options.types else "continuous")
    many = options.outputs or 5
    if kind == "dtw":
        gestures = [f"output_{number}" for number in range(1, many + 1)]
        model: dict[str, Any] = {"kind": "wekinator_dtw", "gestures": gestures}
    else:
        model = {"kind": "per_output", "each": outputs(options, kind, many)}
    return {
        "project": {"name": name},
        "input": source,
        "model": model,
        "mapping": [{"kind": "outputs"}],
        "outputs": [{"kind": "wekinator", **receiver}],
        "gestures": model.get("gestures", []),
    }


def outputs(options: Namespace, kind: str, many: int) -> list[dict[str, Any]]:
    """A table for each output."""
    if kind == "custom" and not options.types:
        raise SettingsError(
            "wekinator, --kind custom",
            "no --types",
            "the type of each output is wanted",
            "add --types real,class:5",
        )
    if options.types and kind != "custom":
        raise SettingsError(
            f"wekinator, --kind {kind}", "--types too", "types are for custom ones", "leave --kind out"
        )
    if options.types and options.outputs not in (None, len(options.types)):
        raise SettingsError(
            "wekinator, --outputs",
            f"{options.outputs}, and {len(options.types)} types",
            "each output has one type",
            "leave --outputs out",
        )
    usual = "class" if kind == "classifiers" else "real"
    types: Sequence[str] = options.types or [usual] * many
    made = []
    for number, text in enumerate(types, 1):
        table = {"name": f"outputs-{number}", **typed(text, options.classes or 5)}
        if options.probabilities and table["type"] == "class":
            table["probabilities"] = True
        made.append(table)
    return made


def typed(text: str, classes: int) -> dict[str, Any]:
    """The settings of an output that is written as ``real``, ``integer:0:127`` or ``class:3``."""
    head, *rest = text.split(":")
    try:
        numbers = [float(part) for part in rest]
    except ValueError:
        numbers = [float("nan")]
    if head == "class" and len(numbers) < 2 and all(number.is_integer() and number > 0 for number in numbers):
        return {"type": "class", "classes": int(numbers[0]) if numbers else classes}
    if head in ("real", "integer") and len(numbers) in (0, 2) and numbers == sorted(numbers):
        return {"type": head, **dict(zip(("low", "high"), numbers, strict=False))}
    raise SettingsError(
        "wekinator, --types",
        repr(text)[:60],
        "a type is real, integer or class, with a range or how many classes",
        "write it as real, real:0:10, integer:0:127, class or class:3",
    )
