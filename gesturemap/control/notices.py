"""What the processes below say, and what control does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import comparing, ready, recording, training, voices, wekinator
from gesturemap.control.supervisor import Child
from gesturemap.frames import Spec

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller


def hear(control: Controller, child: Child, notice: c.Message) -> None:
    """Act on what a process says; what is nobody's here is told to everybody."""
    match notice:
        case inner.Ready():
            ready.of(control, child, notice)
        case inner.Left():
            control.lately.left()
        case c.ScopeOpened():
            control.scope = notice
            control.tell(notice)
        case inner.BlockOpened() if notice.scene:
            if control.show is not None:
                control.show.opened(notice)
        case inner.BlockOpened():
            control.block = notice.path
            voices.send(control)
        case c.Status():
            figures(control, child, notice)
        case inner.Take():
            control.guard(lambda: recording.taken(control, notice))
        case inner.Answered():
            recording.answered(control, notice)
        case inner.SoundAlong():
            recording.sounds(control, notice)
        case inner.Fitted():
            if not comparing.fitted(control, notice):
                training.fitted(control, notice)
        case inner.JobProgress():
            if notice.job == control.job:  # else it is of what is out of date, or of another project
                control.tell(c.Progress(notice.what, notice.part, notice.fraction))
        case inner.LeftOut():
            training.evaluated(control, notice)
        case inner.Word():
            control.guard(lambda: wekinator.hear(control, notice))
        case inner.Doing():
            wekinator.does(control, notice)
        case inner.Refused():
            control.desk.model = b""
            control.now(stale=True, labels=())
            if not control.activity.training:
                training.train(control)
        case inner.PlayFrames():
            control.now(playing="")
            control.changed()
        case inner.InputClosed():
            control.now(input_address="", pointer_port=0, input_fault=notice.text)
            control.now(input_spec=Spec(()), input_found={})
            control.changed()
        case c.Fault() if notice.place.startswith("keeping "):
            recording.unkept(control, notice.text)
            control.tell(notice)
        case c.Happened():
            _happened(control, notice)
        case _:
            control.tell(notice)


def _happened(control: Controller, notice: c.Happened) -> None:
    control.unended.heard(notice, control.desk)
    if not control.lately.takes(notice, control.activity.going):
        return  # of a project that was left: that it ended was told then
    going = tuple(label for label in control.activity.going if label != notice.label)
    control.now(going=(*going, notice.label) if notice.kind == "began" else going)
    control.tell(notice)


def figures(control: Controller, child: Child, notice: c.Status) -> None:
    """Those of the engine are told, with those of all others beside them."""
    if child is control.synth:
        control.beside |= notice.figures
        return
    if notice.figures.get("silent"):
        control.now(silent="told")
    elif control.activity.silent == "told":  # what was only asked for, these figures may not know of yet
        control.now(silent="")
    told = {**notice.figures, **control.beside, **control.clocks.figures()}
    if told.get("delays_ms") and told.get("sound_ms"):
        sound = told["sound_ms"]
        told["delays_ms"] = {**told["delays_ms"], "sound": sound, "total": told["delays_ms"]["total"] + sound}
    control.status = c.Status(told)
    control.tell(control.status)
