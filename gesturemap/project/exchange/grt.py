"""Data files of the Gesture Recognition Toolkit, version 1.0: classes, time series, streams and regression.

Source of the forms: nickgillian/grt, ``saveDatasetToFile`` of its data structures.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.plain import counted, listed
from gesturemap.project.exchange.grt_head import HIGHEST, MOST_CLASSES, Head, named, read_head
from gesturemap.project.exchange.imported import EXAMPLES, Takes
from gesturemap.project.exchange.lines import (
    MOST_BYTES,
    MOST_TAKES,
    WIDEST,
    checked_count,
    lines,
    number,
    start_of,
    whole,
    wrong,
)

MARK = b"GRT_"
CLASSES = "GRT_LABELLED_CLASSIFICATION_DATA_FILE_V1.0"
SERIES = "GRT_LABELLED_TIME_SERIES_CLASSIFICATION_DATA_FILE_V1.0"
STREAM = "GRT_LABELLED_CONTINUOUS_TIME_SERIES_CLASSIFICATION_FILE_V1.0"
REGRESSION = "GRT_LABELLED_REGRESSION_DATA_FILE_V1.0"
KINDS = (CLASSES, SERIES, STREAM, REGRESSION)
NO_CLASS = 0
"""The class of what is no gesture, in a stream."""
SHORTEST = 2
"""Frames of a run of samples that makes a demonstration of its own."""
COUNTS = ("TotalNumTrainingExamples", "TotalNumExamples", "TotalNumSamples")
"""What versions call the number of samples."""
SEPARATOR = "TIME_SERIES"


@dataclass(frozen=True)
class Found:
    """What was read: demonstrations, whether they have outputs, whether time matters, and notes."""

    takes: Takes
    outputs: tuple[str, ...]
    series: bool
    taken: tuple[str, ...]
    left: tuple[str, ...]


def is_grt(path: Path) -> bool:
    """Whether a file begins as GRT's do."""
    return start_of(path, 16).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(MARK)


def read(path: Path, rate: float) -> Found:
    """The demonstrations in a file.

    Parameters
    ----------
    rate : frames a second; GRT's files hold no times.

    Raises
    ------
    FileError
        Naming the line that is not right.
    """
    found = lines(path)
    place = str(path)
    kind = next((line.strip() for _, line in found if line.strip()), "")
    if kind not in KINDS:
        raise wrong(place, kind, f"one of {', '.join(KINDS)} is wanted")
    head = read_head(found, place)
    words = _words(found)
    if kind == REGRESSION:
        return _regression(words, head, Takes(place, rate), place)
    width = head.whole(("NumDimensions",), 1, WIDEST, place)
    spec = Spec(tuple(Channel(f"in_{index}") for index in range(1, width + 1)))
    count = head.whole(COUNTS, 1, MOST_BYTES, place)
    if kind == SERIES:
        parts = _series(words, width, count, place)
    else:
        owners, values = _samples(words, width, count, place)
        parts = _stream(head, owners, values, place) if kind == STREAM else _runs(owners, values, place)
    takes = Takes(place, rate)
    called = named(head, (owner for owner, _ in parts))
    for owner, values in parts:
        takes.add(called[owner], spec, values, note=f"from {path.name}")
    labels = dict.fromkeys(one.label for one in takes.made)
    taken = (f"{counted(len(takes.made), 'demonstration')} of {counted(width, 'channel')}: {listed(labels)}",)
    return Found(
        takes, (), kind in (SERIES, STREAM), taken, _left(head, kind, owners if kind == STREAM else None)
    )


Words = Iterator[tuple[int, str]]


def _words(found: Iterator[tuple[int, str]]) -> Words:
    """Line and text of every word: GRT reads them one after another, however lines break."""
    return ((at, word) for at, line in found for word in line.split())


def _next(words: Words, place: str, wanted: str) -> tuple[int, str]:
    for at, word in words:
        return at, word
    raise FileError(place, "its end", f"{wanted} is wanted", "save it again: it was cut off")


def _numbers(words: Words, count: int, place: str, into: array[float]) -> None:
    """So many numbers; room for them is taken as they come."""
    for _ in range(count):
        at, word = _next(words, place, "a number")
        into.append(number(word, f"{place}, line {at}"))


def _samples(words: Words, width: int, count: int, place: str) -> tuple[Values, Values]:
    """(T,) class and (T, C) values of so many samples."""
    checked_count(count * (width + 1), place)
    owners, values = array("d"), array("d")
    for _ in range(count):
        at, word = _next(words, place, f"sample {len(owners) + 1} of {count}")
        owners.append(whole(word, 0, HIGHEST, f"{place}, line {at}, class"))
        _numbers(words, width, place, values)
    return np.frombuffer(owners), np.frombuffer(values).reshape(-1, width)


