"""Axes, rotate, calibrate and pca: where a sensor sits, how it is turned, and what it mostly does."""

from __future__ import annotations

import numpy as np
import pytest
from chains import names, play
from scipy.spatial.transform import Rotation
from sklearn.decomposition import PCA

from gesturemap import catalog
from gesturemap.errors import SettingsError
from gesturemap.features.axes import Axes
from gesturemap.features.calibrate import Calibrate
from gesturemap.features.mount import Mount
from gesturemap.features.pca import Pca
from gesturemap.features.rotate import Rotate
from gesturemap.frames import Spec, Values

SPEC = Spec.of("acc_x g", "acc_y g", "acc_z g", "gyr_x deg/s", "gyr_y deg/s", "gyr_z deg/s", rate=100.0)
RNG = np.random.default_rng(4)
TIME = np.arange(300) / 100.0
VALUES = RNG.normal(size=(300, 6)) * [1.0, 2.0, 3.0, 40.0, 50.0, 60.0] + [0.2, -0.5, 0.8, 0.0, 1.0, 0.0]
REST = np.tile([0.2, -0.5, 0.8, 0.0, 0.0, 0.0], (50, 1))


def run(settings: object, values: Values = VALUES, spec: Spec = SPEC) -> Values:
    return play(settings, values, TIME[: len(values)], spec)


def test_places_are_filled_in_the_order_of_the_list() -> None:
    lying = Axes(("acc_x", "-acc_z", "acc_y"))
    assert names(lying, SPEC) == [str(channel) for channel in SPEC.channels]
    assert np.array_equal(run(lying), VALUES[:, [0, 2, 1, 3, 4, 5]] * [1, -1, 1, 1, 1, 1])
    assert np.array_equal(run(Axes()), VALUES)


