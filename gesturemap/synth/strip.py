"""A voice's channel strip: one knob of filter, loudness and place, and what goes to the echo and the room."""

from __future__ import annotations

import math
from typing import Any

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth.voice import TICK

LOUD, LEFT, RIGHT, ROOM, DELAY, CUT, LOW_SHARE, HIGH_SHARE = range(8)
"""Columns: the setting's loudness; then what moves, and from `STEPS` on what it gains per sample."""
MOVING, STEPS = 7, 7
MEMORY = 15
COLUMNS = 19
LEVEL_AT, PAN_AT, ROOM_AT, DELAY_AT, FILTER_AT = range(5)
"""Places in `voice.COMMON`."""
RESISTANCE = 1.1
"""Damping of the filter (1 / Q): a little more than flat, as on a mixer for performers."""
LOUDEST = 100.0
"""Beyond this a voice's sample is no sound: 40 dB above full scale."""
SLIGHT, MOST = 0.08, 0.1
"""How far the knob is turned until the filtered sound has taken the place of the straight one, and how much of it may
come or go in one tick."""
LOW_FROM, LOW_TO, HIGH_FROM, HIGH_TO = 20000.0, 60.0, 20.0, 8000.0


@kernel
def aim(strip: Values, common: Values, rate: float, fresh: bool) -> None:
    """Set off for where the strip is to be at the tick's end; `common` are the values there."""
    loud = strip[LOUD] * common[LEVEL_AT] * common[LEVEL_AT]
    place = 0.25 * math.pi * (1.0 + common[PAN_AT])
    knob = common[FILTER_AT]
    wet = min(abs(knob) / SLIGHT, 1.0)
    hz = LOW_FROM * (LOW_TO / LOW_FROM) ** -knob if knob < 0.0 else HIGH_FROM * (HIGH_TO / HIGH_FROM) ** knob
    strip[STEPS + LEFT] = loud * math.sqrt(2.0) * math.cos(place)
    strip[STEPS + RIGHT] = loud * math.sqrt(2.0) * math.sin(place)
    strip[STEPS + ROOM], strip[STEPS + DELAY] = common[ROOM_AT], common[DELAY_AT]
    strip[STEPS + CUT] = math.tan(math.pi * min(hz, 0.45 * rate) / rate)
    strip[STEPS + LOW_SHARE] = wet if knob < 0.0 else 0.0
    strip[STEPS + HIGH_SHARE] = wet if knob > 0.0 else 0.0
    if strip[LOW_SHARE] + strip[HIGH_SHARE] < 1e-9:
        strip[CUT] = strip[STEPS + CUT]  # nothing of it is heard yet
    elif (strip[LOW_SHARE] > strip[HIGH_SHARE]) != (knob < 0.0):  # first one end goes, then the other comes
        strip[STEPS + CUT], strip[STEPS + LOW_SHARE], strip[STEPS + HIGH_SHARE] = strip[CUT], 0.0, 0.0
    for i in (LOW_SHARE, HIGH_SHARE):
        if not fresh:
            strip[STEPS + i] = min(max(strip[STEPS + i], strip[i] - MOST), strip[i] + MOST)
    for i in range(LEFT, LEFT + MOVING):
        if fresh:
            strip[i] = strip[STEPS + i]
        strip[STEPS + i] = (strip[STEPS + i] - strip[i]) / TICK


@kernel
def guard(bus: Any, first: int, last: int) -> int:
    """Put what is no sound to silence in the first two buses, so that one voice never spoils all; how many samples.

    The sum is looked at first: it costs next to nothing, and is a number below the limit where all is well.
    """
    total = 0.0
    for i in range(first, last):
        total += abs(bus[0, i]) + abs(bus[1, i])
    if total <= LOUDEST:
        return 0
    count = 0
    for side in range(2):
        for i in range(first, last):
            if not abs(bus[side, i]) <= LOUDEST:  # also where it is not a number
                bus[side, i] = 0.0
                count += 1
    return count


@kernel
def carry(strip: Values, bus: Any, first: int, last: int) -> None:
    """Take a piece of a tick from the first two buses to the others and leave those two empty.

    Source of the filter: V. Zavalishin, The Art of VA Filter Design (2018), section 4.2.
    """
    filtered = (
        strip[LOW_SHARE] != 0.0
        or strip[HIGH_SHARE] != 0.0
        or strip[STEPS + LOW_SHARE] != 0.0
        or strip[STEPS + HIGH_SHARE] != 0.0
    )
    if not filtered:
        strip[MEMORY : MEMORY + 4] = 0.0
    for i in range(first, last):
        for m in range(LEFT, LEFT + MOVING):
            strip[m] += strip[STEPS + m]
        if filtered:
            g, low_share, high_share = strip[CUT], strip[LOW_SHARE], strip[HIGH_SHARE]
            for side in range(2):
                at, x = MEMORY + 2 * side, bus[side, i]
                high = (x - (RESISTANCE + g) * strip[at] - strip[at + 1]) / (1.0 + g * (g + RESISTANCE))
                band = g * high + strip[at]
                low = g * band + strip[at + 1]
                strip[at] = g * high + band + 1e-12 - 1e-12
                strip[at + 1] = g * band + low + 1e-12 - 1e-12
                bus[side, i] = (1.0 - low_share - high_share) * x + low_share * low + high_share * high
        left, right = bus[0, i] * strip[LEFT], bus[1, i] * strip[RIGHT]
        bus[0, i], bus[1, i] = 0.0, 0.0
        bus[2, i] += left
        bus[3, i] += right
        bus[4, i] += left * strip[ROOM]
        bus[5, i] += right * strip[ROOM]
        bus[6, i] += left * strip[DELAY]
        bus[7, i] += right * strip[DELAY]
