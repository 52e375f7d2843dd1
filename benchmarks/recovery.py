#!/usr/bin/env python3
"""How soon a gesture that is entered in its middle, after a wrong start, is told from the others.

    python benchmarks/recovery.py [--kind hhmr]
    python benchmarks/recovery.py --halves DATA.npz --columns 'acc*' --penalty 12,6,3

Four smooth random gestures of 100 frames, five demonstrations each, every one with an offset and white noise. Five
frames of one gesture are played, then another from its middle to its end: the frames until that one is on top and
stays. Beside it an ideal filter, which knows the curves without noise, how large noise and offset are, and that no
gesture changes its tempo: it weighs every gesture entered at every place at every frame (once in a hundred frames).

With --halves, of recordings: how often `hhmm`, taught five demonstrations of each gesture by the same person, is right
at the end of whole gestures and of second halves alone, for each jump penalty.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.project.exchange.corpus import read_corpus
from gesturemap.teaching import workloads

GESTURES, LENGTH, DEMONSTRATIONS, WRONG, MIDDLE, TRIALS, SEEDS, RARE = 4, 100, 5, 5, 50, 8, 6, 0.01
Values = NDArray[Any]


def repeated(rng: Generator, curve: Values, noise: float) -> Values:
    """One execution."""
    return np.asarray(curve + rng.normal(0, noise, curve.shape[1]) + rng.normal(0, noise, curve.shape))


def taught(rng: Generator, kind: str, curves: Values, noise: float) -> Any:
    """The model of all demonstrations."""
    spec, at = Spec.of(*(f"c{i}" for i in range(curves.shape[2])), rate=100.0), np.arange(LENGTH) / 100.0
    takes = [
        Demonstration(f"{k}-{i}", f"g{k}", spec, at, repeated(rng, curve, noise))
        for k, curve in enumerate(curves)
        for i in range(DEMONSTRATIONS)
    ]
    if kind == "hhmr":
        takes = [replace(one, outputs=(Channel("place"),), targets=at[:, None].copy()) for one in takes]
    return catalog.read("models", {"kind": kind}, "recovery").fit(TrainingSet(tuple(takes)))


def ideal(frames: Values, curves: Values, noise: float) -> Values:
    """(T, K) posterior of the gestures. A hypothesis: since when (s) gesture k is played from place u on.

    The offset of each is integrated out: after n frames it is normal about w S / (v + n w), v and w the variances of
    noise and offset (here alike), S the sum of what was off.
    """
    v, places = noise**2, np.arange(LENGTH)
    hypotheses: list[tuple[int, Values, Values]] = []
    posterior, total = np.zeros((len(frames), len(curves))), 0.0
    for t, frame in enumerate(frames):
        entered = np.full(curves.shape[:2], total + np.log(RARE / LENGTH / len(curves)))
        if t == 0:
            entered[:, 0] = -np.log(len(curves))
        hypotheses = [(s, belief + np.log1p(-RARE), sums) for s, belief, sums in hypotheses]
        hypotheses.append((t, entered, np.zeros(curves.shape)))
        weighed = []
        for s, belief, sums in hypotheses:
            at, n = places + t - s, t - s
            off = frame - curves[:, np.minimum(at, LENGTH - 1)]
            spread = v + v / (1 + n)
            likelihood = -0.5 * (np.log(2 * np.pi * spread) + (off - sums / (1 + n)) ** 2 / spread).sum(2)
            weighed.append((s, belief + np.where(at < LENGTH, likelihood, -np.inf), sums + off))
        total = float(np.logaddexp.reduce([belief for _, belief, _ in weighed], axis=None))
        hypotheses = [one for one in weighed if one[1].max() > total - 50.0]
        posterior[t] = np.exp(np.array([belief for _, belief, _ in hypotheses]) - total).sum((0, 2))
    return posterior


def recovered(posterior: Values, right: int) -> int:
    """Frames until the right one is on top and stays."""
    wrong = np.flatnonzero(posterior[WRONG:].argmax(1) != right)
    return int(wrong[-1]) + 1 if len(wrong) else 0


def trials(kind: str, channels: int, noise: float) -> tuple[list[int], list[int]]:
    """Frames that the model needed, and the ideal filter."""
    ours, best = [], []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        at = np.linspace(0.0, 1.0, LENGTH)
        curves = np.array([workloads.curve(rng, channels)(at) for _ in range(GESTURES)])
        model = taught(rng, kind, curves, noise)
        for trial in range(TRIALS):
            wrong = trial % GESTURES
            right = (wrong + 1 + trial // GESTURES) % GESTURES
            parts = repeated(rng, curves[wrong], noise)[:WRONG], repeated(rng, curves[right], noise)[MIDDLE:]
            frames, follower = np.concatenate(parts), model.start()
            posterior = [follower.step(Frame(i / 100.0, frame)).posterior for i, frame in enumerate(frames)]
            ours.append(recovered(np.array(posterior), right))
            best.append(recovered(ideal(frames, curves, noise), right))
    return ours, best


def halves(path: str, columns: str, penalty: float) -> tuple[int, int, int]:
    """How many were played, and right at the end of the whole and of the second half alone."""
    corpus = read_corpus(Path(path), columns.split(",") if columns else ())
    groups: dict[tuple[str, str], list[Demonstration]] = {}
    for user, one in zip(corpus.users, corpus.demonstrations, strict=True):
        groups.setdefault((user, one.label), []).append(one)
    rng = np.random.default_rng(0)
    mixed = {key: [one[i] for i in rng.permutation(len(one))] for key, one in groups.items()}
    counts = [0, 0, 0]
    for user in sorted({user for user, _ in mixed})[:8]:
        mine = [one for (who, _), one in mixed.items() if who == user and len(one) > DEMONSTRATIONS]
        train = TrainingSet(tuple(one for each in mine for one in each[:DEMONSTRATIONS]))
        model = catalog.read("models", {"kind": "hhmm", "jump_penalty": penalty}, "recovery").fit(train)
        for one in (one for each in mine for one in each[DEMONSTRATIONS : DEMONSTRATIONS + 6]):
            counts[0] += 1
            for place, begin in ((1, 0), (2, len(one.values) // 2)):
                follower = model.start()
                for at, frame in zip(one.time[begin:], one.values[begin:], strict=True):
                    said = follower.step(Frame(float(at), frame))
                counts[place] += model.labels[int(said.posterior.argmax())] == one.label
    return counts[0], counts[1], counts[2]


def main() -> None:
    """Median, mean and 90th percentile of frames, by noise and number of channels."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kind", choices=("hhmm", "hhmr"), default="hhmm")
    parser.add_argument("--halves", metavar="DATA.npz", default="")
    parser.add_argument("--columns", default="")
    parser.add_argument("--penalty", default="12", help="with --halves: jump penalties of hhmm")
    asked = parser.parse_args()
    if asked.halves:
        for penalty in map(float, asked.penalty.split(",")):
            played, whole, half = halves(asked.halves, asked.columns, penalty)
            print(
                f"penalty {penalty:g}: {played} played, whole {whole / played:.1%}, second half {half / played:.1%}"
            )
        return
    kind = asked.kind
    print(f"noise  channels  {kind}: median, mean, 90 %    ideal")
    for noise in (0.1, 0.2):
        for channels in (2, 3, 6, 12):
            told = [
                f"{np.median(one):4.0f} {np.mean(one):5.1f} {np.percentile(one, 90):4.0f}"
                for one in trials(kind, channels, noise)
            ]
            print(f"{noise:5.1f}  {channels:8d}  {told[0]:>26s}  {told[1]:>16s}", flush=True)


if __name__ == "__main__":
    main()
