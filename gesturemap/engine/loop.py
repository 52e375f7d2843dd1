"""The engine's loop: read a frame, play it; between two frames, carry out what has been asked."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import replace
from functools import partial
from typing import Any

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.clock import Clock
from gesturemap.engine import ending, recording, session
from gesturemap.engine.corrected import Corrected
from gesturemap.engine.figures import Figures
from gesturemap.engine.hearing import Hearing
from gesturemap.engine.instrument import Instrument
from gesturemap.engine.kernels import BLOCK, Kernels
from gesturemap.engine.link import Link
from gesturemap.engine.order import Order
from gesturemap.engine.playback import Playback
from gesturemap.engine.recorder import Recorder
from gesturemap.engine.taking_over import renamed_since
from gesturemap.engine.wings import Wings
from gesturemap.errors import DeviceError, GesturemapError, unforeseen
from gesturemap.frames import Event, Frame
from gesturemap.inputs.input import InputRun, found
from gesturemap.logs.write import LogWriter
from gesturemap.models import store
from gesturemap.models.model import Model
from gesturemap.project import pack
from gesturemap.project.project import Project, assemble

WAIT = 0.01
"""Seconds a read may wait, so that a command waits no longer."""
REOPEN = 1.0
"""Seconds between attempts to open a device that is gone."""
IDLE_STEP = 0.02
"""Seconds between two steps of a fade."""


class Engine:
    """One project, playing. Nothing here knows of windows or files of the project."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self.link, self.clock = link, clock
        self.project: Project | None = None
        self.model: Model | None = None
        self.instrument: Instrument | None = None
        self.input: InputRun | None = None
        self.playback: Playback | None = None
        self.recorder: Recorder | None = None
        self.log: LogWriter | None = None
        self.figures = Figures(clock.now())
        self.order, self.corrected = Order(), Corrected()
        self.kernels = Kernels(link.send, self.tell)
        self.running, self.quit = True, False
        self.beats: inner.Beats | None = None
        """Where the beats are, if somebody says it."""
        self.resting = False
        """Whether the input is let go of."""
        self.loaded: inner.Load | None = None
        self._next_open = self._next_status = self._next_idle = self._next_stumble = 0.0
        self._last_frame = clock.now()
        self._told_closed: set[str] = set()
        """Why the input is not open, as far as it was told since it was."""
        self.told_log = False
        self.begun_before: list[str] | None = None
        """What an engine that died had begun, to be ended with the next instrument; None where none died."""
        self._due: Callable[[], None] | None = None
        """For the next instrument: another project sounds, also after a panic; what was silenced before is silent."""
        self.wanted_log = ""
        """The file of a session log that begins with the next instrument."""
        self.words, self.wings = Hearing(self), Wings(self)

    @property
    def _recording(self) -> bool:
        return self.recorder is not None and bool(self.recorder.label)

    def turn(self) -> None:
        """Carry out what was asked, then wait shortly for a frame and play it."""
        while (message := self.link.take()) is not None:
            self.obey(message)
        now = self.clock.now()
        if self.instrument is not None:
            self.instrument.outputs.tick(now)
        self.wings.tick(now)
        self.words.tick(now)
        if now >= self._next_status and self.loaded is not None:
            self._next_status = now + 1.0
            session.status(self, now)
        wait = self._on_time(now)
        source = self.playback or self.input
        if source is None:
            self._silent()
            self._reopen(now)
            self.link.arrived.wait(wait if self.loaded is not None else REOPEN)
            self.link.arrived.clear()
            return
        try:
            frame = source.read(wait)
        except DeviceError as error:
            self._closed(error)
            self._close_input()
            return
        if not isinstance(frame, Frame):
            if frame is None:
                self._silent()
            else:
                self.words.hear(frame)
            return
        if (frame := self.order.take(frame, source, going_on=self._recording)) is None:
            return
        if source is not self.playback and (frame := self.corrected.step(frame)) is None:
            return
        self.figures.frames += 1
        self.figures.pace.add(frame.arrived)
        self._last_frame = frame.arrived
        if self.recorder is not None and source is not self.playback:
            self.recorder.add(frame)
        if self.instrument is not None:
            events = self.figures.stages.play(self.instrument, frame)
            self.figures.latency.add(self.clock.now() - frame.arrived)
            if events:
                self.happened(events)

    def _on_time(self, now: float) -> float:
        """Let out events that waited for a beat; return how long a read may wait."""
        wait, late = self.instrument.on_time(now, WAIT) if self.instrument else (WAIT, ())
        if late:
            self.mark(inner.Late(now))
            self.happened(late)
        return wait

    def _silent(self) -> None:
        if self.playback is not None:
            if self.playback.done:
                self._stop_playing()
            return
        now = self.clock.now()
        if self.instrument is not None and now >= self._next_idle:
            self._next_idle = now + IDLE_STEP
            seconds = now - self._last_frame
            if self.instrument.fading(seconds):
                self.mark(inner.Idle(seconds))
            self.happened(self.instrument.idle(seconds))

    def happened(self, events: tuple[Event, ...]) -> None:
        """Tell control, and the log, of events."""
        time = self.instrument.controls.time if self.instrument else 0.0
        for event in events:
            self.link.send(c.Happened(event.kind, event.label, event.value, time))
            if self.log is not None:
                self.log.mark("events", f"{event.kind} {event.label} {event.value:.6g}", time)

    def tell(self, error: GesturemapError) -> None:
        """Say once what went wrong; play goes on."""
        self.figures.fault(error)
        self.refuse(error)

    def refuse(self, error: GesturemapError) -> None:
        """Say why what was asked for cannot be had; nothing went wrong here, and nothing is counted."""
        self.link.send(c.Fault(error.place, str(error)))

    def stumble(self, error: Exception) -> None:
        """Count a fault that nobody foresaw; tell of it at most once a second, with the line it came from."""
        told, now = unforeseen("engine", error), self.clock.now()
        self.figures.fault(told)
        if now >= self._next_stumble:
            self._next_stumble = now + 1.0
            self.link.send(c.Fault(told.place, str(told)))

    # Commands

    def obey(self, message: c.Message) -> None:
        """Carry out one command between two frames; a command that fails changes nothing."""
        act = ACTS.get(type(message))
        if act is None:
            return
        try:
            if isinstance(message, LOGGED):
                self.mark(message)
            act(self, message)
        except GesturemapError as error:
            self.tell(error)

    def mark(self, message: c.Message) -> None:
        """Let the session log know of something that is done before the next frame."""
        session.mark(self, message)

    def load(self, message: inner.Load) -> None:
        """Play another project, or this one with other settings; what did not change stays open."""
        if message.opened:
            ending.left(self)
        project = assemble(message.tables, message.folder, "project")
        self.figures.load(self.instrument, opened=message.opened)
        drives = [BLOCK] if any(output.kind == "synth" for output in project.outputs) else []
        self.kernels.prepare(project.learner.kind, [*project.kernels(), *drives])
        model = self._usable(message.data)
        same_input = self.input and self.project and self.project.input == project.input
        called = self.loaded.called if self.loaded is not None else {}
        renamed = None if message.opened else renamed_since(called, message.called)
        self.project, self.model, self.loaded = project, model, message
        self._due = partial(self.sound, c.Sound(True)) if message.opened else self._due
        self.words.load(project, opened=message.opened)
        if not same_input:
            self._close_input()
            self._told_closed.clear()
            self._next_open = 0.0  # in this turn, once what was asked meanwhile, such as a rest, was heard
        else:
            self._opened(renamed)

    def _usable(self, data: bytes) -> Model | None:
        """The model, or None where there is none or it cannot be read; then control is told."""
        try:
            return (self.wings.model(data) or store.unpack(data)) if data else None
        except GesturemapError as error:
            self.tell(error)
            self.link.send(inner.Refused(str(error)))
            return None

    def new_model(self, message: inner.NewModel) -> None:
        """Swap a newly trained model in."""
        self.model = store.unpack(message.data)
        if self.loaded is not None:
            self.loaded = message.within(self.loaded)
        self._assemble({})

    def _assemble(self, renamed: Table[str, str] | None = None) -> None:
        """Build the instrument for the source that plays now, and put it in place of the old one.

        `renamed`: old and new names of gestures, of which those that had begun go on; None: none of them does.
        """
        source = self.playback or self.input
        if self.project is None or source is None or self.loaded is None:
            return
        before = self.instrument
        going_on = before is not None and renamed is not None and before.spec.names == source.spec.names
        kept, ended = before.hand_over(going_on=going_on) if before else (None, ())
        self.happened(ended)
        model = self.model if self.words.fits(self.model) else None
        self.instrument = Instrument(
            source.spec, self.project.features, model, self.project.mapping, self.project.outputs, self.tell,
            running=self.running or self.words.state is not None, kept=kept, opener=self.wings.follow,
            fade=self.loaded.fade, before=before, beats=self.beats, wekinator=self.words.state,
            renamed=renamed if going_on else None, load=self.loaded,
        )  # fmt: skip
        self.happened(self.instrument.ended)
        self.loaded = replace(self.loaded, fade=-1.0)  # it has gone over
        due, self._due = self._due, None
        if due is not None:
            due()
        session.goes_on(self, inner.Restart(going_on, dict(renamed or {})))
        if self.begun_before is not None:
            self.happened(self.instrument.interrupted(self.begun_before))
            self.begun_before = None
        session.opened(self, self.instrument)
        self.words.played(self.instrument.usable)

    def _reopen(self, now: float) -> None:
        """Open the input of the project, if it is time to try."""
        if self.project is None or self.resting or now < self._next_open:
            return
        self._next_open = now + REOPEN
        try:
            self.input = self.project.input.start(self.clock)
        except GesturemapError as error:
            if (reason := error.value.partition(", such as")[0]) not in self._told_closed:
                self._closed(error)
            self._told_closed.add(reason)  # what a board says changes, the reason does not
            return
        self._told_closed.clear()
        self._last_frame = now
        if not self.words.goes_on_with(self.recorder, self.input.spec):
            self.recorder = self.words.recorder(self.input.spec)
        self._opened()

    def _opened(self, renamed: Table[str, str] | None = None) -> None:
        """Say where the input listens, and play from it."""
        run = self.input
        assert run is not None and self.project is not None
        self.corrected.correct(self.project.corrections, run.spec, self.tell)
        names, units = list(run.spec.names), [each.unit for each in run.spec.channels]
        self.link.send(inner.Ready("input", run.address, names, units, found(run)))
        self._assemble(renamed)

    def _closed(self, error: GesturemapError) -> None:
        self.tell(error)
        self.link.send(inner.InputClosed(str(error)))

    def _close_input(self) -> None:
        if self.input is not None:
            self.input.close()
        self.input = None
        self._next_open = self.clock.now() + REOPEN / 2

    def rest(self, message: c.Rest) -> None:
        """Let go of the input, or take it back; the instrument waits as it does for a sensor that is silent."""
        if message.on != self.resting:
            self.resting = message.on
            self._close_input()
            self._told_closed.clear()
            self._next_open = 0.0

    def set_running(self, message: c.Run) -> None:
        """Let the outputs play, or hold still."""
        if self.words.state is not None:
            self.words.run(message.on)
            self.sound(c.Sound(message.on))
            return
        self.running = message.on
        if self.instrument is not None:
            self.happened(self.instrument.run(message.on))

    def follow(self, message: inner.Beats) -> None:
        """Beats come from outside, or do so no more."""
        self.beats = message if message.now else None
        if self.instrument is not None:
            self.instrument.follow(self.beats)

    def panic(self, _: c.Panic) -> None:
        """Silence everything, or what will play."""
        if self.instrument is None:
            self._due = partial(self.obey, c.Panic())
        else:
            self.happened(self.instrument.silence())

    def sound(self, message: c.Sound) -> None:
        """The sound was switched; on, the silence of a panic is over."""
        if message.on and self.instrument is not None:
            self.instrument.sound_again()

    def play_frames(self, message: inner.PlayFrames) -> None:
        """Play a demonstration in place of the sensor; empty data ends it."""
        if message.data:
            self._change_source(Playback(pack.unpack(message.data)[0], self.clock))
        else:
            self._stop_playing()

    def _stop_playing(self) -> None:
        self._change_source(None)
        self.link.send(inner.PlayFrames(""))

    def _change_source(self, playback: Playback | None) -> None:
        before, self.playback = self.playback or self.input, playback
        source = self.playback or self.input
        self._last_frame = self.clock.now()
        if self.instrument and source and before and source.spec.names == before.spec.names:
            self.mark(inner.Restart())
            self.happened(self.instrument.restart())
        else:
            self._assemble()

    def close(self) -> None:
        """Say how it was, and let go of everything; the log ends whole."""
        if self.loaded is not None:
            session.status(self, self.clock.now())
        self._close_input()
        self.wings.close()
        if self.instrument is not None:
            self.instrument.run(False)
            self.instrument.close()
        if self.log is not None:
            self.log.close()
        self.link.close()


