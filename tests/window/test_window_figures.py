"""What a gesture looks like, and learning curves: real answers, drawn; the same in words."""

from __future__ import annotations

import json

import numpy as np
import pytest
from asked import answer, settled

from gesturemap import commands as c
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Channel, Spec
from gesturemap.models.exemplar import Exemplar
from gesturemap.project.exchange.corpus import Corpus
from gesturemap.teaching.aligned import align, moving, resampled
from gesturemap.teaching.answers.questions import answered
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.play import Opened
from gesturemap.window.facts.figures import Looks, learned
from gesturemap.window.words import beliefs as said

SPEC = Spec((Channel("acc_x", "g"), Channel("acc_y", "g")), rate=50.0)


def shown(label: str, number: int, turns: float) -> Demonstration:
    rng = np.random.default_rng([number, len(label)])
    time = np.arange(60 + 4 * number) / 50.0
    phase = np.linspace(0.0, 2 * np.pi * turns, len(time))
    values = np.stack([np.sin(phase), np.cos(phase)], axis=1) * (1 + 0.1 * number)
    return Demonstration(
        f"{label}-{number}", label, SPEC, time, values + 0.05 * rng.normal(size=values.shape)
    )


def of(*every: Demonstration) -> Taught:
    none = ("",) * len(every)
    return Taught("test", Opened(Corpus(every, none, none, none, 50.0), Exemplar(), ()))


@pytest.fixture(scope="module")
def taught() -> Taught:
    return of(*(shown("circle", n, 1.0) for n in range(4)), *(shown("shake", n, 3.0) for n in range(4)))


def colours_of(widget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_what_a_gesture_looks_like_is_drawn_from_the_answer(asking, taught) -> None:
    page = asking.page
    table = json.loads(json.dumps(answered(taught, "belief", ["circle", "12"])))
    looks = Looks.read(table)
    assert looks.names == ("acc_x g", "acc_y g") and len(looks.paths) == 12 and not looks.typical
    action = next(each for each in page.questions.menu.actions() if each.data() == "belief")
    action.trigger()
    assert asking.heard(c.Ask)[-1] == c.Ask("belief", ["circle", "12"])
    answer(asking, table, "belief", "circle", "12")
    assert page.figure.isVisible() and not page.matrix.isVisible()
    assert page.figure.accessibleDescription() == looks.text() in page.cards.widget().accessibleDescription()
    assert "Mean of 4 demonstrations of circle" in looks.text() and "12 paths" in looks.text()
    assert settled(asking) == []
    for _ in ("light", "dark"):
        asking.window.change_look()
        asking.until(lambda: asking.window.bench.look.gesture("circle") in colours_of(page.figure))
    answer(asking, [], "checks")
    assert not page.figure.isVisible()


def test_of_figures_begun_anywhere_one_demonstration_stands_for_all(taught) -> None:
    time = np.arange(100) / 50.0
    turned = [np.linspace(0, 2 * np.pi, 100) + begin for begin in np.linspace(0, 2 * np.pi, 6)[:-1]]
    every = [np.stack([np.sin(phase), np.cos(phase)], axis=1) for phase in turned]
    circles = [Demonstration(f"d{n}", "circle", SPEC, time, values) for n, values in enumerate(every)]
    table = answered(of(*circles, *(shown("shake", n, 3.0) for n in range(2))), "belief", ["circle"])
    looks = Looks.read(table)
    assert looks.typical and not looks.spread.any() and "most typical of 5" in looks.text()
    assert np.ptp(looks.mean, axis=0).min() > 1.9  # a whole circle, as somebody drew it


def test_the_channels_that_are_drawn_are_those_in_which_it_moves(taught) -> None:
    curves = [resampled(one.time, one.values) for one in taught.demonstrations if one.label == "circle"]
    still = [np.concatenate([curve, np.full((len(curve), 1), 3.0)], axis=1) for curve in curves]
    laid = align(still)
    assert moving(laid.mean, laid.spread, 2) == [0, 1]


def test_how_it_learns_is_drawn_and_told(asking, taught) -> None:
    page = asking.page
    table = json.loads(json.dumps(answered(taught, "curve", [])))
    curves = learned(table)
    assert [one.gesture for one in curves] == ["circle", "shake"]
    assert [count for count, _ in curves[0].points] == [1, 2, 3, 4]
    action = next(each for each in page.questions.menu.actions() if each.data() == "curve")
    action.trigger()
    assert asking.heard(c.Ask)[-1] == c.Ask("curve")
    answer(asking, table, "curve")
    assert page.figure.isVisible() and page.headline.text().startswith(said.CURVE_HEAD)
    assert "circle: 0% with 1" in page.figure.accessibleDescription()
    assert settled(asking) == []
    assert asking.window.bench.look.gesture("shake") in colours_of(page.figure)


def test_curves_that_are_not_known_say_what_is_needed(asking) -> None:
    page = asking.page
    row = {"gesture": "circle", "shown": 1, "errors": [], "now": None, "more": None, "plateau": False}
    answer(asking, {"curves": [row], "findings": []}, "curve")
    assert page.empty.text() == said.CURVE_NONE and not page.figure.isVisible()
    known = {**row, "gesture": "shake", "shown": 3, "errors": [None, 0.5], "now": 0.4, "more": 0.3}
    assert [one.text() for one in learned({"curves": [row, known]})] == [
        "circle was shown once: not known",
        "shake: 50% with 2, 40% with 3; expected with one more 30%",
    ]


def test_so_many_paths_cannot_be_drawn(taught) -> None:
    for wrong in ("-1", "x", "1000000"):
        with pytest.raises(Exception, match="a whole number from 0 to 100"):
            answered(taught, "belief", ["circle", wrong])
