"""The root process: holds the document, answers commands, starts and watches the others."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import (
    asking,
    checks,
    comparing,
    edits,
    lock,
    naming,
    notices,
    orders,
    ready,
    recording,
    trainer,
    training,
    voices,
)
from gesturemap.control.along import Along
from gesturemap.control.by_hand import ByHand
from gesturemap.control.clocks import Clocks
from gesturemap.control.desk import Desk
from gesturemap.control.exchange import given_up
from gesturemap.control.lately import Lately
from gesturemap.control.pedals import Pedals
from gesturemap.control.reading import Reading
from gesturemap.control.show import NO_SCENES, Show
from gesturemap.control.state import Activity, document_of, read
from gesturemap.control.supervisor import MOST_RESTARTS, Child, Silence
from gesturemap.control.switchboard import Died, Entered, Switchboard
from gesturemap.control.unended import Unended
from gesturemap.demonstrations import Demonstration
from gesturemap.engine import process
from gesturemap.errors import CommandError, GesturemapError, unforeseen
from gesturemap.library import shared_folder, sweep_shared
from gesturemap.models.model import asked
from gesturemap.project.project import Project
from gesturemap.synth import host
from gesturemap.synth.mixer import compiled_modules

RUN = "R in the window, or gesturemap send run,"
TRAIN = "training again"
SOUND = "switching the sound on"
"""What starts a process again that was given up."""
SPARES = MOST_RESTARTS - 1
"""Engines that stand by: one that takes over may die at once of the same. They are as many as follow one another before
it is given up, as one that is begun at the first death alone comes too late for the last."""
ENGINE = Silence(asleep=30.0, working=10.0)
"""A network may keep it waiting for the address of a name; it compiles for longer, and says so."""
PLAYED = attrgetter("input", "corrections", "features", "mapping", "outputs")
LEARNED = attrgetter("shown", "features", "teacher")
"""What of a project the engine plays, and what a model is learned from."""
Watcher = Callable[[c.Message], None]


class Controller:
    """One open project and the processes that play it.

    Parameters
    ----------
    path : a project's folder, or the name of a preset.
    sound : False starts no synth.
    serve : False opens no door: no window or shell can connect.

    Raises
    ------
    GesturemapError
        If the project cannot be opened.
    """

    desk: Desk
    """The project in front of us."""

    def __init__(self, path: str, *, sound: bool = True, serve: bool = True) -> None:
        self.watchers: list[Watcher] = []
        self.lately = Lately()
        self.activity = Activity(sound_on=sound)
        self.quit = self.anywhere = False
        """Whether control words may name files outside the project's folder."""
        self.place(Desk(path))
        self.home: Path = self.desk.folder
        """That of the project it was started with."""
        sweep_shared()
        self.shared = Path(tempfile.mkdtemp(prefix=f"gesturemap-{os.getpid()}-", dir=shared_folder()))
        self.engine = Child("engine", process.run, self.shared, talks=ENGINE, revived_by=RUN, spares=SPARES)
        self.trainer: Child = Child("trainer", trainer.run, self.shared, revived_by=TRAIN)
        self.synth = Child(
            "synth", host.run, self.shared, talks=Silence(), first=self._card, revived_by=SOUND
        )
        self.children = [self.engine, self.trainer, *([self.synth] if sound else [])]
        self.switchboard = Switchboard(self.children, serve=serve)
        self.pedals = Pedals(self.switchboard.call)
        self.clocks = Clocks(self.switchboard.call)
        self.job = 0
        """The number of the training that was asked for last."""
        self.taught: dict[str, Demonstration] = {}
        """What the trainer knows, by id."""
        self.doing = inner.Doing()
        """What control words have made the engine do."""
        self.fitted = b""
        """The model that it fitted last."""
        self.block = ""
        """Where the engine writes what drives the voices."""
        self.voices = inner.Voices()
        """What the synth was told last."""
        self._source = self.project.input
        """The source of which the engine was told last."""
        self.scope: c.ScopeOpened | None = None
        self.status = c.Status()
        self.beside: dict[str, Any] = {}
        """Figures that stand with the engine's: of the synth, of remote control, of the lock."""
        self.show: Show | None = None
        """The setlist that is played."""
        self.reading: Reading | None = None
        """Files that are being imported."""
        self.asking = asking.Asking(self.switchboard.call, self.shared)
        self.by_hand = ByHand()
        """Output values set by hand."""
        self.along: Along | None = None
        """The sound that goes along with the recording."""
        self.renames: dict[str, str] = {}
        """What gestures were renamed to while they were recorded."""
        self.brought = ""
        """The gesture that came into the vocabulary with the last recording."""
        self.replaced: recording.Last | None = None
        """What *again* has taken back for the recording that goes on."""
        self.asked: c.Record | None = None
        """How the recording that goes on, or was the last one, was asked for."""
        self.lost = -math.inf
        """When a recording was lost, until the next is asked for."""
        self.stopped: inner.Answered | None = None
        """What who ended a recording from outside is told as soon as it is kept, or is not."""
        self.recorded: list[recording.Last] = []
        """What was recorded since the project was opened."""
        self.evaluated: c.Evaluated | None = None
        """How well the project's models did when that was asked last."""
        self.log = c.Log(False)
        self._later: dict[Callable[[], None], float] = {}
        """What is to be done, and when."""
        self.unended = Unended()
        self.engines = 0
        """How many engines have said that they are ready."""

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self.desk.project

    @property
    def settled(self) -> bool:
        """Whether the model that plays is the one that was last wanted, or could not be fitted."""
        if asked(self.project.learner):
            return not self.activity.training and (self.job > 0 or not training.wanted(self))
        return not self.activity.stale or (self.job > 0 and not self.activity.training)

    def start(self) -> None:
        """Start the processes."""
        for child in self.children:
            child.start()
        self.announce()
        orders.begun(self)

    def turn(self, timeout: float = 0.1) -> None:
        """Deal with all that has been said, waiting at most `timeout` seconds for the first word."""
        for who, said in self.switchboard.listen(timeout):
            if isinstance(who, Child):
                if isinstance(said, Died):
                    self._bury(who)
                elif isinstance(said, c.Message):
                    notices.hear(self, who, said)
            elif isinstance(said, Entered) and who is not None:
                told = self.scope, self.lately.notice(), self.status, self.evaluated
                for notice in (self._state(), *told):
                    if notice is not None:
                        self.switchboard.tell(who, notice)
            elif isinstance(said, CommandError) and who is not None:
                self.switchboard.tell(who, c.Fault(said.place, str(said)))
            elif isinstance(said, inner.Clocked) and who is None:
                self.clocks.take(said)
                self.keep_time()
            elif isinstance(said, c.Message):
                (self.tell if who is None and isinstance(said, c.Fault) else self.obey)(said)
        now = time.monotonic()
        for act in [act for act, at in self._later.items() if now >= at]:
            del self._later[act]
            self.guard(act)
        if self.show is not None:
            self.show.look()

    def stand_by(self) -> None:
        """See to it, again and again, that another engine and another synth are ready."""
        starting = self.engine.state == "starting"
        if not starting and not self.engine.readies:  # else those have the cores for themselves
            self.engine.stand_by(self.kernels())
        if self.synth in self.children:
            self.synth.stand_by([inner.Kernels("", list(compiled_modules(self.project.sound.voices)))])
        self.later(self.stand_by, ready.SOON if starting or self.engine.hurries else ready.CALM)

    def later(self, act: Callable[[], None], seconds: float) -> None:
        """Do something in a while; asked again, the while begins again."""
        self._later[act] = time.monotonic() + seconds

    def _bury(self, child: Child) -> None:
        """A process has died: say so, and start it again."""
        again = child.died()
        self.tell(c.Fault(child.name, child.why))
        if child is self.engine:
            self.lately.died()
            recording.forgotten(self)
            self.scope, self.block = None, ""
            self.now(playing="", input_address="", pointer_port=0)
        if child is self.trainer:
            training.trainer_died(self)
            comparing.trainer_died(self)
        if again:
            child.start()
            self.later(self.stand_by, ready.SOON)
        elif child is self.engine:
            self._end_the_rest()
        self.changed()

    def _end_the_rest(self) -> None:
        """No engine comes any more: what the last one had begun ends all the same."""
        endings = self.unended.endings()
        if endings:
            self.engine.last_words(self.unended.words(None))
        for ending in endings:
            notices.hear(self, self.engine, ending)

    def tell(self, notice: c.Message) -> None:
        """Tell every window and watcher."""
        self.switchboard.tell_all(notice)
        if isinstance(notice, c.Fault) and not (notice.refused or self.switchboard.clients):
            self.lately.missed(notice)
        for watcher in self.watchers:
            watcher(notice)

    def close(self) -> None:
        """End everything, whatever goes wrong: what is recorded is kept; outputs and sound end, then the rest."""
        self.switchboard.leave()
        with contextlib.ExitStack() as last:
            last.callback(shutil.rmtree, self.shared, ignore_errors=True)
            last.callback(self.switchboard.close)
            last.callback(self.trainer.stop)
            last.callback(self.synth.stop)
            last.callback(self._stop_engine)
            last.callback(self.clocks.close)
            last.callback(self.pedals.close)
            self.guard(lambda: recording.kept_last(self))
            if self.reading is not None:
                self.reading.close()
            self.asking.let_go()
            self.guard(self.desk.leave)
            if self.show is not None:
                self.show.close()

    def _stop_engine(self) -> None:
        for notice in self.engine.stop():
            if isinstance(notice, c.Status):  # how it was when it ended
                notices.figures(self, self.engine, notice)

    def obey(self, message: c.Message) -> None:
        """Carry out a command, wherever it came from; one that fails changes nothing and says why."""
        self.guard(lambda: self.carry_out(message))

    def guard(self, act: Callable[[], None]) -> None:
        """Do something; what goes wrong is told."""
        try:
            act()
        except GesturemapError as error:
            self.fault(error)
        except Exception as error:  # noqa: BLE001  # control must outlive whatever it is asked
            self.fault(unforeseen("control", error))
        for found in self.desk.strange():
            self.tell(c.Fault(found.place, str(found)))

    def fault(self, error: GesturemapError) -> None:
        """Tell what went wrong."""
        self.tell(c.Fault(error.place, str(error), isinstance(error, CommandError)))
        self.changed()

    def carry_out(self, message: c.Message) -> None:
        """Carry out a command, or raise why not."""
        lock.check(self, message)
        edit = edits.EDITS.get(type(message))
        if edit is not None:
            self.edit(*edit(self.project, message))
            return
        order = orders.ORDERS.get(type(message))
        if order is None:
            raise CommandError(
                type(message).__name__, "not a command", "notices only come back", "see commands"
            )
        order(self, message)
        if not isinstance(message, orders.SILENT):
            self.changed()

    def now(self, **changes: Any) -> None:
        """Note what goes on now."""
        if changes.get("recording", "") not in ("", self.activity.recording):
            changes["since"] = time.monotonic()
        self.activity = replace(self.activity, **changes)

    def edit(self, label: str, project: Project) -> None:
        """Take a new version of the project; `label` says what was done. The same one again is no edit."""
        before = self.project
        if project is before:
            self.changed()
            return
        checks.chained(before, project, self.activity.input_spec)
        self.desk.edit(label, naming.coloured(before, project))
        self.edited(before)

    def edited(self, before: Project) -> None:
        """Tell whoever plays or learns what has changed."""
        comparing.over(self)
        now = self.project
        renamed = naming.renamed(before, now)
        self.desk.renamed(renamed)
        self.now(labels=tuple(renamed.get(label, label) for label in self.activity.labels))
        recording.renamed(self, before)
        self.announce()
        if (now.sound, now.gestures) != (before.sound, before.gestures):
            voices.send(self)
            tables = now.tables()
            self.engine.send(inner.Sounds(now.sound.volume, tables["sound"], tables["gestures"]))
        order = now.gestures[: len(before.gestures)]  # what is added changes no number
        if renamed or order != before.gestures or PLAYED(now) != PLAYED(before):
            self.send_load()
        if LEARNED(now) != LEARNED(before):
            training.edited(self, before)
        self.changed()

    def place(self, desk: Desk, before: Activity | None = None) -> None:
        """Have this project in front of us, as it went on when it was left; `reload` lets it play."""
        if self.activity.at_work:  # what comes of it is another project's
            self.trainer.send(c.CancelTraining())
            self.job += 1
        self.lately.end(self.activity.going, self.tell)
        self.desk, self.recorded, self.evaluated, self.renames = desk, [], None, {}
        self.activity = self.activity.of_another(before or read(desk))

    def reload(self, fade: float = -1.0) -> None:
        """Everything below plays the project that was just placed; controls go over to it in `fade` seconds."""
        given_up(self)
        asking.give_up(self, "given up, as another project was opened")
        self.doing, self.scope = inner.Doing(), None
        self.tell(c.ScopeOpened(""))
        self.send_load(fade, opened=True)
        if training.wanted(self):
            training.train(self)
        self.announce()

    def kernels(self) -> list[inner.Kernels]:
        """What the project needs to be compiled, and the scenes that may follow."""
        own = inner.Kernels(self.project.learner.kind, self.project.kernels())
        return [own, *(self.show.kernels() if self.show is not None else ())]

    def announce(self) -> None:
        """Say at the door which project this is now, and listen to its pedal and its clock."""
        self.pedals.follow(self.project.pedal)
        self.clocks.follow(self.project.clock)
        self.keep_time()
        self.switchboard.announce(str(self.desk.folder))

    def keep_time(self) -> None:
        """Tell the engine of the beats, where there is news."""
        if self.clocks.look():
            self.engine.send(self.clocks.beats)

    def send_load(self, fade: float = -1.0, *, opened: bool = False) -> None:
        """Let the engine play the project as it is now, or what is heard in its place."""
        self.block = ""  # the engine will say which it is now
        if self.project.input != self._source:  # it is open once the engine says so
            self._source = self.project.input
            self.now(input_address="", pointer_port=0, input_fault="")
        self.lately.loaded(opened=opened)
        self.engine.send(comparing.load(self, fade, opened=opened))

    def _card(self) -> inner.Voices:
        """Which sound card is wanted, before it is known what drives the voices, and what is counted already."""
        return inner.Voices(self.project.tables()["sound"], late=int(self.beside.get("underruns", 0)))

    def _state(self) -> c.State:
        shown = self.show.table() if self.show is not None else NO_SCENES
        return c.State(document_of(self.desk, self.activity, self.children) | shown)

    def changed(self) -> None:
        """Tell everybody how everything is now."""
        self.tell(self._state())
