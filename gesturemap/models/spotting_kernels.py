"""Kernels of the spotter: one open-begin Viterbi follower per demonstration against an ergodic background.

C channels, D of them moving, K gestures, Q demonstrations, J states of all demonstrations; a state is one
decimated frame of a demonstration. Scores are log-likelihood ratios in nats: how much better a
demonstration, passed in order, explains the frames than the background does, divided by its states, less what it
costs where the means of both lie apart.
"""

from __future__ import annotations

import math
from typing import Any

from gesturemap.compiled import kernel
from gesturemap.models.elementary import exponentials, settle

NEVER = -1e9
"""Score of a path that does not exist."""
STAY = 0.5
"""Probability that the background stays in its state."""
APART = 0.5
"""What it costs where the mean over an execution lies off that of its demonstration, in nats for each deviation and
channel: a path may skip and repeat states until little is left of what differs, but cannot hide a mean."""
SMALLER, SMALL = 25.0, 4.0
"""How many times less energy an execution may have about its mean than its demonstration (a fifth of the size), and
what it costs in nats where it has still less: a hand at rest amid a circle fits all of its states a little."""
TREMOR = 0.002
"""Energy, in squared deviations, that every channel is taken to have besides: what stands still may stand still."""
TAIL = 0.1
"""A path may end in this last part of its states."""
LONGEST = 2.0
"""How long a path may take, in durations of its demonstration."""
REACH = 0.25
"""A path must have begun later than this part of its length before the last gesture was spotted."""
FADE = 2.0
"""How fast what was spotted fades once it has lasted as long as demonstrated, in calibrated units per length."""
REARM = 0.3
"""How far below its threshold a gesture must fall before it is spotted again, in calibrated units."""
STEEPNESS = 8.0
"""How fast `fit` changes about the threshold, and the posterior with the scores."""
FURTHEST = 100.0
"""Values further than this many standard deviations from the centre are taken to lie there."""
NOT_TAKEN, WAITING = -2, -3
"""What `step` returns for a frame that is not finite, and for one between two decimated frames."""
V, OLD, LOG_B, WEIGHTS, DENSITIES, ROOM, ROWS = range(7)  # rows of J in the floats of the state
ENTRIES, DEMOS, GESTURES, EVERY, RING, QUIET, SEEN = range(7)
"""Places in sizes: states, demonstrations, gestures, frames of one decimated frame, places of the ring, frames of
refractory time, room of what is seen of a frame."""
TIME, LIKELIHOOD, SUMS = range(3)
"""Rows of the ring: when the last frames were, and up to and with them the background's log-likelihood, what was seen
(D rows) and its squares (D rows)."""
NOW, TAKEN, FIRED = range(3)
"""Places in counters: decimated frames so far, frames of the next one, when a gesture was last spotted; then
Q ages of held scores and K flags, 1 for armed."""


@kernel
def background(y: Any, means: Any, entry: Any, offset: float, state: Any) -> float:
    """Write the log-densities (J,) of one frame relative to the background, and return its log-likelihood.

    The background is an HMM in which any state follows any other:
    a_t(j) ~ [0.5 a_{t-1}(j) + 0.5 / J] N(x_t; mu_j, s2), and the likelihood is the normaliser.
    Source: Rabiner (1989), eqs. 20 and 91.

    Parameters
    ----------
    y : (D,) whitened frame.
    means : (D, J) whitened means.
    entry : (J,) probability of entering each state; 0 leaves it out of the background.
    offset : log of the normal density at its centre.
    """
    count = len(entry)
    log_b = state[LOG_B * count : (LOG_B + 1) * count]
    weights = state[WEIGHTS * count : (WEIGHTS + 1) * count]
    densities = state[DENSITIES * count : (DENSITIES + 1) * count]
    for j in range(count):
        log_b[j] = 0.0
    for d in range(len(y)):
        value, row = y[d], means[d]
        for j in range(count):
            apart = value - row[j]
            log_b[j] += apart * apart
    least = math.inf
    for j in range(count):
        if entry[j] > 0.0 and log_b[j] < least:
            least = log_b[j]
    for j in range(count):
        densities[j] = -0.5 * (log_b[j] - least) if entry[j] > 0.0 else -600.0
    exponentials(state, DENSITIES * count, count, state, ROOM * count)
    for j in range(count):
        weights[j] = (STAY * weights[j] + entry[j]) * densities[j]
    total = 0.0
    for j in range(count):
        total += weights[j]
    scale = 1.0 / total
    for j in range(count):
        weights[j] *= scale
    relative = math.log(total) - 0.5 * least
    for j in range(count):
        log_b[j] = -0.5 * log_b[j] - relative
    return offset + relative


