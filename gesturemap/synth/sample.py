"""The sounds that grains and samplers play: a file of the project, or one made here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import FileError
from gesturemap.synth import wav

OCTAVES = 4
"""How many times a sound is halved, for grains that play faster."""
VOWELS = {  # formants: centre in Hz and strength; after G. E. Peterson and H. L. Barney, JASA 24 (1952), men
    "u": ((300, 1.0), (870, 0.22), (2240, 0.02), (3400, 0.008)),
    "o": ((500, 1.0), (850, 0.45), (2410, 0.04), (3400, 0.012)),
    "a": ((730, 1.0), (1090, 0.6), (2440, 0.12), (3400, 0.04)),
    "e": ((530, 1.0), (1840, 0.3), (2480, 0.18), (3500, 0.05)),
    "i": ((270, 1.0), (2290, 0.22), (3010, 0.15), (3700, 0.06)),
}
SECONDS, RATE, LOWEST, HIGHEST = 6.0, 24000.0, 110.0, 9500.0


def levels(sound: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The sound (N, 2), then with half as many samples each time, low-passed so that nothing folds back."""
    taps = np.arange(-31, 32)
    low = np.sinc(taps * 0.45) * 0.45 * np.blackman(len(taps))
    low /= low.sum()
    out = [sound]
    while len(out) <= OCTAVES and len(out[-1]) > 256:
        last = out[-1]
        smooth = np.stack([np.convolve(last[:, side], low, "same") for side in (0, 1)], axis=1)
        out.append(smooth[::2].astype(np.float32))
    return out


def doubled(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sound (N, 2) with twice as many samples, so that what lies between them leaves no mirror image."""
    spectrum = np.fft.rfft(sound, axis=0)
    return (2.0 * np.fft.irfft(spectrum, 2 * len(sound), axis=0)).astype(np.float32)


MARGIN = 32
"""Frames of silence before and after a sound in its `tower`, before it is doubled."""


def tower(sound: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The sound with silence around it, then with half the highest frequency each time; all twice as finely sampled
    as they need, so that what lies between two samples is known well.
    """
    whole = 1 << OCTAVES
    frames = -(-(len(sound) + 2 * MARGIN) // whole) * whole
    padded = np.zeros((frames, 2))
    padded[MARGIN : MARGIN + len(sound)] = sound
    spectrum = np.fft.rfft(padded, axis=0)
    out = []
    for octave in range(OCTAVES + 1):
        length = 2 * frames >> octave
        kept = spectrum[: length // 4 + 1] * (length / frames)
        if octave:
            place = np.arange(len(kept)) / (len(kept) - 1)
            kept *= (0.5 + 0.5 * np.cos(np.pi * np.clip((place - 0.8) / 0.2, 0.0, 1.0)))[:, None]
        kept[-1] *= 0.5  # of the two that the highest frequency now has
        out.append(np.fft.irfft(kept, length, axis=0).astype(np.float32))
    return out


def find(file: str, folder: Path | None) -> tuple[NDArray[np.float32], float]:
    """The sound of a file in the project's folder, (N, 2) samples and its rate in Hz, at a usual loudness.

    Raises
    ------
    FileError
        If it is outside the folder, missing or broken.
    """
    sound, rate = load(file, folder)
    loud = float(np.sqrt(np.einsum("ij,ij->", sound, sound, dtype=np.float64) / sound.size))
    sound -= sound.mean(axis=0, keepdims=True)
    sound *= np.float32(min(0.12 / max(loud, 1e-4), 8.0))
    return sound, rate


def load(file: str, folder: Path | None) -> tuple[NDArray[np.float32], float]:
    """The sound of a file in the project's folder, (N, 2) samples and its rate in Hz, as it is.

    Raises
    ------
    FileError
        If it is outside the folder, missing or broken.
    """
    return wav.read(_place(file, folder))


def torn(file: str, folder: Path | None) -> tuple[str, ...]:
    """A line where less of a sound is there than its header says: the file was cut off, and what there is plays.

    Raises
    ------
    FileError
        If it is outside the folder, missing or broken.
    """
    line = wav.torn(_place(file, folder))
    return (line,) if line else ()


def _place(file: str, folder: Path | None) -> Path:
    """Where a file of the project is."""
    if folder is None:
        raise FileError(
            file, "the project has no folder yet", "a sound lies in the folder", "save the project"
        )
    root = folder.resolve()
    try:
        path = (root / file).resolve()
    except (OSError, RuntimeError) as error:  # links that lead in a circle
        raise FileError(
            file, "a link that leads nowhere", f"a sound lies in {root}", "copy it there"
        ) from error
    if not path.is_relative_to(root):
        raise FileError(file, "outside the project", f"a sound lies in {root}", "copy it there")
    return path


@lru_cache(maxsize=1)
def choir() -> tuple[NDArray[np.float32], float]:
    """Six seconds of sung vowels from u over o, a, e to i, in the same wave every time; (N, 2) and its rate.

    A few voices with vibrato of their own are added up harmonic by harmonic, each harmonic as strong as the
    vowel's formants make it at that moment.
    """
    random = np.random.default_rng(7)
    coarse = np.linspace(0.0, 1.0, 241)
    names = list(VOWELS)
    shape = np.array([[part for formant in VOWELS[name] for part in formant] for name in names])
    track = np.stack(
        [np.interp(coarse * (len(names) - 1), range(len(names)), column) for column in shape.T], axis=1
    )
    count = int(SECONDS * RATE)
    at = np.arange(count) / count
    time = np.arange(count) / RATE
    out = np.zeros((count, 2))
    for singer in range(4):
        hz = LOWEST * (1.0, 1.0, 1.5, 2.0)[singer] * 2.0 ** (random.uniform(-6, 6) / 1200.0)
        speed = random.uniform(4.6, 5.8)
        wobble = 2.0 ** (
            np.sin(2 * np.pi * (speed * time + random.random())) * random.uniform(6, 14) / 1200.0
        )
        phase = np.cumsum(hz * wobble) / RATE * 2.0 * np.pi
        turn, ring = np.exp(1j * phase).astype(np.complex64), np.ones(count, np.complex64)
        voice = np.zeros(count)
        for harmonic in range(1, int(HIGHEST / hz)):
            ring *= turn
            strength = np.zeros(len(coarse))
            for formant in range(4):
                centre, height = track[:, 2 * formant], track[:, 2 * formant + 1]
                strength += height / (1.0 + ((harmonic * hz - centre) / (60.0 + 0.05 * centre)) ** 2)
            strength *= min(1.0, (HIGHEST - harmonic * hz) / 3000.0)
            start = np.exp(2j * np.pi * random.random()).astype(np.complex64)
            voice += (ring * start).imag * np.interp(at, coarse, strength)
        place = (-0.6, 0.6, -0.25, 0.3)[singer]
        voice *= (0.5, 0.5, 0.35, 0.25)[singer]
        out[:, 0] += voice * np.cos(0.25 * np.pi * (1 + place))
        out[:, 1] += voice * np.sin(0.25 * np.pi * (1 + place))
    piece = count // 240
    power = np.array([np.mean(np.square(out[i * piece : (i + 1) * piece])) for i in range(240)])
    even = np.convolve(np.pad(power, (8, 8), "edge"), np.hanning(17) / np.hanning(17).sum(), "valid")
    return (0.12 * out / np.sqrt(np.interp(at, (np.arange(240) + 0.5) / 240, even))[:, None]).astype(
        np.float32
    ), RATE
