"""Answers about recordings: today's beside those of the training day, what comes again in one, what strokes mean."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from gesturemap import catalog
from gesturemap.commands import Enable, Extract
from gesturemap.demonstrations import LAYERS, Demonstration
from gesturemap.errors import CommandError
from gesturemap.plain import counted
from gesturemap.teaching import align
from gesturemap.teaching.annotate import paint as painting
from gesturemap.teaching.annotate.paint import Canvas, Painted
from gesturemap.teaching.answers.questions import LONG
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.answers.told import Findings
from gesturemap.teaching.critique import sound_check as sensor
from gesturemap.teaching.critique.days import TIMES
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.suggest.discover import discover, findings

DAY = re.compile(r"(\d{8})-\d{6}-")
"""How ids of demonstrations begin that were recorded here."""
NAME = "movement"
"""What a movement that comes again is called until somebody names it, with a number."""


class SoundChecked(NamedTuple):
    """Whether the sensor says today what it said when it was taught."""

    today: list[str]
    """Ids; none: `wanted` has to be done first."""
    wanted: list[str]
    findings: list[Finding]
    rate: float = 0.0
    """Frames a second that are wanted where others come, Hz; 0: as they come."""

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "today": self.today, "wanted": self.wanted, "times": TIMES, "rate": self.rate,
            "findings": Findings(self.findings).as_table(),
        }  # fmt: skip


def soundcheck(asked: Taught, *ids: str) -> SoundChecked:
    """Compare these demonstrations with the others; without ids, those of layer tonight, or of the newest day.

    Raises
    ------
    CommandError
        If there are no such demonstrations.
    """
    every = asked.demonstrations
    today = [asked.demonstration(each) for each in ids] if ids else _newest(every)
    taught = [one for one in every if one not in today]
    today = [one for one in today if any(one.label == other.label for other in taught)] or today * bool(ids)
    if not today:
        wanted = list(sensor.offered(taught or every))
        finding = Finding(
            "soundcheck", wanted[0],
            evidence="nothing was recorded today of what was taught on another day",
            remedy=f"do {' and '.join(wanted)}, {TIMES} times each, as when they were taught, and ask again",
        )  # fmt: skip
        return SoundChecked([], wanted, [finding])
    asked.prepare(modules=[align.__name__])
    project = asked.project
    before = [catalog.write(one) for one in project.corrections] if project else []
    checked = sensor.sound_check(taught, today, before, project.tables()["input"] if project else None)
    names = [one.id for one in today]
    found = list(checked.findings)
    if checked.corrections:
        found.append(Finding(
            "today", demonstrations=tuple(names),
            evidence=f"{counted(len(names), 'demonstration')} of today lie beside those of the training day",
            remedy="once the sensor is put right, leave today's out: they were recorded as it is now",
            sure=0.0, command=Enable(names, False),
        ))  # fmt: skip
    return SoundChecked(names, [], found, checked.rate)


def _newest(every: Sequence[Demonstration]) -> list[Demonstration]:
    """What was recorded into layer tonight, or else on the newest of several days."""
    tonight = [one for one in every if one.layer == LAYERS[0]]
    if tonight and len(tonight) < len(every):
        return tonight
    days = [match[1] if (match := DAY.match(one.id)) else "" for one in every]
    return (
        [one for one, day in zip(every, days, strict=True) if day == max(days)] if len(set(days)) > 1 else []
    )


class Repeated(NamedTuple):
    """Movements that come again in a recording."""

    of: str
    findings: list[Finding]

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {"of": self.of, "findings": Findings(self.findings).as_table()}


def repeats(asked: Taught, identity: str = "") -> Repeated:
    """Offer what comes again in a long demonstration and is no gesture already; without an id, in the longest.

    Raises
    ------
    CommandError
        If there is none, or it is too short for that.
    """
    whole = _recording(asked, identity)
    stream, shift = _stream(whole)
    known = [one for one in asked.demonstrations if one.label != whole.label]
    taken = {*asked.labels, *(asked.project.gestures if asked.project else ())}
    free = (name for n in itertools.count(1) if (name := f"{NAME} {n}") not in taken)
    found = discover(stream, known)
    offers = []
    for one, motif in zip(findings(stream, found), found, strict=True):
        spans = [(stream.time[begin], stream.time[end - 1]) for begin, end in motif.repeats]
        at = [round(float(edge) + shift, 4) for span in spans for edge in span]
        offers.append(one._replace(command=Extract(whole.id, next(free), at)))
    return Repeated(whole.id, offers)


UNPAINTED = Painted((), np.zeros(0, np.str_), np.zeros(0), np.zeros(0, np.bool_))


class Brushed(NamedTuple):
    """A whole recording, segmented from a few strokes."""

    of: str
    painted: Painted
    shift: float
    """Seconds of the recording before what is learned from."""
    commands: dict[str, Extract]
    """Gesture -> what makes demonstrations of it."""

    def as_table(self) -> dict[str, Any]:
        """For JSON; seconds since its beginning as it was recorded."""
        return {
            "of": self.of, "alone": self.painted.alone,
            "segments": [
                {"begin": one.begin + self.shift, "end": one.end + self.shift, "label": one.label, "sure": one.sure,
                 "painted": one.painted}
                for one in self.painted.segments
            ],
            "findings": Findings(self._finding(label, command) for label, command in self.commands.items()).as_table(),
        }  # fmt: skip

    def _finding(self, label: str, command: Extract) -> Finding:
        parts = counted(len(command.at) // 2, "part")
        return Finding(
            "painted", label, (self.of,),
            evidence=f"{parts} of the recording are '{label}', painted or at least {painting.SURE:.0%} sure",
            remedy=f"make demonstrations of '{label}' of them", command=command,
        )  # fmt: skip


def paint(asked: Taught, identity: str, *strokes: str) -> Brushed:
    """Propose a label for every moment of a demonstration, from strokes such as ``12-13=shake`` and ``20-22=``.

    Without a stroke nothing is proposed, and all is there that the first one needs.

    Raises
    ------
    CommandError
        If there is no such demonstration, or a stroke cannot be read.
    """
    asked.prepare(str(painting.LEARNER["kind"]), modules=[painting.__name__])
    whole = _recording(asked, identity)
    stream, shift = _stream(whole)
    brushed = [painting.stroke(text, whole.seconds) for text in strokes]
    canvas = Canvas(stream)
    inside = [one._replace(begin=one.begin - shift, end=one.end - shift) for one in brushed]
    painted = canvas.paint(inside) if inside else UNPAINTED
    parts: dict[str, list[float]] = {}
    for one in canvas.kept(painted):
        begin = float(stream.time[int(one.id.rpartition("-")[2])]) + shift
        parts.setdefault(one.label, []).extend((round(begin, 6), round(begin + one.seconds, 6)))
    made = {label: Extract(whole.id, label, at) for label, at in parts.items()}
    return Brushed(whole.id, painted, shift, made)


def _recording(asked: Taught, identity: str) -> Demonstration:
    """The demonstration of this id, also one that is left out; without an id, the longest."""
    chosen = [one for one in asked.whole if one.id == identity] if identity else asked.whole
    if not chosen:
        asked.demonstration(identity)
    one = max(chosen, key=lambda each: each.seconds)
    if one.seconds < LONG:
        raise CommandError(
            f"demonstration {one.id}", f"{one.seconds:.1f} s", f"at least {LONG:g} s of movement are wanted",
            "record some as a demonstration of its own, such as everyday, and ask about that",
        )  # fmt: skip
    return one


def _stream(whole: Demonstration) -> tuple[Demonstration, float]:
    """What is learned from it, its time from 0, and the seconds before it."""
    learned = whole.learned
    shift = float(learned.time[0] - whole.time[0])
    return replace(learned, time=learned.time - learned.time[0], start=0.0, end=0.0), shift
