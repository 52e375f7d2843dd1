"""The particles of a gesture variation follower: how they begin, move, are compared with a frame and drawn anew.

A particle supposes a phase in one template, a speed, scales, a rotation and an offset. Resampling gives each
template a fair number of particles, and spreads a few of them anew: over phases, speeds, scales and rotations.
Source: Caramiaux et al. (2014), "Adaptive gesture recognition with variation estimation for interactive
systems", ACM TiiS 4(4), section 3; Arulampalam et al. (2002), algorithm 2, for systematic resampling.

C channels, K gestures, N templates, S frames of all templates, P particles, R rows of a particle: phase,
speed, 1 or C scales, no, 2 (cosine and sine) or 4 (quaternion) of rotation, no or C of the offset. Everything
lies in `sizes`, `table` and `state`, at the places below.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.models.elementary import exponentials

(
    CHANNELS, GESTURES, TEMPLATES, STATES, PARTICLES, SCALED, TURNED, MOVED, ROWS,
    # places in sizes: N + 1 first frames, N owners, K lengths of rings
    FIRSTS, OWNERS, RINGS,
    # places in table
    CENTRE, INVERSE, MEANS, PIVOTS, EDGES, GAINS, SHARES,
    # places in state: two sets of P x R rows, of which one is used
    ROWS_AT, SPARE_AT, INSIDE, LIKELY, ROOM, NOISE, BLOCKS, WEIGHTS, SPEAKS, TOTALS, COUNTS, RING, RANDOM, AGE,
    HEADER,
) = range(34)  # fmt: skip
(
    EVIDENCE, PRECISION, STUDENT, SWITCH, PHASE_NOISE, SPEED_NOISE, SCALE_NOISE, TURN_NOISE, SCALE_SPREAD,
    TURN_SPREAD, THRESHOLD, PATIENCE, PLAIN,
) = range(13)  # fmt: skip
"""Places at the start of the table."""
START = 0.1
"""A performance begins in this first part of a gesture."""
FASTEST = 1.2
"""Logarithm to base 2 of the greatest speed with which a gesture begins; the least is its inverse."""
TOP_SPEED = 4.0
LEAST_SCALE, MOST_SCALE = 0.05, 20.0
RENEWED, WAITING = 0.05, 0.45
"""The share of particles spread anew at each resampling, and how much greater it is in a template that fits not."""
ANYWHERE = 4
"""One in so many of them at any phase, the others at the start."""
TRUST = 1e-3
"""Their share of the weight."""
EQUAL = 0.4
"""The share of particles given to templates whatever their weight."""
FLOOR, FEW = -40.0, 8
"""The log-likelihood of one frame of so many channels at most, tempered, is at least this; of more, in proportion."""


@kernel
def scramble(z: Any) -> Any:
    """64 random bits from a counter. Source: Steele et al. (2014), splitmix64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@kernel
def uniform(counter: Any) -> float:
    """A random number in 0..1; `counter` (1,) counts on."""
    counter[0] += np.uint64(0x9E3779B97F4A7C15)
    bits: float = np.float64(np.int64(scramble(counter[0]) >> np.uint64(11))) * 1.1102230246251565e-16
    return bits


@kernel
def peaked(counter: Any) -> float:
    """A random number in -1..1, those in the middle likelier."""
    return uniform(counter) + uniform(counter) - 1.0


@kernel
def bells(counter: Any, noise: Any) -> None:
    """Fill `noise` with random numbers of mean 0 and deviation 1: sums of four uniform ones."""
    begin, part = counter[0], np.uint64(0xFFFF)
    for i in range(len(noise)):
        z = scramble(begin + np.uint64(i + 1) * np.uint64(0x9E3779B97F4A7C15))
        four = (
            (z & part) + ((z >> np.uint64(16)) & part) + ((z >> np.uint64(32)) & part) + (z >> np.uint64(48))
        )
        noise[i] = (np.float64(np.int64(four)) - 131070.0) * 2.6429000e-05
    counter[0] = begin + np.uint64(len(noise)) * np.uint64(0x9E3779B97F4A7C15)


@kernel
def rotated(
    w: float, i: float, j: float, k: float, x: float, y: float, z: float
) -> tuple[float, float, float]:  # fmt: skip
    """A vector rotated by a unit quaternion: v + 2 w (q x v) + 2 q x (q x v)."""
    a, b, c = 2.0 * (j * z - k * y), 2.0 * (k * x - i * z), 2.0 * (i * y - j * x)
    return x + w * a + j * c - k * b, y + w * b + k * a - i * c, z + w * c + i * b - j * a


