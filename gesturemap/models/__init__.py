"""Models: `model` is the contract; gaussian, em, forward are the pure maths; the rest one file a family."""

PLAY_KERNELS = ("gesturemap.models.forward", "gesturemap.models.spotting_kernels")
"""Modules whose kernels a follower needs."""
TRAINING_KERNELS = (
    "gesturemap.models.gaussian",
    "gesturemap.models.em",
    "gesturemap.models.recursion",
    "gesturemap.models.spotting_kernels",
)
"""Modules whose kernels a fit needs."""
