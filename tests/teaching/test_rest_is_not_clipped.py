"""A channel is clipped where it stops at one end again and again while the others move on; who rests is not."""

from __future__ import annotations

import importlib
import importlib.util

import numpy as np
import pytest

from gesturemap.frames import Channel, Spec, Values

CRITIQUE = importlib.util.find_spec("gesturemap.teaching.critique") is not None
ROOM = importlib.import_module(
    "gesturemap.teaching.critique.look" if CRITIQUE else "gesturemap.window.facts.hints"
)
PAD = Spec((Channel("x"), Channel("y")), 50.0)


def look(values: Values) -> tuple[str, ...]:
    return ROOM.look(PAD, np.arange(len(values)) / PAD.rate, values).clipped


def circle(rounds: int = 1) -> Values:
    """From the top of a pad and back to it; y from 0.31 to 0.859."""
    turn = np.linspace(0.0, 2.0 * np.pi * rounds, 100 * rounds + 1)
    return np.stack([0.5 + 0.3 * np.sin(turn), 0.5845 + 0.2745 * np.cos(turn)], axis=1)


def held(values: Values, before: int, after: int) -> Values:
    return np.concatenate([np.repeat(values[:1], before, 0), values, np.repeat(values[:1], after, 0)])


@pytest.mark.parametrize(("before", "after"), [(28, 0), (0, 28), (28, 28), (12, 60)])
def test_who_rests_at_the_end_of_a_channel_is_not_clipped(before: int, after: int) -> None:
    assert look(held(circle(), before, after)) == ()


@pytest.mark.parametrize("rests", [0, 28])
def test_who_stops_there_again_and_again_while_the_other_moves_on_is(rests: int) -> None:
    assert look(held(np.minimum(circle(4), [1.0, 0.8]), rests, rests)) == ("y",)


def test_a_channel_alone_is_clipped_where_it_stops_again_and_again() -> None:
    spec, values = Spec((Channel("y"),), 50.0), np.minimum(circle(4)[:, 1:], 0.8)
    assert ROOM.look(spec, np.arange(len(values)) / 50.0, values).clipped == ("y",)


SQUARE = [(-1, 1), (1, 1), (1, -1), (-1, -1), (-1, 1)]
TRIANGLE = [(0, -1), (1, -1), (0, 1), (-1, -1), (0, -1)]


@pytest.mark.parametrize("corners", [SQUARE, TRIANGLE])
@pytest.mark.parametrize("seed", range(4))
def test_a_straight_side_is_not_clipped_though_it_trembles_by_a_pixel(
    corners: list[tuple[int, int]], seed: int
) -> None:
    way, trembling = np.linspace(0.0, 4.0, 120), np.random.default_rng(seed)
    sides = np.array(corners, float)
    drawn = [0.5 + 0.2 * np.interp(way, range(5), sides[:, c]) for c in (0, 1)]
    pixels = np.round(400 * np.stack(drawn, axis=1) + trembling.normal(scale=0.25, size=(120, 2)))
    assert look(pixels / 400) == ()
