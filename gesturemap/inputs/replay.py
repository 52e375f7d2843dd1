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
from gesturemap.frames import Spec
from gesturemap.inputs.input import Health
from gesturemap.inputs.paced import Block, PacedRun
from gesturemap.inputs.recordings import Recording, chosen, read


@dataclass(frozen=True)
class Replay:
    """Settings of a replay.

    An ``.npz`` holds arrays X (frames, C), lengths, label, user, rate, channels and, where known, t; a
    ``.csv`` has a header and a column with the time.
    """

    kind: ClassVar[str] = "replay"

    path: str = setting("", "the file, .npz or .csv; relative to the project's folder")
    folder: str = setting("", "what the path is relative to")
    columns: tuple[str, ...] = setting((), "channels to give, such as acc*; empty: all")
    labels: tuple[str, ...] = setting((), "gestures to play; empty: all")
    users: tuple[str, ...] = setting((), "whose recordings to play; empty: everybody's")
    speed: float = setting(1.0, "times as fast; time stamps stay as they are", low=0.01, high=1000.0)
    loop: bool = setting(True, "begin again at the end")
    gap: float = setting(0.5, "silence between two recordings", unit="s", low=0.0, high=60.0)

    def start(self, clock: Clock) -> ReplayRun:
        """Read the file."""
        path = Path(self.folder, self.path).expanduser()
        place = f"input replay, {path}"
        if not self.path:
            raise FileError(
                "input replay, path", "none", "a recording is wanted", "give an .npz or .csv file"
            )
        spec, recordings, unusable = read(path)
        columns = chosen(spec, self.columns, place)
        wanted = [
            recording._replace(values=np.ascontiguousarray(recording.values[:, columns]))
            for recording in recordings
            if len(recording.time)
            and (not self.labels or recording.label in self.labels)
            and (not self.users or recording.user in self.users)
        ]
        if not wanted:
            labels, users = ({getattr(r, name) for r in recordings} - {""} for name in ("label", "user"))
            raise FileError(
                place,
                "nothing to play",
                f"labels: {', '.join(sorted(labels))}; users: {', '.join(sorted(users)) or 'none'}",
                "choose labels and users that are there",
            )
        health = Health()
        if unusable:
            health.ignored[path.name] = Counter({"not a finite number": unusable})
        spec = Spec(tuple(spec.channels[i] for i in columns), spec.rate)
        return ReplayRun(self, spec, wanted, clock, str(path), health)


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
