"""What saved models have in common: their channels, and one line where something does not hold together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from gesturemap.demonstrations import LARGEST
from gesturemap.errors import DataError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.models.model import Array

ROUNDING = 1e-6
"""By how much a sum of probabilities may be off 1."""
SMALLEST = 1e-160
"""Least scale of a channel that moves: the square of a smaller one is nothing."""


def broken(place: str, what: str = "it") -> DataError:
    """The error of a saved model in which something is missing or of the wrong shape."""
    return DataError(place, f"{what} does not hold together", "it must be a saved model", "train again")


@contextmanager
def reading(wrong: DataError) -> Iterator[None]:
    """Within it, whatever is missing or not of its type raises `wrong`."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise wrong from error


def names(channels: Sequence[Channel]) -> list[str]:
    """Channels as they are written."""
    return [str(channel) for channel in channels]


def header(spec: Spec) -> dict[str, Any]:
    """The channels and their rate: how every table begins."""
    return {"channels": names(spec.channels), "rate": spec.rate}


def texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(str(text) for text in table[key])


def channels(table: Mapping[str, Any], key: str) -> tuple[Channel, ...]:
    """The inverse of `names`."""
    return tuple(Channel.parse(text) for text in texts(table, key))


def spec(table: Mapping[str, Any], key: str = "channels") -> Spec:
    """The inverse of `header`."""
    return Spec(channels(table, key), float(table["rate"]))


def doubles(arrays: Mapping[str, Array], wanted: Sequence[str]) -> list[Values]:
    """Arrays by name, as doubles in one piece.

    Raises
    ------
    KeyError, ValueError
        If one is missing, or has a value that is not a number or too large to be calculated with.
    """
    found = [np.ascontiguousarray(arrays[name], np.float64) for name in wanted]
    if not all((np.abs(array) <= LARGEST).all() for array in found):
        raise ValueError("a value that is too large")
    return found


def probable(values: Values) -> bool:
    """Whether each row (..., S) holds probabilities that sum to 1."""
    return bool((values >= 0.0).all() and (np.abs(values.sum(-1) - 1.0) <= ROUNDING).all())


def scales(values: Values) -> bool:
    """Whether values can be divided by these, or are 0."""
    return bool(((values == 0.0) | (values >= SMALLEST)).all())


def under(mark: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays whose names begin with a mark, without it."""
    return {name.removeprefix(mark): array for name, array in arrays.items() if name.startswith(mark)}
