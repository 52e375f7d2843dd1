"""ARFF, read: the head says what the columns are, every line after it is an example."""

from __future__ import annotations

import datetime
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from gesturemap.errors import FileError
from gesturemap.plain import one_line
from gesturemap.project.exchange.arff import DATE, EPOCH, MILLISECOND, NOMINAL, TEXT, Attribute, Table
from gesturemap.project.exchange.lines import NEXT, WIDEST, checked_count, lines, wrong

MOST_CHOICES = 10_000
"""Values of a nominal attribute."""
MOST_OF_ALL = 100_000
"""Values of all nominal attributes together."""
LONGEST_NAME = 1000
"""Characters of an attribute's name or of one value in quotes."""
LETTERS = {
    "yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "SSS": "%f",
}  # fmt: skip
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
JAVA = re.compile(r"'(?P<said>[^']*)'|(?P<one>[a-zA-Z])(?P=one)*|[^a-zA-Z']+")


def read(path: Path) -> Table:
    """The table in a file.

    Raises
    ------
    FileError
        Naming the line that is not right.
    """
    found = lines(path)
    attributes = _head(found, path)
    readers = [_reader(attribute) for attribute in attributes]
    values = array("d")
    for number, line in found:
        text = line.strip()
        if not text or text.startswith("%"):
            continue
        place = f"{path}, line {number}"
        if text.startswith("{"):
            raise wrong(place, text, "a value for every attribute is wanted, not a sparse line")
        checked_count(len(values) + len(attributes), place)
        values.extend(_row(text, attributes, readers, place))
    if not values:
        raise FileError(
            str(path), "no examples", "at least one is wanted", "record some before it is exported"
        )
    return Table(attributes, np.frombuffer(values).reshape(-1, len(attributes)))


def _head(found: Iterator[tuple[int, str]], path: Path) -> tuple[Attribute, ...]:
    """The attributes, everything up to @data."""
    made: dict[str, Attribute] = {}
    choices = 0
    for number, line in found:
        text, place = line.strip(), f"{path}, line {number}"
        word = text.split(None, 1)[0].lower() if text else ""
        if not word or word.startswith("%") or word == "@relation":
            continue
        if word == "@data":
            if not made:
                raise FileError(place, "no @attribute before it", "a table has columns", NEXT)
            return tuple(made.values())
        if word != "@attribute":
            raise wrong(place, text, "@relation, @attribute or @data is wanted: this is no ARFF")
        attribute = _attribute(text[len(word) :].strip(), place)
        if attribute.name in made:
            raise wrong(place, repr(attribute.name), "each attribute has a name of its own")
        made[attribute.name] = attribute
        choices += len(attribute.choices)
        if len(made) > 2 * WIDEST + 3 or choices > MOST_OF_ALL:
            raise FileError(
                place, f"{len(made)} attributes with {choices} values",
                f"at most {2 * WIDEST + 3} with {MOST_OF_ALL} are read", "split it",
            )  # fmt: skip
    raise FileError(str(path), "no @data", "an ARFF has one, and the examples after it", NEXT)


def _attribute(text: str, place: str) -> Attribute:
    """One column from what stands after @attribute."""
    name, rest = _token(text, place)
    word, _, more = rest.partition(" ")
    if rest.startswith("{"):
        if not rest.endswith("}") or rest.count(",") >= MOST_CHOICES:
            raise wrong(place, rest, f"at most {MOST_CHOICES} values in {{ }} are wanted")
        return Attribute(name, NOMINAL, tuple(_fields(rest[1:-1], place)))
    if word.lower() in ("numeric", "real", "integer"):
        return Attribute(name)
    if word.lower() == "date":
        form = _token(more.strip(), place)[0] if more.strip() else "yyyy-MM-dd'T'HH:mm:ss"
        try:
            datetime.datetime.strptime("", _form(form))
        except re.error as error:
            raise wrong(place, repr(form), "a date with each part once is wanted") from error
        except ValueError:
            pass  # nothing is no date of any form
        return Attribute(name, DATE, form=form)
    if word.lower() == "string":
        return Attribute(name, TEXT)
    raise wrong(place, rest, "numeric, date, string or {values} is wanted after the name")


