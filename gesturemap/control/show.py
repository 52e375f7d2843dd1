"""A show: the scenes of a setlist, each read, fitted and made ready while another plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import recording, training, voices
from gesturemap.control.desk import Desk
from gesturemap.control.part import Part, nothing_to_play
from gesturemap.control.pedals import Pedals
from gesturemap.control.state import Activity
from gesturemap.errors import CommandError, GesturemapError, unforeseen
from gesturemap.library import project_folder
from gesturemap.project.setlist import Scene, Setlist

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller

SHOWN = 20
"""Scenes that are named where none is meant."""
NO_SCENES: dict[str, object] = {"scenes": [], "scene": 0}
"""What a `State` has of the scenes where there is no setlist."""
MOST_READY = 24
"""Scenes whose outputs and voices wait, those that come next first; others are opened when they are recalled."""


class Show:
    """The scenes of a setlist, and which one plays.

    Parameters
    ----------
    setlist : as it was read; projects that cannot be read are told when the show begins, and passed over.
    """

    def __init__(self, setlist: Setlist) -> None:
        self.setlist = setlist
        self._parts: list[Part] = []
        """Of each scene."""
        self.at = -1
        """The scene that plays, or did before a project that is none; from 0."""
        self._control: Controller | None = None
        self._pedals: Pedals | None = None
        self._fitting: Part | None = None
        self._wanted: int | None = None
        """The scene to go to as soon as the recording is kept."""
        self._told: list[dict[str, object]] = []
        self._faults: set[tuple[type[Exception], str]] = set()
        """Kinds and places of what went wrong beside what plays."""
        known: dict[str, Part] = {}
        for number, scene in enumerate(setlist.scenes, 1):
            part = known.get(scene.project)
            if part is None:
                part = known[scene.project] = Part(number)
                try:
                    part.desk = Desk(scene.project)
                except GesturemapError as error:
                    part.fault = str(error)
                else:
                    part.fault = nothing_to_play(part.desk)
            self._parts.append(part)

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """In order."""
        return self.setlist.scenes

    @property
    def first(self) -> Desk:
        """The project to begin with.

        Raises
        ------
        CommandError
            If none can be read.
        """
        for part in sorted(self._parts, key=lambda part: bool(part.fault)):
            if part.desk is not None:
                return part.desk
        raise CommandError(
            self.setlist.place, f"none of {len(self._parts)} scenes can be played", self._parts[0].fault,
            "mend the projects",
        )  # fmt: skip

    @property
    def desks(self) -> list[Desk]:
        """Every project that could be read, once."""
        return [part.desk for part in self._each() if part.desk is not None]

    def begin(self, control: Controller) -> None:
        """The show is this control's from now on."""
        self._control, control.show = control, self
        for number, part in enumerate(self._parts):
            if part.desk is not None and part.desk.folder == control.desk.folder:
                part.desk = control.desk
                self.at = number if self.at < 0 else self.at
        self._pedals = Pedals(control.switchboard.call)
        self._pedals.follow(self.setlist.pedal)

    def faults(self) -> list[str]:
        """One line for each scene that cannot be played, and for whatever a project lacks."""
        found = []
        for part in self._each():
            lacking = part.desk.warnings if part.desk is not None else []
            found += [f"{self._called(part)}: {fault}" for fault in (part.fault, *lacking) if fault]
        return found

    def _called(self, part: Part) -> str:
        return f"scene {part.number} ({self.scenes[part.number - 1].name})"

    def kernels(self) -> list[inner.Kernels]:
        """What its scenes need to be compiled."""
        return [inner.Kernels(each.project.learner.kind, each.project.kernels()) for each in self.desks]

    # Recall

    def recall(self, which: str) -> None:
        """Play the scene of this name or number.

        Raises
        ------
        CommandError
            If there is none, or it cannot be played.
        """
        index = self._index(which)
        if index is None:
            raise self._none(repr(which[:60]))
        self._playable(index)
        self._go(index)

    def _index(self, which: str) -> int | None:
        """The scene of this name or number; None: there is none."""
        names = [scene.name for scene in self.scenes]
        number = int(which) if which.isascii() and which.isdecimal() and len(which) < 6 else 0
        index = names.index(which) if which in names else number - 1
        return index if 0 <= index < len(names) else None

    def _playable(self, index: int) -> Desk:
        """The project of a scene.

        Raises
        ------
        CommandError
            If it cannot be played.
        """
        part = self._parts[index]
        plays = self._control is not None and part.desk is self._control.desk
        if part.desk is None or (part.fault and not plays):
            raise CommandError(
                f"scene {index + 1} ({self.scenes[index].name})", "cannot be played", part.fault, "mend it"
            )
        return part.desk

    def beginning(self, which: str) -> str:
        """The project to begin with: that of the scene of this name or number, or else one that lies there itself.

        Raises
        ------
        CommandError
            If there is none, or it cannot be played.
        """
        index = self._index(which)
        if index is not None:
            desk, self.at = self._playable(index), index
            return str(desk.folder)
        try:
            return str(project_folder(which))
        except GesturemapError:
            raise self._none(repr(which[:60])) from None

    def recalled(self, path: str) -> bool:
        """Recall the first scene whose project lies there; False: none does."""
        try:
            folder = project_folder(path).resolve()
        except GesturemapError:
            return False
        for index, part in enumerate(self._parts):
            if part.desk is not None and part.desk.folder == folder:
                self._go(index)
                return True
        return False

    def step(self, step: int) -> None:
        """Play the next scene that can be played, or the one before.

        Raises
        ------
        CommandError
            If there is none.
        """
        at = (self.at if self._wanted is None else self._wanted) + step
        while 0 <= at < len(self._parts) and (self._parts[at].desk is None or self._parts[at].fault):
            at += step
        if not 0 <= at < len(self._parts):
            raise self._none(f"no scene {'after' if step > 0 else 'before'} this one")
        self._go(at)

    def _none(self, value: str) -> CommandError:
        parts = zip(self.scenes[:SHOWN], self._parts, strict=False)
        shown = ", ".join(
            f"{number} {scene.name}{' (cannot be played)' * bool(part.fault)}"
            for number, (scene, part) in enumerate(parts, 1)
        )
        return CommandError("scene", value, f"there are {shown}", "give a name or a number")

    def _go(self, index: int) -> None:
        """Go, as soon as what is being recorded is kept."""
        self._wanted = index
        recording.kept_first(self.control, self._switch)

    def _switch(self) -> None:
        control, index = self.control, self._wanted
        self._wanted = None
        if index is None:
            return
        part = self._parts[index]
        assert part.desk is not None
        if part.desk is not control.desk:
            if control.activity.playing:
                control.engine.send(inner.PlayFrames())
            self._leave()
            control.place(part.desk, part.left)
            control.reload(self.scenes[index].fade)
        self.at = index
        control.tell(c.SceneChosen(index + 1, self.scenes[index].name))
        if not self._tell():
            control.changed()

    def _leave(self) -> None:
        """What goes on in the scene that plays is kept for its next turn."""
        control = self.control
        control.guard(control.desk.flush)
        for part in self._each():
            if part.desk is control.desk:
                stale = control.activity.stale or control.activity.training
                part.left = replace(control.activity, training=False, stale=stale)
                part.fault = nothing_to_play(part.desk)

    # Made ready

    def look(self) -> None:
        """Go on with what there is to be done for scenes that do not play; called in every turn of control.

        What goes wrong is told once of each kind: it would be said again in every turn.
        """
        try:
            self._go_on()
        except Exception as error:  # noqa: BLE001  # control must outlive whatever it is asked
            fault = error if isinstance(error, GesturemapError) else unforeseen("scenes", error)
            if (kind := (type(error), fault.place)) not in self._faults:
                self._faults.add(kind)
                self.control.fault(fault)

    def _go_on(self) -> None:
        control = self.control
        if control.engine.state.startswith("running"):
            for each in self._nearest()[:MOST_READY]:
                self._rehearse(each)
        busy = control.activity.training or control.activity.evaluating
        free = control.trainer.state.startswith("running") and not busy and control.settled
        if free and self._fitting is None:
            waiting = (one for one in self._nearest() if one.unfitted and one.desk is not control.desk)
            part = next(waiting, None)
            if part is not None and part.desk is not None:
                self._fitting = part
                control.trainer.send(*training.lesson(control, part.desk.project, -part.number))
                self._tell()

    def _rehearse(self, part: Part) -> None:
        """Let the engine make a scene ready, where there is news."""
        desk, control = part.desk, self.control
        if desk is None or not desk.model:
            return
        playing = desk is control.desk
        if (part.asked is not None or not control.settled) if playing else part.unfitted:
            return  # what is edited while it plays is news when it is left
        now = desk.project, desk.model
        if part.asked is None or part.asked[0] is not now[0] or part.asked[1] is not now[1]:
            part.asked = now
            self.control.engine.send(
                inner.Rehearse(part.key, desk.project.tables(), str(desk.folder), desk.model)
            )

    def opened(self, notice: inner.BlockOpened) -> None:
        """The engine has a scene ready; the synth is next."""
        for part in self._each():
            if part.key == notice.scene:
                part.ready, part.block = True, notice.path
                self._voice(part)
        self._tell()

    def _voice(self, part: Part) -> None:
        if part.block and part.desk is not None:
            self.control.synth.send(voices.of(self.control, part.desk, part.block, later=True))

    def fitted(self, notice: inner.Fitted) -> None:
        """A model of a scene that does not play has come, or the reason why there is none."""
        part, control = self._fitting, self.control
        if part is None or notice.job != -part.number or notice.goes_on:
            return
        self._fitting = None
        if notice.error == training.CANCELLED:
            return
        if notice.error:
            part.fault = notice.error
            control.tell(c.Fault("scene", f"{self._called(part)}: {part.fault}"))
        elif part.desk is not None and part.desk is not control.desk:
            desk = part.desk
            control.guard(lambda: desk.keep_model(notice.data))
            desk.model = notice.data
            part.left = Activity(labels=tuple(notice.labels), seconds=notice.seconds,
                                 messages=tuple(notice.messages), notes=tuple(notice.notes))  # fmt: skip
        self._tell()

    def begun_again(self, process: str) -> None:
        """A process has started: what the one before knew of scenes is gone."""
        for part in self._each():
            if process == "engine":
                part.asked, part.ready, part.block = None, False, ""
            elif process == "synth":
                self._voice(part)
        if process == "trainer":
            self._fitting = None

    def interrupt(self) -> None:
        """Something more urgent is to be fitted."""
        if self._fitting is not None:
            self.control.trainer.send(c.CancelTraining())

    def table(self) -> dict[str, object]:
        """The scenes as a `State` has them."""
        return {"scenes": [self._described(index) for index in range(len(self._parts))], "scene": self.at + 1}

    def _tell(self) -> bool:
        """Say how the scenes are, where that has changed; whether it has."""
        told = [self._described(index) for index in range(len(self._parts))]
        if told == self._told:
            return False
        self._told = told
        self.control.tell(c.Scenes(told, self.at + 1))
        self.control.changed()
        return True

    def _described(self, index: int) -> dict[str, object]:
        part, scene = self._parts[index], self.scenes[index]
        state = "ready" if part.ready else "waiting"
        if part is self._fitting:
            state = "fitting"
        if part.fault:
            state = "broken"
        return {"number": index + 1, "name": scene.name, "state": state, "fault": part.fault}

    def _each(self) -> Sequence[Part]:
        """Every project once."""
        return list({id(part): part for part in self._parts}.values())

    def _nearest(self) -> list[Part]:
        """Every project once: the one that plays, then those that come next, then those before."""
        at = max(self.at, 0)
        order = [*self._parts[at:], *reversed(self._parts[:at])]
        return list({id(part): part for part in order}.values())

    @property
    def control(self) -> Controller:
        """Whose show it is."""
        assert self._control is not None
        return self._control

    def close(self) -> None:
        """Write what is not on disk yet, and listen no longer."""
        if self._pedals is not None:
            self._pedals.close()
        for desk in self.desks:
            self.control.guard(desk.leave)
