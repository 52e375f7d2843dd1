"""What was left out, in plain words: what would be missed, and what would begin when it was not meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import NONE
from gesturemap.models.model import spots, warnings
from gesturemap.plain import counted
from gesturemap.teaching.critique.likeness import Likeness
from gesturemap.teaching.leave_one_out import Row, confused

WHILE = 600.0
"""Seconds that figures are told for."""


def rows_of(heard: Likeness) -> list[Row]:
    """What each demonstration is taken for at its end, itself left out; what was shown once is not tested."""
    return [
        Row(heard.labels[heard.owners[n]], heard.labels[heard.owners[n]], heard.labels[heard.answers[n]],
            heard.ids[n], float(heard.fits[n]))
        for n in np.flatnonzero(heard.answers != NONE).tolist()
    ]  # fmt: skip


class Plainly(NamedTuple):
    """The figures behind the words."""

    rows: tuple[Row, ...]
    seconds: float
    """Of one round, in which each gesture is made once: `once_each` of all that were left out."""

    @property
    def confusion(self) -> dict[str, Any]:
        """As in `gesturemap.commands.Evaluated`."""
        return confused(self.rows)

    @property
    def missed(self) -> float:
        """Gestures missed in 10 minutes of playing all in turn, as they were shown; NaN: nothing known."""
        return self._often(row for row in self.rows if row.given != row.label)

    @property
    def false(self) -> dict[str, float]:
        """Of each gesture that begins when another one is made: how often in these 10 minutes."""
        wrong = [row for row in self.rows if row.given not in ("", row.label)]
        begun = dict.fromkeys(row.given for row in wrong)
        often = {label: self._often(row for row in wrong if row.given == label) for label in begun}
        return dict(sorted(often.items(), key=lambda pair: -pair[1]))

    def _often(self, some: Iterable[Row]) -> float:
        """How often these come in 10 minutes: each gesture counts alike, however often it was shown."""
        shown = Counter(row.label for row in self.rows)
        a_round = sum(1.0 / shown[row.label] for row in some)
        return a_round * WHILE / self.seconds if self.seconds > 0.0 else float("nan")

    def words(self) -> Iterator[str]:
        """One sentence a line."""
        yield from mistaken((row.label, row.given) for row in self.rows)
        wrong = {row.label for row in self.rows if row.given != row.label}
        never = [
            f"'{label}'" for label in dict.fromkeys(row.label for row in self.rows) if label not in wrong
        ]
        if never:
            yield f"{', '.join(never)}: none mistaken for another"
        if not self.rows:
            yield "nothing was shown twice, so nothing can be left out"
        elif self.seconds > 0.0:
            made = f"{self._often(self.rows):.0f} gestures in 10 minutes, all in turn"
            false = ", ".join(f"'{label}' {often:.0f} times" for label, often in self.false.items())
            if false:
                yield f"expected of {made}: about {self.missed:.0f} would be mistaken; taken for instead: {false}"
            else:
                left = f"{len(self.rows)} that were left out"
                yield f"expected of {made}: none would be mistaken, as far as {left} can tell"


def mistaken(heard: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each gesture of which some were heard as something else.

    Parameters
    ----------
    heard : pairs of a gesture and what it was heard as; empty: nothing.
    """
    every = Counter(heard)
    for label in dict.fromkeys(own for own, _ in every):
        count = sum(n for (own, _), n in every.items() if own == label)
        others = [(given, n) for (own, given), n in every.most_common() if own == label != given]
        if others:
            told = ", ".join(
                f"{n} taken for '{given}'" if given else f"{n} for nothing" for given, n in others
            )
            missed = sum(n for _, n in others)
            yield f"'{label}': {missed} of {counted(count, 'demonstration')} left out mistaken, {told}"


LIVE = (
    "counted over each whole demonstration; whether a gesture begins while it plays is up to the mapping too, and the "
    "doctor measures that"
)


def uncounted(model: Any) -> Iterator[str]:
    """What the words of `Plainly` leave out of a model that says itself when a gesture happened, line by line."""
    if spots(model):
        yield (
            "not counted here: executions that are missed as nothing begins, and what everyday movement sets off; "
            "what a training says tells that"
        )
        yield from warnings(model)
    else:
        yield LIVE


def plainly(heard: Likeness, demonstrations: Sequence[Demonstration]) -> Plainly:
    """What was left out of these, the demonstrations as they were recorded."""
    rows = rows_of(heard)
    tested = {row.id for row in rows}
    return Plainly(tuple(rows), once_each(one for one in demonstrations if one.id in tested))


def once_each(some: Iterable[Demonstration]) -> float:
    """Seconds that it takes to make each gesture of these once, as long as its demonstrations last, mean."""
    lasts: dict[str, list[float]] = {}
    for one in some:
        lasts.setdefault(one.label, []).append(one.seconds)
    return sum(float(np.mean(each)) for each in lasts.values())