def _runs(owners: Values, values: Values, place: str) -> list[tuple[int, Values]]:
    """A part for all samples of one class that stand together; where they are mixed, one for each class."""
    edges = np.flatnonzero(np.diff(owners)) + 1
    lengths = np.diff(np.concatenate([[0], edges, [len(owners)]]))
    if lengths.min() >= SHORTEST and len(lengths) <= MOST_TAKES:
        parts = np.split(values, edges)
        return [(int(owner), part) for owner, part in zip(owners[np.r_[0, edges]], parts, strict=True)]
    order = np.argsort(owners, kind="stable")
    classes, first = np.unique(owners[order], return_index=True)
    if len(classes) > MOST_CLASSES:
        raise wrong(place, f"{len(classes)} classes", f"at most {MOST_CLASSES} are read")
    return [
        (int(owner), part) for owner, part in zip(classes, np.split(values[order], first[1:]), strict=True)
    ]


def _stream(head: Head, owners: Values, values: Values, place: str) -> list[tuple[int, Values]]:
    """The parts of a stream that its list names, but for those of no class."""
    parts = [part for part in head.parts if part[0] != NO_CLASS]
    for owner, first, last in parts:
        if not first <= last < len(owners):
            raise wrong(
                f"{place}, TimeSeriesPositionTrackers", f"{owner} {first} {last}",
                f"first and last of {len(owners)} samples, from 0, are wanted",
            )  # fmt: skip
    if sum(last - first + 1 for _, first, last in parts) > 2 * len(owners):
        raise wrong(
            f"{place}, TimeSeriesPositionTrackers", "parts that overlap", "each sample once is wanted"
        )
    if not parts:
        raise FileError(place, "no part of a class", "at least one is wanted", "label a part of it in GRT")
    return [(owner, values[first : last + 1]) for owner, first, last in parts]


def _series(words: Words, width: int, count: int, place: str) -> list[tuple[int, Values]]:
    """Class and values of so many time series."""
    made, total = [], 0
    if count > MOST_TAKES:
        raise wrong(place, f"{count} time series", f"at most {MOST_TAKES} are read", "split it")
    for index in range(1, count + 1):
        at, word = _next(words, place, f"time series {index} of {count}")
        if SEPARATOR not in word:
            raise wrong(f"{place}, line {at}", repr(word), f"time series {index} of {count} is wanted")
        owner = _labelled(words, "ClassID", place)
        length = _labelled(words, "TimeSeriesLength", place)
        at, word = _next(words, place, "TimeSeriesData:")
        if word != "TimeSeriesData:":
            raise wrong(f"{place}, line {at}", repr(word), "TimeSeriesData: is wanted")
        total += length * width
        checked_count(total, f"{place}, line {at}")
        values = array("d")
        _numbers(words, length * width, place, values)
        if length:
            made.append((owner, np.frombuffer(values).reshape(length, width)))
    if not made:
        raise FileError(place, "only empty time series", "at least one with samples is wanted", "record one")
    return made


def _labelled(words: Words, name: str, place: str) -> int:
    """The whole number after its name."""
    at, word = _next(words, place, f"{name}:")
    if word != f"{name}:":
        raise wrong(f"{place}, line {at}", repr(word), f"{name}: is wanted")
    at, word = _next(words, place, f"a number after {name}:")
    return whole(word, 0, HIGHEST, f"{place}, line {at}, {name}")


def _regression(words: Words, head: Head, takes: Takes, place: str) -> Found:
    """Samples with outputs: one demonstration."""
    inputs = head.whole(("NumInputDimensions",), 1, WIDEST, place)
    outputs = head.whole(("NumTargetDimensions",), 1, WIDEST, place)
    count = head.whole(COUNTS, 1, MOST_BYTES, place)
    checked_count(count * (inputs + outputs), place)
    values = array("d")
    _numbers(words, count * (inputs + outputs), place, values)
    data = np.frombuffer(values).reshape(count, inputs + outputs)
    spec = Spec(tuple(Channel(f"in_{index}") for index in range(1, inputs + 1)))
    names = tuple(f"out_{index}" for index in range(1, outputs + 1))
    takes.add(
        EXAMPLES, spec, data[:, :inputs].copy(), tuple(map(Channel, names)), data[:, inputs:].copy(),
        note=f"from {Path(place).name}",
    )  # fmt: skip
    taken = (f"{counted(count, 'example')}: {counted(inputs, 'input')}, {counted(outputs, 'output')}",)
    return Found(takes, names, False, taken, _left(head, REGRESSION, None))


def _left(head: Head, kind: str, owners: Values | None) -> tuple[str, ...]:
    """What was not taken of a file, and why."""
    made = []
    if head.ranges:
        made.append("external ranges: channels are scaled by the demonstrations here")
    if kind == STREAM and owners is not None:
        named = sum(last - first + 1 for owner, first, last in head.parts if owner != NO_CLASS)
        made.append(f"{counted(max(0, len(owners) - named), 'sample')} of no class")
    return tuple(made)
