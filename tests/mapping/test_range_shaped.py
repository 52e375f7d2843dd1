"""Range, beyond its two ends: drawn curves, formulas, steps and scales, gates, slew limits, and their order."""

from __future__ import annotations

import itertools
import math
import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_estimates import SOURCE, estimate
from scipy.interpolate import PchipInterpolator

from gesturemap import catalog
from gesturemap.errors import SettingsError
from gesturemap.frames import Event
from gesturemap.mapping.control import HAIR, Control
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import MappingRun, Source, told
from gesturemap.mapping.range import Range
from gesturemap.mapping.shape import SCALES, drawn_curve, notes


def played(settings: Control, values: list[float], period: float = 0.01) -> list[float]:
    """The control for these values of the feature acc_x, frame by frame."""
    part, room, out = settings.start(SOURCE), np.full(1, math.nan), []
    for i, value in enumerate(values):
        part.step(estimate(i * period, features=np.array([value, 0.0])), room)
        out.append(float(room[0]))
    return out


def read(text: str) -> Range:
    """A range as a file says it."""
    return catalog.read("mapping", {"kind": "range", "source": "feature:acc_x"} | tomllib.loads(text), "test")


def test_a_drawn_curve_goes_through_its_points_by_lines() -> None:
    drawn = read("points = [[0, 0], [0.3, 0.8], [1, 1]]\nto_high = 10")
    assert played(drawn, [-1.0, 0.0, 0.15, 0.3, 0.65, 1.0, 2.0]) == pytest.approx(
        [0.0, 0.0, 4.0, 8.0, 9.0, 10.0, 10.0]
    )


