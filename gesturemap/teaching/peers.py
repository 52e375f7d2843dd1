"""Other libraries on the same workloads, in the same run; and figures of XMM, quoted."""

from __future__ import annotations

import contextlib
import importlib
import logging
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from gesturemap.frames import Values
from gesturemap.teaching.bench import Row, Workload, best_of
from gesturemap.teaching.regress import agreement

STATES, ITERATIONS, COMPONENTS = 10, 10, 5
MOST_SCORED, MOST_TIMED = 5_000, 200
"""Recordings that are scored, times models that score them; frames that are timed."""
Fit = Callable[[Any, list[Values]], Any]
Fitted = Callable[[Any, Values, Values], Any]

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


class Peer(NamedTuple):
    """A library's model, how it is fitted, and what it cannot be asked."""

    name: str
    module: str
    fit: Any
    """`Fit`: to the demonstrations of one gesture. Of regressors `Fitted`: to inputs (T, C) and outputs (T, M)."""
    note: str
    steps: bool = True
    """Whether it takes single frames."""


def rows(load: Workload, quick: bool) -> Iterator[Row]:
    """hmmlearn and scikit-learn, where they are installed, each with what it can do."""
    rounds = 1 if quick or load.name == "C" else 2
    outputs = bool(load.train[0].outputs)
    for peer in REGRESSORS if outputs else RECOGNISERS:
        library = None
        with contextlib.suppress(ImportError):
            library = importlib.import_module(peer.module)
        if library is None:
            continue
        with warnings.catch_warnings(), one_thread():
            warnings.simplefilter("ignore")
            yield (regressed if outputs else recognised)(load, peer, library, rounds)
    if outputs:
        yield Row(load.name, "hmmlearn", note="it has no outputs that a movement could lead")


def recognised(load: Workload, peer: Peer, library: Any, rounds: int) -> Row:
    """One model for each gesture, of which the likeliest wins."""
    groups: dict[str, list[Values]] = {}
    for one in load.train:
        groups.setdefault(one.label, []).append(one.values)
    wall, cpu, models = best_of(rounds, lambda: [peer.fit(library, takes) for takes in groups.values()])
    labels, tests = list(groups), load.test[: MOST_SCORED // len(groups)]
    right = [
        labels[int(np.argmax([model.score(test.values) for model in models]))] == test.label for test in tests
    ]
    note = peer.note
    if len(tests) < len(load.test):
        note += f"; end of {len(tests)} of the {len(load.test)} recordings"
    p50, p99 = None, None
    if peer.steps:
        p50, p99 = step_us(lambda frame: [model.score(frame) for model in models], tests[0].values)
    return Row(load.name, peer.name, wall, cpu, p50, p99, float(np.mean(right)), note=note)


def regressed(load: Workload, peer: Peer, library: Any, rounds: int) -> Row:
    """Outputs from each frame by itself, inputs and outputs scaled by what trains."""
    x, y = (np.concatenate([getattr(one, name) for one in load.train]) for name in ("values", "targets"))
    centre, scale, middle, width = x.mean(0), x.std(0), y.mean(0), y.std(0)
    wall, cpu, model = best_of(rounds, lambda: peer.fit(library, (x - centre) / scale, (y - middle) / width))

    def predict(values: Values) -> Values:
        made = np.reshape(model.predict((values - centre) / scale), (len(values), -1))
        return np.asarray(made * width + middle)

    p50, p99 = step_us(predict, load.test[0].values)
    given = [predict(test.values) for test in load.test]
    rmse = agreement([test.targets for test in load.test], given)["rmse"]
    return Row(load.name, peer.name, wall, cpu, p50, p99, rmse=rmse, note=peer.note)


def step_us(step: Callable[[Values], Any], frames: Values) -> tuple[float, float]:
    """Median and 99th percentile of a frame by itself, in microseconds."""
    times = np.empty(min(len(frames), MOST_TIMED))
    for i in range(len(times)):
        begun = time.perf_counter()
        step(frames[i : i + 1])
        times[i] = time.perf_counter() - begun
    p50, p99 = np.percentile(times, [50, 99]) * 1e6
    return float(p50), float(p99)


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


def neighbours(library: Any, x: Values, y: Values) -> Any:
    """The nearest frames, with the library's own settings."""
    return library.KNeighborsRegressor().fit(x, y)


def network(library: Any, x: Values, y: Values) -> Any:
    """A network of one hidden layer, with the library's own settings."""
    return library.MLPRegressor(random_state=0).fit(x, y)


class Mixed:
    """Regression from a mixture of inputs (C,) and outputs (M,) together.

    Of each component the mean of the outputs given the inputs, weighed by how likely the inputs are in it.
    Source: Ghahramani and Jordan (1994), "Supervised learning from incomplete data via an EM approach".
    """

    def __init__(self, library: Any, mixture: Any, inputs: int) -> None:
        means, covariances = mixture.means_, mixture.covariances_
        led = np.linalg.solve(covariances[:, :inputs, :inputs], covariances[:, :inputs, inputs:])
        self._inputs = library.GaussianMixture(len(means))
        self._inputs.weights_, self._inputs.means_ = mixture.weights_, means[:, :inputs]
        precisions = np.linalg.inv(covariances[:, :inputs, :inputs])
        self._inputs.precisions_cholesky_ = np.linalg.cholesky(precisions)
        self._slopes = led
        self._offsets = means[:, inputs:] - np.einsum("kc,kcm->km", means[:, :inputs], led)

    def predict(self, x: Values) -> Values:
        """(T, M) of (T, C)."""
        each = np.einsum("tc,kcm->tkm", x, self._slopes) + self._offsets
        made: Values = np.einsum("tk,tkm->tm", self._inputs.predict_proba(x), each)
        return made


def mixed(library: Any, x: Values, y: Values) -> Mixed:
    """A mixture with full covariances, as many components as `COMPONENTS` of five gestures."""
    together = library.GaussianMixture(5 * COMPONENTS, reg_covar=1e-3, random_state=0)
    return Mixed(library, together.fit(np.column_stack([x, y])), x.shape[1])


WHOLE = "it scores whole recordings: no step, no answer in each frame, no progress"
SUMMED = "a step is one frame under every mixture; it answers for a whole recording: no frames, no progress"
OUTPUTS = "each frame by itself, and outputs alone: no gesture at the end or in frames, no progress"
RECOGNISERS: Sequence[Peer] = (
    Peer(f"hmmlearn GaussianHMM, {ITERATIONS} iterations", "hmmlearn.hmm", chain, WHOLE, steps=False),
    Peer(f"scikit-learn GaussianMixture {COMPONENTS}", "sklearn.mixture", mixture, SUMMED),
)
REGRESSORS: Sequence[Peer] = (
    Peer("scikit-learn KNeighborsRegressor", "sklearn.neighbors", neighbours, OUTPUTS),
    Peer("scikit-learn MLPRegressor", "sklearn.neural_network", network, OUTPUTS),
    Peer(
        f"scikit-learn GaussianMixture {5 * COMPONENTS}, regression from it",
        "sklearn.mixture",
        mixed,
        OUTPUTS,
    ),
)
