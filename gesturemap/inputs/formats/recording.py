"""What every format gives: recordings, and what had to be guessed to read them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import LARGEST as LARGEST_NUMBER
from gesturemap.frames import Spec, Values

LARGEST = 256 << 20
"""Bytes that a file may hold, unpacked."""
MOST_COLUMNS = 1024


class Recording(NamedTuple):
    """One recording."""

    label: str
    user: str
    time: Values
    """(T,) seconds, rising or standing still."""
    values: Values
    """(T, C)."""


class Recordings(NamedTuple):
    """What is in a file."""

    spec: Spec
    recordings: tuple[Recording, ...]
    unusable: int = 0
    """Frames left out because a value or time in them is no finite number, or too large."""
    said: tuple[str, ...] = ()
    """What was guessed or chosen, for people: ``time in ms (guessed: it goes on by 107)``."""
    lost: int = 0
    """Frames that the device counted and the file does not have."""


def finite(found: Recordings) -> Recordings:
    """Without frames that cannot be used, and with time that never goes back."""
    kept = []
    unusable = found.unusable
    for recording in found.recordings:
        # of what is no number neither is true
        good = (np.abs(recording.values) < LARGEST_NUMBER).all(axis=1) & (
            np.abs(recording.time) < LARGEST_NUMBER
        )
        unusable += int((~good).sum())
        time = np.maximum.accumulate(recording.time[good]) if good.any() else np.zeros(0)
        kept.append(recording._replace(time=time, values=recording.values[good]))
    return found._replace(recordings=tuple(kept), unusable=unusable)


def too_large(place: str) -> FileError:
    """The refusal of a file that holds too much."""
    return FileError(place, "too large", f"at most {LARGEST >> 20} MB", "cut it into pieces")


def steady(frames: int, rate: float) -> Values:
    """(T,) seconds of frames that bring no time, one every 1 / `rate` (Hz)."""
    return np.arange(frames) / rate
