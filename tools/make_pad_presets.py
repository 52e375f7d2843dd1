"""Make the data of the presets for the pointer pad anew: ``python tools/make_pad_presets.py [PRESETS]``.

Movements and sounds are made up, not recorded, and come under the licence of gesturemap. Running this twice gives
the same movements; sounds may differ in the last bit from machine to machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from make_presets import (
    FIGURES,
    POINTER,
    RATE,
    at_ease,
    hurried,
    hurry,
    keep,
    smoothed,
    theremin,
    tremor,
)
from make_sensor_presets import Take, recorded
from numpy.typing import NDArray

from gesturemap import compiled
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Channel, Event, Spec, Values
from gesturemap.project.takes import slug
from gesturemap.synth import patches
from gesturemap.synth.describe import describe
from gesturemap.synth.render import render, write_wav

NOTE = "synthetic, made by tools/make_pad_presets.py"
SOUND_RATE = 24000
"""Of the sounds, in Hz: they are small."""
AWAY = np.array([0.5, 0.5])
TOUCH = 5
"""Frames before the button goes down and after it went up, in a demonstration."""
LONGEST = 12.0
"""Seconds of the corpus."""
ZONES = {
    "low left": (0.22, 0.22),
    "low right": (0.78, 0.22),
    "high left": (0.22, 0.78),
    "high right": (0.78, 0.78),
}


def main() -> None:
    """Write ``demonstrations/``, ``recordings.npz`` and the sounds of these presets."""
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    presets = Path(sys.argv[1]) if len(sys.argv) == 2 else Path(__file__).parent.parent / "presets"
    drawn(presets / "pointer")
    moved(presets / "theremin")
    scrub(presets / "scrub-a-voice")
    corners(presets / "four-corner-timbre")
    corpus(presets / "corpus-explorer")
    bridge(presets / "midi-cc-bridge")


def shown(label: str, number: int, values: Values, note: str = NOTE) -> Demonstration:
    """A demonstration on the pad."""
    time = np.arange(len(values)) / RATE
    return Demonstration(f"{slug(label)}-{number:02d}", label, POINTER, time, values, note=note)


def with_targets(
    name: str, label: str, values: Values, outputs: tuple[Channel, ...], targets: Values
) -> Demonstration:
    """A demonstration on the pad with the outputs that belong to it."""
    time = np.arange(len(values)) / RATE
    return Demonstration(
        f"{slug(name)}-01", label, POINTER, time, values, outputs, targets, f"{name}; {NOTE}"
    )


def take(label: str, values: Values) -> Take:
    """A movement to be played."""
    return Take(label, np.arange(len(values)) / RATE, values)


def walk(places: Sequence[tuple[float, float]], seconds: float, seed: int) -> Values:
    """(T, 2): from place to place, each way as long as all ways together take, with a hand's tremor."""
    rng = np.random.default_rng(seed)
    ways = [
        np.array(a) + (np.array(b) - np.array(a)) * hurry(round(seconds / (len(places) - 1) * RATE))[:, None]
        for a, b in pairwise(places)
    ]
    path = np.concatenate(ways)
    return np.clip(path + tremor(len(path), rng), 0.0, 1.0)


def pressed(path: Values, down: float = 1.0) -> Values:
    """(T, 3): the path, and whether the button is held."""
    return np.column_stack([path, np.full(len(path), down)])


def touched(path: Values) -> Values:
    """(T, 3): the path, the button held but for the first and last few frames."""
    values = pressed(path)
    values[:TOUCH, 2] = values[-TOUCH:, 2] = 0.0
    return values


def rest(at: Values, seconds: float) -> Values:
    """(T, 3): the pointer stays where it is and the button is up."""
    return pressed(np.repeat(np.atleast_2d(at)[-1:, :2], round(seconds * RATE), axis=0), 0.0)


def drawn(folder: Path) -> None:
    """Drawings of the figures that were not demonstrated."""
    rng = np.random.default_rng(77)
    takes = []
    for label, draw in [*FIGURES.items()] * 3:
        path = at_ease(hurried(draw(rng), rng.uniform(0.8, 1.3)), rng)
        takes.append(take(label, pressed(np.concatenate([path, np.repeat(path[-1:], 50, axis=0)]))))
    recorded(folder, POINTER, takes)


