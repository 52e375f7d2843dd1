"""Motion and sound of a guitar as pairs: learned, played as sound, and heard again.

    python benchmarks/strum_sound.py DATA --out FOLDER          tables, and WAVs of what was played
    python benchmarks/strum_sound.py DATA --out FOLDER --pictures

DATA is the folder ``guitar_strum_dev``: ``data.npz`` (six recordings of 30 s, one motion value at 18.7 Hz, with
loudness and centroid of the sound at each frame) and in ``raw`` the sound of the first of them.

`own sound`: of that one recording a fifth is held out in turn, with a second on both sides; the rest and its sound
become demonstrations as ``gesturemap record --with`` makes them (loudness, pitch, centroid), and the corpus.
`all six`: one recording is held out in turn, as ``gesturemap evaluate`` does. Five of them have no sound, only its
loudness and centroid; these are brought to the units of ``gesturemap.synth.describe`` on a straight line each, fitted
where both are known. The corpus is the one sound there is.

What is held out is played frame by frame through features, model, mapping and corpus. The sound that comes out is
described as the guitar's was, and compared with it at the motion's own time stamps: r by Pearson over all held-out
frames. `truth` is no model: the corpus is moved by what the guitar did, so its row is what the voice alone loses.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap import catalog, compiled
from gesturemap.control.along import USUAL, bring, with_sound
from gesturemap.control.desk import neutral
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.instrument import Instrument
from gesturemap.errors import GesturemapError
from gesturemap.features import FEATURE_KERNELS
from gesturemap.frames import Estimate, Spec, Values
from gesturemap.models import kernels
from gesturemap.project.project import Project
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.synth import wav
from gesturemap.synth.describe import CHANNELS, Track, describe
from gesturemap.synth.render import render, write_wav

Sound = NDArray[np.float32]

HAND = Spec.of("motion", rate=18.75)
LABEL = "strumming"
RATE = 48000
BLOCKS, GUARD = 5, 1.0
"""Parts of the one recording, and seconds on both sides of the part held out that do not teach."""
LAGS = np.arange(-0.2, 0.4001, 0.01)
"""Seconds by which the sound may be late."""
SILENT = -70.0
"""LUFS below which nothing is heard."""
RECENT = (
    {"kind": "derive"},
    {"kind": "window", "seconds": 0.4, "statistics": ["mean", "sd", "min", "max"]},
)
"""What a model of single frames is shown of the last moments."""
MODELS: dict[str, tuple[dict[str, Any], Sequence[dict[str, Any]]]] = {
    "gmr": ({"kind": "gmr", "gaussians": 12}, RECENT),
    "hhmr": ({"kind": "hhmr", "states": 12, "transitions": "ergodic"}, RECENT),
    "past": ({"kind": "past"}, ()),
}
"""Strumming goes on and on: so the states of `hhmr` come in any order."""


@dataclass(frozen=True)
class Pair:
    """Motion (T,) s, (T, 1), what its sound was like (T, D), and the sound, where there is one."""

    time: Values
    motion: Values
    targets: Values
    sound: Sound | None = None
    rate: float = 0.0


@dataclass(frozen=True)
class Fold:
    """What teaches, what the corpus is made of, and what is played."""

    name: str
    taught: tuple[Demonstration, ...]
    sounds: tuple[tuple[Sound, float], ...]
    played: Demonstration


@dataclass(frozen=True)
class Heard:
    """One held-out part, played: (T, D) at its frames, and the sound described all along."""

    time: Values
    wanted: Values
    regressed: Values
    controls: Values
    heard: Track
    sound: Sound


class Kept:
    """Stands where the session log does, and keeps what the model said."""

    def __init__(self) -> None:
        self.outputs: list[Values] = []

    def frame(self, frame: Any, features: Any, estimate: Estimate | None, controls: Any) -> None:
        """One frame went all the way."""
        width = len(self.outputs[-1]) if self.outputs else 0
        self.outputs.append(np.full(width, np.nan) if estimate is None else estimate.outputs.copy())


def read(folder: Path) -> list[Pair]:
    """The recordings with loudness (LUFS) and centroid (Hz), the first with its sound."""
    with np.load(folder / "data.npz", allow_pickle=False) as data:
        ends = np.cumsum(data["lengths"])
        cuts = [slice(end - length, end) for end, length in zip(ends, data["lengths"], strict=True)]
        arrays = [[data[key][cut].astype(np.float64) for cut in cuts] for key in ("t", "X", "desc")]
        session = str(data["session"][0])
    sound, rate = wav.read(folder / "raw" / f"{session}_line.wav")
    known = describe(sound, rate, ("loudness", "centroid")).at(arrays[0][0])
    lines = [np.polyfit(arrays[2][0][:, d], known[:, d], 1) for d in range(2)]
    pairs = [
        Pair(t, x, np.stack([np.polyval(lines[d], desc[:, d]) for d in range(2)], axis=1))
        for t, x, desc in zip(*arrays, strict=True)
    ]
    pairs[0] = replace(pairs[0], sound=sound, rate=rate)
    return pairs


def shown(number: int, time: Values, values: Values, **more: Any) -> Demonstration:
    """One demonstration, its time from 0."""
    return Demonstration(f"{LABEL}-{number:02d}", LABEL, HAND, time - time[0], values, **more)


def own_sound(pair: Pair) -> Iterable[Fold]:
    """Fifths of the one recording that has a sound, each held out in turn."""
    assert pair.sound is not None
    edges = np.linspace(0.0, len(pair.sound) / pair.rate, BLOCKS + 1)
    for fold, (low, high) in enumerate(pairwise(edges)):
        taught, sounds = [], []
        for begin, end in ((0.0, low - GUARD), (high + GUARD, edges[-1])):
            inside = (pair.time >= begin) & (pair.time < end)
            if inside.sum() < 2:
                continue
            part = cut(pair, begin, end)
            track = describe(part, pair.rate, USUAL)
            one = shown(len(taught) + 1, pair.time[inside], pair.motion[inside])
            taught.append(with_sound(one, track, float(pair.time[inside][0]) - begin, "guitar.wav"))
            sounds.append((part, pair.rate))
        inside = (pair.time >= low) & (pair.time < high)
        one = shown(0, pair.time[inside], pair.motion[inside])
        track = describe(cut(pair, low, high), pair.rate, USUAL)
        truth = with_sound(one, track, float(pair.time[inside][0]) - low, "guitar.wav")
        yield Fold(f"own-{fold}", tuple(taught), tuple(sounds), truth)


def cut(pair: Pair, begin: float, end: float) -> Sound:
    """The sound between two moments."""
    assert pair.sound is not None
    return pair.sound[round(max(begin, 0.0) * pair.rate) : round(end * pair.rate)]


def all_six(pairs: Sequence[Pair]) -> Iterable[Fold]:
    """Each recording held out in turn."""
    channels = (CHANNELS["loudness"], CHANNELS["centroid"])
    demonstrations = [
        shown(n, pair.time, pair.motion, outputs=channels, targets=pair.targets)
        for n, pair in enumerate(pairs)
    ]
    sounds = tuple((pair.sound, pair.rate) for pair in pairs if pair.sound is not None)
    for n, one in enumerate(demonstrations):
        yield Fold(f"six-{n}", tuple(d for d in demonstrations if d is not one), sounds, one)


def project_of(fold: Fold, model: str, folder: Path) -> Project:
    """A project as ``new --sound`` and ``record --with`` make it, with this model; from the disk."""
    for number, (sound, rate) in enumerate(fold.sounds):
        write_wav(folder / f"guitar-{number}.wav", sound, rate)
        name = bring(str(folder / f"guitar-{number}.wav"), folder)
    project = neutral(folder, sound=name)
    learner, features = MODELS.get(model, MODELS["gmr"])
    names = [channel.name for channel in fold.played.outputs]
    wanted = {f"corpus.{name}" for name in names}
    mapping = tuple(
        m
        for m in project.mapping
        if not str(getattr(m, "source", "")).startswith("output:") or m.control in wanted
    )
    sounds = tuple(f"guitar-{number}.wav" for number in range(len(fold.sounds)))
    voices = tuple(replace(voice, sounds=sounds, by=tuple(names)) for voice in project.sound.voices)
    project = replace(
        project,
        learner=catalog.read("models", learner, "model"),
        features=tuple(catalog.read("features", table, "features") for table in features),
        mapping=mapping,
        sound=replace(project.sound, voices=voices),
        gestures=(LABEL,),
        demonstrations=fold.taught,
    )
    save_project(project, folder)
    read_back, faults = read_project(folder)
    if faults:
        sys.exit("\n".join(map(str, faults)))
    return read_back


def perform(fold: Fold, model: str, folder: Path) -> Heard:
    """Teach a model and play what was held out, or, for `truth`, what the guitar itself did."""
    project = project_of(fold, model, folder)
    one = fold.played
    names = [f"corpus.{channel.name}" for channel in one.outputs]
    if model == "truth":
        controls, values = Spec.of(*names), one.targets
        regressed = one.targets
        chosen = list(range(len(names)))
    else:
        compiled.load((*FEATURE_KERNELS, *kernels(project.learner.kind, fitting=True)))
        fitted = fit(project, project.demonstrations)
        told: list[GesturemapError] = []
        instrument = Instrument(
            one.spec, project.features, fitted, project.mapping, (), told.append, scope=False
        )
        kept = Kept()
        instrument.log = kept  # type: ignore[assignment]
        rows = []
        for frame in one.frames():
            instrument.play(frame)
            rows.append(instrument.played.values.copy())
        if told:
            sys.exit("\n".join(map(str, told)))
        controls, values = instrument.mapping_run.controls, np.array(rows)
        order = [fitted.outputs.index(channel) for channel in one.outputs]
        width = len(fitted.outputs)
        regressed = np.array([row if len(row) == width else np.full(width, np.nan) for row in kept.outputs])[
            :, order
        ]
        chosen = [controls.names.index(name) for name in names]
    sound = render(
        project.sound.voices, controls, one.time, values, (), float(one.time[-1]) + 0.5, RATE, folder,
        project.sound.volume, project.gestures, effects=project.sound.effects,
    )  # fmt: skip
    heard = describe(sound, RATE, [channel.name for channel in one.outputs])
    return Heard(one.time, one.targets, regressed, values[:, chosen], heard, sound)


def r(one: Values, other: Values) -> float:
    """Pearson's correlation of two series (T,), where both are known."""
    there = np.isfinite(one) & np.isfinite(other)
    return float(np.corrcoef(one[there], other[there])[0, 1])


