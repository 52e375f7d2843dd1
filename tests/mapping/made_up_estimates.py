"""Estimates made up for tests of mappings."""

from __future__ import annotations

import numpy as np

from gesturemap.frames import NONE, Channel, Estimate, Spec
from gesturemap.mapping.mapping import Source

LABELS = ("circle", "shake", "big lift")
SOURCE = Source(LABELS, (Channel("pitch", "Hz"),), Spec.of("acc_x g", "acc_y g"))


def estimate(
    time: float,
    posterior: tuple[float, ...] = (1.0, 0.0, 0.0),
    progress: tuple[float, ...] | float = 0.5,
    fit: tuple[float, ...] | float = 0.9,
    **changes: object,
) -> Estimate:
    """One estimate; the winner follows from posterior and fit unless given."""
    count = len(posterior)
    fits = np.full(count, fit) if isinstance(fit, float) else np.array(fit)
    best = int(np.argmax(posterior)) if count else NONE
    made = Estimate(
        time,
        -np.arange(1.0, count + 1.0),
        np.array(posterior),
        np.full(count, progress) if isinstance(progress, float) else np.array(progress),
        fits,
        np.array([440.0]),
        np.array([3.0]),
        np.array([0.25, -0.5]),
        best if best != NONE and fits[best] >= 0.5 else NONE,
        time + 0.001,
    )
    return made._replace(**changes)
