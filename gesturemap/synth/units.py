"""Sounds cut into units for the corpus: where each begins, how long it is, and what it is like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import FileError
from gesturemap.frames import Values
from gesturemap.synth import attacks, sample
from gesturemap.synth.describe import describe

NAMES = ("loudness", "pitch", "clarity", "centroid", "flatness", *(f"mfcc_{i}" for i in range(1, 7)))
"""What units are told apart by."""
LEAST = {
    "loudness": 4.0, "pitch": 1.0, "clarity": 0.1, "centroid": 0.2, "flatness": 0.03,
    **{f"mfcc_{i}": 2.0 for i in range(1, 7)},
}  # fmt: skip
"""Spread of a descriptor (the centroid's in octaves) below which units count as alike in it."""
CUTS = ("even", "onsets")
LEVELS = 3
"""Octaves up to which a unit is played without folding back."""
RATIO, FRAMES, START, LOUDNESS, PITCH, CLARITY, BEGIN = range(7)
"""Columns of one unit: samples a second of its sound, its length and first sample in that; loudness, pitch and
clarity; from BEGIN on where the sound begins in the table, for each octave."""
COLUMNS = BEGIN + LEVELS
ATTACKED, HARDLY = (0.01, 0.04), 1e-5
"""Seconds after an attack between which something must sound, and with what share of the highest power."""
MOST_UNITS = 50_000
MOST_SECONDS = 1200.0


class Cuts(NamedTuple):
    """Everything that was cut, ready for the corpus."""

    rows: Values
    """(U, COLUMNS)."""
    described: Values
    """(U, D) by `NAMES`."""
    table: NDArray[np.float32]
    faults: tuple[str, ...]


def gather(sounds: Sequence[str], folder: Path | None, cut: str, unit: float) -> Cuts:
    """Read, cut and describe these files and folders; where there is nothing to hear, the choir sings."""
    found: list[tuple[NDArray[np.float32], float]] = []
    faults: list[str] = []
    seconds = 0.0
    for file in _files(sounds, folder, faults):
        try:
            sound, rate = sample.find(file, folder)
            faults += sample.torn(file, folder)
        except FileError as error:
            faults.append(str(error))
            continue
        if seconds + len(sound) / rate > MOST_SECONDS:
            faults.append(
                f"{file}: left out; a corpus has at most {MOST_SECONDS:.0f} s of sound; use fewer files"
            )
            continue
        seconds += len(sound) / rate
        found.append((sound, rate))
    parts = [_cut(sound, rate, cut, unit) for sound, rate in found or [sample.choir()]]
    at, rows, pieces = 0, [], []
    for (sound, rate), (starts, lengths, described) in zip(found or [sample.choir()], parts, strict=True):
        own = np.zeros((len(starts), COLUMNS))
        own[:, RATIO], own[:, START], own[:, FRAMES] = rate, starts, lengths
        own[:, LOUDNESS : CLARITY + 1] = described[:, :3]
        for level, octave in enumerate(_octaves(sound)):
            own[:, BEGIN + level] = at + 8
            pieces += [np.zeros(8, np.float32), octave.ravel(), np.zeros(16, np.float32)]
            at += 24 + octave.size
        rows.append(own)
    described = np.concatenate([part[2] for part in parts])
    if len(described) > MOST_UNITS:
        faults.append(f"corpus: {len(described)} units, the first {MOST_UNITS} are used; make units longer")
    return Cuts(
        np.concatenate(rows)[:MOST_UNITS], described[:MOST_UNITS], np.concatenate(pieces), tuple(faults)
    )


def even(described: Values) -> Values:
    """Descriptors with the centroid in octaves, as distances between them are heard."""
    out = described.copy()
    out[:, NAMES.index("centroid")] = np.log2(np.maximum(out[:, NAMES.index("centroid")], 1.0))
    return out


def _files(sounds: Sequence[str], folder: Path | None, faults: list[str]) -> list[str]:
    """The files that are named, and those in the folders that are."""
    files: list[str] = []
    for name in sounds:
        place = folder / name if folder is not None else Path(name)
        if place.is_dir() and folder is not None:
            inside = sorted(p for p in place.rglob("*") if p.suffix.lower() == ".wav")
            files += [str(path.relative_to(folder)) for path in inside]
            if not inside:
                faults.append(f"{name}: no WAV file in it; put sounds there, or take it out of 'sounds'")
        else:
            files.append(name)
    return files


def _octaves(sound: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The sound, and halved as often as there are levels; a sound too short for that stands in for itself."""
    levels = sample.levels(sound)[:LEVELS]
    while len(levels) < LEVELS:
        levels.append(np.repeat(levels[-1][:1], max(len(levels[-1]) // 2, 1) + 2, axis=0) * 0.0)
    return levels


def _cut(sound: NDArray[np.float32], rate: float, cut: str, unit: float) -> tuple[Values, Values, Values]:
    """First samples, lengths in samples and descriptors of the units of one sound."""
    track = describe(sound, rate, NAMES)
    if cut == "onsets":
        starts = np.array([at for at in attacks.find(sound, rate) if _sounds(sound, at, rate)])
        if not len(starts) or starts[0] > attacks.APART * rate:
            starts = np.append(0.0, starts)
        lengths = np.diff([*starts, len(sound)]).astype(float)
    else:
        starts = np.arange(0.0, max(len(sound) - 0.5 * unit * rate, 1.0), unit * rate)
        lengths = np.minimum(2.0 * unit * rate, len(sound) - starts)  # what comes after belongs to its sound
    ends = starts + np.minimum(lengths, unit * rate if cut == "even" else 0.25 * rate)
    described = np.empty((len(starts), len(NAMES)))
    for row, (start, end) in enumerate(zip(starts / rate, ends / rate, strict=True)):
        inside = (track.times >= start) & (track.times < end)
        part = track.values[inside] if inside.any() else track.at(np.array([0.5 * (start + end)]))
        weight = np.maximum(10.0 ** (part[:, 0] / 10.0), 1e-12)
        described[row] = (part * weight[:, None]).sum(axis=0) / weight.sum()  # what is loud is what is heard
        described[row, 0] = 10.0 * np.log10(weight.mean())
    return starts, lengths, described


def _sounds(sound: NDArray[np.float32], at: float, rate: float) -> bool:
    """Whether something goes on after an attack; the click at the end of a sound that was cut off is no unit."""
    after = sound[int(at + ATTACKED[0] * rate) : int(at + ATTACKED[1] * rate)]
    return len(after) > 0 and bool(np.mean(np.square(after)) > HARDLY * np.square(sound).max())