def audible(part: Heard, lag: float) -> Values:
    """(T, D) as heard at each frame, so much later; silence has no pitch and no centroid."""
    heard = part.heard.at(part.time + lag)
    heard[heard[:, 0] < SILENT, 1:] = np.nan
    return heard


def rows(parts: Sequence[Heard], d: int) -> dict[str, float]:
    """The figures of one descriptor, over all parts."""
    wanted, regressed, controls = (
        np.concatenate([getattr(part, name)[:, d] for part in parts])
        for name in ("wanted", "regressed", "controls")
    )
    late = [np.concatenate([audible(part, lag)[:, d] for part in parts]) for lag in LAGS]
    known = np.isfinite(regressed)
    each = [r(wanted[known], heard[known]) for heard in late]
    said = [r(controls[known], heard[known]) for heard in late]
    now, best, own = int(np.argmin(np.abs(LAGS))), int(np.argmax(each)), int(np.argmax(said))
    return {
        "regressed": r(wanted[known], regressed[known]),
        "mapped": r(wanted[known], controls[known]),
        "heard": each[now],
        "best": each[best],
        "at": float(LAGS[best]),
        "follows": said[own],
        "follows_at": float(LAGS[own]),
        "silent": float(np.mean(np.concatenate([part.heard.at(part.time)[:, 0] for part in parts]) < SILENT)),
    }


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def draw(path: Path, part: Heard, names: Sequence[str], guitar: Sound, rate: float) -> None:
    """Spectra of what was heard and of the guitar, then each descriptor, the first ten seconds."""
    from matplotlib import pyplot

    sounds = ((part.sound, RATE, "played"), (guitar, rate, "guitar"))
    count = len(sounds) + len(names)
    figure, axes = pyplot.subplots(count, figsize=(11, 2.4 * count), sharex=True, layout="constrained")
    for axis, (sound, own, name) in zip(axes, sounds, strict=False):
        axis.specgram(sound.mean(axis=1) + 1e-9, 1024, own, noverlap=512, vmin=-140, vmax=-40)
        axis.set(ylim=(0, 8000), ylabel=f"{name}, Hz")
    for d, (axis, name) in enumerate(zip(axes[len(sounds) :], names, strict=True)):
        axis.plot(part.time, part.wanted[:, d], "k", label="guitar")
        axis.plot(part.time, part.regressed[:, d], "C0", label="regressed")
        axis.plot(part.time, audible(part, 0.0)[:, d], "C3", label="heard")
        axis.set(ylabel=name)
        axis.legend(loc="lower right")
    axes[-1].set(xlabel="s", xlim=(0.0, min(float(part.time[-1]), 10.0)))
    figure.savefig(path, dpi=70)
    pyplot.close(figure)


