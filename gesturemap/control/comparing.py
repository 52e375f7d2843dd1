"""A and B: another way of playing beside the one that is set, switched between two frames, until one of them is kept.

A is the project as it is. B differs in its mapping, features or model; its model is fitted beside while A plays on.
What is edited or trained meanwhile is A's: the comparison ends, and A is heard.
"""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import checks, training
from gesturemap.errors import CommandError, GesturemapError
from gesturemap.models.model import asked
from gesturemap.project.project import Project
from gesturemap.teaching.suggest import comparing
from gesturemap.teaching.suggest.comparing import Offer

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller

A, B, FORMER = "a", "b", "former"
LEARNED = ("features", "learner")
"""Of what differs, what asks for a model of its own."""
SHOWN = 8
"""Offers that are named where none is meant."""
DECIDES = ("mapping", "features", "learner", "preference", "demonstrations", "layers")
"""Of a project, what decides about the next offer."""
_told: list[Any] = []
"""What that was when it was told last, and the offer."""
_jobs = itertools.count(-1_000_000, -1)
"""Numbers of trainings that are neither the project's nor a scene's."""


@dataclass(frozen=True)
class Compared:
    """What is compared with the project as it is."""

    offer: Offer
    job: int = 0
    """The training of its model; 0: it plays the project's own."""
    fitted: inner.Fitted | None = None
    on: bool = False
    """Whether it is what is heard."""

    @property
    def ready(self) -> bool:
        """Whether it can be heard."""
        return not self.job or self.fitted is not None

    def table(self) -> dict[str, Any]:
        """As a `State` has it."""
        return {**self.offer.table(), "heard": B if self.on else A, "ready": self.ready}


def offers(control: Controller) -> list[Offer]:
    """What may be compared, what comes first first; last the way it was played before the last edit of it."""
    found = list(comparing.offers(control.project))
    before = comparing.former(control.project, control.desk.document.earlier)
    return [*found, before] if before is not None else found


def offered(project: Project) -> dict[str, str]:
    """What `compare` would compare with, as a `State` has it; empty where nothing can be compared."""
    now = tuple(getattr(project, name) for name in DECIDES)
    if len(_told) != len(DECIDES) + 1 or any(a is not b for a, b in zip(now, _told, strict=False)):
        none = asked(project.learner) or not project.shown
        offer = None if none else comparing.next_one(project)
        _told[:] = [*now, offer.table() if offer is not None else {}]
    found: dict[str, str] = _told[-1]
    return found


def compare(control: Controller, message: c.Compare) -> None:
    """Have a B ready to be heard, or end the comparison.

    Raises
    ------
    GesturemapError
        If there is nothing to compare with, or it cannot be played so.
    """
    if not message.on:
        over(control)
        return
    offer = _offer(control, message.offer)
    other = offer.of(control.project)
    over(control)
    if not any(name in offer.fields for name in LEARNED):
        control.now(compared=Compared(offer))
        return
    control.trainer.revive()
    training.give_way(control)
    if control.show is not None:
        control.show.interrupt()
    control.engine.send(inner.Kernels(other.learner.kind, other.kernels()))
    job = next(_jobs)
    control.trainer.send(*training.lesson(control, other, job))
    control.now(compared=Compared(offer, job))


def _offer(control: Controller, name: str) -> Offer:
    """The offer of this name, or without one the first.

    Raises
    ------
    CommandError
        If there is none, or nothing can be compared now.
    SettingsError
        If nothing would move a mapping then.
    """
    project, activity = control.project, control.activity
    if asked(project.learner) or not project.shown:
        raise CommandError(
            "compare",
            "nothing is learned from" if not project.shown else f"the model {project.learner.kind}",
            "two ways of playing what was demonstrated are compared",
            "record a gesture first" if not project.shown else "choose another model",
        )
    if activity.training or activity.stale:
        why = "it is being trained" if activity.training else "what was demonstrated has changed"
        raise CommandError(
            "compare", why, "A is the model that was fitted last", "train it, or wait until it is trained"
        )
    there = offers(control)
    for offer in there:
        if name == offer.name:
            checks.mapped(project, offer.of(project))
            return offer
        if not name:
            with contextlib.suppress(GesturemapError):  # nothing would move a mapping: the next one
                checks.mapped(project, offer.of(project))
                return offer
    names = ", ".join(offer.name for offer in there[:SHOWN] if offer.name != FORMER)
    raise CommandError(
        "compare",
        repr(name[:60]),
        "it was never set otherwise since the project was opened"
        if name == FORMER
        else f"there are {names} ...",
        "see gesturemap teach PROJECT compare",
    )


