"""Blend and space: presets between which the sound goes."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_estimates import SOURCE, estimate

from gesturemap import catalog
from gesturemap.errors import SettingsError
from gesturemap.frames import Estimate, Values
from gesturemap.mapping.blend import Blend
from gesturemap.mapping.mapping import Mapping
from gesturemap.mapping.space import Space

POINTS = {"circle": {"pad.brightness": 0.9, "pad.pitch": 12.0}, "shake": {"pad.brightness": 0.1}}


def played(settings: Mapping, *rows: Estimate) -> list[list[float]]:
    part, out = settings.start(SOURCE), []
    for row in rows:
        room = np.full(len(part.controls), math.nan)
        part.step(row, room)
        out.append(room.tolist())
    return out


def blended(*posterior: float, fit: float = 0.9, **settings: object) -> list[float]:
    return played(
        Blend(**({"points": POINTS, "smoothing": 0.0} | settings)), estimate(0.0, posterior, fit=fit)
    )[0]


def test_a_sure_gesture_has_exactly_its_own_values() -> None:
    part = Blend(points=POINTS).start(SOURCE)
    assert [c.name for c in part.controls] == ["pad.brightness", "pad.pitch"]
    assert part.neutral.tolist() == [0.1, 12.0]
    assert blended(1.0, 0.0, 0.0) == [0.9, 12.0]
    assert blended(0.0, 1.0, 0.0, neutral={"pad.pitch": -5.0}) == [0.1, -5.0]


def test_between_gestures_it_is_by_posterior_and_sharpness() -> None:
    assert blended(0.75, 0.25, 0.0)[0] == pytest.approx(0.7)
    assert blended(0.75, 0.25, 0.0, sharpness=2.0)[0] == pytest.approx(0.9 * 0.9 + 0.1 * 0.1)
    assert blended(0.6, 0.4, 0.0, sharpness=50.0)[0] == pytest.approx(0.9, abs=1e-6)
    assert blended(0.5, 0.0, 0.5, neutral={"pad.brightness": 0.5})[0] == pytest.approx(0.7), (
        "no point: neutral"
    )


def test_the_less_fits_the_more_is_neutral() -> None:
    shares = [blended(1.0, 0.0, 0.0, fit=fit, neutral={"pad.brightness": 0.0})[0] for fit in (0.5, 0.25, 0.0)]
    assert shares == pytest.approx([0.9, 0.45, 0.0])
    assert blended(1.0, 0.0, 0.0, fit=0.0, none=0.0)[0] == 0.9
    assert blended(1.0, 0.0, 0.0, fit=0.0, none=0.5, neutral={"pad.brightness": 0.0})[0] == pytest.approx(
        0.45
    )


def test_levels_cross_fade_whole_patches_at_equal_power() -> None:
    levels = {"circle": "pad.level", "shake": "grains.level"}
    for share in (0.0, 0.3, 1.0):
        pad, grains = blended(share, 1.0 - share, 0.0, points={}, levels=levels)
        assert pad**2 + grains**2 == pytest.approx(1.0)
        assert blended(share, 1.0 - share, 0.0, points={}, levels=levels, law="linear") == pytest.approx(
            [share, 1.0 - share]
        )
    assert blended(1.0, 0.0, 0.0, points={}, levels=levels, fit=0.0) == [0.0, 0.0]


def test_a_blend_is_smoothed_by_time_and_holds_what_is_no_number() -> None:
    rows = [estimate(0.0), estimate(0.1, (0.0, 1.0, 0.0)), estimate(0.2, (math.nan, 0.0, 0.0))]
    out = [row[0] for row in played(Blend(points=POINTS, smoothing=0.1), *rows)]
    assert out == pytest.approx([0.9, 0.1 + 0.8 * math.exp(-1.0), 0.1 + 0.8 * math.exp(-1.0)])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Blend(points={"nobody": {"a": 1.0}}), "blend, points: no gesture 'nobody'"),
        (Blend(points={"circle": {"two words": 1.0}}), "a control is one word"),
        (Blend(points=POINTS, neutral={"x": 1.0}), "neutral: x; the presets set pad.brightness, pad.pitch"),
        (Blend(levels={"circle": "a", "shake": "a"}), r"levels.circle: a; it is set twice"),
        (Blend(points={"circle": {"a": 1.0}}, levels={"circle": "a"}), "set twice"),
    ],
)
def test_a_blend_that_cannot_be_is_refused_at_start(settings: Blend, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        settings.start(SOURCE)


CORNERS = {f"{x}{y}": (float(x), float(y)) for x, y in product((0, 1), (0, 1))}
SOUNDS = {
    "00": {"a": 1.0, "b": 0.0},
    "01": {"a": 5.0, "b": 2.0},
    "10": {"a": -3.0, "b": 0.5},
    "11": {"a": 0.0, "b": 9.0},
}


def where(x: float, y: float, time: float = 0.0) -> Estimate:
    return estimate(time, features=np.array([x, y]))


def space(**settings: object) -> Space:
    plain = {
        "sources": ("feature:acc_x", "feature:acc_y"),
        "presets": SOUNDS,
        "positions": CORNERS,
        "smoothing": 0.0,
    }
    return Space(**(plain | settings))


@pytest.mark.parametrize("between", ["distance", "corners"])
def test_at_a_preset_it_is_exactly_that_preset(between: str) -> None:
    for name, (x, y) in CORNERS.items():
        assert played(space(between=between), where(x, y))[0] == list(SOUNDS[name].values())


def test_corners_are_bilinear_and_stay_at_the_edge_beyond_it() -> None:
    x, y = 0.3, 0.8
    wanted = 1.0 * 0.7 * 0.2 + 5.0 * 0.7 * 0.8 - 3.0 * 0.3 * 0.2
    assert played(space(between="corners"), where(x, y))[0][0] == pytest.approx(wanted)
    assert played(space(between="corners"), where(-7.0, 9.0))[0] == [5.0, 2.0]


def test_eight_corners_of_a_box_in_the_sources_units() -> None:
    at = {str(i): (10.0 * (i & 1), float(i >> 1 & 1) - 3.0, 440.0 * (i >> 2)) for i in range(8)}
    box = Space(
        ("feature:acc_x", "feature:acc_y", "output:pitch"),
        {n: {"a": float(n)} for n in at},
        at,
        "corners",
        smoothing=0.0,
    )
    for name, (x, y, z) in at.items():
        row = estimate(0.0, features=np.array([x, y]), outputs=np.array([z]))
        assert played(box, row) == [[float(name)]]
    middle = estimate(0.0, features=np.array([5.0, -2.5]), outputs=np.array([220.0]))
    assert played(box, middle) == [[pytest.approx(3.5)]]


@given(
    st.floats(-3.0, 3.0), st.floats(-3.0, 3.0), st.sampled_from(["distance", "corners"]), st.floats(0.5, 10.0)
)
def test_between_presets_no_control_leaves_their_range(
    x: float, y: float, between: str, power: float
) -> None:
    a, b = played(space(between=between, power=power), where(x, y))[0]
    assert -3.0 - 1e-9 <= a <= 5.0 + 1e-9
    assert -1e-9 <= b <= 9.0 + 1e-9


def test_near_a_preset_it_is_nearly_that_preset() -> None:
    def far(step: float) -> float:
        return abs(played(space(), where(step, 0.0))[0][0] - 1.0)

    assert far(1e-9) < 1e-6
    assert far(1e-3) < 1e-2


def test_a_place_that_is_no_number_is_held() -> None:
    rows = [where(1.0, 1.0), where(math.nan, 0.0, 0.1), where(math.inf, 0.0, 0.2), where(0.0, 0.0, 0.3)]
    assert [row[1] for row in played(space(), *rows)] == [9.0, 9.0, 9.0, 0.0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sources": ("winner",) * 4}, "4 of them; at most 3"),
        ({"positions": {"00": (0.0, 0.0)}}, "positions: 01, 10, 11; each preset has a position"),
        ({"positions": CORNERS | {"01": (1.0,)}}, "positions.01: 1 numbers; one for each source: 2"),
        ({"positions": CORNERS | {"01": (1.0, 1.0)}}, "two presets at one place"),
        ({"positions": CORNERS | {"01": (0.4, 1.0)}, "between": "corners"}, "one at each corner of a box"),
        ({"positions": CORNERS | {"01": (1.0, 1.0)}, "between": "corners"}, "one at each corner of a box"),
        ({"sources": ("feature:acc_x", "feature:z")}, r"space, sources\[1\]: no feature 'z'"),
    ],
)
def test_a_space_that_cannot_be_is_refused_at_start(changes: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        space(**changes).start(SOURCE)


def test_both_are_read_from_tables() -> None:
    table = {"kind": "space", "sources": ["winner"], "presets": {"a": {"x": 1}}, "positions": {"a": [0]}}
    made = catalog.read("mapping", table, "test")
    assert made == Space(("winner",), {"a": {"x": 1.0}}, {"a": (0.0,)})
    values: Values = np.zeros(1)
    made.start(SOURCE).step(estimate(0.0), values)
    assert values.tolist() == [1.0]
