"""Band-limited single-cycle tables, one per octave, so that no pitch folds back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.compiled import kernel

SIZE = 4096
LEVELS = 12
"""Level l holds harmonics 1 .. `MOST` / 2^l."""
MOST = 1024


def tables(amplitudes: NDArray[np.float64]) -> NDArray[np.float32]:
    """(LEVELS * (SIZE + 1),) one cycle per level, each with its first sample again at the end.

    Parameters
    ----------
    amplitudes : (MOST,) of the sine harmonics 1, 2, ...
    """
    out = np.zeros((LEVELS, SIZE + 1), np.float32)
    for level in range(LEVELS):
        most = max(MOST >> level, 1) if level < LEVELS - 1 else 0
        spectrum = np.zeros(SIZE // 2 + 1, complex)
        spectrum[1 : most + 1] = -1j * amplitudes[:most] * SIZE / 2
        out[level, :SIZE] = np.fft.irfft(spectrum, SIZE)
    out[:, SIZE] = out[:, 0]
    return out.ravel()


def warm() -> NDArray[np.float32]:
    """Between saw and triangle: every harmonic, falling by 7.5 dB an octave."""
    harmonics = np.arange(1, MOST + 1)
    amplitudes = harmonics**-1.25
    return tables(amplitudes / np.sqrt(np.sum(amplitudes**2) / 2.0))


SHAPES = ("sine", "triangle", "saw", "square")


def shapes() -> NDArray[np.float32]:
    """(len(SHAPES) * LEVELS * (SIZE + 1),) the tables of `SHAPES` one after another, all of the same power."""
    harmonics = np.arange(1, MOST + 1)
    odd = harmonics % 2 == 1
    sign = np.where(harmonics % 4 == 3, -1.0, 1.0)
    every = (1.0 * (harmonics == 1), odd * sign / harmonics**2, 1.0 / harmonics, odd / harmonics)
    return np.concatenate([tables(part / np.sqrt(np.sum(part**2) / 2.0)) for part in every])


@kernel
def level_of(step: float) -> Any:
    """Which table a phase step (cycles per sample) wants: below its whole part harmonics would fold."""
    wanted = np.log2(max(step * MOST / 0.45, 1e-9))
    return min(max(wanted, -1.0), LEVELS - 2.001)


@kernel
def read(table: NDArray[np.float32], phase: float, lower: int, blend: float) -> Any:
    """One sample at `phase` (0..1) between the tables `lower` and ``lower + 1``."""
    place = phase * SIZE
    index = int(place)
    part = place - index
    at = lower * (SIZE + 1) + index
    one = table[at] + (table[at + 1] - table[at]) * part
    at += SIZE + 1
    other = table[at] + (table[at + 1] - table[at]) * part
    return one + (other - one) * blend
