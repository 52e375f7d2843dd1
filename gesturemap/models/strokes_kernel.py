"""What a model of strokes sees of the last moments: means of a few stretches, and how they change."""

from __future__ import annotations

from typing import Any

from gesturemap.compiled import kernel


@kernel
def look(ring: Any, newest: int, points: int, hop: int, out: Any) -> None:
    """Write `points` means of `hop` frames each, newest first, then their differences: (2 points - 1) C values.

    Parameters
    ----------
    ring : (points hop, C) the last frames; row `newest` is this one, and the rows before it are older.
    """
    rows, width = ring.shape
    for c in range(width):
        row = newest
        for i in range(points):
            total = 0.0
            for _ in range(hop):
                total += ring[row, c]
                row = row - 1 if row > 0 else rows - 1
            out[i * width + c] = total / hop
        for i in range(points - 1):
            out[(points + i) * width + c] = out[i * width + c] - out[(i + 1) * width + c]


@kernel
def looks(values: Any, points: int, hop: int, ring: Any, out: Any) -> None:
    """`look` at every frame of values (T, C) into out (T, F); before the first frame there was the first one."""
    for row in range(len(ring)):
        ring[row] = values[0]
    newest = 0
    for t in range(len(values)):
        newest = newest + 1 if newest + 1 < len(ring) else 0
        ring[newest] = values[t]
        look(ring, newest, points, hop, out[t])


TABLE, ROW = "float64[:, ::1]", "float64[::1]"
KERNELS = (
    (look, f"void({TABLE}, int64, int64, int64, {ROW})"),
    (looks, f"void({TABLE}, int64, int64, {TABLE}, {TABLE})"),
)
