"""The Fourier transform of complex frames, compiled: Stockham's, which needs no sorting, in steps of four.

Source: C. Van Loan, Computational Frameworks for the Fast Fourier Transform (1992), sections 1.7 and 2.4.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.frames import Values


def turns(size: int) -> Values:
    """(6 size/4,) cosine and sine of the first, second and third power of every quarter's turn, one after another."""
    angle = -2.0 * np.pi * np.arange(size // 4) / size
    return np.concatenate([part(power * angle) for power in (1, 2, 3) for part in (np.cos, np.sin)])


@kernel
def first_four(a: Any, b: Any, c: Any, d: Any, w: Values, quarter: int) -> None:
    """The first step by four, from the frame `a`, `b` (real, imaginary) into `c`, `d`: side by side in memory."""
    one, two, three = w[: 2 * quarter], w[2 * quarter : 4 * quarter], w[4 * quarter : 6 * quarter]
    for p in range(quarter):
        ar, ai, br, bi = a[p], b[p], a[p + quarter], b[p + quarter]
        cr, ci, dr, di = (
            a[p + 2 * quarter],
            b[p + 2 * quarter],
            a[p + 3 * quarter],
            b[p + 3 * quarter],
        )
        pr, pi, mr, mi = ar + cr, ai + ci, ar - cr, ai - ci
        qr, qi, nr, ni = br + dr, bi + di, br - dr, bi - di
        c[4 * p], d[4 * p] = pr + qr, pi + qi
        xr, xi, tr, ti = mr + ni, mi - nr, one[p], one[quarter + p]
        c[4 * p + 1], d[4 * p + 1] = xr * tr - xi * ti, xr * ti + xi * tr
        xr, xi, tr, ti = pr - qr, pi - qi, two[p], two[quarter + p]
        c[4 * p + 2], d[4 * p + 2] = xr * tr - xi * ti, xr * ti + xi * tr
        xr, xi, tr, ti = mr - ni, mi + nr, three[p], three[quarter + p]
        c[4 * p + 3], d[4 * p + 3] = xr * tr - xi * ti, xr * ti + xi * tr


@kernel
def four(a: Any, b: Any, c: Any, d: Any, w: Values, quarter: int, left: int, stride: int) -> None:
    """A later step by four: `left` turns, each for `stride` neighbours."""
    span = left * stride
    for p in range(left):
        t = p * stride
        r1, i1 = w[t], w[quarter + t]
        r2, i2 = w[2 * quarter + t], w[3 * quarter + t]
        r3, i3 = w[4 * quarter + t], w[5 * quarter + t]
        a0, a1 = a[t : t + stride], a[t + span : t + span + stride]
        a2, a3 = a[t + 2 * span : t + 2 * span + stride], a[t + 3 * span : t + 3 * span + stride]
        b0, b1 = b[t : t + stride], b[t + span : t + span + stride]
        b2, b3 = b[t + 2 * span : t + 2 * span + stride], b[t + 3 * span : t + 3 * span + stride]
        c0, d0 = c[4 * t : 4 * t + 4 * stride], d[4 * t : 4 * t + 4 * stride]
        for q in range(stride):
            pr, pi, mr, mi = a0[q] + a2[q], b0[q] + b2[q], a0[q] - a2[q], b0[q] - b2[q]
            qr, qi, nr, ni = a1[q] + a3[q], b1[q] + b3[q], a1[q] - a3[q], b1[q] - b3[q]
            c0[q], d0[q] = pr + qr, pi + qi
            xr, xi = mr + ni, mi - nr
            c0[q + stride], d0[q + stride] = xr * r1 - xi * i1, xr * i1 + xi * r1
            xr, xi = pr - qr, pi - qi
            c0[q + 2 * stride], d0[q + 2 * stride] = xr * r2 - xi * i2, xr * i2 + xi * r2
            xr, xi = mr - ni, mi + nr
            c0[q + 3 * stride], d0[q + 3 * stride] = xr * r3 - xi * i3, xr * i3 + xi * r3


@kernel
def two(a: Any, b: Any, c: Any, d: Any, half: int) -> None:
    """The last step where the size is no power of four."""
    for q in range(half):
        c[q], d[q] = a[q] + a[q + half], b[q] + b[q + half]
        c[q + half], d[q + half] = a[q] - a[q + half], b[q] - b[q + half]


@kernel
def transform(real: Values, imaginary: Values, spare: Values, w: Values) -> None:
    """Replace a frame (N,) by its transform; `spare` has 2 N places, `w` is from `turns`.

    With real and imaginary part exchanged it is the inverse, times N.
    """
    size = len(real)
    quarter = size // 4
    a, b, c, d = real, imaginary, spare[:size], spare[size : 2 * size]
    first_four(a, b, c, d, w, quarter)
    a, b, c, d = c, d, a, b
    left, stride, odd = quarter // 4, 4, True
    while left >= 1:
        four(a, b, c, d, w, quarter, left, stride)
        a, b, c, d = c, d, a, b
        left, stride, odd = left // 4, stride * 4, not odd
    if stride < size:
        two(a, b, c, d, size // 2)
        a, b, c, d = c, d, a, b
        odd = not odd
    if odd:
        for i in range(size):
            real[i], imaginary[i] = a[i], b[i]
