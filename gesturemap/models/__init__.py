"""Models: `model` is the contract; gaussian, em, forward are the pure maths; the rest one file a family."""

import os

os.environ.setdefault(
    "LOKY_MAX_CPU_COUNT", "1"
)  # else scikit-learn looks for cores, and warns where it finds none

VOCABULARY = ("gmm", "gmr", "hhmm", "hhmr", "hmm")
OF_PLAY = {
    **dict.fromkeys(VOCABULARY, ("forward", "gaussian_kernels")),
    "auto": (
        "exemplar_kernels",
        "rocket_kernels",
        "spotting_kernels",
        "nearness",
        "forward",
        "gaussian_kernels",
        "strokes_kernel",
        "trees",
        "past_kernels",
        "neighbours",
    ),
    "few_shot": ("exemplar_kernels", "rocket_kernels"),
    "exemplar": ("exemplar_kernels",),
    "rocket": ("exemplar_kernels", "rocket_kernels"),
    "spotter": ("spotting_kernels",),
    "holds": ("nearness",),
    "strokes": ("strokes_kernel", "trees"),
    "knn": ("nearness", "neighbours"),
    "svm": ("nearness", "support"),
    "tree": ("nearness", "trees"),
    "stump": ("nearness", "trees"),
    "boosting": ("nearness", "trees"),
    "naive_bayes": ("nearness", "bayes"),
    "linear": ("nearness", "mlp"),
    "mlp": ("nearness", "mlp"),
    "past": ("nearness", "trees", "past_kernels"),
    "per_output": ("per_output_kernels", "mlp", "neighbours", "trees", "support", "bayes"),
    "follower": ("follow_kernel",),
    "dtw": ("dtw_kernel",),
    "wekinator_dtw": ("wekinator_dtw_kernel",),
    "gvf": ("variation_kernel",),
}
"""Modules whose kernels the followers of each kind need."""
OF_FITS = {
    **dict.fromkeys((*VOCABULARY, "auto"), ("gaussian_kernels", "em", "recursion")),
    **dict.fromkeys(("mlp", "per_output"), ("mlp_fit",)),
}
"""Modules whose kernels a fit needs beside them."""


def kernels(kind: str, *, fitting: bool = False) -> tuple[str, ...]:
    """Full names of the modules whose kernels a kind of model needs; a plug-in of somebody else brings its own."""
    names = OF_PLAY.get(kind, ()) + (OF_FITS.get(kind, ()) if fitting else ())
    return tuple(f"gesturemap.models.{name}" for name in dict.fromkeys(names))
