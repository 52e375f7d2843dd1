"""Other features and models, tried on what was shown: what was tried, what won, by how much, and keeping it."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.table import Table
from rich.text import Text

from gesturemap import commands as c
from gesturemap.cli.teach.kept import edit
from gesturemap.cli.teach.taught import Told
from gesturemap.control import edits
from gesturemap.plain import counted, shell
from gesturemap.project.project import Project
from gesturemap.teaching.answers import tried
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.suggest import pipelines as search


def pipelines(asked: Taught, options: Namespace) -> Told:
    """Search, tell, and with ``--keep`` put what is offered into the project.

    Raises
    ------
    CommandError
        If outputs are learned, the time is none, or nothing can be written.
    """
    answer = tried.pipelines(asked, f"{options.seconds:g}")
    found = answer.found
    best = found.tries[found.best].pipeline
    if options.keep and found.better:
        other = best.learner != found.tries[0].pipeline.learner
        edit(asked, lambda project: _with(project, best, other))
    lines: list[Any] = [_tries(found), Text("")]
    lines += [Text(one) for one in words(found)]
    if options.keep and found.better:
        lines.append(Text(f"kept; next: gesturemap train {shell(asked.name)}"))
    elif found.better and asked.project is not None:
        lines.append(Text(f"to keep it: gesturemap teach {shell(asked.name)} pipelines --keep"))
    return Told(answer.as_table() | {"kept": bool(options.keep and found.better)}, lines)


def words(found: search.Found) -> list[str]:
    """What came of it."""
    every = counted(found.tested, "demonstration")
    told = f"{counted(len(found.tries), 'pipeline')} tried in {found.seconds:.1f} s"
    told += "" if found.whole else ", then time was over"
    if len(found.tries) == 1 and not found.whole:
        return [told, "no other than what is set could be tried in that time: give it more (--seconds)"]
    if found.best == 0:
        return [told, f"nothing is better than what is set: {found.now} of {every} left out are right"]
    best, (low, high) = found.tries[found.best], found.interval
    said = (
        f"best: {best.pipeline.what}, {best.pipeline.learner.kind}: {sum(best.right.values())} of {every} left out "
        f"are right, as it is set {found.now}; chosen without them {found.chosen}: {100.0 * low:+.0f} to "
        f"{100.0 * high:+.0f} points, with 95 % confidence"
    )
    return [
        told,
        said,
        "it is offered" if found.better else "that may be chance: leave it as it is, or record more",
    ]


def _tries(found: search.Found) -> Table:
    table = Table("features", "model", "right", "s", box=None)
    for n, one in enumerate(found.tries):
        bold = "bold" if n == found.best else ""
        right = f"{sum(one.right.values())} of {len(one.right)}"
        table.add_row(one.pipeline.what, one.pipeline.learner.kind, right, f"{one.seconds:.2f}", style=bold)
    return table


def _with(project: Project, best: search.Pipeline, other: bool) -> tuple[str, Project]:
    """With the features of a pipeline, and its model where it is another one."""
    _, changed = edits.configure(project, c.Configure("features", best.tables))
    if other:
        _, changed = edits.configure(changed, c.Configure("model", best.model))
    return "set features and model", changed
