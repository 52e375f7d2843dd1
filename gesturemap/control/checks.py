"""What is wrong with a project, before it plays."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap import addresses
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.hearing import state_of
from gesturemap.errors import CommandError, DataError, DeviceError, FileError, GesturemapError, SettingsError
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Channel, Spec
from gesturemap.inputs.input import Checked, Input
from gesturemap.mapping.mapping import Mapping, Source, begun, told
from gesturemap.models import store
from gesturemap.models.model import fewest, gaps, needs_outputs
from gesturemap.plain import counted, shell
from gesturemap.project.project import Project
from gesturemap.project.read import read_model
from gesturemap.project.takes import file_name
from gesturemap.synth.describe import CHANNELS
from gesturemap.units import PLAIN, dimension

NAMED = 3
"""Files that are named where many are wrong."""


def untaught(project: Project, place: str) -> DataError:
    """Why there is nothing that it learns from, and what to do."""
    there = bool(project.demonstrations)
    return DataError(
        place,
        f"nothing is learned from: {'every demonstration is left out' if there else 'no demonstration'}",
        "a model is learned from at least one",
        "use one again, or a layer that is off" if there else "record a gesture first",
    )


def learnable(demonstration: Demonstration, learner: Any) -> Demonstration:
    """Return it if such a learner can learn from it.

    Raises
    ------
    DataError
        If a value is no number, or it has too few frames: less than two are no movement.
    """
    least = fewest(learner)
    if len(demonstration) < least:  # before all else: what is not kept cannot be deleted
        raise DataError(
            f"demonstration {demonstration.id} of '{demonstration.label}'",
            counted(len(demonstration), "frame") if len(demonstration) else "no frames",
            f"a movement has at least {least}",
            "record a longer one while the sensor sends",
        )
    return demonstration.check(gaps(learner))


def regressing(project: Project, learner: Any) -> None:
    """Refuse a learner of outputs alone where gestures were demonstrated without any.

    Raises
    ------
    CommandError
        If it is so. Where nothing is demonstrated yet, outputs may come.
    """
    if not needs_outputs(learner) or not project.shown or any(d.outputs for d in project.shown):
        return
    raise CommandError(
        "model",
        repr(learner.kind),
        "it learns outputs, and no demonstration here has any",
        "choose a recogniser such as auto or hhmm, or make a new project that learns a sound "
        "(gesturemap new FOLDER --sound FILE)",
    )


def chained(before: Project, now: Project, given: Spec | None = None) -> None:
    """Refuse features that could not work on what comes in where those before could.

    Parameters
    ----------
    given : what the input gives now; where nobody knows, what is demonstrated counts, or what the input is to give.

    Raises
    ------
    SettingsError
        Saying which one by its number. Where nothing is known of what will come, all may be right.
    """
    comes = given if given is not None and given.channels else now.shown[0].spec if now.shown else None
    if comes is None or now.features == before.features:
        return
    try:
        ChainRun(before.features, comes)
    except GesturemapError:
        return  # they were made for another sensor
    try:
        ChainRun(now.features, comes)
    except SettingsError:
        other = now.input.check() if comes is not given and isinstance(now.input, Checked) else None
        if other is None or other.names == comes.names:
            raise
        ChainRun(now.features, other)


def mapped(before: Project, now: Project) -> None:
    """Refuse a mapping that no model of what is demonstrated could move; one that stood there before is no matter.

    Raises
    ------
    SettingsError
        If a gesture, an output or a feature that it names is not there, or another mapping sets its control. Where
        nothing is demonstrated yet, all of them may come.
    """
    idle = [mapping for mapping, _ in _idle(before)]
    for mapping, error in _idle(now):
        if mapping not in idle:
            raise error


def _idle(project: Project) -> Iterator[tuple[Mapping, GesturemapError]]:
    """The mappings that could not begin, and why."""
    if not project.shown:
        return
    try:
        features = ChainRun(project.features, project.shown[0].spec).spec
    except GesturemapError:
        return  # which is said of the features
    labels = project.gestures
    outputs = tuple(dict.fromkeys(output for each in project.shown for output in each.outputs))
    source = Source(labels, outputs, features, told=told(project.mapping, labels), vocabulary=labels)
    owners: dict[str, int] = {}
    for number, mapping in enumerate(project.mapping):
        try:
            begun(mapping, source, number, owners)
        except GesturemapError as error:
            yield mapping, error


def troubles(project: Project, warnings: Sequence[str]) -> list[str]:
    """One line for everything in the vocabulary that cannot be learned from.

    Parameters
    ----------
    warnings : what reading the project has said already.
    """
    found = list(warnings)
    if not project.shown:
        found.append(str(untaught(project, f"{project.name}, vocabulary")))
    for demonstration in project.shown:
        try:
            learnable(demonstration, project.learner)
        except GesturemapError as error:
            found.append(str(error))
    return found + strangers(project.shown) + dead(project.shown)


def strangers(demonstrations: Sequence[Demonstration]) -> list[str]:
    """One line for each demonstration that has other channels or outputs than most."""
    kinds = Counter((d.spec.names, d.outputs) for d in demonstrations)
    if len(kinds) < 2:
        return []
    usual = kinds.most_common(1)[0][0]
    return [
        str(DataError(
            f"demonstration {d.id} of '{d.label}'", _columns(d.spec.names, d.outputs),
            f"most have {_columns(*usual)}", "record it again with the sensor of the others, or delete it",
        ))
        for d in demonstrations
        if (d.spec.names, d.outputs) != usual
    ]  # fmt: skip


def fitting(project: Project, given: Sequence[str]) -> None:
    """Refuse to record from an input that gives (nothing: not known yet) other channels than the demonstrations have.

    Raises
    ------
    DataError
        If no model could be trained with what would be recorded.
    """
    others = [d for d in project.shown if given and d.spec.names != tuple(given)]
    if not others:
        return
    files = [f"demonstrations/{file_name(d.id)}" for d in others]
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    raise DataError(
        "recording with another sensor",
        f"this sensor gives {', '.join(given)}",
        f"the demonstrations have {', '.join(others[0].spec.names)}, and no model learns from both: "
        f"{', '.join(files[:NAMED])}{more} (gesturemap demonstrations lists and deletes them)",
        "name the channels in [input] as they were, begin a new project, or delete those demonstrations",
    )


def agreeing(project: Project, outputs: Sequence[str] = ()) -> None:
    """Refuse to record with other outputs than the demonstrations have: no model learns from both.

    Parameters
    ----------
    outputs : names of what is heard in the sound that goes along; none: no sound does.

    Raises
    ------
    CommandError
        If it is so. Where the demonstrations there do not agree themselves, recording without a sound is not refused;
        nor in a project that is taught by control words, whose outputs come from them.
    """
    everyday = getattr(project.learner, "everyday", "") if outputs else ""
    others = {tuple(each.name for each in d.outputs) for d in project.shown if d.label != everyday}
    have = " and ".join(", ".join(other) or "no sound" for other in sorted(others))
    if outputs and others - {tuple(outputs)}:
        raise CommandError(
            "recording",
            f"{', '.join(outputs)} of the sound, where the demonstrations there are have {have}",
            "all have the same outputs",
            "record without a sound (with: no sound), or make a new project (gesturemap new FOLDER --sound FILE)"
            if () in others
            else "make a new project (gesturemap new FOLDER --sound FILE), or delete those demonstrations",
        )
    if not outputs and others and () not in others and state_of(project) is None:
        sounding = any(set(other) <= set(CHANNELS) for other in others)
        raise CommandError(
            "recording",
            f"no sound goes along, where the demonstrations there are have {have}",
            "all have the same outputs",
            "choose a sound to record with (in the window: with; in a shell: --with FILE), or make a new project"
            if sounding
            else "set them by hand (with: by hand), import demonstrations that have them, make a new project, "
            "or leave those out (D)",
        )


def _columns(names: Sequence[str], outputs: Sequence[Channel]) -> str:
    behind = f", outputs {', '.join(output.name for output in outputs)}" if outputs else ""
    return f"channels {', '.join(names)}{behind}"


def dead(demonstrations: Sequence[Demonstration]) -> list[str]:
    """A line if no channel ever has another value, in any demonstration."""
    rows = [d.values for d in demonstrations if len(d)]
    if not rows or len({row.shape[1] for row in rows}) > 1:
        return []
    low, high = (np.array([side(row, axis=0) for row in rows]) for side in (np.min, np.max))
    if (low.min(0) < high.max(0)).any():
        return []
    return [
        str(DataError(
            "demonstrations", f"no channel ever changes: {', '.join(demonstrations[0].spec.names)}",
            "gestures are told by what changes", "look whether the sensor sends what moves, then record again",
        ))
    ]  # fmt: skip


def saved_model(folder: Path) -> list[str]:
    """One line where a model was saved with the project and cannot be played."""
    path = folder / "model.npz"
    if not path.exists():
        return []
    try:
        data = read_model(folder, "")
        if data is None:
            raise DataError(str(path), "it cannot be read: model.txt beside it is of another", "", "")
        store.unpack(data, str(path))
    except GesturemapError as error:
        again = f"nothing has to be done, or: gesturemap train {shell(str(folder))}"
        return [
            str(DataError(str(path), error.value, "it is fitted again when the project is opened", again))
        ]
    return []


def source(project: Project) -> list[str]:
    """Lines for what is wrong with the input, or between it and what comes after it, as far as no device is needed.

    They are what playing would say: the features are started on the channels of the input, and what comes of them
    is compared with what comes of the demonstrations, from which the model is learned.
    """
    if not isinstance(project.input, Checked):
        return []
    try:
        spec = project.input.check()
    except GesturemapError as error:
        return [str(error)]
    shown = project.shown[0].spec if project.shown else None
    if spec is None or (shown is not None and spec.names == shown.names):
        return []
    found: list[str] = []
    given = _after(project, spec, found)
    if shown is None:
        return found
    wanted = _after(project, shown, [])
    if given is not None and wanted is not None and given == wanted:
        return found  # features that make the same of both
    found.append(str(SettingsError(
        f"input {project.input.kind}", f"it gives {', '.join(spec.names)}",
        f"the demonstrations have {', '.join(shown.names)}",
        "write the layout they were recorded with, or record again",
    )))  # fmt: skip
    return found


def openable(before: Input, now: Input) -> None:
    """Refuse settings of an input that no device could ever be opened with; one that is not there now is no matter.

    Raises
    ------
    SettingsError
        If what it says of what is sent cannot be read, or another host than `before` is none of this machine.
    """
    if now == before:
        return
    if isinstance(now, Checked) and now.kind != "replay":  # the engine reads files: they may be long
        with contextlib.suppress(DeviceError, FileError):
            now.check()
    host = getattr(now, "host", "")
    if host and host != getattr(before, "host", "") and not addresses.ours(host):
        raise SettingsError(
            f"input {now.kind}, host", repr(host), "an address of this machine is wanted",
            "use 0.0.0.0 for all, 127.0.0.1 for this machine only",
        )  # fmt: skip


def units_told(project: Project) -> list[str]:
    """Lines on the units of the input, for a person to judge: those of which nothing is known, and those that differ.

    A slip of the pen is one; a sensor that was set to another unit after it was recorded is the other.
    """
    try:
        spec = project.input.check() if isinstance(project.input, Checked) else None
    except GesturemapError:
        return []
    if spec is None:
        return []
    told = []
    strange = {c.unit: c.name for c in spec.channels if not dimension(c.unit) and c.unit not in PLAIN}
    if strange:
        listed = ", ".join(f"{unit} (of {name})" for unit, name in tuple(strange.items())[:NAMED])
        told.append(f"no unit that is converted, its numbers stay as they are: {listed}")
    shown = project.shown[0].spec.channels if project.shown else ()
    had = {c.name: c.unit for c in shown}
    other = [c for c in spec.channels if had.get(c.name, c.unit) != c.unit]
    if other:
        listed = ", ".join(
            f"{c.name} in {c.unit or 'no unit'}, not {had[c.name] or 'none'}" for c in other[:NAMED]
        )
        told.append(f"[input] gives other units than the demonstrations have: {listed}")
    return told


def _after(project: Project, spec: Spec, found: list[str]) -> tuple[str, ...] | None:
    """What the features make of these channels; None, and a line more, where they cannot."""
    try:
        return ChainRun(project.features, spec).spec.names
    except GesturemapError as error:
        found.append(f"input {project.input.kind}: {error}")
        return None
