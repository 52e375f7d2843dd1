"""What fits say of the channels they were given, for people."""

from __future__ import annotations

from collections.abc import Iterable

SWITCHES = ("pressed", "touch", "button")
"""How channels begin, and what is made of them, that are 0 or 1 as a finger lies, and may lie all the time."""


def ignored(names: Iterable[str], scales: Iterable[float]) -> tuple[str, ...]:
    """A line for the channels that never change, those with a scale of 0; switches that nobody used are none of them.

    Parameters
    ----------
    names, scales : of as many channels as both have.
    """
    still = [n for n, s in zip(names, scales, strict=False) if s == 0.0 and not n.startswith(SWITCHES)]
    return (f"never changes in any demonstration and is ignored: {', '.join(still)}",) if still else ()
