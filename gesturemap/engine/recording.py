"""What the engine does with a recording: begun between two frames, ended between two others, handed to control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.project import pack

if TYPE_CHECKING:
    from gesturemap.engine.loop import Engine


def begin(engine: Engine, message: c.Record) -> None:
    """Begin a demonstration; one that goes on is ended and kept."""
    recorder = engine.recorder
    if engine.words.state is not None:
        engine.words.record(message)
    elif recorder is not None:
        goes_on = bool(recorder.label)
        hand_over(engine, c.StopRecording())
        recorder.start(message.label, message.pre_roll, engine.clock.now())
        if goes_on:  # control hears of the take that none is recorded any more
            engine.link.send(inner.Doing(message.label, engine.running))


def end(engine: Engine, message: c.StopRecording) -> None:
    """End it and hand it to control, which is told where there is nothing: no sensor was open."""
    recorder = engine.recorder
    if engine.words.state is not None:
        engine.words.end(message)
    elif recorder is not None and recorder.label:
        hand_over(engine, message)
    elif message.keep:
        engine.link.send(inner.Take(""))


def hand_over(engine: Engine, message: c.StopRecording) -> None:
    """Hand what was recorded to control, or throw it away."""
    recorder = engine.recorder
    if recorder is not None and recorder.label:
        began, demonstration = recorder.began, recorder.stop()
        if message.keep:
            engine.link.send(inner.Take(demonstration.label, began, pack.pack([demonstration])))
