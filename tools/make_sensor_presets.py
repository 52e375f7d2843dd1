"""Make the data of the presets for sensors anew: ``python tools/make_sensor_presets.py DATA [PRESETS]``.

DATA is a folder of recordings, each in one of its own: ``guitar_strum_dev``, ``puara_imu``, ``handwaving_dev`` and
``myo_stream``, with ``data.npz`` in it; the presets' pages say where they come from. What teaches and what is played
are different takes, or different times of one. Running this twice gives the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from make_presets import keep, smoothed

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec, Values
from gesturemap.project.takes import slug

HAND = Spec.of("motion", rate=18.75)
JABBING = Spec.of("acc_x m/s2", "acc_y m/s2", "acc_z m/s2", rate=9.35)
PHONE = Spec.of("acc_x m/s2", "acc_y m/s2", "acc_z m/s2", rate=60.0)
ARM = Spec.of(*(f"emg_{i}" for i in range(1, 9)), rate=200.0)
AROUND = 0.3
"""Seconds before and after a strum that belong to its demonstration."""
WAVES = ("left_right", "up_down", "circles", "forward_backwards", "tilt")
WAVING, CONDUCTING = "u5", "u4"
"""Whose waving teaches the chooser and plays it, and who conducts."""
MUSCLES = ("fist", "flexion", "extension", "ulnar_dev")
ARMED = "p45612"


@dataclass(frozen=True)
class Take:
    """A recording to be played: what is done in it, its own times (T,) s and values (T, C)."""

    label: str
    time: Values
    values: Values


class Source:
    """The recordings of a file, one by one."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as data:
            self.arrays = {name: data[name] for name in data.files}
        self._ends = np.cumsum(self.arrays["lengths"])
        self.rate = float(self.arrays["rate"])

    def rows(self, index: int) -> slice:
        """Where a recording is in the arrays of frames."""
        return slice(self._ends[index] - self.arrays["lengths"][index], self._ends[index])

    def values(self, index: int) -> Values:
        """(T, C)"""
        return np.asarray(self.arrays["X"][self.rows(index)], np.float64)

    def time(self, index: int) -> Values:
        """(T,) seconds from the recording's first frame."""
        if "t" not in self.arrays:
            return np.arange(self.arrays["lengths"][index]) / self.rate
        own = np.asarray(self.arrays["t"][self.rows(index)], np.float64)
        return own - own[0]

    def where(self, **wanted: str) -> list[int]:
        """The recordings of a label, user or session."""
        fits = np.all([self.arrays[name] == value for name, value in wanted.items()], axis=0)
        return [int(i) for i in np.flatnonzero(fits)]


