"""What the engine does with a recording: begun between two frames, ended between two others, handed to control."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.examples import Examples
from gesturemap.engine.past import KEPT
from gesturemap.errors import DataError
from gesturemap.project import pack
from gesturemap.teaching.movement import movements

if TYPE_CHECKING:
    from gesturemap.engine.loop import Engine


BEFORE, AFTER = 24.0, 2.5
"""Seconds before and after a moment was marked that are kept for later: a long movement, and what is around it."""
AN_INSTANT = 1e-9
"""Seconds of the clock: the earliest moment that is not counted back from now."""


def begin(engine: Engine, message: c.Record) -> None:
    """Begin a demonstration; one that goes on is ended and kept."""
    recorder = engine.recorder
    if engine.words.state is not None:
        engine.words.record(message)
    elif recorder is not None:
        goes_on = bool(recorder.label)
        hand_over(engine, c.StopRecording())
        if message.by_movement:
            recorder.by_movement(message.label, lambda made, began: _moved(engine, made, began))
        else:
            recorder.start(message.label, message.pre_roll, engine.clock.now())
        if goes_on:  # control hears of the take that none is recorded any more
            engine.link.send(inner.Doing(message.label, engine.running))


def _moved(engine: Engine, demonstration: Demonstration, began: float) -> None:
    """Hand a movement over; recording goes on."""
    engine.link.send(inner.Take(demonstration.label, began, "movement", pack.pack([demonstration])))


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
    """Hand what came between two moments of the last minute to control, or say why not; a recording goes on."""
    try:
        engine.link.send(_of_the_last_minute(engine, message))
    except DataError as error:
        engine.refuse(error)


def _of_the_last_minute(engine: Engine, message: c.Keep) -> inner.Take:
    """What came between two moments; DataError if that is nothing, or the project is taught by examples."""
    recorder, now = engine.recorder, engine.clock.now()
    place = f"keeping '{message.label}'"
    if recorder is None or isinstance(recorder, Examples):
        why = "no sensor was open" if recorder is None else "a project that is taught by examples"
        raise DataError(place, why, f"movements of the last {KEPT:g} s can be kept", "record it")
    if not message.start and not message.end:
        whole = recorder.between(now - KEPT, now)
        found = movements(recorder.spec, whole.arrived, whole.values)
        if not found:
            raise DataError(place, "nothing moved", f"the last movement of {KEPT:g} s is kept", "move first")
        message = replace(message, start=max(found[-1].start, AN_INSTANT), end=found[-1].end)
    start, end = (at if at > 0.0 else now + at for at in (message.start, message.end))
    part = recorder.between(start if recorder.past.keeps(start, end) else max(start, now - KEPT), end)
    if not len(part.time):
        kept = recorder.kept(now)
        raise DataError(
            place,
            f"nothing came between {now - start:.3g} s and {now - end:.3g} s ago",
            f"frames of the last {kept:.3g} s are there" if kept else "no frame is there yet",
            "choose other moments, or record it" if kept else "record it",
        )
    taken = pack.pack([recorder.made(message.label, part)])
    way = "kept" if message.learned else "aside"
    return inner.Take(message.label, float(part.arrived[0]), way, taken)


def for_later(engine: Engine) -> None:
    """A moment was marked: it can be kept as a demonstration later, when the last minute is another one."""
    if engine.recorder is not None:
        now = engine.clock.now()
        engine.recorder.past.keep(now - BEFORE, now + AFTER)


def hand_over(engine: Engine, message: c.StopRecording) -> None:
    """Hand what was recorded to control, or throw it away."""
    recorder = engine.recorder
    if recorder is not None and recorder.label:
        began, looked = recorder.began, recorder.looks
        demonstration = recorder.stop(engine.clock.now() - message.ago if message.ago else math.inf)
        if message.keep:
            data = b"" if looked and not len(demonstration) else pack.pack([demonstration])
            engine.link.send(inner.Take(demonstration.label, began, data=data))
