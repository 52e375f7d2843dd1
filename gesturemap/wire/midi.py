"""MIDI 1.0 bytes to channel messages, in whatever pieces they come.

Source: MIDI 1.0 Detailed Specification, document version 4.2, pages 4-9 (bytes, running status, real time).
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

NOTE_OFF, NOTE_ON, KEY_PRESSURE, CONTROL, PROGRAM, PRESSURE, BEND = 0x8, 0x9, 0xA, 0xB, 0xC, 0xD, 0xE
"""Kinds of channel messages: the upper half of their first byte."""
LENGTH = {NOTE_OFF: 2, NOTE_ON: 2, KEY_PRESSURE: 2, CONTROL: 2, PROGRAM: 1, PRESSURE: 1, BEND: 2}
"""Data bytes of each."""
COMMON = {0xF1: 1, 0xF2: 2, 0xF3: 1}
"""Data bytes of the system messages that have some; 0xF0 goes on to 0xF7, the rest have none."""
REAL_TIME = {
    0xF8: "clock",
    0xFA: "clock",
    0xFB: "clock",
    0xFC: "clock",
    0xFE: "active sensing",
    0xFF: "reset",
}
"""Messages of one byte that may stand within others."""


class Midi(NamedTuple):
    """One channel message."""

    kind: int
    """Such as `CONTROL`."""
    channel: int
    """1 to 16."""
    first: int
    """Note, controller, program or pressure; of a bend its lower 7 bits."""
    second: int = 0
    """Velocity or value; of a bend its upper 7 bits."""


class State(NamedTuple):
    """What has been read of a message that is not whole yet."""

    status: int = 0
    """The first byte that data belongs to, also of the next message (running status); 0: none."""
    data: tuple[int, ...] = ()
    skipping: bool = False
    """Within system exclusive data."""


START = State()


def parse(piece: bytes, state: State, ignored: Counter[str]) -> tuple[list[Midi], State]:
    """The channel messages that end in a piece, and the state in which the next piece goes on.

    Parameters
    ----------
    ignored : counts what is no channel message, by what it is.
    """
    status, data, skipping = state
    found: list[Midi] = []
    for byte in piece:
        if byte >= 0xF8:
            ignored[REAL_TIME.get(byte, "undefined")] += 1
        elif byte >= 0x80:
            if data and status < 0xF0:
                ignored["half a message"] += 1
            skipping, data = byte == 0xF0, ()
            status = byte if byte < 0xF0 or byte in COMMON else 0
            if byte == 0xF0:
                ignored["system exclusive"] += 1
            elif byte >= 0xF0 and byte != 0xF7 and not status:
                ignored["system message"] += 1
        elif skipping:
            continue
        elif not status:
            ignored["data without status"] += 1
        else:
            data = (*data, byte)
            if status >= 0xF0:
                if len(data) == COMMON[status]:
                    ignored["system message"] += 1
                    status, data = 0, ()
            elif len(data) == LENGTH[status >> 4]:
                found.append(Midi(status >> 4, (status & 15) + 1, data[0], data[1] if len(data) > 1 else 0))
                data = ()
    return found, State(status, data, skipping)
