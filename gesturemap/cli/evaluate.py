"""The command evaluate: how well a model does on recordings."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import Progress

from gesturemap import catalog, compiled
from gesturemap.cli.files import announce
from gesturemap.errors import SettingsError
from gesturemap.models import kernels
from gesturemap.teaching import blocks, cycles, openset, pieces, recognise, regress, splits, streams
from gesturemap.teaching.corpus import Corpus
from gesturemap.teaching.play import Request, feature_tables, recordings, typed
from gesturemap.teaching.workers import Done, work

SHOTS = (1, 2, 5)
"""Of recognition, when nothing is said."""
SOME = (1, 3, 5)
"""Of streams and open sets."""
ASKED = ("split", "leave_out", "stream", "open_set", "cycles")
"""Of these only one; windows go with leave_out."""

WIDE = 160
"""Characters of a line where nobody's screen limits it."""


class Plan(NamedTuple):
    """What is asked: cells, who works on them, and what to make of it."""

    kind: str
    """Of the tables that are printed."""
    cells: Sequence[Any]
    job: Callable[[Request, Any], Any]
    summary: Callable[[Sequence[Any]], dict[str, Any]]
    counted: str = "shots"


def ready(request: Request) -> None:
    """Compile what the model of a request needs, and say so."""
    compiled.load(kernels(json.loads(request.model)["kind"], fitting=True), announce)


def evaluate(options: Namespace) -> int:
    """Read, check, work through every cell, and tell."""
    request, settings = requested(options)
    if options.plot:
        from gesturemap.teaching.plot import drawable

        drawable(Path(options.plot))
    corpus = recordings(request)
    notes = list(corpus.notes)
    asked = plan(options, corpus, notes)
    ready(request)
    with progress() as done:
        results = work(asked.job, request, asked.cells, options.jobs, done)
    for result in results:
        notes += [message for message in result.messages if message not in notes]
    figures = {
        "data": request.path,
        "model": settings["kind"],
        "settings": {key: value for key, value in settings.items() if key != "kind"},
        "features": json.loads(request.features),
        **asked.summary(results),
        "notes": notes,
    }
    title = f"{Path(request.path).parent.name}/{Path(request.path).name}, {settings['kind']}"
    if options.plot:
        from gesturemap.teaching.plot import draw

        draw(figures, Path(options.plot), title)
    if options.json:
        print(json.dumps(figures))
    else:
        from gesturemap.teaching.tables import tables

        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=WIDE)
        console.print(f"{title}: {len(asked.cells)} models trained and tested", markup=False)
        console.print(tables(figures, asked.kind, asked.counted))
    return 0


def plan(options: Namespace, corpus: Corpus, notes: list[str]) -> Plan:
    """The cells of what is asked.

    Raises
    ------
    SettingsError, DataError
    """
    given = [name for name in ASKED if getattr(options, name)]
    if options.windows and "leave_out" not in given:
        given.append("windows")
    if len(given) > 1 or (options.shots and given and given[0] in ("split", "leave_out", "cycles")):
        both = [*given, *(["shots"] if options.shots else [])]
        names = " and ".join("--" + name.replace("_", "-") for name in both)
        raise SettingsError("evaluate", names, "one question at a time", "leave one of them out")
    of_streams = {
        "--within": options.within,
        "--everyday": options.everyday,
        "--templates": options.templates,
    }
    if not options.stream and (alone := [name for name, value in of_streams.items() if value]):
        raise SettingsError("evaluate", alone[0], "it belongs to --stream", "add --stream, or leave it out")
    draws = options.repeats, options.seed
    if options.stream:
        within = options.within or streams.WITHIN.get(corpus.marks, 0.0)
        cells: Sequence[Any] = streams.cells_of(
            corpus,
            options.shots or SOME,
            *draws,
            options.templates or "others",
            within,
            notes,
            options.everyday,
        )
        return Plan("stream", cells, streams.hear, streams.summary)
    if options.cycles:
        cells = cycles.cells_of(corpus, options.cycles, notes)
        return Plan("frames", cells, cycles.frame_by_frame, cycles.summary, "cycles")
    regression = bool(corpus.demonstrations[0].outputs)
    parts = pieces.windows(corpus, options.windows) if options.windows else pieces.whole(corpus)
    if corpus.moments and not regression:
        with_events, free = streams.is_stream(corpus)
        parts = [piece for piece in parts if piece.recording not in {*with_events, *free}]
    if options.open_set:
        cells = openset.cells_of(corpus, parts, options.shots or SOME, *draws, notes)
        return Plan("open set", cells, openset.oppose, openset.summary)
    if options.split or (regression and not given and not options.shots and set(corpus.splits) > {""}):
        cells = splits.own_split(corpus, parts)
    elif regression and not given and not options.shots and len(parts) == 1:
        cells = blocks.blocks(corpus, parts[0].recording, notes)
    elif options.leave_out or (regression and not given and not options.shots):
        cells = splits.leave_out(corpus, parts, options.leave_out or "recording", notes)
    else:
        draw = splits.one_take if options.windows else splits.few_shots
        cells = draw(corpus, parts, options.shots or SHOTS, *draws, notes)
    if regression:
        return Plan("regression", cells, regress.regress, regress.summary)
    return Plan("recognition", cells, recognise.recognise, recognise.summary)


def requested(options: Namespace) -> tuple[Request, dict[str, Any]]:
    """What the options ask for, checked; and every setting of the model that is not at its default."""
    kind = options.model or ("auto" if "auto" in catalog.kinds("models") else "hhmm")
    table = typed(options.settings)
    if "kind" in table:
        raise SettingsError("--set", "kind", "the kind of model has its own option", "use --model")
    catalog.read("models", {"kind": kind}, "--model")
    settings = catalog.write(catalog.read("models", {"kind": kind, **table}, "--set"))
    features = [] if options.features in ("none", "auto") else feature_tables(Path(options.features))
    columns = tuple(part.strip() for part in options.columns.split(",") if part.strip())
    source, colon, target = (options.target or "").partition(":")
    if options.target and (source != "desc" or not colon or not target):
        raise SettingsError(
            "--target", repr(options.target), "desc:COLUMN is wanted", "for example --target desc:0"
        )
    tables = json.dumps(settings), json.dumps(features)
    return Request(options.data, columns, target, *tables), settings


@contextmanager
def progress() -> Iterator[Done]:
    """A bar on stderr, where somebody can see it."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("models trained and tested", total=None)

        def done(count: int, of: int) -> None:
            bar.update(task, completed=count, total=of)

        yield done
