"""Sound from a control time line, through the very same voices as live."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Event, Spec, Values
from gesturemap.synth.effects import Effects
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.voice import Voice
from gesturemap.synth.wav import peak, rms
from gesturemap.synth.wav_write import write_wav

__all__ = ["faded", "peak", "render", "rms", "write_wav"]

RELEASE = 0.5
"""Seconds in which what still sounds at the end fades: a drone goes on for as long as nothing moves."""


def faded(sound: NDArray[np.float32], rate: float) -> NDArray[np.float32]:
    """The same sound (N, 2), its end faded out in place."""
    count = min(round(RELEASE * rate), len(sound))
    sound[len(sound) - count :] *= (np.cos(np.linspace(0.0, 0.5 * np.pi, count)) ** 2)[:, None].astype(
        np.float32
    )
    return sound


def render(
    voices: Sequence[Voice],
    controls: Spec,
    times: Values,
    values: Values,
    events: Sequence[tuple[float, Event]] = (),
    seconds: float = 0.0,
    rate: float = 48000.0,
    folder: str | Path = "",
    volume: float = 0.8,
    labels: Sequence[str] = (),
    seed: int = 1,
    effects: Effects | None = None,
) -> NDArray[np.float32]:
    """(N, 2) samples: every row of controls and every event takes effect at its own sample.

    Parameters
    ----------
    times : (T,) seconds of the rows of `values`, in order; what comes before 0 counts as at 0.
    values : (T, N) controls, in the order of the spec.
    events : seconds and what happened.
    seconds : length; 0: two seconds beyond the last row and event.
    folder : where sound files are.
    labels : the vocabulary, in order.
    effects : the echo and the room; None: as they are without settings.
    """
    mixer = Mixer(voices, controls, rate, folder, labels, volume, seed, effects=effects)
    starts = np.maximum.accumulate(np.maximum(np.round(np.asarray(times, float) * rate), 0)).astype(int)
    happened = sorted(
        ((max(round(time * rate), 0), event) for time, event in events), key=lambda pair: pair[0]
    )
    last = max([0, *starts[-1:].tolist(), *(at for at, _ in happened[-1:])])
    length = round(seconds * rate) if seconds > 0 else last + round(2 * rate)
    out = np.zeros((length, 2), np.float32)
    bounds = [0, *starts.tolist(), length]
    next_event = 0
    for row, (start, end) in enumerate(pairwise(bounds)):
        end = min(end, length)
        due: list[tuple[int, Event]] = []
        while next_event < len(happened) and happened[next_event][0] < end:
            due.append((happened[next_event][0] - start, happened[next_event][1]))
            next_event += 1
        if start < end:
            now = values[row - 1] if row else (values[0] if len(values) else None)
            out[start:end] = mixer.render(end - start, now, due)
    return out
