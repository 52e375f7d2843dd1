"""Strokes: gestures so short that only a moment of them counts, such as a strum, a hit or a flick."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import GESTURE, setting, write
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Channel, Spec, Values
from gesturemap.models import packing, spotting_fit, spotting_words, trees
from gesturemap.models.instant import one_thread
from gesturemap.models.left_out import in_turn
from gesturemap.models.model import Array, Cancelled, Report
from gesturemap.models.strokes_follower import StrokesFollower
from gesturemap.models.strokes_view import LONGEST, STEEPEST, USUAL, Seen, clearer, fired, part
from gesturemap.models.trees import Forest

ENOUGH = 20.0
"""Seconds of everyday movement below which it says nothing about a rate."""
GRID = np.arange(0.05, 0.98, 0.025)
"""Thresholds at which everyday movement is heard."""
WEAKEST = 0.3
"""A gesture of which fewer trees are sure in its own demonstrations has not been learned."""
FOLDS, FEW = 3, 30
"""Groups of demonstrations that are left out in turn, and the trees that are grown from the others."""
MOST = 20_000
"""Frames of everyday movement that are learned from at most."""
STEEP = 0.9
"""A gesture's threshold is at most this part of what its own demonstrations reach."""
TOGETHER = 10
"""Trees that are grown between two looks at whether the fit is to stop."""


