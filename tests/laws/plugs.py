"""What the laws run over: every kind of the catalogue, with its settings varied one at a time."""

from __future__ import annotations

import dataclasses
import functools
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gesturemap import catalog
from gesturemap.built_in import BUILT_IN
from gesturemap.errors import SettingsError
from gesturemap.frames import Frame, Spec, Values


def kinds(family: str) -> list[str]:
    """Every kind of a family, by name."""
    return sorted(catalog.kinds(family))


def every() -> list[tuple[str, str]]:
    """Family and kind of everything there is."""
    return [(family, kind) for family in BUILT_IN for kind in kinds(family)]


def plug(family: str, kind: str) -> type[Any]:
    """The settings class of one kind."""
    return catalog.find(family, kind, "laws")


def others(field: dataclasses.Field[Any], value: Any) -> list[Any]:
    """Other values that a setting may have, by its declaration."""
    low, high = field.metadata["low"], field.metadata["high"]
    choices = field.metadata["choices"]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [v for v in (value + 1, value - 1) if low <= v <= high]
    if isinstance(value, float):
        return [v for v in (value * 1.5 + 0.125, value * 0.5) if low <= v <= high and v != value]
    if isinstance(value, str):
        return [c for c in choices if c != value] or ([] if choices else [value + "x"])
    if isinstance(value, tuple):
        return [(choice,) for choice in choices if (choice,) != value]
    return []


AT_WORK: dict[str, list[dict[str, Any]]] = {
    "axes": [{"channels": ("-acc_z", "up = acc_x")}],
    "biquad": [{"rate": 100.0, "sections": 4}, {"response": "band", "sections": 2, "q": 3.0}],
    "buffer": [{"begin": "acc_x > 0.5 or acc_y > 0.5"}, {"begin": "acc_x > 0.1", "end": "acc_x[n-3] < 0"}],
    "calibrate": [
        {"scale": (9.81,), "unit": "m/s2", "rest": (0.0, 0.0, 9.81), "low": (-20.0,), "high": (20.0,)}
    ],
    "expression": [
        {
            "expressions": (
                "a g = acc_x[n-5] - acc_x",
                "b = if(a > 0.1, sqrt(a), min(acc_y, acc_z, 1) / acc_x)",
            )
        }
    ],
    "range": [
        {"points": ((0.0, 0.0), (0.3, 0.8), (1.0, 1.0)), "drawn": "smooth", "smoothing": 0.1, "slew_up": 2.0},
        {
            "source": "feature:acc_x",
            "formula": "x^2 * 0.5",
            "gate": "confidence",
            "opens": 0.7,
            "closes": 0.3,
        },
        {
            "source": "speed:shake",
            "to_high": 24.0,
            "scale": "dorian",
            "gate": "fit:lift",
            "closed": "neutral",
        },
    ],
    "formula": [
        {
            "sources": {"a": "posterior:circle", "b": "feature:acc_x"},
            "formula": "a * b[n-1]",
            "slew_down": 1.0,
        }
    ],
    "per_output": [
        {"each": ({"name": "pitch", "hard": True}, {"name": "level", "type": "class", "inputs": ["acc_y"]})}
    ],
    "pca": [{"components": ((0.6, 0.8, 0.0), (0.8, -0.6, 0.0)), "mean": (1.0,), "scale": (2.0,)}],
    "mount": [
        {"columns": ("acc_x", "acc_y", "acc_z"), "matrix": (0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)}
    ],
    "rotate": [{"rest": (0.1, -0.4, 0.9), "how": "both", "reach": (2.0,)}],
    "savgol": [{"degree": 5, "derivative": 2, "at": "centre"}],
    "window": [{"statistics": ("crossings", "sd", "min")}, {"frames": 9, "statistics": ("crossings",)}],
}
"""Kind of feature, for the channels of SPEC, of model or of mapping -> settings in which what is empty by default is
at work."""


AT_WORK_IN = ("features", "models", "mapping")


