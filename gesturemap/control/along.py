"""Mapping by demonstration: a sound goes along with a recording, and what it is like becomes the movement's outputs."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, DataError, FileError, GesturemapError
from gesturemap.library import at_home
from gesturemap.project.disk import write_file
from gesturemap.synth import wav
from gesturemap.synth.describe import CHANNELS, Track, describe

MICROPHONE = "microphone"
FOLDER = "sounds"
"""Where in a project they lie."""
USUAL = ("loudness", "pitch", "centroid")
PATIENCE = 15.0
"""Seconds to wait for the synth and the description after a take."""
SHORTEST = 0.2
"""Seconds of movement that sound must have gone along with."""
FAINTEST = -80.0
"""dB of full scale below which a whole sound counts as silence."""


class Along:
    """One sound beside one recording.

    Parameters
    ----------
    message : the recording that is to begin; `along` is in the project's folder already, or the microphone.
    folder : the project's.
    device : the microphone, or a part of its name; empty: the system's choice.

    Raises
    ------
    CommandError
        If there is no such descriptor.
    """

    def __init__(self, message: c.Record, folder: Path, device: str = "") -> None:
        self.names = descriptors(message.describe)
        self.message = message
        self.microphone, self._device = message.along == MICROPHONE, device
        self.path = _new_sound(folder, message.label) if self.microphone else folder / message.along
        self.began: float | None = None
        """When the sound began, on the machine's clock."""
        self.take: inner.Take | None = None
        self.asked = time.monotonic()
        self.silent = ""
        """What is to be said where nothing can be heard in it."""
        self._track: Track | None = None
        self._error: GesturemapError | None = None
        self._thread: threading.Thread | None = None
        if not self.microphone:
            self._describe()

    def wanted(self) -> c.Message:
        """What the synth is asked for when the recording begins."""
        if self.microphone:
            return inner.RecordAlong(str(self.path), self._device)
        return inner.PlayAlong(str(self.path))

    def ended(self) -> c.Message:
        """What it is asked for at the end."""
        return inner.RecordAlong() if self.microphone else inner.PlayAlong()

    def heard(self, notice: inner.SoundAlong) -> None:
        """The synth says when the sound began, or that the microphone's is written."""
        self.began = notice.began
        if self.microphone and notice.seconds > 0.0:
            self._describe()

    def _describe(self) -> None:
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            sound, rate = wav.read(self.path)
            if wav.peak(sound) < FAINTEST:
                self.silent = (
                    f"its sound, {FOLDER}/{self.path.name}, is silent, nothing in it is above {FAINTEST:g} dB"
                )
            self._track = describe(sound, rate, self.names)
        except GesturemapError as error:
            self._error = error

    @property
    def ready(self) -> bool:
        """Whether everything is there; also when there is nothing more to wait for."""
        late = self.take is not None and time.monotonic() - self.asked > PATIENCE
        done = self._thread is not None and not self._thread.is_alive() and self.began is not None
        return self.take is not None and (done or late)

    def joined(self, demonstration: Demonstration) -> Demonstration:
        """The demonstration with what the sound was like at each of its frames, where there was sound.

        Raises
        ------
        GesturemapError
            If there is no description of the sound, or it hardly went along.
        """
        if self._error is not None:
            raise self._error
        if self._track is None or self.began is None or self.take is None:
            raise CommandError(
                "recording",
                "nothing is known of the sound that went along",
                "the built-in synth plays or records it",
                "switch the sound on (no --sound off), and record again",
            )
        return with_sound(demonstration, self._track, self.take.began - self.began, self.path.name)


def descriptors(names: Sequence[str]) -> tuple[str, ...]:
    """These descriptors, or the usual ones.

    Raises
    ------
    CommandError
        If there is no such descriptor.
    """
    wrong = [name for name in names if name not in CHANNELS]
    if wrong:
        raise CommandError(
            "descriptors", ", ".join(wrong), f"there are {', '.join(CHANNELS)}", "choose among them"
        )
    return tuple(dict.fromkeys(names)) or USUAL


