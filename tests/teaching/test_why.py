"""Why: Shapley values against their definition, and Gaussian evidence against densities calculated by hand."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from gesturemap import catalog
from gesturemap.cli.main import main
from gesturemap.cli.teach.why import headline
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Spec
from gesturemap.models import gaussian
from gesturemap.models.model import begin, without
from gesturemap.teaching.explain.shapley import MOST, shapley
from gesturemap.teaching.explain.why import Explainer, heard, stand_ins

SPEC = Spec.of("x", "y", "noise", rate=50.0)


def take(label: str, seed: int, frames: int = 50) -> Demonstration:
    """Told apart by x alone; y is the same for both, and the last is noise."""
    rng, share = np.random.default_rng([ord(label), seed]), np.linspace(0.0, 1.0, frames)
    x = np.sin(5.0 * share) * (1.0 if label == "a" else -1.0)
    values = np.stack([x, np.cos(4.0 * share), np.zeros(frames)], 1) + rng.normal(scale=0.1, size=(frames, 3))
    return Demonstration(f"{label}{seed}", label, SPEC, np.arange(frames) / 50.0, values)


SET = TrainingSet(tuple(take(label, seed) for label in "ab" for seed in range(3)))


def learned(kind: str, **settings):
    return catalog.read("models", {"kind": kind, **settings}, "test").fit(SET)


def game(players: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    worth = {}

    def ask(some: frozenset[int]):
        if some not in worth:
            worth[some] = rng.normal(size=4)
        return worth[some]

    return ask


def test_shares_are_means_over_all_orders_of_joining():
    ask = game(4)
    wanted = np.zeros((4, 4))
    orders = list(itertools.permutations(range(4)))
    for order in orders:
        for place, one in enumerate(order):
            wanted[:, one] += (ask(frozenset(order[: place + 1])) - ask(frozenset(order[:place]))) / len(
                orders
            )
    made = shapley(ask, 4)
    assert made.exact
    assert made.asked == 16
    assert np.abs(made.each - wanted).max() <= 1e-12


@pytest.mark.parametrize("players", [1, 3, 8, 9, 20, 64, 300])
def test_shares_add_up_however_many_there_are(players):
    ask = game(players)
    made = shapley(ask, players)
    every = ask(frozenset(range(players)))
    assert np.abs(made.base + made.each.sum(1) - every).max() <= 1e-9
    assert made.exact == (players <= 8)
    assert made.asked <= max(MOST, 2 * players) + players
    lost = every - ask(frozenset(range(players)) - {0})
    assert np.abs(made.missed[:, 0] - lost).max() <= 1e-12


def test_one_who_adds_nothing_has_no_share_and_equals_have_equal_ones():
    made = shapley(lambda some: np.array([float(len(some - {2}) == 2)]), 3)
    assert made.each.tolist() == [[0.5, 0.5, 0.0]]


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_evidence_of_a_mixture_is_its_log_density(covariance):
    model = learned("gmm", covariance=covariance, gaussians=1)
    one = take("a", 9)
    scaled = (one.values - model.scaling.centre) * model.scaling.inverse
    wanted = np.column_stack([gaussian.log_density(scaled, g.means, g.covariances) for g in model.gestures])
    assert np.abs(model.evidence_of(one.frames()) - wanted / len(one)).max() <= 1e-9
    part = Explainer(model, SET.demonstrations, one).heard(frozenset({0, 2})).nats
    rest = []
    for g in model.gestures:
        seen = g.covariances[:, ::2, ::2] if covariance == "full" else g.covariances[:, ::2]
        rest.append(
            gaussian.log_density(scaled[:, ::2].copy(), g.means[:, ::2].copy(), np.ascontiguousarray(seen))
        )
    odds = (rest[0] - rest[1])[:, 0] / len(one)
    assert np.abs(part[:, 0] - part[:, 1] - odds).max() <= 1e-9


def test_evidence_in_time_is_what_the_follower_says():
    model = learned("hhmm", likelihood_window=1000)
    one = take("b", 9)
    step = model.start().step
    last = [step(frame) for frame in one.frames()][-1].log_likelihoods
    total = model.evidence_of(one.frames()).sum(0)
    assert np.abs(total - last * len(one) * model.play.evidence).max() <= 1e-9


@pytest.mark.parametrize("kind", ["gmm", "hhmm", "hmm", "auto", "few_shot", "dtw", "knn", "spotter", "mlp"])
def test_what_tells_them_apart_is_named(kind):
    explainer = Explainer(learned(kind), SET.demonstrations, take("a", 9))
    found = explainer.gesture()
    assert (found.of, found.against) == ("a", "b")
    assert found.by_channel.argmax() == 0
    assert found.ranked == np.argsort(-found.cost, kind="stable").tolist()
    rest = explainer.heard(frozenset({1, 2})).nats
    assert abs(found.cost[0] - (found.value - (rest[:, 0] - rest[:, 1]).sum())) <= 1e-9 * max(
        1.0, found.value
    )
    assert found.demonstrations == {"a": 3, "b": 3}
    assert abs(found.by_channel[2]) < 0.3 * found.by_channel[0]


def test_a_mixtures_prior_is_none_and_what_is_strange_is_nothing():
    explainer = Explainer(learned("hhmm"), SET.demonstrations, take("a", 9))
    assert abs(explainer.gesture().apart["prior"]) <= 1e-9
    assert abs(explainer.gesture().apart["unheard"]) <= 1e-9
    strange = replace(take("a", 9), values=take("a", 9).values + np.array([0.0, 5.0, 0.0]))
    near = Explainer(learned("hhmm"), SET.demonstrations, strange).nothing()
    assert near.value < 0.0
    assert near.by_channel.argmin() == 1


@pytest.mark.parametrize("kind", ["gmm", "hmm"])
def test_a_model_holds_gestures_alike_before_it_hears_however_often_they_were_shown(kind):
    """Without any channel a Gaussian model says what it held before: of 2 and 7 demonstrations one half each."""
    uneven = TrainingSet(
        tuple(take(label, seed) for label, count in (("a", 2), ("b", 7)) for seed in range(count))
    )
    model = catalog.read("models", {"kind": kind}, "test").fit(uneven)
    step = begin(without(model, range(3)), SPEC).step
    said = [step(frame).posterior for frame in take("a", 9).frames()]
    assert np.allclose(said, 0.5)
    found = Explainer(model, uneven.demonstrations, take("a", 9)).gesture("a", "b")
    assert found.apart["prior"] == 0.0
    assert abs(np.log(said[0][0] / said[0][1])) <= 1e-12


@pytest.mark.parametrize("kind", ["auto", "exemplar", "knn"])
def test_what_is_heard_without_any_channel_is_what_the_model_says_of_others(kind):
    model, one = learned(kind), take("a", 9)
    explainer = Explainer(model, SET.demonstrations, one)
    others = [heard(model, replace(one, values=values)) for values in stand_ins(one, SET.demonstrations)]
    assert len(others) == len(SET.demonstrations)
    odds = [float((other.nats[:, 0] - other.nats[:, 1]).sum()) for other in others]
    found = explainer.gesture("a", "b")
    assert found.apart["prior"] == 0.0
    assert found.apart["unheard"] == pytest.approx(np.mean(odds), abs=1e-9)
    near = explainer.nothing("a")
    until = len(near.time) - 1
    assert list(near.apart) == ["unheard"]
    assert near.apart["unheard"] == pytest.approx(
        np.mean([other.fits[until, 0] for other in others]), abs=1e-9
    )


@pytest.mark.parametrize("seed", [9, 10, 11])
@pytest.mark.parametrize("kind", ["exemplar", "gmm"])
def test_why_nothing_asks_about_what_it_is_taken_for_and_says_so(kind, seed):
    """Where the other gesture fits better for a moment it is still not what was said."""
    model, one = learned(kind), take("b", seed)
    explainer = Explainer(model, SET.demonstrations, one)
    taken = [model.labels[k] for k in explainer.every.taken]
    near = explainer.nothing()
    assert near.of == taken[0] == "b"
    assert headline(near, taken).endswith("so it is taken for it")
    other = explainer.nothing("a")
    assert headline(other, ["b"]).endswith("it is taken for b")
    assert headline(replace(near, value=-1.0), []).endswith("so it is nothing")
    assert headline(replace(near, value=1.0), []).endswith("but it is nothing")
    assert headline(replace(near, value=-1.0), ["b"]).endswith("taken for it before its second half")


def test_the_shell_prints_bars_and_strips_and_json(capsys):
    for words in (
        ["tick-01"], ["tick-01", "--nothing"], ["z-01", "--gesture", "tick", "--against", "z"],
    ):  # fmt: skip
        for form in ([], ["--json"]):
            with pytest.raises(SystemExit) as ended:
                main(["teach", "phone-gestures", "why", *words, *form])
            said = capsys.readouterr().out
            assert ended.value.code == 0
            if form:
                table = json.loads(said)
                total = sum(table["channels"].values()) + sum(table["apart"].values())
                assert abs(total - table["value"]) <= 1e-9 * max(1.0, abs(table["value"]))
            else:
                assert "acc_x" in said
                assert "against" in said
    for words, rule in ((["none"], "there are"), (["tick-01", "--output", "pitch"], "there are none")):
        with pytest.raises(SystemExit) as ended:
            main(["teach", "phone-gestures", "why", *words])
        assert ended.value.code == 2
        assert rule in capsys.readouterr().err


def test_the_shell_says_what_moved_an_output(capsys):
    with pytest.raises(SystemExit):
        main(["teach", "theremin", "why", "middle-01", "--output", "drone.pitch", "--json"])
    captured = capsys.readouterr()
    if not captured.out:  # it is called otherwise: the line says how
        name = captured.err.partition("there are ")[2].partition(";")[0].split(",")[0].strip()
        with pytest.raises(SystemExit) as ended:
            main(["teach", "theremin", "why", "middle-01", "--output", name])
        assert ended.value.code == 0
        assert "each channel moves it" in capsys.readouterr().out