def _token(text: str, place: str) -> tuple[str, str]:
    """The first word, out of its quotes, and what follows it."""
    if text[:1] in ("'", '"'):
        word, end = _unquoted(text, 0, place)
        return word, text[end:].strip()
    parts = text.split(None, 1)
    if not parts or len(parts[0]) > LONGEST_NAME:
        raise wrong(place, text, f"a name of 1 to {LONGEST_NAME} characters is wanted")
    return parts[0], parts[1].strip() if len(parts) > 1 else ""


def _unquoted(text: str, start: int, place: str) -> tuple[str, int]:
    """What stands in the quotes that begin at `start`, and where it goes on after them."""
    quote, at = text[start], start + 1
    made: list[str] = []
    while at < len(text) and len(made) <= LONGEST_NAME:
        letter = text[at]
        if letter == quote:
            return "".join(made), at + 1
        if letter == "\\" and at + 1 < len(text):
            at += 1
            letter = ESCAPES.get(text[at], text[at])
        made.append(letter)
        at += 1
    raise wrong(place, text[start:], f"quotes end, after at most {LONGEST_NAME} characters")


def _fields(text: str, place: str) -> list[str]:
    """The values between commas, out of their quotes."""
    if "'" not in text and '"' not in text:
        return [part.strip() for part in text.split(",")]
    made: list[str] = []
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if text[at : at + 1] in ("'", '"'):
            word, at = _unquoted(text, at, place)
            end = text.find(",", at)
            left = text[at : end if end >= 0 else len(text)]
            if left.strip():
                raise wrong(place, left, "a comma is wanted after quotes")
        else:
            end = text.find(",", at)
            word = text[at : end if end >= 0 else len(text)].strip()
        made.append(word)
        if end < 0:
            return made
        at = end + 1


Reader = Callable[[str], float]


def _reader(attribute: Attribute) -> Reader:
    """What makes a number of a field of this column; it raises ValueError or KeyError for what is none."""
    if attribute.kind == NOMINAL:
        return {choice: float(index) for index, choice in enumerate(attribute.choices)}.__getitem__
    if attribute.kind == DATE:
        form = _form(attribute.form)
        return lambda text: (datetime.datetime.strptime(text, form) - EPOCH) / MILLISECOND
    if attribute.kind == TEXT:
        return lambda _: np.nan
    return _finite


def _finite(text: str) -> float:
    value = float(text)
    if not np.isfinite(value):
        raise ValueError(text)
    return value


def _form(pattern: str) -> str:
    """Java's way to write a date as Python's; letters it does not know make it match nothing."""
    made = []
    for part in JAVA.finditer(pattern):
        whole = part.group()
        plain = part["said"] if part["said"] is not None else whole
        made.append(LETTERS.get(whole, "%%?") if part["one"] else plain.replace("%", "%%"))
    return "".join(made)


def _row(text: str, attributes: Sequence[Attribute], readers: Sequence[Reader], place: str) -> list[float]:
    """The numbers of one example."""
    if text.count(",") + 1 < len(attributes) or text.count(",") > 3 * len(attributes) + 1000:
        raise _count(text.count(",") + 1, len(attributes), place)
    fields = _fields(text, place)
    if len(fields) != len(attributes):
        raise _count(len(fields), len(attributes), place)
    try:
        return [
            np.nan if field == "?" else reader(field) for field, reader in zip(fields, readers, strict=True)
        ]
    except (ValueError, KeyError, OverflowError):
        for field, reader, attribute in zip(fields, readers, attributes, strict=True):
            if field != "?":
                _checked(field, reader, attribute, place)
        raise


def _count(found: int, wanted: int, place: str) -> FileError:
    return FileError(place, f"{found} values", f"{wanted} attributes want as many", NEXT)


def _checked(field: str, reader: Reader, attribute: Attribute, place: str) -> None:
    """Say which field is not right, and why."""
    try:
        reader(field)
    except (ValueError, KeyError, OverflowError) as error:
        some = ", ".join(attribute.choices[:8])
        wanted = {
            NOMINAL: f"one of {one_line(some, 60)}", DATE: f"a date as {one_line(attribute.form, 40)}"
        }.get(attribute.kind, "a finite number")  # fmt: skip
        raise wrong(
            f"{place}, {one_line(attribute.name, 40)}", repr(field), f"{wanted}, or ?, is wanted"
        ) from error
