"""Strokes: hits of a few frames, seen at their moment and not beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import NONE, Frame, Spec, Values
from gesturemap.models import store, strokes_kernel
from gesturemap.models.auto import Auto
from gesturemap.models.strokes import Strokes, StrokesModel
from gesturemap.models.strokes_view import Seen

RATE = 20.0
SPEC = Spec.of("motion", "still", rate=RATE)
SIGNS = {"down": -1.0, "up": 1.0}


def hand(seconds: float, hits: list[tuple[float, str]], seed: int) -> Values:
    """(T, 2) a hand that strums: a quick swing at each hit, and back; beside it a channel that says nothing."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    motion = 0.2 * np.sin(2.0 * t + seed)
    for at, label in hits:
        after = np.clip(t - at, 0.0, None)
        motion += rng.uniform(0.7, 1.4) * SIGNS[label] * 150.0 * after * np.exp(-after / 0.1)
    return np.column_stack([motion + rng.normal(0, 0.1, len(t)), rng.normal(0, 1.0, len(t))])


def shown(count: int, label: str, seed: int = 0) -> list[Demonstration]:
    """Half a second each, the hit in the middle."""
    values = [hand(0.5, [(0.22, label)], 100 * seed + i) for i in range(count)]
    return [Demonstration(f"{label}{i}", label, SPEC, np.arange(10) / RATE, v) for i, v in enumerate(values)]


SET = TrainingSet((*shown(6, "down"), *shown(6, "up", 1)))


@pytest.fixture(scope="module")
def model() -> StrokesModel:
    return Strokes().fit(SET)


def heard(model: StrokesModel, values: Values) -> list[tuple[float, str]]:
    follower = model.start()
    estimates = [follower.step(Frame(i / RATE, row)) for i, row in enumerate(values)]
    return [(e.time, model.labels[e.spotted]) for e in estimates if e.spotted != NONE]


def test_strokes_of_a_running_hand_are_heard_once_and_in_time(model: StrokesModel) -> None:
    rng = np.random.default_rng(3)
    hits = [(1.0 + 0.6 * i, "down" if rng.random() < 0.5 else "up") for i in range(60)]
    told = heard(model, hand(40.0, hits, 9))
    right = [any(at <= t <= at + 0.2 and label == said for t, said in told) for at, label in hits]
    assert np.mean(right) >= 0.95
    assert len(told) - sum(right) <= 3


@pytest.mark.parametrize("unit", [2.0**-40, 2.0**30])
def test_the_units_of_the_channels_make_no_difference(model: StrokesModel, unit: float) -> None:
    moved = TrainingSet(tuple(replace(d, values=d.values * unit) for d in SET.demonstrations))
    values = hand(6.0, [(1.0, "down"), (2.0, "up"), (3.5, "down")], 7)
    assert heard(Strokes().fit(moved), values * unit) == heard(model, values) != []


def test_a_hand_at_rest_plays_nothing(model: StrokesModel) -> None:
    assert heard(model, hand(60.0, [], 4)) == []


def test_small_movements_are_no_clear_strokes_where_no_everyday_movement_is_known() -> None:
    """Strokes that are all sure when left out may ask for more trees; they are heard as before, fiddling is not."""
    rate, spec = 50.0, Spec.of("x g", "y g", "z g", rate=50.0)
    moments = (np.arange(24) - 12) / rate / 0.03

    def hit(seed: int) -> Values:
        rng = np.random.default_rng(seed)
        pulse = 2.0 * np.exp(rng.normal(0.0, 0.15)) * -moments * np.exp(0.5 - 0.5 * moments**2)
        return pulse[:, None] * [1.0, 0.3, -0.2] + rng.normal(0.0, 0.03, (24, 3))

    def fiddled(seed: int, frames: int, size: float) -> Values:
        rng, smooth = np.random.default_rng(seed), np.exp(-0.5 * ((np.arange(9) - 4) / 1.5) ** 2)
        smooth *= size / np.sqrt((smooth**2).sum())
        return np.column_stack([np.convolve(rng.normal(size=frames + 8), smooth, "valid") for _ in range(3)])

    takes = [Demonstration(f"hit{i}", "hit", spec, np.arange(24) / rate, hit(i)) for i in range(5)]
    made = Strokes().fit(TrainingSet(tuple(takes)))
    assert 0.45 < made.thresholds[0] <= 0.75
    plain = replace(made, left=made.left * [1.0, 0.9])  # as if they had been less clear
    assert plain.thresholds[0] == 0.45
    assert replace(made, learner=Strokes(threshold=0.5)).thresholds[0] == 0.5  # what is set is what is asked
    fiddling = fiddled(1, 400, 0.2)
    assert len(heard(made, fiddling)) <= 2 < 10 < len(heard(plain, fiddling))
    for seed in range(100, 110):
        around = fiddled(seed, 40, 0.05), hit(seed), fiddled(seed + 1, 40, 0.05)
        assert len(heard(made, np.concatenate(around))) == 1
    assert "may be taken for strokes" in made.notes[-1]


