"""A chain of features: one after the other, sized once, its delays added."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.compiled import load
from gesturemap.errors import SettingsError
from gesturemap.features import derive, smooth, window
from gesturemap.features.calibrate import Calibrate
from gesturemap.features.derive import Derive
from gesturemap.features.feature import ChainRun, Feature, per_channel, select
from gesturemap.features.motion import Jerk, Magnitude
from gesturemap.features.moves import Kick, Shake
from gesturemap.features.orientation import Gravity, Orientation
from gesturemap.features.smooth import OneEuro
from gesturemap.features.states import Freefall, Spin, Still
from gesturemap.features.window import Window
from gesturemap.frames import Frame, Spec

SPEC = Spec.of("acc_x g", "acc_y g", "light", rate=50.0)
CHAIN: list[Feature] = [
    Calibrate(columns=("acc*",), keep="selected", scale=(9.81,), unit="m/s2"),
    OneEuro(),
    Derive(smoothing=0.02),
    Magnitude(columns=("acc_x", "acc_y")),
    Window(columns=("acc_magnitude",), statistics=("rms",)),
]


def test_each_feature_takes_what_the_one_before_gives() -> None:
    chain = ChainRun(CHAIN, SPEC)
    assert [str(channel) for channel in chain.spec.channels] == [
        "acc_x m/s2", "acc_y m/s2", "acc_x_d m/s3", "acc_y_d m/s3", "acc_magnitude m/s2",
        "acc_magnitude_rms m/s2",
    ]  # fmt: skip
    assert chain.delay == pytest.approx(sum(run.delay for run in chain.runs))
    assert chain.delay > 0.25


def test_it_is_the_features_by_hand() -> None:
    values = np.random.default_rng(12).normal(size=(30, 3))
    chain, spec = ChainRun(CHAIN, SPEC), SPEC
    runs = []
    for feature in CHAIN:
        runs.append(feature.start(spec))
        spec = runs[-1].spec
    for i, row in enumerate(values):
        frame: Frame | None = Frame(i / 50.0, row, i / 50.0 + 0.001)
        out = chain.step(Frame(i / 50.0, row, i / 50.0 + 0.001))
        for run in runs:
            frame = run.step(frame) if frame is not None else None
        if i == 0:
            assert out is frame is None
        else:
            assert out is not None
            assert frame is not None
            assert np.array_equal(out.values, frame.values)
            assert (out.time, out.arrived) == (i / 50.0, i / 50.0 + 0.001)


@pytest.mark.parametrize("told", [("linear",), ("gravity", "linear")])
def test_what_finds_its_channels_finds_them_behind_what_adds_to_them(told: tuple[str, ...]) -> None:
    """Each looks at the sensor's own axes, whatever stands beside them."""
    spec = Spec.of(*(f"acc_{a} m/s2" for a in "xyz"), *(f"gyr_{a} rad/s" for a in "xyz"), rate=100.0)
    added = [Orientation(), Gravity(output=told), Magnitude(columns=("acc_x", "acc_y", "acc_z"))]
    before = ChainRun(added, spec).spec
    every: list[Feature] = [Kick(), Shake(), Jerk(), Spin(), Freefall(), Still()]
    for feature in every:
        assert (
            feature.start(before).spec.names[before.width :] == feature.start(spec).spec.names[spec.width :]
        )
    assert "kick" in ChainRun([*added, Kick(), Still(), Freefall()], spec).spec.names


def test_several_vectors_that_are_called_alike_are_not_guessed() -> None:
    spec = Spec.of(*(f"acc_{hand}_{a} m/s2" for hand in ("left", "right") for a in "xyz"))
    with pytest.raises(SettingsError, match=r"6 channels of acceleration: acc_left_x.*name its channels"):
        Kick().start(spec)


def test_no_features_pass_frames_as_they_are() -> None:
    chain, frame = ChainRun([], SPEC), Frame(0.0, np.zeros(3))
    assert chain.step(frame) is frame
    assert (chain.spec, chain.delay) == (SPEC, 0.0)


def test_a_feature_without_its_channels_is_refused_at_start() -> None:
    with pytest.raises(SettingsError, match="derive, columns: no channel 'light'; there are acc_x, acc_y"):
        ChainRun([CHAIN[0], Derive(columns=("light",))], SPEC)


def test_channels_are_chosen_by_name_and_by_beginning() -> None:
    assert select(SPEC, (), "here") == [0, 1, 2]
    assert select(SPEC, ("light", "acc*"), "here") == [2, 0, 1]
    assert select(SPEC, ("acc_y", "acc*"), "here") == [1, 0]
    with pytest.raises(SettingsError, match="here: no channel 'acc'"):
        select(SPEC, ("acc",), "here")


def test_one_number_for_all_or_one_for_each() -> None:
    assert per_channel((), 3, 7.0, "here").tolist() == [7.0, 7.0, 7.0]
    assert per_channel((2.0,), 3, 7.0, "here").tolist() == [2.0, 2.0, 2.0]
    assert per_channel((1.0, 2.0), 2, 7.0, "here").tolist() == [1.0, 2.0]
    with pytest.raises(SettingsError, match="here: 2 numbers; 3 channels are chosen"):
        per_channel((1.0, 2.0), 3, 7.0, "here")


def test_playing_compiles_nothing_that_was_not_announced() -> None:
    load(module.__name__ for module in (smooth, derive, window))
    before = [len(k.signatures) for m in (smooth, derive, window) for k, _ in m.KERNELS]
    chain = ChainRun(CHAIN, SPEC)
    rows = np.asfortranarray(np.random.default_rng(13).normal(size=(5, 3)))
    rows.setflags(write=False)
    for i, row in enumerate(rows):
        chain.step(Frame(i / 50.0, row))
    assert [len(k.signatures) for m in (smooth, derive, window) for k, _ in m.KERNELS] == before
