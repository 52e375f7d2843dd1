"""Examples in a table of ARFF, as demonstrations with inputs and outputs, and back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import FileError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.plain import counted, listed, one_line
from gesturemap.project.arrays import Array
from gesturemap.project.exchange import arff
from gesturemap.project.exchange.arff import (
    DATE,
    EPOCH,
    MILLISECOND,
    NOMINAL,
    NUMERIC,
    STAMP,
    TEXT,
    Attribute,
    Table,
    stamp,
)
from gesturemap.project.exchange.imported import EXAMPLES, Takes
from gesturemap.project.exchange.lines import MOST_TAKES, NEXT, WIDEST
from gesturemap.project.exchange.wekinator_tables import Numbers

META = ("ID", "Time", "Training round")
EARLY = "Timestamp"
"""In place of Time in tables of early versions, as a number like 141231235959: when an example came is not read."""
BEGAN = re.compile(r"\b(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d:\d{3})\b")


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are what."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    time: int = -1
    round: int = -1

    @property
    def wanted(self) -> list[int]:
        """Inputs, then outputs."""
        return [*self.inputs, *self.outputs]


def columns_of_project(table: Table, inputs: Sequence[str], outputs: Sequence[str], place: str) -> Columns:
    """The columns of a project's table: by name, else in Wekinator's order if there are as many as it writes.

    Raises
    ------
    FileError
        If there are neither.
    """
    found = {attribute.name: index for index, attribute in enumerate(table.attributes)}
    wanted = (*inputs, *outputs)
    if all(name in found for name in wanted):
        places = [found[name] for name in wanted]
    elif len(table.attributes) == len(META) + len(wanted):
        places = list(range(len(META), len(META) + len(wanted)))
    else:
        missing = [name for name in wanted if name not in found]
        raise FileError(
            place, f"no column {listed(missing, 4)}", "every input and output of the project has one", NEXT
        )
    return Columns(tuple(places[: len(inputs)]), tuple(places[len(inputs) :]), *_meta(found))


def columns_alone(table: Table, outputs: Sequence[str], place: str) -> Columns:
    """The columns of a table that came without a project.

    Without names of outputs, they are the nominal columns and everything from the first that is called so on.

    Raises
    ------
    FileError
        If there are no inputs or no outputs, or a name that is not there.
    """
    found = {attribute.name: index for index, attribute in enumerate(table.attributes)}
    time, group = _meta(found)
    known = [found[name] for name in (*META, EARLY) if name in found]
    free = [i for i, one in enumerate(table.attributes) if i not in known and one.kind in (NUMERIC, NOMINAL)]
    for name in outputs:
        if found.get(name, -1) not in free:
            raise FileError(
                place,
                f"no column '{one_line(name, 60)}' of numbers or classes",
                f"there are {listed(found)}",
                "name some of them",
            )
    if outputs:
        picked = [found[name] for name in outputs]
    else:
        named = [i for i in free if table.attributes[i].name.lower().startswith("output")]
        start = named[0] if named else len(table.attributes)
        picked = [i for i in free if i >= start or table.attributes[i].kind == NOMINAL]
    rest = [i for i in free if i not in picked and table.attributes[i].kind == NUMERIC]
    if not picked or not rest or max(len(picked), len(rest)) > WIDEST:
        raise FileError(
            place, f"{counted(len(rest), 'input')} and {counted(len(picked), 'output')} among {listed(found)}",
            f"1 to {WIDEST} of both are wanted", "name the outputs: --outputs NAME,NAME",
        )  # fmt: skip
    return Columns(tuple(rest), tuple(picked), time, group)


def _meta(found: dict[str, int]) -> tuple[int, int]:
    return found.get(META[1], -1), found.get(META[2], -1)


def numbered(attribute: Attribute) -> list[float]:
    """What each choice of a nominal column is as a number: its own, or, if they are no numbers, from 1 on."""
    if all(re.fullmatch(r"[0-9]{1,4}", choice) for choice in attribute.choices):
        return [float(choice) for choice in attribute.choices]
    return [index + 1.0 for index in range(len(attribute.choices))]


def output_of(attribute: Attribute, name: str, values: Values) -> Numbers:
    """An output as a column of a table tells: its classes, or the range it was seen in."""
    if attribute.kind == NOMINAL:
        return Numbers(name, classes=max(1, *map(int, numbered(attribute))))
    seen = values[np.isfinite(values)]
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (0.0, 1.0)
    if (low >= 0.0 and high <= 1.0) or low == high:
        low, high = min(low, 0.0), max(high, 1.0)
    return Numbers(name, low=low, high=high)


def demonstrations(
    path: Path, table: Table, columns: Columns, inputs: Sequence[str], outputs: Sequence[str], rate: float
) -> tuple[tuple[Demonstration, ...], tuple[str, ...]]:
    """A demonstration for every recording round, and what was left out.

    Shapes: values (T, N) and targets (T, M) of T examples, NaN where an output was not recorded.
    """
    data = table.values[:, columns.wanted]
    for at, index in enumerate(columns.wanted):
        attribute = table.attributes[index]
        if attribute.kind == NOMINAL:
            keys = np.array([*numbered(attribute), np.nan])
            rows = data[:, at]
            data[:, at] = keys[np.where(np.isnan(rows), len(keys) - 1, rows).astype(int)]
        elif attribute.kind in (DATE, TEXT):
            raise FileError(
                str(path),
                f"'{one_line(attribute.name, 60)}' is a {attribute.kind}",
                "numbers or classes are wanted",
                NEXT,
            )
    width = len(columns.inputs)
    whole = np.isfinite(data[:, :width]).all(1)
    useful = np.asarray(whole & np.isfinite(data[:, width:]).any(1))
    left = []
    if gone := int((~whole).sum()):
        left.append(f"{counted(gone, 'example')}: an input is not known (?)")
    if gone := int((whole & ~useful).sum()):
        left.append(f"{counted(gone, 'example')}: no output was recorded with them")
    if not useful.any():
        raise FileError(str(path), "no example with inputs and an output", "at least one is wanted", NEXT)
    spec, channels = Spec(tuple(map(Channel, inputs))), tuple(map(Channel, outputs))
    takes = Takes(str(path), rate)
    for group, rows in _rounds(table, columns, useful, str(path)):
        note, time = f"from {path.name}" + (f", round {group:g}" if columns.round >= 0 else ""), None
        if columns.time >= 0 and np.isfinite(own := table.values[rows, columns.time]).all():
            time = np.maximum.accumulate(own - own[0]) / 1000.0
            note += f", {stamp(own[0])}"
        takes.add(EXAMPLES, spec, data[rows, :width], channels, data[rows, width:], time, note)
    return tuple(takes.made), tuple(left)


def _rounds(table: Table, columns: Columns, useful: Array, place: str) -> list[tuple[float, Array]]:
    """Number and rows of every recording round, in the order in which they begin; one, where a table has none."""
    rows = np.flatnonzero(useful)
    if columns.round < 0:
        return [(0.0, rows)]
    said = table.values[rows, columns.round]
    groups, first, codes = np.unique(
        np.where(np.isfinite(said), said, -1.0), return_index=True, return_inverse=True
    )
    if len(groups) > MOST_TAKES:
        raise FileError(place, f"{len(groups)} rounds", f"at most {MOST_TAKES} are read", "split it")
    parts = np.split(rows[np.argsort(codes, kind="stable")], np.cumsum(np.bincount(codes))[:-1])
    return [(float(groups[i]), parts[i]) for i in np.argsort(first)]


def began(note: str, else_: float) -> float:
    """When a demonstration began, in milliseconds since 1970, as its note says."""
    if match := BEGAN.search(note):
        try:
            return (datetime.datetime.strptime(match[1], "%Y/%m/%d %H:%M:%S:%f") - EPOCH) / MILLISECOND
        except ValueError:
            pass  # digits that are no date
    return else_


def text_of(made: Sequence[Demonstration], outputs: Sequence[Attribute], now: float) -> str:
    """The ARFF of demonstrations, as Wekinator writes it: each is a recording round.

    Parameters
    ----------
    outputs : a column for each output; a nominal one has whole numbers from 0.
    now : milliseconds since 1970, where a demonstration's note does not say when it began.
    """
    names = made[0].spec.names
    head = (Attribute(META[0]), Attribute(META[1], DATE, form=STAMP), Attribute(META[2]))
    return arff.write([*head, *map(Attribute, names), *outputs], _rows(made, now))


def _rows(made: Sequence[Demonstration], now: float) -> Iterator[list[float]]:
    count = 0
    for group, one in enumerate(made):
        start = began(one.note, now)
        first = float(one.time[0]) if len(one) else 0.0
        for time, inputs, targets in zip(one.time.tolist(), one.values, one.targets, strict=True):
            count += 1
            yield [
                float(count),
                start + 1000.0 * (time - first),
                float(group),
                *inputs.tolist(),
                *targets.tolist(),
            ]
