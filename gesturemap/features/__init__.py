"""Streaming features: one file a family; `feature` is the contract and the chain."""

FEATURE_KERNELS = (
    "gesturemap.features.smooth",
    "gesturemap.features.derive",
    "gesturemap.features.window",
    "gesturemap.features.motion",
    "gesturemap.features.states",
    "gesturemap.features.fusion",
    "gesturemap.features.quaternion",
    "gesturemap.features.muscles",
    "gesturemap.features.spectrum",
    "gesturemap.features.trajectory",
    "gesturemap.features.biquad",
    "gesturemap.features.median",
    "gesturemap.features.savgol",
    "gesturemap.features.project",
    "gesturemap.calculate",
    "gesturemap.features.buffer",
)
"""Modules whose kernels a chain may need."""
