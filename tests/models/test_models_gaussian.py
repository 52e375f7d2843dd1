from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gesturemap.models import gaussian
from gesturemap.models.gaussian import Expansion


def some(components: int, channels: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    roots = random.normal(size=(components, channels, channels))
    return random.normal(size=(components, channels)), roots @ roots.transpose(0, 2, 1) + 0.1 * np.eye(
        channels
    )


@pytest.mark.parametrize("channels", [1, 2, 7, 40])
def test_log_density_equals_scipy_full(channels: int) -> None:
    means, covariances = some(3, channels)
    frames = np.random.default_rng(1).normal(size=(20, channels))
    wanted = np.stack(
        [stats.multivariate_normal(m, c).logpdf(frames) for m, c in zip(means, covariances, strict=True)],
        axis=1,
    )
    np.testing.assert_allclose(gaussian.log_density(frames, means, covariances), wanted, rtol=1e-9, atol=1e-9)


def test_log_density_equals_scipy_diagonal() -> None:
    random = np.random.default_rng(0)
    means, variances, frames = (
        random.normal(size=(3, 5)),
        random.uniform(0.1, 2.0, (3, 5)),
        random.normal(size=(9, 5)),
    )
    wanted = stats.norm.logpdf(frames[:, None], means, np.sqrt(variances)).sum(2)
    np.testing.assert_allclose(gaussian.log_density(frames, means, variances), wanted, rtol=1e-12)


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("frames", [1, 7, 8, 31, 32, 33, 75])
@pytest.mark.parametrize("components", [1, 4, 5])
def test_products_and_sums_equal_those_of_matrices(full: bool, frames: int, components: int) -> None:
    random = np.random.default_rng(frames)
    values = random.normal(size=(frames, 6))
    rows, columns = np.tril_indices(6)
    squares = values[:, rows] * values[:, columns] if full else values**2
    whole = np.concatenate([squares, values, np.ones((frames, 1))], axis=1)
    expansion = Expansion(values, full)
    coefficients = random.normal(size=(expansion.width, components))
    np.testing.assert_allclose(expansion.times(coefficients), whole @ coefficients, rtol=1e-10, atol=1e-12)
    weights = random.uniform(size=(frames, components)) * (random.uniform(size=(frames, components)) < 0.3)
    for part in (None, slice(frames // 3, frames)):
        wanted = weights[part or slice(None)].T @ whole[part or slice(None)]
        np.testing.assert_allclose(expansion.sums(weights, part), wanted, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("full", [True, False])
def test_moments_equal_numpy(full: bool) -> None:
    random = np.random.default_rng(0)
    frames, weights = random.normal(size=(200, 3)), random.uniform(size=(200, 2))
    counts, means, scatter = gaussian.moments(Expansion(frames, full).sums(weights), 3, full)
    np.testing.assert_allclose(counts, weights.sum(0))
    for j in range(2):
        np.testing.assert_allclose(means[j], np.average(frames, axis=0, weights=weights[:, j]))
        wanted = np.cov(frames.T, aweights=weights[:, j], bias=True)
        np.testing.assert_allclose(scatter[j], wanted if full else np.diag(wanted), atol=1e-12)


def test_a_component_without_frames_has_no_moments() -> None:
    frames = np.ones((4, 2))
    counts, means, scatter = gaussian.moments(Expansion(frames, True).sums(np.eye(1, 4).T * 0.0), 2, True)
    assert not counts.any() and not means.any() and not scatter.any()


def test_factors_survive_a_singular_matrix() -> None:
    direction = np.array([[1.0, 1.0, 1.0]])
    inverse, logs = gaussian.factors((direction.T @ direction)[None] * (1.0 + 1e-15))
    assert np.isfinite(inverse).all() and np.isfinite(logs).all()


def test_condition_is_the_regression_of_a_joint_gaussian() -> None:
    means, covariances = some(1, 5)
    sample = np.random.default_rng(0).multivariate_normal(means[0], covariances[0], 400_000)
    x, y = sample[:, :3], sample[:, 3:]
    slopes, residues, _, _ = np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), y, rcond=None)
    offset, slope, variance = gaussian.condition(means, covariances, 3)
    np.testing.assert_allclose(offset[0], slopes[0], atol=0.03)
    np.testing.assert_allclose(slope[0], slopes[1:].T, atol=0.03)
    np.testing.assert_allclose(variance[0], residues / len(x), rtol=0.02)


def test_condition_of_variances_is_constant() -> None:
    offset, slope, variance = gaussian.condition(np.array([[1.0, 2.0, 3.0]]), np.array([[4.0, 5.0, 6.0]]), 1)
    assert offset.tolist() == [[2.0, 3.0]] and not slope.any() and variance.tolist() == [[5.0, 6.0]]


def test_shrinking_lets_go_with_more_demonstrations() -> None:
    scatter, counts = np.tile(0.01 * np.eye(2), (4, 1, 1)), np.full(4, 10.0)
    sizes = [gaussian.shrunk(scatter, counts, n, 2.0, 1.0)[0, 0, 0] for n in (1, 2, 5, 50)]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > 0.5 and sizes[-1] < 0.02
    assert gaussian.shrunk(scatter, counts, 3, 0.0, 1.0) is scatter
