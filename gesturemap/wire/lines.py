"""Serial text to rows of numbers, as boards send it: ``1,2,3``, ``x:1 y:2``, a header line, or a mixture."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import NamedTuple

LONGEST = 4096
"""Bytes of a line; what is longer is no line of a sensor."""

_SEPARATORS = bytes.maketrans(b",;\t", b"   ")
_COLON = re.compile(r"\s*:\s*")
_LABEL = re.compile(r"[^\W\d][^:]*|\d+[^\W\d][^:]*")


class Row(NamedTuple):
    """One good line."""

    values: tuple[float, ...]
    labels: tuple[str, ...] = ()
    """One for each value, where the line itself named them."""


class Lines:
    """Splits a stream of bytes into rows; whatever is no row is counted in `ignored` and costs nothing else.

    What comes before the first line end is dropped, since a port is usually opened in the middle of a line.
    """

    def __init__(self) -> None:
        self.ignored: Counter[str] = Counter()
        """Reason -> how many lines were not used."""
        self.header: tuple[str, ...] = ()
        """The labels of the last header line; never to be relied on, since it may have gone by."""
        self._rest = b""
        self._dropping = True

    def feed(self, data: bytes) -> list[Row]:
        """The rows that these bytes complete, in order."""
        *whole, rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        if whole and self._dropping:
            whole[0] = b""
            self._dropping = False
        if len(rest) > LONGEST:
            if not self._dropping:
                self.ignored["line too long"] += 1
            rest, self._dropping = b"", True
        self._rest = rest
        rows = []
        for line in whole:
            row = self._line(line)
            if row is not None:
                rows.append(row)
        return rows

    def _line(self, line: bytes) -> Row | None:
        if len(line) > LONGEST:
            self.ignored["line too long"] += 1
            return None
        plain = line.translate(_SEPARATORS).split()
        if not plain:
            return None
        try:
            values = tuple([float(part) for part in plain])
        except ValueError:
            return self._text(line)
        if b"_" in line or not math.isfinite(sum(values)):  # Python would read 1_0 as a number
            self.ignored["not a finite number"] += 1
            return None
        return Row(values)

    def _text(self, line: bytes) -> Row | None:
        """A line that is not numbers alone: ``name:value`` parts, or a header of labels."""
        try:
            text = line.decode("ascii").translate(_TEXT_SEPARATORS)
        except UnicodeDecodeError:
            self.ignored["not text (is the baud rate right?)"] += 1
            return None
        parts = _COLON.sub(":", text).split()
        if all(_LABEL.fullmatch(part) for part in parts):
            self.header = tuple(parts)
            return None
        labels, values = [], []
        for part in parts:
            label, colon, number = part.rpartition(":")
            try:
                value = float(number)
            except ValueError:
                value = math.nan
            if not (colon and label and math.isfinite(value)):
                self.ignored["not a number"] += 1
                return None
            labels.append(label)
            values.append(value)
        return Row(tuple(values), tuple(labels))


_TEXT_SEPARATORS = str.maketrans(",;\t", "   ")
