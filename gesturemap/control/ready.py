"""What control tells a process that has just started, whether for the first time or in the place of one that died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import training, voices, wekinator
from gesturemap.control.supervisor import Child
from gesturemap.frames import Channel, Spec

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller

CALM, SOON = 5.0, 0.1
"""Seconds of play after which another engine and synth are made ready, in case these die; and where one did, which has
taken over by then."""


def of(control: Controller, child: Child, notice: inner.Ready) -> None:
    """A process has started, or has opened the sensor: it is told what it needs to know."""
    if notice.process == "input":
        port = int(notice.detail.rpartition(" ")[2]) if control.project.input.kind == "pointer" else 0
        control.now(input_address=notice.detail, pointer_port=port, input_fault="")
        given = Spec(tuple(map(Channel, notice.channels, notice.units)))
        control.now(input_spec=given, input_found=notice.found)
        control.changed()
        return
    no = notice.detail.startswith("no ")
    child.state = notice.detail if no else f"running: {notice.detail}".rstrip(": ")
    if child is control.engine:
        _engine(control)
    elif child is control.trainer:
        control.trainer.send(inner.Kernels(control.project.learner.kind, control.project.kernels()))
    elif child is control.synth:
        voices.send(control, again=True)
        control.synth.send(c.Sound(control.activity.sound_on))
        control.synth.send(c.Volume(control.project.sound.volume))
    if child in (control.engine, control.synth) and not no:
        control.later(control.stand_by, SOON if control.engine.hurries else CALM)
    if control.show is not None:
        control.show.begun_again(child.name)
    starting = any(each.state in ("starting", "restarting") for each in (control.engine, control.trainer))
    if not starting and training.wanted(control):
        training.train(control)  # not earlier: at the first start both compile, and it would be slow
    control.changed()


def _engine(control: Controller) -> None:
    """An engine: it plays what the one before played."""
    control.engines += 1
    engine, activity = control.engine, control.activity
    if control.engines > 1:
        for word in control.unended.words(control.desk):
            engine.send(word)
        wekinator.hand_over(control)
    engine.send(c.Rest(activity.resting))
    engine.send(c.Lock(activity.locked))
    engine.send(control.clocks.beats)
    for kernels in control.kernels():
        engine.send(kernels)
    control.send_load(opened=control.engines == 1)
    engine.send(c.Run(activity.running))
    if activity.silent:
        engine.send(c.Panic())
    if control.log.on:
        control.obey(c.Log(True))
