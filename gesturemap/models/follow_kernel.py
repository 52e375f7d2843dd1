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
    ALPHA, CARRY, DENSITY, ROOM, WEIGHTS, SCALES, SPEEDS, BEST, LOW, LOOK, PLACE, TOTALS, COUNTS, RING,
    HEADER,
) = range(32)  # fmt: skip
EVIDENCE, LOG_FLOOR, LEAK, SWITCH, STEP0, STEP1, STEP2, STEP3, PERSISTENCE, TEMPER, LIMIT, PLAIN = range(12)
"""Places at the start of the table."""
STEPS = (0.25, 0.45, 0.22, 0.08)
"""Probabilities of moving on by 0, 1, 2 and 3 states in one frame."""
KEEP = 0.7
"""The part of these that is given to keeping the speed there is..."""
SLOWEST = 0.25
"""...which is taken to be at least this."""
ENTERS = 4
"""A gesture begins in one of so many first states, each half as likely as the one before."""
AGAIN = 0.05
"""Probability per frame that a gesture which has ended begins again."""
NEAR = 20
"""Position and outputs are means over 1 / so much of the template to either side of the likeliest state."""
SMOOTH = 10
"""Speed is smoothed over 1 / so much of the template."""
BURST = 32
"""Frames that the second window looks at one place."""


@kernel
def advance(
    table: Any, state: Any, alpha: int, carry: int, density: int, low: int, high: int, count: int, scale: float,
    entering: float, first: bool, forget: float, taps: tuple[float, float, float, float],
) -> tuple[float, float, int]:  # fmt: skip
    """Take states low .. high - 1 of a template of `count` one frame further.

    Returns their mass, mass x smoothed speed, and the likeliest state.

    From the last to the first, so that nothing needs to be copied. `carry` holds probability x smoothed speed.
    `entering`: mass that begins at the start, besides the leak.
    """
    p0, p1, p2, p3 = taps
    floor, leak = math.exp(table[LOG_FLOOR]), table[LEAK]
    kept = 0.0 if first else (1.0 - leak) * scale
    anywhere = leak / count if first else 0.5 * leak / count
    begins = (1.0 - leak if first else 0.5 * leak) + entering
    mass, through, best, top = 0.0, 0.0, low, -1.0
    ends = (1.0 - AGAIN) * (p1 + p2 + p3)
    part = begins / (2.0 - 0.5 ** (min(ENTERS, count) - 1))
    for back in range(high - low):
        j = high - 1 - back
        a0, u0 = state[alpha + j], state[carry + j]
        a1 = a2 = a3 = u1 = u2 = u3 = 0.0
        if j > 0:
            a1, u1 = state[alpha + j - 1], state[carry + j - 1]
        if j > 1:
            a2, u2 = state[alpha + j - 2], state[carry + j - 2]
        if j > 2:
            a3, u3 = state[alpha + j - 3], state[carry + j - 3]
        a = p0 * a0 + p1 * a1 + p2 * a2 + p3 * a3
        u = p0 * u0 + p1 * u1 + p2 * u2 + p3 * u3
        moved = p1 * a1 + 2.0 * p2 * a2 + 3.0 * p3 * a3
        if j == count - 1:  # what would go beyond the end stays there
            a += ends * a0 - AGAIN * p0 * a0 + (p2 + p3) * a1 + p3 * a2
            u += ends * u0 - AGAIN * p0 * u0 + (p2 + p3) * u1 + p3 * u2
            moved += 2.0 * (p2 + p3) * a1 + 3.0 * p3 * a2
        enters = anywhere
        if j < ENTERS:
            enters += part * 0.5**j
        here = state[density + j] + floor
        a = (kept * a + enters) * here
        u = (kept * ((1.0 - forget) * u + forget * moved) + enters) * here
        if a < 1e-200:
            a = u = 0.0
        state[alpha + j], state[carry + j] = a, u
        mass += a
        through += u
        if a > top:
            top, best = a, j
    return mass, through, best


@kernel
def steps(table: Any, speed: float) -> tuple[float, float, float, float]:
    """Probabilities of moving on by 0, 1, 2, 3 states: a part as for any speed, the others keep this one."""
    speed, keep = min(max(speed, SLOWEST), 2.999), table[PERSISTENCE]
    whole = int(speed)
    over, loose = keep * (speed - whole), 1.0 - keep
    exact = keep - over
    p0 = loose * table[STEP0] + (exact if whole == 0 else 0.0)
    p1 = loose * table[STEP1] + (exact if whole == 1 else (over if whole == 0 else 0.0))
    p2 = loose * table[STEP2] + (exact if whole == 2 else (over if whole == 1 else 0.0))
    return p0, p1, p2, loose * table[STEP3] + (over if whole == 2 else 0.0)


@kernel
def densities(sizes: Any, table: Any, state: Any, a: int, low: int, high: int) -> None:
    """Write the densities of states low .. high - 1 of the template that begins at a, 1 where they fit exactly."""
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
    exponentials(state, sizes[DENSITY] + a + low, count, state, sizes[ROOM])


