"""What is taken to arrive, message by message, and which of it a sensor's frames can be made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gesturemap.frames import Values
from gesturemap.inputs.listen import Stream
from gesturemap.plain import folded, times

AXES = ("x", "y", "z")
WITHOUT = ("-", "device", "count")
"""Columns that have no unit."""
STEADY_RATE, STEADY_SHARE = 10.0, 0.8
"""Messages a second, and share of the listening, from which on something comes all the time."""
SLOW = 2.5
"""Messages a second, below which something beside such a stream is a state (a battery), no movement."""
SELDOM = 0.3
"""Beside such a stream, what comes for a smaller share of the listening would be waited for in vain."""


MOST_TOLD, MORE_LEFT = 8, "left out: {} more addresses"
"""Addresses of which it is said why they are left out, the busiest; a flood of more would hide the answer."""
MOST_DEVICES = 8
"""Texts that come in turn as the first argument of messages; more of them are no names of devices."""


def of_devices(stream: Stream) -> list[tuple[str, Stream]]:
    """The messages of each device that the first argument names, where it does; else all, of the sender."""
    if stream.tags[:1] in ("s", "S"):
        names = sorted(stream.texts(0))
        if len(names) <= MOST_DEVICES and len(stream.rows) >= 2 * len(names):
            return [(name, stream.only(0, name)) for name in names]
    return [(stream.sender, stream)]


@dataclass
class Guess:
    """What is taken to arrive at one address."""

    address: str
    """With ``<id>`` where the device's name seems to be."""
    stream: Stream
    columns: list[str]
    """As in a profile: ``acc_x m/s2 from g``."""
    reasons: list[str] = field(default_factory=list)
    """Why, for people; what could not be known too."""
    general: list[str] = field(default_factory=list)
    """What is to be said of the sensor as a whole; it stands with the first message."""
    devices: str = ""
    """The line of ``[input]`` for all of them, where several devices send the same; it stands with the first."""
    leave: list[str] = field(default_factory=list)
    """Addresses that were heard and are left out on purpose; they stand with the first."""
    measured: dict[int, float] = field(default_factory=dict)
    """Which argument -> by what it comes out in m/s2 or rad/s, where gravity told so."""
    numbers: Values = field(init=False, repr=False)
    """What came, (T, C): one column for each number of a message."""

    def __post_init__(self) -> None:
        self.numbers = self.stream.table()

    @property
    def channels(self) -> list[str]:
        """Those of its columns that are channels."""
        return [column for column in self.columns if is_channel(column)]


def is_channel(column: str) -> bool:
    """Whether a column is measured; else it says when or by whom, or nothing."""
    return column not in WITHOUT and not column.startswith(("time ", "count "))


def usable(found: Sequence[Guess]) -> list[Guess]:
    """Those that frames can be made of; why the others are left out is said in general.

    A frame waits for all of its channels, so that what came once, or never as a number, would keep the rest waiting.
    """
    if not found:
        return []
    first = min(each.stream.first for each in found)
    whole = max(each.stream.last for each in found) - first
    steady = any(
        each.stream.rate > STEADY_RATE and each.stream.last - each.stream.first > STEADY_SHARE * whole
        for each in found
    )
    fastest = max(each.stream.rate for each in found)
    kept, reasons = [], []
    for each in sorted(found, key=lambda one: -one.stream.count):
        for at, index in enumerate(each.stream.numeric):
            if is_channel(each.columns[index]) and np.isnan(each.numbers[:, at]).all():
                each.columns[index] = "-"
                each.reasons.append(f"number {index + 1} never was a number")
        span = each.stream.last - each.stream.first
        if set(each.address) & set(" *") or each.address.count("<") > 1:
            reasons.append(f"left out: {each.address!r}, which no layout can name")
        elif not each.channels:
            what = ", ".join(c for c in each.columns if c not in ("-", "device")) or "no number"
            reasons.append(f"left out: {each.address}, which holds nothing that moves ({what})")
        elif steady and each.stream.rate < SLOW < STEADY_RATE <= fastest:
            reasons.append(
                f"left out: {each.address}, which came only {times(each.stream.count)} beside {fastest:.0f} "
                "messages a second; it would not move with the rest"
            )
        elif steady and span < SELDOM * whole:
            reasons.append(
                f"left out: {each.address}, which came {times(each.stream.count)} and not all the time"
            )
        else:
            kept.append(each)
    kept.sort(key=found.index)
    if kept:
        kept[0].general += folded(reasons, MOST_TOLD, MORE_LEFT)
    return kept


Place = tuple[Guess, int, Values]
"""A message, which of its arguments, and what they were."""


def vectors(found: list[Guess]) -> dict[str, dict[str, Place]]:
    """Name -> axis -> where it is."""
    named: dict[str, dict[str, Place]] = {}
    for each in found:
        numbers = each.numbers
        for at, index in enumerate(each.stream.numeric):
            stem, _, axis = each.columns[index].rpartition("_")
            if stem and axis in ("w", *AXES):
                named.setdefault(stem, {})[axis] = (each, index, numbers[:, at])
    return named


def even(axes: dict[str, Place]) -> list[Place]:
    """The axes cut to the same number of messages."""
    least = min(len(values) for _, _, values in axes.values())
    return [(each, index, values[:least]) for each, index, values in axes.values()]


def joined_with(axes: dict[str, Place], down: dict[str, Place]) -> tuple[Values, Values, Values]:
    """Times (T,), a vector (T, C) and acceleration (T, 3) at the times of the vector's messages."""
    names = [axis for axis in ("w", *AXES) if axis in axes]
    times = np.array(axes[names[-1]][0].stream.arrivals)
    count = min(len(times), *(len(axes[name][2]) for name in names))
    times = times[:count]
    vector = np.stack([axes[name][2][:count] for name in names], axis=1)
    parts = []
    for axis in AXES:
        each, _, values = down[axis]
        parts.append(np.interp(times, np.array(each.stream.arrivals)[: len(values)], values))
    return times, vector, np.stack(parts, axis=1)
