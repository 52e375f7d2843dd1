"""Which colour and mark each gesture has: its own, whatever comes and goes beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gesturemap.catalog import setting


@dataclass(frozen=True)
class Colours:
    """The section ``[colours]``; in a project whose gestures have theirs by the order of the vocabulary it is empty."""

    places: dict[str, int] = setting(
        {},
        "gesture -> which colour and mark it has, from 0; one that is not named has the first that is free",
        low=0,
    )

    def of(self, gestures: Iterable[str]) -> dict[str, int]:
        """The place of each of these gestures."""
        gestures = tuple(gestures)
        found = {label: self.places[label] for label in gestures if label in self.places}
        for label in gestures:
            if label not in found:
                taken = set(found.values())
                found[label] = next(place for place in range(len(taken) + 1) if place not in taken)
        return {label: found[label] for label in gestures}


def kept(
    before: Colours, gestures: tuple[str, ...], now: Colours, labels: tuple[str, ...], was: dict[str, str]
) -> Colours:
    """The colours of another vocabulary: gestures that stay keep theirs, and so do those with another name.

    Parameters
    ----------
    gestures, labels : the vocabulary before, and now.
    now : as they are set; what was set otherwise than before counts.
    was : gestures of now that were called otherwise -> their names before.
    """
    had = before.of(gestures)
    if now == before:
        stay = {label: had[was.get(label, label)] for label in labels if was.get(label, label) in had}
        now = Colours(stay)
    places = now.of(labels)
    return Colours() if list(places.values()) == list(range(len(labels))) else Colours(places)
