"""What chains that see differently and convolutions say of each demonstration left out, and mixtures of that.

Each candidate is asked once, after a training: chains without the demonstration's own, convolutions as if no copy of it
had been learned from (`rocket_head.left_out`). What a mixture would say at the end of each demonstration is then a
weighted sum, as in `ensemble`: sliders are moved and the matrix follows at once.
Source: Talbot, Lee, Kapoor and Tan (2009), "EnsembleMatrix".
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.commands import Configure
from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import Values
from gesturemap.models import exemplar, exemplar_bank, rocket_head
from gesturemap.models.ensemble import SHARPNESS, EnsembleModel
from gesturemap.models.exemplar import Data
from gesturemap.models.few_shot import CHAINS, CONVOLUTIONS, MIXED, FewShot, mixture, name_of
from gesturemap.models.model import Report, portion
from gesturemap.plain import counted
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.leave_one_out import Row
from gesturemap.teaching.plainly import Plainly, once_each

CHANCE = 0.05
"""How often luck alone may offer a mixture."""
STEPS = (0.0, 0.5, 1.0)
"""Weights that are tried."""
TRIED: Values = np.array([one for one in itertools.product(STEPS, repeat=len(MIXED)) if max(one) == 1.0])
"""(G, M) mixtures; twice as much of everything is the same mixture."""


class Candidates(NamedTuple):
    """What each of M candidates says of N demonstrations of K gestures, themselves left out."""

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    owners: NDArray[np.int64]
    """(N,)"""
    parts: Values
    """(M + 1, N, K) standardised over the gestures, in the order of `few_shot.MIXED`; the last are convolutions beside
    chains that see shapes, as these lead."""
    shape: bool
    """Whether those that would be chosen see shapes."""
    seconds: float
    """Of one round of all K."""

    def logits(self, tried: Values) -> Values:
        """(G, N, K) what mixtures (G, M) say at their ends."""
        chains = tried[:, : len(CHAINS)]
        shapes = np.array([view == "shape" for view, _ in CHAINS.values()])
        turned = np.where(chains.any(1), shapes[chains.argmax(1)], self.shape)
        last = tried[:, -1]
        given = np.column_stack([chains, np.where(turned, 0.0, last), np.where(turned, last, 0.0)])
        return np.asarray(SHARPNESS * np.tensordot(given / given.sum(1, keepdims=True), self.parts, 1))

    def answers(self, weights: Mapping[str, float]) -> NDArray[np.int64]:
        """(N,) the gesture that each is taken for."""
        return np.asarray(self.logits(row_of(weights))[0].argmax(1))

    def plainly(self, weights: Mapping[str, float]) -> Plainly:
        """What the mixture would miss, as a matrix and in words."""
        said = self.answers(weights)
        rows = [
            Row(self.labels[own], self.labels[own], self.labels[given], identity)
            for own, given, identity in zip(self.owners.tolist(), said.tolist(), self.ids, strict=True)
        ]
        return Plainly(tuple(rows), self.seconds)

    def right(self, weights: Mapping[str, float]) -> int:
        """How many are taken for what they are."""
        return int((self.answers(weights) == self.owners).sum())


class Best(NamedTuple):
    """The mixture that is best of what was left out, beside what plays now."""

    weights: dict[str, float]
    right: int
    """Of `tested`."""
    chosen: int
    """How many are right if the mixture for each is chosen by all others: what may be expected."""
    now: dict[str, float]
    right_now: int
    tested: int
    gained: int
    """Of those that `chosen` counts: right in place of wrong as it is now."""

    @property
    def lost(self) -> int:
        """Wrong in place of right."""
        return self.gained - (self.chosen - self.right_now)

    @property
    def better(self) -> bool:
        """Whether choosing brings more than chance may do: the sign test of what is gained and lost."""
        trials = self.gained + self.lost
        return sum(comb(trials, k) for k in range(self.gained, trials + 1)) < CHANCE * 2.0**trials

    def finding(self, table: Mapping[str, object]) -> Finding:
        """In the musician's words; `table` is that of the model as it is."""
        every = counted(self.tested, "demonstration")
        if self.weights == self.now:
            return Finding(
                "mix", evidence=f"no mixture is right of more than {self.right_now} of {every} left out, as it is now",
                figures={"now": self.right_now, "tested": self.tested},
            )  # fmt: skip
        if self.better:
            remedy = f"mix it so: {self.chosen} are right where the mixture is chosen without them"
        else:
            remedy = (
                f"that may be chance (chosen without them, {self.chosen} are right): try it, or record more"
            )
        return Finding(
            "mix",
            evidence=f"best of {every} left out is {mixture(self.weights)}: {self.right} are right; as it is, with "
            f"{mixture(self.now)}, {self.right_now}",
            remedy=remedy,
            figures={
                "right": self.right, "chosen": self.chosen, "now": self.right_now, "tested": self.tested,
            },
            command=Configure("model", {**table, "mix": self.weights}) if self.better else None,
        )  # fmt: skip


