"""Which gesture one more demonstration would help most, and which has reached its plateau.

A demonstration left out is recognised by the likeliest chain. Had only m of the n others of its gesture been recorded,
chosen anyhow, it would be missed where all m are among the b that are less likely than the likeliest chain of another
gesture: C(b, m) of the C(n, m) choices. So the whole curve from one demonstration on is known exactly, from pairs that
were heard once (`critique.likeness`): nothing is drawn, nothing is fitted again.

Of models without chains only the last point is known, from models fitted to the others.

How it goes on is that of a power law, as learning curves are (Cortes et al., 1994, "Learning curves: asymptotic values
and rate of convergence"), through the last two points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb, log
from typing import NamedTuple

import numpy as np

from gesturemap.frames import NONE, Values
from gesturemap.plain import counted
from gesturemap.teaching.critique.likeness import Likeness
from gesturemap.teaching.finding import Finding

USUAL = 0.7
"""The exponent of the power law where two points are not known: errors fall to 0.62 with twice as many."""
STEEPEST = 3.0
"""Of it, at most: two points of few demonstrations say little."""
FLAT = 0.005
"""A gain of fewer errors than this is none: the plateau."""
STUCK = 0.2
"""A share of errors from which on that is nothing to be content with."""


class Curve(NamedTuple):
    """One gesture; errors are shares of its executions taken for another."""

    gesture: str
    shown: int
    """Demonstrations that there are."""
    errors: Values
    """(shown - 1,) with 1, 2, ... of them, by leaving out; empty for a single one, NaN where it is not known."""
    now: float
    """Expected with all of them; NaN where nothing could be left out."""
    more: float
    """Expected with one more; NaN the same."""

    @property
    def missed(self) -> int:
        """How many are, left out from all the others; 0 where that is not known."""
        last = self.errors[-1] if len(self.errors) else np.nan
        return round(float(last) * self.shown) if np.isfinite(last) else 0

    @property
    def gain(self) -> float:
        """How many errors fewer one more would bring; NaN where it is not known."""
        return self.now - self.more

    @property
    def plateau(self) -> bool:
        """Whether it is heard well, and more will not help."""
        return self._flat and self.now < STUCK

    @property
    def stuck(self) -> bool:
        """Whether it is missed as often, however many are shown."""
        return self._flat and self.now >= STUCK

    @property
    def _flat(self) -> bool:
        return self.shown > 2 and self.gain < FLAT


def curves(heard: Likeness) -> list[Curve]:
    """Of every gesture, in the order of the vocabulary; empty where there is one gesture only."""
    if len(heard.labels) < 2:
        return []
    errors_of = _errors if len(heard.each) else _last
    measured = [errors_of(heard, gesture) for gesture in range(len(heard.labels))]
    slopes = [slope for errors in measured if (slope := _slope(errors)) is not None]
    usual = float(np.median(slopes)) if slopes else USUAL
    return [_curve(label, errors, usual) for label, errors in zip(heard.labels, measured, strict=True)]


def _errors(heard: Likeness, gesture: int) -> Values:
    """(n,) with 1 to n others of the gesture, and all of the other gestures."""
    own = np.flatnonzero(heard.owners == gesture)
    others = heard.each[:, heard.owners != gesture]
    found = np.zeros(len(own) - 1)
    for n in own.tolist():
        rest = heard.each[n, own[own != n]]
        below = len(rest) if heard.missed[n] else int((rest < others[n].max()).sum())
        found += [comb(below, m) / comb(len(rest), m) for m in range(1, len(rest) + 1)]
    return found / len(own)


def _last(heard: Likeness, gesture: int) -> Values:
    """The same where only what is missed now is known: NaN with fewer demonstrations."""
    own = heard.owners == gesture
    tested = own & (heard.answers != NONE)
    found = np.full(int(own.sum()) - 1, np.nan)
    if len(found) and tested.any():
        found[-1] = heard.missed[tested].mean()
    return found


def _slope(errors: Values) -> float | None:
    """The exponent through the last two points that differ from 0."""
    if len(errors) < 2 or not np.isfinite(errors[-2:]).all() or min(errors[-2:]) <= 0.0:
        return None
    count = len(errors)
    return min(max(log(errors[-2] / errors[-1]) / log(count / (count - 1.0)), 0.0), STEEPEST)


def _curve(label: str, errors: Values, usual: float) -> Curve:
    count = len(errors)
    if not count:
        return Curve(label, 1, errors, np.nan, np.nan)
    own = _slope(errors)
    slope = usual if own is None else own
    now, more = (float(errors[-1] * (count / (count + further)) ** slope) for further in (1.0, 2.0))
    return Curve(label, count + 1, errors, now, more)


def findings(found: Sequence[Curve]) -> Iterator[Finding]:
    """What to record next, and when to stop."""
    for one in found:
        if one.shown == 1:
            yield Finding(
                "next",
                one.gesture,
                evidence=f"'{one.gesture}' was shown once, so nobody knows how well it is recognised",
                remedy=f"record '{one.gesture}' once more",
                sure=0.9,
            )
    helped = [one for one in found if one.gain >= FLAT]
    if helped:
        best = max(helped, key=lambda one: one.gain)
        yield Finding(
            "next",
            best.gesture,
            evidence=f"one more demonstration of '{best.gesture}' would help most: {best.missed} of {best.shown} left "
            f"out are missed; expected of its executions: about {best.now:.1%} with {best.shown}, {best.more:.1%} "
            f"with {best.shown + 1}",
            remedy=f"record '{best.gesture}' once more",
            figures={"gain": best.gain, "now": best.now, "more": best.more, "shown": best.shown},
            sure=min(0.8, 0.4 + 10.0 * best.gain),
        )
    for one in found:
        if one.stuck:
            yield Finding(
                "stuck",
                one.gesture,
                evidence=f"'{one.gesture}' is missed as often with {one.shown} as with fewer: {one.missed} of them, "
                "left out",
                remedy="ask 'doctor' why; several more at once may help where one does not",
                figures={"now": one.now, "shown": one.shown},
                sure=0.5,
            )
    flat = [one for one in found if one.plateau]
    if flat:
        names = ", ".join(f"'{one.gesture}'" for one in flat)
        yield Finding(
            "plateau",
            flat[0].gesture if len(flat) == 1 else "",
            evidence=f"{names} {'has' if len(flat) == 1 else 'have'} reached the plateau: with "
            f"{counted(min(one.shown for one in flat), 'demonstration')} or more, another changes next to nothing",
            remedy="there is no need to record more" if len(flat) == len(found) else "record others instead",
            figures={"gestures": len(flat)},
            sure=0.3,
        )
