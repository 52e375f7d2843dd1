#!/usr/bin/env python3
"""Speed and quality of the models: workloads A ... RH, and a stream of real gestures without any reset.

    python benchmarks/models.py                          every workload, one line each
    python benchmarks/models.py --only A,R
    python benchmarks/models.py --stream DATA.npz        per user: three demonstrations each train, the
    rest is streamed

Times are the best of several rounds, as other programs only add to them; the Python call is included.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap import catalog, compiled, models
from gesturemap.demonstrations import Demonstration, through
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Frame, Spec
from gesturemap.mapping.mapping import MappingRun, Source
from gesturemap.teaching import workloads
from gesturemap.teaching.bench import Workload, best_of, read, rows, train


def bench(load: Workload) -> None:
    """One workload."""
    for row in rows(load, quick=False):
        figures = [
            f"train {1e3 * row.train_s:7.1f} ms (processor {1e3 * row.train_cpu_s:7.1f})",
            f"step p50 {row.step_p50_us:6.2f} p99 {row.step_p99_us:6.2f} us" if row.step_p50_us else "",
            f"end {row.end:.3f} frames {row.frames:.3f}" if row.end else "",
            f"progress error {row.progress_error:.3f}" if row.progress_error is not None else "",
            f"RMSE {row.rmse:.4f}" if row.rmse else "",
        ]
        print(f"{load.name:3} {row.model:14} {'   '.join(filter(None, figures))}", flush=True)


# The stream: what `gesturemap demo` does, without its processes.

FEATURES: list[dict[str, Any]] = [
    {"kind": "window", "columns": ["acc*"], "frames": 5, "statistics": ["mean"], "keep": False},
    {"kind": "derive", "smoothing": 0.03, "keep": True},
]
MODEL: dict[str, Any] = {"kind": "hhmm"}
EVENTS: dict[str, Any] = {
    "kind": "events", "threshold": 0.8, "minimum_progress": 0.5, "fit": 0.2, "hold": 0.1, "refractory": 0.4,
}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """One user, one seed."""

    sent: int
    right: int
    none: int
    extra: int
    point: float
    train: float


def recordings(path: Path, user: str, columns: str) -> list[Demonstration]:
    """All recordings of one user."""
    data = np.load(path)
    chosen = [i for i, name in enumerate(data["channels"]) if str(name).startswith(columns)]
    spec = Spec.of(*(str(data["channels"][i]) for i in chosen), rate=float(data["rate"]))
    ends = np.cumsum(data["lengths"])
    result = []
    for i in np.flatnonzero(data["user"] == user):
        part = slice(ends[i] - data["lengths"][i], ends[i])
        values = np.ascontiguousarray(data["X"][part][:, chosen], dtype=float)
        result.append(
            Demonstration(str(i), str(data["label"][i]), spec, data["t"][part].astype(float), values)
        )
    return result


def split(
    takes: Sequence[Demonstration], shots: int, seed: int
) -> tuple[list[Demonstration], list[Demonstration]]:
    """`shots` demonstrations of each gesture, and the rest in random order."""
    random = np.random.default_rng(seed)
    known: list[Demonstration] = []
    rest: list[Demonstration] = []
    for label in sorted({take.label for take in takes}):
        order = random.permutation([i for i, take in enumerate(takes) if take.label == label])
        known += [takes[i] for i in order[:shots]]
        rest += [takes[i] for i in order[shots:]]
    return known, [rest[i] for i in random.permutation(len(rest))]


def joined(takes: Sequence[Demonstration], rest: float) -> Iterator[tuple[int, Frame]]:
    """Frames of all recordings in a row with their index; between two, a rest (index -1) from value to value."""
    now, last = 0.0, np.zeros(0)
    for index, take in enumerate(takes):
        if index:
            count = int(rest * 60.0)
            for i in range(count):
                share = (i + 1) / count
                now += 1.0 / 60.0
                yield -1, Frame(now, (1.0 - share) * last + share * take.values[0])
            now += 1.0 / 60.0
        begun = now - float(take.time[0])
        for moment, values in zip(take.time.tolist(), take.values, strict=True):
            now = begun + moment
            yield index, Frame(now, values)
        last = take.values[-1]


def stream(takes: Sequence[Demonstration], shots: int, seed: int, tables: dict[str, Any]) -> Result:
    """Train on some recordings, stream the others through features, model and events."""
    known, sent = split(takes, shots, seed)
    features = [catalog.read("features", table, "features") for table in tables["features"]]
    chain = ChainRun(features, takes[0].spec)

    def seen(take: Demonstration) -> Demonstration:
        run = ChainRun(features, take.spec)
        return through(take, run.step, run.spec)

    learned = [seen(take) for take in known]
    learner = catalog.read("models", tables["model"], "model")
    seconds, _, model = best_of(1, lambda: train(learner, learned))
    follower = model.start()
    mapping = MappingRun(
        [catalog.read("mapping", tables["events"], "mapping")],
        Source(model.labels, model.outputs, chain.spec),
    )
    lengths = [len(take) for take in sent]
    fired: list[list[tuple[float, str]]] = [[] for _ in sent]
    tail, current, count = 0, 0, 0
    for index, frame in joined(sent, tables["rest"]):
        count = count + 1 if index == current else (0 if index >= 0 else count)
        current = index if index >= 0 else current
        made = chain.step(frame)
        if made is None:
            continue
        for event in mapping.step(follower.step(made)).events:
            if event.kind == "began":
                fired[current].append((count / lengths[current], event.label))
                tail += index < 0
    right = sum(
        bool(events) and events[-1][1] == take.label for events, take in zip(fired, sent, strict=True)
    )
    points = [
        events[-1][0]
        for events, take in zip(fired, sent, strict=True)
        if events and events[-1][1] == take.label
    ]
    none = sum(not events for events in fired)
    extra = sum(len(events) for events in fired) - len(sent) + none
    return Result(len(sent), right, none, extra, float(np.median(points)), seconds)


def stream_table(path: Path, shots: int, seeds: int, tables: dict[str, Any], columns: str = "acc") -> float:
    """Print a line per user; the worst share of right answers of any user."""
    users = sorted({str(user) for user in np.load(path)["user"]})
    print(
        f"{'user':6} {'right of sent, per seed':40} {'%':>6} {'none':>5} {'extra':>6} {'point':>6} {'train ms':>9}"
    )
    shares, extras = [], 0
    for user in users:
        takes = recordings(path, user, columns)
        results = [stream(takes, shots, seed, tables) for seed in range(seeds)]
        sent = sum(result.sent for result in results)
        shares.append(sum(result.right for result in results) / sent)
        extras += sum(result.extra for result in results)
        print(
            f"{user:6} {' '.join(f'{r.right}/{r.sent}' for r in results):40} {100 * shares[-1]:6.1f} "
            f"{sum(r.none for r in results):5} {sum(r.extra for r in results):6} "
            f"{np.mean([r.point for r in results]):6.2f} {1e3 * np.median([r.train for r in results]):9.1f}",
            flush=True,
        )
    print(f"mean {100 * np.mean(shares):.2f} %, worst user {100 * min(shares):.2f} %, extra events {extras}")
    return min(shares)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="A,AH,B,C,R,RH", help="workloads, separated by commas")
    parser.add_argument("--stream", type=Path, help="recordings (.npz) to stream, per user")
    parser.add_argument("--shots", type=int, default=3, help="demonstrations of each gesture that train")
    parser.add_argument("--seeds", type=int, default=3, help="random splits and orders")
    parser.add_argument("--rest", type=float, default=0.5, help="seconds between recordings")
    options = parser.parse_args()
    compiled.load(models.kernels("hhmm", fitting=True))
    if options.stream:
        tables = {"features": FEATURES, "model": MODEL, "events": EVENTS, "rest": options.rest}
        stream_table(options.stream, options.shots, options.seeds, tables)
        return
    with tempfile.TemporaryDirectory() as folder:
        workloads.write_all(Path(folder), options.only.replace(",", " "))
        for name in options.only.split(","):
            bench(read(name, Path(folder) / f"{name}.npz"))


if __name__ == "__main__":
    main()
