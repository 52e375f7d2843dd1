"""Recordings made elsewhere, read from NPZ and CSV files; sizes are checked before memory is taken."""

from __future__ import annotations

import csv
import math
import zipfile
import zlib
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import FileError
from gesturemap.frames import Channel, Spec, Values

LARGEST = 256 << 20
"""Bytes that a file may hold, unpacked."""
WAVERING = 0.25
"""Share of time stamps that go back, from which on they are taken for the times between samples."""
MOST_COLUMNS = 1024
TIMES = ("time", "timestamp", "t", "seconds", "millis", "ms", "trel")
NPZ = "an .npz with arrays X, lengths, label, rate and channels is wanted"


class Recording(NamedTuple):
    """One recording."""

    label: str
    user: str
    time: Values
    """(T,) seconds, rising or standing still."""
    values: Values
    """(T, C)."""


class Recordings(NamedTuple):
    """What is in a file."""

    spec: Spec
    recordings: tuple[Recording, ...]
    unusable: int
    """Frames left out because a value in them is not a finite number."""


def read(path: Path) -> Recordings:
    """Everything in a file.

    Raises
    ------
    FileError
        If it is missing, too large, or not what it should be.
    """
    place = str(path)
    try:
        if path.stat().st_size > LARGEST:
            raise FileError(place, "too large", f"at most {LARGEST >> 20} MB", "cut it into pieces")
        found = _npz(path, place) if path.suffix.lower() == ".npz" else _csv(path, place)
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else str(error)
        raise FileError(place, reason, "a recording is wanted", "check the path") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError(place, f"not text ({error})", "a CSV file is wanted", "export it again") from error
    return _finite(found)


def _npz(path: Path, place: str) -> Recordings:
    arrays = _arrays(path, place)
    missing = [name for name in ("X", "lengths", "rate", "channels") if name not in arrays]
    if missing:
        raise FileError(place, f"no array {', '.join(missing)}", NPZ, "export it again")
    x, lengths = arrays["X"], arrays["lengths"]
    count = len(lengths) if lengths.ndim == 1 else 0
    rate = float(arrays["rate"]) if arrays["rate"].size == 1 and arrays["rate"].dtype.kind in "iuf" else 0.0
    label, user = (arrays.get(name, np.full(count, "")) for name in ("label", "user"))
    time = arrays.get("t", np.zeros(len(x)) if x.ndim else np.zeros(0))
    right = (
        x.ndim == 2
        and x.dtype.kind in "iuf"
        and lengths.dtype.kind in "iu"
        and count > 0
        and int(lengths.min()) >= 0
        and int(lengths.max()) <= len(x)
        and int(lengths.sum()) == len(x)
        and time.shape == (len(x),)
        and time.dtype.kind in "iuf"
        and label.shape == user.shape == (count,)
        and arrays["channels"].shape == (x.shape[1],)
        and math.isfinite(rate)
        and rate > 0.0
    )
    if not right:
        shapes = ", ".join(f"{name} {found.shape}" for name, found in arrays.items())
        raise FileError(place, shapes, "the arrays do not fit together", "export it again")
    spec = Spec.of(*(str(text) for text in arrays["channels"]), rate=rate)
    recordings = []
    start = 0
    for index, length in enumerate(lengths.tolist()):
        part = slice(start, start + length)
        own = time[part].astype(np.float64) if "t" in arrays else np.arange(length) / rate
        values = x[part].astype(np.float64)
        recordings.append(Recording(str(label[index]), str(user[index]), own, values))
        start += length
    return Recordings(spec, tuple(recordings), 0)


def _arrays(path: Path, place: str) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
        if size > LARGEST:
            raise FileError(place, f"{size} bytes unpacked", f"at most {LARGEST} bytes", "cut it into pieces")
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (
        ValueError,
        EOFError,
        KeyError,
        MemoryError,
        RuntimeError,
        zlib.error,
        zipfile.BadZipFile,
    ) as error:
        raise FileError(place, f"broken ({error})"[:200], NPZ, "export it again") from error


