"""Demonstrations and the training set they make."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import is_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap import glitches
from gesturemap.errors import DataError
from gesturemap.frames import Channel, Frame, Spec, Values
from gesturemap.plain import printable

EMPTY = np.zeros((0, 0))
LONGEST_LABEL = 40
"""Bytes of a gesture's name: it stands on buttons, in addresses and in file names."""
SLACK = 1e-6
"""Seconds by which a moment may miss the frame that it means, as times are sums."""
PIECE = "piece"
LAYERS = ("tonight", PIECE, "me", "shared")
"""Whose a demonstration is: tonight's alone, this piece's, its player's, everybody's; each is a layer of its own."""
LARGEST = 1e100
"""Of a value: sums of squares of whole vocabularies stay finite below it."""


def checked_label(label: str, place: str = "gesture") -> str:
    """A gesture's name as it is kept, single spaces between its words.

    Raises
    ------
    DataError
        If it is empty, too long, or has characters that are not printable.
    """
    clean = " ".join(label.split())
    size = len(clean.encode("utf-8", "replace"))
    if not clean or size > LONGEST_LABEL or not printable(clean):
        wide = printable(clean) and len(clean) <= LONGEST_LABEL < size
        raise DataError(
            place,
            repr(label) if len(label) <= 2 * LONGEST_LABEL else f"{label[:LONGEST_LABEL]!r}...",
            f"a name has 1 to {LONGEST_LABEL} bytes, and these {len(clean)} characters have {size}: "
            "letters beyond a to z have 2 to 4"
            if wide
            else f"a name has 1 to {LONGEST_LABEL} printable characters",
            "choose a shorter name" if wide else "choose another name",
        )
    return clean


class Recorded(NamedTuple):
    """What features were shown: times (T,) and values (T, C) of a recording, and the names of its channels."""

    time: Values
    values: Values
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Demonstration:
    """One labelled recording of frames, optionally with the outputs that belong to it.

    Shapes: `time` (T,) seconds; `values` (T, C); `targets` (T, M), NaN where an output was not recorded, or (0, 0)
    for none.
    """

    id: str
    label: str
    spec: Spec
    time: Values
    values: Values
    outputs: tuple[Channel, ...] = ()
    targets: Values = field(default_factory=lambda: EMPTY)
    note: str = ""
    """Anything a person wants to remember: who, when, with what."""
    enabled: bool = True
    """Whether it is learned from."""
    start: float = 0.0
    end: float = 0.0
    """What is learned from lies between these, seconds since its first frame; an `end` of 0: to its last."""
    since: float = 0.0
    """Of what is learned from: where in the recording its first frame lies, seconds as `start` and `end` count them."""
    layer: str = PIECE
    """One of `LAYERS`."""
    recorded: Recorded | None = None
    """What it was before features; None: it is as the sensor gave it."""
    _sound: bool = field(default=False, init=False, repr=False)
    """Whether it was checked; nothing in it changes afterwards."""

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.time), self.spec.width):
            raise DataError(
                f"demonstration {self.id}",
                f"values of shape {self.values.shape}",
                f"{len(self.time)} time stamps x {self.spec.width} channels are wanted",
                "record it again",
            )

    def __len__(self) -> int:
        return len(self.time)

    @property
    def seconds(self) -> float:
        """Its length from first to last frame."""
        return float(self.time[-1] - self.time[0]) if len(self.time) > 1 else 0.0

    @cached_property
    def learned(self) -> Demonstration:
        """What is learned from: the frames from `start` to `end`."""
        if not self.start and not self.end:
            return self
        first, last = self.between(self.start, self.end or math.inf)
        made = self.part(first, last)
        return replace(made, since=float(made.time[0] - self.time[0])) if len(made) else made

    def between(self, start: float, end: float) -> tuple[int, int]:
        """The first frame, and the one after the last, of those from `start` to `end` s, to a microsecond."""
        since = self.time - self.time[0] if len(self.time) else self.time
        first, last = (
            np.searchsorted(since, start - SLACK, "left"),
            np.searchsorted(since, end + SLACK, "right"),
        )
        return int(first), int(last)

    def part(self, first: int, last: int) -> Demonstration:
        """The frames from `first` to before `last` as a demonstration that is learned from as a whole."""
        return replace(
            self,
            time=self.time[first:last],
            values=self.values[first:last],
            targets=self.targets[first:last] if self.outputs else EMPTY,
            start=0.0,
            end=0.0,
        )

    def as_recorded(self) -> tuple[NDArray[np.int64], Values]:
        """Which frame of the recording each is (T,), and what stands there (T, C): of a channel that only features
        have, what these gave.
        """
        frames, values, time = np.arange(len(self)), self.values.copy(), self.time
        if self.recorded is not None:
            time = self.recorded.time
            frames = np.clip(np.searchsorted(time, self.time - SLACK), 0, len(time) - 1)
            for column, name in enumerate(self.spec.names):
                if name in self.recorded.names:
                    values[:, column] = self.recorded.values[frames, self.recorded.names.index(name)]
        period = float(np.median(np.diff(time))) if len(time) > 1 else 0.0
        return frames + (round(self.since / period) if period > 0.0 else 0), values

    def frames(self) -> Iterator[Frame]:
        """The recording as it came in, one frame after another."""
        for time, values in zip(self.time.tolist(), self.values, strict=True):
            yield Frame(time, values, time)

    @cached_property
    def fingerprint(self) -> bytes:
        """A hash of what is learned from: values, targets and their shapes."""
        digest = hashlib.sha1(usedforsecurity=False)
        for array in (self.values, self.targets):
            digest.update(np.array(array.shape, np.int64).tobytes())
            digest.update(np.ascontiguousarray(array).data)
        return digest.digest()

    @cached_property
    def gaps(self) -> bool:
        """Whether an output was not recorded in some frame: its target there is NaN."""
        return bool(np.isnan(self.targets).any())

    @cached_property
    def extremes(self) -> glitches.Extremes:
        """How far its channels go, and how far for longer than a glitch."""
        return glitches.extremes(self.values)

    def check(self, gaps: bool = False) -> Demonstration:
        """Return itself if it can be learned from.

        Parameters
        ----------
        gaps : whether targets may be missing, as some learners allow.

        Raises
        ------
        DataError
            On no frames or a non-finite value, naming demonstration, channel and frame.
        """
        if self._sound and (gaps or not self.gaps):
            return self
        place = f"demonstration {self.id} of '{self.label}'"
        if len(self) == 0:
            raise DataError(
                place, "no frames", "at least one frame is wanted", "delete it or record it again"
            )
        for name, array in (("channel", self.values), ("output", self.targets)):
            right = np.abs(array) <= LARGEST
            if gaps and name == "output":
                right |= np.isnan(array)
            if not right.all():
                frame, column = np.argwhere(~right)[0]
                channels = self.spec.names if name == "channel" else tuple(c.name for c in self.outputs)
                raise DataError(
                    f"{place}, {name} {channels[column]}, frame {frame}",
                    str(array[frame, column]),
                    f"every value must be a finite number, at most {LARGEST:g}",
                    "delete the demonstration or record it again",
                )
        object.__setattr__(self, "_sound", True)
        return self


