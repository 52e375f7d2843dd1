"""Other libraries on the same workloads, in the same run; and figures of XMM, quoted."""

from __future__ import annotations

import contextlib
import importlib
import logging
import warnings
from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from gesturemap.frames import Values
from gesturemap.teaching.bench import Row, Workload, best_of

STATES, ITERATIONS, COMPONENTS = 10, 10, 5

XMM: tuple[Row, ...] = (
    Row("A", "hhmm", None, 3.5, 20.5, None, 1.0),
    Row("A", "hhmm diagonal", None, 0.84, 8.7, None, 1.0),
    Row("A", "gmm 5", None, 1.93, 9.0, None, 1.0),
    Row("AH", "hhmm", None, 3.98, 20.1, None, 0.990, 0.902),
    Row("AH", "hhmm diagonal", None, 0.73, 8.5, None, 0.995, 0.917),
    Row("AH", "gmm 5", None, 1.00),
    Row("B", "hhmm", None, 0.089, 3.0, None, 1.0),
    Row("B", "hhmm diagonal", None, 0.038, 2.0, None, 1.0),
    Row("B", "gmm 5", None, 0.092, 1.25, None, 1.0),
    Row("C", "hhmm", None, 16.8, 122.0, None, 1.0),
    Row("C", "hhmm diagonal", None, 4.2, 55.0, None, 1.0),
    Row("C", "gmm 5", None, 8.6, 48.0, None, 1.0),
    Row("R", "hhmr", None, 0.60, 36.6, rmse=0.0885),
    Row("R", "gmr 5", None, 0.26, 11.6, rmse=0.137),
    Row("RH", "hhmr", None, rmse=0.107),
)
"""XMM (C++, -O3), measured once on two cores and quoted; not run here."""


def rows(load: Workload, quick: bool) -> Iterator[Row]:
    """hmmlearn and scikit-learn, where they are installed: one model for each gesture, of which the likeliest wins."""
    if load.name not in ("A", "B") or load.train[0].outputs:
        return
    rounds = 1 if quick else 2
    for name, module, fit in (
        (f"hmmlearn GaussianHMM, {ITERATIONS} iterations", "hmmlearn.hmm", chain),
        (f"scikit-learn GaussianMixture {COMPONENTS}", "sklearn.mixture", mixture),
    ):
        library = None
        with contextlib.suppress(ImportError):
            library = importlib.import_module(module)
        if library is None:
            continue
        groups: dict[str, list[Values]] = {}
        for one in load.train:
            groups.setdefault(one.label, []).append(one.values)

        def every(fit: Any = fit, groups: Any = groups, library: Any = library) -> list[Any]:
            return [fit(library, takes) for takes in groups.values()]

        with warnings.catch_warnings(), one_thread():
            warnings.simplefilter("ignore")
            wall, cpu, models = best_of(rounds, every)
            labels = list(groups)
            right = [
                labels[int(np.argmax([model.score(test.values) for model in models]))] == test.label
                for test in load.test
            ]
        yield Row(load.name, name, wall, cpu, end=float(np.mean(right)))


def one_thread() -> contextlib.AbstractContextManager[Any]:
    """One thread for matrices, as for ours: with small ones more are slower, by far when cores are shared."""
    return cast(
        contextlib.AbstractContextManager[Any], importlib.import_module("threadpoolctl").threadpool_limits(1)
    )


def chain(library: Any, takes: list[Values]) -> Any:
    """A left-right HMM with full covariances, started from equal parts of each demonstration."""
    logging.getLogger("hmmlearn").setLevel(logging.ERROR)
    width = takes[0].shape[1]
    parts = [
        np.concatenate([np.array_split(take, STATES)[state] for take in takes]) for state in range(STATES)
    ]
    model = library.GaussianHMM(
        STATES, "full", n_iter=ITERATIONS, tol=-np.inf, params="mct", init_params="", min_covar=1e-3
    )
    model.startprob_ = np.eye(STATES)[0]
    transitions = 0.5 * np.eye(STATES) + 0.5 * np.eye(STATES, k=1)
    transitions[-1, -1] = 1.0
    model.transmat_ = transitions
    model.means_ = np.array([part.mean(axis=0) for part in parts])
    model.covars_ = np.array([np.cov(part.T) + 1e-3 * np.eye(width) for part in parts])
    return model.fit(np.concatenate(takes), [len(take) for take in takes])


def mixture(library: Any, takes: list[Values]) -> Any:
    """A mixture with full covariances."""
    return library.GaussianMixture(COMPONENTS, reg_covar=1e-3, random_state=0).fit(np.concatenate(takes))
