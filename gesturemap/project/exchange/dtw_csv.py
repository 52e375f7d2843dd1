"""The two CSV forms in which Wekinator keeps time series of gestures.

A project's ``currentData.csv`` has a line for every example: how many inputs, the gesture from 1, then all inputs
of the first sample, of the second ... and a comma after the last. What its viewer exports has a line for every
input of every example.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import Values
from gesturemap.plain import listed, one_line
from gesturemap.project.exchange.lines import (
    MOST_TAKES,
    WHOLE,
    WIDEST,
    checked_count,
    lines,
    numbers,
    whole,
    wrong,
)

MOST_GESTURES = 1000
VIEWER = "EXAMPLE_ID,GESTURE,INPUT_NAME,NUM_SAMPLES,VALUES"
HEAD = (
    "# First field is # dimensions of each datapoint, 2nd is gesture class, Next fields are raw time series in order"
    " t_f1[0], t_f2[0], t_f3[0] etc. where f1, f2, etc are features and [0] is time"
)

Series = tuple[str, Values]
"""The gesture, by name or number, and (T, C) values."""


def read(path: Path) -> tuple[tuple[str, ...], list[Series]]:
    """The names of the inputs, none where the file has none, and the examples of either form.

    Raises
    ------
    FileError
        Naming the line that is not right.
    """
    found = lines(path)
    for _, line in found:
        if line.startswith(VIEWER):
            return _viewer(found, path)
        break
    return (), _project(path)


def _project(path: Path) -> list[Series]:
    """The examples of a project's own file."""
    made: list[Series] = []
    width = count = 0
    for at, line in lines(path):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{path}, line {at}"
        fields = line.rstrip().removesuffix(",").split(",")
        if len(fields) < 3:
            raise wrong(place, line, "inputs, gesture and values are wanted, with commas between")
        if not made and not WHOLE.fullmatch(fields[0].strip()):
            raise FileError(
                place, f"begins with {one_line(fields[0].strip(), 40)!r}",
                "of CSV the two forms are read in which Wekinator keeps gestures: no header, one example a line",
                "let a source 'replay' play a table of another form, and record from it; or save it as ARFF or NPZ",
            )  # fmt: skip
        inputs = whole(fields[0].strip(), 1, WIDEST, f"{place}, inputs")
        gesture = whole(fields[1].strip(), 1, MOST_GESTURES, f"{place}, gesture")
        if width not in (0, inputs):
            raise wrong(place, f"{inputs} inputs", f"{width} are wanted, as in the lines before")
        width = inputs
        if (len(fields) - 2) % width:
            raise wrong(place, f"{len(fields) - 2} values", f"a multiple of {width} is wanted")
        count += len(fields)
        checked_count(count, place)
        if len(made) >= MOST_TAKES:
            raise _many(path)
        made.append((str(gesture), np.array(numbers(fields[2:], place)).reshape(-1, width)))
    return _some(made, path)


def _viewer(found: Iterable[tuple[int, str]], path: Path) -> tuple[tuple[str, ...], list[Series]]:
    """The examples of what the viewer exports; its names have commas only where a person put them."""
    rows: dict[tuple[str, str], dict[str, list[float]]] = {}
    total = 0
    for at, line in found:
        if not line.strip():
            continue
        place = f"{path}, line {at}"
        fields = [field.strip() for field in line.split(",")]
        if len(fields) < 4:
            raise wrong(place, line, "example, gesture, input, count and values are wanted")
        example, gesture, name = fields[:3]
        count = whole(fields[3], 0, len(line), f"{place}, count")
        total += count
        checked_count(total, place)
        values = [] if fields[4:] == [""] else numbers(fields[4:], place)
        if len(values) != count:
            raise wrong(place, f"{len(values)} values", f"{count} are wanted, as the line says")
        inputs = rows.setdefault((example, gesture), {})
        if len(rows) > MOST_TAKES:
            raise _many(path)
        if name in inputs or len(inputs) >= WIDEST or (inputs and len(next(iter(inputs.values()))) != count):
            raise wrong(place, f"input {name}", "each input once, all with as many values, is wanted")
        inputs[name] = values
    first = tuple(next(iter(rows.values()), {}))
    for (example, _), inputs in rows.items():
        if tuple(inputs) != first:
            raise wrong(
                str(path), f"example {example}", f"the inputs {listed(first)} are wanted, in this order"
            )
    full = [(key, inputs) for key, inputs in rows.items() if len(inputs[first[0]])]
    return first, _some([(gesture, np.array(list(inputs.values())).T) for (_, gesture), inputs in full], path)


def _many(path: Path) -> FileError:
    return FileError(
        str(path), f"more than {MOST_TAKES} examples", f"at most {MOST_TAKES} are read", "split it"
    )


def _some(made: list[Series], path: Path) -> list[Series]:
    if not made:
        raise FileError(
            str(path), "no examples", "at least one is wanted", "record some before the file is saved"
        )
    return made


def write(examples: Sequence[tuple[int, Values]]) -> str:
    """The text of a project's file: gesture, from 1, and (T, C) values of each example, as Wekinator writes it."""
    made = [HEAD]
    for gesture, values in sorted(examples, key=lambda example: example[0]):
        flat = ",".join(_java(value) for value in values.ravel().tolist())
        made.append(f"{values.shape[1]},{gesture},{flat},")
    return "\n".join(made) + "\n"


def _java(value: float) -> str:
    """A double as Java writes it, near enough to be read back the same."""
    text = repr(value)
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa if '.' in mantissa else f'{mantissa}.0'}E{int(exponent)}"
    return text
