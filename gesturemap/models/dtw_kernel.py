"""One column further in the time warping of a stream against every template.

A path begins in one of a template's first states and moves on by 0, 1 or 2 frames of the template for each
frame of the stream, so its slope lies within limits; 0 and 2 cost a penalty. Its score is what it cost less
than `reference` per frame, the cost of unrelated movement: so paths of different beginning can be compared,
and a bad one gives way to one that begins now. A path that begins with the follower is free; one that begins
later pays `ENTRY`. Without later beginnings the best score is the reference less the cost of asymmetric
dynamic time warping with an open end.
Source: Sakoe & Chiba (1978), "Dynamic programming algorithm optimization for spoken word recognition" (slopes);
Sakurai et al. (2007), "Stream monitoring under the time warping distance" (SPRING: beginning anywhere).

C channels, K gestures, N templates, S frames of all templates.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.models.elementary import fitting
from gesturemap.models.follow_templates import NOT_FINITE, Kept, TemplateModel, placed
from gesturemap.models.forward import FURTHEST

(
    CHANNELS, GESTURES, TEMPLATES, STATES,
    # places in sizes: N + 1 first states, N owners
    FIRSTS, OWNERS,
    # places in table
    CENTRE, INVERSE, MEANS, EDGES, GAINS,
    # places in state; scores, ages and costs belong to the best path into each state
    SCORES, AGES, COSTS, NEW, STARTED,
    HEADER,
) = range(17)  # fmt: skip
EVIDENCE, REFERENCE, WARP, CAP, ENTRY, PLAIN = range(6)
"""Places at the start of the table."""
ENTERS = 4
"""A path begins in one of so many first states."""
LONGEST = 2.0
"""A path lasts at most so many times the template."""
CAUTION = 0.25
"""A path is judged as if it had cost the reference for this part of the template besides."""
NOWHERE = -1e18
"""The score of no path at all."""


@kernel
def path_cost(a: Any, b: Any, warp: float, cap: float) -> float:
    """Mean cost per frame of the cheapest path of take a (T, C) through template b (U, C), its end open."""
    width = len(b)
    costs = np.full(width, 1e18)
    for t in range(len(a)):
        for back in range(width):
            j = width - 1 - back
            best = 0.0 if t == 0 and j < ENTERS else costs[j] + warp
            if j > 0:
                best = min(best, costs[j - 1])
            if j > 1:
                best = min(best, costs[j - 2] + warp)
            if t == 0:
                best = 0.0 if j < ENTERS else 1e18
            apart = 0.0
            for c in range(a.shape[1]):
                apart += (a[t, c] - b[j, c]) * (a[t, c] - b[j, c])
            costs[j] = best + min(0.5 * apart, cap)
    return costs.min() / len(a)  # type: ignore[no-any-return]


@kernel
def column(
    table: Any, state: Any, score: int, age: int, cost: int, new: int, count: int, entry: float
) -> int:  # fmt: skip
    """Take one template of `count` states one frame further; return its best state.

    The costs of the frame lie at `new`. From the last state to the first, so that nothing needs to be copied.
    """
    warp, reference, longest = table[WARP], table[REFERENCE], LONGEST * count + 1.0
    best, top = 0, NOWHERE
    for back in range(count):
        j = count - 1 - back
        value, lasted, paid = state[score + j] - warp, state[age + j], state[cost + j] + warp
        if j > 0 and state[score + j - 1] > value:
            value, lasted, paid = state[score + j - 1], state[age + j - 1], state[cost + j - 1]
        if j > 1 and state[score + j - 2] - warp > value:
            value, lasted, paid = state[score + j - 2] - warp, state[age + j - 2], state[cost + j - 2] + warp
        if lasted + 1.0 > longest:
            value = NOWHERE
        if j < ENTERS and value < entry:
            value, lasted, paid = entry, 0.0, 0.0
        here = state[new + j]
        value = max(value + reference - here, NOWHERE)
        state[score + j], state[age + j], state[cost + j] = value, lasted + 1.0, paid + here
        if value > top:
            top, best = value, j
    return best


@kernel
def step(sizes: Any, table: Any, state: Any, out: Any) -> int:
    """Take the frame in the first C places of `state`; return the winner's index, -1 for "none of these".

    Written into `out`: K log-likelihoods, posteriors, progress and fits.
    """
    channels, gestures, states = sizes[CHANNELS], sizes[GESTURES], sizes[STATES]
    for c in range(channels):
        if not math.isfinite(state[c]):
            return NOT_FINITE
    costs = state[sizes[NEW] : sizes[NEW] + states]
    for j in range(states):
        costs[j] = 0.0
    for c in range(channels):
        x = (state[c] - table[sizes[CENTRE] + c]) * table[sizes[INVERSE] + c]
        x = min(max(x, -FURTHEST), FURTHEST)
        at = sizes[MEANS] + c * states
        means = table[at : at + states]
        for j in range(states):
            costs[j] += 0.5 * (x - means[j]) * (x - means[j])
    cap = table[CAP]
    for j in range(states):
        costs[j] = min(costs[j], cap)
    entry = -table[ENTRY] if state[sizes[STARTED]] > 0.0 else 0.0
    state[sizes[STARTED]] = 1.0
    for k in range(gestures):
        out[gestures + k] = NOWHERE - 1.0
    for n in range(sizes[TEMPLATES]):
        a, k = sizes[sizes[FIRSTS] + n], sizes[sizes[OWNERS] + n]
        count = sizes[sizes[FIRSTS] + n + 1] - a
        score, age, cost = sizes[SCORES] + a, sizes[AGES] + a, sizes[COSTS] + a
        best = column(table, state, score, age, cost, sizes[NEW] + a, count, entry)
        if state[score + best] > out[gestures + k]:
            out[gestures + k] = state[score + best]
            caution = CAUTION * count
            paid = state[cost + best] + caution * table[REFERENCE]
            out[k] = -paid / (state[age + best] + caution)
            out[2 * gestures + k] = best / max(count - 1, 1)
    top, total, winner = NOWHERE - 1.0, 0.0, 0
    for k in range(gestures):
        if out[gestures + k] > top:
            top, winner = out[gestures + k], k
    for k in range(gestures):
        out[gestures + k] = math.exp(max(table[EVIDENCE] * (out[gestures + k] - top), -600.0))
        total += out[gestures + k]
        out[3 * gestures + k] = fitting(out[k], table[sizes[EDGES] + k], table[sizes[GAINS] + k])
    for k in range(gestures):
        out[gestures + k] /= total
    return winner if out[3 * gestures + winner] >= 0.5 else -1


def layout(model: TemplateModel, warp: float, cap: float, entry: float) -> Kept:
    """The model laid out for `step`; the penalties are in nats per channel, that of entry in independent frames."""
    channels, gestures, templates = model.spec.width, len(model.labels), len(model.owners)
    states, moving = len(model.frames), model.moving
    sizes = np.zeros(HEADER, np.int64)
    sizes[: STATES + 1] = channels, gestures, templates, states
    head = np.array(
        [
            model.evidence,
            model.learned["reference"],
            warp * moving,
            cap * moving,
            entry * moving / model.evidence,
        ]
    )
    parts = {
        CENTRE: model.scaling.centre, INVERSE: model.scaling.inverse, MEANS: model.frames.T.ravel(),
        EDGES: model.edges, GAINS: model.gains,
    }  # fmt: skip
    table = placed(sizes, parts, head)
    nowhere, nothing = np.full(states, NOWHERE), np.zeros(states)
    rooms = {SCORES: nowhere, AGES: nothing, COSTS: nothing, NEW: nothing, STARTED: np.zeros(1)}
    state = placed(sizes, rooms, np.zeros(channels))
    firsts, owners = np.array(model.firsts), model.owners.astype(np.int64)
    sizes[FIRSTS], sizes[OWNERS] = HEADER, HEADER + len(firsts)
    return Kept(np.concatenate([sizes, firsts, owners]), table, state, step)


KERNELS = (
    (path_cost, "float64(float64[:, ::1], float64[:, ::1], float64, float64)"),
    (step, "int64(int64[::1], float64[::1], float64[::1], float64[::1])"),
)
