"""The spotter: says in which frame of a running stream a gesture happened, and else "none of these"."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import GESTURE, setting, write
from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import NONE, Channel, Estimate, Frame, Spec, Values
from gesturemap.models import packing, spotting_fit, spotting_usual, spotting_words
from gesturemap.models import spotting_kernels as kernels
from gesturemap.models.elementary import unsettled
from gesturemap.models.front import is_place
from gesturemap.models.model import Array, Cancelled, Report, misfit
from gesturemap.models.spotting_fit import Chains
from gesturemap.models.spotting_usual import USUAL, Dial, Mistaken, Usual

CAP = spotting_words.GREATEST
"""Greatest threshold that something that was false may ask for."""
DEVIATING = 1e-6
"""Least deviation of repetitions in a saved model, in deviations of the channel."""
PLACES = ("centre", "scale", "deviations", "states", "lengths", "owners", "levels", "reached", "reached_by",
          "strange", "usual", "spans", "mistaken", "rising", "changes", "bounds", "gains")  # fmt: skip


@dataclass(frozen=True)
class Spotter:
    """Each demonstration is followed from any frame on, against a background of all of them in any order.

    A gesture is spotted in the frame in which its score crosses the threshold, once for each execution. That
    follows from how often it may be wrong. Demonstrations labelled `everyday` are no gesture: a minute of
    ordinary movement places the threshold; a second that was taken for a gesture must be done better than.

    Source: Rose and Paul (1990), "A hidden Markov model based keyword recognition system".
    """

    kind: ClassVar[str] = "spotter"

    false_per_10min: float = setting(
        USUAL, "how often nothing may be taken for a gesture", unit="per 10 min", low=0.01, high=1000.0
    )
    everyday: str = setting(
        "everyday", "label of the demonstrations that are ordinary movement, no gesture", names=GESTURE
    )
    states: int = setting(32, "states of a median demonstration; frames are averaged to it", low=2, high=500)
    change: str = setting(
        "auto", "whether the change of each channel is seen too; auto: of places, unless fewer are found again",
        choices=("auto", "on", "off"),
    )  # fmt: skip
    warp_penalty: float = setting(
        1.0, "what each step off the demonstrated tempo costs", unit="nats per channel", low=0.0, high=100.0
    )
    loose: float = setting(
        0.1,
        "how much worse than one match two matches at once may be",
        unit="nats per state",
        low=0.0,
        high=10.0,
    )
    refractory: float = setting(
        0.2, "shortest time from one gesture to the next", unit="s", low=0.0, high=60.0
    )
    shortest: float = setting(
        spotting_fit.SHORTEST,
        "how long an execution lasts at least",
        unit="durations of the demonstration", low=0.1, high=1.0,
    )  # fmt: skip
    seed: int = setting(0, "for the intruders made from demonstrations", low=0, high=2**31 - 1)

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> SpottingModel:
        """Learn from demonstrations; a changed dial or new everyday movement fits nothing else again.

        Raises
        ------
        DataError
            If there is no gesture among the demonstrations.
        Cancelled
            If `report` returned False.
        """
        shown, usual = spotting_fit.apart(training_set, self.everyday)
        labels = tuple(dict.fromkeys(d.label for d in shown))
        marks = (spotting_fit.mark(shown), spotting_fit.mark(usual))
        views: tuple[bool, ...] = {"on": (True,), "off": (False,)}.get(self.change, (False,))
        if self.change == "auto" and len(shown) > len(labels) and is_place(training_set.spec):
            views = (False, True)
        steps = (2 * len(shown) + len(labels) + 2) * len(views)
        tell = spotting_fit.reporter(report, labels, steps)
        tell()
        old = previous if isinstance(previous, SpottingModel) else None
        if old is not None and (
            _fitting(old.learner) != _fitting(self) or old.spec != training_set.spec
            or old.marks[0] != marks[0] or old.labels != labels
        ):  # fmt: skip
            old = None
        if old is not None and old.marks == marks:
            made = replace(old, learner=self)
        elif old is not None:
            heard, mistaken = spotting_usual.heard(usual, old.chains, old.levels, self.warp_penalty)
            made = replace(old, learner=self, marks=marks, usual=heard, mistaken=mistaken)
        else:
            seconds = spotting_fit.period(shown, training_set.spec.rate)
            tried = []
            for changing in views:
                chains = spotting_fit.chains(shown, labels, self.states, changing, self.shortest)
                levels, reached, strange = spotting_fit.calibrated(chains, self.warp_penalty, self.seed, tell)
                tell()
                heard, mistaken = spotting_usual.heard(usual, chains, levels, self.warp_penalty)
                tried.append(SpottingModel(
                    self, training_set.spec, labels, marks, seconds, chains, levels, tuple(reached), strange,
                    heard, mistaken, training_set.told,
                ))  # fmt: skip
            # of movements shown at several speeds the change misleads: fewer are found again
            made = min(reversed(tried), key=lambda model: model.missed)
        if report is not None and not report("", 1.0):
            raise Cancelled
        return made

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> SpottingModel:
        """The inverse of `pack`."""
        return unpack(self, table, arrays)


def _fitting(learner: Spotter) -> dict[str, Any]:
    """The settings that a fit depends on: not those that are asked only while playing."""
    return write(replace(learner, false_per_10min=USUAL, refractory=0.2, loose=0.1))


@dataclass(frozen=True, eq=False)
class SpottingModel:
    """Chains of states, what left-out demonstrations and intruders reach on them, and the threshold."""

    kind: ClassVar[str] = "spotter"
    spots: ClassVar[bool] = True
    settles: ClassVar[bool] = True
    outputs: ClassVar[tuple[Channel, ...]] = ()

    learner: Spotter
    spec: Spec
    labels: tuple[str, ...]
    marks: tuple[str, str]
    """Hashes of the gestures' demonstrations and of everyday movement."""
    seconds: float
    """From frame to frame."""
    chains: Chains
    levels: Values
    """(2, K) nats: the score at calibrated 1, and its distance to 0."""
    reached: tuple[Values, ...]
    """K times (n,): what left-out demonstrations reach, calibrated."""
    strange: Values
    """(n,) what intruders reach, calibrated."""
    usual: Usual
    """Everyday movement."""
    mistaken: Mistaken
    """What was false."""
    messages: tuple[str, ...] = ()

    @cached_property
    def thresholds(self) -> Values:
        """(K,) in calibrated units: where the dial is, and beyond what was false."""
        return np.asarray(np.maximum(self._on, np.minimum(self.mistaken.beyond, CAP)))

    @property
    def _on(self) -> Values:
        """(K,) where the dial is, calibrated."""
        return np.array([dial.at(self.learner.false_per_10min) for dial in self._dials])

    @cached_property
    def _dials(self) -> list[Dial]:
        """Of each gesture: they differ by what looks like one of them in everyday movement."""
        counted = self.usual.counted.T
        return [spotting_usual.dial(blocks, self.strange, self._block) for blocks in counted]

    @property
    def _dial(self) -> Dial:
        """That of the gestures that no everyday movement looks like."""
        return min(self._dials)

    @property
    def line(self) -> dict[str, Any]:
        """How its fits move with the dial: by `steep` times what the threshold moves, which is `slope` for each e."""
        usual, slope, low, high = self._dial
        asked = {"setting": "false_per_10min", "value": self.learner.false_per_10min, "usual_value": USUAL}
        place = {"usual": usual, "slope": slope, "low": low, "high": high, "steep": kernels.STEEPNESS}
        return {"spots": True, **asked, **place}

    @property
    def _block(self) -> float:
        """Seconds of one stretch of everyday movement."""
        return max(round(float(np.median(self.chains.lengths))), 1) * self.chains.hop * self.seconds

    @property
    def missed(self) -> float:
        """Share of left-out demonstrations, or of warped copies of single ones, below their threshold."""
        return float(np.concatenate(self._below).mean())

    @property
    def _below(self) -> list[Array]:
        """K times (n,) bool."""
        return [scores < threshold for scores, threshold in zip(self.reached, self.thresholds, strict=True)]

    @property
    def _left_out(self) -> list[Values]:
        """K times (n,): what is `reached`, without the copies that stand for a gesture that was shown once."""
        shown = np.bincount(self.chains.owners)
        return [scores[: 0 if once else None] for scores, once in zip(self.reached, shown == 1, strict=True)]

    def _lost(self, thresholds: Values, gestures: Sequence[int]) -> float | None:
        """The share of the demonstrations of these that is below, left out; None: none can be."""
        below = np.concatenate([self._left_out[k] < thresholds[k] for k in gestures])
        return float(below.mean()) if len(below) else None

    @property
    def _cost(self) -> tuple[float | None, int]:
        """The share that is missed, of what can be left out, and how many there are of the least known gesture."""
        every = range(len(self.labels))
        return self._lost(self.thresholds, every), min(max(len(scores), 1) for scores in self._left_out)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the asked rate costs, and what it is good for; its warnings too."""
        return spotting_words.notes(
            self.learner.false_per_10min, *self._cost, heard=self.usual.seconds,
            least=self.chains.least * self.seconds if self.marks[1] != spotting_fit.mark(()) else 0.0,
            everyday=self.learner.everyday, slipped=[self.labels[k] for k in self._slipped],
            clamped=spotting_usual.clamped(self._dials, self.learner.false_per_10min),
        ) + self.warnings  # fmt: skip

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be mended, or accepted: what is missed, and what may be taken for a gesture."""
        capped = np.flatnonzero(self.mistaken.beyond > CAP).tolist()
        lost = [one for k in capped if (one := self._lost(self.mistaken.beyond, [k])) is not None]
        told = spotting_words.warnings(
            *self._cost, self.learner.everyday, capped=[self.labels[k] for k in capped], dear=max(lost, default=None),
            mistakes=[(name, self.labels[k] if k != NONE else "") for name, k in self.mistaken.again(self._on, CAP)],
        )  # fmt: skip
        missed, shown = partial(self._lost, self.thresholds), [len(scores) for scores in self._left_out]
        return told + tuple(
            spotting_words.alike(self.learner.everyday, self.labels[k], at, missed([k]), shown[k])
            for k, at in self._slipped.items()
        )

    @property
    def _slipped(self) -> dict[int, list[str]]:
        """Where everyday movement looks like a gesture that is missed for it; what costs nothing is none to mend."""
        return {k: at for k, at in self.usual.spans_alike().items() if self._below[k].any()}

    def start(self) -> SpottingFollower:
        """Begin a performance."""
        return SpottingFollower(self)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        chains = self.chains
        table = {
            **packing.header(self.spec), "labels": list(self.labels), "marks": list(self.marks), "hop": chains.hop,
            "messages": list(self.messages), "seconds": self.seconds, "heard": self.usual.seconds,
            "usual": list(self.usual.recordings), "mistaken": list(self.mistaken.recordings), "apart": kernels.APART,
        }  # fmt: skip
        by = np.repeat(np.arange(len(self.labels)), [len(scores) for scores in self.reached])
        parts = (
            chains.centre, chains.scale, chains.deviations, chains.states, chains.lengths, chains.owners, self.levels,
            np.concatenate(self.reached), by, self.strange, self.usual.scores, self.usual.spans, self.mistaken.scores,
            self.mistaken.rising, chains.changes, chains.bounds, chains.gains,
        )  # fmt: skip
        return table, {name: np.asarray(part, float) for name, part in zip(PLACES, parts, strict=True)}


