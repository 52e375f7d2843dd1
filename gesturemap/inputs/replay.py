"""Recordings played back as if the sensor were there."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Clock
from gesturemap.errors import FileError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.inputs.formats.recording import Recording, Recordings
from gesturemap.inputs.input import Health
from gesturemap.inputs.paced import Block, PacedRun
from gesturemap.inputs.recordings import chosen, named, read
from gesturemap.library import at_home
from gesturemap.units import dimension, factor

SI = {"acceleration": "m/s2", "rotation": "rad/s", "angle": "rad", "magnetic field": "uT"}
"""Dimension -> the unit it is made with ``units = "si"``."""
UNUSABLE = "not a finite number, or too large"
"""Why frames are left out."""


@dataclass(frozen=True)
class Replay:
    """Settings of a replay.

    An ``.npz`` holds arrays X (frames, C), lengths, label, user, rate, channels and, where known, t. Other files
    are known by what stands in them: XDF, tables as text with a header or without, OpenSignals text, JSON. What
    had to be guessed stands behind the file's name in the run's address.
    """

    kind: ClassVar[str] = "replay"

    path: str = setting("", "the file: .npz, .csv, .txt, .xdf or .json; relative to the project's folder")
    folder: str = setting("", "what the path is relative to")
    channels: dict[str, str] = setting(
        {},
        "other names and units: name in the file -> 'acc_x m/s2', or 'acc_x m/s2 from g' where it holds another unit",
    )
    columns: tuple[str, ...] = setting((), "channels to give, by their new names, such as acc*; empty: all")
    labels: tuple[str, ...] = setting((), "gestures to play; empty: all")
    users: tuple[str, ...] = setting((), "whose recordings to play; empty: everybody's")
    stream: str = setting(
        "", "of an .xdf with several streams: the name or type of one; empty: the first of numbers"
    )
    rate: float = setting(
        0.0, "frames a second, for a file without time stamps; 0: it has them", unit="Hz", low=0, high=1e6
    )
    units: str = setting(
        "file", "file: as in the file; si: made m/s2, rad/s, rad and uT where its units are known",
        choices=("file", "si"),
    )  # fmt: skip
    speed: float = setting(1.0, "times as fast; time stamps stay as they are", low=0.01, high=1000.0)
    loop: bool = setting(True, "begin again at the end")
    gap: float = setting(0.5, "silence between two recordings", unit="s", low=0.0, high=60.0)

    def check(self) -> Spec | None:
        """Its channels; the file is read.

        Raises
        ------
        FileError, SettingsError
            As `start` would.
        """
        return self._read()[1]

    def start(self, clock: Clock) -> ReplayRun:
        """Read the file."""
        found, spec, wanted = self._read()
        path = at_home(Path(self.folder, self.path))
        health = Health(lost=found.lost)
        if found.unusable:
            health.ignored[path.name] = Counter({UNUSABLE: found.unusable})
        address = f"{path} ({'; '.join(found.said)})" if found.said else str(path)
        return ReplayRun(self, spec, wanted, clock, address, health)

    def _read(self) -> tuple[Recordings, Spec, list[Recording]]:
        """What is in the file, its channels, and the recordings that are to be played."""
        path = at_home(Path(self.folder, self.path))
        place = f"input replay, {path}"
        if not self.path:
            raise FileError(
                "input replay, path",
                "none",
                "a recording is wanted",
                "give an .npz, .csv, .xdf or other file",
            )
        found = read(path, self.rate, self.stream)
        whole, scales = named(found.spec, self.channels, place)
        columns = chosen(whole, self.columns, place)
        spec, scales = Spec(tuple(whole.channels[i] for i in columns), whole.rate), scales[columns]
        if self.units == "si":
            spec, more = physical(spec)
            scales = scales * more
        wanted = [
            recording._replace(values=recording.values[:, columns] * scales)
            for recording in found.recordings
            if len(recording.time)
            and (not self.labels or recording.label in self.labels)
            and (not self.users or recording.user in self.users)
        ]
        if not any(len(recording.time) for recording in found.recordings):
            raise FileError(
                place,
                f"no frame that can be used, {found.unusable} that cannot",
                f"numbers are wanted; these are {UNUSABLE}" if found.unusable else "frames are wanted",
                "look at how it was recorded, or choose another file",
            )
        if not wanted:
            labels, users = (
                {getattr(r, name) for r in found.recordings} - {""} for name in ("label", "user")
            )
            raise FileError(
                place,
                "nothing to play",
                f"labels: {', '.join(sorted(labels))}; users: {', '.join(sorted(users)) or 'none'}",
                "choose labels and users that are there",
            )
        return found, spec, wanted


def physical(spec: Spec) -> tuple[Spec, Values]:
    """The channels in the units the rest of the house prefers, and (C,) by what their values are multiplied."""
    wanted = [SI.get(dimension(channel.unit), channel.unit) for channel in spec.channels]
    scales = [factor(channel.unit, unit) for channel, unit in zip(spec.channels, wanted, strict=True)]
    channels = tuple(Channel(c.name, unit) for c, unit in zip(spec.channels, wanted, strict=True))
    return Spec(channels, spec.rate), np.array(scales)


class Annotation(NamedTuple):
    """When a recording is played, in frame time of the first round."""

    label: str
    user: str
    start: float
    end: float


class ReplayRun(PacedRun):
    """A file being played; time goes on rising over recordings and rounds."""

    def __init__(
        self,
        settings: Replay,
        spec: Spec,
        recordings: list[Recording],
        clock: Clock,
        address: str,
        health: Health,
    ) -> None:
        silence = settings.gap + (1.0 / spec.rate if spec.rate else 0.01)
        starts, total = [], 0.0
        for recording in recordings:
            starts.append(total)
            total += float(recording.time[-1] - recording.time[0]) + silence
        self.annotations = tuple(
            Annotation(r.label, r.user, start, start + float(r.time[-1] - r.time[0]))
            for r, start in zip(recordings, starts, strict=True)
        )
        """What is played when, in the first round."""
        blocks = _blocks(recordings, starts, total, settings.loop)
        super().__init__(spec, blocks, clock, settings.speed, address, health)


def _blocks(recordings: list[Recording], starts: list[float], total: float, loop: bool) -> Iterator[Block]:
    for base in itertools.count(0.0, total):
        for recording, start in zip(recordings, starts, strict=True):
            yield Block(
                recording.label, recording.time - recording.time[0] + (base + start), recording.values
            )
        if not loop:
            return
