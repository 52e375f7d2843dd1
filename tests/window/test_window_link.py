"""Control goes, and comes back: what the window's end of the line tells."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gesturemap import commands as c
from gesturemap.control.client import Client
from gesturemap.window import words
from gesturemap.window.link import PATIENCE, Link

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_control_gone_is_said_looked_for_and_found_again(qtbot, control) -> None:
    now = [0.0]
    link = Link(control.endpoint, Client, clock=lambda: now[0])
    told: list[str] = []
    link.lost.connect(lambda seconds: told.append(f"lost {seconds:.0f}"))
    link.found.connect(lambda: told.append("found"))
    link.given_up.connect(lambda: told.append("given up"))
    end = time.monotonic() + 5
    while not control.clients:
        control.pump()
        assert time.monotonic() < end
    control.hang_up()
    while not told:
        link.tick()
        assert time.monotonic() < end
    assert told == [f"lost {PATIENCE:.0f}"]
    link.send(c.Train())  # nobody hears it, nothing breaks
    now[0] = 1.0
    link.tick()
    assert told[-1] == "found"
    while not control.clients:
        control.pump()
        assert time.monotonic() < end
    control.end()
    while link.alive:
        link.tick()
        assert time.monotonic() < end
    now[0] = 5.0
    link.tick()
    assert told[-1] == f"lost {PATIENCE - 4:.0f}"
    now[0] = 1.0 + PATIENCE + 1.0
    link.tick()
    assert told[-1] == "given up"
    link.close()


def test_notices_that_take_long_come_one_after_the_other_and_none_is_lost(qtbot, control) -> None:
    now, told = [0.0], []
    link = Link(control.endpoint, Client, clock=lambda: now[0])

    def slow(notice: c.Message) -> None:
        told.append(notice)
        now[0] += 0.03  # each of them alone is longer than may be at once

    end = time.monotonic() + 5
    while not control.clients:
        control.pump()
        assert time.monotonic() < end
    link.tick()
    link.came.connect(slow)
    notices = [c.Fault(f"{n}", "too slow") for n in range(4)]
    for notice in notices:
        control.tell(notice)
    while len(told) < 4:
        before = len(told)
        link.tick()
        assert len(told) <= before + 1
        assert time.monotonic() < end
    assert told == notices
    link.close()


def test_the_window_says_that_control_is_gone_and_closes_in_the_end(shown) -> None:
    gone: list[bool] = []
    shown.window.gone.connect(lambda: gone.append(True))
    shown.control.end()
    shown.until(lambda: shown.window.faults.texts())
    assert "control process is gone" in shown.window.faults.texts()[0]
    bench = shown.window.bench
    assert bench.engine == words.CONTROL_GONE and not bench.figures and not bench.document.training
    shown.turn()
    assert shown.window.teach.recognised.winner.text() == words.CONTROL_GONE
    assert "Hz" not in "".join(each.text() for each in shown.window.findChildren(QLabel) if each.isVisible())
    shown.window.link._gone_at -= PATIENCE
    shown.window.link._next = 0.0
    shown.window.tick()
    assert gone
    assert not shown.window.isVisible()
