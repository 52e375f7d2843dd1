"""What channels count for: learned from demonstrations drawn together or apart; what changes is told first."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import numpy as np
from rich.table import Table
from rich.text import Text

from gesturemap import catalog
from gesturemap import commands as c
from gesturemap.cli.teach.kept import edit
from gesturemap.cli.teach.taught import Told
from gesturemap.control import edits
from gesturemap.errors import CommandError
from gesturemap.models.model import weighs
from gesturemap.models.relevance import Relevance, bare
from gesturemap.plain import counted, shell
from gesturemap.teaching.answers import tried
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.suggest import channels


def weights(asked: Taught, options: Namespace) -> Told:
    """Tell what would count how much, and what that changes; ``--keep`` keeps it, ``--again`` lets all count alike.

    Raises
    ------
    CommandError
        If there are no such demonstrations, or nothing can be written.
    """
    marks = asked.project.relevance if asked.project else Relevance()
    if options.again:
        _keep(asked, marks, {})
        return Told({"weights": {}, "kept": True}, [Text("all channels count alike")])
    if not options.together and not options.apart:
        if options.keep:
            raise CommandError(
                "--keep", "no pair", "demonstrations are drawn first", "--together 3,5 --apart 3,9"
            )
        told = [f"{name} counts {weight:g}" for name, weight in marks.weights.items()]
        return Told(
            {"weights": marks.weights, "kept": False}, [Text(one) for one in told or ["all count alike"]]
        )
    said = [f"{word}={ids}" for word in (tried.TOGETHER, tried.APART) for ids in getattr(options, word)]
    answer = tried.weights(asked, *said)
    found, change = answer
    if options.keep:
        _keep(asked, marks, {**found.table})
    lines: list[Any] = [_channels(found), Text(""), _pairs(found), *_words(found, change)]
    learner = bare(asked.it.learner)
    if not weighs(learner):
        lines.append(Text(f"{learner.kind} does not weigh channels: auto, few_shot, exemplar and rocket do"))
    if options.keep:
        lines.append(Text(f"kept; next: gesturemap train {shell(asked.name)}; --again lets all count alike"))
    elif asked.project is not None:
        lines.append(Text("to keep it: --keep"))
    return Told(answer.as_table() | {"kept": options.keep}, lines)


def _keep(asked: Taught, marks: Relevance, table: dict[str, float]) -> None:
    given = {**catalog.write(marks), "weights": table}
    edit(asked, lambda project: edits.configure(project, c.Configure("relevance", given)))


def _channels(found: channels.Weights) -> Table:
    table = Table("channel", "counts", "then", box=None)
    for name, before, now in zip(found.channels, found.before.tolist(), found.now.tolist(), strict=True):
        table.add_row(Text(name), f"{before:g}", f"{now:g}" if now != before else "·")
    return table


def _pairs(found: channels.Weights) -> Table:
    """Distances of the pairs; 1 is the border between alike and different."""
    table = Table("pair", "said", "distance", "then", "mostly", box=None)
    for one in found.said:
        most = found.channels[int(np.argmax(one.apart))]
        before, now = (float(one.apart @ weights) for weights in (found.before, found.now))
        said = "alike" if one.alike else "different"
        table.add_row(Text(" and ".join(one.pair)), said, f"{before:.2f}", f"{now:.2f}", Text(most))
    return table


def _words(found: channels.Weights, change: channels.Change) -> list[Text]:
    every = counted(len(found.said), "pair")
    before, now = (found.fulfilled(weights) for weights in (found.before, found.now))
    told = [f"of {every} {before} lie as you said (alike below 1, different above), then {now}"]
    if change.tested:
        told.append(
            f"of {counted(change.tested, 'demonstration')} left out {change.right[0]} are right, then {change.right[1]}"
        )
        told += [f"{name}: taken for {was}, then for {then}" for name, (was, then) in change.flipped.items()]
        told += [] if change.flipped else ["none of them is taken for another gesture than before"]
    return [Text(one) for one in told]
