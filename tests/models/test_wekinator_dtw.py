"""Time warping as Wekinator has it, against brute force over every window and example."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError, SettingsError
from gesturemap.frames import NONE, Estimate, Frame, Spec, Values
from gesturemap.models import store, wekinator_dtw
from gesturemap.models.wekinator_dtw import WekinatorDtw, WekinatorDtwModel

LABELS = ("up", "down", "circle")
SPEC = Spec.of("x", "y", "z", rate=100.0)


def warped(a: Values, b: Values) -> float:
    """The cost of the cheapest path from corner to corner, every step counting once, by the definition."""
    costs = np.full((len(a) + 1, len(b) + 1), np.inf)
    costs[0, 0] = 0.0
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            before = min(costs[i, j + 1], costs[i + 1, j], costs[i, j])
            costs[i + 1, j + 1] = before + math.sqrt(float(((p - q) ** 2).sum()))
    return float(costs[-1, -1])


def walk(frames: int, seed: int, width: int = 3) -> Values:
    return np.cumsum(np.random.default_rng(seed).normal(size=(frames, width)), axis=0) * 0.5


def shown(*lengths: int, labels: tuple[str, ...] = LABELS, seed: int = 0) -> TrainingSet:
    """Examples of these lengths, labels in turn."""
    made = []
    for index, length in enumerate(lengths):
        x = walk(length, seed + index)
        label = labels[index % len(labels)]
        made.append(Demonstration(str(index), label, SPEC, np.arange(length) / 100.0, x))
    return TrainingSet(tuple(made))


def settings(**own: Any) -> WekinatorDtw:
    made: WekinatorDtw = catalog.read("models", {"kind": "wekinator_dtw", **own}, "test")
    return made


def played(model: WekinatorDtwModel, values: Values) -> list[tuple[bool, Estimate]]:
    follower, made = model.start(), []
    for i, row in enumerate(values):
        estimate = follower.step(Frame(i / 100.0, row))
        made.append((follower.kept, estimate))
    return made


def expected(
    examples: TrainingSet, names: tuple[str, ...], window: Values, shortest: int, hop: int, factor: int
) -> Values:
    """(G,) by comparing every window with every example."""
    takes = [(one.label, one.values[::factor]) for one in examples.demonstrations]
    longest = max(len(take) for _, take in takes)
    window = window[-longest:]
    lengths = [length for length in range(len(window), 0, -hop) if length >= shortest]
    found = np.full(len(names), np.inf)
    for label, take in takes:
        for length in lengths:
            k = names.index(label)
            found[k] = min(found[k], warped(window[len(window) - length :], take))
    return found


@pytest.mark.parametrize(
    ("own", "shortest", "hop", "factor"),
    [
        ({"downsample": "none"}, 5, 1, 1),
        ({"downsample": "none", "least": 1}, 1, 1, 1),
        ({"downsample": "none", "hop": 3}, 5, 3, 1),
        ({"downsample": "none", "shortest": "example"}, 6, 1, 1),
        ({"downsample": "none", "least": 100}, 100, 1, 1),
        ({"downsample": "rate", "rate": 3, "least": 2}, 2, 1, 3),
        ({}, 5, 1, 2),
        ({"length": 7}, 5, 1, 3),
        ({"length": 22, "shortest": "example"}, 6, 1, 1),
    ],
)
@pytest.mark.long
def test_distances_are_those_of_every_window_that_ends_now(
    own: dict[str, Any], shortest: int, hop: int, factor: int
) -> None:
    examples = shown(9, 22, 12, 6, 15, 10)
    model = settings(**own).fit(examples)
    assert model.factor == factor and [channel.name for channel in model.outputs] == [*LABELS, "match"]
    values = walk(60, 99)
    for i, (kept, estimate) in enumerate(played(model, values)):
        assert kept == (i % factor == 0)
        if not kept:
            continue
        wanted = expected(examples, LABELS, values[: i + 1 : factor], shortest, hop, factor)
        np.testing.assert_allclose(estimate.outputs[:-1], wanted, rtol=1e-12)
        nearest = int(wanted.argmin())
        assert estimate.outputs[-1] == (nearest + 1 if wanted[nearest] < 5.0 else 0)
        assert estimate.winner == (nearest if wanted[nearest] < 5.0 else NONE)


def coarse(series: Values) -> Values:
    """Half as many points, each the mean of two."""
    whole = series[: len(series) // 2 * 2].reshape(-1, 2, series.shape[1]).mean(1)
    return np.concatenate([whole, series[len(whole) * 2 :]])


def path_within(a: Values, b: Values, cells: set[tuple[int, int]]) -> tuple[float, list[tuple[int, int]]]:
    """The cheapest path through some cells, and what it costs."""
    costs: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {}
    for i, j in sorted(cells):
        here = math.sqrt(float(((a[i] - b[j]) ** 2).sum()))
        before = [(costs[p][0], p) for p in ((i - 1, j - 1), (i - 1, j), (i, j - 1)) if p in costs]
        if before:
            cost, from_ = min(before)
            costs[i, j] = here + cost, from_
        elif (i, j) == (0, 0):
            costs[i, j] = here, None
    place: tuple[int, int] | None = (len(a) - 1, len(b) - 1)
    path = []
    while place is not None:
        path.append(place)
        place = costs[place][1]
    return costs[len(a) - 1, len(b) - 1][0], path


def approximated(a: Values, b: Values, radius: int) -> tuple[float, list[tuple[int, int]]]:
    """Salvador and Chan (2007), "Toward accurate dynamic time warping in linear time and space"."""
    if min(len(a), len(b)) <= radius + 2:
        cells = {(i, j) for i in range(len(a)) for j in range(len(b))}
        return path_within(a, b, cells)
    _, path = approximated(coarse(a), coarse(b), radius)
    near = range(-radius, radius + 1)
    fine = {(2 * i + u, 2 * j + v) for i, j in path for u in (0, 1) for v in (0, 1)}
    cells = {(i + u, j + v) for i, j in fine for u in near for v in near}
    return path_within(a, b, {(i, j) for i, j in cells if 0 <= i < len(a) and 0 <= j < len(b)})


def test_an_approximate_search_with_the_usual_width_finds_the_same_at_the_usual_lengths() -> None:
    random = np.random.default_rng(4)
    same = 0
    for trial in range(60):
        a, b = (walk(int(random.integers(5, 20)), 2 * trial + side) for side in (0, 1))
        exact, found = warped(a, b), approximated(a, b, 5)[0]
        assert found >= exact - 1e-9
        same += found == pytest.approx(exact)
    assert same == 60


def test_only_the_chosen_inputs_are_compared_and_only_their_numbers_matter() -> None:
    examples = shown(12, 12, 12)
    model = settings(inputs=["z", "x"], downsample="none").fit(examples)
    values = walk(40, 7)
    other = values.copy()
    other[:, 1] = np.nan
    for (_, one), (_, two) in zip(played(model, values), played(model, other), strict=True):
        np.testing.assert_array_equal(one.outputs, two.outputs)
    with pytest.raises(DataError, match=r"model wekinator_dtw, inputs: w; there are x, y, z"):
        settings(inputs=["w"]).fit(examples)


def test_gestures_are_numbered_as_they_are_named_whether_shown_or_not() -> None:
    names = ("none yet", "circle", "up", "down")
    model = settings(gestures=names, off=["down"], threshold=1e6).fit(
        shown(12, 14, 11, labels=(*LABELS[:2], "other"))
    )
    assert [channel.name for channel in model.outputs] == [*names, "match"]
    assert model.labels == ("up", "down", "other")
    assert "'other' is none of the gestures none yet, circle, up, down" in model.messages[0]
    assert "'none yet' has no examples" in model.messages[1]
    last = played(model, shown(12).demonstrations[0].values)[-1][1]
    assert last.outputs.tolist() == [math.inf, math.inf, last.outputs[2], math.inf, 3.0]
    assert last.outputs[2] < 1.0 and last.winner == 0
    assert model.learner.address(2) == "/output_3"
    assert settings(addresses=["/bang"]).address(0) == "/bang"
    with pytest.raises(SettingsError, match=r"model, gestures: a, a; each is there once"):
        settings(gestures=["a", "a"])


@pytest.mark.parametrize(("threshold", "match"), [(0.0, 0.0), (1e-9, 1.0), (5.0, 1.0)])
def test_what_is_nearer_than_the_threshold_matches(threshold: float, match: float) -> None:
    examples = shown(12, 13, 14)
    model = settings(threshold=threshold, downsample="none").fit(examples)
    estimate = played(model, examples.demonstrations[0].values)[-1][1]
    assert estimate.outputs[0] == 0.0 and estimate.outputs[-1] == match
    assert estimate.winner == (0 if match else NONE)


def test_frames_that_do_not_count_repeat_the_answer_and_say_so() -> None:
    model = settings().fit(shown(40, 40, 40))
    assert model.factor == 4
    found = played(model, walk(30, 3))
    for i in range(1, 30):
        assert found[i][0] == (i % 4 == 0)
        if i % 4:
            np.testing.assert_array_equal(found[i][1].outputs, found[i - 1][1].outputs)
        assert found[i][1].time == i / 100.0


def test_a_frame_with_no_number_does_not_count_and_the_next_one_does() -> None:
    model = settings(downsample="rate", rate=2).fit(shown(20, 21, 22))
    values = walk(40, 8)
    spoilt = values.copy()
    spoilt[[6, 7, 13, 20]] = np.nan
    counted = [0, 2, 4, 8, 10, 12, 14, 16, 18, 21, *range(23, 40, 2)]
    follower, found = model.start(), []
    for i, row in enumerate(spoilt):
        estimate = follower.step(Frame(i / 100.0, row))
        assert follower.kept == (i in counted)
        found += [estimate.outputs] if follower.kept else []
    every = replace(model, factor=1)
    wanted = [estimate.outputs for _, estimate in played(every, values[counted])]
    np.testing.assert_array_equal(found, wanted)


def test_once_it_says_which_was_nearest_when_asked() -> None:
    examples = shown(9, 22, 12, 6)
    model = settings(running="once", downsample="rate", rate=2, threshold=1e-6).fit(examples)
    follower, values = model.start(), walk(31, 5)
    assert follower.conclude().tolist() == [math.inf] * 3 + [0.0]
    for i, row in enumerate(values):
        estimate = follower.step(Frame(i / 100.0, row))
        assert not follower.kept and estimate.winner == NONE
        assert estimate.outputs.tolist() == [math.inf] * 3 + [0.0]
    wanted = np.full(3, np.inf)
    for one in examples.demonstrations:
        k = LABELS.index(one.label)
        wanted[k] = min(wanted[k], warped(values[::2], one.values[::2]))
    found = follower.conclude()
    np.testing.assert_allclose(found[:-1], wanted, rtol=1e-12)
    assert found[-1] == wanted.argmin() + 1


def test_examples_too_long_to_be_compared_are_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wekinator_dtw, "MOST_CELLS", 100)
    with pytest.raises(DataError, match="downsample to a length"):
        settings(downsample="none").fit(shown(20, 20))
    data = store.pack(settings().fit(shown(8)))
    monkeypatch.setattr(wekinator_dtw, "MOST_CELLS", 10)
    with pytest.raises(DataError):
        store.unpack(data)


def test_nothing_of_what_was_named_was_shown() -> None:
    model = settings(gestures=["a", "b"]).fit(shown(8, 9))
    for kept, estimate in played(model, walk(12, 0)):
        assert kept and estimate.outputs.tolist() == [math.inf, math.inf, 0.0]
    back: Any = store.unpack(store.pack(model))
    assert back.names == ("a", "b") and len(back.frames) == 0


@pytest.mark.parametrize(
    "own", [{}, {"running": "once"}, {"inputs": ["y"], "gestures": ["down", "a b", "up"]}]
)
def test_it_survives_a_file(own: dict[str, Any]) -> None:
    model = settings(**own).fit(shown(30, 31, 32))
    data = store.pack(model)
    back: Any = store.unpack(data)
    assert store.pack(back) == data and back.outputs == model.outputs
    ours, theirs = played(model, walk(60, 1)), played(back, walk(60, 1))
    for (_, one), (_, two) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one.outputs, two.outputs)
