"""Detections in a running stream, and which of them belong to which event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from gesturemap.features.feature import ChainRun
from gesturemap.frames import Frame, Spec
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import MappingRun, Source
from gesturemap.models.model import Model, spots
from gesturemap.teaching.play import Opened, Performance


class Detection(NamedTuple):
    """A gesture began, said the mapping `events` with its usual settings (or the model, if it spots)."""

    time: float
    """Seconds of the stream, when it was said."""
    label: str


class Happening(NamedTuple):
    """A gesture that really was there."""

    time: float
    label: str
    begin: float
    """The earliest and..."""
    end: float
    """...the latest time at which it may be said."""


class Streamed(NamedTuple):
    """What was said about one stream."""

    detections: tuple[Detection, ...]
    fits: tuple[float, ...]
    """For each frame, the best fit of any gesture."""
    times: list[float]
    """Seconds of each step."""


def listen(it: Opened, model: Model, frames: Iterable[Frame], spec: Spec) -> Streamed:
    """Play a stream without any reset."""
    performance = Performance(it, model, spec)
    source = Source(model.labels, model.outputs, ChainRun(it.features, spec).spec, spots(model))
    mapping = MappingRun([Events()], source)
    detections: list[Detection] = []
    fits: list[float] = []
    fit = 0.0
    for frame in frames:
        estimate = performance.step(frame)
        if estimate is not None:
            fit = float(estimate.fit.max(initial=0.0))
            happened = mapping.step(estimate).events
            detections += [Detection(frame.time, e.label) for e in happened if e.kind == "began"]
        fits.append(fit)
    return Streamed(tuple(detections), tuple(fits), performance.times)


def match(
    happenings: Sequence[Happening], detections: Sequence[Detection], labelled: bool = True
) -> list[tuple[int, int]]:
    """Give each event at most one detection, as many as can be; of those ways, the nearest in time.

    Both are in order of time, and so are the begins and the ends of the events of one label; then a best matching
    never crosses, and is found by going through both side by side.

    Parameters
    ----------
    labelled : only a detection of the same label counts.

    Returns
    -------
    Pairs of index of event and index of detection.
    """
    if not labelled:
        return _match(happenings, list(enumerate(detections)))
    pairs = []
    for label in sorted({happening.label for happening in happenings}):
        own = [(j, detection) for j, detection in enumerate(detections) if detection.label == label]
        chosen = [i for i, happening in enumerate(happenings) if happening.label == label]
        pairs += [(chosen[i], j) for i, j in _match([happenings[i] for i in chosen], own)]
    return sorted(pairs)


def _match(
    happenings: Sequence[Happening], detections: Sequence[tuple[int, Detection]]
) -> list[tuple[int, int]]:
    """Without regard to labels; detections with their own index."""
    rows, columns = len(happenings), len(detections)
    # worth of the first i events and j detections: pairs first, then nearness
    pairs, far = np.zeros((rows + 1, columns + 1), np.int64), np.zeros((rows + 1, columns + 1))
    taken = np.zeros((rows + 1, columns + 1), bool)
    for i, happening in enumerate(happenings, 1):
        for j, (_, detection) in enumerate(detections, 1):
            before = (i - 1, j) if _better(pairs, far, (i - 1, j), (i, j - 1)) else (i, j - 1)
            pairs[i, j], far[i, j] = pairs[before], far[before]
            if happening.begin <= detection.time <= happening.end:
                count = pairs[i - 1, j - 1] + 1
                distance = far[i - 1, j - 1] + abs(detection.time - happening.time)
                if count > pairs[i, j] or (count == pairs[i, j] and distance < far[i, j]):
                    pairs[i, j], far[i, j], taken[i, j] = count, distance, True
    found = []
    i, j = rows, columns
    while i and j:
        if taken[i, j]:
            found.append((i - 1, detections[j - 1][0]))
            i, j = i - 1, j - 1
        elif _better(pairs, far, (i - 1, j), (i, j - 1)):
            i -= 1
        else:
            j -= 1
    return found[::-1]


def _better(pairs: Any, far: Any, one: tuple[int, int], other: tuple[int, int]) -> bool:
    return bool(pairs[one] > pairs[other] or (pairs[one] == pairs[other] and far[one] <= far[other]))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Probability that a positive scores above a negative; equal scores count half.

    Source: Mann and Whitney (1947); Hanley and McNeil (1982), "The meaning and use of the area under a ROC curve".
    """
    if not len(positive) or not len(negative):
        return None
    low = np.sort(np.asarray(negative, dtype=np.float64))
    below = np.searchsorted(low, positive, "left") + np.searchsorted(low, positive, "right")
    return float(below.mean() / (2 * len(low)))


def rates(right: int, events: int, detections: int, seconds: float) -> dict[str, float | None]:
    """Precision, recall, F1, and false detections per ten minutes."""
    precision = right / detections if detections else None
    recall = right / events if events else None
    return {
        "f1": 2 * right / (events + detections) if events + detections else None,
        "precision": precision,
        "recall": recall,
        "false_per_10min": (detections - right) * 600.0 / seconds if seconds else None,
    }
