"""One frame further in every template of a gesture follower.

Each template is a chain with one state per frame of its demonstration; a frame moves on by 0, 1, 2 or 3
states. The chains are normalised each on its own, so that none ever vanishes, and compete with weights
that are renormalised in turn. Within a chain the likelihood is sharp, so that the position is exact;
between chains it is tempered, as executions differ by more than positions are confused. A small part of
the probability enters anew at every frame, at the start and anywhere: so a wrong beginning, or one in the
middle, is mended. Long templates are decoded in a window around the position; a second window of the same
width looks through the rest, `BURST` frames at each place.
Source: Bevilacqua et al. (2009), "Continuous realtime gesture following and recognition", section 3.

C channels, K gestures, N templates, S states of all templates, M demonstrated outputs. What does not
change lies in `sizes` and `table`, what does in `state`, at the places below.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.models.elementary import counted_mean, exponentials, fitting
from gesturemap.models.follow_templates import NOT_FINITE, Kept, TemplateModel, placed
from gesturemap.models.forward import FURTHEST

(
    CHANNELS, GESTURES, TEMPLATES, STATES, OUTPUTS, WINDOW,
    # places in sizes: N + 1 first states, N owners, K lengths of rings
    FIRSTS, OWNERS, RINGS,
    # places in table
    CENTRE, INVERSE, MEANS, TARGETS, EDGES, GAINS, SHARES, PRIORS,
    # places in state
    ALPHA, DENSITY, ROOM, WEIGHTS, SCALES, SPEEDS, LINES, BEST, LOW, LOOK, PLACE, TOTALS, COUNTS, RING, LOGS,
    HEADER,
) = range(33)  # fmt: skip
EVIDENCE, LOG_FLOOR, LEAK, SWITCH, STEP0, STEP1, STEP2, STEP3, PERSISTENCE, TEMPER, LIMIT, PLAIN = range(12)
"""Places at the start of the table."""
STEPS = (0.25, 0.45, 0.22, 0.08)
"""Probabilities of moving on by 0, 1, 2 and 3 states in one frame."""
KEEP = 0.7
"""The part of these that is given to keeping the speed there is."""
ENTERS = 4
"""A gesture begins in one of so many first states, each half as likely as the one before."""
AGAIN = 0.05
"""Probability per frame that a gesture which has ended begins again."""
NEAR = 20
"""Position and outputs are means over 1 / so much of the template to either side of the likeliest state."""
SMOOTH, LEAST, MOST = 10, 4.0, 8.0
"""Speed is the slope of the position over the last 1 / so much of the template, in frames at least and at most."""
LINE = 6
"""Numbers that a line through the last positions wants."""
BURST = 32
"""Frames that the second window looks at one place."""


@kernel
def advance(
    table: Any, state: Any, alpha: int, density: int, low: int, high: int, count: int, scale: float,
    entering: float, first: bool, taps: tuple[float, float, float, float], floor: float,
) -> tuple[float, int]:  # fmt: skip
    """Take states low .. high - 1 of a template of `count` one frame further; return their mass, and the likeliest.

    From the last to the first, so that nothing needs to be copied. `entering`: mass that begins at the start,
    besides the leak; `floor`: the density that every state has at least.
    """
    p0, p1, p2, p3 = taps
    leak = table[LEAK]
    kept = 0.0 if first else (1.0 - leak) * scale
    anywhere = leak / count if first else 0.5 * leak / count
    begins = (1.0 - leak if first else 0.5 * leak) + entering
    mass, best, top = 0.0, low, -1.0
    ends = (1.0 - AGAIN) * (p1 + p2 + p3)
    part = begins / (2.0 - 0.5 ** (min(ENTERS, count) - 1))
    for back in range(high - low):
        j = high - 1 - back
        a0 = state[alpha + j]
        a1 = a2 = a3 = 0.0
        if j > 0:
            a1 = state[alpha + j - 1]
        if j > 1:
            a2 = state[alpha + j - 2]
        if j > 2:
            a3 = state[alpha + j - 3]
        a = p0 * a0 + p1 * a1 + p2 * a2 + p3 * a3
        if j == count - 1:  # what would go beyond the end stays there
            a += ends * a0 - AGAIN * p0 * a0 + (p2 + p3) * a1 + p3 * a2
        enters = anywhere
        if j < ENTERS:
            enters += part * 0.5**j
        here = state[density + j] + floor
        a = (kept * a + enters) * here
        if a < 1e-200:
            a = 0.0
        state[alpha + j] = a
        mass += a
        if a > top:
            top, best = a, j
    return mass, best


@kernel
def steps(table: Any, speed: float) -> tuple[float, float, float, float]:
    """Probabilities of moving on by 0, 1, 2, 3 states: a part as for any speed, the others keep this one."""
    speed, keep = min(max(speed, 0.0), 2.999), table[PERSISTENCE]
    whole = int(speed)
    over, loose = keep * (speed - whole), 1.0 - keep
    exact = keep - over
    p0 = loose * table[STEP0] + (exact if whole == 0 else 0.0)
    p1 = loose * table[STEP1] + (exact if whole == 1 else (over if whole == 0 else 0.0))
    p2 = loose * table[STEP2] + (exact if whole == 2 else (over if whole == 1 else 0.0))
    return p0, p1, p2, loose * table[STEP3] + (over if whole == 2 else 0.0)


@kernel
def densities(sizes: Any, table: Any, state: Any, a: int, low: int, high: int) -> float:
    """Write log-densities of states low .. high - 1 of the template at a, 0 where they fit; return the largest."""
    count, states = high - low, sizes[STATES]
    d = state[sizes[DENSITY] + a + low : sizes[DENSITY] + a + high]
    factor = -0.5 * table[EVIDENCE]
    for j in range(count):
        d[j] = 0.0
    for c in range(sizes[CHANNELS]):
        x, at = state[c], sizes[MEANS] + c * states + a
        means = table[at + low : at + high]
        for j in range(count):
            d[j] += factor * (x - means[j]) * (x - means[j])
    top = -math.inf
    for j in range(count):
        top = max(top, d[j])
    return top


@kernel
def relative(sizes: Any, state: Any, a: int, low: int, high: int, top: float) -> None:
    """Write densities instead of their logarithms, as shares of the largest, so that never all of them vanish."""
    for j in range(sizes[DENSITY] + a + low, sizes[DENSITY] + a + high):
        state[j] -= top
    exponentials(state, sizes[DENSITY] + a + low, high - low, state, sizes[ROOM])


@kernel
def clear(state: Any, sizes: Any, a: int, low: int, high: int, kept: int, width: int) -> None:
    """Set states low .. high - 1 of the template at a to nothing, save those of kept .. kept + width - 1."""
    for j in range(low, high):
        if j < kept or j >= kept + width:
            state[sizes[ALPHA] + a + j] = 0.0


@kernel
def template(sizes: Any, table: Any, state: Any, n: int, first: bool) -> float:
    """Take template n one frame further; return the log-likelihood of the frame, given it and what was."""
    a = sizes[sizes[FIRSTS] + n]
    count, width = sizes[sizes[FIRSTS] + n + 1] - a, sizes[WINDOW]
    alpha, density = sizes[ALPHA] + a, sizes[DENSITY] + a
    scale = state[sizes[SCALES] + n]
    again = 0.0 if first else AGAIN * scale * state[alpha + count - 1]
    low, high, other, beyond = 0, count, 0, 0
    if count > width:
        low, look = int(state[sizes[LOW] + n]), int(state[sizes[LOOK] + n])
        if int(state[sizes[PLACE]]) % BURST == BURST - 1:
            clear(state, sizes, a, look, look + width, low, width)
            # Every other look is at the start: that is where gestures begin.
            last = int(state[sizes[PLACE] + 1 + n])
            look = 0 if look > 0 else (last + width if last + width < count else width)
            if look > 0:
                state[sizes[PLACE] + 1 + n] = look
            look = min(look, count - width)
            state[sizes[LOOK] + n] = look
        high, other, beyond = low + width, look, look + width
        if low <= other < high:
            other = high
        elif low < beyond <= high:
            beyond = low
        if other > low:  # from the last to the first
            low, high, other, beyond = other, max(beyond, other), low, high
    top = max(table[LOG_FLOOR], densities(sizes, table, state, a, low, high))
    top = max(top, densities(sizes, table, state, a, other, beyond))
    mass, best, floor = 0.0, 0, math.exp(table[LOG_FLOOR] - top)
    taps = steps(table, state[sizes[SPEEDS] + n])
    for part in range(2):
        if part:
            low, high = other, beyond
        if high <= low:
            continue
        relative(sizes, state, a, low, high, top)
        found, place = advance(
            table, state, alpha, density, low, high, count, scale, again, first, taps, floor
        )
        if mass == 0.0 or state[alpha + place] > state[alpha + best]:
            best = place
        mass += found
    if count > width:
        low = int(state[sizes[LOW] + n])
        wanted = min(max(best - width // 3, 0), count - width)
        if abs(wanted - low) > width // 8:
            clear(state, sizes, a, low, low + width, wanted, width)
            state[sizes[LOW] + n] = wanted
    state[sizes[BEST] + n], state[sizes[SCALES] + n] = best, 1.0 / mass
    line = sizes[LINES] + LINE * n
    state[sizes[SPEEDS] + n] = slope(
        state, line, position(sizes, state, n), count, state[sizes[SPEEDS] + n], first
    )
    return float(math.log(mass) + top)


@kernel
def slope(state: Any, line: int, at: float, count: int, speed: float, first: bool) -> float:
    """Add a position, in states, to the line through the last ones; return its slope, states per frame.

    Least squares with weights that fall off exponentially; time is counted from now, so that nothing grows. A jump
    begins a new line: of a gesture that has just begun, three positions as demonstrated are taken to lie before.
    Source: Ljung and Soderstrom (1983), "Theory and practice of recursive identification", 2.2.
    """
    weight, t, tt, p, tp = state[line], state[line + 1], state[line + 2], state[line + 3], state[line + 4]
    forget = 1.0 - 1.0 / min(max(count / SMOOTH, LEAST), MOST)
    weight, t, tt, p, tp = (
        forget * weight, forget * (t - weight), forget * (tt - 2.0 * t + weight), forget * p, forget * (tp - p),
    )  # fmt: skip
    awaited = state[line + 5]
    if first or abs(at - awaited) > 3.0 + count / NEAR:
        weight, t, tt, p, tp, speed = 3.0, -6.0, 14.0, 3.0 * at - 6.0, 14.0 - 6.0 * at, 1.0
    weight, p = weight + 1.0, p + at
    speed = (weight * tp - t * p) / (weight * tt - t * t)
    state[line], state[line + 1], state[line + 2], state[line + 3], state[line + 4] = weight, t, tt, p, tp
    state[line + 5] = at + speed
    return speed


@kernel
def position(sizes: Any, state: Any, n: int) -> float:
    """Where in template n we are, in states: the mean near its likeliest state."""
    a, low, high = around(sizes, state, n)
    used = through = 0.0
    for j in range(low, high):
        used += state[sizes[ALPHA] + a + j]
        through += j * state[sizes[ALPHA] + a + j]
    return through / used


@kernel
def around(sizes: Any, state: Any, n: int) -> tuple[int, int, int]:
    """First state of template n, and the range near its likeliest state over which means are taken."""
    a = sizes[sizes[FIRSTS] + n]
    count, best = sizes[sizes[FIRSTS] + n + 1] - a, int(state[sizes[BEST] + n])
    reach = count // NEAR + 1
    return a, max(best - reach, 0), min(best + reach + 1, count)


@kernel
def outputs_of(sizes: Any, table: Any, state: Any, out: Any) -> None:
    """Write M outputs and the speed, then their deviations, mixed over templates and near states.

    Source: West (1979), "Updating mean and variance estimates".
    """
    outputs, at = sizes[OUTPUTS], 4 * sizes[GESTURES]
    width = outputs + 1
    for m in range(2 * width):
        out[at + m] = 0.0
    total = 0.0
    for n in range(sizes[TEMPLATES]):
        share = state[sizes[WEIGHTS] + n]
        if share < 1e-4:
            continue
        a, low, high = around(sizes, state, n)
        used = 0.0
        for j in range(a + low, a + high):
            used += state[sizes[ALPHA] + j]
        for j in range(a + low, a + high):
            p = state[sizes[ALPHA] + j]
            weight = share * p / used
            if weight < 1e-9:
                continue
            total += weight
            for m in range(width):
                value = state[sizes[SPEEDS] + n]
                if m < outputs:
                    value = table[sizes[TARGETS] + j * outputs + m]
                delta = value - out[at + m]
                out[at + m] += delta * weight / total
                out[at + width + m] += weight * delta * (value - out[at + m])
    for m in range(width):
        out[at + width + m] = math.sqrt(max(out[at + width + m], 0.0) / total)


@kernel
def step(sizes: Any, table: Any, state: Any, out: Any) -> int:
    """Take the frame in the first C places of `state`; return the winner's index, -1 for "none of these".

    Written into `out`: K log-likelihoods, posteriors, progress and fits, then outputs and deviations.
    """
    channels, gestures, templates = sizes[CHANNELS], sizes[GESTURES], sizes[TEMPLATES]
    for c in range(channels):
        if not math.isfinite(state[c]):
            return NOT_FINITE
    for c in range(channels):
        value = (state[c] - table[sizes[CENTRE] + c]) * table[sizes[INVERSE] + c]
        state[c] = min(max(value, -table[LIMIT]), table[LIMIT])
    first = state[sizes[PLACE]] == 0.0
    switch, evidence, weights = table[SWITCH], table[EVIDENCE], sizes[WEIGHTS]
    for k in range(gestures):
        out[k] = out[2 * gestures + k] = -math.inf
        out[gestures + k] = out[3 * gestures + k] = 0.0
    # Likelihoods as shares of the largest: of a gesture's templates, and of all.
    likelihoods, highest = sizes[LOGS], -math.inf
    for n in range(templates):
        k = sizes[sizes[OWNERS] + n]
        state[likelihoods + n] = template(sizes, table, state, n, first) * table[TEMPER]
        out[k] = max(out[k], state[likelihoods + n])
        highest = max(highest, state[likelihoods + n])
    total = 0.0
    for n in range(templates):
        k = sizes[sizes[OWNERS] + n]
        before = state[weights + n] * (1.0 - switch) + switch * table[sizes[SHARES] + n]
        if first:
            before = table[sizes[SHARES] + n]
        mass = before * math.exp(state[likelihoods + n] - out[k])
        state[weights + n] = mass * math.exp(out[k] - highest)
        out[3 * gestures + k] += before
        out[gestures + k] += mass
        total += state[weights + n]
        # The template that speaks for its gesture is its likeliest.
        if mass > out[2 * gestures + k]:
            out[2 * gestures + k] = mass
            state[sizes[PRIORS] + k] = n
    state[sizes[PLACE]] = state[sizes[PLACE]] + 1.0 if state[sizes[PLACE]] < 2.0 * BURST else BURST + 1.0
    for n in range(templates):
        state[weights + n] /= total
    ring, winner = sizes[RING], 0
    for k in range(gestures):
        likelihood = (out[k] + math.log(out[gestures + k] / out[3 * gestures + k])) / evidence
        out[gestures + k] *= math.exp(out[k] - highest) / total
        if out[gestures + k] > out[gestures + winner]:
            winner = k
        window = sizes[sizes[RINGS] + k]
        out[k] = counted_mean(state, ring, sizes[TOTALS] + k, sizes[COUNTS] + k, window, likelihood)
        ring += window
        out[3 * gestures + k] = fitting(out[k], table[sizes[EDGES] + k], table[sizes[GAINS] + k])
        n = int(state[sizes[PRIORS] + k])
        last = sizes[sizes[FIRSTS] + n + 1] - sizes[sizes[FIRSTS] + n] - 1
        out[2 * gestures + k] = min(max(position(sizes, state, n) / max(last, 1), 0.0), 1.0)
    outputs_of(sizes, table, state, out)
    return winner if out[3 * gestures + winner] >= 0.5 else -1


def layout(
    model: TemplateModel, window: int, tolerance: float, precision: float, leak: float, switch: float
) -> Kept:
    """The model laid out for `step`."""
    channels, gestures, templates = model.spec.width, len(model.labels), len(model.owners)
    states, outputs = len(model.frames), len(model.demonstrated)
    fine = tolerance * precision
    inverse = model.scaling.inverse / fine
    owners, evidence = model.owners.astype(np.int64), model.evidence
    sizes = np.zeros(HEADER, np.int64)
    sizes[: WINDOW + 1] = channels, gestures, templates, states, outputs, window
    rings = [max(round(0.5 * float(np.median(model.lengths[owners == k]))), 1) for k in range(gestures)]
    shares = 1.0 / (gestures * np.bincount(owners)[owners])
    log_floor = -(9.0 + 2.0 * evidence * model.moving) / precision
    head = np.array([evidence, log_floor, leak, switch, *STEPS, KEEP, precision**2, FURTHEST / fine])
    parts: dict[int, Values] = {
        CENTRE: model.scaling.centre, INVERSE: inverse, MEANS: (model.frames / fine).T.ravel(),
        TARGETS: model.targets.ravel(), EDGES: model.edges, GAINS: model.gains, SHARES: shares,
    }  # fmt: skip
    table = placed(sizes, parts, head)
    rooms = {
        ALPHA: states, DENSITY: states, ROOM: int(model.lengths.max()), WEIGHTS: templates,
        SCALES: templates, SPEEDS: templates, LOGS: templates,
        LINES: LINE * templates, BEST: templates, LOW: templates, LOOK: templates, PLACE: 1 + templates,
        TOTALS: gestures, COUNTS: gestures, PRIORS: gestures, RING: sum(rings),
    }  # fmt: skip
    state = placed(sizes, {name: np.zeros(room) for name, room in rooms.items()}, np.zeros(channels))
    for name in (SCALES, SPEEDS):
        state[sizes[name] : sizes[name] + templates] = 1.0
    at = HEADER
    counts = ((FIRSTS, np.array(model.firsts)), (OWNERS, owners), (RINGS, np.array(rings)))
    for name, values in counts:
        sizes[name], at = at, at + len(values)
    sizes = np.concatenate([sizes, *(values for _, values in counts)])
    return Kept(sizes, table, state, step)


KERNELS = ((step, "int64(int64[::1], float64[::1], float64[::1], float64[::1])"),)
