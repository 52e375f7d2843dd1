"""Gaussians, pure: log-densities and sums of a whole set as one matrix product each, and regression.

A log-density is linear in the products of a frame's values (the quadratic expansion), so those of T frames
under J components are one (T, F) x (F, J) product, and the sums an M-step needs are its transpose. Frames
are centred and scaled before, in double precision, which keeps the cancellation far below what matters.
F = C (C + 1) / 2 + C + 1 for full covariances, 2 C + 1 for diagonal ones.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.compiled import kernel
from gesturemap.frames import Values

LOG_TWO_PI = math.log(2.0 * math.pi)
BLOCK = 4_000_000
"""Numbers in one block of an expansion: about 32 MB, so that 400 channels need no more memory than 12."""


@kernel
def expand(frames: Any, full: bool, out: Any) -> None:
    """Write products (lower triangle, row by row; or squares), values and 1 of each frame into `out` (T, F)."""
    count, channels = frames.shape
    for t in range(count):
        p = 0
        for d in range(channels):
            value = frames[t, d]
            if full:
                for e in range(d + 1):
                    out[t, p] = value * frames[t, e]
                    p += 1
            else:
                out[t, p] = value * value
                p += 1
        for d in range(channels):
            out[t, p] = frames[t, d]
            p += 1
        out[t, p] = 1.0


KERNELS = ((expand, "void(float64[:, ::1], boolean, float64[:, ::1])"),)


@cache
def triangle(channels: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column of each entry of a packed lower triangle."""
    return np.tril_indices(channels)


