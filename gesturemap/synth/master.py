"""What all voices share: a room, the volume, the gate that silences, and a limiter that looks ahead."""

from __future__ import annotations

import math

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth.effects import Room
from gesturemap.synth.voice import TICK

LINES = 8
DELAYS = (0.02743, 0.03187, 0.03731, 0.04177, 0.04759, 0.05333, 0.06011, 0.06793)
DIFFUSERS = (0.00471, 0.00357, 0.01247, 0.00913)
DARK, BRIGHT, LOW_CUT, BEFORE = 700.0, 18300.0, 140.0, 0.018
"""The room: above which Hz it rings shorter at tone 0 and 1, what it does not take in below, and its pre-delay."""
CEILING = 10.0 ** (-1.0 / 20.0)
AHEAD = 0.0015
RELEASE = 0.12

RATE, PLACE, LOW, DAMP, TURN, VOLUME, VOLUME_AIM, VOLUME_SPEED, BLOCK, BLOCK_KEEP = range(10)
LENGTH, PLACE_AHEAD, RELEASE_SPEED, FOLLOWER, TONE = range(10, 15)
LINE_START, LINE_LENGTH, LINE_KEEP, LINE_SHADE = 16, 24, 32, 40
PASS_START, PASS_LENGTH, BEFORE_START, BEFORE_LENGTH, LOW_MEMORY, BLOCK_MEMORY = 48, 56, 64, 65, 66, 68
LEFT_START, RIGHT_START, NEED_START, SMOOTH_START, SUM_OF_SMOOTH = 72, 73, 74, 75, 76
SECONDS, WET, WET_STEP, LOUD, LOUD_STEP = 15, 77, 78, 79, 80
HEAD = 84
TINY = 1e-12


def memory(rate: float) -> Values:
    """All memory of the room and the limiter, laid out for `rate` Hz, at rest."""
    head = np.zeros(HEAD)
    at = HEAD

    def room(samples: int) -> int:
        nonlocal at
        at += samples
        return at - samples

    for line, seconds in enumerate(DELAYS):
        length = int(seconds * rate) | 1
        head[LINE_START + line], head[LINE_LENGTH + line] = room(length), length
    for side in range(2):
        for index, seconds in enumerate(DIFFUSERS):
            length = int(seconds * rate * (1.0 + 0.031 * side)) | 1
            head[PASS_START + 4 * side + index], head[PASS_LENGTH + 4 * side + index] = room(length), length
    head[BEFORE_LENGTH] = int(BEFORE * rate)
    head[BEFORE_START] = room(2 * int(BEFORE * rate))
    head[LENGTH] = int(AHEAD * rate)
    for place in (LEFT_START, RIGHT_START, NEED_START, SMOOTH_START):
        head[place] = room(int(AHEAD * rate))
    head[RATE] = rate
    head[WET], head[LOUD] = 1.0, 1.0
    head[LOW] = 1.0 - math.exp(-2.0 * math.pi * LOW_CUT / rate)
    head[BLOCK_KEEP] = math.exp(-2.0 * math.pi * 6.0 / rate)
    head[VOLUME_SPEED] = 1.0 - math.exp(-1.0 / (0.02 * rate))
    head[RELEASE_SPEED] = 1.0 - math.exp(-1.0 / (RELEASE * rate))
    whole = np.concatenate([head, np.zeros(at - HEAD)])
    tune(whole, Room().seconds, Room().tone, 1.0, 1.0, True)
    hush(whole)
    return whole


@kernel
def tune(m: Values, seconds: float, tone: float, wet: float, loud: float, fresh: bool) -> None:
    """Set off for the room and the loudness of everything that are wanted at the tick's end."""
    rate = m[RATE]
    if seconds != m[SECONDS] or tone != m[TONE]:
        m[SECONDS], m[TONE] = seconds, tone
        m[DAMP] = 1.0 - math.exp(-2.0 * math.pi * min(DARK * (BRIGHT / DARK) ** tone, 0.45 * rate) / rate)
        for line in range(LINES):
            m[LINE_KEEP + line] = 0.001 ** (m[LINE_LENGTH + line] / (seconds * rate))
    if fresh:
        m[WET], m[LOUD] = wet * wet, loud * loud
    m[WET_STEP], m[LOUD_STEP] = (wet * wet - m[WET]) / TICK, (loud * loud - m[LOUD]) / TICK


@kernel
def hush(m: Values) -> None:
    """Empty the room and the limiter."""
    m[HEAD:] = 0.0
    m[LINE_SHADE : LINE_SHADE + LINES] = 0.0
    m[LOW_MEMORY : LOW_MEMORY + 6] = 0.0
    length = int(m[LENGTH])
    m[int(m[NEED_START]) : int(m[NEED_START]) + length] = 1.0
    m[int(m[SMOOTH_START]) : int(m[SMOOTH_START]) + length] = 1.0
    m[FOLLOWER], m[SUM_OF_SMOOTH] = 1.0, length


