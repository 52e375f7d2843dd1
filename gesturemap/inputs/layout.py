"""What the numbers of one message or line mean, in order; and frames made of them."""

from __future__ import annotations

import math
from collections import Counter as Counts
from collections import deque
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np

from gesturemap.errors import SettingsError
from gesturemap.frames import LARGEST, Channel, Frame, Spec, Values
from gesturemap.inputs.clocks import RecordedClock, SenderClock
from gesturemap.inputs.column import LEFT_OUT, MORE, SPECIAL, Column
from gesturemap.inputs.input import Health

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
LONGEST_GAP = 100_000
"""A sender's counter that jumps further has begun anew."""
SURE = 16
"""A counter that jumps further is believed when the next packet goes on from there."""
MOST_COLUMNS = 4096
LOST = "tracking lost"
"""Why a frame is not believed whose sender is not sure enough."""

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
    made: tuple[Column, ...] = ()
    """How each channel is made of what is sent; empty: as it is sent."""
    divisors: tuple[int, ...] = ()
    """Where what each is divided by is, or -1."""
    time: int = -1
    """Where the sample's own time is, or -1."""
    scale: float = 1.0
    """Seconds per unit of it."""
    count: int = -1
    """Where the sender's packet counter is, or -1."""
    modulus: int = 0
    """The counter goes to this less one; 0: it goes on."""
    score: int = -1
    """Where the sender says how sure it is, or -1."""
    least: float = 0.0
    """Below this score nothing is believed."""
    device: int = -1
    """Where the sender's name is, as text, or -1."""
    more: bool = False
    """Further numbers may follow."""

    @classmethod
    def of(cls, texts: Sequence[str], place: str) -> Layout:
        """Read texts such as ``acc_x m/s2 from g``, ``time ms``, ``count``, ``-``; see `WORDS`.

        Raises
        ------
        SettingsError
            If a text is not right, a name comes twice, or there is neither a channel nor a score.
        """
        if len(texts) > MOST_COLUMNS:
            raise SettingsError(
                place, f"{len(texts)} columns", f"at most {MOST_COLUMNS}", "leave the others out"
            )
        more = bool(texts) and texts[-1].strip() == MORE
        columns = [Column.parse(text, place) for text in (texts[:-1] if more else texts)]
        if any(column.name == MORE for column in columns):
            raise SettingsError(
                place,
                f"{list(texts)}",
                "'...' stands alone at the end, where more may follow",
                "move it there",
            )
        every = [i for i, column in enumerate(columns) if column.name not in SPECIAL]
        counts = Counts(columns[i].name for i in every)
        twice = sorted(name for name, count in counts.items() if count > 1)
        if twice:
            raise SettingsError(
                place, f"{', '.join(twice)} twice", "each channel has a name of its own", "rename one"
            )
        fields: dict[str, float] = {}
        for index, column in enumerate(columns):
            if column.name in SPECIAL and column.name != LEFT_OUT:
                if column.name in fields:
                    raise SettingsError(place, f"{column.name!r} twice", "it comes once", "remove one")
                fields |= {column.name: index} | _reading(column, place)
        if not every and "score" not in fields:
            raise SettingsError(place, f"{list(texts)}", "there is no channel in it", "name one 'name unit'")
        made = tuple(columns[i] for i in every)
        divisors = tuple(_divisor(column, columns, place) for column in made)
        return cls(
            tuple(column.name for column in columns),
            tuple(column.channel for column in made),
            tuple(every),
            *_conversion(made, divisors),
            more=more,
            **fields,  # type: ignore[arg-type]
        )

    def only(self, names: Container[str]) -> Layout:
        """The same without the channels that are not among these."""
        kept = [k for k, channel in enumerate(self.channels) if channel.name in names]
        out = {at for k, at in enumerate(self.columns) if k not in kept}
        made = tuple(self.made[k] for k in kept) if self.made else ()
        divisors = tuple(self.divisors[k] for k in kept) if self.made else ()
        made, divisors = _conversion(made, divisors)
        return replace(
            self,
            names=tuple(LEFT_OUT if i in out else name for i, name in enumerate(self.names)),
            channels=tuple(self.channels[k] for k in kept),
            columns=tuple(self.columns[k] for k in kept),
            made=made,
            divisors=divisors,
        )

    @property
    def numbers(self) -> frozenset[int]:
        """The columns that must hold numbers."""
        special = {self.time, self.count, self.score, *self.divisors} - {-1}
        return frozenset(self.columns) | special

    def spec(self, rate: float) -> Spec:
        """What frames of this layout are."""
        return Spec(self.channels, rate)


