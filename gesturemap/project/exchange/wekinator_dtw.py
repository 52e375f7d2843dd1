"""The gestures of a Wekinator project for dynamic time warping: their series, and the settings of the model.

``current/models/model1.xml`` is XML here, with everything; ``current/currentData.csv`` has the series alone.
Whichever is there is read; saving may have failed half-way in Wekinator, so one of them may be missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import FileError, SettingsError
from gesturemap.frames import Channel, Spec
from gesturemap.plain import counted, listed, one_line
from gesturemap.project.exchange import dtw_csv
from gesturemap.project.exchange.dtw_csv import MOST_GESTURES, Series
from gesturemap.project.exchange.guarded_xml import Tag, read_xml
from gesturemap.project.exchange.imported import Takes
from gesturemap.project.exchange.lines import own, wrong
from gesturemap.project.xmm import kept_labels
from gesturemap.wire.osc import check_address

NOT_SERIES = frozenset(
    {
        "downsampledTimeSeries",
        "timeReadings",
        "hashCode",
        "examplesForIds",
        "examplesInOrder",
        "deletedExamplesInOrder",
    }
)
"""Parts of the model's file that say what others say too."""
LARGEST = 2**31 - 1
MOST_FRAMES = 100_000
POLICIES = {
    "DOWNSAMPLE_TO_MAX_LENGTH": "length", "DOWNSAMPLE_BY_CONSTANT_FACTOR": "rate", "NO_DOWNSAMPLING": "none",
}  # fmt: skip

Table = dict[str, Any]


@dataclass(frozen=True)
class Warping:
    """Settings of the model, the gestures, their demonstrations, what was taken and what not."""

    model: Table
    gestures: tuple[str, ...]
    demonstrations: tuple[Demonstration, ...]
    taken: tuple[str, ...]
    left: tuple[str, ...]


def read_project(folder: Path, output: Tag, inputs: tuple[str, ...], rate: float) -> Warping:
    """The gestures of the project in a folder.

    Parameters
    ----------
    output : the project's only output, as it is set up.
    """
    count = output.get("numGestures").whole(1, MOST_GESTURES)
    called = [child.text for child in output.get("gestureNames").children()]
    addresses = [child.text for child in output.get("gestureOscMessages").children()]
    if not len(called) == len(addresses) == count:
        raise wrong(
            output.place, f"{len(called)} names, {len(addresses)} addresses", f"{count} gestures want them"
        )
    kept = kept_labels(called)
    if len(kept) < count:
        raise wrong(output.place, "a name twice", "each gesture has a name of its own")
    gestures = tuple(kept.values())
    left = [f"'{one_line(was, 60)}' is called '{now}' here" for was, now in kept.items() if was != now]
    addresses = _addresses(addresses, left)
    path = own(folder, "current", "models", "model1.xml")
    csv = own(folder, "current", "currentData.csv")
    model: Tag | None = None
    settings: Table = {}
    try:
        model = read_xml(path, NOT_SERIES)
        settings = _settings(model, inputs, gestures, left)
    except FileError as error:
        left.append(f"settings of the model, so Wekinator's defaults are taken: {error}")
    if csv.exists():
        _, series = dtw_csv.read(csv)
        source = csv
    elif model is not None:
        series, source = _series(model, len(inputs)), path
    else:
        series, source = [], csv
        left.append(f"examples: there is no {csv}")
    numbered = {str(number): gesture for number, gesture in enumerate(gestures, 1)}
    made = demonstrations(source, series, numbered, inputs, rate)
    taken = (
        f"{counted(count, 'gesture')}: {listed(gestures)}",
        f"{counted(len(made), 'example')}, from {source.name}; Wekinator keeps no times: {rate:g} Hz is taken",
    )
    return Warping(table(gestures, addresses, settings), gestures, made, taken, tuple(left))


