"""One frame through the models of all outputs: scaled for each, through all networks, and into the outputs."""

from __future__ import annotations

import math
from typing import Any

from gesturemap.compiled import brief
from gesturemap.models.mlp import forward
from gesturemap.models.nearness import FURTHEST

(
    PARTS, SEEN, NETS, OUTPUTS,
    # places in the plan: P + 1 first inputs, the channel of each, rows of networks, rows of outputs
    FIRSTS, CHANNELS, NET_ROWS, OUTPUT_ROWS,
    # places in the table: centre and inverse of each input, rows of numbers
    CENTRES, INVERSES, NUMBERS,
    # places in the state: scaled inputs, whether those of a part are finite, answers, room, last probabilities
    SCALED, SOUND, ANSWERS, ROOM, PROBABILITIES,
    HEADER,
) = range(17)  # fmt: skip
"""The plan's header: P parts, inputs of all parts, networks, M outputs; then where everything is."""
PART, SIZES, SIZES_END, TABLE, TABLE_END, ANSWER, ANSWER_END, NET_ROW = range(8)
"""A row of a network: the part's index, where its sizes and its table are, and where it answers."""
OF, TYPE, HARD, AT, CLASSES, VALUES, SLOTS, OUTPUT_ROW = range(8)
"""A row of an output: its part (-1: none), what it is, whether it is held in its range, where the answer is, K, where
the numbers of its classes are in the table, and how many probabilities it has."""
LOW, HIGH, MIDDLE, SCALE, NUMBER_ROW = range(5)
"""A row of numbers of an output: its range, and its scaling."""
TYPES = ("real", "integer", "class")
REAL, INTEGER, CLASS = range(3)
WHOLE = 2147483647.0
"""No whole number is larger."""


@brief
def begin(plan: Any, table: Any, values: Any, state: Any) -> None:
    """Scale what each part sees of the frame (C,), and run those parts that are networks."""
    for p in range(plan[PARTS]):
        sound = 1.0
        for k in range(plan[plan[FIRSTS] + p], plan[plan[FIRSTS] + p + 1]):
            value = values[plan[plan[CHANNELS] + k]]
            if not math.isfinite(value):
                sound = 0.0
            value = (value - table[plan[CENTRES] + k]) * table[plan[INVERSES] + k]
            state[plan[SCALED] + k] = min(max(value, -FURTHEST), FURTHEST)
        state[plan[SOUND] + p] = sound
    work = state[plan[ROOM] : plan[PROBABILITIES]]
    for n in range(plan[NETS]):
        row = plan[NET_ROWS] + n * NET_ROW
        p = plan[row + PART]
        if state[plan[SOUND] + p] == 0.0:
            continue
        first = plan[SCALED] + plan[plan[FIRSTS] + p]
        end = plan[SCALED] + plan[plan[FIRSTS] + p + 1]
        forward(
            plan[plan[row + SIZES] : plan[row + SIZES_END]],
            table[plan[row + TABLE] : plan[row + TABLE_END]],
            state[first:end],
            work,
            state[plan[row + ANSWER] : plan[row + ANSWER_END]],
        )


@brief
def finish(plan: Any, table: Any, state: Any, enabled: Any, current: Any, outputs: Any) -> None:
    """Write the values (M,) into `current` and `outputs`, behind them there the probabilities of the classes.

    An output that is not learned or not enabled, or whose inputs are not finite, keeps its current value. What is not
    enabled has probabilities all the same.
    """
    many = plan[OUTPUTS]
    to = many
    at = plan[PROBABILITIES]
    for m in range(many):
        row, numbers = plan[OUTPUT_ROWS] + m * OUTPUT_ROW, plan[NUMBERS] + m * NUMBER_ROW
        p, slots = plan[row + OF], plan[row + SLOTS]
        if p >= 0 and state[plan[SOUND] + p] > 0.0:
            answer = plan[row + AT]
            if plan[row + TYPE] == CLASS:
                for c in range(slots):
                    state[at + c] = 0.0
                top, winner = -1.0, 0
                for k in range(plan[row + CLASSES]):
                    value, number = state[answer + k], int(table[plan[row + VALUES] + k])
                    state[at + number] = value
                    if value > top:
                        top, winner = value, number
                if enabled[m] and top >= 0.0:
                    current[m] = winner
            elif enabled[m]:
                value = table[numbers + MIDDLE] + table[numbers + SCALE] * state[answer]
                if plan[row + HARD] == 1:
                    value = min(max(value, table[numbers + LOW]), table[numbers + HIGH])
                if plan[row + TYPE] == INTEGER:
                    value = float(int(min(max(value, -WHOLE), WHOLE)))
                if math.isfinite(value):
                    current[m] = value
        outputs[m] = current[m]
        for c in range(slots):
            outputs[to + c] = state[at + c]
        to += slots
        at += slots


VECTOR, INDEX = "float64[::1]", "int64[::1]"
KERNELS = (
    (begin, f"void({INDEX}, {VECTOR}, {VECTOR}, {VECTOR})"),
    (finish, f"void({INDEX}, {VECTOR}, {VECTOR}, boolean[::1], {VECTOR}, {VECTOR})"),
)
