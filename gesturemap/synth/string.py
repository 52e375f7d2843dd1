"""A plucked string: a delay line that loses highs each time round, tuned to a fraction of a sample."""

from __future__ import annotations

import math

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.synth.chance import noise

ENERGY, HZ, LENGTH, PLACE, ALLPASS, ALLPASS_MEMORY, SHADE, SHADE_MEMORY, KEEP, DECAY, START = range(11)
HEAD = 16
LOWEST = 18.0
LEVEL = 0.4


def size(rate: float) -> int:
    """Doubles that one string needs."""
    return HEAD + math.ceil(rate / LOWEST) + 4


@kernel
def pluck(
    memory: Values, hz: float, loudness: float, hardness: float, decay: float, rate: float, seed: float
) -> float:
    """Fill the string with the wave that a plectrum lets go, and tune it; returns the random seed.

    Source: K. Karplus and A. Strong, Computer Music Journal 7(2) 1983; D. Jaffe and J. O. Smith, same issue,
    for fractional tuning by an all-pass, here with the phase delay exact at the fundamental
    (J. O. Smith, Physical Audio Signal Processing, "First-order allpass interpolation").
    """
    memory[:] = 0.0
    angle = 2.0 * math.pi * hz / rate
    shade = 0.5 - 0.42 * hardness**0.7  # share of the previous sample: 0.5 loses most highs
    lag = math.atan2(shade * math.sin(angle), 1.0 - shade + shade * math.cos(angle)) / angle
    loop = rate / hz - lag
    length = int(loop - 0.6)
    part = loop - length
    memory[HZ], memory[LENGTH], memory[SHADE], memory[DECAY] = hz, length, shade, -1.0
    memory[ALLPASS] = math.sin((1.0 - part) * angle / 2.0) / math.sin((1.0 + part) * angle / 2.0)
    where = max(int(0.16 * length), 1)
    smooth = math.exp(-2.0 * math.pi * (200.0 * 30.0**hardness) / rate)
    slow, slower, power, mean, peak = 0.0, 0.0, 0.0, 0.0, 0.0
    for _turn in range(2):  # the filters' tails run into the next round, as they would on a string
        for i in range(length):
            seed = noise(seed)
            push = 1.0 * (i == 0) - 1.0 * (i == where)
            push += (seed / 1073741823.5 - 1.0) * 0.35 / math.sqrt(length) * (0.3 + 0.7 * hardness)
            slow += (push - slow) * (1.0 - smooth)
            slower += (slow - slower) * (1.0 - smooth)
            memory[HEAD + i] = slower
    for i in range(length):
        mean += memory[HEAD + i] / length
    for i in range(length):
        memory[HEAD + i] -= mean
        power += memory[HEAD + i] ** 2 / length
        peak = max(peak, abs(memory[HEAD + i]))
    height = LEVEL * loudness * (0.75 + 0.25 * hardness) / max(math.sqrt(power), 0.4 * peak, 1e-9)
    for i in range(length):
        memory[HEAD + i] *= height
    memory[ENERGY] = 1.0
    prepare(memory, decay, rate)
    return seed


@kernel
def prepare(memory: Values, decay: float, rate: float) -> None:
    """Work out what the string keeps each time round, where the decay has changed."""
    if memory[DECAY] != decay:
        hz, shade = memory[HZ], memory[SHADE]
        memory[DECAY] = decay
        seconds = decay * (261.6 / hz) ** 0.5
        angle = 2.0 * math.pi * hz / rate
        shaded = math.sqrt(1.0 - 2.0 * shade * (1.0 - shade) * (1.0 - math.cos(angle)))
        memory[KEEP] = min(0.001 ** (1.0 / (hz * seconds)) / shaded, 0.99999)


@kernel
def ring(
    memory: Values, fade: float, factor: float, left: float, right: float, first: int, last: int, out: Values
) -> float:
    """Add one piece of a tick; returns the fade it came to."""
    length, keep, shade, a = int(memory[LENGTH]), memory[KEEP], memory[SHADE], memory[ALLPASS]
    place, before, memory_of_allpass = int(memory[PLACE]), memory[SHADE_MEMORY], memory[ALLPASS_MEMORY]
    energy, start = memory[ENERGY], memory[START]
    for i in range(first, last):
        x = memory[HEAD + place]
        y = keep * ((1.0 - shade) * x + shade * before)
        before = x
        z = a * y + memory_of_allpass  # transposed first-order all-pass: one memory
        memory_of_allpass = y - a * z
        memory[HEAD + place] = z + 1e-12 - 1e-12
        place += 1
        if place == length:
            place = 0
        start += (1.0 - start) * 0.02  # the first millisecond rises, as under a finger
        fade *= factor
        sound = x * fade * start
        energy += (x * x - energy) * 0.0005
        out[0, i] += sound * left
        out[1, i] += sound * right
    memory[PLACE], memory[SHADE_MEMORY], memory[ALLPASS_MEMORY] = place, before, memory_of_allpass
    memory[ENERGY], memory[START] = energy, start
    return fade
