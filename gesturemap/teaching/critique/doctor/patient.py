"""What the doctor looks at: what was shown, what learns from it, and how it would be with something changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from gesturemap.commands import Enable, Relabel
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.models.auto import Auto
from gesturemap.models.model import Learner, Report
from gesturemap.models.relevance import Relevance, bare, marks
from gesturemap.models.spotting_fit import apart
from gesturemap.teaching.critique import agreement, labels, session, takes
from gesturemap.teaching.critique.doctor.trial import NAMES, Gain, Trial, gained, tried
from gesturemap.teaching.critique.likeness import Likeness, by_chains
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.hearing import Rules, rested
from gesturemap.teaching.leave_one_out import Change, same
from gesturemap.teaching.play import Opened, seen

MIXED = 0.3
"""Share of two gestures' demonstrations that are taken for the other, at least, where they are one movement."""

WELL = 0.98
"""From this score on nothing else is tried: no other model, nothing cut."""
MINORITY = 0.34
"""Share of a gesture's demonstrations that may have a wrong label: of more, something else is wrong."""


class Pair(NamedTuple):
    """Two gestures that are the same movement."""

    one: str
    other: str
    mixed: int
    """Demonstrations of both that are taken for the other."""
    lost: int
    """Those that are not heard as what they are, but as the other or as nothing."""
    every: int
    gain: Gain
    """What one name for both brings."""


class Naming(NamedTuple):
    """Demonstrations with a wrong name."""

    told: tuple[Finding, ...]
    gain: Gain | None
    """What the right ones bring all others; None: nothing."""
    mended: Patient
    """With those."""