@dataclass(frozen=True)
class Strokes:
    """Extremely randomised trees over the last moments say in each frame whether a stroke has just happened.

    A stroke is in the middle of its demonstration: record as much after it as before it. What lies around the
    stroke is learned as "none of these", and so are demonstrations labelled `everyday`. Copies of every
    demonstration in other sizes and tempi stand for the executions to come.

    Source: Geurts, Ernst and Wehenkel (2006), "Extremely randomized trees".
    """

    kind: ClassVar[str] = "strokes"

    false_per_10min: float = setting(
        3.0, "how often everyday movement may be taken for a stroke", unit="per 10 min", low=0.01, high=1000.0
    )
    everyday: str = setting(
        "everyday", "label of the demonstrations that are ordinary movement, no gesture", names=GESTURE
    )
    threshold: float = setting(
        0.0, "share of the trees that must see a stroke; 0: 0.45, and more of clear ones", low=0.0, high=0.99
    )
    trees: int = setting(100, "trees that are grown", low=1, high=1000)
    leaf: int = setting(5, "least frames that an answer rests on", unit="frames", low=1, high=1000)
    copies: int = setting(10, "variations of each demonstration that are learned from", low=1, high=100)
    refractory: float = setting(
        0.0, "shortest time from one stroke to the next; 0: a third of a demonstration", unit="s", low=0.0, high=60.0
    )  # fmt: skip
    seed: int = setting(0, "for the copies and the trees", low=0, high=2**31 - 1)

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> StrokesModel:
        """Learn from demonstrations; an unchanged `previous` is taken over.

        Raises
        ------
        DataError
            If there is no gesture among the demonstrations.
        Cancelled
            If `report` returned False.
        """
        shown, usual = spotting_fit.apart(training_set, self.everyday)
        labels = tuple(dict.fromkeys(d.label for d in shown))
        mark = spotting_fit.mark(training_set.demonstrations)
        if (
            isinstance(previous, StrokesModel) and previous.mark == mark and previous.labels == labels
            and _fitting(previous.learner) == _fitting(self) and previous.spec == training_set.spec
        ):  # fmt: skip
            # the dial is asked for only while playing
            return replace(previous, learner=self, remarks=training_set.told)

        def tell(share: float) -> None:
            if report is not None and not report(self.kind, share):
                raise Cancelled

        tell(0.0)
        seconds, seen = spotting_fit.period(shown, training_set.spec.rate), Seen.of(shown)
        with one_thread():
            left = self._left_out(seen, shown, labels, tell)
            false = self._false(seen, shown, usual, labels, seconds, tell)
            forest = self._grown(seen, shown, usual, labels, self.trees, partial(tell, 0.9))
        own = seen.tops(forest, shown, labels)
        length = sum(len(d) for d in usual) * seconds
        tell(1.0)
        return StrokesModel(
            self, training_set.spec, labels, mark, seconds, seen, forest, own, left, false, length,
            training_set.told,
        )  # fmt: skip

    def _grown(
        self, seen: Seen, shown: Sequence[Demonstration], usual: Sequence[Demonstration],
        labels: Sequence[str], most: int, tell: Callable[[], None],
    ) -> Forest:  # fmt: skip
        """Trees that answer (K + 1,): nothing, then every gesture; `tell` is called between a few of them."""
        from sklearn.ensemble import ExtraTreesClassifier

        rng = np.random.default_rng(self.seed)
        rows, owners = seen.examples(shown, labels, self.copies, rng)
        weights = np.ones(len(rows))
        if usual:
            other = np.concatenate([seen.through(d.values) for d in usual])
            other = other[:: -(-len(other) // MOST)]
            # a minute of it must not outvote a few strokes
            share = np.full(len(other), (owners == 0).sum() / len(other))
            rows, owners = np.concatenate([rows, other]), np.concatenate([owners, np.zeros(len(other), int)])
            weights = np.concatenate([weights, np.minimum(share, 1.0)])
        grown = ExtraTreesClassifier(
            min_samples_leaf=self.leaf,
            random_state=self.seed,
            warm_start=True,  # the same trees as all at once
        )
        wanted = min(self.trees, most)
        for grown.n_estimators in (*range(TOGETHER, wanted, TOGETHER), wanted):
            tell()
            grown.fit(rows, owners, sample_weight=weights)
        each = [one.tree_ for one in grown.estimators_]
        places = np.searchsorted(np.arange(len(labels) + 1), grown.classes_.astype(int))
        values = []
        for tree in each:
            wide = np.zeros((tree.node_count, len(labels) + 1))
            wide[:, places] = trees.shares(tree) / len(each)
            values.append(wide)
        return trees.joined(each, values, [-1] * len(each), np.zeros(len(labels) + 1), False)

    def _left_out(
        self, seen: Seen, shown: Sequence[Demonstration], labels: Sequence[str], tell: Any
    ) -> Values:
        """(N, 2) gesture of each demonstration that was left out, and the share of the others' trees that see it."""
        found: list[tuple[int, float]] = []
        rounds = in_turn(shown, FOLDS)
        for number, (kept, left) in enumerate(rounds):
            tell(0.6 * number / len(rounds))
            forest = self._grown(seen, kept, (), labels, FEW, partial(tell, 0.6 * number / len(rounds)))
            for d in left:
                k, middle = labels.index(d.label), len(d) // 2
                near = slice(max(middle - seen.after, 0), middle + seen.after + 1)
                found.append((k, float(seen.answers(forest, d.values)[near, k + 1].max())))
        return np.array(found).reshape(-1, 2)

    def _false(
        self, seen: Seen, shown: Sequence[Demonstration], usual: Sequence[Demonstration], labels: Sequence[str],
        seconds: float, tell: Any,
    ) -> Values:  # fmt: skip
        """(G,) strokes that everyday movement makes at each threshold of `GRID`; empty where there is too little.

        Each half of it is heard by trees that learned from the other half.
        """
        if sum(len(d) for d in usual) * seconds < ENOUGH:
            return np.zeros(0)
        halves: list[list[Demonstration]] = [[], []]
        for d in usual:
            middle = len(d) // 2
            halves[0].append(part(d, slice(0, middle)))
            halves[1].append(part(d, slice(middle, len(d))))
        quiet, counts = self.quiet(seen, seconds), np.zeros(len(GRID))
        for side in (0, 1):
            tell(0.6 + 0.15 * side)
            others = [d for d in halves[1 - side] if len(d)]
            forest = self._grown(seen, shown, others, labels, FEW, partial(tell, 0.6 + 0.15 * side))
            for d in (d for d in halves[side] if len(d)):
                answers = seen.answers(forest, d.values)
                counts += [len(fired(answers, threshold, quiet)) for threshold in GRID.tolist()]
        return counts

    def quiet(self, seen: Seen, seconds: float) -> int:
        """Frames of the refractory time."""
        if self.refractory == 0.0:
            return math.ceil(seen.length / 3)
        return min(math.ceil(self.refractory / seconds - 1e-9), LONGEST)

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> StrokesModel:
        """The inverse of `StrokesModel.pack`.

        Raises
        ------
        DataError
            If something is missing or does not fit together.
        """
        wrong = packing.broken("model strokes")
        with packing.reading(wrong):
            spec, labels = packing.spec(table), packing.texts(table, "labels")
            remarks = packing.texts(table, "remarks")
            points, hop, after, length = (int(table[name]) for name in ("points", "hop", "after", "length"))
            seconds, everyday, mark = float(table["seconds"]), float(table["everyday"]), str(table["mark"])
            centre, unit, own, left, false = packing.doubles(
                arrays, ("centre", "unit", "own", "left", "false")
            )
            parts = dict(zip(trees.ARRAYS, packing.doubles(arrays, trees.ARRAYS), strict=True))
        sound = (
            len(labels) >= 1
            and 0.0 < seconds < math.inf
            and 0.0 <= everyday < math.inf
            and 1 <= points <= points * hop <= LONGEST
            and 1 <= after <= length <= LONGEST
            and centre.shape == unit.shape == (spec.width,)
            and ((unit >= 2.0**-STEEPEST) & (unit <= 2.0**STEEPEST)).all()
            and own.shape == (len(labels),)
            and (own >= 1e-9).all()
            and left.shape[1:] == (2,)
            and np.isin(left[:, 0], np.arange(len(labels))).all()
            and false.shape in ((0,), GRID.shape)
            and all(np.isfinite(part).all() for part in (centre, unit, own, left, false, *parts.values()))
        )
        forest = trees.forest(parts, (2 * points - 1) * spec.width, len(labels) + 1, False) if sound else None
        if forest is None or not forest.probable:
            raise wrong
        seen = Seen(points, hop, after, length, centre, unit)
        return StrokesModel(
            self, spec, labels, mark, seconds, seen, forest, own, left, false, everyday, remarks
        )


def _fitting(learner: Strokes) -> dict[str, Any]:
    """The settings that a fit depends on: not those that are asked for only while playing."""
    return write(replace(learner, false_per_10min=3.0, threshold=0.0))


@dataclass(frozen=True, eq=False)
class StrokesModel:
    """Trees over the last moments, and the share of them that each gesture needs."""

    kind: ClassVar[str] = "strokes"
    spots: ClassVar[bool] = True
    held: ClassVar[bool] = True
    outputs: ClassVar[tuple[Channel, ...]] = ()

    learner: Strokes
    spec: Spec
    labels: tuple[str, ...]
    mark: str
    """What was shown."""
    seconds: float
    """From frame to frame."""
    seen: Seen
    forest: Forest
    own: Values
    """(K,) share of the trees that see each gesture in its own demonstrations."""
    left: Values
    """(N, 2) gesture of each demonstration that was left out, and the share of the others' trees that see it."""
    false: Values
    """(G,) strokes in everyday movement at each threshold of `GRID`; empty where there is too little of it."""
    everyday: float
    """Seconds of everyday movement."""
    remarks: tuple[str, ...] = ()
    """What a person should know about the demonstrations."""

    @cached_property
    def asked(self) -> tuple[float, float]:
        """The least threshold at which everyday movement keeps to the dial, and the false strokes in 10 minutes there.

        Where no threshold does, the highest.
        """
        least = self.learner.threshold or USUAL
        if not len(self.false):
            return least, math.nan
        rates = self.false * 600.0 / self.everyday
        allowed = np.flatnonzero((rates <= self.learner.false_per_10min) & (least <= GRID))
        place = int(allowed[0]) if len(allowed) else len(GRID) - 1
        return float(max(GRID[place], least)), float(rates[place])

    @cached_property
    def thresholds(self) -> Values:
        """(K,) what is asked; without everyday movement more of clear strokes, never above what its own reach."""
        known = bool(self.learner.threshold) or len(self.false) > 0
        usual = (self.learner.threshold or USUAL) * (1.0 if known else clearer(self.left, len(self.labels)))
        usual = np.minimum(usual, STEEP * self.own)
        return np.asarray(np.maximum(usual, self.asked[0]) if len(self.false) else usual)

    @property
    def line(self) -> dict[str, Any]:
        """Its fits move in proportion to its threshold."""
        least = (self.learner.threshold or USUAL) if len(self.false) else float(self.thresholds.min())
        return {"spots": True, "setting": "threshold", "value": least}

    @property
    def messages(self) -> tuple[str, ...]:
        """What a person should know about the fit."""
        weak = (
            f"{label}: only {own:.0%} of the trees see it in its own demonstrations: "
            "record it with as much before the stroke as after it, or with more movement"
            for label, own, on in zip(self.labels, self.own, self.thresholds, strict=True)
            if own <= on or own < WEAKEST
        )
        return (*self.remarks, *weak)

    @property
    def notes(self) -> tuple[str, ...]:
        """What it reaches, and what the dial costs and is good for."""
        told: tuple[str, ...] = ()
        if len(self.left):
            hits = int((self.left[:, 1] >= self.thresholds[self.left[:, 0].astype(int)]).sum())
            told = (f"of {len(self.left)} strokes left out it sees {hits}",)
        name, dial = self.learner.everyday, self.learner.false_per_10min
        if not self.everyday:
            return (*told, f"no everyday movement is recorded, so false_per_10min does nothing, and other "
                           f"movements may be taken for strokes: {spotting_words.recorded(name)}")  # fmt: skip
        if not len(self.false):
            return (*told, f"{self.everyday:.0f} s of '{name}' are learned as no stroke, but too little for "
                           f"false_per_10min to do anything: record a minute")  # fmt: skip
        threshold, rate = self.asked
        kept = f"at most {dial:g} false triggers in 10 minutes"
        if rate <= dial:
            kept = f"{kept}, {rate:.2g} by what was recorded"
        else:
            kept = f"{kept} are not reached: {rate:.0f} at the highest threshold"
        return (*told, f"{kept}; this holds for movement like the {self.everyday:.0f} s recorded as '{name}' "
                       f"(threshold {threshold:.2f})")  # fmt: skip

    def start(self) -> StrokesFollower:
        """Begin a performance."""
        return StrokesFollower(self)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        seen = self.seen
        table = {
            **packing.header(self.spec),
            "labels": list(self.labels),
            "mark": self.mark,
            "seconds": self.seconds,
            "points": seen.points,
            "hop": seen.hop,
            "after": seen.after,
            "length": seen.length,
            "everyday": self.everyday,
            "remarks": list(self.remarks),
        }
        own = {"own": self.own, "left": self.left, "false": self.false}
        return table, {"centre": seen.centre, "unit": seen.unit, **own, **self.forest.pack()}
