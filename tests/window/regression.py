"""A project that learns outputs and tells no gesture."""

from __future__ import annotations

import numpy as np
from little_control import GROUPS as OF_GESTURES
from little_control import LittleControl

GROUPS = {**OF_GESTURES, "outputs": ["cutoff", "depth"], "deviations": ["cutoff", "depth"]}
DOC = {
    "model": {"kind": "gmr"},
    "mapping": [
        {"kind": "range", "source": "output:cutoff", "control": "brightness"},
        {"kind": "range", "source": "output:depth", "control": "density"},
    ],
}


def frame(control: LittleControl, now: float, *, sure: bool = True) -> None:
    """One row of the scope."""
    place = (0.5 + 0.4 * np.sin(3 * now), 0.5 + 0.4 * np.cos(3 * now), 0.0)
    spread = (0.05, 0.02 + 0.1 * abs(np.sin(now))) if sure else (np.nan, np.nan)
    control.scope.write(
        (now,), (now,), (-1,), place, (1.2,), (-1.0, -4.0), (0.5, 0.5), (0.4, 0.1), (0.8, 0.1),
        (0.5 + 0.3 * np.sin(now), np.cos(now)), spread, (0.61, 0.2),
    )  # fmt: skip
