"""Text files of other programs, line by line, within limits."""

from __future__ import annotations

import math
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from gesturemap.errors import FileError
from gesturemap.plain import one_line

MOST_BYTES = 64 * 1024 * 1024
"""Of a file."""
LONGEST_LINE = 4 * 1024 * 1024
"""Bytes of a line."""
WIDEST = 4096
"""Channels, and outputs."""
MOST_VALUES = 16_000_000
"""Numbers of a file: it may say more of them than there is memory for."""
MOST_TAKES = 10_000
"""Demonstrations that one file may make."""
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
NEXT = "correct the file, or export it again"


def wrong(place: str, value: str, wanted: str, next_step: str = NEXT) -> FileError:
    """The error that shows what was found and says what is wanted."""
    return FileError(place, one_line(value, 60), wanted, next_step)


def checked_size(path: Path, most: int = MOST_BYTES) -> int:
    """The bytes of a file that is there and not too large.

    Raises
    ------
    FileError
        If it is not.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise _closed(path, error) from error
    if stat.S_ISDIR(state.st_mode):
        raise FileError(str(path), "a folder", "a file is wanted", "give a file in it")
    if not stat.S_ISREG(state.st_mode):  # to open a pipe waits for somebody who writes
        raise FileError(str(path), "a pipe or a device", "a file is wanted", "give a file")
    if state.st_size > most:
        raise FileError(str(path), f"{state.st_size} bytes", f"at most {most} are read", "split it")
    return state.st_size


def own(folder: Path, *parts: str) -> Path:
    """A file that belongs to a project in this folder, whether it is there or not.

    Raises
    ------
    FileError
        If it is a link to somewhere else: a project that was given away does not say what is read of another disk.
    """
    path = folder.joinpath(*parts)
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as error:
        raise FileError(str(path), str(error), "a file is wanted", NEXT) from error
    if not inside:
        raise FileError(
            str(path), "a link out of the project's folder", "only files in it are read",
            "put the file itself there",
        )  # fmt: skip
    return path


def start_of(path: Path, most: int) -> bytes:
    """The first bytes of a file.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    checked_size(path, sys.maxsize)
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise _closed(path, error) from error


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of every line.

    Text is UTF-8, or, where it is not, what Windows takes for Western letters.

    Raises
    ------
    FileError
        If the file cannot be read, is too large, or a line is too long.
    """
    checked_size(path)
    room = MOST_BYTES
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                room -= len(line)
                if len(line) > LONGEST_LINE or room < 0:  # it may still grow while it is read
                    raise FileError(
                        f"{path}, line {number}", f"more than {LONGEST_LINE} bytes",
                        f"a line has at most {LONGEST_LINE}, a file {MOST_BYTES}", "split it",
                    )  # fmt: skip
                yield number, plain(line).rstrip("\r\n").removeprefix("\ufeff" if number == 1 else "")
    except OSError as error:
        raise _closed(path, error) from error


def plain(data: bytes) -> str:
    """Text as UTF-8, or, where it is not, as Windows' Western letters."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def checked_count(count: int, place: str) -> None:
    """Refuse more numbers than are read, before there is room for them.

    Raises
    ------
    FileError
        If there are.
    """
    if count > MOST_VALUES:
        raise FileError(place, f"{count} numbers", f"at most {MOST_VALUES} are read", "split it")


def number(text: str, place: str) -> float:
    """A finite number.

    Raises
    ------
    FileError
        If it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise wrong(place, repr(text), "a finite number is wanted")
    return value


def numbers(texts: Sequence[str], place: str) -> list[float]:
    """Finite numbers, naming the first that is none."""
    try:
        values = [float(text) for text in texts]
    except ValueError:
        values = [math.nan]
    if not all(map(math.isfinite, values)):
        for column, text in enumerate(texts, 1):
            number(text, f"{place}, value {column}")
    return values


def whole(text: str, low: int, high: int, place: str) -> int:
    """A whole number in a range.

    Raises
    ------
    FileError
        If it is none.
    """
    if not WHOLE.fullmatch(text) or not low <= int(text) <= high:
        raise wrong(place, repr(text), f"a whole number from {low} to {high} is wanted")
    return int(text)


def _closed(path: Path, error: OSError) -> FileError:
    """What is said of a file that cannot be read."""
    said = error.strerror or str(error)
    return FileError(str(path), said, "a file that can be read is wanted", "check the path")