def _outputs(demonstration: Demonstration) -> str:
    """Its outputs, for people."""
    named = ", ".join(str(output) for output in demonstration.outputs)
    return f"outputs {named}" if named else "no outputs"


@dataclass(frozen=True)
class TrainingSet:
    """The demonstrations of a vocabulary, checked to fit together."""

    demonstrations: tuple[Demonstration, ...]
    gaps: bool = False
    """Whether targets may be missing in them; only for learners that say so."""
    irrelevant: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Gesture -> channels that do not matter for it; only for learners that say they can do without (`marginal`)."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Channel -> how much it counts, 1 where nothing is said; only for learners that weigh channels (`weighs`)."""
    told: tuple[str, ...] = ()
    """What was mended: wild frames of gestures, in whose place the frames before are learned. Frames with outputs are
    left as they are: each is an example of its own."""

    def __post_init__(self) -> None:
        if not self.demonstrations:
            raise DataError(
                "vocabulary", "no demonstration", "at least one is needed to train", "record a gesture first"
            )
        first = self.demonstrations[0].check(self.gaps)
        for other in self.demonstrations[1:]:
            other.check(self.gaps)
            same = other.spec is first.spec or other.spec.names == first.spec.names
            if not same:
                raise DataError(
                    f"demonstration {other.id} of '{other.label}'",
                    f"channels {', '.join(other.spec.names)}",
                    f"demonstration {first.id} has {', '.join(first.spec.names)}",
                    "record both with the same sensor and features",
                )
            if other.outputs != first.outputs:
                raise DataError(
                    f"demonstration {other.id} of '{other.label}'",
                    _outputs(other),
                    f"demonstration {first.id} has {_outputs(first)}, and all have the same",
                    "leave one of them out (D)",
                )
        made, told = mended(self.demonstrations)
        if told and not (self.told and all(map(is_, made, self.demonstrations))):  # what was told before
            object.__setattr__(self, "demonstrations", made)
            object.__setattr__(self, "told", (*self.told, *told))

    @property
    def labels(self) -> tuple[str, ...]:
        """The K gestures, in the order in which they first appear."""
        return tuple(self._groups)

    @property
    def spec(self) -> Spec:
        """The channels all demonstrations share."""
        return self.demonstrations[0].spec

    @property
    def outputs(self) -> tuple[Channel, ...]:
        """The M regressed outputs all demonstrations share."""
        return self.demonstrations[0].outputs

    def of(self, label: str) -> tuple[Demonstration, ...]:
        """The demonstrations of one gesture."""
        return self._groups.get(label, ())

    @cached_property
    def _groups(self) -> dict[str, tuple[Demonstration, ...]]:
        return {label: tuple(group) for label, group in grouped(self.demonstrations).items()}


