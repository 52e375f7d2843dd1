"""Models as XMM writes them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from gesturemap.frames import Values

RANDOM = np.random.default_rng(4)


def covariance(width: int, diagonal: bool) -> Values:
    half = RANDOM.normal(size=(width, width))
    full = half @ half.T * 400.0 + np.eye(width) * 100.0
    return np.diag(np.diag(full)) if diagonal else full


def mixture(width: int, inputs: int, diagonal: bool, many: int) -> dict[str, Any]:
    """As XMM writes a SingleClassGMM."""
    components = []
    for _ in range(many):
        matrix = covariance(width, diagonal)
        components.append(
            {
                "bimodal": inputs > 0, "dimension": width, "dimension_input": inputs,
                "covariance_mode": int(diagonal), "mean": (RANDOM.normal(size=width) * 50.0 + 900.0).tolist(),
                "covariance": (np.diag(matrix) if diagonal else matrix.ravel()).tolist(),
                "inverse_covariance": np.linalg.inv(matrix).ravel().tolist(),
                "covariance_determinant": float(np.linalg.det(matrix)),
            }
        )  # fmt: skip
    weights = RANDOM.dirichlet(np.ones(many)).tolist()
    return {
        "label": "",
        "components": components,
        "mixture_coeffs": weights,
        "parameters": {"gaussians": many},
    }


def file_of(kind: str, width: int, inputs: int = 0, diagonal: bool = False, many: int = 2) -> dict[str, Any]:
    """As XMM writes a Model."""
    models = []
    for label in ("10", "2"):
        if kind == "gmm":
            models.append(mixture(width, inputs, diagonal, many) | {"label": label})
            continue
        states, ergodic = 3, kind == "ergodic"
        stay = RANDOM.uniform(0.6, 0.9, states)
        stay[-1] = 1.0
        transitions = (
            RANDOM.dirichlet(np.ones(states), states) if ergodic else np.column_stack([stay, 1.0 - stay])
        )
        one = {
            "label": label, "transition": transitions.ravel().tolist(), "exitProbabilities": [0.0, 0.0, 0.1],
            "states": [mixture(width, inputs, diagonal, many) for _ in range(states)],
            "parameters": {"states": states, "gaussians": many, "transition_mode": 0 if ergodic else 1},
        }  # fmt: skip
        models.append(one | ({"prior": RANDOM.dirichlet(np.ones(states)).tolist()} if ergodic else {}))
    root: dict[str, Any] = {
        "shared_parameters": {
            "bimodal": inputs > 0, "dimension": width, "dimension_input": inputs, "likelihood_window": 4,
            "column_names": [f"c{i}" for i in range(width)],
        },
        "configuration": {"default_parameters": {"regression_estimator": 0}, "multiClass_regression_estimator": 1},
        "models": models,
    }  # fmt: skip
    if kind != "gmm":
        root |= {"prior": [0.5, 0.5], "transition": [[0.25, 0.75], [0.5, 0.5]], "exit_transition": [0.1, 0.1]}
    return root


def changed(root: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(root))
    inner: Any = copy
    for key in path[:-1]:
        inner = inner[key]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copy
