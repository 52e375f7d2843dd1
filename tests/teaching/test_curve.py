"""The learning curve is exact where it is known, and tells which gesture wants another demonstration."""

from itertools import combinations

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Spec
from gesturemap.models.few_shot import FewShot
from gesturemap.models.hmm import Hmm
from gesturemap.teaching.critique.likeness import Likeness, likeness, nearest
from gesturemap.teaching.leave_one_out import opened
from gesturemap.teaching.play import learn
from gesturemap.teaching.suggest import curve


def table(each, owners):
    labels = tuple("abcdef"[: max(owners) + 1])
    of = np.array(owners)
    ids = tuple(map(str, range(len(owners))))
    return Likeness(ids, labels, of, nearest(each, of, len(labels)), each, np.full(len(of), np.nan))


def brute(each, owners, gesture, m):
    """Every choice of m others of the gesture, for every demonstration that is left out."""
    of, missed, tried = np.array(owners), 0, 0
    own = np.flatnonzero(of == gesture)
    for n in own:
        rival = each[n, of != gesture].max()
        for some in combinations([other for other in own if other != n], m):
            missed += max(each[n, list(some)]) < rival
            tried += 1
    return missed / tried


def test_the_curve_is_that_of_all_choices():
    rng = np.random.default_rng(0)
    owners = [0] * 5 + [1] * 4 + [2] * 6
    each = rng.normal(size=(15, 15))
    found = curve.curves(table(each, owners))
    for gesture, one in enumerate(found):
        assert one.shown == owners.count(gesture)
        for m, error in enumerate(one.errors, 1):
            assert error == pytest.approx(brute(each, owners, gesture, m))
        assert (np.diff(one.errors) <= 1e-12).all()
        assert one.more <= one.now <= one.errors[-1]


def shown(label, number, rng, wild):
    time = np.arange(40) / 40.0
    at = 2.0 * np.pi * time + wild * rng.normal()
    turn = {"calm": 1.0, "still": 2.0, "wild": 1.0}[label]
    values = np.stack([np.sin(turn * at), np.cos(turn * at)], 1) + 0.05 * rng.normal(size=(40, 2))
    return Demonstration(f"{label}{number}", label, Spec.of("x", "y", rate=40.0), time, values)


def test_the_gesture_that_varies_most_is_asked_for_and_the_others_have_reached_their_plateau():
    """And what is expected of it is what then happens to executions that nobody has seen."""
    rng = np.random.default_rng(2)
    wild = {"calm": 0.02, "still": 0.02, "wild": 1.5}
    some = [shown(label, n, rng, wild[label]) for label in wild for n in range(6)]
    it = opened(FewShot(convolutions="off"), some, 40.0)
    model, _ = learn(it, some)
    found = curve.curves(likeness(it, model))
    told = {one.kind: one for one in curve.findings(found)}
    assert told["next"].gesture == "wild"
    assert [one.gesture for one in found if one.plateau] == ["calm", "still"]
    missed = 0
    for n in range(60):
        follower = model.start()
        for frame in shown("wild", 100 + n, rng, wild["wild"]).frames():
            said = follower.step(frame)
        missed += model.labels[int(said.posterior.argmax())] != "wild"
    expected = next(one for one in found if one.gesture == "wild").now
    assert expected == pytest.approx(missed / 60, abs=0.2)


def test_one_demonstration_is_asked_for_again_and_one_gesture_says_nothing():
    rng = np.random.default_rng(1)
    some = [shown("calm", 0, rng, 0.0), *[shown("still", n, rng, 0.0) for n in range(3)]]
    it = opened(FewShot(convolutions="off"), some, 40.0)
    found = curve.curves(likeness(it, learn(it, some)[0]))
    assert next(iter(curve.findings(found)))[:2] == ("next", "calm")
    only = TrainingSet(tuple(some[1:]))
    it = opened(FewShot(convolutions="off"), only.demonstrations, 40.0)
    assert curve.curves(likeness(it, learn(it, only.demonstrations)[0])) == []


def test_of_a_model_without_chains_what_is_missed_now_is_known():
    rng = np.random.default_rng(2)
    some = [shown(label, n, rng, 0.02) for label in ("calm", "still") for n in range(4)]
    it = opened(Hmm(states=3), some, 40.0)
    found = curve.curves(likeness(it, learn(it, some)[0]))
    assert [one.errors[-1] for one in found] == [0.0, 0.0]
    assert all(np.isnan(one.errors[:-1]).all() and one.plateau for one in found)


def test_what_is_missed_however_often_it_was_shown_is_no_plateau():
    always = curve.Curve("lost", 5, np.ones(5), 0.9, 0.9)
    never = curve.Curve("good", 5, np.zeros(5), 0.01, 0.009)
    assert (always.stuck, always.plateau, never.stuck, never.plateau) == (True, False, False, True)
    found = {one.kind: one for one in curve.findings([always, never])}
    assert found["stuck"].gesture == "lost" and "5 of them" in found["stuck"].evidence
    assert found["plateau"].gesture == "good" and found["plateau"].remedy == "record others instead"
