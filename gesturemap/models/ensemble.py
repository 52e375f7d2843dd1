"""Banks of exemplars and convolution heads that are heard together: the model of `exemplar`, `rocket` and `auto`.

Each member says a score for every gesture at every hop; standardised over the gestures, the weighted scores are
added; what a member counts for may be mixed by hand. A movement begins at the first frame of a performance.
Afterwards nobody says where one begins: challengers are started in turn, and one that explains what it has seen
better than the running movement, by more than a penalty, takes its place; heads are then led again over the few hops
it has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.frames import NONE, Channel, Estimate, Frame, Spec, Values
from gesturemap.models import exemplar_bank, exemplar_kernels, packing, rocket_head
from gesturemap.models.elementary import unsettled
from gesturemap.models.exemplar_bank import Bank
from gesturemap.models.model import Array, misfit
from gesturemap.models.novelty import Novelty
from gesturemap.models.rocket_head import Head

CHALLENGERS = 2
LIFE = 0.5
"""How long a challenger may try, as a part of a median gesture."""
YOUNG = 0.25
"""How long it must have tried."""
PENALTY = 12.0
"""By how much it must be better, in nats per feature, while the movement that began with the performance lasts."""
LATER = 5.0
"""The same for a movement whose beginning was guessed."""
AFTER = 2.0
"""The same when it has lasted longer than any demonstration, or fits no gesture."""
OLD = 2.0
"""A movement that is so many times as long as the longest demonstration makes way for any challenger."""
SHARPNESS = 4.0
"""Of the posterior, in logits per standardised score."""
ENDING = (0.6, 0.9)
"""Parts of a gesture between which heads come to count in full."""
EARLY = 0.5
"""What a head counts for before a gesture is nearly over."""
TOP = 3.0
"""The logit of `fit` at the median of the left-out demonstrations."""
BESIDE = 2
"""What speaks in the usual model: chains, and a head of convolutions."""
WINDOW = 0.5
"""Over which part of a median gesture `fit` looks back."""
HEAVIEST, LIGHTEST = 100.0, 1e-100
"""What a member may count for, and the heaviest of them at least."""
MOST = 100_000
"""Gestures, members or hops in a saved model: anything above is a broken file."""


@dataclass(frozen=True, eq=False)
class EnsembleModel:
    """K gestures as their demonstrations, seen by B banks and H heads."""

    learner: Any
    spec: Spec
    labels: tuple[str, ...]
    messages: tuple[str, ...]
    notes: tuple[str, ...]
    """What it sees, and why."""
    hop: int
    """Frames in a hop."""
    median: float
    """Hops of a median demonstration."""
    banks: tuple[Bank, ...]
    heads: tuple[Head, ...]
    scales: Values
    """(B + H,) how far scores usually lie apart, for vocabularies of one or two gestures."""
    weights: Values
    """(B + H,) what each counts for; alike where nothing was mixed."""
    edges: Values
    """(K,) log-likelihood per hop where `fit` is 0.5."""
    gains: Values
    """(K,)"""
    mark: str
    """A hash of the demonstrations."""
    bounds: Values
    """(2, C) beyond which a value may be wild (`glitches.bounds`)."""
    settles: ClassVar[bool] = True

    @property
    def kind(self) -> str:
        """Its learner's."""
        return str(self.learner.kind)

    @property
    def outputs(self) -> tuple[Channel, ...]:
        """It regresses none."""
        return ()

    @property
    def rounds(self) -> frozenset[str]:
        """The gestures that go round and round: their chains may be entered anywhere."""
        bank = self.banks[0]
        return frozenset(self.labels[owner] for owner in bank.owners[bank.rounds].tolist())

    @property
    def novelty(self) -> Novelty:
        """What is usual for its gestures, by their `edges` and how fast `fit` rises from there."""
        usual = float(np.median(self.edges + TOP / self.gains))
        return Novelty(usual, SHARPNESS / BESIDE / float(self.scales[0]))

    @property
    def life(self) -> int:
        """Hops that a challenger has."""
        return max(4, round(LIFE * self.median))

    def start(self) -> EnsembleFollower:
        """Begin a performance."""
        return EnsembleFollower(self)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        table: dict[str, Any] = {
            **packing.header(self.spec), "labels": list(self.labels), "messages": list(self.messages),
            "notes": list(self.notes), "hop": self.hop,
            "median": self.median, "mark": self.mark, "banks": [], "heads": [],
        }  # fmt: skip
        arrays: dict[str, Array] = {
            "scales": self.scales, "weights": self.weights, "edges": self.edges, "gains": self.gains,
            "bounds": self.bounds,
        }  # fmt: skip
        members: tuple[tuple[str, tuple[Bank | Head, ...]], ...] = (
            ("banks", self.banks),
            ("heads", self.heads),
        )
        for name, some in members:
            for index, member in enumerate(some):
                plain, own = member.pack()
                table[name].append(plain)
                arrays |= {f"{name}.{index}.{key}": array for key, array in own.items()}
        return table, arrays


