#!/usr/bin/env python3
"""Followers on synthetic gestures: where they are, how fast they think one is, and what a step takes.

    python benchmarks/models_follow.py

One clean demonstration of each of five gestures trains. They are performed 0.5 to 2 times as fast, the tempo
changing within them, with other gains and offsets and noise. Errors are medians over all frames: of progress
against the true position in the gesture, in percent of it, and of speed against the true one. For gesture
variation following, performances are also scaled and rotated by amounts to be found again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Frame, Spec
from gesturemap.models.dtw import Dtw
from gesturemap.models.follow import Follow
from gesturemap.models.variation import Gvf
from gesturemap.teaching import workloads

GESTURES, LENGTH, NOISE = 5, 100, 0.05
Values = NDArray[Any]


def vocabulary(rng: Generator, width: int) -> tuple[list[workloads.Curve], TrainingSet]:
    """Curves, and one demonstration of each."""
    curves = [workloads.curve(rng, width) for _ in range(GESTURES)]
    spec = Spec.of(*(f"c{c}" for c in range(width)), rate=100.0)
    at = np.linspace(0.0, 1.0, LENGTH)
    takes = [curve(at) + rng.normal(0.0, NOISE, (LENGTH, width)) for curve in curves]
    return curves, TrainingSet(
        tuple(Demonstration(str(k), f"g{k}", spec, at, take) for k, take in enumerate(takes))
    )


def performances(rng: Generator, curves: list[workloads.Curve]) -> Iterator[tuple[int, Values, Values]]:
    """Gesture, frames and true position at each."""
    for speed in (0.5, 0.7, 1.0, 1.4, 2.0):
        for gesture, curve in enumerate(curves):
            for _ in range(4):
                frames, at = workloads.demo(rng, curve, round(LENGTH / speed), NOISE, vary=False)
                yield gesture, frames.astype(float), at


def followed(learner: Any, width: int) -> str:
    """Errors of one learner."""
    rng = np.random.default_rng(width)
    curves, training_set = vocabulary(rng, width)
    model = learner.fit(training_set)
    speeds = [i for i, output in enumerate(model.outputs) if output.name == "speed"]
    progress: list[float] = []
    speed: list[float] = []
    right = ends = 0
    for gesture, frames, at in performances(rng, curves):
        step = model.start().step
        true = np.gradient(at) * (LENGTH - 1)
        for i, row in enumerate(frames):
            estimate = step(Frame(i / 100.0, row))
            progress.append(abs(estimate.progress[gesture] - at[i]))
            if speeds and len(frames) // 5 < i < len(frames) * 4 // 5:
                speed.append(abs(estimate.outputs[speeds[0]] - true[i]) / true[i])
        right += int(estimate.posterior.argmax()) == gesture
        ends += 1
    text = f"progress {100 * np.median(progress):5.2f} %"
    text += f"  (90 % of frames below {100 * np.quantile(progress, 0.9):5.1f} %)"
    if speed:
        text += f"  speed {100 * np.median(speed):5.1f} %"
    return f"{text}  right at the end {right}/{ends}"


def varied(width: int) -> str:
    """Median errors of scale and rotation over the second half of varied performances."""
    rng = np.random.default_rng(width)
    curves, training_set = vocabulary(rng, width)
    model = Gvf(origin="first").fit(training_set)
    scales, angles, right, count = [], [], 0, 0
    for gesture, curve in enumerate(curves):
        for _ in range(20):
            scale, angle = np.exp(rng.uniform(-0.5, 0.5)), rng.uniform(-0.6, 0.6)
            turn = np.eye(width)
            turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
            frames = scale * curve(np.linspace(0.0, 1.0, round(LENGTH / rng.uniform(0.6, 1.6)))) @ turn.T
            step = model.start().step
            for i, row in enumerate(frames + rng.normal(0.0, NOISE, frames.shape)):
                estimate = step(Frame(i / 100.0, row))
                if i > len(frames) // 2:
                    scales.append(abs(np.log(estimate.outputs[1] / scale)))
                    angles.append(abs(estimate.outputs[-1] - angle))
            right += int(estimate.posterior.argmax()) == gesture
            count += 1
    text = f"scale {100 * np.median(scales):4.1f} %  rotation {np.median(angles):.3f} rad"
    return f"{text}  right at the end {right}/{count}"


def step_time(learner: Any, width: int) -> str:
    """Microseconds of one step, the call included: processor time of the best round, and the median of all."""
    rng = np.random.default_rng(width)
    _, training_set = vocabulary(rng, width)
    model = learner.fit(training_set)
    frames = [frame for d in training_set.demonstrations for frame in replace(d).frames()]
    rounds, each = [], []
    for _ in range(8):
        step = model.start().step
        busy, times = time.process_time(), [time.perf_counter()]
        for frame in frames:
            step(frame)
            times.append(time.perf_counter())
        each += np.diff(times).tolist()
        rounds.append((time.process_time() - busy) / len(frames))
    return f"{1e6 * min(rounds):6.1f} us processor time, {1e6 * float(np.median(each)):6.1f} us median"


def main() -> None:
    """Print everything."""
    print(f"{GESTURES} gestures, one demonstration of {LENGTH} frames each")
    for width in (2, 3, 6):
        for learner in (Follow(), Gvf(), Dtw()):
            print(f"{width}-D {learner.kind:9} {followed(learner, width)}")
    for width in (2, 3):
        print(f"{width}-D gvf       {varied(width)}")
    for width in (2, 3, 6):
        for learner in (Follow(), Gvf(), Dtw()):
            print(f"{width}-D {learner.kind:9} {step_time(learner, width)}")


if __name__ == "__main__":
    main()
