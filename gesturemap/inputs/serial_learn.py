"""What a board sends, learned from its first lines or packets when nobody has described it."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from gesturemap.errors import DeviceError
from gesturemap.inputs.layout import SECONDS, Layout
from gesturemap.inputs.serial_port import Port
from gesturemap.wire.lines import Lines, Row

LISTEN = 3.0
"""Seconds in which a board whose channels are not named must send something readable; some start for two."""
AGREE = 3
"""Lines in a row that must look alike before their layout is believed."""
WATCH = 0.25
"""Seconds for which a column of time is watched whose unit is not known, or that was the time before."""
HEADER = 1.2
"""Seconds for which numbers without names wait for a header line: many a sketch repeats it every second."""
NEAR = 3.0
"""Factor within which such a column must go as fast as the clock."""
EXACT = 1.05
"""Factor within which a column without a name must, to be time."""
LONGEST_LABEL = 64

_UNIT = re.compile(r"(.+?)[\s_]*[(\[](.*?)[)\]]")
_TIME = re.compile(r"(?:time|timestamp|t)[_\s]*(s|sec|seconds|ms|msec|us|usec|µs)", re.IGNORECASE)
_UNITS = {
    "sec": "s", "seconds": "s", "msec": "ms", "milliseconds": "ms", "usec": "us", "µs": "us",
    "microseconds": "us",
}  # fmt: skip
_CLOCKS = {"millis": "time ms", "micros": "time us", "time": "time", "timestamp": "time"}
_COUNTS = ("count", "counter", "seq", "seqnum")


class Learned(NamedTuple):
    """What a board sends, and by what it is known again."""

    layout: Layout
    labels: tuple[str, ...]
    """Of its lines, each of which names its values; empty: they do not."""
    header: tuple[str, ...]
    """Of the header line that was seen; empty: none was."""

    def looks_like(self, row: Row, header: tuple[str, ...]) -> bool:
        """Whether a row, and the header line seen before it, may be of the same board."""
        told = len(header) == len(row.values) and header != self.header
        return len(row.values) == len(self.layout.names) and row.labels == self.labels and not told

    def goes_on(self, watched: Watched) -> bool:
        """Whether its column of time, where it has one, goes about as the clock does."""
        at = self.layout.time
        return at < 0 or SECONDS.get(_unit(at, watched, NEAR)) == self.layout.scale


class Watched(NamedTuple):
    """Rows that look alike, and when each came, in seconds."""

    first: tuple[float, Row]
    """The last row of the first piece: those before it may have waited for long."""
    latest: Sequence[tuple[float, Row]]

    @property
    def seconds(self) -> float:
        """How long they have been coming."""
        return self.latest[-1][0] - self.first[0]


class Rows(Protocol):
    """What makes rows of bytes."""

    ignored: Counter[str]
    header: tuple[str, ...]
    """The labels of the last header line."""

    def feed(self, data: bytes) -> list[Row]:
        """The rows that these bytes complete."""
        ...


def column(label: str) -> str:
    """What a label says as ``name unit``: ``Gyro X (deg/s)`` is ``Gyro_X deg/s``, ``time_ms`` is ``time ms``.

    A time of unknown unit is ``time``; a sender's counter, which may be anything, is ``-``.
    """
    label = label[:LONGEST_LABEL]
    found = _UNIT.fullmatch(label)
    name, unit = found.groups() if found else (label, "")
    name, unit = ("_".join(text.split()) for text in (name, unit))
    if name in ("score", "device"):
        name = f"{name}_1"  # those mean something else in a layout
    if stamp := _TIME.fullmatch(label):
        return f"time {_short(stamp[1])}"
    if clock := _CLOCKS.get(name.lower()):
        short = _short(unit)
        return f"time {short}" if short in SECONDS else clock
    if name.lower() in _COUNTS:
        return "-"
    return f"{name} {unit}".strip() or "-"


def _short(unit: str) -> str:
    return _UNITS.get(unit.lower(), unit.lower())


def titles(labels: Sequence[str]) -> list[str]:
    """``name unit`` of each of some labels, as `column` reads it; a name that comes again gets a number.

    Where they name nothing but times and counters, all but the time are numbered.
    """
    texts: list[str] = []
    seen: Counter[str] = Counter()
    for name, _, unit in (column(label).partition(" ") for label in labels):
        seen[name] += 1
        if name == "time" and seen[name] > 1:
            name, unit = "-", ""
        elif name != "-" and seen[name] > 1:
            name = f"{name}_{seen[name]}"
        texts.append(f"{name} {unit}".strip())
    if not any(seen[name] for name in seen if name not in ("-", "time")):
        return [text if text.startswith("time") else f"in_{at}" for at, text in enumerate(texts, 1)]
    return texts


def learn(
    port: Port, rows: Rows, settle: float, before: Learned | None = None, wait: float = HEADER
) -> Learned:
    """What rows are that nobody described: by their own labels, a header's, or in_1, in_2 ...

    Parameters
    ----------
    settle : seconds for which nothing that comes is believed.
    before : what the board there was last sent; it is taken again as long as what comes looks like it, so that a
        model goes on fitting.
    wait : seconds for which numbers without names wait for a header line before that.

    Raises
    ------
    DeviceError
        If nothing readable comes.
    """
    began = time.monotonic()
    first: tuple[float, Row] | None = None
    alike: deque[tuple[float, Row]] = deque(maxlen=AGREE)
    while (left := began + settle + LISTEN - time.monotonic()) > 0.0:
        data = port.read(left)
        now = time.monotonic()
        if now < began + settle:
            continue
        for row in rows.feed(data):
            if alike and (len(row.values), row.labels) != (len(alike[0][1].values), alike[0][1].labels):
                alike.clear()
                first = None
            alike.append((now, row))
        if alike and first is None:
            first = alike[-1]
        if first is None or len(alike) < AGREE:
            continue
        watched, last = Watched(first, alike), alike[-1][1]
        texts = _texts(last, rows.header)
        if texts and "time" not in texts:
            return Learned(Layout.of(texts, port.address), last.labels, rows.header)
        if before is not None and not before.looks_like(last, rows.header):
            before = None
        if before is not None:
            patience = max(0.0 if texts else wait, WATCH if before.layout.time >= 0 else 0.0)
            if watched.seconds >= patience:
                if before.goes_on(watched):
                    return before
                before = None
        if watched.seconds >= (WATCH if texts else HEADER):
            found = _timed(texts, watched) if texts else _numbered(watched)
            return Learned(Layout.of(found, port.address), last.labels, rows.header)
    raise _nothing(port, rows, bool(alike))


def _nothing(port: Port, rows: Rows, some: bool) -> DeviceError:
    """Why no layout could be learned, and what to do."""
    reasons = ", ".join(rows.ignored) or ("too few lines" if some else "nothing came")
    if isinstance(rows, Lines):
        if rows.doubt.advice:
            reasons = rows.doubt.advice
        elif rows.odd:
            reasons += f", such as {rows.odd!r}"
    return DeviceError(
        port.address,
        reasons,
        f"a board must send rows of numbers within {LISTEN:g} s",
        "check its sketch and the baud rate, or name the channels",
    )


def _texts(row: Row, header: tuple[str, ...]) -> list[str]:
    """``name unit`` of each number of a row; nothing where nothing names them, or nothing but the time."""
    labels = row.labels or (header if len(header) == len(row.values) else ())
    texts = titles(labels)
    return texts if any(not text.startswith("time") for text in texts) else []


def _numbered(watched: Watched) -> list[str]:
    """Names for numbers without any; one that goes exactly as a clock does is the time."""
    count = len(watched.first[1].values)
    names = [f"in_{i + 1}" for i in range(count)]
    for at in range(count if count > 1 else 0):
        if _rises(at, (row for _, row in watched.latest)) and (unit := _unit(at, watched, EXACT)):
            names[at] = f"time {unit}"
            break
    return names


def _rises(at: int, rows: Iterable[Row]) -> bool:
    return all(later.values[at] > row.values[at] for row, later in pairwise(rows))


def _timed(texts: list[str], watched: Watched) -> list[str]:
    """The unit of a column ``time``, told by how fast it goes; left out where it goes like no clock."""
    at = texts.index("time")
    unit = _unit(at, watched, NEAR)
    return [*texts[:at], f"time {unit}" if unit else "-", *texts[at + 1 :]]


def _unit(at: int, watched: Watched, near: float) -> str:
    """The unit in which a column goes as the clock does, within a factor; empty: in none."""
    if watched.seconds <= 0.0:
        return ""  # what came at once says nothing about the time
    speed = (watched.latest[-1][1].values[at] - watched.first[1].values[at]) / watched.seconds
    return next((unit for unit, scale in SECONDS.items() if 1.0 / near < speed * scale < near), "")
