"""Laws of models: deterministic, immutable, exact on disk; followers that never raise and never give NaN."""

from __future__ import annotations

import functools
import io
import itertools
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from plugs import ENDLESS, UNABLE, growth, kinds, plug, stream

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import NONE, Channel, Estimate, Frame, Spec, Values
from gesturemap.models.model import Cancelled, begin, winner

EVERY = pytest.mark.parametrize("kind", kinds("models"))
RECOGNISING = pytest.mark.parametrize("kind", [kind for kind in kinds("models") if kind not in UNABLE])
SPEC = Spec.of("acc_x g", "acc_y g", "acc_z g", rate=100.0)
LABELS = ("circle", "shake", "lift")
OUTPUTS = (Channel("pitch", "Hz"), Channel("level"))


def take(gesture: int, seed: int, frames: int = 40, **changes: Any) -> Demonstration:
    """One execution of a gesture: its own curve, a little different each time."""
    rng = np.random.default_rng([gesture, seed])
    share = np.linspace(0.0, 1.0, frames)[:, None] ** rng.uniform(0.9, 1.1)
    curve = (
        np.sin(np.array([[3.0, 5.0, 2.0]]) * (share + 0.4 * gesture) * (1.0 + 0.5 * gesture)) + 0.3 * gesture
    )
    made = Demonstration(
        f"{gesture}-{seed}",
        LABELS[gesture],
        SPEC,
        np.arange(frames) / 100.0,
        curve + rng.normal(scale=0.05, size=(frames, 3)),
        OUTPUTS,
        np.column_stack([200.0 + 300.0 * share[:, 0], np.sin(3.0 * share[:, 0])]),
    )
    return replace(made, **changes)


SET = TrainingSet(tuple(take(gesture, seed, 36 + 3 * seed) for gesture in range(3) for seed in range(3)))

FEW = TrainingSet(tuple(take(gesture, seed, 20) for gesture in range(3) for seed in range(2)))
"""Enough to fit everything that is fitted, where it is fitted once for every pair of kinds."""


QUICK: dict[str, dict[str, Any]] = {
    "boosting": {"rounds": 8},
    "hmm": {"iterations": 5},
    "mlp": {"iterations": 60},
    "per_output": {"each": ({"name": "pitch", "learner": {"kind": "linear"}},)},
    "strokes": {"trees": 12},
}
"""Kind -> settings with which it is fitted as it is by default, but sooner."""


@functools.cache
def fitted(kind: str) -> Any:
    return plug("models", kind)().fit(SET)


def performance() -> list[Frame]:
    """All gestures, one after the other, then something else."""
    parts = [take(gesture, 9).values for gesture in (0, 1, 2, 1)]
    other = np.cumsum(np.random.default_rng(5).normal(scale=0.2, size=(40, 3)), axis=0)
    values = np.concatenate([*parts, other])
    values.setflags(write=False)
    return stream(values, np.arange(len(values)) / 100.0)


FRAMES = performance()


def check(estimate: Estimate, frame: Frame, model: Any) -> None:
    """What every estimate holds to."""
    count = len(model.labels)
    assert (estimate.time, estimate.arrived) == (frame.time, frame.arrived)
    for name in ("log_likelihoods", "posterior", "progress", "fit"):
        array = getattr(estimate, name)
        assert array.shape == (count,), name
        assert array.dtype == np.float64
        assert not np.isnan(array).any(), name
    assert np.isfinite(estimate.log_likelihoods).all()
    assert estimate.posterior.sum() == pytest.approx(1.0)
    for name in ("posterior", "progress", "fit"):
        assert (getattr(estimate, name) >= 0.0).all(), name
        assert (getattr(estimate, name) <= 1.0 + 1e-12).all(), name
    assert estimate.outputs.shape == estimate.deviations.shape == (len(model.outputs),)
    assert np.isfinite(estimate.outputs).all() or (
        model.kind in ENDLESS and not np.isnan(estimate.outputs).any()
    )
    assert np.isfinite(estimate.deviations).all()
    assert (estimate.deviations >= 0.0).all()
    assert estimate.winner == winner(estimate.posterior, estimate.fit)
    assert type(estimate.winner) is int
    assert np.array_equal(estimate.features, frame.values, equal_nan=True)