@given(
    st.lists(st.integers(0, 100), min_size=2, max_size=8, unique=True).map(sorted),
    st.data(),
)
def test_a_smooth_curve_is_the_monotone_one_of_scipy(at: list[int], data: st.DataObject) -> None:
    ys = data.draw(st.lists(st.integers(0, 10), min_size=len(at), max_size=len(at)))
    xs = [x / 100.0 for x in at]
    curve = drawn_curve([(x, y / 10.0) for x, y in zip(xs, ys, strict=True)], "here", smooth=True)
    oracle = PchipInterpolator(xs, np.array(ys) / 10.0)
    for x in np.linspace(xs[0], xs[-1], 41):
        assert curve(float(x)) == pytest.approx(float(oracle(x)), abs=1e-9)
    for (x0, y0), (x1, y1) in itertools.pairwise(zip(xs, ys, strict=True)):
        inside = [curve(float(x)) for x in np.linspace(x0, x1, 11)]
        assert min(y0, y1) / 10.0 - 1e-9 <= min(inside) <= max(inside) <= max(y0, y1) / 10.0 + 1e-9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("points = [[0, 0]]", r"points: \[\[0, 0\]\]; at least two points"),
        ("points = [[0.5, 0], [0.5, 1]]", "each to the right of the one before"),
        ("points = [[0, 0], [1, 1]]\ncurve = 2", "curve and points; the curve is given in one way"),
        ("points = [[0, 0], [1, 1]]\nformula = 'x'", "points and formula"),
        ("formula = 'y'", "no channel 'y'; there are x"),
        ("formula = 'x +'", "it ends too soon"),
        ("steps = 1", "two or more, or 0"),
        ("steps = 4\nscale = 'major'", "one of them"),
        ("scale = 'major'\nto_low = 0.2\nto_high = 0.9", "no note of it is between 0.2 and 0.9"),
        ("scale = 'major'\nto_high = 9999", "up to 480 semitones"),
        ("gate = 'confidence'\nopens = 0.5\ncloses = 0.6", "at most opens, 0.5"),
        ("gate = 'confidense'", r"range of 'control', gate: no source 'confidense'"),
        ("toggle = 'nobody'", "toggle: no gesture 'nobody'"),
        ("latch = 'nobody'", "latch: no gesture 'nobody'"),
    ],
)
def test_what_does_not_go_together_is_refused_at_start(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read(text).start(SOURCE)


@pytest.mark.parametrize(
    "text", ["points = [[0, 0], [1.5, 1]]", "points = [0, 1]", "scale = 'majr'", "slew_up = -1"]
)
def test_what_no_range_has_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(SettingsError):
        read(text)


def test_a_formula_is_a_curve_of_x_and_stays_within_the_range() -> None:
    assert played(read("formula = 'x**2 * 0.5'"), [0.0, 0.5, 1.0]) == [0.0, 0.125, 0.5]
    assert played(read("formula = 'x > 0.5'\nto_low = 2\nto_high = 4"), [0.5, 0.51]) == [2.0, 4.0]
    assert played(read("formula = '3 * x - 1'"), [0.0, 0.5, 1.0]) == [0.0, 0.5, 1.0]
    assert played(read("formula = '1 / (x - 0.5)'"), [1.0, 0.5, 1.0]) == [1.0, 1.0, 1.0]


def test_a_formula_without_a_result_from_the_start_is_at_the_low_end() -> None:
    assert played(read("formula = '1 + log(x)'\nto_low = 2\nto_high = 3"), [0.0, 0.0, 1.0]) == [2.0, 2.0, 3.0]


def test_inverted_and_drawn() -> None:
    assert played(read("points = [[0, 0], [0.5, 0.2], [1, 1]]\nto_low = 1\nto_high = 0"), [0.5]) == [0.8]


def test_steps_are_even_and_do_not_flutter() -> None:
    five = read("steps = 5\nhysteresis = 0.2")
    assert played(five, [0.0, 0.25, 0.5, 0.75, 1.0]) == [0.0, 0.25, 0.5, 0.75, 1.0]
    trembling = [
        0.375 + 0.04 * (-1) ** i for i in range(40)
    ]  # around the middle of two steps, within 0.2 steps
    assert len(set(played(five, trembling))) == 1
    assert len(set(played(read("steps = 5\nhysteresis = 0"), trembling))) == 2


@pytest.mark.parametrize("name", list(SCALES))
def test_every_scale_has_its_own_notes_only_at_any_root(name: str) -> None:
    for root in (0.0, 2.0, 61.0, -5.0):
        settings = read(f"scale = '{name}'\nroot = {root}\nto_low = 48\nto_high = 72")
        heard = set(played(settings, np.linspace(0.0, 1.0, 500).tolist()))
        assert {(note - root) % 12.0 for note in heard} == set(map(float, SCALES[name]))
        assert all(48.0 <= note <= 72.0 for note in heard)
        assert sorted(heard) == notes(name, root, 48.0, 72.0, "here")


def test_the_nearest_note_of_c_major_with_hysteresis() -> None:
    semitones = read("scale = 'major'\nto_low = 60\nto_high = 72\nlow = 60\nhigh = 72\nhysteresis = 0.1")
    assert played(semitones, [60.9, 61.1, 61.3, 60.9, 60.7]) == [60.0, 60.0, 62.0, 62.0, 60.0]
    assert played(semitones, [64.4, 64.5, 64.61, 64.45, 64.39]) == [64.0, 64.0, 65.0, 65.0, 64.0]


def test_slew_goes_by_time_in_each_direction() -> None:
    ramp = played(read("slew_up = 10\nslew_down = 5"), [0.0, *[1.0] * 20, *[0.0] * 30])
    steps = np.diff(ramp)
    assert steps.max() == pytest.approx(0.1)
    assert steps.min() == pytest.approx(-0.05)
    assert ramp[10] == pytest.approx(1.0)
    assert ramp[-1] == 0.0
    assert np.diff(played(read("slew_up = 10"), [0.0, 1.0, 0.0])).tolist() == pytest.approx([0.1, -0.1])


@given(
    st.lists(st.floats(-2.0, 3.0), min_size=2, max_size=60),
    st.floats(0.1, 50.0),
    st.floats(0.1, 50.0),
    st.sampled_from(
        ["", "smoothing = 0.05", "steps = 3", "formula = 'x^2'", "gate = 'feature:acc_x'\nclosed = 'neutral'"]
    ),
)
def test_no_step_is_larger_than_its_slew(values: list[float], up: float, down: float, more: str) -> None:
    out = played(read(f"slew_up = {up}\nslew_down = {down}\n{more}"), values)
    for before, after in itertools.pairwise(out):
        assert -down * 0.01 - HAIR <= after - before <= up * 0.01 + HAIR


def test_a_gate_holds_or_goes_to_rest_and_has_hysteresis() -> None:
    gate = "gate = 'feature:acc_x'\nopens = 0.6\ncloses = 0.4\nneutral = -1\n"
    values = [0.5, 0.6, 0.5, 0.39, 0.5, 0.7]
    assert played(read(gate), values) == [-1.0, 0.6, 0.5, 0.5, 0.5, 0.7]
    assert played(read(gate + "closed = 'neutral'"), values) == [-1.0, 0.6, 0.5, -1.0, -1.0, 0.7]
    assert played(read(gate), [0.7, math.nan, 0.5]) == [0.7, 0.7, 0.5]


def test_a_gate_that_closes_goes_to_rest_as_smoothly_as_everywhere() -> None:
    settings = read("gate = 'feature:acc_x'\nclosed = 'neutral'\nsmoothing = 0.1")
    out = played(settings, [1.0] * 50 + [0.0] * 5, period=0.1)
    assert out[49] == pytest.approx(1.0)
    assert out[50] == pytest.approx(math.exp(-1.0))


def began(label: str) -> Event:
    return Event("began", label, 1.0)


def rows(settings: Range, happened: list[str]) -> list[float]:
    """The control, 0.1 more of its source each frame, after beginnings of gestures."""
    part, room, out = settings.start(SOURCE), np.zeros(1), []
    for i, label in enumerate(happened):
        if label:
            part.hear(began(label))
            part.hear(Event("ended", label, 1.0))
        part.step(estimate(i * 0.01, features=np.array([i / 10.0, 0.0])), room)
        out.append(float(room[0]))
    return out


def test_a_gesture_toggles_and_latches() -> None:
    heard = ["", "shake", "circle", "", "shake", "", "shake", ""]
    assert rows(read("toggle = 'shake'"), heard) == [0.0, 0.1, 0.2, 0.3, 0.3, 0.3, 0.6, 0.7]
    assert rows(read("toggle = 'shake'\nclosed = 'neutral'"), heard)[4:6] == [0.0, 0.0]
    assert rows(read("latch = 'shake'"), heard) == [0.0, 0.1, 0.1, 0.1, 0.4, 0.4, 0.6, 0.6]


@pytest.mark.parametrize("first", [0, 1])
def test_events_open_a_gate_in_their_own_frame_wherever_the_mapping_stands(first: int) -> None:
    switch = Range("always", "lamp", toggle="circle", closed="neutral")
    settings = [switch, Events(hold=0.0)]
    run = MappingRun(settings[:: 1 if first == 0 else -1], SOURCE)
    assert run.step(estimate(0.0, (0.0, 0.0, 1.0))).values.tolist() == [0.0]
    controls = run.step(estimate(1.0, (1.0, 0.0, 0.0)))
    assert began("circle") in controls.events
    assert controls.values.tolist() == [1.0]
    assert run.step(estimate(2.0, (0.0, 1.0, 0.0))).values.tolist() == [1.0]
    assert run.step(estimate(3.0, (1.0, 0.0, 0.0))).values.tolist() == [0.0]


def test_a_toggle_that_nothing_would_ever_turn_is_refused() -> None:
    mapping = [Events(gestures=("shake",)), Range(toggle="circle")]
    source = Source(SOURCE.labels, SOURCE.outputs, SOURCE.features, told=told(mapping, SOURCE.labels))
    assert source.told == ("shake",)
    with pytest.raises(SettingsError, match="nothing tells when 'circle' begins"):
        mapping[1].start(source)
    Range(toggle="shake").start(source)


def test_the_order_is_curve_range_steps_smoothing_slew() -> None:
    text = "points = [[0, 0], [0.5, 0.9], [1, 1]]\nto_high = 8\nsteps = 3\nsmoothing = 0.01"
    assert played(read(text), [0.5])[0] == 8.0  # 0.5 -> 0.9 -> 7.2 -> 8 of 0, 4, 8
    smoothed = played(read(text), [0.0, 1.0])
    assert smoothed[1] == pytest.approx(8.0 * (1.0 - math.exp(-1.0)))
    assert played(read(text + "\nslew_up = 100"), [0.0, 1.0])[1] == pytest.approx(1.0)


def test_speed_is_that_of_progress_and_no_new_beginning_throws_it() -> None:
    part, room, out = Range("speed:circle", high=10.0, to_high=10.0).start(SOURCE), np.zeros(1), []
    for i in range(400):
        part.step(estimate(i * 0.01, progress=((i * 0.005) % 1.0, 0.0, 0.0)), room)
        out.append(float(room[0]))
    assert out[-1] == pytest.approx(0.5, rel=0.01)
    assert max(out) <= 0.5 + 1e-9
    assert min(out[100:]) > 0.45


def test_the_winners_speed_is_0_when_none_wins() -> None:
    part, room = Range("speed", high=10.0, to_high=10.0).start(SOURCE), np.zeros(1)
    for i in range(100):
        part.step(estimate(i * 0.01, progress=(i * 0.005, 0.0, 0.0)), room)
    assert room[0] == pytest.approx(0.5, rel=0.01)
    part.step(estimate(1.0, winner=-1), room)
    assert room[0] == 0.0


def test_a_control_at_rest_does_not_end_in_numbers_next_to_nothing() -> None:
    slow = read("smoothing = 0.1")
    out = played(slow, [1.0, 1.0] + [0.0] * 1000)
    assert min(value for value in out if value) >= 1e-6
    assert out[-1] == 0.0
    assert played(read(""), [1e-45, 2e-6]) == [0.0, 2e-6]
    assert played(read("to_low = 60.0\nto_high = 72.0\nsmoothing = 0.1"), [1.0] + [0.0] * 1000)[-1] == 60.0
    crept = played(read("smoothing = 60.0"), [0.0] + [1e-5] * 60000)  # it leaves rest however slowly it goes
    assert crept[-1] > 9e-6
    assert min(played(read("to_low = 1e-9\nto_high = 1.0\nneutral = 0.5"), [0.0])) == 1e-9, (
        "never beyond its ends"
    )
