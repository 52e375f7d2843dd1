"""An evaluation gives way to a fit, in the trainer and in control, and says so."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gesturemap import codec, inner
from gesturemap import commands as c
from gesturemap.control import desk
from gesturemap.control.controller import Controller
from gesturemap.control.notices import hear
from gesturemap.control.switchboard import Entered
from gesturemap.control.trainer import Trainer
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, DataError
from gesturemap.frames import Spec
from gesturemap.project import pack
from gesturemap.project.project import Project, assemble
from gesturemap.project.save import save_project

SPEC = Spec.of("x", "y", rate=50.0)


def take(label: str, number: int) -> Demonstration:
    random = np.random.default_rng([len(label), number])
    course = np.linspace(0.0, len(label), 30)[:, None] * [1.0, -1.0]
    return Demonstration(
        f"{label}-{number}", label, SPEC, np.arange(30) / 50.0, course + random.normal(0, 0.05, (30, 2))
    )


def project(*labels: str) -> Project:
    tables = {"input": {"kind": "pointer"}, "model": {"kind": "hhmm", "states": 3}}
    takes = tuple(take(label, number) for number, label in enumerate(labels))
    return replace(assemble(tables, "", "test"), demonstrations=takes)


def job(kind: type[inner.Fit], number: int, of: Project) -> inner.Fit:
    return kind(number, of.tables(), [d.id for d in of.demonstrations], pack.pack(of.demonstrations))


@pytest.fixture
def pipe() -> Iterator[tuple[Connection, Connection]]:
    ends = multiprocessing.Pipe()
    yield ends
    for end in ends:
        end.close()


def told(connection: Connection) -> list[c.Message]:
    found = []
    while connection.poll(0):
        found.append(codec.decode(connection.recv_bytes()))
    return found


FOUR = project("to", "to", "fro-fro", "fro-fro")


def test_the_trainer_leaves_each_out(pipe: tuple[Connection, Connection]) -> None:
    ours, theirs = pipe
    found = Trainer(theirs).leave_out(job(inner.LeaveOut, 7, FOUR))
    assert (found.job, found.error) == (7, "")
    evaluated = c.Evaluated(**codec.decode(codec.encode(found)).found)
    assert evaluated.overall == {"accuracy": 1.0}
    assert evaluated.gestures == {"to": {"accuracy": 1.0}, "fro-fro": {"accuracy": 1.0}}
    assert evaluated.models == 4
    progress = [
        each.fraction for each in told(ours) if isinstance(each, c.Progress) and each.what == "evaluating"
    ]
    assert progress == sorted(progress)
    assert progress[-1] == pytest.approx(1.0)


def test_a_fit_that_is_asked_for_meanwhile_goes_first(pipe: tuple[Connection, Connection]) -> None:
    ours, theirs = pipe
    trainer = Trainer(theirs)
    fit = job(inner.Fit, 8, FOUR)
    ours.send_bytes(codec.encode(fit))
    assert trainer.leave_out(job(inner.LeaveOut, 7, FOUR)) == inner.LeftOut(7, "cancelled")
    assert trainer.next() == fit
    ours.send_bytes(codec.encode(c.CancelTraining()))
    assert trainer.leave_out(job(inner.LeaveOut, 9, FOUR)).error == "cancelled"
    assert trainer.leave_out(job(inner.LeaveOut, 9, FOUR)).error == ""


def test_what_cannot_be_fitted_is_an_answer_too(pipe: tuple[Connection, Connection]) -> None:
    wrong = project("to", "to", "fro", "fro").tables() | {"features": [{"kind": "nix"}]}
    message = replace(job(inner.LeaveOut, 1, FOUR), tables=wrong)
    assert "nix" in Trainer(pipe[1]).leave_out(message).error


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A control of four demonstrations, a fit of which was asked for; its processes are not started."""
    save_project(FOUR.at(str(tmp_path / "p")), tmp_path / "p")
    made = Controller(str(tmp_path / "p"), sound=False, serve=False)
    sent: list[c.Message] = []
    notices: list[c.Message] = []
    made.watchers.append(notices.append)
    monkeypatch.setattr(made.trainer, "connection", object())
    monkeypatch.setattr(made.trainer, "send", lambda message, *data: sent.append(message))
    yield made, sent, notices
    monkeypatch.undo()
    made.close()


