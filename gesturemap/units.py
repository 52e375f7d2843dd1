"""Units of motion and how they convert: what sensors send, and what channels come out in."""

from __future__ import annotations

import math

STANDARD_GRAVITY = 9.80665
"""m/s2 in one g."""

_DIMENSIONS: dict[str, dict[str, float]] = {
    "acceleration": {"m/s2": 1.0, "g": STANDARD_GRAVITY, "mg": STANDARD_GRAVITY / 1e3},
    "rotation": {
        "rad/s": 1.0,
        "deg/s": math.pi / 180.0,
        "deg/ms": math.pi / 0.18,
        "rpm": math.pi / 30.0,
        "turn/s": 2.0 * math.pi,
    },
    "angle": {"rad": 1.0, "deg": math.pi / 180.0, "turn": 2.0 * math.pi},
    "magnetic field": {"uT": 1.0, "gauss": 100.0, "mgauss": 0.1, "nT": 1e-3, "mT": 1e3, "T": 1e6},
    "length": {"m": 1.0, "cm": 1e-2, "mm": 1e-3},
    "pressure": {"Pa": 1.0, "hPa": 100.0, "kPa": 1000.0},
    "voltage": {"V": 1.0, "mV": 1e-3, "uV": 1e-6},
    "time": {"s": 1.0, "ms": 1e-3, "us": 1e-6},
}
"""Dimension -> unit -> how many of the first unit it is."""

PLAIN = ("", "px", "lx", "lux", "degC", "C", "Hz", "dB", "%", "count", "note", "1")
"""None, and units of other things, of which there is only one and nothing to convert."""


def dimension(unit: str) -> str:
    """What a unit measures, such as ``acceleration``; empty where it is not known."""
    return next((name for name, units in _DIMENSIONS.items() if unit in units), "")


def factor(sent: str, wanted: str) -> float:
    """By what a number in the unit `sent` is multiplied to be in `wanted`.

    Raises
    ------
    ValueError
        If they do not measure the same, naming the units that do.
    """
    if sent == wanted:
        return 1.0
    units = _DIMENSIONS.get(dimension(wanted), {})
    if sent not in units:
        known = ", ".join(units) or "nothing but itself"
        raise ValueError(f"{wanted or 'a number without unit'} can be made of {known}")
    return units[sent] / units[wanted]
