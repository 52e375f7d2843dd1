"""Mixing what is heard: the matrix of a mixture, what each candidate alone would be, and the best."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.table import Table
from rich.text import Text

from gesturemap import catalog
from gesturemap import commands as c
from gesturemap.cli.teach.kept import edit
from gesturemap.cli.teach.taught import Told
from gesturemap.control import edits
from gesturemap.errors import CommandError
from gesturemap.models.few_shot import mixture
from gesturemap.models.relevance import bare
from gesturemap.plain import counted, shell
from gesturemap.teaching.answers import tried
from gesturemap.teaching.answers.taught import Taught
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
    if options.keep and not options.weights:
        raise CommandError(
            "--keep", "no mixture", "what counts how much is wanted", "mix level=1 convolutions=0.5"
        )
    found = tried.mix(asked, *options.weights)
    if options.keep:
        learner = bare(asked.it.learner)
        table = {**catalog.write(learner), "mix": tried.mixture_of(learner, options.weights)}
        edit(asked, lambda project: edits.configure(project, c.Configure("model", table)))
    matrix, every = found.plain.confusion, counted(len(found.plain.rows), "demonstration")
    lines: list[Any] = [
        Text(f"{mixture(found.mix)}: {found.right} of {every} left out are right"),
        confusion({"labels": matrix["labels"][:-1], "counts": [row[:-1] for row in matrix["rows"]]}),
        *(Text(one) for one in found.plain.words()),
        Text(""),
        _alone(found),
        Text(str(found.finding)),
    ]
    if found.best.better:
        lines.append(Text(f"to let it play: {_command(asked.name, found.best.weights)} --keep"))
    if options.keep:
        lines.append(Text(f"kept; next: gesturemap train {shell(asked.name)}"))
    return Told(found.as_table() | {"kept": options.keep}, lines)


def _alone(found: tried.Mixed) -> Table:
    table = Table("what is heard", "right alone", "counts", "plays now", box=None)
    for name, right in found.alone.items():
        weights = (f"{one[name]:g}" if name in one else "·" for one in (found.mix, found.now))
        table.add_row(name, str(right), *weights)
    return table


def _command(name: str, weights: dict[str, float]) -> str:
    given = " ".join(f"{one}={weight:g}" for one, weight in weights.items())
    return f"gesturemap teach {shell(name)} mix {given}"
