"""Exemplars and convolutions heard together, seen in the way that serves the vocabulary best."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from gesturemap import catalog
from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import SettingsError
from gesturemap.frames import Values
from gesturemap.models import ensemble, exemplar, exemplar_bank, rocket_head
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.exemplar import Data
from gesturemap.models.exemplar_bank import Bank
from gesturemap.models.model import Array, Report, portion
from gesturemap.models.rocket_head import Head

CANDIDATES = (("level", True), ("level", False), ("shape", True), ("shape", False))
"""Views and deltas, the likeliest to serve first."""
PLAIN = {
    ("level", True): "level and change", ("level", False): "level", ("shape", True): "shape and change",
    ("shape", False): "shape",
}  # fmt: skip
CHAINS = {PLAIN[seen].replace(" and ", "_"): seen for seen in CANDIDATES}
"""What chains may see, by the names of a mixture."""
CONVOLUTIONS = "convolutions"
ELSEWHERE = 0.7
"""How far the way to a round lies from it at most; of hands that wave it is 0.4 and less, of a lift that stays 1."""
MIXED = (*CHAINS, CONVOLUTIONS)
"""Everything that may be mixed."""
COMPARED, MADE = 0.25, 0.4
"""How far a fit is told to be when what is seen is chosen, and when the chains are made."""
OFTEN = 20
"""Demonstrations from one such telling to the next."""


@dataclass(frozen=True)
class FewShot:
    """Recognises from one demonstration on; what it looks at is chosen by leaving demonstrations out."""

    kind: ClassVar[str] = "few_shot"
    weighs: ClassVar[bool] = True

    view: str = setting(
        "auto", "channels about their mean, or about where a movement began; auto: chosen",
        choices=("auto", *exemplar.VIEWS),
    )  # fmt: skip
    delta: str = setting(
        "auto", "whether the change of each channel is seen too", choices=("auto", "on", "off")
    )
    convolutions: str = setting("on", "whether convolutions are heard too", choices=("on", "off"))
    deviation: float = setting(
        0.6, "how much repetitions are expected to differ", unit="channel deviations", low=0.05, high=10.0
    )
    rounds: str = setting(
        "auto", "whether gestures go round and round, without beginning or end; auto: those that do left out",
        choices=("auto", "on", "off"),
    )  # fmt: skip
    seed: int = setting(0, "for what the convolutions see, and for copies", low=0, high=2**31 - 1)
    mix: dict[str, float] = setting(
        {},
        f"what counts how much, in place of view, delta and convolutions: {{level = 1, convolutions = 0.5}}, of "
        f"{', '.join(MIXED)}; empty: as those say, alike",
        low=0.0, high=ensemble.HEAVIEST,
    )  # fmt: skip

    def __post_init__(self) -> None:
        place = f"model {self.kind}, mix"
        for name in self.mix:
            if name not in MIXED:
                near = difflib.get_close_matches(name, MIXED, 1)
                raise SettingsError(
                    place, repr(name), f"there are {', '.join(MIXED)}",
                    f"did you mean '{near[0]}'?" if near else "name one of them",
                )  # fmt: skip
        if self.mix and not any(self.mix.values()):
            raise SettingsError(place, "nothing counts", "one is above 0 at least", "let one count")

    def first(self, training_set: TrainingSet, previous: Any = None) -> EnsembleModel:
        """A model to play with at once: the chains alone, seen as the previous model does."""
        data = Data.of(training_set)
        view, delta = (self._mixed() or self._allowed())[0]
        shape, known = view == "shape", frozenset[str]()
        if isinstance(previous, EnsembleModel) and previous.spec == training_set.spec:
            shape, delta = previous.banks[0].view.shape, previous.banks[0].view.delta
            known = previous.rounds
        rounds = [owner for owner, label in enumerate(training_set.labels) if label in known]
        made = exemplar_bank.fit(data.takes, data.owners, shape, delta, self.deviation, rounds, data.weights)
        return exemplar.assemble(
            self, data, (made,), (), ("playing from the chains alone until all is learned",)
        )

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> EnsembleModel:
        """Compare what may be seen, then learn chains and convolutions."""
        data = Data.of(training_set)
        exemplar.tell(report, "", 0.0)
        share = self.mix.get(CONVOLUTIONS, 0.0) if self.mix else float(self.convolutions == "on")
        kept = exemplar.unchanged(self, data, previous)
        if kept is not None and len(kept.heads) == (share > 0.0):
            return kept
        seen, why = self._mixed(), f"mixes {mixture(self.mix)}, as set"
        if not seen:
            leading, told = self.chosen(data, portion(report, 0.0, COMPARED))
            seen, why = [leading], f"{why}; {told}" if self.mix else told
        banks, rounds = self.banks(data, seen, portion(report, COMPARED, MADE))
        exemplar.tell(report, "", MADE)
        heads = []
        if share:
            heads.append(
                self._known(data, banks[0], previous)
                or self.head(
                    data, banks[0], lambda part: exemplar.tell(report, "", MADE + (1.0 - MADE) * part)
                )
            )
        labels = ", ".join(data.training_set.labels[owner] for owner in rounds)
        notes = (why, f"goes round, without beginning or end: {labels}") if labels else (why,)
        weights = [self.mix.get(name_of(one), 0.0) if self.mix else 1.0 for one in seen]
        model = exemplar.assemble(
            self, data, banks, heads, notes, np.array([*weights, *[share] * len(heads)])
        )
        exemplar.tell(report, "", 1.0)
        return model

    def banks(
        self, data: Data, seen: Sequence[tuple[str, bool]], report: Report | None = None
    ) -> tuple[list[Bank], Sequence[int]]:
        """Chains that see so, and the gestures that go round in the first of them."""
        made, turning = list[Bank](), list[Sequence[int]]()
        for view, delta in seen:
            turning.append(() if view == "shape" else self._rounds(data, delta, report))
            made.append(
                exemplar_bank.fit(
                    data.takes, data.owners, view == "shape", delta, self.deviation, turning[-1], data.weights
                )
            )
        return made, turning[0]

    def head(self, data: Data, bank: Bank, tell: Callable[[float], None]) -> Head:
        """Convolutions beside chains that lead."""
        return rocket_head.fit(
            data.takes,
            data.owners,
            bank.view.shape,
            self.seed,
            tell,
            onward=bank.onward.tolist(),
            weights=data.weights,
        )

    def _known(self, data: Data, bank: Bank, previous: Any) -> Head | None:
        """The previous model's convolutions, where another mixture is all that changed: it is heard at once."""
        if not isinstance(previous, EnsembleModel) or not isinstance(previous.learner, FewShot):
            return None
        unmixed = (replace(one, mix={}, view="auto", delta="auto", convolutions="on", rounds="auto") for one in
                   (self, previous.learner))  # fmt: skip
        before, now = (catalog.write(one) for one in unmixed)
        same = before == now and previous.mark == data.mark and previous.spec == data.training_set.spec
        if not same or not previous.heads or previous.heads[0].view.shape != bank.view.shape:
            return None
        return previous.heads[0] if np.array_equal(previous.banks[0].onward, bank.onward) else None

    def _mixed(self) -> list[tuple[str, bool]]:
        """What the chains of a mixture see, the one that counts most first: it leads. None: it is chosen."""
        named = [name for name in CHAINS if self.mix.get(name, 0.0) > 0.0]
        return [CHAINS[name] for name in sorted(named, key=lambda name: -self.mix[name])]

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> EnsembleModel:
        """The inverse of `pack`."""
        return ensemble.unpack(self, table, arrays)

    def _allowed(self) -> list[tuple[str, bool]]:
        return [
            (view, delta)
            for view, delta in CANDIDATES
            if self.view in ("auto", view) and self.delta in ("auto", "on" if delta else "off")
        ]

    def chosen(self, data: Data, report: Report | None = None) -> tuple[tuple[str, bool], str]:
        """What is seen, and why: another than the first only if it errs less by more than chance may do."""
        allowed = self._allowed()
        first = allowed[0]
        if len(allowed) == 1:
            return first, f"sees {PLAIN[first]}, as set"
        owners = np.array(data.owners)
        trials = int(sum(np.sum(owners == owner) > 1 for owner in data.owners))
        if trials == 0 or len(set(data.owners)) < 2:
            wanted = "gesture" if len(set(data.owners)) < 2 else "demonstration of each gesture"
            return first, f"sees {PLAIN[first]}: from a second {wanted} on it compares what serves best"
        errors = {}
        for number, (view, delta) in enumerate(allowed):
            bank = exemplar_bank.fit(
                data.takes, data.owners, view == "shape", delta, self.deviation, weights=data.weights
            )
            told = portion(report, number / len(allowed), (number + 1) / len(allowed))
            errors[view, delta] = left_out_errors(bank, data, told)
        best = min(allowed, key=lambda one: errors[one])
        gain = errors[first] - errors[best]
        chosen = best if gain >= max(2.0, np.sqrt(errors[first])) else first
        right = ", ".join(f"{PLAIN[one]} {trials - errors[one]}" for one in allowed)
        return chosen, f"sees {PLAIN[chosen]}; right of {trials} demonstrations left out: {right}"

    def _rounds(self, data: Data, delta: bool, report: Report | None) -> Sequence[int]:
        """The gestures that go round and round.

        To be entered anywhere costs a chain of n hops log n nats. The demonstrations of a gesture, each followed by
        the others, must win as much by it on average: either is as likely as long as nothing is known. And what goes
        round comes by all of it again: a lift that stays up does not, wherever in it one begins.
        """
        every = range(len(data.training_set.labels))
        if self.rounds != "auto":
            return every if self.rounds == "on" else ()
        owners = np.array(data.owners)
        banks = [
            exemplar_bank.fit(data.takes, data.owners, False, delta, self.deviation, rounds, data.weights)
            for rounds in ((), every)
        ]
        ending, turning = (
            own_likelihoods(bank, data, portion(report, 0.5 * half, 0.5 * (half + 1)))
            for half, bank in enumerate(banks)
        )
        ways = np.array([
            exemplar_bank.elsewhere(banks[1].view.of(take)[:, : take.shape[1]], onward)
            for take, onward in zip(data.takes, banks[1].onward.tolist(), strict=True)
        ])  # fmt: skip
        least = np.log(data.median)
        return [
            owner
            for owner in every
            if np.isfinite(own := ending[owners == owner]).all()
            and (turning[owners == owner] - own).mean() > least
            and np.median(ways[owners == owner]) < ELSEWHERE
        ]


