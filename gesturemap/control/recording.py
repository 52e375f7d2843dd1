"""What control does with a recording: from the take, and the sound beside it, to the disk and the vocabulary."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.clock import SystemClock
from gesturemap.control import edits, naming, those
from gesturemap.control.by_hand import HAND
from gesturemap.control.checks import learnable
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.hearing import state_of
from gesturemap.engine.scope import ScopeReader
from gesturemap.errors import CommandError, FileError, GesturemapError
from gesturemap.project import pack
from gesturemap.teaching.idle import trimmed
from gesturemap.teaching.movement import slipped

if TYPE_CHECKING:
    from gesturemap.control.along import Along
    from gesturemap.control.controller import Controller
    from gesturemap.control.desk import Desk
    from gesturemap.project.project import Project


class Last(NamedTuple):
    """A demonstration that came, recorded or kept of what came before, and how its gesture is recorded again."""

    demonstration: str
    message: c.Record


SOON = 0.05
"""Seconds between two looks whether the sound that went along is described, or a recording is kept."""
PATIENCE = 3.0
"""Seconds for which what is still being recorded at the end of everything is waited for."""

HABIT = 10.0
"""Seconds after a recording was lost within which somebody who does not know it ends it."""

LINGERS = 0.3
"""Seconds after the end of a sound until the recording beside it ends by itself."""

AGAIN = 3.0
"""Seconds until a recording that there was no room for is written again."""


def renamed(control: Controller, before: Project) -> None:
    """The gesture that is being recorded may have another name now: what comes of it is kept under that."""
    was = control.activity.recording
    called = naming.now_called(was, before, control.project)
    if was and called != was:
        control.renames = {old: called if new == was else new for old, new in control.renames.items()}
        control.renames[was] = called
        control.activity = replace(control.activity, recording=called)  # it began when it did


def end(control: Controller, *, keep: bool = True, ago: float = 0.0) -> None:
    """End what is being recorded, so many seconds ago; what is kept comes back as a take."""
    if not keep:
        control.now(recording="")
    control.engine.send(c.StopRecording(keep, ago))
    if control.along is not None:
        control.synth.send(control.along.ended())
        control.along.asked = time.monotonic()
        if not keep:
            control.along = None


def kept_first(control: Controller, act: Callable[[], None]) -> None:
    """End and keep what is being recorded, if anything is, and do something then."""
    if not control.activity.recording:
        act()
        return
    end(control)
    _then(control, act)


def _then(control: Controller, act: Callable[[], None]) -> None:
    if control.activity.recording:
        control.later(lambda: _then(control, act), SOON)
    else:
        act()


def kept_last(control: Controller) -> None:
    """All ends: what is still being recorded is kept."""
    kept: list[bool] = []
    kept_first(control, lambda: kept.append(True))
    gone = time.monotonic() + PATIENCE
    while not kept and time.monotonic() < gone:
        control.turn(SOON)


def taken(control: Controller, take: inner.Take) -> None:
    """A recording has ended; where a sound went along, that is waited for."""
    if not take.data:
        if take.label:
            _nothing_moved(control, take.label)
        else:
            _nothing_came(control)
        return
    if take.way:
        made = pack.unpack(take.data)[0]
        if take.way == "kept":
            _refuse_again(control, made)
        keep(control, made, take.way)
        return
    if control.along is None:
        made = pack.unpack(take.data)[0]
        if by_hand(control):
            made = _with_values(control, made, take.began)
        keep(control, made)
        return
    control.along.take = take
    _join(control)


def _refuse_again(control: Controller, made: Demonstration) -> None:
    """Raise if the very frames that are to be kept are a demonstration already."""
    for one in control.project.demonstrations:
        if len(one) == len(made) and np.array_equal(one.values, made.values, equal_nan=True):
            raise CommandError(
                f"keeping '{made.label}'", f"it is demonstration {one.id} of '{one.label}' already",
                "a movement is kept once", "give that one another name, undo it, or move again",
            )  # fmt: skip


def by_hand(control: Controller) -> bool:
    """Whether outputs are set by hand in the recording that goes on, or was the last one."""
    return control.asked is not None and control.asked.along == HAND


def sets_values(control: Controller) -> bool:
    """Whether values were set by hand for outputs that all demonstrations have."""
    shown = control.project.shown
    taught = bool(shown) and all(each.outputs for each in shown) and state_of(control.project) is None
    return taught and control.by_hand.knows(control.project)


def _with_values(control: Controller, made: Demonstration, began: float) -> Demonstration:
    """The recording with what was set; the model's own outputs are heard again."""
    control.engine.send(c.Values())
    try:
        return control.by_hand.joined(made, began, control.project)
    except GesturemapError as error:
        control.now(recording="")
        taken_back(control, made.label)
        unkept(control, str(error))
        raise


