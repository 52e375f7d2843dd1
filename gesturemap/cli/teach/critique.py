"""What is doubtful in what was shown, and which demonstrations are the best and the worst."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import numpy as np
from rich.table import Table
from rich.text import Text

from gesturemap.cli.teach.taught import Taught, Told
from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import CommandError
from gesturemap.models.few_shot import FewShot
from gesturemap.models.relevance import Relevance
from gesturemap.plain import counted
from gesturemap.teaching.critique import checks, ranking
from gesturemap.teaching.critique.belief import belief
from gesturemap.teaching.critique.distinct import Distinct
from gesturemap.teaching.critique.likeness import likeness
from gesturemap.teaching.critique.ranking import Ranked
from gesturemap.teaching.play import seen


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


def of_distinct(asked: Taught, options: Namespace) -> Told:
    """What a gesture that is there would be confused with, had it come last."""
    usual = getattr(asked.it.learner, "everyday", "")
    shown = [seen(asked.it.features, one) for one in asked.demonstrations]
    new = [one for one in shown if one.label == options.gesture]
    if not new:
        names = ", ".join(dict.fromkeys(one.label for one in shown))
        raise CommandError("gesture", repr(options.gesture), f"there are {names}", "name one of them")
    others = TrainingSet(tuple(one for one in shown if one.label not in (options.gesture, usual)))
    marks = asked.project.relevance if asked.project else Relevance()
    known = Distinct.of(marks.around(FewShot(convolutions="off")).fit(others), others)
    expected = known.expected(new)
    around = [one for one in shown if one.label == usual != options.gesture]
    share = known.everyday(new, around) if around else None
    table = Table(
        "gesture", "expected confusion", f"'{options.gesture}' taken for it", "it taken for that", box=None
    )
    for one in expected:
        table.add_row(
            Text(one.gesture), *(f"{value:.3f}" for value in (one.confusion, one.as_known, one.as_new))
        )
    head = f"'{options.gesture}', from {counted(len(new), 'demonstration')}: 0 never confused, 0.5 the same"
    lines: list[Any] = [Text(head), table]
    if share is not None:
        lines.append(Text(f"{share:.1%} of the everyday movement would be '{options.gesture}'"))
    rows = [{"gesture": one.gesture, "confusion": one.confusion, "as_known": one.as_known, "as_new": one.as_new}
            for one in expected]  # fmt: skip
    return Told({"gesture": options.gesture, "expected": rows, "everyday": share}, lines)


def of_belief(asked: Taught, options: Namespace) -> Told:
    """The mean path of a gesture, its spread, and paths drawn from both."""
    found = belief(options.gesture, [seen(asked.it.features, one) for one in asked.demonstrations])
    rng = np.random.default_rng(0)
    paths = [found.sample(rng, number).values.tolist() for number in range(options.paths)]
    table = Table("channel", "lowest", "highest", "spread", box=None)
    mean, spread = found.laid.mean, found.laid.spread
    for n, channel in enumerate(found.spec.channels):
        table.add_row(
            Text(str(channel)),
            *(f"{value:.3g}" for value in (mean[:, n].min(), mean[:, n].max(), spread[:, n].mean())),
        )
    head = f"'{options.gesture}', mean of {counted(len(found.laid.curves), 'demonstration')}; --json has the path"
    return Told({**found.table(), "paths": paths}, [Text(head), table])


def _cells(label: str, one: Ranked) -> list[str]:
    rival = f"{one.rival} ({one.rival_like})" if one.rival_like else one.rival
    known = one.margin == one.margin
    mark = "label?" if one.suspicion >= 0.5 else "border" if one.border else ""
    fit = f"{one.fit:.2f}" if one.fit == one.fit else ""
    return [label, one.id, fit, one.like, rival if known else "", f"{one.margin:.2f}" if known else "", mark]