def _addresses(said: list[str], left: list[str]) -> list[str]:
    """The OSC address that tells of each gesture; Wekinator's own where one cannot be sent, or is there twice."""
    made: list[str] = []
    for number, text in enumerate(said, 1):
        try:
            address = check_address(text, "address")
        except SettingsError:
            address = ""
        if not address or address in made or address in said[number:]:
            address = f"/output_{number}"
            left.append(f"message '{one_line(text, 60)}' of gesture {number}: it is {address} here")
        made.append(address)
    return made


def table(gestures: tuple[str, ...], addresses: Sequence[str], settings: Table) -> Table:
    """The model's table in ``project.toml``."""
    return {"kind": "wekinator_dtw", "gestures": list(gestures), "addresses": list(addresses), **settings}


def demonstrations(
    path: Path, series: list[Series], gestures: dict[str, str], inputs: tuple[str, ...], rate: float
) -> tuple[Demonstration, ...]:
    """A demonstration for each series of a gesture that there is."""
    spec, takes = Spec(tuple(map(Channel, inputs))), Takes(str(path), rate)
    for index, (gesture, values) in enumerate(series, 1):
        place = f"{path}, example {index}"
        if gesture not in gestures:
            raise wrong(place, f"gesture {gesture}", f"one of {listed(gestures)} is wanted")
        if values.shape[1] != len(inputs):
            raise wrong(place, f"{values.shape[1]} inputs", f"{len(inputs)} are wanted: {listed(inputs)}")
        takes.add(gestures[gesture], spec, values, note=f"from {path.name}")
    return tuple(takes.made)


def _settings(root: Tag, inputs: tuple[str, ...], gestures: tuple[str, ...], left: list[str]) -> Table:
    """The model's settings."""
    if root.name != "DtwModel":
        raise wrong(root.place, f"<{root.name}>", "<DtwModel> is wanted")
    own = root.get("settings")
    once = (
        own.get("runningType").one_of("LABEL_CONTINUOUSLY", "LABEL_ONCE_PER_RECORD")
        == "LABEL_ONCE_PER_RECORD"
    )
    constant = (
        own.get("minimumLengthRestriction").one_of("SET_FROM_EXAMPLES", "SET_CONSTANT") == "SET_CONSTANT"
    )
    policy = own.get("downsamplePolicy").one_of(*POLICIES)
    made: Table = {
        "threshold": max(root.get("matchThreshold").number(), 0.0),
        "running": "once" if once else "continuous",
        "shortest": "constant" if constant else "example",
        "least": _frames(own.get("minAllowedGestureLength")),
        "hop": _frames(own.get("hopSizeForContinuousSearch")),
        "downsample": POLICIES[policy],
        "length": _frames(own.get("downsampleMaxLength")),
        "rate": _frames(own.get("downsampleFactor")),
    }
    left.append(f"match width {own.get('matchWidth').whole(0, LARGEST)}: the search is exact here")
    seen = [child.flag() for child in root.get("selectedInputs").children()]
    if len(seen) != len(inputs) or not any(seen):
        left.append(
            f"which inputs count: {len(seen)} switches for {counted(len(inputs), 'input')}; all count here"
        )
    elif not all(seen):
        made["inputs"] = [name for name, on in zip(inputs, seen, strict=True) if on]
    matching = [child.flag() for child in root.get("isGestureActive").children()]
    if len(matching) == len(gestures) and not all(matching):
        made["off"] = [name for name, on in zip(gestures, matching, strict=True) if not on]
    return made


def _frames(tag: Tag) -> int:
    """A number of frames."""
    return max(tag.whole(0, MOST_FRAMES), 1)


def _series(root: Tag, width: int) -> list[Series]:
    """All examples, gesture by gesture, from the model's own file."""
    made: list[Series] = []
    for gesture, group in enumerate(root.get("data").get("allExamples").children(), 1):
        for example in group.children():
            points = list(example.get("timeSeries").get("tsArray").children())
            rows = [[value.number() for value in point.get("measurements").children()] for point in points]
            if any(len(row) != width for row in rows):
                raise wrong(example.place, "a sample of another width", f"{width} values in each are wanted")
            if rows:
                made.append((str(gesture), np.array(rows)))
    return made
