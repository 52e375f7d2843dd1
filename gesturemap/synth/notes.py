"""What voices with several held notes share: who plays which note, and the envelope of each.

Every note has a slot of its voice's memory, and a slot begins with the columns named here. Beyond `NOTES` the oldest
is faded in `HURRY` seconds; where even the slots for that are taken, one of them goes over to the new note as it is,
without a break in its wave.
"""

from __future__ import annotations

import math
from typing import Any

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth.voice import TICK

NOTES, SLOTS = 8, 11
HURRY = 0.006
BUSY, AGE, NOTE, GLIDE_NOW, VELOCITY, FORCE, HELD, RISING, SLOW, SWELL, HURRIED, PLACE = range(12)
"""Columns: NOTE is what was asked for, GLIDE_NOW the pitch on its way there, VELOCITY what was asked for, FORCE on its
way there; SLOW and SWELL the two poles of the envelope, RISING whether it attacks; PLACE -1 left, 1 right."""
OWN = 12
"""The first column of a slot that is the voice's own."""
RATE, BORN, LAST, SPREAD, MONO, DRONE, GLIDE, SUSTAIN, COUNT, WIDTH, BEGIN = range(11)
RISE, SINK, FALL, RUSH, SOFT, STACK = 11, 12, 13, 14, 15, 16
"""The head: BORN numbers the notes, LAST is the pitch of the newest, COUNT how many of the STACK are held where there
is one voice, WIDTH the columns of a slot and BEGIN where the slots begin; RISE to SOFT are shares per sample."""
DEEP = 8
CURVE = STACK + DEEP
"""(TICK,) the envelope of the note that was looked at last."""
HEAD = CURVE + TICK
QUIET = 1e-6
OVER = 1.25
"""Where an attack aims, so that it arrives in time."""


@kernel
def speeds(state: Values, attack: float, decay: float, release: float) -> None:
    """Work out the shares of an envelope from its seconds."""
    rate = state[RATE]
    state[RISE] = 1.0 - math.exp(-math.log(OVER / (OVER - 1.0)) / (attack * rate))
    state[SINK] = 1.0 - math.exp(-4.6 / (decay * rate))
    state[FALL] = 1.0 - math.exp(-4.6 / (release * rate))
    state[RUSH] = 1.0 - math.exp(-7.0 / (HURRY * rate))
    state[SOFT] = 1.0 - math.exp(-1.0 / (0.0009 * rate))


@kernel
def begin(state: Values, pitch: float, velocity: float) -> int:
    """Begin a note; returns where its slot is, negative where a note that sounds has only changed."""
    state[BORN] += 1.0
    width, start = int(state[WIDTH]), int(state[BEGIN])
    free, oldest, sounding, worst = -1, -1, 0, -1
    for s in range(SLOTS):
        at = start + s * width
        if state[at + BUSY] == 0.0:
            free = at if free < 0 else free
        elif state[at + HURRIED] == 0.0:
            if state[MONO] == 0.0 and state[at + NOTE] == pitch:
                state[at + HELD], state[at + RISING] = 0.0, 0.0
            sounding += 1
            older = oldest >= 0 and (
                state[at + HELD] < state[oldest + HELD]
                or (state[at + HELD] == state[oldest + HELD] and state[at + AGE] < state[oldest + AGE])
            )
            oldest = at if oldest < 0 or older else oldest
        elif worst < 0 or state[at + SWELL] < state[worst + SWELL]:
            worst = at
    at, fresh = free, True
    if state[MONO] > 0.0:
        at = start
        fresh = state[at + BUSY] == 0.0
    elif sounding >= NOTES:
        state[oldest + HURRIED], state[oldest + HELD] = 1.0, 0.0
    if at < 0:
        at, fresh = worst if worst >= 0 else oldest, False
    legato = state[MONO] > 0.0 and not fresh and state[at + HELD] > 0.0
    if fresh:
        for c in range(width):
            state[at + c] = 0.0
        state[at + FORCE] = velocity
        state[at + GLIDE_NOW] = state[LAST] if state[GLIDE] > 0.0 and state[BORN] > 1.0 else pitch
    elif state[MONO] == 0.0:
        state[at + GLIDE_NOW] = pitch
    if not legato:
        state[at + RISING] = 1.0
    state[at + BUSY], state[at + AGE], state[at + HELD], state[at + HURRIED] = 1.0, state[BORN], 1.0, 0.0
    state[at + NOTE], state[at + VELOCITY], state[LAST] = pitch, velocity, pitch
    state[at + PLACE] = state[SPREAD] * min(max((pitch - 64.0) / 30.0, -1.0), 1.0)
    if state[MONO] > 0.0:
        let_go(state, pitch)
        if state[COUNT] == DEEP:
            let_go(state, state[STACK])
        state[STACK + int(state[COUNT])] = pitch
        state[COUNT] += 1.0
    return at if fresh else -at