@kernel
def remember(ring: Any, now: int, time: float, likelihood: float, y: Any) -> None:
    """Write the time of one frame into the ring (2 + 2 D, R), and what likelihoods and frames add up to with it."""
    size = ring.shape[1]
    place, before = now % size, (now - 1) % size
    if place == 0:
        for row in range(LIKELIHOOD, len(ring)):
            last = ring[row, before]
            for i in range(size):
                ring[row, i] -= last  # so that the sum never grows
    ring[TIME, place] = time
    ring[LIKELIHOOD, place] = ring[LIKELIHOOD, before] + likelihood
    for d in range(len(y)):
        ring[SUMS + d, place] = ring[SUMS + d, before] + y[d]
        ring[SUMS + len(y) + d, place] = ring[SUMS + len(y) + d, before] + y[d] * y[d]


@kernel
def unlike(ring: Any, begin: int, now: int, middle: Any) -> float:
    """What it costs, in nats, that the frames since `begin` lie elsewhere on the whole, or hardly move.

    `middle` (2 D + 1,) is the mean of the demonstration and, of each channel, `SMALLER` / (energy about it + `TREMOR`).
    The first part is D times the root mean square of the difference of means; the second asks how much of the
    demonstration's energy lies in channels that move enough.
    """
    size, width = ring.shape[1], len(middle) // 2
    if width == 0:
        return 0.0
    place, before, lasts = now % size, (begin - 1) % size, now - begin + 1
    total, moved, whole = 0.0, 0.0, 0.0
    for d in range(width):
        mean = (ring[SUMS + d, place] - ring[SUMS + d, before]) / lasts
        apart = mean - middle[d]
        total += apart * apart
        energy = (ring[SUMS + width + d, place] - ring[SUMS + width + d, before]) / lasts - mean * mean
        share = 1.0 / middle[width + d]
        moved += share * min((max(energy, 0.0) + TREMOR) * middle[width + d], 1.0)
        whole += share
    return APART * math.sqrt(width * total) - SMALL * math.log(max(moved / whole, 1e-9))


@kernel
def follow(
    firsts: Any, middles: Any, warp: float, shortest: float, now: int, state: Any, begun: Any, ring: Any,
    scores: Any, starts: Any,
) -> None:  # fmt: skip
    """Move every follower on by one frame, from the relative log-densities that `background` wrote.

    V_i(t) = b_i(t) + max(V_i(t-1) - w, V_{i-1}(t-1), V_{i-2}(t-1) - w); the first state is entered at any
    frame with 0, the second with -w. The score is max V / N over the last states, less what `unlike` says of how far
    the mean of the frames lies from that of the demonstration, times its gain.
    Source: Rose and Paul (1990), "A hidden Markov model based keyword recognition system"; Sakurai,
    Faloutsos and Yamamuro (2007), "Stream monitoring under the time warping distance", for the open begin.

    Parameters
    ----------
    middles : (Q, 2 D + 1) means of the demonstrations, whitened, what `unlike` asks of the energy about them, and
        what the scores are multiplied with.
    shortest : how long a path must take, in durations of its demonstration.
    begun : (2, J) frame in which the best path into each state began; rows change places each frame.
    ring : (2 + 2 D, R) the last frames and this one, see `remember`.
    scores : (2, Q) written: score of ended paths in nats per state, and the best V / N anywhere.
    starts : (3, Q) written: frames in which these two began, and the state of the second.
    """
    count = firsts[-1]
    turn = now & 1
    new, old = state[turn * count : (turn + 1) * count], state[(1 - turn) * count : (2 - turn) * count]
    log_b = state[LOG_B * count : (LOG_B + 1) * count]
    since, was = begun[turn], begun[1 - turn]
    for q in range(len(firsts) - 1):
        a, b = firsts[q], firsts[q + 1]
        for i in range(a + 2, b):
            value, start = old[i - 1], was[i - 1]
            other = old[i] - warp
            start = was[i] if other > value else start
            value = max(value, other)
            other = old[i - 2] - warp
            start = was[i - 2] if other > value else start
            value = max(value, other)
            new[i] = value + log_b[i]
            since[i] = start
        value, start = 0.0, now
        if old[a] - warp > 0.0:
            value, start = old[a] - warp, was[a]
        new[a], since[a] = value + log_b[a], start
        if b > a + 1:
            value, start = old[a], was[a]
            if old[a + 1] - warp > value:
                value, start = old[a + 1] - warp, was[a + 1]
            if -warp > value:
                value, start = -warp, now
            new[a + 1], since[a + 1] = value + log_b[a + 1], start

        length = b - a
        ended, best, ended_at, best_at = NEVER, new[a], now, a
        for i in range(a + 1, b):
            if new[i] > best:
                best, best_at = new[i], i
        for i in range(b - max(1, round(TAIL * length)), b):
            lasts = now - since[i] + 1
            if new[i] > ended and shortest * length <= lasts <= LONGEST * length:
                ended, ended_at = new[i], since[i]
        scores[0, q] = NEVER
        if ended > 0.5 * NEVER:
            scores[0, q] = middles[q, -1] * (ended / length - unlike(ring, ended_at, now, middles[q]))
        scores[1, q] = middles[q, -1] * best / length
        starts[0, q], starts[1, q], starts[2, q] = ended_at, since[best_at], best_at


