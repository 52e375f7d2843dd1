"""Expectation-maximisation for mixtures and for left-right or ergodic hidden Markov models of one gesture.

Scaled or in logarithms, so nothing underflows however many channels there are. Densities and sums are matrix
products (`gaussian`); what is recursive is compiled here. Shapes: frames of all demonstrations one after
another, T; `ends` (D,) where each demonstration ends; S states of J components in all.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel

FAR = -40.0
"""Logarithms this far below the largest add nothing in double precision."""


HARDLY = 1e-30


@kernel
def log_sum(a: float, b: float) -> float:
    """log(exp(a) + exp(b)), also where one or both are -inf."""
    if a < b:
        a, b = b, a
    if b - a > FAR:
        return a + math.log1p(math.exp(b - a))
    return a


@kernel
def relative(log_b: Any, top: Any, out: Any) -> None:
    """Write the largest log-density of each frame into top (T,), and how far below it all are into out (T, S)."""
    for t in range(log_b.shape[0]):
        largest = log_b[t, 0]
        for s in range(1, log_b.shape[1]):
            largest = max(largest, log_b[t, s])
        top[t] = largest
        for s in range(log_b.shape[1]):
            out[t, s] = log_b[t, s] - largest


@kernel
def left_right(
    log_b: Any, top: Any, density: Any, ends: Any, stay: Any, leave: Any, alpha: Any, gamma: Any
) -> float:
    """Forward and backward pass of a left-right model that begins in its first state.

    log_b (T, S) log-densities, top (T,) the largest of each frame, density (T, S) = exp(log_b - top); stay, leave
    (S,) probabilities of staying and of going to the next state; alpha, gamma (T, S) are written: scaled forward
    variables and state probabilities. Returns the log-likelihood.

    Scaled frame by frame, which is fast. Where the states that can be reached fit a frame hardly (less than
    `HARDLY` of the best), paths may have been lost below the smallest double, and the demonstration is done again
    in logarithms, which is exact. Source: Rabiner (1989), eqs. 19-27, 90-92, band of width 2.
    """
    states = log_b.shape[1]
    beta = np.empty(states)
    total = 0.0
    start = 0
    for end in ends:
        likelihood = 0.0
        norms = np.empty(end - start)
        sound = density[start, 0] > HARDLY
        for s in range(states):
            alpha[start, s] = 0.0
        alpha[start, 0] = 1.0
        norms[0] = density[start, 0]
        likelihood = top[start] + math.log(norms[0]) if sound else 0.0
        for t in range(start + 1, end):
            if not sound:
                break
            alpha[t, 0] = alpha[t - 1, 0] * stay[0] * density[t, 0]
            norm = alpha[t, 0]
            for s in range(1, states):
                entering = alpha[t - 1, s] * stay[s] + alpha[t - 1, s - 1] * leave[s - 1]
                alpha[t, s] = entering * density[t, s]
                norm += alpha[t, s]
            sound = norm > HARDLY
            scale = 1.0 / norm
            for s in range(states):
                alpha[t, s] *= scale
            norms[t - start] = norm
            likelihood += top[t] + math.log(norm)
        for s in range(states):
            beta[s] = 1.0
        largest = 1.0
        for t in range(end - 1, start - 1, -1):
            if not sound:
                break
            if t < end - 1:
                scale = 1.0 / norms[t + 1 - start]
                for s in range(states):
                    later = beta[s] * stay[s] * density[t + 1, s]
                    if s + 1 < states:
                        later += beta[s + 1] * leave[s] * density[t + 1, s + 1]
                    beta[s] = later * scale
                    largest = max(largest, beta[s])
                sound = largest < 1e250
            for s in range(states):
                gamma[t, s] = alpha[t, s] * beta[s]
        if not sound:
            likelihood = in_logarithms(log_b, start, end, stay, leave, alpha, gamma)
        total += likelihood
        start = end
    return total


@kernel
def in_logarithms(log_b: Any, start: int, end: int, stay: Any, leave: Any, alpha: Any, gamma: Any) -> float:
    """`left_right` of the frames from `start` to `end`, in logarithms; returns their log-likelihood."""
    states = log_b.shape[1]
    beta = np.zeros(states)
    for s in range(states):
        alpha[start, s] = -np.inf
    alpha[start, 0] = log_b[start, 0]
    for t in range(start + 1, end):
        alpha[t, 0] = alpha[t - 1, 0] + math.log(stay[0]) + log_b[t, 0]
        for s in range(1, states):
            stays = alpha[t - 1, s] + math.log(stay[s])
            alpha[t, s] = log_sum(stays, alpha[t - 1, s - 1] + math.log(leave[s - 1])) + log_b[t, s]
    likelihood = -np.inf
    for s in range(states):
        likelihood = log_sum(likelihood, alpha[end - 1, s])
    for t in range(end - 1, start - 1, -1):
        if t < end - 1:
            for s in range(states):
                later = beta[s] + math.log(stay[s]) + log_b[t + 1, s]
                if s + 1 < states:
                    later = log_sum(later, beta[s + 1] + math.log(leave[s]) + log_b[t + 1, s + 1])
                beta[s] = later
        for s in range(states):
            weight = alpha[t, s] + beta[s] - likelihood
            gamma[t, s] = math.exp(weight) if weight > FAR else 0.0
    return likelihood


@kernel
def ergodic(
    log_b: Any, ends: Any, prior: Any, transitions: Any, alpha: Any, gamma: Any, counts: Any
) -> float:
    """Forward and backward pass with any transition to any state.

    prior (S,), transitions (S, S) probabilities, none of them 0; alpha, gamma (T, S) and counts (S, S), the
    expected transitions, are written. Returns the log-likelihood. Source: Rabiner (1989), eqs. 19-27, 37,
    scaled by the frame's largest density: as every state can be reached from every other, no sum can
    underflow.
    """
    states = log_b.shape[1]
    beta, later = np.empty(states), np.empty(states)
    total = 0.0
    start = 0
    counts[:] = 0.0
    for end in ends:
        scale = np.empty(end - start)
        for t in range(start, end):
            top = log_b[t].max()
            norm = 0.0
            for s in range(states):
                entering = prior[s]
                if t > start:
                    entering = 0.0
                    for r in range(states):
                        entering += alpha[t - 1, r] * transitions[r, s]
                alpha[t, s] = entering * math.exp(log_b[t, s] - top)
                norm += alpha[t, s]
            alpha[t] /= norm
            scale[t - start] = norm
            total += top + math.log(norm)
        beta[:] = 1.0
        gamma[end - 1] = alpha[end - 1]
        for t in range(end - 2, start - 1, -1):
            top = log_b[t + 1].max()
            for s in range(states):
                later[s] = math.exp(log_b[t + 1, s] - top) * beta[s] / scale[t + 1 - start]
            for r in range(states):
                beta[r] = 0.0
                for s in range(states):
                    part = transitions[r, s] * later[s]
                    counts[r, s] += alpha[t, r] * part
                    beta[r] += part
                gamma[t, r] = alpha[t, r] * beta[r]
        start = end
    return total


@kernel
def mix(log_c: Any, log_weights: Any, owners: Any, log_b: Any) -> None:
    """State log-densities log_b (T, S) from those of components log_c (T, J); owners (J,) their states, in order."""
    count, components = log_c.shape
    for t in range(count):
        for s in range(log_b.shape[1]):
            log_b[t, s] = -np.inf
        for j in range(components):
            log_c[t, j] += log_weights[j]
            log_b[t, owners[j]] = log_sum(log_b[t, owners[j]], log_c[t, j])


@kernel
def share(log_c: Any, log_b: Any, gamma: Any, owners: Any, out: Any) -> None:
    """Component responsibilities (T, J) from state probabilities gamma (T, S), after `mix`."""
    count, components = log_c.shape
    for t in range(count):
        for j in range(components):
            s = owners[j]
            weight = log_c[t, j] - log_b[t, s]
            out[t, j] = gamma[t, s] * math.exp(weight) if weight > FAR and gamma[t, s] > 0.0 else 0.0


MATRIX = "float64[:, ::1]"
VECTOR = "float64[::1]"
INDEX = "int64[::1]"
KERNELS = (
    (log_sum, "float64(float64, float64)"),
    (relative, f"void({MATRIX}, {VECTOR}, {MATRIX})"),
    (left_right, f"float64({MATRIX}, {VECTOR}, {MATRIX}, {INDEX}, {VECTOR}, {VECTOR}, {MATRIX}, {MATRIX})"),
    (ergodic, f"float64({MATRIX}, {INDEX}, {VECTOR}, {MATRIX}, {MATRIX}, {MATRIX}, {MATRIX})"),
    (mix, f"void({MATRIX}, {VECTOR}, {INDEX}, {MATRIX})"),
    (share, f"void({MATRIX}, {MATRIX}, {MATRIX}, {INDEX}, {MATRIX})"),
)
