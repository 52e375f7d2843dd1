"""Names for several sensors of one kind: the word or number in their addresses that tells one from another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gesturemap.inputs.addresses import AXIS_WORDS, WORDS, kind_of
from gesturemap.inputs.guessed import Guess, is_channel, joined_with, vectors
from gesturemap.inputs.turning import explained


def name_apart(found: list[Guess]) -> None:
    """Channels of different messages that would be called the same are told apart; real rotation is the first."""
    acc = next((axes for each in found if len(axes := vectors([each]).get("acc", {})) == 3), None)

    def only_called_so(each: Guess) -> bool:
        axes = vectors([each]).get("gyro", {})
        return len(axes) == 3 and not (acc and explained(joined_with(axes, acc)))

    found.sort(key=only_called_so)
    for stem in _twice(found):
        messages = [each for each in found if any(_stem(column) == stem for column in each.channels)]
        places = [_place(each.address) for each in messages]
        labels = _labels(list(dict.fromkeys(places)), stem)
        for each, place in zip(messages, places, strict=True):
            unlike = stem == "gyro" and not labels.told and labels.of[place] and only_called_so(each)
            if not unlike:  # it would be given the unit of a rotation
                _rename(each, stem, labels.of[place])
    _number(found)


class _Labels(NamedTuple):
    """What tells the places of one stem apart."""

    of: dict[str, str]
    """Place -> what stands behind the stem there."""
    told: bool
    """Whether it comes from words in the addresses."""


def _twice(found: Sequence[Guess]) -> list[str]:
    """Stems of the channels that more than one message would have."""
    seen: set[str] = set()
    stems: dict[str, None] = {}
    for each in found:
        for column in each.channels:
            if column in seen:
                stems[_stem(column)] = None
            seen.add(column)
    return list(stems)


def _stem(column: str) -> str:
    return column.rpartition("_")[0] or column


def _place(address: str) -> str:
    """The address without its axis: those of one sensor have the same."""
    parts = address.split("/")
    last = parts[-1].lower()
    return (
        "/".join(parts[:-1]) if last in AXIS_WORDS or re.fullmatch(r"[a-z]{1,5}_?[wxyz]", last) else address
    )


def _labels(places: list[str], stem: str) -> _Labels:
    """What tells sensors apart: the one part in which their addresses differ; else their number."""
    split = [place.split("/") for place in places]
    numbered = _Labels({place: str(at) if at > 1 else "" for at, place in enumerate(places, 1)}, told=False)
    if len({len(parts) for parts in split}) > 1:
        return numbered
    differ = [words for words in zip(*split, strict=True) if len(set(words)) > 1]
    if len(differ) != 1 or all(kind_of(word) and not word[-1:].isdigit() for word in differ[0]):
        return numbered  # other words for the same thing tell no sensor
    words = differ[0]
    lower = [word.lower() for word in words]
    begins = (word for word in WORDS if all(each.startswith(word) for each in lower))
    cut = max(map(len, begins), default=0)
    rests = [re.sub(r"\W+", "_", word[cut:]).strip("_") for word in words]
    said = [
        rest if rest.isdigit() and not stem[-1:].isdigit() else f"_{rest}" if rest else "" for rest in rests
    ]
    if len({each.lower() for each in said}) < len(said):
        return numbered
    return _Labels(dict(zip(places, said, strict=True)), told=True)


def _rename(each: Guess, stem: str, label: str) -> None:
    for index, column in enumerate(each.columns):
        if is_channel(column) and _stem(column) == stem:
            each.columns[index] = stem + label + column[len(stem) :]


def _number(found: Sequence[Guess]) -> None:
    """What is still called the same is numbered."""
    names: dict[str, int] = {}
    for each in found:
        for index, column in enumerate(each.columns):
            if not is_channel(column):
                continue
            names[column] = names.get(column, 0) + 1
            if names[column] > 1:
                each.columns[index] = f"{column}_{names[column]}"
