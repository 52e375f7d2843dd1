"""Running convolutions: one frame in, sums of what exceeded each threshold out.

Q kernels of length 9 at each of L dilations, over D features; B thresholds for each. Sums run from the start, so
the proportion of positive values at any frame is sum / frames. Loops run over kernels, elementwise.
Source: Dempster, Schmidt, Webb (2021), "MiniRocket" (the 84 kernels, thresholds at quantiles, proportions of
positive values); Dempster, Petitjean, Webb (2020), "ROCKET".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gesturemap.compiled import kernel


@kernel
def responses(ring: Any, place: int, dilations: Any, taps: Any, out: Any) -> None:
    """Write what the kernels answer at one frame, (L, Q).

    ring (R, D) holds the last R frames, the newest at `place`, zeros before the start; taps (L, 9, D, Q) are
    the kernels' weights, the newest frame's first.
    """
    size, features = ring.shape
    count = out.shape[1]
    for m in range(len(dilations)):
        answer = out[m]
        for q in range(count):
            answer[q] = np.float32(0.0)
        at = place
        for i in range(9):
            frame = ring[at]
            for d in range(features):
                value, weights = frame[d], taps[m, i, d]
                if value != 0.0:
                    for q in range(count):
                        answer[q] += value * weights[q]
            at -= dilations[m]
            if at < 0:
                at += size


@kernel
def gather(answers: Any, thresholds: Any, sums: Any) -> None:
    """Add to sums (2, L, B, Q) whether answers (L, Q) exceed thresholds (L, B, Q), and by how much."""
    one, nothing = np.float32(1.0), np.float32(0.0)
    for m in range(thresholds.shape[0]):
        answer = answers[m]
        for b in range(thresholds.shape[1]):
            threshold, hits, excess = thresholds[m, b], sums[0, m, b], sums[1, m, b]
            for q in range(answers.shape[1]):
                over = answer[q] - threshold[q]
                hits[q] += one if over > nothing else nothing
                excess[q] += max(over, nothing)


@kernel
def take(
    y: Any, age: int, ring: Any, dilations: Any, taps: Any, thresholds: Any, answers: Any, sums: Any
) -> None:
    """Take one frame (D,) at the given age (0: the first, which forgets what was before)."""
    if age == 0:
        ring[:] = np.float32(0.0)
        sums[:] = np.float32(0.0)
    place = age % len(ring)
    ring[place] = y
    responses(ring, place, dilations, taps, answers)
    gather(answers, thresholds, sums)


@kernel
def answers_of(frames: Any, lengths: Any, dilations: Any, taps: Any, out: Any) -> None:
    """Write answers (T of all, L, Q) for sequences one behind another (T of all, D)."""
    ring = np.zeros((8 * dilations[-1] + 1, frames.shape[1]), np.float32)
    at = 0
    for length in lengths:
        ring[:] = np.float32(0.0)
        for t in range(length):
            ring[t % len(ring)] = frames[at + t]
            responses(ring, t % len(ring), dilations, taps, out[at + t])
        at += length


@kernel
def sums_at(
    frames: Any, length: int, dilations: Any, taps: Any, thresholds: Any, ends: Any, ring: Any, answers: Any,
    sums: Any, out: Any,
) -> None:  # fmt: skip
    """Write running means (H, 2, L, B, Q) after `ends` (H,) frames, in order, of one sequence."""
    stage = 0
    for t in range(length):
        take(frames[t], t, ring, dilations, taps, thresholds, answers, sums)
        while stage < len(ends) and ends[stage] == t + 1:
            out[stage] = sums / np.float32(t + 1.0)
            stage += 1


def proportions(made: Any, dilations: Any, taps: Any, thresholds: Any, stages: Any) -> Any:
    """(H, N, P) running means of N sequences after the given parts of each."""
    size = 2 * thresholds.size
    out = np.empty((len(made), len(stages), 2, *thresholds.shape), np.float32)
    ring = np.zeros((8 * dilations[-1] + 1, made[0].shape[1]), np.float32)
    answers = np.zeros((len(dilations), taps.shape[3]), np.float32)
    sums = np.zeros((2, *thresholds.shape), np.float32)
    for index, one in enumerate(made):
        ends = np.maximum(np.round(np.array(stages) * len(one)), 1).astype(np.int64)
        sums_at(one, len(one), dilations, taps, thresholds, ends, ring, answers, sums, out[index])
    return np.ascontiguousarray(out.reshape(len(made), len(stages), size).transpose(1, 0, 2))


GRID, STACK, LANE, WHOLE = "float32[:,::1]", "float32[:,:,::1]", "float32[::1]", "int64[::1]"
TAPS, SUMS = "float32[:,:,:,::1]", "float32[:,:,:,::1]"
KERNELS = ((take, f"void({LANE}, int64, {GRID}, {WHOLE}, {TAPS}, {STACK}, {GRID}, {SUMS})"),)
