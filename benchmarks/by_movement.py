"""How many gestures of an annotated stream recording by movement cuts out as one piece.

    python benchmarks/by_movement.py FILE.npz ...   # form: docs/evaluate.md

A gesture counts where one piece overlaps it by at least half of both together (intersection over union). Where only
times of gestures are known, `gesturemap.teaching.extents` says where they are; where frames have labels, each run of
the same label but the first named is one.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.engine.movement import Movements
from gesturemap.engine.past import Past
from gesturemap.project.exchange.corpus import Corpus, read_corpus
from gesturemap.teaching.extents import extent
from gesturemap.teaching.movement import ROOM, Span

HALF = 0.5


def streamed(one: Demonstration) -> tuple[list[Span], float]:
    """The movements as they are found while the stream comes, and microseconds a frame that it took."""
    past, found = Past(one.spec), []
    looks, spent = Movements(past), 0.0
    for frame in one.frames():
        past.add(frame)
        began = time.perf_counter()
        span = looks.step(frame.time)
        spent += time.perf_counter() - began
        found += [span] if span else []
    last = looks.end(float(one.time[-1]))
    return [*found, *([last] if last else [])], 1e6 * spent / len(one)


def truth(corpus: Corpus) -> dict[int, list[tuple[float, float]]]:
    """Recording -> beginning and end of its gestures, s; a recording without any is not one of gestures."""
    found: dict[int, list[tuple[float, float]]] = {}
    for moment in corpus.moments:
        piece, time = extent(corpus, moment), corpus.demonstrations[moment.recording].time
        found.setdefault(moment.recording, []).append((time[piece.begin], time[piece.end - 1]))
    for index, labels in enumerate(corpus.frame_labels):
        time = corpus.demonstrations[index].time
        edges = np.flatnonzero(np.diff(np.r_[0, (labels != 0).astype(int), 0]))
        found[index] = [
            (time[a], time[b - 1]) for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        ]
    return found


def overlap(span: Span, start: float, end: float) -> float:
    """Intersection over union, without the room that is left around."""
    a, b = span.start + ROOM, span.end - ROOM
    both = max(0.0, min(b, end) - max(a, start))
    return both / ((b - a) + (end - start) - both)


def main(files: list[str]) -> None:
    """Print a line for each file."""
    for file in files:
        corpus = read_corpus(Path(file))
        hits = gestures = pieces = 0
        costs = []
        for index, spans in truth(corpus).items():
            found, cost = streamed(corpus.demonstrations[index])
            hits += sum(any(overlap(piece, *span) >= HALF for piece in found) for span in spans)
            gestures, pieces = gestures + len(spans), pieces + len(found)
            costs.append(cost)
        print(
            f"{file}: {hits} of {gestures} gestures cut as one piece, {pieces} pieces, "
            f"{np.mean(costs):.1f} us a frame"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