def main() -> None:
    """Play everything, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--out", type=Path, required=True, help="where the WAVs go")
    parser.add_argument("--models", default=",".join(["truth", *MODELS]))
    parser.add_argument("--pictures", action="store_true", help="also draw the first part of each")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = read(options.data)
    head = ("pairs", "model", "descriptor", "r regressed", "r mapped", "r heard", "best", "at s",
            "heard to control", "at s", "silent %")  # fmt: skip
    say("| " + " | ".join(head) + " |\n" + "|---" * len(head) + "|")
    for name, folds in (("own sound", list(own_sound(pairs[0]))), ("all six", list(all_six(pairs)))):
        for model in options.models.split(","):
            parts = []
            for fold in folds:
                with tempfile.TemporaryDirectory() as folder:
                    parts.append(perform(fold, model, Path(folder)))
                write_wav(options.out / f"{fold.name}-{model}.wav", parts[-1].sound, RATE, 16)
                if options.pictures and fold is folds[0]:
                    guitar = cut(pairs[0], 0.0, float(fold.played.time[-1]))
                    names = [channel.name for channel in fold.played.outputs]
                    draw(options.out / f"{fold.name}-{model}.png", parts[-1], names, guitar, pairs[0].rate)
            for d, channel in enumerate(folds[0].played.outputs):
                f = rows(parts, d)
                say(
                    f"| {name} | {model} | {channel.name} | {f['regressed']:.3f} | {f['mapped']:.3f} | "
                    f"**{f['heard']:.3f}** | {f['best']:.3f} | {f['at']:+.2f} | {f['follows']:.3f} | "
                    f"{f['follows_at']:+.2f} | {100.0 * f['silent']:.1f} |"
                )


if __name__ == "__main__":
    main()
