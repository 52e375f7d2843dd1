"""The demonstrations of a gesture from the best to the worst, and what each is nearest to.

To see the worst beside the best, not the best alone, is what makes people find what is wrong.
Source: Fogarty, Tan, Kapoor and Winder (2008), "CueFlik: interactive concept learning in image search"; Amershi et al.
(2009), "Overview based example selection in end user interactive concept learning".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gesturemap.errors import CommandError
from gesturemap.teaching.critique.labels import suspicion
from gesturemap.teaching.critique.likeness import Likeness

BORDER = 0.25
"""A demonstration is on the border where it wins by less than this share of the gesture's usual margin."""


class Ranked(NamedTuple):
    """One demonstration, left out."""

    id: str
    fit: float
    """0..1, to the others of its gesture, on the scale of the model's `fit`; NaN where the model has none."""
    score: float
    """Nats per hop (or frame) under the nearest others of its gesture; -inf for the only one."""
    rival: str
    """The other gesture that comes nearest as it plays."""
    margin: float
    """By how much its own is ahead of it, nats the same; below 0 it is missed; NaN: there is nothing to compare."""
    border: bool
    """Whether the rival is nearly as likely, or likelier."""
    suspicion: float
    """0..1, that its label is wrong."""
    like: str
    """The demonstration of its gesture that it is most like; '' where that is not known."""
    rival_like: str
    """That of the rival."""

    @property
    def as_table(self) -> dict[str, object]:
        """For JSON: null where there is no number."""
        return {
            name: value if not isinstance(value, float) or np.isfinite(value) else None
            for name, value in self._asdict().items()
        }


def ranked(heard: Likeness, gesture: str) -> list[Ranked]:
    """The demonstrations of a gesture, the best first: the nearest to all others of it.

    Raises
    ------
    CommandError
        If nothing of that name was shown.
    """
    if gesture not in heard.labels:
        raise CommandError(
            "gesture", repr(gesture), f"there are {', '.join(heard.labels)}", "name one of them"
        )
    owner = heard.labels.index(gesture)
    own = np.flatnonzero(heard.owners == owner)
    margins = heard.leads[own]
    known = margins[np.isfinite(margins)]
    least = BORDER * max(float(np.median(known)), 0.0) if len(known) else 0.0
    doubt = suspicion(heard)
    order = own[np.argsort(-np.where(np.isfinite(heard.own[own]), heard.own[own], -np.inf), kind="stable")]
    return [
        Ranked(
            heard.ids[n], float(heard.fits[n]), float(heard.own[n]),
            heard.labels[heard.behind[n]] if np.isfinite(heard.leads[n]) else "", float(heard.leads[n]),
            bool(heard.leads[n] < least or heard.missed[n]), float(doubt.wrong[n]),
            _most_like(heard, n, owner), _most_like(heard, n, int(heard.behind[n])),
        )
        for n in order.tolist()
    ]  # fmt: skip


def border(heard: Likeness) -> list[tuple[str, Ranked]]:
    """The demonstrations of all gestures that are on the border to another, the most doubtful first."""
    found = [(label, one) for label in heard.labels for one in ranked(heard, label) if one.border]
    return sorted(found, key=lambda pair: pair[1].margin)


def _most_like(heard: Likeness, n: int, gesture: int) -> str:
    if not len(heard.each):
        return ""
    others = np.where((heard.owners == gesture) & (np.arange(len(heard.ids)) != n), heard.each[n], -np.inf)
    best = int(others.argmax())
    return heard.ids[best] if np.isfinite(others[best]) else ""
