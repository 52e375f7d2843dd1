"""Gaussians, pure: log-densities and sums of a whole set as one matrix product each, and regression.

A log-density is linear in the products of a frame's values (the quadratic expansion), so those of T frames
under J components are one (T, F) x (F, J) product, and the sums an M-step needs are its transpose. Frames
are centred and scaled before, in double precision, which keeps the cancellation far below what matters.
F = C (C + 1) / 2 + C + 1 for full covariances, 2 C + 1 for diagonal ones. What a fit does in every round is
compiled (`gaussian_kernels`).
"""

from __future__ import annotations

import math

import numpy as np

from gesturemap.frames import Values
from gesturemap.models import gaussian_kernels as kernels

LOG_TWO_PI = math.log(2.0 * math.pi)


def features(channels: int, full: bool) -> int:
    """F, the width of an expansion."""
    return (channels * (channels + 1) // 2 if full else channels) + channels + 1


class Expansion:
    """Frames (T, C), ready to be multiplied with coefficients (F, J) and responsibilities (T, J).

    Products are made a few frames at a time and never kept, so that 400 channels need no more memory than 12.
    """

    def __init__(self, frames: Values, full: bool) -> None:
        self.frames, self.full = np.ascontiguousarray(frames), full
        self.width = features(frames.shape[1], full)

    def times(self, coefficients: Values) -> Values:
        """Log-densities (T, J) from `coefficients` (F, J)."""
        out = np.empty((len(self.frames), coefficients.shape[1]))
        kernels.log_densities(self.frames, coefficients, self.full, out)
        return out

    def sums(self, responsibilities: Values, part: slice | None = None) -> Values:
        """Weighted sums (J, F) of the expansion, over all frames or one slice of them."""
        first, last = (0, len(self.frames)) if part is None else (part.start, part.stop)
        out = np.zeros((responsibilities.shape[1], self.width))
        kernels.weighted(self.frames, responsibilities, first, last, self.full, out)
        return out


def moments(sums: Values, channels: int, full: bool) -> tuple[Values, Values, Values]:
    """Counts (J,), means (J, C) and scatter per frame ((J, C, C), or (J, C) variances) from weighted sums.

    Components that no frame belongs to have means and scatter 0.
    """
    counts = sums[:, -1].copy()
    if full:
        means, scatter = np.empty((len(sums), channels)), np.empty((len(sums), channels, channels))
        kernels.scatters(sums, means, scatter)
        return counts, means, scatter
    scaled = sums / np.maximum(counts, 1e-300)[:, None]
    means = scaled[:, -1 - channels : -1].copy()
    return counts, means, np.maximum(scaled[:, :channels] - means**2, 0.0)


def factors(covariances: Values) -> tuple[Values, Values]:
    """Inverse Cholesky factors and log-determinants (J,): (J, C, C) lower triangles, or (J, C) for variances.

    A matrix that rounding has left indefinite gets its smallest eigenvalues raised to 1e-12 of its largest.
    """
    if covariances.ndim == 2:
        return 1.0 / np.sqrt(covariances), np.log(covariances).sum(1)
    inverse, logs = np.empty(covariances.shape), np.empty(len(covariances))
    if not kernels.inverse_factors(np.ascontiguousarray(covariances), inverse, logs):
        values, vectors = np.linalg.eigh(covariances)
        values = np.maximum(values, np.maximum(values[:, -1:] * 1e-12, 1e-300))
        raised = np.ascontiguousarray((vectors * values[:, None, :]) @ vectors.transpose(0, 2, 1))
        if not kernels.inverse_factors(raised, inverse, logs):
            raise np.linalg.LinAlgError("a covariance that cannot be raised either")
    return inverse, logs


def coefficients(means: Values, covariances: Values) -> Values:
    """Coefficients (F, J) whose product with an expansion is log N(x; mean, covariance).

    log N = -1/2 (C log 2 pi + log |S| + (x - m)' S^-1 (x - m)), Bishop (2006), eq. 2.43, multiplied out.
    """
    inverse, logs = factors(covariances)
    channels = means.shape[1]
    if covariances.ndim == 3:
        out = np.empty((features(channels, True), len(means)))
        kernels.quadratics(np.ascontiguousarray(means), inverse, logs, out)
        return out
    precision = inverse**2
    linear = precision * means
    squares = -0.5 * precision
    constant = -0.5 * (channels * LOG_TWO_PI + logs + (linear * means).sum(1))
    return np.concatenate([squares, linear, constant[:, None]], axis=1).T.copy()


def whitened(frames: Values, means: Values, covariances: Values, shares: Values) -> Values:
    """How far frames (T, C) are off the components that share them (T, J), in their own deviations: (T, C)."""
    inverse, _ = factors(covariances)
    off = np.zeros(frames.shape)
    for mean, factor, share in zip(means, inverse, shares.T, strict=True):
        here = share > 0.0
        away = frames[here] - mean
        off[here] += share[here, None] * (away * factor if factor.ndim == 1 else away @ factor.T)
    return off


def log_density(frames: Values, means: Values, covariances: Values) -> Values:
    """Log-densities (T, J) of frames (T, C) in nats."""
    return Expansion(frames, covariances.ndim == 3).times(coefficients(means, covariances))


def regularised(scatter: Values, variance: Values, relative: float, absolute: float) -> Values:
    """Add `relative` x the data's `variance` (C,) + `absolute` to the diagonal of every scatter."""
    extra = relative * variance + absolute
    if scatter.ndim == 2:
        return scatter + extra
    result = scatter.copy()
    result.reshape(len(scatter), -1)[:, :: scatter.shape[1] + 1] += extra
    return result


def shrunk(scatter: Values, counts: Values, demonstrations: int, weight: float, deviation: float) -> Values:
    """Pull each scatter towards the one all components share, and that towards `deviation`^2.

    Few demonstrations say little about how repetitions differ: one says nothing, D say as much as D - 1
    independent repetitions of every state. So the pooled scatter P of a gesture of J states becomes
    P' = ((D - 1) J P + W deviation^2 I) / ((D - 1) J + W), W = 20 `weight`, and each component's scatter
    (D S + weight P') / (D + weight). Source: conjugate (inverse Wishart) shrinkage, Bishop (2006), 2.3.6.
    """
    if weight <= 0.0:
        return scatter
    channels = scatter.shape[1]
    known, believed = (demonstrations - 1) * len(counts), 20.0 * weight
    flat = np.ascontiguousarray(scatter).reshape(len(counts), -1)
    out = np.empty(scatter.shape)
    # Of a matrix that is laid flat every (C + 1)-th number is a variance.
    every = channels + 1 if scatter.ndim == 3 else 1
    kernels.shrink(
        flat, counts, every, known, believed, deviation**2, demonstrations, weight, out.reshape(flat.shape)
    )
    return out


def condition(means: Values, covariances: Values, inputs: int) -> tuple[Values, Values, Values]:
    """Regression of the last M of D channels on the first C: offsets (J, M), slopes (J, M, C), variances (J, M).

    E[y | x] = m_y + S_yx S_xx^-1 (x - m_x); Var[y | x] = S_yy - S_yx S_xx^-1 S_xy (its diagonal). With
    variances alone y does not depend on x within a component. Source: Bishop (2006), eqs. 2.81, 2.82.
    """
    outputs = means.shape[1] - inputs
    if covariances.ndim == 2 or not outputs:
        return (
            means[:, inputs:].copy(),
            np.zeros((len(means), outputs, inputs)),
            covariances[:, inputs:].copy() if outputs else np.zeros((len(means), 0)),
        )
    inverse, _ = factors(covariances[:, :inputs, :inputs])
    whitened = inverse @ covariances[:, :inputs, inputs:]
    slopes = whitened.transpose(0, 2, 1) @ inverse
    offsets = means[:, inputs:] - (slopes @ means[:, :inputs, None])[:, :, 0]
    variances = np.diagonal(covariances, axis1=1, axis2=2)[:, inputs:] - (whitened**2).sum(1)
    return offsets, slopes, np.maximum(variances, 0.0)


def residuals(frames: Values, offsets: Values, slopes: Values, shares: Values) -> Values:
    """(J, M) summed squares of what is left of the outputs, the last M of D values, after each regression."""
    channels = slopes.shape[2]
    left = np.empty(offsets.shape)
    for j, share in enumerate(shares.T):
        error = frames[:, channels:] - (offsets[j] + frames[:, :channels] @ slopes[j].T)
        left[j] = share @ error**2
    return left