@kernel
def image(sizes: Any, table: Any, state: Any, rows: int, n: int, p: int, c: int) -> float:
    """Channel c of what particle p of template n supposes, less its offset; its rows begin at `rows`."""
    a, count = sizes[sizes[FIRSTS] + n], sizes[PARTICLES]
    last = sizes[sizes[FIRSTS] + n + 1] - a - 1
    where = state[rows + p] * last
    j = min(int(where), max(last - 1, 0))
    share = where - j
    j += a
    up = 1 if last > 0 else 0
    channels, turned = sizes[CHANNELS], sizes[TURNED]
    turn = rows + (2 + sizes[SCALED]) * count + p
    low = 0 if turned else c
    high = channels if turned else c + 1
    result = x = y = z = 0.0
    for d in range(low, high):
        at = sizes[MEANS] + d * sizes[STATES] + j
        value = (1.0 - share) * table[at] + share * table[at + up] - table[sizes[PIVOTS] + n * channels + d]
        value *= state[rows + (2 + (d if sizes[SCALED] > 1 else 0)) * count + p]
        result = value
        if d == 0:
            x = value
        elif d == 1:
            y = value
        else:
            z = value
    if turned == 2:
        cosine, sine = state[turn], state[turn + count]
        result = cosine * x - sine * y if c == 0 else sine * x + cosine * y
    elif turned == 4:
        x, y, z = rotated(
            state[turn], state[turn + count], state[turn + 2 * count], state[turn + 3 * count], x, y, z
        )
        result = x if c == 0 else (y if c == 1 else z)
    return result


@kernel
def spread(
    sizes: Any, table: Any, state: Any, counter: Any, rows: int, n: int, p: int, low: float, high: float
) -> None:
    """Let particle p suppose anything, with a phase from low to high; it fits the frame if it has an offset."""
    count = sizes[PARTICLES]
    state[rows + p] = low + (high - low) * uniform(counter)
    state[rows + count + p] = 2.0 ** (FASTEST * peaked(counter))
    row = rows + 2 * count + p
    for _ in range(sizes[SCALED]):
        state[row] = math.exp(table[SCALE_SPREAD] * peaked(counter))
        row += count
    if sizes[TURNED] == 2:
        angle = table[TURN_SPREAD] * peaked(counter)
        state[row], state[row + count] = math.cos(angle), math.sin(angle)
    elif sizes[TURNED] == 4:
        half = 0.5 * table[TURN_SPREAD]
        x, y, z = half * peaked(counter), half * peaked(counter), half * peaked(counter)
        norm = 1.0 / math.sqrt(1.0 + x * x + y * y + z * z)
        state[row], state[row + count] = norm, norm * x
        state[row + 2 * count], state[row + 3 * count] = norm * y, norm * z
    row += sizes[TURNED] * count
    for c in range(sizes[MOVED]):
        state[row + c * count] = state[c] - image(sizes, table, state, rows, n, p, c)


@kernel
def move(sizes: Any, table: Any, state: Any, rows: int, n: int, low: int, high: int) -> None:
    """Let particles low .. high - 1 of template n go on by one frame, each a little differently."""
    size, count = high - low, sizes[PARTICLES]
    length = sizes[sizes[FIRSTS] + n + 1] - sizes[sizes[FIRSTS] + n]
    root = 1.0 / math.sqrt(length)
    at = sizes[NOISE]
    phase, speed = state[rows + low : rows + high], state[rows + count + low : rows + count + high]
    one, two = state[at + low : at + high], state[at + count + low : at + count + high]
    onward, shaking, drift = 1.0 / max(length - 1, 1), table[PHASE_NOISE] * root, table[SPEED_NOISE] * root
    for p in range(size):
        v = min(max(speed[p] + drift * two[p], 0.0), TOP_SPEED)
        speed[p] = v
        phase[p] = min(max(phase[p] + v * onward + shaking * one[p], 0.0), 1.0)
    row, at = rows + 2 * count, at + 2 * count
    drift = table[SCALE_NOISE] * root
    for _ in range(sizes[SCALED]):
        scale, one = state[row + low : row + high], state[at + low : at + high]
        for p in range(size):
            scale[p] = min(max(scale[p] * (1.0 + drift * one[p]), LEAST_SCALE), MOST_SCALE)
        row, at = row + count, at + count
    drift = table[TURN_NOISE] * root
    if sizes[TURNED] == 2:
        cosine, sine = state[row + low : row + high], state[row + count + low : row + count + high]
        one = state[at + low : at + high]
        for p in range(size):
            angle = drift * one[p]
            x, y = cosine[p] - angle * sine[p], sine[p] + angle * cosine[p]
            norm = 1.0 / math.sqrt(x * x + y * y)
            cosine[p], sine[p] = x * norm, y * norm
    elif sizes[TURNED] == 4:
        w, i = state[row + low : row + high], state[row + count + low : row + count + high]
        j, k = (
            state[row + 2 * count + low : row + 2 * count + high],
            state[row + 3 * count + low : row + 3 * count + high],
        )
        one, two = state[at + low : at + high], state[at + count + low : at + count + high]
        three = state[at + 2 * count + low : at + 2 * count + high]
        half = 0.5 * drift
        for p in range(size):
            x, y, z = half * one[p], half * two[p], half * three[p]
            a, b = w[p] - x * i[p] - y * j[p] - z * k[p], i[p] + x * w[p] + y * k[p] - z * j[p]
            c, d = j[p] + y * w[p] + z * i[p] - x * k[p], k[p] + z * w[p] + x * j[p] - y * i[p]
            norm = 1.0 / math.sqrt(a * a + b * b + c * c + d * d)
            w[p], i[p], j[p], k[p] = a * norm, b * norm, c * norm, d * norm


