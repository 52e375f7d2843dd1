"""Streaming features: one file a family; `feature` is the contract and the chain."""

from __future__ import annotations

from collections.abc import Iterable

FORMULAS = "gesturemap.calculate"
"""The module whose kernels a formula needs, in a feature or in a mapping."""
OF_KIND = {
    "one_euro": ("smooth",),
    "derive": ("derive",),
    "magnitude": ("motion",),
    "window": ("window",),
    "jerk": ("motion",),
    "intensity": ("motion",),
    "kick": (),
    "shake": (),
    "spin": ("states",),
    "freefall": ("states",),
    "still": ("states",),
    "orientation": ("fusion",),
    "gravity": ("fusion",),
    "quaternion": ("quaternion",),
    "angle": (),
    "envelope": ("muscles",),
    "bands": ("spectrum",),
    "wavelet": ("spectrum",),
    "trajectory": ("trajectory", "smooth", "window"),
    "biquad": ("biquad",),
    "median": ("median",),
    "savgol": ("savgol",),
    "rotate": ("project",),
    "mount": ("project",),
    "pca": ("project",),
    "buffer": ("buffer", FORMULAS),
    "expression": (FORMULAS,),
}
"""Modules whose kernels the features of each kind need: those of this room, and others by their full names."""


def kernels(kinds: Iterable[str]) -> tuple[str, ...]:
    """Full names of the modules whose kernels features of these kinds need; those of somebody else bring their own."""
    names = dict.fromkeys(name for kind in kinds for name in OF_KIND.get(kind, ()))
    return tuple(name if "." in name else f"gesturemap.features.{name}" for name in names)


FEATURE_KERNELS = kernels(OF_KIND)
"""Modules whose kernels a chain may need."""
