"""Demonstrations small: read from disk a few at a time, thinned, remembered. No Qt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import GesturemapError
from gesturemap.frames import Values
from gesturemap.project.takes import file_name, read_demonstration
from gesturemap.teaching.aligned import resampled
from gesturemap.teaching.critique.look import Look, gap, look
from gesturemap.window.facts.document import Take

POINTS = 96
"""Points per curve that a small picture needs."""
KEPT = 512
"""Pictures remembered."""
Places = NDArray[np.intp]
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
    behind: int = 0
    """The first point behind a time in which nothing came; 0: there is no such time."""
    look: Look = field(default_factory=Look)
    """What it is like, to be compared with the others."""
    names: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """Those of its channels."""
    course: Values = field(default_factory=lambda: np.zeros((0, 0)))
    """(`aligned.POINTS`, C) values in the channels' units, evenly in time."""


def whole(path: Path) -> Demonstration | None:
    """One ``demonstrations/<id>.npz`` as it was recorded; None when it cannot be read, or is too large for here."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        demonstration, _ = read_demonstration(path)
    except (OSError, GesturemapError):
        return None
    return demonstration if demonstration.values.size else None


def read(path: Path, start: float = 0.0, end: float = 0.0) -> Thumbnail | None:
    """The picture of one ``demonstrations/<id>.npz``; None when it cannot be read.

    Parameters
    ----------
    start, end : what is learned from, in seconds since its first frame; an `end` of 0: to its last.
    """
    demonstration = whole(path)
    if demonstration is None:
        return None
    since = demonstration.time - demonstration.time[0]
    kept = (since >= start) & (since <= (end or np.inf))
    if not kept.any():
        kept[:] = True
    time, values = demonstration.time[kept], demonstration.values[kept]
    spec = demonstration.spec
    curves = replace(
        thin(time, values),
        look=look(spec, time, values),
        names=tuple(spec.names),
        units=tuple(channel.unit for channel in spec.channels),
        course=resampled(time, values),
    )
    return replace(curves, path=drawn(values[picked(time)[0], :2])) if is_place(spec.names) else curves


def is_place(names: Sequence[str]) -> bool:
    """Whether channels of these names are a place on a pad."""
    return tuple(names[:2]) == PLACE and set(names[2:]) <= {"pressed"}


def drawn(places: Values) -> Values:
    """(T, 2) places, as large as they fit and equally in both directions: (2, T) in 0..1."""
    path = places.T
    low, high = path.min(axis=1), path.max(axis=1)
    span = float((high - low).max()) or 1.0
    return np.asarray(0.5 + (path - (low + high)[:, None] / 2) / span)


def thin(time: Values, values: Values) -> Thumbnail:
    """At most `POINTS` of (T,) seconds and (T, C) values, each channel scaled by what it spans."""
    at, behind = picked(time)
    span = float(time[-1] - time[0])
    x = (time[at] - time[0]) / span if span > 0 else np.linspace(0, 1, len(at))
    y = values[at].T
    low, high = y.min(axis=1), y.max(axis=1)
    wide = float((high - low).max())
    spread = np.maximum(high - low, 0.25 * wide)  # what hardly moves is not blown up
    spread = np.where(spread > 0, spread, 1.0)
    middle = (high + low) / 2
    return Thumbnail(x, 0.5 + (y - middle[:, None]) / spread[:, None], behind=behind)


def picked(time: Values, most: int = POINTS) -> tuple[Places, int]:
    """Which of (T,) frames are drawn, and the first of those behind a time in which nothing came; 0: there is none.

    Both frames beside that time are among them: the line is broken there.
    """
    at = np.linspace(0, len(time) - 1, min(most, len(time))).round().astype(int)
    longest, since = gap(time)
    if not longest:
        return at, 0
    first = int(np.searchsorted(time - time[0], since, side="right"))
    at = np.union1d(at, [first - 1, first])
    return at, int(np.searchsorted(at, first))


def _file(path: Path) -> tuple[int, int] | None:
    """When a file was written last, ns, and its bytes; None: there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


Version = tuple[float, float]
"""From when to when a demonstration is learned from."""
WHOLE: Version = (0.0, 0.0)


class Gallery:
    """Thumbnails by demonstration; asked for while painting, read between paints."""

    def __init__(self, folder: str = "") -> None:
        self._folder = Path(folder)
        self._known: OrderedDict[str, tuple[Version, Thumbnail | None]] = OrderedDict()
        self._wanted: OrderedDict[str, Version] = OrderedDict()
        self._unread: dict[str, tuple[int, int] | None] = {}
        """What could not be read, and how its file was; None: there was none."""

    def look_in(self, folder: str) -> None:
        """Where the demonstrations are; another folder forgets the pictures, another file one that was not read."""
        for demonstration, was in list(self._unread.items()):
            if _file(self.path(demonstration)) != was:  # there is room on the disk again
                del self._unread[demonstration]
                self._known.pop(demonstration, None)
        if Path(folder) != self._folder:
            self._folder = Path(folder)
            self._known.clear()
            self._wanted.clear()
            self._unread.clear()

    def path(self, demonstration: str) -> Path:
        """The file of a demonstration."""
        return self._folder / file_name(demonstration)

    def peek(self, take: Take) -> Thumbnail | None:
        """The picture of what is learned from, if it is there already; it is not asked for."""
        version, picture = self._known.get(take.id, (None, None))
        return picture if version == ((take.start, take.end) if take.trimmed else WHOLE) else None

    def of(self, take: Take) -> tuple[bool, Thumbnail | None]:
        """The same as `get`, of what is learned from."""
        return self.get(take.id, (take.start, take.end) if take.trimmed else WHOLE)

    def get(self, demonstration: str, version: Version = WHOLE) -> tuple[bool, Thumbnail | None]:
        """Whether it was looked for yet, and the picture if there is one; one of before until it is read anew."""
        version_known, picture = self._known.get(demonstration, (None, None))
        if version_known != version:
            self._wanted[demonstration] = version
            while len(self._wanted) > KEPT:
                self._wanted.popitem(last=False)
        else:
            self._known.move_to_end(demonstration)
        return version_known is not None, picture

    def work(self, most: int = 3) -> bool:
        """Read at most so many that were asked for; True if there is something new to paint."""
        done = False
        while self._wanted and most > 0:
            demonstration, version = self._wanted.popitem(last=False)
            path = self.path(demonstration)
            was, picture = _file(path), read(path, *version)
            self._known[demonstration] = version, picture
            if picture is None:
                self._unread[demonstration] = was
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            most, done = most - 1, True
        return done