def test_everyday_movement_raises_the_threshold_until_the_rate_is_kept() -> None:
    lively = [(float(t), "up") for t in np.arange(0.5, 59.0, 1.7)]
    minute = hand(60.0, lively, 7) * 0.6
    everyday = Demonstration("e", "everyday", SPEC, np.arange(len(minute)) / RATE, minute)
    both = TrainingSet((*SET.demonstrations, everyday))
    strict, easy = Strokes(false_per_10min=1.0).fit(both), Strokes(false_per_10min=500.0).fit(both)
    assert strict.thresholds.max() > easy.thresholds.max()
    again = hand(60.0, [(t + 0.3, label) for t, label in lively], 8) * 0.6
    assert len(heard(strict, again)) < 0.5 * len(heard(Strokes().fit(SET), again))
    assert "60 s" in strict.notes[-1]
    rate = strict.asked[1]
    assert rate <= 1.0
    assert f"at most 1 false triggers in 10 minutes, {rate:.2g} by what was recorded" in strict.notes[-1]
    turned = Strokes(false_per_10min=1.0).fit(both, previous=easy)
    assert turned.forest is easy.forest
    assert turned.thresholds.tolist() == strict.thresholds.tolist()


def test_a_rate_that_cannot_be_kept_is_said_so_and_a_second_of_movement_promises_nothing() -> None:
    strums = hand(60.0, [(1.0 + 1.5 * i, "up") for i in range(39)], 7)
    everyday = Demonstration("e", "everyday", SPEC, np.arange(len(strums)) / RATE, strums)
    made = Strokes(false_per_10min=0.01, trees=30).fit(TrainingSet((*SET.demonstrations, everyday)))
    asked, rate = made.asked
    assert ("not reached" in made.notes[-1]) == (rate > 0.01)
    assert made.thresholds.min() >= asked
    little = Demonstration("e", "everyday", SPEC, np.arange(20) / RATE, strums[:20])
    short = Strokes().fit(TrainingSet((*SET.demonstrations, little)))
    assert "too little" in short.notes[-1]
    assert short.thresholds.max() <= 0.45


def test_what_cannot_be_told_from_rest_is_said_so() -> None:
    still = [Demonstration(f"s{i}", "still", SPEC, np.arange(10) / RATE, np.zeros((10, 2))) for i in range(3)]
    assert any("still" in message for message in Strokes().fit(TrainingSet(tuple(still))).messages)


def test_the_dial_costs_hits_and_left_out_strokes_say_how_many(model: StrokesModel) -> None:
    assert len(model.left) == 12
    assert (model.left[:, 1] >= model.thresholds[model.left[:, 0].astype(int)]).mean() >= 0.9
    assert "of 12 strokes left out it sees" in model.notes[0]
    assert "does nothing" in model.notes[1]


def test_what_is_seen_is_means_and_differences_of_the_past() -> None:
    values = np.random.default_rng(1).normal(size=(30, 3))
    seen = Seen(points=4, hop=3, after=2, length=10, centre=np.array([0.5, -1.0, 0.0]), unit=np.full(3, 4.0))
    padded = np.concatenate([np.repeat(values[:1], 12, axis=0), values]) - seen.centre
    for t, row in enumerate(seen.through(values)):
        past = padded[t + 1 : t + 13][::-1].reshape(4, 3, 3).mean(1) / 4.0
        wanted = np.concatenate([past.ravel(), (past[:-1] - past[1:]).ravel()])
        assert row == pytest.approx(wanted, abs=1e-12)


