"""Laws of fitting: deterministic, whatever was fitted before; from little, from what stands still; to be stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from models_shown import EVERY, FRAMES, LABELS, SET, check, fitted, packed, take
from plugs import UNABLE, kinds, plug

from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import Spec
from gesturemap.models.model import Cancelled

FEW = TrainingSet(tuple(take(gesture, seed, 20) for gesture in range(3) for seed in range(2)))
"""Enough to fit everything that is fitted, where it is fitted once for every pair of kinds."""
OTHERS = 6
"""Kinds, the next ones in the list, whose models each kind is handed."""
QUICK: dict[str, dict[str, Any]] = {
    "boosting": {"rounds": 8},
    "hmm": {"iterations": 5},
    "mlp": {"iterations": 60},
    "per_output": {"each": ({"name": "pitch", "learner": {"kind": "linear"}},)},
    "strokes": {"trees": 12},
}
"""Kind -> settings with which it is fitted as it is by default, but sooner."""


@EVERY
def test_same_data_same_model(kind: str) -> None:
    before = [(d.values.copy(), d.targets.copy()) for d in SET.demonstrations]
    assert packed(plug("models", kind)().fit(SET)) == packed(fitted(kind))
    for demonstration, (values, targets) in zip(SET.demonstrations, before, strict=True):
        assert np.array_equal(demonstration.values, values), "a fit changed its demonstrations"
        assert np.array_equal(demonstration.targets, targets)


@EVERY
def test_a_fit_can_be_stopped_and_says_how_far_it_is(kind: str) -> None:
    told: list[tuple[str, float]] = []

    def report(label: str, fraction: float) -> bool:
        told.append((label, fraction))
        return True

    plug("models", kind)().fit(SET, report=report)
    assert told
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert 0.0 <= fractions[0] <= fractions[-1] <= 1.0
    with pytest.raises(Cancelled):
        plug("models", kind)().fit(SET, report=lambda label, fraction: False)


@EVERY
def test_one_more_demonstration_is_as_good_as_all_anew(kind: str) -> None:
    more = TrainingSet((*SET.demonstrations, take(1, 7)))
    learner = plug("models", kind)()
    added, anew = learner.fit(more, previous=fitted(kind)), learner.fit(more)
    assert packed(added) == packed(anew)
    assert packed(learner.fit(more, previous=added)) == packed(added)
    one, other = added.start().step, anew.start().step
    apart = [np.abs(one(frame).posterior - other(frame).posterior).max() for frame in FRAMES]
    assert np.mean(apart) < 0.02
    for demonstration in more.demonstrations:
        winners = set()
        for model in (added, anew):
            follower = model.start()
            for frame in demonstration.frames():
                estimate = follower.step(frame)
            winners.add(estimate.winner)
        assert winners == {LABELS.index(demonstration.label)} or kind in UNABLE


@EVERY
def test_what_was_learned_before_leaves_no_trace(kind: str) -> None:
    learner, model = plug("models", kind)(**QUICK.get(kind, {})), None
    takes = [
        take(gesture, seed, 20, values=take(gesture, seed, 20).values * (1.0 + 0.3 * seed) + 5.0)
        for gesture, seed in ((0, 0), (1, 0), (0, 1), (2, 0), (2, 1), (1, 3))
    ]
    for count in range(1, len(takes) + 1):
        some = TrainingSet(tuple(takes[:count]))
        model = learner.fit(some, previous=model)
    assert packed(model) == packed(learner.fit(some))
    fewer = TrainingSet((takes[0], *takes[2:]))
    assert packed(learner.fit(fewer, previous=model)) == packed(learner.fit(fewer))


@EVERY
def test_a_previous_model_of_another_kind_or_sensor_is_no_harm(kind: str) -> None:
    learner = plug("models", kind)(**QUICK.get(kind, {}))
    fresh = packed(learner.fit(FEW))
    every = kinds("models")
    first = every.index(kind) + 1
    for other in (every + every)[first : first + OTHERS]:
        assert packed(learner.fit(FEW, previous=fitted(other))) == fresh
    spec = Spec.of("gyr_x", "gyr_y", "gyr_z")
    elsewhere = TrainingSet(tuple(replace(d, spec=spec, values=d.values * 3.0) for d in FEW.demonstrations))
    assert packed(learner.fit(FEW, previous=learner.fit(elsewhere))) == fresh


@EVERY
@pytest.mark.parametrize("frames", [1, 2, 3, 9])
def test_little_is_learned_from_little(kind: str, frames: int) -> None:
    little = TrainingSet(tuple(take(gesture, 0, frames) for gesture in range(3)))
    model = plug("models", kind)().fit(little)
    assert model.labels == LABELS
    follower = model.start()
    for frame in FRAMES:
        check(follower.step(frame), frame, model)


@EVERY
def test_a_gesture_that_stands_still_and_one_alone_are_learned(kind: str) -> None:
    still = replace(take(0, 0), values=np.ones((40, 3)))
    for training_set in (TrainingSet((still,)), TrainingSet((still, take(1, 0))), TrainingSet((take(0, 0),))):
        model = plug("models", kind)().fit(training_set)
        follower = model.start()
        for frame in FRAMES:
            check(follower.step(frame), frame, model)
        follower = model.start()
        for frame in training_set.demonstrations[0].frames():
            estimate = follower.step(frame)
        assert estimate.winner == 0 or kind in UNABLE
