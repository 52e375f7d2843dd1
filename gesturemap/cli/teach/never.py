"""A gesture that must never begin for another: the price first, then the edit."""

from __future__ import annotations

from argparse import Namespace

from rich.table import Table
from rich.text import Text

from gesturemap import commands as c
from gesturemap.cli.teach.kept import edit
from gesturemap.cli.teach.taught import Told
from gesturemap.control import edits
from gesturemap.mapping.events import Events
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.critique import never as never_that
from gesturemap.teaching.hearing import rules_of


def never(asked: Taught, options: Namespace) -> Told:
    """Say what it costs; with ``--accept``, keep it; with ``--again``, take it back.

    Raises
    ------
    CommandError
        If there are no two such gestures, or nothing can be written.
    """
    label, other = (" ".join(name.split()) for name in (options.gesture, options.other))
    if options.again:
        edit(asked, lambda project: edits.threshold(project, c.Threshold(0.0, label)))
        return Told({"accepted": False}, [Text(f"'{label}' begins as all others do")])
    asked.prepare(asked.it.learner.kind)
    rules = rules_of(asked.project.mapping) if asked.project else [Events()]
    offer = never_that.never(asked.it, rules, label, other)
    if options.accept:
        edit(asked, lambda project: edits.threshold(project, offer.command))
    table = Table("fit it needs", f"begins in {offer.shown[1]} '{other}'", f"misses of {offer.shown[0]} '{label}'",
                  "", box=None)  # fmt: skip
    table.add_row("as it is", str(offer.now.false), str(offer.now.missed), "")
    for one in offer.prices:
        mark = ("accepted" if options.accept else "offered") if one == offer.then else ""
        table.add_row(f"{one.fit:g}", str(one.false), str(one.missed), mark)
    finding = offer.finding()
    lines = [Text(str(finding)), table]
    if not options.accept and asked.project is not None:
        lines.append(Text("to accept it: --accept; to take it back later: --again"))
    prices = [one._asdict() for one in offer.prices]
    return Told({**finding.as_table(), "prices": prices, "accepted": options.accept}, lines)