def test_a_place_is_renamed_and_a_unit_goes_with_its_channel() -> None:
    tilt = Axes(("turn = - gyr_z", "acc_x"), keep="selected")
    assert names(tilt, SPEC) == ["turn deg/s", "gyr_z g"]
    assert np.array_equal(run(tilt), VALUES[:, [5, 0]] * [-1, 1])


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        (("acc_q",), r"channels\[0\]: no channel 'acc_q'"),
        (("acc_x", "-acc_x"), r"channels\[1\]: acc_x; each channel stands in the list once"),
        (("a b",), r"channels\[0\]: 'a b'; written"),
        (("acc_y = acc_x",), "acc_y; each channel has a name of its own"),
    ],
)
def test_an_axis_map_that_says_nothing_clear_is_refused(channels: tuple[str, ...], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Axes(channels).start(SPEC)


def test_a_turned_sensor_gives_what_one_that_lies_flat_gives() -> None:
    strapped = Rotation.from_euler("xyz", [0.7, -1.1, 0.0])
    flat = VALUES.copy()
    turned = np.hstack([strapped.inv().apply(flat[:, :3]), strapped.inv().apply(flat[:, 3:])])
    gravity = strapped.inv().apply([0.0, 0.0, 1.0])
    out = run(Rotate(rest=tuple(gravity.tolist())), turned)
    assert out[:, 2] == pytest.approx(flat[:, 2])
    assert out[:, 5] == pytest.approx(flat[:, 5])
    # about z nothing is known: horizontal parts agree up to one and the same turn
    about, _ = Rotation.align_vectors(flat[:, :3] * [1, 1, 0], out[:, :3] * [1, 1, 0])
    assert about.apply(out[:, 3:]) == pytest.approx(flat[:, 3:], abs=1e-6)


@pytest.mark.parametrize(
    "rest", [(0.3, -0.5, 9.7), (0.0, 0.0, 1.0), (0.0, 0.0, -2.0), (1e-9, 0.0, -1.0), (0.0, 5.0, 0.0)]
)
@pytest.mark.parametrize(("how", "wanted"), [("turn", (0, 0, 1)), ("remove", (0, 0, 0)), ("both", (0, 0, 0))])
def test_rest_becomes_z_or_nothing_and_lengths_stay(
    rest: tuple[float, float, float], how: str, wanted: tuple[int, int, int]
) -> None:
    rotate = Rotate(rest=rest, how=how)
    still = run(rotate, np.array([[*rest, 0.0, 0.0, 0.0]]))[0]
    assert still[:3] == pytest.approx(np.multiply(wanted, np.linalg.norm(rest)), abs=1e-9)
    moved = VALUES.copy()
    if how != "turn":
        moved[:, :3] -= rest
    out = run(rotate)
    for vector in (slice(0, 3), slice(3, 6)):
        assert np.linalg.norm(out[:, vector], axis=1) == pytest.approx(
            np.linalg.norm(moved[:, vector], axis=1)
        )
        assert out[:, vector] @ out[0, vector] == pytest.approx(moved[:, vector] @ moved[0, vector])


def test_a_rotation_is_measured_on_rest_and_movement() -> None:
    noisy = REST + RNG.normal(size=REST.shape) * 0.01
    noisy[3] = np.nan
    noisy[7] = 1e6
    rotate = Rotate(how="both").measured(SPEC, noisy, VALUES)
    assert rotate.rest == pytest.approx((0.2, -0.5, 0.8), abs=0.01)
    lengths = np.linalg.norm(run(rotate).reshape(-1, 2, 3), axis=2)
    assert lengths.max(axis=0) == pytest.approx([1.0, 1.0])
    assert names(rotate, SPEC) == list(SPEC.names), "a length of 1 has no unit"
    assert Rotate().measured(SPEC, REST).reach == ()
    assert catalog.read("features", catalog.write(rotate), "here") == rotate


def test_vectors_have_three_channels_and_a_direction() -> None:
    for wrong, said in (
        (Rotate(columns=("acc_x", "acc_y")), "2 channels; vectors have three"),
        (Rotate(rest=(0.0, 0.0, 0.0)), "a vector that is not 0"),
        (Rotate(rest=(1.0, 0.0)), "a vector that is not 0"),
        (Rotate(reach=(1.0, 2.0, 3.0)), "3 numbers; 2 vectors are chosen"),
    ):
        with pytest.raises(SettingsError, match=said):
            wrong.start(SPEC)
    for rest, movement in ((REST * np.nan, None), (REST, REST[:, :1] * np.zeros(6))):
        with pytest.raises(SettingsError, match="rotate, re"):
            Rotate().measured(SPEC, rest, movement)


def test_a_calibration_is_measured_on_rest_and_movement() -> None:
    measured = Calibrate(columns=("acc*",)).measured(SPEC, REST, VALUES)
    out = run(measured)
    assert (out[:, :3].min(axis=0), out[:, :3].max(axis=0)) == (
        pytest.approx([0.0] * 3),
        pytest.approx([1.0] * 3),
    )
    assert np.array_equal(out[:, 3:], VALUES[:, 3:])
    assert run(Calibrate().measured(SPEC, REST), REST) == pytest.approx(0.0 * REST)
    scaled = Calibrate(scale=(9.81,), offset=(1.0,)).measured(SPEC, REST, VALUES)
    assert run(scaled).min(axis=0) == pytest.approx(np.zeros(6), abs=1e-12)
    with pytest.raises(SettingsError, match="calibrate, low and high: no movement in gyr_x"):
        Calibrate().measured(
            SPEC, REST, REST[:, :1] * [1, 1, 1, 0, 1, 1] + RNG.normal(size=(50, 6)) * [1, 1, 1, 0, 1, 1]
        )
    with pytest.raises(SettingsError, match="calibrate, rest: no number of acc_x"):
        Calibrate().measured(SPEC, REST * np.nan)


def test_components_are_scikit_learns() -> None:
    mixing = RNG.normal(size=(3, 3))
    spec, values = Spec.of("a g", "b g", "c g"), VALUES[:, :3] @ mixing
    pca = Pca().measured(spec, [values[:100], values[100:]], count=2)
    theirs = PCA(2).fit(values)
    signs = np.sign(theirs.components_[np.arange(2), np.abs(theirs.components_).argmax(axis=1)])
    assert np.array(pca.components) == pytest.approx(theirs.components_ * signs[:, None])
    assert play(pca, values, TIME, spec) == pytest.approx(theirs.transform(values) * signs)
    assert names(pca, spec) == ["pc_1 g", "pc_2 g"]
    assert (
        names(Pca(columns=("a", "b"), components=((1.0, 0.0),), name="main", keep=True), spec)[-1]
        == "main_1 g"
    )
    assert catalog.read("features", catalog.write(pca), "here") == pca


def test_components_are_orthonormal_and_explain_what_was_asked() -> None:
    for share in (0.5, 0.9, 0.999, 1.0):
        pca = Pca(columns=("gyr*",)).measured(SPEC, [VALUES], share=share)
        rows = np.array(pca.components)
        assert rows @ rows.T == pytest.approx(np.eye(len(rows)), abs=1e-12)
        ratio = PCA().fit(VALUES[:, 3:]).explained_variance_ratio_
        assert ratio[: len(rows)].sum() >= share - 1e-9
        assert ratio[: len(rows) - 1].sum() < share


def test_channels_of_different_units_are_scaled_first() -> None:
    pca = Pca().measured(SPEC, [VALUES], count=6)
    theirs = PCA(6).fit((VALUES - VALUES.mean(axis=0)) / VALUES.std(axis=0))
    out = run(pca)
    assert np.abs(out) == pytest.approx(
        np.abs(theirs.transform((VALUES - VALUES.mean(axis=0)) / VALUES.std(axis=0)))
    )
    assert names(pca, SPEC)[0] == "pc_1"


def test_what_cannot_be_fitted_or_projected_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"components\[1\]: 2 weights; 6 channels"):
        Pca(components=((1.0,) * 6, (1.0, 2.0))).start(SPEC)
    for recordings, count in (([], 0), ([VALUES], 7), ([np.ones((5, 6))], 1), ([VALUES * np.nan], 1)):
        with pytest.raises(SettingsError, match="pca, components: "):
            Pca().measured(SPEC, recordings, count)