def grouped(demonstrations: Iterable[Demonstration]) -> dict[str, list[Demonstration]]:
    """The demonstrations of each gesture, in the order in which they come."""
    groups: dict[str, list[Demonstration]] = {}
    for one in demonstrations:
        groups.setdefault(one.label, []).append(one)
    return groups


def in_turn(demonstrations: Iterable[Demonstration]) -> Iterator[Demonstration]:
    """The first of each gesture, then the second of each, and so on."""
    for row in itertools.zip_longest(*grouped(demonstrations).values()):
        yield from (one for one in row if one is not None)


def measured(demonstrations: Sequence[Demonstration]) -> float:
    """Frames a second by the times of the frames, to 0.1 Hz: the median demonstration's mean; 0: not known."""
    rates = [(len(each) - 1) / each.seconds for each in demonstrations if each.seconds > 0.0]
    return round(float(np.median(rates)), 1) if rates else 0.0


def through(demonstration: Demonstration, step: Callable[[Frame], Frame | None], spec: Spec) -> Demonstration:
    """Send a demonstration through a running chain of features; targets stay with the frames that came out.

    Parameters
    ----------
    step : a feature run's ``step``, started for this demonstration alone.
    spec : the spec of what it gives.
    """
    kept: list[int] = []
    times: list[float] = []
    rows: list[Values] = []
    for index, frame in enumerate(demonstration.frames()):
        out = step(frame)
        if out is not None:
            kept.append(index)
            times.append(out.time)
            rows.append(out.values)
    targets = demonstration.targets[kept] if demonstration.outputs else EMPTY
    values = np.array(rows) if rows else np.zeros((0, spec.width))
    before = Recorded(demonstration.time, demonstration.values, demonstration.spec.names)
    return replace(
        demonstration, spec=spec, time=np.array(times), values=values, targets=targets,
        recorded=demonstration.recorded or before,
    )  # fmt: skip


def mended(demonstrations: Sequence[Demonstration]) -> tuple[tuple[Demonstration, ...], tuple[str, ...]]:
    """The demonstrations with what went before in place of wild frames, and a line for channels where that is so, or
    where it may have to be.

    Those with outputs stay as they are, and so do all where their channels are not the same.
    """
    made, told = list(demonstrations), list[str]()
    if (
        not made
        or made[0].outputs
        or any(one.spec.names != made[0].spec.names or not len(one) for one in made)
    ):
        return tuple(made), ()
    sure = [glitches.wild] if any(one.recorded for one in made) else [glitches.absurd, glitches.wild]
    for seek in sure:  # features may well give a pulse, and nothing else
        for index, where in _found(seek, made):
            told += _lines(made[index], where, glitches.WILD)
            made[index] = replace(made[index], values=glitches.mended(made[index].values, where))
    for index, where in _found(glitches.doubtful, made):
        told += _lines(made[index], where, glitches.UNSURE)
    return tuple(made), tuple(told)


def _found(
    seek: Callable[..., dict[int, NDArray[np.bool_]]], shown: Sequence[Demonstration]
) -> list[tuple[int, NDArray[np.bool_]]]:
    """Which of them are wild, or may be, and where (T, C)."""
    found = seek([one.values for one in shown], [one.label for one in shown], [one.extremes for one in shown])
    return list(found.items())


def _lines(one: Demonstration, where: NDArray[np.bool_], said: glitches.Said) -> list[str]:
    """What is said of wild frames (T, C) of a demonstration."""
    return glitches.lines(
        f"demonstration {one.id} of '{one.label}'", one.spec.names, where, *one.as_recorded(), said
    )


def rate_of(demonstrations: Sequence[Demonstration]) -> float:
    """Frames a second of the usual one; 0: none of them is a movement."""
    rates = [(len(one) - 1) / one.seconds for one in demonstrations if len(one) > 1 and one.seconds > 0.0]
    return float(np.median(rates)) if rates else 0.0


def reach(demonstrations: Sequence[Demonstration], everyday: str = "") -> Values | None:
    """(2, C) beyond these a value of the sensor may be wild: farther than the gestures go, see `glitches.bounds`.

    None where that cannot be told: nothing was shown, with different channels, or with outputs, when a single frame
    may be an example.

    Parameters
    ----------
    everyday : the gesture under which ordinary movement was recorded, which may have wild frames of its own.
    """
    gestures = [one for one in demonstrations if one.label != everyday and len(one)]
    if not gestures or any(one.outputs or one.spec.names != gestures[0].spec.names for one in gestures):
        return None
    bounds = glitches.bounds([one.extremes for one in mended(gestures)[0]])
    return bounds if np.isfinite(bounds).all() else None
