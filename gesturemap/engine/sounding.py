"""What the built-in synth would have played in a session: its log is played again, and its voices are rendered."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap import compiled, inner
from gesturemap.errors import DataError, GesturemapError
from gesturemap.frames import Controls, Spec, Values
from gesturemap.logs.read import Session
from gesturemap.mapping.mapping import driven
from gesturemap.outputs.synth import Synth
from gesturemap.project.project import Project, assemble
from gesturemap.synth.effects import parameters_of
from gesturemap.synth.mixer import Mixer, compiled_modules
from gesturemap.synth.player import PATIENCE
from gesturemap.synth.voice import Voice, parameters, waiting
from gesturemap.synth.wav import peak
from gesturemap.synth.wav_write import WavWriter

PIECE = 1 << 15
"""Samples rendered at once."""
RING, LOOK = 20.0, 0.5
"""Seconds for which what rings is waited for at the end, and between two looks whether it still does."""
QUIET = -80.0
"""Level of what has rung out, dB of full scale."""


class Sounding:
    """Renders a session into a file, step by step as its log is played again.

    Every frame takes effect at the sample at which it arrived, as far as the first frame is from the beginning.

    Parameters
    ----------
    session : whose sound is wanted.
    beside : where the log is; in a project's folder, the project's sounds are found there too.
    seed : of everything random in the voices.

    Raises
    ------
    GesturemapError
        If no voices are in it, or the file cannot be written.
    """

    def __init__(self, session: Session, path: Path, beside: Path, seed: int = 1) -> None:
        first = with_voices(session)
        self.faults: list[str] = []
        """What could not be had, or differs from what was heard then, one line each."""
        self._seed, self._beside = seed, beside
        self._names = tuple(
            dict.fromkeys(name for part in session.parts for name in part.layout.controls.names)
        )
        self._mixer: Mixer | None = None
        self._playing: tuple[Any, ...] = ()
        self._voices: tuple[Voice, ...] = ()
        self._rests: Values = np.zeros(0)
        self._driven: tuple[str, ...] = ()
        self._silent: list[int] = []
        """Places of the levels of voices that nobody plays now."""
        self._sent: Values | None = None
        """What the controls of now were sent last."""
        self._pairs: list[tuple[int, int]] = []
        """Place among all controls of the session, place among those of now."""
        self._tail: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        self._began = self._last = math.nan
        self.wav = WavWriter(path, first.sound.rate)
        if not any(isinstance(output, Synth) for output in first.outputs):
            self.faults.append(
                "log, outputs: none is 'synth'; the built-in synth plays where it is one, so it was silent then; "
                "its voices are rendered all the same"
            )

    # Time

    def at(self, time: float) -> None:
        """What comes next happens at this time, in seconds of the clock then; time never goes back."""
        if not math.isfinite(time):
            return
        if math.isnan(self._began):
            self._began = self._last = time
        self._last = max(self._last, time)

    def _go(self, samples: int) -> NDArray[np.float32]:
        """Render and write so many samples; return the last piece."""
        sound = np.zeros((0, 2), np.float32)
        while samples > 0:
            count = min(samples, PIECE)
            sound = np.zeros((count, 2), np.float32) if self._mixer is None else self._mixer.render(count)
            before, self._tail = self._tail[:count], self._tail[count:]
            sound[: len(before)] += before
            self.wav.write(sound)
            samples -= count
        return sound

    def _go_on(self) -> None:
        """Render up to what happens now."""
        if math.isfinite(self._last):
            self._go(round((self._last - self._began) * self.wav.rate) - self.wav.length)

    # What the synth was told

    def project(self, project: Project, folder: str) -> None:
        """This project plays from now on."""
        sound, labels = project.sound, tuple(project.gestures)
        self._voices, self._driven = sound.voices, driven(project.mapping)
        home = (
            folder if Path(folder).is_dir() or not (self._beside / "project.toml").is_file() else self._beside
        )
        wanted = (sound.voices, sound.effects, str(home), labels)
        self._go_on()
        if self._mixer is not None and wanted == self._playing:
            self._mixer.volume = sound.volume
            return
        silent = self._mixer is not None and self._mixer.panicked
        if self._mixer is not None:  # as live: what plays fades, and others take its place
            self._mixer.end()
            self._tail = self._mixer.render(round(PATIENCE * self.wav.rate))
        compiled.load(compiled_modules(sound.voices))
        self._playing = wanted
        self._mixer = Mixer(
            sound.voices,
            self._names,
            self.wav.rate,
            home,
            labels,
            sound.volume,
            self._seed,
            effects=sound.effects,
        )
        if silent:
            self._mixer.panic()
        self.faults += [fault for fault in self._mixer.faults if fault not in self.faults]
        rest = {f"{voice.name}.{p.name}": rest for voice in sound.voices for p, rest in parameters(voice)}
        rest |= {f"{name}.{p.name}": value for name, p, value in parameters_of(sound.effects)}
        self._rests = np.array([rest.get(name, math.nan) for name in self._names])
        if self._sent is not None:  # as from the shared block
            self._mixer.render(0, self._values(self._sent))

    def begin(self, controls: Spec) -> None:
        """From now on there are these controls; what others moved goes to rest."""
        places = {name: place for place, name in enumerate(self._names)}
        self._pairs = [(places[name], i) for i, name in enumerate(controls.names) if name in places]
        levels = [f"{name}.level" for name in waiting(self._voices, self._driven, controls.names)]
        self._silent = [places[name] for name in levels if name in places]
        self._sent = None

    def send(self, controls: Controls) -> None:
        """One frame of controls, then its events; so a note begins with the controls of its own frame."""
        self._go_on()
        self._sent = controls.values
        if self._mixer is not None:
            self._mixer.render(0, self._values(self._sent), [(0, event) for event in controls.events])

    def _values(self, sent: Values) -> Values:
        """All controls of the session: those of now as they were sent, the others at rest."""
        values = self._rests.copy()
        values[self._silent] = 0.0
        for place, i in self._pairs:
            values[place] = sent[i]
        return values

    def silence(self) -> None:
        """Panic: silence until a gesture begins, or `sound_again`."""
        self._go_on()
        if self._mixer is not None:
            self._mixer.panic()

    def sound_again(self) -> None:
        """The silence of a panic is over."""
        self._go_on()
        if self._mixer is not None:
            self._mixer.lift()

    def end(self) -> None:
        """Let what rings ring out, and put the file in its place.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        self._go_on()
        look = round(LOOK * self.wav.rate)
        for _ in range(round(RING / LOOK)):
            if peak(self._go(look)) < QUIET:
                break
        if self._mixer is not None:
            self._mixer.end()
        self._go(round(PATIENCE * self.wav.rate))
        self.wav.end()

    def close(self) -> None:
        """Let go of everything; what was not ended leaves nothing behind."""
        self.wav.drop()


def with_voices(session: Session) -> Project:
    """The first project of a session that has voices.

    Raises
    ------
    GesturemapError
        If none has, or it cannot be played by this gesturemap.
    """
    loads: list[inner.Load] = []
    for _, _, what in session.commands:
        if isinstance(what, inner.Load):
            loads.append(what)
        elif isinstance(what, inner.Sounds) and what.tables and loads:
            loads.append(what.within(loads[-1]))
    projects = [assemble(load.tables, load.folder, "log") for load in loads]
    for project in projects:
        if project.sound.voices:
            return project
    if not loads:
        raise GesturemapError("log", "no project in it", "a session log begins with one", "give another log")
    raise DataError(
        "log, [sound]",
        f"the project '{projects[0].name}' had no voices",
        "the built-in synth plays [[sound.voices]]",
        "give a log of a project that has some, or leave --wav out",
    )
