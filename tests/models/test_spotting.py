"""The spotter: fires once for each gesture, says none of these, and keeps its word about false triggers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from spotting_takes import RATE, SHAPES, SPEC, fired, heard, movement, noise, take, training

from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import NONE, Frame, Spec, Values
from gesturemap.models import store
from gesturemap.models.model import spots
from gesturemap.models.spotting import Spotter, SpottingModel
from gesturemap.models.spotting_words import clamped


@pytest.fixture(scope="module")
def model() -> SpottingModel:
    return Spotter().fit(training())


def planted(gap: int = 60) -> tuple[Values, list[tuple[float, float, str]]]:
    """Ordinary movement with gestures in it, and begin, end and name of each."""
    parts, events, now = [], [], 0
    for i, label in enumerate(("circle", "wave", "eight", "circle", "circle", "wave", "eight")):
        parts += [noise(gap, 100 + i) * 0.3, movement(label, 50 + i, 36 + 2 * (i % 4))]
        now += gap
        events.append((now / RATE, (now + len(parts[-1])) / RATE, label))
        now += len(parts[-1])
    return np.concatenate([*parts, noise(gap, 99) * 0.3]), events


def test_each_planted_gesture_is_spotted_once_and_nothing_else(model: SpottingModel) -> None:
    values, events = planted()
    found = fired(model, values)
    assert [label for _, label, _ in found] == [label for _, _, label in events]
    for (time, _, since), (begin, end, _) in zip(found, events, strict=True):
        assert begin < time < end + 0.5, "a gesture is spotted about its end"
        assert abs(since - begin) < 0.6, "it is told when it began"


def test_the_same_gesture_again_at_once_is_spotted_again(model: SpottingModel) -> None:
    values = np.concatenate(
        [noise(40, 1) * 0.3, *(movement("eight", seed) for seed in (20, 21, 22)), noise(40, 2) * 0.3]
    )
    assert [label for _, label, _ in fired(model, values)] == ["eight"] * 3


def test_the_refractory_time_is_kept() -> None:
    values = np.concatenate(
        [movement(label, 30 + i) for i, label in enumerate(("circle", "eight", "wave") * 2)]
    )
    patient = Spotter(refractory=2.5).fit(training())
    times = [time for time, _, _ in fired(patient, values)]
    assert times
    assert all(np.diff(times) >= 2.5 - 1e-9)


def test_half_a_gesture_is_none(model: SpottingModel) -> None:
    for label in SHAPES:
        half = movement(label, 7)[:14]
        values = np.concatenate([noise(50, 3) * 0.3, half, noise(50, 4) * 0.3])
        assert fired(model, values) == []


def test_before_and_after_a_gesture_nothing_fits_and_at_its_end_it_does(model: SpottingModel) -> None:
    values, events = planted()
    estimates = heard(model, values)
    for estimate in estimates:
        if estimate.spotted != NONE:
            assert estimate.winner == estimate.spotted
            assert estimate.fit[estimate.winner] >= 0.5
    quiet = [e for e in estimates if all(not begin < e.time < end + 0.8 for begin, end, _ in events)]
    assert all(e.winner == NONE for e in quiet)


def test_progress_goes_up_while_a_gesture_is_done(model: SpottingModel) -> None:
    values = np.concatenate([noise(40, 5) * 0.3, movement("wave", 9)])
    progress = [e.progress[model.labels.index("wave")] for e in heard(model, values)][40:]
    share = np.linspace(0.0, 1.0, len(progress))
    assert np.median(np.abs(np.array(progress) - share)[10:]) < 0.08


def test_the_log_likelihood_is_that_of_the_frames(model: SpottingModel) -> None:
    """At the end of a demonstration: the mean over its own chain, of which it is the mean."""
    own = movement("circle", 0, 38)
    last = heard(model, own)[-1]
    centre = model.chains.offset
    assert last.log_likelihoods[model.labels.index("circle")] == pytest.approx(centre, abs=0.1)
    assert (last.log_likelihoods <= centre + 1e-9).all()


def test_false_triggers_in_movement_like_the_recorded_one_are_within_poisson_bounds() -> None:
    """60 s recorded, 600 s heard; asked N, at most N + 3 sqrt(N) + 3 may come."""
    everyday = take("everyday", noise(1500, 11))
    for wanted in (1.0, 10.0):
        made = Spotter(false_per_10min=wanted).fit(training(3, everyday))
        assert made.labels == tuple(SHAPES)
        assert len(fired(made, noise(15_000, 12))) <= wanted + 3.0 * math.sqrt(wanted) + 3.0


def test_the_dial_moves_the_threshold_and_nothing_else() -> None:
    everyday = take("everyday", noise(1500, 11))
    for more in ((), (everyday,)):
        data = training(3, *more)
        base = Spotter().fit(data)
        loose, strict = (Spotter(false_per_10min=n).fit(data, previous=base) for n in (30.0, 0.3))
        assert loose.thresholds.max() < strict.thresholds.min()
        assert loose.chains is base.chains
        assert store.pack(loose) == store.pack(Spotter(false_per_10min=30.0).fit(data))


def test_everyday_movement_is_no_gesture_and_fits_nothing_again() -> None:
    base = Spotter().fit(training())
    more = Spotter().fit(training(3, take("everyday", noise(1500, 11))), previous=base)
    assert more.labels == base.labels
    assert more.chains is base.chains
    assert store.pack(more) == store.pack(Spotter().fit(training(3, take("everyday", noise(1500, 11)))))


def test_what_was_false_is_learned_from() -> None:
    """A clumsy circle fires; told that it was false, it does so no more, and circles still do."""
    base = Spotter(false_per_10min=30.0).fit(training())
    almost = np.concatenate([noise(20, 6) * 0.3, movement("circle", 60) * 0.7 + 0.25])
    assert [label for _, label, _ in fired(base, almost)] == ["circle"]
    told = Spotter(false_per_10min=30.0).fit(training(3, take("everyday", almost[10:])), previous=base)
    assert fired(told, almost) == []
    good = np.concatenate([noise(20, 6) * 0.3, movement("circle", 61), noise(10, 7) * 0.3])
    assert [label for _, label, _ in fired(told, good)] == ["circle"]


@pytest.mark.parametrize("cut", range(6))
def test_what_was_false_is_learned_from_wherever_it_is_cut(cut: int) -> None:
    base = Spotter(false_per_10min=30.0, states=8).fit(training())
    assert base.chains.hop == 3
    almost = np.concatenate([noise(20, 6) * 0.3, movement("circle", 60) * 0.7 + 0.25])
    assert fired(base, almost)
    told = Spotter(false_per_10min=30.0, states=8).fit(
        training(3, take("everyday", almost[8 + cut :])), previous=base
    )
    assert fired(told, almost) == []


def test_what_was_false_and_cannot_be_told_from_a_gesture_or_changes_nothing_is_said(
    model: SpottingModel,
) -> None:
    same = Spotter().fit(training(3, take("everyday", movement("circle", 60))), previous=model)
    said = [note for note in same.notes if "as good as a gesture (circle): it may be spotted again" in note]
    assert len(said) == 1 and "would cost about" in said[0], same.notes
    unlike = Spotter().fit(training(3, take("everyday", noise(40, 3) * 0.1)), previous=model)
    assert any("changes nothing" in note for note in unlike.notes), unlike.notes
    assert not any("changes nothing" in note for note in (*model.notes, *same.notes))


@pytest.mark.parametrize("states", [8, 32])
def test_what_was_false_and_was_cut_short_may_be_spotted_again_and_that_is_said(states: int) -> None:
    """Wherever it ends: it is not spotted again, or its message says that it may be."""
    data, dial = training(), Spotter(false_per_10min=30.0, states=states)
    base = dial.fit(data)
    almost = np.concatenate([noise(20, 6) * 0.3, movement("circle", 64) * 0.85 + 0.1, noise(30, 8) * 0.3])
    assert fired(base, almost)
    again = []
    for end in range(34, 86, 2):
        told = dial.fit(training(3, take("everyday", almost[8:end], "clumsy")), previous=base)
        said = [note for note in told.notes if "(demonstration clumsy)" in note or "was as good as" in note]
        again.append(bool(fired(told, almost)))
        assert said or not again[-1], f"cut at {end}"
        if end >= 68:
            assert not any("(demonstration clumsy)" in note for note in said), said
    assert again[0] and not again[-1]
    assert "still comes nearer to 'circle' where it ends" in " ".join(
        dial.fit(training(3, take("everyday", almost[8:54], "clumsy")), previous=base).notes
    )


def test_a_recording_that_changes_nothing_is_named_beside_one_that_does(model: SpottingModel) -> None:
    still, circle = take("everyday", noise(40, 3) * 0.1, "still"), take("everyday", movement("circle", 60))
    both = Spotter().fit(training(3, still, circle), previous=model)
    said = [note for note in both.notes if "changes nothing" in note]
    assert len(said) == 1 and "(demonstration still)" in said[0], both.notes
    assert store.unpack(store.pack(both)).notes == both.notes


def test_the_messages_say_what_it_costs_and_what_it_is_good_for() -> None:
    plain = Spotter().fit(training())
    assert any("costs about" in text and "%" in text for text in plain.notes)
    assert any("record a minute" in text and "guess" in text for text in plain.notes)
    short = Spotter().fit(training(3, take("everyday", noise(250, 1))))
    assert any("little" in text for text in short.notes)
    minute = take("everyday", noise(1500, 1))
    full = Spotter().fit(training(3, minute))
    said = f"only for movement like the {minute.seconds:.0f} s recorded as 'everyday'"
    assert any(said in text for text in full.notes), full.notes
    assert store.unpack(store.pack(full)).notes == full.notes


def test_no_figure_is_told_of_demonstrations_left_out_where_none_can_be() -> None:
    """Copies stand for what was shown once: they are none, and everyday movement that costs them tells no share."""
    slip = np.concatenate([noise(500, 1), movement("circle", 60), noise(500, 2)])
    once = Spotter().fit(training(1, take("everyday", slip, "walk")))
    assert "none can be left out" in once.notes[0]
    assert not any("%" in note for note in once.notes), once.notes
    assert not once.warnings or "some executions of 'circle' are missed, or nearly all" in once.warnings[0]
    hard = replace(once, usual=replace(once.usual, scores=once.usual.scores + 1.0))
    assert any("some executions of" in note for note in hard.warnings)
    assert not any("%" in note for note in hard.notes), hard.notes
    assert "with 2 of a gesture this is a rough guess" in Spotter().fit(training(2)).notes[0]
    lone = [d for d in training(2).demonstrations if d.id != "wave1"]
    told = Spotter().fit(TrainingSet(tuple(lone))).notes[0]
    assert "of the executions" in told and "without the gestures that were shown once" in told


def test_everyday_movement_that_is_too_short_is_not_said_to_be_none() -> None:
    """However much of it there is: a recording of a gesture or two in length is one thing that was false."""
    some = [take("everyday", noise(60, seed)) for seed in range(10)]
    short = Spotter().fit(training(3, *some))
    need = short.chains.least * short.seconds
    assert 60 / 25 < need < 200 / 25
    (told,) = (text for text in short.notes if "record a minute" in text)
    assert told.startswith(f"every recording of 'everyday' is shorter than {need:.2g} s")
    assert store.unpack(store.pack(short)).notes == short.notes
    enough = Spotter().fit(training(3, *some, take("everyday", noise(math.ceil(need * 25) + 10, 1))))
    assert not any("shorter than" in text for text in enough.notes)


def test_a_strict_dial_is_said_to_cost_hits() -> None:
    everyday = take("everyday", np.concatenate([movement("circle", seed) for seed in range(70, 110)]))
    strict = Spotter(false_per_10min=0.01).fit(training(3, everyday))
    assert strict.missed > 0.2
    assert f"{strict.missed:.0%}" in strict.notes[0]


def test_only_everyday_movement_is_no_vocabulary() -> None:
    with pytest.raises(DataError, match="record a gesture"):
        Spotter().fit(TrainingSet((take("everyday", noise(100, 1)),)))
    other = Spotter(everyday="walking").fit(
        TrainingSet((take("everyday", movement("wave", 1)), take("walking", noise(200, 1))))
    )
    assert other.labels == ("everyday",)


def test_fast_sensors_are_decimated_and_nothing_is_said_twice() -> None:
    def fast(values: Values) -> Values:
        return np.repeat(values, 8, axis=0)

    shown = tuple(
        replace(d, values=fast(d.values), time=np.arange(8 * len(d)) / 200.0, spec=replace(SPEC, rate=200.0))
        for d in training().demonstrations
    )
    quick = Spotter().fit(TrainingSet(shown))
    assert quick.chains.hop >= 8
    values, events = planted()
    follower = quick.start()
    said = [follower.step(Frame(i / 200.0, row)).spotted for i, row in enumerate(fast(values))]
    assert [quick.labels[k] for k in said if k != NONE] == [label for _, _, label in events]


def test_it_is_saved_and_loaded_exactly_and_the_same_every_time(model: SpottingModel) -> None:
    data = store.pack(model)
    assert data == store.pack(Spotter().fit(training()))
    back = store.unpack(data)
    assert store.pack(back) == data
    assert spots(back)
    values, _ = planted()
    assert isinstance(back, SpottingModel)
    assert fired(back, values) == fired(model, values)


@pytest.mark.parametrize("size", [1e30, -1e30, 1e300, 1e4])
def test_the_furthest_values_give_no_nan_and_are_forgotten(model: SpottingModel, size: float) -> None:
    values, events = planted()
    values[:50] = size
    values[20:30, 0] *= -1.0
    estimates = heard(model, values)
    for estimate in estimates:
        for array in (estimate.log_likelihoods, estimate.posterior, estimate.progress, estimate.fit):
            assert np.isfinite(array).all()
    assert [model.labels[e.spotted] for e in estimates if e.spotted != NONE] == [
        label for *_, label in events
    ]


def test_one_demonstration_of_one_gesture_is_enough() -> None:
    alone = Spotter().fit(training(1, labels=("eight",)))
    values, events = planted()
    found = fired(alone, values)
    assert [label for _, label, _ in found] == ["eight"] * sum(label == "eight" for *_, label in events)


def test_a_channel_that_never_moves_is_left_out() -> None:
    spec = Spec.of("acc_x", "acc_y", "still", rate=RATE)
    shown = tuple(
        replace(d, spec=spec, values=np.column_stack([d.values, np.full(len(d), 9.81)]))
        for d in training().demonstrations
    )
    made = Spotter().fit(TrainingSet(shown))
    values, events = planted()
    rows = np.column_stack([values, np.linspace(-5.0, 5.0, len(values))])
    assert [label for _, label, _ in fired(made, rows)] == [label for *_, label in events]


def test_the_change_of_places_is_seen_unless_they_are_shown_at_several_speeds() -> None:
    spec = Spec.of("x px", "y px", rate=RATE)

    def model(*lengths: int) -> SpottingModel:
        made = [
            replace(take(label, movement(label, i, frames), f"{label}{i}"), spec=spec)
            for label in SHAPES for i, frames in enumerate(lengths)
        ]  # fmt: skip
        return Spotter().fit(TrainingSet(tuple(made)))

    steady, varied, single = model(40, 40, 40, 40), model(20, 40, 80, 30), model(40)
    assert steady.chains.changes.all()
    assert not varied.chains.changes.any()
    assert not single.chains.changes.any()
    assert not Spotter().fit(training()).chains.changes.any(), "acceleration is no place"


def test_how_short_an_execution_may_be_can_be_set() -> None:
    parts = [part for s in range(4) for part in (noise(60, 80 + s), movement("circle", 30 + s, 28))]
    quick = np.concatenate([*parts, noise(60, 99)])
    found = [
        sum(label == "circle" for _, label, _ in fired(Spotter(shortest=shortest).fit(training()), quick))
        for shortest in (0.5, 0.95)
    ]
    assert found[0] >= 3 and found[1] <= 1, found
    chains = (
        Spotter(shortest=0.3).fit(training()).chains
    )  # 2 of 5 states at a time and more: less than half as long
    take = chains.takes()[0]
    frames = np.concatenate([np.full((20, 2), 9.0), take[:-2][::2], np.full((5, 2), 9.0)])
    reached = [replace(chains, shortest=least).follow(frames, 0.1)[0][:, 0].max() for least in (0.5, 0.3)]
    assert reached[1] > reached[0]


def test_what_the_dial_cannot_do_is_said(model: SpottingModel) -> None:
    at = {
        rate: replace(model, learner=replace(model.learner, false_per_10min=rate))
        for rate in (0.01, 3.0, 1000.0)
    }
    assert "would do" not in " ".join(at[3.0].notes)
    for rate, which in ((0.01, "below"), (1000.0, "above")):
        said = [note for note in at[rate].notes if f"false_per_10min = {rate:g} does what" in note]
        assert len(said) == 1 and "; that costs about" in said[0], at[rate].notes
        assert not any("at most" in note for note in at[rate].notes)
        limit = float(said[0].split("does what")[1].split()[0])
        inside = replace(
            model, learner=replace(model.learner, false_per_10min=limit * (0.8 if which == "above" else 1.25))
        )
        assert not np.array_equal(inside.thresholds, at[rate].thresholds)
    hard = replace(model, reached=tuple(scores - 1.0 for scores in model.reached))
    few = " ".join(hard.notes)
    assert "with 3 of a gesture this is a rough guess" in few
    assert "more than half of the executions" not in few
    many = replace(hard, reached=tuple(np.tile(scores, 2) for scores in hard.reached))
    assert any("more than half of the executions" in note for note in many.notes)
    assert "rough guess" not in " ".join(many.notes)


@pytest.mark.parametrize(("which", "limit"), [("above", 5.79e-22), ("below", 3e9)])
def test_where_the_dial_ends_far_beyond_itself_no_number_is_said(which: str, limit: float) -> None:
    said = clamped(which, 3.0, limit, 0.2).replace("false_per_10min", "")
    assert not any(letter.isdigit() for letter in said)


def test_a_dial_that_ends_where_it_stands_is_not_told() -> None:
    assert clamped("below", 3.0, 3.04, 0.9) == ""
    assert "does what 3.5 would do" in clamped("below", 3.0, 3.5, 0.9)