@kernel
def settle_all(frames: Any, bounds: Any, kept: Any) -> None:
    """What `settle` does for a frame, for a recording (T, C)."""
    for t in range(len(frames)):
        settle(frames[t], bounds, kept)


@kernel
def stretch(
    frames: Any, means: Any, entry: Any, offset: float, firsts: Any, middles: Any, warp: float, shortest: float,
    state: Any, begun: Any, ring: Any, scores: Any, starts: Any,
) -> None:  # fmt: skip
    """Follow a whole recording of whitened, decimated frames (T, D); a T-long axis leads what is written."""
    for t in range(len(frames)):
        remember(ring, t, float(t), background(frames[t], means, entry, offset, state), frames[t])
        follow(firsts, middles, warp, shortest, t, state, begun, ring, scores[t], starts[t])


@kernel
def step(
    frame: Any, time: float, sizes: Any, scaling: Any, means: Any, entry: Any, firsts: Any, middles: Any,
    owners: Any, levels: Any, rules: Any, counters: Any, state: Any, begun: Any, scores: Any, starts: Any,
    ring: Any, out: Any, said: Any,
) -> int:  # fmt: skip
    """Take one frame; return the winner, -1 for none, or why there is nothing new.

    Parameters
    ----------
    scaling : (9, C): centre, inverse scale after whitening (0: left out), sum of the frames so far, inverse scale of
        changes (0: not looked at), the last decimated frame, then bounds and what is kept, see `elementary.settle`.
    levels : (3, K): score at calibrated 1, its scale in nats, threshold in calibrated units.
    rules : warp penalty, how much worse two loose matches may be, offset (nats), shortest path.
    ring : (2 + 2 D, R): the last frames, see `remember`.
    out : written: K log-likelihoods, posteriors, progress, fits.
    said : written: the gesture spotted in this frame or -1, and the time at which it began.
    """
    if not settle(frame, scaling[5:7], scaling[7:9]):
        return NOT_TAKEN
    gestures, size = sizes[GESTURES], sizes[RING]
    for c in range(len(frame)):
        value = (frame[c] - scaling[0, c]) * scaling[1, c]
        scaling[2, c] += min(max(value, -FURTHEST), FURTHEST)
    counters[TAKEN] += 1
    if counters[TAKEN] < sizes[EVERY]:
        return WAITING
    y = state[ROWS * sizes[ENTRIES] :]
    d = 0
    for c in range(len(frame)):
        if scaling[1, c] > 0.0:
            y[d] = scaling[2, c] / counters[TAKEN]
            d += 1
    for c in range(len(frame)):
        value = scaling[2, c] / counters[TAKEN]
        if scaling[3, c] > 0.0:
            y[d] = (value - scaling[4, c]) * scaling[3, c] if counters[NOW] > 0 else 0.0
            d += 1
        scaling[4, c], scaling[2, c] = value, 0.0
    counters[TAKEN] = 0

    now = counters[NOW]
    counters[NOW] += 1
    place = now % size
    likelihood = background(y[:d], means, entry, rules[2], state)
    remember(ring, now, time, likelihood, y[:d])
    follow(firsts, middles, rules[0], rules[3], now, state, begun, ring, scores, starts)

    held = state[ROWS * sizes[ENTRIES] + sizes[SEEN] :]
    ages, armed = counters[3:], counters[3 + sizes[DEMOS] :]
    spotted, spotted_at, top, fits = -1, now, -math.inf, False
    for k in range(gestures):
        out[k] = NEVER
        out[3 * gestures + k] = NEVER
    for k in range(gestures):
        first, second, partial, at, began_at, length = NEVER, NEVER, -math.inf, 0, now, 1
        for q in range(len(owners)):
            if owners[q] != k:
                continue
            own = firsts[q + 1] - firsts[q]
            # A score is held for a moment: followers of one gesture do not end in the same frame.
            ages[q] += 1
            if scores[0, q] >= held[q] or ages[q] > TAIL * own:
                held[q], ages[q] = scores[0, q], 0
            if scores[0, q] > first:
                began_at, length = starts[0, q], own
                first = scores[0, q]
            if scores[1, q] > partial:
                partial, at = scores[1, q], q
        best = -1
        for q in range(len(owners)):
            if owners[q] == k and (best < 0 or held[q] > held[best]):
                best = q
        for q in range(len(owners)):
            if owners[q] == k and q != best:
                second = max(second, held[q])
        score = max(first, second + rules[1]) if first > 0.5 * NEVER else NEVER
        above = min(max(1.0 + (score - levels[0, k]) / levels[1, k] - levels[2, k], -50.0), 50.0)
        fresh = counters[FIRED] < 0 or began_at > counters[FIRED] - REACH * length
        if not fresh:
            over = now - max(counters[FIRED], began_at + length)
            above = min(above, FADE * (REACH - over / length))
        near = min(max(1.0 + (partial - levels[0, k]) / levels[1, k] - levels[2, k], -50.0), 50.0)
        fit = 1.0 / (1.0 + math.exp(-STEEPNESS * above))
        fits = fits or fit >= 0.5
        out[3 * gestures + k] = fit
        out[gestures + k] = above if fit >= 0.5 else min(near, -1e-3)
        a, b = firsts[at], firsts[at + 1]
        out[2 * gestures + k] = (starts[2, at] - a) / (b - a - 1) if b > a + 1 else 1.0
        lasts = min(now - starts[1, at] + 1, size - 1)
        before = ring[LIKELIHOOD, (place - lasts) % size] if now - lasts >= 0 else ring[LIKELIHOOD, size - 1]
        out[k] = (partial * (b - a) / middles[at, -1] + ring[LIKELIHOOD, place] - before) / lasts
        if above < -REARM:
            armed[k] = 1
        if fit >= 0.5 and armed[k] == 1 and fresh and above > top:
            spotted, spotted_at, top = k, began_at, above
    if spotted >= 0 and counters[FIRED] >= 0 and now - counters[FIRED] < sizes[QUIET]:
        spotted = -1
    said[0], said[1] = -1.0, 0.0
    if spotted >= 0:
        counters[FIRED] = now
        for k in range(gestures):
            armed[k] = 0
        since = ring[TIME, spotted_at % size]
        said[0], said[1] = spotted, since if math.isfinite(since) else 0.0

    winner, norm = 0, 0.0
    for k in range(gestures):
        if out[gestures + k] > out[gestures + winner]:
            winner = k
    top = out[gestures + winner]
    for k in range(gestures):
        out[gestures + k] = math.exp(STEEPNESS * (out[gestures + k] - top))
        norm += out[gestures + k]
    for k in range(gestures):
        out[gestures + k] /= norm
    return winner if fits else -1