@kernel
def clear(state: Any, sizes: Any, a: int, low: int, high: int, kept: int, width: int) -> None:
    """Set states low .. high - 1 of the template at a to nothing, save those of kept .. kept + width - 1."""
    for j in range(low, high):
        if j < kept or j >= kept + width:
            state[sizes[ALPHA] + a + j] = state[sizes[CARRY] + a + j] = 0.0


@kernel
def template(sizes: Any, table: Any, state: Any, n: int, first: bool) -> float:
    """Take template n one frame further; return the likelihood of the frame, given the template and what was."""
    a = sizes[sizes[FIRSTS] + n]
    count, width = sizes[sizes[FIRSTS] + n + 1] - a, sizes[WINDOW]
    alpha, carry, density = sizes[ALPHA] + a, sizes[CARRY] + a, sizes[DENSITY] + a
    scale, forget = state[sizes[SCALES] + n], min(SMOOTH / count, 0.25)
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
    mass, through, best = 0.0, 0.0, 0
    taps = steps(table, state[sizes[SPEEDS] + n])
    for part in range(2):
        if part:
            low, high = other, beyond
        if high <= low:
            continue
        densities(sizes, table, state, a, low, high)
        found, moving, place = advance(
            table, state, alpha, carry, density, low, high, count, scale, again, first, forget, taps
        )
        if mass == 0.0 or state[alpha + place] > state[alpha + best]:
            best = place
        mass, through = mass + found, through + moving
    if count > width:
        low = int(state[sizes[LOW] + n])
        wanted = min(max(best - width // 3, 0), count - width)
        if abs(wanted - low) > width // 8:
            clear(state, sizes, a, low, low + width, wanted, width)
            state[sizes[LOW] + n] = wanted
    state[sizes[BEST] + n], state[sizes[SCALES] + n], state[sizes[SPEEDS] + n] = (
        best,
        1.0 / mass,
        through / mass,
    )
    return mass


@kernel
def around(sizes: Any, state: Any, n: int) -> tuple[int, int, int]:
    """First state of template n, and the range near its likeliest state over which means are taken."""
    a = sizes[sizes[FIRSTS] + n]
    count, best = sizes[sizes[FIRSTS] + n + 1] - a, int(state[sizes[BEST] + n])
    reach = count // NEAR + 1
    return a, max(best - reach, 0), min(best + reach + 1, count)


@kernel
def outputs_of(sizes: Any, table: Any, state: Any, out: Any) -> None:
    """Write M outputs and M deviations, or the speed and its deviation, mixed over templates and near states.

    Source: West (1979), "Updating mean and variance estimates".
    """
    outputs, at = sizes[OUTPUTS], 4 * sizes[GESTURES]
    width = max(outputs, 1)
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
                value = table[sizes[TARGETS] + j * outputs + m] if outputs else state[sizes[CARRY] + j] / p
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
        out[k] = out[gestures + k] = 0.0
        out[2 * gestures + k] = -1.0
        out[3 * gestures + k] = 0.0
    total = 0.0
    for n in range(templates):
        k = sizes[sizes[OWNERS] + n]
        mass = template(sizes, table, state, n, first) ** table[TEMPER]
        before = state[weights + n] * (1.0 - switch) + switch * table[sizes[SHARES] + n]
        if first:
            before = table[sizes[SHARES] + n]
        state[weights + n] = before * mass
        out[3 * gestures + k] += before
        out[k] += before * mass
        total += before * mass
        # The template that speaks for its gesture is its likeliest.
        if state[weights + n] > out[2 * gestures + k]:
            out[2 * gestures + k] = state[weights + n]
            state[sizes[PRIORS] + k] = n
    state[sizes[PLACE]] = state[sizes[PLACE]] + 1.0 if state[sizes[PLACE]] < 2.0 * BURST else BURST + 1.0
    for n in range(templates):
        state[weights + n] /= total
    ring, winner = sizes[RING], 0
    for k in range(gestures):
        likelihood = math.log(out[k] / out[3 * gestures + k]) / evidence
        out[gestures + k] = out[k] / total
        if out[gestures + k] > out[gestures + winner]:
            winner = k
        window = sizes[sizes[RINGS] + k]
        out[k] = counted_mean(state, ring, sizes[TOTALS] + k, sizes[COUNTS] + k, window, likelihood)
        ring += window
        out[3 * gestures + k] = fitting(out[k], table[sizes[EDGES] + k], table[sizes[GAINS] + k])
        n = int(state[sizes[PRIORS] + k])
        a, low, high = around(sizes, state, n)
        used = through = 0.0
        for j in range(low, high):
            used += state[sizes[ALPHA] + a + j]
            through += j * state[sizes[ALPHA] + a + j]
        last = sizes[sizes[FIRSTS] + n + 1] - a - 1
        out[2 * gestures + k] = min(max(through / (used * max(last, 1)), 0.0), 1.0)
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
        ALPHA: states, CARRY: states, DENSITY: states, ROOM: int(model.lengths.max()), WEIGHTS: templates,
        SCALES: templates, SPEEDS: templates, BEST: templates, LOW: templates, LOOK: templates, PLACE: 1 + templates,
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