def moved(folder: Path) -> None:
    """A melody on the theremin, and away."""
    places = [
        (0.3, 0.3),
        (0.5, 0.35),
        (0.5, 0.35),
        (0.7, 0.6),
        (0.62, 0.7),
        (0.62, 0.7),
        (0.35, 0.5),
        (0.2, 0.9),
    ]
    path = walk([*places, (0.9, 0.85), (0.9, 0.85), (0.3, 0.2), (0.3, 0.2)], 16.0, 3)
    recorded(folder, next(iter(theremin())).spec, [take("", pressed(path))])


def scrub(folder: Path) -> None:
    """One great bow over the pad, and the voice that is under it."""
    write_mono(folder / "phrase.wav", voice())

    def bow(seconds: float, seed: int, warp: Callable[[Values], Values] = lambda s: s) -> Values:
        rng = np.random.default_rng(seed)
        s = np.clip(warp(np.linspace(0.0, 1.0, round(seconds * RATE))), 0.0, 1.0)
        x = 0.08 + 0.84 * s + rng.normal(0.0, 0.006)
        y = 0.25 + 0.5 * np.sin(np.pi * s) + 0.08 * np.sin(4.0 * np.pi * s) + rng.normal(0.0, 0.008)
        return np.clip(np.column_stack([x, y]) + tremor(len(s), rng), 0.0, 1.0)

    takes = [shown("phrase", n, touched(bow(t, n))) for n, t in enumerate((4.6, 5.2), 1)]
    keep(takes, folder)
    there = bow(5.0, 11)
    slow = bow(9.0, 12)
    swings = bow(8.0, 13, lambda s: s - 0.22 * np.sin(2.0 * np.pi * 1.5 * s) * (s < 0.9))
    held = bow(4.0, 14)
    half = len(held) // 2
    held = np.concatenate([held[:half], np.repeat(held[half : half + 1], 90, axis=0), held[half:]])
    parts = [np.concatenate([pressed(way), rest(way, 1.2)]) for way in (there, slow, swings, held)]
    recorded(folder, POINTER, [take("phrase", part) for part in parts])


VOWELS = {
    "a": (750.0, 1200.0, 2600.0), "e": (480.0, 1900.0, 2550.0), "i": (300.0, 2250.0, 3000.0),
    "o": (480.0, 850.0, 2500.0), "u": (330.0, 720.0, 2350.0), "m": (260.0, 950.0, 2200.0),
    "n": (280.0, 1500.0, 2500.0), "l": (350.0, 1250.0, 2700.0),
}  # fmt: skip
"""Formants in Hz. Source: Peterson and Barney (1952), rounded, and nasals after Fant (1960)."""
SYLLABLES = (
    ("m", "a", 57, 0.55), ("l", "i", 60, 0.45), ("s", "o", 64, 0.7), ("n", "e", 62, 0.4), ("m", "u", 60, 0.5),
    ("l", "a", 65, 0.8), ("s", "i", 64, 0.45), ("n", "o", 62, 0.4), ("m", "a", 57, 1.1),
)  # fmt: skip
"""Consonant, vowel, note and seconds."""


