"""The front end: hops, views, and what a constant channel counts for."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.frames import Spec
from gesturemap.models import exemplar_kernels, front

RNG = np.random.default_rng(0)
TAKES = [np.cumsum(RNG.normal(size=(30, 3)), axis=0) + 5.0 for _ in range(4)]


@pytest.mark.parametrize("shape", [True, False])
@pytest.mark.parametrize("delta", [True, False])
def test_what_is_seen_frame_by_frame_is_what_is_seen_of_the_whole(shape: bool, delta: bool) -> None:
    view = front.view(TAKES, shape, delta)
    whole = view.of(TAKES[0]).astype(np.float32)
    y, origin = np.zeros(len(view.gains), np.float32), np.zeros(3)
    ring = np.zeros((5, 3))
    for t, hop in enumerate(TAKES[0]):
        ring[t % 5] = hop
        exemplar_kernels.see(ring, t % 5, t, front.LAG, view.shape, view.centre, view.gains, origin, y)
        assert np.array_equal(y, whole[t])


def test_a_level_has_deviation_1_in_every_channel_and_a_shape_keeps_its_form() -> None:
    level, shape = front.view(TAKES, False, True), front.view(TAKES, True, False)
    seen = np.concatenate(TAKES)
    assert np.allclose((seen - level.centre).std(0) * level.gains[:3], 1.0)
    assert np.ptp(shape.gains) == 0.0
    moved = [take + np.array([100.0, -3.0, 7.0]) for take in TAKES]
    assert np.allclose(front.view(moved, True, False).of(moved[1]), shape.of(TAKES[1]))


def test_a_constant_channel_counts_for_nothing() -> None:
    takes = [np.column_stack([take, np.full(len(take), 0.1)]) for take in TAKES]
    for shape in (True, False):
        view = front.view(takes, shape, True)
        assert (view.gains[[3, 7]] == 0.0).all()
        assert (view.gains[[0, 1, 2]] > 0.0).all()


def test_hops_are_means_and_a_short_take_gives_one() -> None:
    values = np.arange(14.0).reshape(7, 2)
    assert np.array_equal(front.hops(values, 3), [[2.0, 3.0], [8.0, 9.0]])
    assert np.array_equal(front.hops(values[:2], 3), [[1.0, 2.0]])
    assert [front.hop_of(lengths) for lengths in ([10, 20], [100], [260, 240, 9000])] == [1, 2, 5]


def test_places_are_known_by_their_names() -> None:
    assert front.is_place(Spec.of("mouse_x", "mouse_y"))
    assert front.is_place(Spec.of("x px", "y px"))
    assert not front.is_place(Spec.of("acc_x m/s2", "acc_y m/s2"))
    assert not front.is_place(Spec.of("emg1", "emg2"))
    assert not front.is_place(Spec.of("x_d 1/s", "y_d 1/s"))
