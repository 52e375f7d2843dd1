"""Random numbers for kernels: the same after the same seed, on every machine."""

from __future__ import annotations

from typing import Any

from gesturemap.compiled import kernel
from gesturemap.frames import Values


@kernel
def noise(seed: float) -> float:
    """The next of a row of whole numbers 1 .. 2^31 - 2 (Lehmer; every step is exact in a double)."""
    return (seed * 48271.0) % 2147483647.0


@kernel
def chance(state: Values, at: int) -> Any:
    """The next random number, 0..1; the row's last whole number is kept in `state`."""
    state[at] = noise(state[at])
    return state[at] / 2147483647.0
