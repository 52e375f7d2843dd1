"""The map's directions beside scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from gesturemap.window.facts import projection
from gesturemap.window.facts.projection import discriminant, points_of, principal, vectors_of


def clouds(gestures: int, each: int, width: int, seed: int = 0) -> tuple[np.ndarray, list[str]]:
    rng = np.random.default_rng(seed)
    middles = 3.0 * rng.normal(size=(gestures, width))
    stretch = rng.uniform(0.3, 2.0, width)
    vectors = np.concatenate([middle + stretch * rng.normal(size=(each, width)) for middle in middles])
    return vectors, [f"g{k}" for k in range(gestures) for _ in range(each)]


@pytest.mark.parametrize("shape", [(3, 8, 40), (5, 40, 12), (2, 2, 96)])
def test_principal_components_are_those_of_scikit_learn(shape) -> None:
    vectors, _ = clouds(*shape)
    theirs, found = PCA(2).fit(vectors), principal(vectors)
    assert np.allclose(np.abs(found.axes), np.abs(theirs.components_), atol=1e-9)
    assert np.allclose(np.abs(found(vectors)), np.abs(theirs.transform(vectors)), atol=1e-8)


@pytest.mark.parametrize("gestures", [3, 6])
def test_discriminants_are_those_of_scikit_learn(gestures: int, monkeypatch) -> None:
    monkeypatch.setattr(projection, "RIDGE", 0.0)
    vectors, labels = clouds(gestures, 30, 10)
    theirs = LinearDiscriminantAnalysis(n_components=2, solver="svd").fit_transform(vectors, labels)
    ours = discriminant(vectors, labels)(vectors)
    for column in range(2):
        assert abs(np.corrcoef(theirs[:, column], ours[:, column])[0, 1]) == pytest.approx(1.0, abs=1e-6)


def apart(places: np.ndarray, labels: list[str]) -> float:
    """How often the nearest other demonstration is of the same gesture."""
    far = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(far, np.inf)
    return float(np.mean([labels[i] == labels[j] for i, j in enumerate(far.argmin(axis=1))]))


def test_a_supervised_map_tells_apart_what_lies_in_a_small_direction() -> None:
    rng = np.random.default_rng(1)
    labels = [f"g{k}" for k in range(3) for _ in range(10)]
    vectors = 5.0 * rng.normal(size=(30, 20))
    vectors[:, 3:5] = 0.1 * vectors[:, 3:5] + np.repeat([[0, 0], [6, 0], [0, 6]], 10, axis=0)
    assert apart(principal(vectors)(vectors), labels) < 0.7
    assert apart(discriminant(vectors, labels)(vectors), labels) > 0.9


def test_of_gestures_that_all_differ_none_hides_another_on_a_supervised_map() -> None:
    rng = np.random.default_rng(0)
    middles = np.zeros((5, 12))
    middles[:, :3] = [
        [0, 0, 0],
        [0, 0, 5],
        [40, 0, 0],
        [0, 40, 0],
        [40, 40, 0],
    ]  # two are near, in a third direction
    labels = [f"g{k}" for k in range(5) for _ in range(8)]
    vectors = np.repeat(middles, 8, axis=0) + 0.5 * rng.normal(size=(40, 12))
    assert apart(discriminant(vectors, labels)(vectors), labels) > 0.95


def test_two_gestures_have_a_plane_too_and_few_demonstrations_do() -> None:
    vectors, labels = clouds(2, 6, 30)
    places = discriminant(vectors, labels)(vectors)
    assert places.shape == (12, 2) and np.isfinite(places).all() and (places.std(axis=0) > 0).all()
    assert apart(places, labels) == 1.0
    for count in (1, 2, 3):  # one each: there is nothing to tell apart by
        some, names = clouds(count, 1, 30)
        assert np.isfinite(discriminant(some, names)(some)).all()
    still = np.ones((6, 30))
    assert np.isfinite(discriminant(still, ["a", "b"] * 3)(still)).all()


def test_a_vector_is_the_same_whatever_the_number_of_points_it_came_from() -> None:
    even = np.linspace(0, 1, 48)
    curve = np.stack([even, 10 * even**2], axis=1)
    made = vectors_of(curve[None], 5, np.array([1.0, 10.0])).reshape(5, 2)
    assert np.allclose(made[:, 0], np.linspace(0, 1, 5)) and np.allclose(
        made[:, 1], np.linspace(0, 1, 5) ** 2, atol=1e-3
    )
    assert points_of(2) == 24 and points_of(12) == 8 and points_of(200) == 4
