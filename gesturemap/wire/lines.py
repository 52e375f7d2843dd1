"""Serial text to rows of numbers, as boards send it: ``1,2,3``, ``x:1 y:2``, CSV, a header line, or a mixture.

Source: ArduinoSerialPlotterProtocol.md of the Arduino IDE, and what senders do beside it.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from typing import NamedTuple

from gesturemap.wire.baud import Doubt

LONGEST = 4096
"""Bytes of a line; what is longer is no line of a sensor."""
REMEMBERED = 64
"""Sets of labels that are kept ready."""
WORDS = "words, not numbers"

_PLAIN = b"0123456789+-.eE ,\t\n"
"""Bytes of which lines of numbers alone consist; ``;`` is none of them, since commas may be decimal beside it."""
_SEPARATORS = bytes.maketrans(b",;\t", b"   ")
_EDGES = b"\0 \t\n\r\v\f"
"""What may stand before and behind a line without being a part of it."""
_AFTER_PREFIX = b" ,;:\t"
_NAMED_SEPARATORS = bytes.maketrans(b",;\t:", b"    ")
_COLON = re.compile(r"(?<! ) *[:=](\s+(?=[-+.\d])| *)")
"""Between label and number; ``=`` is no plotter's, but many a sketch's."""
_STRONG = re.compile(r"[,;\t]")
_LABEL = re.compile(r"(?=.*[^\W\d])[^:]+")
"""What may be a label: not of digits alone."""
_DECIMAL_COMMA = re.compile(r"([^,]*:\s*)?\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*")
_NAMED = re.compile(r"[^:]+:[^: ]+")
_NO_NUMBERS = frozenset(sign + word for sign in ("", "+", "-") for word in ("nan", "inf", "ovf", "infinity"))
"""What boards print for a number that is none; ``ovf`` is Arduino's."""


class Row(NamedTuple):
    """One good line."""

    values: tuple[float, ...]
    labels: tuple[str, ...] = ()
    """One for each value, where the line itself named them."""


class Lines:
    """Splits a stream of bytes into rows; whatever is no row is counted in `ignored` and costs nothing else.

    What comes before the first line end is dropped, since a port is usually opened in the middle of a line; but a
    header may be all that a sketch prints before its numbers, so that labels are kept until a row says how many.

    Parameters
    ----------
    prefix : word that every line of data begins with and the others do not; empty: none.
    baud : at which the bytes were read, for advice where they cannot be read.
    """

    def __init__(self, prefix: str = "", baud: int = 0) -> None:
        self.ignored: Counter[str] = Counter()
        """Reason -> how many lines were not used."""
        self.header: tuple[str, ...] = ()
        """The labels of the last header line; never to be relied on, since it may have gone by."""
        self.odd = ""
        """Beginning of the last line that was no row."""
        self.doubt = Doubt(baud)
        self._prefix = prefix.encode()
        self._rest = b""
        self._dropping = self._first = True
        self._begun = b""
        """What has come of the very first line."""
        self._words: tuple[str, ...] = ()
        """A line of labels; a header if a line of as many numbers comes next."""
        self._shapes: dict[tuple[bytes, ...], tuple[str, ...]] = {}
        """Labels as they stand in a line -> as text."""

    def feed(self, data: bytes) -> list[Row]:
        """The rows that these bytes complete, in order."""
        *whole, rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        if whole and self._dropping:
            if self._first:
                self._keep_first(self._begun + whole[0])
            whole[0] = b""
            self._dropping = self._first = False
        if self._dropping:
            self.doubt.see(rest)
            if advice := self.doubt.advice:
                self.ignored[advice] += 1
            self._begun = (self._begun + rest)[: LONGEST + 1] if self._first else b""
            rest = b""
        elif len(rest) > LONGEST:
            self._ignore("line too long", rest)
            rest, self._dropping = b"", True
        self._rest = rest
        rows = self._rows(whole)
        if rows:
            self.doubt.clear()
        return rows

    def _rows(self, whole: list[bytes]) -> list[Row]:
        plain = not self._prefix and not b"".join(whole).translate(None, _PLAIN)
        rows = []
        for line in whole:
            if plain and len(line) <= LONGEST:
                try:
                    row: Row | None = Row(tuple(map(float, line.translate(_SEPARATORS).split())))
                except ValueError:  # such as 1-2
                    row = None
                if row is not None and math.isfinite(sum(row.values)):
                    if row.values:
                        if self._words:
                            self._judge_words(row)
                        rows.append(row)
                    continue
            row = self._line(line)
            if row is not None:
                self._judge_words(row)
                rows.append(row)
        return rows

    def _line(self, line: bytes) -> Row | None:
        """Any line, whatever is in it."""
        line = line.strip(_EDGES) or line  # some senders write the zero that ends a text
        if not line.strip():
            return None
        if len(line) > LONGEST:
            self._ignore("line too long", line)
            return None
        if self._prefix:
            line = line.strip()
            after = line[len(self._prefix) :]
            data = after.lstrip(_AFTER_PREFIX)
            if not line.startswith(self._prefix) or (after and data == after):
                self._ignore(f"no {self._prefix.decode()} in front", line)
                return None
            line = data
        if self._shapes and (row := self._same_again(line)) is not None:
            return row
        text = _text(line)
        if text is None:
            self._ignore("unreadable bytes", line)
            return None
        return self._fields(_divided(text), line)

    def _fields(self, fields: list[str], line: bytes) -> Row | None:
        """A row of numbers or of named numbers; a line of labels is kept."""
        if not fields:
            return None
        numbers, labels = fields, []
        if all(_NAMED.fullmatch(field) for field in fields):
            numbers = []
            for field in fields:
                label, _, number = field.partition(":")
                labels.append(label.strip())
                numbers.append(number)
        try:
            values = tuple(map(float, numbers))
        except ValueError:
            broken = _NO_NUMBERS.intersection(number.lower() for number in numbers)
            if not labels and not broken and all(_LABEL.fullmatch(field.rstrip(":")) for field in fields):
                self._keep_words(tuple(field.rstrip(": ") for field in fields), line)
                return None
            reason = "not a number" if line.translate(None, b"0123456789") != line else WORDS
            self._ignore("not a finite number" if broken else reason, line)
            return None
        if not math.isfinite(sum(values)) or any("_" in number for number in numbers):
            self._ignore("not a finite number", line)  # Python would read 1_0 as a number
            return None
        if labels:
            self._remember(tuple(labels), line)
        return Row(values, tuple(labels))

    def _remember(self, labels: tuple[str, ...], line: bytes) -> None:
        """Lines with these labels in this order go the short way from now on, if they are plain enough."""
        parts = line.translate(_NAMED_SEPARATORS).split()
        found = tuple(parts[::2])
        if len(parts) == 2 * len(labels) and found == tuple(label.encode() for label in labels):
            if len(self._shapes) >= REMEMBERED:
                self._shapes.clear()
            self._shapes[found] = labels

    def _same_again(self, line: bytes) -> Row | None:
        """The row of a line with labels as before; None where anything about it is different."""
        parts = line.translate(_NAMED_SEPARATORS).split()
        labels = self._shapes.get(tuple(parts[::2]))
        if labels is None or b"_" in b"".join(parts[1::2]) or line.count(b":") != len(labels):
            return None
        try:
            values = tuple(map(float, parts[1::2]))
        except ValueError:
            return None
        return Row(values, labels) if math.isfinite(sum(values)) else None

    def _keep_first(self, line: bytes) -> None:
        """Keep a first line of labels; like any, it is a header if a row of as many numbers comes next."""
        if self._prefix or len(line) > LONGEST:
            return
        fields = _divided(_text(line.strip(_EDGES)) or "")
        if len(fields) > 1 and all(map(_LABEL.fullmatch, fields)):
            self._words = tuple(fields)

    def _keep_words(self, words: tuple[str, ...], line: bytes) -> None:
        if self._words:
            self._ignore(WORDS, line)
        self._words = () if words == self.header else words

    def _judge_words(self, row: Row) -> None:
        """Words right before as many numbers are their header."""
        if self._words:
            if not row.labels and len(self._words) == len(row.values):
                self.header = self._words
            else:
                self._ignore(WORDS, " ".join(self._words).encode())
            self._words = ()

    def _ignore(self, reason: str, line: bytes) -> None:
        """Count a line; where most of what comes cannot be read, say that the baud rate is wrong."""
        if self._words and reason != WORDS:
            self.ignored[WORDS] += 1
            self._words = ()
        self.doubt.see(line)
        self.ignored[self.doubt.advice or reason] += 1
        self.odd = line[:60].decode("ascii", "replace").strip()


