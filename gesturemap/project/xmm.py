"""Training sets of XMM as JSON, read and written; `xmm_model` reads its models.

XMM's phrases have no time stamps; a rate says how far apart frames lie. Bimodal phrases are channels and
outputs. Source of the form: ircam-ismm/xmm, ``toJson`` of Phrase and TrainingSet, version 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.demonstrations import EMPTY, LARGEST, LONGEST_LABEL, Demonstration, checked_label
from gesturemap.errors import FileError, SettingsError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.plain import counted, folded, printable
from gesturemap.project.disk import write_file
from gesturemap.project.takes import new_id

MOST_BYTES = 128 * 1024 * 1024
"""Of a file."""
MOST_PARTS = 4_000_000
"""Lists, tables and texts of a file: each takes many times the room that it has there."""
MOST = 100_000
"""Phrases, gestures, states or Gaussians of a file."""
WIDEST = 4096
"""Channels and outputs."""
LONGEST = 200
"""Characters of a name."""
FEWEST = 2
"""Frames of a phrase that is taken; one with outputs may be a single example."""
SHOWN = 8
"""Phrases that are not taken and named."""
NEXT = "export it from XMM again"


@dataclass(frozen=True)
class Node:
    """One value of a JSON file and where it stands; every look inside is checked."""

    value: Any
    place: str

    def wrong(self, wanted: str, next_step: str = NEXT) -> FileError:
        """The error that says what is wanted here instead."""
        shown = repr(self.value)
        return FileError(self.place, shown if len(shown) <= 60 else f"{shown[:57]}...", wanted, next_step)

    def has(self, key: str) -> bool:
        """Whether it is a table with this key."""
        return isinstance(self.value, dict) and key in self.value

    def get(self, key: str) -> Node:
        """What stands under a key.

        Raises
        ------
        FileError
            If nothing does.
        """
        if not isinstance(self.value, dict):
            raise self.wrong(f"a table with '{key}' is wanted")
        if key not in self.value:
            raise FileError(self.place, f"no '{key}'", "XMM writes it", NEXT)
        return Node(self.value[key], f"{self.place}, {key}")

    def items(self) -> Iterator[Node]:
        """The items of a list."""
        if not isinstance(self.value, list) or len(self.value) > MOST:
            raise self.wrong(f"a list of at most {MOST} items is wanted")
        for index, item in enumerate(self.value):
            yield Node(item, f"{self.place}[{index}]")

    def whole(self, low: int, high: int) -> int:
        """A whole number in a range."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(f"a whole number from {low} to {high} is wanted")
        return value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("true or false is wanted")
        return self.value

    def text(self) -> str:
        """A short text."""
        if not isinstance(self.value, str) or len(self.value) > LONGEST:
            raise self.wrong(f"a text of at most {LONGEST} characters is wanted")
        if not printable(self.value):
            raise self.wrong("a text without line breaks and other control characters is wanted")
        return self.value

    def label(self) -> str:
        """The name of a gesture, single spaces between its words."""
        return " ".join(self.text().split())

    def numbers(self, *counts: int) -> Values:
        """A list of finite numbers, as many as one of the counts, none beyond what can be learned from."""
        wanted = " or ".join(str(count) for count in counts)
        if not isinstance(self.value, list) or len(self.value) not in counts:
            found = f"{len(self.value)} values" if isinstance(self.value, list) else repr(self.value)[:60]
            raise FileError(self.place, found, f"a list of {wanted} numbers is wanted", NEXT)
        plain = all(isinstance(value, int | float) and not isinstance(value, bool) for value in self.value)
        try:
            array = np.array(self.value if plain else [np.nan], float)
        except OverflowError:
            array = np.array([np.nan])
        if not (np.abs(array) <= LARGEST).all():
            bad = next((i for i, v in enumerate(self.value) if isinstance(v, bool) or not _usable(v)), 0)
            raise FileError(
                f"{self.place}[{bad}]", repr(self.value[bad])[:60],
                f"a finite number, at most {LARGEST:g}, is wanted", NEXT,
            )  # fmt: skip
        return array


