"""MIDI 1.0 channel messages as bytes, and values as the bits they carry.

Source: MIDI 1.0 Detailed Specification, document version 4.2; MIDI Polyphonic Expression, version 1.0.
"""

from __future__ import annotations

import math

from gesturemap.wire.midi import BEND, CONTROL, NOTE_OFF, NOTE_ON, PRESSURE, PROGRAM

CLOCK, START, STOP = b"\xf8", b"\xfa", b"\xfc"
"""Real time messages; 24 clocks to the quarter note."""
PER_QUARTER = 24
MOST_7, MOST_14, CENTRE = 0x7F, 0x3FFF, 0x2000
SUSTAIN, TIMBRE, SOUND_OFF, RESET, NOTES_OFF = 64, 74, 120, 121, 123
RELEASE = 64
"""Velocity of a note-off, where nobody knows better."""
BEND_RANGE, MPE_ZONE = 0, 6
"""Registered parameters."""


def bits(value: float, low: float, high: float, most: int) -> int:
    """0 at `low`, `most` at `high`, the nearest whole number between, never beyond; `high` may be below `low`."""
    share = (value - low) / (high - low)
    return round(min(max(share, 0.0), 1.0) * most)


def bend_bits(value: float, low: float, high: float) -> int:
    """0 at `low`, 16383 at `high`, and 8192, which is no bend, exactly in the middle."""
    share = min(max(2.0 * (value - low) / (high - low) - 1.0, -1.0), 1.0)
    if math.isclose(share, 0.0, abs_tol=1e-12):
        return CENTRE
    return CENTRE + round(share * (MOST_14 - CENTRE if share > 0.0 else CENTRE))


def note_on(channel: int, note: int, velocity: int) -> bytes:
    """Begin a note; `channel` 1 to 16, here and below."""
    return bytes((NOTE_ON << 4 | channel - 1, note, velocity))


def note_off(channel: int, note: int) -> bytes:
    """End a note."""
    return bytes((NOTE_OFF << 4 | channel - 1, note, RELEASE))


def control(channel: int, number: int, value: int) -> bytes:
    """A controller of 7 bits."""
    return bytes((CONTROL << 4 | channel - 1, number, value))


def control_14(channel: int, number: int, value: int) -> bytes:
    """A controller of 14 bits: its upper 7 as controller `number`, then its lower 7 as `number` + 32."""
    return control(channel, number, value >> 7) + control(channel, number + 32, value & MOST_7)


def bend(channel: int, value: int) -> bytes:
    """The bend wheel, 0 to 16383, lower 7 bits first."""
    return bytes((BEND << 4 | channel - 1, value & MOST_7, value >> 7))


def pressure(channel: int, value: int) -> bytes:
    """Pressure of a whole channel."""
    return bytes((PRESSURE << 4 | channel - 1, value))


def program(channel: int, number: int) -> bytes:
    """Choose a sound."""
    return bytes((PROGRAM << 4 | channel - 1, number))


def registered(channel: int, parameter: int, value: int) -> bytes:
    """Set a registered parameter (RPN) to a value of 7 bits, and choose none, so that nothing sets it by mistake."""
    return b"".join(
        control(channel, number, part)
        for number, part in ((101, 0), (100, parameter), (6, value), (38, 0), (101, 127), (100, 127))
    )


def silence(channel: int) -> bytes:
    """End everything on a channel: sustain up, all notes off, all sound off, controllers and bend back."""
    numbers = ((SUSTAIN, 0), (NOTES_OFF, 0), (SOUND_OFF, 0), (RESET, 0))
    return b"".join(control(channel, *each) for each in numbers) + bend(channel, CENTRE)