def candidates(learner: FewShot, shown: TrainingSet, report: Report | None = None) -> Candidates:
    """Ask every candidate, in seconds.

    Parameters
    ----------
    learner : `few_shot` or `auto`; its mixture does not count.
    shown : gestures, as the model sees them.

    Raises
    ------
    DataError
        If no demonstration can be left out.
    Cancelled
    """
    data = Data.of(shown)
    owners = np.array(data.owners)
    tested = np.bincount(owners)[owners] > 1
    if not tested.any() or len(shown.labels) < 2:
        raise DataError(
            "mixture", f"{counted(len(owners), 'demonstration')} of {counted(len(shown.labels), 'gesture')}",
            "two gestures, one of them shown twice, are wanted: each is left out once", "record more",
        )  # fmt: skip
    parts = list[Values]()
    banks, _ = learner.banks(data, list(CHAINS.values()))
    exemplar.tell(report, "", 0.2)
    for bank in banks:
        scores = _of_chains(bank, data)
        apart = exemplar.calibrate(bank, data)[2] if len(shown.labels) < 3 else 0.0
        parts.append(standardised(scores[tested], apart))
    for number, bank in enumerate((banks[0], banks[-1])):
        told = portion(report, 0.2 + 0.4 * number, 0.6 + 0.4 * number)
        scores = rocket_head.left_out(_lesson(learner, data, bank, told))
        parts.append(standardised(scores[tested], exemplar.APART))
    kept = [one for one, known in zip(shown.demonstrations, tested.tolist(), strict=True) if known]
    (view, _), _ = learner.chosen(data)
    return Candidates(
        tuple(one.id for one in kept), shown.labels, owners[tested], np.stack(parts), view == "shape",
        once_each(kept),
    )  # fmt: skip


def as_set(learner: FewShot, shown: TrainingSet, report: Report | None = None) -> dict[str, str]:
    """What each demonstration is taken for by what a learner plays as it is set, itself left out, by id.

    What was shown once is not tested.

    Raises
    ------
    Cancelled
    """
    if learner.mix:
        asked = candidates(learner, shown, report)
        return dict(zip(asked.ids, (asked.labels[n] for n in asked.answers(learner.mix)), strict=True))
    data = Data.of(shown)
    seen, _ = learner.chosen(data)
    (bank,), _ = learner.banks(data, [seen])
    apart = exemplar.calibrate(bank, data)[2] if len(shown.labels) < 3 else 0.0
    owners = np.array(data.owners)
    tested = np.bincount(owners)[owners] > 1
    said = standardised(_of_chains(bank, data)[tested], apart)
    if learner.convolutions == "on":
        heads = rocket_head.left_out(_lesson(learner, data, bank, report))
        said = said + standardised(heads[tested], exemplar.APART)
    ids = [one.id for one, known in zip(shown.demonstrations, tested.tolist(), strict=True) if known]
    return dict(zip(ids, (shown.labels[n] for n in said.argmax(1)), strict=True))


def standardised(scores: Values, apart: float) -> Values:
    """Scores (N, K) about their mean in their deviations over the gestures; of two gestures, in units of `apart`."""
    about = scores - scores.mean(1, keepdims=True)
    unit = about.std(1, keepdims=True) if scores.shape[1] > 2 else np.full((len(scores), 1), apart)
    return np.asarray(about / np.maximum(unit, 1e-9))


def playing(model: EnsembleModel) -> dict[str, float]:
    """The mixture that a model plays."""
    names = [
        *(name_of((bank.view.name.split()[0], bank.view.delta)) for bank in model.banks),
        *(CONVOLUTIONS for _ in model.heads),
    ]
    return {name: weight for name, weight in zip(names, model.weights.tolist(), strict=True) if weight}


def best(asked: Candidates, now: Mapping[str, float]) -> Best:
    """The mixture with the fewest errors of what was left out; of those that are alike, the surest of the right ones.

    What plays now stays where no other has fewer errors.
    """
    given = row_of(now)
    tried = np.concatenate([given / given.max(), TRIED])
    every = np.arange(len(asked.owners))
    logits = asked.logits(tried)
    wrong = (logits.argmax(2) != asked.owners).astype(float)
    top = logits.max(2)
    losses = np.log(np.exp(logits - top[..., None]).sum(2)) + top - logits[:, every, asked.owners]
    first = _best(wrong.sum(1), losses.sum(1))
    others = [_best(wrong.sum(1) - wrong[:, n], losses.sum(1) - losses[:, n]) for n in every.tolist()]
    right = wrong[others, every] == 0.0
    chosen, gained = int(right.sum()), int((right & (wrong[0] == 1.0)).sum())
    weights = {name: float(weight) for name, weight in zip(MIXED, tried[first], strict=True) if weight}
    weights = weights if first else dict(now)
    tested = len(every)
    return Best(
        weights,
        tested - int(wrong[first].sum()),
        chosen,
        dict(now),
        tested - int(wrong[0].sum()),
        tested,
        gained,
    )


def _best(wrong: Values, losses: Values) -> int:
    """The first is what plays now."""
    fewest = np.flatnonzero(wrong == wrong.min())
    return 0 if fewest[0] == 0 else int(fewest[losses[fewest].argmin()])


def row_of(weights: Mapping[str, float]) -> Values:
    """(1, M)"""
    return np.array([[weights.get(name, 0.0) for name in MIXED]])


def _lesson(
    learner: FewShot, data: Data, bank: exemplar_bank.Bank, report: Report | None
) -> rocket_head.Lesson:
    """What convolutions beside these chains learn from."""
    return rocket_head.lesson(
        data.takes, data.owners, bank.view.shape, learner.seed, lambda part: exemplar.tell(report, "", part),
        onward=bank.onward.tolist(), weights=data.weights,
    )  # fmt: skip


def _of_chains(bank: exemplar_bank.Bank, data: Data) -> Values:
    """(N, K) of each demonstration under the likeliest chain of each gesture, its own chain left out."""
    owners, count = np.array(data.owners), len(data.training_set.labels)
    scores = np.full((len(owners), count), -np.inf)
    for index, take in enumerate(data.takes):
        totals = exemplar_bank.trace(bank, take)[-1] / len(take)
        totals[index] = -np.inf
        for gesture in range(count):
            scores[index, gesture] = totals[owners == gesture].max()
    return scores
