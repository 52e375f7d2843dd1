"""What to do next."""

from __future__ import annotations

from argparse import Namespace

from rich.table import Table
from rich.text import Text

from gesturemap.cli.teach.taught import Taught, Told
from gesturemap.teaching.critique.likeness import likeness
from gesturemap.teaching.finding import surest
from gesturemap.teaching.suggest import curve


def of_curve(asked: Taught, options: Namespace) -> Told:
    """How many executions are missed with 1, 2, ... demonstrations of each gesture, and what another would bring."""
    found = curve.curves(likeness(asked.it, asked.model))
    said = surest(curve.findings(found))
    most = max((len(one.errors) for one in found), default=0)
    table = Table("gesture", *(f"{m} shown" for m in range(1, most + 1)), "all", "one more", box=None)
    for one in found:
        errors = ["" if error != error else f"{error:.1%}" for error in one.errors.tolist()]
        ahead = ["?" if value != value else f"{value:.1%}" for value in (one.now, one.more)]
        table.add_row(Text(one.gesture), *errors, *[""] * (most - len(errors)), *ahead)
    rows = [
        {
            "gesture": one.gesture,
            "shown": one.shown,
            "errors": [_known(error) for error in one.errors.tolist()],
            "now": _known(one.now),
            "more": _known(one.more),
            "plateau": one.plateau,
        }
        for one in found
    ]
    if not found:
        return Told({"curves": [], "findings": []}, [Text("two gestures are wanted")])
    lines = [
        Text("executions taken for another gesture:"),
        table,
        *(Text(str(one)) for one in said),
    ]
    return Told({"curves": rows, "findings": [one.as_table() for one in said]}, lines)


def _known(share: float) -> float | None:
    return None if share != share else share
