"""What is doubtful in what was shown, and which demonstrations are the best and the worst."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from gesturemap.cli.teach.heard import of_file
from gesturemap.cli.teach.kept import carry_out, offered
from gesturemap.cli.teach.taught import Told
from gesturemap.plain import counted
from gesturemap.teaching.answers import looks, told
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.critique.ranking import Ranked


def of_checks(asked: Taught, options: Namespace) -> Told:
    """Everything that is strange about the demonstrations."""
    found = told.checks(asked)
    done = carry_out(asked, found, options.apply) or offered(asked, found, "checks")
    return Told.of(found, "nothing is strange about what was shown").then(done)


def best(asked: Taught, options: Namespace) -> Told:
    """The demonstrations of a gesture by how well they fit, or those of all gestures that are on a border."""
    found = told.best(asked, options.gesture)
    if options.gesture:
        head = f"'{' '.join(options.gesture.split())}', from the nearest to the others to the farthest"
    else:
        head = "nearly as like another gesture as their own" if found.rows else "nothing is on a border"
    table = Table("gesture", "demonstration", "fit", "most like", "rival", "ahead by", "", box=None)
    for label, one in found.rows:
        table.add_row(*(Text(cell) for cell in _cells(label, one)))
    return Told(found.as_table(), [Text(head), table] if found.rows else [Text(head)])


def of_consistency(asked: Taught, options: Namespace) -> Told:
    """How alike each gesture is each time."""
    found = looks.consistency(asked)
    table = Table("gesture", "alike", "seconds", box=None)
    for one in found.standards:
        alike = "shown once" if one.usual != one.usual else f"{one.usual:.0%}"
        table.add_row(Text(one.gesture), alike, f"{one.seconds:.1f}")
    head = "how alike each gesture is each time: 100 % the same, 0 % as far apart as another gesture"
    return Told(found.as_table(), [Text(head), table])


def of_distinct(asked: Taught, options: Namespace) -> Told:
    """What a gesture would be confused with: one that is there, had it come last, or that of a file."""
    path = Path(options.gesture)
    new = of_file(path) if path.suffix == ".npz" and path.is_file() else ()
    found = told.distinct(asked, path.stem if new else options.gesture, new)
    table = Table(
        "gesture", "expected confusion", f"'{found.gesture}' taken for it", "it taken for that", box=None
    )
    for one in found.expected:
        table.add_row(
            Text(one.gesture), *(f"{value:.3f}" for value in (one.confusion, one.as_known, one.as_new))
        )
    head = f"'{found.gesture}', from {counted(found.shown, 'demonstration')}: 0 never confused, 0.5 the same"
    lines: list[Any] = [Text(head), table]
    if found.everyday is not None:
        lines.append(Text(f"{found.everyday:.1%} of the everyday movement would be '{found.gesture}'"))
    return Told(found.as_table(), lines)


def of_belief(asked: Taught, options: Namespace) -> Told:
    """The mean path of a gesture, its spread, and paths drawn from both."""
    found = looks.belief(asked, options.gesture, options.paths)
    table = Table("channel", "lowest", "highest", "spread", box=None)
    laid = found.belief.laid
    for n, channel in enumerate(found.belief.spec.channels):
        table.add_row(
            Text(str(channel)),
            *(
                f"{value:.3g}"
                for value in (laid.mean[:, n].min(), laid.mean[:, n].max(), laid.spread[:, n].mean())
            ),
        )
    lines = [
        Text(
            f"'{options.gesture}', mean of {counted(len(laid.curves), 'demonstration')}; --json has the path"
        )
    ]
    if (typical := laid.typical()) is not None:
        ids = [one.id for one in asked.demonstrations if one.label == options.gesture]
        lines.append(
            Text(
                "they differ so much (begun elsewhere, or otherwise) that their mean is no movement of yours: "
                f"the most typical is {ids[typical]}"
            )
        )
    return Told(found.as_table(), [*lines, table])


def _cells(label: str, one: Ranked) -> list[str]:
    rival = f"{one.rival} ({one.rival_like})" if one.rival_like else one.rival
    known = one.margin == one.margin
    near = "missed" if one.margin < 0.0 else "border" if one.border else ""
    mark = "label?" if one.suspicion >= 0.5 else near
    fit = f"{one.fit:.2f}" if one.fit == one.fit else ""
    return [label, one.id, fit, one.like, rival if known else "", f"{one.margin:.2f}" if known else "", mark]