def unpack(learner: Any, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> EnsembleModel:
    """The inverse of `EnsembleModel.pack`.

    Raises
    ------
    DataError
        If something is missing or does not fit together.
    """
    place = f"model {learner.kind}"
    wrong = packing.broken(place)
    with packing.reading(wrong):
        spec = packing.spec(table)
        labels = packing.texts(table, "labels")
        messages, notes = packing.texts(table, "messages"), packing.texts(table, "notes")
        hop, median, mark = int(table["hop"]), float(table["median"]), str(table["mark"])
        scales, weights, edges, gains, bounds = packing.doubles(
            arrays, ("scales", "weights", "edges", "gains", "bounds")
        )
        plain = list(table["banks"]), list(table["heads"])
    count, members = len(labels), len(plain[0]) + len(plain[1])
    sound = (
        1 <= count <= MOST and len(set(labels)) == count and 1 <= hop <= MOST and 1.0 <= median <= MOST
        and len(plain[0]) >= 1 and members <= 16 and scales.shape == weights.shape == (members,)
        and edges.shape == gains.shape == (count,) and bounds.shape == (2, spec.width)
        and all(np.isfinite(array).all() for array in (scales, weights, edges, gains, bounds))
        and bool((scales > 0.0).all() and (weights >= 0.0).all() and (weights <= HEAVIEST).all())
        and float(weights.max()) >= LIGHTEST
    )  # fmt: skip
    if not sound:
        raise wrong
    banks = tuple(
        exemplar_bank.unpack(one, packing.under(f"banks.{index}.", arrays), spec.width, count, place)
        for index, one in enumerate(plain[0])
    )
    heads = tuple(
        rocket_head.unpack(one, packing.under(f"heads.{index}.", arrays), spec.width, count, place)
        for index, one in enumerate(plain[1])
    )
    return EnsembleModel(
        learner,
        spec,
        labels,
        messages,
        notes,
        hop,
        median,
        banks,
        heads,
        scales,
        weights,
        edges,
        gains,
        mark,
        bounds,
    )


class EnsembleFollower:
    """One performance: the running movement, and the challengers for its place."""

    def __init__(self, model: EnsembleModel) -> None:
        self._model = model
        count, channels = len(model.labels), model.spec.width
        self._size = model.life + 4
        self._ring = np.zeros((self._size, channels))
        self._x, self._box = np.zeros(channels), np.zeros(channels)
        self._kept = unsettled(channels)
        self._place, self._frames = 0, 0
        self._age, self._played = -1, [exemplar_bank.Run(bank, count) for bank in model.banks]
        self._heads = [rocket_head.Run(head) for head in model.heads]
        self._tries = [exemplar_bank.Run(model.banks[0], count) for _ in range(CHALLENGERS)]
        life = model.life
        self._ages = [-1 - i * life // CHALLENGERS for i in range(CHALLENGERS)]
        self._bases, self._now, self._lost, self._since = [0.0] * CHALLENGERS, 0.0, False, 0
        self._young = max(3, round(YOUNG * model.median))
        self._features = len(model.banks[0].view.gains)
        self._longest = int(model.banks[0].lengths.max())
        self._rounds = [label in model.rounds for label in model.labels]
        self._parts = np.zeros((len(model.banks) + len(model.heads), count))
        self._shares = model.weights / model.weights.max()
        self._weights, self._sharpness = self._shares.copy(), SHARPNESS / float(self._shares.sum())
        self._past = np.zeros((max(2, round(WINDOW * model.median)), count))
        flat, nothing = np.full(count, 1.0 / count), np.zeros(count)
        empty = np.zeros(0)
        self._last = Estimate(0.0, nothing, flat, nothing, nothing, empty, empty, np.zeros(channels), NONE)

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; between hops, and for one with a value that is not finite, the last estimate is held."""
        time, values, arrived = frame
        if len(values) != len(self._box):
            raise misfit(self._model.spec, values)
        self._frames, full = self._collect(values)
        if full:
            self._last = self._hop()
        self._last = last = self._last._replace(time=time, features=values, arrived=arrived)
        return last

    def _collect(self, values: Values) -> tuple[int, bool]:
        self._x[:] = values  # in one piece, and to be written to: else a kernel would be compiled anew
        count = exemplar_kernels.collect(
            self._x, self._model.bounds, self._kept, self._box, self._frames, self._model.hop, self._ring,
            self._place,
        )  # fmt: skip
        return (self._frames, False) if count < 0 else (count, count == 0)

    def _hop(self) -> Estimate:
        """Move on by one hop, which lies at `_place` of the ring."""
        self._age += 1
        for run in self._played:
            run.step(self._ring, self._place, self._age)
        for head in self._heads:
            head.step(self._ring, self._place, self._age)
        self._challenge()
        estimate = self._judge()
        self._place = (self._place + 1) % self._size
        return estimate

    def _passed(self) -> float:
        """The part of the gesture that has passed: by the clock or by the likeliest chain, whichever is further.

        A gesture in half the time is over when the clock says .5; of one that goes round only the clock knows.
        """
        chains = self._played[0]
        likeliest = int(chains.scores.argmax())
        progress = 0.0 if self._rounds[likeliest] else float(chains.progress[likeliest])
        return max((self._age + 1) / self._model.median, progress)

    def _challenge(self) -> None:
        """Move challengers on; one that is better takes over."""
        before, self._now = self._now, float(self._played[0].totals.max())
        now, best, by = self._now, -1, 0.0
        over = self._age >= self._longest or self._lost
        penalty = (AFTER if over else LATER if self._since else PENALTY) * self._features
        for index, run in enumerate(self._tries):
            self._ages[index] = age = self._ages[index] + 1
            if age < 0:
                continue
            if age >= self._model.life:
                self._ages[index] = age = 0
            if age == 0:
                self._bases[index] = before
            run.step(self._ring, self._place, age)
            if age + 1 < self._young or age >= self._age:
                continue
            ahead = float(run.totals.max()) - (now - self._bases[index]) - penalty
            if ahead > by or (self._age > OLD * self._longest and best < 0):
                best, by = index, max(ahead, by)
        if best >= 0:
            self._take_over(best)

    def _take_over(self, index: int) -> None:
        """Let a challenger be the running movement; everything else is led over what it has seen."""
        age = self._ages[index]
        self._played[0], self._tries[index] = self._tries[index], self._played[0]
        for back in range(age, -1, -1):
            place = (self._place - back) % self._size
            for run in self._played[1:]:
                run.step(self._ring, place, age - back)
            for head in self._heads:
                head.step(self._ring, place, age - back)
        self._age = self._since = age
        self._now = float(self._played[0].totals.max())
        self._ages = [-1 - i * self._model.life // CHALLENGERS for i in range(CHALLENGERS)]

    def _judge(self) -> Estimate:
        """Put together what all members say."""
        model, age, parts = self._model, self._age, self._parts
        for index, run in enumerate(self._played):
            run.judge(age)
            parts[index] = run.scores
        passed = self._passed()
        for index, head in enumerate(self._heads, len(self._played)):
            parts[index] = head.scores(age, passed)
        nearly_over = min(max((passed - ENDING[0]) / (ENDING[1] - ENDING[0]), 0.0), 1.0)
        heard = len(self._played)
        self._weights[heard:] = (EARLY + (1.0 - EARLY) * nearly_over) * self._shares[heard:]
        out = np.empty((3, len(model.labels)))
        winner = exemplar_kernels.combine(
            parts, self._weights, model.scales, self._sharpness, model.edges, model.gains, self._past, age,
            self._since, out,
        )  # fmt: skip
        self._lost = winner == NONE and bool(out[2].max() < 0.5)
        last = self._last
        return last._replace(
            log_likelihoods=out[0], posterior=out[1], progress=self._played[0].progress.copy(), fit=out[2],
            winner=winner,
        )  # fmt: skip
