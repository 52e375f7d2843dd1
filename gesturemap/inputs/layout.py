"""What the numbers of one message or line mean, in order; and frames made of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.inputs.input import Health

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
LONGEST_GAP = 100_000
"""A sender's counter that jumps further has begun anew."""
SURE = 16
"""A counter that jumps further is believed when the next packet goes on from there."""
WORDS = (
    "Each is written 'name unit'; 'time ms' (or s, us) is the sample's own time, 'count' the sender's packet \
counter ('count 16': it goes to 15 and begins again), '-' is left out."
)

_new = tuple.__new__

Source = tuple[str, int]
"""Who sent it: an address and a port, or a device and 0."""


@dataclass(frozen=True)
class Layout:
    """The columns of a message or line."""

    names: tuple[str, ...]
    """Of all columns; ``-``, ``time`` and ``count`` among them."""
    channels: tuple[Channel, ...]
    columns: tuple[int, ...]
    """Where the channels are."""
    time: int = -1
    """Where the sample's own time is, or -1."""
    scale: float = 1.0
    """Seconds per unit of it."""
    count: int = -1
    """Where the sender's packet counter is, or -1."""
    modulus: int = 0
    """The counter goes to this less one; 0: it goes on."""

    @classmethod
    def of(cls, texts: Sequence[str], place: str) -> Layout:
        """Read texts such as ``acc_x g``, ``time ms``, ``count``, ``-``.

        Raises
        ------
        SettingsError
            If a text is not right, a name comes twice, or no channel is left.
        """
        columns = [Channel.parse(text) for text in texts]
        names = tuple(column.name for column in columns)
        kept = [i for i, name in enumerate(names) if name not in ("-", "time", "count")]
        if not kept:
            raise SettingsError(place, f"{list(texts)}", "there is no channel in it", "name one 'name unit'")
        fields: dict[str, float] = {}
        for index, column in enumerate(columns):
            if column.name in ("time", "count"):
                if column.name in fields:
                    raise SettingsError(place, f"{column.name!r} twice", "it comes once", "remove one")
                fields |= {column.name: index} | _reading(column, place)
        channels = tuple(columns[i] for i in kept)
        return cls(names, channels, tuple(kept), **fields)  # type: ignore[arg-type]

    def spec(self, rate: float) -> Spec:
        """What frames of this layout are."""
        return Spec(self.channels, rate)


def _reading(column: Channel, place: str) -> dict[str, float]:
    """How a time or a counter is read, from its unit."""
    if column.name == "time":
        if column.unit in SECONDS:
            return {"scale": SECONDS[column.unit]}
        raise SettingsError(place, repr(str(column)), "its unit is s, ms or us", "write 'time ms'")
    if not column.unit:
        return {"modulus": 0}
    if column.unit.isdecimal() and 2 <= int(column.unit) <= LONGEST_GAP:
        return {"modulus": int(column.unit)}
    raise SettingsError(place, repr(str(column)), "'count', or 'count 16' if it goes to 15", "write 'count'")


class Frames:
    """Makes frames of numbers in a layout; what cannot be used is counted in `health` with its reason."""

    def __init__(self, layout: Layout, health: Health) -> None:
        self._layout, self._health = layout, health
        self._counts: dict[Source, tuple[int, int | None]] = {}
        """Of each sender: the last count believed, and a jump from it still in doubt."""
        self._whole = layout.columns == tuple(range(len(layout.names)))
        self._pick: Callable[[Sequence[float]], tuple[float, ...]]
        if len(layout.columns) > 1:
            self._pick = itemgetter(*layout.columns)
        else:
            (only,) = layout.columns
            self._pick = lambda numbers: (numbers[only],)

    def make(self, numbers: Sequence[float], source: Source, arrived: float, time: float) -> Frame | None:
        """One frame, or None.

        Parameters
        ----------
        numbers : one for each column; those of ``-`` may be anything.
        time : the sample's time in seconds, where it does not bring its own.
        """
        layout = self._layout
        values = numbers if self._whole else self._pick(numbers)
        if not math.isfinite(sum(values)):
            for channel, value in zip(layout.channels, values, strict=True):
                if not math.isfinite(value):
                    self._health.ignore(source[0], f"{channel.name} is not finite")
                    return None
        if layout.time >= 0:
            time = numbers[layout.time] * layout.scale
            if not math.isfinite(time):
                self._health.ignore(source[0], "time is not finite")
                return None
        if layout.count >= 0:
            self._counted(numbers[layout.count], source)
        self._health.accepted += 1
        return _new(Frame, (time, np.array(values, np.float64), arrived))

    def _counted(self, number: float, source: Source) -> None:
        """Add to what was lost the numbers that this sender's counter left out."""
        if not math.isfinite(number):
            self._health.ignore(source[0], "count is not finite")
            return
        count = int(number)
        last, doubtful = self._counts.get(source, (count - 1, None))
        if len(self._counts) >= Health.MOST_SENDERS and source not in self._counts:
            self._counts.clear()
        if doubtful is not None and not 0 < self._step(last, count) <= SURE:
            jump = self._step(last, doubtful)
            if 0 < self._step(doubtful, count) <= SURE and 0 < jump <= LONGEST_GAP:
                self._health.lost += jump - 1
            last = doubtful  # if the counter began anew, there is no telling what was lost
        step = self._step(last, count)
        if 0 <= step <= SURE:
            self._health.lost += max(step - 1, 0)
            self._counts[source] = (count, None)
        else:
            self._counts[source] = (last, count)

    def _step(self, last: int, count: int) -> int:
        """How far the counter went on."""
        return (count - last) % self._layout.modulus if self._layout.modulus else count - last
