"""Models: `model` is the contract; gaussian, em, forward are the pure maths; the rest one file a family."""

PLAY_KERNELS = (
    "gesturemap.models.forward",
    "gesturemap.models.spotting_kernels",
    "gesturemap.models.exemplar_kernels",
    "gesturemap.models.rocket_kernels",
    "gesturemap.models.nearness",
    "gesturemap.models.neighbours",
    "gesturemap.models.support",
    "gesturemap.models.trees",
    "gesturemap.models.mlp",
    "gesturemap.models.bayes",
    "gesturemap.models.follow_kernel",
    "gesturemap.models.dtw_kernel",
    "gesturemap.models.variation_kernel",
)
"""Modules whose kernels a follower needs."""
TRAINING_KERNELS = (
    "gesturemap.models.gaussian",
    "gesturemap.models.em",
    "gesturemap.models.recursion",
    "gesturemap.models.spotting_kernels",
    "gesturemap.models.nearness",
    "gesturemap.models.neighbours",
    "gesturemap.models.support",
    "gesturemap.models.trees",
    "gesturemap.models.mlp",
    "gesturemap.models.bayes",
    "gesturemap.models.follow_kernel",
    "gesturemap.models.dtw_kernel",
    "gesturemap.models.variation_kernel",
)
"""Modules whose kernels a fit needs."""