def _nothing_came(control: Controller) -> None:
    """What was to be recorded was not, as no sensor was open."""
    if label := control.activity.recording:
        control.along = None
        control.now(recording="")
        taken_back(control, label)
        lost = (
            f"recording of '{label}': no sensor was open, so there is nothing to keep; see gesturemap doctor"
        )
        unkept(control, lost)
        control.tell(c.Fault("recording", lost))
        control.changed()


def unkept(control: Controller, why: str) -> None:
    """Who ended it, or would have kept what came before, from outside and has no answer yet, is told why it is not."""
    if control.stopped is not None:
        control.stopped = replace(control.stopped, error=why)


def answered(control: Controller, answer: inner.Answered) -> None:
    """The engine has done what it was told before: who asked is told, of a recording also whether it was kept."""
    if control.stopped is not None and control.stopped.number == answer.number:
        answer, control.stopped = control.stopped, None
    control.tell(answer)


def _nothing_moved(control: Controller, label: str) -> None:
    """Recording by movement has ended; a gesture of which there was none goes with it."""
    control.now(recording="")
    taken_back(control, label)
    control.changed()


def taken_back(control: Controller, label: str) -> None:
    """Nothing is kept of a recording: its gesture, if it came with it, goes, and what it was to replace comes back.

    Unless something was edited since.
    """
    before, last, replaced = control.project, control.desk.document.undo_label, control.replaced
    control.replaced = None
    if replaced is not None and last == edits.again(label):
        control.recorded.append(replaced)
    elif not (label and label == control.brought and last == edits.added(label)):
        return
    control.desk.undo()
    control.edited(before)


def sounds(control: Controller, notice: inner.SoundAlong) -> None:
    """The sound that goes along has begun, and with it the recording; or it was written; or there is none."""
    along = control.along
    if along is None or notice.file != str(along.path):
        return
    if notice.error:
        control.engine.send(c.StopRecording(False))
        control.along = None
        label = control.activity.recording
        control.now(recording="")
        taken_back(control, label)
        control.changed()
        control.tell(c.Fault("recording", f"{notice.error}; nothing is recorded"))
        return
    if along.began is None:
        control.engine.send(along.message)
        if notice.seconds > 0.0:  # of a file; the microphone has no end
            control.later(partial(_over, control, along), notice.seconds + LINGERS)
    along.heard(notice)


def _over(control: Controller, along: Along) -> None:
    """The sound is over, and with it what can be learned: the recording ends, unless somebody has ended it."""
    if control.along is along and along.take is None and control.activity.recording:
        end(control)


def forgotten(control: Controller) -> None:
    """The engine has died: what it had recorded is kept as far as it was seen, and no sound goes along any more."""
    if label := control.activity.recording:
        state = state_of(control.project)
        then = "examples that come now are recorded" if state and state.supervised else "record it again"
        what = "what had been recorded so far went with it"
        if control.activity.by_movement:
            what = "what was found is kept, and it has ended"
        elif state is None and (seen := _seen(control)) is not None:
            keep(control, seen, "aside")
            what, then = "what came until then is kept, and left out", "D counts it in, or record it again"
        if not (state and state.supervised):
            control.lost = time.monotonic()
        lost = f"recording of '{label}': {what}; {then}"
        control.tell(c.Fault("recording", lost))
        unkept(control, lost)
    if control.stopped is not None:  # the engine that would have sent it back is gone
        answered(control, control.stopped)
    if control.along is not None:
        control.synth.send(control.along.ended())
    control.along = None
    control.now(recording="")


