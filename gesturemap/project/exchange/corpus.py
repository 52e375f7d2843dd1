"""Recordings of other people in one NPZ file, read and checked.

| array | meaning |
|---|---|
| `X` (frames, C) | all recordings, one after another |
| `lengths` (recordings,) | frames per recording |
| `label`, `user`, `session`, `split` (recordings,) | texts; '' where unknown; `split` is 'train' or 'test' |
| `rate` | Hz, nominal |
| `channels` (C,) | name and unit |
| `t` (frames,) | seconds within the recording |
| `din` | above 0: the first `din` columns are inputs, the others outputs |
| `ev_rec`, `ev_label`, `ev_end` or `ev_time` | events: index of recording, label, seconds |
| `frame_label` (frames,), `frame_label_names` | a label for each frame |
| `desc` (frames, M), `desc_names` | descriptors recorded with the motion |

All but the first two are optional.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import EMPTY, Demonstration
from gesturemap.errors import DataError, FileError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.inputs.formats.npz import as_recordings
from gesturemap.project.arrays import read_npz
from gesturemap.project.exchange.wanted import (
    FORM,
    finite,
    missing,
    numbers,
    single,
    texts_of,
    tidy,
    unequal,
    unread,
)

Array = NDArray[Any]
Texts = tuple[str, ...]

ROOM = 2 * 1024**3
"""Bytes that the compressed arrays of one file may take."""
LATE = 5.0
"""Seconds by which the time of an event may lie past the end of its recording: people stop late."""
ALIKE = 1.25
"""Two rates are taken for the same up to this many times."""
UNLABELLED = -1
"""Of a frame, where labels are indices of names."""
USUAL_RATE = 100.0
"""Hz, where a file does not say."""
TEXTS = ("label", "user", "session", "split")
READ = ("X", "lengths", *TEXTS, "rate", "channels", "t", "din", "ev_rec", "ev_label", "ev_end", "ev_time",
        "frame_label", "frame_label_names", "desc", "desc_names")  # fmt: skip
"""The arrays that anything reads."""
SLOWEST, FASTEST = 0.1, 20_000.0
"""Hz."""


class Moment(NamedTuple):
    """One gesture in a stream."""

    recording: int
    label: str
    time: float
    """Seconds within the recording: of its end, or of its stroke (`Corpus.marks`)."""


@dataclass(frozen=True, eq=False)
class Corpus:
    """Every recording of one file as a demonstration of its label."""

    demonstrations: tuple[Demonstration, ...]
    users: Texts
    sessions: Texts
    splits: Texts
    rate: float
    moments: tuple[Moment, ...] = ()
    marks: str = ""
    """What the time of a moment is: ``end`` or ``time``; '' without any."""
    frame_labels: tuple[Array, ...] = ()
    """For each recording (T,) the index of the label of each frame, or `UNLABELLED`."""
    frame_label_names: Texts = ()
    notes: Texts = ()
    """What a person should know about what was read."""
    arrays: Texts = ()
    """The arrays of the file."""

    @property
    def labels(self) -> Texts:
        """The label of each recording."""
        return tuple(demonstration.label for demonstration in self.demonstrations)


def read_corpus(path: Path, columns: Sequence[str] = (), target: str = "") -> Corpus:
    """Read a file of recordings; only the channels that match `columns`, all when empty.

    Parameters
    ----------
    columns : patterns such as ``acc*`` for the names of input channels.
    target : name or number of a column of `desc` to be regressed; recordings where it is absent are left out.

    Raises
    ------
    FileError, DataError
        Naming the array, demonstration (its index in the file), channel and frame that is wrong.
    """
    arrays = as_recordings(_arrays(path))
    place = str(path)
    for name in ("X", "lengths"):
        if name not in arrays:
            raise missing(arrays, name, READ, place)
    values = numbers(arrays, "X", 2, place)
    lengths = numbers(arrays, "lengths", 1, place, whole=True)
    if not values.shape[1]:
        raise DataError(f"{place}, X", "no channels", "at least one is wanted", "mend the file")
    total = sum(int(length) for length in lengths)
    if not len(lengths) or (lengths < 0).any() or total != len(values):
        raise DataError(
            f"{place}, lengths",
            f"{len(lengths)} recordings of {total} frames",
            f"X has {len(values)} frames, and no recording less than none",
            "mend the file",
        )
    ends = [0, *np.cumsum(lengths).tolist()]
    cuts = [slice(begin, end) for begin, end in pairwise(ends)]
    texts = {name: texts_of(arrays, name, len(cuts), place) for name in TEXTS}
    for i, label in enumerate(texts["label"]):
        if label and (not label.strip() or len(label.splitlines()) > 1):
            raise DataError(
                f"{place}, label, demonstration {i}", repr(label), "a label is one line of letters, or '' if unknown",
                "mend the file",
            )  # fmt: skip
    texts["label"] = tuple(map(tidy, texts["label"]))
    rate = float(single(arrays, "rate", USUAL_RATE, place))
    if not SLOWEST <= rate <= FASTEST:
        raise DataError(
            f"{place}, rate", f"{rate} Hz", f"from {SLOWEST:g} to {FASTEST:g} Hz is read; it is frames a second",
            "mend the file",
        )  # fmt: skip
    asked = float(single(arrays, "din", 0, place))
    if not (0 <= asked < values.shape[1] + (asked == 0) and asked == int(asked)):
        raise DataError(
            f"{place}, din",
            f"{asked:g}",
            f"a whole number is wanted; X has {values.shape[1]} columns, some are outputs",
            "mend the file",
        )
    inputs = int(asked)
    whole = texts_of(arrays, "channels", values.shape[1], place, "c")
    twice = sorted({text for text in whole if text.strip() and whole.count(text) > 1})
    if twice:
        raise DataError(
            f"{place}, channels", f"'{twice[0]}' {whole.count(twice[0])} times", "each channel has a name of its own",
            "rename one",
        )  # fmt: skip
    channels = named(whole)
    chosen = _chosen(channels[: inputs or None], columns, place)
    outputs: tuple[Channel, ...] = channels[inputs:] if inputs else ()
    targets = values[:, inputs:] if inputs else None
    notes = unread(arrays, READ)
    kept = list(range(len(cuts)))
    if target:
        outputs, targets = _descriptor(arrays, target, len(values), place)
        kept = [i for i in kept if np.isfinite(targets[cuts[i]]).all()]
        if len(kept) < len(cuts):
            notes.append(f"{len(cuts) - len(kept)} recordings have no {outputs[0].name} and are left out")
    if empty := [i for i in kept if not lengths[i]]:
        notes.append(f"no frames: {_first(empty)} left out")
        kept = [i for i in kept if lengths[i]]
    time = numbers(arrays, "t", 1, place) if "t" in arrays else None
    if time is not None and len(time) != len(values):
        raise unequal(place, "t", time, len(values))
    if time is not None:
        notes += _contradicted(rate, "rate" in arrays, [time[cuts[i]] for i in kept])
    spec = Spec(tuple(channels[i] for i in chosen), rate)
    demonstrations = []
    stuck, falling, unfit = [], [], []
    refused: DataError | None = None
    for i in kept:
        part = np.ascontiguousarray(values[cuts[i]][:, chosen], dtype=np.float64)
        moments = np.arange(len(part)) / rate if time is None else time[cuts[i]].astype(np.float64)
        aims = EMPTY if targets is None else np.ascontiguousarray(targets[cuts[i]], dtype=np.float64)
        name = f"{Path(path).name}, demonstration {i}"
        try:
            finite(name, ("t",), moments[:, None])
            finite(name, [f"channel {channel}" for channel in spec.names], part)
            finite(name, [f"output {output.name}" for output in outputs], aims)
        except DataError as error:
            refused = refused or error
            unfit.append(i)
            continue
        if (steps := np.diff(moments)).min(initial=np.inf) < 0.0:
            falling.append((i, int(np.flatnonzero(steps < 0.0)[0]) + 1))
            moments = np.arange(len(part)) / rate
        elif (steps <= 0.0).any():
            stuck.append((i, int(np.flatnonzero(steps <= 0.0)[0]) + 1))
        demonstrations.append(Demonstration(str(i), texts["label"][i], spec, moments, part, outputs, aims))
    if refused:
        if not demonstrations:
            raise refused
        notes.append(f"{refused.place}: {refused.value}; {_first(unfit)} left out")
        kept = [i for i in kept if i not in set(unfit)]
    if not demonstrations:
        raise DataError(
            place, f"no recording has {target or 'frames'}", "at least one is wanted",
            "choose another target" if target else "mend the file",
        )  # fmt: skip
    for told, instead in (stuck, ""), (falling, f"; {rate:g} Hz is used there instead"):
        if told:
            i, frame = told[0]
            more = f", and in {len(told) - 1} more" if len(told) > 1 else ""
            how = "falls" if instead else "does not rise"
            notes.append(f"t {how} in demonstration {i} at frame {frame}{more}{instead}")
    found, marks = _moments(arrays, kept, place)
    outside = [moment for moment in found if not _inside(demonstrations[moment.recording], moment.time)]
    if outside:
        first, one = outside[0], demonstrations[outside[0].recording]
        what = f"{first.label} at {first.time:g} s of demonstration {one.id}"
        lasts = f"that lasts from {one.time[0]:.1f} to {one.time[-1]:.1f} s"
        if len(outside) == len(found):
            raise DataError(f"{place}, ev_{marks}", what, lasts, "mend the file")
        notes.append(f"{len(outside)} of {len(found)} events are left out, the first {what}, {lasts}")
        found = tuple(moment for moment in found if moment not in outside)
    names, frame_labels = _frame_labels(arrays, len(values), place)
    users, sessions, splits = (tuple(texts[name][i] for i in kept) for name in TEXTS[1:])
    each = tuple(frame_labels[cuts[i]] for i in kept) if len(frame_labels) else ()
    return Corpus(
        tuple(demonstrations),
        users,
        sessions,
        splits,
        rate,
        found,
        marks,
        each,
        names,
        tuple(notes),
        tuple(arrays),
    )


def _contradicted(rate: float, said: bool, times: Sequence[Array]) -> list[str]:
    """A note where the seconds of frames (T,) rise by another rate than the file says, or is taken to say."""
    whole = [time.astype(np.float64) for time in times if np.isfinite(time).all()]
    steps = np.concatenate([np.diff(time) for time in whole]) if whole else np.zeros(0)
    rising = steps[steps > 0.0]
    measured = 1.0 / float(np.median(rising)) if len(rising) else rate
    if max(measured, rate) <= ALIKE * min(measured, rate):
        return []
    what = f"rate is {rate:g} Hz" if said else f"no rate is given, so that it is {rate:g} Hz"
    return [
        f"{what}, but t rises as at {measured:.3g} Hz: windows and frames a second go by rate; mend one of them"
    ]


def _first(indices: Sequence[int]) -> str:
    """How many recordings, and the first."""
    count = len(indices)
    return (
        f"demonstration {indices[0]} is"
        if count == 1
        else f"{count} demonstrations, the first {indices[0]}, are"
    )


def _inside(one: Demonstration, time: float) -> bool:
    """Whether an event lies in its recording, or so little past its end that people were late."""
    return bool(one.time[0] <= time <= one.time[-1] + LATE)


def _arrays(path: Path) -> Mapping[str, Array]:
    """The arrays of the file; Python objects are refused, with what to save instead."""
    if path.is_dir():
        raise FileError(
            str(path), "a folder", "a file of recordings is wanted",
            "name a file; of a project ask 'gesturemap teach PROJECT matrix', or 'doctor'",
        )  # fmt: skip
    try:
        return read_npz(path, str(path), ROOM)[0]
    except FileError as error:
        named = re.match(r"array '([^']*)' holds (object|\|[OS])", error.value)
        if named:
            raise FileError(
                error.place, error.value, error.rule, f"save {named[1]}.astype(str) where it holds texts"
            ) from error
        raise FileError(error.place, error.value, error.rule, "save it again with numpy.savez") from error


def named(texts: Sequence[str]) -> tuple[Channel, ...]:
    """Channels from texts ``name unit``; where names are not unique, the whole text is the name."""
    channels = tuple(
        Channel.parse(text) if text.strip() else Channel(f"c{i}") for i, text in enumerate(texts)
    )
    if len({channel.name for channel in channels}) == len(channels):
        return channels
    whole = ["_".join(text.split()) or f"c{i}" for i, text in enumerate(texts)]
    return tuple(Channel(text if whole.count(text) == 1 else f"{text}_{i}") for i, text in enumerate(whole))


def _chosen(channels: Sequence[Channel], patterns: Sequence[str], place: str) -> list[int]:
    """Indices of the channels whose name, or name and unit, match one of the patterns; all without any."""
    chosen: list[int] = []
    for pattern in patterns:
        hits = [
            i
            for i, channel in enumerate(channels)
            if fnmatchcase(channel.name, pattern) or fnmatchcase(str(channel), pattern)
        ]
        if not hits:
            raise DataError(
                f"{place}, columns",
                f"no channel matches '{pattern}'",
                f"there are {', '.join(channel.name for channel in channels)}",
                "name some of them",
            )
        chosen += [i for i in hits if i not in chosen]
    return sorted(chosen) if patterns else list(range(len(channels)))


def _descriptor(
    arrays: Mapping[str, Array], target: str, frames: int, place: str
) -> tuple[tuple[Channel, ...], Values]:
    """One column of `desc`, by name or number."""
    table = numbers(arrays, "desc", 2, place)
    if len(table) != frames:
        raise unequal(place, "desc", table, frames)
    channels = named(texts_of(arrays, "desc_names", table.shape[1], place, "d"))
    names = [channel.name for channel in channels]
    index = names.index(target) if target in names else int(target) if target.isdecimal() else len(names)
    if index >= len(names):
        raise DataError(
            f"{place}, desc", f"no column '{target}'", f"there are {', '.join(names)}", "name one of them"
        )
    return (channels[index],), table[:, index : index + 1]


def _moments(arrays: Mapping[str, Array], kept: Sequence[int], place: str) -> tuple[tuple[Moment, ...], str]:
    """The events, in order of recording and time, and what their times are."""
    if "ev_rec" not in arrays:
        return (), ""
    marks = next((mark for mark in ("end", "time") if f"ev_{mark}" in arrays), "")
    if not marks:
        raise DataError(f"{place}, ev_rec", "no ev_end and no ev_time", "events have times", FORM)
    recordings = numbers(arrays, "ev_rec", 1, place, whole=True).tolist()
    times = numbers(arrays, f"ev_{marks}", 1, place)
    labels = tuple(map(tidy, texts_of(arrays, "ev_label", len(recordings), place)))
    if len(times) != len(recordings):
        raise unequal(place, f"ev_{marks}", times, len(recordings))
    finite(place, (f"ev_{marks}",), times[:, None], "event")
    strange = [index for index in recordings if not 0 <= index < len(arrays["lengths"])]
    if strange:
        raise DataError(
            f"{place}, ev_rec",
            str(strange[0]),
            f"there are {len(arrays['lengths'])} recordings",
            "mend the file",
        )
    new = {old: i for i, old in enumerate(kept)}
    found = [
        Moment(new[index], label, time)
        for index, label, time in zip(recordings, labels, times.tolist(), strict=True)
        if index in new
    ]
    return tuple(sorted(found, key=lambda moment: (moment.recording, moment.time))), marks


def _frame_labels(arrays: Mapping[str, Array], frames: int, place: str) -> tuple[Texts, Array]:
    """Names of frame labels, and for each frame the index of its own, `UNLABELLED` where it has none."""
    if "frame_label" not in arrays:
        return (), np.zeros(0, np.int64)
    found = arrays["frame_label"]
    if found.shape != (frames,):
        raise unequal(place, "frame_label", found, frames)
    kinds, indices = np.unique(found, return_inverse=True)
    names = texts_of(arrays, "frame_label_names", -1, place) if "frame_label_names" in arrays else ()
    if names and kinds.dtype.kind in "iuf":
        strange = (found != found.round()) | (found < UNLABELLED) | (found >= len(names))
        if strange.any():
            frame = int(np.argmax(strange))
            raise DataError(
                f"{place}, frame_label, frame {frame}", str(found[frame]),
                f"frame_label_names has {len(names)} names: 0 to {len(names) - 1} is wanted, -1 for none",
                "mend the file",
            )  # fmt: skip
        return tuple(map(tidy, names)), found.astype(np.int64)
    return tuple(tidy(str(kind)) for kind in kinds), indices