def voice() -> NDArray[np.float32]:
    """A sung phrase (N, 2): harmonics under moving formants, and noise for the s."""
    rng = np.random.default_rng(5)
    total = round(sum(length for *_, length in SYLLABLES) * SOUND_RATE)
    t = np.arange(total) / SOUND_RATE
    note, open_, hiss = (np.zeros(total) for _ in range(3))
    formants = np.zeros((total, 3))
    at = 0
    for consonant, vowel, pitch, length in SYLLABLES:
        end = min(total, at + round(length * SOUND_RATE))
        onset = at + round((0.13 if consonant == "s" else 0.09) * SOUND_RATE)
        note[at:end] = pitch
        formants[at:onset] = VOWELS.get(consonant, VOWELS[vowel])
        formants[onset:end] = VOWELS[vowel]
        open_[at:onset], open_[onset:end] = {"s": 0.0, "l": 0.5}.get(consonant, 0.35), 1.0
        if consonant == "s":
            hiss[at : onset - 200] = 1.0
        at = end
    open_[-round(0.25 * SOUND_RATE) :] = 0.0
    note, open_, hiss = (
        smoothed(x[:, None], w)[:, 0] for x, w in ((note, 500.0), (open_, 240.0), (hiss, 180.0))
    )
    formants = smoothed(formants, 420.0)
    vibrato = 0.22 * np.sin(2.0 * np.pi * 5.3 * t + 0.4 * np.sin(2.0 * np.pi * 0.4 * t))
    f0 = 440.0 * 2.0 ** ((note + vibrato - 69.0) / 12.0)
    phase = 2.0 * np.pi * np.cumsum(f0) / SOUND_RATE
    sung = np.zeros(total)
    for k in range(1, 60):
        hz = k * f0
        if hz.min() > 8000.0:
            break
        gain = np.zeros(total)
        for column, (width, loud) in enumerate(((90.0, 1.0), (120.0, 0.5), (200.0, 0.22))):
            gain += loud / (1.0 + ((hz - formants[:, column]) / width) ** 2)
        sung += np.where(hz < 9500.0, gain * k**-0.55, 0.0) * np.sin(k * phase)
    noise = np.diff(rng.normal(size=total + 2), n=2) * 0.05
    sound = sung * open_ + noise * hiss
    sound = 0.5 * sound / np.abs(sound).max()
    fade = np.minimum(1.0, np.minimum(t, t[-1] - t) / 0.02)
    return np.repeat((sound * fade)[:, None], 2, axis=1).astype(np.float32)


def corners(folder: Path) -> None:
    """The corners as they were shown, and a way around and across."""
    outputs = (Channel("across"), Channel("up"))
    taught = []
    for number, (label, (x, y)) in enumerate(ZONES.items(), 1):
        rng = np.random.default_rng(number)
        place = np.array([(x - 0.5) * 1.6 + 0.5, (y - 0.5) * 1.6 + 0.5])
        path = place + smoothed(rng.normal(0.0, 0.03, (90, 2)), 3.0)
        targets = np.tile([float(x > 0.5), float(y > 0.5)], (90, 1))
        taught.append(with_targets(label, "timbre", touched(np.clip(path, 0.0, 1.0)), outputs, targets))
    keep(taught, folder)
    way = walk([(0.05, 0.05), (0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95), (0.05, 0.05), (0.9, 0.9),
                (0.5, 0.5), (0.5, 0.5)], 16.0, 21)  # fmt: skip
    second = walk([(0.1, 0.8), (0.9, 0.2), (0.9, 0.2), (0.2, 0.2)], 6.0, 22)
    whole = np.concatenate([pressed(way), rest(way, 2.0), pressed(second), rest(second, 2.0)])
    recorded(folder, POINTER, [take("", whole)])


CORPUS = (
    ("nylon-string", (45, 50, 55, 57)), ("marimba", (50, 57, 62)), ("clarinet", (55, 60, 64)),
    ("warm-lead", (52, 57)), ("electric-piano", (57, 62, 69)), ("glass-bells", (69, 74, 81)),
    ("music-box", (76, 81, 86)), ("whistle", (62, 74)), ("koto", (64, 71, 76)),
)  # fmt: skip
"""Patches of the bank and the notes that each plays, from dark to bright."""


def sounds() -> NDArray[np.float32]:
    """A corpus (N, 2) made of the bank: notes of many instruments, one after another."""
    shelf = patches.bank()
    pieces = []
    count = sum(len(notes) for _, notes in CORPUS)
    length = LONGEST / count
    for name, notes in CORPUS:
        for note in notes:
            voice = shelf[name].voice
            settings = {"reverb": 0.0, "delay": 0.0}
            if hasattr(voice, "notes"):
                settings["notes"] = {"a": float(note)}
            voice = patched(voice, settings)
            events = [(0.0, Event("began", "a", 0.8)), (length - 0.12, Event("ended", "a", 0.0))]
            sound = render([voice], Spec(()), np.zeros(0), np.zeros((0, 0)), events, length, SOUND_RATE, volume=0.8,
                           labels=("a",))  # fmt: skip
            edge = np.minimum(1.0, np.arange(len(sound))[::-1] / (0.03 * SOUND_RATE))
            pieces.append(sound * (0.4 / max(float(np.abs(sound).max()), 1e-6)) * edge[:, None])
    return np.concatenate(pieces).astype(np.float32)


