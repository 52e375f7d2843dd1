"""The picture of a preset that was played: what came in, what was recognised, the controls, and the sound."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from PIL import Image

from gesturemap.demo.picture import EDGE, GROUND, INK
from gesturemap.window.look.colours import DARK

matplotlib.use("Agg")
from matplotlib import pyplot  # the backend is chosen first

if TYPE_CHECKING:
    from render_presets import Performance

FRAME, HOP = 4096, 2400
LOWEST, HIGHEST = 40.0, 16000.0
BANDS = 110
RATE = 48000
STEPS = 300
MOST_CONTROLS = 8
COLOURS = 200


def draw(path: Path, performance: Performance) -> None:
    """Write the picture of a performance."""
    made = pyplot.subplots(
        5, 1, figsize=(12, 7.2), sharex=True, height_ratios=(0.5, 1.5, 1.3, 1.7, 0.9), facecolor=GROUND,
        constrained_layout=True,
    )  # fmt: skip
    figure, axes = made
    for axis in axes:
        dark(axis)
    bands(axes[0], performance)
    curves(axes[1], performance.played.times, performance.played.values, performance.spec.names, "comes in")
    moving = [i for i, name in enumerate(performance.controls.names) if not name.startswith("gate.")]
    moving = moving[:MOST_CONTROLS]
    names = [performance.controls.names[i] for i in moving]
    curves(axes[2], performance.times, unit(performance.values[:, moving]), names, "controls")
    spectrogram(axes[3], performance)
    level(axes[4], performance)
    project = performance.project
    known = (
        f", {performance.right} of {len(performance.spans)} gestures recognised" if performance.spans else ""
    )
    figure.suptitle(
        f"{project.name}{known}, {performance.loudness:.1f} LUFS", color=INK, x=0.01, ha="left", fontsize=13
    )
    whole = io.BytesIO()
    figure.savefig(whole, dpi=72, facecolor=GROUND)
    pyplot.close(figure)
    # few colours are enough, and a quarter of the size
    Image.open(whole).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def dark(axis: Any) -> None:
    """The colours of the window."""
    axis.set_facecolor(GROUND)
    axis.tick_params(colors=INK, labelsize=8)
    axis.yaxis.label.set_color(INK)
    for side in axis.spines.values():
        side.set_color(EDGE)


def unit(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Each column from its least to its greatest as 0..1."""
    low, high = values.min(axis=0), values.max(axis=0)
    return (values - low) / np.where(high > low, high - low, 1.0)


def bands(axis: Any, performance: Performance) -> None:
    """What was done (above) and what was recognised (below)."""
    labels = list(performance.labels)
    colour = {label: DARK.gestures[i % len(DARK.gestures)] for i, label in enumerate(labels)}
    for span in performance.spans:
        axis.axvspan(span.start, span.end, 0.55, 1.0, color=colour[span.label], lw=0)
        if performance.heard(span) != span.label:
            axis.text((span.start + span.end) / 2, 0.78, "x", color=INK, ha="center", va="center", fontsize=9)
    for label, start, end in performance.going:
        axis.axvspan(start, max(end, start + 0.05), 0.0, 0.45, color=colour[label], lw=0)
    axis.set_ylim(0.0, 1.0)
    axis.set_yticks([0.22, 0.78], ["heard", "done"])
    if performance.going:
        seen = [label for label in labels if any(label == going for going, *_ in performance.going)]
        handles = [matplotlib.patches.Patch(color=colour[label], label=label) for label in seen]
        legend(axis, handles=handles)


def curves(axis: Any, times: Any, values: Any, names: Any, what: str) -> None:
    """Numbers over time."""
    for column, name in enumerate(names):
        axis.plot(
            times, values[:, column], lw=0.8, color=DARK.channels[column % len(DARK.channels)], label=name
        )
    axis.set_ylabel(what, fontsize=9)
    if names:
        legend(axis)


def legend(axis: Any, **more: Any) -> None:
    """Names, small and out of the way."""
    axis.legend(
        loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=8, fontsize=7, facecolor=GROUND, edgecolor=GROUND,
        labelcolor=INK, borderpad=0.1, **more,
    )  # fmt: skip


def spectrogram(axis: Any, performance: Performance) -> None:
    """The power of the sound by time and frequency, in equal steps of pitch, dB."""
    mono = performance.sound.mean(axis=1)
    hop = max(HOP, len(mono) // 700)
    starts = np.arange(0, max(1, len(mono) - FRAME), hop)
    window = np.hanning(FRAME)
    power = np.array([np.abs(np.fft.rfft(mono[s : s + FRAME] * window)) ** 2 for s in starts])
    edges = np.geomspace(LOWEST, HIGHEST, BANDS + 1) * FRAME / RATE
    rows = [power[:, int(low) : max(int(high), int(low) + 1)].mean(axis=1) for low, high in pairwise(edges)]
    loud = 10.0 * np.log10(np.array(rows) + 1e-12)
    top = float(loud.max())
    axis.imshow(
        loud, origin="lower", aspect="auto", cmap="magma", vmin=top - 70.0, vmax=top,
        extent=(0.0, starts[-1] / RATE, np.log2(LOWEST), np.log2(HIGHEST)),
    )  # fmt: skip
    marks = (100, 1000, 10000)
    axis.set_yticks(np.log2(marks), ["100 Hz", "1 kHz", "10 kHz"])


def level(axis: Any, performance: Performance) -> None:
    """Peak and root mean square of the sound, dB."""
    samples = np.abs(performance.sound).max(axis=1)
    size = max(1, len(samples) // STEPS)
    pieces = samples[: len(samples) // size * size].reshape(-1, size)
    times = np.arange(len(pieces)) * size / RATE
    axis.fill_between(times, db(pieces.max(axis=1)), -70.0, color=DARK.channels[0], alpha=0.35, lw=0)
    axis.plot(times, db(np.sqrt((pieces**2).mean(axis=1))), color=DARK.channels[0], lw=0.9)
    axis.set_ylim(-70.0, 1.0)
    axis.set_xlim(0.0, len(samples) / RATE)
    axis.set_ylabel("dB", fontsize=9)
    axis.set_xlabel("seconds", color=INK, fontsize=9)


def db(values: Any) -> Any:
    """Decibels."""
    return 20.0 * np.log10(np.maximum(values, 1e-6))
