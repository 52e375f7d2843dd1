"""Fits a vocabulary gesture by gesture, and plays it: what GMM, GMR, HHMM and HHMR share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy import empty

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import NONE, Channel, Estimate, Frame, Spec, Values
from gesturemap.models import calibration, packing, scaling, tables, training
from gesturemap.models.forward import NOT_FINITE, step
from gesturemap.models.gesture import GestureModel
from gesturemap.models.marginal import Hidden, hidden_of, hiding, unheard
from gesturemap.models.model import Array, Cancelled, Report, misfit
from gesturemap.models.remarks import ignored
from gesturemap.models.scaling import Scaling
from gesturemap.models.settings import Settings
from gesturemap.plain import counted

WIDEST = 64
"""Channels and outputs up to which covariances may be full."""
LONGEST_WINDOW = 2.0
"""Seconds of the likelihood window at most, where none is set: in one of half a minute's demonstration a single odd
moment would be held against the gesture for a quarter of a minute."""
MOST = 100_000
"""Gestures, channels or outputs in a saved model: anything above is a broken file."""
SELDOM = 6.0
"""Nats of believing that a gesture is not entered in its middle: once in 400 frames."""
JUMP = 0.13
"""What the penalty of a jump counts, whatever a frame does: dearer, second halves alone are not found; cheaper, whole
gestures are taken for parts of others (`benchmarks/recovery.py --halves`)."""
Learned = tuple[GestureModel, list[calibration.Unseen] | None]
"""A gesture, and what it is calibrated with: None for one that is kept as it was."""


@dataclass(frozen=True, eq=False)
class VocabularyModel:
    """K fitted gestures in one scaling."""

    held: ClassVar[bool] = True

    learner: Settings
    spec: Spec
    outputs: tuple[Channel, ...]
    scaling: Scaling
    gestures: tuple[GestureModel, ...]
    follows: Values
    """(K, K) probability that the gesture of a row is followed by that of a column."""
    remarks: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Its learner's."""
        return self.learner.kind

    @property
    def labels(self) -> tuple[str, ...]:
        """The K gestures."""
        return tuple(gesture.label for gesture in self.gestures)

    @property
    def messages(self) -> tuple[str, ...]:
        """What a person should know about the fit."""
        return self.remarks + tuple(text for gesture in self.gestures for text in gesture.messages)

    @cached_property
    def play(self) -> tables.Play:
        """How it is played, the evidence of a frame settled."""
        return settled(self.learner.play(), self.gestures)

    @cached_property
    def tables(self) -> tables.Tables:
        """The vocabulary laid out for playing."""
        return tables.layout(self.gestures, self.scaling, self.spec.width, self.follows, self.play)

    def start(self) -> VocabularyFollower:
        """Begin a performance."""
        return VocabularyFollower(self)

    def without(self, channels: Sequence[int]) -> VocabularyModel:
        """The exact marginal: these channels say the same of every gesture; see `model.without`."""
        return replace(self, gestures=tuple(unheard(one, channels, self.spec.width) for one in self.gestures))

    def evidence_of(self, frames: Iterable[Frame]) -> Values:
        """(T, K) nats that each frame adds to each gesture on its own; see `model.evidence_of`.

        With time it is the predictive log-likelihood, counted as the posterior counts it; without, a frame's part
        of the mean, as such a posterior is of the last frames alone.
        """
        play = self.play
        step = replace(self, gestures=tuple(replace(one, window=1) for one in self.gestures)).start().step
        nats = np.array([step(frame).log_likelihoods for frame in frames]).reshape(-1, len(self.gestures))
        return nats * play.evidence if play.temporal else nats / max(len(nats), 1)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        table: dict[str, Any] = {
            **packing.header(self.spec),
            "outputs": packing.names(self.outputs),
            "remarks": list(self.remarks),
            "gestures": [],
        }
        arrays: dict[str, Array] = {
            "centre": self.scaling.centre,
            "scale": self.scaling.scale,
            "follows": self.follows,
        }
        for index, gesture in enumerate(self.gestures):
            plain, own = gesture.pack()
            table["gestures"].append(plain)
            arrays |= {f"{index}.{name}": array for name, array in own.items()}
        return table, arrays