def patched(voice: object, settings: dict[str, object]) -> object:
    """A voice with some of its settings replaced."""
    from dataclasses import replace

    return replace(voice, **settings)  # type: ignore[type-var]


def corpus(folder: Path) -> None:
    """Somebody moves along with the corpus: to the right where it is higher, upwards where it is brighter."""
    compiled.load(())
    made = sounds()
    mono = np.repeat(made.mean(axis=1, keepdims=True), 2, axis=1)
    write_mono(folder / "sounds" / "bank.wav", made)
    track = describe(mono.astype(np.float32), SOUND_RATE, ("loudness", "pitch", "centroid"))
    time = np.arange(round(LONGEST * RATE)) / RATE
    loudness, pitch, centroid = track.at(time).T
    outputs = (Channel("loudness", "LUFS"), Channel("pitch", "MIDI note"), Channel("centroid", "Hz"))
    rng = np.random.default_rng(9)
    bright = np.log2(np.maximum(centroid, 100.0))
    x = 0.08 + 0.84 * (pitch - pitch.min()) / np.ptp(pitch)
    y = 0.08 + 0.84 * (bright - bright.min()) / np.ptp(bright)
    # a hand follows what it hears, and does not jump with it
    path = smoothed(np.column_stack([x, y]), 5.0) + tremor(len(time), rng)
    targets = smoothed(np.column_stack([loudness, pitch, centroid]), 5.0)
    keep([with_targets("along", "corpus", touched(np.clip(path, 0.0, 1.0)), outputs, targets)], folder)
    way = walk([(0.1, 0.15), (0.1, 0.15), (0.35, 0.3), (0.5, 0.5), (0.7, 0.6), (0.9, 0.9), (0.9, 0.9), (0.3, 0.6)],
               14.0, 31)  # fmt: skip
    second = walk([(0.2, 0.3), (0.5, 0.3), (0.2, 0.4), (0.6, 0.5), (0.4, 0.2)], 6.0, 32)
    whole = np.concatenate([pressed(way), rest(way, 2.0), pressed(second), rest(second, 2.0)])
    recorded(folder, POINTER, [take("", whole)])


def write_mono(path: Path, sound: NDArray[np.float32]) -> None:
    """A WAV of one channel."""
    path.parent.mkdir(exist_ok=True)
    write_wav(path, sound.mean(axis=1, keepdims=True), SOUND_RATE, 16)


def bridge(folder: Path) -> None:
    """Four places of the pad with the button held, and the pad without it."""
    keep(list(zones()), folder)
    takes = []
    for number, label in enumerate([*ZONES, "high left", "low right", "low left", "high right"]):
        rng = np.random.default_rng(100 + number)
        hover = walk([tuple(AWAY), ZONES[label]], 0.5, 200 + number)
        there = np.array(ZONES[label]) + smoothed(rng.normal(0.0, 0.09, (70, 2)), 5.0)
        there = np.clip(there, 0.0, 1.0)
        takes += [take("", pressed(hover, 0.0)), take(label, pressed(there)), take("", rest(there, 0.4))]
    recorded(folder, POINTER, takes)


def zones() -> Iterable[Demonstration]:
    """Each quarter of the pad with the button held, and all of it without."""
    for label, middle in ZONES.items():
        for number in (1, 2):
            rng = np.random.default_rng([number, *label.encode()])
            path = np.array(middle) + rng.uniform(-0.2, 0.2, (60, 2))
            yield shown(label, number, pressed(smoothed(path, 1.0)))
    for number in (1, 2):
        path = np.random.default_rng(number).uniform(0.0, 1.0, (90, 2))
        yield shown("away", number, pressed(path, 0.0))


if __name__ == "__main__":
    main()