def main() -> None:
    """Write ``demonstrations/`` and ``recordings.npz`` of these presets."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    data = Path(sys.argv[1])
    presets = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent.parent / "presets"
    strums(Source(data / "guitar_strum_dev" / "data.npz"), presets / "air-percussion")
    jabs(Source(data / "puara_imu" / "data.npz"), presets / "air-jabs")
    waving(Source(data / "handwaving_dev" / "data.npz"), presets / "waving-chooser")
    conducting(Source(data / "handwaving_dev" / "data.npz"), presets / "conducted-cloud")
    muscles(Source(data / "myo_stream" / "data.npz"), presets / "emg-chooser")


def recorded(
    folder: Path, spec: Spec, takes: Sequence[Take], events: Sequence[tuple[int, float, str]] = ()
) -> None:
    """Write what is to be played.

    Parameters
    ----------
    events : take, seconds in it, and the gesture that happens then.
    """
    more: dict[str, Any] = {}
    if events:
        numbers, times, labels = zip(*events, strict=True)
        more = {
            "ev_rec": np.array(numbers, np.int32),
            "ev_time": np.array(times, np.float32),
            "ev_label": np.array(labels),
        }
    np.savez_compressed(
        folder / "recordings.npz",
        X=np.concatenate([take.values for take in takes]).astype(np.float32),
        t=np.concatenate([take.time - take.time[0] for take in takes]).astype(np.float32),
        lengths=np.array([len(take.time) for take in takes], np.int32),
        label=np.array([take.label for take in takes]),
        user=np.array(["" for _ in takes]),
        session=np.array([str(i) for i in range(len(takes))]),
        rate=np.float64(spec.rate),
        channels=np.array([str(channel) for channel in spec.channels]),
        **more,
    )


def shown(label: str, number: int, spec: Spec, time: Values, values: Values, note: str) -> Demonstration:
    """One demonstration, its time from 0."""
    return Demonstration(f"{slug(label)}-{number:02d}", label, spec, time - time[0], values, note=note)


def strums(source: Source, folder: Path) -> None:
    """Down and up strokes: the first eight of each in recording 1 teach, recordings 1 (later) and 2 are played."""
    arrays, names = source.arrays, {"D": "down", "U": "up"}

    def struck(recording: int) -> list[tuple[float, str]]:
        mine = arrays["ev_rec"] == recording
        return [
            (float(t), names[str(label)])
            for t, label in zip(arrays["ev_time"][mine], arrays["ev_label"][mine], strict=True)
        ]

    time, values = source.time(1), source.values(1)
    taught: list[Demonstration] = []
    count = dict.fromkeys(names.values(), 0)
    until = 0.0
    for at, label in struck(1):
        if count[label] == 8:
            continue
        count[label] += 1
        part = (time >= at - AROUND) & (time <= at + AROUND)
        note = f"KLANGIO-GST-MM-T, {arrays['session'][1]}, {at:.2f} s"
        taught.append(shown(label, count[label], HAND, time[part], values[part], note))
        until = max(until, at + 1.0)
    keep(sorted(taught, key=lambda d: d.id), folder)
    takes, events = [], []
    for number, (recording, begin, end) in enumerate(((1, until, 30.0), (2, 0.0, 20.0))):
        time, values = source.time(recording), source.values(recording)
        part = (time >= begin) & (time <= end)
        takes.append(Take("", time[part], values[part]))
        first = float(time[part][0])
        events += [
            (number, at - first, label)
            for at, label in struck(recording)
            if first + 0.5 <= at <= float(time[part][-1]) - 0.5
        ]
    recorded(folder, HAND, takes, events)


JABS = (4.63, 8.70, 12.22, 14.92, 18.02)
"""Seconds at which the hand jabs, read off the acceleration: every other one teaches ..."""
PLAYED = (
    (5.5, 7.7, (6.39,)),
    (9.6, 11.4, (10.5,)),
    (13.0, 14.3, (13.48,)),
    (15.55, 16.8, (15.99,)),
    (19.4, 21.3, (19.88, 20.7)),
)
"""... and pieces around the others are played: from, to, jabs."""
HALF = 0.45
"""Seconds before and after a jab that belong to its demonstration."""


def jabs(source: Source, folder: Path) -> None:
    """Jabs, and what is none: shaking, carrying and rest."""
    time, values = source.time(0), source.values(0)[:, :3]

    def between(begin: float, end: float) -> Take:
        part = (time >= begin) & (time < end)
        return Take("", time[part], values[part])

    def taught(label: str, spans: Sequence[tuple[float, float]]) -> Iterable[Demonstration]:
        for number, (begin, end) in enumerate(spans, 1):
            take = between(begin, end)
            note = f"puara-gestures, imu_data_jab_shake, from {begin:.2f} s"
            yield shown(label, number, JABBING, take.time, take.values, note)

    usual = ((0.0, 3.8), (22.5, 26.0), (27.0, 30.5), (52.6, 54.9))
    keep([*taught("jab", [(at - HALF, at + HALF) for at in JABS]), *taught("everyday", usual)], folder)
    takes = [between(begin, end) for begin, end, _ in PLAYED]
    events = [
        (number, at - float(takes[number].time[0]), "jab")
        for number, (_, _, moments) in enumerate(PLAYED)
        for at in moments
    ]
    recorded(folder, JABBING, [*takes, between(32.0, 38.0), between(50.0, 52.6)], events)


def waving(source: Source, folder: Path) -> None:
    """Five movements without end: pieces of one take teach, pieces of another are played."""
    taught, takes = [], []
    for label in WAVES:
        first, second = source.where(label=label, user=WAVING)[:2]
        for number, begin in enumerate((3.0, 9.0), 1):
            take = piece(source, first, label, begin, 4.0)
            note = f"handwaving, user {WAVING}, take {source.arrays['session'][first]}, from {begin:g} s"
            taught.append(shown(label, number, PHONE, take.time, take.values, note))
        takes += [piece(source, second, label, begin, 5.0) for begin in (3.0, 12.0)]
    rest = [still(1.5, 20 + i) for i in range(8)]
    taught += [
        shown(
            "rest", number, PHONE, take.time, take.values, "synthetic, made by tools/make_sensor_presets.py"
        )
        for number, take in enumerate(rest, 1)
    ]
    keep(taught, folder)
    recorded(folder, PHONE, [*takes, still(3.0, 3), still(3.0, 4)])


def conducting(source: Source, folder: Path) -> None:
    """Calm and movement: what calm is was made up, what movement is was recorded."""
    taught = [
        shown("calm", n, PHONE, take.time, take.values, "synthetic, made by tools/make_sensor_presets.py")
        for n, take in enumerate((still(1.5, 30 + i) for i in range(8)), 1)
    ]
    takes = []
    for number, label in enumerate(("tilt", "left_right", "circles"), 1):
        first, second = source.where(label=label, user=WAVING)[:2]
        take = piece(source, first, label, 4.0, 4.0)
        note = f"handwaving, user {WAVING}, {label}, from 4 s"
        taught.append(shown("conducting", number, PHONE, take.time, take.values, note))
        other = piece(source, second, label, 6.0, 6.0)
        takes += [Take("conducting", other.time, other.values), still(3.0, 6 + number)]
    wild = piece(source, source.where(label="up_down", user=CONDUCTING)[1], "up_down", 5.0, 5.0)
    keep(taught, folder)
    recorded(folder, PHONE, [*takes, Take("conducting", wild.time, wild.values), still(4.0, 10)])


def piece(source: Source, index: int, label: str, begin: float, seconds: float) -> Take:
    """A part of one recording."""
    time = source.time(index)
    part = (time >= begin) & (time < begin + seconds)
    return Take(label, time[part], source.values(index)[part])


def still(seconds: float, seed: int) -> Take:
    """A phone held still in some pose, with the tremor and noise of a hand; nobody's hand was recorded."""
    rng = np.random.default_rng(seed)
    frames = round(seconds * PHONE.rate)
    up = rng.normal(size=3)
    slow = smoothed(rng.normal(0.0, 0.35, (frames, 3)), 6.0)
    values = 9.81 * up / np.linalg.norm(up) + slow + rng.normal(0.0, 0.02, (frames, 3))
    return Take("", np.arange(frames) / PHONE.rate, values)


