"""Demonstrations small: read from disk a few at a time, thinned, remembered. No Qt."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gesturemap.errors import GesturemapError
from gesturemap.frames import Values
from gesturemap.project.takes import file_name, read_demonstration

POINTS = 96
"""Points per curve that a small picture needs."""
KEPT = 512
"""Pictures remembered."""
PLACE = ("x", "y")
"""Channels that are a place on a pad."""
MOST_BYTES = 64 * 1024 * 1024
"""A file beyond this is not read for a picture."""


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """Curves of one demonstration.

    Shapes: `x` (T,) in 0..1; `y` (C, T) in 0..1; `path` (2, T), x to the right and y upwards, both in 0..1.
    """

    x: Values
    y: Values
    path: Values | None = None
    """The way that was drawn, where the channels are a place on a pad."""


def read(path: Path) -> Thumbnail | None:
    """The picture of one ``demonstrations/<id>.npz``; None when it cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        demonstration, _ = read_demonstration(path)
    except (OSError, GesturemapError):
        return None
    if not demonstration.values.size:
        return None
    curves = thin(demonstration.time, demonstration.values)
    names = demonstration.spec.names
    if tuple(names[:2]) != PLACE or not set(names[2:]) <= {"pressed"}:
        return curves
    return replace(curves, path=drawn(demonstration.values[:, :2]))


def drawn(places: Values) -> Values:
    """At most `POINTS` of (T, 2) places, as large as they fit and equally in both directions: (2, T) in 0..1."""
    at = np.linspace(0, len(places) - 1, min(POINTS, len(places))).round().astype(int)
    path = places[at].T
    low, high = path.min(axis=1), path.max(axis=1)
    span = float((high - low).max()) or 1.0
    return np.asarray(0.5 + (path - (low + high)[:, None] / 2) / span)


def thin(time: Values, values: Values) -> Thumbnail:
    """At most `POINTS` of (T,) seconds and (T, C) values, each channel scaled by what it spans."""
    at = np.linspace(0, len(time) - 1, min(POINTS, len(time))).round().astype(int)
    span = float(time[-1] - time[0])
    x = (time[at] - time[0]) / span if span > 0 else np.linspace(0, 1, len(at))
    y = values[at].T
    low, high = y.min(axis=1), y.max(axis=1)
    wide = float((high - low).max())
    spread = np.maximum(high - low, 0.25 * wide)  # what hardly moves is not blown up
    spread = np.where(spread > 0, spread, 1.0)
    middle = (high + low) / 2
    return Thumbnail(x, 0.5 + (y - middle[:, None]) / spread[:, None])


class Gallery:
    """Thumbnails by demonstration; asked for while painting, read between paints."""

    def __init__(self, folder: str = "") -> None:
        self._folder = Path(folder)
        self._known: OrderedDict[str, Thumbnail | None] = OrderedDict()
        self._wanted: deque[str] = deque(maxlen=KEPT)

    def look_in(self, folder: str) -> None:
        """Where the demonstrations are; another folder forgets the pictures."""
        if Path(folder) != self._folder:
            self._folder = Path(folder)
            self._known.clear()
            self._wanted.clear()

    def get(self, demonstration: str) -> tuple[bool, Thumbnail | None]:
        """Whether it was looked for yet, and the picture if there is one."""
        if demonstration in self._known:
            self._known.move_to_end(demonstration)
            return True, self._known[demonstration]
        if demonstration not in self._wanted:
            self._wanted.append(demonstration)
        return False, None

    def work(self, most: int = 3) -> bool:
        """Read at most so many that were asked for; True if there is something new to paint."""
        done = False
        while self._wanted and most > 0:
            demonstration = self._wanted.popleft()
            self._known[demonstration] = self._find(demonstration)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            most, done = most - 1, True
        return done

    def _find(self, demonstration: str) -> Thumbnail | None:
        return read(self._folder / file_name(demonstration))
