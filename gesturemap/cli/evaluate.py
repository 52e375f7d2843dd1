"""The command evaluate: how well a model does on recordings."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gesturemap import catalog, compiled
from gesturemap.cli.files import announce
from gesturemap.cli.progress import progress
from gesturemap.cli.screen import screen
from gesturemap.control.alike import pairs
from gesturemap.errors import DataError, SettingsError
from gesturemap.models import kernels
from gesturemap.plain import counted
from gesturemap.project.exchange.corpus import READ, Corpus
from gesturemap.project.exchange.wanted import missing
from gesturemap.teaching import blocks, cycles, everyday, openset, pieces, recognise, regress, splits, streams
from gesturemap.teaching.play import Request, feature_tables, recordings, typed
from gesturemap.teaching.workers import work

SHOTS = (1, 2, 5)
"""Of recognition, when nothing is said."""
SOME = (1, 3, 5)
"""Of streams and open sets."""
ASKED = ("split", "leave_out", "stream", "open_set", "cycles")
"""Of these only one; windows go with leave_out."""
SPANS = re.compile(r"[\d.]+\.\.[\d.]+ s of demonstration .*?: ")
"""Places of recordings in a message; see `spotting_words.span`."""


class Suited(NamedTuple):
    """What a file says of its gestures, and what recognises such best."""

    asked: str
    """The option."""
    marks: str
    """What its events are marked by; '' for any."""
    recogniser: str
    why: str


SUITED = (
    Suited("stream", "time", "strokes", "the events are strokes (ev_time)"),
    Suited("cycles", "", "frames", "every frame has a label (frame_label)"),
)
NUMBERS = re.compile(r"((?:demonstration|channels?) \S+)|\d+(?:\.\d+)?")
"""What may differ in notes that are alike; which demonstration or channel it is may not."""


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
    unasked(typed(options.settings), corpus, asked)
    request, settings = suited(request, settings, options, corpus, notes)
    ready(request)
    with progress("models trained and tested") as tell:
        results = work(
            asked.job, request, asked.cells, options.jobs,
            lambda count, of: tell(count, of, f"{count} of {counted(of, 'model')} trained and tested"),
        )  # fmt: skip
    notes += together([result.messages for result in results])
    notes += still(corpus, any("never changes" in note for note in notes))
    if "confusion" in (summary := asked.summary(results)) and asked.kind == "recognition":
        trained = {piece.label for cell in asked.cells for piece in cell.train}
        notes += alike(summary["confusion"], trained, "left-out" if options.leave_out else "tested")
    figures = {
        "data": request.path,
        "model": settings["kind"],
        "settings": {key: value for key, value in settings.items() if key != "kind"},
        "features": json.loads(request.features),
        **summary,
        "notes": notes,
    }
    title = f"{request.path}, {settings['kind']}"
    if options.plot:
        from gesturemap.teaching.plot import draw

        draw(figures, Path(options.plot), title)
    if options.json:
        print(json.dumps(figures))
    else:
        from gesturemap.teaching.tables import tables

        console = screen(highlight=False, soft_wrap=False)
        console.print(f"{title}: {counted(len(asked.cells), 'model')} trained and tested", markup=False)
        console.print(tables(figures, asked.kind, asked.counted))
    return 0


def still(corpus: Corpus, told: bool) -> list[str]:
    """Notes on channels without movement; `told`: of those that never change models spoke themselves."""
    takes = [one.values for one in corpus.demonstrations]
    moves = np.any([np.ptp(values, axis=0) > 0.0 for values in takes], axis=0)
    changes = np.ptp([values[0] for values in takes], axis=0) > 0.0
    names = np.array(corpus.demonstrations[0].spec.names)
    notes = []
    if not told and not (moves | changes).all():
        notes.append(f"never changes in any recording: {', '.join(names[~(moves | changes)])}")
    if (changes & ~moves).any():
        notes.append(
            f"has one value in each recording, and never moves: {', '.join(names[changes & ~moves])}"
        )
    if not moves.any():
        notes.append("no channel moves in any recording: see whether X is what the sensor sent")
    return notes


def together(messages: Sequence[Sequence[str]]) -> list[str]:
    """Each message once; where not every model said it, how many did. Of those alike but for numbers, the commonest.

    What one model says of several demonstrations or channels, or several times, is not alike; however many places of
    recordings it names is.
    """
    groups: dict[tuple[str, int], Counter[str]] = {}
    for told in messages:
        said = Counter[str]()
        for message in dict.fromkeys(told):
            pattern = NUMBERS.sub(lambda found: found[1] or "#", SPANS.sub(": ", message))
            groups.setdefault((pattern, said[pattern]), Counter())[message] += 1
            said[pattern] += 1
    notes = []
    for each in groups.values():
        message, _ = each.most_common(1)[0]
        count = each.total()
        example = "such as " if len(each) > 1 else ""
        notes.append(message if count == len(messages) and not example else
                     f"in {count} of {counted(len(messages), 'model')}: {example}{message}")  # fmt: skip
    return notes


def alike(confusion: dict[str, Any], trained: Collection[str], which: str) -> list[str]:
    """Pairs of gestures that are taken for each other, of those that were trained."""
    labels, counts = confusion["labels"], confusion["counts"]
    return pairs(
        {
            (was, taken): counts[i][j]
            for i, was in enumerate(labels)
            for j, taken in enumerate(labels)
            if sum(counts[i]) and (counts[i][j] or i == j) and {was, taken} <= {*trained, ""}
        },
        which,
    )


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
        both = given if len(given) > 1 else [*given, "shots"]
        names = " and ".join("--" + name.replace("_", "-") for name in both)
        raise SettingsError("evaluate", names, "one question at a time", "leave one of them out")
    of_streams = {
        "--within": options.within,
        "--no-everyday" if options.everyday is False else "--everyday": options.everyday,
        "--templates": options.templates,
    }
    if not options.stream and (alone := [name for name, value in of_streams.items() if value is not None]):
        raise SettingsError("evaluate", alone[0], "it belongs to --stream", "add --stream, or leave it out")
    draws = options.repeats, options.seed
    if options.stream:
        known = knows(options)
        within = options.within or streams.WITHIN.get(corpus.marks, 0.0)
        cells: Sequence[Any] = streams.cells_of(
            corpus,
            options.shots or SOME,
            *draws,
            options.templates or "others",
            within,
            notes,
            known,
            between(options, corpus),
        )
        if options.everyday is not False:
            cells = everyday.taught(corpus, cells, everyday.apart(corpus, (), known)[1], "recording", notes)
        return Plan("stream", cells, streams.hear, streams.summary)
    if options.cycles:
        cells = cycles.cells_of(corpus, options.cycles, notes)
        return Plan("frames", cells, cycles.frame_by_frame, cycles.summary, "cycles")
    regression = bool(corpus.demonstrations[0].outputs)
    known = "" if regression else knows(options)
    parts = pieces.windows(corpus, options.windows) if options.windows else pieces.whole(corpus)
    if corpus.moments and not regression:
        with_events, free = streams.is_stream(corpus, known)
        parts = [piece for piece in parts if piece.recording not in {*with_events, *free}]
        if not parts:
            raise DataError(
                "evaluate", "every recording is a stream with events", "--shots wants single gestures", "add --stream"
            )  # fmt: skip
        notes.append(
            f"{len(with_events) + len(free)} recordings are streams and left out: add --stream to ask about them"
        )
    if not regression:
        parts = labelled(corpus, parts, notes)
    gestures = [one.seconds for one in corpus.demonstrations if not known or one.label != known]
    if options.windows and gestures and not any(not known or piece.label != known for piece in parts):
        raise DataError(
            "--windows", f"{options.windows:g} s",
            f"no recording of a gesture is so long; the longest lasts {max(gestures):.3g} s",
            "ask for shorter windows",
        )  # fmt: skip
    parts, usual = everyday.apart(corpus, parts, known)
    fewest = 1 if regression and not options.open_set else 2
    enough = splits.most(corpus, parts, bool(options.windows), fewest)
    if options.open_set:
        cells = openset.cells_of(corpus, parts, options.shots or possible(SOME, enough, notes), *draws, notes)
        cells = everyday.taught(corpus, cells, usual, "recording", notes)
        return Plan("open set", cells, openset.oppose, openset.summary)
    of_itself = regression and not given and not options.shots
    if of_itself and {"train", "test"} <= set(corpus.splits):
        notes.append(
            "trained and tested as the file's array 'split' says; --leave-out recording asks for each in turn"
        )
        cells = splits.own_split(corpus, parts, [])
    elif options.split:
        cells = splits.own_split(corpus, parts, [] if regression else notes)
    elif of_itself and len(parts) == 1:
        cells = blocks.blocks(corpus, parts[0].recording, notes)
    elif options.leave_out or of_itself:
        cells = splits.leave_out(corpus, parts, options.leave_out or "recording", notes)
    else:
        draw = splits.one_take if options.windows else splits.few_shots
        cells = draw(
            corpus, parts, options.shots or possible(SHOTS, enough, notes, fewest), *draws, notes, fewest
        )
    if options.split:
        usual = [piece for piece in usual if corpus.splits[piece.recording] == "train"]
    cells = everyday.taught(corpus, cells, usual, options.leave_out or "recording", notes)
    if regression:
        return Plan("regression", cells, regress.regress, regress.summary)
    return Plan("recognition", cells, recognise.recognise, recognise.summary)


def possible(shots: Sequence[int], enough: int, notes: list[str], fewest: int = 2) -> Sequence[int]:
    """Of shots that nobody asked for those that leave something to test, and a word where they are not all."""
    kept = [k for k in shots if k <= enough] or shots[:1]
    if len(kept) < len(shots):
        of = "two gestures" if fewest > 1 else "a gesture"
        few = f"nobody has more than {counted(enough, 'shot')} of {of} and something left to test"
        notes.append(f"--shots {','.join(map(str, kept))}, not {','.join(map(str, shots))}: {few}")
    return kept


def knows(options: Namespace) -> str:
    """What the model calls everyday movement; '' if it knows none."""
    label: str = getattr(catalog.read("models", requested(options)[1], "--set"), "everyday", "")
    return label


def between(options: Namespace, corpus: Corpus) -> bool:
    """Whether streams teach everyday movement.

    Without being asked they do where ends are marked: between strokes there is no room for it.

    Raises
    ------
    SettingsError
        If the model is to learn what it does not know.
    """
    if options.everyday and not knows(options):
        raise SettingsError(
            "--everyday", f"--model {requested(options)[1]['kind']}", "it knows no everyday movement",
            "leave it out, or use auto, spotter or strokes",
        )  # fmt: skip
    return corpus.marks == "end" if options.everyday is None else options.everyday


def unasked(settings: dict[str, Any], corpus: Corpus, asked: Plan) -> None:
    """No gesture that is asked for may be what the model is told to take for no gesture.

    Raises
    ------
    SettingsError
        Naming it.
    """
    gestures = {moment.label for moment in corpus.moments} if asked.kind == "stream" else set()
    gestures |= {piece.label for cell in asked.cells for piece in getattr(cell, "test", ())}
    if (label := settings.get("everyday")) and label in gestures:
        raise SettingsError(
            "--set", f"everyday={label}", "it is a gesture that is tested, and everyday movement is none",
            "name what is no gesture, or leave it out",
        )  # fmt: skip


def labelled(corpus: Corpus, parts: list[pieces.Piece], notes: list[str]) -> list[pieces.Piece]:
    """Those whose gesture is known."""
    kept = [piece for piece in parts if piece.label]
    if not kept and parts and corpus.arrays and "label" not in corpus.arrays:
        raise missing(corpus.arrays, "label", READ, "evaluate")
    if not kept and parts:
        raise DataError(
            "evaluate", "no recording has a label", "array 'label' names the gesture of each",
            "add it, or regress with --target",
        )  # fmt: skip
    if len(kept) < len(parts):
        unknown = len({piece.recording for piece in parts} - {piece.recording for piece in kept})
        notes.append(f"{counted(unknown, 'recording')} with the label '' (unknown) left out")
    return kept


def requested(options: Namespace) -> tuple[Request, dict[str, Any]]:
    """What the options ask for, checked; and every setting of the model that was given."""
    kind = options.model or ("auto" if "auto" in catalog.kinds("models") else "hhmm")
    table = typed(options.settings)
    if "kind" in table:
        raise SettingsError("--set", "kind", "the kind of model has its own option", "use --model")
    catalog.read("models", {"kind": kind}, "--model")
    learner: Any = catalog.read("models", {"kind": kind, **table}, "--set")
    settings = catalog.write(learner) | {
        name: getattr(learner, name) for name in table
    }  # also what is the default
    features = [] if options.features in ("none", "auto") else feature_tables(Path(options.features))
    columns = tuple(part.strip() for part in (options.columns or "").split(",") if part.strip())
    if options.columns is not None and not columns:
        raise SettingsError(
            "--columns", repr(options.columns), "names of channels are wanted, or patterns such as 'acc*'",
            "leave it out to use all",
        )  # fmt: skip
    source, colon, target = (options.target or "").partition(":")
    if options.target and (source != "desc" or not colon or not target):
        raise SettingsError(
            "--target", repr(options.target), "desc:COLUMN is wanted", "for example --target desc:0"
        )
    tables = json.dumps(settings), json.dumps(features)
    return Request(options.data, columns, target, *tables), settings


def suited(
    request: Request, settings: dict[str, Any], options: Namespace, corpus: Corpus, notes: list[str]
) -> tuple[Request, dict[str, Any]]:
    """The model `auto` told what the file says of its gestures, unless it was told what recognises."""
    if settings["kind"] != "auto" or "recogniser" in typed(options.settings):
        return request, settings
    found = [one for one in SUITED if getattr(options, one.asked) and one.marks in ("", corpus.marks)]
    if not found:
        return request, settings
    asked, _, recogniser, why = found[0]
    settings = settings | {"recogniser": recogniser}
    notes.append(f"{why}, so with --{asked} auto learns {recogniser}; --set recogniser=auto lets it choose")
    return replace(request, model=json.dumps(settings)), settings