def _csv(path: Path, place: str) -> Recordings:
    with path.open(newline="", encoding="utf-8-sig") as file:
        head = file.readline(65536)
        separator = max(",;\t", key=head.count)
        names = [name.strip() for name in next(csv.reader([head], delimiter=separator), [])]
        width = len(names)
        if width > MOST_COLUMNS:
            raise FileError(place, f"{width} columns", f"at most {MOST_COLUMNS}", "leave some out")
        cells = array("d")
        for row in csv.reader(file, delimiter=separator):
            if len(cells) * cells.itemsize > LARGEST:
                raise FileError(place, "too large", f"at most {LARGEST >> 20} MB", "cut it into pieces")
            if row:
                cells.extend([_number(cell) for cell in (*row, *[""] * width)[:width]])
    if not cells or all(_is_number(name) for name in names):
        raise FileError(place, "no header or no rows", "the first line must name the columns", "add a header")
    clock = next((i for word in TIMES for i, name in enumerate(names) if _bare(name) == word), None)
    if clock is None:
        wanted = f"a column {', '.join(TIMES)} is wanted"
        raise FileError(place, f"columns {', '.join(names)[:120]}", wanted, "rename the column with the time")
    table = np.array(cells).reshape(-1, width)
    kept = [
        i
        for i, name in enumerate(names)
        if name and _bare(name) not in TIMES and np.isfinite(table[:, i]).any()
    ]
    if not kept:
        raise FileError(place, "no column of numbers", "a channel is wanted", "export it again")
    time = table[:, clock]
    table, time = table[np.isfinite(time)], time[np.isfinite(time)]
    if len(time) > 2 and (np.diff(time) < 0.0).mean() > WAVERING:
        time = np.cumsum(time)
    time = (time - time[0]) * _seconds_per_unit(time) if len(time) else time
    spec = Spec(tuple(_channel(names[i]) for i in kept), _rate(time))
    return Recordings(spec, (Recording(path.stem, "", time, table[:, kept]),), 0)


def _finite(found: Recordings) -> Recordings:
    """Without frames that cannot be used, and with time that never goes back."""
    kept = []
    unusable = found.unusable
    for recording in found.recordings:
        good = np.isfinite(recording.values).all(axis=1) & np.isfinite(recording.time)
        unusable += int((~good).sum())
        time = np.maximum.accumulate(recording.time[good]) if good.any() else np.zeros(0)
        kept.append(recording._replace(time=time, values=recording.values[good]))
    return Recordings(found.spec, tuple(kept), unusable)


def _bare(name: str) -> str:
    """``Time (s)`` and ``time ms`` are both time."""
    return name.partition("(")[0].split(" ")[0].strip().lower()


def _channel(name: str) -> Channel:
    """Read ``acc_x g`` or ``Acc X (g)``."""
    if name.endswith(")") and "(" in name:
        text, _, unit = name[:-1].rpartition("(")
        return Channel("_".join(text.split()), unit.strip())
    return Channel.parse(name)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _is_number(cell: str) -> bool:
    return not math.isnan(_number(cell))


def _seconds_per_unit(time: Values) -> float:
    """Guess the unit of time stamps: sensors send between 1 and 1000 times a second."""
    step = _step(time)
    return 1.0 if step < 0.9 else 1e-3 if step < 900.0 else 1e-6 if step < 9e5 else 1e-9


def _rate(time: Values) -> float:
    step = _step(time)
    return float(round(1.0 / step, 3)) if step > 0.0 else 0.0


def _step(time: Values) -> float:
    steps = np.diff(time)
    steps = steps[steps > 0.0]
    return float(np.median(steps)) if len(steps) else 0.0


def chosen(spec: Spec, columns: Sequence[str], place: str) -> list[int]:
    """Indices of the channels named; a trailing ``*`` stands for any ending, nothing for all.

    Raises
    ------
    FileError
        If a name matches no channel.
    """
    if not columns:
        return list(range(spec.width))
    kept: list[int] = []
    for pattern in columns:
        hits = [
            i
            for i, name in enumerate(spec.names)
            if name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))
        ]
        if not hits:
            raise FileError(
                place, f"no channel {pattern!r}", f"there are {', '.join(spec.names)}", "name one of them"
            )
        kept += [i for i in hits if i not in kept]
    return kept
