"""Paint on time: some spans of a recording are brushed as a gesture or as nothing, the rest is proposed.

Each stroke retrains a classifier of moments (a model of the catalogue, on what the movement is like around each
moment); a whole segmentation follows from its posteriors. What was painted is kept as it is, and a border between two
strokes lies where the posteriors change. What is proposed is as sure as it is the same without some of the strokes:
how far the members of a committee agree, each of whom has not seen a part of them. Source: Fails and Olsen (2003),
"Interactive machine learning" (Crayons); Boykov and Jolly (2001), "Interactive graph cuts" (strokes as hard
constraints; along time the exact optimum is found by dynamic programming, Viterbi 1967); Seung, Opper and Sompolinsky
(1992), "Query by committee".
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap import catalog
from gesturemap.compiled import kernel
from gesturemap.demonstrations import Demonstration, TrainingSet, checked_label
from gesturemap.errors import CommandError, DataError
from gesturemap.frames import Channel, Frame, Spec, Values
from gesturemap.models.model import Model
from gesturemap.teaching.suggest.windows import scale

NOTHING = "nothing"
"""What the model calls what is no gesture."""
STEP, MOST = 0.05, 12_000
"""Seconds between two moments that are told apart, as long as there are not more of them."""
AROUND = (-0.6, -0.3, 0.0, 0.3, 0.6)
"""Seconds before and after a moment at which the movement is looked at, ..."""
WINDOW = 0.3
"""... over so many seconds."""
FAINT = 0.05
"""A spread that is none, in deviations of all spreads; beyond it, ratios count."""
SWITCH = 1.0
"""What a border costs, in nats of moments that have no window in common."""
DOUBT = 1e-3
"""Posterior that any label has at least: a classifier of few strokes is too sure."""
COMMITTEE = 5
"""Members who say whether they propose the same, each without a part of the strokes."""
SURE = 0.8
"""From which confidence on a proposal is good enough to be kept without a look."""
LEARNER = {"kind": "svm", "window": 1}


class Stroke(NamedTuple):
    """Brushed from one second of the recording to another; '' is nothing. A later stroke lies over earlier ones."""

    begin: float
    end: float
    label: str


STROKE = re.compile(r"(?P<begin>\d+(\.\d*)?)-(?P<end>\d+(\.\d*)?)=(?P<label>.*)")


def stroke(text: str, seconds: float) -> Stroke:
    """A stroke on a recording of so many seconds, as ``2.5-3.5=shake``, or ``10-12=`` for nothing.

    Raises
    ------
    CommandError
        If it cannot be read, or lies elsewhere.
    """
    match = STROKE.fullmatch(text)
    begin, end = (float(match["begin"]), float(match["end"])) if match else (0.0, 0.0)
    if match is None or not begin < end or begin > seconds:
        raise CommandError(
            "stroke", repr(text)[:60], f"BEGIN-END=GESTURE in seconds of a recording of {seconds:.1f} s is wanted",
            "for example 2.5-3.5=shake, or 10-12= for nothing",
        )  # fmt: skip
    return Stroke(begin, end, checked_label(match["label"]) if match["label"].strip() else "")


class Segment(NamedTuple):
    """A part of the recording, in seconds and in its frames (end not included)."""

    begin: float
    end: float
    first: int
    last: int
    label: str
    """'' is nothing."""
    sure: float
    """Mean probability of the label, 0..1."""
    painted: bool
    """Whether a stroke of that label lies in it."""


class Painted(NamedTuple):
    """A whole recording, segmented; `labels`, `sure` and `brushed` (N,) for each moment."""

    segments: tuple[Segment, ...]
    labels: NDArray[np.str_]
    sure: Values
    brushed: NDArray[np.bool_]
    """Whether a stroke lies over it."""

    @property
    def alone(self) -> str | None:
        """The only label that was painted; None where there are several."""
        there = set(self.labels[self.brushed].tolist())
        return there.pop() if len(there) == 1 else None


class Canvas:
    """One recording, looked at once; every `paint` is quick.

    Parameters
    ----------
    stream : what is painted on.
    learner : table of a model of moments.

    Raises
    ------
    DataError
        If it is too short.
    """

    def __init__(self, stream: Demonstration, learner: dict[str, Any] | None = None) -> None:
        if len(stream) < 4 or stream.seconds <= 0.0:
            raise DataError(
                f"demonstration {stream.id}",
                f"{len(stream)} frames",
                "a painting needs some",
                "use a longer one",
            )
        self.stream = stream
        self._learner = catalog.read("models", learner or LEARNER, "paint")
        self._seen, self.places = described(stream)
        """(N, D) what each moment is like, and (N,) its frame."""
        self._pace = len(self._seen) / stream.seconds
        names = tuple(Channel(f"seen{i}") for i in range(self._seen.shape[1]))
        self._spec = Spec(names, self._pace)
        few = np.full(len(self._seen), -1)
        few[:4] = 0, 0, 1, 1
        self._model(("a", "b"), few)  # what the first fit loads is there before the first stroke

    def moments(self, begin: float, end: float) -> slice:
        """Those between two seconds, one at least."""
        time = self.stream.time[self.places] - self.stream.time[0]
        first, last = np.searchsorted(time, [begin, end]).tolist()
        first = min(first, len(time) - 1)
        return slice(first, max(last, first + 1))

    def paint(self, strokes: Sequence[Stroke]) -> Painted:
        """Segment the whole recording by these strokes; by strokes of one label alone nothing but them is known.

        Raises
        ------
        DataError
            If there is no stroke.
        """
        if not strokes:
            raise DataError("paint", "no stroke", "the first one says what is looked for", "brush a gesture")
        fixed = np.full(len(self._seen), "", dtype=object)
        for stroke in strokes:
            fixed[self.moments(stroke.begin, stroke.end)] = stroke.label or NOTHING
        names = sorted(set(fixed.tolist()) - {""})
        painted = np.array([names.index(label) if label else -1 for label in fixed], np.int64)
        path, sure = self._proposed(names, painted) if len(names) > 1 else _unproposed(painted)
        known = ["" if name == NOTHING else name for name in names]
        labels = np.array([*known, ""])[path]
        return Painted(tuple(self._segments(path, labels, sure, painted)), labels, sure, painted >= 0)

    def _proposed(self, names: Sequence[str], painted: NDArray[np.int64]) -> tuple[NDArray[np.int64], Values]:
        """Of every moment the number of its label, strokes as they are, and how sure that is."""
        path = self._segmented(names, painted)
        committee = [self._segmented(names, some) == path for some in less(painted)]
        sure = rule_of_succession(
            np.sum(committee, axis=0) if committee else np.zeros(len(path)), len(committee)
        )
        return path, np.where(painted >= 0, 1.0, sure)

    def _segmented(self, names: Sequence[str], painted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of every moment the number of its label."""
        own = float(np.median(np.diff(self.stream.time[self.places]))) / WINDOW
        logs = min(own, 1.0) * np.log(self._posteriors(names, painted) + DOUBT)
        logs[painted >= 0] = -math.inf
        for state in range(len(names)):
            logs[painted == state, state] = 0.0
        path = np.empty(len(logs), np.int64)
        chain(np.ascontiguousarray(logs), SWITCH, path)
        return path

    def _posteriors(self, names: Sequence[str], painted: NDArray[np.int64]) -> Values:
        """(N, K) of every moment, by a model of the painted ones."""
        model = self._model(names, painted)
        follower, order = model.start(), [model.labels.index(name) for name in names]
        found = np.empty((len(painted), len(names)))
        for moment, values in enumerate(self._seen):
            found[moment] = follower.step(Frame(moment / self._pace, values)).posterior[order]
        return found

    def _model(self, names: Sequence[str], painted: NDArray[np.int64]) -> Model:
        """Learned from the painted moments, each run of one label a demonstration."""
        shown = []
        for begin, end in brushed(painted):
            values = self._seen[begin:end] if end - begin > 1 else np.repeat(self._seen[begin:end], 2, axis=0)
            time = np.arange(len(values)) / self._pace
            shown.append(Demonstration(str(begin), names[painted[begin]], self._spec, time, values))
        model: Model = self._learner.fit(TrainingSet(tuple(shown)))
        return model

    def _segments(
        self, path: NDArray[np.int64], labels: NDArray[np.str_], sure: Values, painted: NDArray[np.int64]
    ) -> list[Segment]:
        edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
        time, frames = self.stream.time - self.stream.time[0], [*self.places.tolist(), len(self.stream)]
        return [
            Segment(
                float(time[frames[begin]]), float(time[frames[end] - 1]), frames[begin], frames[end],
                str(labels[begin]), float(sure[begin:end].mean()), bool((painted[begin:end] >= 0).any()),
            )
            for begin, end in pairwise(edges)
        ]  # fmt: skip

    def kept(self, painted: Painted, sure: float = SURE) -> list[Demonstration]:
        """The gestures in it as demonstrations, their time from 0: those painted, and those that are sure enough.

        Of what grew around a stroke and is not sure enough, only what was painted and the moments that are.
        """
        made = []
        ends = [*self.places.tolist(), len(self.stream)]
        for segment in painted.segments:
            if not segment.label:
                continue
            for begin, end in self._sure_of(segment, painted, sure):
                first, last = ends[begin], ends[end]
                if last - first > 1:
                    one, name = self.stream.part(first, last), f"{segment.label}-{first}"
                    made.append(replace(one, id=name, label=segment.label, time=one.time - one.time[0]))
        return made

    def _sure_of(self, segment: Segment, painted: Painted, sure: float) -> list[tuple[int, int]]:
        """The runs of moments of a segment that may be kept."""
        begin, end = np.searchsorted(self.places, [segment.first, segment.last]).tolist()
        if segment.sure >= sure:
            return [(begin, end)]
        brushed, each = painted.brushed[begin:end], painted.sure[begin:end]
        good = np.concatenate([[False], brushed | (each >= sure), [False]])
        edges = np.flatnonzero(np.diff(good)) + begin
        runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        return [(one, other) for one, other in runs if painted.brushed[one:other].any()]


