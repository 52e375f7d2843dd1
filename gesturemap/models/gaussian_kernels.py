"""What a fit of Gaussians does in every round, compiled: densities, weighted sums, and what is made of the sums.

The matrices are small, or nearly empty where states are passed in order: a general library spends more on
sharing such work between threads than on the work, and far more where other programs keep a processor busy.
Shapes as in `gaussian`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel

FRAMES = 64
"""Frames whose densities are found together, side by side in memory."""
FAINT = 1e-30
"""A responsibility below adds nothing in double precision."""


@kernel
def log_densities(frames: Any, coefficients: Any, full: bool, out: Any) -> None:
    """Write the expansion of frames (T, C) x coefficients (F, J) into out (T, J)."""
    count, channels = frames.shape
    width, components = coefficients.shape
    whole, pairs = (width + 3) // 4 * 4, (components + 1) // 2 * 2
    values = np.zeros((channels, FRAMES))
    products = np.zeros((whole, FRAMES))
    factors = np.zeros((pairs, whole))
    sums, more = np.empty(FRAMES), np.empty(FRAMES)
    for j in range(components):
        for p in range(width):
            factors[j, p] = coefficients[p, j]
    products[width - 1] = 1.0
    for start in range(0, count, FRAMES):
        here = min(FRAMES, count - start)
        for t in range(here):
            for x in range(channels):
                values[x, t] = frames[start + t, x]
        at = 0
        for x in range(channels):
            one = values[x]
            for y in range(0 if full else x, x + 1):
                other, to = values[y], products[at]
                for t in range(FRAMES):
                    to[t] = one[t] * other[t]
                at += 1
        for x in range(channels):
            products[at] = values[x]
            at += 1
        # Two components at once: what was loaded of the products serves both.
        for j in range(0, pairs, 2):
            for t in range(FRAMES):
                sums[t], more[t] = 0.0, 0.0
            one, two = factors[j], factors[j + 1]
            for p in range(0, whole, 4):
                r0, r1, r2, r3 = products[p], products[p + 1], products[p + 2], products[p + 3]
                a, b, c, d = one[p], one[p + 1], one[p + 2], one[p + 3]
                e, f, g, h = two[p], two[p + 1], two[p + 2], two[p + 3]
                for t in range(FRAMES):
                    sums[t] += (a * r0[t] + b * r1[t]) + (c * r2[t] + d * r3[t])
                    more[t] += (e * r0[t] + f * r1[t]) + (g * r2[t] + h * r3[t])
            for t in range(here):
                out[start + t, j] = sums[t]
            if j + 1 < components:
                for t in range(here):
                    out[start + t, j + 1] = more[t]


@kernel
def weighted(frames: Any, shares: Any, first: int, last: int, full: bool, out: Any) -> None:
    """Add shares (T, J) x the expansion of frames (T, C), from frame `first` to `last`, to out (J, F).

    Eight frames at once; where states are passed in order most of them belong to one or two states, and the
    others are passed over.
    """
    components = len(out)
    channels = frames.shape[1]
    wide = (channels + 4) // 4 * 4  # values and a 1, in whole vectors
    sums = np.zeros((components, channels, wide))
    counts = np.zeros((components, wide))
    rows, own = np.zeros((8, wide)), np.zeros(8)
    for start in range(first, last, 8):
        here = min(8, last - start)
        for r in range(here):
            for x in range(channels):
                rows[r, x] = frames[start + r, x]
            rows[r, channels] = 1.0
        r0, r1, r2, r3, r4, r5, r6, r7 = (
            rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7],
        )  # fmt: skip
        for j in range(components):
            largest = 0.0
            for r in range(8):
                own[r] = shares[start + r, j] if r < here else 0.0
                own[r] = own[r] if own[r] >= FAINT else 0.0
                largest = max(largest, own[r])
            if largest == 0.0:
                continue
            a, b, c, d, e, f, g, h = own[0], own[1], own[2], own[3], own[4], own[5], own[6], own[7]
            to = counts[j]
            for y in range(wide):
                to[y] += (a * r0[y] + b * r1[y] + c * r2[y] + d * r3[y]) + (
                    e * r4[y] + f * r5[y] + g * r6[y] + h * r7[y]
                )
            for x in range(channels):
                a, b, c, d = own[0] * r0[x], own[1] * r1[x], own[2] * r2[x], own[3] * r3[x]
                e, f, g, h = own[4] * r4[x], own[5] * r5[x], own[6] * r6[x], own[7] * r7[x]
                to = sums[j, x]
                if full:
                    for y in range(wide):
                        to[y] += (a * r0[y] + b * r1[y] + c * r2[y] + d * r3[y]) + (
                            e * r4[y] + f * r5[y] + g * r6[y] + h * r7[y]
                        )
                else:
                    to[x] += (a * r0[x] + b * r1[x] + c * r2[x] + d * r3[x]) + (
                        e * r4[x] + f * r5[x] + g * r6[x] + h * r7[x]
                    )
    for j in range(components):
        at = 0
        for x in range(channels):
            for y in range(0 if full else x, x + 1):
                out[j, at] += sums[j, x, y]
                at += 1
        for y in range(channels + 1):
            out[j, at + y] += counts[j, y]


@kernel
def scatters(sums: Any, means: Any, scatter: Any) -> None:
    """Write means (J, C) and scatter per frame (J, C, C) from weighted sums (J, F)."""
    components, channels = means.shape
    linear = sums.shape[1] - 1 - channels
    for j in range(components):
        own, count = sums[j], max(sums[j, linear + channels], 1e-300)
        for d in range(channels):
            means[j, d] = own[linear + d] / count
        p = 0
        for d in range(channels):
            for e in range(d + 1):
                value = own[p] / count - means[j, d] * means[j, e]
                scatter[j, d, e] = value
                scatter[j, e, d] = value
                p += 1


@kernel
def shrink(
    scatter: Any, counts: Any, every: int, known: float, believed: float, variance: float,
    demonstrations: float, weight: float, out: Any,
) -> None:  # fmt: skip
    """Write each scatter (J, N), pulled towards what all share, into out (J, N); see `gaussian.shrunk`.

    Every so many numbers of a scatter is a variance.
    """
    components, size = scatter.shape
    target = np.zeros(size)
    total = 0.0
    for j in range(components):
        total += counts[j]
    for j in range(components):
        share = counts[j] / max(total, 1e-300)
        for n in range(size):
            target[n] += share * scatter[j, n]
    for n in range(size):
        target[n] *= known
    for n in range(0, size, every):
        target[n] += believed * variance
    for n in range(size):
        target[n] *= weight / (known + believed)
    scale = 1.0 / (demonstrations + weight)
    for j in range(components):
        for n in range(size):
            out[j, n] = (demonstrations * scatter[j, n] + target[n]) * scale


@kernel
def inverse_factors(covariances: Any, inverse: Any, logs: Any) -> bool:
    """Write inverse Cholesky factors (J, C, C) and log-determinants (J,); false where one is not definite."""
    components, channels, _ = covariances.shape
    lower = np.zeros((channels, channels))
    for j in range(components):
        own, result = covariances[j], inverse[j]
        total = 0.0
        for d in range(channels):
            for e in range(d + 1):
                value = own[d, e]
                for k in range(e):
                    value -= lower[d, k] * lower[e, k]
                if e < d:
                    lower[d, e] = value / lower[e, e]
                elif value > 0.0:
                    lower[d, d] = math.sqrt(value)
                    total += math.log(lower[d, d])
                else:
                    return False
        logs[j] = 2.0 * total
        # Row by row: L times its inverse is 1.
        for d in range(channels):
            pivot = 1.0 / lower[d, d]
            for e in range(channels):
                result[d, e] = 0.0
            for k in range(d):
                factor = lower[d, k] * pivot
                for e in range(k + 1):
                    result[d, e] -= factor * result[k, e]
            result[d, d] = pivot
    return True


@kernel
def quadratics(means: Any, inverse: Any, logs: Any, out: Any) -> None:
    """Write coefficients (F, J) from means (J, C), inverse Cholesky factors and log-determinants."""
    components, channels = means.shape
    precision = np.empty((channels, channels))
    for j in range(components):
        own = inverse[j]
        precision[:] = 0.0
        for k in range(channels):
            for d in range(k + 1):
                factor = own[k, d]
                for e in range(d + 1):
                    precision[d, e] += factor * own[k, e]
        p = 0
        for d in range(channels):
            for e in range(d):
                precision[e, d] = precision[d, e]
                out[p, j] = -precision[d, e]
                p += 1
            out[p, j] = -0.5 * precision[d, d]
            p += 1
        constant = channels * math.log(2.0 * math.pi) + logs[j]
        for d in range(channels):
            linear = 0.0
            for e in range(channels):
                linear += precision[d, e] * means[j, e]
            out[p, j] = linear
            constant += linear * means[j, d]
            p += 1
        out[p, j] = -0.5 * constant


MATRIX, VECTOR, CUBE = "float64[:, ::1]", "float64[::1]", "float64[:, :, ::1]"
KERNELS = (
    (log_densities, f"void({MATRIX}, {MATRIX}, boolean, {MATRIX})"),
    (weighted, f"void({MATRIX}, {MATRIX}, int64, int64, boolean, {MATRIX})"),
    (scatters, f"void({MATRIX}, {MATRIX}, {CUBE})"),
    (
        shrink,
        f"void({MATRIX}, {VECTOR}, int64, float64, float64, float64, float64, float64, {MATRIX})",
    ),
    (inverse_factors, f"boolean({CUBE}, {CUBE}, {VECTOR})"),
    (quadratics, f"void({MATRIX}, {CUBE}, {VECTOR}, {MATRIX})"),
)