def bits(estimate: Estimate) -> list[Any]:
    return [part.tobytes() if isinstance(part, np.ndarray) else part for part in estimate]


def packed(model: Any) -> tuple[str, dict[str, tuple[str, tuple[int, ...], bytes]]]:
    table, arrays = model.pack()
    return json.dumps(table, sort_keys=True), {
        name: (array.dtype.str, array.shape, array.tobytes()) for name, array in arrays.items()
    }


@EVERY
def test_a_model_says_what_it_is(kind: str) -> None:
    model = fitted(kind)
    assert (model.kind, model.labels, model.spec) == (kind, LABELS, SPEC)
    own = not set(model.outputs) & set(OUTPUTS)  # such as the speed of a movement
    assert model.outputs[: len(OUTPUTS)] == OUTPUTS or own
    assert len({output.name for output in model.outputs}) == len(model.outputs)
    assert all(isinstance(message, str) for message in model.messages)


@EVERY
def test_same_data_same_model(kind: str) -> None:
    before = [(d.values.copy(), d.targets.copy()) for d in SET.demonstrations]
    assert packed(plug("models", kind)().fit(SET)) == packed(fitted(kind))
    for demonstration, (values, targets) in zip(SET.demonstrations, before, strict=True):
        assert np.array_equal(demonstration.values, values), "a fit changed its demonstrations"
        assert np.array_equal(demonstration.targets, targets)


@EVERY
def test_every_estimate_holds_to_its_word(kind: str) -> None:
    model = fitted(kind)
    follower = model.start()
    for frame in FRAMES:
        check(follower.step(frame), frame, model)


@RECOGNISING
def test_it_recognises_what_it_was_shown(kind: str) -> None:
    model = fitted(kind)
    for gesture in range(3):
        for seed in range(3):
            follower = model.start()
            for frame in take(gesture, seed).frames():
                estimate = follower.step(frame)
            assert estimate.winner == gesture


@EVERY
def test_starting_again_is_starting_fresh_and_followers_share_nothing(kind: str) -> None:
    model = fitted(kind)
    alone = [bits(estimate) for estimate in map(model.start().step, FRAMES)]
    first, second, mixed = model.start(), model.start(), []
    for frame, noise in zip(FRAMES, reversed(FRAMES), strict=True):
        second.step(noise._replace(time=frame.time))
        mixed.append(bits(first.step(frame)))
    assert mixed == alone
    assert [bits(estimate) for estimate in map(model.start().step, FRAMES)] == alone


@EVERY
def test_playing_changes_neither_the_model_nor_what_it_said(kind: str) -> None:
    model = fitted(kind)
    before = packed(model)
    follower = model.start()
    given = [follower.step(frame) for frame in FRAMES]
    then = [bits(estimate) for estimate in given]
    for frame in FRAMES:
        follower.step(frame)
    assert [bits(estimate) for estimate in given] == then
    assert packed(model) == before


@EVERY
def test_packed_it_is_plain_data_exact_to_the_bit(kind: str) -> None:
    model = fitted(kind)
    table, arrays = model.pack()
    file = io.BytesIO()
    np.savez(file, **arrays)
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        back = plug("models", kind)().unpack(
            json.loads(json.dumps(table)), {k: stored[k] for k in stored.files}
        )
    assert packed(back) == packed(model)
    assert (back.labels, back.spec, back.outputs, back.messages) == (
        model.labels, model.spec, model.outputs, model.messages,
    )  # fmt: skip
    ours, theirs = model.start(), back.start()
    assert all(bits(ours.step(frame)) == bits(theirs.step(frame)) for frame in FRAMES)


@EVERY
def test_a_pack_with_something_missing_or_of_another_shape_is_refused(kind: str) -> None:
    learner = plug("models", kind)()
    table, arrays = fitted(kind).pack()
    for name in arrays:
        with pytest.raises(DataError):
            learner.unpack(table, {k: v for k, v in arrays.items() if k != name})
        with pytest.raises(DataError):
            learner.unpack(table, arrays | {name: np.zeros((*arrays[name].shape, 2))})
    for name in table:
        with pytest.raises(DataError):
            learner.unpack({k: v for k, v in table.items() if k != name}, arrays)


