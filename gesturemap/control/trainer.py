"""The trainer's process: warm, one job at a time, cancellable, never in the way of the sound."""

from __future__ import annotations

import gc
import signal
import time
from multiprocessing.connection import Connection
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from gesturemap import catalog, compiled
from gesturemap import commands as c
from gesturemap.demonstrations import Demonstration, TrainingSet, through
from gesturemap.errors import CommandError, DataError, GesturemapError
from gesturemap.features import FEATURE_KERNELS
from gesturemap.features.feature import ChainRun, Feature
from gesturemap.frames import Spec
from gesturemap.models import TRAINING_KERNELS, store
from gesturemap.models.model import Cancelled
from gesturemap.project import pack
from gesturemap.project.project import Project, assemble

KERNELS = (*TRAINING_KERNELS, *FEATURE_KERNELS)


_SEEN: WeakKeyDictionary[Demonstration, tuple[tuple[Feature, ...], Demonstration]] = WeakKeyDictionary()
"""What came of demonstrations that went through these features."""


def training_set(project: Project, demonstrations: tuple[Demonstration, ...]) -> TrainingSet:
    """The demonstrations as the model will see them: each through a fresh chain of the project's features."""
    made = []
    for demonstration in demonstrations:
        before = _SEEN.get(demonstration)
        if before is None or before[0] != project.features:
            before = _SEEN[demonstration] = project.features, featured(project, demonstration)
        made.append(before[1])
    return TrainingSet(tuple(made))


def featured(project: Project, demonstration: Demonstration) -> Demonstration:
    """One demonstration through a fresh chain of the project's features."""
    chain = ChainRun(project.features, demonstration.check().spec)
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
    return project.learner.fit(training_set(project, demonstrations), previous, report)


def warm_up() -> None:
    """Import every plug-in and fit something small, so that the first real fit is as quick as any."""
    catalog.load()
    spec = Spec.of("x", "y")
    rng = np.random.default_rng(0)
    learner = catalog.read("models", {"kind": "hhmm"}, "trainer")
    learner.fit(
        TrainingSet(
            tuple(
                Demonstration(f"{label}{n}", label, spec, np.arange(30.0), rng.normal(size=(30, 2)))
                for label in "ab"
                for n in range(2)
            )
        )
    )


def _fitted(job: int, model: Any, began: float, *, goes_on: bool = False) -> c.Fitted:
    """What control is told of a model."""
    seconds = time.perf_counter() - began
    labels, messages = list(model.labels), list(model.messages)
    return c.Fitted(job, seconds, "", labels, messages, goes_on, store.pack(model))


class Trainer:
    """Jobs in, models out."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.previous: Any = None
        self.known: dict[str, Demonstration] = {}
        """The demonstrations of the last job, by id."""
        self.quit = False
        self._waiting: list[c.Message] = []

    def send(self, message: c.Message) -> None:
        """Tell control."""
        self.connection.send_bytes(c.encode(message))

    def next(self) -> c.Message:
        """Wait for the next message; the end of the pipe is a `Quit`."""
        if self._waiting:
            return self._waiting.pop(0)
        try:
            return c.decode(self.connection.recv_bytes())
        except (EOFError, OSError):
            return c.Quit()
        except CommandError:
            return self.next()

    def serve(self) -> None:
        """Do jobs until told to quit."""
        while not isinstance(message := self.next(), c.Quit):
            if isinstance(message, c.Fit):
                self.send(self.job(message))

    def job(self, message: c.Fit) -> c.Fitted:
        """Fit once; whatever goes wrong is an answer too."""
        began = time.perf_counter()

        def report(gesture: str, fraction: float) -> bool:
            self.send(c.Progress("training", gesture, fraction))
            return not self._cancelled()

        try:
            project = assemble(message.tables, "", "project")
            learner, data = project.learner, training_set(project, self._demonstrations(message))
            if hasattr(learner, "first"):  # it has a quick model to play until the full one is fitted
                self.send(_fitted(message.job, learner.first(data, self.previous), began, goes_on=True))
            model = learner.fit(data, self.previous, report)
        except Cancelled:
            return c.Fitted(message.job, error="cancelled")
        except GesturemapError as error:
            return c.Fitted(message.job, error=str(error))
        except Exception as error:  # noqa: BLE001  # the trainer stays warm; the person is told
            return c.Fitted(
                message.job, error=f"training: {type(error).__name__}: {error}; please report this line"
            )
        self.previous = model
        return _fitted(message.job, model, began)

    def _demonstrations(self, message: c.Fit) -> tuple[Demonstration, ...]:
        """All demonstrations of a job: those that are new came with it, the others are known."""
        every = self.known | {d.id: d for d in pack.unpack(message.data)}
        self.known = {identity: every[identity] for identity in message.demonstrations}
        return tuple(self.known.values())

    def _cancelled(self) -> bool:
        while self.connection.poll(0):
            message = self.next()
            if isinstance(message, c.CancelTraining):
                return True
            self._waiting.append(message)
            if isinstance(message, c.Quit):
                return True
        return False


def run(connection: Connection) -> None:
    """The trainer's process, from start to `Quit` or the end of the pipe."""
    for each in (signal.SIGINT, signal.SIGTERM):  # control ends us, in its own order
        signal.signal(each, signal.SIG_IGN)
    trainer = Trainer(connection)
    try:
        compiled.load(KERNELS, lambda what, done: trainer.send(c.Progress("compiling", what, done)))
        warm_up()
        trainer.send(c.Ready("trainer"))
        gc.freeze()
        trainer.serve()
    except OSError:
        return  # control has hung up
