#!/usr/bin/env python3
"""Training and playing 12 inputs and 5 outputs beside what Wekinator does: seconds, errors, microseconds.

    python benchmarks/wekinator_training.py                     1,000 and 10,000 examples
    python benchmarks/wekinator_training.py --only 1000
    python benchmarks/wekinator_training.py --rounds 5

Targets are smooth random functions of the inputs. Networks are fitted by `mlp`, and by what Wekinator's library does:
one example after the other, learning rate 0.3, momentum 0.2, 500 times through all, inputs and target within -1 and 1,
weights that begin within 0.05. Both are compiled and judged by examples that neither has seen. Times are processor
time, the best of several rounds, as other programs only add to them.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap import catalog, compiled
from gesturemap.compiled import kernel
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.models import kernels

Array = NDArray[np.float64]
INPUTS, OUTPUTS, HELD_OUT = 12, 5, 2000
RATE, MOMENTUM, EPOCHS, REACH = 0.3, 0.2, 500, 0.05
THEIRS = {1000: "2.5 to 2.7 s", 10_000: "26 to 43 s"}
"""What Wekinator took on a machine of this kind, Java and all, to train 5 networks."""


@kernel
def online(x: Any, y: Any, inner: Any, outer: Any, epochs: int) -> None:
    """Back-propagation, one example after the other; inner (C + 1, H), outer (H + 1,), offsets last."""
    channels, nodes = x.shape[1], inner.shape[1]
    before, last = np.zeros_like(inner), np.zeros_like(outer)
    hidden, errors = np.empty(nodes), np.empty(nodes)
    for _ in range(epochs):
        for t in range(len(x)):
            hidden[:] = inner[channels]
            for i in range(channels):
                for j in range(nodes):
                    hidden[j] += x[t, i] * inner[i, j]
            said = outer[nodes]
            for j in range(nodes):
                hidden[j] = 1.0 / (1.0 + math.exp(-hidden[j]))
                said += hidden[j] * outer[j]
            error = y[t] - said
            for j in range(nodes):
                errors[j] = error * outer[j] * hidden[j] * (1.0 - hidden[j])
                last[j] = RATE * error * hidden[j] + MOMENTUM * last[j]
                outer[j] += last[j]
            last[nodes] = RATE * error + MOMENTUM * last[nodes]
            outer[nodes] += last[nodes]
            for i in range(channels):
                for j in range(nodes):
                    before[i, j] = RATE * errors[j] * x[t, i] + MOMENTUM * before[i, j]
                    inner[i, j] += before[i, j]
            for j in range(nodes):
                before[channels, j] = RATE * errors[j] + MOMENTUM * before[channels, j]
                inner[channels, j] += before[channels, j]


def smooth(x: Array, seed: int) -> Array:
    """(T, M) outputs within 0 and 1: each a sum of a few waves through the inputs."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(OUTPUTS):
        waves = random.normal(size=(x.shape[1], 4)) * 0.35
        made.append(np.sin(x @ waves + random.uniform(0.0, 6.3, 4)) @ random.uniform(0.5, 1.0, 4))
    y = np.stack(made, axis=1)
    return np.asarray((y - y.min(0)) / np.ptp(y, axis=0))


def best(rounds: int, action: Callable[[], Any]) -> tuple[float, Any]:
    """Least processor seconds, and what came of it."""
    least, made = math.inf, None
    for _ in range(rounds):
        begun = time.process_time()
        made = action()
        least = min(least, time.process_time() - begun)
    return least, made


def theirs(x: Array, y: Array, seen: Array) -> Array:
    """(T, M) what Wekinator's networks say of other inputs."""
    low, high = x.min(0), x.max(0)
    inside, outside = (2.0 * (part - low) / (high - low) - 1.0 for part in (x, seen))
    random, made = np.random.default_rng(0), []
    for m in range(OUTPUTS):
        least, most = y[:, m].min(), y[:, m].max()
        inner = random.uniform(-REACH, REACH, (INPUTS + 1, INPUTS))
        outer = random.uniform(-REACH, REACH, INPUTS + 1)
        wanted = np.ascontiguousarray(2.0 * (y[:, m] - least) / (most - least) - 1.0)
        online(np.ascontiguousarray(inside), wanted, inner, outer, EPOCHS)
        hidden = 1.0 / (1.0 + np.exp(-(outside @ inner[:-1] + inner[-1])))
        made.append((hidden @ outer[:-1] + outer[-1] + 1.0) / 2.0 * (most - least) + least)
    return np.stack(made, axis=1)


