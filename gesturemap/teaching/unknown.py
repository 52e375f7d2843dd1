"""Which movements of a stream are none of the known gestures, so that one of them may be wanted as a new one.

Told of a movement that stands out (`teaching.movement`), is about as long as a gesture and was none of them, while its
second half was new to the model (`models.novelty`). It is an offer, and never presses: `Pace`.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from gesturemap.frames import Values
from gesturemap.teaching.movement import Span

NEW = 0.8
"""Median novelty over the second half of a movement from which on it is none of the gestures."""
SHORT = 0.5
"""What is shorter than so much of a usual demonstration is no gesture, but may be a part of one."""
LATE = 0.6
"""Seconds after the end of a movement in which a gesture may still be told of it."""
PER_MINUTE = 2
"""Offers that come by themselves, at most."""


def is_unknown(span: Span, usual: float, time: Values, novelty: Values, told: Values) -> bool:
    """Whether this movement is none of the gestures.

    Parameters
    ----------
    usual : seconds that a demonstration takes.
    time : (T,) seconds, rising; `novelty` : (T,) 0..1.
    told : (N,) seconds at which gestures began.
    """
    if span.end - span.start < SHORT * usual:
        return False
    if ((told >= span.start) & (told <= span.end + LATE)).any():
        return False
    heard = novelty[(time >= 0.5 * (span.start + span.end)) & (time <= span.end)]
    heard = heard[np.isfinite(heard)]
    return bool(len(heard)) and float(np.median(heard)) > NEW


class Pace:
    """Lets offers through, so that they never press: so many a minute."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._most = per_minute
        self._made = deque[float]()

    def may(self, now: float) -> bool:
        """Whether one may be made at `now` s; then it counts as made."""
        while self._made and now - self._made[0] >= 60.0:
            self._made.popleft()
        if len(self._made) >= self._most:
            return False
        self._made.append(now)
        return True
