"""The numbers behind the pictures."""

from __future__ import annotations

import numpy as np
import pytest
from little_control import GROUPS

from gesturemap.engine.scope import ScopeWriter
from gesturemap.errors import FileError
from gesturemap.window.facts.live import STEADY, Live, Ring, SlowRange, grouped, ticks


def ramp(start: float, seconds: float, rate: float) -> tuple[np.ndarray, np.ndarray]:
    time = start + np.arange(round(seconds * rate)) / rate
    return time, np.stack([time, -time], axis=1)


@pytest.mark.parametrize("rate", [25.0, 100.0, 5000.0])
@pytest.mark.parametrize("piece", [1, 7, 400])
def test_ring_shows_the_newest_seconds_whatever_rate_and_pieces(rate: float, piece: int) -> None:
    ring = Ring(["up", "down"], span=2.0, points=200)
    time, values = ramp(100.0, 5.0, rate)
    for start in range(0, len(time), piece):
        ring.add(time[start : start + piece], values[start : start + piece])
    x, y = ring.view()
    assert len(x) <= 200
    seen = x + ring.origin
    assert np.all(np.diff(seen) > 0)
    assert seen[-1] == pytest.approx(time[-1], abs=0.011)
    assert seen[0] <= time[-1] - 1.9
    assert y[0] == pytest.approx(seen)
    assert y[1] == pytest.approx(-seen)
    assert x.base is not None and y.base is not None  # views, not copies


def test_ring_breaks_a_curve_where_the_sensor_was_silent_and_starts_again_when_time_jumps_back() -> None:
    ring = Ring(["a"])
    ring.add(np.array([1.0, 1.1]), np.array([[1.0], [2.0]]))
    ring.add(np.array([3.0]), np.array([[3.0]]))
    assert np.isnan(ring.view()[1]).sum() == 1
    ring.add(np.array([0.2]), np.array([[9.0]]))
    x, y = ring.view()
    assert y.tolist() == [[9.0]]
    assert x.tolist() == [0.0]


def test_range_opens_at_once_and_closes_slowly_in_steps() -> None:
    shown = SlowRange()
    assert shown.follow(np.array([-1.0, 1.0]), 0.0)
    assert shown.follow(np.array([-1.0, 10.0]), 0.1)
    assert shown.high >= 10.0
    redrawn, at_two = 0, 0.0
    for step in range(1, 601):
        redrawn += shown.follow(np.array([-1.0, 1.0]), 0.1 + step / 30)
        if step == 60:
            at_two = shown.high
    assert 5.0 < at_two < 10.5  # after two seconds still wide
    assert shown.high < 2.0
    assert redrawn < 60  # of 600 pictures
    assert not shown.follow(np.array([np.nan]), 30.0)


def test_range_of_a_constant_has_room() -> None:
    shown = SlowRange()
    shown.follow(np.array([5.0, 5.0]), 0.0)
    assert shown.low < 5.0 < shown.high


@pytest.mark.parametrize("low, high, most", [(0.0, 1.0, 5), (-3.2, 1.7, 3), (1e6, 1.1e6, 4), (0.0, 1e-3, 2)])
def test_ticks_are_round_inside_and_few(low: float, high: float, most: int) -> None:
    found = ticks(low, high, most)
    assert 1 <= len(found) <= most
    assert all(low <= value <= high for value in found)
    digits = {f"{value:.12e}".rstrip("0") for value in np.diff(found)}
    assert len({f"{step:.9g}" for step in np.diff(found)}) <= 1, digits
    assert ticks(1.0, 1.0, 3) == []


@pytest.mark.parametrize(
    "names, wanted",
    [
        (["acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y"], [[0, 1, 2], [3, 4]]),
        (["x", "y", "pressed"], [[0, 1], [2]]),
        (["in_1", "in_2", "in_3"], [[0, 1, 2]]),
        (["a", "b", "c", "d", "e"], [[0, 1], [2], [3], [4]]),
        ([], []),
    ],
)
def test_channels_that_belong_together_share_a_plot(names: list[str], wanted: list[list[int]]) -> None:
    assert grouped(names) == wanted


@pytest.fixture
def scope():
    made = ScopeWriter(GROUPS, 1024)
    yield made
    made.close()


def write(scope: ScopeWriter, now: float, winner: int, circle: float = 0.9) -> None:
    scope.write((now,), (now,), (winner,), (now, 2.0, 0.0), (1.0,), (-1.0, -2.0), (circle, 1 - circle),
                (0.5, 0.0), (0.8, 0.1), (), (), (0.6, 0.2))  # fmt: skip


