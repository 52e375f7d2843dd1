"""The root process: holds the document, answers commands, starts and watches the others."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import edits, lock, orders, recording, trainer, training, wekinator
from gesturemap.control.along import Along
from gesturemap.control.clocks import Clocks
from gesturemap.control.desk import Desk
from gesturemap.control.pedals import Pedals
from gesturemap.control.state import Activity, document_of
from gesturemap.control.supervisor import Child
from gesturemap.control.switchboard import Died, Entered, Switchboard
from gesturemap.demonstrations import Demonstration
from gesturemap.engine import process
from gesturemap.errors import CommandError, GesturemapError, unforeseen
from gesturemap.library import shared_folder, sweep_shared
from gesturemap.models.model import asked
from gesturemap.project.project import Project
from gesturemap.synth import host

CALM = 5.0
"""Seconds of play after which another engine is made ready, in case this one dies."""
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

    def __init__(self, path: str, *, sound: bool = True, serve: bool = True) -> None:
        self.watchers: list[Watcher] = []
        self.activity = Activity()
        self.quit = False
        self.anywhere = False
        """Whether control words may name files outside the project's folder."""
        self.open(path)
        sweep_shared()
        self.shared = Path(tempfile.mkdtemp(prefix=f"gesturemap-{os.getpid()}-", dir=shared_folder()))
        self.engine = Child("engine", process.run, self.shared)
        self.trainer: Child = Child("trainer", trainer.run, self.shared)
        self.synth = Child("synth", host.run, self.shared, talks=True, first=self._card)
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
        self._block = ""
        self._voices = inner.Voices()
        self._scope: c.ScopeOpened | None = None
        self._status = c.Status()
        self.beside: dict[str, Any] = {}
        """Figures that stand with the engine's: of the synth, of remote control, of the lock."""
        self.along: Along | None = None
        """The sound that goes along with the recording."""
        self.log = c.Log(False)
        self._later: dict[Callable[[], None], float] = {}
        """What is to be done, and when."""
        self._engines = 0
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
        orders.remember(self)

    def turn(self, timeout: float = 0.1) -> None:
        """Deal with everything that has been said, waiting at most `timeout` seconds for the first word."""
        for who, said in self.switchboard.listen(timeout):
            if isinstance(who, Child):
                if isinstance(said, Died):
                    self._bury(who)
                elif isinstance(said, c.Message):
                    self._notice(who, said)
            elif isinstance(said, Entered) and who is not None:
                for notice in (self._state(), self._scope, self._status):
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

    def _stand_by(self) -> None:
        """See to it, again and again, that another engine is ready."""
        self.engine.stand_by(inner.Kernels(self.project.learner.kind, self.project.kernels()))
        self.later(self._stand_by, CALM)

    def later(self, act: Callable[[], None], seconds: float) -> None:
        """Do something in a while; asked again, the while begins again."""
        self._later[act] = time.monotonic() + seconds

    def _bury(self, child: Child) -> None:
        """A process has died: say so, and start it again."""
        again = child.died()
        self.tell(c.Fault(child.name, child.why))
        if child is self.engine:
            self._scope, self._block = None, ""
            recording.forgotten(self)
            self.now(playing="", input_address="", pointer_port=0)
        if child is self.trainer:
            training.trainer_died(self)
        if again:
            child.start()
        self.changed()

    def tell(self, notice: c.Message) -> None:
        """Tell every window and watcher."""
        self.switchboard.tell_all(notice)
        for watcher in self.watchers:
            watcher(notice)

    def close(self) -> None:
        """End everything: first the outputs and the sound, then the rest."""
        self.guard(self.desk.leave)
        self.pedals.close()
        self.clocks.close()
        for notice in self.engine.stop():
            if isinstance(notice, c.Status):  # how it was when it ended
                self._figures(self.engine, notice)
        for child in (self.synth, self.trainer):
            child.stop()
        self.switchboard.close()
        shutil.rmtree(self.shared, ignore_errors=True)

    # Notices from below

    def _notice(self, child: Child, notice: c.Message) -> None:
        if isinstance(notice, inner.Ready):
            self._ready(child, notice)
        elif isinstance(notice, c.ScopeOpened):
            self._scope = notice
            self.tell(notice)
        elif isinstance(notice, inner.BlockOpened):
            self._block = notice.path
            self._send_voices()
        elif isinstance(notice, c.Status):
            self._figures(child, notice)
        elif isinstance(notice, inner.Take):
            self.guard(lambda: recording.taken(self, notice))
        elif isinstance(notice, inner.SoundAlong):
            recording.sounds(self, notice)
        elif isinstance(notice, inner.Fitted):
            training.fitted(self, notice)
        elif isinstance(notice, inner.Word):
            self.guard(lambda: wekinator.hear(self, notice))
        elif isinstance(notice, inner.Doing):
            wekinator.does(self, notice)
        elif isinstance(notice, inner.Refused):
            self.desk.model = b""
            self.now(stale=True, labels=())
            if not self.activity.training:
                self.train()
        elif isinstance(notice, inner.PlayFrames):
            self.now(playing="")
            self.changed()
        elif isinstance(notice, inner.InputClosed):
            self.now(input_address="", pointer_port=0, input_fault=notice.text, input_channels=())
            self.changed()
        else:
            if isinstance(notice, c.Happened):
                going = tuple(label for label in self.activity.going if label != notice.label)
                self.now(going=(*going, notice.label) if notice.kind == "began" else going)
            self.tell(notice)

    def _ready(self, child: Child, notice: inner.Ready) -> None:
        if notice.process == "input":
            port = int(notice.detail.rpartition(" ")[2]) if self.project.input.kind == "pointer" else 0
            self.now(input_address=notice.detail, pointer_port=port, input_fault="")
            self.now(input_channels=tuple(notice.channels))
        else:
            child.state = (
                notice.detail if notice.detail.startswith("no ") else f"running: {notice.detail}".rstrip(": ")
            )
            if child is self.engine:
                self._engines += 1
                self.later(self._stand_by, CALM)
                if self._engines > 1:
                    self.engine.send(inner.Interrupted(list(self.activity.going)))
                    wekinator.hand_over(self)
                self.engine.send(c.Rest(self.activity.resting))
                self.engine.send(c.Lock(self.activity.locked))
                self.engine.send(self.clocks.beats)
                self.send_load(opened=self._engines == 1)
                self.engine.send(c.Run(self.activity.running))
                if self.log.on:
                    self.obey(c.Log(True))
            elif child is self.trainer:
                self.trainer.send(inner.Kernels(self.project.learner.kind, self.project.kernels()))
            elif child is self.synth:
                self._send_voices(again=True)
                self.synth.send(c.Sound(self.activity.sound_on))
                self.synth.send(c.Volume(self.project.sound.volume))
            learning = (self.engine, self.trainer)
            ready = not any(child.state in ("starting", "restarting") for child in learning)
            if ready and training.wanted(self):
                self.train()  # not earlier: at the first start both compile, and it would be slow
        self.changed()

    def _figures(self, child: Child, notice: c.Status) -> None:
        if child is self.synth:
            self.beside |= notice.figures
            return
        self._status = c.Status({**notice.figures, **self.beside, **self.clocks.figures()})
        self.tell(self._status)

    # Commands

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

    def fault(self, error: GesturemapError) -> None:
        """Tell what went wrong."""
        self.tell(c.Fault(error.place, str(error)))
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
        self.activity = replace(self.activity, **changes)

    def edit(self, label: str, project: Project) -> None:
        """Take a new version of the project; `label` says what was done."""
        before = self.project
        self.desk.edit(label, project)
        self.edited(before)

    def edited(self, before: Project) -> None:
        """Tell whoever plays or learns what has changed."""
        now = self.project
        self.announce()
        if (now.sound, now.gestures) != (before.sound, before.gestures):
            self._send_voices()
            tables = now.tables()
            self.engine.send(inner.Sounds(now.sound.volume, tables["sound"], tables["gestures"]))
        if (now.input, now.features, now.mapping, now.outputs) != (
            before.input,
            before.features,
            before.mapping,
            before.outputs,
        ):
            self.send_load()
        if (now.demonstrations, now.features, now.learner) != (
            before.demonstrations,
            before.features,
            before.learner,
        ):
            training.edited(self, before)
        self.changed()

    def train(self) -> None:
        """Ask for a fit of what there is now."""
        training.train(self)

    def open(self, path: str) -> None:
        """Put a project on the desk; `reload` lets it play."""
        self.desk = Desk(path)
        shown = tuple(dict.fromkeys(d.label for d in self.project.demonstrations))
        labels = (shown or self.project.gestures) if self.desk.model else ()
        self.activity = self.activity.of_another(labels, stale=not self.desk.fits)

    def reload(self) -> None:
        """Everything below plays the project that was just opened."""
        self.doing = inner.Doing()
        self.send_load(opened=True)
        self._send_voices()
        if not self.desk.model and (self.project.demonstrations or not asked(self.project.learner)):
            self.train()
        self.announce()
        for warning in self.desk.warnings:
            self.tell(c.Fault(str(self.desk.folder), warning))

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

    # What others are told

    def send_load(self, *, opened: bool = False) -> None:
        """Let the engine play the project as it is now."""
        self._block = ""  # the engine will say which it is now
        tables, folder = self.project.tables(), str(self.desk.folder)
        self.engine.send(inner.Load(tables, folder, self.desk.model, opened))

    def _send_voices(self, *, again: bool = False) -> None:
        """Tell the synth what to play, as soon as there is a block to drive it."""
        tables, labels = self.project.tables()["sound"], list(self.project.gestures)
        voices = inner.Voices(tables, str(self.desk.folder), self._block, labels)
        if self._block and (again or voices != self._voices):
            self._voices = voices
            self.synth.send(voices)

    def _card(self) -> inner.Voices:
        """Which sound card is wanted, before it is known what drives the voices."""
        return inner.Voices(self.project.tables()["sound"])

    def _state(self) -> c.State:
        return c.State(document_of(self.desk, self.activity, self.children))

    def changed(self) -> None:
        """Tell everybody how everything is now."""
        self.tell(self._state())
