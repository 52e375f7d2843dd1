"""Drums made here, for a sampler that was given no files: the same wave every time."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE = 48000.0
Sound = NDArray[np.float64]


def _time(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE)) / RATE


def _noise(seed: int, time: Sound, low: float, high: float) -> Sound:
    """(N, 2) noise between two corners in Hz, of power 1, the two sides half alike."""
    random = np.random.default_rng(seed).normal(size=(len(time), 2))
    spectrum = np.fft.rfft(random + 0.5 * random[:, ::-1], axis=0)
    hz = np.fft.rfftfreq(len(time), 1.0 / RATE)[:, None]
    shaped = spectrum * (hz / low) ** 2 / np.sqrt((1 + (hz / low) ** 4) * (1 + (hz / high) ** 6))
    out = np.fft.irfft(shaped, len(time), axis=0)
    return np.asarray(out / np.sqrt(np.mean(np.square(out))))


def _sweep(time: Sound, start: float, end: float, speed: float) -> Sound:
    """(N, 1) a sine that falls from `start` to `end` Hz."""
    hz = end + (start - end) * np.exp(-time / speed)
    return np.asarray(np.sin(2.0 * np.pi * np.cumsum(hz) / RATE))[:, None]


def _fade(time: Sound, seconds: float) -> Sound:
    """(N, 1) a decay by 60 dB in so many seconds."""
    return np.asarray(np.exp(-6.9 * time / seconds))[:, None]


def _kick() -> Sound:
    time = _time(0.6)
    click = _noise(1, time, 1500.0, 6000.0) * _fade(time, 0.02)
    return _sweep(time, 210.0, 50.0, 0.03) * _fade(time, 0.55) + 0.12 * click


def _snare() -> Sound:
    time = _time(0.45)
    skin = _sweep(time, 260.0, 185.0, 0.02) * _fade(time, 0.22) + 0.5 * _sweep(
        time, 390.0, 330.0, 0.02
    ) * _fade(time, 0.14)
    return 0.55 * skin + 0.3 * _noise(2, time, 1800.0, 9000.0) * _fade(time, 0.3)


def _hat() -> Sound:
    time = _time(0.25)
    ring = sum(np.sin(2.0 * np.pi * hz * time) for hz in (6107.0, 7243.0, 8391.0, 9677.0, 11071.0))
    return (0.35 * _noise(3, time, 8000.0, 14000.0) + 0.05 * np.asarray(ring)[:, None]) * _fade(time, 0.13)


def _clap() -> Sound:
    time = _time(0.5)
    hands = sum(
        np.where(time >= at, np.exp(-(time - at) / length), 0.0)
        for at, length in ((0.0, 0.004), (0.011, 0.004), (0.021, 0.004), (0.032, 0.05))
    )
    return np.asarray(0.4 * _noise(4, time, 950.0, 3800.0) * np.asarray(hands)[:, None])


def _tom() -> Sound:
    time = _time(0.7)
    skin = _sweep(time, 175.0, 108.0, 0.06) * _fade(time, 0.6)
    return 0.8 * skin + 0.15 * _sweep(time, 270.0, 172.0, 0.05) * _fade(time, 0.25)


def _shaker() -> Sound:
    time = _time(0.22)
    shape = (time / 0.035) ** 1.5 * np.exp(1.5 * (1.0 - time / 0.035))
    return 0.22 * _noise(5, time, 5500.0, 11000.0) * shape[:, None]


def _cowbell() -> Sound:
    time = _time(0.5)
    ring: Sound = np.zeros((len(time), 1))
    for hz in (562.0, 845.0):
        for n in range(1, 10, 2):
            ring += np.sin(2.0 * np.pi * hz * n * time)[:, None] / n * (0.6 + 0.4 * (n in (3, 5)))
    return np.asarray(ring * (0.5 * _fade(time, 0.12) + 0.3 * _fade(time, 0.45)))


DRUMS = {
    "kick": _kick, "snare": _snare, "hat": _hat, "clap": _clap, "tom": _tom, "shaker": _shaker, "cowbell": _cowbell,
}  # fmt: skip
PEAKS = {"kick": 0.8, "snare": 0.7, "hat": 0.35, "clap": 0.6, "tom": 0.7, "shaker": 0.4, "cowbell": 0.45}


@lru_cache(maxsize=len(DRUMS))
def drum(name: str) -> tuple[NDArray[np.float32], float]:
    """One drum of `DRUMS`, (N, 2), and its rate in Hz; nobody writes into it."""
    sound = DRUMS[name]()
    wide = np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound
    whole = (wide * (PEAKS[name] / np.abs(wide).max())).astype(np.float32)
    whole.setflags(write=False)
    return whole, RATE