@kernel
def diffuse(m: Values, side: int, x: float, clock: int) -> float:
    """Four all-passes in a row smear an onset.

    Source: M. R. Schroeder, J. Audio Eng. Soc. 10(3), 1962.
    """
    for p in range(4 * side, 4 * side + 4):
        at = int(m[PASS_START + p]) + clock % int(m[PASS_LENGTH + p])
        late = m[at]
        x -= 0.6 * late
        m[at] = x + TINY - TINY
        x = late + 0.6 * x
    return x


@kernel
def reverberate(m: Values, wet: Values, out: Values, clock: int, first: int, last: int) -> None:
    """Add the room's answer to `wet` (2, TICK) to `out`.

    Eight delay lines feed one another through a Householder matrix, each losing highs faster than lows.
    Source: J.-M. Jot and A. Chaigne, Digital delay networks for designing artificial reverberators, AES 1991.
    """
    before, ahead = int(m[BEFORE_START]), int(m[BEFORE_LENGTH])
    for i in range(first, last):
        now = clock + i - first
        slot = before + 2 * (now % ahead)
        left, right = m[slot], m[slot + 1]
        for side in range(2):
            x = wet[side, i]
            m[LOW_MEMORY + side] += (x - m[LOW_MEMORY + side]) * m[LOW]
            m[slot + side] = x - m[LOW_MEMORY + side]
        left, right = diffuse(m, 0, left, now), diffuse(m, 1, right, now)
        total, a, b = 0.0, 0.0, 0.0
        for line in range(LINES):
            at = int(m[LINE_START + line]) + now % int(m[LINE_LENGTH + line])
            shade = m[LINE_SHADE + line]
            shade += (m[at] - shade) * m[DAMP]
            m[LINE_SHADE + line] = shade + TINY - TINY
            total += shade * m[LINE_KEEP + line]
            sign = 1.0 if line % 4 < 2 else -1.0
            if line % 2:
                b += sign * shade
            else:
                a += sign * shade
        total *= 2.0 / LINES
        for line in range(LINES):
            at = int(m[LINE_START + line]) + now % int(m[LINE_LENGTH + line])
            feed = right if line % 2 else left
            m[at] = m[LINE_SHADE + line] * m[LINE_KEEP + line] - total + 0.5 * feed + TINY - TINY
        m[WET] += m[WET_STEP]
        out[0, i] += a * m[WET]
        out[1, i] += b * m[WET]


@kernel
def finish(m: Values, mix: Values, gate: float, gate_step: float, first: int, last: int) -> float:
    """Volume, gate, removal of a standing offset, and the limiter, in place; returns the gate it came to.

    The limiter delays the sound by `AHEAD` and multiplies it by a gain that is never above what any sample
    within that time needs: the least of them, let go slowly, averaged over the same time. So it turns down
    smoothly, arrives before the peak does, and no sample passes `CEILING`.
    """
    length = int(m[LENGTH])
    left, right, need, smooth = (
        int(m[LEFT_START]),
        int(m[RIGHT_START]),
        int(m[NEED_START]),
        int(m[SMOOTH_START]),
    )
    for i in range(first, last):
        m[VOLUME] += (m[VOLUME_AIM] - m[VOLUME]) * m[VOLUME_SPEED]
        m[LOUD] += m[LOUD_STEP]
        gate = min(max(gate + gate_step, 0.0), 1.0)
        factor = m[VOLUME] * m[LOUD] * gate * gate * (3.0 - 2.0 * gate)
        top = 0.0
        for side in range(2):
            x = mix[side, i]
            memory = BLOCK_MEMORY + 2 * side
            y = x - m[memory] + m[BLOCK_KEEP] * m[memory + 1]
            m[memory], m[memory + 1] = x, y + TINY - TINY
            mix[side, i] = y * factor
            top = max(top, abs(mix[side, i]))
        place = int(m[PLACE_AHEAD])
        m[need + place] = 1.0 if top <= CEILING else CEILING / top
        least = 1.0
        for k in range(length):
            least = min(least, m[need + k])
        m[FOLLOWER] = min(least, m[FOLLOWER] + (1.0 - m[FOLLOWER]) * m[RELEASE_SPEED])
        m[SUM_OF_SMOOTH] += m[FOLLOWER] - m[smooth + place]
        m[smooth + place] = m[FOLLOWER]
        if place == 0:  # once a round the sum is made anew, so that rounding never adds up
            m[SUM_OF_SMOOTH] = 0.0
            for k in range(length):
                m[SUM_OF_SMOOTH] += m[smooth + k]
        late = place + 1 if place + 1 < length else 0
        lower = m[SUM_OF_SMOOTH] / length
        a, b = m[left + late], m[right + late]
        m[left + place], m[right + place] = mix[0, i], mix[1, i]
        mix[0, i] = min(max(a * lower, -CEILING), CEILING)  # against rounding only
        mix[1, i] = min(max(b * lower, -CEILING), CEILING)
        m[PLACE_AHEAD] = late
    return gate


VECTOR = "float64[::1]"
KERNELS = (
    (tune, f"void({VECTOR}, float64, float64, float64, float64, boolean)"),
    (hush, f"void({VECTOR})"),
)
