"""Figures against brute force and scikit-learn."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score, root_mean_squared_error

from gesturemap.errors import SettingsError
from gesturemap.teaching.detect import Detection, Happening, auroc, match, rates
from gesturemap.teaching.play import typed
from gesturemap.teaching.recognise import decided
from gesturemap.teaching.regress import agreement


def best(happenings: list[Happening], detections: list[Detection], labelled: bool) -> tuple[int, float]:
    """Most pairs, and then least distance, of every way to pair them."""
    allowed = [
        [
            j
            for j, d in enumerate(detections)
            if h.begin <= d.time <= h.end and (h.label == d.label or not labelled)
        ]
        for h in happenings
    ]
    found = (0, 0.0)
    for ways in itertools.product(*([None, *own] for own in allowed)):
        taken = [j for j in ways if j is not None]
        if len(set(taken)) == len(taken):
            far = sum(
                abs(detections[j].time - h.time)
                for h, j in zip(happenings, ways, strict=True)
                if j is not None
            )
            found = max(found, (len(taken), -far))
    return found[0], -found[1]


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize("seed", range(60))
def test_matching_is_the_best_there_is(seed: int, labelled: bool) -> None:
    random = np.random.default_rng(seed)
    times = np.sort(random.uniform(0, 6, random.integers(0, 6)))
    happenings = [Happening(t, str(random.choice(["a", "b"])), t - 1.0, t + 1.0) for t in times.tolist()]
    moments = np.sort(random.uniform(0, 6, random.integers(0, 6)))
    detections = [Detection(t, str(random.choice(["a", "b"]))) for t in moments.tolist()]
    pairs = match(happenings, detections, labelled)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    for i, j in pairs:
        assert happenings[i].begin <= detections[j].time <= happenings[i].end
        assert not labelled or happenings[i].label == detections[j].label
    far = sum(abs(detections[j].time - happenings[i].time) for i, j in pairs)
    assert (len(pairs), pytest.approx(far)) == best(happenings, detections, labelled)


def test_a_second_detection_of_one_event_is_not_matched() -> None:
    pairs = match(
        [Happening(1.0, "a", 0.0, 2.0)], [Detection(0.5, "a"), Detection(0.9, "a"), Detection(1.6, "a")]
    )
    assert pairs == [(0, 1)]


@pytest.mark.parametrize("seed", range(5))
def test_area_is_that_of_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    positive, negative = random.integers(0, 8, 20) / 8 + 0.2, random.integers(0, 8, 30) / 8
    positive = np.round(positive, 1)
    negative = np.round(negative, 1)
    wanted = roc_auc_score([1] * 20 + [0] * 30, [*positive, *negative])
    assert auroc(positive.tolist(), negative.tolist()) == pytest.approx(wanted)
    assert auroc([], [1.0]) is None


def test_rates() -> None:
    assert rates(3, 4, 5, 1200.0) == {
        "f1": pytest.approx(2 * 0.6 * 0.75 / 1.35), "precision": 0.6, "recall": 0.75, "false_per_10min": 1.0
    }  # fmt: skip
    assert rates(0, 0, 0, 0.0) == dict.fromkeys(("f1", "precision", "recall", "false_per_10min"))


def test_agreement_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    wanted = [random.normal(size=(n, 3)) for n in (40, 60)]
    given = [one + random.normal(0, 0.5, one.shape) for one in wanted]
    a, b = np.concatenate(wanted), np.concatenate(given)
    found = agreement(wanted, given)
    assert found["rmse"] == pytest.approx(root_mean_squared_error(a.ravel(), b.ravel()))
    assert found["r2"] == pytest.approx(r2_score(a, b))
    assert found["r"] == pytest.approx(np.mean([np.corrcoef(a[:, m], b[:, m])[0, 1] for m in range(3)]))


def test_frames_before_the_first_answer_and_flat_outputs_are_left_out() -> None:
    wanted, given = np.arange(10.0)[:, None], np.arange(10.0)[:, None].copy()
    given[:4] = np.nan
    assert agreement([wanted], [given]) == {
        "rmse": 0.0,
        "r2": 1.0,
        "r": pytest.approx(1.0),
        "r_recording": pytest.approx(1.0),
    }
    flat = agreement([np.ones((5, 1))], [np.zeros((5, 1))])
    assert flat == {"rmse": 1.0, "r2": None, "r": None, "r_recording": None}


def test_decision_point_is_where_the_answer_stays_right() -> None:
    assert decided(np.array([True] * 10)) == 0.1
    assert decided(np.array([False, True, False, True, True])) == 0.8
    assert decided(np.array([False, False, False, True])) == 1.0


def test_settings_are_typed_as_in_toml() -> None:
    assert typed(["states=10", "covariance=full", "shrinkage=0.5", 'name="x y"', "fast=true"]) == {
        "states": 10, "covariance": "full", "shrinkage": 0.5, "name": "x y", "fast": True
    }  # fmt: skip
    assert typed(["a=.1", "b=-.5e1", "c=1.", "d=.x", "e=."]) == {
        "a": 0.1,
        "b": -5.0,
        "c": 1.0,
        "d": ".x",
        "e": ".",
    }
    for wrong in (["states"], ["a=1", "a=2"], ["=3"]):
        with pytest.raises(SettingsError, match="KEY=VALUE"):
            typed(wrong)
