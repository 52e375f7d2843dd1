"""The echo: two delay lines that feed one another, so that what comes again goes from side to side."""

from __future__ import annotations

import math

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth.effects import LONGEST

RATE, LENGTH, PLACE, NEAR, FAR, TURN, LEVEL, FEEDBACK, SHADE = range(9)
"""How long a line is and where it is written; the echo that is heard, the one that takes its place, and how far that
has come (1: it has); loudness and feedback as they are now; then two memories of the tone and two of the low cut."""
HEAD = 16
CHANGE = 0.06
"""Seconds in which one echo time takes another's place, without a glide in pitch."""
LOW_CUT = 90.0


def memory(rate: float) -> Values:
    """All memory, laid out for `rate` Hz, at rest."""
    length = math.ceil(LONGEST * rate) + 2
    m = np.zeros(HEAD + 2 * length)
    m[RATE], m[LENGTH], m[TURN], m[NEAR] = rate, length, 1.0, 0.0
    return m


@kernel
def hush(m: Values) -> None:
    """Empty the lines."""
    m[HEAD:] = 0.0
    m[SHADE : SHADE + 4] = 0.0
    m[NEAR], m[TURN] = m[FAR], 1.0


@kernel
def repeat(
    m: Values, time: float, feedback: float, tone: float, level: float, wet: Values, out: Values,
    first: int, last: int,
) -> None:  # fmt: skip
    """Add the echoes of `wet` (2, TICK) to `out`; the four parameters are those at the tick's end."""
    rate, length = m[RATE], int(m[LENGTH])
    wanted = min(max(math.floor(time * rate + 0.5), 1.0), length - 1.0)
    if m[NEAR] == 0.0:
        m[NEAR], m[FAR], m[LEVEL], m[FEEDBACK] = wanted, wanted, level, feedback
    if m[TURN] >= 1.0 and m[FAR] != wanted:
        m[NEAR], m[FAR], m[TURN] = m[FAR], wanted, 0.0
    open_ = 1.0 - math.exp(-2.0 * math.pi * 700.0 * 20.0**tone / rate)
    cut = 1.0 - math.exp(-2.0 * math.pi * LOW_CUT / rate)
    speed, near, far = 1.0 / (0.01 * rate), int(m[NEAR]), int(m[FAR])
    left_line, right_line, place = HEAD, HEAD + length, int(m[PLACE])
    for i in range(first, last):
        m[LEVEL] += (level - m[LEVEL]) * speed
        m[FEEDBACK] += (feedback - m[FEEDBACK]) * speed
        one, two = place - near, place - far
        one += length if one < 0 else 0
        two += length if two < 0 else 0
        turn = m[TURN]
        share = turn * turn * (3.0 - 2.0 * turn)
        left = m[left_line + one] + (m[left_line + two] - m[left_line + one]) * share
        right = m[right_line + one] + (m[right_line + two] - m[right_line + one]) * share
        m[TURN] = min(turn + 1.0 / (CHANGE * rate), 1.0)
        for side in range(2):
            heard = left if side == 0 else right
            shade = m[SHADE + side] + (heard - m[SHADE + side]) * open_
            below = m[SHADE + 2 + side] + (shade - m[SHADE + 2 + side]) * cut
            m[SHADE + side], m[SHADE + 2 + side] = shade + 1e-12 - 1e-12, below + 1e-12 - 1e-12
        left, right = m[SHADE] - m[SHADE + 2], m[SHADE + 1] - m[SHADE + 3]
        m[left_line + place] = 0.7 * (wet[0, i] + wet[1, i]) + m[FEEDBACK] * right + 1e-12 - 1e-12
        m[right_line + place] = m[FEEDBACK] * left + 1e-12 - 1e-12
        out[0, i] += left * m[LEVEL]
        out[1, i] += right * m[LEVEL]
        place += 1
        if place == length:
            place = 0
    m[PLACE] = place
