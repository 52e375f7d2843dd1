"""The forward recursions of one gesture, one frame further: hierarchical, class-conditional, unordered.

They are compiled into `forward.step`; whoever changes this file must also touch `forward.py`, since a cached
kernel looks only at the file it stands in.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel

KEPT = 0.9
"""Probability that a state goes on for another frame where the order of states does not count."""
NOTHING = -500.0
"""Exponentials of anything below are 0, well before numbers become denormal and slow."""
FAINT = 1e-200
"""Probabilities below are 0 for the same reason."""


@kernel
def in_order(
    table: Any, move: int, stride: int, state: Any, alpha: int, lone: int, bag: int, density: int, states: int,
    scales: tuple[float, float, float], entering: tuple[float, float], leaking: tuple[float, float], kept: float,
) -> tuple[float, float, float, float, float, float]:  # fmt: skip
    """Take all three recursions of one left-right gesture one frame further.

    In the table stay, leave, exits, entry and position lie `stride` apart from `move` on. In the state the
    probabilities lie at `alpha` (hierarchical), `lone` and `bag` (unordered), each still to be multiplied by its
    scale, and the densities, relative to the frame's largest, at `density`. entering: mass that begins the
    gesture; leaking: mass on every state. Returns mass, ending and progress x mass of the hierarchical recursion,
    mass and ending of the class-conditional one, mass of the unordered one. From the last state to the first, so
    that nothing needs to be copied.
    """
    # Unsigned places need no check for being negative, which takes a third of the time of this loop.
    one = np.uint64(1)
    first, lone_first, bag_first, here_first = (
        np.uint64(alpha),
        np.uint64(lone),
        np.uint64(bag),
        np.uint64(density),
    )
    stays = np.uint64(move)
    leaves, leaving = stays + np.uint64(stride), stays + np.uint64(2 * stride)
    where = stays + np.uint64(4 * stride)
    mass = ending = through = lone_mass = lone_ending = bag_mass = 0.0
    for step_back in range(states):
        s = np.uint64(states - 1 - step_back)
        stay, here = table[stays + s], state[here_first + s]
        a, b = entering
        if s > 0:
            leave = table[leaves + s - one]
            a = state[first + s - one] * scales[0] * leave
            b = state[lone_first + s - one] * scales[1] * leave
        a = (state[first + s] * scales[0] * stay + a + leaking[0]) * here
        b = (state[lone_first + s] * scales[1] * stay + b + leaking[1]) * here
        c = (state[bag_first + s] * scales[2] * kept + (1.0 - kept) / states) * here
        a, b, c = a if a > FAINT else 0.0, b if b > FAINT else 0.0, c if c > FAINT else 0.0
        state[first + s], state[lone_first + s], state[bag_first + s] = a, b, c
        exits = table[leaving + s]
        mass += a
        ending += a * exits
        through += a * table[where + s]
        lone_mass += b
        lone_ending += b * exits
        bag_mass += c
    return mass, ending, through, lone_mass, lone_ending, bag_mass


@kernel
def in_any_order(
    table: Any, move: int, stride: int, jumps: int, state: Any, alpha: int, lone: int, bag: int, density: int,
    room: int, states: int, scales: tuple[float, float, float], entering: tuple[float, float],
    leaking: tuple[float, float], kept: float,
) -> tuple[float, float, float, float, float, float]:  # fmt: skip
    """The same for an ergodic gesture, whose jumps (S, S) lie at `jumps` of the table; works at `room`, 2 S."""
    for s in range(states):
        entry = table[move + 3 * stride + s]
        state[room + s] = entering[0] * entry + leaking[0]
        state[room + states + s] = entering[1] * entry + leaking[1]
    for r in range(states):
        a, b = state[alpha + r] * scales[0], state[lone + r] * scales[1]
        for s in range(states):
            jump = table[jumps + r * states + s]
            state[room + s] += a * jump
            state[room + states + s] += b * jump
    mass = ending = through = lone_mass = lone_ending = bag_mass = 0.0
    for s in range(states):
        here, exits = state[density + s], table[move + 2 * stride + s]
        a, b = state[room + s] * here, state[room + states + s] * here
        c = (state[bag + s] * scales[2] * kept + (1.0 - kept) / states) * here
        a, b, c = a if a > FAINT else 0.0, b if b > FAINT else 0.0, c if c > FAINT else 0.0
        state[alpha + s], state[lone + s], state[bag + s] = a, b, c
        mass += a
        ending += a * exits
        through += a * table[move + 4 * stride + s]
        lone_mass += b
        lone_ending += b * exits
        bag_mass += c
    return mass, ending, through, lone_mass, lone_ending, bag_mass


@kernel
def alone_takes(
    log_b: Any, ends: Any, table: Any, dense: bool, leak: float, evidence: float, out: Any
) -> None:
    """Log-likelihood of every frame under one gesture, and how much of it is due to the order of its states.

    Written into `out` (T, 2), from log-densities (T, S): what `step` computes frame by frame, for calibration.
    Every demonstration starts anew. table: stay, leave, exits, entry, position (S each), jumps of the gesture.
    """
    states = log_b.shape[1]
    state = np.zeros(6 * states)
    density, room = 3 * states, 4 * states
    leaking = (leak / states, leak / states)
    start = 0
    for end in ends:
        state[:] = 0.0
        scales, entering, kept = (0.0, 0.0, 0.0), (1.0 - leak, 1.0 - leak), 0.0
        for t in range(start, end):
            top = log_b[t].max()
            for s in range(states):
                state[density + s] = math.exp(max(evidence * (log_b[t, s] - top), NOTHING))
            if dense:
                _, _, _, mass, ending, bag = in_any_order(
                    table, 0, states, 5 * states, state, 0, states, 2 * states, density, room, states, scales,
                    entering, leaking, kept,
                )  # fmt: skip
            else:
                _, _, _, mass, ending, bag = in_order(
                    table,
                    0,
                    states,
                    state,
                    0,
                    states,
                    2 * states,
                    density,
                    states,
                    scales,
                    entering,
                    leaking,
                    kept,
                )
            scales, entering, kept = (0.0, 1.0 / mass, 1.0 / bag), (0.0, ending / mass), KEPT
            out[t, 0] = top + math.log(mass) / evidence
            out[t, 1] = math.log(mass / bag) / evidence
        start = end


VECTOR = "float64[::1]"
KERNELS = (
    (
        alone_takes,
        f"void(float64[:, ::1], int64[::1], {VECTOR}, boolean, float64, float64, float64[:, ::1])",
    ),
)
