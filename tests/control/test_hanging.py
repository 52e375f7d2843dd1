"""When a process hangs: figures of the system are made up here, a second of it passes with each look."""

from __future__ import annotations

import itertools
import math

import pytest

from gesturemap.control import supervisor
from gesturemap.control.controller import ENGINE
from gesturemap.control.supervisor import Silence, _Watch


@pytest.fixture
def looks(monkeypatch):
    """Looks until it hangs, None: not within 200; `worked` in each second, in this state."""
    clock = itertools.count(1.0)
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: next(clock))

    def count(may: Silence, worked: float, state: str = "S", *, says: int = 0, compiling: bool = False):
        watch, times = _Watch(may), itertools.count()
        monkeypatch.setattr(supervisor, "_looked", lambda _: (next(times) * worked, state))
        watch.heard(compiling=compiling)
        for number in range(200):
            if says and number % says == 0:
                watch.heard(compiling=False)
            if watch.hangs(1):
                return number + 1
        return None

    return count


def test_one_that_is_stopped_hangs_after_a_few_seconds(looks):
    assert looks(ENGINE, 0.0, "T") == looks(Silence(), 0.0, "T") == supervisor.STOPPED + 1


def test_one_that_sleeps_may_do_so_for_as_long_as_it_may(looks):
    assert looks(Silence(asleep=20.0, working=1.0), 0.0) == 21
    assert looks(Silence(), 0.0) == 7


def test_one_that_turns_in_a_circle_hangs_by_its_own_time_however_little_a_machine_gives_it(looks):
    may = Silence(asleep=math.inf, working=10.0)
    assert looks(may, 1.0, "R") == 12
    assert looks(may, 0.125, "R") == 82
    assert looks(Silence(), 1.0, "R") is None


def test_one_that_speaks_compiles_waits_for_a_disk_or_is_debugged_does_not_hang(looks):
    assert looks(ENGINE, 1.0, "R", says=8) is None
    assert looks(ENGINE, 0.0, "T", says=5) is None
    assert looks(ENGINE, 1.0, "R", compiling=True) is None
    assert looks(ENGINE, 0.0, "S", compiling=True) is None
    for state in supervisor.HELD:
        assert looks(ENGINE, 0.0, state) is None