def learner(**each: Any) -> Any:
    """5 outputs of one kind."""
    tables = [{"name": f"outputs-{m + 1}", **each} for m in range(OUTPUTS)]
    return catalog.read("models", {"kind": "per_output", "each": tables}, "benchmark")


def examples(x: Array, y: Array) -> TrainingSet:
    """One recording round."""
    spec = Spec.of(*(f"inputs-{i + 1}" for i in range(INPUTS)))
    outputs = tuple(Channel(f"outputs-{m + 1}") for m in range(OUTPUTS))
    time_ = np.arange(len(x)) / 100.0
    return TrainingSet((Demonstration("1", "examples", spec, time_, x, outputs, y),))


def stepped(model: Any, frames: list[Frame], rounds: int) -> float:
    """Microseconds of processor time for a frame."""
    step = model.start().step
    for frame in frames[:200]:
        step(frame)

    def play() -> None:
        for frame in frames:
            step(frame)

    return 1e6 * best(rounds, play)[0] / len(frames)


def compare(count: int, rounds: int) -> None:
    """One number of examples."""
    random = np.random.default_rng(count)
    x = random.uniform(0.0, 1.0, (count + HELD_OUT, INPUTS)) * 4.0 - 2.0
    y = smooth(x, 3)
    (x, seen), (y, wanted) = np.split(x, [count]), np.split(y, [count])
    frames = [Frame(i / 1000.0, row) for i, row in enumerate(seen)]
    shown = examples(x, y)

    ours_took, model = best(rounds, lambda: learner().fit(shown))
    step = model.start().step
    said = np.array([step(frame).outputs[:OUTPUTS] for frame in frames])
    online_took, other = best(1, lambda: theirs(x, y, seen))
    errors = [np.sqrt(((made - wanted) ** 2).mean(0)) for made in (said, other)]
    print(
        f"{count} examples, {INPUTS} inputs, {OUTPUTS} networks (Wekinator itself: {THEIRS.get(count, '?')})"
    )
    print(
        f"  gesturemap         {ours_took:7.2f} s   error of what was held out {errors[0].mean():.4f}", end=""
    )
    print(f"   step {stepped(model, frames, rounds):5.1f} us")
    print(f"  as Wekinator does  {online_took:7.2f} s   error of what was held out {errors[1].mean():.4f}")
    print("  each output        " + "  ".join(f"{a:.4f} / {b:.4f}" for a, b in zip(*errors, strict=True)))

    classes = np.floor(y * 4.999) + 1.0
    took, model = best(rounds, lambda: learner(type="class").fit(examples(x, classes)))
    print(f"  5 x nearest neighbour: trained in {took:.2f} s   step {stepped(model, frames, rounds):5.1f} us")


def warped(rounds: int) -> None:
    """Time warping: 5 gestures, 5 examples of 100 frames each, as Wekinator compares them, and with all frames."""
    random, spec = np.random.default_rng(0), Spec.of(*(f"inputs-{i + 1}" for i in range(INPUTS)))
    walks = np.cumsum(random.normal(size=(26, 2000, INPUTS)), axis=1)
    shown = TrainingSet(
        tuple(
            Demonstration(f"{i}", f"output_{i % 5 + 1}", spec, np.arange(100) / 100.0, walk[:100])
            for i, walk in enumerate(walks[:25])
        )
    )
    frames = [Frame(i / 100.0, row) for i, row in enumerate(walks[25])]
    print("time warping, 5 gestures x 5 examples x 100 frames")
    for how in ("length", "none"):
        table = {"kind": "wekinator_dtw", "downsample": how}
        took, model = best(rounds, lambda table=table: catalog.read("models", table, "benchmark").fit(shown))
        step = stepped(model, frames, 1 if how == "none" else rounds)
        every = "every frame" if model.factor == 1 else f"one frame in {model.factor}"
        print(f"  {every:16} fitted in {1e3 * took:.1f} ms   step {step:6.1f} us, mean of all frames")


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", type=int, action="append", help="so many examples")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    compiled.load((*kernels("per_output", fitting=True), *kernels("wekinator_dtw")))
    warm = np.random.default_rng(0).uniform(size=(30, INPUTS))
    learner().fit(examples(warm, smooth(warm, 0)))
    theirs(warm, smooth(warm, 0), warm)
    for count in options.only or [1000, 10_000]:
        compare(count, options.rounds)
    warped(options.rounds)


if __name__ == "__main__":
    main()
