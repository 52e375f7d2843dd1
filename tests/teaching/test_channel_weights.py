"""Demonstrations drawn together or apart: the weights are the minimum, models heed them, and what changes is told."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from gesturemap.cli.main import main
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import CommandError, SettingsError
from gesturemap.frames import Spec
from gesturemap.models.dtw import Dtw
from gesturemap.models.exemplar import Exemplar
from gesturemap.models.few_shot import FewShot
from gesturemap.models.relevance import PartialModel, Relevance
from gesturemap.models.rocket import Rocket
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.teaching.suggest import channels

RATE = 50.0
SPEC = Spec.of("x m", "y m", "wander", rate=RATE)


def shown(gesture: int, number: int) -> Demonstration:
    """Two channels that tell the gesture, one that goes where it likes."""
    rng = np.random.default_rng([gesture, number])
    share = np.linspace(0.0, 1.0, 40)[:, None]
    curve = np.sin(np.pi * share * (1.0 + 0.3 * gesture) + np.array([[0.0, 0.7 * gesture]]))
    wander = rng.normal(size=(40, 1)).cumsum(0) / 3.0 + rng.normal() * 2.0
    values = np.column_stack([curve + rng.normal(scale=0.1, size=(40, 2)), wander])
    return Demonstration(f"g{gesture}-{number}", f"g{gesture}", SPEC, np.arange(40) / RATE, values)


def vocabulary(each: int = 3) -> TrainingSet:
    return TrainingSet(tuple(shown(g, n) for g in range(4) for n in range(each)))


def said(model, one: Demonstration) -> list[bytes]:
    follower = model.start()
    estimates = [follower.step(frame) for frame in one.frames()]
    return [part.tobytes() for e in estimates for part in (e.posterior, e.fit, e.log_likelihoods)]


def right(model) -> int:
    count = 0
    for gesture in range(4):
        for number in range(50, 60):
            follower = model.start()
            for frame in shown(gesture, number).frames():
                estimate = follower.step(frame)
            count += int(estimate.posterior.argmax()) == gesture
    return count


@pytest.mark.parametrize("seed", range(5))
def test_weights_are_the_minimum_that_another_solver_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    apart, alike = rng.gamma(1.0, 0.5, (6, 4)), rng.uniform(size=6) < 0.5
    sign = np.where(alike, 1.0, -1.0)

    def cost(weights):
        return (
            np.logaddexp(0.0, sign * (apart @ weights - 1.0)).sum()
            + channels.PRIOR * ((weights - 1.0) ** 2).sum()
        )

    found = channels.solved(apart, alike)
    bounds = [(channels.LEAST, channels.MOST)] * 4
    wanted = minimize(cost, np.ones(4), bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-9}).x
    assert np.allclose(found, wanted, atol=0.011)


def test_nothing_said_is_nothing_changed_and_one_pair_moves_what_it_is_about() -> None:
    assert channels.solved(np.zeros((0, 3)), np.zeros(0, bool)).tolist() == [1.0, 1.0, 1.0]
    alike = channels.solved(np.array([[0.1, 0.1, 3.0]]), np.array([True]))
    assert alike[2] < 0.8 < alike[0] < 1.0
    different = channels.solved(np.array([[0.6, 0.0, 0.0]]), np.array([False]))
    assert different[0] > 1.0
    assert different[1:].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("learner", [Exemplar(), Rocket(), FewShot()], ids=["exemplar", "rocket", "few_shot"])
def test_models_heed_weights(learner) -> None:
    plain = learner.fit(vocabulary())
    alike = Relevance(weights={"x": 1.0, "wander": 1.0}).around(learner).fit(vocabulary())
    assert said(plain, shown(1, 50)) == said(alike, shown(1, 50))
    little = Relevance(weights={"wander": 0.01}).around(learner).fit(vocabulary())
    without = Relevance(("wander",)).around(learner).fit(vocabulary())
    assert said(little, shown(1, 50)) != said(plain, shown(1, 50))
    assert right(plain) < right(without) - 1
    assert right(little) >= right(without) - 2


def test_weights_are_the_squares_of_gains_and_change_what_was_learned() -> None:
    learner = Exemplar()
    plain = learner.fit(vocabulary())
    weighed = Relevance(weights={"y": 4.0}).around(learner).fit(vocabulary(), plain)
    assert np.allclose(weighed.banks[0].view.gains / plain.banks[0].view.gains, [1.0, 2.0, 1.0] * 2)
    assert learner.fit(vocabulary(), weighed) is not weighed
    both = Relevance(("x",), weights={"y": 4.0}).around(learner).fit(vocabulary())
    assert isinstance(both, PartialModel)
    assert both.inner.banks[0].view.gains.shape == (4,)


def test_what_a_model_cannot_do_is_said() -> None:
    model = Relevance(weights={"x": 2.0, "z": 2.0}).around(Dtw()).fit(vocabulary())
    assert "does not weigh" in model.messages[0]
    assert "no channel is called 'z'" in model.messages[1]
    with pytest.raises(SettingsError):
        assemble({"project": {"name": "a"}, "input": {"kind": "pointer"}, "model": {"kind": "auto"},
                  "relevance": {"weights": {"x": 0.0}}}, "", "test")  # fmt: skip


def test_pairs_of_one_gesture_drawn_together_quieten_what_wanders() -> None:
    taught = vocabulary()
    together = channels.pairs_of([[f"g{g}-{n}" for n in range(3)] for g in range(4)])
    apart = [(f"g{g}-0", f"g{(g + 1) % 4}-0") for g in range(4)]
    found = channels.learned(taught, together, apart, {})
    assert found.now[2] < 0.5 < found.now[:2].min()
    assert found.fulfilled(found.now) > found.fulfilled(found.before)
    change = channels.changed(taught, {}, found.table)
    assert change.tested == 12
    assert change.right[1] > change.right[0]
    back = channels.changed(taught, found.table, {})
    assert back.right == change.right[::-1]
    assert back.flipped == {name: both[::-1] for name, both in change.flipped.items()}
    model = Relevance(weights=found.table).around(Exemplar()).fit(taught)
    assert right(model) > right(Exemplar().fit(taught))


def test_what_cannot_be_said_is_one_line() -> None:
    taught = vocabulary()
    with pytest.raises(CommandError, match="list them"):
        channels.learned(taught, [("g0-0", "nobody")], [], {})
    with pytest.raises(CommandError, match="alike and different"):
        channels.learned(taught, [("g0-0", "g1-0")], [("g1-0", "g0-0")], {})
    with pytest.raises(CommandError, match="two ids"):
        channels.at(taught.demonstrations, "g0-0,")
    assert channels.pairs_of([["a", "b", "c", "a"]]) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_it_is_told_kept_and_taken_back_from_the_shell(tmp_path, capsys) -> None:
    project = assemble(
        {"project": {"name": "drawn"}, "input": {"kind": "pointer"}, "model": {"kind": "exemplar"},
         "relevance": {"counterexamples": 3}, "gestures": [f"g{n}" for n in range(4)]}, "", "test",
    )  # fmt: skip
    folder = tmp_path / "drawn"
    save_project(replace(project, demonstrations=vocabulary().demonstrations), folder)

    def asked(*words: str) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["teach", str(folder), "weights", *words])
        out = capsys.readouterr()
        return ended.value.code, out.out, out.err

    pairs = ("--together", "g0-0,g0-1,g0-2", "--together", "g1-0,g1-1", "--apart", "g0-0,g1-0")
    code, out, _ = asked(*pairs, "--json")
    told = json.loads(out)
    assert code == 0
    assert (len(told["pairs"]), told["kept"], told["tested"]) == (5, False, 12)
    assert told["now"]["wander"] < 1.0
    assert read_project(folder)[0].relevance.weights == {}
    assert asked(*pairs, "--keep")[0] == 0
    kept = read_project(folder)[0].relevance
    assert (kept.weights, kept.counterexamples) == (told["weights"], 3)
    assert "wander counts" in asked()[1]
    assert asked("--again")[0] == 0
    assert read_project(folder)[0].relevance.weights == {}
    for words, rule in ((["--together", "g0-0"], "two ids"), (["--keep"], "drawn first")):
        code, _, err = asked(*words)
        assert (code, err.count("\n")) == (2, 1)
        assert rule in err
