"""Page Test where outputs are learned and no gesture is told: they are shown, and nothing is asked of gestures."""

from __future__ import annotations

import time

import numpy as np
import pytest
import regression
from little_control import EVENTS, LittleControl, document
from PySide6.QtCore import Qt

from gesturemap import commands as c
from gesturemap.window.words import testing as said


@pytest.fixture
def control(control: LittleControl):
    made = LittleControl(document(**regression.DOC, folder=control.state["folder"]), regression.GROUPS)
    yield made
    made.close()


@pytest.fixture
def outputs(shown, control):
    """The page, after ten seconds of outputs."""
    shown.window.resize(1280, 720)
    shown.key(Qt.Key.Key_2)
    now = time.perf_counter() - 10.0
    for i in range(300):
        regression.frame(control, now + i / 30)
    shown.turn(3)
    return shown


def test_outputs_are_shown_in_place_of_what_is_said_of_gestures(outputs) -> None:
    page = outputs.window.test
    assert page.outputs.isVisible() and page.controls.isVisible() and page.now.compare.isVisible()
    assert not page.controls.hand.isVisible() and not page.controls.events.isVisible()
    for part in (page.minute, page.recognised, page.now.mean, page.now.wrong, page.below.tabs[2]):
        assert not part.isVisible()
    assert [text.split()[0] for text in page.outputs.curves.texts()] == ["cutoff", "depth"]
    assert all("±" in text for text in page.outputs.curves.texts())
    assert page.outputs.means.text() == said.OUTPUTS_SPREAD
    asked = {word for word, button in page.beliefs.questions.buttons.items() if not button.isHidden()}
    assert asked == {"checks", "doctor", "moved"} and page.beliefs.questions.more.isHidden()


def test_the_band_is_as_wide_as_the_model_is_unsure(outputs, control) -> None:
    curves = outputs.window.test.outputs.curves

    def banded() -> int:
        image = curves.grab().toImage()
        colours = [image.pixelColor(x, y) for x in range(0, image.width(), 3) for y in range(image.height())]
        ground = outputs.window.bench.look.palette.panel
        return sum(colour.name() != ground for colour in colours)

    wide = banded()
    outputs.window.bench.outputs.clear()
    now = time.perf_counter() - 10.0
    for i in range(300):
        regression.frame(control, now + i / 30, sure=False)
    outputs.turn(2)
    assert np.isnan(outputs.window.bench.outputs.view()[2]).all()
    outputs.turn(2)
    assert outputs.window.test.outputs.means.text() == said.OUTPUTS_UNSURE
    assert banded() < wide
    assert not any("±" in text for text in curves.texts())


def test_a_mark_is_answered_and_no_page_is_turned_to_paint(outputs) -> None:
    page = outputs.window.test
    outputs.key(Qt.Key.Key_W)
    assert not page.bench.testing.marks.all
    assert any(said.MARK_OUTPUTS in text for text in outputs.window.faults.texts())
    for _ in range(4):
        outputs.key(Qt.Key.Key_B)
        assert page.below.stack.currentIndex() in (0, 1)


def test_with_a_mapping_that_tells_gestures_all_is_as_ever(outputs) -> None:
    page = outputs.window.test
    outputs.change(mapping=[*regression.DOC["mapping"], *EVENTS])
    outputs.turn(2)
    assert page.minute.isVisible() and page.recognised.isVisible() and not page.outputs.isVisible()
    outputs.change(mapping=regression.DOC["mapping"])
    outputs.control.tell(c.Status({}))
    outputs.turn(2)
    assert page.outputs.isVisible()
