"""How long each stage of a frame takes: looked at in some, so that the others do not wait for it."""

from __future__ import annotations

import time
from typing import Any

from gesturemap.engine.instrument import Instrument
from gesturemap.engine.latency import Latency
from gesturemap.frames import Event, Frame

EVERY = 32
"""Of so many frames, one is timed."""
KEPT = 256
"""Timed frames of which the median is told."""
STAGES = {"features": ("chain", "step"), "model": ("follower", "step"), "mapping": ("mapping_run", "step"),
          "output": ("outputs", "send")}  # fmt: skip
"""Stage -> the part of an instrument that does it, and how it is called."""


class _Timed:
    """A part of an instrument, of which one call is timed."""

    def __init__(self, part: Any, call: str, latency: Latency) -> None:
        self._part, self._call, self._latency = part, getattr(part, call), latency
        setattr(self, call, self._time)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)

    def _time(self, given: Any) -> Any:
        began = time.perf_counter()
        found = self._call(given)
        self._latency.add(time.perf_counter() - began)
        return found


class Stages:
    """Plays frames, and times the stages of some."""

    def __init__(self) -> None:
        self._count = 0
        self._taken = {name: Latency(KEPT) for name in STAGES}

    def play(self, instrument: Instrument, frame: Frame) -> tuple[Event, ...]:
        """Let a frame go all the way."""
        self._count += 1
        if self._count % EVERY:
            return instrument.play(frame)
        parts: Any = instrument
        whole = {name: getattr(parts, part) for name, (part, _) in STAGES.items()}
        try:
            for name, (part, call) in STAGES.items():
                if whole[name] is not None:
                    setattr(parts, part, _Timed(whole[name], call, self._taken[name]))
            return instrument.play(frame)
        finally:
            for name, (part, _) in STAGES.items():
                setattr(parts, part, whole[name])

    def figures(self, instrument: Instrument | None, latency_ms: float) -> dict[str, float]:
        """Delay of each stage in ms: features with what their smoothing lags behind; `total` from door to output.

        Parameters
        ----------
        latency_ms : from a frame's arrival until it has gone out, without that lag.
        """
        if instrument is None:
            return {}
        found = {name: taken.figures()["p50"] for name, taken in self._taken.items()}
        lag = 1000.0 * instrument.chain.delay
        found["features"] += lag
        return {**found, "total": latency_ms + lag}