@kernel
def aligned(one: Any, other: Any, costs: Any, apart: Any) -> int:
    """Add up squared differences per channel along the DTW path of two takes (N, D) and (M, D); return its cells.

    Source: Sakoe and Chiba (1978), symmetric steps.
    """
    n, m, width = len(one), len(other), one.shape[1]
    for i in range(n):
        for j in range(m):
            cost = 0.0
            for d in range(width):
                cost += (one[i, d] - other[j, d]) ** 2
            before = math.inf
            if i > 0 and j > 0:
                before = costs[i - 1, j - 1]
            if i > 0 and costs[i - 1, j] < before:
                before = costs[i - 1, j]
            if j > 0 and costs[i, j - 1] < before:
                before = costs[i, j - 1]
            costs[i, j] = cost + (before if i + j > 0 else 0.0)
    i, j, cells = n - 1, m - 1, 0
    while True:
        for d in range(width):
            apart[d] += (one[i, d] - other[j, d]) ** 2
        cells += 1
        if i == 0 and j == 0:
            return cells
        if i > 0 and j > 0 and costs[i - 1, j - 1] <= min(costs[i - 1, j], costs[i, j - 1]):
            i, j = i - 1, j - 1
        elif j == 0 or (i > 0 and costs[i - 1, j] <= costs[i, j - 1]):
            i -= 1
        else:
            j -= 1


ROW, TABLE, CUBE, INDEX = "float64[::1]", "float64[:, ::1]", "float64[:, :, ::1]", "int64[::1]"
KERNELS = (
    (settle_all, f"void({TABLE}, {TABLE}, {TABLE})"),
    (
        stretch,
        f"void({TABLE}, {TABLE}, {ROW}, float64, {INDEX}, {TABLE}, float64, float64, {ROW}, int64[:, ::1], {TABLE}, "
        f"{CUBE}, int64[:, :, ::1])",
    ),
    (
        step,
        f"int64({ROW}, float64, {INDEX}, {TABLE}, {TABLE}, {ROW}, {INDEX}, {TABLE}, {INDEX}, {TABLE}, {ROW}, {INDEX}, "
        f"{ROW}, int64[:, ::1], {TABLE}, int64[:, ::1], {TABLE}, {ROW}, {ROW})",
    ),
    (aligned, f"int64({TABLE}, {TABLE}, {TABLE}, {ROW})"),
)
