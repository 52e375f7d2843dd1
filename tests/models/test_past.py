"""Regression from the last moments: what is seen, what is learned from it, and what is left out to choose."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.kernel_ridge import KernelRidge

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import Channel, Frame, Spec, Values
from gesturemap.models import past_fit, past_view, regressors
from gesturemap.models.auto import Auto
from gesturemap.models.hhmm import Hhmr
from gesturemap.models.left_out import explained, folds_of
from gesturemap.models.model import Cancelled, notes
from gesturemap.models.past import Past
from gesturemap.models.past_kernels import TAPS, TICKS

RATE = 50.0
OUTPUTS = (Channel("level"),)


def wander(seed: int, frames: int = 300, channels: int = 1) -> Values:
    """(T, C) a movement without a course."""
    noise = np.random.default_rng(seed).normal(size=(frames + 8, channels))
    return np.asarray(np.apply_along_axis(lambda one: np.convolve(one, np.ones(9) / 3.0, "valid"), 0, noise))


def energy(values: Values, over: int = 6) -> Values:
    """(T, 1) how much the first channel moved in the last frames: nothing that a frame alone tells."""
    steps = np.abs(np.diff(values[:, 0], prepend=values[0, 0]))
    padded = np.concatenate([np.zeros(over - 1), steps])
    return np.convolve(padded, np.ones(over), "valid")[:, None]


def shown(seed: int, frames: int = 300, channels: int = 1, label: str = "play") -> Demonstration:
    values = wander(seed, frames, channels)
    spec = Spec(tuple(Channel(f"c{i}") for i in range(channels)), RATE)
    return Demonstration(
        f"{label}{seed}", label, spec, np.arange(frames) / RATE, values, OUTPUTS, energy(values)
    )


def played(model: object, demonstration: Demonstration) -> Values:
    step = model.start().step  # type: ignore[attr-defined]
    return np.array([step(frame).outputs for frame in demonstration.frames()])


def brute(take: Values, every: int) -> Values:
    """(T, F) features by looking at every window of every frame."""
    rows = []
    for t in range(len(take)):

        def mean(end: int) -> Values:
            return np.mean([take[max(end - i, 0)] for i in range(every)], axis=0)

        ticks = np.array([mean(t - i * every) for i in range(TICKS)])
        row = list(take[t]) if past_view.shows_frame(every, take.shape[1]) else []
        for d in range(take.shape[1]):
            column = ticks[:, d]
            row += list(column[:TAPS])
            for stretch in (2, 4, 8, 16):
                part = column[:stretch]
                steps = np.abs(np.diff(part))
                row += [part.mean(), part.max(), part.min(), part.std(), steps.mean(), steps.max()]
        rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("every", [1, 2, 5])
def test_features_are_those_of_every_window(every: int) -> None:
    take = wander(1, 120, 3) + 1000.0
    view = past_view.plain(past_view.projected(take), every)
    assert view.rows(take) == pytest.approx(brute(take, every), abs=1e-6)


@pytest.mark.parametrize("every", [0, 1, 4])
@pytest.mark.parametrize("channels", [1, 12])
def test_a_stream_sees_what_a_take_shows(every: int, channels: int) -> None:
    take = wander(2, 150, channels)
    view = past_view.plain(past_view.projected(take), every)
    rows = view.rows(take)
    view = past_view.scaled(view, rows)
    step = view.start()
    assert np.array_equal(np.array([step(x).copy() for x in take]), view.rows(take))
    assert np.array_equal(view.rows(take, 7), view.rows(take)[::7])
    moves = view.inverse > 0.0
    assert view.rows(take)[:, moves].std(0) == pytest.approx(np.ones(moves.sum()))


def test_many_channels_are_seen_by_their_principal_components() -> None:
    take = wander(3, 400, 20)
    project = past_view.projected(take)
    made = take @ project.T
    assert project.shape == (past_view.MOVEMENTS, 20)
    assert project @ project.T == pytest.approx(np.eye(past_view.MOVEMENTS), abs=1e-12)
    values = np.linalg.eigvalsh(take.T @ take / len(take))[::-1]
    assert (made**2).mean(0) == pytest.approx(values[: past_view.MOVEMENTS])


def test_kernels_are_scikit_learns_where_all_frames_are_places() -> None:
    rng = np.random.default_rng(0)
    rows, wanted, asked = rng.normal(size=(90, 5)), rng.normal(size=(90, 2)), rng.normal(size=(30, 5))
    made = past_fit.kernels_fitted(rows, wanted)
    other = KernelRidge(alpha=past_fit.PENALTY, kernel="laplacian", gamma=past_fit.FADING / 5)
    truth = other.fit(rows, wanted - wanted.mean(0)).predict(asked) + wanted.mean(0)
    assert made.of(asked) == pytest.approx(truth, abs=1e-9)
    step = made.start()
    assert np.array([step(x).copy() for x in asked]) == pytest.approx(truth, abs=1e-9)


def test_fewer_places_are_the_subset_of_regressors() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(200, 3))
    wanted = np.sin(rows[:, :1])
    made = past_fit.kernels_fitted(rows, wanted, 40)
    gamma = past_fit.FADING / 3
    points = rows[np.linspace(0, 199, 40).round().astype(int)]
    across, among = (np.exp(-gamma * cdist(a, points, "cityblock")) for a in (rows, points))
    stacked = np.concatenate([across, np.sqrt(past_fit.PENALTY) * np.linalg.cholesky(among).T])
    aims = np.concatenate([wanted - wanted.mean(0), np.zeros((40, 1))])
    weights = np.linalg.lstsq(stacked, aims, rcond=None)[0]
    assert made.of(rows) == pytest.approx(across @ weights + wanted.mean(0), abs=1e-5)


def test_a_forest_is_scikit_learns() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(300, 4)).astype(np.float32).astype(float)
    wanted = np.column_stack([rows[:, 0] * rows[:, 1], rows[:, 2]])
    step = past_fit.trees_grown(rows, wanted, 3, lambda part: None).start()
    other = ExtraTreesRegressor(
        past_fit.TREES, min_samples_leaf=past_fit.LEAF, max_features=2, random_state=3, warm_start=True
    )
    assert np.array([step(x).copy() for x in rows]) == pytest.approx(other.fit(rows, wanted).predict(rows))


def test_no_frame_is_on_both_sides_and_a_gap_lies_between() -> None:
    made = folds_of([10, 12, 9, 7], [0, 0, 1, 1], 3)
    assert len(made) == 2
    for fold in made:
        assert not (fold.left & fold.rest).any() and (fold.left | fold.rest).all()
        for begin, end in ((0, 10), (10, 22), (22, 31), (31, 38)):
            assert fold.left[begin:end].all() or not fold.left[begin:end].any()
    blocks = folds_of([1000], [0], 40)
    assert np.sum([fold.left for fold in blocks], axis=0).tolist() == [1] * 1000
    for fold in blocks:
        apart = np.abs(np.flatnonzero(fold.left)[:, None] - np.flatnonzero(fold.rest)[None, :])
        assert apart.min() > 40
    assert folds_of([100, 90], [0, 1], 16) == []


def test_choice_leaves_out_what_it_is_measured_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outputs that are noise of each demonstration are learned by heart, and not explained when left out."""
    rng = np.random.default_rng(4)
    takes = [shown(n, 200) for n in range(4)]
    noisy = tuple(
        replace(one, targets=np.cumsum(rng.normal(size=(200, 1)), axis=0) + 20.0 * rng.normal())
        for one in takes
    )
    model = Past().fit(TrainingSet(noisy))
    assert model.machine.best < 0.2
    fits: list[int] = []
    known = regressors.Hhmr

    class Watched(known):  # type: ignore[misc,valid-type]
        def fit(self, training_set: TrainingSet, *rest: object) -> object:
            fits.append(len(training_set.demonstrations))
            return super().fit(training_set, *rest)

    monkeypatch.setattr(regressors, "Hhmr", Watched)
    auto = Auto().fit(TrainingSet(noisy))
    assert fits[:4] == [3, 3, 3, 3]
    assert auto.recogniser.kind in ("hhmr", "past")