def _compared(control: Controller, word: str) -> Compared:
    """What is compared, if it can be heard.

    Raises
    ------
    CommandError
        If there is nothing, or it cannot yet.
    """
    compared = control.activity.compared
    if compared is None:
        raise CommandError(word, "nothing is compared", "there are an A and a B then", "compare first")
    if not compared.ready:
        raise CommandError(word, "B is being fitted", "both are heard before one is kept", "wait until it is")
    return compared


def switch(control: Controller, message: c.Switch) -> None:
    """Hear the other one from the next frame on, or the one that is named.

    Raises
    ------
    CommandError
        If nothing is compared, or it is not fitted yet.
    """
    compared = _compared(control, "switch")
    if message.to not in ("", A, B):
        raise CommandError("switch", repr(message.to[:60]), f"there are {A} and {B}", "name one, or none")
    on = message.to == B if message.to else not compared.on
    if on != compared.on:
        control.now(compared=replace(compared, on=on))
        control.send_load()


def prefer(control: Controller, _: c.Prefer) -> None:
    """Keep the one that is heard, in one edit with what is learned of it about the person; the comparison is over.

    Raises
    ------
    GesturemapError
        If nothing is compared, or it cannot be written; then all is as it was.
    """
    compared = _compared(control, "prefer")
    a, b = control.project, compared.offer.of(control.project)
    kept, other = (b, a) if compared.on else (a, b)
    heeding = kept.preference.heeding(comparing.choices(kept, other))
    what = compared.offer.name if compared.on else "what is set"
    control.desk.edit(f"prefer {what}", replace(kept, preference=heeding))
    control.now(compared=None)
    control.announce()
    if compared.on and (model := compared.fitted) is not None:
        control.fitted = model.data
        control.trainer.send(inner.NewModel(model.data))
        control.now(
            labels=tuple(model.labels), seconds=model.seconds, messages=tuple(model.messages),
            notes=tuple(model.notes), changes={}
        )  # fmt: skip
        control.guard(lambda: control.desk.keep_model(model.data))


def fitted(control: Controller, notice: inner.Fitted) -> bool:
    """Whether a model that has come, or has not, is that of what is compared."""
    compared = control.activity.compared
    if compared is None or notice.job != compared.job:
        return False
    if notice.goes_on:
        return True
    if notice.error:
        control.now(compared=None)
        control.tell(c.Fault("compare", f"{compared.offer.what}: {notice.error}"))
    else:
        control.now(compared=replace(compared, fitted=notice))
    control.trainer.send(inner.NewModel(control.desk.model))  # the next fit goes on from A
    control.changed()
    return True


def heard(control: Controller) -> tuple[Project, bytes, dict[str, str]]:
    """What plays: the project, its model, and what gestures of that are called now."""
    compared, desk = control.activity.compared, control.desk
    if compared is None or not compared.on:
        return desk.project, desk.model, desk.called
    other = compared.offer.of(desk.project)
    if compared.fitted is None:
        return other, desk.model, desk.called
    return other, compared.fitted.data, {}


def load(control: Controller, fade: float, *, opened: bool) -> inner.Load:
    """What the engine is told of it; see `inner.Load`."""
    project, model, called = heard(control)
    tables, folder = project.tables(), str(control.desk.folder)
    bounds, rate = project.heard_at
    return inner.Load(tables, folder, model, fade, opened, called, True, bounds=bounds, rate=rate)


def over(control: Controller) -> None:
    """Nothing is compared any more: A is heard."""
    compared = control.activity.compared
    if compared is None:
        return
    control.now(compared=None)
    if not compared.ready:
        control.trainer.send(c.CancelTraining())
    if compared.on:
        control.send_load()


def trainer_died(control: Controller) -> None:
    """What was being fitted for B went with it."""
    if control.activity.compared is not None and not control.activity.compared.ready:
        control.now(compared=None)
