"""Questions to what was taught: answered beside everything else, as the shell answers them, and never in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gesturemap import codec
from gesturemap import commands as c
from gesturemap.cli.main import main
from gesturemap.control.controller import Controller
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, DataError
from gesturemap.frames import Spec
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project
from gesturemap.teaching.answers.questions import QUESTIONS, findings_in, safe

TABLES = {"project": {"name": "p"}, "input": {"kind": "osc", "port": 0}, "model": {"kind": "few_shot"}}
SPEC = Spec.of("x m", "y m", rate=50.0)


def take(label: str, number: int) -> Demonstration:
    random = np.random.default_rng([len(label), number])
    course = np.linspace(0.0, 6.0, 40)[:, None]
    rows = np.hstack([np.sin(len(label) * course), np.cos(course)]) + random.normal(0, 0.05, (40, 2))
    return Demonstration(f"{label}-{number}", label, SPEC, np.arange(40) / 50.0, rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked") / "p"
    every = tuple(take(label, number) for label in ("to", "round") for number in range(3))
    every = (*every, replace(every[0], id="to-again"))  # a copy: there is something to find
    save_project(replace(assemble(TABLES, "", "p"), gestures=("to", "round"), demonstrations=every), folder)
    return folder


@pytest.fixture
def control(folder: Path, tmp_path: Path) -> Iterator[Controller]:
    made = Controller(str(folder), sound=False, serve=False)
    yield made
    made.close()


def answer(control: Controller, then: c.Message | None = None) -> c.Answer:
    """The next answer, as it travels; meanwhile something else may be carried out."""
    found: list[c.Message] = []
    control.watchers.append(found.append)
    if then is not None:
        control.carry_out(then)
    while not (answers := [each for each in found if isinstance(each, c.Answer)]):
        control.turn()
    control.watchers.remove(found.append)
    told = codec.decode(codec.encode(answers[0]))
    assert isinstance(told, c.Answer)
    return told


@pytest.mark.long
def test_it_is_answered_as_in_the_shell(
    control: Controller, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (
        ["checks"],
        ["why", "to-1"],
        ["best", "to"],
        ["matrix"],
        ["next"],
        ["distinct", "to"],
        ["decoys"],
    ):
        told = answer(control, c.Ask(words[0], words[1:]))
        assert told.error == ""
        with pytest.raises(SystemExit):
            main(["teach", str(folder), *words, "--json"])
        assert told.table == safe(json.loads(capsys.readouterr().out))


@pytest.mark.long
def test_it_is_answered_and_the_project_is_as_it_was(control: Controller) -> None:
    before = control.project
    found = answer(control, c.Ask("checks"))
    assert (found.error, found.changed, found.project, found.word) == ("", False, "p", "checks")
    told = answer(control, c.Ask("why", ["nobody-1"]))
    assert "'nobody-1'" in told.error
    assert told.table is None
    assert control.project is before
    # the remedy is a command as any other: it can be undone, and under the stage lock it is refused, as asking is not
    (copy,) = [each for each in findings_in(found.table) if each["kind"] == "copy"]
    command = codec.decode(json.dumps(copy["command"]).encode())
    control.carry_out(c.Lock(True))
    with pytest.raises(CommandError, match="stage lock"):
        control.carry_out(command)
    control.carry_out(c.Ask("shown"))
    assert control.activity.asking == "shown"
    with pytest.raises(CommandError, match="one question at a time"):
        control.carry_out(c.Ask("shown"))
    control.carry_out(c.Lock(False))
    told = answer(control, command)  # meanwhile
    assert told.changed
    assert len(told.table["gestures"]["to"]) == 4
    assert control.activity.asking == ""
    told = answer(control, c.Ask("checks"))
    assert not told.changed
    assert not any(each["kind"] == "copy" for each in findings_in(told.table))
    control.carry_out(c.Undo())
    assert len(control.project.shown) == 7
    process = control.asking._child
    assert process is not None
    control.asking.rest()  # nobody asks for a while: the process is let go of
    assert not process.alive


@pytest.mark.parametrize(
    "words",
    [
        ("mix", "level=1", "convolutions=0.5"),
        ("weights", "--together", "to-0,to-1", "--apart", "to-0,round-0"),
    ],
    ids=lambda words: words[0],
)
@pytest.mark.long
def test_what_might_be_is_told_without_keeping_it(
    control: Controller, folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    said = ["together=to-0,to-1", "apart=to-0,round-0"] if words[0] == "weights" else list(words[1:])
    told = answer(control, c.Ask(words[0], said))
    assert told.error == ""
    with pytest.raises(SystemExit):
        main(["teach", str(folder), *words, "--json"])
    assert {**told.table, "kept": False} == safe(json.loads(capsys.readouterr().out))
    assert "together=ID,ID" in answer(control, c.Ask("weights", ["near=to-0"])).error


def test_what_cannot_be_asked_is_refused_at_once(control: Controller) -> None:
    for wrong in (c.Ask("wisdom"), c.Ask("why"), c.Ask("checks", ["all"]), c.Ask("distinct")):
        with pytest.raises(CommandError, match="ask"):
            control.carry_out(wrong)
    control.carry_out(c.Ask())  # there is none to take back: nothing happens
    assert control.asking.question is None
    control.carry_out(c.Ask("shown"))  # and nothing is left of it when control ends


def test_who_asks_is_told_why_no_answer_comes(control: Controller) -> None:
    control.carry_out(c.Ask("checks"))
    assert "taken back" in answer(control, c.Ask()).error
    control.carry_out(c.Ask("shown"))
    process = control.asking._child
    assert process is not None
    assert process.process is not None
    process.process.kill()
    assert "has died; ask again" in answer(control).error
    control.carry_out(c.Ask("shown"))
    assert "another project" in answer(control, c.New()).error
    with pytest.raises(DataError, match="nothing is learned from"):
        control.carry_out(c.Ask("checks"))


@pytest.mark.long
def test_where_nothing_was_shown_what_has_a_name_is_offered(tmp_path: Path) -> None:
    save_project(replace(assemble(TABLES, "", "p"), gestures=("to",)), tmp_path / "p")
    control = Controller(str(tmp_path / "p"), sound=False, serve=False)
    try:
        told = answer(control, c.Ask("next"))
    finally:
        control.close()
    assert told.error == ""
    assert told.table["offer"]["gesture"] == "to"


def test_every_question_has_an_answer_and_what_travels_is_json() -> None:
    assert all(callable(question.function()) for question in QUESTIONS.values())
    strange: Any = {"a": (np.float64("nan"), float("inf"), np.int64(3)), 1: [True, None, "x"]}
    assert safe(strange) == {"a": [None, None, 3], "1": [True, None, "x"]}
    json.dumps(safe(strange), allow_nan=False)
