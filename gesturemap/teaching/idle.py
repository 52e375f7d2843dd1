"""Recordings without their idle ends."""

from __future__ import annotations

from dataclasses import replace

from gesturemap.demonstrations import Demonstration
from gesturemap.teaching.movement import idle_ends

LEAST_IDLE = 0.3
"""Seconds an end must have been idle to be trimmed away."""


def trimmed(demonstration: Demonstration, everyday: str = "") -> Demonstration:
    """A recording without its idle ends, which stay on disk: where a movement stands out clearly from stillness.

    One of outputs, one that is held still for the most part, and one of `everyday` movement, to which rest belongs,
    stay whole. Of one that is trimmed already, more is.
    """
    learned = demonstration.learned
    if demonstration.outputs or demonstration.label == everyday or len(learned) < 2:
        return demonstration
    head, tail = idle_ends(learned.spec, learned.time, learned.values)
    if max(head, tail) < LEAST_IDLE:
        return demonstration
    start, end = demonstration.start, demonstration.end
    if head >= LEAST_IDLE:
        start += head
    if tail >= LEAST_IDLE:
        end = (end or demonstration.seconds) - tail
    return replace(demonstration, start=start, end=end)