@kernel
def compare(sizes: Any, table: Any, state: Any, rows: int, n: int, low: int, high: int) -> None:
    """Write the squared distance of each particle of a template from the frame."""
    count, channels, turned = sizes[PARTICLES], sizes[CHANNELS], sizes[TURNED]
    at = sizes[LIKELY]
    a = sizes[sizes[FIRSTS] + n]
    last = sizes[sizes[FIRSTS] + n + 1] - a - 1
    size, up = high - low, 1 if last > 0 else 0
    apart, phase = state[at + low : at + high], state[rows + low : rows + high]
    offset = rows + (2 + sizes[SCALED] + turned) * count
    if turned == 2:
        first, second = sizes[MEANS] + a, sizes[MEANS] + sizes[STATES] + a
        pivot, other = table[sizes[PIVOTS] + n * 2], table[sizes[PIVOTS] + n * 2 + 1]
        each = 3 if sizes[SCALED] > 1 else 2
        scale, stretch = (
            state[rows + 2 * count + low : rows + 2 * count + high],
            state[rows + each * count + low : rows + each * count + high],
        )
        turn = rows + (2 + sizes[SCALED]) * count
        cosine, sine = state[turn + low : turn + high], state[turn + count + low : turn + count + high]
        moved = 1.0 if sizes[MOVED] else 0.0
        if sizes[MOVED] == 0:
            offset = rows
        right, top = (
            state[offset + low : offset + high],
            state[offset + count + low : offset + count + high],
        )
        seen, above = state[0], state[1]
        for p in range(size):
            where = phase[p] * last
            j = min(int(where), max(last - 1, 0))
            share = where - j
            x = (table[first + j] + share * (table[first + j + up] - table[first + j]) - pivot) * scale[p]
            y = (table[second + j] + share * (table[second + j + up] - table[second + j]) - other) * stretch[
                p
            ]
            x, y = cosine[p] * x - sine[p] * y, sine[p] * x + cosine[p] * y
            x, y = seen - x - moved * right[p], above - y - moved * top[p]
            apart[p] = x * x + y * y
        return
    if turned == 4:
        turn, each = rows + (2 + sizes[SCALED]) * count, count if sizes[SCALED] > 1 else 0
        moved, place = (1.0, offset) if sizes[MOVED] else (0.0, rows)
        at, states, pivots = sizes[MEANS] + a, sizes[STATES], sizes[PIVOTS] + n * channels
        for p in range(low, high):
            where = state[rows + p] * last
            j = min(int(where), max(last - 1, 0))
            share, scale = where - j, rows + 2 * count + p
            j += at
            x = table[j] + share * (table[j + up] - table[j]) - table[pivots]
            j += states
            y = table[j] + share * (table[j + up] - table[j]) - table[pivots + 1]
            j += states
            z = table[j] + share * (table[j + up] - table[j]) - table[pivots + 2]
            x, y, z = x * state[scale], y * state[scale + each], z * state[scale + 2 * each]
            w, b, c, d = (
                state[turn + p], state[turn + count + p], state[turn + 2 * count + p], state[turn + 3 * count + p],
            )  # fmt: skip
            x, y, z = rotated(w, b, c, d, x, y, z)
            x = state[0] - x - moved * state[place + p]
            y = state[1] - y - moved * state[place + count + p]
            z = state[2] - z - moved * state[place + 2 * count + p]
            apart[p - low] = x * x + y * y + z * z
        return
    for p in range(size):
        apart[p] = 0.0
    for c in range(channels):
        means, pivot, seen = (
            sizes[MEANS] + c * sizes[STATES] + a,
            table[sizes[PIVOTS] + n * channels + c],
            state[c],
        )
        row = rows + (2 + (c if sizes[SCALED] > 1 else 0)) * count
        scale = state[row + low : row + high]
        moved, place = (1.0, offset + c * count) if sizes[MOVED] else (0.0, rows)
        shift = state[place + low : place + high]
        for p in range(size):
            where = phase[p] * last
            j = min(int(where), max(last - 1, 0))
            value = table[means + j] + (where - j) * (table[means + j + up] - table[means + j]) - pivot
            x = seen - value * scale[p] - moved * shift[p]
            apart[p] += x * x


