"""What the features cost: microseconds a frame of each, and of a chain of eight, on 12 channels.

    python benchmarks/features.py [--rounds 9] [--frames 2000] [--json]

Time is the process's own, Python calls included: the median of the rounds, and the best.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from gesturemap import catalog, compiled
from gesturemap.features import FEATURE_KERNELS
from gesturemap.features.feature import ChainRun, Feature
from gesturemap.frames import Frame, Spec

UNITS = {"acc": "m/s2", "gyr": "rad/s", "mag": "uT", "lin": "m/s2"}
SPEC = Spec.of(*(f"{sensor}_{axis} {unit}" for sensor, unit in UNITS.items() for axis in "xyz"), rate=100.0)
GOAL = 30.0
"""Microseconds a frame of the chain."""

SETTINGS: dict[str, dict[str, Any]] = {
    "axes": {"channels": ["acc_x", "-acc_z", "acc_y", "gyr_x", "-gyr_z", "gyr_y"]},
    "calibrate": {"rest": [0.1], "low": [-20.0], "high": [20.0]},
    "rotate": {"rest": [0.3, -0.5, 9.7], "how": "both"},
    "pca": {"components": np.linalg.qr(np.random.default_rng(1).normal(size=(12, 12)))[0][:3].tolist()},
    "buffer": {"frames": 8},
    "expression": {
        "expressions": ["a m/s2 = sqrt(acc_x^2 + acc_y^2 + acc_z^2)", "tilt rad = atan2(acc_y, acc_z)"]
    },
    "window": {"statistics": ["mean", "sd"]},
    "magnitude": {"columns": ["acc*", "lin*"]},
    **{kind: {"columns": ["acc*"]} for kind in ("freefall", "intensity", "jerk", "kick", "shake", "still")},
    "trajectory": {"columns": ["point_0*"]},
}
"""Kind -> settings that are not the default ones, so that it has all 12 channels to work on."""

NAMES = {
    "quaternion": ("quat_w", "quat_x", "quat_y", "quat_z", *(f"in_{i} m" for i in range(8))),
    "trajectory": tuple(f"point_{i}_{axis} m" for i in range(4) for axis in "xyz"),
}
"""Kind -> the 12 channels it works on, where they are not those of an inertial sensor."""

CHAIN: list[dict[str, Any]] = [
    {"kind": "axes", "channels": ["acc_x", "-acc_z", "acc_y"]},
    {"kind": "rotate", "columns": ["acc*", "gyr*"], "rest": [0.3, -0.5, 9.7], "how": "both"},
    {"kind": "median", "columns": ["mag*"]},
    {"kind": "one_euro"},
    {"kind": "derive", "columns": ["acc*"], "smoothing": 0.02},
    {"kind": "magnitude", "columns": ["gyr*"]},
    {"kind": "window", "columns": ["acc_x", "acc_y", "acc_z"], "statistics": ["sd", "crossings"]},
    {"kind": "expression", "expressions": ["energy = acc_x_d^2 + acc_y_d^2 + acc_z_d^2"]},
]


def frames(count: int) -> list[Frame]:
    """A movement of 12 channels at 100 Hz."""
    at = np.arange(count) / SPEC.rate
    rng = np.random.default_rng(0)
    values = np.sin(2.0 * np.pi * np.outer(at, rng.uniform(0.3, 3.0, SPEC.width)))
    values += 0.05 * rng.normal(size=values.shape)
    return [Frame(t, row, t) for t, row in zip(at.tolist(), values, strict=True)]


def cost(start: Callable[[], Any], movement: list[Frame], rounds: int) -> tuple[float, float]:
    """Median and best of the rounds, microseconds a frame."""
    took = []
    for _ in range(rounds):
        step = start().step
        began = time.process_time()
        for frame in movement:
            step(frame)
        took.append((time.process_time() - began) / len(movement) * 1e6)
    return statistics.median(took), min(took)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--frames", type=int, default=2000)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    compiled.load(FEATURE_KERNELS)
    movement = frames(asked.frames)

    def one(table: dict[str, Any]) -> Feature:
        made: Feature = catalog.read("features", table, "benchmark")
        return made

    found: dict[str, dict[str, float]] = {}
    for kind in catalog.kinds("features"):
        feature = one({"kind": kind, **SETTINGS.get(kind, {})})
        spec = Spec.of(*NAMES[kind], rate=SPEC.rate) if kind in NAMES else SPEC
        median, best = cost(partial(feature.start, spec), movement, asked.rounds)
        found[kind] = {"us": median, "best_us": best, "delay_ms": feature.start(spec).delay * 1000.0}
    chain = [one(table) for table in CHAIN]
    median, best = cost(partial(ChainRun, chain, SPEC), movement, asked.rounds)
    found["chain of 8"] = {"us": median, "best_us": best, "delay_ms": ChainRun(chain, SPEC).delay * 1000.0}
    if asked.json:
        print(json.dumps(found))
        return
    print("feature         us/frame    best   delay ms")
    for name, row in found.items():
        print(f"{name:14} {row['us']:9.2f} {row['best_us']:7.2f} {row['delay_ms']:10.1f}")
    print(f"goal for the chain: {GOAL:g} us")


if __name__ == "__main__":
    main()