@dataclass(frozen=True)
class Patient:
    """What does not work."""

    whole: Sequence[Demonstration]
    """As they were recorded, with their trims."""
    it: Opened
    """What is learned from, with its learner and features."""
    rules: Rules | None = None
    """What tells when a gesture begins (`hearing.rules_of`); None: the likeliest gesture at the last frame counts."""
    usual: Learner = field(default_factory=Auto)
    """The model that others are compared with."""
    report: Report | None = None
    cured: bool = False
    """Whether the usual model learns already, in place of one that is wrong."""

    @cached_property
    def now(self) -> Trial:
        """As things are."""
        return self.tried()

    def tried(
        self,
        it: Opened | None = None,
        rules: Rules | None = None,
        change: Change = same,
        names: Mapping[str, str] = NAMES,
    ) -> Trial:
        """As they would be: see `trial.tried`; what is not given stays as it is. As live, from rest and back to it."""
        rules = rules or self.rules
        play = change if rules is None else lambda one: rested(change(one))
        return tried(it or self.it, rules, self.report, play, names)

    @cached_property
    def shown(self) -> tuple[Demonstration, ...]:
        """What the model sees."""
        return tuple(seen(self.it.features, one) for one in self.it.corpus.demonstrations)

    @property
    def learned(self) -> list[Demonstration]:
        """As they were recorded, but for what is not learned of them."""
        return [one.learned for one in self.whole if one.enabled]

    @property
    def once(self) -> list[Demonstration]:
        """As they were recorded, each recording once."""
        return list({one.fingerprint: one for one in reversed(self.whole)}.values())[::-1]

    @property
    def everyday(self) -> str:
        """What is no gesture."""
        return str(getattr(self.it.learner, "everyday", ""))

    @cached_property
    def strange(self) -> list[Finding]:
        """What is strange about single recordings, but for channels that do not matter."""
        return [one for one in takes.findings(self.once) if one.channel not in self.marks.ignored]

    @cached_property
    def dead(self) -> frozenset[str]:
        """The ids of demonstrations in which a channel is dead: of these nothing else is said."""
        return takes.dead(self.strange)

    @cached_property
    def heard(self) -> Likeness | None:
        """What chains, whatever the model is, say of each demonstration without it, but for those that are `dead`.

        None where there is one gesture alone, or outputs are wanted: then the names do not count.
        """
        alive = TrainingSet(tuple(one for one in self.shown if one.id not in self.dead))
        gestures = TrainingSet(apart(alive, self.everyday)[0])
        if gestures.outputs or len(gestures.labels) < 2:
            return None
        return by_chains(self.it.learner, gestures)

    @cached_property
    def turned(self) -> Finding | None:
        """The stretch of recording in which the sensor was turned, if there is one."""
        return session.turned(self.learned, self.heard) if self.heard else None

    @cached_property
    def alike(self) -> list[Pair]:
        """Pairs of gestures that are the same movement: one is taken for the other, or neither is ever sure enough.

        One name for both must bring more than chance may, where that can be measured.
        """
        heard = self.heard
        if heard is None:
            return []
        found = []
        for one, label in enumerate(heard.labels):
            for other in range(one + 1, len(heard.labels)):
                nearer = sum(
                    int(((heard.owners == own) & (heard.rivals == rival) & (heard.margins < 0.0)).sum())
                    for own, rival in ((one, other), (other, one))
                )
                every, rival = int(np.isin(heard.owners, (one, other)).sum()), heard.labels[other]
                taken, lost = self._taken(label, rival)
                if (
                    max(nearer, lost) < MIXED * every
                    or agreement.overlap(heard, one, other) >= agreement.MIXED
                ):
                    continue
                gain = gained(
                    self.now, self.tried(self._as_one(label, rival), self._free(label, rival)), self.dead
                )
                if gain.clear or not gain.tested:
                    found.append(Pair(label, rival, taken if self.now.given else nearer, lost, every, gain))
        return found

    @property
    def paired(self) -> set[str]:
        """The gestures that are the same movement as another."""
        return {label for pair in self.alike for label in pair[:2]}

    @cached_property
    def naming(self) -> Naming | None:
        """Wrong names of a few: others of the gestures are heard better with the right ones, or they themselves are
        heard as what they should be called; None: none are.

        Not from one to the other of two gestures that are one, also with the names that they should have. What else is
        strange may come of wrong names, so it is looked for in `mended`.
        """
        told = self._doubted()
        while told:
            mended = self._named(told)
            left = tuple(one for one in told if not mended._of_a_pair(one))
            if len(left) == len(told):
                touched = [one for found in told for one in found.demonstrations]
                about = {name for found in told for name in _names_of(found)}
                beside = [one.id for one in self.it.corpus.demonstrations if one.label not in about]
                gain = gained(self.now, mended.now, [*touched, *beside])
                if gain.more >= max(1.0, gain.chance):
                    return Naming(told, gain, mended)
                left = tuple(one for one in told if self._taken_for(one, mended))
                if len(left) == len(told):
                    return Naming(told, None, mended)
            told = left
        return None

    def _taken_for(self, found: Finding, mended: Patient) -> bool:
        """Whether a demonstration is heard wrong by its name, and right by the one that it should have."""
        (one,) = found.demonstrations
        renamed = isinstance(found.command, Relabel)
        return renamed and not self.now.right.get(one, True) and mended.now.right.get(one, False)

    def _of_a_pair(self, found: Finding) -> bool:
        """Whether a wrong name comes of two gestures being one."""
        return any(names <= set(pair[:2]) for pair in self.alike if (names := _names_of(found)))

    @property
    def mended(self) -> Patient:
        """With the names that demonstrations should have."""
        return self.naming.mended if self.naming else self

    def _doubted(self) -> tuple[Finding, ...]:
        """Names that are probably wrong, of gestures of which most are right."""
        if self.heard is None:
            return ()
        told, counts = list(labels.findings(self.heard)), np.bincount(self.heard.owners)
        many = Counter(one.gesture for one in told)
        few = {label for label in many if many[label] <= MINORITY * counts[self.heard.labels.index(label)]}
        return tuple(one for one in told if one.gesture in few)

    def _named(self, told: Sequence[Finding]) -> Patient:
        """With the names that these say."""
        new = {one.demonstrations[0]: one.command.to for one in told if isinstance(one.command, Relabel)}
        out = [one.demonstrations[0] for one in told if isinstance(one.command, Enable)]
        whole = [replace(one, label=new.get(one.id, one.label)) for one in self.whole if one.id not in out]
        kept = [
            replace(one, label=new.get(one.id, one.label))
            for one in self.it.corpus.demonstrations
            if one.id not in out
        ]
        return replace(self, whole=whole, it=self.with_(kept))

    def elsewhere(self, trial: Trial) -> Gain:
        """What a change brings beside two gestures that are one: those are heard better by any that is less strict."""
        theirs = [one.id for one in self.it.corpus.demonstrations if one.label in self.paired]
        if theirs and set(theirs) >= set(self.now.right):  # there is nothing else
            return gained(self.now, self.now)
        return gained(self.now, trial, theirs)

    def _free(self, one: str, other: str) -> Rules | None:
        """What tells when a gesture begins, without what keeps these two apart."""
        return self.rules and [
            replace(rule, fits={label: fit for label, fit in rule.fits.items() if label not in (one, other)})
            for rule in self.rules
        ]

    def _taken(self, one: str, other: str) -> tuple[int, int]:
        """How many of two gestures are heard as the other, and how many as that or as nothing."""
        pair = {one: other, other: one}
        every = (each for each in self.it.corpus.demonstrations if each.id not in self.dead)
        label = {each.id: each.label for each in every if each.label in pair}
        given = ((label[each], heard) for each, heard in self.now.given.items() if each in label)
        told = [heard for own, heard in given if heard in ("", pair[own])]
        return sum(map(bool, told)), len(told)

    def _as_one(self, one: str, other: str) -> Opened:
        """With the name of the first for both."""
        every = self.it.corpus.demonstrations
        return self.with_([replace(each, label=one) if each.label == other else each for each in every])

    def with_(self, demonstrations: Sequence[Demonstration]) -> Opened:
        """Learning from these instead."""
        blank = ("",) * len(demonstrations)
        corpus = replace(
            self.it.corpus, demonstrations=tuple(demonstrations), users=blank, sessions=blank, splits=blank
        )
        return self.it._replace(corpus=corpus)

    def without(self, ids: Sequence[str]) -> Opened:
        """Learning from all others."""
        return self.with_([one for one in self.it.corpus.demonstrations if one.id not in ids])

    def taught_by(self, learner: Learner) -> Opened:
        """With another model; what should not matter still does not."""
        return self.it._replace(learner=self.marks.around(learner))

    def cure(self) -> Patient:
        """With the usual model in place of one that is wrong: what else is strange may come of that."""
        return replace(self, it=self.taught_by(self.usual), cured=True)

    def deaf_to(self, channel: str) -> Opened | None:
        """With a channel that matters no longer; None where the model has no such channel, or no other."""
        irrelevant = self.marks
        names = self.shown[0].spec.names
        if (
            channel not in names
            or channel in irrelevant.ignored
            or set(names) <= {*irrelevant.ignored, channel}
        ):
            return None
        return self.it._replace(learner=irrelevant.marked([channel]).around(self.learner))

    @property
    def marks(self) -> Relevance:
        """What should not matter."""
        return marks(self.it.learner)

    @property
    def learner(self) -> Learner:
        """What learns from the rest."""
        learner: Learner = bare(self.it.learner)
        return learner

    def promising(self, found: Finding, gain: Gain, when: str = "", known: str = "measured") -> Finding:
        """A finding with what its remedy would bring, and how that is known."""
        if gain.after != gain.after or gain.before != gain.before:
            return found
        if round(100 * gain.after) == round(100 * gain.before):  # what brings nothing promises nothing
            return found._replace(figures={**found.figures, **gain.figures})
        what = "right" if gain.tested else "agreement with the outputs"
        how = f"{known} with '{self.learner.kind}'" if self.cured else known
        if 0 < gain.tested < len(self.now.right):
            how += f" on the {gain.tested} others"
        told = f"{gain.after:.0%} {what} instead of {gain.before:.0%}" + (f" {when}" if when else "")
        return found._replace(
            remedy=f"{found.remedy} ({how}: {told})", figures={**found.figures, **gain.figures}
        )


def _names_of(found: Finding) -> set[str]:
    """The name that a demonstration has, and the one that it should have, where that is known."""
    return {found.gesture, found.command.to} if isinstance(found.command, Relabel) else {found.gesture}