@kernel
def weigh(sizes: Any, table: Any, state: Any, n: int, low: int, high: int) -> float:
    """Weigh the particles of a template by their likelihood; return the log-likelihood of the frame, tempered."""
    at, inside = sizes[LIKELY], sizes[INSIDE]
    likely, weight = state[at + low : at + high], state[inside + low : inside + high]
    size, precision, student = high - low, table[PRECISION], table[STUDENT]
    top = -math.inf
    floor: float = FLOOR * max(sizes[CHANNELS] / FEW, 1.0)
    if student > 0.0:
        power = -0.5 * table[EVIDENCE] * (student + sizes[CHANNELS])
        for p in range(size):
            likely[p] = power * math.log(1.0 + likely[p] * precision / student)
    else:
        power = -0.5 * table[EVIDENCE] * precision
        for p in range(size):
            likely[p] *= power
    for p in range(size):
        likely[p] = max(likely[p], floor)
        top = max(top, likely[p])
    for p in range(size):
        likely[p] -= top
    exponentials(state, at + low, size, state, sizes[ROOM])
    total = 0.0
    for p in range(size):
        weight[p] *= likely[p]
        total += weight[p]
    if not total > 1e-280:
        for p in range(size):
            weight[p] = 1.0 / size
        return floor
    for p in range(size):
        weight[p] /= total
    return top + math.log(total)


@kernel
def resample(sizes: Any, table: Any, state: Any, out: Any, counter: Any, rows: int, spare: int) -> None:
    """Draw the particles of every template anew into the spare rows, each template as many as it is due.

    The less a template is believed in, the more of its particles are spread anew: they wait for a beginning.
    """
    count, templates, inside = sizes[PARTICLES], sizes[TEMPLATES], sizes[INSIDE]
    to = 0
    due = 0.0
    low = int(state[sizes[BLOCKS]])
    for n in range(templates):
        high = int(state[sizes[BLOCKS] + n + 1])
        due += count * (EQUAL / templates + (1.0 - EQUAL) * state[sizes[WEIGHTS] + n])
        end = (
            count if n == templates - 1 else min(max(int(due + 0.5), to + 4), count - 4 * (templates - 1 - n))
        )
        believed = state[sizes[WEIGHTS] + n] * out[3 * sizes[GESTURES] + sizes[sizes[OWNERS] + n]]
        fresh = max(int((RENEWED + WAITING * (1.0 - believed)) * (end - to)), 2)
        old = end - to - fresh
        p, reached, pointer = low, state[inside + low], uniform(counter) / old
        for q in range(to, to + old):
            while reached < pointer and p < high - 1:
                p += 1
                reached += state[inside + p]
            for row in range(sizes[ROWS]):
                state[spare + row * count + q] = state[rows + row * count + p]
            pointer += 1.0 / old
        for q in range(to + old, end):
            anywhere = 0.5 * START if (q - to - old) % ANYWHERE else 1.0
            spread(sizes, table, state, counter, spare, n, q, 0.0, anywhere)
        for q in range(to, end):
            state[sizes[LIKELY] + q] = (1.0 - TRUST) / old if q < to + old else TRUST / fresh
        low, to = high, end
        state[sizes[BLOCKS] + n + 1] = end
    for p in range(count):
        state[inside + p] = state[sizes[LIKELY] + p]


@kernel
def begin(sizes: Any, table: Any, state: Any, counter: Any, rows: int) -> None:
    """Spread all particles over the beginnings of all templates."""
    count, templates = sizes[PARTICLES], sizes[TEMPLATES]
    for n in range(templates):
        low, high = count * n // templates, count * (n + 1) // templates
        state[sizes[BLOCKS] + n + 1] = high
        state[sizes[WEIGHTS] + n] = table[sizes[SHARES] + n]
        for p in range(low, high):
            spread(sizes, table, state, counter, rows, n, p, 0.0, START)
            state[sizes[INSIDE] + p] = 1.0 / (high - low)