def _usable(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= LARGEST


def read_json(path: Path) -> Node:
    """A JSON file, not too large.

    Raises
    ------
    FileError
        If it cannot be read or is no JSON, naming the line.
    """
    place = str(path)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise FileError(place, f"{size} bytes", f"at most {MOST_BYTES} are read", "split it")
        with path.open("rb") as file:
            data = file.read(size)
        parts = data.count(b"[") + data.count(b"{") + data.count(b'"') // 2
        if parts > MOST_PARTS:
            raise FileError(
                place, f"{parts} lists, tables and texts", f"at most {MOST_PARTS} are read", "split it"
            )
        root = json.loads(data)
    except OSError as error:
        raise FileError(
            place, error.strerror or str(error), "a file of XMM is wanted", "check the path"
        ) from error
    except json.JSONDecodeError as error:
        raise FileError(place, str(error), "a JSON file is wanted", NEXT) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise FileError(place, f"broken: {error}"[:120], "a JSON file is wanted", NEXT) from error
    node = Node(root, place)
    if not isinstance(root, dict):
        raise node.wrong("a training set or a model of XMM is wanted")
    return node


def is_training_set(root: Node) -> bool:
    """Whether a file holds phrases: a set of them, or one."""
    return root.has("phrases") or root.has("data") or root.has("data_input")


def kept_labels(labels: Iterable[str]) -> dict[str, str]:
    """What each gesture is called here, where names are shorter; different ones stay different."""
    kept: dict[str, str] = {}
    for label in dict.fromkeys(labels):
        name, number = cut(label), 1
        while name in kept.values():
            number += 1
            name = cut(label, f" {number}")
        kept[label] = name
    return kept


def cut(label: str, more: str = "") -> str:
    """A label of at most `LONGEST_LABEL` bytes, `more` at its end."""
    room = LONGEST_LABEL - len(more.encode())
    short = label.encode("utf-8", "replace")[:room].decode("utf-8", "ignore").strip(" \u200d") or "gesture"
    return checked_label(short + more)


def renamed(kept: dict[str, str]) -> tuple[str, ...]:
    """Which gestures are called otherwise here, for a person to read."""
    return tuple(
        f"'{label}' is called '{name}' here: names have at most {LONGEST_LABEL} bytes"
        for label, name in kept.items()
        if label != name
    )


def labels_of(root: Node) -> dict[str, str]:
    """`kept_labels` of the phrases of a training set that hold something."""
    return kept_labels(phrase.get("label").label() for phrase in _phrases(root) if not _short(phrase))


def _short(phrase: Node) -> bool:
    return _length(phrase) < (1 if shape_of(phrase).bimodal else FEWEST)


def left(root: Node) -> tuple[str, ...]:
    """Which phrases of a training set are not taken and why, for a person to read."""
    short = [number for number, phrase in enumerate(_phrases(root)) if _short(phrase)]
    if not short:
        return ()
    which = ", ".join(folded([f"phrases[{number}]" for number in short], SHOWN, "{} more"))
    return (f"{counted(len(short), 'phrase')} of less than {FEWEST} frames, which are no movement: {which}",)


def _phrases(root: Node) -> list[Node]:
    """Those of a training set, or the one that a file is."""
    return list(root.get("phrases").items()) if root.has("phrases") else [root]


def _length(phrase: Node) -> int:
    """Its frames."""
    return phrase.get("length").whole(0, MOST_BYTES)


@dataclass(frozen=True)
class Shape:
    """How many columns there are, how many of them are channels, and what they are called."""

    channels: tuple[Channel, ...]
    outputs: tuple[Channel, ...]
    bimodal: bool


def shape_of(node: Node) -> Shape:
    """The columns of a training set, a phrase or a model."""
    bimodal = node.get("bimodal").flag() if node.has("bimodal") else False
    width = node.get("dimension").whole(2 if bimodal else 1, WIDEST)
    inputs = node.get("dimension_input").whole(1, width - 1) if bimodal else width
    key = "colum_names" if node.has("colum_names") else "column_names"  # so misspelt by early versions
    texts = [""] * width
    if node.has(key) and node.get(key).value is not None:
        found = [item.text() for item in node.get(key).items()][:width]
        texts[: len(found)] = found
    return Shape(named(texts[:inputs], "in"), named(texts[inputs:], "out"), bimodal)


def named(texts: Sequence[str], else_: str) -> tuple[Channel, ...]:
    """Channels of these names; numbered ones if a name is missing or there twice."""
    try:
        made = tuple(Channel.parse(text) for text in texts)
    except SettingsError:
        made = ()
    if len({channel.name for channel in made}) < len(texts):
        made = tuple(Channel(f"{else_}_{index + 1}") for index in range(len(texts)))
    return made


def demonstrations(root: Node, rate: float) -> tuple[Demonstration, ...]:
    """The phrases of a training set, or one phrase, as demonstrations with frames `rate` a second.

    Raises
    ------
    FileError
        Naming what is not right and where.
    """
    phrases = _phrases(root)
    if not phrases:
        raise FileError(root.place, "no phrases", "a training set with at least one is wanted", NEXT)
    shape = shape_of(root)
    made: list[Demonstration] = []
    taken: set[str] = set()
    labels = labels_of(root)
    for phrase in phrases:
        own = shape_of(phrase)
        if (own.bimodal, len(own.channels), len(own.outputs)) != (
            shape.bimodal,
            len(shape.channels),
            len(shape.outputs),
        ):
            raise FileError(
                phrase.place,
                f"{len(own.channels)} channels and {len(own.outputs)} outputs",
                f"the set has {len(shape.channels)} and {len(shape.outputs)}",
                NEXT,
            )
        if _short(phrase):
            continue  # see `left`
        length = _length(phrase)
        width, wide = len(shape.channels), len(shape.outputs)
        values = phrase.get("data_input" if shape.bimodal else "data").numbers(length * width)
        targets = phrase.get("data_output").numbers(length * wide) if shape.bimodal else None
        label = labels[phrase.get("label").label()]
        identity = new_id(label, taken)
        taken.add(identity)
        made.append(
            Demonstration(
                identity,
                label,
                Spec(shape.channels, rate),
                np.arange(length) / rate,
                values.reshape(length, width),
                shape.outputs,
                targets.reshape(length, wide) if targets is not None else EMPTY,
                "from XMM",
            )
        )
    if not made:
        raise FileError(
            root.place, f"only phrases of less than {FEWEST} frames", "one of more is wanted", NEXT
        )
    return tuple(made)


def training_set(made: Sequence[Demonstration]) -> dict[str, Any]:
    """Demonstrations as XMM's table of a training set; time stamps are left behind, XMM has none."""
    first = made[0]
    width, outputs = first.spec.width, first.outputs
    names = [str(channel) for channel in (*first.spec.channels, *outputs)]
    head = {
        "bimodal": bool(outputs),
        "dimension": width + len(outputs),
        "dimension_input": width if outputs else 0,
    }
    phrases = []
    for index, one in enumerate(made):
        data = {"data": one.values.ravel().tolist()}
        if outputs:
            data = {"data_input": one.values.ravel().tolist(), "data_output": one.targets.ravel().tolist()}
        phrases.append(
            {**head, "index": index, "label": one.label, "length": len(one), "column_names": names, **data}
        )
    # Early versions read the names under a misspelt key.
    return {**head, "column_names": names, "colum_names": names, "phrases": phrases}


def write_training_set(made: Sequence[Demonstration], path: Path) -> None:
    """Write demonstrations, all of the same channels, as a training set that XMM reads.

    Raises
    ------
    FileError
        If there are none, they do not fit together, or the file cannot be written.
    """
    if not made:
        raise FileError(str(path), "no demonstration", "at least one is wanted", "record a gesture first")
    if any(np.isnan(one.targets).any() for one in made):
        raise FileError(
            str(path), "outputs that were not recorded in some frames", "XMM wants every number",
            "export as FILE.arff",
        )  # fmt: skip
    for other in made[1:]:
        if other.spec.names != made[0].spec.names or other.outputs != made[0].outputs:
            raise FileError(
                f"demonstration {other.id}",
                f"channels {', '.join(other.spec.names)}",
                f"demonstration {made[0].id} has {', '.join(made[0].spec.names)}; XMM knows one set of columns",
                "export demonstrations of one sensor",
            )
    write_file(path, json.dumps(training_set(made)).encode())