def name_of(seen: tuple[str, bool]) -> str:
    """Of chains that see so, in a mixture."""
    return next(name for name, one in CHAINS.items() if one == seen)


def mixture(weights: Mapping[str, float]) -> str:
    """A mixture in words; what does not count is left out."""
    return ", ".join(f"{name} {weights[name]:g}" for name in MIXED if weights.get(name, 0.0) > 0.0)


def own_likelihoods(bank: exemplar_bank.Bank, data: Data, report: Report | None = None) -> Values:
    """(N,) log-likelihood of each demonstration under the chains of the others of its gesture; -inf without."""
    own = np.empty(len(data.takes))
    for index, take, owner in _each(data, report):
        totals = exemplar_bank.trace(bank, take)[-1]
        totals[index] = -np.inf
        own[index] = totals[bank.owners == owner].max()
    return own


def left_out_errors(bank: exemplar_bank.Bank, data: Data, report: Report | None = None) -> int:
    """How many demonstrations the chains of all others take for another gesture."""
    return left_out(bank, data, report)[0]


def left_out(bank: exemplar_bank.Bank, data: Data, report: Report | None = None) -> tuple[int, float]:
    """How many demonstrations the chains of all others take for another gesture at their end.

    And in which share of the second half of the demonstrations they are right.
    """
    owners, wrong, shares = np.array(data.owners), 0, []
    for index, take, owner in _each(data, report):
        if np.sum(owners == owner) > 1:
            totals: Values = exemplar_bank.trace(bank, take)
            totals[:, index] = -np.inf
            right = owners[totals.argmax(1)] == owner
            wrong += int(not right[-1])
            shares.append(float(right[len(right) // 2 :].mean()))
    return wrong, float(np.mean(shares)) if shares else 1.0


def _each(data: Data, report: Report | None) -> Iterator[tuple[int, Values, int]]:
    """Every demonstration with its number and its gesture; of many it is told how far it is."""
    for index, (take, owner) in enumerate(zip(data.takes, data.owners, strict=True)):
        if index % OFTEN == 0:
            exemplar.tell(report, "", index / len(data.takes))
        yield index, take, owner
