"""MIDI 1.0 bytes to channel messages and those of a clock, in whatever pieces they come.

Source: MIDI 1.0 Detailed Specification, document version 4.2, pages 4-9 (bytes, running status, real time), 27-30
(song position, clock, start, stop, continue).
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

NOTE_OFF, NOTE_ON, KEY_PRESSURE, CONTROL, PROGRAM, PRESSURE, BEND = 0x8, 0x9, 0xA, 0xB, 0xC, 0xD, 0xE
"""Kinds of channel messages: the upper half of their first byte."""
LENGTH = {NOTE_OFF: 2, NOTE_ON: 2, KEY_PRESSURE: 2, CONTROL: 2, PROGRAM: 1, PRESSURE: 1, BEND: 2}
"""Data bytes of each."""
POSITION, TICK, BEGIN, CONTINUE, STOP = 0xF2, 0xF8, 0xFA, 0xFB, 0xFC
"""Kinds of clock messages: their first byte."""
COMMON = {0xF1: 1, POSITION: 2, 0xF3: 1}
"""Data bytes of the system messages that have some; 0xF0 goes on to 0xF7, the rest have none."""
REAL_TIME = {
    **dict.fromkeys((TICK, BEGIN, CONTINUE, STOP), "clock"),
    0xFE: "active sensing",
    0xFF: "reset",
}
"""Messages of one byte that may stand within others."""


class Midi(NamedTuple):
    """One channel message, or one of a clock."""

    kind: int
    """Such as `CONTROL`."""
    channel: int
    """1 to 16; of a clock 0."""
    first: int = 0
    """Note, controller, program or pressure; of a bend and of a song position its lower 7 bits."""
    second: int = 0
    """Velocity or value; of a bend and of a song position its upper 7 bits."""


class State(NamedTuple):
    """What has been read of a message that is not whole yet."""

    status: int = 0
    """The first byte that data belongs to, also of the next message (running status); 0: none."""
    data: tuple[int, ...] = ()
    skipping: bool = False
    """Within system exclusive data."""


START = State()


def parse(
    piece: bytes, state: State, ignored: Counter[str], *, clock: bool = False
) -> tuple[list[Midi], State]:
    """The channel messages that end in a piece, and the state in which the next piece goes on.

    Parameters
    ----------
    ignored : counts what is no channel message, by what it is.
    clock : messages of a clock are wanted too.
    """
    status, data, skipping = state
    found: list[Midi] = []
    for byte in piece:
        if clock and byte in (TICK, BEGIN, CONTINUE, STOP):
            found.append(Midi(byte, 0))
        elif byte >= 0xF8:
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
                    if clock and status == POSITION:
                        found.append(Midi(POSITION, 0, *data))
                    else:
                        ignored["system message"] += 1
                    status, data = 0, ()
            elif len(data) == LENGTH[status >> 4]:
                found.append(Midi(status >> 4, (status & 15) + 1, data[0], data[1] if len(data) > 1 else 0))
                data = ()
    return found, State(status, data, skipping)