@pytest.mark.parametrize(
    "settings", [Rotate(rest=(0.1, 0.2, 0.9)), Pca(components=((1.0, 1.0, 1.0, 0.0, 0.0, 0.0),))]
)
def test_one_channel_that_is_no_number_counts_as_the_last_one(settings: object) -> None:
    values, held = VALUES.copy(), VALUES.copy()
    values[50:53, 1] = [np.nan, np.inf, -np.inf]
    held[50:53, 1] = VALUES[49, 1]
    assert np.array_equal(run(settings, values), run(settings, held))


def test_a_mount_multiplies_each_vector_by_the_same_matrix() -> None:
    turn = Rotation.from_euler("xyz", [0.3, -1.1, 0.4])
    out = run(Mount(("acc*", "gyr*"), tuple(turn.as_matrix().ravel())))
    assert np.allclose(out, np.hstack([turn.apply(VALUES[:, :3]), turn.apply(VALUES[:, 3:])]), atol=1e-9)
    assert np.array_equal(run(Mount()), VALUES)
    plane = run(Mount(("acc_x", "acc_z"), (0.0, -1.0, 1.0, 0.0)))
    assert np.array_equal(plane[:, [0, 2]], VALUES[:, [2, 0]] * [-1.0, 1.0])
    assert np.array_equal(plane[:, [1, 3, 4, 5]], VALUES[:, [1, 3, 4, 5]])


@pytest.mark.parametrize(
    ("columns", "matrix"),
    [(("acc_x", "acc_y"), np.eye(3)), (("acc*",), np.ones(8)), (("acc*",), np.full(9, np.nan))],
)
def test_a_mount_that_does_not_fit_is_refused(columns: tuple[str, ...], matrix: Values) -> None:
    with pytest.raises(SettingsError, match="mount, matrix"):
        Mount(columns, tuple(matrix.ravel().tolist())).start(SPEC)
