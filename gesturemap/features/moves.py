"""Short moves of the hand: kicks and shaking."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.features.feature import Room
from gesturemap.features.inertial import Change, vector
from gesturemap.frames import Channel, Frame, Spec

SETTLING = 0.02
"""Time constant (s) of the level in which kicks are looked for."""
MOST = 512
"""Levels, or turns of one axis, that are kept at most."""


@dataclass(frozen=True)
class Kick:
    """Hits, jabs and jerks of the hand: ``kick`` is 1 when one begins and falls to 0 in `refractory`.

    The change of the acceleration is compared with its own median over the moments before, so that a vigorous
    phrase is not one long kick. ``kick_strength`` is how far the change rises above the median, in m/s3: the
    largest so far of this kick, 0 when it is over. The next kick needs the change to have fallen below half of
    the threshold.

    Source: the kick of the R-IoT and the Gestural Sound Toolkit (change against its median, with a gate), with
    times in place of counts of frames.
    """

    kind: ClassVar[str] = "kick"

    columns: tuple[str, ...] = setting(
        (), "the acceleration's channels, such as acc*; empty: found by their unit"
    )
    threshold: float = setting(
        200.0, "how far the change must rise above its median", unit="m/s3", low=1.0, high=100_000.0
    )
    memory: float = setting(0.3, "how far back the median reaches", unit="s", low=0.02, high=5.0)
    refractory: float = setting(
        0.25, "time after a kick in which there is no other", unit="s", low=0.01, high=5.0
    )
    name: str = setting("kick", "what the names of the new channels begin with")
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> KickRun:
        """Size everything for frames of `spec`."""
        return KickRun(self, spec)


class KickRun:
    """Running detection of kicks; a value that is no number changes nothing, and is bridged."""

    def __init__(self, settings: Kick, spec: Spec) -> None:
        acceleration = vector(spec, settings.columns, "acceleration", "kick, columns")
        new = [Channel(settings.name), Channel(f"{settings.name}_strength", "m/s3")]
        self._room = Room(spec, acceleration.indices.tolist(), new, settings.keep)
        self.spec = self._room.spec
        self.delay = (0.5 / spec.rate if spec.rate > 0.0 else 0.0) + SETTLING
        self._settings = settings
        self._change = Change(acceleration, spec.rate)
        self._past: deque[tuple[float, float]] = deque()
        self._sorted: list[float] = []
        self._now = self._level = self._strength = 0.0
        self._since = math.inf
        self._armed = True

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        speed = self._change.speed(frame)
        self._now += self._change.passed
        self._since += self._change.passed
        refractory = self._settings.refractory
        if self._since >= refractory:
            self._strength = 0.0
        if not math.isnan(speed):
            self._level -= (speed - self._level) * math.expm1(-self._change.gone / SETTLING)
            self._judge(self._level - self._median())
            self._past.append((self._now, self._level))
            insort(self._sorted, self._level)
        room.whole[-2] = max(0.0, 1.0 - self._since / refractory)
        room.whole[-1] = self._strength
        return Frame(frame.time, room.out(), frame.arrived)

    def _judge(self, excess: float) -> None:
        """Begin a kick, or make the present one stronger."""
        if self._since < self._settings.refractory:
            self._strength = max(self._strength, excess)
        elif self._armed and excess > self._settings.threshold:
            self._since, self._strength, self._armed = 0.0, excess, False
        if excess < 0.5 * self._settings.threshold:
            self._armed = True

    def _median(self) -> float:
        """Median of the levels of the last moments; nothing is above it before there are any."""
        past, order = self._past, self._sorted
        while past and (len(past) >= MOST or self._now - past[0][0] > self._settings.memory):
            del order[bisect_left(order, past.popleft()[1])]
        return order[len(order) // 2] if order else self._level


@dataclass(frozen=True)
class Shake:
    """Shaking: how often and how far the acceleration turns back, on the axis on which it does so most.

    ``shake_rate`` (Hz) counts to and fro as one; ``shake_strength`` (m/s2) is the mean swing from one turning
    point to the next. Both are 0 with fewer than three turning points in the last `seconds`. Where the sensor
    points does not matter, since only swings count.
    """

    kind: ClassVar[str] = "shake"

    columns: tuple[str, ...] = setting(
        (), "the acceleration's channels, such as acc*; empty: found by their unit"
    )
    threshold: float = setting(4.0, "smallest swing that counts", unit="m/s2", low=0.05, high=500.0)
    seconds: float = setting(1.0, "how far back it looks", unit="s", low=0.1, high=10.0)
    name: str = setting("shake", "what the names of the new channels begin with")
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> ShakeRun:
        """Size everything for frames of `spec`."""
        return ShakeRun(self, spec)


class ShakeRun:
    """Running detection of shaking; a value that is no number is left out."""

    def __init__(self, settings: Shake, spec: Spec) -> None:
        self._indices, self._factors = vector(spec, settings.columns, "acceleration", "shake, columns")
        new = [Channel(f"{settings.name}_rate", "Hz"), Channel(f"{settings.name}_strength", "m/s2")]
        self._room = Room(spec, self._indices.tolist(), new, settings.keep)
        self.spec = self._room.spec
        self.delay = settings.seconds / 2.0
        self._seconds = settings.seconds
        self._period = Period(spec.rate)
        self._now = 0.0
        self._axes = [_Turns(settings.threshold) for _ in self._indices]

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        self._now += self._period.since(frame.time)
        oldest = self._now - self._seconds
        values = (frame.values[self._indices] * self._factors).tolist()
        most = self._axes[0]
        for axis, value in zip(self._axes, values, strict=True):
            axis.take(value, self._now, oldest)
            if axis.total > most.total:
                most = axis
        room.whole[-2:] = most.told(self._now)
        return Frame(frame.time, room.out(), frame.arrived)


class _Turns:
    """Turning points of one axis: where it went back by more than a threshold."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._low = math.inf
        self._high = -math.inf
        self._way = 0
        self._at = 0.0
        self._turns: deque[tuple[float, float]] = deque()
        self.total = 0.0
        """Sum of the swings inside."""

    def take(self, value: float, now: float, oldest: float) -> None:
        """Take one value, let turns before `oldest` go."""
        turns = self._turns
        while turns and (turns[0][0] <= oldest or len(turns) >= MOST):
            self.total -= turns.popleft()[1]
        if not turns:
            self.total = 0.0  # no rounding error outlives a pause
        if not math.isfinite(value):
            return
        if value > self._high and self._way >= 0:
            self._high, self._at = value, now
        if value < self._low and self._way <= 0:
            self._low, self._at = value, now
        if self._way >= 0 and value < self._high - self._threshold:
            self._turn(-1, value, now)
        elif self._way <= 0 and value > self._low + self._threshold:
            self._turn(1, value, now)

    def _turn(self, way: int, value: float, now: float) -> None:
        """The movement goes another way: what lies behind is a swing, unless it was the first."""
        if self._way != 0:
            swing = self._high - self._low
            self._turns.append((self._at, swing))
            self.total += swing
        self._way, self._at = way, now
        if way < 0:
            self._low = value
        else:
            self._high = value

    def told(self, now: float) -> tuple[float, float]:
        """Rate (Hz) and mean swing (m/s2)."""
        count = len(self._turns)
        if count < 3:
            return 0.0, 0.0
        lasted = self._turns[-1][0] - self._turns[0][0]
        # as soon as the next turn is overdue, the rate falls
        lasted = max(lasted, now - self._turns[0][0] - 1.5 * lasted / (count - 1))
        return (0.5 * (count - 1) / lasted if lasted > 0.0 else 0.0), max(0.0, self.total / count)
