"""The pointer pad of the window: a sensor that everybody has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.clock import Clock
from gesturemap.frames import Spec
from gesturemap.inputs.osc import Osc, OscRun


@dataclass(frozen=True)
class Pointer:
    """Settings of the pointer pad: it sends ``/pointer x y pressed`` to a port of this machine.

    `x` and `y` go from 0 to 1, `pressed` is 0 or 1. Whoever draws the pad finds the port in the run.
    """

    kind: ClassVar[str] = "pointer"

    port: int = setting(0, "UDP port of this machine; 0: any free one", low=0, high=65535)
    rate: float = setting(60.0, "positions a second while the pointer moves", unit="Hz", low=0.0)

    def check(self) -> Spec | None:
        """Its channels, nothing being opened."""
        return self._osc().check()

    def start(self, clock: Clock) -> OscRun:
        """Listen for the pad."""
        run = self._osc().listen(clock)
        run.address = f"pointer pad, UDP port {run.port}"
        return run

    def _osc(self) -> Osc:
        return Osc(self.port, "127.0.0.1", "/pointer", ("x", "y", "pressed"), rate=self.rate)
