"""Everything that can be watched: what control tells, and the rows of the scope, as OSC messages."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gesturemap import commands as c
from gesturemap.demonstrations import LAYERS, PIECE
from gesturemap.engine.scope import ScopeReader
from gesturemap.errors import FileError
from gesturemap.frames import Values
from gesturemap.outputs.osc_words import word
from gesturemap.remote.words import ROOT
from gesturemap.wire import osc

LONGEST = 1000
"""Characters of a text."""
MOST_COUNTERS = 500
COUNTERS = f"{ROOT}/counters/"
TEXTS = {str: "s", bool: "T", int: "i", float: "f"}


def named(document: Mapping[str, Any]) -> str:
    """What the project that plays is called from outside: its folder's name; where nobody has given it one, its own."""
    head = document["project"]
    unnamed = head["writable"] and not head["named"]
    return str(head["name"] if unnamed else Path(head["path"]).name)


def scene(document: Mapping[str, Any]) -> str:
    """What the scene that plays is called, as the word ``scene`` takes it: without a setlist its folder's name."""
    scenes, number = document.get("scenes", ()), document.get("scene", 0)
    return str(scenes[number - 1]["name"]) if 1 <= number <= len(scenes) else named(document)


def _ready(document: Mapping[str, Any]) -> str:
    compared = document.get("compared", {})
    return str(compared["what"]) if compared.get("ready") else ""


def _offer(document: Mapping[str, Any]) -> list[str]:
    offer = document.get("offer", {})
    return [offer.get("name", ""), offer.get("what", "")]


