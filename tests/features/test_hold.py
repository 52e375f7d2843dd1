"""Wild frames of a sensor are held off in front of the features, exactly as the models hold them off without any."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap import catalog, glitches
from gesturemap.demonstrations import Demonstration, TrainingSet, mended, reach
from gesturemap.features.feature import ChainRun
from gesturemap.features.hold import HoldRun
from gesturemap.frames import Channel, Frame, Spec, Values
from gesturemap.models.elementary import settle, unsettled

SPEC = Spec.of("x", "y", "z", rate=100.0)
DERIVE = (catalog.read("features", {"kind": "derive", "smoothing": 0.05}, "test"),)
BOUNDS = np.array([[-2.0, -2.0, -2.0], [2.0, 2.0, 2.0]])


def through(values: Values, bounds: Values | None, features: tuple[object, ...] = DERIVE) -> Values:
    run = ChainRun(features, SPEC, bounds)  # type: ignore[arg-type]
    made = [run.step(Frame(t / 100.0, row)) for t, row in enumerate(values)]
    return np.array([one.values for one in made if one is not None])


def take(label: str, number: int, values: Values) -> Demonstration:
    return Demonstration(f"{label}{number}", label, SPEC, np.arange(len(values)) / 100.0, values)


@pytest.mark.parametrize("seed", range(20))
def test_it_holds_what_the_models_hold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(300, 3))
    values[rng.random((300, 3)) < 0.1] *= rng.choice([5.0, 1e3, 1e90])
    run, kept = HoldRun(SPEC, BOUNDS), unsettled(3)
    for row in values:
        before, settled = row.copy(), row.copy()
        taken, made = settle(settled, BOUNDS, kept), run.step(Frame(0.0, row))
        assert taken == (made is not None)
        if made is not None:
            np.testing.assert_array_equal(made.values, settled)
        np.testing.assert_array_equal(row, before)  # a frame is never written to


def test_what_is_no_number_passes_and_leaves_no_gap_for_the_next_wild_one() -> None:
    run = HoldRun(SPEC, BOUNDS)
    rows = [[0.1, 0.2, 0.3], [np.nan, 0.2, 0.3], [1e6, 0.2, 0.3], [0.1, 0.2, 0.3]]
    frames = [run.step(Frame(0.0, np.array(row))) for row in rows]
    made = [one.values.tolist() for one in frames if one is not None]
    assert np.isnan(made[1][0])
    assert made[2:] == [[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]]


def test_wild_frames_at_the_beginning_never_came() -> None:
    clean = np.sin(np.linspace(0.0, 6.0, 100))[:, None] * np.ones(3)
    wild = np.array([[1e6, 0.0, 0.0], [-1e6, 9.0, 0.0]])
    for count in (1, 2):
        np.testing.assert_allclose(
            through(np.concatenate([wild[:count], clean]), BOUNDS), through(clean, None), atol=1e-9
        )


def test_features_never_see_it() -> None:
    clean = np.sin(np.linspace(0.0, 6.0, 100))[:, None] * np.ones(3)
    spiked, held = clean.copy(), clean.copy()
    spiked[50], held[50] = 1e6, clean[49]
    np.testing.assert_array_equal(through(spiked, BOUNDS), through(held, None))
    np.testing.assert_array_equal(through(clean, BOUNDS), through(clean, None))
    assert np.abs(through(spiked, None)).max() > 1e3


def test_it_needs_no_features_and_bounds_of_this_sensor() -> None:
    spiked, held = np.zeros((3, 3)), np.zeros((3, 3))
    spiked[1] = 1e6
    np.testing.assert_array_equal(through(spiked, BOUNDS, ()), held)
    np.testing.assert_array_equal(through(spiked, None, ()), spiked)
    np.testing.assert_array_equal(through(spiked, BOUNDS[:, :2]), through(spiked, None))


def test_how_far_values_may_jump_follows_the_gestures_alone() -> None:
    rng = np.random.default_rng(0)
    gestures = [take("a", n, rng.uniform(-1.0, 1.0, (50, 3))) for n in range(3)]
    bounds = reach(gestures)
    assert bounds is not None
    np.testing.assert_array_equal(bounds, glitches.bounds([one.extremes for one in gestures]))
    wide = take("everyday", 0, rng.uniform(-100.0, 100.0, (50, 3)))
    np.testing.assert_array_equal(reach([*gestures, wide], "everyday"), bounds)
    spiked = gestures[0].values.copy()
    spiked[20] = 1e6
    again = reach([take("a", 9, spiked), *gestures[1:]])
    assert again is not None
    assert np.abs(again).max() < 20.0, "what was mended is no part of the movement"


def test_where_it_cannot_be_told_values_may_jump_anywhere() -> None:
    values = np.zeros((10, 3))
    example = Demonstration(
        "a", "a", SPEC, np.arange(10) / 100.0, values, (Channel("pitch"),), np.zeros((10, 1))
    )
    assert reach([]) is None
    assert reach([example]) is None
    assert reach([take("everyday", 0, values)], "everyday") is None
    assert reach([take("a", 0, np.full((10, 3), np.nan))]) is None


def test_a_wild_frame_of_a_demonstration_is_one_line_whatever_channels_it_takes() -> None:
    rng = np.random.default_rng(0)
    gestures = [take("a", n, rng.uniform(-1.0, 1.0, (50, 3))) for n in range(3)]
    spiked = gestures[0].values.copy()
    spiked[20], spiked[30, 1] = [1e6, -1e6, 1e6], 1e5
    shown = [take("a", 9, spiked), *gestures[1:]]
    made, told = mended(shown)
    assert len(told) == 2
    assert "channels x, z, frame 20" in told[0]
    assert "channel y, frame 20 and 1 more" in told[1]
    assert TrainingSet(tuple(shown)).told == told
    assert made[1] is shown[1]
