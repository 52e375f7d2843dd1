"""The step of a whole vocabulary, one compiled call per frame: densities, forward recursions, regression.

Three recursions run side by side. The *hierarchical* one is a single HMM over the states of all gestures:
states end a gesture with an exit probability, class transitions choose the next, and against a penalty (the
leak) any state of any gesture is entered, so that a wrong start is left. Its state probabilities give posterior,
progress and outputs. The *class-conditional* one lets every gesture explain all frames alone; the *unordered*
one lets it do so with its states in any order. How likely the frames are, and how much likelier in the right
order than in any, says how well each gesture fits, whatever the others do. Frames in a row are alike, so each
counts only for a part of its likelihood (the evidence), as the acoustic scale does in speech.
Source: Francoise (2015), thesis, 4.5 (hierarchical forward); Rabiner (1989), eqs. 19-20.

Nothing is allocated: everything that does not change lies in `table`, all that does in `state`; where, say the
places below (filled in by `tables.layout`), which stand at the table's beginning. Both also hold integers, read as
what they are (`sizes`, `counters`): each array handed to compiled code costs as much as the work of two gestures.
C channels, K gestures, S states of all gestures, J components of all states, W = J rounded up to the vector unit's
stride, M outputs.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import brief, kernel
from gesturemap.models.elementary import exponentials, logarithms, window_means
from gesturemap.models.recursion import (
    FAINT,
    KEPT,
    in_any_order,
    in_order,
    masses,
    scaled,
    unordered,
)

(
    GESTURES, CHANNELS, OUTPUTS, STATES, COMPONENTS, WIDE, WIDTH, FULL, TEMPORAL, DENSE, BLENDED, ALIKE,
    # places in sizes: K + 1 first states, S + 1 first components, K windows in frames, K places of jumps, K estimators
    FIRSTS, OWNED, WINDOWS, JUMPS_AT, ESTIMATOR,
    # places in table
    CENTRE, INVERSE, COEFFICIENTS, STAY, LEAVE, EXITS, ENTRY, POSITION, EVEN, FOLLOWS, EDGES, GAINS, LEAK, EVIDENCE,
    OFFSETS, SLOPES, VARIANCES, OUT_CENTRE, OUT_SCALE, JUMPS,
    # places in state
    COUNTERS, PRODUCTS, ALPHA, LONE, BAG, FRESH, ROOM, LOG_C, TEMPERED, SCRATCH, TOPS, MASSES, LOGS, TOTALS, ENTERING,
    ENDINGS, SCALES, RINGS,
    HEADER,
) = range(56)  # fmt: skip
ESTIMATORS = ("full", "windowed", "likeliest")
FURTHEST = 100.0
"""Values further than this many standard deviations from the centre are taken to lie there."""
NOT_FINITE = -2
"""What `step` returns for a frame with a value that is not a number; nothing has changed then."""


@kernel
def products(state: Any, channels: int, full: bool, at: int) -> None:
    """Write the quadratic expansion of the first C values of `state` from `at` on (`gaussian.expand`), less the 1."""
    for d in range(channels):
        value = state[d]
        for e in range(0 if full else d, d + 1):
            state[at] = value * state[e]
            at += 1
    for d in range(channels):
        state[at] = state[d]
        at += 1


@kernel
def densities(table: Any, state: Any, at: int, phi: int, log_c: int, width: int, wide: int) -> None:
    """Write log-densities (W,) from `log_c` on: constants (W,) + products (F,) at `phi` x coefficients (F, W).

    Constants, then coefficients, lie at `at` of the table. F is even; rows are taken eight at once, what is left
    over two at once. The inner loops run over components, side by side in memory.
    """
    sums, constants = state[log_c : log_c + wide], table[at : at + wide]
    for j in range(wide):
        sums[j] = constants[j]
    at += wide
    whole = phi + width // 8 * 8
    for p in range(phi, whole, 8):
        r0, r1 = table[at : at + wide], table[at + wide : at + 2 * wide]
        r2, r3 = table[at + 2 * wide : at + 3 * wide], table[at + 3 * wide : at + 4 * wide]
        r4, r5 = table[at + 4 * wide : at + 5 * wide], table[at + 5 * wide : at + 6 * wide]
        r6, r7 = table[at + 6 * wide : at + 7 * wide], table[at + 7 * wide : at + 8 * wide]
        a, b, c, d = state[p], state[p + 1], state[p + 2], state[p + 3]
        e, f, g, h = state[p + 4], state[p + 5], state[p + 6], state[p + 7]
        for j in range(wide):
            sums[j] += (a * r0[j] + b * r1[j] + c * r2[j] + d * r3[j]) + (
                e * r4[j] + f * r5[j] + g * r6[j] + h * r7[j]
            )
        at += 8 * wide
    for p in range(whole, phi + width, 2):
        r0, r1 = table[at : at + wide], table[at + wide : at + 2 * wide]
        a, b = state[p], state[p + 1]
        for j in range(wide):
            sums[j] += a * r0[j] + b * r1[j]
        at += 2 * wide


@kernel
def regress(sizes: Any, table: Any, state: Any, out: Any, j: int, weight: float, mass: float) -> float:
    """Add component j with `weight` to the running means and variances of the outputs; return the new mass.

    Variance = within (the component's own) + between (of the components' means), in one pass; a square times a
    share, so that no rounding takes it below 0. Source: West (1979), "Updating mean and variance estimates".
    """
    channels, outputs = sizes[CHANNELS], sizes[OUTPUTS]
    means = 4 * sizes[GESTURES]
    before, mass = mass, mass + weight
    for m in range(outputs):
        row = j * outputs + m
        value = table[sizes[OFFSETS] + row]
        for c in range(channels):
            value += table[sizes[SLOPES] + row * channels + c] * state[c]
        delta = value - out[means + m]
        out[means + m] += delta * weight / mass
        within = table[sizes[VARIANCES] + row]
        out[means + outputs + m] += weight * (within + delta * delta * (before / mass))
    return mass


@kernel
def outputs_of(sizes: Any, table: Any, state: Any, out: Any, winner: int) -> None:
    """Write M outputs and M deviations: a mixture over states, and over gestures by their posterior.

    The estimator narrows the states of each gesture to the half around the likeliest, or to that one.
    Whatever is left out, the weights of what is used sum to 1. Source: Francoise (2015), thesis, 4.6.
    """
    gestures, count, alpha = sizes[GESTURES], sizes[OUTPUTS], sizes[ALPHA]
    means = 4 * gestures
    for m in range(means, means + 2 * count):
        out[m] = 0.0
    total = 0.0
    for k in range(gestures):
        share = out[gestures + k] if sizes[BLENDED] else (1.0 if k == winner else 0.0)
        if share < 1e-9:
            continue
        low, high = sizes[sizes[FIRSTS] + k], sizes[sizes[FIRSTS] + k + 1]
        estimator = sizes[sizes[ESTIMATOR] + k]
        if estimator > 0:
            best = low
            for s in range(low, high):
                if state[alpha + s] > state[alpha + best]:
                    best = s
            reach = (high - low) // 2 if estimator == 1 else 0
            low, high = max(best - reach, low), min(max(best + reach, best + 1), high)
        used = 0.0
        for s in range(low, high):
            used += state[alpha + s]
        for s in range(low, high):
            first, last = sizes[sizes[OWNED] + s], sizes[sizes[OWNED] + s + 1]
            here = 0.0
            for j in range(first, last):
                here += state[sizes[LOG_C] + j]
            for j in range(first, last):
                part = state[sizes[LOG_C] + j] / here if here > 0.0 else 0.0
                weight = share * (state[alpha + s] / used) * part
                if weight > 1e-9:
                    total = regress(sizes, table, state, out, j, weight, total)
    for m in range(count):
        scale = table[sizes[OUT_SCALE] + m]
        out[means + m] = table[sizes[OUT_CENTRE] + m] + scale * out[means + m]
        out[means + count + m] = scale * math.sqrt(out[means + count + m] / total)


@brief
def step(table: Any, state: Any, values: Any, out: Any) -> int:
    """Take a frame, `values` (C,); return the winner's index, -1 for "none of these".

    Written into `out`: K log-likelihoods, posteriors, progress and fits, then M outputs and M deviations.
    """
    sizes = table.view(np.int64)
    counters = state.view(np.int64)[sizes[COUNTERS] :]
    gestures, channels, wide, states = sizes[GESTURES], sizes[CHANNELS], sizes[WIDE], sizes[STATES]
    firsts, owned, move = sizes[FIRSTS], sizes[OWNED], sizes[STAY]
    stride = sizes[LEAVE] - move
    plain = sizes[STATES] == sizes[COMPONENTS]
    alpha, lone, bag, log_c = sizes[ALPHA], sizes[LONE], sizes[BAG], sizes[LOG_C]
    tops, entering, scales, endings = sizes[TOPS], sizes[ENTERING], sizes[SCALES], sizes[ENDINGS]
    lone_endings, fresh = endings + gestures, sizes[FRESH]
    leak, evidence = table[sizes[LEAK]], table[sizes[EVIDENCE]]

    for d in range(channels):
        if not math.isfinite(values[d]):
            return NOT_FINITE
    for d in range(channels):
        value = (values[d] - table[sizes[CENTRE] + d]) * table[sizes[INVERSE] + d]
        state[d] = min(max(value, -FURTHEST), FURTHEST)
    products(state, channels, sizes[FULL] == 1, sizes[PRODUCTS])
    densities(table, state, sizes[COEFFICIENTS], sizes[PRODUCTS], log_c, sizes[WIDTH], wide)

    # Densities relative to each gesture's largest, tempered: to the power of the evidence of one frame.
    highest, power, every = -math.inf, evidence if plain else 1.0, state[log_c : log_c + wide]
    for k in range(gestures):
        low = np.uint64(sizes[owned + sizes[firsts + k]])  # unsigned, as in `masses`
        high = np.uint64(sizes[owned + sizes[firsts + k + 1]])
        top = every[low]
        for j in range(low, high):
            top = every[j] if every[j] > top else top
        for j in range(low, high):
            every[j] = (every[j] - top) * power
        state[tops + k] = top
        highest = max(highest, top)
    exponentials(state, log_c, wide, state, sizes[SCRATCH])
    density = log_c
    if not plain:
        density = sizes[TEMPERED]
        for s in range(states):
            total = 0.0
            for j in range(sizes[owned + s], sizes[owned + s + 1]):
                total += state[log_c + j]
            state[density + s] = total**evidence

    kept = KEPT if counters[gestures] else 0.0
    for k in range(gestures):
        state[entering + k] = 0.0 if counters[gestures] else (1.0 - leak) / gestures
        if counters[gestures] == 0:
            state[lone_endings + k] = 1.0 - leak
    counters[gestures] = 1
    if sizes[ALIKE]:
        ended = 0.0
        for k in range(gestures):
            ended += state[endings + k] * state[scales + k]
        for m in range(gestures):
            state[entering + m] += ended * table[sizes[FOLLOWS] + m]
    else:
        for k in range(gestures):
            ending = state[endings + k] * state[scales + k]
            if ending > FAINT:
                row = sizes[FOLLOWS] + k * gestures
                for m in range(gestures):
                    state[entering + m] += ending * table[row + m]

    new, new_lone, new_bag = fresh, fresh + states, fresh + 2 * states
    dense, at_masses = sizes[DENSE] == 1, sizes[MASSES]
    if dense:
        for k in range(gestures):
            a = sizes[firsts + k]
            count, jumps, entry = sizes[firsts + k + 1] - a, sizes[sizes[JUMPS_AT] + k], move + 3 * stride + a
            begins, lone_begins = state[entering + k], state[lone_endings + k]
            in_any_order(
                table, jumps, entry, state, alpha + a, new + a, density + a, count, begins, leak / gestures
            )
            in_any_order(
                table, jumps, entry, state, lone + a, new_lone + a, density + a, count, lone_begins, leak
            )
    else:
        in_order(table, move, stride, state, alpha, new, density, states, leak / gestures)
        in_order(table, move, stride, state, lone, new_lone, density, states, leak)
        for k in range(gestures):
            a = sizes[firsts + k]
            state[new + a] += state[entering + k] * state[density + a]
            state[new_lone + a] += state[lone_endings + k] * state[density + a]
    unordered(table, move, stride, state, bag, new_bag, density, states, kept)
    logs = sizes[LOGS]
    own, alone, loose = (
        state[new : new + states], state[new_lone : new_lone + states], state[new_bag : new_bag + states],
    )  # fmt: skip
    was, was_alone, was_loose = (
        state[alpha : alpha + states], state[lone : lone + states], state[bag : bag + states],
    )  # fmt: skip
    exits = table[sizes[EXITS] : sizes[EXITS] + states]
    positions = table[sizes[POSITION] : sizes[POSITION] + states]
    for k in range(gestures):
        a, b = sizes[firsts + k], sizes[firsts + k + 1]
        mass, ending, through, lone_mass, lone_ending, bag_mass = masses(
            own, alone, loose, exits, positions, a, b, dense
        )
        state[at_masses + k], state[endings + k] = mass, ending
        state[logs + k], state[logs + gestures + k] = lone_mass, bag_mass
        state[lone_endings + k] = lone_ending / lone_mass
        scaled(alone, was_alone, a, b, 1.0 / lone_mass)
        scaled(loose, was_loose, a, b, 1.0 / bag_mass)
        out[2 * gestures + k] = min(max(through / mass, 0.0), 1.0)

    logarithms(state, logs, 2 * gestures)
    ring, totals, best, inverse = sizes[RINGS], sizes[TOTALS], -math.inf, 1.0 / evidence
    for k in range(gestures):
        window, seen = sizes[sizes[WINDOWS] + k], counters[k]
        likelihood = state[tops + k] + state[logs + k] * inverse
        order = (state[logs + k] - state[logs + gestures + k]) * inverse
        out[k], order = window_means(state, ring, totals + 2 * k, window, seen, likelihood, order)
        # Counts on to two windows and back to one: it tells where the ring is, and whether it is full.
        counters[k] = seen + 1 if seen < 2 * window - 1 else window
        ring += 2 * window
        best = max(best, out[k])
        short = table[sizes[GAINS] + k] * (table[sizes[EDGES] + k] - out[k])
        wrong = table[sizes[GAINS] + gestures + k] * (table[sizes[EDGES] + gestures + k] - order)
        out[3 * gestures + k] = min(max(short, wrong), 500.0)

    norm = 0.0
    for k in range(gestures):
        out[gestures + k] = evidence * (state[tops + k] - highest) if sizes[TEMPORAL] else out[k] - best
    exponentials(out, gestures, gestures, state, sizes[ROOM])
    exponentials(out, 3 * gestures, gestures, state, sizes[ROOM])
    for k in range(gestures):
        if sizes[TEMPORAL]:
            out[gestures + k] *= state[at_masses + k]
        out[3 * gestures + k] = 1.0 / (1.0 + out[3 * gestures + k])
        norm += out[gestures + k]
    winner = 0
    for k in range(gestures):
        out[gestures + k] /= norm
        if out[gestures + k] > out[gestures + winner]:
            winner = k
        scale = out[gestures + k] / state[at_masses + k] if out[gestures + k] > FAINT else 0.0
        state[scales + k] = scale
        scaled(own, was, sizes[firsts + k], sizes[firsts + k + 1], scale)
    if sizes[OUTPUTS] > 0:
        outputs_of(sizes, table, state, out, winner)
    return winner if out[3 * gestures + winner] >= 0.5 else -1


VECTOR = "float64[::1]"
KERNELS = (
    (exponentials, f"void({VECTOR}, int64, int64, {VECTOR}, int64)"),
    (logarithms, f"void({VECTOR}, int64, int64)"),
    (step, f"int64({VECTOR}, {VECTOR}, {VECTOR}, {VECTOR})"),
)
