"""The trainer's process: warm, one job at a time, cancellable, never in the way of the sound."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from gesturemap import catalog, codec, companion, compiled, inner
from gesturemap import commands as c
from gesturemap.control.pace import paced, startable
from gesturemap.control.training import CANCELLED
from gesturemap.demonstrations import Demonstration, TrainingSet, mended, through
from gesturemap.errors import CommandError, DataError, GesturemapError
from gesturemap.features import FEATURE_KERNELS
from gesturemap.features.feature import ChainRun, Feature
from gesturemap.frames import Channel, Spec
from gesturemap.models import kernels, store
from gesturemap.models.model import Cancelled, gaps, said
from gesturemap.project import pack
from gesturemap.project.project import Project, assemble
from gesturemap.teaching import leave_one_out
from gesturemap.teaching.changes import Changes
from gesturemap.teaching.critique import decoy
from gesturemap.teaching.hearing import Rules, rested, rules_of

QUIET = 2.0
"""Seconds without a job after which something is compiled for later."""
_SEEN: WeakKeyDictionary[Demonstration, tuple[tuple[Feature, ...], Demonstration]] = WeakKeyDictionary()
"""What came of demonstrations that went through these features."""


def training_set(project: Project, demonstrations: tuple[Demonstration, ...]) -> TrainingSet:
    """The demonstrations as the model will see them: each through a fresh chain of the project's features.

    Raises
    ------
    SettingsError, DataError
        If the features cannot work on them, or at the rate at which they were recorded.
    """
    made = []
    # features smear what a sensor did wrong in a frame
    demonstrations, told = mended(demonstrations) if project.features else (demonstrations, ())
    for demonstration in demonstrations:
        before = _SEEN.get(demonstration)
        if before is None or before[0] != project.features:
            before = _SEEN[demonstration] = project.features, featured(project, demonstration)
        made.append(before[1])
    startable(project, demonstrations)
    return TrainingSet(tuple(made), gaps(project.learner), told=told)


def featured(project: Project, demonstration: Demonstration) -> Demonstration:
    """One demonstration through a fresh chain of the project's features."""
    chain = ChainRun(project.features, demonstration.check(gaps(project.learner)).spec)
    features = through(demonstration, chain.step, chain.spec)
    if not len(features):
        raise DataError(
            f"demonstration {demonstration.id} of '{demonstration.label}'",
            f"{len(demonstration)} frames",
            "too short for the features in front of the model",
            "record a longer one, or use fewer features",
        )
    return features


def fit(
    project: Project, demonstrations: tuple[Demonstration, ...], previous: Any = None, report: Any = None
) -> Any:
    """Fit the project's model to these demonstrations.

    Raises
    ------
    DataError
        If they cannot be learned from.
    Cancelled
        If `report` returned False.
    """
    return project.teacher.fit(training_set(project, demonstrations), previous, report)


def prepare(kind: str, modules: Sequence[str] = (), report: compiled.Report | None = None) -> None:
    """Compile what a kind of model and its features need, and fit something small with it: the next fit is quick."""
    compiled.load((*modules, *kernels(kind, fitting=True)), report)
    learner = catalog.read("models", {"kind": kind}, "trainer")
    rng, spec, pitch = np.random.default_rng(0), Spec.of("x", "y", rate=50.0), (Channel("pitch"),)
    regresses = getattr(learner, "regression", False)
    takes = [
        Demonstration(
            f"{label}{n}", label, spec, np.arange(30) / 50.0, rng.normal(size=(30, 2)),
            *((pitch, rng.normal(size=(30, 1))) if regresses else ()),
        )
        for label in "ab"
        for n in range(2)
    ]  # fmt: skip
    with contextlib.suppress(GesturemapError):  # it wants more than that: then the first fit warms it up
        learner.fit(TrainingSet(tuple(takes)))


def _fitted(job: int, model: Any, seconds: float, *, goes_on: bool = False) -> inner.Fitted:
    """What control is told of a model."""
    return inner.Fitted(
        job, seconds, "", list(model.labels), *said(model), goes_on=goes_on, data=store.pack(model)
    )


def _why(error: Exception) -> str:
    """Why nothing came of a job, in one line."""
    if isinstance(error, Cancelled):
        return CANCELLED
    known = isinstance(error, GesturemapError)
    return str(error) if known else f"training: {type(error).__name__}: {error}; please report this line"