def features(channels: int, full: bool) -> int:
    """F, the width of an expansion."""
    return (channels * (channels + 1) // 2 if full else channels) + channels + 1


class Expansion:
    """Frames (T, C), ready to be multiplied with coefficients (F, J) and responsibilities (T, J)."""

    def __init__(self, frames: Values, full: bool) -> None:
        self.frames, self.full = np.ascontiguousarray(frames), full
        self.width = features(frames.shape[1], full)
        rows = max(BLOCK // self.width, 1)
        self._parts = [slice(at, min(at + rows, len(frames))) for at in range(0, len(frames), rows)]
        self._kept = self._expand(self._parts[0]) if len(self._parts) == 1 else None

    def _expand(self, part: slice) -> Values:
        out = np.empty((part.stop - part.start, self.width))
        expand(self.frames[part], self.full, out)
        return out

    def times(self, coefficients: Values) -> Values:
        """Log-densities (T, J) from `coefficients` (F, J)."""
        if self._kept is not None:
            return self._kept @ coefficients
        out = np.empty((len(self.frames), coefficients.shape[1]))
        for part in self._parts:
            np.matmul(self._expand(part), coefficients, out=out[part])
        return out

    def sums(self, responsibilities: Values, part: slice | None = None) -> Values:
        """Weighted sums (J, F) of the expansion, over all frames or one slice of them."""
        if self._kept is not None:
            kept = self._kept if part is None else self._kept[part]
            return (responsibilities if part is None else responsibilities[part]).T @ kept
        first, last = (0, len(self.frames)) if part is None else (part.start, part.stop)
        out = np.zeros((responsibilities.shape[1], self.width))
        for block in self._parts:
            cut = slice(max(block.start, first), min(block.stop, last))
            if cut.start < cut.stop:
                out += responsibilities[cut].T @ self._expand(cut)
        return out


def moments(sums: Values, channels: int, full: bool) -> tuple[Values, Values, Values]:
    """Counts (J,), means (J, C) and scatter per frame ((J, C, C), or (J, C) variances) from weighted sums.

    Components that no frame belongs to have means and scatter 0.
    """
    counts = sums[:, -1].copy()
    scaled = sums / np.maximum(counts, 1e-300)[:, None]
    means = scaled[:, -1 - channels : -1].copy()
    if not full:
        return counts, means, np.maximum(scaled[:, :channels] - means**2, 0.0)
    rows, columns = triangle(channels)
    scatter = np.empty((len(sums), channels, channels))
    scatter[:, rows, columns] = scaled[:, : len(rows)]
    scatter[:, columns, rows] = scaled[:, : len(rows)]
    scatter -= means[:, :, None] * means[:, None, :]
    return counts, means, scatter


def factors(covariances: Values) -> tuple[Values, Values]:
    """Inverse Cholesky factors and log-determinants (J,): (J, C, C) lower triangles, or (J, C) for variances.

    A matrix that rounding has left indefinite gets its smallest eigenvalues raised to 1e-12 of its largest.
    """
    if covariances.ndim == 2:
        return 1.0 / np.sqrt(covariances), np.log(covariances).sum(1)
    try:
        lower = np.linalg.cholesky(covariances)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(covariances)
        values = np.maximum(values, np.maximum(values[:, -1:] * 1e-12, 1e-300))
        lower = np.linalg.cholesky((vectors * values[:, None, :]) @ vectors.transpose(0, 2, 1))
    logs = 2.0 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(1)
    return np.tril(np.linalg.inv(lower)), logs


def coefficients(means: Values, covariances: Values) -> Values:
    """Coefficients (F, J) whose product with an expansion is log N(x; mean, covariance).

    log N = -1/2 (C log 2 pi + log |S| + (x - m)' S^-1 (x - m)), Bishop (2006), eq. 2.43, multiplied out.
    """
    inverse, logs = factors(covariances)
    channels = means.shape[1]
    if covariances.ndim == 2:
        precision = inverse**2
        linear = precision * means
        squares = -0.5 * precision
    else:
        full = inverse.transpose(0, 2, 1) @ inverse
        linear = (full @ means[:, :, None])[:, :, 0]
        rows, columns = triangle(channels)
        squares = -full[:, rows, columns]
        squares[:, rows == columns] *= 0.5
    constant = -0.5 * (channels * LOG_TWO_PI + logs + (linear * means).sum(1))
    return np.concatenate([squares, linear, constant[:, None]], axis=1).T.copy()


def log_density(frames: Values, means: Values, covariances: Values) -> Values:
    """Log-densities (T, J) of frames (T, C) in nats."""
    return Expansion(frames, covariances.ndim == 3).times(coefficients(means, covariances))


def regularised(scatter: Values, variance: Values, relative: float, absolute: float) -> Values:
    """Add `relative` x the data's `variance` (C,) + `absolute` to the diagonal of every scatter."""
    extra = relative * variance + absolute
    if scatter.ndim == 2:
        return scatter + extra
    result = scatter.copy()
    index = np.arange(scatter.shape[1])
    result[:, index, index] += extra
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
    share = counts / max(counts.sum(), 1e-300)
    pooled = np.tensordot(share, scatter, 1)
    known, believed = (demonstrations - 1) * len(counts), 20.0 * weight
    prior = deviation**2 * (np.eye(channels) if scatter.ndim == 3 else np.ones(channels))
    target = (known * pooled + believed * prior) / (known + believed)
    return (demonstrations * scatter + weight * target) / (demonstrations + weight)


def condition(means: Values, covariances: Values, inputs: int) -> tuple[Values, Values, Values]:
    """Regression of the last M of D channels on the first C: offsets (J, M), slopes (J, M, C), variances (J, M).

    E[y | x] = m_y + S_yx S_xx^-1 (x - m_x); Var[y | x] = S_yy - S_yx S_xx^-1 S_xy (its diagonal). With
    variances alone y does not depend on x within a component. Source: Bishop (2006), eqs. 2.81, 2.82.
    """
    outputs = means.shape[1] - inputs
    if covariances.ndim == 2:
        return (
            means[:, inputs:].copy(),
            np.zeros((len(means), outputs, inputs)),
            covariances[:, inputs:].copy(),
        )
    inverse, _ = factors(covariances[:, :inputs, :inputs])
    whitened = inverse @ covariances[:, :inputs, inputs:]
    slopes = whitened.transpose(0, 2, 1) @ inverse
    offsets = means[:, inputs:] - (slopes @ means[:, :inputs, None])[:, :, 0]
    variances = np.diagonal(covariances, axis1=1, axis2=2)[:, inputs:] - (whitened**2).sum(1)
    return offsets, slopes, np.maximum(variances, 0.0)
