"""The settings that all mixtures of Gaussians share: GMM, GMR, HHMM and HHMR."""

from __future__ import annotations

from dataclasses import dataclass

from gesturemap.catalog import setting
from gesturemap.models.learner import (
    GestureByGesture,
    deviation_setting,
    overrides_setting,
    shrinkage_setting,
    window_setting,
)


@dataclass(frozen=True)
class Mixture(GestureByGesture):
    """Gaussians, how they are regularised, and how long EM goes on."""

    gaussians: int = setting(1, "Gaussians of each state", low=1, high=500)
    covariance: str = setting("full", "whether channels may move together", choices=("full", "diagonal"))
    relative_regularization: float = setting(
        0.01, "added to variances, as a share of the gesture's own variance", low=0.0, high=10.0
    )
    absolute_regularization: float = setting(
        0.001, "added to variances, as a share of the vocabulary's variance", low=1e-9, high=10.0
    )
    shrinkage: float = shrinkage_setting(1.0)
    deviation: float = deviation_setting(0.5)
    likelihood_window: int = window_setting()
    min_iterations: int = setting(5, "least rounds of EM", low=1, high=1000)
    max_iterations: int = setting(50, "most rounds of EM", low=1, high=1000)
    percent_change: float = setting(
        0.05, "EM stops when the log-likelihood changes by less", unit="%", low=0.0, high=100.0
    )
    seed: int = setting(0, "for the start of several Gaussians in one state", low=0, high=2**31 - 1)
    overrides: dict[str, dict[str, float | str]] = overrides_setting()
