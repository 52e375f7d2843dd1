"""Is a new gesture distinct? Asked before it is kept, from one or two demonstrations of it.

What will be confused is what the model would say: the new demonstrations become chains beside those that are there.
How likely is the new movement under each gesture, against what a repetition of it will be under its own chain (nobody
has seen one: the others' repetitions say what is usual)? How likely are the known demonstrations under the new chain,
against what they are under the others of their own gesture? Both margins become the posterior that the follower would
give of the two. While somebody moves it is said by `gesturemap.models.novelty`.

Source of the question: MAGIC (Ashbrook and Starner, 2010), which asks recorded everyday movement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import Spec, Values
from gesturemap.models import ensemble
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.few_shot import FewShot
from gesturemap.models.model import Model
from gesturemap.models.relevance import narrowed
from gesturemap.teaching.critique.likeness import chained, pairs
from gesturemap.teaching.finding import Finding

MUCH = 0.15
"""Expected confusion from which on it is told."""
OFTEN = 0.02
"""Share of everyday movement that may be taken for the new gesture before it is told."""


class Expected(NamedTuple):
    """Of a new gesture and one that is known."""

    gesture: str
    as_known: float
    """0..1, the posterior of the known gesture, of the two, when the new one is executed."""
    as_new: float
    """0..1, that of the new gesture when the known one is."""

    @property
    def confusion(self) -> float:
        """0: never confused; 0.5: the same gesture."""
        return 0.5 * (self.as_known + self.as_new)


@dataclass(frozen=True, eq=False)
class Distinct:
    """What is known: a model with chains, and what it was fitted to, as the model sees it."""

    model: EnsembleModel
    shown: TrainingSet

    @classmethod
    def of(cls, model: Model, shown: TrainingSet) -> Distinct:
        """Of a fitted model; of one without chains, beside chains that are fitted here in a moment.

        Parameters
        ----------
        shown : its gestures, without everyday movement.
        """
        inner, shown = chained(model, shown)
        return cls(inner or FewShot(convolutions="off").fit(shown), shown)

    def usual(self, each: Values, of: NDArray[np.int64]) -> float:
        """Nats a hop of a repetition under the chain of one other demonstration of its gesture, as a rule."""
        same = (of[:, None] == of[None, :]) & ~np.eye(len(of), dtype=bool)
        if same.any():
            return float(np.median(each[same]))
        return self.model.novelty.usual

    def expected(self, new: Sequence[Demonstration]) -> list[Expected]:
        """What a new gesture will be confused with, the worst first.

        Parameters
        ----------
        new : its demonstrations, as the model sees them (through the features).

        Raises
        ------
        DataError
            If they have other channels.
        """
        new = self._heard(new)
        shown, before = self.shown.demonstrations, self.shown.labels
        of = np.array([before.index(one.label) for one in shown])
        count = len(shown)
        each = pairs(self.model, (*shown, *new), [*of.tolist(), *[len(before)] * len(new)])
        usual = self.usual(each[:count, :count], of)
        np.fill_diagonal(each, -np.inf)
        own = each[count:, count:].max(1)
        level = usual if len(new) == 1 else usual + (1.0 - 1.0 / len(new)) * (own - usual)
        columns = [
            *(each[:, :count][:, of == gesture].max(1) for gesture in range(len(before))),
            each[:, count:].max(1),
        ]
        scores = np.stack(columns, axis=1)
        scores[count:, -1] = level
        owners = np.array([*of, *[len(before)] * len(new)])
        alone = ~np.isfinite(scores[np.arange(len(scores)), owners])
        scores[alone, owners[alone]] = usual  # of a gesture that was shown once
        there = [_taken(self.model, scores[count:], len(before), gesture) for gesture in range(len(before))]
        back = [
            _taken(self.model, scores[:count][of == gesture], gesture, -1) for gesture in range(len(before))
        ]
        found = [Expected(*one) for one in zip(before, there, back, strict=True)]
        return sorted(found, key=lambda one: -one.confusion)

    def everyday(self, new: Sequence[Demonstration], usual: Sequence[Demonstration]) -> float:
        """The share of everyday movement that the new gesture would be said of, by a follower of all of them.

        Parameters
        ----------
        new, usual : the gesture's demonstrations and recordings of everyday movement, as the model sees them.

        Raises
        ------
        DataError
        """
        new, usual = self._heard(new), self._heard(usual)
        view, label = self.model.banks[0].view, _unused(self.shown.labels)
        learner = FewShot(
            "shape" if view.shape else "level",
            "on" if view.delta else "off",
            "off",
            rounds="off",
        )
        made = learner.fit(
            TrainingSet((*self.shown.demonstrations, *(replace(one, label=label) for one in new)))
        )
        place, said, frames = made.labels.index(label), 0, 0
        for one in usual:
            follower = made.start()
            for frame in one.frames():
                said += follower.step(frame).winner == place
                frames += 1
        return said / max(frames, 1)

    def _heard(self, some: Sequence[Demonstration]) -> list[Demonstration]:
        """What the chains hear of these."""
        if not some:
            raise DataError("new gesture", "no demonstration", "one or two are wanted", "record one")
        return [narrowed(one, self._places(one.spec)) for one in some]

    def _places(self, spec: Spec) -> tuple[int, ...]:
        """Where the channels that the chains hear are among these.

        Raises
        ------
        DataError
            If one is missing.
        """
        names = self.model.spec.names
        if missing := [name for name in names if name not in spec.names]:
            raise DataError(
                "new gesture",
                f"channels {', '.join(spec.names)}",
                f"the others have {', '.join(missing)} as well",
                "record it with the same sensor and features",
            )
        return tuple(spec.names.index(name) for name in names)


def findings(
    known: Distinct, label: str, new: Sequence[Demonstration], usual: Sequence[Demonstration]
) -> Iterator[Finding]:
    """What a new gesture will be confused with, if much; else that it is distinct."""
    expected, ids = known.expected(new), tuple(one.id for one in new)
    worst = [one for one in expected if one.confusion >= MUCH]
    for one in worst:
        yield Finding(
            "confusion",
            label,
            ids,
            evidence=f"'{label}' would be taken for '{one.gesture}', or that for it: expected confusion "
            f"{one.confusion:.2f} (0 never, 0.5 the same)",
            remedy=f"move more unlike '{one.gesture}': elsewhere, in another direction, or at another speed",
            figures={"confusion": one.confusion, "as_known": one.as_known, "as_new": one.as_new},
            sure=min(1.0, 2.0 * one.confusion),
        )
    if usual and (share := known.everyday(new, usual)) >= OFTEN:
        yield Finding(
            "everyday",
            label,
            ids,
            evidence=f"{share:.0%} of your everyday movement would be '{label}'",
            remedy="choose a movement that you do not do anyway",
            figures={"share": share},
            sure=min(1.0, 0.5 + share),
        )


def _taken(model: EnsembleModel, scores: Values, own: int, other: int) -> float:
    """The mean posterior of the other of two gestures, of scores (N, K) in nats a hop.

    As in `exemplar_kernels.combine` they are standardised over all gestures; chains count as
    they do beside one head of convolutions.
    """
    apart = scores.std(1) if scores.shape[1] > 2 else model.scales[0]
    ahead = (scores[:, other] - scores[:, own]) / np.maximum(apart, 1e-9)
    return float(np.mean(_logistic(ensemble.SHARPNESS / ensemble.BESIDE * ahead)))


def _unused(labels: Sequence[str]) -> str:
    return next(made for made in (f"new {n}" for n in range(len(labels) + 1)) if made not in labels)


def _logistic(values: Values | float) -> Values:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -500.0, 500.0))))
