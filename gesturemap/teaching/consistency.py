"""How alike a gesture is each time: a score for its repetitions, and for an execution beside them, to practise by.

An execution is laid over each demonstration by dynamic time warping, so that tempo does not count; how far they are
apart on the way is compared with how far the nearest other gesture is. 1 is the same movement, 0 as far as another
gesture. Places on a pad are compared wherever they are drawn. Of one gesture alone its demonstrations held still in
their middle stand for the other one.

Source of the warping: Sakoe and Chiba (1978), see `aligned`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec, Values
from gesturemap.models.front import is_place
from gesturemap.teaching.aligned import POINTS, laid_over, resampled, scales, warp

OWN, OTHERS = 6, 8
"""Demonstrations of the gesture, the newest, and other gestures, each by its newest one, that are compared with."""
LEAST = 1e-9
"""A distance that is none."""


@dataclass(frozen=True, eq=False)
class Standard:
    """What executions of a gesture are measured by: D of its demonstrations, (N, C) each, as `seen_at` gives them."""

    gesture: str
    names: tuple[str, ...]
    curves: tuple[Values, ...]
    scale: Values
    """(C,) deviations of the channels, in which distances are."""
    seconds: float
    """How long the gesture usually is."""
    place: bool
    """Whether channels are places on a pad."""
    far: float
    """How far the nearest other gesture is."""
    usual: float
    """The score of one demonstration beside the others, the median; NaN of a single one."""

    def compared(self, curve: Values) -> tuple[float, str]:
        """An execution (N, C), as `resampled` gives it, beside the demonstration that is nearest to it.

        Returns
        -------
        The score in 0..1, and the channel in which it differs most.
        """
        curve = seen_at(curve, self.place)
        apart = [distance(curve, one, self.scale) for one in self.curves]
        near = self.curves[int(np.argmin(apart))]
        differs = ((laid_over(curve, self.scale, near)[0] - near) / self.scale) ** 2
        return scored(min(apart), self.far), self.names[int(differs.mean(axis=0).argmax())]


def seen_at(curve: Values, place: bool) -> Values:
    """A curve (N, C) as it is compared: of places, from its own middle."""
    return np.asarray(curve - curve.mean(axis=0)) if place else curve


def distance(one: Values, other: Values, scale: Values) -> float:
    """How far two curves are apart on the way on which they are nearest: deviations, root mean square."""
    total, way = warp(one / scale, other / scale)
    return float(np.sqrt(total / len(way) / len(scale)))


def scored(apart: float, far: float) -> float:
    """1 where nothing is apart, 0 from `far` on."""
    return float(np.clip(1.0 - apart / max(far, LEAST), 0.0, 1.0))


def steps(
    gesture: str, spec: Spec, own: Sequence[tuple[Values, float]], others: Mapping[str, Values]
) -> Iterator[Standard | None]:
    """What is measured by, None after each step that is not the last: a few ms each, between two pictures.

    Parameters
    ----------
    own : demonstrations of the gesture, oldest first: (N, C) as `resampled` gives them, and seconds.
    others : one of each other gesture.
    """
    place = is_place(spec)
    kept = [seen_at(curve, place) for curve, _ in own[-OWN:]]
    beside = [seen_at(curve, place) for curve in list(others.values())[:OTHERS]]
    scale = scales([*kept, *beside])
    within = np.full((len(kept), len(kept)), np.inf)
    for n, one in enumerate(kept):
        for m in range(n):
            within[n, m] = within[m, n] = distance(one, kept[m], scale)
            yield None
    away = np.full(len(kept), np.inf)
    for n, one in enumerate(kept):
        for other in beside or [np.broadcast_to(one.mean(axis=0), one.shape)]:
            away[n] = min(away[n], distance(one, other, scale))
            yield None
    far = float(np.median(away))
    usual = (
        float(np.median([scored(apart, far) for apart in within.min(axis=1)])) if len(kept) > 1 else np.nan
    )
    seconds = float(np.median([length for _, length in own]))
    yield Standard(gesture, tuple(spec.names), tuple(kept), scale, seconds, place, far, usual)


def standard(gesture: str, demonstrations: Sequence[Demonstration]) -> Standard | None:
    """The same of recordings, in one go; None where nothing of that name was shown.

    Parameters
    ----------
    demonstrations : of all gestures, oldest first, as the sensor gave them.
    """
    own = [one for one in demonstrations if one.label == gesture]
    if not own:
        return None
    others = {one.label: one for one in demonstrations if one.label != gesture}
    curves = {label: resampled(one.time, one.values, POINTS) for label, one in others.items()}
    shown = [(resampled(one.time, one.values, POINTS), one.seconds) for one in own]
    return next(made for made in steps(gesture, own[-1].spec, shown, curves) if made is not None)