def _unproposed(painted: NDArray[np.int64]) -> tuple[NDArray[np.int64], Values]:
    """As `Canvas._proposed`, of a single label: nothing says where else it is, so the rest (-1) has none."""
    return painted, np.where(painted >= 0, 1.0, rule_of_succession(np.zeros(len(painted)), 0))


def brushed(painted: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Where each run of one label begins and ends, in order."""
    edges = [0, *(np.flatnonzero(np.diff(painted)) + 1).tolist(), len(painted)]
    return [(begin, end) for begin, end in pairwise(edges) if painted[begin] >= 0]


def less(painted: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """What each of the committee has seen: every stroke is unknown to one of them, but for a label's only one."""
    runs = brushed(painted)
    counts = Counter(int(painted[begin]) for begin, _ in runs)
    several = sorted(
        ((int(painted[begin]), begin, end) for begin, end in runs if counts[int(painted[begin])] > 1)
    )
    for member in range(min(COMMITTEE, len(several))):
        some = painted.copy()
        for label, begin, end in several[member::COMMITTEE]:
            some[begin:end] = -1
            if not (some == label).any():
                some[begin:end] = label  # it knows every label
        yield some


def rule_of_succession(agreed: Values, asked: int) -> Values:
    """How likely the next one agrees too, of whom nothing else is known: 0.5 where nobody was asked (Laplace 1774)."""
    return np.asarray((agreed + 1.0) / (asked + 2.0))


def described(stream: Demonstration) -> tuple[Values, NDArray[np.int64]]:
    """What the movement is like around each moment (N, D): level and spread of every channel, now, before and after.

    Channels of one unit are of one size, so that one that only hisses says little. Of spreads the logarithm counts, as
    of loudness. And (N,) their frames.
    """
    rate = (len(stream) - 1) / stream.seconds
    hop = max(1, round(STEP * rate), math.ceil(len(stream) / MOST))
    half = max(1, round(0.5 * WINDOW * rate))
    places = np.arange(0, len(stream), hop)
    values = scale(stream).values(stream)
    values -= values.mean(axis=0)
    zero = np.zeros((1, values.shape[1]))
    sums = np.concatenate([zero, np.cumsum(values, axis=0)])
    squares = np.concatenate([zero, np.cumsum(values**2, axis=0)])
    levels, spreads = [], []
    for offset in AROUND:
        at = np.clip(places + round(offset * rate), 0, len(stream) - 1)
        low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(stream))
        count = (high - low)[:, None]
        level = (sums[high] - sums[low]) / count
        levels.append(level)
        spreads.append(np.sqrt(np.maximum((squares[high] - squares[low]) / count - level**2, 0.0)))
    loud = np.concatenate(spreads, axis=1)
    loud = np.log(loud / (loud.std() or 1.0) + FAINT)
    both = [part / (part.std(axis=0).max() or 1.0) for part in (np.concatenate(levels, axis=1), loud)]
    return np.ascontiguousarray(np.concatenate(both, axis=1)), places


@kernel
def chain(logs: Any, switch: float, path: Any) -> None:
    """Write the best labels of a chain, for (T, K) log-scores.

    Going over to another label costs `switch`, whichever it is. A score of -inf forbids a label.
    """
    moments, labels = logs.shape
    best = np.empty((moments, labels))
    come = np.empty((moments, labels), np.int64)
    for t in range(moments):
        top = 0
        for k in range(labels):
            if t > 0 and best[t - 1, k] > best[t - 1, top]:
                top = k
        for k in range(labels):
            stays, moves = 0.0, -math.inf
            if t > 0:
                stays, moves = best[t - 1, k], best[t - 1, top] - switch
            come[t, k] = k if stays >= moves else top
            best[t, k] = max(stays, moves) + logs[t, k]
    last = 0
    for k in range(labels):
        last = k if best[moments - 1, k] > best[moments - 1, last] else last
    for back in range(moments):
        path[moments - 1 - back] = last
        last = come[moments - 1 - back, last]


TABLE = "float64[:,::1]"
KERNELS = ((chain, f"void({TABLE}, float64, int64[::1])"),)
