"""What is asked seldom: what never costs, the sound check, what comes again; answers lead to what mends."""

from __future__ import annotations

from asked import answer, click, settled
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gesturemap import commands as c
from gesturemap.teaching.finding import Finding
from gesturemap.window.words import beliefs as said


def test_what_never_costs_is_shown_before_it_is_set(asking) -> None:
    panel = asking.page
    panel.ask(c.Ask("never", ["shake", "circle"]))
    assert said.NEVER in panel.headline.text()
    offered = Finding(
        "never", "shake", evidence="'shake' begins in 1 of 2 demonstrations of 'circle' left out",
        remedy="let it begin only where it fits 0.6", command=c.Threshold(0.6, "shake"),
    ).as_table()  # fmt: skip
    prices = [{"fit": 0.6, "false": 0, "missed": 1}]
    table = {
        "finding": offered,
        "prices": prices,
        "now": {"fit": 0.0, "false": 1, "missed": 0},
        "shown": [1, 2],
    }
    answer(asking, table, "never", "shake", "circle")
    assert panel.headline.text().startswith("shake for circle")
    assert "with a fit of 0.6: begins in 0, misses 1" in panel.cards.widget().accessibleDescription()
    click(panel.cards.views[0].buttons[said.DEEDS["Threshold"]])
    assert asking.heard(c.Threshold) == [c.Threshold(0.6, "shake")]
    assert settled(asking) == []


def test_the_sound_check_leads_to_what_is_wanted_first_and_puts_right(asking) -> None:
    panel = asking.page
    first = Finding(
        "soundcheck", "circle", evidence="nothing was recorded today", remedy="do circle and shake"
    )
    answer(asking, {"today": [], "wanted": ["circle", "shake"], "findings": [first.as_table()]}, "soundcheck")
    assert panel.headline.text().startswith(said.SOUND_WANTED)
    click(panel.cards.views[0].buttons[said.RECORD])
    assert asking.window.bench.selection == "circle" and asking.window.teach.isVisible()
    asking.key(Qt.Key.Key_2)
    right = c.Configure("corrections", [{"kind": "axes", "channels": ["-x", "y"]}])
    turned = Finding("axes", channel="x", evidence="Axes of x are other ones today", remedy="", command=right)
    today = Finding("today", demonstrations=("a2",), evidence="1 of today", command=c.Enable(["a2"], False))
    found = {"today": ["a2"], "wanted": [], "findings": [turned.as_table(), today.as_table()]}
    answer(asking, found, "soundcheck")
    assert panel.headline.text().startswith("other than when it was taught: 1 found")
    click(panel.cards.views[0].buttons[said.DEEDS["Configure"]])
    assert asking.heard(c.Configure)[-1] == right
    click(panel.cards.views[1].buttons[said.DEEDS["Enable"]])
    assert asking.heard(c.Enable)[-1] == c.Enable(["a2"], False)
    answer(asking, {"today": ["a2"], "wanted": [], "findings": []}, "soundcheck")
    assert panel.empty.text() == said.SOUND_SAME


def test_what_comes_again_becomes_a_gesture_by_a_button(asking) -> None:
    panel = asking.page
    make = c.Extract("a2", "movement 1", [0.5, 1.0, 2.0, 2.5])
    found = Finding(
        "repeats", demonstrations=("a2",), evidence="1: you seem to repeat", remedy="Name it", command=make
    )
    answer(asking, {"of": "a2", "findings": [found.as_table()]}, "discover")
    assert panel.headline.text().startswith("1 found in circle 2")
    click(panel.cards.views[0].buttons[said.DEEDS["Extract"]])
    assert asking.heard(c.Extract) == [make]
    assert settled(asking) == []
    answer(asking, {"of": "a2", "findings": []}, "discover")
    assert "nothing comes again in circle 2" in panel.empty.text()


def test_an_answer_that_is_a_refusal_names_demonstrations_as_the_window_does(asking) -> None:
    panel = asking.page
    panel.ask(c.Ask("discover", []))
    error = "demonstration a2: 1.2 s; at least 10 s of movement are wanted; record some"
    asking.control.tell(c.Answer("discover", [], None, error))
    asking.until(lambda: "circle 2: 1.2 s" in panel.headline.text() + panel.empty.text())
    assert "a2" not in panel.headline.text() + panel.empty.text()


def test_percentages_of_an_answer_are_not_shown_while_the_project_is_another_one(asking) -> None:
    panel = asking.page
    table = [{"gesture": "circle", "consistency": 0.83}, {"gesture": "shake", "consistency": 0.91}]
    answer(asking, table, "consistency")
    shown = lambda: " ".join(label.text() for label in panel.cards.findChildren(QLabel))  # noqa: E731
    assert "83" in shown() and "%" in shown()
    asking.change(features=[{"kind": "derive"}])
    assert said.CHANGED in panel.headline.text()
    assert "83" not in shown() and "%" not in shown() and "circle" in shown()
    asking.change(features=[])  # it is undone
    assert "83" in shown() and said.CHANGED not in panel.headline.text()
