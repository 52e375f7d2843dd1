"""Play every preset through the whole chain, offline: ``python tools/render_presets.py FOLDER [NAME ...]``.

Each preset learns its demonstrations and is played its recordings (those that did not teach it) frame by frame; the
sound that it makes is written to FOLDER as a WAV, and a table says how it went. ``--pictures`` draws each into
docs/pictures as well. The exit code is 1 where a preset is silent, clips, is too loud or too soft, or does not know
most of its gestures.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesturemap import compiled
from gesturemap.control.trainer import fit
from gesturemap.demo.score import REST, Score, Span, score
from gesturemap.engine.instrument import Instrument
from gesturemap.errors import GesturemapError
from gesturemap.features import FEATURE_KERNELS
from gesturemap.frames import Event, Frame, Spec, Values
from gesturemap.models import kernels
from gesturemap.project.project import Project
from gesturemap.project.read import read_project
from gesturemap.synth.loudness import integrated
from gesturemap.synth.render import peak, render, write_wav

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
RATE = 48000
SOFTEST, LOUDEST, HIGHEST = -24.0, -17.0, -0.3
"""LUFS between which a performance lies, and dB of its highest sample."""
MOMENT = 0.5
"""Seconds: what is shorter has a moment, such as a strum."""
KNOWN = 0.75
"""Share of the gestures that a preset knows at least."""
FADE = 1.0
"""Seconds in which controls go to neutral when the sensor is silent."""
TAIL = 3.0
"""Seconds after the last frame: what rings fades, and a sensor that is silent no longer plays."""


@dataclass(frozen=True)
class Performance:
    """A preset that was played: what came in, what was made of it (T, N) frame by frame, and its sound."""

    project: Project
    played: Score
    spec: Spec
    controls: Spec
    times: Values
    values: Values
    labels: tuple[str, ...]
    events: tuple[tuple[float, Event], ...]
    sound: NDArray[np.float32]
    faults: tuple[str, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The gestures that were to be recognised: those that something listens for."""
        heard = {event.label for _, event in self.events} | set(self.labels)
        events = any(mapping.kind == "events" for mapping in self.project.mapping)
        return tuple(s for s in self.played.spans if events and s.label in heard)

    @property
    def right(self) -> int:
        """How many of them were."""
        return sum(self.heard(span) == span.label for span in self.spans)

    @property
    def going(self) -> list[tuple[str, float, float]]:
        """What went on, from when to when, in order of its end."""
        began: dict[str, float] = {}
        found = []
        for at, event in self.events:
            if event.kind == "began":
                began[event.label] = at
            elif event.label in began:
                found.append((event.label, began.pop(event.label), at))
        return found + [(label, at, float(self.times[-1])) for label, at in began.items()]

    def heard(self, span: Span) -> str:
        """What went on for longest within a span and shortly after it; for a moment, what began first in it."""
        if span.end - span.start < MOMENT:
            began = [label for label, start, _ in self.going if span.start <= start <= span.end]
            return span.label if span.label in began else "".join(began[:1])
        lasted = [
            (min(end, span.end + REST) - max(start, span.start), label) for label, start, end in self.going
        ]
        seconds, label = max(lasted, default=(0.0, ""))
        return label if seconds > 0.0 else ""

    @property
    def extra(self) -> int:
        """How often a gesture began that nobody made."""
        own = [(span.label, span.start - REST, span.end + REST) for span in self.spans]
        return sum(
            not any(label == made and begin <= start <= end for made, begin, end in own)
            for label, start, _ in self.going
        )

    @property
    def loudness(self) -> float:
        """LUFS, integrated."""
        return integrated(self.sound, RATE)

    def complaints(self) -> list[str]:
        """What is wrong with it."""
        found = list(self.faults)
        if not SOFTEST <= self.loudness <= LOUDEST:
            found.append(f"loudness {self.loudness:.1f} LUFS, {SOFTEST:g} to {LOUDEST:g} is wanted")
        if peak(self.sound) > HIGHEST:
            found.append(f"peak {peak(self.sound):.3f}")
        if self.right < KNOWN * len(self.spans):
            found.append(f"{self.right} of {len(self.spans)} gestures recognised")
        return found


def shortened(played: Score, seconds: float) -> Score:
    """The beginning of a score, with the gestures that are whole in it."""
    kept = played.times <= seconds
    spans = tuple(span for span in played.spans if span.end <= seconds)
    return replace(played, times=played.times[kept], values=played.values[kept], spans=spans)


def perform(folder: Path, seconds: float = 1e9) -> Performance:
    """Teach a preset and play it its recordings, or so many seconds of them."""
    project, faults = read_project(folder)
    compiled.load((*FEATURE_KERNELS, *kernels(project.learner.kind, fitting=True)))
    told: list[GesturemapError] = []
    played = shortened(score(folder / "recordings.npz", None), seconds)
    spec = project.demonstrations[0].spec
    model = fit(project, project.demonstrations)
    instrument = Instrument(spec, project.features, model, project.mapping, (), told.append, scope=False)
    times: list[float] = []
    values: list[Values] = []
    events: list[tuple[float, Event]] = []
    for at, row in zip(played.times.tolist(), played.values, strict=True):
        events += [(at, event) for event in instrument.play(Frame(at, row, at))]
        times.append(at)
        values.append(instrument.played.values.copy())
    last = float(played.times[-1])
    events += [(last, event) for event in instrument.fall_silent(0.0)]
    neutral = instrument.mapping_run.neutral
    for share in np.linspace(0.0, 1.0, round(FADE * 100)):  # as the outputs do, without the time they hold
        times.append(last + 0.01 + FADE * float(share))
        values.append((1.0 - share) * values[len(played.times) - 1] + share * neutral)
    controls = instrument.mapping_run.controls
    sound = render(
        project.sound.voices, controls, np.array(times), np.array(values), events, last + TAIL, RATE,
        folder, project.sound.volume, project.gestures,
        effects=project.sound.effects,
    )  # fmt: skip
    return Performance(
        project, played, spec, controls, np.array(times), np.array(values),
        model.labels, tuple(events), sound, (*map(str, faults), *map(str, told)),
    )  # fmt: skip


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Render what is asked for and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the WAVs go")
    parser.add_argument("names", nargs="*", help="these presets only")
    parser.add_argument("--pictures", action="store_true", help="also draw docs/pictures/preset-NAME.png")
    options = parser.parse_args()
    shelf = ROOT / "presets"
    names = options.names or sorted(path.parent.name for path in shelf.glob("*/project.toml"))
    options.folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    say(
        f"{'preset':<20} {'gestures right':>15} {'extra':>6} {'LUFS':>7} {'peak':>6} {'seconds':>8} {'took s':>7}"
    )
    for name in names:
        begun = time.perf_counter()
        performance = perform(shelf / name)
        took = time.perf_counter() - begun
        write_wav(options.folder / f"{name}.wav", performance.sound, RATE, 16)
        if options.pictures:
            from preset_pictures import draw

            draw(PICTURES / f"preset-{name}.png", performance)
        known = f"{performance.right} of {len(performance.spans)}" if performance.spans else "-"
        say(
            f"{name:<20} {known:>15} {performance.extra:6d} {performance.loudness:7.1f} {peak(performance.sound):6.1f} "
            f"{len(performance.sound) / RATE:8.1f} {took:7.1f}",
        )
        wrong += [f"{name}: {line}" for line in performance.complaints()]
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