def with_sound(demonstration: Demonstration, track: Track, start: float, name: str) -> Demonstration:
    """The part of a demonstration during which the sound went on, with its descriptors as outputs.

    Parameters
    ----------
    start : seconds of the sound at the demonstration's first frame; negative: the movement began first.

    Raises
    ------
    DataError
        If they hardly overlap.
    """
    if not len(demonstration):
        raise DataError(
            f"demonstration of '{demonstration.label}'", "no frames", "the sensor sends while it is recorded",
            "start the sensor and record again",
        )  # fmt: skip
    times = demonstration.time - demonstration.time[:1] + start
    half = 0.5 * (track.times[1] - track.times[0]) if len(track.times) > 1 else 0.0
    inside = np.flatnonzero((times >= 0.0) & (times <= track.times[-1] + half))
    if len(inside) < 2 or times[inside[-1]] - times[inside[0]] < SHORTEST:
        raise DataError(
            f"demonstration of '{demonstration.label}'",
            f"{len(inside)} of {len(demonstration)} frames while {name} sounded",
            f"movement and sound go on together for at least {SHORTEST:g} s",
            "move while it is heard, and record again",
        )
    kept = slice(inside[0], inside[-1] + 1)
    time_kept = demonstration.time[kept]
    note = f"{demonstration.note}; with {name}".lstrip("; ")
    return replace(
        demonstration,
        time=time_kept - time_kept[0],
        values=demonstration.values[kept],
        outputs=track.channels,
        targets=track.at(times[kept]),
        note=note,
    )


def playable(path: Path) -> tuple[float, tuple[str, ...]]:
    """How many seconds of sound can be played along with, and what is strange about it, one line each.

    Raises
    ------
    FileError
        If it is no sound, or too short for a movement to go along with it.
    """
    form = wav.about(path)
    seconds, promised = form.frames / form.rate, form.promised / form.rate
    said = f", though its header says {promised:.2f} s" if form.promised > form.frames else ""
    if seconds < SHORTEST:
        raise FileError(
            str(path),
            f"{seconds:.3f} s of sound are in it{said}",
            f"a movement goes along with at least {SHORTEST:g} s",
            "copy it once more, or choose another" if said else "choose a longer one",
        )
    sound, _ = wav.read(path)
    lines = []
    if said:
        lines.append(wav.torn(path))
    if wav.peak(sound) < FAINTEST:
        lines.append(
            f"{path}: it is silent, nothing in it is above {FAINTEST:g} dB; choose another to hear one"
        )
    return seconds, tuple(lines)


def located(file: str, folder: Path) -> Path:
    """Where a sound is that is named from anywhere, or from the project's folder."""
    path = at_home(file)
    return path if path.is_absolute() or path.exists() else folder.resolve() / path


def bring(file: str, folder: Path) -> str:
    """Put a sound into the project's folder where it is not there yet; its name from there.

    Raises
    ------
    FileError
        If it is no sound, too short, or cannot be copied.
    """
    home, path = folder.resolve(), located(file, folder)
    playable(path)  # what is no sound stays outside
    if path.resolve().is_relative_to(home):
        return str(path.resolve().relative_to(home))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError(
            str(path), error.strerror or str(error), "a readable WAV file", "choose another"
        ) from error
    target, number = home / FOLDER / path.name, 1
    while target.exists() and target.read_bytes() != data:
        number += 1
        target = home / FOLDER / f"{path.stem}-{number}{path.suffix}"
    if not target.exists():
        if shutil.disk_usage(home).free < len(data):
            raise FileError(str(target), "no room on the disk", "a project holds its sounds", "make room")
        write_file(target, data)
    return str(target.relative_to(home))


def _new_sound(folder: Path, label: str) -> Path:
    """A free name for what the microphone will hear."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in label)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return folder / FOLDER / f"{plain}-{stamp}.wav"
