"""Streams with events: templates cut from other streams, one detection wanted for each event."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from gesturemap import glitches
from gesturemap.errors import DataError
from gesturemap.models.model import notes
from gesturemap.models.spotting_fit import SHORT
from gesturemap.plain import counted
from gesturemap.project.exchange.corpus import Corpus, Moment
from gesturemap.teaching.detect import Detection, Happening, listen, match, rates
from gesturemap.teaching.extents import SLACK, between, extent
from gesturemap.teaching.pieces import Piece, whole
from gesturemap.teaching.play import Request, learn, opened
from gesturemap.teaching.recognise import confusion, costs, step_us

WITHIN = {"end": 1.5, "time": 0.12}
"""Seconds between an event and its detection: ends are stopped by hand, strokes are heard."""


@dataclass(frozen=True)
class StreamCell:
    """One model, and the streams it hears."""

    group: str
    shots: int
    repeat: int
    train: tuple[Piece, ...]
    streams: tuple[int, ...]
    within: float
    test: ClassVar[tuple[Piece, ...]] = ()
    """Nothing by itself."""
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
    taken: tuple[tuple[str, str], ...]
    """What each event was and what it was taken for ('' where it was missed), and each false detection ('' first)."""
    delays: tuple[float, ...]
    seconds: float
    free_seconds: float
    """In streams without any gesture, and..."""
    free_detections: int
    """...what was detected in them."""
    train_s: float
    step_us: tuple[float, float]
    messages: tuple[str, ...]


def is_stream(corpus: Corpus, everyday: str = "") -> tuple[list[int], list[int]]:
    """Recordings with events, and long ones of anything else without, but for those labelled as everyday movement."""
    with_events = sorted({moment.recording for moment in corpus.moments})
    gestures = {everyday, *(moment.label for moment in corpus.moments)} - {""}
    shortest = min((corpus.demonstrations[i].seconds for i in with_events), default=0.0)
    free = [
        i
        for i, one in enumerate(corpus.demonstrations)
        if i not in set(with_events) and one.label not in gestures and one.seconds >= 0.5 * shortest
    ]
    return with_events, free


@lru_cache(maxsize=1)
def steady(corpus: Corpus) -> tuple[Corpus, tuple[str, ...]]:
    """What trains: streams with the value before in place of wild frames, and a line for channels where that is so.

    Each is looked at by itself. A cut goes to where there is the most movement, so it would go to a wild frame.
    """
    made, told = list(corpus.demonstrations), list[str]()
    for i in sorted({i for part in is_stream(corpus) for i in part}):
        one = made[i]
        for where in glitches.absurd([one.values], [""], [one.extremes]).values():
            told += glitches.lines(
                f"demonstration {one.id}", one.spec.names, where, *one.as_recorded(), glitches.WILD
            )
            made[i] = replace(one, values=glitches.mended(one.values, where))
    return (replace(corpus, demonstrations=tuple(made)) if told else corpus), tuple(told)


TEMPLATES = ("others", "any", "isolated")
"""Where templates come from: other streams of the user; any stream, the tested one too; recordings of one gesture."""


def cells_of(
    corpus: Corpus, shots: Sequence[int], repeats: int, seed: int, templates: str, within: float, notes: list[str],
    everyday: str = "", teach: bool = True,
) -> list[StreamCell]:  # fmt: skip
    """Leave one stream out: k events of each gesture, drawn from the other streams of its user, are the templates.

    A gesture that no other stream has is drawn from the stream itself, at least one event being left; the events so
    used are masked, as are those of the tested stream that `any` draws. Streams without gestures are heard by a model
    of all the others.

    Parameters
    ----------
    templates : one of `TEMPLATES`.
    everyday : what the model calls everyday movement, or nothing: recordings of that label are no streams.
    teach : whether under that label trains what lies between the gestures of the streams that are not tested, and
        streams without any, if as long as a spotter needs.

    Raises
    ------
    DataError
        If there are no events, or nothing to train from.
    """
    with_events, free = is_stream(corpus, everyday)
    teach = teach and bool(everyday)
    if not with_events:
        raise DataError("stream", "no events", "arrays ev_rec, ev_label, ev_end or ev_time", "use --shots")
    corpus, told = steady(corpus)
    notes += told
    streams = {*with_events, *free}
    singles = [piece for piece in whole(corpus) if piece.recording not in streams]
    gestures = sorted({moment.label for moment in corpus.moments})
    groups: list[tuple[str, tuple[int, ...]]] = [(corpus.demonstrations[i].id, (i,)) for i in with_events]
    if teach:
        groups += [(corpus.demonstrations[i].id, (i,)) for i in free]
    elif free:
        groups.append(("without gestures", tuple(free)))
    cells = []
    for k in shots:
        fewer: dict[str, int] = {}
        for repeat in range(repeats):
            for number, (name, tested) in enumerate(groups):
                random = np.random.default_rng((seed, number, repeat))
                train: list[Piece] = []
                masked: list[Moment] = []
                for gesture in gestures:
                    if templates == "isolated":
                        found = [piece for piece in singles if piece.label == gesture]
                        own = [found[i] for i in random.permutation(len(found))[:k]]
                    else:
                        drawn = _drawn(corpus, gesture, tested, k, templates == "any", random)
                        own = [extent(corpus, moment) for moment in drawn]
                        masked += [moment for moment in drawn if moment.recording in tested]
                    train += own
                    if len(own) < k:
                        fewer[gesture] = min(len(own), fewer.get(gesture, k))
                if not train:
                    continue
                if teach:
                    others = [i for i in with_events if i not in tested], [i for i in free if i not in tested]
                    train += _usual(corpus, *others, within, max(p.end - p.begin for p in train), everyday)
                cells.append(StreamCell(name, k, repeat, tuple(train), tested, within, tuple(masked)))
        if fewer:
            few = ", ".join(f"{gesture} ({count})" for gesture, count in sorted(fewer.items()))
            notes.append(
                f"at {counted(k, 'shot')} fewer templates are there of {few}: no more than those train"
            )
    if not cells:
        raise DataError(
            "stream",
            "no recordings of single gestures that the streams have",
            "they are to train",
            "use other streams",
        )
    seconds = [
        sum(p.end - p.begin for p in cell.train if p.label == everyday) / corpus.rate for cell in cells
    ]
    if teach and max(seconds):
        notes.append(
            f"besides gestures, the streams that are not tested teach '{everyday}' movement, "
            f"{np.median(seconds):.0f} s of it in the median; --no-everyday leaves it out"
        )
    if templates == "others" and (names := sorted({m.label for cell in cells for m in cell.masked})):
        notes.append(
            f"{', '.join(names)}: no other stream has it; templates are from the stream itself, "
            "and not asked for there"
        )
    return cells


def _usual(
    corpus: Corpus, with_events: Sequence[int], free: Sequence[int], within: float, longest: int, label: str
) -> list[Piece]:
    """Everyday movement: of streams with events what lies between them, and streams without.

    A stretch shorter than `SHORT` of the longest templates would be taken for something that was false.
    """
    shortest = math.ceil(SHORT * longest)
    pieces = [piece for i in with_events for piece in between(corpus, i, within, shortest)]
    pieces += [piece for piece in whole(corpus, free) if piece.end >= shortest]
    return [piece._replace(label=label) for piece in pieces]


def _drawn(
    corpus: Corpus,
    gesture: str,
    tested: tuple[int, ...],
    k: int,
    everywhere: bool,
    random: np.random.Generator,
) -> list[Moment]:
    """Events to train from."""
    every = [moment for moment in corpus.moments if moment.label == gesture]
    others = [moment for moment in every if moment.recording not in tested]
    users = {corpus.users[i] for i in tested}
    near = (
        every if everywhere else [m for m in others if corpus.users[m.recording] in users] or others or every
    )
    order = random.permutation(len(near))
    return [near[i] for i in order[: min(k, len(near) - 1) if len(near) == len(every) else k]]


def hear(request: Request, cell: StreamCell) -> Heard:
    """Train, and stream each tested stream from begin to end."""
    it = opened(request)
    corpus = it.corpus
    model, seconds = learn(it, [piece.cut(steady(corpus)[0]) for piece in cell.train])
    counts = dict.fromkeys(("events", "detections", "right", "near", "near_right", "free"), 0)
    taken: list[tuple[str, str]] = []
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
        hit = {i for i, _ in pairs}
        right = {streamed.detections[j] for j in used}
        taken += [(asked[i].label, asked[i].label) for i in hit]
        taken += mistaken(
            [happening for i, happening in enumerate(asked) if i not in hit],
            [detection for detection in kept if detection not in right],
        )
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
        counts["near"], counts["near_right"], tuple(taken), tuple(delays), length, free_length, counts["free"], seconds,
        step_us(times), (*model.messages, *notes(model)),
    )  # fmt: skip


def mistaken(happenings: Sequence[Happening], detections: Sequence[Detection]) -> Iterator[tuple[str, str]]:
    """Of events and detections that are not right: what was taken for what, what was missed, and what was false."""
    pairs = dict(match(happenings, detections, labelled=False))
    for i, happening in enumerate(happenings):
        yield happening.label, detections[pairs[i]].label if i in pairs else ""
    for j in sorted({*range(len(detections))} - {*pairs.values()}):
        yield "", detections[j].label


def summary(results: Sequence[Heard]) -> dict[str, Any]:
    """All cells; the figures at top are those of most shots."""
    shots = sorted({result.shots for result in results})
    each = {str(k): _of([result for result in results if result.shots == k]) for k in shots}
    last = [result for result in results if result.shots == shots[-1]]
    matrix = confusion([pair for result in last for pair in result.taken])
    return {"stream": each[str(shots[-1])], "shots": each, **costs(last), "confusion": matrix}


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
