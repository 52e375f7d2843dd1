"""What an answer is made of where it is shown: cards with a deed each, an explanation, a mixture. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gesturemap.commands import Ask, Message
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.evaluation import Evaluation
from gesturemap.window.facts.figures import Learned, Looks
from gesturemap.window.words import beliefs as said


@dataclass(frozen=True)
class Deed:
    """A button of a card: sends a command, asks a question, or leads to where a gesture is recorded."""

    text: str
    tip: str
    message: Message | None = None
    record: str = ""
    """The gesture."""
    edits: bool = False
    """Whether it changes the project, so that the stage lock refuses it."""


@dataclass(frozen=True)
class Card:
    """One thing that was found."""

    head: str
    evidence: str
    remedy: str = ""
    deeds: tuple[Deed, ...] = ()
    skip: Message | None = None
    """Asked where it is put away, as another offer may come; None: it is only put away."""
    skippable: bool = True
    shows: str = ""
    """The demonstration it is about, where it is one."""


@dataclass(frozen=True)
class Reason:
    """Why a demonstration is taken for what it is; channels in their order, the first least to be done without."""

    of: str
    against: str
    value: float
    unit: str
    channels: tuple[str, ...]
    shares: tuple[float, ...]
    costs: tuple[float, ...]
    apart: tuple[tuple[str, float], ...]
    """What no channel said, by name."""
    time: tuple[float, ...]
    """s"""
    moments: tuple[float, ...]
    """What all channels said then."""
    by_channel: tuple[tuple[float, ...], ...]
    """(C, T) the same of each."""
    moves: tuple[float, ...] = ()
    """By how much each moves an output up and down; empty where it is none."""

    def texts(self) -> list[str]:
        """Every bar, and when, in words."""
        rows = zip(self.channels, self.shares, self.costs, strict=True)
        made = [said.WHY_ROW.format(channel=name, value=share, cost=cost) for name, share, cost in rows]
        if self.moves:
            by = (said.WHY_MOVES.format(moves=moves) for moves in self.moves)
            made = [f"{row}, {moves}" for row, moves in zip(made, by, strict=True)]
        made += [said.WHY_APART.format(name=name, value=value) for name, value in self.apart]
        if self.moments:
            best, worst = (self.time[self.moments.index(edge(self.moments))] for edge in (max, min))
            made.append(said.WHY_MOMENTS.format(best=best, worst=worst, seconds=self.time[-1]))
        return made


@dataclass(frozen=True)
class Mixture:
    """What counts how much, of the ways to hear a movement; the largest weight of each mixture is 1."""

    weights: dict[str, float]
    alone: dict[str, int]
    """How many of `tested` are right with each alone."""
    tested: int
    now: dict[str, float]
    """What plays."""
    best: dict[str, float]

    @staticmethod
    def scaled(weights: Mapping[str, float]) -> dict[str, float]:
        """The same mixture, in the steps of a slider."""
        most = max(weights.values(), default=0.0) or 1.0
        made = {name: round(20.0 * weight / most) / 20.0 for name, weight in weights.items()}
        return {name: weight for name, weight in made.items() if weight}


@dataclass(frozen=True)
class Belief:
    """One answer."""

    question: Ask
    headline: str
    cards: tuple[Card, ...] = ()
    words: tuple[str, ...] = ()
    reason: Reason | None = None
    matrix: Evaluation | None = None
    mixture: Mixture | None = None
    looks: Looks | None = None
    curves: tuple[Learned, ...] = ()
    seconds: float = 0.0
    of: tuple[Any, ...] = field(default=(), compare=False)
    """What it was asked about; empty: that has changed already."""

    def stale(self, document: Document) -> bool:
        """Whether the project is another one by now."""
        return self.of != about(document)


def about(document: Document) -> tuple[Any, ...]:
    """All of a project that an answer depends on."""
    return (
        document.path, document.gestures, document.features, document.model, document.mapping, document.relevance,
    )  # fmt: skip
