"""Pairs of demonstrations of which somebody says that they are alike, or different. No Qt."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from gesturemap.commands import Ask


class Pair(NamedTuple):
    """Two demonstrations, by id."""

    one: str
    other: str
    alike: bool


class Pairs:
    """What was said so far; what is said of two anew counts."""

    def __init__(self) -> None:
        self.all: list[Pair] = []

    def say(self, one: str, other: str, *, alike: bool) -> None:
        """These are alike, or are not."""
        if one != other:
            self.all = [each for each in self.all if {each.one, each.other} != {one, other}]
            self.all.append(Pair(one, other, alike))

    def follow(self, there: Collection[str]) -> bool:
        """Forget those of demonstrations that are gone; True where there were some."""
        left = [each for each in self.all if each.one in there and each.other in there]
        gone, self.all = len(left) < len(self.all), left
        return gone

    @property
    def question(self) -> Ask:
        """What the channels would count for."""
        words = [f"{'together' if one.alike else 'apart'}={one.one},{one.other}" for one in self.all]
        return Ask("weights", sorted(words, reverse=True))  # together first
