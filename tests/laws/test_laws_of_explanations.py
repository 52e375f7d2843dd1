"""Laws of explanations: of every model there is, the shares add up to what it says, and all of it is finite."""

from __future__ import annotations

import numpy as np
import pytest
from models_shown import EVERY, SET, fitted, take

from gesturemap.errors import CommandError
from gesturemap.teaching.explain.why import Explainer, Why

ROUNDING = 1e-9


def holds(found: Why, explainer: Explainer) -> None:
    whole = found.shares.sum() + sum(found.apart.values())
    assert abs(whole - found.value) <= ROUNDING * max(1.0, abs(found.value))
    assert np.isfinite(found.shares).all()
    assert np.isfinite([found.value, *found.apart.values()]).all()
    assert found.shares.shape == (len(found.time), 3)
    assert found.by_channel.shape == (3,)
    table = found.as_table()  # as it is printed and drawn, nothing is left over
    told = sum(table["channels"].values()) + sum(table["apart"].values())
    assert abs(told - table["value"]) <= ROUNDING * max(1.0, abs(table["value"]))
    assert 0 < found.plays <= 1 + 7 * 9
    assert found.exact
    assert found.as_table()["channels"].keys() == {"acc_x", "acc_y", "acc_z"}


@EVERY
@pytest.mark.parametrize("gesture", [0, 2])
def test_what_is_told_of_a_gesture_adds_up(kind: str, gesture: int) -> None:
    model = fitted(kind)
    explainer = Explainer(model, SET.demonstrations, take(gesture, 9))
    found = explainer.gesture()
    holds(found, explainer)
    assert found.value >= 0.0  # it is the winner that is explained
    turned = explainer.gesture(found.against, found.of)
    assert np.abs(turned.shares + found.shares).max() <= ROUNDING * max(1.0, np.abs(found.shares).max())
    near = explainer.nothing()
    holds(near, explainer)
    for output in model.outputs:
        moved = explainer.output(output.name)
        holds(moved, explainer)
        index, moments = model.outputs.index(output), len(moved.time)
        unheard = explainer.heard(frozenset()).outputs[:, index]
        at_once = moved.by_moment + unheard / moments
        said = explainer.every.outputs[:, index] / moments
        assert np.abs(at_once - said).max() <= ROUNDING * max(1.0, np.abs(said).max())
        swing = moved.shares * moments  # in its unit, moment by moment
        assert np.allclose(moved.moves, [np.sqrt(np.mean(swing[:, c] ** 2)) for c in range(3)], rtol=1e-9)
        assert (moved.moves >= np.abs(moved.by_channel) - ROUNDING).all()


def test_of_two_gestures_and_outputs_that_are_not_there_one_line() -> None:
    explainer = Explainer(fitted("gmm"), SET.demonstrations, take(0, 9))
    for wrong in (lambda: explainer.gesture("nobody"), lambda: explainer.gesture("lift", "lift"),
                  lambda: explainer.output("pitch"), lambda: explainer.nothing("nobody")):  # fmt: skip
        with pytest.raises(CommandError):
            wrong()
