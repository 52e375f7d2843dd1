"""A sound at another rate, without mirror images: by its spectrum, block by block."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

BLOCK, LAP = 1 << 17, 1 << 13
"""Samples that are taken at once, about, and by how much neighbours overlap."""


def to(sound: NDArray[np.float32], own: float, rate: float) -> NDArray[np.float32]:
    """The sound (N, 2) of `own` Hz as samples of `rate` Hz."""
    if own == rate:
        return sound
    common = math.gcd(round(own), round(rate))
    here, there = round(own) // common, round(rate) // common
    unit = -(-LAP // here)
    lap, many = unit * here, max(BLOCK // here, 4 * unit)
    block, out_lap = many * here, unit * there
    count = math.ceil(len(sound) * there / here)
    out = np.zeros((count + 2 * (many + unit) * there, 2), np.float32)
    fade = np.sin(0.5 * np.pi * (np.arange(out_lap) + 0.5) / out_lap) ** 2
    padded = np.pad(sound, ((lap, 2 * lap + block), (0, 0)))
    place = 0
    for begin in range(0, len(sound) + lap, block):
        spectrum = np.fft.rfft(padded[begin : begin + block + lap], axis=0)
        length = (many + unit) * there
        piece = np.fft.irfft(spectrum[: length // 2 + 1], length, axis=0) * (there / here)
        piece[:out_lap] *= fade[:, None]
        piece[-out_lap:] *= fade[::-1, None]
        out[place : place + length] += piece.astype(np.float32)
        place += many * there
    return out[out_lap : out_lap + count]
