"""Why this gesture, why nothing, what moved an output: shares of each channel in each moment, that add up exactly.

A model is asked what it would say if it heard only some of the channels, for all such choices; what it says of all of
them is divided among the channels by their Shapley values, moment by moment. A model that can leave channels out
exactly (`model.without`: the marginals of Gaussians) does; any other hears them as other demonstrations move them, some
of each gesture, and what it says is the mean. It is the model itself that is asked, frame by frame as it plays.

What is divided: of a gesture the log-odds against the runner-up, where each moment has what it adds; of nothing how far
a gesture's fit lies from where it would be taken for one, in logits; of an output its value, in its unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration, in_turn
from gesturemap.errors import CommandError
from gesturemap.frames import NONE, Values
from gesturemap.models.model import FAINT, begin, evidence_of, without
from gesturemap.teaching.explain.shapley import MOST, Shares, shapley

ONE_FIT = 1e-12
"""How near to 0 or 1 a fit is told apart."""
STAND_INS, FEWEST = 24, 8
"""Demonstrations at most that stand in for a single channel that is not heard, and at least for several."""
MANY = 9
"""Channels up to which a single one has so many."""
PLAYS = 512
"""About how often a model is played that cannot leave channels out itself."""
NOT_YET = 0.0
"""What an output counts as while it is endless, such as the distance of a gesture that has hardly begun."""


ALIKE = 0.0
"""Nats for one gesture against another before the first frame: models hold all alike, however often each was shown."""


class Heard(NamedTuple):
    """What a model says of one demonstration."""

    nats: Values
    """(T, K) that each frame adds to each gesture."""
    fits: Values
    """(T, K) logits: above 0 it is taken for the gesture."""
    outputs: Values
    """(T, M)"""
    said: int
    """The likeliest gesture at the last frame."""
    taken: tuple[int, ...]
    """The gestures that were said to happen, by a model that spots, or that won a frame; most often first."""


@dataclass(frozen=True, eq=False)
class Why:
    """An explanation: `value` = the sum of `shares` and of all that stands `apart`, within rounding."""

    question: str
    """``gesture``, ``nothing`` or ``output``."""
    of: str
    """The gesture or the output."""
    against: str
    """The runner-up; of nothing and of an output ''."""
    value: float
    unit: str
    channels: tuple[str, ...]
    time: Values
    """(T,) s, of each moment that counts."""
    shares: Values
    """(T, C) what each channel said in each moment."""
    missed: Values
    """(T, C) what would be lost without a channel; what several say alike is lost only with all of them."""
    apart: Mapping[str, float]
    """What no channel said, by name: ``unheard``, what the model says where it hears no channel of this one; of a
    gesture also ``prior``, what it held before the first frame; of an output also ``mean``, which that is on top of."""
    demonstrations: Mapping[str, int]
    """How many demonstrations of each gesture there are."""
    plays: int
    """How often the model was played so far, for this and earlier questions."""
    exact: bool
    """Whether all choices of channels were asked, so that the shares are the Shapley values themselves."""

    @property
    def by_channel(self) -> Values:
        """(C,) the sums of the shares: with all that stands `apart` they are the value."""
        return np.asarray(self.shares.sum(0))

    @property
    def moves(self) -> Values:
        """(C,) by how much each channel moves an output up and down, in its unit, whatever the sum; else (0,)."""
        return self._size(self.shares) if self.question == "output" else np.zeros(0)

    @property
    def cost(self) -> Values:
        """(C,) what the answer would lose without each channel; of an output, by how much it would be off."""
        return self._size(self.missed) if self.question == "output" else np.asarray(self.missed.sum(0))

    @property
    def ranked(self) -> list[int]:
        """Channels, first the one that can least be done without."""
        order: list[int] = np.argsort(-self.cost, kind="stable").tolist()
        return order

    def _size(self, values: Values) -> Values:
        """(C,) the root mean square over time: the moments of an output are its values, divided by their number."""
        return np.asarray(np.sqrt((values**2).sum(0) * len(self.time)))

    @property
    def by_moment(self) -> Values:
        """(T,) what all channels said together."""
        return np.asarray(self.shares.sum(1))

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "question": self.question, "of": self.of, "against": self.against, "value": self.value,
            "unit": self.unit, "apart": dict(self.apart), "demonstrations": dict(self.demonstrations),
            "channels": dict(zip(self.channels, self.by_channel.tolist(), strict=True)),
            "cost": dict(zip(self.channels, self.cost.tolist(), strict=True)),
            "moves": dict(zip(self.channels, self.moves.tolist(), strict=False)), "time": self.time.tolist(),
            "moments": self.by_moment.tolist(), "shares": self.shares.tolist(),
            "plays": self.plays, "exact": self.exact,
        }  # fmt: skip


class Explainer:
    """Asks one model about one demonstration, both as they are behind the features.

    Parameters
    ----------
    shown : what it learned from; some of it stands in for channels that are not heard.
    """

    def __init__(self, model: Any, shown: Sequence[Demonstration], demonstration: Demonstration) -> None:
        self.model, self.shown, self.demonstration = model, shown, demonstration
        self.heard = cache(self._heard)
        width = demonstration.spec.width
        exact = without(model, range(width)) is not None
        self._others = [_usual(demonstration, shown)] if exact else stand_ins(demonstration, shown)
        self._few = min(max(PLAYS >> min(width, MANY), FEWEST), STAND_INS)
        self._many = STAND_INS if width <= MANY else FEWEST
        self.most = MOST if exact else PLAYS // FEWEST
        """Choices of channels that are asked about."""
        self.plays = 0
        self.every = self.heard(frozenset(range(width)))
        self._labels = {label: sum(one.label == label for one in shown) for label in model.labels}

    def _heard(self, channels: frozenset[int]) -> Heard:
        """What the model says if it hears only these channels."""
        absent = [one for one in range(self.demonstration.spec.width) if one not in channels]
        if not absent:
            self.plays += 1
            return heard(self.model, self.demonstration)
        exact = without(self.model, absent)
        answers = []
        for other in self._others[: self._many if len(absent) == 1 else self._few]:
            values = self.demonstration.values.copy()
            values[:, absent] = other[:, absent]
            answers.append(
                heard(self.model if exact is None else exact, replace(self.demonstration, values=values))
            )
        self.plays += len(answers)
        share = 1.0 / len(answers)
        nats, fits, outputs = (sum(parts) * share for parts in list(zip(*answers, strict=True))[:3])
        return Heard(nats, fits, outputs, answers[0].said, answers[0].taken)

    def gesture(self, of: str = "", against: str = "") -> Why:
        """Why this gesture and not that one: the winner and the runner-up, where nothing is said.

        Raises
        ------
        CommandError
            If there is no such gesture, or only one.
        """
        labels, totals = self.model.labels, self.every.nats.sum(0)
        if len(labels) < 2:
            raise CommandError(
                "why", f"there is only '{labels[0]}'", "two gestures are compared", "ask why nothing"
            )
        order = np.argsort(-totals, kind="stable").tolist()
        one = _index(labels, of) if of else next(k for k in order if labels[k] != against)
        other = _index(labels, against) if against else next(k for k in order if k != one)
        if one == other:
            raise CommandError(
                "why", f"'{of}' against itself", "two gestures are compared", "name another one"
            )

        def worth(channels: frozenset[int]) -> Values:
            nats = self.heard(channels).nats
            return np.asarray(nats[:, one] - nats[:, other])

        made = shapley(worth, self.demonstration.spec.width, self.most)
        whole = float(worth(frozenset(range(self.demonstration.spec.width))).sum())
        apart = {"prior": ALIKE, "unheard": float(made.base.sum())}
        return self._why("gesture", labels[one], labels[other], whole, "nats", made, apart)

    def nothing(self, of: str = "") -> Why:
        """How near it came to a gesture, at the best moment of its second half: below 0 it was nothing.

        A gesture is decided in its second half; without a name it is the one that it is taken for, or else the one that
        came nearest.

        Raises
        ------
        CommandError
            If there is no such gesture.
        """
        labels, fits = self.model.labels, self.every.fits
        half = len(fits) // 2
        nearest = next(iter(self.every.taken), int(np.argmax(fits[half:].max(0))))
        one = _index(labels, of) if of else nearest
        until = half + int(np.argmax(fits[half:, one])) + 1

        def worth(channels: frozenset[int]) -> Values:
            return np.diff(self.heard(channels).fits[:until, one], prepend=0.0)

        made = shapley(worth, self.demonstration.spec.width, self.most)
        apart = {"unheard": float(made.base.sum())}
        return self._why("nothing", labels[one], "", float(fits[until - 1, one]), "logits", made, apart)

    def output(self, name: str) -> Why:
        """What moved an output, against its mean over the demonstrations.

        Raises
        ------
        CommandError
            If there is no such output.
        """
        names = [channel.name for channel in self.model.outputs]
        one, moments = _index(names, name, "output"), len(self.demonstration)

        def worth(channels: frozenset[int]) -> Values:
            return self.heard(channels).outputs[:, one] / moments

        made = shapley(worth, self.demonstration.spec.width, self.most)
        mean = self._demonstrated(name)
        apart = {"mean": mean, "unheard": float(made.base.sum()) - mean}
        value, unit = float(self.every.outputs[:, one].mean()), self.model.outputs[one].unit
        return self._why("output", name, "", value, unit, made, apart)

    def _demonstrated(self, name: str) -> float:
        """The mean of an output over all demonstrations; 0 of one that none shows, such as a speed."""
        names = [channel.name for channel in self.shown[0].outputs]
        if name not in names:
            return 0.0
        return float(np.nanmean(np.concatenate([one.targets[:, names.index(name)] for one in self.shown])))

    def _why(
        self, question: str, of: str, against: str, value: float, unit: str, made: Shares,
        apart: Mapping[str, float],
    ) -> Why:  # fmt: skip
        one = self.demonstration
        since = one.time[: len(made.each)] - one.time[0]
        return Why(
            question, of, against, value, unit, one.spec.names, since, made.each, made.missed, apart, self._labels,
            self.plays, made.exact,
        )  # fmt: skip


def heard(model: Any, demonstration: Demonstration) -> Heard:
    """Play a demonstration to a fresh follower."""
    step = begin(model, demonstration.spec).step
    estimates = [step(frame) for frame in demonstration.frames()]
    nats = evidence_of(model, demonstration.frames())
    posteriors = np.array([one.posterior for one in estimates])
    if nats is None:  # what a frame changed is what it added; before the first one all are alike
        nats = np.diff(np.log(np.maximum(posteriors, FAINT)), axis=0, prepend=-np.log(len(model.labels)))
    fits = np.clip(np.array([one.fit for one in estimates]), ONE_FIT, 1.0 - ONE_FIT)
    spots = getattr(model, "spots", False)
    taken = Counter(one.spotted if spots else one.winner for one in estimates)
    del taken[NONE]
    outputs = np.array([one.outputs for one in estimates])
    return Heard(
        nats, np.log(fits) - np.log1p(-fits), np.where(np.isfinite(outputs), outputs, NOT_YET),
        int(posteriors[-1].argmax()), tuple(label for label, _ in taken.most_common()),
    )  # fmt: skip


def _usual(demonstration: Demonstration, shown: Sequence[Demonstration]) -> Values:
    """(T, C) the mean of all frames, in every moment."""
    mean = np.concatenate([one.values for one in shown]).mean(0)
    return np.tile(mean, (len(demonstration), 1))


def stand_ins(demonstration: Demonstration, shown: Sequence[Demonstration]) -> list[Values]:
    """(T, C) of some demonstrations, the first of each gesture, then the second ..., stretched to this one's length."""
    made = []
    for other in islice(in_turn(shown), STAND_INS):
        at, frames = np.linspace(0.0, len(other) - 1.0, len(demonstration)), np.arange(len(other))
        made.append(np.column_stack([np.interp(at, frames, column) for column in other.values.T]))
    return made


def _index(names: Sequence[str], name: str, what: str = "gesture") -> int:
    if name not in names:
        step = "name one of them" if names else "ask about what there is"
        raise CommandError(what, repr(name), f"there are {', '.join(names) or 'none'}", step)
    return list(names).index(name)
