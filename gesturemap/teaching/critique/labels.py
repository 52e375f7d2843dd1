"""Demonstrations that may have a wrong label.

Left out, a demonstration is likelier under its own gesture than under any other, by a margin. If it is really one of
the other gesture, the margin is that of those, seen from the other side. So for each pair of gestures two densities of
the margin are known, and Bayes' rule says how probable the other label is.

Source: the noise model of Lawrence and Schoelkopf (2001), "Estimating a kernel Fisher discriminant in the presence of
label noise", over the left-out margins that Northcutt, Jiang and Chuang (2021), "Confident learning", count.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.commands import Enable, Relabel
from gesturemap.frames import Values
from gesturemap.teaching.critique.likeness import Likeness
from gesturemap.teaching.finding import Finding

WRONG = 0.05
"""Share of labels that are wrong, as far as is known before anything is heard."""
COUNTS_FOR = 2.0
"""Demonstrations that the usual margin of all gestures counts for in that of a pair."""
FREEDOM = 4.0
"""Degrees of freedom of the Student densities, those of the chains."""
NARROWEST = 0.15
"""Their width, in usual margins, at least."""
TOLD = 0.7
"""From this suspicion on it is told."""
HOME = 3.0
"""Widths of how well demonstrations usually fit by which one may fit another gesture worse and still be one of it."""
TRIED, THIRD = 8, 3
"""Demonstrations that are tried under another name at a time; of so many of a gesture one may have a wrong one."""
SURE = 50.0
"""Nats beyond which odds are not counted."""


class Suspicion(NamedTuple):
    """Of N demonstrations."""

    wrong: Values
    """(N,) 0..1, the probability that the label is wrong; 0 where nothing can be said."""
    instead: tuple[str, ...]
    """(N,) the gesture that each is likest but for its own."""


def suspicion(heard: Likeness) -> Suspicion:
    """How probable it is that each label is wrong."""
    count, gestures, owners = len(heard.ids), len(heard.labels), heard.owners
    margins = heard.own[:, None] - np.where(np.isfinite(heard.scores), heard.scores, np.nan)
    margins[np.arange(count), owners] = np.nan
    margins[~np.isfinite(margins)] = np.nan
    instead = tuple(heard.labels[rival] for rival in heard.rivals)
    known = np.isfinite(margins)
    if not known.any():
        return Suspicion(np.zeros(count), instead)
    usual = max(float(np.median(np.abs(margins[known]))), 1e-9)
    middle = np.full((gestures, gestures), usual)
    for gesture in range(gestures):
        for other in range(gestures):
            some = margins[owners == gesture, other]
            some = some[np.isfinite(some)]
            if len(some):
                own = max(float(np.median(some)), 0.0)
                middle[gesture, other] = (len(some) * own + COUNTS_FOR * usual) / (len(some) + COUNTS_FOR)
    right, wrong = margins - middle[owners], margins + middle.T[owners]
    width = max(1.4826 * float(np.median(np.abs(right[known]))), NARROWEST * usual)
    ahead = _density(wrong, width) - _density(right, width)
    prior = WRONG / (1.0 - WRONG) / max(gestures - 1, 1)
    odds = np.where(known, prior * np.exp(np.clip(np.where(known, ahead, 0.0), -SURE, SURE)), 0.0).sum(1)
    return Suspicion(odds / (1.0 + odds), instead)


def _density(apart: Values, width: float) -> Values:
    """The logarithm of a Student density, but for what does not depend on `apart`."""
    return np.asarray(-0.5 * (FREEDOM + 1.0) * np.log1p((apart / width) ** 2 / FREEDOM))


def at_home(heard: Likeness) -> NDArray[np.bool_]:
    """(N,) whether each is as likely under its likeliest other gesture as those that were shown for it are."""
    own = np.where(np.isfinite(heard.own), heard.own, np.nan)
    middle = np.full(len(heard.labels), -np.inf)
    for gesture in range(len(heard.labels)):
        some = own[heard.owners == gesture]
        if np.isfinite(some).any():
            middle[gesture] = np.nanmedian(some)
    apart = np.abs(own - middle[heard.owners])
    width = 1.4826 * float(np.median(apart[np.isfinite(apart)])) if np.isfinite(apart).any() else 0.0
    there = heard.scores[np.arange(len(own)), heard.rivals]
    return np.asarray(there >= middle[heard.rivals] - HOME * width)


def misplaced(heard: Likeness) -> dict[int, tuple[int, float]]:
    """Demonstrations for whose names others are taken wrongly: their number -> the right gesture, and how sure, 0..1.

    One that is taken for another gesture, or two at once, get that gesture's name, as long as that puts right another
    one besides; two with each other's name also without that. At most a third of a gesture, and only where nothing of
    both gestures is taken wrongly any more. None where the model has no chains.
    """
    if not len(heard.each):
        return {}
    now, new, counts = heard, dict[int, int](), np.bincount(heard.owners)
    while (wrong := int(now.missed.sum())) > 0:
        far = np.argsort(np.nan_to_num(now.leads, nan=np.inf), kind="stable")[: min(TRIED, wrong)].tolist()
        most, named = 0.0, dict[int, int]()
        for some in (*combinations(far, 1), *combinations(far, 2)):
            moved = np.bincount(heard.owners[[*new, *some]], minlength=len(counts))
            if any(n in new for n in some) or (THIRD * moved > counts).any():
                continue
            names = {n: int(now.behind[n]) for n in some}
            exchanged = [*names.values()] == now.owners[[*some[::-1]]].tolist() and len(some) == 2
            won = wrong - int(now.renamed(names).missed.sum()) - len(some) + 0.5 * exchanged
            if won > most:
                most, named = won, names
        if not named:
            break
        new |= named
        now = now.renamed(named)
    still = {*now.owners[now.missed].tolist(), *now.answers[now.missed].tolist()}
    share = 1.0 - now.missed.sum() / max(1, heard.missed.sum())
    return {n: (to, float(share)) for n, to in new.items() if not still & {int(heard.owners[n]), to}}


def findings(heard: Likeness) -> Iterator[Finding]:
    """Those that are probably wrong: shown for another gesture, or for none of them."""
    found, home, among = suspicion(heard), at_home(heard), misplaced(heard)
    for n in sorted({*np.flatnonzero(found.wrong >= TOLD).tolist(), *among}):
        one, own, other = heard.ids[n], heard.labels[heard.owners[n]], found.instead[n]
        margin, sure = float(heard.margins[n]), float(found.wrong[n])
        figures = {"suspicion": sure, "margin": margin}
        why = f"left out, '{other}' explains it better, by {-margin:.2g} nats a moment"
        if n in among:
            gesture, share = among[n]
            other, sure = heard.labels[gesture], max(sure, share)
            why = "as that, both are told apart"
        if n in among or home[n]:
            yield Finding(
                "label",
                own,
                (one,),
                evidence=f"demonstration {one} of '{own}' moves like '{other}': {why}",
                remedy=f"make it '{other}', or leave it out",
                figures=figures,
                sure=sure,
                command=Relabel([one], other),
            )
        else:
            yield Finding(
                "odd",
                own,
                (one,),
                evidence=f"demonstration {one} of '{own}' is like none of what was shown: even '{other}' explains it "
                f"better than the others of '{own}' do, by {-margin:.2g} nats a moment",
                remedy="leave it out, and record it again",
                figures=figures,
                sure=sure,
                command=Enable([one], False),
            )
