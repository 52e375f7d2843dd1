"""What stands before the numbers in the GRT's files: sizes, classes, parts of a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gesturemap.errors import FileError
from gesturemap.plain import one_line
from gesturemap.project.exchange.lines import MOST_TAKES, WIDEST, whole, wrong
from gesturemap.project.xmm import kept_labels

MOST_CLASSES = 1000
HIGHEST = 2**32 - 1
UNNAMED = ("", "NOT_SET", "CLASS_LABEL_NOT_FOUND")
"""What stands where nobody named a class."""
STARTS = ("LabelledTrainingData", "Data", "LabelledTimeSeriesTrainingData", "RegressionData",
          "LabelledRegressionData", "LabelledContinuousTimeSeriesClassificationData")  # fmt: skip


@dataclass
class Head:
    """What stands before the numbers."""

    values: dict[str, str] = field(default_factory=dict)
    classes: dict[int, str] = field(default_factory=dict)
    """Number of a class -> its name."""
    parts: list[tuple[int, int, int]] = field(default_factory=list)
    """Of a stream: class, first and last sample of each part."""
    ranges: bool = False

    def whole(self, names: tuple[str, ...], low: int, high: int, place: str) -> int:
        """The whole number that stands under one of these names."""
        for name in names:
            if name in self.values:
                return whole(self.values[name], low, high, f"{place}, {name}")
        raise FileError(place, f"no {names[0]}", "GRT writes it before the data", "save it again")


def read_head(found: Iterator[tuple[int, str]], place: str) -> Head:
    """Everything up to the line after which the numbers stand."""
    head, last, ranges = Head(), "", 0
    for at, line in found:
        text, here = line.strip(), f"{place}, line {at}"
        name, colon, value = text.partition(":")
        if colon and name in STARTS and not value.strip():
            return head
        if colon and name.replace("_", "").isalpha():
            last = name
            if name not in head.values and len(head.values) < 32:
                head.values[name] = value.strip()
            head.ranges = head.ranges or (name == "UseExternalRanges" and value.strip() == "1")
        elif last == "ClassIDsAndCounters" and text:
            _class(head, text, here)
        elif last == "TimeSeriesPositionTrackers" and text:
            fields = [whole(word, 0, HIGHEST, here) for word in text.split()[:3]]
            if len(fields) != 3 or len(head.parts) >= MOST_TAKES:
                raise wrong(
                    here, text, f"class, first and last sample of at most {MOST_TAKES} parts are wanted"
                )
            head.parts.append((fields[0], fields[1], fields[2]))
        elif last == "UseExternalRanges" and text:
            ranges += 1
            if ranges > 2 * WIDEST:
                raise wrong(here, text, "the data are wanted after the ranges")
    raise FileError(place, f"no {STARTS[0]} or the like", "the numbers stand after it", "save it again")


def _class(head: Head, text: str, here: str) -> None:
    """One line of the list of classes: number, how many samples, perhaps a name."""
    fields = text.split(None, 2)
    if len(fields) < 2 or len(head.classes) >= MOST_CLASSES:
        raise wrong(here, text, f"number, count and name of at most {MOST_CLASSES} classes are wanted")
    name = fields[2].strip() if len(fields) > 2 else ""
    head.classes[whole(fields[0], 0, HIGHEST, here)] = "" if name in UNNAMED else " ".join(name.split())


def named(head: Head, owners: Iterable[int]) -> dict[int, str]:
    """What each class is called here; different ones stay different."""
    made: dict[int, str] = {}
    for owner in dict.fromkeys((*head.classes, *owners)):
        text = one_line(head.classes.get(owner, ""), 200) or f"class {owner}"
        while text in made.values():
            text = f"{text} {owner}"
        made[owner] = text
    kept = kept_labels(made.values())
    return {owner: kept[text] for owner, text in made.items()}
