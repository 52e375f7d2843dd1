"""A new gesture is compared before it is kept; the meter says while moving; what a gesture looks like can be drawn."""

from dataclasses import replace

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import CommandError, DataError
from gesturemap.frames import Spec
from gesturemap.models.few_shot import FewShot
from gesturemap.models.hmm import Hmm
from gesturemap.models.relevance import Relevance
from gesturemap.teaching.critique import distinct
from gesturemap.teaching.critique.belief import belief
from gesturemap.teaching.critique.distinct import Distinct

RATE, LENGTH = 50.0, 60
SPEC = Spec.of("x m", "y m", rate=RATE)
PATHS = {
    "circle": lambda t: (np.cos(t), np.sin(t)), "eight": lambda t: (np.sin(t), np.sin(2.0 * t)),
    "line": lambda t: (t / np.pi - 1.0, 0.2 * t), "back": lambda t: (np.cos(t), -np.sin(t)),
}  # fmt: skip


def shown(label, number, rng, length=LENGTH, noise=0.03):
    pace = np.linspace(0.0, 1.0, length) ** np.exp(0.08 * rng.normal())
    path = np.stack(PATHS[label](2.0 * np.pi * pace), 1) * (1.0 + 0.05 * rng.normal())
    values = path + noise * rng.normal(size=path.shape)
    return Demonstration(f"{label}{number}", label, SPEC, np.arange(length) / RATE, values)


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.fixture
def known(rng):
    some = TrainingSet(tuple(shown(label, n, rng) for label in ("circle", "eight", "line") for n in range(4)))
    return Distinct.of(FewShot(convolutions="off").fit(some), some)


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_known_already_is_confused_and_what_is_new_is_not(known, rng, times):
    again = known.expected([replace(shown("circle", 9 + n, rng), label="new") for n in range(times)])
    assert again[0].gesture == "circle"
    assert 0.25 < again[0].confusion < 0.75
    assert all(one.confusion < 0.1 for one in again[1:])
    new = known.expected([shown("back", n, rng) for n in range(times)])
    assert all(one.confusion < 0.1 for one in new)


def test_one_demonstration_of_each_is_enough_to_ask(rng):
    some = TrainingSet(tuple(shown(label, 0, rng) for label in ("circle", "eight")))
    asked = Distinct.of(FewShot(convolutions="off").fit(some), some)
    found = {one.gesture: one.confusion for one in asked.expected([shown("circle", 1, rng)])}
    assert found["circle"] > 0.25 > found["eight"]


def test_models_without_chains_are_asked_beside_chains(known, rng):
    asked = Distinct.of(Hmm(states=5).fit(known.shown), known.shown)
    assert asked.expected([shown("eight", 9, rng)])[0].gesture == "eight"


def test_what_does_not_matter_is_not_asked(known, rng):
    noisy = Spec.of("temperature", "x m", "y m", rate=RATE)

    def heated(one):
        return replace(
            one, spec=noisy, values=np.column_stack([rng.normal(size=len(one)) * 50.0, one.values])
        )

    some = TrainingSet(tuple(heated(one) for one in known.shown.demonstrations))
    model = Relevance(("temperature",)).around(FewShot(convolutions="off")).fit(some)
    asked = Distinct.of(model, some)
    again = shown("circle", 9, rng)
    same = known.expected([again])
    assert asked.expected([heated(again)]) == same


def test_everyday_movement_that_holds_the_gesture_is_told(known, rng):
    new = [shown("back", n, rng) for n in range(2)]
    rest = 0.02 * rng.normal(size=(300, 2))
    calm = Demonstration("calm", "everyday", SPEC, np.arange(300) / RATE, rest)
    moved = np.concatenate([rest[:60], *[shown("back", 5 + n, rng).values for n in range(3)], rest[:60]])
    busy = Demonstration("busy", "everyday", SPEC, np.arange(len(moved)) / RATE, moved)
    assert known.everyday(new, [calm]) < 0.02
    assert known.everyday(new, [busy]) > 0.2
    kinds = [one.kind for one in distinct.findings(known, "back", new, [busy])]
    assert kinds == ["everyday"]
    assert [one.kind for one in distinct.findings(known, "back", new, [calm])] == []


def test_what_does_not_fit_is_one_line(known, rng):
    with pytest.raises(DataError, match="one or two are wanted"):
        known.expected([])
    other = replace(shown("circle", 0, rng), spec=Spec.of("a", "b", rate=RATE))
    with pytest.raises(DataError, match="same sensor and features"):
        known.expected([other])


def test_the_mean_path_is_the_path_and_the_tube_holds_the_demonstrations(rng):
    some = [shown("eight", n, rng, length=int(rng.integers(40, 90))) for n in range(8)]
    found = belief("eight", some)
    apart = [
        np.sqrt(((found.laid.mean - np.stack(PATHS["eight"](2.0 * np.pi * at), 1)) ** 2).sum(1)).min(
            initial=9.0
        )
        for at in np.linspace(0.0, 1.0, 50)[:, None]
    ]
    assert max(apart) < 0.15  # everywhere on the path
    inside = np.abs(found.laid.curves - found.laid.mean) <= 2.5 * found.laid.spread + 1e-9
    assert inside.mean() > 0.95
    table = found.table()
    assert np.shape(table["mean"]) == np.shape(table["spread"]) == found.laid.mean.shape


@pytest.mark.parametrize("count", [1, 2, 5])
def test_drawn_paths_are_recognised(rng, count):
    some = TrainingSet(tuple(shown(label, n, rng) for label in PATHS for n in range(count)))
    model, right, number = FewShot(convolutions="off").fit(some), 0, 40
    for label in PATHS:
        found = belief(label, some.demonstrations)
        for n in range(number // len(PATHS)):
            follower = model.start()
            for frame in found.sample(rng, n).frames():
                estimate = follower.step(frame)
            right += model.labels[int(estimate.posterior.argmax())] == label
    assert right >= 0.95 * number


def test_nobody_has_a_belief_of_what_was_not_shown(rng):
    with pytest.raises(CommandError, match="there are line"):
        belief("circle", [shown("line", 0, rng)])
