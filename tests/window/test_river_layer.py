"""The river's picture: moved along a little at a time it is the one that is painted at once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from test_window_past import Engine

from gesturemap.mapping.events import Events
from gesturemap.window.bench import Look
from gesturemap.window.facts.dial import Dial
from gesturemap.window.test.layer import Layer

HALF, SURER = (Dial("posterior", 0.9, rule=Events(fit=fit)) for fit in (0.5, 0.95))
TREES = Dial("fit", 0.45, "threshold", line={"value": 0.45})
"""Lines of a mapping whose fit must be so good, and of strokes."""


def pixels(picture) -> np.ndarray:
    image = picture.toImage().convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()].astype(int)


@pytest.fixture
def engine(qapp):
    made = Engine()
    made.open()
    yield made
    made.close()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_moved_along_it_is_the_picture_that_is_painted_at_once(engine: Engine, ratio: float) -> None:
    look, moving, size = Look(), Layer(), QSize(400, 100)

    def at_once(layer: Layer):
        return layer.follow(engine.past, look, size, ratio, engine.now + 5.0, 20.0, "posterior", HALF)

    rng = np.random.default_rng(4)
    for _ in range(300):
        height = float(rng.uniform(0.2, 1.0))
        for _ in range(int(rng.integers(1, 9))):
            engine.frame(height, fit=height, step=float(rng.choice([0.01, 0.03, 0.9], p=[0.5, 0.48, 0.02])))
        at_once(moving)
    moved, painted = pixels(at_once(moving)), pixels(at_once(Layer()))
    assert moved.shape == (100 * ratio, 400 * ratio, 4) and painted[..., 3].any()
    different = (np.abs(moved - painted) > 60).any(axis=2)
    assert different.mean() < 0.002
    assert (np.abs(moved - painted) > 8).any(axis=2).mean() < 0.02  # edges of curves


def test_another_scale_colour_or_past_is_painted_anew(engine: Engine) -> None:
    engine.swell(0.9)
    look, layer = Look(), Layer()
    look.gestures.follow(["circle", "shake"])
    size = QSize(300, 80)
    now = engine.now + 5.0
    first = pixels(layer.follow(engine.past, look, size, 1.0, now, 10.0, "posterior", HALF))
    for changed in (
        lambda: layer.follow(engine.past, look, size, 1.0, now, 5.0, "posterior", HALF),
        lambda: layer.follow(engine.past, look, size, 1.0, now, 10.0, "fit", HALF),
        lambda: layer.follow(engine.past, look, size, 1.0, now, 10.0, "posterior", SURER),
        lambda: layer.follow(engine.past, look, size, 1.0, now, 10.0, "fit", TREES),  # shown elsewhere
        lambda: layer.follow(engine.past, look, size, 1.0, now - 1.0, 10.0, "posterior", HALF),
    ):
        assert (pixels(changed()) != first).any()
        again = pixels(layer.follow(engine.past, look, size, 1.0, now, 10.0, "posterior", HALF))
        assert np.array_equal(again, first)
    look.gestures.follow(["shake", "circle"])
    look.gestures._places = {"shake": 0, "circle": 1}
    assert (pixels(layer.follow(engine.past, look, size, 1.0, now, 10.0, "posterior", HALF)) != first).any()
    engine.past.clear()
    assert not pixels(layer.follow(engine.past, look, size, 1.0, now, 10.0, "posterior", HALF)).any()
