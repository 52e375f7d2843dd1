"""Streaming features: one file a family; `feature` is the contract and the chain."""

FEATURE_KERNELS = ("gesturemap.features.smooth", "gesturemap.features.derive", "gesturemap.features.window")
"""Modules whose kernels a chain may need."""
