"""Open set: half of the gestures are known, the others intrude, all in one stream without a pause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Frame
from gesturemap.models.model import notes
from gesturemap.project.exchange.corpus import Corpus
from gesturemap.teaching import splits
from gesturemap.teaching.detect import Happening, auroc, listen, match, rates
from gesturemap.teaching.pieces import Cell, Piece
from gesturemap.teaching.play import Request, learn, opened
from gesturemap.teaching.recognise import costs, step_us

WITHIN = 0.3
"""Seconds after the end of a recording in which its gesture may still be detected."""
SPILL = 0.5
"""Share at the begin of a recording in which the fit may still be that of the one before: what ends there has its
middle in that one."""


class Opposed(NamedTuple):
    """What one cell showed."""

    group: str
    shots: int
    repeat: int
    known: tuple[float, ...]
    """The best fit in the second half of each recording of a known gesture or shortly after it, and..."""
    intruders: tuple[float, ...]
    """...of an unknown one."""
    detections: int
    right: int
    on_intruders: int
    seconds: float
    train_s: float
    step_us: tuple[float, float]
    messages: tuple[str, ...]


def cells_of(
    corpus: Corpus, pieces: Sequence[Piece], shots: Sequence[int], repeats: int, seed: int, notes: list[str]
) -> list[Cell]:
    """Few shots of a random half of the gestures; everything else of that user is tested, in random order.

    Raises
    ------
    DataError
        If nobody has enough recordings.
    """
    cells = []
    for cell in splits.few_shots(corpus, pieces, shots, repeats, seed, notes):
        random = np.random.default_rng((seed, cell.repeat, sum(cell.group.encode())))
        labels = sorted({piece.label for piece in cell.train})
        known = {labels[i] for i in random.permutation(len(labels))[: max(1, len(labels) // 2)]}
        train = tuple(piece for piece in cell.train if piece.label in known)
        rest = [*cell.test, *(piece for piece in cell.train if piece.label not in known)]
        test = tuple(rest[i] for i in random.permutation(len(rest)))
        cells.append(Cell(cell.group, cell.shots, cell.repeat, train, test))
    return cells


def joined(takes: Sequence[Demonstration], rate: float) -> Iterator[Frame]:
    """Frames of all recordings in a row, each beginning one usual step after the last."""
    now = 0.0
    for take in takes:
        begun = now - float(take.time[0])
        for moment, values in zip(take.time.tolist(), take.values, strict=True):
            yield Frame(begun + moment, values, begun + moment)
        now = begun + float(take.time[-1]) + 1.0 / rate


def oppose(request: Request, cell: Cell) -> Opposed:
    """Train, and stream everything back to back with one follower."""
    it = opened(request)
    model, seconds = learn(it, [piece.cut(it.corpus) for piece in cell.train])
    takes = [piece.cut(it.corpus) for piece in cell.test]
    frames = list(joined(takes, it.corpus.rate))
    streamed = listen(it, model, frames, takes[0].spec)
    known: list[float] = []
    intruders: list[float] = []
    happenings: list[Happening] = []
    foreign: list[tuple[float, float]] = []
    first, late = 0, round(WITHIN * it.corpus.rate)
    for piece, take in zip(cell.test, takes, strict=True):
        last = first + len(take)
        best = max(streamed.fits[first + int(SPILL * len(take)) : last + late])
        begin, end = frames[first].time, frames[last - 1].time
        if piece.label in model.labels:
            known.append(best)
            happenings.append(Happening(end, piece.label, begin, end + WITHIN))
        else:
            intruders.append(best)
            foreign.append((begin, end))
        first = last
    pairs = match(happenings, streamed.detections)
    used = {j for _, j in pairs}
    wrong = sum(
        j not in used and any(begin <= detection.time <= end for begin, end in foreign)
        for j, detection in enumerate(streamed.detections)
    )
    return Opposed(
        cell.group, cell.shots, cell.repeat, tuple(known), tuple(intruders), len(streamed.detections),
        len(pairs), wrong, frames[-1].time - frames[0].time, seconds, step_us(streamed.times),
        (*model.messages, *notes(model)),
    )  # fmt: skip


def summary(results: Sequence[Opposed]) -> dict[str, Any]:
    """All cells; the figures at top are those of most shots."""
    shots = sorted({result.shots for result in results})
    each = {str(k): _of([result for result in results if result.shots == k]) for k in shots}
    last = [result for result in results if result.shots == shots[-1]]
    return {"open_set": each[str(shots[-1])], "shots": each, **costs(last)}


def _of(results: Sequence[Opposed]) -> dict[str, Any]:
    """Counts of all cells together; the area is the mean over cells, as each has a scale of its own."""
    areas = [area for result in results if (area := auroc(result.known, result.intruders)) is not None]
    events = sum(len(result.known) for result in results)
    detections = sum(result.detections for result in results)
    right = sum(result.right for result in results)
    seconds = sum(result.seconds for result in results)
    intruders = sum(len(result.intruders) for result in results)
    return {
        "auroc": float(np.mean(areas)) if areas else None,
        **rates(right, events, detections, seconds),
        "detections_per_intruder": sum(r.on_intruders for r in results) / intruders if intruders else None,
        "events": events,
        "intruders": intruders,
        "minutes": seconds / 60.0,
    }
