"""Questions to what was taught, answered in a process of their own: it may take seconds, and keeps nobody.

One question at a time. The process stays for a while, warm and with what it was shown, as the next question comes soon.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gesturemap import catalog, codec, companion, inner
from gesturemap import commands as c
from gesturemap.control.checks import untaught
from gesturemap.control.pace import nominal, paced
from gesturemap.control.supervisor import PATIENCE, Child
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, GesturemapError, unforeseen
from gesturemap.frames import Spec
from gesturemap.project import pack
from gesturemap.project.exchange.corpus import Corpus
from gesturemap.project.project import Project, assemble
from gesturemap.teaching.answers import questions
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.critique.kept_pairs import KeptPairs
from gesturemap.teaching.play import Opened

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller

STAYS = 300.0
"""Seconds for which the process waits for another question."""
GENTLE = 10
"""How far it stands back behind all others that want to work."""
ABOUT = attrgetter(
    "demonstrations", "gestures", "features", "learner", "relevance", "layers", "mapping", "input"
)
"""All of a project that an answer may depend on."""


def opened(project: Project, *, empty: bool = False) -> Opened:
    """What a project learns from, with its learner and features.

    Parameters
    ----------
    empty : it may learn from nothing yet.

    Raises
    ------
    DataError
        If it learns from nothing, and may not.
    """
    if not project.shown and not empty:
        raise untaught(project, project.name)
    blank = ("",) * len(project.shown)
    rate = paced(project, project.shown).rate if project.shown else nominal(project, Spec(())).rate
    return Opened(Corpus(project.shown, blank, blank, blank, rate), project.teacher, tuple(project.features))


@dataclass(frozen=True)
class Came(c.Message):
    """The asking thread to control: what the process said, or how far it is with what it has to compile."""

    child: Child
    found: inner.Found | c.Progress


class Asking:
    """The process that answers, as far as there is one, and the question that is under way.

    Parameters
    ----------
    say : takes a `Came`, called in a thread of its own; of a process that was let go of it may still come.
    shared : the folder of this control's processes.
    """

    def __init__(self, say: Callable[[c.Message], None], shared: Path) -> None:
        self._say, self._shared = say, shared
        self.question: c.Ask | None = None
        """What is being answered."""
        self.project: Project | None = None
        """What it is asked about."""
        self._began = 0.0
        self._child: Child | None = None
        self._thread: threading.Thread | None = None
        self._known: dict[str, Demonstration] = {}
        self._model = b""

    def put(self, question: c.Ask, project: Project, model: bytes) -> None:
        """Ask; whoever is told says `came`.

        Parameters
        ----------
        model : packed, fitted to the project as it is; empty: there is none, and one is fitted first.
        """
        if self._child is None or not self._child.alive:
            self.let_go()
            self._child = Child("answers", run, self._shared)
            self._child.start()
        self.question, self.project, self._began = question, project, time.monotonic()
        self._thread = threading.Thread(
            target=self._wait, args=(self._child, question, project, model), name="answers", daemon=True
        )
        self._thread.start()

    def came(self, message: Came) -> tuple[c.Ask, Project, float] | None:
        """Whether this answers the question: that, what it was asked about, and the seconds it took; else None."""
        if message.child is not self._child or self.question is None or self.project is None:
            return None
        done = self.question, self.project, time.monotonic() - self._began
        self.question = self.project = None
        return done

    def let_go(self) -> None:
        """End the process, and the question with it."""
        child, self._child, self.question, self.project = self._child, None, None, None
        if child is not None and child.process is not None and child.connection is not None:
            child.process.kill()
            if self._thread is not None:
                self._thread.join(PATIENCE)
            child.process.join()
            child.connection.close()
        self._known, self._model = {}, b""

    def rest(self) -> None:
        """Nobody has asked for a while."""
        if self.question is None:
            self.let_go()

    def _wait(self, child: Child, question: c.Ask, project: Project, model: bytes) -> None:
        assert child.connection is not None
        try:
            if model != self._model:
                child.connection.send_bytes(codec.encode(inner.NewModel(model)))
            every = {one.id: one for one in project.demonstrations}
            new = [one for one in every.values() if self._known.get(one.id) is not one]
            self._known, self._model = every, model
            asked = inner.Question(
                question.word, question.arguments, project.tables(), list(every), pack.pack(new)
            )
            child.connection.send_bytes(codec.encode(asked))
            while not isinstance(found := codec.decode(child.connection.recv_bytes()), inner.Found):
                assert isinstance(found, c.Progress)
                self._say(Came(child, found))
        except (EOFError, OSError):
            found = inner.Found(error=f"ask {question.word}: the process that answers has died; ask again")
        except GesturemapError as error:
            found = inner.Found(error=str(error))
        self._say(Came(child, found))


# What control does


def ask(control: Controller, message: c.Ask) -> None:
    """Have a question answered; without a word, give up the one that is under way.

    Raises
    ------
    CommandError, DataError
        If there is no such question, another one is under way, or nothing is learned from.
    """
    asking = control.asking
    if not message.word:
        give_up(control, "taken back")
        return
    question = questions.question(message.word, message.arguments)
    if asking.question is not None:
        raise CommandError(
            "ask", f"'{asking.question.word}' is being answered", "one question at a time",
            "wait for it, or take it back: ask/cancel",
        )  # fmt: skip
    project = control.project
    opened(project, empty=question.empty)
    asking.put(message, project, b"" if control.activity.stale else control.desk.model)
    control.now(asking=message.word)


def came(control: Controller, message: Came) -> None:
    """Tell an answer to everybody, and whether it still holds."""
    found = message.found
    if isinstance(found, c.Progress):
        control.tell(found)
        return
    answered = control.asking.came(message)
    if answered is None:
        return  # it was given up
    question, project, seconds = answered
    changed = any(a is not b and a != b for a, b in zip(ABOUT(project), ABOUT(control.project), strict=True))
    control.now(asking="")
    control.tell(
        c.Answer(question.word, question.arguments, found.table, found.error, project.name, changed, seconds)
    )
    control.later(control.asking.rest, STAYS)


def give_up(control: Controller, why: str) -> None:
    """Nobody waits for the answer any more."""
    question = control.asking.question
    if question is not None:
        name = control.asking.project.name if control.asking.project is not None else ""
        control.asking.let_go()
        control.now(asking="")
        control.tell(c.Answer(question.word, question.arguments, None, f"ask {question.word}: {why}", name))


# In the process


class Answerer:
    """Questions in, answers out.

    Parameters
    ----------
    report : told what is compiled, and how far that is.
    """

    def __init__(self, report: Callable[[str, float], None]) -> None:
        self._report, self._model = report, b""
        self._known: dict[str, Demonstration] = {}
        self._tables: dict[str, Any] | None = None
        self._taught: Taught | None = None
        self._pairs = KeptPairs()

    def taught(self, message: inner.Question) -> Taught:
        """What is asked about; the same as before where nothing has changed, as a model was fitted to it perhaps."""
        new = pack.unpack(message.data)
        every = self._known | {one.id: one for one in new}
        self._known = {identity: every[identity] for identity in message.demonstrations}
        if self._taught is None or new or self._tables != message.tables or len(every) != len(self._known):
            whole = tuple(self._known.values())
            project = replace(assemble(message.tables, "", "project"), demonstrations=whole)
            self._tables, model = message.tables, self._model
            it = opened(project, empty=questions.QUESTIONS[message.word].empty)
            self._taught = Taught(
                project.name, it, project, saved=lambda: model or None, report=self._report, pairs=self._pairs
            )
        return self._taught

    def learned(self, model: bytes) -> None:
        """The model that plays."""
        self._model, self._taught = model, None

    def found(self, message: inner.Question) -> inner.Found:
        """The answer; whatever goes wrong is one too."""
        try:
            return inner.Found(questions.answered(self.taught(message), message.word, message.arguments))
        except GesturemapError as error:
            return inner.Found(error=str(error))
        except Exception as error:  # noqa: BLE001  # the person is told
            return inner.Found(error=str(unforeseen(f"ask {message.word}", error)))


def run(connection: Connection) -> None:
    """The process: one question after the other, until control hangs up."""
    companion.deaf()
    if hasattr(os, "nice"):
        os.nice(GENTLE)
    answerer = Answerer(
        lambda what, done: connection.send_bytes(codec.encode(c.Progress("compiling", what, done)))
    )
    with contextlib.suppress(EOFError, OSError, CommandError):  # control has hung up
        catalog.load()
        while True:
            message = codec.decode(connection.recv_bytes())
            if isinstance(message, inner.NewModel):
                answerer.learned(message.data)
            elif isinstance(message, inner.Question):
                connection.send_bytes(codec.encode(answerer.found(message)))
