"""The k-d tree against looking at every point."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.synth.tree import ROOM, grow, nearest


@pytest.mark.parametrize("count", [1, 2, 64, 65, 200, 5000])
@pytest.mark.parametrize("dims", [1, 3, 11])
@pytest.mark.parametrize("wanted", [1, 5, 16])
def test_the_nearest_are_those_that_brute_force_finds(count, dims, wanted):
    random = np.random.default_rng(count + dims)
    points = random.normal(size=(count, dims))
    points[count // 2 :] = points[count // 3]  # many that are equal
    tree, order = grow(points)
    assert sorted(order) == list(range(count))
    for query in (*random.normal(size=(20, dims)), points[0], 50.0 * np.ones(dims)):
        found, far = np.empty(wanted), np.empty(wanted)
        have = nearest(tree, count, dims, query, wanted, found, far, np.empty(ROOM))
        assert have == min(wanted, count)
        distances = np.sort(np.sum((points - query) ** 2, axis=1))[:have]
        assert far[:have] == pytest.approx(distances)
        places = found[:have].astype(int)
        assert len(set(places)) == have
        assert np.sum((points[order[places]] - query) ** 2, axis=1) == pytest.approx(distances)
