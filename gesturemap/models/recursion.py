"""The forward recursions of one gesture, one frame further: hierarchical, class-conditional, unordered.

They are compiled into `forward.step`; whoever changes this file must also touch `forward.py`, since a cached
kernel looks only at the file it stands in.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import inlined, kernel

KEPT = 0.9
"""Probability that a state goes on for another frame where the order of states does not count."""
NOTHING = -500.0
"""Exponentials of anything below are 0, well before numbers become denormal and slow."""
FAINT = 1e-200
"""Probabilities below are 0 for the same reason."""


@kernel
def in_order(
    table: Any, move: int, stride: int, state: Any, old: int, new: int, density: int, states: int, leak: float
) -> None:
    """Take the states of left-right gestures, side by side, one frame further; who enters comes after.

    In the table stay, leave, exits, entry, position and evenness (S) lie `stride` apart from `move` on; leave is 0
    at the end of a gesture. In the state lie the probabilities (S) at `old` and the densities, relative to the
    frame's largest, at `density`; the result goes to `new`. leak: mass per gesture that comes to any state.
    """
    # Slices, so that every index is a plain counter: only then is the loop vectorised.
    was, here, to = state[old : old + states], state[density : density + states], state[new : new + states]
    stay, even = table[move : move + states], table[move + 5 * stride : move + 5 * stride + states]
    to[0] = (was[0] * stay[0] + leak * even[0]) * here[0]
    before, leave = state[old : old + states - 1], table[move + stride : move + stride + states - 1]
    was, here, to, stay, even = was[1:], here[1:], to[1:], stay[1:], even[1:]
    for s in range(states - 1):
        to[s] = (was[s] * stay[s] + before[s] * leave[s] + leak * even[s]) * here[s]


@kernel
def unordered(
    table: Any, move: int, stride: int, state: Any, old: int, new: int, density: int, states: int, kept: float
) -> None:
    """The same where the order of the states does not count: each goes on with probability `kept`."""
    was, here, to = state[old : old + states], state[density : density + states], state[new : new + states]
    even = table[move + 5 * stride : move + 5 * stride + states]
    for s in range(states):
        to[s] = (was[s] * kept + (1.0 - kept) * even[s]) * here[s]


@kernel
def in_any_order(
    table: Any, jumps: int, entry: int, state: Any, old: int, new: int, density: int, states: int,
    entering: float, leak: float,
) -> None:  # fmt: skip
    """Take one ergodic gesture, whose jumps (S, S) lie at `jumps` of the table and entries (S) at `entry`."""
    for s in range(states):
        state[new + s] = entering * table[entry + s] + leak / states
    for r in range(states):
        mass = state[old + r]
        for s in range(states):
            state[new + s] += mass * table[jumps + r * states + s]
    for s in range(states):
        state[new + s] *= state[density + s]


@inlined
def masses(
    own: Any, alone: Any, loose: Any, exits: Any, positions: Any, first: int, end: int, anywhere: bool
) -> tuple[float, float, float, float, float, float]:
    """Mass, ending and progress x mass in `own`, mass and ending in `alone`, mass in `loose` of one gesture.

    All (S,); its states are those from `first` to `end`.
    anywhere: whether it may end in any state; else only in the first (hardly begun) and the last.
    """
    # Unsigned, so that no index is looked at for being below 0: half of the time.
    low, high = np.uint64(first), np.uint64(end)
    mass = through = lone_mass = bag_mass = 0.0
    for s in range(low, high):
        mass += own[s]
        through += own[s] * positions[s]
        lone_mass += alone[s]
        bag_mass += loose[s]
    ending, lone_ending = own[low] * exits[low], alone[low] * exits[low]
    for s in range(np.uint64(first + 1 if anywhere else max(end - 1, first + 1)), high):
        ending += own[s] * exits[s]
        lone_ending += alone[s] * exits[s]
    return mass, ending, through, lone_mass, lone_ending, bag_mass


@inlined
def scaled(values: Any, to: Any, first: int, end: int, scale: float) -> None:
    """Copy probabilities x `scale`, those too faint to matter as 0: nothing becomes denormal and slow."""
    for s in range(np.uint64(first), np.uint64(end)):
        value = values[s] * scale
        to[s] = value if value > FAINT else 0.0


@kernel
def alone_takes(
    log_b: Any, ends: Any, table: Any, dense: bool, leak: float, evidence: float, out: Any
) -> None:
    """Log-likelihood of every frame under one gesture, and how much of it is due to the order of its states.

    Written into `out` (T, 2), from log-densities (T, S): what `step` computes frame by frame, for calibration.
    Every demonstration starts anew. table: stay, leave, exits, entry, position, evenness (S each), jumps.
    """
    states = log_b.shape[1]
    state = np.zeros(5 * states)
    lone, bag, fresh, loose, density = 0, states, 2 * states, 3 * states, 4 * states
    exits, positions = table[2 * states : 3 * states], table[4 * states : 5 * states]
    was_lone, was_bag = state[lone : lone + states], state[bag : bag + states]
    new_lone, new_bag = state[fresh : fresh + states], state[loose : loose + states]
    start = 0
    for end in ends:
        state[:density] = 0.0
        entering, kept = 1.0 - leak, 0.0
        for t in range(start, end):
            top = log_b[t].max()
            for s in range(states):
                state[density + s] = math.exp(max(evidence * (log_b[t, s] - top), NOTHING))
            if dense:
                in_any_order(
                    table, 6 * states, 3 * states, state, lone, fresh, density, states, entering, leak
                )
            else:
                in_order(table, 0, states, state, lone, fresh, density, states, leak)
                state[fresh] += entering * state[density]
            unordered(table, 0, states, state, bag, loose, density, states, kept)
            _, _, _, mass, ending, loose_mass = masses(
                new_lone, new_lone, new_bag, exits, positions, 0, states, dense
            )
            scaled(new_lone, was_lone, 0, states, 1.0 / mass)
            scaled(new_bag, was_bag, 0, states, 1.0 / loose_mass)
            entering, kept = ending / mass, KEPT
            out[t, 0] = top + math.log(mass) / evidence
            out[t, 1] = math.log(mass / loose_mass) / evidence
        start = end


VECTOR = "float64[::1]"
KERNELS = (
    (
        alone_takes,
        f"void(float64[:, ::1], int64[::1], {VECTOR}, boolean, float64, float64, float64[:, ::1])",
    ),
)
