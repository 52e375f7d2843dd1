"""The ``[input]`` of a new project, with what a person may have to edit written out and explained."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import tomlkit

from gesturemap.project.disk import write_file
from gesturemap.project.project import Project, assemble

EXPLAINED = {
    "osc": {"port": "UDP port: type it into the app, with this computer's address"},
    "serial": {
        "device": "/dev/ttyACM0, COM3 or /dev/ttyACM*; empty: the first board found",
        "format": "lines of text; or slip-osc, cobs-float32 ...: gesturemap sensors arduino-slip-osc",
        "baud": "as the board's program sets it",
    },
    "midi": {"port": "a part of its name; empty: the first found"},
}
"""Kind of input -> setting -> what to write there."""
EXAMPLES = {
    "osc": ('arguments = ["acc_x m/s2", "acc_y m/s2", "acc_z m/s2"]', "a name and a unit for each number"),
    "serial": ('channels = ["acc_x m/s2", "acc_y m/s2", "acc_z m/s2"]', "a name and a unit for each number"),
}
"""Kind of input -> a line to uncomment where the layout is learned from what comes first."""
LAYOUT = ("arguments", "channels", "messages")


def explain(project: Project, folder: Path) -> None:
    """Write out, in a ``project.toml`` just made, the settings of the input that a person has to know.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    path = folder / "project.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    kind = project.input.kind
    before: dict[str, Any] = dict(document["input"])
    table = tomlkit.table()
    table["kind"] = kind
    for name, comment in EXPLAINED.get(kind, {}).items():
        table[name] = tomlkit.item(getattr(project.input, name))
        table[name].comment(comment)
    if kind in EXAMPLES and not any(getattr(project.input, name, ()) for name in LAYOUT):
        line, comment = EXAMPLES[kind]
        table.add(tomlkit.comment(f"{line}  # {comment}"))
    for name, value in sorted(before.items(), key=lambda row: isinstance(row[1], dict)):
        if name not in table:
            table[name] = value
    document["input"] = table
    text = tomlkit.dumps(document)
    if assemble(tomllib.loads(text), str(folder), str(path)) == project.at(str(folder)):
        write_file(path, text.encode())
