"""What is said of outputs, and where it stands."""

from __future__ import annotations

import time

import numpy as np
from little_control import EVENTS, FIGURES, GROUPS
from PySide6.QtWidgets import QApplication

from gesturemap import commands as c
from gesturemap.engine.scope import ScopeWriter
from gesturemap.window import words
from gesturemap.window.words import outgoing as said


def test_an_output_nobody_hears_is_named_where_it_stands(shown) -> None:
    outgoing, status = shown.window.teach.outgoing, shown.window.status
    for unheard in (0, 60):
        output = {"address": "OSC 127.0.0.1:12000", "faults": 0, "unheard": unheard}
        shown.control.tell(c.Status(FIGURES | {"outputs": [output], "faults": 4}))
    shown.until(lambda: words.UNHEARD in outgoing.trouble.text())
    assert outgoing.trouble.isVisible()
    shown.until(lambda: status.faults.text() == "4 faults")
    assert words.STATUS_FAULT_UNKNOWN in status.faults.toolTip()


def test_that_nothing_has_begun_is_said_only_where_it_would_be_told(shown) -> None:
    events = shown.window.teach.outgoing.events
    assert events.text() == said.NO_EVENTS_MAPPED
    shown.change(mapping=EVENTS)
    assert events.text() == words.NO_EVENTS


def test_without_values_everything_stands_at_the_top(shown) -> None:
    outgoing = shown.window.teach.outgoing
    scope = ScopeWriter(GROUPS | {"controls": []}, 256)
    shown.control.tell(c.ScopeOpened(str(scope.path), scope.layout))
    shown.until(lambda: not shown.window.bench.live.control_names)
    shown.window.resize(1280, 900)
    shown.qtbot.wait(20)
    shown.turn(2)
    shown.qtbot.wait(20)
    assert outgoing.height() > 150
    assert outgoing.events.geometry().top() < 100
    scope.close()


def test_why_there_are_no_values_is_said_as_it_is(shown) -> None:
    empty, trained = shown.window.teach.outgoing.empty, shown.control.state["trained"]
    events, moved = {"kind": "events"}, {"kind": "range", "source": "confidence", "control": "brightness"}
    for mapping, model, why in (
        ([events], trained, said.NOT_MAPPED),
        ([], None, said.NOT_MAPPED),
        ([events, moved], None, said.NO_MODEL),
        ([events, moved], trained, said.NO_VALUES),
    ):
        shown.change(mapping=mapping, trained=model)
        assert empty.text() == why


def test_a_channel_that_never_moved_takes_a_strip_until_it_moves(shown) -> None:
    view = shown.window.teach.stage.curves.view
    now = time.perf_counter()
    for step in range(5):
        shown.control.frame(now + 0.1 * step)
    shown.until(lambda: len(view.time) == 5)
    assert [plot.names for plot in view.plots] == [["x", "y"], ["pressed"]]
    places, pressed = view._box(0), view._box(1)
    assert pressed.height() < 20 < places.height()
    assert pressed.bottom() < view.height()
    assert places.bottom() < pressed.top()
    shown.window.bench.live.inputs.add(np.array([now + 1.0]), np.array([[0.5, 0.5, 1.0]]))
    shown.turn()
    assert view._box(0).height() == view._box(1).height()


def test_five_gestures_and_three_outputs_are_seen_whole_without_scrolling(shown) -> None:
    live, teach = shown.window.bench.live, shown.window.teach
    live.labels, live.posterior, live.fit, live.progress = tuple("abcde"), *[np.zeros(5)] * 3
    live.control_names, live.controls = ("pad.brightness", "pad.level", "grains.position"), np.zeros(3)
    teach.recognised.follow(shown.window.bench.document)
    shown.turn()
    shown.window.resize(1280, 720)
    QApplication.processEvents()
    assert len(teach.recognised.bars.rows()) == 5
    assert len(teach.outgoing.values.meters) == 3
    for area in (teach.recognised.area, teach.outgoing.area):
        assert area.verticalScrollBar().maximum() == 0
    assert teach.outgoing.values.bar(1).width() > 0.9 * teach.outgoing.values.width()  # below its name


def test_nothing_is_said_to_be_less_than_nothing() -> None:
    assert words.CONTROL_TEXT.format(name="a", value=-0.0) == "a 0"