@EVERY
def test_a_pack_with_other_numbers_is_refused_or_plays(kind: str) -> None:
    learner, rng = plug("models", kind)(), np.random.default_rng(0)
    table, arrays = fitted(kind).pack()
    frames = FRAMES[::9]
    for name, number in itertools.product(arrays, (-1.0, 2.0, 0.0, 5e-324, 1e18, 1e300, -1e300)):
        changed = arrays[name].copy()
        if changed.size == 0:
            continue
        changed.ravel()[rng.integers(changed.size) if rng.random() < 0.5 else slice(None)] = number
        try:
            model = learner.unpack(table, arrays | {name: changed})
        except DataError:
            continue
        follower = model.start()
        for frame in frames:
            check(follower.step(frame), frame, model)


def spoilt(values: Values, kind: str) -> Values:
    made = values.copy()
    match kind:
        case "one channel":
            made[20:30, 0] = np.nan
        case "a frame":
            made[20] = np.nan
        case "a while":
            made[20:60] = np.nan
        case "the start":
            made[:10] = np.nan
        case "infinite":
            made[20:30] = np.inf
        case "huge":
            made[20:30] = 1e300
        case "the largest":
            made[20:30] = np.where(np.arange(10)[:, None] % 2, 1.79e308, -1.79e308)
        case "far away":
            made[20:30] += 1e4
    return made


@EVERY
@pytest.mark.parametrize(
    "how", ["one channel", "a frame", "a while", "the start", "infinite", "huge", "the largest", "far away"]
)
def test_bad_frames_are_survived_and_forgotten(kind: str, how: str) -> None:
    model = fitted(kind)
    follower = model.start()
    values = np.concatenate([take(0, 9).values, take(0, 8).values, take(1, 9).values, take(2, 9).values])
    for frame in stream(spoilt(values, how), np.arange(len(values)) / 100.0):
        estimate = follower.step(frame)
        check(estimate, frame, model)
    assert estimate.winner == 2 or kind in UNABLE


@EVERY
@pytest.mark.parametrize("width", [0, 1, 2, 4])
def test_a_frame_of_another_width_is_refused_and_forgotten(kind: str, width: int) -> None:
    follower, other = fitted(kind).start(), fitted(kind).start()
    for number, frame in enumerate(FRAMES[:30]):
        if number in (0, 20):
            with pytest.raises(DataError, match=rf"{width} values.*3: acc_x, acc_y, acc_z"):
                follower.step(Frame(frame.time, np.full(width, 1e6)))
        assert bits(follower.step(frame)) == bits(other.step(frame))


@EVERY
def test_it_does_not_begin_with_frames_of_other_channels(kind: str) -> None:
    model = fitted(kind)
    begin(model, replace(SPEC, rate=50.0)).step(FRAMES[0])
    for spec in (Spec.of("acc_x g", "acc_y g"), Spec.of("acc_x g", "acc_z g", "acc_y g")):
        with pytest.raises(DataError, match=rf"model {kind}: frames of {spec.width} channels: acc_x"):
            begin(model, spec)


@EVERY
def test_any_clock_is_survived(kind: str) -> None:
    model = fitted(kind)
    for times in (np.zeros(len(FRAMES)), -np.arange(float(len(FRAMES))), np.full(len(FRAMES), np.nan)):
        follower = model.start()
        for frame, time in zip(FRAMES, times.tolist(), strict=True):
            estimate = follower.step(frame._replace(time=time))
            assert np.isfinite(estimate.posterior).all()


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
    for other in kinds("models"):
        if other != kind:
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


@EVERY
def test_nothing_is_known_before_the_first_frame_but_it_starts(kind: str) -> None:
    model = fitted(kind)
    first = model.start().step(Frame(0.0, np.full(3, np.nan)))
    check(first, Frame(0.0, np.full(3, np.nan)), model)
    assert first.winner in (NONE, 0, 1, 2)


@pytest.mark.long
@EVERY
def test_nothing_grows(kind: str) -> None:
    follower = fitted(kind).start()
    rows = [frame.values for frame in FRAMES]

    def step(i: int) -> None:
        follower.step(Frame(i / 100.0, rows[i % len(rows)]))

    assert growth(step, 20_000) < 4096