def test_live_takes_over_what_the_engine_wrote(scope: ScopeWriter) -> None:
    live = Live()
    live.tick(0.0)
    live.open(scope.path)
    for step in range(5):
        write(scope, step / 100, 0)
    live.tick(1.0)
    assert live.frames == 5
    assert live.labels == ("circle", "shake")
    assert live.of(live.posterior, "circle") == pytest.approx(0.9)
    assert live.of(live.posterior, "nobody") == 0.0
    assert live.controls.tolist() == [0.6, 0.2]
    assert live.inputs.view()[1][1].tolist()[-1] == 2.0
    live.tick(4.0)
    assert live.silence == pytest.approx(3.0)
    assert live.age(live.inputs) == pytest.approx(0.04 + 3.0)


def test_outputs_that_fade_while_nothing_arrives_are_seen(scope: ScopeWriter) -> None:
    live = Live()
    live.open(scope.path)
    write(scope, 5.0, 0)
    live.tick(1.0)
    for level in (0.3, 0.0):
        nothing = (np.nan, np.nan)
        scope.write((5.0,), (5.0,), (-1,), (5.0, 2.0, 0.0), (1.0,), nothing, nothing, nothing, nothing, (), (),
                    (level, 0.1))  # fmt: skip
    live.tick(3.0)
    assert live.controls.tolist() == [0.0, 0.1]
    assert (live.frames, live.silence) == (1, 2.0)
    assert live.of(live.posterior, "circle") == pytest.approx(0.9)


def test_a_winner_is_shown_when_it_has_lasted_and_goes_when_nothing_comes(scope: ScopeWriter) -> None:
    live = Live()
    live.open(scope.path)
    write(scope, 0.0, 1)
    live.tick(0.0)
    assert live.winner == ""
    write(scope, 0.2, 0)  # a flicker of one picture
    live.tick(0.03)
    write(scope, 0.3, 1)
    live.tick(0.06)
    assert live.winner == ""
    write(scope, 0.4, 1)
    live.tick(0.06 + STEADY)
    assert live.winner == "shake"
    write(scope, 0.5, -1)
    live.tick(0.3)
    assert live.winner == "shake"
    write(scope, 0.6, -1)
    live.tick(0.3 + STEADY)
    assert live.winner == ""
    write(scope, 0.7, 1)
    live.tick(0.5)
    write(scope, 0.8, 1)
    live.tick(0.7)
    assert live.winner == "shake"
    live.tick(2.0)
    live.tick(2.2)
    assert live.winner == ""


def test_curves_go_on_when_a_new_scope_has_the_same_channels(scope: ScopeWriter) -> None:
    live = Live()
    live.open(scope.path)
    write(scope, 0.0, 0)
    live.tick(0.0)
    inputs, features = live.inputs, live.features
    other = ScopeWriter(GROUPS | {"features": ["other"]}, 64)
    try:
        live.open(other.path)
    finally:
        other.close()
    assert live.inputs is inputs
    assert live.features is not features
    assert not live.heard


def test_a_frame_without_an_estimate_is_not_heard(scope: ScopeWriter) -> None:
    live = Live()
    live.open(scope.path)
    nothing = (np.nan, np.nan)
    scope.write(
        (0.0,), (0.0,), (-1,), (0, 0, 0), (np.nan,), nothing, nothing, nothing, nothing, (), (), (0, 0)
    )
    live.tick(0.0)
    assert not live.heard
    assert live.of(live.posterior, "circle") == 0.0


def test_a_scope_that_is_gone_is_said(tmp_path) -> None:
    with pytest.raises(FileError):
        Live().open(tmp_path / "no.scope")


def test_curves_of_other_channels_are_painted_before_anything_of_them_has_come(shown) -> None:
    view = shown.window.teach.stage.curves.view
    for count in (2, 6, 2):
        view.show_channels(Ring([f"c{number}" for number in range(count)]))
        view.grab()  # as on the way back from the page to play from
        view.show_values(np.linspace(0.0, 1.0, 50), np.ones((count, 50)), 1.0, 100.0)
        view.grab()
    assert sum(len(plot.names) for plot in view.plots) == 2


@pytest.mark.parametrize("size", [(1280, 720), (960, 560)])
def test_what_stands_above_the_curves_is_whole_or_not_there(shown, size) -> None:
    curves = shown.window.teach.stage.curves
    shown.change(input={"kind": "pointer"})
    shown.window.resize(*size)

    def settled() -> bool:
        shown.qtbot.wait(1)
        return shown.window.width() == size[0] and all(
            box.isHidden() or box.width() >= box.sizeHint().width()
            for box in (curves.seconds, curves.what, curves.pause)
        )

    shown.until(settled)
    assert not curves.what.isHidden()
    assert curves.seconds.isHidden() == (size[0] == 960)
    text, font = curves.counts.text(), curves.counts.fontMetrics()
    assert font.horizontalAdvance(text) <= curves.counts.width()
    assert bool(text) == (size[0] == 1280)
    assert "channels" in curves.counts.toolTip()
