"""What came of leaving each demonstration out once, in plain words. No Qt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gesturemap.commands import Evaluated
from gesturemap.mapping.events import Events
from gesturemap.window.facts.document import Document
from gesturemap.window.words import testing as said


@dataclass(frozen=True)
class Guess:
    """What one demonstration was taken for."""

    demonstration: str
    given: str
    """A gesture; empty: none of these."""
    fit: float
    also: tuple[str, ...] = ()
    """Other gestures that began in it."""


@dataclass(frozen=True)
class Evaluation:
    """What is known of it; `labels` and `rows` are empty where only the shares are."""

    labels: tuple[str, ...] = ()
    """What was done (rows) and taken for (columns); empty text: none of these."""
    rows: tuple[tuple[int, ...], ...] = ()
    guesses: tuple[Guess, ...] = ()
    overall: Mapping[str, Any] = field(default_factory=dict)
    gestures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    of: tuple[Any, ...] = ()
    """What it was tried with."""

    def count(self, was: str, given: str) -> int:
        """How many of one gesture were taken for another."""
        if was not in self.labels or given not in self.labels:
            return 0
        return self.rows[self.labels.index(was)][self.labels.index(given)]

    @property
    def shown(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Rows that have any number, and columns: those, and what else something was taken for."""
        some = tuple(label for label, row in zip(self.labels, self.rows, strict=True) if label and sum(row))
        taken = [label for place, label in enumerate(self.labels) if any(row[place] for row in self.rows)]
        columns = [label for label in self.labels if label and (label in some or label in taken)]
        return some, (*columns, *([""] if "" in self.labels else []))

    def behind(self, document: Document, was: str, given: str) -> list[tuple[int, Guess]]:
        """The demonstrations of one gesture that were taken for another, each with its number from 1."""
        gesture = document.gesture(was)
        numbers = (
            {take.id: number for number, take in enumerate(gesture.demonstrations, 1)} if gesture else {}
        )
        found = [guess for guess in self.guesses if guess.given == given and guess.demonstration in numbers]
        return sorted(((numbers[guess.demonstration], guess) for guess in found), key=lambda pair: pair[0])

    def stale(self, document: Document) -> bool:
        """Whether there are other demonstrations now, or they would be heard otherwise."""
        return self.of != of(document)

    @property
    def headline(self) -> str:
        """How well it does in all."""
        if self.rows:
            every = sum(map(sum, self.rows))
            right = sum(row[place] for place, row in enumerate(self.rows) if self.labels[place])
            return said.HEARD_ALL.format(right=right, count=every)
        share = self.overall.get("accuracy")
        if share is not None:
            return said.SHARE_ALL.format(share=share)
        r, rmse = self.overall.get("r"), self.overall.get("rmse")
        known = r is not None and rmse is not None and math.isfinite(r)
        return said.OUTPUTS_R.format(r=r, rmse=rmse) if known else ""

    def lines(self) -> list[str]:
        """How well each gesture does: ``11 of 12 circle heard``."""
        if self.rows:
            return [
                said.HEARD_OF.format(right=self.count(label, label), count=sum(row), label=label)
                for label, row in zip(self.labels, self.rows, strict=True)
                if label and sum(row)
            ]
        return [
            said.HEARD_SHARE.format(label=label, share=figures["accuracy"])
            for label, figures in self.gestures.items()
            if figures.get("accuracy") is not None
        ]


def of(document: Document) -> tuple[Any, ...]:
    """What a project hears with: demonstrations, features, model, and what tells that a gesture begins."""
    takes = frozenset(take.id for gesture in document.gestures for take in gesture.demonstrations)
    telling = tuple(table for table in document.mapping if table.get("kind") == Events.kind)
    return takes, document.features, document.model, telling


def read(notice: Evaluated, document: Document) -> Evaluation:
    """Take over what control says."""
    table: Mapping[str, Any] = notice.confusion
    each: Mapping[str, Any] = notice.each
    labels = tuple(map(str, table.get("labels") or ()))
    rows = tuple(tuple(map(int, row)) for row in table.get("rows") or ())
    if len(rows) == len(labels) - 1:  # nothing was none of these to begin with
        rows = (*rows, (0,) * len(labels))
    if len(rows) != len(labels) or any(len(row) != len(labels) for row in rows):
        labels, rows = (), ()
    guesses = tuple(
        Guess(
            str(name),
            str(guess.get("given", "")),
            float(guess.get("fit") or 0.0),
            tuple(guess.get("also") or ()),
        )
        for name, guess in each.items()
    )
    return Evaluation(
        labels, rows, guesses, dict(notice.overall), dict(notice.gestures), tuple(notice.notes), of(document)
    )


REGRESSES = ("hhmr", "gmr", "past", "per_output", "mlp", "linear")
"""Learners of outputs, of which one recording is tested by its parts."""


def possible(document: Document) -> bool:
    """Whether there is enough to leave something out: two gestures, one of them shown twice; or outputs."""
    everyday = str(document.model.get("everyday", "everyday"))
    counts = [len(g.demonstrations) for g in document.gestures if g.demonstrations and g.label != everyday]
    if document.model.get("kind") in REGRESSES and not document.by_examples:
        return bool(counts)
    return len(counts) > 1 and max(counts) > 1
