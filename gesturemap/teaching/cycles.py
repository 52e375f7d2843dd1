"""Long recordings with a label for every frame: the first cycles train, the second half is tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from gesturemap.errors import DataError
from gesturemap.frames import Values
from gesturemap.models.model import notes
from gesturemap.project.exchange.corpus import UNLABELLED, Corpus
from gesturemap.teaching.pieces import Cell, Piece, runs
from gesturemap.teaching.play import NOTHING, Request, learn, opened, play
from gesturemap.teaching.recognise import costs, step_us


class Framed(NamedTuple):
    """What one cell showed."""

    group: str
    shots: int
    repeat: int
    names: tuple[str, ...]
    counts: Values
    """(names, names + 1) frames of each label (row) by answer; the last column: none yet."""
    train_s: float
    step_us: tuple[float, float]
    messages: tuple[str, ...]


def cells_of(corpus: Corpus, cycles: Sequence[int], notes: list[str]) -> list[Cell]:
    """One model for each recording: the first N runs of every label train, the second half is tested.

    A run that reaches into the second half does not train.

    Raises
    ------
    DataError
        If frames have no labels, or no first half has two whole runs.
    """
    if not corpus.frame_labels:
        raise DataError(
            "cycles", "no frame labels", "an array 'frame_label' is wanted", "use --shots or --windows"
        )
    cells = []
    for count in cycles:
        for i, one in enumerate(corpus.demonstrations):
            half = len(one) // 2
            taken: dict[int, int] = {}
            train = []
            for label, begin, end in runs(corpus.frame_labels[i]):
                if label == UNLABELLED:
                    continue
                taken[label] = taken.get(label, 0) + 1
                if end <= half and taken[label] <= count:
                    train.append(Piece(i, begin, end, corpus.frame_label_names[label]))
            if len({piece.label for piece in train}) < 2:
                notes.append(f"demonstration {one.id}: no two labels are whole in its first half; left out")
                continue
            if (corpus.frame_labels[i][half:] == UNLABELLED).all():
                notes.append(f"demonstration {one.id}: no frame of its second half has a label; left out")
                continue
            test = Piece(i, half, len(one), one.label)
            cells.append(Cell(one.id, count, 0, tuple(train), (test,)))
    if not cells:
        raise DataError(
            "cycles", "no two labels are whole in a first half", "it trains", "use other recordings"
        )
    return cells


def frame_by_frame(request: Request, cell: Cell) -> Framed:
    """Train, and stream the second halves; every frame has an answer."""
    it = opened(request)
    corpus = it.corpus
    model, seconds = learn(it, [piece.cut(corpus) for piece in cell.train])
    names = corpus.frame_label_names
    columns = np.array([*(names.index(label) for label in model.labels), len(names)])
    counts = np.zeros((len(names), len(names) + 1))
    times: list[float] = []
    for piece in cell.test:
        played = play(it, model, piece.cut(corpus))
        times += played.times
        answers = columns[np.where(played.answers == NOTHING, len(model.labels), played.answers)]
        labels = corpus.frame_labels[piece.recording][piece.begin : piece.end]
        asked = labels != UNLABELLED
        np.add.at(counts, (labels[asked], answers[asked]), 1)
    return Framed(
        cell.group,
        cell.shots,
        cell.repeat,
        names,
        counts,
        seconds,
        step_us(times),
        (*model.messages, *notes(model)),
    )


def summary(results: Sequence[Framed]) -> dict[str, Any]:
    """All cells; the figures at top are those of most cycles."""
    shots = sorted({result.shots for result in results})
    each = {str(k): _of([result for result in results if result.shots == k]) for k in shots}
    last = [result for result in results if result.shots == shots[-1]]
    counts = np.sum([result.counts for result in last], axis=0)
    labels = [*last[0].names, ""]
    square = np.vstack([counts, np.zeros(len(labels))])
    seen = [i for i in range(len(labels)) if square[i].any() or square[:, i].any()]
    return {
        "shots": each,
        "frame_accuracy": each[str(shots[-1])]["frame_accuracy"],
        **costs(last),
        "confusion": {
            "labels": [labels[i] for i in seen],
            "counts": square[np.ix_(seen, seen)].astype(int).tolist(),
        },
    }


def _share(result: Framed) -> float:
    return float(np.trace(result.counts) / result.counts.sum())


def _of(results: Sequence[Framed]) -> dict[str, float]:
    shares = [_share(result) for result in results]
    return {"frame_accuracy": float(np.mean(shares)), "frame_accuracy_std": float(np.std(shares))}