def unpack(learner: Spotter, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> SpottingModel:
    """The inverse of `SpottingModel.pack`.

    Raises
    ------
    DataError
        If something is missing or does not fit together.
    """
    wrong = packing.broken("model spotter")
    with packing.reading(wrong):
        spec, labels = packing.spec(table), packing.texts(table, "labels")
        marks, messages = packing.texts(table, "marks"), packing.texts(table, "messages")
        samples, mistakes = packing.texts(table, "usual"), packing.texts(table, "mistaken")
        seconds, hop, scored = float(table["seconds"]), int(table["hop"]), float(table["apart"])
        heard = float(table["heard"])
        parts = packing.doubles(arrays, PLACES)
    (
        centre, scale, deviations, states, lengths, owners, levels, reached, by, strange, scores, spans, mistaken,
        rising, changes, bounds, gains,
    ) = parts  # fmt: skip
    width, gestures, demonstrations = spec.width, len(labels), len(lengths)
    sound = (
        gestures >= 1
        and len(marks) == 2
        and 0.0 < seconds < math.inf > heard >= 0.0
        and 1 <= hop < 10**9
        and scored == kernels.APART  # the levels are those of this score
        and all(np.isfinite(part).all() for part in parts)
        and centre.shape == scale.shape == changes.shape == (width,)
        and bounds.shape == (2, width)
        and packing.scales(scale)
        and packing.scales(changes)
        and (deviations.shape == (width,) if (changes == 0.0).all() else deviations.shape == (2 * width,))
        and (deviations >= DEVIATING).all()
        and lengths.shape == owners.shape == gains.shape == (demonstrations,)
        and (lengths >= 1).all()
        and states.shape == (int(lengths.sum()), len(deviations))
        and set(owners.tolist()) == set(range(gestures))
        and levels.shape == (2, gestures)
        and min(levels[1].min(), gains.min()) > 0.0
        and reached.ndim == strange.ndim == 1
        and scores.shape == (len(spans), gestures)
        and spans.shape == (len(spans), 3)
        and set(spans[:, 2].tolist()) <= set(range(len(samples)))
        and by.shape == reached.shape
        and set(by.tolist()) == set(range(gestures))
        and mistaken.shape == (len(mistakes), gestures)
        and rising.shape == (len(mistakes),)
    )
    if not sound:
        raise wrong
    chains = Chains(
        hop, centre, scale, deviations, states, lengths.astype(np.int64), owners.astype(np.int64), changes,
        bounds, gains, learner.shortest,
    )  # fmt: skip
    each = tuple(reached[by == k] for k in range(gestures))
    return SpottingModel(
        learner, spec, labels, (marks[0], marks[1]), seconds, chains, levels, each, strange,
        Usual(scores, spans, samples, heard), Mistaken(mistaken, rising > 0.5, mistakes), messages,
    )  # fmt: skip


class SpottingFollower:
    """One performance: the running state of `spotting_kernels.step`."""

    def __init__(self, model: SpottingModel) -> None:
        chains, gestures = model.chains, len(model.labels)
        count, demonstrations = len(chains.states), len(chains.lengths)
        state, begun = chains.room()
        entry = chains.entry()
        state[kernels.WEIGHTS * count : (kernels.WEIGHTS + 1) * count] = entry / (1.0 - kernels.STAY)
        ring = chains.ring()
        quiet = math.ceil(model.learner.refractory / (model.seconds * chains.hop) - 1e-9)
        seen = len(chains.deviations)
        sizes = np.array(
            [count, demonstrations, gestures, chains.hop, ring.shape[1], min(quiet, 2**40), seen], np.int64
        )
        counters = np.zeros(3 + demonstrations + gestures, np.int64)
        counters[kernels.FIRED] = -1
        counters[3 + demonstrations :] = 1
        zeros = np.zeros(len(chains.centre))
        rows = np.stack([chains.centre, chains.whitening, zeros, chains.turning, zeros])
        space = np.concatenate([rows, chains.bounds, unsettled(len(zeros))])
        rules = np.array(
            [chains.warp(model.learner.warp_penalty), model.learner.loose, chains.offset, chains.shortest]
        )
        self._x, self._said = np.zeros(model.spec.width), np.zeros(2)
        self._paths = np.full((2, demonstrations), kernels.NEVER)
        self._settled = (
            sizes, space, chains.means, entry, chains.firsts, chains.middles, chains.owners,
            np.concatenate([model.levels, model.thresholds[None]]), rules, counters, state, begun,
            self._paths, np.zeros((3, demonstrations), np.int64), ring,
        )  # fmt: skip
        self._gestures, self._spec = gestures, model.spec
        flat, nothing = np.full(gestures, 1.0 / gestures), np.zeros(gestures)
        self._last = Estimate(
            0.0, nothing, flat, nothing, nothing, np.zeros(0), np.zeros(0), np.zeros(model.spec.width), NONE
        )

    @property
    def scores(self) -> Values:
        """(Q,) nats per state: how well the path that ended last in each demonstration beats the background."""
        return np.array(self._paths[0])

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; between two decimated frames, and for one that is not taken, nothing is new."""
        time, values, arrived = frame
        if len(values) != len(self._x):
            raise misfit(self._spec, values)
        self._x[:] = values
        out = np.empty(4 * self._gestures)
        winner = kernels.step(self._x, time, *self._settled, out, self._said)
        if winner <= kernels.NOT_TAKEN:
            self._last = self._last._replace(
                time=time, features=values, arrived=arrived, spotted=NONE, since=0.0
            )
            return self._last
        k = self._gestures
        spotted, since = self._said.tolist()
        self._last = estimate = Estimate(
            time, out[:k], out[k : 2 * k], out[2 * k : 3 * k], out[3 * k :], self._last.outputs,
            self._last.deviations, values, winner, arrived, int(spotted), since,
        )  # fmt: skip
        return estimate
