"""What may be wrong with what is shown: too few examples, wrong ones, gestures that are one, and their execution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from gesturemap.commands import Enable, Merge, Relabel, TrimIdle
from gesturemap.frames import Values
from gesturemap.plain import counted, listed
from gesturemap.teaching.critique import agreement
from gesturemap.teaching.critique.doctor.patient import WELL, Patient
from gesturemap.teaching.critique.doctor.trial import Gain, gained
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.idle import trimmed
from gesturemap.teaching.suggest.curve import curves

FEW = 3
"""Demonstrations of a gesture up to which there may be too few."""
MORE = 0.02
"""Errors fewer, with one more demonstration, that are worth a word."""
WIDE, WIDER, LOST = 0.7, 1.5, 0.4
"""Where the execution of a gesture is inconsistent, its repetitions are so far from each other at least, in usual
distances to the nearest other gesture or in what is usual for the repetitions of the others; and so many are missed."""


def examples(of: Patient) -> Iterator[Finding]:
    """One under two names, wrong ones, or too few of them."""
    if of.heard is None:
        return
    label, twice = {one.id: one.label for one in of.whole}, set[str]()
    for found in agreement.copies(of.learned):
        if len({label[each] for each in found.demonstrations}) > 1:
            twice.update(found.demonstrations)
            yield found
    if of.naming is not None:
        told, gain = [one for one in of.naming.told if not twice & set(one.demonstrations)], of.naming.gain
        when = "with all of these names put right" if len(told) > 1 else ""
        yield from (one if gain is None else of.promising(one, gain, when) for one in told)
    yield from _resting(of.mended)
    yield from _too_few(of.mended)


def _resting(of: Patient) -> Iterator[Finding]:
    """Those that rest at an end, where all are heard better without."""
    if of.now.score >= WELL:
        return
    ids = [each for found in of.strange if found.kind == "idle" for each in found.demonstrations]
    every = of.it.corpus.demonstrations
    cut = [trimmed(one, of.everyday) if one.id in ids else one for one in every]
    if not ids or all(one.learned is one for one in cut):
        return
    gain = of.elsewhere(of.tried(of.with_([one.learned for one in cut])))
    if gain.clear:
        found = Finding(
            "idle",
            demonstrations=tuple(ids),
            evidence=f"{counted(len(ids), 'demonstration')} of {len(every)} rest at an end: that is learned too",
            remedy="cut their idle ends",
            sure=0.8,
            command=TrimIdle(ids),
        )
        yield of.promising(found, gain)


def _too_few(of: Patient) -> Iterator[Finding]:
    """Gestures that were shown once; or seldom, while more still helps or many are missed."""
    if of.heard is None:
        return
    found = curves(of.heard)
    seldom = [one for one in found if 1 < one.shown <= FEW and one.gesture not in of.paired]
    once = [one.gesture for one in found if one.shown == 1]
    more = [one.gesture for one in seldom if one.gain >= MORE]
    missed = [
        one.gesture
        for one in seldom
        if one.gesture not in more and _missed(of, of.heard.labels.index(one.gesture))
    ]
    if once or more or missed:
        yield _few(of, once, more, missed, [(one.now, one.more) for one in found if one.shown > 1])


def _missed(of: Patient, gesture: int) -> int:
    """How many of a gesture are missed when left out, where they are many of it; else 0."""
    assert of.heard is not None
    own = np.flatnonzero(of.heard.owners == gesture)
    lost = sum(not of.now.right.get(of.heard.ids[n], True) for n in own)
    return lost if lost >= max(2.0, LOST * len(own)) else 0


def design(of: Patient) -> Iterator[Finding]:
    """Two gestures that are one."""
    for one, other, taken, lost, every, gain in of.mended.alike:
        silent = f", and {lost} are heard as that or as nothing" if lost > taken else ""
        found = Finding(
            "alike",
            one,
            evidence=f"'{one}' and '{other}' are the same movement: {taken} of {counted(every, 'demonstration')} "
            f"left out are taken for the other{silent}",
            remedy="make them one gesture, or move more differently",
            figures={"mixed": taken, "lost": lost, "of": every},
            sure=min(1.0, 2.0 * max(taken, lost) / every),
            command=Merge(other, one),
        )
        yield of.promising(found, gain)


def execution(of: Patient) -> Iterator[Finding]:
    """A gesture that is another one every time, or one of two."""
    of = of.mended
    heard = of.heard
    if heard is None:
        return
    turned = set(of.turned.demonstrations if of.turned else ())
    two = {found.gesture: found for found in agreement.ways(heard)}
    spreads = agreement.spread(heard)
    for gesture, spread in enumerate(spreads):
        label, own = heard.labels[gesture], np.flatnonzero(heard.owners == gesture)
        ids = [heard.ids[n] for n in own]
        lost = _missed(of, gesture)
        if (
            len(own) <= FEW
            or label in of.paired
            or turned.intersection(ids)
            or not lost
            or not _wide(spreads, gesture)
        ):
            continue
        if gesture in two and (found := _two_ways(of, two[gesture])) is not None:
            yield found
            continue
        within = heard.distances[np.ix_(own, own)]
        near = np.argsort(within[within.sum(1).argmin()], kind="stable")[: max(2, (len(own) + 1) // 2)]
        rest = [one for n, one in enumerate(ids) if n not in near]
        gain = gained(of.now, of.tried(of.without(rest)), rest)
        found = Finding(
            "inconsistent",
            label,
            tuple(rest),
            evidence=f"'{label}' is another movement each time: its repetitions are {spread:.1f} times as far "
            f"from each other as two gestures are, and {lost} of {len(own)} are missed when left out",
            remedy="show each way of it more often, or practise it until it is the same each time and record it again; "
            f"{listed([ids[n] for n in sorted(near.tolist())], 3)} agree best",
            figures={"spread": float(spread), "missed": lost, "of": len(own)},
            sure=float(min(1.0, 0.5 * spread + 0.3)),
            command=Enable(rest, False) if gain.clear else None,
        )
        yield (
            of.promising(found, gain)
            if gain.clear
            else found._replace(remedy=f"{found.remedy}; what that brings nobody knows before it is recorded")
        )


def _wide(spreads: Values, gesture: int) -> bool:
    """Whether a gesture's repetitions differ so much."""
    others = np.delete(spreads, gesture)
    others = others[np.isfinite(others)]
    least = min(WIDE, WIDER * float(np.median(others))) if len(others) else WIDE
    return bool(spreads[gesture] >= least)


