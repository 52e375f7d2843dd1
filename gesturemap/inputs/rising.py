"""Numbers that go on evenly: the sender's clock and its packet counter."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gesturemap.frames import Values
from gesturemap.inputs.layout import SECONDS
from gesturemap.inputs.listen import Stream

LONG_ENOUGH = 2.0
"""Seconds from which on a clock is told from something that rises for a moment."""
COUNTED = 32
"""Messages from which on a counter is told from whole numbers that rise for a moment."""
LIKELY = 8
"""Messages from which on it is said that there might be one."""
OFF, LATE = 0.02, 0.25
"""Share by which a clock may go wrong, and seconds by which the first or last message may have been late."""
STRAIGHT = 0.998
"""Correlation with the arrivals, or with the number of the message, of what rises as time does."""
OVERTAKEN, REACH = 0.15, 5.0
"""Share of packets that others may have overtaken, and by how many of them, where a number goes on evenly."""


class Rising(NamedTuple):
    """What a number is that goes on evenly."""

    word: str
    """As in a layout: ``time ms``, ``count``, ``-``; empty: it cannot be known yet."""
    reason: str


def clock_or_count(values: Values, stream: Stream) -> Rising | None:
    """What one number of a message is, where it goes on as a clock or a counter does; else None."""
    if len(values) < LIKELY or np.isnan(values).any():
        return None
    values = _in_order(values)
    return _count(values) or _clock(values, np.array(stream.arrivals)[: len(values)])


def _count(values: Values) -> Rising | None:
    steps = np.diff(values)
    rising, falls = steps[steps > 0], steps < 0
    whole = bool((values == np.round(values)).all())
    if not (whole and len(rising) and np.median(steps) == 1.0 and (rising <= 3).mean() > 0.95):
        return None
    highest = int(values.max()) + 1
    if falls.any() and not (values.min() == 0 and (steps[falls] >= 1 - highest).all()):
        return None
    if len(values) < COUNTED:
        return Rising("", f"rises by one with each of {len(values)} messages, too few to know a counter")
    return Rising(f"count {highest}" if falls.any() else "count", "is count: it goes on evenly")


def _clock(values: Values, arrivals: Values) -> Rising | None:
    seconds = float(arrivals[-1] - arrivals[0])
    if (np.diff(values) < 0).any() or seconds < LATE or values[-1] <= values[0]:
        return None
    straight = max(_correlation(values, arrivals), _correlation(values, np.arange(len(values), dtype=float)))
    passed = float(values[-1] - values[0])
    for unit, one in SECONDS.items():
        if abs(passed * one - seconds) < LATE + OFF * seconds and straight > STRAIGHT:
            if seconds < LONG_ENOUGH:
                return Rising(
                    "",
                    f"rises as time in {unit} does: {seconds:.1f} s are too short to know, listen for longer",
                )
            return Rising(f"time {unit}", "is time: it goes on evenly")
    return None


def _correlation(values: Values, others: Values) -> float:
    """How straight a line they make; 0 where the others do not go on."""
    return float(np.corrcoef(values, others)[0, 1]) if np.ptp(others) > 0.0 else 0.0


def _in_order(values: Values) -> Values:
    """The numbers as they would be had none been overtaken, where few go back and only a little; else as they are."""
    steps = np.diff(values)
    back, usual = steps < 0, float(np.median(np.abs(steps)))
    if not back.any() or back.mean() > OVERTAKEN:
        return values
    begins = (
        np.flatnonzero(steps < -REACH * usual) + 1
    )  # a counter that begins anew is none that was overtaken
    return np.concatenate([np.sort(part) for part in np.split(values, begins)])
