"""What is learned from."""

from __future__ import annotations

from argparse import Namespace

from rich.table import Table
from rich.text import Text

from gesturemap.cli.teach.taught import Taught, Told


def shown(asked: Taught, options: Namespace) -> Told:
    """Gestures and their demonstrations, by id."""
    groups: dict[str, list[str]] = {}
    for each in asked.demonstrations:
        groups.setdefault(each.label, []).append(each.id)
    table = Table("gesture", "demonstrations", "ids", box=None)
    for label, ids in groups.items():
        table.add_row(Text(label), str(len(ids)), Text(", ".join(ids)))
    spec = asked.demonstrations[0].spec
    channels = [str(channel) for channel in spec.channels]
    head = f"{asked.name}: {asked.it.learner.kind}, channels {', '.join(channels)}"
    return Told(
        {"model": asked.it.learner.kind, "channels": channels, "gestures": groups}, [Text(head), table]
    )