@kernel
def let_go(state: Values, pitch: float) -> None:
    """Take a note from the stack of those that are held."""
    kept = 0
    for i in range(int(state[COUNT])):
        if state[STACK + i] != pitch:
            state[STACK + kept] = state[STACK + i]
            kept += 1
    state[COUNT] = kept


@kernel
def end(state: Values, pitch: float) -> None:
    """Let a note fade; where there is one voice, it goes back to the last one that is still held."""
    width, start = int(state[WIDTH]), int(state[BEGIN])
    if state[MONO] > 0.0:
        let_go(state, pitch)
        if state[COUNT] > 0.0:
            state[start + NOTE] = state[STACK + int(state[COUNT]) - 1]
            state[LAST] = state[start + NOTE]
        elif state[DRONE] == 0.0:
            state[start + HELD], state[start + RISING] = 0.0, 0.0
        return
    for s in range(SLOTS):
        at = start + s * width
        if state[at + NOTE] == pitch:
            state[at + HELD], state[at + RISING] = 0.0, 0.0


@kernel
def silence(state: Values) -> None:
    """Let go of everything at once."""
    state[COUNT] = 0.0
    for s in range(SLOTS):
        state[int(state[BEGIN]) + s * int(state[WIDTH]) + BUSY] = 0.0


@kernel
def move(state: Values, at: int, seconds: float) -> None:
    """Let a note's pitch and force go on their way for one tick of so many seconds."""
    gap = state[at + NOTE] - state[at + GLIDE_NOW]
    if state[GLIDE] == 0.0 or abs(gap) < 1e-4:
        state[at + GLIDE_NOW] = state[at + NOTE]
    else:
        state[at + GLIDE_NOW] += gap * (1.0 - math.exp(-3.0 * seconds / state[GLIDE]))
    state[at + FORCE] += (state[at + VELOCITY] - state[at + FORCE]) * min(seconds / 0.01, 1.0)


@kernel
def envelope(state: Values, at: int, first: int, last: int) -> None:
    """Put a note's envelope into the CURVE: up to 1, down to the sustained level, and to nothing when it is let go.

    The second pole takes the corners off.
    """
    slow, swell, rising, held = state[at + SLOW], state[at + SWELL], state[at + RISING], state[at + HELD]
    after, after_speed = held * state[SUSTAIN], state[SINK] if held > 0.0 else state[FALL]
    target, speed = (OVER, state[RISE]) if rising > 0.0 else (after, after_speed)
    if state[at + HURRIED] > 0.0:
        rising, target, speed = 0.0, 0.0, state[RUSH]
    soft, i = state[SOFT], first
    while rising > 0.0 and i < last:
        slow += (target - slow) * speed
        if slow >= 1.0:
            rising, target, speed = 0.0, after, after_speed
        swell += (slow - swell) * soft
        state[CURVE + i] = swell
        i += 1
    # from sample to sample one product and sum each
    keep, gain, last_share = 1.0 - speed, target * speed, 1.0 - soft
    for j in range(i, last):
        slow = slow * keep + gain
        swell = swell * last_share + slow * soft
        state[CURVE + j] = swell
    state[at + SLOW], state[at + SWELL], state[at + RISING] = slow, swell, rising


@kernel
def is_over(state: Values, at: int) -> Any:
    """Whether nothing of a note is left."""
    return state[at + SWELL] < QUIET and state[at + SLOW] < QUIET and state[at + RISING] == 0.0
