"""Wild frames of a sensor: single ones change nothing, in a demonstration they are named and mended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gesturemap import catalog, glitches
from gesturemap.demonstrations import Demonstration, TrainingSet, mended, through
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Channel, Estimate, Frame, Spec, Values
from gesturemap.models.elementary import settle, unsettled
from gesturemap.models.relevance import Relevance

SPEC = Spec.of("acc_x", "acc_y", "acc_z", rate=60.0)
GESTURES, LENGTH = 4, 80
RECOGNISERS = ("auto", "few_shot", "exemplar", "rocket", "dtw", "follower", "hhmm")


def movement(gesture: int, seed: int) -> Values:
    """About 1 g of a gesture, noise and all (80, 3)."""
    shape, rng = np.random.default_rng(gesture), np.random.default_rng([gesture, seed])
    share = np.linspace(0.0, 1.0, LENGTH)[:, None, None]
    speed, phase, size = (
        shape.uniform(0.5, 2.5, (3, 3)),
        shape.uniform(0.0, 6.3, (3, 3)),
        shape.normal(size=(3, 3)),
    )
    curve = (size * np.sin(2.0 * np.pi * speed * share + phase)).sum(2)
    return np.asarray(curve + rng.normal(scale=0.05, size=(LENGTH, 3)))


def take(gesture: int, seed: int, values: Values | None = None) -> Demonstration:
    values = movement(gesture, seed) if values is None else values
    return Demonstration(f"{gesture}-{seed}", f"g{gesture}", SPEC, np.arange(len(values)) / 60.0, values)


def vocabulary(shots: int = 3, factor: float = 1.0) -> list[Demonstration]:
    return [
        take(gesture, seed, factor * movement(gesture, seed))
        for gesture in range(GESTURES)
        for seed in range(shots)
    ]


def fitted(kind: str, demonstrations: list[Demonstration]) -> Any:
    return catalog.read("models", {"kind": kind}, "test").fit(TrainingSet(tuple(demonstrations)))


def played(model: Any, values: Values) -> list[Estimate]:
    follower = model.start()
    return [follower.step(Frame(t / 60.0, row)) for t, row in enumerate(values)]


def spotted(model: Any, values: Values) -> list[str]:
    return [model.labels[one.spotted] for one in played(model, values) if one.spotted >= 0]


def with_glitch(values: Values, size: float, frame: int = LENGTH // 2) -> Values:
    values = values.copy()
    values[frame] = size * np.array([1.0, -1.0, 1.0])
    return values


@pytest.mark.parametrize("kind", RECOGNISERS)
@pytest.mark.parametrize("factor", [1.0, pytest.param(1e-4, marks=pytest.mark.long)])
def test_one_wild_frame_amid_a_gesture_changes_nothing_about_what_is_recognised_at_its_end(
    kind: str, factor: float
) -> None:
    model = fitted(kind, vocabulary(factor=factor))
    for gesture in range(GESTURES):
        clean = factor * movement(gesture, 50)
        assert played(model, clean)[-1].posterior.argmax() == gesture
        for size, frame in ((20.0, 40), (100.0, 40), (1e6, 0), (1e90, 40)):
            assert (
                played(model, with_glitch(clean, size * factor, frame))[-1].posterior.argmax() == gesture
            ), size


@pytest.mark.parametrize("kind", ["auto", "spotter"])
def test_one_wild_frame_amid_a_gesture_changes_nothing_about_what_is_spotted(kind: str) -> None:
    model = fitted(kind, vocabulary())
    found = [spotted(model, movement(gesture, 50)) for gesture in range(GESTURES)]
    assert found == [[f"g{gesture}"] for gesture in range(GESTURES)]
    for size, frame in ((20.0, 40), (100.0, 0), (1e6, 40)):
        assert [spotted(model, with_glitch(movement(g, 50), size, frame)) for g in range(GESTURES)] == found


@pytest.mark.parametrize("kind", ["few_shot", "spotter"])
def test_wild_frames_at_the_beginning_are_as_good_as_none(kind: str) -> None:
    model, clean = fitted(kind, vocabulary()), movement(1, 50)
    wild = np.array([[1e6, clean[0, 1], -30.0], [-1e6, 100.0, clean[0, 2]]])
    late, early = played(model, np.concatenate([wild, clean]))[len(wild) :], played(model, clean)
    for one, other in zip(late, early, strict=True):
        np.testing.assert_array_equal(one.posterior, other.posterior)


def test_what_begins_far_away_is_believed_where_it_stays() -> None:
    model, far = fitted("few_shot", vocabulary()), movement(1, 50) + 1e3
    assert not np.array_equal(
        played(model, far)[-1].log_likelihoods, played(model, far[:2])[-1].log_likelihoods
    )


@pytest.mark.parametrize("kind", ["few_shot", "rocket"])
def test_a_tenth_of_all_frames_may_be_wild(kind: str) -> None:
    model, rng = fitted(kind, vocabulary()), np.random.default_rng(0)
    for gesture in range(GESTURES):
        values = movement(gesture, 50)
        values[np.arange(3, LENGTH, 10)] = rng.choice([1e3, -1e6, 1e12, 50.0], (8, 1))
        assert played(model, values)[-1].posterior.argmax() == gesture


@pytest.mark.parametrize(
    "kind", [*RECOGNISERS, "spotter", "hmm", "gmm", "gvf", "knn", "wekinator_dtw", "strokes"]
)
def test_a_wild_frame_in_a_demonstration_is_named_and_learned_as_the_frame_before(kind: str) -> None:
    spiked, before = vocabulary(), vocabulary()
    values = spiked[4].values.copy()
    values[40, 1] = 1e6
    spiked[4] = take(1, 1, values)
    held = values.copy()
    held[40, 1] = held[39, 1]
    before[4] = take(1, 1, held)
    model, clean = fitted(kind, spiked), fitted(kind, before)
    named = [text for text in model.messages if "demonstration 1-1 of 'g1', channel acc_y, frame 40" in text]
    assert len(named) == 1
    assert "1e+06" in named[0]
    assert not [text for text in clean.messages if "frame 40" in text]
    one, other = (played(each, movement(2, 50))[-1] for each in (model, clean))
    np.testing.assert_array_equal(one.posterior, other.posterior)


def test_a_training_set_without_wild_frames_is_the_one_that_was_given() -> None:
    shown = vocabulary()
    made = TrainingSet(tuple(shown))
    assert all(one is other for one, other in zip(made.demonstrations, shown, strict=True))
    assert made.told == ()


@pytest.mark.parametrize("frames", [1, 2])
def test_what_two_demonstrations_show_is_the_movement_and_so_is_what_lasts(frames: int) -> None:
    def struck(shots: int, lasts: int) -> TrainingSet:
        shown = vocabulary()
        for index in range(shots):
            values = shown[index].values.copy()
            values[40 : 40 + lasts] = 400.0
            shown[index] = take(0, index, values)
        return TrainingSet(tuple(shown))

    assert len(struck(1, frames).told) == 1  # for all channels
    assert struck(2, frames).told == ()
    assert struck(1, 3).told == ()


@pytest.mark.parametrize("size", [100.0, -1e6])
def test_one_of_three_demonstrations_of_every_gesture_may_have_a_wild_frame(size: float) -> None:
    shown, held = vocabulary(), vocabulary()
    for gesture in range(GESTURES):
        index, frame, channel = 3 * gesture + gesture % 3, 20 + 11 * gesture, gesture % 3
        for each, value in ((shown, size), (held, held[index].values[frame - 1, channel])):
            values = each[index].values.copy()
            values[frame, channel] = value
            each[index] = take(gesture, gesture % 3, values)
    made = TrainingSet(tuple(shown))
    assert len(made.told) == GESTURES
    for one, other in zip(made.demonstrations, held, strict=True):
        np.testing.assert_array_equal(one.values, other.values)


@pytest.mark.parametrize(("places", "mended"), [((20,), 1), ((20, 50), 2), ((20, 24), 0), ((10, 40, 70), 3)])
def test_few_of_five_may_have_them_unless_they_have_them_at_the_same_place(
    places: tuple[int, ...], mended: int
) -> None:
    shown = vocabulary(5)
    for seed, frame in enumerate(places):
        values = shown[5 + seed].values.copy()
        values[frame, 1] = (-1.0) ** (seed // 2) * 10.0 ** (3 + seed)
        shown[5 + seed] = take(1, seed, values)
    told = TrainingSet(tuple(shown)).told
    assert len([text for text in told if "the value before is learned" in text]) == mended


@pytest.mark.parametrize(
    ("shots", "wild", "told"),
    [
        (1, {0: 40}, 1),
        (1, {0: 20, 2: 60}, 2),
        (1, {0: 40, 2: 40}, 2),
        (1, {0: 10, 1: 30, 2: 50, 3: 70}, 4),
        (2, {0: 40}, 1),
        (2, {0: 40, 2: 40}, 2),
        (2, {0: 20, 2: 60, 4: 40, 6: 30}, 4),
        (2, {0: 20, 1: 60}, 2),
        (2, {0: 40, 1: 40}, 0),  # all of the gesture show it, at its moment
        (3, {0: 20, 1: 60}, 2),
        (3, {0: 40, 1: 40}, 0),
    ],
)
def test_what_may_be_wild_or_a_hit_is_named_and_learned_as_it_is(
    shots: int, wild: dict[int, int], told: int
) -> None:
    shown = vocabulary(shots)
    for index, frame in wild.items():
        values = shown[index].values.copy()
        values[frame : frame + 2, 1] = 1e6  # of a single frame it is beyond doubt
        shown[index] = take(index // shots, index % shots, values)
    made = TrainingSet(tuple(shown))
    named = [text for text in made.told if "acc_y, frame" in text and "cannot be told from a hit" in text]
    assert len(named) == len(made.told) == told
    assert all(one is other for one, other in zip(made.demonstrations, shown, strict=True))
    assert TrainingSet(made.demonstrations, told=made.told).told == made.told


@pytest.mark.parametrize(("size", "told"), [(100.0, 0), (1e6, 1)])
def test_what_is_absurd_is_named_even_where_nothing_else_was_shown(size: float, told: int) -> None:
    """A gesture that half of them show, and all of it, is told from a fault by nothing but how far off that is."""
    wild = take(1, 0, with_glitch(movement(1, 0), size))
    assert len(TrainingSet((wild,)).told) == told
    assert len(TrainingSet((take(0, 0), wild)).told) == told


@pytest.mark.parametrize(
    ("shots", "wild"),
    [(1, {0: 40}), (1, {0: 0, 1: 30, 2: 79}), (1, {0: 10, 1: 40, 2: 40, 3: 70}), (2, {2: 20, 3: 60})],
)
def test_what_is_absurd_in_a_single_frame_is_mended_however_seldom_a_gesture_was_shown(
    shots: int, wild: dict[int, int]
) -> None:
    shown, held = vocabulary(shots), vocabulary(shots)
    for index, frame in wild.items():
        for each, value in ((shown, -1e6), (held, held[index].values[frame - 1 if frame else 1, 1])):
            values = each[index].values.copy()
            values[frame, 1] = value
            each[index] = take(index // shots, index % shots, values)
    made = TrainingSet(tuple(shown))
    assert len([text for text in made.told if "the value before is learned" in text]) == len(wild)
    for one, other in zip(made.demonstrations, held, strict=True):
        np.testing.assert_array_equal(one.values, other.values)


@pytest.mark.parametrize(("frame", "told"), [(0, 3), (40, 0)])
def test_a_first_frame_far_off_is_named_where_most_have_one_as_hits_do_not_come_first(
    frame: int, told: int
) -> None:
    shown = vocabulary(1)
    for gesture in range(3):
        shown[gesture] = take(gesture, 0, with_glitch(shown[gesture].values, 980.0, frame))
    named = TrainingSet(tuple(shown)).told
    assert len([text for text in named if "acc_z, frame 0: 980, -980, 980;" in text]) == len(named) == told


@pytest.mark.parametrize("largest", [1e3, 1e6])
def test_a_hit_amid_noise_stays_however_far_it_goes(largest: float) -> None:
    """As of a piezo disc: a value of its own, and a few steps of noise around it."""
    rng = np.random.default_rng(2)
    shown = []
    for gesture in range(GESTURES):
        values = rng.integers(0, 2, (LENGTH, 3)).astype(float)
        values[40, gesture % 3] = largest
        shown.append(take(gesture, 0, values))
    made = TrainingSet(tuple(shown))
    assert all(one is other for one, other in zip(made.demonstrations, shown, strict=True))


@pytest.mark.parametrize("feature", [{"kind": "one_euro"}, {"kind": "derive"}])
@pytest.mark.parametrize("start", [0.0, 0.25])
def test_frame_and_value_are_those_of_the_recording(feature: dict[str, str], start: float) -> None:
    """Features leave frames out and change values, and a trim counts from its beginning."""
    whole = take(1, 0, with_glitch(movement(1, 0), 980.0, 50))
    shown = [replace(whole, start=start, end=2.0).learned, take(2, 0), take(3, 0)]
    made = []
    for one in shown:
        chain = ChainRun([catalog.read("features", feature, "test")], one.spec)
        made.append(through(one, chain.step, chain.spec))
    assert "'g1', channels acc_x, acc_y, acc_z, frame 50: 980, -980, 980;" in TrainingSet(tuple(made)).told[0]


def test_a_model_says_once_what_may_be_wild() -> None:
    shown = vocabulary(1)
    shown[2] = take(2, 0, with_glitch(shown[2].values, 1e6, 40))
    messages = fitted("few_shot", shown).messages
    assert len([text for text in messages if "demonstration 2-0 of 'g2'" in text]) == 1


def test_hits_of_single_frames_shown_once_each_are_no_glitches() -> None:
    rng = np.random.default_rng(1)
    shown = []
    for gesture in range(GESTURES):
        values = rng.normal(scale=0.01, size=(LENGTH, 3))
        values[40] += 5.0 * np.eye(4, 3)[gesture] + 1.0
        shown.append(take(gesture, 0, values))
    assert TrainingSet(tuple(shown)).told == ()


def test_a_gesture_whose_hits_were_missed_stays_where_most_demonstrations_show_hits() -> None:
    rng = np.random.default_rng(0)
    shown = []
    for gesture in range(GESTURES):
        for seed in range(3):
            values = rng.normal(scale=0.01, size=(LENGTH, 3))
            values[40] += 0.0 if gesture == 0 < seed else rng.uniform(3.0, 16.0)
            shown.append(take(gesture, seed, values))
    assert TrainingSet(tuple(shown)).told == ()


@pytest.mark.parametrize("shots", [1, 2, 3, 5])
def test_hits_beside_slow_gestures_stay_however_hard_they_are_caught(shots: int) -> None:
    rng = np.random.default_rng(shots)
    shown = vocabulary(shots)
    for seed in range(shots):
        values = rng.normal(scale=0.01, size=(LENGTH, 3))
        values[40] += 16.0 * rng.uniform(0.1, 1.0)
        shown.append(take(GESTURES, seed, values))
    assert TrainingSet(tuple(shown)).told == ()


def test_frames_with_outputs_are_examples_of_their_own_and_stay_as_they_are() -> None:
    values = with_glitch(movement(0, 0), 1e6)
    shown = Demonstration(
        "a", "g", SPEC, np.arange(LENGTH) / 60.0, values, (Channel("pitch"),), np.zeros((LENGTH, 1))
    )
    assert TrainingSet((shown, take(0, 1))[:1]).demonstrations[0] is shown


def test_a_wild_first_frame_is_learned_as_the_first_that_is_not() -> None:
    shown = vocabulary()
    shown[0] = take(0, 0, with_glitch(shown[0].values, 1e5, 0))
    made = TrainingSet(tuple(shown)).demonstrations[0].values
    np.testing.assert_array_equal(made[0], made[1])
    np.testing.assert_array_equal(made[1:], shown[0].values[1:])


def test_what_lasts_is_believed_and_so_is_what_is_reached_without_a_jump() -> None:
    bound = glitches.bounds([glitches.extremes(np.array([[0.0], [1.0]]))])
    np.testing.assert_array_equal(bound, [[-2.0], [3.0]])

    def heard(values: list[float]) -> list[float]:
        kept, out = unsettled(1), []
        for value in values:
            frame = np.array([value])
            settle(frame, bound, kept)
            out.append(float(frame[0]))
        return out

    assert heard([0.5, 9.0, 0.6]) == [0.5, 0.5, 0.6]
    assert heard([0.5, 9.0, -9.0, 9.0, 9.1, 0.6]) == [0.5, 0.5, 0.5, 9.0, 9.1, 0.6]
    assert heard([0.5, 1.4, 2.3, 3.2, 4.1]) == [0.5, 1.4, 2.3, 3.2, 4.1]
    assert heard([2.0, -1.0, 2.0]) == [2.0, -1.0, 2.0]
    np.testing.assert_array_equal(heard([9.0, 0.6]), [np.nan, 0.6])
    np.testing.assert_array_equal(heard([9.0, 9.0, 9.0]), [np.nan, np.nan, 9.0])


@pytest.mark.parametrize("kind", ["auto", "hhmm"])
def test_it_is_named_where_channels_do_not_matter_too(kind: str) -> None:
    shown = vocabulary()
    shown[4] = take(1, 1, with_glitch(shown[4].values, 1e6, 40))
    learner = catalog.read("models", {"kind": kind}, "test")
    heeding = Relevance(ignored=("acc_x",), gestures={"g2": ("acc_z",)}).around(learner)
    messages = heeding.fit(TrainingSet(tuple(shown))).messages
    assert len([text for text in messages if "acc_y, acc_z, frame 40" in text]) == 1


@pytest.mark.parametrize("rest", [np.zeros(100), np.arange(100) > 70, np.arange(100) // 30])
def test_a_tap_on_a_channel_that_rests_at_a_few_counts_is_none(rest: np.ndarray) -> None:
    tapped = rest.astype(float) + 5.0
    tapped[50] = 5000.0
    shown = Demonstration("tap-1", "tap", Spec.of("piezo"), np.arange(100) / 100.0, tapped[:, None])
    made, told = mended((shown,))
    assert made[0].values[50, 0] == 5000.0
    assert all("the value before is learned" not in text for text in told)
