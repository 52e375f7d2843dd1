"""The map of the demonstrations: where each lies, and where the running movement is. No Qt."""

from __future__ import annotations

from collections import deque

import numpy as np

from gesturemap.frames import Values
from gesturemap.window.facts.aligned import resampled, scales
from gesturemap.window.facts.live import Ring
from gesturemap.window.facts.projection import Projection, discriminant, few, points_of, principal, vector
from gesturemap.window.facts.shelf import Phased, Shelf

LEAST = 3
"""Demonstrations of which a map can be made."""
TRAIL = 45
"""Places that are remembered."""
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

    @property
    def there(self) -> bool:
        """Whether there is a map."""
        return self._projection is not None

    def follow(self, shelf: Shelf, names: tuple[str, ...]) -> bool:
        """Make the map anew where demonstrations or channels are others; True if it was.

        Parameters
        ----------
        names : the channels that are heard now; demonstrations of others are left out, if there are any of these.
        """
        wanted = (shelf.version, names, self.supervised)
        if wanted == self._made or shelf.left:
            return False
        self._made = wanted
        every = shelf.all
        heard = [each for each in every if each.names == names] or [
            each for each in every if each.names == every[-1].names
        ]
        self.shown, self._projection = heard, None
        self.trail.clear()
        if len(heard) < LEAST:
            self.places = np.zeros((0, 2))
            return True
        self._scale = scales([each.curve for each in heard])
        self._points = points_of(len(self._scale))
        vectors = np.array([vector(each.curve, self._points, self._scale) for each in heard])
        some = few(len(vectors))
        labels = [heard[place].label for place in some]
        chosen = vectors[some]
        self._projection = discriminant(chosen, labels) if self.supervised else principal(chosen)
        self.places = self._projection(vectors)
        low, high = self.places.min(axis=0), self.places.max(axis=0)
        room = 0.15 * np.maximum(high - low, 1e-6)
        self.low, self.high = low - room, high + room
        self.seconds = float(min(LONGEST, np.median([each.seconds for each in heard])))
        return True

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
        place = self._projection(vector(curve, self._points, self._scale))
        if not self.trail or np.abs(place - self.trail[-1]).max() > 0.0:
            self.trail.append(place)

    def nearest(self) -> Phased | None:
        """The demonstration to which the movement is nearest on the map."""
        if not self.trail or not len(self.places):
            return None
        span = self.high - self.low
        far = np.linalg.norm((self.places - self.trail[-1]) / span, axis=1)
        return self.shown[int(far.argmin())]
