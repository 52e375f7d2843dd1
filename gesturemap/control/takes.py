"""Commands that record: begun, ended, made again, kept from what came before."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap.control import edits, recording, those
from gesturemap.control.along import MICROPHONE, Along, bring, descriptors, located, playable
from gesturemap.control.by_hand import HAND, outputs
from gesturemap.control.checks import agreeing, fitting
from gesturemap.demonstrations import checked_label
from gesturemap.engine.hearing import state_of
from gesturemap.errors import CommandError

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller


def record(control: Controller, message: c.Record) -> None:
    """Begin a demonstration, and keep the one that goes on; a gesture that is new comes into the vocabulary.

    Raises
    ------
    GesturemapError
        If it cannot be recorded so, or one was lost a moment ago, which this was to end.
    """
    label = checked_label(message.label)
    recording.lost_before(control)
    if not message.along and recording.sets_values(
        control
    ):  # as in Wekinator's way: what was set belongs to it
        message = replace(message, along=HAND)
    _refuse(control, message)
    if message.counted_in:
        return
    sound = (
        Along(
            _in_project(control, replace(message, label=label)),
            control.desk.folder,
            control.project.record.microphone,
        )
        if message.along not in ("", HAND)
        else None
    )
    control.by_hand.begin()
    control.replaced = None
    control.brought = "" if label in control.project.gestures else label
    if control.brought:
        control.edit(*edits.add(control.project, c.AddGesture(label)))
    control.along = sound
    control.asked = replace(message, label=label)
    control.now(recording=label, by_movement=message.by_movement)
    if sound is None:
        control.engine.send(replace(message, label=label))
    else:
        control.synth.send(sound.wanted())  # the recording begins when the sound does


def _refuse(control: Controller, message: c.Record) -> None:
    """Raise why a recording cannot be made so; nothing has been begun, and nothing written."""
    if message.by_movement and (message.along or state_of(control.project) is not None):
        raise CommandError(
            "recording",
            "by movement with a sound or with values" if message.along else "by movement",
            "they go along with one movement" if message.along else "this project is taught by control words",
            "record one after the other",
        )
    going = control.activity.recording and (message.along or recording.by_hand(control))
    if control.along is not None or going:
        raise CommandError(
            "recording",
            f"'{control.activity.recording}' is being recorded",
            "with a sound one recording goes on at a time",
            "end it first",
        )
    _sensor_open(control)
    fitting(control.project, control.activity.input_spec.names)
    if message.along == HAND:
        _refuse_by_hand(control)
        return
    agreeing(control.project, descriptors(message.describe) if message.along else ())
    if not message.along:
        return
    if control.synth not in control.children:
        raise CommandError(
            "recording", "there is no built-in synth", "it plays and records sounds", "start with sound"
        )
    control.desk.flush()
    if not control.desk.writable:
        raise CommandError(
            "recording",
            "a shipped preset",
            "sounds lie in the project",
            "save it as a project of your own first",
        )
    if message.counted_in and message.along != MICROPHONE:
        playable(located(message.along, control.desk.folder))


def _refuse_by_hand(control: Controller) -> None:
    """Raise why no outputs can be set by hand."""
    there = outputs(control.project) if state_of(control.project) is None else ()
    if not there:
        raise CommandError(
            "recording",
            "set by hand, and there are no outputs",
            "what is set belongs to outputs that the mapping asks for",
            "set the source of a mapping to output:NAME (Settings, Mapping)",
        )
    agreeing(control.project, [each.name for each in there])


def _sensor_open(control: Controller) -> None:
    """Raise why nothing would come that could be recorded; who teaches by control words may do so beforehand."""
    activity, state = control.activity, control.engine.state
    if activity.input_address or state_of(control.project) is not None:
        return
    why = (
        f"the sensor is not open: {activity.input_fault}"
        if activity.input_fault
        else "the sensor is not open"
    )
    if not state.startswith("running"):
        why = f"the engine is not there: {state}"
    elif activity.resting:
        why = "the sensor rests, as somebody asked for its port or device"
    raise CommandError(
        "recording",
        why,
        "frames of an open sensor are recorded",
        "wait until it is open, or see gesturemap doctor",
    )


def _in_project(control: Controller, message: c.Record) -> c.Record:
    """The same recording, its sound in the project's folder."""
    if message.along == MICROPHONE:
        return message
    return replace(message, along=bring(message.along, control.desk.folder))


def stop_recording(control: Controller, message: c.StopRecording) -> None:
    """End it; what is kept comes back as a take, and a gesture that came with what is not is taken back."""
    label = control.activity.recording
    recording.end(control, keep=message.keep, ago=message.ago)
    if not message.keep:
        recording.taken_back(control, label)


def again(control: Controller, _: c.Again) -> None:
    """What is being recorded is thrown away, or else the last one taken back, and recorded again as it was.

    Raises
    ------
    CommandError
        If nothing was recorded, or it is not there any more.
    """
    control.lost = -math.inf
    if control.activity.by_movement and control.activity.recording:
        _last_taken_back(control)
        return
    _sensor_open(control)
    if label := control.activity.recording:
        message = control.asked if control.asked and control.asked.label == label else c.Record(label)
        brought, replaced = control.brought, control.replaced
        recording.end(control, keep=False)
        record(control, message)
        control.brought, control.replaced = brought, replaced
        return
    last = _last_taken_back(control)
    record(control, last.message)
    control.replaced = last


def _last_taken_back(control: Controller) -> recording.Last:
    """Take the last recording back; how it was recorded."""
    there = {d.id for d in control.project.demonstrations}
    while control.recorded and control.recorded[-1].demonstration not in there:
        control.recorded.pop()  # taken back by hand
    last = control.recorded.pop() if control.recorded else None
    if last is None:
        raise CommandError(
            "again",
            "nothing that came last is there",
            "the last recording is taken back and made again",
            "record a gesture first",
        )
    found = those.find(control.project, last.demonstration)
    without = edits.delete_demonstration(control.project, c.DeleteDemonstration(found.id))[1]
    control.edit(edits.again(found.label), without)
    return last._replace(message=replace(last.message, label=found.label))


def keep(control: Controller, message: c.Keep) -> None:
    """What came between two moments of the last minute becomes a demonstration, as soon as the engine has sent it.

    Raises
    ------
    CommandError
        If there is no engine that saw the last minute, or the project cannot take it.
    """
    label, state = checked_label(message.label), control.engine.state
    if not state.startswith("running"):
        raise CommandError(
            f"keeping '{label}'",
            f"the engine is not there: {state}",
            "it has what came in the last minute",
            "wait until it runs",
        )
    fitting(control.project, control.activity.input_spec.names)
    agreeing(control.project)
    control.engine.send(replace(message, label=label))