def variants(family: str, kind: str) -> list[Any]:
    """The default settings, every other choice and switch turned one at a time, and those of AT_WORK."""
    cls = plug(family, kind)
    plain = cls()
    made = [plain]
    bases = [plain, *(cls(**table) for table in AT_WORK.get(kind, ()) if family in AT_WORK_IN)]
    for base in bases:
        made += [base] if base != plain else []
        for field in dataclasses.fields(cls):
            value = getattr(base, field.name)
            if isinstance(value, bool) or field.metadata.get("choices") or isinstance(value, int):
                made += [dataclasses.replace(base, **{field.name: other}) for other in others(field, value)]
    return made


SPEC = Spec.of("acc_x g", "acc_y g", "acc_z g", rate=100.0)
INERTIAL = ("acc_x g", "acc_y g", "acc_z g", "gyr_x deg/s", "gyr_y deg/s", "gyr_z deg/s")
WANTED: dict[str, tuple[Spec, int]] = {
    "spin": (Spec.of("gyr_x deg/s", "gyr_y deg/s", "gyr_z deg/s", rate=100.0), 1),
    "freefall": (SPEC, 3),
    "angle": (Spec.of("yaw deg", "pitch rad", "acc_x g", rate=100.0), 1),
    "still": (Spec.of(*INERTIAL, rate=100.0), 1),
    "orientation": (Spec.of(*INERTIAL, rate=100.0), 6),
    "gravity": (Spec.of(*INERTIAL, rate=100.0), 1),
    "quaternion": (Spec.of("q_w", "q_x", "q_y", "q_z", rate=100.0), 4),
    "trajectory": (Spec.of("x m", "y m", "z m", rate=100.0), 1),
}
"""Features that cannot live on one acceleration: the channels they are fed, and how many they want at least."""


def fed(kind: str) -> Spec:
    """The channels on which the laws of a feature are tried."""
    return WANTED[kind][0] if kind in WANTED else SPEC


def fewest(kind: str) -> Spec:
    """The fewest channels with which a feature starts."""
    return Spec(fed(kind).channels[: WANTED[kind][1] if kind in WANTED else 1], 100.0)


@functools.cache
def movement(frames: int = 400, seed: int = 0, width: int = SPEC.width) -> Values:
    """(T, C) a smooth random movement."""
    walk = np.cumsum(np.random.default_rng(seed).normal(size=(frames, width)), axis=0)
    smooth = np.apply_along_axis(lambda column: np.convolve(column, np.ones(9) / 9.0, "same"), 0, walk) * 0.1
    smooth.setflags(write=False)
    return smooth


@functools.cache
def moments(frames: int = 400, seed: int = 0) -> Values:
    """(T,) irregular times at 100 Hz on average, with bursts and a gap."""
    rng = np.random.default_rng(seed)
    gaps = rng.exponential(0.01, frames)
    gaps[frames // 3] = 0.0
    gaps[frames // 2] = 5.0
    return np.cumsum(gaps)


def stream(values: Values, time: Values) -> list[Frame]:
    """Frames of a recording, as they come."""
    return [Frame(t, row, t + 0.001) for t, row in zip(time.tolist(), values, strict=True)]


def startable(family: str, kind: str, start: Callable[[Any], Any]) -> Iterator[Any]:
    """The variants that start at all; the plain one must."""
    for number, settings in enumerate(variants(family, kind)):
        try:
            start(settings)
        except SettingsError:
            if number == 0:
                raise
        else:
            yield settings


def growth(step: Callable[[int], Any], steps: int, warm: int = 2000) -> int:
    """Bytes of Python memory that so many steps leave behind; what is left once and not again is no growth."""
    for i in range(warm):
        step(i)
    found = steps
    for first in (warm, warm + steps):
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            for i in range(first, first + steps):
                step(i)
            found = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
        if found < 4096:
            break
    return found


UNABLE = {"per_output": "it recognises no gestures", "stump": "it tells two gestures apart, not three"}
"""Models that need not recognise the gestures of the laws, and why."""
ENDLESS = {"wekinator_dtw"}
"""Outputs of these are infinite where nothing can be said."""
