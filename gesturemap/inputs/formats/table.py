"""Tables as text: CSV with a header or without one, any usual separator, dates, labels in a column."""

from __future__ import annotations

import csv
import math
import warnings
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import Spec, Values
from gesturemap.inputs.formats import names, recording, texts, times
from gesturemap.inputs.formats.recording import MOST_COLUMNS, Recording, Recordings, steady, too_large

LABELS = ("label", "gesture", "class", "activity", "annotation")
"""Columns of words that say, row after row, what is being done: each stretch becomes a recording."""
SOURCES = ("source", "device", "sensor", "user", "subject")
"""Columns of words that say whose rows they are: each source's rows become a recording."""
LONGEST_LINE = 65536
Convert = Callable[[str], float]
moment = times.moment


def read_table(path: Path, place: str, rate: float) -> Recordings:
    """Everything in a text file of rows and columns.

    Parameters
    ----------
    rate : Hz, for a file without time stamps; 0: it must have them.
    """
    why: Exception | None = None
    for encoding in texts.encodings(path):
        said = [texts.NOT_UTF8] if encoding == texts.ONE_BYTE else []
        try:
            with path.open(newline="", encoding=encoding) as file:
                return _read(file, path.stem, place, rate, said)
        except (UnicodeError, csv.Error) as error:
            why = why or error
    raise FileError(place, f"not text ({why})", "a CSV file is wanted", "export it again") from why


def _read(file: TextIO, stem: str, place: str, rate: float, said: list[str]) -> Recordings:
    comment, first = _first_line(file)
    if len(first) >= LONGEST_LINE and not first.endswith(("\n", "\r")):
        much = f"a first line of more than {LONGEST_LINE} characters"
        raise FileError(place, much, f"at most {MOST_COLUMNS} columns", "leave some out")
    begin = file.tell()
    separator = next((each for each in "\t;," if each in first), " ")
    split = _splitter(separator)
    cells = split(first)
    rows = _rows(file, separator)
    headless = _is_data(cells)
    if headless:
        header = split(comment)
        heads = header if len(header) == len(cells) and not _is_data(header) else _invented(cells)
        if heads is not header:
            said.append("no header: columns named in_1, in_2 ...")
        row: list[str] = cells
    else:
        heads, row = cells, next(rows, [])
    width = len(heads)
    if width > MOST_COLUMNS:
        raise FileError(place, f"{width} columns", f"at most {MOST_COLUMNS}", "leave some out")
    row = _fitted(row, width)
    if not any(row):
        raise FileError(place, "no rows of numbers", "a header and rows are wanted", "export it again")
    converts = [_kind(cell) if cell else float for cell in row]
    pointed = any("." in cell and convert is float for cell, convert in zip(row, converts, strict=True))
    commas = separator != "," or not pointed
    """Whether a comma in a number may be decimal; beside points, between commas, it parts thousands."""
    if separator == "," and comma in converts:
        said.append("commas in its numbers are decimal" if commas else "numbers with commas left out")
    table = None
    words: dict[int, list[str]] = {}
    if separator != " " and all(row) and all(convert is float for convert in converts):
        file.seek(begin)
        table = _plain(file, separator, row if headless else [], place)
    if table is None:
        file.seek(begin)
        rows = _rows(file, separator)
        row = row if headless else _fitted(next(rows, []), width)
        table, words = _cells(row, rows, converts, commas, place)
    dates = frozenset(i for i, convert in enumerate(converts) if convert is moment)
    return _recordings(table, heads, words, _Told(stem, place, rate, said, headless, dates))


class _Told(NamedTuple):
    """What is known beside the numbers."""

    stem: str
    place: str
    rate: float
    said: list[str]
    headless: bool
    dates: frozenset[int]
    """Columns of dates, read as seconds."""


def _first_line(file: TextIO) -> tuple[str, str]:
    """The last comment before the first line, without its mark, and that line."""
    comment = ""
    for _ in range(1000):
        line = file.readline(LONGEST_LINE)
        if not line:
            break
        text = line.strip()
        if text.startswith(("#", "%", "//")):
            comment = text.lstrip("#%/ ")
        elif text and not text.lower().startswith("sep="):
            return comment, line
    return comment, ""