class Trainer:
    """Jobs in, models out."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.previous: Any = None
        self.changes = Changes()
        self._prepared: set[str] = set()
        self.known: dict[str, Demonstration] = {}
        """The demonstrations of the last job, by id."""
        self.quit = False
        self._waiting: list[c.Message] = []
        self._later = list(FEATURE_KERNELS)

    def send(self, message: c.Message) -> None:
        """Tell control."""
        self.connection.send_bytes(codec.encode(message))

    def next(self) -> c.Message:
        """Wait for the next message; the end of the pipe is a `Quit`."""
        return self._waiting.pop(0) if self._waiting else self._read()

    def _read(self) -> c.Message:
        try:
            return codec.decode(self.connection.recv_bytes())
        except (EOFError, OSError):
            return c.Quit()
        except CommandError:
            return self._read()

    def serve(self) -> None:
        """Do jobs until told to quit."""
        while not isinstance(message := self.next(), c.Quit):
            if isinstance(message, inner.Kernels):
                self.prepare(message.kind, message.modules)
            elif isinstance(message, inner.NewModel):
                with contextlib.suppress(
                    GesturemapError
                ):  # one that cannot be read is of no use to go on from
                    self.previous, self.changes = store.unpack(message.data), Changes()
            elif isinstance(message, inner.LeaveOut):
                self.send(self.leave_out(message))
            elif isinstance(message, inner.Fit):
                self.send(self.job(message))
            self._prepare_later()

    def _prepare_later(self) -> None:
        """While there is no job, compile what features chosen later need: the engine shall not stop for it."""
        while self._later and not self._waiting and not self.connection.poll(QUIET):
            compiled.load((self._later.pop(0),))

    def prepare(self, kind: str, modules: Sequence[str]) -> None:
        """Be ready for a kind of model behind features whose kernels are in these modules."""
        if not self._prepared.issuperset({kind, *modules}):
            prepare(kind, modules, lambda what, done: self.send(c.Progress("compiling", what, done)))
            self._prepared.update((kind, *modules))

    def job(self, message: inner.Fit) -> inner.Fitted:
        """Fit once; whatever goes wrong is an answer too."""
        began = time.perf_counter()

        def report(gesture: str, fraction: float) -> bool:
            self.send(inner.JobProgress("training", gesture, fraction, message.job))
            return not self._cancelled()

        try:
            project = assemble(message.tables, "", "project")
            self.prepare(project.learner.kind, project.kernels())
            began = time.perf_counter()
            learner, sent = project.teacher, self._demonstrations(message)
            data = training_set(project, sent)
            if hasattr(learner, "first"):  # it has a quick model to play until the full one is fitted
                quick = learner.first(data, self.previous)
                self.send(_fitted(message.job, quick, time.perf_counter() - began, goes_on=True))
            model = learner.fit(data, self.previous, report)
            seconds = time.perf_counter() - began
            rules = rules_of(project.mapping)
            made = _fitted(message.job, model, seconds)
            decoys = decoy.warnings(data.demonstrations, project.relevance.ignored, sent[0].spec.names)
            made = replace(made, messages=[*made.messages, *decoys])
        except Exception as error:  # noqa: BLE001  # the trainer stays warm; the person is told
            return inner.Fitted(message.job, error=_why(error))
        return self._compared(made, model, data, rules)

    def _compared(self, made: inner.Fitted, model: Any, data: TrainingSet, rules: Rules) -> inner.Fitted:
        """The model with what it says otherwise than the one before; where that takes longer, it plays meanwhile."""
        before, self.previous, played = self.previous, model, []

        def late() -> None:
            played.append(True)
            self.send(replace(made, goes_on=True))

        changes: dict[str, Any] = {}
        try:
            changes = self.changes.between(before, model, data.demonstrations, rules, self._cancelled, late)
        except Cancelled:
            pass  # nobody wants to know; the model is fitted all the same
        except Exception as error:  # noqa: BLE001  # as it is here; the person is told
            made = replace(made, messages=[*made.messages, _why(error)])
        return replace(made, changes=changes, plays=bool(played))

    def leave_out(self, message: inner.LeaveOut) -> inner.LeftOut:
        """Evaluate once; it gives way to a fit that is asked for meanwhile."""

        def report(gesture: str, fraction: float) -> bool:
            self.send(inner.JobProgress("evaluating", gesture, fraction, message.job))
            return not self._cancelled() and not any(isinstance(each, inner.Fit) for each in self._waiting)

        try:
            project = assemble(message.tables, "", "project")
            self.prepare(project.learner.kind, project.kernels())
            shown = self._demonstrations(message)
            seen = training_set(project, shown).demonstrations
            rate = paced(project, shown).rate
            opened = leave_one_out.opened(project.teacher, seen, rate)
            played = {one.id: featured(project, rested(one)) for one in shown}
            rules = rules_of(project.mapping)
            found = leave_one_out.evaluate(opened, rules, report, change=lambda one: played[one.id])
        except Exception as error:  # noqa: BLE001  # the trainer stays warm; the person is told
            return inner.LeftOut(message.job, _why(error))
        return inner.LeftOut(message.job, found=found._asdict())

    def _demonstrations(self, message: inner.Fit) -> tuple[Demonstration, ...]:
        """All demonstrations of a job: those that are new came with it, the others are known."""
        every = self.known | {d.id: d for d in pack.unpack(message.data)}
        self.known = {identity: every[identity] for identity in message.demonstrations}
        return tuple(self.known.values())

    def _cancelled(self) -> bool:
        while self.connection.poll(0):
            message = self._read()
            if isinstance(message, c.CancelTraining):
                return True
            self._waiting.append(message)
            if isinstance(message, c.Quit):
                return True
        return False


def run(connection: Connection) -> None:
    """The trainer's process, from start to `Quit` or the end of the pipe."""
    companion.deaf()
    trainer = Trainer(connection)
    try:
        catalog.load()
        trainer.send(inner.Ready("trainer"))
        gc.freeze()
        trainer.serve()
    except OSError:
        return  # control has hung up
