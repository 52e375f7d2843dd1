"""Painting on time, as it is shown: strokes of a person, what is proposed for the rest, what would be kept. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gesturemap.commands import Answer, Ask, Extract
from gesturemap.teaching.answers.questions import LONG
from gesturemap.window.facts.beliefs import called
from gesturemap.window.facts.document import Document, Take
from gesturemap.window.words import painting as said

WORD = "paint"
LEAST = 0.1
"""Seconds that a stroke has at least."""
STAYS = 50.0
"""Seconds after an answer for which the next one surely comes as quickly."""


class Stroke(NamedTuple):
    """Brushed from one second of the recording to another; '' is nothing. A later stroke lies over earlier ones."""

    begin: float
    end: float
    label: str

    @property
    def text(self) -> str:
        """As it is asked."""
        return f"{self.begin:.2f}-{self.end:.2f}={self.label}"


def stroke(one: float, other: float, label: str, whole: float) -> Stroke:
    """From one moment to another, whichever is the earlier, within a recording of so many seconds."""
    begin, end = min(one, other), max(one, other)
    begin = round(min(max(0.0, begin), max(0.0, whole - LEAST)), 2)
    return Stroke(begin, round(max(begin + LEAST, min(end, whole)), 2), label)


class Part(NamedTuple):
    """A part of the recording that is one gesture, or none, as it is proposed."""

    begin: float
    end: float
    label: str
    sure: float
    """0..1."""
    painted: bool
    """Whether a stroke of that label lies in it."""


@dataclass(frozen=True)
class Proposal:
    """What came of some strokes: all of the recording in parts, and what would become demonstrations."""

    strokes: tuple[Stroke, ...] = ()
    parts: tuple[Part, ...] = ()
    alone: str | None = None
    """The only label that was brushed, so that nothing is proposed; None where there are several."""
    kept: tuple[Stroke, ...] = ()

    @property
    def shown(self) -> tuple[Part, ...]:
        """The parts, without what nothing is known of."""
        return tuple(part for part in self.parts if part.painted) if self.alone is not None else self.parts

    @property
    def proposed(self) -> int:
        """How many gestures are that nobody has brushed."""
        return sum(bool(part.label) and not part.painted for part in self.shown)

    @property
    def sure(self) -> int:
        """How many of those are kept."""
        return sum(bool(part.label) and not part.painted and self.keeps(part) for part in self.shown)

    def keeps(self, part: Part) -> bool:
        """Whether all of a part would become a demonstration."""
        near = 1e-3
        return any(
            one.label == part.label and one.begin <= part.begin + near and part.end - near <= one.end
            for one in self.kept
        )

    def share(self, part: Part) -> float:
        """How sure a part is, from as sure as by chance among the labels that were brushed (0) to certain (1)."""
        chance = 1.0 / max(2, len({one.label for one in self.strokes}))
        return min(1.0, max(0.0, (part.sure - chance) / (1.0 - chance)))

    def at(self, seconds: float) -> Part | None:
        """The part that a moment lies in."""
        behind = (part for part in self.shown if part.begin <= seconds)
        last = max(behind, key=lambda part: part.begin, default=None)
        return last if last is not None and (self.alone is None or seconds <= last.end) else None

    def command(self, demonstration: str) -> Extract | None:
        """What makes demonstrations of all that is kept, in one step; None: nothing is."""
        if not self.kept:
            return None
        at = [edge for one in self.kept for edge in (one.begin, one.end)]
        labels = [one.label for one in self.kept]
        if len(set(labels)) == 1:
            return Extract(demonstration, labels[0], at)
        return Extract(demonstration, "", at, labels)


def read(table: Mapping[str, Any], strokes: Sequence[Stroke]) -> Proposal:
    """Take over what was answered to these strokes."""
    parts = tuple(
        Part(
            float(one["begin"]),
            float(one["end"]),
            str(one["label"]),
            float(one["sure"]),
            bool(one["painted"]),
        )
        for one in table["segments"]
    )
    kept = [
        Stroke(float(begin), float(end), str(found["command"]["to"]))
        for found in table["findings"]
        for begin, end in zip(found["command"]["at"][::2], found["command"]["at"][1::2], strict=True)
    ]
    return Proposal(tuple(strokes), parts, table["alone"], tuple(sorted(kept)))


def laid(strokes: Iterable[Stroke]) -> list[Stroke]:
    """What is seen of strokes that lie over one another, in order of time; those of one label that touch are one."""
    seen: list[Stroke] = []
    for over in strokes:
        left: list[Stroke] = []
        for one in seen:
            if one.end <= over.begin or one.begin >= over.end:
                left.append(one)
                continue
            left += [one._replace(end=over.begin)] if one.begin < over.begin else []
            left += [one._replace(begin=over.end)] if one.end > over.end else []
        seen = [*left, over]
    made: list[Stroke] = []
    for one in sorted(seen):
        if made and made[-1].label == one.label and one.begin <= made[-1].end:
            made[-1] = made[-1]._replace(end=max(made[-1].end, one.end))
        else:
            made.append(one)
    return made


def recordings(document: Document) -> list[Take]:
    """What can be painted, the newest first: what lasts long enough, also what is left out."""
    found = [take for take in document.takes.values() if take.whole >= LONG and take.layer_on]
    return sorted(found, key=lambda take: take.id, reverse=True)


def name_of(document: Document, take: Take) -> str:
    """A recording as it is called in the list of those."""
    text = said.RECORDING if take.learned else said.RECORDING_OFF
    return text.format(take=called(document, take.id), seconds=take.whole)


def brushes(document: Document, take: Take | None, more: Iterable[str]) -> list[str]:
    """The gestures that can be brushed; that of the recording itself only if anything of it is learned.

    Parameters
    ----------
    more : names of gestures that there are not yet.
    """
    own = [
        g.label
        for g in document.gestures
        if take in g.demonstrations and not any(d.learned for d in g.demonstrations)
    ]
    return list(dict.fromkeys([*(label for label in document.labels if label not in own), *more]))


@dataclass
class Painting:
    """What is painted on one recording, step by step, and what is proposed."""

    id: str
    steps: list[tuple[Stroke, ...]] = field(default_factory=lambda: [()])
    """The strokes after each step."""
    undone: list[tuple[Stroke, ...]] = field(default_factory=list)
    """Those that were taken back, the last of them last."""
    kept: int = 0
    """How many steps there were when demonstrations were made of it; 0: none were."""
    proposal: Proposal = field(default_factory=Proposal)
    """The newest."""
    due: bool = False
    """Whether what there is now is still to be asked."""

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Those there are now."""
        return self.steps[-1]

    def add(self, one: Stroke) -> None:
        """One more."""
        self._step((*self.strokes, one))

    def agree(self) -> None:
        """All that is proposed is right."""
        free = [part for part in self.proposal.shown if not part.painted]
        agreed = tuple(Stroke(round(part.begin, 2), round(part.end, 2), part.label) for part in free)
        if agreed:
            self._step((*agreed, *self.strokes))  # what was brushed lies over it

    def clear(self) -> None:
        """Without any."""
        if self.strokes:
            self._step(())

    def undo(self) -> bool:
        """As it was before the last step; False: there was none."""
        if len(self.steps) < 2:
            return False
        if len(self.steps) == self.kept:
            self.kept = 0
        self.undone.append(self.steps.pop())
        self._ask()
        return True

    def redo(self) -> None:
        """The step that was taken back last is done again, if there is one."""
        if self.undone:
            self.steps.append(self.undone.pop())
            self._ask()

    def keep(self) -> None:
        """Demonstrations were made of it: it is clear."""
        self.clear()
        self.kept = len(self.steps)

    @property
    def own(self) -> bool:
        """Whether the last thing that was done to it is a step of its own, not that demonstrations were made."""
        return len(self.steps) > 1 and len(self.steps) != self.kept

    def rename(self, names: Mapping[str, str]) -> None:
        """Gestures are called otherwise now."""
        for steps in (self.steps, self.undone):
            steps[:] = [
                tuple(one._replace(label=names.get(one.label, one.label)) for one in each) for each in steps
            ]
        self._ask()

    def _step(self, strokes: tuple[Stroke, ...]) -> None:
        self.steps.append(strokes)
        self.undone.clear()
        self._ask()

    def _ask(self) -> None:
        self.due = bool(self.strokes)
        if not self.due:
            self.proposal = Proposal()


