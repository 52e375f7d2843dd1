"""What is learned from."""

from __future__ import annotations

from argparse import Namespace

from rich.table import Table
from rich.text import Text

from gesturemap.cli.teach.taught import Told
from gesturemap.teaching.answers import told
from gesturemap.teaching.answers.taught import Taught


def shown(asked: Taught, options: Namespace) -> Told:
    """Gestures and their demonstrations, by id."""
    found = told.shown(asked)
    table = Table("gesture", "demonstrations", "ids", box=None)
    for label, ids in found.groups.items():
        table.add_row(Text(label), str(len(ids)), Text(", ".join(ids)))
    head = f"{asked.name}: {found.model}, channels {', '.join(found.channels)}"
    return Told(found.as_table(), [Text(head), table])
