"""What it believes over the real control and the process that answers: asked, mended, taken back, all in the window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.control import door
from gesturemap.control.client import Client
from gesturemap.control.controller import Controller
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project
from gesturemap.window.link import Link
from gesturemap.window.window import Window
from gesturemap.window.words import beliefs as said

LEFT = Qt.MouseButton.LeftButton
SPEC = Spec.of("x", "y", rate=50.0)


def take(label: str, number: int) -> Demonstration:
    random = np.random.default_rng([len(label), number])
    course = np.linspace(0.0, 6.0, 40)[:, None]
    rows = np.hstack([np.sin(len(label) * course), np.cos(course)]) + random.normal(0, 0.05, (40, 2))
    return Demonstration(f"{label}-{number}", label, SPEC, np.arange(40) / 50.0, rows)


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    """One that plays nothing: no engine, no trainer."""
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    tables = {"project": {"name": "p"}, "input": {"kind": "pointer"}, "model": {"kind": "few_shot"}}
    every = tuple(take(label, number) for label in ("to", "round") for number in range(3))
    every = (*every, replace(every[0], id="to-again"))
    save_project(
        replace(assemble(tables, "", "p"), gestures=("to", "round"), demonstrations=every), tmp_path / "p"
    )
    made = Controller(str(tmp_path / "p"), sound=False)
    yield made
    made.close()


@pytest.mark.long
def test_it_is_asked_mended_and_taken_back(qtbot, control: Controller) -> None:
    assert control.switchboard.door is not None
    window = Window(Link(control.switchboard.door.endpoint, Client))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    panel, beat, longest = window.test.beliefs, time.monotonic(), 0.0

    def until(so) -> None:
        nonlocal beat, longest
        end = time.monotonic() + 60.0
        while not so():
            control.turn(0.0)
            QTest.qWait(2)
            now = time.monotonic()
            longest, beat = max(longest, now - beat), now
            assert now < end, (window.faults.texts(), panel.headline.text())

    until(lambda: window.bench.document.labels == ("to", "round"))
    window.enter("test")
    QTest.keyClick(window, Qt.Key.Key_B)
    beat = time.monotonic()
    QTest.mouseClick(panel.questions.buttons["checks"], LEFT)
    until(lambda: window.bench.document.asking)
    until(lambda: panel.cards.views)
    copy = next(view for view in panel.cards.views if view.card.head == said.KINDS["copy"])
    QTest.mouseClick(copy.buttons["Leave it out"], LEFT)
    until(lambda: len(control.project.shown) == 6)
    until(lambda: said.CHANGED in panel.headline.text())
    window.bench.send(c.Undo())
    until(lambda: len(control.project.shown) == 7)
    panel.questions.choose("round-2")
    QTest.mouseClick(panel.questions.buttons["why"], LEFT)
    until(lambda: panel.picture.isVisible())
    assert "round 3: taken for round, not to" in panel.headline.text()
    assert sum(panel.picture.reason.shares) + sum(
        value for _, value in panel.picture.reason.apart
    ) == pytest.approx(panel.picture.reason.value)
    QTest.mouseClick(panel.questions.buttons["matrix"], LEFT)
    until(lambda: panel.matrix.isVisible() and panel.wanted is None)
    assert panel.matrix.rows == ("to", "round")
    panel.questions.ask("mix")
    until(lambda: panel.mixing.isVisible())
    for fader in panel.mixing.faders.values():
        fader.setValue(0)
    panel.mixing.faders["shape"].setValue(10)
    until(lambda: panel.wanted is None and "shape=0.5" in str(panel.bench.testing.belief.question.arguments))
    QTest.mouseClick(panel.mixing.keep, LEFT)
    until(lambda: control.project.learner.mix == {"shape": 0.5})
    window.bench.send(c.Undo())
    until(lambda: not control.project.learner.mix)
    QTest.mouseClick(panel.questions.buttons["doctor"], LEFT)
    QTest.mouseClick(panel.stop, LEFT)
    until(lambda: not control.activity.asking)
    assert longest < 1.0  # nothing waited for an answer
    window.close()
    while control.switchboard.clients:
        control.turn(0.05)
