"""A struck bar: a few decaying modes, each an exact rotating phasor, set off by the push of a mallet."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gesturemap.compiled import kernel
from gesturemap.frames import Values

MODES = 7
BARS: dict[str, tuple[tuple[tuple[float, float, float], ...], float]] = {
    # per mode: ratio to the fundamental, strength, decay relative to the fundamental; then how long it rings
    "wood": (
        ((1.0, 1.0, 1.0), (3.98, 0.5, 0.3), (9.9, 0.22, 0.12), (16.6, 0.12, 0.06), (24.1, 0.07, 0.035)),
        0.45,
    ),
    "metal": (
        ((1.0, 1.0, 1.0), (4.0, 0.42, 0.55), (10.05, 0.2, 0.3), (17.8, 0.1, 0.15), (24.5, 0.06, 0.08)),
        1.6,
    ),
    "glass": (
        (
            (1.0, 1.0, 1.0), (2.318, 0.5, 0.7), (2.324, 0.35, 0.65), (4.25, 0.35, 0.45), (4.262, 0.2, 0.42),
            (6.63, 0.2, 0.25), (9.38, 0.12, 0.15),
        ),
        1.2,
    ),
}  # fmt: skip
ENERGY, HZ, PUSH, PUSH_LENGTH, PUSH_HEIGHT, DECAY = range(6)
HEAD = 8
REAL, IMAGINARY, TURN_REAL, TURN_IMAGINARY, STRENGTH, SIDE = range(6)
COLUMNS = 6
SIZE = HEAD + MODES * COLUMNS
LEVEL = 0.5


def table(body: str) -> NDArray[np.float32]:
    """(1 + 3 * MODES,) how long it rings, then ratio, strength and decay of every mode (ratio 0: none)."""
    modes, length = BARS[body]
    rows = np.zeros((MODES, 3), np.float32)
    rows[: len(modes)] = modes
    return np.concatenate([np.array([length], np.float32), rows.ravel()])


@kernel
def strike(
    memory: Values, table: Values, hz: float, loudness: float, hardness: float, decay: float, rate: float
) -> None:
    """Set a bar of `hz` going; a harder mallet stays on it for a shorter time and so wakes higher modes."""
    memory[:] = 0.0
    contact = 0.004 * (0.00012 / 0.004) ** hardness * (261.6 / max(hz, 60.0)) ** 0.3
    memory[HZ] = hz
    memory[PUSH_LENGTH] = max(math.floor(contact * rate), 4.0)
    memory[PUSH_HEIGHT] = 2.0 * LEVEL * loudness / memory[PUSH_LENGTH]
    memory[ENERGY] = 1.0
    memory[DECAY] = -1.0
    for m in range(MODES):
        at = HEAD + m * COLUMNS
        ratio = table[1 + 3 * m]
        if 0.0 < ratio * hz < 0.45 * rate:
            memory[at + STRENGTH] = table[2 + 3 * m] * (1.0 - 0.5 * max(0.0, ratio * hz / (0.45 * rate)))
            memory[at + SIDE] = 0.0 if m == 0 else (0.3 if m % 2 else -0.3)
    prepare(memory, table, decay, rate)


@kernel
def prepare(memory: Values, table: Values, decay: float, rate: float) -> None:
    """Work out how fast every mode turns and fades, where the decay has changed."""
    hz = memory[HZ]
    energy = 0.0
    changed = memory[DECAY] != decay
    memory[DECAY] = decay
    for m in range(MODES):
        at = HEAD + m * COLUMNS
        if memory[at + STRENGTH] == 0.0:
            continue
        if changed:
            seconds = decay * table[0] * table[3 + 3 * m] * (261.6 / hz) ** 0.6
            radius = 0.001 ** (1.0 / (max(seconds, 0.01) * rate))
            angle = 2.0 * math.pi * hz * table[1 + 3 * m] / rate
            memory[at + TURN_REAL] = radius * math.cos(angle)
            memory[at + TURN_IMAGINARY] = radius * math.sin(angle)
        energy += memory[at + REAL] ** 2 + memory[at + IMAGINARY] ** 2
    memory[ENERGY] = energy if memory[PUSH] >= memory[PUSH_LENGTH] else 1.0


@kernel
def ring(
    memory: Values, fade: float, factor: float, left: float, right: float, first: int, last: int, out: Values
) -> float:
    """Add one piece of a tick; returns the fade it came to.

    Each mode is one pole, turned and shortened once a sample, so its frequency is exact. Source: J. O.
    Smith, Physical Audio Signal Processing, "Modal synthesis"; contact times after A. Chaigne and V.
    Doutaut, J. Acoust. Soc. Am. 101 (1997).
    """
    length, height = memory[PUSH_LENGTH], memory[PUSH_HEIGHT]
    start, start_fade = memory[PUSH], fade
    for m in range(MODES):
        at = HEAD + m * COLUMNS
        strength = memory[at + STRENGTH]
        if strength == 0.0:
            continue
        x, y, c, s = memory[at], memory[at + 1], memory[at + TURN_REAL], memory[at + TURN_IMAGINARY]
        side, push, fade = memory[at + SIDE], start, start_fade
        to_left, to_right = strength * left * (1.0 - side), strength * right * (1.0 + side)
        for i in range(first, last):
            x, y = c * x - s * y, s * x + c * y
            if push < length:
                push += 1.0
                x += height * 0.5 * (1.0 - math.cos(2.0 * math.pi * push / (length + 1.0)))
            fade *= factor
            out[0, i] += y * fade * to_left
            out[1, i] += y * fade * to_right
        memory[at], memory[at + 1], memory[PUSH] = x, y, push
    return fade
