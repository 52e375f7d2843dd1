"""What rotations and projections share: one matrix over some channels of a frame."""

from __future__ import annotations

from typing import Any

import numpy as np

from gesturemap.compiled import brief


@brief
def project(values: Any, chosen: Any, places: Any, zero: Any, matrix: Any, held: Any) -> None:
    """Write ``matrix (M, C) @ (values[chosen] - zero)`` to `places` (M,) of `values`, rows in their order.

    A value that is no number counts as the last one again, kept in `held` (C,): it would spread to all.
    """
    for i in range(len(chosen)):
        value = values[chosen[i]]
        if np.isfinite(value):
            held[i] = value
    for row in range(len(places)):
        result = 0.0
        for i in range(len(chosen)):
            if matrix[row, i] != 0.0:
                result += matrix[row, i] * (held[i] - zero[i])
        values[places[row]] = result


KERNELS = ((project, "void(float64[::1],int64[::1],int64[::1],float64[::1],float64[:,::1],float64[::1])"),)
