"""What control does about training and evaluation: when it is asked for, what the trainer is told, what comes of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control.pace import paced
from gesturemap.errors import CommandError, GesturemapError
from gesturemap.inputs.wekinator import Wekinator
from gesturemap.models import store
from gesturemap.models.model import asked
from gesturemap.project import pack
from gesturemap.teaching import leave_one_out

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller
    from gesturemap.project.project import Project

CANCELLED = "cancelled"
"""What the trainer says of a job that was."""
GIVEN_UP = "given up, as there is something to be fitted first; ask for it again when that is done"


def wanted(control: Controller) -> bool:
    """Whether there is something to train that nobody has to ask for.

    A learner that is fitted only when somebody asks for it is fitted unasked where no model plays at all: then the
    project has just been opened, or made.
    """
    if not control.activity.stale or control.activity.training:
        return False
    return not asked(control.project.learner) or bool(control.project.shown and not control.desk.model)


def edited(control: Controller, before: Project) -> None:
    """What the model is learned from has changed."""
    control.now(stale=True)
    if not asked(control.project.learner):
        train(control)
    elif (
        control.project.learner != before.learner
    ):  # the engine knows of the outputs, and of nothing else in it
        control.send_load()


def give_way(control: Controller) -> None:
    """An evaluation that is under way is given up: there is something to be fitted first."""
    if control.activity.evaluating:
        control.now(evaluating=False)
        control.trainer.send(c.CancelTraining())
        control.tell(c.Fault("evaluation", f"evaluation: {GIVEN_UP}"))


def train(control: Controller) -> None:
    """Ask for a fit of what there is now; whatever was under way is out of date."""
    control.job += 1
    give_way(control)
    if control.activity.training:
        control.trainer.send(c.CancelTraining())
    elif control.show is not None:
        control.show.interrupt()
    project = control.project
    if not project.shown:
        control.now(training=False)
        if asked(project.learner):  # as nothing is learned anew, what is trained plays on
            control.engine.send(inner.TrainingEnded(bool(control.desk.model)))
            return
        emptied = _emptied(control)
        control.now(labels=(), stale=False)
        control.desk.model = b""
        if emptied:
            control.engine.send(inner.NewModel(emptied))
        else:
            control.send_load()
        return
    control.now(training=True)
    if asked(project.learner) and control.desk.model is not control.fitted:
        control.trainer.send(inner.NewModel(control.desk.model))  # it knows only what it has fitted itself
    control.trainer.send(*lesson(control, project, control.job))


def _emptied(control: Controller) -> bytes:
    """The model that plays without its examples, packed: what hears Wekinator's words says on that nothing is near.

    Empty for any other.
    """
    if control.project.input.kind != Wekinator.kind or not control.desk.model:
        return b""
    with contextlib.suppress(GesturemapError):  # one that cannot be read does not play
        model: Any = store.unpack(control.desk.model)
        if hasattr(model, "emptied"):
            return store.pack(model.emptied())
    return b""


def lesson(
    control: Controller, project: Project, job: int, kind: type[inner.Fit] = inner.Fit
) -> tuple[inner.Fit, Callable[[], bytes]]:
    """What the trainer is told of a project, and what packs the demonstrations that are new to it, which come along."""
    every = {d.id: d for d in project.shown}
    new = [d for d in every.values() if control.taught.get(d.id) is not d]
    control.taught = every
    return kind(job, project.tables(), list(every)), partial(pack.pack, new)


def fitted(control: Controller, notice: inner.Fitted) -> None:
    """A model has come, or the reason why there is none."""
    if (
        notice.job != control.job
    ):  # something was edited meanwhile, and a newer job is under way; or it is a scene's
        if control.show is not None:
            control.show.fitted(notice)
        return
    if notice.goes_on:
        control.engine.send(inner.NewModel(notice.data, *control.project.heard_at))
        return
    control.now(training=False)
    if notice.error:
        if notice.error != CANCELLED:
            control.tell(c.Fault("training", notice.error))
    else:
        control.now(
            stale=False,
            labels=tuple(notice.labels),
            seconds=notice.seconds,
            messages=tuple(notice.messages),
            notes=tuple(notice.notes),
            changes=notice.changes,
        )
        control.fitted = notice.data
        if not notice.plays:
            control.engine.send(inner.NewModel(notice.data, *control.project.heard_at))
        control.guard(lambda: control.desk.keep_model(notice.data))
        told = c.Trained(notice.labels, notice.seconds, notice.messages, notice.changes, notice.notes)
        control.tell(told)
    if asked(control.project.learner):
        control.engine.send(inner.TrainingEnded())
    control.changed()


def evaluate(control: Controller) -> None:
    """Ask how well the model does on demonstrations that are left out; the trainer says it when it knows.

    Raises
    ------
    CommandError, DataError
        If that is being asked already, there is no trainer, or there are too few demonstrations.
    """
    project, trainer = control.project, control.trainer
    if control.activity.evaluating or trainer.connection is None:
        why = "one is under way" if trainer.connection is not None else f"trainer {trainer.state}"
        raise CommandError(
            "evaluation", why, "the trainer makes one at a time", "wait, or end it: train/cancel"
        )
    rate = paced(project, project.shown).rate if project.shown else 0.0
    leave_one_out.cells_of(leave_one_out.opened(project.learner, project.shown, rate), [])
    if control.show is not None and not control.activity.training:
        control.show.interrupt()
    control.now(evaluating=True)
    trainer.send(*lesson(control, project, control.job, inner.LeaveOut))


def evaluated(control: Controller, notice: inner.LeftOut) -> None:
    """How well the model does, or why that is not known; what was given up is no news."""
    if notice.job != control.job or not control.activity.evaluating:
        return
    control.now(evaluating=False)
    if not notice.error:
        control.evaluated = c.Evaluated(**notice.found)
        control.tell(control.evaluated)
    elif notice.error != CANCELLED:
        control.tell(c.Fault("evaluation", notice.error))
    control.changed()


def trainer_died(control: Controller) -> None:
    """What it knew and what it did went with it."""
    control.taught, control.fitted = {}, b""
    if control.activity.training and asked(control.project.learner):
        control.engine.send(inner.TrainingEnded())
    control.now(training=False, evaluating=False)
