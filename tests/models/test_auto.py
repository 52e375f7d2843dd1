"""The default learner: it chooses what recognises, spots in a stream, and says "none of these"."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import NONE, Channel, Frame, Spec, Values
from gesturemap.models import store
from gesturemap.models.auto import Auto, AutoModel
from gesturemap.models.model import Cancelled, spots

SPEC = Spec.of("x", "y", rate=50.0)


def drawing(gesture: int, seed: int) -> Values:
    rng = np.random.default_rng([gesture, seed])
    share = np.linspace(0.0, 1.0, 40)[:, None]
    curve = np.sin(2 * np.pi * share * (1.0 + 0.5 * gesture) + np.array([[0.0, 0.9 * gesture]]))
    return np.asarray(curve * share * (1 - share) * 4 + rng.normal(scale=0.02, size=(40, 2)))


def rest(frames: int, seed: int) -> Values:
    return np.random.default_rng(seed).normal(scale=0.02, size=(frames, 2))


def shown(label: str, number: int, values: Values, rate: float = 50.0) -> Demonstration:
    return Demonstration(f"{label}-{number}", label, SPEC, np.arange(len(values)) / rate, values)


def vocabulary(count: int = 3) -> TrainingSet:
    return TrainingSet(tuple(shown(f"g{g}", s, drawing(g, s)) for g in range(3) for s in range(count)))


def buzz(strength: float, seed: int) -> Values:
    rng = np.random.default_rng(seed)
    return np.asarray(rng.normal(size=(200, 2)) * [strength, 1.0])


@pytest.mark.long
def test_in_a_stream_each_gesture_is_spotted_once_and_rest_is_none_of_these() -> None:
    model = Auto().fit(vocabulary())
    assert spots(model)
    follower, found, none = model.start(), [], []
    time = 0.0
    for turn in range(9):
        for values in (*rest(50, turn), *drawing(turn % 3, 100 + turn)):
            time += 0.02
            estimate = follower.step(Frame(time, values))
            if estimate.spotted != NONE:
                found.append(model.labels[estimate.spotted])
        for values in rest(40, 50 + turn):
            time += 0.02
            estimate = follower.step(Frame(time, values))
            none.append(estimate.winner == NONE)
    assert found == [f"g{turn % 3}" for turn in range(9)]
    assert np.mean(none) > 0.5


@pytest.mark.long
def test_what_buzzes_is_recognised_as_holds_and_it_says_so() -> None:
    levels = {"rest": 0.05, "fist": 1.0, "wave": 0.3}
    demonstrations = tuple(
        shown(label, n, buzz(strength, 10 * n + int(100 * strength)), 200.0)
        for label, strength in levels.items()
        for n in range(3)
    )
    model = Auto().fit(TrainingSet(demonstrations))
    assert model.recogniser.kind == "holds"
    assert any("left out" in message for message in model.notes)
    assert not spots(model)
    assert Auto(recogniser="few_shot").fit(TrainingSet(demonstrations)).recogniser.kind == "few_shot"


@pytest.mark.long
def test_holds_that_take_everyday_movement_for_a_gesture_are_not_learned_where_it_is_recorded() -> None:
    levels = {"fist": 1.0, "wave": 0.3}
    buzzing = tuple(
        shown(label, n, buzz(strength, 10 * n + int(100 * strength)), 200.0)
        for label, strength in levels.items()
        for n in range(3)
    )
    assert Auto().fit(TrainingSet(buzzing)).recogniser.kind == "holds"
    like = shown("everyday", 0, np.concatenate([buzz(0.6, 7), buzz(0.3, 8), buzz(0.8, 9)]), 200.0)
    model = Auto().fit(TrainingSet((*buzzing, like)))
    assert model.recogniser.kind == "few_shot" and spots(model)
    assert any("of 'everyday' for a gesture" in note for note in model.notes)
    unlike = shown("everyday", 0, buzz(1.0, 7) + 40.0, 200.0)
    assert Auto().fit(TrainingSet((*buzzing, unlike))).recogniser.kind == "holds"


def poses(label: str, n: int) -> Values:
    """(25, 2) a pose that is held, or waved about."""
    rng = np.random.default_rng([len(label), n])
    waving = np.sin(np.arange(25) / 5.0 + rng.uniform(0, 6)) * (label == "waved")
    centre = {"up": (0.0, 1.0), "down": (0.0, -1.0), "waved": (2.0, 0.0)}[label]
    return np.asarray(np.column_stack([0.3 * waving, 0.8 * waving]) + centre + rng.normal(0, 0.05, (25, 2)))


def test_a_label_in_every_frame_is_told_by_the_nearest_where_they_are_right_of_more() -> None:
    """What is heard in a row changes at once; strengths over a window come later, and miss slow waving."""
    takes = tuple(shown(label, n, poses(label, n)) for n in range(3) for label in ("up", "down", "waved"))
    made = Auto(recogniser="frames").fit(TrainingSet(takes))
    assert made.recogniser.kind == "knn"
    assert any("nearest frames (knn) of" in note for note in made.notes)
    again = store.unpack(store.pack(made))
    follower, other = made.start(), again.start()
    right = []
    for label in ("waved", "up", "down"):
        for row in poses(label, 9):
            estimate = follower.step(Frame(0.0, row))
            assert estimate.posterior.tolist() == other.step(Frame(0.0, row)).posterior.tolist()
            right.append(made.labels[int(estimate.posterior.argmax())] == label)
    assert np.mean(right) > 0.95
    kept = Auto(recogniser="frames").fit(TrainingSet(takes), made)
    assert store.pack(kept) == store.pack(made)


def test_shown_once_frames_are_holds_and_that_is_said() -> None:
    once = TrainingSet(tuple(shown(label, 0, poses(label, 0)) for label in ("up", "down")))
    made = Auto(recogniser="frames").fit(once)
    assert made.recogniser.kind == "holds" and made.spotter is None
    assert any("each gesture was shown once" in note for note in made.notes)
    assert Auto().fit(once).recogniser.kind != "holds"


@pytest.mark.parametrize("count", [1, 3])
def test_where_every_frame_has_a_label_everyday_movement_is_one_of_them(count: int) -> None:
    takes = tuple(shown(label, n, poses(label, n)) for n in range(count) for label in ("up", "down"))
    usual = tuple(shown("everyday", n, poses("waved", n)) for n in range(count))
    learner = Auto(recogniser="frames")
    made = learner.fit(TrainingSet((*takes, *usual)))
    assert made.labels == learner.first(TrainingSet((*takes, *usual))).labels == ("up", "down", "everyday")
    follower = made.start()
    heard = [made.labels[int(follower.step(Frame(0.0, row)).posterior.argmax())] for row in poses("waved", 9)]
    assert heard.count("everyday") > 0.7 * len(heard)


def test_outputs_are_regressed() -> None:
    values = drawing(0, 1)
    demonstrations = tuple(
        Demonstration(
            f"d{n}", "g", SPEC, np.arange(40) / 50.0, drawing(0, n), (Channel("pitch"),), values[:, :1]
        )
        for n in range(2)
    )
    model = Auto().fit(TrainingSet(demonstrations))
    assert model.outputs == (Channel("pitch"),)
    follower = model.start()
    found = [follower.step(Frame(0.0, row)).outputs[0] for row in drawing(0, 7)]
    assert np.sqrt(np.mean((np.array(found) - values[:, 0]) ** 2)) < 0.15


def test_everyday_movement_is_no_gesture_and_only_the_spotter_is_fitted_again() -> None:
    model = Auto().fit(vocabulary())
    usual = shown("everyday", 0, np.cumsum(rest(2000, 3), axis=0) * 0.2)
    more = TrainingSet((*vocabulary().demonstrations, usual))
    again = Auto().fit(more, previous=model)
    assert again.labels == ("g0", "g1", "g2")
    assert again.recogniser is model.recogniser
    assert again.spotter is not None and len(again.spotter.usual.scores)
    with pytest.raises(DataError, match="only 'everyday'"):
        Auto().fit(TrainingSet((usual,)))


def test_the_first_model_plays_at_once_and_every_part_survives_packing() -> None:
    data = vocabulary()
    first = Auto().first(data)
    full = Auto().fit(data, first)
    assert first.labels == full.labels and not spots(first)
    for model in (first, full):
        again = store.unpack(store.pack(model))
        assert isinstance(again, AutoModel)
        assert store.pack(again) == store.pack(model)
        frames = [Frame(0.02 * n, row) for n, row in enumerate(drawing(1, 9))]
        one, other = model.start(), again.start()
        for frame in frames:
            a, b = one.step(frame), other.step(frame)
            assert a.posterior.tolist() == b.posterior.tolist()
            assert (a.winner, a.spotted, a.since) == (b.winner, b.spotted, b.since)
    table, arrays = full.pack()
    with pytest.raises(DataError, match="train again"):
        Auto().unpack(table | {"recogniser": "tea"}, arrays)
    with pytest.raises(DataError, match="train again"):
        Auto().unpack({}, arrays)


def test_a_fit_can_be_stopped_and_says_how_far_it_is() -> None:
    said: list[float] = []

    def report(label: str, fraction: float) -> bool:
        said.append(fraction)
        return len(said) < 10

    with pytest.raises(Cancelled):
        Auto().fit(vocabulary(), None, report)
    assert said == sorted(said)