def test_control_asks_once_and_says_what_came(control: Any) -> None:
    playing, sent, notices = control
    playing.carry_out(c.Lock(True))
    playing.carry_out(c.Evaluate())  # it changes nothing
    assert [type(each) for each in sent] == [inner.LeaveOut]
    assert playing.activity.evaluating
    with pytest.raises(CommandError, match="one is under way"):
        playing.carry_out(c.Evaluate())
    found = {"overall": {"accuracy": 0.75}, "gestures": {"to": {"accuracy": 0.75}}, "models": 4, "notes": []}
    hear(playing, playing.trainer, inner.LeftOut(playing.job, found=found))
    assert not playing.activity.evaluating
    assert [each for each in notices if isinstance(each, c.Evaluated)] == [c.Evaluated(**found)]


def test_who_comes_later_is_told_of_the_last_one_too(control: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    playing, _, _ = control
    found = {"overall": {"accuracy": 0.75}, "gestures": {"to": {"accuracy": 0.75}}, "models": 4, "notes": []}
    playing.carry_out(c.Evaluate())
    hear(playing, playing.trainer, inner.LeftOut(playing.job, found=found))
    told: list[c.Message] = []
    monkeypatch.setattr(playing.switchboard, "listen", lambda _: iter([(object(), Entered())]))
    monkeypatch.setattr(playing.switchboard, "tell", lambda _, notice: told.append(notice))
    playing.turn(0.0)
    assert c.Evaluated(**found) in told


def test_control_gives_one_up_for_a_fit_and_says_so(control: Any) -> None:
    playing, sent, notices = control
    playing.carry_out(c.Evaluate())
    asked = playing.job
    playing.carry_out(c.Train())
    assert [type(each) for each in sent] == [inner.LeaveOut, c.CancelTraining, inner.Fit]
    assert sent[-1].job != asked
    assert not playing.activity.evaluating
    assert any(isinstance(each, c.Fault) and "evaluation: given up" in each.text for each in notices)
    playing.carry_out(c.Evaluate())
    hear(playing, playing.trainer, inner.LeftOut(asked, "cancelled"))  # the word of the one before
    assert playing.activity.evaluating
    hear(playing, playing.trainer, inner.LeftOut(playing.job, "cancelled"))
    assert not playing.activity.evaluating
    assert not any(isinstance(each, c.Evaluated) for each in notices)


def test_it_gives_way_to_a_comparison(control: Any) -> None:
    playing, sent, notices = control
    playing.now(stale=False)
    playing.carry_out(c.Evaluate())
    playing.carry_out(c.Compare("model knn"))
    assert [type(each) for each in sent] == [inner.LeaveOut, c.CancelTraining, inner.Fit]
    assert not playing.activity.evaluating and playing.activity.compared is not None
    assert any(isinstance(each, c.Fault) and "evaluation: given up" in each.text for each in notices)


def test_control_refuses_what_cannot_be_evaluated(control: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    playing, sent, _ = control
    monkeypatch.setattr(playing.trainer, "connection", None)
    with pytest.raises(CommandError, match="trainer stopped"):
        playing.carry_out(c.Evaluate())
    monkeypatch.setattr(playing.trainer, "connection", object())
    playing.carry_out(c.DeleteGesture("to"))
    sent.clear()
    with pytest.raises(DataError, match="2 demonstrations of 1 gesture"):
        playing.carry_out(c.Evaluate())
    assert (sent, playing.activity.evaluating) == ([], False)


def test_what_was_asked_of_another_project_is_not_heard_of_any_more(
    control: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    playing, sent, notices = control
    monkeypatch.setattr(desk, "user_folder", lambda: tmp_path / "user")
    playing.carry_out(c.Evaluate())
    asked = playing.job
    hear(playing, playing.trainer, inner.JobProgress("evaluating", "to", 0.2, asked))
    assert notices[-1] == c.Progress("evaluating", "to", 0.2)
    playing.carry_out(c.New())
    assert isinstance(sent[1], c.CancelTraining)
    assert c.ScopeOpened("") in notices
    assert not playing.activity.evaluating
    notices.clear()
    hear(playing, playing.trainer, inner.JobProgress("evaluating", "to", 0.4, asked))
    hear(playing, playing.trainer, inner.LeftOut(asked, found={"overall": {"accuracy": 0.5}, "gestures": {}}))
    assert notices == []
