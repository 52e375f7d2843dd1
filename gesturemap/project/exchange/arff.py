"""ARFF, the table form of Weka: a line for every attribute, then one for every example.

Source of the form: Weka's manual, chapter ARFF; Wekinator writes ID, Time, 'Training round', then inputs and
outputs, ``?`` where an output was not recorded.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gesturemap.frames import Values

STAMP = "yyyy/MM/dd HH:mm:ss:SSS"
"""How Wekinator writes when an example came."""
EPOCH, MILLISECOND = datetime.datetime(1970, 1, 1), datetime.timedelta(milliseconds=1)
QUOTED = re.compile(r"[\s'\"%{},?\\]")
NUMERIC, NOMINAL, DATE, TEXT = "numeric", "nominal", "date", "text"


@dataclass(frozen=True)
class Attribute:
    """A column: its name, its kind, and what a nominal one may be or how a date is written."""

    name: str
    kind: str = NUMERIC
    choices: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True)
class Table:
    """A file: its columns and (T, A) values.

    Nominal ones are numbers of choices, from 0; dates are milliseconds since 1970; ``?`` and texts are NaN.
    """

    attributes: tuple[Attribute, ...]
    values: Values


def write(attributes: Sequence[Attribute], rows: Iterable[Sequence[float]]) -> str:
    """The text of a table, as Weka writes it; a NaN is ``?``."""
    made = ["@relation dataset", ""]
    for attribute in attributes:
        kind = attribute.kind
        if kind == NOMINAL:
            kind = "{" + ",".join(_quoted(choice) for choice in attribute.choices) + "}"
        elif kind == DATE:
            kind = f"date '{attribute.form}'"
        made.append(f"@attribute {_quoted(attribute.name)} {kind}")
    made += ["", "@data"]
    made += [",".join(map(_written, row, attributes)) for row in rows]
    return "\n".join(made) + "\n"


def _written(value: float, attribute: Attribute) -> str:
    """One value; a date is Wekinator's."""
    if np.isnan(value):
        return "?"
    if attribute.kind == NOMINAL:
        return _quoted(attribute.choices[int(value)])
    if attribute.kind == DATE:
        return f"'{stamp(value)}'"
    return repr(float(value)).removesuffix(".0")


def stamp(value: float) -> str:
    """A time as Wekinator writes it, from milliseconds since 1970; what no calendar has is the next that one has."""
    first, last = ((each - EPOCH) / MILLISECOND for each in (datetime.datetime.min, datetime.datetime.max))
    when = EPOCH + math.floor(min(max(value + 0.5, first), last)) * MILLISECOND
    return f"{when:%Y/%m/%d %H:%M:%S}:{when.microsecond // 1000:03d}"


def _quoted(text: str) -> str:
    """A name or value as Weka reads it back."""
    if not text or QUOTED.search(text):
        plain = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
        return "'" + plain.replace("\t", "\\t") + "'"
    return text
