"""The command evaluate: how well a model does on recordings."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from gesturemap import catalog, compiled
from gesturemap.cli.files import announce
from gesturemap.errors import SettingsError
from gesturemap.teaching import pieces, recognise, splits
from gesturemap.teaching.play import KERNELS, Request, feature_tables, opened, typed
from gesturemap.teaching.workers import Done, work

STANDARD = (1, 2, 5)
"""Shots, when nothing is asked."""


def evaluate(options: Namespace) -> int:
    """Read, check, work through every cell, and tell."""
    request, settings = requested(options)
    compiled.load(KERNELS, announce)
    corpus = opened(request).corpus
    notes = list(corpus.notes)
    parts = pieces.windows(corpus, options.windows) if options.windows else pieces.whole(corpus)
    shots = options.shots or STANDARD
    if options.split:
        cells = splits.own_split(corpus, parts)
    elif options.leave_out:
        cells = splits.leave_out(corpus, parts, options.leave_out, notes)
    else:
        draw = splits.one_take if options.windows else splits.few_shots
        cells = draw(corpus, parts, shots, options.repeats, options.seed, notes)
    with progress() as done:
        results = work(recognise.recognise, request, cells, options.jobs, done)
    figures = {
        "data": request.path,
        "model": settings["kind"],
        "settings": {key: value for key, value in settings.items() if key != "kind"},
        "features": json.loads(request.features),
        **recognise.summary(results),
        "notes": notes,
    }
    if options.json:
        print(json.dumps(figures))
    else:
        Console(soft_wrap=True).print(json.dumps(figures, indent=1), markup=False)
    return 0


def requested(options: Namespace) -> tuple[Request, dict[str, Any]]:
    """What the options ask for, checked; and every setting of the model that is not at its default."""
    kind = options.model or ("auto" if "auto" in catalog.kinds("models") else "hhmm")
    table = typed(options.settings)
    if "kind" in table:
        raise SettingsError("--set", "kind", "the kind of model has its own option", "use --model")
    settings = catalog.write(catalog.read("models", {"kind": kind, **table}, "--set"))
    features = [] if options.features in ("none", "auto") else feature_tables(Path(options.features))
    columns = tuple(part.strip() for part in options.columns.split(",") if part.strip())
    return Request(options.data, columns, "", json.dumps(settings), json.dumps(features)), settings


@contextmanager
def progress() -> Iterator[Done]:
    """A bar on stderr, where somebody can see it."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("models trained and tested", total=None)

        def done(count: int, of: int) -> None:
            bar.update(task, completed=count, total=of)

        yield done
