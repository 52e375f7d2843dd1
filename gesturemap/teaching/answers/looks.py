"""What a gesture looks like, and how alike it is each time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gesturemap.errors import CommandError
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.consistency import Standard, standard
from gesturemap.teaching.critique.belief import Belief
from gesturemap.teaching.critique.belief import belief as believed

PATHS = 100
"""Paths that are drawn, at most."""


class Picture(NamedTuple):
    """What a gesture looks like."""

    belief: Belief
    paths: list[list[list[float]]]
    """Drawn ones, (T, C) each."""

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {**self.belief.table(), "paths": self.paths}


def belief(asked: Taught, gesture: str, paths: int | str = 0) -> Picture:
    """The mean path of a gesture, its spread, and paths drawn from both, in the sensor's own channels.

    Raises
    ------
    CommandError
        If nothing of that name was shown, or `paths` is no number from 0 to `PATHS`.
    """
    if not str(paths).isdecimal() or int(paths) > PATHS:
        raise CommandError(
            "paths", repr(paths), f"a whole number from 0 to {PATHS}", "ask for fewer, or none"
        )
    found = believed(gesture, asked.demonstrations)
    rng = np.random.default_rng(0)
    return Picture(found, [found.sample(rng, number).values.tolist() for number in range(int(paths))])


class Consistency(NamedTuple):
    """How alike each gesture is each time."""

    standards: list[Standard]

    def as_table(self) -> list[dict[str, Any]]:
        """For JSON: one row for each gesture; `consistency` in 0..1, `None` of one that was shown once."""
        return [
            {
                "gesture": one.gesture,
                "consistency": None if np.isnan(one.usual) else one.usual,
                "seconds": one.seconds,
            }
            for one in self.standards
        ]


def consistency(asked: Taught) -> Consistency:
    """How alike the demonstrations of each gesture are, beside how far the nearest other gesture is."""
    asked.of_gestures()
    usual = getattr(asked.it.learner, "everyday", "")
    every = [one for one in asked.demonstrations if one.label != usual]
    made = (standard(label, every) for label in dict.fromkeys(one.label for one in every))
    return Consistency([one for one in made if one is not None])
