"""A session log played again through the same instrument, its outputs compared with those of then."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gesturemap import commands as c
from gesturemap import compiled, inner
from gesturemap.engine.hearing import state_of
from gesturemap.engine.instrument import Instrument
from gesturemap.engine.sounding import Sounding
from gesturemap.engine.stand_in import stand_ins
from gesturemap.engine.wekinator import Wekinator
from gesturemap.errors import GesturemapError
from gesturemap.frames import Frame, Spec
from gesturemap.logs.layout import Layout
from gesturemap.logs.read import Session
from gesturemap.models import kernels, store
from gesturemap.models.model import Model
from gesturemap.project.project import Project, assemble


@dataclass(frozen=True)
class Comparison:
    """How the outputs of a replay compare with those logged."""

    frames: int
    compared: int
    """Frames that gave outputs then."""
    different: int
    first: str = ""
    """The first difference, for people."""
    missing: int = 0
    """Frames that the log has no more, as the disk was full or the file is damaged."""
    whole: bool = True
    """Whether the log was ended in order."""

    @property
    def same(self) -> bool:
        """Whether every output was the same to the bit."""
        return self.different == 0

    def __str__(self) -> str:
        """One line."""
        said = [f"{self.frames} frames played again"]
        if self.missing:
            said.append(f"{self.missing} frames are missing in the log, so what follows them may differ")
        elif not self.whole:
            said.append("the log was cut off; this is what is left of it")
        if self.same:
            said.append(f"all {self.compared} outputs are the same to the bit")
        else:
            said += [f"{self.different} of {self.compared} outputs differ", self.first]
        return "; ".join(said)


class Replay:
    """The engine's work without its loop: commands and frames of a log, in order, into an instrument.

    Parameters
    ----------
    sounding : renders what the built-in synth is told meanwhile.
    """

    def __init__(self, sounding: Sounding | None = None) -> None:
        self.instrument: Instrument | None = None
        self._sounding = sounding
        self._load = inner.Load()
        self._project: Project | None = None
        self._model: Model | None = None
        self._spec = Spec(())
        self._running = True
        self._changed = True
        self._sounds = False
        """Whether another project was opened."""
        self._arrived = math.nan
        """When the last frame came in."""
        self._beats: inner.Beats | None = None
        self._words: Wekinator | None = None
        """What control words among the frames work on."""
        self._fade = -1.0
        self._goes_on = False
        """Whether the next instrument takes over from the last, rather than beginning anew."""
        self._restart = inner.Restart()
        """How it does so."""

    def take(self, what: Layout | c.Message | Frame) -> None:
        """Take the next step of a log."""
        if self._sounding is not None:
            self._on_its_way(what, self._sounding)
        match what:
            case Frame():
                self._ready().play(what)
            case Layout():
                self._spec, self._changed, self._goes_on = what.inputs, True, True
            case inner.Load():
                project = self._begin(what)
                compiled.load((*project.kernels(), *kernels(project.learner.kind)))
                self._model = store.unpack(what.data) if what.data else None
                self._changed, self._fade, self._sounds = True, what.fade, self._sounds or what.opened
                before, self._words = self._words, state_of(project)
                if self._words is not None and before is not None:
                    self._words.adopt(before)
            case inner.Sounds():
                self._begin(what.within(self._load))
            case inner.NewModel():
                self._model, self._changed = store.unpack(what.data), True
                self._load = what.within(self._load)
            case inner.Restart():
                if self.instrument is not None and not self._goes_on:
                    self.instrument.restart()  # the same instrument went on, so its outputs went to rest
                self._changed, self._restart = True, what
            case c.Run():
                if self._words is not None:
                    self._words.running = what.on
                    if what.on:
                        self._ready().sound_again()
                else:
                    self._running = what.on
                    self._ready().run(what.on)
            case inner.Word():
                if self._words is not None:
                    self._words.hear(what)
                else:
                    self._ready().mapping_run.set_by_hand(what.arguments)
            case c.Panic():
                self._ready().silence()
            case c.Sound():
                if what.on:
                    self._ready().sound_again()
            case inner.Idle():
                self._ready().fall_silent(what.seconds)
            case inner.Late():
                self._ready().on_time(what.now, 0.0)
            case inner.Beats():
                self._beats = what if what.now else None
                self._ready().follow(self._beats)
            case _:
                raise GesturemapError(
                    "log", type(what).__name__, "not a step of a session", "give another log"
                )

    def _begin(self, load: inner.Load) -> Project:
        """This project plays and sounds from now on."""
        self._load, project = load, assemble(load.tables, load.folder, "log")
        self._project = project
        if self._sounding is not None:
            self._sounding.project(project, load.folder)
        return project

    def end(self) -> None:
        """The log ends here: what had begun ends."""
        if self._sounding is not None:
            if self.instrument is not None:
                self.instrument.run(False)
            self._sounding.end()

    def _on_its_way(self, what: Layout | c.Message | Frame, sounding: Sounding) -> None:
        """Say when a step was taken; of commands it is not known, so they come with the frame before them."""
        match what:
            case Frame():
                self._arrived = what.arrived
                sounding.at(what.arrived)
            case inner.Idle():
                sounding.at(self._arrived + what.seconds)
            case inner.Late():
                sounding.at(what.now)
            case inner.Sounds():
                sounding.at(what.at)

    def _ready(self) -> Instrument:
        if self._project is None:
            raise GesturemapError(
                "log", "no project in it", "a session log begins with one", "give another log"
            )
        if self.instrument is None or self._changed:
            self._changed = False
            project, before = self._project, self.instrument if self._goes_on else None
            self._goes_on = False
            how, self._restart = self._restart, inner.Restart()
            going_on = before is not None and how.going_on
            kept = self.instrument.hand_over(going_on=going_on)[0] if self.instrument is not None else None
            self.instrument = Instrument(
                self._spec,
                project.features,
                self._model,
                project.mapping,
                stand_ins(project.outputs, self._sounding),
                lambda _: None,
                running=self._running or self._words is not None,
                scope=False,
                kept=kept,
                before=before,
                beats=self._beats,
                wekinator=self._words,
                fade=self._fade,
                renamed=how.renamed if going_on else None,
                load=self._load,
            )
            self._fade = -1.0
            if self._sounds:
                self._sounds = False
                self.instrument.sound_again()
        return self.instrument


def replay_log(session: Session, sounding: Sounding | None = None) -> Comparison:
    """Play a session again, and let it be rendered meanwhile.

    Raises
    ------
    GesturemapError
        If it has no project, or one this gesturemap cannot play.
    """
    then = dict(session.controls())
    replay = Replay(sounding)
    indices = iter([index for part in session.parts for index in part.frames.index.tolist()])
    frames = compared = different = 0
    first = ""
    for _, what in session.steps():
        replay.take(what)
        if not isinstance(what, Frame):
            continue
        index, frames = next(indices), frames + 1
        expected = then.get(index)
        if expected is None or replay.instrument is None:
            continue
        compared += 1
        now = replay.instrument.played
        if now.values.tobytes() != expected.values.tobytes() or now.events != expected.events:
            different += 1
            first = (
                first
                or f"first at frame {index}: {now.values} {now.events}; "
                f"then it was {expected.values} {expected.events}"
            )
    replay.end()
    numbers = np.concatenate([np.zeros(0, np.int64), *(part.frames.index for part in session.parts)])
    missing = int(numbers[-1]) + 1 - len(numbers) if len(numbers) else 0
    return Comparison(frames, compared, different, first, missing, session.whole)