def _text(line: bytes) -> str | None:
    """What is written in a line, in UTF-8 or, where that cannot be and most of it is ASCII, Latin-1; None: nothing."""
    try:
        text = line.decode().strip().lstrip("\ufeff")
    except UnicodeDecodeError:
        text = line.decode("latin-1").strip()
        foreign = [letter for letter in text if letter > "\x7f"]
        if 2 * len(foreign) > len(text) or not all(each.isalpha() or each in "°²³±" for each in foreign):
            return None  # as a wrong baud rate gives it
    return text if text.replace("\t", "").isprintable() else None


def _divided(text: str) -> list[str]:
    """The fields of a line, none of them empty.

    Spaces divide too, but belong to a label where a comma, tab or semicolon divides.
    """
    if '"' in text:
        return _unquoted(text)
    text = _COLON.sub(":", text)
    if ";" in text and "," in text:
        fields = text.split(";")
        if _decimal(fields):
            return [field.strip().replace(",", ".") for field in fields if field.strip()]
    strong = [field.strip() for field in _STRONG.split(text)]
    if len(strong) == 1:
        return text.split()
    fields = []
    for field in strong:
        if " " in field and not _one(field):
            fields += field.split()
        elif field:
            fields.append(field)
    return fields


def _one(field: str) -> bool:
    """Whether a field with spaces in it is one label, with or without its number."""
    words = field.split()
    if ":" in field:
        return bool(_NAMED.fullmatch(field))
    return not any(_is_number(word) for word in words[:1]) and _LABEL.fullmatch(field) is not None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _decimal(fields: list[str]) -> bool:
    """Whether the commas in fields between semicolons are decimal."""
    with_comma = [field for field in fields if "," in field]
    return (
        bool(with_comma)
        and all(_DECIMAL_COMMA.fullmatch(field) for field in with_comma)
        and not any("." in field for field in fields)
    )


def _unquoted(text: str) -> list[str]:
    """The fields of a CSV line with quotes."""
    outside = re.sub(r'"[^"]*"?', "", text)
    divider = next((mark for mark in ";\t," if mark in outside), " ")
    try:
        (fields,) = csv.reader([text], delimiter=divider, skipinitialspace=True)
    except (csv.Error, ValueError):
        return [text]
    if divider in "; " and _decimal(fields):
        fields = [field.replace(",", ".") for field in fields]
    return [field.strip() for field in fields if field.strip()]
