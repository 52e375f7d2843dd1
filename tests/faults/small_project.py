"""A small project on disk that is all right, to be broken."""

from __future__ import annotations

from typing import Any

import numpy as np

GOOD = """gestures = ["circle"]

[project]
name = "test"
version = 1

[input]
kind = "pointer"

[model]
kind = "hhmm"
"""


def arrays(**changes: Any) -> dict[str, Any]:
    """The arrays of a demonstration that is all right, with changes; None leaves one out."""
    good = {
        "values": np.arange(6.0).reshape(3, 2),
        "time": np.arange(3.0),
        "channels": np.array(["x", "y m"]),
        "label": np.array("circle"),
    }
    return {name: value for name, value in (good | changes).items() if value is not None}
