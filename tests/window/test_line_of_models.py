"""The line of a model that decides by itself: where it is dragged, a model fitted with that dial decides."""

from __future__ import annotations

import io
import math
import zipfile

import numpy as np
import pytest
from little_control import document

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Frame, Spec
from gesturemap.models import store
from gesturemap.models.hhmm import Hhmm
from gesturemap.models.spotting import Spotter
from gesturemap.models.strokes import Strokes
from gesturemap.window.facts.dial import dial_of
from gesturemap.window.facts.document import read

SPEC = Spec.of("x", "y", rate=50.0)


def movement(label: str, number: int) -> np.ndarray:
    rng = np.random.default_rng(10 * number + len(label))
    u = np.linspace(0, 1, 50 + 3 * number)[:, None]
    shape = np.hstack([np.sin(2 * np.pi * u), u]) if label == "wave" else np.hstack([u**2, np.cos(7 * u)])
    return shape + 0.04 * rng.normal(size=shape.shape).cumsum(axis=0) / 3


def taken(label: str, number: int) -> Demonstration:
    values = movement(label, number)
    return Demonstration(f"{label}-{number}", label, SPEC, np.arange(len(values)) / 50, values)


SHOWN = TrainingSet(tuple(taken(label, number) for label in ("wave", "hook") for number in range(4)))


def line(model, kind: str):
    """The line of a project whose model this is, as control tells it."""
    told = store.line_of(store.pack(model))
    assert told == model.line
    trained = document()["trained"] | {"line": told}
    return dial_of(read(document(model={"kind": kind}, trained=trained, mapping=[{"kind": "events"}])))


def heard(model) -> np.ndarray:
    """The fits (T, K) of movements that were not learned from, one after another."""
    follower = model.start()
    stream = np.concatenate([movement(label, number) for number in (7, 8) for label in ("wave", "hook")])
    return np.array([follower.step(Frame(i / 50, row, i / 50)).fit for i, row in enumerate(stream)])


@pytest.mark.long
@pytest.mark.parametrize("height", [0.3, 0.62, 0.8])
def test_a_spotter_with_the_rate_of_a_line_hears_what_lies_above_it(height: float) -> None:
    model = Spotter().fit(SHOWN)
    dial = line(model, "spotter")
    assert dial.setting == "false_per_10min" and dial.value(0.5) == pytest.approx(3.0)
    rate = dial.value(height)
    moved = Spotter(false_per_10min=rate).fit(SHOWN, model)
    by = math.log(height / (1 - height)) / model.line["steep"]
    if 0.3 < moved.thresholds[0] < 0.9 and 0.01 < rate < 1000.0:  # else the dial ends there
        assert moved.thresholds - model.thresholds == pytest.approx(by, abs=1e-6)
        above, now = heard(model) >= height, heard(moved) >= 0.5
        assert (
            above.any() and (above == now).mean() > 0.97
        )  # one that was spotted fades from its own threshold on


@pytest.mark.long
def test_strokes_hear_what_lies_above_the_line() -> None:
    model = Strokes(trees=20, copies=3).fit(SHOWN)
    dial = line(model, "strokes")
    assert dial.height == model.thresholds.min() > 0.45 and dial.value(0.63) == 0.63  # these are clear
    moved = Strokes(trees=20, copies=3, threshold=dial.value(0.63)).fit(SHOWN, model)
    assert moved.thresholds == pytest.approx(0.63)
    assert moved.line["value"] == pytest.approx(0.63)


@pytest.mark.long
def test_other_models_and_what_is_no_model_have_no_line() -> None:
    assert store.line_of(store.pack(Hhmm().fit(SHOWN))) == {}
    assert store.line_of(b"") == {} and store.line_of(b"PK\x03\x04nonsense") == {}
    for meta in ("[]", '{"line": 3}', "no json"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(store.META, meta)
        assert store.line_of(buffer.getvalue()) == {}
