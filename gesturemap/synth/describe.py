"""What a sound is like from moment to moment: loudness, pitch, brightness, noisiness, timbre. Not for live use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Values
from gesturemap.synth.weighting import OFFSET, response

HOP = 0.01
"""Seconds from one description to the next."""
WINDOW, LONG_WINDOW = 0.046, 0.093
"""Seconds a description looks at, and that pitch does: two periods of the lowest tone must fit twice."""
FLOOR = -80.0
"""Loudness of silence, in LUFS."""
LOWEST, HIGHEST, DOUBT = 40.0, 2500.0, 0.15
"""Hz within which pitch is looked for, and what the normalised difference must fall below to be one period."""
FINE = 120
"""Samples of lag that are fine enough to measure a period by."""
BANDS, LOW_BAND, HIGH_BAND, MFCCS = 40, 30.0, 16000.0, 12
SILENCE = 1e-10
AT_ONCE = 512
"""Windows that are worked on together."""
CHANNELS = {
    "loudness": Channel("loudness", "LUFS"),
    "pitch": Channel("pitch", "MIDI note"),
    "clarity": Channel("clarity"),
    "centroid": Channel("centroid", "Hz"),
    "flatness": Channel("flatness"),
    "position": Channel("position"),
    **{f"mfcc_{i}": Channel(f"mfcc_{i}") for i in range(1, MFCCS + 1)},
}
"""Every descriptor there is."""


class Track(NamedTuple):
    """Descriptors of a sound along its time."""

    times: Values
    """(T,) seconds: the middles of the windows."""
    values: Values
    """(T, D), all finite."""
    channels: tuple[Channel, ...]

    def at(self, times: Values) -> Values:
        """(N, D) at these seconds, in between on straight lines, held beyond the ends."""
        return np.stack([np.interp(times, self.times, column) for column in self.values.T], axis=1)


def describe(sound: NDArray[np.float32], rate: float, names: Sequence[str], hop: float = HOP) -> Track:
    """Describe a sound (N, 2) every `hop` seconds.

    ``loudness`` is that of the window after ITU-R BS.1770-4, without its gate; ``pitch`` and its ``clarity`` (0..1)
    after A. de Cheveigne and H. Kawahara, "YIN", JASA 111 (2002), held on a straight line over what has no pitch;
    ``centroid`` and ``flatness`` (0 tone, 1 noise) after G. Peeters, CUIDADO report (2004); ``mfcc_1`` and so on after
    S. Davis and P. Mermelstein, IEEE TASSP 28 (1980), in units of natural logarithms. ``position`` is how far through
    the sound it is, 0..1, for voices that are moved to a place in it.

    Raises
    ------
    SettingsError
        If there is no such descriptor.
    """
    for name in names:
        if name not in CHANNELS:
            raise SettingsError(
                "descriptors", repr(name), f"there are {', '.join(CHANNELS)}", "choose among them"
            )
    mono = np.asarray(sound, np.float64).mean(axis=1)
    count = max(math.ceil(len(mono) / (hop * rate)), 1)
    middles = np.arange(count, dtype=np.float64) * hop + 0.5 * hop
    found: dict[str, Values] = {"position": np.minimum(middles * rate / max(len(mono), 1), 1.0)}
    pitched = {"pitch", "clarity"}
    if set(names) - pitched - {"position"}:
        found |= _spectral(np.asarray(sound, np.float64), rate, middles)
    if pitched & set(names):
        found["pitch"], found["clarity"] = _pitch(mono, rate, middles)
    values = np.stack([found[name] for name in names], axis=1) if names else np.zeros((count, 0))
    return Track(middles, values, tuple(CHANNELS[name] for name in names))


def _windows(sound: Values, rate: float, middles: Values, length: int) -> Values:
    """(T, length, ...) pieces of a sound around these seconds, silence beyond its ends."""
    padded = np.concatenate(
        [np.zeros((length, *sound.shape[1:])), sound, np.zeros((2 * length, *sound.shape[1:]))]
    )
    starts = np.round(middles * rate).astype(int) - length // 2 + length
    pieces: Values = padded[np.minimum(starts, len(padded) - length)[:, None] + np.arange(length)]
    return pieces


def _spectral(sound: Values, rate: float, middles: Values) -> dict[str, Values]:
    length = 2 ** round(math.log2(WINDOW * rate))
    window = np.hanning(length + 1)[:-1]
    hz = np.asarray(np.fft.rfftfreq(length, 1.0 / rate), np.float64)
    heard = hz > 20.0
    weights, bank = np.abs(response(hz, rate)) ** 2 / np.sum(window**2) / length * 2.0, _mel_bank(hz, rate)
    cosines = _dct(len(bank))[1 : MFCCS + 1]
    names = ("loudness", "centroid", "flatness", *(f"mfcc_{i}" for i in range(1, MFCCS + 1)))
    out = np.empty((len(middles), len(names)))
    for at in range(0, len(middles), AT_ONCE):
        pieces = _windows(sound, rate, middles[at : at + AT_ONCE], length) * window[:, None]
        both = np.abs(np.fft.rfft(pieces, axis=1)) ** 2
        power = both.mean(axis=2)
        loud = (both.sum(axis=2) * weights).sum(axis=1)
        rows = out[at : at + AT_ONCE]
        rows[:, 0] = np.maximum(OFFSET + 10.0 * np.log10(np.maximum(loud, 1e-30)), FLOOR)
        magnitude = np.sqrt(power[:, heard]) + 1e-12
        rows[:, 1] = magnitude @ hz[heard] / magnitude.sum(axis=1)
        quiet = power[:, heard] + SILENCE
        rows[:, 2] = np.exp(np.log(quiet).mean(axis=1)) / quiet.mean(axis=1)
        rows[:, 3:] = np.log(power @ bank.T + SILENCE) @ cosines.T
    return dict(zip(names, out.T, strict=True))


def _mel_bank(hz: Values, rate: float) -> Values:
    """(BANDS, F) triangles of equal height, evenly apart in mel (O'Shaughnessy's formula)."""
    top = min(HIGH_BAND, 0.48 * rate)
    edges = np.linspace(
        2595.0 * math.log10(1.0 + LOW_BAND / 700.0), 2595.0 * math.log10(1.0 + top / 700.0), BANDS + 2
    )
    edges = 700.0 * (10.0 ** (edges / 2595.0) - 1.0)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bank: Values = np.maximum(0.0, np.minimum((hz - low) / (middle - low), (high - hz) / (high - middle)))
    return bank


def _dct(count: int) -> Values:
    """(count, count) the orthonormal discrete cosine transform of the second kind."""
    row, column = np.arange(count)[:, None], np.arange(count)
    matrix: Values = np.sqrt(2.0 / count) * np.cos(np.pi * row * (2 * column + 1) / (2 * count))
    matrix[0] /= math.sqrt(2.0)
    return matrix


def _pitch(mono: Values, rate: float, middles: Values) -> tuple[Values, Values]:
    """MIDI notes and clarity (0..1) of every window."""
    length = int(LONG_WINDOW * rate)
    half, size = length // 2, 2 ** math.ceil(math.log2(1.5 * length))
    first, last = max(int(rate / HIGHEST), 2), min(int(rate / LOWEST) + 2, half - 1)
    note, clear = np.empty(len(middles)), np.empty(len(middles))
    ends = 0.5 * length / rate, len(mono) / rate - 0.5 * length / rate
    later = middles + 0.25 * length / rate  # the first half of a window is compared with what comes after it
    inside = np.clip(later, ends[0], max(ends))  # half a window of silence is no period
    for at in range(0, len(middles), AT_ONCE):
        pieces = _windows(mono, rate, inside[at : at + AT_ONCE], length)
        spectrum = np.fft.rfft(pieces, size, axis=1)
        start = np.fft.rfft(pieces[:, :half], size, axis=1)
        product = np.fft.irfft(spectrum * start.conj(), size, axis=1)[:, : last + 1]
        energy = np.concatenate([np.zeros((len(pieces), 1)), np.cumsum(pieces**2, axis=1)], axis=1)
        lags = np.arange(last + 1)
        difference = energy[:, half : half + 1] + energy[:, half + lags] - energy[:, lags] - 2.0 * product
        difference[:, 0] = 0.0
        whole = np.cumsum(np.maximum(difference, 0.0), axis=1)
        even = np.maximum(difference, 0.0) * lags / np.maximum(whole, 1e-12)
        even[energy[:, -1] < 1e-8 * length] = 1.0
        for row, curve in enumerate(even):
            lag, depth = _period(curve, first, last)
            note[at + row] = 69.0 + 12.0 * math.log2(rate / lag / 440.0)
            clear[at + row] = min(max(1.0 - depth, 0.0), 1.0)
    voiced = clear > 0.5
    if voiced.any():
        note = np.interp(middles, middles[voiced], note[voiced])
    else:
        note[:] = 60.0
    return note, clear


def _period(curve: Values, first: int, last: int) -> tuple[float, float]:
    """Samples of the first deep enough dip of the normalised difference, between samples, and how deep it is."""
    inside = curve[first:last]
    below = np.flatnonzero(inside < DOUBT)
    place = int(below[0]) if len(below) else int(np.argmin(inside))
    while place + 1 < len(inside) and inside[place + 1] < inside[place]:
        place += 1
    lag = first + place
    exact = _bottom(curve, lag)
    many = min(FINE // lag, (last - 2) // lag)  # several short periods together are measured more finely
    if many > 1:
        exact = _bottom(curve, round(many * exact)) / many
    return exact, float(curve[lag])


def _bottom(curve: Values, lag: int) -> float:
    """The lowest place of the parabola through three samples."""
    a, b, c = curve[lag - 1], curve[lag], curve[lag + 1]
    bend = a - 2.0 * b + c
    return lag + (min(max(0.5 * float(a - c) / float(bend), -1.0), 1.0) if bend > 0.0 else 0.0)
