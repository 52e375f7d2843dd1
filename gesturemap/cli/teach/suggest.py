"""What to do next."""

from __future__ import annotations

from argparse import Namespace

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gesturemap.cli.teach.taught import Told
from gesturemap.teaching.answers import told
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.tables import confusion


def of_curve(asked: Taught, options: Namespace) -> Told:
    """How many executions are missed with 1, 2, ... demonstrations of each gesture, and what another would bring."""
    found = told.curve(asked)
    most = max((len(one.errors) for one in found.curves), default=0)
    table = Table(
        "gesture", *(f"{m} shown" for m in range(1, most + 1)), "all, expected", "one more", box=None
    )
    for one in found.curves:
        errors = ["" if error != error else f"{error:.1%}" for error in one.errors.tolist()]
        ahead = ["?" if value != value else f"{value:.1%}" for value in (one.now, one.more)]
        table.add_row(Text(one.gesture), *errors, *[""] * (most - len(errors)), *ahead)
    if not found.curves:
        return Told(found.as_table(), [Text("two gestures are wanted")])
    lines = [
        Text("executions taken for another gesture:"),
        table,
        *(Text(str(one)) for one in found.findings),
    ]
    return Told(found.as_table(), lines)


def of_matrix(asked: Taught, options: Namespace) -> Told:
    """What is missed and what begins when it is not meant, each demonstration left out; and what more would bring."""
    found = told.matrix(asked)
    lines: list[Text | RenderableType] = [Text(one) for one in found.words]
    if matrix := found.confusion:
        # the last column is none of them, which no chain says
        counts = [*(row[:-1] for row in matrix["rows"])]
        lines += [Text(""), confusion({"labels": matrix["labels"][:-1], "counts": counts}), Text("")]
    return Told(found.as_table(), [*lines, *(Text(str(one)) for one in found.findings)])


def of_next(asked: Taught, options: Namespace) -> Told:
    """Which demonstration to record next, and why; nothing where more will not help."""
    found = told.next_one(asked, *options.skip)
    best = found.best
    if best is None:
        left = "the others have enough" if options.skip else "there is enough of each gesture"
        return Told(found.as_table(), [Text(f"nothing: {left}")])
    lines = [Text(str(best.finding()))]
    if best.gain == best.gain:
        lines.append(Text(
            f"expected, leaning on all gestures: about {best.now:.1%} of its executions missed now, "
            f"{best.now - best.gain:.1%} with one more"
        ))  # fmt: skip
    if found.others:
        lines.append(Text(f"or, if not that: {', '.join(one.gesture for one in found.others[:3])}"))
    return Told(found.as_table(), lines)
