#!/usr/bin/env python3
"""Three baselines of the field on the splits that `gesturemap evaluate --shots` draws with the same seed.

    python benchmarks/few_shot_peers.py DATA.npz --columns 'acc*' --repeats 10
    python benchmarks/few_shot_peers.py DATA.npz --windows 3 --json

DTW is the nearest demonstration by dependent dynamic time warping, HMM one left-right chain for each gesture,
MiniRocket random convolutions and a ridge classifier. None of them streams: each sees the whole gesture, resampled to
50 frames. Channels are z-scored by what trains, or each series by itself; of the two the better is told.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gesturemap.cli import evaluate
from gesturemap.compiled import kernel
from gesturemap.project.exchange.corpus import Corpus, read_corpus
from gesturemap.teaching.peers import one_thread
from gesturemap.teaching.pieces import Cell, Piece

Array = NDArray[Any]
Baseline = Callable[[Array, Array, Array, Generator], Array]
"""(N, T, C) that train, (N,) their gestures, (M, T, C) that are tested: (M,) the answers."""

FRAMES = 50
LEAST = 1e-6
"""Of a deviation: a channel that never moves stays at 0."""
BAND = 8
STATES, ITERATIONS, STAY, FLOOR = 10, 5, 0.8, 0.3
"""Of a chain; variances of z-scored channels are never below the floor."""
TRIPLES = np.array(list(itertools.combinations(range(9), 3)))
"""The 84 kernels: three weights of 2 among nine, the others -1."""
FEATURES, MOST_CHANNELS = 10_000, 9
GOLDEN = (np.sqrt(5.0) + 1.0) / 2.0
ALPHAS = np.logspace(-3, 3, 10)


@kernel
def nearest(train: Any, test: Any, band: int, answers: Any) -> None:
    """Which of `train` (N, T, C) is nearest to each of `test` (M, T, C); all frames of a column warp together.

    Source: Sakoe, Chiba (1978): symmetric steps without weights, |i - j| <= band, squared Euclidean distances.
    """
    count, width = train.shape[1], train.shape[2]
    for m in range(len(test)):
        best = np.inf
        for n in range(len(train)):
            before = np.full(count + 1, np.inf)
            before[0] = 0.0
            for i in range(count):
                row = np.full(count + 1, np.inf)
                least = np.inf
                for j in range(max(0, i - band), min(count, i + band + 1)):
                    distance = 0.0
                    for c in range(width):
                        distance += (test[m, i, c] - train[n, j, c]) ** 2
                    row[j + 1] = distance + min(before[j], before[j + 1], row[j])
                    least = min(least, row[j + 1])
                before = row
                if least >= best:
                    break
            if before[count] < best:
                best = before[count]
                answers[m] = n


def dtw(train: Array, owners: Array, test: Array, _: Generator) -> Array:
    """The gesture of the nearest demonstration."""
    answers = np.zeros(len(test), np.int64)
    nearest(train, test, BAND, answers)
    return np.asarray(owners[answers])


def hmm(train: Array, owners: Array, test: Array, _: Generator) -> Array:
    """The gesture whose chain is the likeliest."""
    labels = np.unique(owners)
    scores = [likelihoods(chain(train[owners == label]), test) for label in labels]
    return np.asarray(labels[np.argmax(scores, axis=0)])


def chain(takes: Array) -> Any:
    """A left-right chain with diagonal covariances, started from equal parts of each demonstration (N, T, C)."""
    from hmmlearn.hmm import GaussianHMM

    parts = [part.reshape(-1, takes.shape[2]) for part in np.array_split(takes, STATES, axis=1)]
    model = GaussianHMM(STATES, "diag", n_iter=1, params="mct", init_params="", covars_prior=0.0)
    model.startprob_ = np.eye(STATES)[0]
    model.transmat_ = STAY * np.eye(STATES) + (1.0 - STAY) * np.eye(STATES, k=1)
    model.transmat_[-1, -1] = 1.0
    model.means_ = np.array([part.mean(axis=0) for part in parts])
    model.covars_ = np.maximum([part.var(axis=0) for part in parts], FLOOR)
    for _ in range(ITERATIONS):
        model.fit(takes.reshape(-1, takes.shape[2]), [takes.shape[1]] * len(takes))
        model.covars_ = np.maximum(np.diagonal(model.covars_, axis1=1, axis2=2), FLOOR)
    return model


def likelihoods(model: Any, test: Array) -> Array:
    """(M,) log-likelihood of each series, by the forward steps of a left-right chain."""
    variances = np.diagonal(model.covars_, axis1=1, axis2=2)
    away = (test[:, :, None] - model.means_) ** 2 / variances
    emitted = -0.5 * (away + np.log(2.0 * np.pi * variances)).sum(axis=3)
    with np.errstate(divide="ignore"):
        stay = np.log(np.diagonal(model.transmat_))
        move = np.log(np.diagonal(model.transmat_, 1))
        now = np.log(model.startprob_) + emitted[:, 0]
    for t in range(1, test.shape[1]):
        after = now + stay
        after[:, 1:] = np.logaddexp(after[:, 1:], now[:, :-1] + move)
        now = after + emitted[:, t]
    return np.asarray(np.logaddexp.reduce(now, axis=1))


@kernel
def convolve(series: Array, seen: Array, taps: Array, dilation: Any, out: Array) -> None:
    """Nine taps, `dilation` frames apart, over the sum of the channels `seen` (C,) of a series (C, T); 0 beyond it."""
    count = series.shape[1]
    out[:] = 0.0
    for c in range(len(series)):
        if seen[c]:
            for tap in range(9):
                shift = (tap - 4) * dilation
                for t in range(max(0, -shift), min(count, count - shift)):
                    out[t] += taps[tap] * series[c, t + shift]


@kernel
def transform(
    series: Array, taps: Array, dilations: Array, seen: Array, biases: Array, starts: Array, features: Array
) -> None:
    """Proportions of positive values (N, P) of series (N, C, T); every other convolution leaves out the padding."""
    count = series.shape[2]
    out = np.empty(count, np.float32)
    for n in range(len(series)):
        for d in range(len(dilations)):
            for q in range(len(taps)):
                convolve(series[n], seen[d, q], taps[q], dilations[d], out)
                edge = 4 * dilations[d] * ((d + q) % 2)
                for p in range(starts[d, q], starts[d, q + 1]):
                    above = 0
                    for t in range(edge, count - edge):
                        above += out[t] > biases[p]
                    features[n, p] = above / (count - 2 * edge)


class Convolutions:
    """MiniRocket for series of several channels.

    Each of the 84 kernels is dilated by 1 to the series' length, spaced exponentially, and adds up a random few of the
    channels. Biases are quantiles, spread by the golden ratio, of what it gives for a random series that trains.

    Source: Dempster, Schmidt, Webb (2021), "MiniRocket: A Very Fast (Almost) Deterministic Transform for Time Series
    Classification", section 3.
    """

    def __init__(self, train: Array, rng: Generator) -> None:
        count, width = train.shape[1:]
        each = FEATURES // len(TRIPLES)
        spread = 2.0 ** np.linspace(0.0, np.log2((count - 1) / 8), each)
        self.dilations, shares = np.unique(spread.astype(np.int64), return_counts=True)
        self.taps = np.full((len(TRIPLES), 9), -1.0, np.float32)
        np.put_along_axis(self.taps, TRIPLES, 2.0, axis=1)
        most = np.log2(min(width, MOST_CHANNELS) + 1)
        shape = len(self.dilations), len(TRIPLES)
        few = (2.0 ** rng.uniform(0.0, most, shape)).astype(np.int64)
        self.seen = rng.random((*shape, width)).argsort(axis=2).argsort(axis=2) < few[:, :, None]
        ends = np.cumsum(np.repeat(shares, len(TRIPLES))).reshape(shape)
        self.starts = np.column_stack([ends[:, 0] - shares, ends])
        self.biases = np.empty(self.starts[-1, -1], np.float32)
        quantiles = np.arange(1, len(self.biases) + 1) * GOLDEN % 1.0
        out = np.empty(count, np.float32)
        for d, q in np.ndindex(shape):
            series = laid(train[rng.integers(len(train))])
            convolve(series, self.seen[d, q], self.taps[q], self.dilations[d], out)
            part = slice(self.starts[d, q], self.starts[d, q + 1])
            self.biases[part] = np.quantile(out, quantiles[part])

    def of(self, series: Array) -> Array:
        """(N, P) features of (N, T, C)."""
        features = np.empty((len(series), len(self.biases)), np.float32)
        transform(laid(series), self.taps, self.dilations, self.seen, self.biases, self.starts, features)
        return features


def laid(series: Array) -> Array:
    """Frames last, as convolutions read them."""
    return np.ascontiguousarray(np.swapaxes(series, -1, -2), np.float32)


def rocket(train: Array, owners: Array, test: Array, rng: Generator) -> Array:
    """The gesture that a ridge classifier gives most to, its penalty chosen by leaving one out."""
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    convolutions = Convolutions(train, rng)
    head = make_pipeline(StandardScaler(with_mean=False), RidgeClassifierCV(ALPHAS))
    return np.asarray(head.fit(convolutions.of(train), owners).predict(convolutions.of(test)))


BASELINES: dict[str, Baseline] = {"DTW": dtw, "HMM": hmm, "MiniRocket": rocket}


def resampled(corpus: Corpus, piece: Piece) -> Array:
    """(T, C) with `FRAMES` frames, in a line between those recorded."""
    values = piece.cut(corpus).values
    at = np.linspace(0.0, len(values) - 1.0, FRAMES)
    return np.column_stack([np.interp(at, np.arange(len(values)), channel) for channel in values.T])


def by_training(train: Array, test: Array) -> tuple[Array, Array]:
    """Z-scored by the mean and deviation of each channel over all that train."""
    centre, size = train.mean(axis=(0, 1)), np.maximum(train.std(axis=(0, 1)), LEAST)
    return (train - centre) / size, (test - centre) / size


def by_series(train: Array, test: Array) -> tuple[Array, Array]:
    """Each channel of each series z-scored by itself."""

    def scored(series: Array) -> Array:
        size = np.maximum(series.std(axis=1, keepdims=True), LEAST)
        return np.asarray((series - series.mean(axis=1, keepdims=True)) / size)

    return scored(train), scored(test)


SCALINGS = {"training": by_training, "series": by_series}


def accuracies(cells: Sequence[Cell], series: dict[Piece, Array], seed: int) -> dict[str, Any]:
    """Per cent right by baseline, scaling and shots: means over the users of each repeat, then over the repeats."""
    found: dict[str, Any] = {name: {scaling: {} for scaling in SCALINGS} for name in BASELINES}
    for name, scaling in itertools.product(BASELINES, SCALINGS):
        right: dict[int, dict[int, list[float]]] = {}
        for cell in cells:
            train, test = (np.array([series[piece] for piece in side]) for side in (cell.train, cell.test))
            owners, truth = (np.array([piece.label for piece in side]) for side in (cell.train, cell.test))
            rng = np.random.default_rng((seed, cell.repeat))
            train, test = SCALINGS[scaling](train, test)
            answers = BASELINES[name](train, owners, test, rng)
            right.setdefault(cell.shots, {}).setdefault(cell.repeat, []).append(np.mean(answers == truth))
        for shots, repeats in right.items():
            found[name][scaling][str(shots)] = 100.0 * float(
                np.mean([np.mean(one) for one in repeats.values()])
            )
    return found


def better(found: dict[str, Any]) -> dict[str, dict[str, float]]:
    """By baseline and shots, of the scaling that does better there."""
    return {
        name: {k: max(each[k] for each in scalings.values()) for k in scalings["training"]}
        for name, scalings in found.items()
    }


def main() -> None:
    """Read, draw, work through every cell, and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA.npz")
    parser.add_argument("--columns", default="", help="patterns of channels, with commas between")
    parser.add_argument("--windows", type=float, default=0.0, help="seconds: windows of one take train")
    parser.add_argument("--shots", default="1,2,5", help="demonstrations of each gesture")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    logging.getLogger("hmmlearn").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    corpus = read_corpus(options.data, tuple(part.strip() for part in options.columns.split(",") if part))
    shots = tuple(int(k) for k in options.shots.split(","))
    asked = argparse.Namespace(
        **vars(options)
        | dict.fromkeys((*evaluate.ASKED, "within", "everyday", "templates", "target"))
        | {"shots": shots, "model": "hhmm", "settings": (), "features": "none"}
    )
    notes: list[str] = []
    cells: Sequence[Cell] = evaluate.plan(asked, corpus, notes).cells
    every = {piece for cell in cells for piece in (*cell.train, *cell.test)}
    series = {piece: resampled(corpus, piece) for piece in every}
    with one_thread():
        found = accuracies(cells, series, options.seed)
    best = better(found)
    if options.json:
        print(json.dumps({"data": str(options.data), "accuracy": best, "scalings": found, "notes": notes}))
        return
    name = options.data.parent.name
    print(f"{'set':18} shots" + "".join(f"{column:>12}" for column in best))
    for k in shots:
        figures = "".join(f"{each[str(k)]:12.1f}" for each in best.values())
        print(f"{name:18} {k:5}{figures}")


if __name__ == "__main__":
    main()
