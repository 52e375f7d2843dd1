"""Which channel and key a gesture gets, and which notes sound.

Source: MIDI Polyphonic Expression (RP-053), version 1.0, section 2: zones, and a channel for each note.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Sounding(NamedTuple):
    """A note that was begun."""

    label: str
    channel: int
    key: int
    until: float
    """When it ends by itself."""


class Notes:
    """Notes that sound, and the channels for new ones.

    Parameters
    ----------
    channels : one: every note is played there. Several: each note gets one of its own, that which has been
        free for the longest; where none is free the oldest note ends.
    """

    def __init__(self, channels: Iterable[int]) -> None:
        self._free = list(channels)
        self._one = len(self._free) == 1
        self._first = self._free[0]
        self.sounding: dict[str, Sounding] = {}
        """By gesture, the oldest first."""

    def begin(self, label: str, key: int, until: float) -> tuple[Sounding, list[Sounding]]:
        """The new note, and those that must end before it."""
        ended = [one for one in (self.end(label),) if one]
        if self._one:
            same = next((one for one in self.sounding.values() if one.key == key), None)
            if same:
                ended += [one for one in (self.end(same.label),) if one]
            channel = self._first
        else:
            if not self._free:
                oldest = self.end(next(iter(self.sounding)))
                ended += [oldest] if oldest else []
            channel = self._free.pop(0)
        begun = self.sounding[label] = Sounding(label, channel, key, until)
        return begun, ended

    def end(self, label: str) -> Sounding | None:
        """The note of a gesture that has ended; None where it plays none."""
        ended = self.sounding.pop(label, None)
        if ended and not self._one:
            self._free.append(ended.channel)
        return ended

    def end_all(self) -> list[Sounding]:
        """Every note."""
        return [one for one in map(self.end, list(self.sounding)) if one]
