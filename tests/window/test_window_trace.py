"""What was drawn, and what was heard: of a demonstration that plays, and of a project that is no more."""

from __future__ import annotations

import math
import time

import pytest
from little_control import document
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.window.words import outgoing


def test_a_demonstration_that_plays_is_drawn_on_the_pad(shown) -> None:
    pad, began = shown.window.teach.stage.pad, time.perf_counter()
    shown.control.frame(began - 0.5)
    shown.turn(2)
    assert not pad._trail
    still = pad.grab().toImage()
    shown.change(playing="a1")
    times = [began + step / 60 for step in range(60)]
    for at in times[:30]:
        shown.control.frame(at)
    shown.turn(2)
    some = len(pad._trail)
    for at in times[30:]:
        shown.control.frame(at)
    shown.change(playing="")  # its last frames are read now
    assert some > 10
    assert len(pad._trail) > 1.5 * some
    seen, x, y, _ = pad._trail[-1]
    at = min(
        times,
        key=lambda when: abs(0.5 + 0.4 * math.sin(3 * when) - x) + abs(0.5 + 0.4 * math.cos(3 * when) - y),
    )
    assert at > times[-4]
    assert (x, y) == pytest.approx((0.5 + 0.4 * math.sin(3 * at), 0.5 + 0.4 * math.cos(3 * at)))
    assert abs(seen - time.perf_counter()) < 1.0
    assert pad.grab().toImage() != still
    count = len(pad._trail)
    shown.control.frame(times[-1] + 0.1)
    shown.turn(2)
    assert len(pad._trail) <= count  # the sensor's own frames come from the mouse
    pad.tick(time.perf_counter() + 10.0)
    assert pad.grab().toImage() == still


def test_the_mouse_draws_nothing_while_a_demonstration_plays(shown) -> None:
    pad = shown.window.teach.stage.pad
    shown.change(playing="a1", pointer_port=9)
    shown.turn()
    for _ in range(4):
        pad._send()
    assert pad.sent == 4
    assert not pad._trail


def test_where_the_mouse_is_on_the_pad_is_measured_as_the_pad_lies_now(shown) -> None:
    stage = shown.window.teach.stage
    pad = stage.pad
    shown.change(pointer_port=9)
    before = pad.mapToGlobal(QPoint(pad.width() // 2, pad.height() // 2))
    QTest.mouseMove(pad, pad.mapFromGlobal(before))
    stage.split.setSizes(
        [400, 100]
    )  # as when a window opens: the mouse rests, and all around it finds its place
    shown.qtbot.wait(1)
    there = pad.mapFromGlobal(before)
    assert abs(there.x() / pad.width() - 0.5) > 0.05
    pad.clear()
    for _ in range(2):
        pad._send()
    _, x, y, _ = pad._trail[-1]
    assert (x, y) == pytest.approx((there.x() / pad.width(), 1 - there.y() / pad.height()))


def test_another_project_begins_with_nothing_of_the_last_one(shown) -> None:
    teach, project = shown.window.teach, document()["project"]

    def show() -> None:
        now = time.perf_counter()
        for step in range(5):
            shown.control.frame(now + 0.1 * step)
        shown.control.tell(c.Happened("began", "circle", 0.9, now))
        shown.until(lambda: "circle" in teach.outgoing.events.text())
        teach.stage.pad._trail.append((now, 0.5, 0.5, ""))

    name = teach.vocabulary.name
    show()
    name.setText("a name that was begun")
    shown.change(project=project | {"path": "/tmp/saved-as"})  # with what can be undone: the same project
    assert "circle" in teach.outgoing.events.text()
    assert len(teach.stage.curves.ring.view()[0]) == 5
    assert name.text()
    assert shown.window.bench.figures
    shown.change(project=project | {"path": "/tmp/new"}, undo="", gestures=[], trained=None)
    assert teach.outgoing.events.text() == outgoing.NO_EVENTS_MAPPED
    assert len(teach.stage.curves.ring.view()[0]) == 0
    assert not teach.stage.pad._trail
    assert not shown.window.bench.figures
    assert not name.text()
