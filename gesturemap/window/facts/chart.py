"""The map of the demonstrations: where each lies, and where the running movement is. No Qt."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from gesturemap.frames import Values
from gesturemap.teaching.aligned import resampled, scales
from gesturemap.window.facts.live import Ring
from gesturemap.window.facts.projection import Projection, discriminant, few, points_of, principal, vectors_of
from gesturemap.window.facts.shelf import Phased, Shelf

LEAST = 3
"""Demonstrations of which a map can be made."""
TRAIL = 45
"""Places that are remembered."""
AT_ONCE = 250
"""Demonstrations that are placed between two pictures."""
LONGEST = 7.5
"""Seconds of movement that are looked at, at most: so many are kept."""


class Chart:
    """Places of the demonstrations (D, 2), and a trail of the movement's."""

    def __init__(self) -> None:
        self.supervised = True
        self.shown: list[Phased] = []
        self.places: Values = np.zeros((0, 2))
        self.low, self.high = np.zeros(2), np.ones(2)
        """What the demonstrations span, and a little more."""
        self.seconds = 0.0
        """How much of the movement is one place."""
        self.trail: deque[Values] = deque(maxlen=TRAIL)
        self._projection: Projection | None = None
        self._scale: Values = np.ones(0)
        self._points = 0
        self._made: tuple[object, ...] = ()
        self._steps: Iterator[bool] | None = None
        """What is being worked out."""

    @property
    def there(self) -> bool:
        """Whether there is a map."""
        return self._projection is not None

    def follow(self, shelf: Shelf, names: tuple[str, ...]) -> bool:
        """Make the map anew, a step at a time, where demonstrations or channels are others; True when it is there.

        Parameters
        ----------
        names : the channels that are heard now; demonstrations of others are left out, if there are any of these.
        """
        wanted = (shelf.version, names, self.supervised)
        if wanted != self._made and not shelf.left:
            self._made = wanted
            every = shelf.all
            heard = [each for each in every if each.names == names] or [
                each for each in every if each.names == every[-1].names
            ]
            self._steps = self._mapped(heard)
        return self._steps is not None and next(self._steps, True)

    def _mapped(self, heard: list[Phased]) -> Iterator[bool]:
        """Channels' scales, directions, places of some demonstrations at a time; what was shown stays till then."""
        if len(heard) < LEAST:
            self._there(heard, None, np.zeros((0, 2)))
            yield True
            return
        some = few(len(heard))
        curves = np.array([heard[place].curve for place in some])
        scale = scales(list(curves))
        points = points_of(len(scale))
        yield False
        chosen = vectors_of(curves, points, scale)
        labels = [heard[place].label for place in some]
        made = discriminant(chosen, labels) if self.supervised else principal(chosen)
        yield False
        places = []
        for first in range(0, len(heard), AT_ONCE):
            part = np.array([each.curve for each in heard[first : first + AT_ONCE]])
            places.append(made(vectors_of(part, points, scale)))
            yield False
        self._scale, self._points = scale, points
        self._there(heard, made, np.concatenate(places))
        yield True

    def _there(self, heard: list[Phased], made: Projection | None, places: Values) -> None:
        """This is the map from now on."""
        self.shown, self._projection, self.places, self._steps = heard, made, places, None
        self.trail.clear()
        if made is not None:
            low, high = places.min(axis=0), places.max(axis=0)
            room = 0.15 * np.maximum(high - low, 1e-6)
            self.low, self.high = low - room, high + room
            self.seconds = float(min(LONGEST, np.median([each.seconds for each in heard])))

    def move(self, ring: Ring) -> None:
        """Take the last moments of the movement."""
        if (
            self._projection is None
            or not self.shown
            or ring.names != self.shown[0].names
            or self.seconds <= 0.0
        ):
            return
        time, values = ring.view()
        if not len(time) or time[-1] - time[0] < self.seconds:
            return
        first = int(np.searchsorted(time, time[-1] - self.seconds))
        if np.isnan(values[:, first:]).all(axis=0).any():  # nothing came for a while
            self.trail.clear()
            return
        curve = resampled(time[first:], values[:, first:].T, self._points)
        place = self._projection(vectors_of(curve[None], self._points, self._scale))[0]
        if not self.trail or np.abs(place - self.trail[-1]).max() > 0.0:
            self.trail.append(place)

    def nearest(self) -> Phased | None:
        """The demonstration to which the movement is nearest on the map."""
        if not self.trail or not len(self.places):
            return None
        span = self.high - self.low
        far = np.linalg.norm((self.places - self.trail[-1]) / span, axis=1)
        return self.shown[int(far.argmin())]
