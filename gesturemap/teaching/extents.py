"""Where a gesture is in a stream, when one time of it is known, and where there is none."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Values
from gesturemap.project.exchange.corpus import Corpus, Moment
from gesturemap.teaching.pieces import Piece, runs

USUAL = 1.5
"""Seconds of a gesture of which only the end is known, and of which there is no recording by itself."""
ALONE, LONGEST_ALONE = 0.75, 4.0
"""Share of a recording of one gesture that is the gesture, and the most seconds that it may be."""
SLACK = 0.5
"""Seconds by which an end that was stopped by hand may be wrong."""
LONGEST = 1.0
"""Seconds to either side of a stroke."""


def extent(corpus: Corpus, moment: Moment) -> Piece:
    """The frames of an event of which one time is known.

    Of a stroke: half of the user's usual gap to either side. Of an end: where there is the most movement in three
    quarters of the length of recordings of that gesture by itself, which have rest around it, ending within `SLACK`
    of that time.
    """
    one = corpus.demonstrations[moment.recording]
    events = {other.recording for other in corpus.moments}
    if corpus.marks == "time":
        gaps = [
            b.time - a.time for a, b in pairwise(corpus.moments)
            if a.recording == b.recording and corpus.users[a.recording] == corpus.users[moment.recording]
        ]  # fmt: skip
        half = min(LONGEST, 0.5 * float(np.median(gaps))) if gaps else LONGEST
        begin, end = _frames(one, moment.time - half, moment.time + half)
        return Piece(moment.recording, begin, max(end, begin + 2), moment.label)
    alone = [
        d.seconds for i, d in enumerate(corpus.demonstrations) if d.label == moment.label and i not in events
    ]
    seconds = min(ALONE * float(np.median(alone)), LONGEST_ALONE) if alone else USUAL
    length = min(max(2, round(seconds * corpus.rate)), len(one))
    first, last = _frames(one, moment.time - SLACK, moment.time + SLACK)
    end = busiest(one.values, length, max(first, length), max(last, length))
    return Piece(moment.recording, end - length, end, moment.label)


def between(corpus: Corpus, recording: int, within: float, shortest: int) -> list[Piece]:
    """The stretches of a stream with events, of so many frames at least, in which there is no gesture.

    What belongs to an event, marked in the stream whether it trains or not: its extent, and what lies within so many
    seconds of its mark.
    """
    one = corpus.demonstrations[recording]
    nothing = np.ones(len(one), bool)
    for moment in corpus.moments:
        if moment.recording == recording:
            piece = extent(corpus, moment)
            nothing[piece.begin : piece.end] = False
            nothing[np.abs(one.time - moment.time) <= within] = False
    return [
        Piece(recording, begin, end, "")
        for kept, begin, end in runs(nothing)
        if kept and end - begin >= shortest
    ]


def _frames(one: Demonstration, begin: float, end: float) -> tuple[int, int]:
    """Indices of the first frame from `begin` on, at most the last but one, and of the first from `end` on."""
    first, last = np.searchsorted(one.time, [begin, end]).tolist()
    return max(0, min(first, len(one) - 2)), last


def busiest(values: Values, length: int, first: int, last: int) -> int:
    """Where the window of so many frames (T, C) ends, between `first` and `last`, that has the most movement.

    Movement is distance from the usual value of the recording, in deviations, summed over channels.
    """
    scale = values.std(axis=0)
    moved = np.abs(values - np.median(values, axis=0)) / np.where(scale > 0.0, scale, 1.0)
    total = np.concatenate([[0.0], np.cumsum(moved.sum(axis=1))])
    ends = np.arange(first, last + 1)
    return int(ends[np.argmax(total[ends] - total[ends - length])])
