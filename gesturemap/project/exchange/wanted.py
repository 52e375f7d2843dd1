"""Arrays as they are wanted, or an error that names what is there instead."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import LARGEST
from gesturemap.errors import DataError, FileError
from gesturemap.frames import Values
from gesturemap.plain import counted

Array = NDArray[Any]
FORM = "see docs/evaluate.md for the arrays that are read"


def numbers(
    arrays: Mapping[str, Array], name: str, dimensions: int, place: str, whole: bool = False
) -> Array:
    """An array of numbers, of so many dimensions."""
    if name not in arrays:
        raise FileError(place, f"no array '{name}'", f"it has {', '.join(arrays) or 'none'}", FORM)
    array = arrays[name]
    if array.dtype.kind not in ("iu" if whole else "fiu") or array.ndim != dimensions:
        raise DataError(
            f"{place}, {name}",
            f"{array.dtype} of shape {array.shape}",
            f"{'whole ' if whole else ''}numbers in {counted(dimensions, 'dimension')} are wanted",
            FORM,
        )
    return array


def texts_of(
    arrays: Mapping[str, Array], name: str, count: int, place: str, stem: str = ""
) -> tuple[str, ...]:
    """One text each; where there are none, '' or `stem` and a number."""
    if name not in arrays:
        return tuple(f"{stem}{i}" if stem else "" for i in range(count))
    array = arrays[name]
    if array.ndim != 1 or (count >= 0 and len(array) != count):
        raise unequal(place, name, array, count)
    return tuple(str(item) for item in array)


def unread(arrays: Mapping[str, Array], known: Sequence[str]) -> list[str]:
    """A note on arrays that nothing reads."""
    others = [name for name in arrays if name not in known]
    if not others:
        return []
    near = [(name, meant) for name in others if (meant := misspelt(name, known, arrays))]
    told = "; ".join(f"'{name}': did you mean '{meant}'?" for name, meant in near)
    return [f"nothing reads {', '.join(others)}" + (f"; {told}" if told else "")]


def misspelt(name: str, known: Sequence[str], arrays: Mapping[str, Array]) -> str:
    """An array that is read, is not there, and is called nearly so; ''."""
    return next(
        iter(difflib.get_close_matches(name, [one for one in known if one not in arrays], 1, 0.7)), ""
    )


def missing(arrays: Collection[str], name: str, known: Sequence[str], place: str) -> FileError:
    """That an array is not there, what is, and which of them may be it."""
    others = [one for one in arrays if one not in known]
    near = difflib.get_close_matches(name, others, 1, 0.7)
    return FileError(
        place, f"no array '{name}'", f"there are {', '.join(arrays) or 'none'}",
        f"did you mean '{near[0]}'?" if near else FORM,
    )  # fmt: skip


def single(arrays: Mapping[str, Array], name: str, default: float, place: str) -> Any:
    """One number, or the default."""
    if name not in arrays:
        return default
    array = arrays[name]
    if array.size != 1 or array.dtype.kind not in "fiu":
        raise DataError(
            f"{place}, {name}", f"{array.dtype} of shape {array.shape}", "one number is wanted", FORM
        )
    return array.reshape(-1)[0].item()


def unequal(place: str, name: str, array: Array, wanted: int) -> DataError:
    """That an array has another length than others, or is no list; `wanted`: entries, below 0 for any number."""
    other = array.ndim > 0 and 0 <= wanted != len(array)
    found = f"{len(array)} entries" if other else f"an array of shape {array.shape}"
    rule = f"{wanted} are wanted" if other else "one row of entries is wanted"
    return DataError(f"{place}, {name}", found, rule, "mend the file")


def finite(place: str, names: Sequence[str], array: Values, row: str = "frame") -> None:
    """Refuse what is no number, naming column and row of an array (T, C)."""
    right = np.abs(array.astype(np.float64)) <= LARGEST
    if not right.all():
        frame, column = np.argwhere(~right)[0]
        raise DataError(
            f"{place}, {names[column]}, {row} {frame}",
            str(array[frame, column]),
            f"every value must be a finite number, at most {LARGEST:g}",
            "leave the recording out or mend it",
        )


def tidy(label: str) -> str:
    """A label with a space for each tab or row of spaces, as tables and the window show it."""
    return " ".join(label.split())