class Desk:
    """What is painted in a project: each recording's strokes, and the one question that is under way.

    The newest strokes are asked as soon as the question before is answered; those between are not.
    """

    def __init__(self) -> None:
        self._all: dict[str, Painting] = {}
        self.names: list[str] = []
        """Gestures that were named here and are not in the vocabulary yet."""
        self.wanted: Ask | None = None
        """What is under way."""
        self._for: tuple[Painting, tuple[Stroke, ...]] | None = None
        self._begun = False
        """Whether control has said that it is being answered."""
        self.answered_at = 0.0
        """When the last answer came, in seconds of this process; 0: none did."""

    def of(self, demonstration: str) -> Painting:
        """What is painted on a recording."""
        return self._all.setdefault(demonstration, Painting(demonstration))

    @property
    def all(self) -> tuple[Painting, ...]:
        """What is painted on every recording that was shown."""
        return tuple(self._all.values())

    def forget(self) -> None:
        """Another project."""
        self._all, self.names, self.wanted, self._for, self.answered_at = {}, [], None, None, 0.0

    def rename(self, names: Mapping[str, str]) -> None:
        """Gestures are called otherwise now."""
        for each in self._all.values():
            each.rename(names)

    def ask(self, painting: Painting, *, ready: bool = False) -> Ask | None:
        """The question to put now, if it is time for one.

        Parameters
        ----------
        ready : have all there that the first stroke needs, though there is none.
        """
        if self.wanted is not None or not (painting.due or ready):
            return None
        painting.due = False
        self._for, self._begun = (painting, painting.strokes), False
        self.wanted = Ask(WORD, [painting.id, *(one.text for one in painting.strokes)])
        return self.wanted

    def answered(self, notice: Answer, now: float) -> str | None:
        """Take over an answer: why there is none, or an empty text; None: it is somebody else's."""
        wanted = self.wanted
        if wanted is None or (notice.word, notice.arguments) != (wanted.word, wanted.arguments):
            return None
        painting, strokes = self._for or (Painting(""), ())
        self.wanted = self._for = None
        if notice.table is None:
            return notice.error
        self.answered_at = now
        if strokes and painting.strokes:
            painting.proposal = read(notice.table, strokes)
        return ""

    def refused(self) -> None:
        """Somebody else's question is under way: it is asked again when that is done."""
        if self.wanted is not None and self._for is not None:
            self._for[0].due = bool(self._for[0].strokes)
            self.wanted = self._for = None

    def follow(self, document: Document) -> None:
        """The document changed; what was answered to nobody, as where control began anew, is asked again."""
        self.names = [name for name in self.names if name not in document.labels]
        if self.wanted is not None:
            self._begun = self._begun or document.asking == WORD
            if self._begun and not document.asking:
                self.refused()

    def cold(self, now: float) -> bool:
        """Whether what answers may have to be begun first."""
        return self.wanted is None and (not self.answered_at or now - self.answered_at > STAYS)


