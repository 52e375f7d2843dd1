"""Where a recorded sound's attacks are, to the sample; found once, before it is played.

Source: J. P. Bello et al., A tutorial on onset detection in music signals, IEEE Trans. Speech and Audio Processing
13 (2005), sections III-A and III-C; the comparison with the loudest of what was before keeps the pulses of a low
voice, and beating strings, from being taken for attacks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Values

APART = 0.05
"""Seconds between two attacks at least; the stronger one counts."""
STEP, FRAME, BEFORE = 0.001, 0.005, 0.025
"""Seconds from one look to the next, of one look, and of what it is compared with."""
EDGES = (0.0, 400.0, 900.0, 1800.0, 3600.0, 7200.0)
"""Where bands begin, in Hz."""
RISE, ENOUGH = 1.2, 5.0
"""Doublings of power: what a band must gain to count, and what all bands together must gain."""
FLOOR = 1e-6
"""Power of a band below which it is silent, as a share of its loudest."""
CHUNK = 4096
"""Looks taken at once, so that a long sound needs little memory."""


def find(sound: NDArray[np.float32], rate: float) -> Values:
    """(A,) frames at which attacks begin in a sound (N, 2), in order."""
    step = max(round(STEP * rate), 1)
    back, gap = round(BEFORE / STEP), round(FRAME / STEP)
    power = _bands(sound, rate, step, back + gap)
    floor = np.maximum(FLOOR * power.max(axis=0), 1e-3 * FLOOR * power.max() + 1e-20)
    power = np.maximum(power, floor)
    count = len(power) - back - gap
    loudest = power[:count].copy()
    for i in range(1, back):
        np.maximum(loudest, power[i : i + count], out=loudest)
    gains = np.log2(power[back + gap :] / loudest)
    novelty = np.where(gains > RISE, gains, 0.0).sum(axis=1)
    found: list[float] = []
    taken = np.zeros(len(novelty), bool)
    apart = round(APART / STEP)
    novelty[max(count - back, 0) :] = 0.0  # where a file is cut off is no attack
    order = np.argsort(-novelty, kind="stable")
    for i in order[: np.count_nonzero(novelty >= ENOUGH)]:
        if not taken[i]:
            taken[max(i - apart, 0) : i + apart + 1] = True
            found.append(_refined(sound, int(i) * step, rate))
    return np.array(sorted(found))


def _bands(sound: NDArray[np.float32], rate: float, step: int, before: int) -> Values:
    """(T, B) power in bands, of both sides, every `step` frames, from `before` looks before it on."""
    size = max(round(FRAME * rate), 16)
    window = np.hanning(size + 2)[1:-1]
    freqs = np.fft.rfftfreq(size, 1.0 / rate)
    begins = np.unique(np.searchsorted(freqs, EDGES))
    begins = begins[begins < len(freqs)]
    early = before * step
    padded = np.pad(sound, ((size // 2 + early, size), (0, 0)), "edge")
    looks = np.lib.stride_tricks.sliding_window_view(padded, size, axis=0)[: len(sound) + early : step]
    out = np.empty((len(looks), len(begins)))
    for i in range(0, len(looks), CHUNK):
        spectrum = np.fft.rfft(looks[i : i + CHUNK] * window, axis=2)
        power = (spectrum.real**2 + spectrum.imag**2).sum(axis=1)
        out[i : i + CHUNK] = np.add.reduceat(power, begins, axis=1)
    return out


def _refined(sound: NDArray[np.float32], near: int, rate: float) -> float:
    """The frame at which the power of the edges rises most, close to `near`."""
    width = round(FRAME * rate)
    first = max(near - width, 0)
    edge = np.diff(sound[first : near + width].astype(float), axis=0, prepend=sound[first : first + 1])
    power = np.square(edge).sum(axis=1)
    short = max(round(0.001 * rate), 2)
    total = np.concatenate([np.zeros(2 * short), np.cumsum(power), np.full(short, power.sum())])
    after = total[3 * short :] - total[2 * short : -short]
    before = (total[2 * short : -short] - total[: -3 * short]) / 2.0
    after, before = after[: len(power)], before[: len(power)]
    ratio = after / (before + 1e-4 * after.max() + 1e-20)
    top = int(np.argmax(ratio))
    # the first sample that belongs to it
    strong = np.flatnonzero(power[top : top + short] > 0.05 * power[top : top + short].max())
    return float(first + top + (strong[0] if len(strong) else 0))
