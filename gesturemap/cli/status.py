"""How a project plays, as lines in a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from gesturemap import commands as c
from gesturemap.inputs.assembly import SWITCH_ON, WAITING

PATIENCE = 5.0
"""Seconds without a frame after which it is said what to look at."""
QUIET = 3.0
"""Seconds without a frame after which a sensor that was heard is called silent."""


def unused(ignored: Mapping[str, Mapping[str, int]]) -> list[str]:
    """A line for each sender of which something was not used, with the reasons."""
    return [
        f"ignored from {sender}: {', '.join(f'{reason}: {count}' for reason, count in reasons.items())}"
        for sender, reasons in ignored.items()
        if reasons
    ]


def lacking(ignored: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether a message that the first frame needs does not come."""
    return any(reason.startswith(WAITING) for reasons in ignored.values() for reason in reasons)


class StatusLine:
    """Prints how the engine is doing, once a second.

    Parameters
    ----------
    has_model : whether a model plays.
    streams : the sensor sends all the time, so that its silence is worth a line; a mouse does not.
    now : the time in seconds.
    """

    def __init__(
        self,
        project: str,
        has_model: Callable[[], object],
        *,
        streams: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._project, self._has_model, self._streams, self._now = project, has_model, streams, now
        self._first, self._hinted, self._advised = 0.0, False, False
        self.frames = self.events = 0
        self.last = "-"
        self._ignored: list[str] = []
        self._began = self._heard = now()
        self._silent = False

    def __call__(self, notice: c.Message) -> None:
        """Hear a notice."""
        if isinstance(notice, c.Happened) and notice.kind == "began":
            self.events += 1
            self.last = f"{notice.label} {notice.value:.2f}"
        elif isinstance(notice, c.Status):
            self._print(notice.figures)

    def _print(self, figures: dict[str, Any]) -> None:
        now = self._now()
        self._listen(int(figures["frames"]), now)
        ignored = sum(sum(reasons.values()) for reasons in figures["ignored"].values())
        latency = figures["latency_ms"]
        lines = unused(figures["ignored"])
        if lines != self._ignored:
            self._ignored = lines
            for each in lines:
                print(each, flush=True)
        self._first = self._first or now
        if not self.frames and lacking(figures["ignored"]) and not self._advised:
            self._advised = True
            print(f"no frame yet: {SWITCH_ON}", flush=True)
        if not self.frames and now - self._first > PATIENCE and not self._hinted:
            self._hinted = True
            print(
                f"nothing usable has arrived in {PATIENCE:g} s; why? run: gesturemap doctor {self._project}",
                flush=True,
            )
        played = f"{self.events} gestures, last: {self.last}" if self._has_model() else "NO MODEL"
        print(
            f"{self._clock(now)}  {figures['rate']:6.1f} Hz  {figures['frames']} frames, "
            f"{figures['lost']} lost, {ignored} ignored  "
            f"in-out {latency['p50']:.2f} ms (p99 {latency['p99']:.2f})  "
            f"{played}  faults {figures['faults']}  "
            f"underruns {figures.get('underruns', 0)}",
            flush=True,
        )

    def _listen(self, frames: int, now: float) -> None:
        """Say once that the sensor has fallen silent, and that it is back."""
        gone = now - self._heard
        if frames != self.frames:
            if self._silent:
                print(f"the sensor is back at {self._clock(now)}, after {gone:.0f} s", flush=True)
            self.frames, self._heard, self._silent = frames, now, False
        elif frames and self._streams and not self._silent and gone > QUIET:
            self._silent = True
            print(
                f"the sensor has been silent since {self._clock(self._heard)}; "
                f"run: gesturemap doctor {self._project}",
                flush=True,
            )

    def _clock(self, now: float) -> str:
        """Minutes and seconds since it began."""
        minutes, seconds = divmod(int(now - self._began), 60)
        return f"{minutes:02d}:{seconds:02d}"
