"""Painting over the real control and the process that answers: brushed, corrected, agreed, kept, taken back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from painter import RIGHT, click, drag
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
from gesturemap.teaching.annotate import paint as teaching
from gesturemap.teaching.annotate.paint import Canvas
from gesturemap.window.facts import painting as facts
from gesturemap.window.link import Link
from gesturemap.window.window import Window
from gesturemap.window.words import painting as said

SPEC = Spec.of("x m", "y m", rate=50.0)
TRUTH = [(4.0, 7.0, "shake"), (11.0, 14.0, "sway"), (18.0, 21.0, "shake"), (25.0, 28.0, "sway")]
START = 2.0
"""Seconds that are trimmed away: moments are those of the whole recording all the same."""


def movement(time: np.ndarray) -> np.ndarray:
    """Rest, in which two gestures come twice each."""
    values = 0.02 * np.random.default_rng(0).normal(size=(len(time), 2))
    for begin, end, label in TRUTH:
        inside = (time >= begin) & (time < end)
        column, speed = (0, 4.0) if label == "shake" else (1, 1.5)
        values[inside, column] += np.sin(2 * np.pi * speed * time[inside])
    return values


def jam() -> Demonstration:
    seconds = np.arange(1500) / 50.0
    made = Demonstration("20260101-120000-jam", "rehearsal", SPEC, seconds, movement(seconds), enabled=False)
    return replace(made, start=START, end=seconds[-1])


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    """One that plays nothing and has learned nothing: no engine, no trainer."""
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    tables = {"project": {"name": "p"}, "input": {"kind": "pointer"}, "model": {"kind": "few_shot"}}
    project = replace(assemble(tables, "", "p"), gestures=("shake", "rehearsal"), demonstrations=(jam(),))
    save_project(project, tmp_path / "p")
    made = Controller(str(tmp_path / "p"), sound=False)
    yield made
    made.close()


@pytest.mark.long
def test_a_recording_is_painted_and_its_gestures_are_kept_and_taken_back(qtbot, control: Controller) -> None:
    assert control.switchboard.door is not None
    window = Window(Link(control.switchboard.door.endpoint, Client))
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    qtbot.waitExposed(window)
    page = window.test.paint
    strip = page.strip

    def until(so) -> None:
        end = time.monotonic() + 120.0
        while not so():
            control.turn(0.0)
            QTest.qWait(2)
            assert time.monotonic() < end, (window.faults.texts(), page.what.text())

    def answered() -> None:
        until(lambda: page.painting.proposal.strokes == page.painting.strokes)

    canvas = Canvas(replace(jam().learned, time=jam().learned.time - START, start=0.0, end=0.0))

    def as_the_canvas_says() -> None:
        """Oracle: the same strokes, painted here."""
        strokes = [
            teaching.Stroke(one.begin - START, one.end - START, one.label) for one in page.painting.strokes
        ]
        wanted = canvas.paint(strokes)
        parts = page.painting.proposal.parts
        assert [(part.label, part.painted) for part in parts] == [
            (s.label, s.painted) for s in wanted.segments
        ]
        for part, segment in zip(parts, wanted.segments, strict=True):
            assert (part.begin, part.end) == pytest.approx((segment.begin + START, segment.end + START))
            assert part.sure == pytest.approx(segment.sure)
        kept = page.painting.proposal.kept
        assert sorted((one.label, round(one.end - one.begin, 4)) for one in kept) == sorted(
            (one.label, round(one.seconds, 4)) for one in canvas.kept(wanted)
        )
        text = strip.accessibleDescription()
        assert all(facts.here(page.painting.proposal, part) in text for part in page.painting.proposal.shown)

    until(lambda: window.bench.document.labels == ("shake", "rehearsal"))
    window.enter("test")
    window.test.below.choose(2)
    assert page.brushes.labels == ("shake",)  # that of the recording is none
    drag(strip, 5.0, 6.0)
    answered()
    assert page.what.text() == said.ALONE.format(label="shake")
    drag(strip, 8.5, 9.5, RIGHT)
    answered()
    as_the_canvas_says()
    QTest.keyClicks(page.brushes.name, "sway")
    QTest.keyClick(page.brushes.name, Qt.Key.Key_Return)
    drag(strip, 12.0, 13.0)
    answered()
    as_the_canvas_says()
    for _, end, label in TRUTH:
        assert page.painting.proposal.at(end - 1.5).label == label
    click(strip, 19.5)  # right
    answered()
    assert page.painting.strokes[-1].label == "shake" and page.painting.strokes[-1].begin == pytest.approx(
        18, abs=0.6
    )
    as_the_canvas_says()
    QTest.mouseClick(page.row.all, Qt.MouseButton.LeftButton)
    answered()
    as_the_canvas_says()
    kept = page.painting.proposal.kept
    assert sorted({one.label for one in kept}) == ["shake", "sway"] and len(kept) >= 4
    before, strokes = control.project, page.painting.strokes
    QTest.mouseClick(page.row.keep, Qt.MouseButton.LeftButton)
    until(lambda: len(control.project.demonstrations) == 1 + len(kept))
    until(lambda: page.painting.strokes == ())
    assert page.what.text() == said.KEPT.format(parts=f"{len(kept)} demonstrations")
    assert set(control.project.gestures) == {"shake", "sway", "rehearsal"}
    assert [one.label for one in control.project.shown] == [one.label for one in kept]
    assert len(control.desk.document.history) == 1  # one step for both gestures
    window.bench.send(c.Undo())
    until(lambda: control.project.demonstrations == before.demonstrations)
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Backspace)
    assert page.painting.strokes == strokes
    answered()
    as_the_canvas_says()
    window.close()
    while control.switchboard.clients:
        control.turn(0.05)