def settled(play: tables.Play, gestures: Sequence[GestureModel]) -> tables.Play:
    """With the evidence that demonstrations left out say, where none is set; what a jump costs does not follow it."""
    if play.evidence:
        return play
    found = calibration.evidence([gesture.repetition for gesture in gestures])
    return replace(play, evidence=found, penalty=play.penalty * JUMP / found, seldom=SELDOM)


def unpack(learner: Any, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> VocabularyModel:
    """The inverse of `VocabularyModel.pack`.

    Raises
    ------
    DataError
        If something is missing or does not fit together.
    """
    place = f"model {learner.kind}"
    wrong = packing.broken(place)
    with packing.reading(wrong):
        spec = packing.spec(table)
        outputs = packing.channels(table, "outputs")
        scaled = Scaling(*packing.doubles(arrays, ("centre", "scale")))
        (follows,) = packing.doubles(arrays, ("follows",))
        plain = list(table["gestures"])
        remarks = packing.texts(table, "remarks")
    width = spec.width + len(outputs)
    count = len(plain)
    if not 1 <= count <= MOST or scaled.centre.shape != (width,) or scaled.scale.shape != (width,):
        raise wrong
    sound = follows.shape == (count, count) and all(
        np.isfinite(array).all() for array in (scaled.centre, scaled.scale, follows)
    )
    if not sound or not packing.scales(scaled.scale) or not packing.probable(follows):
        raise wrong
    gestures = []
    for index, one in enumerate(plain):
        own = packing.under(f"{index}.", arrays)
        gestures.append(GestureModel.unpack(one, own, f"{place}, gesture {index}", width))
    alike = {(gesture.covariances.ndim, gesture.within.shape[1]) for gesture in gestures}
    if len(alike) != 1 or max(alike)[1] != len(outputs):
        raise wrong
    return VocabularyModel(learner, spec, outputs, scaled, tuple(gestures), follows, remarks)


class VocabularyFollower:
    """One performance: the running state of `forward.step`."""

    def __init__(self, model: VocabularyModel) -> None:
        made, gestures, channels = model.tables, len(model.gestures), model.spec.width
        outputs = model.scaling.centre[channels:].copy()
        ends = [0, gestures, 2 * gestures, 3 * gestures, 4 * gestures, 4 * gestures + len(outputs), made.out]
        flat, nothing = np.full(gestures, 1.0 / gestures), np.zeros(gestures)
        none = np.zeros(len(outputs))
        table, state = made.table, tables.aligned(made.room)
        a, b, c, d, e, f = (slice(first, end) for first, end in pairwise(ends))
        self._spec = model.spec
        x = np.zeros(channels)
        self._settled = table, state, made.out, a, b, c, d, e, f, len(none) > 0, none, channels, x
        self._last = Estimate(0.0, nothing, flat, nothing, nothing, outputs, none, np.zeros(channels), NONE)

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; one with a value that is not finite changes nothing and repeats the last estimate."""
        time, values, arrived = frame
        table, state, width, a, b, c, d, e, f, regressed, none, channels, x = self._settled
        if len(values) != channels:  # what lies behind a shorter array is not the kernel's to read
            raise misfit(self._spec, values)
        out = empty(width)
        x[:] = values  # in one piece, and to be written to: else a kernel would be compiled anew
        winner = step(table, state, x, out)
        if winner == NOT_FINITE:
            self._last = self._last._replace(time=time, features=values, arrived=arrived)
            return self._last
        given, spread = (out[e], out[f]) if regressed else (none, none)
        parts = time, out[a], out[b], out[c], out[d], given, spread, values, winner, arrived, NONE, 0.0
        self._last = estimate = _new(Estimate, parts)
        return estimate


_new = tuple.__new__
"""Makes a named tuple in half the time of its own constructor, which takes a third of a microsecond."""


def joined(demonstration: Demonstration, regression: bool) -> Values:
    """(T, C) channels, or (T, C + M) with the outputs behind them."""
    if regression:
        return np.concatenate([demonstration.values, demonstration.targets], axis=1)
    return demonstration.values


def fingerprint(demonstrations: Sequence[Demonstration]) -> str:
    """A hash of what is learned of one gesture."""
    digest = hashlib.sha1(usedforsecurity=False)
    for demonstration in demonstrations:
        digest.update(demonstration.fingerprint)
    return digest.hexdigest()


def fit(learner: Any, training_set: TrainingSet, previous: Any, report: Report | None) -> VocabularyModel:
    """Fit every gesture that changed since `previous`; the others are taken over bit for bit.

    Raises
    ------
    DataError
        If outputs are wanted and there are none.
    Cancelled
        If `report` returned False.
    """
    spec = training_set.spec
    outputs = training_set.outputs if learner.regression else ()
    if learner.regression and not outputs:
        raise DataError(
            "vocabulary", "no demonstration has outputs", f"{learner.kind} learns outputs from demonstrations",
            "record with outputs, or choose a recogniser such as hhmm",
        )  # fmt: skip
    labels = training_set.labels
    old = _usable(previous, learner, spec, outputs)
    marks = training_set.irrelevant
    prints = {label: fingerprint(training_set.of(label)) + " ".join(marks.get(label, ())) for label in labels}
    takes = {label: [joined(d, learner.regression) for d in training_set.of(label)] for label in labels}
    same = {gesture.fingerprint: gesture for gesture in old.gestures} if old else {}
    known: dict[str, tuple[int, Values, Values]] = {}
    for label in labels:
        found = same.get(prints[label])
        if found is not None:
            known[label] = (found.frames, found.origin, found.sums)
        else:
            values = np.concatenate(takes[label])
            known[label] = (len(values), *scaling.moments(values))
    # A function of the data alone, so that what is taken over is what would be fitted anew.
    scaled = scaling.pooled([known[label] for label in labels], spec.width)
    scaled = scaled.rounded(take for label in labels for take in takes[label])
    if old is None or not old.scaling.same(scaled):
        same = {}
    # All are laid out alike: where one has a full covariance, the others' diagonals are written as full ones.
    full = len(scaled.centre) <= WIDEST and any(learner.recipe(label).full for label in labels)
    hidden = hidden_of(marks, spec.names, [known[label] for label in labels], scaled)

    def learned(index: int) -> Learned:
        label = labels[index]
        found = same.get(prints[label])

        def tell(part: float) -> None:
            if report is not None and not report(label, (index + part) / len(labels)):
                raise Cancelled

        tell(0.0)
        kept = found is not None and found.label == label and _alike(previous.learner, learner, label)
        own = hidden.get(label, ())  # what stands in their place is of all gestures
        if kept and not own and found is not None and (found.covariances.ndim == 3) == full:
            return found, None
        shown = takes[label], known[label]
        return _gesture(learner, label, prints[label], *shown, scaled, spec, full, tell, own)

    made = [learned(index) for index in range(len(labels))]
    play = settled(learner.play(), [gesture for gesture, _ in made])
    if old is not None and play != old.play:  # what is kept was calibrated to another evidence
        same = {}
        made = [one if one[1] else learned(index) for index, one in enumerate(made)]
    leak = play.leak(spec.width)
    gestures = [
        calibration.calibrated(gesture, unseen, spec.width, play.dense, leak, play.evidence)
        if unseen
        else gesture
        for gesture, unseen in made
    ]
    if report is not None and not report("", 1.0):
        raise Cancelled
    remarks = (*training_set.told, *ignored(spec.names, scaled.scale))
    if spec.width + len(outputs) > WIDEST and getattr(learner, "covariance", "") == "full":
        remarks += (
            f"{spec.width + len(outputs)} channels: their covariance is taken as diagonal, "
            f"as full ones of more than {WIDEST} need more demonstrations than anybody gives",
        )
    remarks += learner.strangers(labels) if hasattr(learner, "strangers") else ()
    between = getattr(learner, "transitions_between", None)
    count = len(labels)
    follows = between(labels) if between else np.full((count, count), 1.0 / count)
    return VocabularyModel(learner, spec, outputs, scaled, tuple(gestures), follows, remarks)


def _usable(previous: Any, learner: Any, spec: Spec, outputs: tuple[Channel, ...]) -> VocabularyModel | None:
    """An earlier model if it was made with the same settings from the same channels."""
    if not isinstance(previous, VocabularyModel) or previous.kind != learner.kind:
        return None
    return previous if previous.spec.names == spec.names and previous.outputs == outputs else None


def _alike(old: Any, new: Any, label: str) -> bool:
    """Whether one gesture is fitted the same by both."""
    return old == new or _settings(old, label) == _settings(new, label)


def _settings(learner: Any, label: str) -> dict[str, Any]:
    """What of a learner's settings the fit of one gesture depends on."""
    table = catalog.write(learner.of(label) if hasattr(learner, "of") else learner)
    table.pop("follows", None)
    return table


def _gesture(
    learner: Any,
    label: str,
    mark: str,
    raw: list[Values],
    known: tuple[int, Values, Values],
    scaled: Scaling,
    spec: Spec,
    full: bool,
    tell: Callable[[float], None],
    hidden: Sequence[Hidden] = (),
) -> Learned:
    """Fit one gesture; of hidden channels it has the background's mean and variance, and is led by the others."""
    recipe: training.Recipe = learner.recipe(label)
    if len(scaled.centre) > WIDEST:
        recipe = replace(recipe, full=False)
    own = learner.of(label) if hasattr(learner, "of") else learner
    inverse = scaled.inverse
    moved = [(take - scaled.centre) * inverse for take in raw]
    takes = training.Takes(moved, recipe.full)
    messages: tuple[str, ...] = ()
    shortest, frames, median = int(takes.lengths.min()), len(takes.frames), float(np.median(takes.lengths))
    if recipe.states > shortest:
        got = f"{counted(shortest, 'frame')}: it got {counted(shortest, 'state')}, not {recipe.states}"
        messages += (f"'{label}' has a demonstration of {got}",)
        recipe = replace(recipe, states=shortest)
    if recipe.states * recipe.gaussians > frames:
        fewer = frames // recipe.states
        messages += (
            f"'{label}' has {frames} frames: its states got {fewer} gaussians, not {recipe.gaussians}",
        )
        recipe = replace(recipe, gaussians=fewer)
    learn = getattr(own, "learn", training.expectation_maximisation)  # some libraries fit as well
    still = np.isin(np.arange(len(scaled.centre)), [one.channel for one in hidden])
    led = training.Takes([np.where(still, 0.0, take) for take in moved], recipe.full) if hidden else takes
    fitted: training.Fit = learn(led, recipe, tell)
    hide = hiding(hidden)
    fitted.means, fitted.covariances = hide(fitted.means, fitted.covariances)
    messages += tuple(f"'{label}': {text}" for text in fitted.remarks)
    usual = learner.window_share * median
    if spec.rate > 0.0:
        usual = min(usual, LONGEST_WINDOW * spec.rate)
    window = own.likelihood_window or max(round(usual), 1)
    exits, positions = training.timing(fitted, takes, recipe)
    if getattr(own, "exits", 0.0):
        exits = np.where(np.arange(recipe.states) == recipe.states - 1, own.exits, 0.0)
        exits = np.full(recipe.states, own.exits) if recipe.dense else exits
    unseen, repetition, (offsets, slopes, within) = calibration.left_out(
        fitted, takes, recipe, spec.width, hide
    )
    model = GestureModel(
        label=label,
        fingerprint=mark,
        frames=known[0],
        sums=known[2],
        origin=known[1],
        means=fitted.means,
        covariances=fitted.covariances,
        weights=fitted.weights,
        prior=fitted.prior,
        transitions=fitted.transitions,
        exits=exits,
        positions=positions,
        window=window,
        edges=np.zeros(2),
        gains=np.ones(2),
        offsets=offsets,
        slopes=slopes,
        within=within,
        repetition=repetition,
        log_likelihoods=np.array(fitted.history),
        messages=messages,
    )
    if full and not recipe.full:
        model = replace(model, covariances=model.covariances[:, :, None] * np.eye(len(scaled.centre)))
    return model, unseen
