"""Whose fault a late block was: too dear, held up, or asked for too late."""

from __future__ import annotations

import sys
import threading
import time

import numpy as np
import pytest

from gesturemap.synth import stopwatch

BLOCK = 4800  # 100 ms
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such clocks there")


@pytest.fixture
def watch():
    found = np.zeros(stopwatch.SIZE, np.int64)
    found[stopwatch.RATE] = 48000
    return found


def wait(seconds):
    threading.Event().wait(seconds)


def test_a_block_made_in_time_counts_nowhere(watch):
    stopwatch.end(watch, 48000, stopwatch.begin(watch, 48000))
    found = stopwatch.read(watch)
    assert found[:3] == (0, 0, 0)
    assert 0.0 < found.longest < 1.0
    assert found.why == ""
    assert stopwatch.read(watch).longest == 0.0, "the longest begins anew with every look"


def test_work_that_takes_too_long_is_too_dear(watch):
    before, end = stopwatch.begin(watch, BLOCK), time.thread_time() + 0.11
    while time.thread_time() < end:
        pass
    stopwatch.end(watch, BLOCK, before)
    found = stopwatch.read(watch)
    assert found[:3] == (1, 0, 0)
    assert found.longest >= 0.11
    assert "fewer" in found.why


def test_a_processor_that_is_elsewhere_holds_up(watch):
    before = stopwatch.begin(watch, BLOCK)
    wait(0.15)
    stopwatch.end(watch, BLOCK, before)
    found = stopwatch.read(watch)
    assert found[:3] == (0, 1, 0)
    assert "busy" in found.why


def test_a_server_that_asks_too_late_is_named_but_not_for_what_we_made_late(watch):
    stopwatch.end(watch, BLOCK, stopwatch.begin(watch, BLOCK))
    wait(0.3)
    stopwatch.end(watch, BLOCK, stopwatch.begin(watch, BLOCK))
    assert stopwatch.read(watch)[:3] == (0, 0, 1)
    before = stopwatch.begin(watch, BLOCK)
    wait(0.3)
    stopwatch.end(watch, BLOCK, before)
    stopwatch.begin(watch, BLOCK)
    found = stopwatch.read(watch)
    assert found.asked_late == 1, "what came late because of the block before is not the server's fault"
    assert found.held_up == 1
