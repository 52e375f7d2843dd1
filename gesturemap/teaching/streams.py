"""Streams with events: templates cut from other streams, one detection wanted for each event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.teaching.corpus import Corpus, Moment
from gesturemap.teaching.detect import Happening, listen, match, rates
from gesturemap.teaching.pieces import Piece, whole
from gesturemap.teaching.play import Request, learn, opened
from gesturemap.teaching.recognise import costs, step_us

WITHIN = {"end": 1.5, "time": 0.12}
"""Seconds between an event and its detection: ends are stopped by hand, strokes are heard."""
USUAL = 2.0
"""Seconds of a gesture of which only the end is known, and of which there is no recording by itself."""
SLACK = 0.5
"""Seconds by which an end that was stopped by hand may be wrong."""
LONGEST = 1.0
"""Seconds to either side of a stroke."""
ACTIVE = 0.3
"""Share of the way from rest to the most movement, above which a gesture is going on."""


@dataclass(frozen=True)
class StreamCell:
    """One model, and the streams it hears."""

    group: str
    shots: int
    repeat: int
    train: tuple[Piece, ...]
    streams: tuple[int, ...]
    within: float
    masked: tuple[Moment, ...] = ()
    """Events of these streams whose extent trains, as no other stream has that gesture: they are not asked for."""

    @property
    def name(self) -> str:
        """For people."""
        return f"stream {self.group}, {self.shots} shots"


class Heard(NamedTuple):
    """What one cell showed."""

    group: str
    shots: int
    repeat: int
    events: int
    detections: int
    right: int
    """Detections of the right gesture near its event."""
    near: int
    """Detections near an event, whatever they said."""
    near_right: int
    """Of those, which said the right gesture."""
    delays: tuple[float, ...]
    seconds: float
    free_seconds: float
    """In streams without any gesture, and..."""
    free_detections: int
    """...what was detected in them."""
    train_s: float
    step_us: tuple[float, float]
    messages: tuple[str, ...]


def is_stream(corpus: Corpus) -> tuple[list[int], list[int]]:
    """Recordings with events, and long ones of anything else without."""
    with_events = sorted({moment.recording for moment in corpus.moments})
    gestures = {moment.label for moment in corpus.moments}
    shortest = min((corpus.demonstrations[i].seconds for i in with_events), default=0.0)
    free = [
        i
        for i, one in enumerate(corpus.demonstrations)
        if i not in set(with_events) and one.label not in gestures and one.seconds >= 0.5 * shortest
    ]
    return with_events, free


def cells_of(
    corpus: Corpus,
    shots: Sequence[int],
    repeats: int,
    seed: int,
    isolated: bool,
    within: float,
    notes: list[str],
) -> list[StreamCell]:
    """Leave one stream out: k events of each gesture, drawn from the other streams of its user, are the templates.

    A gesture that no other stream has is drawn from the stream itself, at least one event being left; the events so
    used are masked. Streams without gestures are heard by a model of all the others. With `isolated`, recordings of
    single gestures train instead.

    Raises
    ------
    DataError
        If there are no events, or nothing to train from.
    """
    with_events, free = is_stream(corpus)
    if not with_events:
        raise DataError("stream", "no events", "arrays ev_rec, ev_label, ev_end or ev_time", "use --shots")
    streams = {*with_events, *free}
    singles = [piece for piece in whole(corpus) if piece.recording not in streams]
    gestures = sorted({moment.label for moment in corpus.moments})
    groups: list[tuple[str, tuple[int, ...]]] = [(corpus.demonstrations[i].id, (i,)) for i in with_events]
    groups += [("without gestures", tuple(free))] if free else []
    cells = []
    for k in shots:
        for repeat in range(repeats):
            for number, (name, tested) in enumerate(groups):
                random = np.random.default_rng((seed, number, repeat))
                train: list[Piece] = []
                masked: list[Moment] = []
                for gesture in gestures:
                    if isolated:
                        found = [piece for piece in singles if piece.label == gesture]
                        train += [found[i] for i in random.permutation(len(found))[:k]]
                        continue
                    drawn, own = _drawn(corpus, gesture, tested, k, random)
                    train += [extent(corpus, moment) for moment in drawn]
                    masked += drawn if own else []
                if train:
                    cells.append(StreamCell(name, k, repeat, tuple(train), tested, within, tuple(masked)))
    if not cells:
        raise DataError(
            "stream", "nothing to train from", "recordings of the same gestures", "train from streams"
        )
    if not isolated and any(cell.masked for cell in cells):
        names = sorted({moment.label for cell in cells for moment in cell.masked})
        notes.append(
            f"{', '.join(names)}: no other stream has it; templates are from the stream itself, and not asked for there"
        )
    return cells


def _drawn(
    corpus: Corpus, gesture: str, tested: tuple[int, ...], k: int, random: np.random.Generator
) -> tuple[list[Moment], bool]:
    """Events to train from, and whether they are from the tested stream itself."""
    every = [moment for moment in corpus.moments if moment.label == gesture]
    others = [moment for moment in every if moment.recording not in tested]
    users = {corpus.users[i] for i in tested}
    near = [moment for moment in others if corpus.users[moment.recording] in users] or others
    order = random.permutation(len(near) or len(every))
    if near:
        return [near[i] for i in order[:k]], False
    return [every[i] for i in order[: min(k, len(every) - 1)]], True


def extent(corpus: Corpus, moment: Moment) -> Piece:
    """The frames of an event of which one time is known.

    Of a stroke: half of the usual gap to either side. Of an end: where there is movement within the length that
    recordings of that gesture by itself have, and not beyond the middle between two events.
    """
    one = corpus.demonstrations[moment.recording]
    own = [other.time for other in corpus.moments if other.recording == moment.recording]
    before = max((time for time in own if time < moment.time), default=-np.inf)
    after = min((time for time in own if time > moment.time), default=np.inf)
    if corpus.marks == "time":
        half = min(LONGEST, 0.5 * float(np.median(np.diff(sorted(own)))) if len(own) > 1 else LONGEST)
        begin, end = _between(one, moment.time - half, moment.time + half)
        return Piece(moment.recording, begin, end, moment.label)
    events = {other.recording for other in corpus.moments}
    alone = [
        d.seconds for i, d in enumerate(corpus.demonstrations) if d.label == moment.label and i not in events
    ]
    length = min(float(np.median(alone)) if alone else USUAL, 2.0 * USUAL)
    begin, end = _between(
        one,
        max(moment.time - length - SLACK, 0.5 * (before + moment.time)),
        min(moment.time + SLACK, 0.5 * (moment.time + after)),
    )
    first, last = active(one, begin, end, max(2, round(0.25 * corpus.rate)))
    return Piece(moment.recording, first, last, moment.label)


def _between(one: Demonstration, begin: float, end: float) -> tuple[int, int]:
    """Indices of the frames between two times; at least two frames."""
    first, last = np.searchsorted(one.time, [begin, end]).tolist()
    first = max(0, min(first, len(one) - 2))
    return first, max(last, first + 2)


def active(one: Demonstration, begin: int, end: int, window: int) -> tuple[int, int]:
    """From the first to the last frame with much movement; at least a quarter of the frames given."""
    scale = one.values.std(axis=0)
    moved = np.abs((one.values - np.median(one.values, axis=0)) / np.where(scale > 0.0, scale, 1.0)).sum(
        axis=1
    )
    smooth = np.convolve(moved, np.ones(window) / window, "same")
    rest, part = float(np.median(smooth)), smooth[begin:end]
    above = np.flatnonzero(part > rest + ACTIVE * (float(part.max()) - rest))
    if not len(above):
        return begin, end
    first, last = int(above[0]), int(above[-1]) + 1
    least = max(2, (end - begin) // 4)
    if last - first < least:
        middle = (first + last) // 2
        first = max(0, min(middle - least // 2, end - begin - least))
        last = first + least
    return begin + first, begin + last


def hear(request: Request, cell: StreamCell) -> Heard:
    """Train, and stream each tested stream from begin to end."""
    it = opened(request)
    corpus = it.corpus
    model, seconds = learn(it, [piece.cut(corpus) for piece in cell.train])
    counts = dict.fromkeys(("events", "detections", "right", "near", "near_right", "free"), 0)
    delays: list[float] = []
    times: list[float] = []
    length = free_length = 0.0
    for index in cell.streams:
        one = corpus.demonstrations[index]
        streamed = listen(it, model, one.frames(), one.spec)
        times += streamed.times
        length += one.seconds
        asked = [
            Happening(moment.time, moment.label, moment.time - cell.within, moment.time + cell.within)
            for moment in corpus.moments
            if moment.recording == index and moment not in cell.masked
        ]
        pairs = match(asked, streamed.detections)
        used = {j for _, j in pairs}
        kept = [
            detection
            for j, detection in enumerate(streamed.detections)
            if j in used or not any(
                moment.recording == index and abs(moment.time - detection.time) <= cell.within + SLACK
                for moment in cell.masked
            )
        ]  # fmt: skip
        near = match(asked, kept, labelled=False)
        counts["events"] += len(asked)
        counts["detections"] += len(kept)
        counts["right"] += len(pairs)
        counts["near"] += len(near)
        counts["near_right"] += sum(asked[i].label == kept[j].label for i, j in near)
        delays += [streamed.detections[j].time - asked[i].time for i, j in pairs]
        if not any(moment.recording == index for moment in corpus.moments):
            free_length += one.seconds
            counts["free"] += len(kept)
    return Heard(
        cell.group, cell.shots, cell.repeat, counts["events"], counts["detections"], counts["right"],
        counts["near"], counts["near_right"], tuple(delays), length, free_length, counts["free"], seconds,
        step_us(times), tuple(model.messages),
    )  # fmt: skip


def summary(results: Sequence[Heard]) -> dict[str, Any]:
    """All cells; the figures at top are those of most shots."""
    shots = sorted({result.shots for result in results})
    each = {str(k): _of([result for result in results if result.shots == k]) for k in shots}
    last = [result for result in results if result.shots == shots[-1]]
    return {"stream": each[str(shots[-1])], "shots": each, **costs(last)}


def _of(results: Sequence[Heard]) -> dict[str, Any]:
    """Counts of all streams and repeats together."""
    total = {
        name: sum(getattr(result, name) for result in results)
        for name in ("events", "detections", "right", "near", "near_right", "seconds", "free_seconds")
    }
    false = sum(result.free_detections for result in results)
    delays = [delay for result in results for delay in result.delays]
    return {
        **rates(total["right"], total["events"], total["detections"], total["seconds"]),
        "delay_s": float(np.median(delays)) if delays else None,
        "false_without_gestures": false,
        "false_per_10min_without_gestures": (
            false * 600.0 / total["free_seconds"] if total["free_seconds"] else None
        ),
        "f1_any_label": rates(total["near"], total["events"], total["detections"], 0.0)["f1"],
        "label_accuracy": total["near_right"] / total["near"] if total["near"] else None,
        "events": total["events"],
        "detections": total["detections"],
        "minutes": total["seconds"] / 60.0,
    }