def _splitter(separator: str) -> Callable[[str], list[str]]:
    def split(line: str) -> list[str]:
        found = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        cells = [cell.strip() for cell in found]
        while separator == " " and cells and not cells[-1]:
            cells.pop()
        return cells

    return split


def _rows(file: TextIO, separator: str) -> Iterator[list[str]]:
    return (row for row in csv.reader(file, delimiter=separator, skipinitialspace=True) if row)


def _fitted(row: list[str], width: int) -> list[str]:
    return [*row, *[""] * width][:width]


def _is_data(cells: list[str]) -> bool:
    """Whether a line holds data: at least half of what stands in it are numbers or dates."""
    filled = [cell for cell in cells if cell]
    known = sum(_kind(cell) is not None for cell in filled)
    return bool(filled) and 2 * known >= len(filled)


def _invented(cells: list[str]) -> list[str]:
    """Names for columns without any: a date is the time, a word behind it the source."""
    heads, number = [], 0
    for cell in cells:
        if cell and _kind(cell) is moment:
            heads.append("timestamp")
        elif cell and _kind(cell) is None:
            heads.append("source")
        else:
            number += 1
            heads.append(f"in_{number}" if cell else "")
    return heads


def _kind(cell: str) -> Convert | None:
    """How a cell is made a number; None: it is a word."""
    convert: Convert
    for convert in (float, comma, moment):
        try:
            convert(cell)
        except ValueError:
            continue
        return convert
    return None


def comma(text: str) -> float:
    """A number with a decimal comma."""
    if text.count(",") > 1 or "." in text:
        raise ValueError(text)
    return float(text.replace(",", "."))