def texts(painting: Painting) -> list[str]:
    """What was brushed and what is proposed, in words, in order of time."""
    brushed = [
        said.HERE_BRUSHED.format(begin=one.begin, end=one.end, label=one.label or said.NOTHING.lower())
        for one in laid(painting.strokes)
    ]
    proposed = [here(painting.proposal, part) for part in painting.proposal.shown]
    return [
        said.TEXT_BRUSHED.format("; ".join(brushed) or said.TEXT_NONE),
        said.TEXT_PROPOSED.format("; ".join(proposed) or said.TEXT_NONE),
    ]


def here(proposal: Proposal, part: Part) -> str:
    """A part in words."""
    text = said.HERE_KEPT if part.label and proposal.keeps(part) else said.HERE_PROPOSED
    return text.format(
        begin=part.begin, end=part.end, label=part.label or said.NOTHING.lower(), sure=part.sure
    )


def state(painting: Painting, label: str) -> str:
    """What to do next, or what was found.

    Parameters
    ----------
    label : what is chosen; '' is nothing.
    """
    proposal = painting.proposal
    if not painting.strokes:
        return said.FIRST.format(label=label) if label else said.FIRST_NEW
    if proposal.strokes != painting.strokes:
        return said.THINKS
    if proposal.alone is not None:
        return said.ALONE.format(label=proposal.alone) if proposal.alone else said.ALONE_NOTHING
    return said.PROPOSED.format(proposed=proposal.proposed, sure=proposal.sure)