def _seen(control: Controller) -> Demonstration | None:
    """What anybody who watched the engine has seen of the recording that went with it; None where that is not all."""
    spec, scope = control.activity.input_spec, control.scope
    if scope is None or control.asked is None or control.along is not None or by_hand(control):
        return None
    try:
        reader = ScopeReader(scope.path)
    except FileError:
        return None
    rows = reader.read()
    if not len(rows) or reader.names("inputs") != list(spec.names):
        return None
    began = SystemClock.now() - (time.monotonic() - control.activity.since) - control.asked.pre_roll
    when = rows[:, [reader.columns["time"].start, reader.columns["arrived"].start]]
    new = np.append(True, (np.diff(when, axis=0) != 0.0).any(axis=1))  # others show how outputs fade
    mine = new & (when[:, 1] >= began)
    if mine.sum() < 2:
        return None
    at, arrived = when[mine].T
    at = at if (np.diff(at) >= 0.0).all() else np.maximum.accumulate(arrived)
    values = rows[mine, reader.columns["inputs"]]
    return Demonstration("", control.activity.recording, spec, at - at[0], values)


def lost_before(control: Controller) -> None:
    """Refuse the first recording soon after one was lost: whoever asks for it means to end that one.

    Raises
    ------
    CommandError
        If it is that; the next is none.
    """
    since, control.lost = time.monotonic() - control.lost, -math.inf
    if since < HABIT:
        raise CommandError(
            "recording", "that recording was lost", "this would have ended it", "press again to record"
        )


def _join(control: Controller) -> None:
    """Put movement and sound together as soon as both are there."""
    along = control.along
    if along is None or along.take is None:
        return
    if not along.ready:
        control.later(lambda: _join(control), SOON)
        return
    control.along = None
    try:
        demonstration = along.joined(pack.unpack(along.take.data)[0])
    except GesturemapError:
        label = control.activity.recording
        control.now(recording="")
        taken_back(control, label)
        raise
    before = len(control.project.demonstrations)
    keep(control, demonstration)
    if along.silent and len(control.project.demonstrations) > before:
        label, step = demonstration.label, "delete it and record again"
        step = f"switch the microphone on, or choose another input, {step}" if along.microphone else step
        control.tell(
            c.Fault("sound", f"recording of '{label}': {along.silent}; the movement is kept; {step}")
        )


def keep(control: Controller, demonstration: Demonstration, way: str = "") -> None:
    """On disk first, then in the vocabulary, then on the screen; with a `way` what is being recorded goes on."""
    if not way:
        control.now(recording="")
    layer, label = control.project.layers.records, demonstration.label
    if (
        way in ("", "movement") and label not in control.project.gestures
    ):  # as it was when the recording began
        label = control.renames.get(label, label)
    new = those.new_id(control.project)
    slip = not way and state_of(control.project) is None and slipped(demonstration, control.project.shown)
    kept = replace(demonstration, id=new, label=label, layer=layer, enabled=not slip and way != "aside")
    if control.project.record.trim and way != "aside":
        kept = trimmed(kept, getattr(control.project.learner, "everyday", ""))
    label, before = f"record {kept.label}", control.project
    try:
        known = with_layout(before, {"channels": kept.spec.width} | control.activity.input_found)
        project = edits.with_demonstration(known, learnable(kept, control.project.learner))
        control.edit(label, project)
    except FileError as error:
        control.fault(error)  # it is not on disk, and nobody is told that it is
        control.desk.keep_in_memory(label, project)
        control.edited(before)
        _written_later(control, control.desk)
    except GesturemapError as error:
        if not way:
            taken_back(control, kept.label)
            unkept(control, str(error))
        control.fault(error)
        return
    asked = control.asked if way != "kept" else None
    if way != "aside":  # it is no recording of a gesture, to be made again
        control.recorded.append(Last(kept.id, asked or c.Record(kept.label)))
    length, written = kept.seconds, not control.desk.waiting
    learned = (kept.enabled and layer not in control.project.layers.off) or way == "aside"
    control.tell(c.Recorded(kept.id, kept.label, len(kept), length, kept.start, kept.end, written, learned))


def with_layout(project: Project, found: dict[str, Any]) -> Project:
    """The project with what its input found out by itself written down: how many channels, and at which address."""
    table = project.tables()["input"]
    if table["kind"] != "osc" or not table.keys().isdisjoint(("arguments", "channels", "messages")):
        return project
    return project.configured(
        "input", table | {key: value for key, value in found.items() if value}, "project"
    )


def _written_later(control: Controller, desk: Desk) -> None:
    """Try again and again to write what there was no room for, while its project is the one in front of us."""

    def again() -> None:
        if control.desk is not desk or not desk.waiting:
            return
        try:
            desk.catch_up()
        except FileError:
            control.later(again, AGAIN)  # it was told once
        else:
            control.changed()

    control.later(again, AGAIN)
