"""Which demonstration to record next: an offer, never a question.

What one more demonstration of a gesture would save is estimated from those that are left out: the share of them that
is missed, drawn to that of the vocabulary, and falling with the number shown by a power law, as in `suggest.curve`. To
follow that estimate alone would be stuck: a gesture that was always shown in one way is never missed when left out,
and one that cannot be told apart is asked for forever. So each gesture gets the benefit of the doubt, one deviation of
what is not known about it: where much is known that is little, and where nothing is missed those that were shown least
come first. Source: upper confidence bounds (Auer, Cesa-Bianchi and Fischer, 2002); the bias of asking only for what is
thought relevant, Porter, Theiler and Hush (2013), "Interactive machine learning in data exploitation".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import Demonstration
from gesturemap.models.model import Model
from gesturemap.plain import counted
from gesturemap.teaching.critique.likeness import Likeness
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.play import NOTHING, Opened, play
from gesturemap.teaching.suggest.curve import FLAT, USUAL

COUNTS_FOR = 2.0
"""Demonstrations that the misses of the whole vocabulary count for in those of a gesture."""
OFTEN = 2
"""Times that a gesture is shown before anything can be left out of it."""
MANNERS = {"slower": (1.5, 1.0), "faster": (1 / 1.5, 1.0), "larger": (1.0, 1.5), "smaller": (1.0, 1 / 1.5)}
"""How long and how large an execution is, of what was shown."""
MISSED = 0.5
"""So large a share of the demonstrations, done in a manner, is missed where that is asked for."""
TRIED = 5
"""Demonstrations that are heard in every manner, at most."""


class Offer(NamedTuple):
    """One gesture, and what recording it once more would bring."""

    gesture: str
    """Empty: one that has no name yet."""
    shown: int
    missed: int
    """Of those, left out."""
    now: float
    """Expected share of its executions that is taken for another; NaN before it was shown twice."""
    gain: float
    """By how much that will fall; NaN the same."""
    hope: float
    """The same with the benefit of the doubt, of the mean of the nearest three: offers are sorted by it."""
    why: str
    """One sentence."""
    manner: str = ""
    """How to do it, one of `MANNERS`; empty: as it comes."""

    def finding(self) -> Finding:
        """As it is told."""
        what = f"record '{self.gesture}'" if self.gesture else "record another gesture"
        again = " once more" if self.shown else ""
        figures = {"shown": self.shown, "missed": self.missed, "hope": self.hope}
        if self.now == self.now:
            figures |= {"now": self.now, "gain": self.gain}
        return Finding(
            "next", self.gesture, evidence=self.why, figures=figures, sure=min(1.0, 0.3 + self.hope),
            remedy=what + again + (f", {self.manner} than before" if self.manner else ""),
        )  # fmt: skip


def offers(heard: Likeness | None, wanted: Sequence[str] = ()) -> list[Offer]:
    """What may be recorded next, the best first; empty where more will not help.

    Parameters
    ----------
    heard : the demonstrations that there are, each left out; None: none.
    wanted : the gestures of the vocabulary, shown or not.
    """
    labels = heard.labels if heard is not None else ()
    found = [
        Offer(label, 0, 0, np.nan, np.nan, 1.0, f"'{label}' has no demonstration yet")
        for label in dict.fromkeys(wanted)
        if label not in labels
    ]
    if heard is None:
        return found
    shown = np.bincount(heard.owners, minlength=len(labels))
    once = [label for label, count in zip(labels, shown.tolist(), strict=True) if count < OFTEN]
    found += [
        Offer(label, 1, 0, np.nan, np.nan, 0.9, f"'{label}' was shown once, so nobody knows how its repetitions differ")
        for label in once
    ]  # fmt: skip
    if len(labels) == 1 and not found:
        alone = f"'{labels[0]}' is the only gesture, so there is none to tell it from"
        return [Offer("", 0, 0, np.nan, np.nan, 0.9, alone)]
    if len(labels) > 1:
        judged = [_judged(heard, gesture) for gesture in range(len(labels)) if shown[gesture] >= OFTEN]
        found += [one for one in judged if one.hope >= FLAT]
    return sorted(found, key=lambda one: (-one.hope, one.shown))


def _judged(heard: Likeness, gesture: int) -> Offer:
    """One that was shown more than once."""
    own, wrong = heard.owners == gesture, heard.missed
    shown, missed = int(own.sum()), int((own & wrong).sum())
    now = _expected(own, wrong)
    # what the mean of the nearest three takes for another is in doubt, even if it is not missed: the order goes by that
    doubted = _expected(own, heard.margins < 0.0)
    doubt = float(np.sqrt(doubted * (1.0 - doubted) / (shown + COUNTS_FOR + 1.0)))
    saved = 1.0 - (shown / (shown + 1.0)) ** USUAL
    label = heard.labels[gesture]
    if missed:
        others = np.bincount(heard.answers[own & wrong], minlength=len(heard.labels))
        why = (
            f"{missed} of {counted(shown, 'demonstration')} of '{label}', left out, {'is' if missed == 1 else 'are'} "
            f"taken for another gesture, most for '{heard.labels[int(others.argmax())]}'"
        )
    else:
        why = (
            f"'{label}' was shown {shown} times and never missed when left out: too few to be sure of executions "
            "that are different"
        )
    return Offer(label, shown, missed, now, now * saved, min(doubted + doubt, 1.0) * saved, why)


def _expected(own: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> float:
    """The share of a gesture's demonstrations that is wrong, drawn to that of all."""
    usual = (float(wrong.sum()) + 0.5) / (len(wrong) + 1.0)
    return (int((own & wrong).sum()) + COUNTS_FOR * usual) / (int(own.sum()) + COUNTS_FOR)


