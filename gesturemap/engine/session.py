"""The engine's session log and its figures: what it writes down, and what it says of itself once a second."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.engine import recording
from gesturemap.logs.write import LogWriter

if TYPE_CHECKING:
    from gesturemap.engine.instrument import Instrument
    from gesturemap.engine.loop import Engine


def mark(engine: Engine, message: c.Message) -> None:
    """Log a command that is carried out before the next frame."""
    if engine.log is not None:
        engine.log.command(message, engine.instrument.controls.time if engine.instrument else 0.0)


def sound(engine: Engine, message: inner.Sounds) -> None:
    """The synth plays otherwise from now on: a log has it at its time, one that begins later begins with it."""
    if engine.loaded is not None:
        engine.loaded = message.within(engine.loaded)
        mark(engine, replace(message, at=engine.clock.now()))


def judged(engine: Engine, message: c.Mark) -> None:
    """A person says that what was just heard was right, or wrong: it stands in the log, and can be kept later."""
    recording.for_later(engine)
    if engine.log is not None:
        verdict = "wrong" if message.wrong else "right"
        time = engine.instrument.controls.time if engine.instrument else 0.0
        engine.log.mark("marks", f"{verdict} {message.heard}".strip(), time)


def set_log(engine: Engine, message: c.Log) -> None:
    """Begin a session log in the file named, or end it."""
    if engine.log is not None:
        engine.log.close()
        engine.log = None
    engine.wanted_log = message.path if message.on else ""
    if engine.instrument is not None:
        engine.instrument.log = None
        if engine.wanted_log:
            start(engine)


def start(engine: Engine) -> None:
    """Begin the log; everything begins again with it, so that replay can begin there too."""
    assert engine.instrument is not None
    assert engine.loaded is not None
    path, engine.wanted_log = engine.wanted_log, ""
    engine.log = LogWriter(path, engine.loaded)
    engine.told_log = False
    begins, by_hand = engine.words.begins(), engine.instrument.mapping_run.by_hand
    ended = engine.instrument.restart(afresh=True)
    engine.instrument.mapping_run.by_hand = by_hand
    engine.log.layout(engine.instrument.layout)
    for message in begins:
        mark(engine, message)
    if engine.beats is not None:
        mark(engine, engine.beats)
    engine.happened(ended)
    engine.instrument.log = engine.log
    if engine.instrument.silent:  # the log has to know of it
        engine.obey(c.Panic())


def goes_on(engine: Engine, restart: inner.Restart) -> None:
    """Another instrument plays from here: the log knows how it took over; one that is wanted begins."""
    assert engine.instrument is not None
    if engine.log is not None:
        engine.log.layout(engine.instrument.layout)
        mark(engine, restart)
        engine.instrument.log = engine.log
    elif engine.wanted_log:
        start(engine)


def opened(engine: Engine, instrument: Instrument) -> None:
    """Tell where what it makes can be seen, and where the synth reads it."""
    scope = instrument.scope
    assert scope is not None
    engine.link.send(c.ScopeOpened(str(scope.path), scope.layout))
    for run in instrument.outputs.runs:
        if block := getattr(run, "block_path", ""):
            engine.link.send(inner.BlockOpened(block))


def status(engine: Engine, now: float) -> None:
    """Tell control how the engine is doing."""
    source = engine.playback or engine.input
    figures = engine.figures.table(now, source, engine.instrument, engine.log)
    if engine.instrument is not None and engine.instrument.silent:
        figures["silent"] = engine.instrument.silent
    if doing := engine.words.doing:
        figures["doing"] = doing
    if engine.log is not None and engine.log.fault is not None and not engine.told_log:
        engine.told_log = True
        engine.tell(engine.log.fault)
    engine.link.send(c.Status(figures))
