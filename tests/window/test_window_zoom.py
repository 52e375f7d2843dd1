"""Live curves zoom from 2 to 30 s, by wheel and keys, and stay as they were left."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gesturemap.window.facts.live import LONGEST, LONGEST_POINTS, Ring, SlowRange, thinned
from gesturemap.window.teach.curves import SHOWN, SPANS

NONE = Qt.KeyboardModifier.NoModifier


def turn(shown, by: int) -> None:
    """The wheel over the curves."""
    place, still = QPointF(60.0, 60.0), QPoint()
    event = QWheelEvent(
        place, place, still, QPoint(0, by), Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(shown.window.teach.stage.curves.view, event)


def test_the_wheel_and_keys_zoom_and_end_at_2_and_30_seconds(shown) -> None:
    curves = shown.window.teach.stage.curves
    assert (curves.view.seconds, curves.seconds.currentText()) == (8.0, "8 s")
    turn(shown, 120)
    assert curves.view.seconds == 6.0
    shown.window.activateWindow()
    shown.key(Qt.Key.Key_Minus)
    shown.until(lambda: curves.view.seconds == 8.0)
    for _ in SPANS:
        turn(shown, -120)
    assert curves.view.seconds == 30.0
    curves.pause.setChecked(True)  # for a look
    for _ in SPANS:
        turn(shown, 120)
    assert (curves.view.seconds, curves.seconds.currentText()) == (2.0, "2 s")
    assert curves.seconds.property("kept") == "curves seconds"


def test_only_what_is_shown_is_drawn_and_ranged(shown) -> None:
    view = shown.window.teach.stage.curves.view
    shown.control.frame(0.0)
    shown.until(lambda: view.plots)
    channels = sum(len(plot.names) for plot in view.plots)
    time = np.arange(0.0, 30.0, 0.01)
    values = np.where(time < 25.0, 100.0, np.sin(time)) * np.ones((channels, 1))
    view.seconds = 4.0
    view.plots[0].range = SlowRange()
    view.show_values(time, values, 29.99, 1.0)
    assert view.plots[0].range.high < 2.0, "what lies farther back widens nothing"
    view.grab()


def test_no_more_is_drawn_than_can_be_seen_and_every_gap_is() -> None:
    ring = Ring(["a"], LONGEST, LONGEST_POINTS)
    for time in (np.arange(0.0, 12.0, 0.01), np.arange(14.0, 30.0, 0.01)):
        ring.add(time, np.sin(time)[:, None])
    at, values = ring.view()
    assert len(at) > 2000, "what is near can be looked at closely"
    rows = thinned(at, values, 30.0, SHOWN)
    assert SHOWN / 2 < len(rows) <= SHOWN
    assert np.isnan(values[0, rows]).sum() == np.isnan(values).sum() == 1
    later = thinned(at[7:], values[:, 7:], 30.0, SHOWN)
    assert set((later + 7)[1:].tolist()) <= set(rows.tolist()), (
        "they are the same rows from picture to picture"
    )
    near = np.searchsorted(at, 28.0)
    assert len(thinned(at[near:], values[:, near:], 2.0, SHOWN)) == len(at) - near
