"""What every kind of voice costs with all its notes sounding: share of real time, 48 kHz, blocks of 128.

    python benchmarks/synth_voices.py

Each figure is the processor time of one voice (its strip with it, the empty desk's room and limiter taken off) per
second of sound: the least and the median of several runs, taken in turns with runs of the empty desk. The last column
is the dearest reading of "sixteen": sixteen such voices at once, each with all its notes.
"""

from __future__ import annotations

import os
import statistics
import time

from gesturemap import compiled
from gesturemap.frames import Event
from gesturemap.synth.fm import Fm
from gesturemap.synth.fm_bodies import BODIES as SOUNDS
from gesturemap.synth.grains import Grains
from gesturemap.synth.mixer import Mixer, compiled_modules
from gesturemap.synth.pad import Pad
from gesturemap.synth.pluck import BODIES, Pluck
from gesturemap.synth.sampler import Sampler
from gesturemap.synth.subtractive import Subtractive
from gesturemap.synth.voice import Voice
from gesturemap.synth.wind import Wind

RATE, BLOCK, RUNS, SECONDS = 48000, 128, 11, 0.5
LABELS = [f"g{i}" for i in range(16)]
BIG = (36.0, 43.0, 48.0, 52.0, 55.0, 59.0, 62.0, 67.0)


def voices() -> list[tuple[str, int, Voice]]:
    """What is measured: name, how many notes sound, and the voice."""
    found: list[tuple[str, int, Voice]] = [("pad", 8, Pad(drone=True, notes=BIG))]
    found += [(f"pluck {body}", 14, Pluck(body=body, decay=12.0)) for body in BODIES]
    found += [("grains 120/s of 0.6 s", 72, Grains(drone=True, density=120.0, size=0.6))]
    found += [("subtractive, 2 waves a note", 8, Subtractive(sustain=1.0))]
    dear = Subtractive(unison=4, shape=1.5, sub=0.5, noise=0.2, sustain=1.0, vibrato=0.2)
    found += [("subtractive, all it has", 8, dear)]
    found += [(f"fm {body}", 8, Fm(body=body, decay=20.0)) for body in SOUNDS]
    found += [("fm stack with feedback", 8, Fm(body="brass", algorithm="stack", feedback=1.0))]
    found += [("wind", 1, Wind(drone=True))]
    return [*found, ("sampler", 16, Sampler(bank=("tom",)))]


def run(mixer: Mixer) -> float:
    """Seconds of processor time per second of sound."""
    start = time.process_time()
    for _ in range(round(SECONDS * RATE / BLOCK)):
        mixer.render(BLOCK)
    return (time.process_time() - start) / SECONDS


def cost(voice: Voice, notes: int) -> list[float]:
    """Shares of real time, one a run."""
    found = []
    for _ in range(RUNS):
        mixer, empty = Mixer([voice], (), RATE, labels=LABELS), Mixer([], (), RATE)
        for label in LABELS[: min(notes, len(LABELS))]:
            mixer.render(BLOCK, None, [(0, Event("began", label, 0.9))])
        found.append(run(mixer) - run(empty))
    return sorted(found)


def main() -> None:
    every = voices()
    compiled.load(compiled_modules([voice for _, _, voice in every]))
    print(f"load average {os.getloadavg()[0]:.1f}")
    print(
        f"{'voice':28s} {'notes':>6s} {'least %':>8s} {'median %':>9s} {'16 notes %':>11s} {'16 voices %':>12s}"
    )
    for name, notes, voice in every:
        found = cost(voice, notes)
        least, median = 100 * found[0], 100 * statistics.median(found)
        sixteen = median * 16 / notes
        print(f"{name:28s} {notes:6d} {least:8.2f} {median:9.2f} {sixteen:11.2f} {16 * median:12.1f}")


if __name__ == "__main__":
    main()
