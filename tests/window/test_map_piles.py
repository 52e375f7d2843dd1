"""Marks on the map that lie over one another are one pile, wherever the grid of pixels lies."""

from __future__ import annotations

import numpy as np

from gesturemap.window.test.map import SAME, piles


def test_three_that_lie_over_one_another_are_one_pile_and_others_are_not() -> None:
    for corner in np.arange(0.0, 2 * SAME, 0.25):  # also across a border of any grid
        marks = corner + np.array([[0.0, 0.0], [50.0, 0.0], [0.4, 0.3], [-0.4, 0.2], [SAME + 1.0, 0.0]])
        assert piles(marks).tolist() == [0, 1, 0, 0, 4]
    assert piles(np.zeros((0, 2))).tolist() == []


def test_every_mark_is_in_the_pile_of_one_that_it_lies_over() -> None:
    marks = np.random.default_rng(0).uniform(0.0, 60.0, (300, 2))
    found = piles(marks)
    assert (found[found] == found).all()
    assert np.linalg.norm(marks - marks[found], axis=1).max() <= SAME
