"""Movement that nobody makes, for trying things without a sensor: the same seed gives the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Clock
from gesturemap.frames import Spec, Values
from gesturemap.inputs.input import Health
from gesturemap.inputs.paced import Block, PacedRun

REST = 0.5
"""Seconds of rest after each stroke."""
NOISE = 0.01
"""Standard deviation of the sensor noise."""
HARMONICS = 3


@dataclass(frozen=True)
class Synthetic:
    """Settings of synthetic movement."""

    kind: ClassVar[str] = "synthetic"

    shape: str = setting(
        "strokes", "strokes: gestures of about a second with rests; sines: movement without end",
        choices=("strokes", "sines"),
    )  # fmt: skip
    channels: int = setting(3, "how many, named in_1, in_2 ...", low=1, high=256)
    rate: float = setting(100.0, "frames a second", unit="Hz", low=1.0, high=10_000.0)
    gestures: int = setting(3, "how many different strokes, one after another", low=1, high=100)
    seed: int = setting(0, "another seed, another movement", low=0, high=2**31 - 1)

    def check(self) -> Spec:
        """Its channels."""
        return Spec.of(*(f"in_{i + 1}" for i in range(self.channels)), rate=self.rate)

    def start(self, clock: Clock) -> PacedRun:
        """Begin to move."""
        blocks = _strokes(self) if self.shape == "strokes" else _sines(self)
        return PacedRun(self.check(), blocks, clock, 1.0, f"synthetic {self.shape}", Health())


def _sines(settings: Synthetic) -> Iterator[Block]:
    """Two sines for each channel, between 0.2 and 2 Hz, one second at a time."""
    random = np.random.default_rng(settings.seed)
    frequency = random.uniform(0.2, 2.0, (settings.channels, 2))
    phase = random.uniform(0.0, 2.0 * np.pi, (settings.channels, 2))
    length = max(1, round(settings.rate))
    start = 0
    while True:
        time = np.arange(start, start + length) / settings.rate
        angle = 2.0 * np.pi * frequency * time[:, None, None] + phase
        yield Block("", time, np.sin(angle).mean(axis=2))
        start += length


def _strokes(settings: Synthetic) -> Iterator[Block]:
    """One stroke after another, each a little different from the last of its kind, with rests between."""
    paths = np.random.default_rng(settings.seed).normal(
        size=(settings.gestures, HARMONICS, settings.channels)
    )
    start = index = 0
    while True:
        random = np.random.default_rng((settings.seed, index))
        gesture = index % settings.gestures
        moving = max(2, round(random.uniform(0.8, 1.2) * settings.rate))
        resting = max(1, round(REST * settings.rate))
        path = paths[gesture] + 0.1 * random.normal(size=paths[gesture].shape)
        for label, values in (
            (f"stroke_{gesture + 1}", _stroke(path, moving)),
            ("", np.zeros((resting, settings.channels))),
        ):
            time = np.arange(start, start + len(values)) / settings.rate
            start += len(values)
            yield Block(label, time, values + NOISE * random.normal(size=values.shape))
        index += 1


def _stroke(path: Values, length: int) -> Values:
    """A closed curve (T, C) of some harmonics, run through with least jerk.

    Source: Flash and Hogan (1985), "The coordination of arm movements", eq. for the minimum-jerk position.
    """
    u = np.linspace(0.0, 1.0, length)
    progress = u**3 * (10.0 - 15.0 * u + 6.0 * u**2)
    waves = np.sin(np.pi * progress[:, None] * np.arange(1, len(path) + 1))
    stroke: Values = waves @ path
    return stroke
