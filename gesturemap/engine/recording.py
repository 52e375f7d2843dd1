"""What the engine does with a recording: begun between two frames, ended between two others, handed to control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.engine.examples import Examples
from gesturemap.engine.past import KEPT
from gesturemap.errors import DataError
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


def keep(engine: Engine, message: c.Keep) -> None:
    """Hand what came between two moments of the last minute to control; what is being recorded goes on.

    Raises
    ------
    DataError
        If nothing came then, or the project is taught by examples.
    """
    recorder, now = engine.recorder, engine.clock.now()
    place = f"keeping '{message.label}'"
    if recorder is None or isinstance(recorder, Examples):
        found = "no sensor was open" if recorder is None else "a project that is taught by examples"
        raise DataError(place, found, f"movements of the last {KEPT:g} s can be kept", "record it")
    start, end = (at if at > 0.0 else now + at for at in (message.start, message.end))
    part = recorder.between(max(start, now - KEPT), end)
    if not len(part.time):
        raise DataError(
            place,
            f"nothing came between {now - start:.3g} s and {now - end:.3g} s ago",
            f"frames of the last {KEPT:g} s are there",
            "choose other moments, or record it",
        )
    taken = pack.pack([recorder.made(message.label, part)])
    engine.link.send(inner.Take(message.label, float(part.arrived[0]), True, taken))


def hand_over(engine: Engine, message: c.StopRecording) -> None:
    """Hand what was recorded to control, or throw it away."""
    recorder = engine.recorder
    if recorder is not None and recorder.label:
        began, demonstration = recorder.began, recorder.stop()
        if message.keep:
            engine.link.send(inner.Take(demonstration.label, began, data=pack.pack([demonstration])))
