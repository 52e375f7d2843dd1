"""Help for the tests of the synth: play voices as blocks, measure pitch and jumps."""

from __future__ import annotations

import numpy as np

from gesturemap.frames import Event
from gesturemap.synth.mixer import Mixer

RATE = 48000


def began(at, label="a", value=1.0):
    return round(at * RATE), Event("began", label, value)


def ended(at, label="a"):
    return round(at * RATE), Event("ended", label, 0.0)


def play(mixer: Mixer, seconds: float, values=None, events=(), block: int = 480) -> np.ndarray:
    """Blocks of `block` samples; `values` a row, or a function of seconds; events at samples from now."""
    total, done, out = round(seconds * RATE), 0, []
    while done < total:
        n = min(block, total - done)
        row = values(done / RATE) if callable(values) else values
        due = [(at - done, event) for at, event in events if done <= at < done + n]
        out.append(mixer.render(n, None if row is None else np.asarray(row, float), due))
        done += n
    return np.concatenate(out)


def pitch(samples: np.ndarray, near: float) -> float:
    """Hz of the strongest partial within a semitone of `near`, by the turn of phase between two windows."""
    hop = len(samples) // 2
    window = np.hanning(hop)
    time = np.arange(hop) / RATE
    spectrum = np.abs(np.fft.rfft(samples[:hop] * window, 8 * hop))
    freqs = np.fft.rfftfreq(8 * hop, 1 / RATE)
    band = (freqs > near / 2 ** (1 / 12)) & (freqs < near * 2 ** (1 / 12))
    coarse = freqs[band][np.argmax(spectrum[band])]
    turn = np.exp(-2j * np.pi * coarse * time)
    one, two = np.sum(samples[:hop] * window * turn), np.sum(samples[hop : 2 * hop] * window * turn)
    return coarse + np.angle(two / one * np.exp(-2j * np.pi * coarse * hop / RATE)) / (2 * np.pi * hop / RATE)


def cents(hz: float, note: float) -> float:
    return 1200 * np.log2(hz / (440 * 2 ** ((note - 69) / 12)))


def kink(samples: np.ndarray) -> float:
    """The largest second difference: what a click stands out by."""
    return float(np.abs(np.diff(samples.astype(float), n=2, axis=0)).max())


def stray(sound: np.ndarray, hz: float, share: float = 0.0) -> float:
    """dB of the strongest partial that is no multiple of `hz`, below the strongest of all.

    What is nearer to a multiple than 40 Hz counts as one; with a share, what is nearer than that share of `hz`.
    """
    spectrum = np.abs(np.fft.rfft(sound * np.blackman(len(sound))))
    freqs = np.fft.rfftfreq(len(sound), 1 / RATE)
    off = np.abs(freqs / hz - np.round(freqs / hz)) * hz > (share * hz if share else 40)
    return float(20 * np.log10(spectrum[off].max() / spectrum.max()))