def test_the_trees_answer_as_scikit_learns_do(model: StrokesModel) -> None:
    from sklearn.ensemble import ExtraTreesClassifier

    learner = Strokes(copies=3, trees=20)
    fitted = learner.fit(SET)
    rows, owners = fitted.seen.examples(SET.demonstrations, fitted.labels, 3, np.random.default_rng(0))
    theirs = ExtraTreesClassifier(20, min_samples_leaf=learner.leaf, random_state=0).fit(rows, owners)
    values = hand(10.0, [(2.0, "up"), (4.0, "down")], 5)
    ours = fitted.seen.answers(fitted.forest, values)
    assert ours == pytest.approx(theirs.predict_proba(fitted.seen.through(values)), abs=1e-9)


def test_the_follower_sees_what_the_fit_saw(model: StrokesModel) -> None:
    values = hand(10.0, [(2.0, "up")], 6)
    answers = model.seen.answers(model.forest, values)
    follower = model.start()
    for row, answer in zip(values, answers, strict=True):
        estimate = follower.step(Frame(0.0, row))
        assert np.exp(estimate.log_likelihoods) == pytest.approx(answer[1:] + 1e-9)


@pytest.mark.parametrize("rate", [20.0, 50.0, 200.0])
def test_auto_learns_strokes_at_any_rate(rate: float) -> None:
    """The same hits, sampled faster: the number of frames says nothing."""
    spec = Spec.of("motion", "still", rate=rate)
    time = np.arange(round(0.5 * rate)) / rate
    faster = tuple(
        Demonstration(
            d.id, d.label, spec, time, np.stack([np.interp(time, d.time, row) for row in d.values.T], axis=1)
        )
        for d in SET.demonstrations
    )
    made = Auto().fit(TrainingSet(faster))
    assert made.recogniser.kind == "strokes"
    assert made.spots
    assert any("within 0.35 s" in note for note in made.notes)


def test_the_kernel_looks_back_over_the_end_of_its_ring() -> None:
    ring, out = np.arange(6.0)[:, None].copy(), np.empty(5)
    strokes_kernel.look(ring, 1, 3, 2, out)
    assert out.tolist() == [0.5, 4.5, 2.5, -4.0, 2.0]


def test_it_says_how_far_it_is_between_a_few_trees() -> None:
    told: list[float] = []
    spec = Spec.of("x", "y", rate=100.0)
    rng = np.random.default_rng(0)
    takes = [
        Demonstration(f"{label}{i}", label, spec, np.arange(12) / 100.0, rng.normal(size=(12, 2)))
        for label in "ab" for i in range(2)
    ]  # fmt: skip

    def report(label: str, share: float) -> bool:
        told.append(share)
        return True

    model = Strokes(trees=100).fit(TrainingSet(tuple(takes)), report=report)
    assert len(told) > 100 // 10 and told == sorted(told)
    assert len(model.forest.roots) == 100


@pytest.mark.parametrize("learner", [Strokes(trees=20, copies=3), Auto(recogniser="strokes")])
def test_a_wild_frame_of_one_of_three_is_named_once_saved_with_the_model_and_changes_nothing(
    learner: Strokes | Auto,
) -> None:
    sound = [*shown(3, "down"), *shown(3, "up", 1)]
    wild, held = sound[1].values.copy(), sound[1].values.copy()
    wild[6, 1], held[6, 1] = 1e6, held[5, 1]
    spiked, before = (
        TrainingSet((sound[0], replace(sound[1], values=values), *sound[2:])) for values in (wild, held)
    )
    model, clean = learner.fit(spiked), learner.fit(before)
    assert [text for text in model.messages if "down1 of 'down', channel still, frame 6: 1e+06" in text] == [
        *spiked.told
    ]
    assert not any("frame 6" in text for text in clean.messages)
    assert store.unpack(store.pack(model)).messages == model.messages
    assert learner.fit(before, previous=model).messages == clean.messages
    movement = hand(4.0, [(1.0, "down"), (2.0, "up")], 6)
    one, other = (
        [e.posterior for e in map(each.start().step, map(Frame, np.arange(80) / RATE, movement))]
        for each in (model, clean)
    )
    np.testing.assert_array_equal(one, other)
