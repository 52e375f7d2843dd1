"""Mixing what is heard: the matrix of a mixture, what each candidate alone would be, and the best."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.table import Table
from rich.text import Text

from gesturemap import catalog, compiled
from gesturemap import commands as c
from gesturemap.cli.files import announce
from gesturemap.cli.teach.kept import edit
from gesturemap.cli.teach.taught import Told
from gesturemap.control import edits
from gesturemap.errors import CommandError
from gesturemap.models import kernels
from gesturemap.models.few_shot import MIXED, FewShot, mixture
from gesturemap.models.relevance import Heeding
from gesturemap.plain import counted, shell
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.critique.likeness import chained, shown_of
from gesturemap.teaching.play import typed
from gesturemap.teaching.suggest import mixing
from gesturemap.teaching.tables import confusion


def mix(asked: Taught, options: Namespace) -> Told:
    """Tell of a mixture; without one, of what plays now. ``--keep`` lets it play.

    Raises
    ------
    CommandError
        If the model mixes nothing, or nothing can be written.
    SettingsError
        If no such thing can be mixed.
    """
    learner = asked.it.learner.learner if isinstance(asked.it.learner, Heeding) else asked.it.learner
    if not isinstance(learner, FewShot):
        raise CommandError(
            asked.name, f"the model is {learner.kind}", "auto and few_shot mix what they hear",
            "choose one of them",
        )  # fmt: skip
    wanted = catalog.read("models", {"kind": learner.kind, "mix": typed(options.weights, "mix")}, "mix").mix
    if options.keep and not wanted:
        raise CommandError(
            "--keep", "no mixture", "what counts how much is wanted", "mix level=1 convolutions=0.5"
        )
    compiled.load(kernels(learner.kind, fitting=True), announce)
    inner, shown = chained(asked.model, shown_of(asked.it))
    if inner is None:
        kind = getattr(getattr(asked.model, "recogniser", asked.model), "kind", "another")
        raise CommandError(
            asked.name, f"{kind} recognises here", "chains and convolutions are mixed",
            "let them recognise: recogniser=few_shot",
        )  # fmt: skip
    found = mixing.candidates(learner, shown)
    now = mixing.playing(inner)
    asked_for = {name: weight for name, weight in wanted.items() if weight} or now
    best = mixing.best(found, now)
    plain = found.plainly(asked_for)
    matrix, right, tested = plain.confusion, found.right(asked_for), len(found.ids)
    finding = best.finding(catalog.write(learner))
    if options.keep:
        table = {**catalog.write(learner), "mix": wanted}
        edit(asked, lambda project: edits.configure(project, c.Configure("model", table)))
    alone = {name: found.right({name: 1.0}) for name in MIXED}
    lines: list[Any] = [
        Text(f"{mixture(asked_for)}: {right} of {counted(tested, 'demonstration')} left out are right"),
        confusion({"labels": matrix["labels"][:-1], "counts": [row[:-1] for row in matrix["rows"]]}),
        *(Text(one) for one in plain.words()),
        Text(""),
        _alone(alone, asked_for, now),
        Text(str(finding)),
    ]
    if best.better:
        lines.append(Text(f"to let it play: {_command(asked.name, best.weights)} --keep"))
    if options.keep:
        lines.append(Text(f"kept; next: gesturemap train {shell(asked.name)}"))
    return Told(
        {"mix": asked_for, "right": right, "tested": tested, "confusion": matrix, "alone": alone, "now": now,
         "best": {**best._asdict(), "better": best.better}, "finding": finding.as_table(), "kept": options.keep},
        lines,
    )  # fmt: skip


def _alone(alone: dict[str, int], mixed: dict[str, float], now: dict[str, float]) -> Table:
    table = Table("what is heard", "right alone", "counts", "plays now", box=None)
    for name, right in alone.items():
        table.add_row(name, str(right), *(f"{one[name]:g}" if name in one else "·" for one in (mixed, now)))
    return table


def _command(name: str, weights: dict[str, float]) -> str:
    given = " ".join(f"{one}={weight:g}" for one, weight in weights.items())
    return f"gesturemap teach {shell(name)} mix {given}"