def _conversion(
    made: tuple[Column, ...], divisors: tuple[int, ...]
) -> tuple[tuple[Column, ...], tuple[int, ...]]:
    """How channels are made of what is sent; nothing where all come as they are sent."""
    plain = all((c.factor, c.divisor, c.offset) == (1.0, "", 0.0) for c in made)
    return ((), ()) if plain else (made, divisors)


def _reading(column: Column, place: str) -> dict[str, float]:
    """How a time, a counter or a score is read, from its unit."""
    unit = column.unit
    if column.name == "time":
        if unit in SECONDS:
            return {"scale": SECONDS[unit]}
        raise SettingsError(place, f"'time {unit}'", "its unit is s, ms, us or ns", "write 'time ms'")
    if column.name == "score":
        try:
            least = float(unit or 0.5)
        except ValueError:
            least = math.nan
        if math.isfinite(least):
            return {"least": least}
        raise SettingsError(
            place, f"'score {unit}'", "a number: below it nothing is believed", "write 'score 0.5'"
        ) from None
    if column.name == "count" and unit:
        if unit.isdecimal() and 2 <= int(unit) <= LONGEST_GAP:
            return {"modulus": int(unit)}
        raise SettingsError(
            place, f"'count {unit}'", "'count', or 'count 16' if it goes to 15", "write 'count'"
        )
    return {}


def _divisor(column: Column, columns: Sequence[Column], place: str) -> int:
    """Where the column is that another is divided by; one that is left out has its name for a unit."""
    if not column.divisor:
        return -1
    for index, other in enumerate(columns):
        if column.divisor == (other.unit if other.name == LEFT_OUT else other.name):
            return index
    raise SettingsError(
        place, f"'/ {column.divisor}'", "no column is called so", f"name one '- {column.divisor}'"
    )


class Frames:
    """Makes frames of numbers in a layout; what cannot be used is counted in `health` with its reason.

    Parameters
    ----------
    whole : False: these are parts of frames, which count only when put together.
    as_sent : times are those of a recording that is played at any speed, and are taken as they are.
    """

    def __init__(self, layout: Layout, health: Health, *, whole: bool = True, as_sent: bool = False) -> None:
        self._clock: type[SenderClock | RecordedClock] = RecordedClock if as_sent else SenderClock
        self._layout, self._health, self._counts_as = layout, health, int(whole)
        self.lost = False
        """The sender has lost track of what it follows."""
        self._senders: dict[Source, Sender] = {}
        self._whole = layout.columns == tuple(range(len(layout.names))) and not layout.more
        self._pick: Callable[[Sequence[float]], tuple[float, ...]]
        if len(layout.columns) > 1:
            self._pick = itemgetter(*layout.columns)
        elif layout.columns:
            (only,) = layout.columns
            self._pick = lambda numbers: (numbers[only],)
        else:
            self._pick = lambda _: ()
        self._factors = np.array([column.factor for column in layout.made])
        self._offsets = np.array([column.offset for column in layout.made])
        self._divided = [(i, at) for i, at in enumerate(layout.divisors) if at >= 0]
        self._marked = layout.time if layout.time >= 0 else layout.count

    def make(self, numbers: Sequence[float], source: Source, arrived: float, time: float) -> Frame | None:
        """One frame, or None.

        Parameters
        ----------
        numbers : one for each column; those of ``-`` may be anything.
        time : the sample's time in seconds, where it does not bring its own.
        """
        layout = self._layout
        if layout.score >= 0:
            self.lost = not numbers[layout.score] >= layout.least
            if self.lost:
                self._health.ignore(source[0], LOST)
                return None
        values = numbers if self._whole else self._pick(numbers)
        if values and not (math.isfinite(sum(values)) and max(values) < LARGEST and min(values) > -LARGEST):
            for channel, value in zip(layout.channels, values, strict=True):
                if not abs(value) < LARGEST:
                    fault = (
                        "is too large" if abs(value) >= LARGEST and math.isfinite(value) else "is not finite"
                    )
                    self._health.ignore(source[0], f"{channel.name} {fault}")
                    return None
        if self._marked >= 0:
            sender = self._senders.get(source) or self._new_sender(numbers, source, arrived)
            if sender.again(numbers[self._marked], numbers):
                self._health.ignore(source[0], "the same again")
                return None
            if layout.time >= 0:
                time, off = sender.clock.time(numbers[layout.time] * layout.scale, arrived)
                if off:
                    self._health.ignore(source[0], "its time is off")
            if layout.count >= 0:
                self._counted(numbers[layout.count], source, sender.counter)
        array = np.array(values, np.float64)
        if layout.made:
            array *= self._factors
            if self._divided and not self._divide(array, numbers, source):
                return None
            array += self._offsets
        self._health.accepted += self._counts_as
        return _new(Frame, (time, array, arrived))

    def _new_sender(self, numbers: Sequence[float], source: Source, arrived: float) -> Sender:
        """The one at a port not heard before: one that went on from another port of its host, or a new one."""
        layout = self._layout
        time = numbers[layout.time] * layout.scale if layout.time >= 0 else None
        count = numbers[layout.count] if layout.count >= 0 else None
        for other, sender in self._senders.items():
            if other[0] == source[0] and sender.goes_on(time, count, arrived):
                del self._senders[other]
                break
        else:
            sender = Sender(self._clock(), Counter(layout.modulus))
        if len(self._senders) >= Health.MOST_SENDERS:
            self._senders.clear()
        self._senders[source] = sender
        return sender

    def _divide(self, array: Values, numbers: Sequence[float], source: Source) -> bool:
        """Divide by other columns; False where one of them is no divisor."""
        for i, at in self._divided:
            divisor = numbers[at]
            if not 1.0 / LARGEST < abs(divisor) < LARGEST:  # also no number
                column = self._layout.made[i]
                self._health.ignore(source[0], f"{column.name} cannot be divided by {column.divisor}")
                return False
            array[i] /= divisor
        return True

    def _counted(self, number: float, source: Source, counter: Counter) -> None:
        """Add to what was lost the numbers that this sender's counter left out."""
        if math.isfinite(number):
            self._health.lost += counter.left_out(int(number))
        else:
            self._health.ignore(source[0], "count is not finite")


