"""Decision trees, alone and in committees, against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from machines import SIZES, answers, examples, probes, quiet
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from gesturemap.models import boosting, trees
from gesturemap.models.machine import Examples


@SIZES
def test_trees_are_those_of_scikit_learn(gestures: int, channels: int) -> None:
    data, frames = examples(gestures, channels), probes(channels)
    theirs = trees.Tree(leaf=3).estimator().fit(data.frames, data.owners)
    np.testing.assert_allclose(
        answers(trees.export(theirs, gestures), frames), theirs.predict_proba(frames), atol=1e-12
    )


@SIZES
def test_committees_are_those_of_scikit_learn(gestures: int, channels: int) -> None:
    data, frames = examples(gestures, channels), probes(channels)
    theirs = boosting.Boosting(rounds=7).estimator().fit(data.frames, data.owners)
    ours = answers(boosting.gradient(theirs, data.frames[:1]), frames)
    np.testing.assert_allclose(ours, theirs.predict_proba(frames), atol=1e-9)
    theirs = boosting.Boosting(method="adaboost", rounds=7).estimator().fit(data.frames, data.owners)
    np.testing.assert_allclose(
        answers(boosting.adaboost(theirs), frames), theirs.predict_proba(frames), atol=1e-9
    )


@pytest.mark.parametrize(("channels", "depth"), [(1, 1), (1, 2), (4, 1)])
def test_of_two_gestures_m1_is_the_committee_of_scikit_learn(channels: int, depth: int) -> None:
    data, frames = examples(2, channels), probes(channels)
    ours = answers(boosting.Boosting(method="m1", rounds=9, depth=depth).train(data, quiet)[0], frames)
    base = DecisionTreeClassifier(max_depth=depth)
    theirs = AdaBoostClassifier(base, n_estimators=9, random_state=0).fit(data.frames, data.owners)
    shares = theirs.estimator_weights_[: len(theirs.estimators_)]
    votes = sum(
        w * np.eye(2)[tree.predict(frames)] for w, tree in zip(shares, theirs.estimators_, strict=False)
    )
    wanted = np.exp(votes) / np.exp(votes).sum(1, keepdims=True)
    np.testing.assert_allclose(ours, wanted, atol=1e-9)


def test_m1_ends_where_a_tree_errs_in_half_of_what_counts_and_is_better_than_its_first() -> None:
    data = examples(4, 4)
    rights = []
    for rounds in (1, 30):
        made = boosting.Boosting(method="m1", rounds=rounds, depth=3).train(data, quiet)[0]
        rights.append((answers(made, data.frames).argmax(1) == data.owners).mean())
    assert rights[1] > rights[0] + 0.05
    hopeless = boosting.Boosting(method="m1", rounds=30, depth=1).train(examples(7, 12), quiet)
    assert len(hopeless[0].roots) == 1 and "alike" in hopeless[2][0]


def test_a_committee_whose_first_tree_is_never_wrong_is_that_tree() -> None:
    data = Examples(np.arange(40.0)[:, None], np.zeros((40, 0)), np.arange(40) // 20, np.arange(40) // 10, 2)
    machine, _, messages = boosting.Boosting(method="m1").train(data, quiet)
    assert messages == () and len(machine.roots) == 1
    assert (answers(machine, data.frames).argmax(1) == data.owners).all()


def test_a_stump_asks_one_question() -> None:
    data = examples(3, 4)
    machine = trees.Stump().train(data, quiet)[0]
    assert len(machine.links) == 3
    single = trees.Tree(depth=1, leaf=1).train(data, quiet)[0]
    np.testing.assert_array_equal(answers(machine, probes(4)), answers(single, probes(4)))


@pytest.mark.parametrize("method", ["adaboost", "m1"])
def test_a_committee_no_better_than_chance_is_one_tree_and_says_so(method: str) -> None:
    data = Examples(np.zeros((40, 2)), np.zeros((40, 0)), np.arange(40) % 2, np.arange(40) // 10, 2)
    machine, _, messages = boosting.Boosting(method=method).train(data, quiet)
    np.testing.assert_allclose(answers(machine, probes(2)), 0.5)
    assert "alike" in messages[0]
