"""How sounds without notes open and close: by two one-pole steps in a row, so that neither end has an edge."""

from __future__ import annotations

import math

from gesturemap.compiled import kernel
from gesturemap.frames import Values

QUIET = 1e-7
"""A swell below this is over."""


def speeds(attack: float, release: float, rate: float) -> tuple[float, float]:
    """What a swell gains of the way to its aim with each sample, rising and falling; times in s."""
    return 1.0 - math.exp(-2.2 / (attack * rate)), 1.0 - math.exp(-2.2 / (release * rate))


@kernel
def swell(
    state: Values, at: int, aim: float, rise: float, fall: float, left: Values, right: Values, first: int,
    last: int, out: Values,
) -> None:  # fmt: skip
    """Add one piece of a tick to `out`, louder or softer on the way to `aim`; the two steps are kept from `at` on."""
    slow, loud = state[at], state[at + 1]
    speed = rise if aim > slow else fall
    for i in range(first, last):
        slow += (aim - slow) * speed
        loud += (slow - loud) * speed
        out[0, i] += left[i] * loud
        out[1, i] += right[i] * loud
    state[at], state[at + 1] = slow, loud