@dataclass
class Sender:
    """What is known of one sender."""

    clock: SenderClock | RecordedClock
    counter: Counter
    mark: float = math.nan
    """Its last time or count."""
    numbers: Sequence[float] = ()
    """What came with it."""
    marks: bool = False
    """Whether it ever changed."""

    def again(self, mark: float, numbers: Sequence[float]) -> bool:
        """Whether this is the message before once more: the same mark, where marks do go on, and the same numbers."""
        same = mark == self.mark and numbers == self.numbers
        self.marks = self.marks or (bool(self.numbers) and mark != self.mark)
        self.mark, self.numbers = mark, numbers
        return same and self.marks

    def goes_on(self, time: float | None, count: float | None, arrived: float) -> bool:
        """Whether a message with this time and count may be its next; programs may send each from a new port."""
        return (time is None or self.clock.goes_on(time, arrived)) and (
            count is None or self.counter.goes_on(count)
        )


class Counter:
    """One sender's packet counter, read with care: it may begin anew, wrap, or be wild once."""

    def __init__(self, modulus: int) -> None:
        self._modulus = modulus
        self._missing: deque[int] = deque(maxlen=SURE)
        """Counts that were left out last; one that was only overtaken is not lost."""
        self._last: int | None = None
        """The last count believed."""
        self._doubtful: int | None = None
        """A jump from it still in doubt."""

    def goes_on(self, count: float) -> bool:
        """Whether a count may be its next."""
        return (
            self._last is not None and math.isfinite(count) and 0 < self._step(self._last, int(count)) <= SURE
        )

    def left_out(self, count: int) -> int:
        """How many packets are now known to be lost; -1 if one of them has come after all."""
        if count in self._missing:
            self._missing.remove(count)
            return -1
        last = count - 1 if self._last is None else self._last
        lost, doubtful = 0, self._doubtful
        if doubtful is not None and not 0 < self._step(last, count) <= SURE:
            jump = self._step(last, doubtful)
            if 0 < self._step(doubtful, count) <= SURE and 0 < jump <= LONGEST_GAP:
                lost += jump - 1
            last = doubtful  # if the counter began anew, there is no telling what was lost
        step = self._step(last, count)
        if 0 <= step <= SURE:
            lost += max(step - 1, 0)
            left_out = range(last + 1, last + step)
            self._missing.extend(at % self._modulus if self._modulus else at for at in left_out)
            self._last, self._doubtful = count, None
        else:
            self._last, self._doubtful = last, count
        return lost

    def _step(self, last: int, count: int) -> int:
        """How far the counter went on."""
        return (count - last) % self._modulus if self._modulus else count - last