LOGGED = (inner.NewModel, inner.Load, inner.Beats, c.Run, c.Panic, c.Sound)
ACTS: dict[type[c.Message], Callable[[Engine, Any], None]] = {
    inner.Load: Engine.load,
    inner.NewModel: Engine.new_model,
    inner.Rehearse: lambda engine, message: engine.wings.rehearse(message),
    c.Record: recording.begin,
    c.StopRecording: recording.end,
    c.Keep: recording.keep,
    c.Run: Engine.set_running,
    c.Rest: Engine.rest,
    c.Panic: Engine.panic,
    c.Sound: Engine.sound,
    inner.Interrupted: ending.begun_before,
    inner.Disobeyed: lambda engine, message: engine.words.disobeyed(message.sender, message.reason),
    inner.Doing: lambda engine, message: engine.words.goes_on(message),
    inner.Kernels: lambda engine, message: engine.kernels.prepare(message.kind, message.modules),
    inner.Beats: Engine.follow,
    inner.Sounds: session.sound,
    inner.TrainingEnded: lambda engine, message: engine.words.ended(message),
    c.Values: lambda engine, message: engine.words.hear(inner.Word("outputs", message.values)),
    c.Lock: lambda engine, message: engine.words.lock(message.on),
    inner.Answered: lambda engine, message: engine.link.send(message),
    inner.PlayFrames: Engine.play_frames,
    c.Log: session.set_log,
    c.Mark: session.judged,
    c.Quit: lambda engine, _: setattr(engine, "quit", True),
}
