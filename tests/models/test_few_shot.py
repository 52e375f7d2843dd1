"""Few demonstrations: plays at once, says what it chose, fits again only what changed."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Frame, Spec, Values
from gesturemap.models import exemplar_bank
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.exemplar import Data
from gesturemap.models.few_shot import COMPARED, FewShot, left_out_errors
from gesturemap.models.model import Cancelled

SPEC = Spec.of("x", "y", rate=50.0)


def drawing(gesture: int, seed: int, anywhere: float) -> Values:
    rng = np.random.default_rng([gesture, seed])
    share = np.linspace(0.0, 1.0, 40)[:, None]
    curve = np.sin(np.pi * share * (1.0 + 0.3 * gesture) + np.array([[0.0, 0.7 * gesture]]))
    return np.asarray(curve + rng.normal(scale=anywhere, size=2) + rng.normal(scale=0.01, size=(40, 2)))


def vocabulary(demonstrations: int, anywhere: float = 0.0) -> TrainingSet:
    return TrainingSet(
        tuple(
            Demonstration(f"{g}-{s}", f"g{g}", SPEC, np.arange(40) / 50.0, drawing(g, s, anywhere))
            for g in range(4)
            for s in range(demonstrations)
        )
    )


def right(model: EnsembleModel, anywhere: float) -> float:
    hits = []
    for gesture in range(4):
        for seed in range(50, 55):
            follower = model.start()
            for row in drawing(gesture, seed, anywhere):
                estimate = follower.step(Frame(0.0, row))
            hits.append(int(estimate.posterior.argmax()) == gesture)
    return float(np.mean(hits))


def test_the_first_model_plays_and_the_full_one_is_fitted_after_it() -> None:
    data = vocabulary(2)
    first = FewShot().first(data)
    assert not first.heads
    full = FewShot().fit(data, previous=first)
    assert len(full.heads) == 1
    assert right(first, 0.0) == right(full, 0.0) == 1.0
    assert FewShot().fit(data, previous=full) is full


def test_while_it_compares_what_to_look_at_it_says_how_far_it_is_and_can_be_stopped() -> None:
    told: list[float] = []

    def goes_on(_: str, done: float) -> bool:
        told.append(done)
        return True

    FewShot().fit(vocabulary(10), report=goes_on)
    assert told == sorted(told) and told[0] == 0.0 and told[-1] == 1.0
    comparing = [each for each in told if 0.0 < each < COMPARED]
    assert len(comparing) >= 4  # each way of looking, of which every 20th demonstration
    with pytest.raises(Cancelled):
        FewShot().fit(vocabulary(10), report=lambda _, done: done < comparing[0])


def test_drawings_anywhere_are_seen_as_shapes_and_it_says_so() -> None:
    model = FewShot(convolutions="off").fit(vocabulary(3, anywhere=5.0))
    assert model.banks[0].view.shape
    assert "sees shape" in model.notes[-1]
    assert right(model, 5.0) == 1.0
    set_by_hand = FewShot(convolutions="off", view="level", delta="off").fit(vocabulary(3, anywhere=5.0))
    assert not set_by_hand.banks[0].view.shape
    assert not set_by_hand.banks[0].view.delta
    assert set_by_hand.notes[0] == "sees level, as set"


def test_with_one_demonstration_each_it_says_what_a_second_would_bring() -> None:
    assert "second demonstration" in FewShot(convolutions="off").fit(vocabulary(1)).notes[-1]
    many = vocabulary(3)
    alone = TrainingSet(many.of(many.labels[0]))
    assert "a second gesture" in FewShot(convolutions="off").fit(alone).notes[-1]


def test_no_frame_of_a_left_out_demonstration_is_on_both_sides() -> None:
    data = Data.of(vocabulary(2))
    bank = exemplar_bank.fit(data.takes, data.owners, False, True, 0.6)
    owners = (0, 1, 1, 0, 2, 3, 3, 2)
    mixed = Data(data.training_set, data.hop, data.takes, owners, "")
    swapped = exemplar_bank.fit(mixed.takes, owners, False, True, 0.6)
    assert left_out_errors(bank, data) == 0
    assert left_out_errors(swapped, mixed) == len(owners)


def shaken(gesture: int, seed: int, frames: int = 60) -> Values:
    """A gesture that goes round and round, from anywhere in a round."""
    rng = np.random.default_rng([gesture, seed])
    phase = 2.0 * np.pi * (rng.uniform() + np.arange(frames)[:, None] / (24.0 + 5.0 * gesture))
    curve = np.sin(phase * np.array([[1.0, 1.0 + gesture % 2]]) + np.array([[0.0, 1.3 * gesture]]))
    return np.asarray(curve + rng.normal(scale=0.1, size=(frames, 2)))


def demonstration(label: str, values: Values) -> Demonstration:
    return Demonstration(label, label, SPEC, np.arange(len(values)) / 50.0, values)


def steadily(model: EnsembleModel) -> float:
    """Share of the frames on which shaking is known, from the sixteenth on."""
    right = []
    for gesture in range(3):
        for seed in range(50, 60):
            follower = model.start()
            told = [follower.step(Frame(0.0, row)) for row in shaken(gesture, seed, 240)][15:]
            right += [model.labels[int(one.posterior.argmax())] == f"s{gesture}" for one in told]
            assert all(((one.progress >= 0.0) & (one.progress <= 1.0)).all() for one in told)
    return float(np.mean(right))


@pytest.mark.long
def test_what_goes_round_and_round_is_known_from_anywhere_in_it() -> None:
    data = TrainingSet(
        tuple(demonstration(f"s{g}", shaken(g, s)) for g in range(3) for s in range(3))
        + vocabulary(3).demonstrations
    )
    model = FewShot().fit(data)
    assert model.rounds == {"s0", "s1", "s2"}
    assert model.notes[-1] == "goes round, without beginning or end: s0, s1, s2"
    first = FewShot().first(data, model)
    assert first.rounds == model.rounds
    ending = FewShot(rounds="off").fit(data)
    assert not ending.rounds
    # four demonstrations long: it never ends
    assert steadily(model) > 0.97 > steadily(ending)
    assert FewShot(rounds="on", convolutions="off").fit(vocabulary(1)).rounds == {"g0", "g1", "g2", "g3"}


def lifted(begun: float) -> Values:
    """A tilt that stays, begun at this frame; cut now sooner, now later."""
    share = np.clip((np.arange(60) - begun) / 25.0, 0.0, 1.0)
    tilt = 1.2 * share**2 * (3.0 - 2.0 * share)
    noise = np.random.default_rng(round(begun) + 50).normal(scale=0.05, size=(60, 2))
    return np.asarray(3.0 * np.stack([np.sin(tilt), np.cos(tilt)], 1) + noise)


def test_what_stays_elsewhere_than_it_began_does_not_go_round() -> None:
    """A tilt that stays is as likely from its middle on; it never comes by its beginning again, and a shake does."""
    shown = [demonstration("lift", lifted(begun)) for begun in (-15.0, 5.0, 25.0)]
    shown += [demonstration(f"s{g}", shaken(g, s)) for g in range(3) for s in range(3)]
    assert FewShot(convolutions="off").fit(TrainingSet(tuple(shown))).rounds == {"s0", "s1", "s2"}


def test_what_begins_and_ends_does_not_go_round() -> None:
    assert not FewShot(convolutions="off").fit(vocabulary(3)).rounds
    alone = TrainingSet(tuple(demonstration(f"s{g}", shaken(g, 0)) for g in range(3)))
    assert not FewShot(convolutions="off").fit(alone).rounds, "nothing was left out"


def test_a_quick_gesture_is_heard_as_a_whole_one() -> None:
    model = FewShot().fit(vocabulary(2))
    for gesture in range(4):
        follower = model.start()
        for row in drawing(gesture, 60, 0.0)[np.arange(40) % 3 < 2]:
            estimate = follower.step(Frame(0.0, row))
        # by the clock two thirds of it have passed
        assert follower._passed() == estimate.progress[gesture] > 0.9
        assert estimate.posterior.argmax() == gesture
        heads = model.heads[0].scores(follower._heads[0].sums, 26, follower._passed())
        assert np.array_equal(follower._parts[1], heads)


def test_it_can_be_stopped_in_the_middle() -> None:
    with pytest.raises(Cancelled):
        FewShot().fit(vocabulary(2), report=lambda label, part: part < 0.5)


def test_channels_that_never_change_are_told() -> None:
    spec = Spec.of("x", "y", "z", rate=50.0)
    made = [
        Demonstration(d.id, d.label, spec, d.time, np.column_stack([d.values, np.ones(len(d))]))
        for d in vocabulary(1).demonstrations
    ]
    assert "ignored: z" in FewShot(convolutions="off").fit(TrainingSet(tuple(made))).messages[0]