def in_manner(offer: Offer, it: Opened, model: Model) -> Offer:
    """The same with how to do it, where the model shows it: what was shown, done otherwise, is taken for another.

    Parameters
    ----------
    it, model : what is learned from, and what was fitted to it: it hears the gesture's demonstrations as they would be
        slower, faster, larger and smaller, frame by frame.
    """
    own = [one for one in it.corpus.demonstrations if one.label == offer.gesture][-TRIED:]
    if not own or offer.gesture not in model.labels:
        return offer
    place, worst = model.labels.index(offer.gesture), (0, "", "")
    plain = [one for one in own if _answer(it, model, one) == place]
    for manner, (longer, larger) in MANNERS.items():
        answers = [_answer(it, model, varied(one, longer, larger)) for one in plain]
        wrong = [answer for answer in answers if answer not in (place, NOTHING)]
        if len(wrong) > worst[0]:
            other = model.labels[max(set(wrong), key=wrong.count)]
            worst = len(wrong), manner, other
    count, manner, other = worst
    if count < MISSED * max(len(plain), 1):
        return offer
    why = f"{offer.why}; done {manner}, {count} of {len(plain)} would be taken for '{other}'"
    return offer._replace(manner=manner, why=why)


def varied(one: Demonstration, longer: float = 1.0, larger: float = 1.0) -> Demonstration:
    """A demonstration as it would be if it took so many times as long, and moved so many times as far."""
    count = max(2, round(len(one) * longer))
    at = np.linspace(0.0, len(one) - 1.0, count)
    middle, frames = one.values.mean(0), np.arange(len(one))
    values = np.stack([np.interp(at, frames, column) for column in one.values.T], axis=1)
    first = float(one.time[0]) if len(one) else 0.0
    time = first + np.linspace(0.0, one.seconds * (count - 1) / max(len(one) - 1, 1), count)
    made = middle + larger * (values - middle)
    return replace(one, time=time, values=made, outputs=(), targets=np.zeros((0, 0)), start=0.0, end=0.0)


def _answer(it: Opened, model: Model, one: Demonstration) -> int:
    """What it is taken for at its last frame."""
    return int(play(it, model, one).answers[-1])


def without(found: Sequence[Offer], skipped: Collection[str]) -> list[Offer]:
    """Those that were not skipped."""
    return [one for one in found if one.gesture not in skipped]
