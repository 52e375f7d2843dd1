"""Tempo and beat from ticks and taps: exact to a part of their jitter, and not misled by a tick lost or doubled."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.control.tempo import Tempo


def even(tempo: float, beats: float, start: float = 100.0) -> np.ndarray:
    """When a clock ticks, s."""
    return start + np.arange(round(24 * beats)) * 60.0 / tempo / 24.0


def heard(sent: np.ndarray, jitter: float = 0.0, seed: int = 0) -> np.ndarray:
    """When ticks arrive; none overtakes another."""
    rng = np.random.default_rng(seed)
    return np.maximum.accumulate(sent + rng.normal(0.0, jitter, len(sent)))


def after(ticks: np.ndarray, tempo: Tempo | None = None) -> Tempo:
    made = tempo or Tempo()
    for at in ticks.tolist():
        made.tick(at)
    return made


def beat_errors(sent: np.ndarray, came: np.ndarray) -> np.ndarray:
    """How far each beat is from where it was expected one tick before, s."""
    tempo, found = Tempo(), []
    tempo.begin(came[0])
    for i, at in enumerate(came.tolist()):
        tempo.tick(at)
        if (i + 1) % 24 == 0 and i + 1 < len(sent):
            grid = tempo.grid
            found.append(grid.at + (i + 1) // 24 * grid.step - sent[i + 1])
    return np.array(found)


@pytest.mark.parametrize("tempo", [40.0, 120.0, 174.0, 300.0])
@pytest.mark.parametrize(("jitter", "most"), [(0.0, 1e-6), (0.001, 0.0005), (0.003, 0.0016)])
def test_beats_are_more_exact_than_the_ticks(tempo: float, jitter: float, most: float) -> None:
    sent = even(tempo, 100)
    errors = beat_errors(sent, heard(sent, jitter))[2:]
    assert math.sqrt((errors**2).mean()) < most


@pytest.mark.parametrize("now", [60.0, 100.0, 118.0, 123.0, 126.0, 160.0, 240.0])
def test_another_tempo_is_followed_within_two_beats(now: float) -> None:
    first = even(120.0, 8)
    sent = np.r_[first, even(now, 8, first[-1] + 60.0 / now / 24)]
    errors = beat_errors(sent, heard(sent, 0.001))
    assert abs(errors[8:10]).max() < 0.004
    assert abs(errors[10:]).max() < 0.0025
    assert after(heard(sent, 0.001)).grid.step == pytest.approx(60.0 / now, rel=0.005)


def test_a_tempo_that_grows_is_followed() -> None:
    tempi = np.r_[np.full(96, 120.0), np.linspace(120.0, 140.0, 192), np.full(96, 140.0)]
    sent = 100.0 + np.r_[0.0, np.cumsum(60.0 / tempi / 24.0)]
    assert abs(beat_errors(sent, heard(sent, 0.001))[2:]).max() < 0.006


@pytest.mark.parametrize("lost", [1, 2, 5])
def test_ticks_that_are_lost_leave_the_beats_where_they_are(lost: int) -> None:
    sent = even(120.0, 12)
    came = np.delete(heard(sent, 0.001), slice(100, 100 + lost))
    grid = after(came).grid
    assert (grid.at + 12 * grid.step) == pytest.approx(106.0, abs=0.002)


def test_a_tick_that_comes_twice_leaves_the_beats_where_they_are() -> None:
    came = heard(even(120.0, 12), 0.001)
    grid = after(np.insert(came, 100, came[100] - 0.0003)).grid
    assert (grid.at + 12 * grid.step) == pytest.approx(106.0, abs=0.002)


def test_a_tick_that_is_very_late_moves_nothing() -> None:
    came = heard(even(120.0, 4), 0.0005)
    steady = after(came[:90])
    late = after(np.r_[came[:89], came[89] + 0.019])
    assert late.grid.at + 4 * late.grid.step == pytest.approx(steady.grid.at + 4 * steady.grid.step, abs=1e-3)
    assert after(came[90:], late).grid == pytest.approx(after(came[90:], steady).grid, abs=1e-3)


@pytest.mark.parametrize("packet", [0.00533, 0.01, 0.02133])
@pytest.mark.parametrize("tempo", [90.0, 115.0, 120.0, 174.0])
def test_ticks_that_come_in_packets_are_all_counted(packet: float, tempo: float) -> None:
    """A driver hands on what has come every so often: no beat is ever farther off than a packet."""
    sent = even(tempo, 200)
    errors = beat_errors(sent, np.ceil(sent / packet) * packet)
    assert abs(errors[8:]).max() < 2 * packet
    assert after(np.ceil(sent / packet) * packet).grid.step == pytest.approx(60.0 / tempo, rel=0.03)


def beat_at(tempo: Tempo, at: float) -> float:
    """Beats from the beginning of the song to a time."""
    grid = tempo.grid
    return (at - grid.at) / grid.step


def test_a_song_begins_stops_goes_on_and_is_put_elsewhere() -> None:
    ticks = even(120.0, 40)
    tempo = after(ticks[:30])
    assert beat_at(tempo, ticks[0]) == pytest.approx(0.0, abs=1e-6), (
        "nothing was said: the first tick is a beat"
    )
    tempo.begin(ticks[29] + 0.001)
    assert beat_at(tempo, ticks[30]) == pytest.approx(0.0, abs=1e-6), "as soon as it is said"
    after(ticks[30:130], tempo)
    assert beat_at(tempo, ticks[130]) == pytest.approx(100 / 24, abs=1e-6)
    tempo.stop()
    after(ticks[130:200], tempo)
    assert beat_at(tempo, ticks[200]) == pytest.approx(170 / 24, abs=1e-6), "it goes on as it was"
    tempo.go_on(ticks[199])
    after(ticks[200:220], tempo)
    assert beat_at(tempo, ticks[220]) == pytest.approx(120 / 24, abs=1e-6), "where it was stopped"
    tempo.stop()
    tempo.put(32, ticks[219])
    after(ticks[220:230], tempo)
    tempo.go_on(ticks[229])
    after(ticks[230:240], tempo)
    assert beat_at(tempo, ticks[230]) == pytest.approx(8.0, abs=1e-6), "the third bar"
    tempo.put(4, ticks[239])
    assert beat_at(tempo, ticks[240]) == pytest.approx(1.0, abs=1e-6), "a loop, while it plays"


def test_a_clock_that_ticks_only_while_it_plays() -> None:
    first, later = even(120.0, 8), even(90.0, 8, 200.0)
    tempo = after(first)
    assert tempo.runs(first[-1] + 0.1)
    assert not tempo.runs(first[-1] + 1.0)
    tempo.stop()
    assert beat_at(tempo, 150.0) == pytest.approx(100.0, abs=0.01), "the beats go on"
    tempo.begin(199.99)
    after(later[:1], tempo)
    assert beat_at(tempo, 200.0) == pytest.approx(0.0, abs=1e-6)
    after(later[1:], tempo)
    assert beat_at(tempo, 200.0) == pytest.approx(0.0, abs=1e-6)
    assert tempo.grid.step == pytest.approx(60.0 / 90.0)


def test_a_cable_that_was_out_costs_no_beat() -> None:
    ticks = heard(even(120.0, 40), 0.001)
    tempo = after(np.r_[ticks[:300], ticks[500:]])
    assert beat_at(tempo, 120.0) == pytest.approx(40.0, abs=0.01)


def test_taps_set_beat_and_tempo() -> None:
    tempo = Tempo()
    tempo.tap(10.0)
    assert tempo.grid == (10.0, 0.0), "one says where the beat is"
    tempo.tap(10.5)
    assert tempo.grid == pytest.approx((10.0, 0.5))
    for at in (11.0, 11.52, 12.02, 12.54):
        tempo.tap(at)
    assert tempo.grid.step == pytest.approx((12.54 - 10.5) / 4)
    assert beat_at(tempo, 12.54) == pytest.approx(5.0)
    tempo.tap(12.79)
    assert tempo.grid == pytest.approx((12.54, 0.25)), "another tempo"
    tempo.tap(20.0)
    assert tempo.grid == pytest.approx((20.0, 0.25)), "after a while the beat alone"
    tempo.tap(20.0)
    tempo.tap(20.05)
    assert tempo.grid == pytest.approx((20.05, 0.25)), "too soon for a tempo"


def test_a_tap_beside_a_clock_says_which_tick_is_the_first_beat() -> None:
    ticks = even(120.0, 9)
    tempo = after(ticks[:199])
    tempo.tap(ticks[193] + 0.004)
    after(ticks[199:], tempo)
    assert beat_at(tempo, ticks[193]) == pytest.approx(0.0, abs=1e-6)
    assert tempo.grid.step == pytest.approx(0.5)
    tempo.tap(ticks[-1] + 5.0)
    assert tempo.tapped
    after(even(120.0, 1, ticks[-1] + 6.0), tempo)
    assert not tempo.tapped, "a clock leads again as soon as it ticks"


MOMENTS = st.one_of(st.just(0.0), st.just(0.02), st.floats(0.0, 0.05), st.floats(0.0, 0.7))
DOINGS = st.tuples(st.sampled_from(["tick"] * 20 + ["begin", "stop", "go on", "put", "tap"]), MOMENTS)


@given(st.lists(DOINGS, max_size=200), st.integers(0, 16383))
def test_whatever_comes_the_grid_is_one(doings: list[tuple[str, float]], where: int) -> None:
    tempo, now = Tempo(), 50.0
    for what, gone in doings:
        now += gone
        match what:
            case "tick":
                tempo.tick(now)
            case "begin":
                tempo.begin(now)
            case "stop":
                tempo.stop()
            case "go on":
                tempo.go_on(now)
            case "put":
                tempo.put(where, now)
            case _:
                tempo.tap(now)
        grid = tempo.grid
        if grid is not None:
            assert math.isfinite(grid.at)
            assert grid.step == 0.0 or 0.15 - 1e-9 <= grid.step <= 3.0 + 1e-9