def test_what_a_frame_alone_does_not_tell_is_regressed() -> None:
    training_set = TrainingSet(tuple(shown(n) for n in range(4)))
    tested = shown(9)
    model = Past().fit(training_set)
    found = played(model, tested)
    assert explained(found - tested.targets, tested.targets) > 0.8
    assert explained(played(Hhmr().fit(training_set), tested) - tested.targets, tested.targets) < 0.3
    error = np.sqrt(np.mean((found - tested.targets) ** 2))
    step = model.start().step
    said = step(next(tested.frames())).deviations[0]
    assert 0.5 * error < said < 2.0 * error
    auto = Auto().fit(training_set)
    assert auto.recogniser.kind == "past"
    assert any("left out" in text and "%" in text for text in auto.notes)
    assert np.array_equal(played(auto, tested), found)


def test_one_long_recording_is_compared_by_blocks() -> None:
    auto = Auto().fit(TrainingSet((shown(5, 900),)))
    assert auto.recogniser.kind == "past"
    assert any("blocks left out" in text for text in auto.notes)


def test_gestures_with_a_course_are_still_followed() -> None:
    def course(seed: int) -> Demonstration:
        rng = np.random.default_rng([7, seed])
        share = np.linspace(0.0, 1.0, 60) ** rng.uniform(0.8, 1.25)
        values = np.sin(12.0 * share)[:, None] + rng.normal(scale=0.05, size=(60, 1))
        return Demonstration(
            f"d{seed}", "g", Spec.of("c0", rate=RATE), np.arange(60) / RATE, values, OUTPUTS, share[:, None]
        )

    training_set = TrainingSet(tuple(course(n) for n in range(3)))
    auto, hhmr = Auto().fit(training_set), Hhmr().fit(training_set)
    assert auto.recogniser.kind == "hhmr"
    assert np.array_equal(played(auto, course(9)), played(hhmr, course(9)))
    alone = Auto().fit(TrainingSet((course(0),)))
    assert alone.recogniser.kind == "hhmr" and any("nothing can be left out" in text for text in alone.notes)


