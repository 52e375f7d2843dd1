"""Models of single frames: our evaluators against scikit-learn's, and what is theirs alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from machines import SIZES, answers, examples, probes, quiet
from models_takes import play, take, vocabulary
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import NONE
from gesturemap.models import bayes, boosting, linear, mlp, neighbours, support, trees
from gesturemap.models.instant import InstantModel
from gesturemap.models.machine import Examples


@SIZES
@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("most", [1, 5])
def test_neighbours_are_those_of_scikit_learn(gestures: int, channels: int, weights: str, most: int) -> None:
    data, frames = examples(gestures, channels, outputs=2), probes(channels)
    settings = neighbours.Knn(neighbours=most, weights=weights)
    ours = answers(settings.train(data, quiet)[0], np.concatenate([frames, data.frames[:5]]))
    seen = np.concatenate([frames, data.frames[:5]])
    one = KNeighborsClassifier(most, weights=weights, algorithm="brute").fit(data.frames, data.owners)
    other = KNeighborsRegressor(most, weights=weights, algorithm="brute").fit(data.frames, data.targets)
    rows = slice(0, len(frames)) if weights == "distance" else slice(None)  # brute force finds 1e-8, not 0
    np.testing.assert_allclose(ours[rows, :gestures], one.predict_proba(seen)[rows], atol=1e-9)
    np.testing.assert_allclose(ours[rows, gestures:], other.predict(seen)[rows], atol=1e-9)
    if weights == "distance":  # a frame that was shown is answered as it was shown
        np.testing.assert_array_equal(ours[-5:, gestures:], data.targets[:5])


def test_a_gesture_with_few_frames_may_be_outvoted_where_that_is_wanted() -> None:
    frames, owners = np.array([[0.0], [1.0], [1.1], [1.2]]), np.array([0, 1, 1, 1])
    data = Examples(frames, np.zeros((4, 0)), owners, np.arange(4), 2)
    for even, share in ((True, 1.0), (False, 1 / 3)):
        machine, _, messages = neighbours.Knn(neighbours=3, even=even).train(data, quiet)
        assert answers(machine, np.zeros((1, 1)))[0, 0] == pytest.approx(share)
        assert bool(messages) is even
    machine = neighbours.Knn(neighbours=9, even=False).train(data, quiet)[0]
    assert answers(machine, np.zeros((1, 1)))[0].tolist() == [0.25, 0.75]


@pytest.mark.parametrize("count", [1, 31, 32, 33, 64, 1000, 3001])
def test_the_search_leaves_no_frame_out(count: int) -> None:
    random = np.random.default_rng(count)
    points = random.normal(size=(count, 5)) * [1.0, 5.0, 0.1, 0.0, 1.0]
    points[count // 2 :: 7] = points[0]  # many frames in one place
    found = sorted(index for leaf in neighbours.split(points) for index in leaf.tolist())
    assert found == list(range(count))
    most = min(3, count)
    targets = np.arange(count, dtype=float)[:, None]
    step = neighbours.Neighbours(points, np.zeros(count), targets, 0, most, False).start()
    for x in random.normal(size=(60, 5)) * 2.0:
        order = np.lexsort((np.arange(count), ((points - x) ** 2).sum(1)))[:most]
        assert step(x)[0] == pytest.approx(targets[order, 0].mean(), rel=1e-12)


def test_of_frames_equally_near_the_first_ones_vote() -> None:
    points = np.zeros((100, 2))
    step = neighbours.Neighbours(points, np.zeros(100), np.arange(100.0)[:, None], 0, 3, False).start()
    assert step(np.ones(2))[0] == 1.0  # the mean of 0, 1 and 2


@SIZES
@pytest.mark.parametrize("kernel", support.KERNEL_NAMES)
def test_support_vectors_decide_as_in_scikit_learn(gestures: int, channels: int, kernel: str) -> None:
    data, frames = examples(gestures, channels), probes(channels)
    settings = support.Svm(kernel=kernel)
    theirs = settings.estimator(data.frames).fit(data.frames, data.owners)
    step = support.export(theirs, settings.width(data.frames), 2.0).start(soft=False)
    ours = np.array([step(frame).copy() for frame in frames])
    wanted = theirs.decision_function(frames)
    if gestures == 2:
        np.testing.assert_allclose(ours[:, 1] - ours[:, 0], wanted, atol=1e-9)
    else:
        np.testing.assert_allclose(ours, wanted, atol=1e-9)
    np.testing.assert_array_equal(ours.argmax(1), theirs.predict(frames))
    posterior = answers(settings.train(data, quiet)[0], frames)
    np.testing.assert_allclose(posterior.sum(1), 1.0)
    np.testing.assert_array_equal(posterior.argmax(1), theirs.predict(frames))


def test_posteriors_of_support_vectors_are_as_sure_as_they_are_right() -> None:
    def sureness(apart: float) -> float:
        random = np.random.default_rng(0)
        owners, takes = np.repeat([0, 1], 200), np.arange(400) // 50
        frames = random.normal(size=(400, 2)) + apart * owners[:, None]
        machine = support.Svm().train(Examples(frames, np.zeros((400, 0)), owners, takes, 2), quiet)[0]
        return float(answers(machine, frames).max(1).mean())

    assert sureness(0.3) < 0.7 < 0.97 < sureness(5.0)


@SIZES
def test_naive_bayes_is_that_of_scikit_learn(gestures: int, channels: int) -> None:
    data, frames = examples(gestures, channels), probes(channels)
    settings = bayes.NaiveBayes()
    theirs = settings.estimator(gestures).fit(data.frames, data.owners)
    np.testing.assert_allclose(
        answers(settings.train(data, quiet)[0], frames), theirs.predict_proba(frames), atol=1e-9
    )


@SIZES
@pytest.mark.parametrize(("degree", "products"), [(1, False), (3, False), (2, True)])
def test_planes_are_those_of_scikit_learn(gestures: int, channels: int, degree: int, products: bool) -> None:
    data, frames = examples(gestures, channels, outputs=2), probes(channels)
    settings = linear.Linear(degree=degree, products=products)
    ours = answers(settings.train(data, quiet)[0], frames)
    parts = [frames**power for power in range(1, degree + 1)]
    if products:
        parts += [frames[:, [i]] * frames[:, [j]] for i in range(channels) for j in range(i + 1, channels)]
    shown = linear.terms(frames, degree, products)
    np.testing.assert_allclose(shown, np.concatenate(parts, axis=1), rtol=1e-12)
    phi = linear.terms(data.frames, degree, products)
    theirs = settings.estimator().fit(phi, data.owners)
    np.testing.assert_allclose(ours[:, :gestures], theirs.predict_proba(shown), atol=1e-9)
    played = LinearRegression().fit(phi, data.targets).predict(shown)
    np.testing.assert_allclose(ours[:, gestures:], played, rtol=1e-9, atol=1e-9)


def test_a_straight_line_is_found_and_its_error_is_said() -> None:
    random = np.random.default_rng(3)
    demonstrations = []
    for index in range(4):
        values = random.normal(size=(60, 2)) * [1.0, 100.0] + [0.0, 5000.0]
        wanted = 3.0 * values[:, :1] - 0.01 * values[:, 1:] + 7.0
        demonstrations.append(take("a", values, wanted + random.normal(scale=0.5, size=(60, 1)), index))
    model = linear.Linear().fit(TrainingSet(tuple(demonstrations)))
    values = np.array([[0.5, 5100.0], [-1.0, 4900.0]])
    found = play(model.start(), values)
    wanted = 3.0 * values[:, 0] - 0.01 * values[:, 1] + 7.0
    np.testing.assert_allclose(found["outputs"][:, 0], wanted, atol=0.3)
    np.testing.assert_allclose(found["deviations"], 0.5, atol=0.08)


LEARNERS = (
    neighbours.Knn(),
    support.Svm(),
    trees.Tree(),
    boosting.Boosting(rounds=5),
    boosting.Boosting(method="adaboost", rounds=5),
    boosting.Boosting(method="m1", rounds=5),
    bayes.NaiveBayes(),
    linear.Linear(),
    mlp.Mlp(iterations=40),
)
EVERY = pytest.mark.parametrize("learner", LEARNERS, ids=lambda learner: learner.kind)


@EVERY
def test_a_follower_says_what_its_machine_says_of_the_scaled_frame(learner: Any) -> None:
    given = vocabulary(channels=3, length=30, noise=0.4)
    model = replace(learner, window=1).fit(given)
    values = given.demonstrations[4].values + 0.05
    scaled = (values - model.scaling.centre) / model.scaling.scale
    found = play(model.start(), values)
    np.testing.assert_allclose(found["posterior"], answers(model.machine, scaled), atol=1e-12)
    assert (found["progress"] == 0.0).all()


@EVERY
def test_over_a_window_posteriors_are_averaged_and_bounded_in_cost(learner: Any) -> None:
    given = vocabulary(channels=3, length=30, noise=0.4)
    one = replace(learner, window=1).fit(given)
    four = replace(learner, window=4).fit(given)
    values = np.concatenate([demonstration.values for demonstration in given.demonstrations[:3]])
    single, averaged = play(one.start(), values)["posterior"], play(four.start(), values)["posterior"]
    for index in (0, 1, 2, 3, 4, 17, len(values) - 1):
        np.testing.assert_allclose(averaged[index], single[max(index - 3, 0) : index + 1].mean(0), atol=1e-12)


@EVERY
def test_what_was_never_shown_is_none_of_these(learner: Any) -> None:
    given = vocabulary(each=4, channels=4, length=50)
    model = learner.fit(given)
    shown = play(model.start(), np.concatenate([vocabulary(seed=9).demonstrations[0].values] * 2))
    assert (shown["fit"].max(1) >= 0.5).mean() > 0.8
    elsewhere = np.random.default_rng(1).normal(size=(200, 4)) * 0.3 + [9.0, -9.0, 9.0, -9.0]
    assert (play(model.start(), elsewhere)["winner"] == NONE).mean() > 0.95


@EVERY
def test_poses_far_apart_and_hardly_moving_are_told_apart_frame_by_frame(learner: Any) -> None:
    random = np.random.default_rng(2)
    poses = {"up": [100.0, 5.0], "down": [-100.0, 5.2], "side": [0.0, 5.4]}
    given = TrainingSet(
        tuple(
            take(label, pose + random.normal(scale=0.001, size=(20, 2)), None, index)
            for label, pose in poses.items()
            for index in range(2)
        )
    )
    model = learner.fit(given)
    assert model.window == 1
    found = play(model.start(), np.array([poses["side"], poses["up"], poses["down"]]))
    assert found["winner"].tolist() == [2, 0, 1]


@EVERY
@pytest.mark.parametrize("frames", [1, 2])
def test_constant_channels_single_and_equal_frames_are_survived(learner: Any, frames: int) -> None:
    values = np.tile([[1.0, 2.0, 3.0]], (frames, 1))
    other = values + np.array([0.0, 1.0, 0.0])
    targets = np.tile([[4.0, 5.0]], (frames, 1))
    for takes in (
        [take("a", values, targets)],
        [take("a", values, targets), take("b", other, targets + 1.0)],
        [take("a", values, targets), take("b", values, targets)],
        [take("a", values, targets), take("a", values, targets, 1), take("b", other, targets, 2)],
    ):
        model = learner.fit(TrainingSet(tuple(takes)))
        found = play(model.start(), np.concatenate([values, other, values * np.nan, values * 1e200]))
        for array in found.values():
            assert np.isfinite(array).all()
        np.testing.assert_allclose(found["posterior"].sum(1), 1.0)
        assert found["winner"][frames - 1] in (0, 1)


def test_an_unchanged_vocabulary_is_not_fitted_again() -> None:
    given = vocabulary()
    for learner in LEARNERS:
        model = learner.fit(given)
        again = learner.fit(TrainingSet(given.demonstrations), previous=model)
        assert again.machine is model.machine
        moved = replace(given.demonstrations[0], values=given.demonstrations[0].values + 1.0)
        assert (
            learner.fit(TrainingSet((moved, *given.demonstrations[1:])), model).machine is not model.machine
        )


def test_a_saved_tree_that_could_be_walked_for_ever_is_refused() -> None:
    model = trees.Tree().fit(vocabulary())
    table, arrays = model.pack()
    links = arrays["machine.links"]
    inner = int(np.flatnonzero(links[:, 0] >= 0)[0])
    for row, column, value in ((inner, 1, float(inner)), (inner, 2, 1e9), (inner, 0, 99.0), (0, 1, 0.5)):
        broken = links.copy()
        broken[row, column] = value
        with pytest.raises(DataError):
            trees.Tree().unpack(table, arrays | {"machine.links": broken})


@pytest.mark.parametrize("name", ["machine.owners", "near.counts"])
def test_saved_numbers_that_point_nowhere_are_refused(name: str) -> None:
    table, arrays = neighbours.Knn().fit(vocabulary()).pack()
    for value in (-1.0, 0.5, 1e6):
        broken = arrays[name].copy()
        broken[0] = value
        with pytest.raises(DataError):
            neighbours.Knn().unpack(table, arrays | {name: broken})


def test_playing_imports_no_library_that_fits() -> None:
    learners = ", ".join(f"{type(one).__module__}.{type(one).__name__}" for one in LEARNERS)
    modules = "\n".join(f"import {type(one).__module__}" for one in LEARNERS)
    code = (
        f"{modules}\nimport sys, numpy\nlearners = [{learners}]\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'sklearn', 'hmmlearn', 'threadpoolctl'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_model_is_what_it_says() -> None:
    model = neighbours.Knn().fit(vocabulary(labels=("one",)))
    assert isinstance(model, InstantModel)
    assert (
        play(model.start(), vocabulary(labels=("one",)).demonstrations[0].values)["winner"].tolist()
        == [0] * 60
    )
