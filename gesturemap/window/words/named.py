"""Texts with places for names, which may be written from right to left."""

from __future__ import annotations

import unicodedata

BEGIN, END = "\u2068", "\u2069"
"""FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE. Source: Unicode UAX #9, 2.4."""
FROM_RIGHT = ("R", "AL", "AN")


def isolated(value: object) -> object:
    """A text that has letters from right to left in it, kept from turning around what stands beside it."""
    if isinstance(value, str) and any(unicodedata.bidirectional(letter) in FROM_RIGHT for letter in value):
        return f"{BEGIN}{value}{END}"
    return value


class Named(str):
    """A text whose `format` puts every name where its place is, whichever way it is written."""

    __slots__ = ()

    def format(self, *values: object, **names: object) -> str:
        """As `str.format`."""
        return str.format(
            self, *map(isolated, values), **{key: isolated(each) for key, each in names.items()}
        )