def test_a_regression_plays_at_once_and_is_stored() -> None:
    training_set = TrainingSet(tuple(shown(n) for n in range(3)))
    first = Auto().first(training_set)
    assert first.outputs == OUTPUTS
    for model in (first, Auto().fit(training_set)):
        table, arrays = model.pack()
        again = Auto().unpack(json.loads(json.dumps(table)), arrays)
        assert np.array_equal(played(again, shown(8)), played(model, shown(8)))
        assert again.notes == model.notes


@pytest.mark.parametrize("member", ["forest", "kernels", "both"])
def test_a_member_can_be_set_and_a_broken_one_is_refused(member: str) -> None:
    learner = Past(regressor=member, span=16)
    model = learner.fit(TrainingSet((shown(1), shown(2))))
    table, arrays = model.pack()
    assert any(name.startswith("machine.kernels") for name in arrays) == (member != "forest")
    assert any(name.startswith("machine.forest") for name in arrays) == (member != "kernels")
    assert not len(arrays["machine.scores"]) and notes(model)
    for name in [name for name in arrays if name.startswith("machine.")]:
        with pytest.raises(DataError):
            learner.unpack(table, arrays | {name: np.zeros((7, 7, 7))})
    with pytest.raises(DataError):
        learner.unpack(table, arrays | {"machine.view.every": np.array([1e9])})


@pytest.mark.long
def test_a_comparison_can_be_stopped_anywhere() -> None:
    training_set = TrainingSet(tuple(shown(n, 120) for n in range(3)))
    told: list[float] = []
    Auto().fit(training_set, None, lambda label, part: not told.append(part))
    assert told == sorted(told)
    for stop in range(0, len(told), 5):
        count = iter(range(10_000))
        with pytest.raises(Cancelled):
            Auto().fit(training_set, None, lambda label, part, stop=stop, count=count: next(count) < stop)


def test_far_frames_are_forgotten() -> None:
    model = Past().fit(TrainingSet(tuple(shown(n) for n in range(3))))
    tested = shown(9)
    clean, step = played(model, tested), model.start().step
    for value in (np.nan, np.inf, 1e300, -1e6):
        step(Frame(0.0, np.array([value])))
    after = np.array([step(frame).outputs for frame in tested.frames()])
    far = model.machine.view.span + 4
    assert np.isfinite(after).all()
    assert after[far:] == pytest.approx(clean[far:])