STATE: dict[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {
    "project": ("the project that plays", named),
    "scene": ("the scene that plays; without a setlist, the project", scene),
    "saved": ("it has a place of its own", lambda d: bool(d["project"]["saved"])),
    "recording": ("the gesture that is being recorded", lambda d: d["recording"]),
    "playing": ("the demonstration that plays in place of the sensor", lambda d: d["playing"]),
    "training": ("the model is being fitted", lambda d: bool(d["training"])),
    "evaluating": ("it is being evaluated", lambda d: bool(d["evaluating"])),
    "asking": ("the question that is being answered", lambda d: d.get("asking", "")),
    "compared": (
        "a or b, whichever is heard while two ways of playing are compared",
        lambda d: d.get("compared", {}).get("heard", ""),
    ),
    "compared_with": ("how b differs; empty until it is ready", _ready),
    "offer": ("what compare would compare with: its name, and how it differs", _offer),
    "stale": ("what was demonstrated has changed since", lambda d: bool((d["trained"] or {}).get("stale"))),
    "running": ("the outputs play", lambda d: bool(d["running"])),
    "sound_on": ("the built-in sound is on", lambda d: bool(d["sound_on"])),
    "volume": ("of the built-in sound", lambda d: float(d["volume"])),
    "locked": ("the stage lock is on", lambda d: bool(d["locked"])),
    "undo": ("what undo takes back", lambda d: d["undo"] or ""),
    "redo": ("what redo does again", lambda d: d["redo"] or ""),
    "gestures": ("the vocabulary", lambda d: [gesture["label"] for gesture in d["gestures"]]),
    "demonstrations": (
        "how many each gesture has, in order",
        lambda d: [len(gesture["demonstrations"]) for gesture in d["gestures"]],
    ),
    "layers": (
        "the layers that are learned from",
        lambda d: [each for each in LAYERS if each not in d.get("layers", {}).get("off", ())],
    ),
    "records": (
        "the layer that new recordings belong to",
        lambda d: d.get("layers", {}).get("records", PIECE),
    ),
    "labels": (
        "the gestures of the model that plays",
        lambda d: list((d["trained"] or {}).get("labels", ())),
    ),
    "messages": (
        "what its training said that asks for attention",
        lambda d: list((d["trained"] or {}).get("messages", ())),
    ),
    "notes": (
        "what it chose and why, and what its dial costs",
        lambda d: list((d["trained"] or {}).get("notes", ())),
    ),
    "model": ("its kind", lambda d: str(d["model"].get("kind", ""))),
    "going": ("gestures that have begun and not ended", lambda d: list(d["going"])),
    "input": ("where the sensor is waited for", lambda d: d["input_address"]),
    "input_fault": ("why the sensor is not open", lambda d: d["input_fault"]),
}
"""Value -> what it is, and where it stands in the document of `State`."""
GROUPS = {
    "time": "of the frame, s",
    "winner": "the most likely gesture; empty: none",
    "posterior": "of each gesture, 0..1",
    "progress": "how far each gesture is through, 0..1",
    "fit": "how well each gesture fits; below 0.5 is none of these",
    "log_likelihoods": "of each gesture",
    "outputs": "what the model says for each of its outputs",
    "deviations": "how sure each of them is",
    "controls": "what the outputs were sent",
    "inputs": "the sensor's channels",
    "features": "what the model sees",
}
"""Group of the scope -> what it is."""


class Item(NamedTuple):
    """One value as it is now."""

    address: str
    tags: str
    arguments: tuple[Any, ...]
    doc: str

    def packet(self) -> bytes:
        """As an OSC message."""
        return osc.build(self.address, *self.arguments, tags=self.tags)


def item(name: str, doc: str, *values: Any) -> Item:
    """A value of texts, numbers and truths, None being none of them; `name` stands behind ``/gesturemap/``."""
    tags: list[str] = []
    arguments: list[Any] = []
    for value in values:
        if isinstance(value, bool):
            tags.append("T" if value else "F")
            arguments.append(value)
        elif isinstance(value, int):
            tags.append("i" if -(2**31) <= value < 2**31 else "h")
            arguments.append(max(-(2**63), min(2**63 - 1, value)))
        elif isinstance(value, float):
            tags.append("f")
            arguments.append(value)
        elif value is None:
            tags.append("N")
            arguments.append(value)
        else:
            tags.append("s")
            arguments.append(str(value).replace("\0", " ")[:LONGEST])
    return Item(f"{ROOT}/{name}", "".join(tags), tuple(arguments), doc)


class Board:
    """The newest of everything."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        """By address."""
        self.document: dict[str, Any] = {}
        """That of the last `State`."""
        self.estimates = Estimates()

    @property
    def project(self) -> str:
        """The project that plays, as it stands in an address."""
        return word(named(self.document)) if self.document else ""

    def take(self, notice: c.Message) -> list[Item]:
        """What changed by this, or happened."""
        if isinstance(notice, c.State):
            self.document = notice.document
            return self._changed(state_items(notice.document))
        if isinstance(notice, c.Status):
            counted = list(counter_items(notice.figures))
            there = {one.address for one in counted}
            gone = [a for a in self.items if a.startswith(COUNTERS) and a not in there]
            for address in gone:  # a sender of which nothing is counted any more
                del self.items[address]
            return self._changed(counted)
        if isinstance(notice, c.ScopeOpened):
            self.estimates.open(notice.path)
            return []
        happened = list(happened_items(notice))
        self.items |= {one.address: one for one in happened}
        return happened

    def _changed(self, items: Iterable[Item]) -> list[Item]:
        changed = [one for one in items if self.items.get(one.address) != one]
        self.items |= {one.address: one for one in changed}
        return changed

    def value(self, name: str) -> Item | None:
        """One value by what stands behind ``/gesturemap/``."""
        if name.startswith("estimate/"):
            return next((one for one in self.estimates.items() if one.address == f"{ROOT}/{name}"), None)
        return self.items.get(f"{ROOT}/{name}")

    def every(self) -> list[Item]:
        """All values as they are now."""
        return [*self.items.values(), *self.estimates.items()]


def state_items(document: Mapping[str, Any]) -> Iterator[Item]:
    """What is so now."""
    for name, (doc, read) in STATE.items():
        value = read(document)
        yield item(f"state/{name}", doc, *(value if isinstance(value, list) else [value]))
    for name, state in document["processes"].items():
        yield item(f"state/process/{word(name)}", "how this process is", state)


def counter_items(figures: Mapping[str, Any]) -> Iterator[Item]:
    """Every number among the figures; those of a table stand behind its name."""
    rows: list[tuple[str, Any]] = []

    def walk(name: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                walk(f"{name}/{word(str(key))}" if name else word(str(key)), inner)
        elif isinstance(value, int | float | str) and len(rows) < MOST_COUNTERS:
            rows.append((name, value))

    walk("", figures)
    for name, value in rows:
        if not isinstance(value, float) or math.isfinite(value):
            yield item(f"counters/{name}", "", value)


def happened_items(notice: c.Message) -> Iterator[Item]:
    """What has just happened."""
    if isinstance(notice, c.Happened):
        what = item(f"events/{word(notice.kind)}", "gesture, strength, time in s", notice.label, notice.value)
        yield what._replace(tags="sfd", arguments=(*what.arguments, notice.time))
    elif isinstance(notice, c.Recorded) and notice.written:
        yield item(
            "events/recorded",
            "id, gesture, frames, seconds of a new demonstration; start, end of what is learned (0: to its last)",
            notice.demonstration, notice.label, notice.frames,
            float(notice.seconds), float(notice.start), float(notice.end),
        )  # fmt: skip
    elif isinstance(notice, c.Trained):
        yield item(
            "events/trained", "seconds it took, and the gestures", float(notice.seconds), *notice.labels
        )
        for message in notice.messages:
            yield item("events/message", "what a training says that asks for attention", message)
        for flip in notice.changes.get("flips", ()):
            yield item(
                "events/flipped",
                "demonstration, its gesture, what it was taken for before, and is now",
                *flip,
            )
        for name, by in notice.changes.get("outputs", {}).items():
            yield item(
                "events/moved",
                "an output, and how far it moved (root mean square)",
                name,
                float(by),
            )
        if notice.changes:
            count = int(notice.changes["of"])
            yield item(
                "events/compared", "how many demonstrations were compared with the model before", count
            )
    elif isinstance(notice, c.Opened):
        yield item("events/opened", "the project that plays from now on", notice.project)
    elif isinstance(notice, c.Evaluated):
        of_all = [part for pair in notice.overall.items() for part in pair]
        of_each = [part for label, figures in notice.gestures.items() for part in (label, *figures.values())]
        yield item(
            "events/evaluated", "each figure's name and value; each gesture and its own", *of_all, *of_each
        )
        labels = notice.confusion.get("labels", ())
        for was, row in zip(labels, notice.confusion.get("rows", ()), strict=False):
            for taken, count in zip(labels, row, strict=True):
                if count and taken != was:
                    yield item(
                        "events/taken_for", "gesture, what it was taken for, how often", was, taken, count
                    )
    elif isinstance(notice, c.Progress):
        yield item(
            f"progress/{word(notice.what)}", "which part, and how far (0..1)", notice.part,
            float(notice.fraction),
        )  # fmt: skip
    elif isinstance(notice, c.Fault):
        yield item("fault", "where, and one line", notice.place, notice.text)
    elif hasattr(c, type(notice).__name__):  # whatever else is told of has its own name
        table = vars(notice)
        if all(isinstance(value, str | int | float) for value in table.values()):
            yield item(f"events/{_words(type(notice).__name__)}", ", ".join(table), *table.values())


def _words(name: str) -> str:
    """``SceneChosen``: scene_chosen."""
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()


class Estimates:
    """The engine's rows, read from the file in which anybody can watch it."""

    def __init__(self) -> None:
        self._reader: ScopeReader | None = None
        self._labels: list[str] = []
        self._templates: dict[str, osc.Template] = {}

    def open(self, path: str) -> None:
        """Read this one from now on; one that is gone by now is followed by another soon."""
        try:
            self._reader = ScopeReader(path)
        except FileError:
            self._reader = None
            return
        self._labels = self._reader.names("posterior")
        self._templates = {
            name: osc.Template(f"{ROOT}/estimate/{name}", ("d" if name == "time" else "f") * len(columns))
            for name in GROUPS
            if name in self._reader.columns and name != "winner" and (columns := self._reader.names(name))
        }

    def rows(self, most: int) -> Values | None:
        """The rows that are new since the last look, at most so many of the newest; None: there are none."""
        rows = self._reader.read(most) if self._reader is not None else None
        return rows if rows is not None and len(rows) else None

    def packets(self, row: Values) -> dict[str, bytes]:
        """Group -> its message, of one row."""
        assert self._reader is not None
        columns = self._reader.columns
        found = {name: made.build(row[columns[name]].tolist()) for name, made in self._templates.items()}
        found["winner"] = osc.build(f"{ROOT}/estimate/winner", self._winner(row))
        return found

    def _winner(self, row: Values) -> str:
        assert self._reader is not None
        number = float(row[self._reader.columns["winner"]][0])
        return self._labels[int(number)] if 0 <= number < len(self._labels) else ""

    def items(self) -> list[Item]:
        """The newest row, as values."""
        if self._reader is None or (row := self._reader.newest()) is None:
            return []
        found = [item("estimate/winner", GROUPS["winner"], self._winner(row))]
        for name in self._templates:
            values = row[self._reader.columns[name]].tolist()
            names = self._reader.names(name)
            doc = GROUPS[name] if name == "time" else f"{GROUPS[name]}: {', '.join(names)}"
            one = item(f"estimate/{name}", doc, *values)
            found.append(one._replace(tags="d") if name == "time" else one)
        return found