def muscles(source: Source, folder: Path) -> None:
    """Four tensions and rest: two cycles of session 1 teach, cycles of session 2 are played."""
    taught, takes = [], []
    rests = 0
    for label in MUSCLES:
        first = source.where(label=label, user=ARMED, session="1")[0]
        for number, (begin, end) in enumerate(list(held(source, first))[1:3], 1):
            time, values = source.time(first), source.values(first)
            part = (time >= begin + 1.2) & (time < begin + 3.2)
            note = f"myo-readings-dataset, {ARMED}, session 1, {label}, from {begin + 1.2:.1f} s"
            taught.append(shown(label, number, ARM, time[part], values[part], note))
            if rests < 3:
                rests += 1
                part = (time >= end + 1.5) & (time < end + 3.5)
                note = f"myo-readings-dataset, {ARMED}, session 1, from {end + 1.5:.1f} s"
                taught.append(shown("rest", rests, ARM, time[part], values[part], note))
        begin, end = list(held(source, first))[4]
        time, values = source.time(first), source.values(first)
        for what, start, stop in ((label, begin + 0.6, begin + 4.0), ("", end + 1.2, end + 3.0)):
            part = (time >= start) & (time < stop)
            takes.append(Take(what, time[part], values[part]))
    keep(sorted(taught, key=lambda d: [*MUSCLES, "rest"].index(d.label)), folder)
    recorded(folder, ARM, takes)


def held(source: Source, index: int) -> Iterable[tuple[float, float]]:
    """Seconds from and to which a gesture was asked for."""
    on = np.asarray(source.arrays["frame_label"][source.rows(index)] > 0).astype(int)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on, [0]])))
    time = source.time(index)
    for begin, end in edges.reshape(-1, 2).tolist():
        yield float(time[begin]), float(time[min(end, len(time) - 1)])


if __name__ == "__main__":
    main()
