"""What is doubtful in what was shown, and which demonstrations are the best and the worst."""

from __future__ import annotations

from argparse import Namespace

from rich.table import Table
from rich.text import Text

from gesturemap.cli.teach.taught import Taught, Told
from gesturemap.teaching.critique import checks, ranking
from gesturemap.teaching.critique.likeness import likeness
from gesturemap.teaching.critique.ranking import Ranked


def of_checks(asked: Taught, options: Namespace) -> Told:
    """Everything that is strange about the demonstrations."""
    whole = asked.project.demonstrations if asked.project else asked.demonstrations
    return Told.of(checks.findings(whole, asked.it, asked.model), "nothing is strange about what was shown")


def best(asked: Taught, options: Namespace) -> Told:
    """The demonstrations of a gesture by how well they fit, or those of all gestures that are on a border."""
    heard = likeness(asked.it, asked.model)
    if options.gesture:
        label = " ".join(options.gesture.split())
        rows = [(label, one) for one in ranking.ranked(heard, label)]
        head = f"'{label}', from the nearest to the others to the farthest"
    else:
        rows = ranking.border(heard)
        head = "nearly as like another gesture as their own" if rows else "nothing is on a border"
    table = Table("gesture", "demonstration", "fit", "most like", "rival", "ahead by", "", box=None)
    for label, one in rows:
        table.add_row(*(Text(cell) for cell in _cells(label, one)))
    plain = [{"gesture": label, **one.as_table} for label, one in rows]
    return Told(plain, [Text(head), table] if rows else [Text(head)])


def _cells(label: str, one: Ranked) -> list[str]:
    rival = f"{one.rival} ({one.rival_like})" if one.rival_like else one.rival
    known = one.margin == one.margin
    mark = "label?" if one.suspicion >= 0.5 else "border" if one.border else ""
    fit = f"{one.fit:.2f}" if one.fit == one.fit else ""
    return [label, one.id, fit, one.like, rival if known else "", f"{one.margin:.2f}" if known else "", mark]