def _two_ways(of: Patient, ways: agreement.Ways) -> Finding | None:
    """The fewer as a gesture of their own, if that helps."""
    assert of.heard is not None
    label = of.heard.labels[ways.gesture]
    told = next(one for one in agreement.findings(of.heard) if (one.kind, one.gesture) == ("disagree", label))
    new = told.command.to if isinstance(told.command, Relabel) else label
    parted = [
        replace(one, label=new) if one.id in told.demonstrations else one
        for one in of.it.corpus.demonstrations
    ]
    gain = gained(of.now, of.tried(of.with_(parted), names={new: label}))
    return of.promising(told, gain) if gain.clear else None


def _few(
    of: Patient,
    once: Sequence[str],
    more: Sequence[str],
    missed: Sequence[str],
    expected: Sequence[tuple[float, float]],
) -> Finding:
    """Gestures that want more demonstrations, and what one more brings where it could be left out."""
    parts = [
        f"{_named(some)} {why[len(some) > 1]}"
        for some, why in (
            (once, ("was shown once", "were shown once")),
            (more, ("is missed less with every demonstration", "are missed less with every demonstration")),
            (missed, ("is missed when left out of so few", "are missed when left out of so few")),
        )
        if some
    ]
    every = [*once, *more, *missed]
    found = Finding(
        "few",
        every[0] if len(every) == 1 else "",
        evidence="; ".join(parts),
        remedy=f"show {_named(every)} {f'at least {FEW} times' if once else 'once or twice more'}, "
        "as differently as you will play",
        figures={"once": len(once), "few": len(more) + len(missed)},
        sure=0.9,
    )
    known = [pair for pair in expected if pair[0] == pair[0]]
    if not known:
        return found
    before, after = (1.0 - float(np.mean(column)) for column in zip(*known, strict=True))
    gain = Gain(before, after, len(known), 0, 0.0)
    if after - before < MORE:
        return found
    return of.promising(found, gain, "with one more of each, as the learning curves go on", "expected")


def _named(gestures: Sequence[str]) -> str:
    return ", ".join(f"'{one}'" for one in gestures)
