"""How fast models train and step, and how well they do, on seeded workloads; other libraries in the same run.

Times are the best of several rounds, as other programs only add to them; the Python call is included.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Frame, Spec
from gesturemap.project.exchange.corpus import read_corpus
from gesturemap.teaching.regress import agreement

NAMES = ("A", "AH", "B", "C", "R", "RH")
MOST_STEPS = 5000
TIMELESS = "no progress: it judges frames, not how far a gesture has got"
RECOGNISERS: tuple[dict[str, Any], ...] = (
    {"kind": "hhmm"},
    {"kind": "hhmm", "covariance": "diagonal"},
    {"kind": "gmm"},
)
REGRESSORS: tuple[dict[str, Any], ...] = ({"kind": "hhmr"}, {"kind": "gmr"})


@dataclass(frozen=True)
class Row:
    """One model on one workload; None where it does not apply."""

    workload: str
    model: str
    train_s: float | None = None
    train_cpu_s: float | None = None
    step_p50_us: float | None = None
    step_p99_us: float | None = None
    end: float | None = None
    """Share of gestures recognised at their last frame, all streamed in a row without a reset."""
    frames: float | None = None
    """Share of frames on which the gesture was right."""
    progress_error: float | None = None
    rmse: float | None = None
    note: str = ""
    """Why something does not apply."""


class Workload(NamedTuple):
    """What trains, and what is streamed."""

    name: str
    train: tuple[Demonstration, ...]
    test: tuple[Demonstration, ...]


class Timed(NamedTuple):
    """Shortest times in seconds, and what the job gave."""

    wall: float
    cpu: float
    result: Any


def read(name: str, path: Path) -> Workload:
    """A workload from its file."""
    corpus = read_corpus(path)
    sides = [
        tuple(one for one, split in zip(corpus.demonstrations, corpus.splits, strict=True) if split == side)
        for side in ("train", "test")
    ]
    return Workload(name, *sides)


def best_of(rounds: int, job: Callable[[], Any]) -> Timed:
    """Shortest time and shortest processor time."""
    wall = cpu = np.inf
    result: Any = None
    for _ in range(rounds):
        begun, busy = time.perf_counter(), time.process_time()
        result = job()
        wall, cpu = min(wall, time.perf_counter() - begun), min(cpu, time.process_time() - busy)
    return Timed(wall, cpu, result)


def train(learner: Any, demonstrations: Sequence[Demonstration], previous: Any = None) -> Any:
    """Fit, and lay out for playing: until the new model could play."""
    model = learner.fit(TrainingSet(tuple(demonstrations)), previous)
    model.start()
    return model


def step_times(model: Any, tests: Sequence[Demonstration], rounds: int) -> tuple[float, float]:
    """Median and 99th percentile of one step in microseconds, of the least disturbed round."""
    frames = [frame for test in tests for frame in test.frames()][:MOST_STEPS]
    results = []
    for _ in range(rounds):
        step, times = model.start().step, np.empty(len(frames))
        for i, frame in enumerate(frames):
            begun = time.perf_counter()
            step(frame)
            times[i] = time.perf_counter() - begun
        results.append(np.percentile(times, [50, 99]) * 1e6)
    p50, p99 = min(results, key=lambda pair: float(pair[0]))
    return float(p50), float(p99)


def quality(model: Any, tests: Sequence[Demonstration]) -> dict[str, Any]:
    """All test recordings streamed one after another with one follower, without a reset."""
    follower = model.start()
    ends, right, progress, outputs, gone = [], [], [], [], False
    for test in tests:
        own = model.labels.index(test.label)
        for t, values in enumerate(test.values):
            estimate = follower.step(Frame(0.0, values))
            right.append(bool(estimate.posterior.argmax() == own))
            progress.append(abs(estimate.progress[own] - t / (len(test) - 1)))
            gone = gone or bool(estimate.progress.any())
            outputs.append(estimate.outputs)
        ends.append(right[-1])
    found: dict[str, Any] = {"end": float(np.mean(ends)), "frames": float(np.mean(right))}
    found |= {"progress_error": float(np.mean(progress))} if gone else {"note": TIMELESS}
    if tests[0].outputs:  # some models have outputs of their own, such as the speed
        rmse = agreement([np.concatenate([test.targets for test in tests])], [np.array(outputs)])["rmse"]
        return found | {"rmse": float(rmse or 0.0)}
    return found


def measured(name: str, table: dict[str, Any], load: Workload, rounds: int) -> tuple[Row, Any]:
    """One model on one workload, and the model."""
    learner = catalog.read("models", table, "bench")
    wall, cpu, model = best_of(rounds, lambda: train(learner, load.train))
    p50, p99 = step_times(model, load.test, rounds)
    return Row(load.name, name, wall, cpu, p50, p99, **quality(model, load.test)), model


def rows(load: Workload, quick: bool) -> Iterator[Row]:
    """Every model of ours on one workload."""
    rounds = 1 if quick else 3 if load.name == "C" else 5
    tables = REGRESSORS if load.train[0].outputs else RECOGNISERS
    for table in tables if load.name != "C" or not quick else tables[:1]:
        name = " ".join(str(value) for value in table.values()) + {"gmm": " 5", "gmr": " 5"}.get(
            table["kind"], ""
        )
        row, model = measured(name, table, load, rounds)
        yield row
        if load.name == "C" and table == tables[0]:
            first = load.train[0]
            more = [*load.train, replace(load.test[0], label=first.label, id="new")]
            learner = catalog.read("models", table, "bench")
            wall, cpu, _ = best_of(rounds, lambda: train(learner, more, model))  # noqa: B023
            yield Row("C", f"{name}, one more demonstration until playing", wall, cpu)


def others(quick: bool) -> Iterator[Row]:
    """Kinds with workloads of their own, where they are registered."""
    rounds = 1 if quick else 5
    known = catalog.kinds("models")
    for width in (2, 6):
        if "gvf" in known:
            load = drawn(f"5 templates, {width}-D", 5, 1, 100, width)
            yield measured("gvf 1000 particles", {"kind": "gvf", "particles": 1000}, load, rounds)[0]
    if "follower" in known:
        load = drawn("5 templates, 6-D", 5, 1, 100, 6)
        yield measured("follower", {"kind": "follower"}, load, rounds)[0]
    if "auto" in known:
        load = drawn("10 gestures x 5", 10, 5, 100, 6)
        row, model = measured("auto", {"kind": "auto"}, load, 1 if quick else 3)
        yield row
        learner = catalog.read("models", {"kind": "auto"}, "bench")
        if hasattr(learner, "first"):
            more = TrainingSet((*load.train, replace(load.test[0], id="new")))
            wall, cpu, _ = best_of(rounds, lambda: learner.first(more, model).start())
            yield Row(load.name, "auto, first model after one more demonstration", wall, cpu)
    if "knn" in known:
        load = drawn("10,000 examples x 12", 10, 5, 200, 12)
        yield measured("knn", {"kind": "knn"}, load, rounds)[0]


def drawn(name: str, gestures: int, each: int, length: int, width: int) -> Workload:
    """Smooth random gestures of one length, as in workload A."""
    from gesturemap.teaching import workloads

    rng = np.random.default_rng(101)
    spec = Spec.of(*(f"c{i}" for i in range(width)), rate=100.0)
    curves = [workloads.curve(rng, width) for _ in range(gestures)]

    def takes(count: int, vary: bool) -> tuple[Demonstration, ...]:
        made = []
        for k, curve in enumerate(curves):
            for n in range(count):
                values = workloads.demo(rng, curve, length, 0.05, vary=vary)[0].astype(np.float64)
                moments = np.arange(len(values)) / 100.0
                made.append(Demonstration(f"{k}-{n}", f"g{k:03d}", spec, moments, values))
        return tuple(made)

    return Workload(name, takes(each, False), takes(4, True))