def _plain(file: TextIO, separator: str, row: list[str], place: str) -> Values | None:
    """The numbers of `row` and all rows to come, read fast; None where anything stands in them but numbers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # no rows: it is said elsewhere
            most = recording.LARGEST // 8
            table = np.loadtxt(
                file, delimiter=separator, comments=None, quotechar='"', ndmin=2, max_rows=most
            )
    except (ValueError, OverflowError):
        return None
    if table.size > most:
        raise too_large(place)
    if not row:
        return table if table.size else None
    first = np.array([[float(cell) for cell in row]])
    return np.concatenate((first, table)) if table.shape[1:] == first.shape[1:] else None


def _cells(
    row: list[str], rows: Iterator[list[str]], converts: list[Convert | None], commas: bool, place: str
) -> tuple[Values, dict[int, list[str]]]:
    """The numbers of all rows, NaN where there is none, and the words of the columns that hold words.

    Parameters
    ----------
    commas : a comma in a number may be decimal.
    """
    width = len(converts)
    numbers = array("d")
    words: dict[int, list[str]] = {i: [] for i, convert in enumerate(converts) if convert is None}
    known: dict[str, str] = {}
    # a number with a decimal comma may come after a whole one
    number = _either if commas else float
    reads: list[Convert | None] = [number if each in (float, comma) else each for each in converts]
    while row:
        if (len(numbers) + width * (1 + 8 * len(words))) * numbers.itemsize > recording.LARGEST:
            raise too_large(place)
        row = _fitted(row, width)
        numbers.extend([_number(cell, read) for cell, read in zip(row, reads, strict=True)])
        for index, column in words.items():
            column.append(known.setdefault(row[index], row[index]))
        row = next(rows, [])
    return np.array(numbers).reshape(-1, width), words


def _either(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return comma(cell)


def _number(cell: str, convert: Convert | None) -> float:
    if convert is None or not cell:
        return math.nan
    try:
        return convert(cell)
    except ValueError:
        return math.nan


def _recordings(table: Values, heads: list[str], words: dict[int, list[str]], told: _Told) -> Recordings:
    clock, unit = _clock(table, heads, told)
    others = [
        i
        for i, name in enumerate(heads)
        if name
        and i not in words
        and i != clock
        and (told.headless or times.unit_of_name(name) is None)
        and np.isfinite(table[:, i]).any()
    ]
    if told.headless and clock is None and others and _counts(table[:, others[0]]):
        others = others[1:]
        told.said.append("its first column counts the rows and is left out")
    if clock is None and not told.rate:
        wanted = "a column time, timestamp or t is wanted, or the rate"
        raise FileError(
            told.place,
            f"columns {', '.join(heads)[:120]}",
            wanted,
            "rename the column with the time, or set rate = 60.0 (Hz)",
        )
    if not others:
        raise FileError(told.place, "no column of numbers", "a channel is wanted", "export it again")
    good = np.ones(len(table), bool) if clock is None else times.usable(table[:, clock])
    table = table[good]
    if clock is None:
        time = steady(len(table), told.rate)
        told.said.append(f"no time in it: {told.rate:g} Hz as set")
    else:
        time, more = times.seconds(table[:, clock], unit)
        told.said.extend(more)
    words = {i: [word for word, use in zip(column, good, strict=True) if use] for i, column in words.items()}
    values = table[:, others]
    found = tuple(
        Recording(label, user, time[rows], values[rows])
        for label, user, rows in _parts(heads, words, len(table), told)
    )
    usual = max((times.rate(each.time) for each in found), default=0.0)
    spec = Spec(names.distinct([names.channel(heads[i]) for i in others]), usual)
    return Recordings(spec, found, int((~good).sum()), tuple(told.said))


def _clock(table: Values, heads: list[str], told: _Told) -> tuple[int | None, str]:
    """Which column holds the time, and its unit."""
    usable = [i for i in range(len(heads)) if np.isfinite(table[:, i]).any()]
    unit: str | None
    for i in usable:
        unit = times.unit_of_name(heads[i])
        if unit is not None:
            return i, "s" if i in told.dates else unit
    if not told.headless:
        for i in usable:  # in whatever language its heading is
            unit = names.channel(heads[i]).unit
            unit = times.SPOKEN.get(unit, unit)
            if unit in times.SECONDS and _even(table[:, i]):
                told.said.append(f"time taken from '{heads[i]}', which goes on evenly")
                return i, unit
        for i in usable:
            if "time" in heads[i].lower() and _rises(table[:, i]):
                told.said.append(f"time taken from '{heads[i]}'")
                unit = names.channel(heads[i]).unit
                unit = times.SPOKEN.get(unit, unit)
                return i, "s" if i in told.dates else unit if unit in times.SECONDS else ""
        return None, ""
    if len(usable) > 1 and _rises(table[:, usable[0]]) and not _counts(table[:, usable[0]]):
        told.said.append("its first column rises and is taken for the time")
        return usable[0], ""
    return None, ""


def _rises(column: Values) -> bool:
    steps = np.diff(column[np.isfinite(column)])
    return len(steps) > 1 and bool((steps >= 0.0).all()) and bool((steps > 0.0).mean() > 0.5)


def _even(column: Values) -> bool:
    """Whether it goes on by about the same each time."""
    steps = np.diff(column[np.isfinite(column)])
    usual = float(np.median(steps)) if len(steps) else 0.0
    return (
        usual > 0.0
        and bool((steps >= 0.0).all())
        and bool((np.abs(steps - usual) < 0.5 * usual).mean() > 0.8)
    )


def _counts(column: Values) -> bool:
    """Whether it is 0, 1, 2 ... or 1, 2, 3 ..."""
    return len(column) > 1 and column[0] in (0.0, 1.0) and bool((np.diff(column) == 1.0).all())


def _parts(
    heads: list[str], words: dict[int, list[str]], count: int, told: _Told
) -> Iterator[tuple[str, str, np.ndarray[tuple[int], np.dtype[np.int64]]]]:
    """Label, user and rows of every recording in the table."""
    everything = np.arange(count)
    for i, column in words.items():
        name = heads[i].strip().lower()
        if name in LABELS and len(set(column)) <= MOST_COLUMNS:
            told.said.append(f"cut where '{heads[i]}' changes")
            marks = np.array([0, *(k for k in range(1, count) if column[k] != column[k - 1]), count])
            for start, end in zip(marks[:-1].tolist(), marks[1:].tolist(), strict=True):
                yield column[start].strip(), "", everything[start:end]
            return
        if name in SOURCES and len(set(column)) <= MOST_COLUMNS:
            kinds = list(dict.fromkeys(column))
            if len(kinds) > 1:
                told.said.append(f"one recording for each {heads[i]}: {', '.join(kinds)[:120]}")
            for kind in kinds:
                yield kind.strip(), kind.strip(), np.flatnonzero([word == kind for word in column])
            return
    yield told.stem, "", everything
