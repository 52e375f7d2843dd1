"""Marks dragged together and apart on the map: what channels would count for, asked and kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.window.facts.pairs import Pair, Pairs

LEFT = Qt.MouseButton.LeftButton
WEIGHED = {
    "weights": {"x": 0.25}, "before": {"x": 1.0, "y": 1.0}, "now": {"x": 0.25, "y": 1.0},
    "pairs": [{"pair": ["a1", "a2"], "alike": True, "before": 1.5, "now": 0.8},
              {"pair": ["a1", "b1"], "alike": False, "before": 1.2, "now": 0.9}],
    "tested": 3, "right": [2, 3], "flipped": {},
}  # fmt: skip


def drag(view, start, end) -> None:
    begin, stop = (QPoint(round(x), round(y)) for x, y in (start, end))
    QTest.mousePress(view, LEFT, pos=begin)
    QTest.mouseMove(view, (begin + stop) / 2)
    QTest.mouseMove(view, stop)
    QTest.mouseRelease(view, LEFT, pos=stop)


@pytest.fixture
def mapped(page):
    """The map of three demonstrations, with their places in pixels by id."""
    page.until(lambda: page.page.map.chart.there)
    page.map = page.page.map
    chart = page.map.chart
    page.at = dict(
        zip([one.take.id for one in chart.shown], page.map.view.pixels(chart.places).tolist(), strict=True)
    )
    page.gesture_of = {one.take.id: one.label for one in chart.shown}
    return page


def test_marks_dragged_together_and_apart_are_weighed_and_kept(mapped) -> None:
    one, other = [name for name, label in mapped.gesture_of.items() if label == "circle"]
    (third,) = set(mapped.at) - {one, other}
    assert not mapped.map.weigh.isVisible()
    drag(mapped.map.view, mapped.at[one], mapped.at[other])
    corners = [(4, 4), (mapped.map.view.width() - 4, mapped.map.view.height() - 4)]
    free = max(corners, key=lambda at: min(abs(at[0] - x) + abs(at[1] - y) for x, y in mapped.at.values()))
    drag(mapped.map.view, mapped.at[one], free)
    assert mapped.map.pairs.all == [Pair(one, other, True), Pair(one, third, False)]
    assert mapped.heard(c.Play) == [] and mapped.map.weigh.text().startswith("Weigh 2")
    QTest.mouseClick(mapped.map.weigh, LEFT)
    asked = c.Ask("weights", [f"together={one},{other}", f"apart={one},{third}"])
    assert mapped.heard(c.Ask)[-1] == asked
    mapped.control.tell(c.Answer("weights", asked.arguments, WEIGHED))
    beliefs = mapped.page.beliefs
    mapped.until(lambda: beliefs.cards.views)
    (view,) = beliefs.cards.views
    assert (
        "1 of 2 pairs lie as you said; left out, 3 of 3 demonstrations are right, now 2" in view.card.evidence
    )
    assert "x: 1 → 0.25" in beliefs.bench.testing.belief.words
    QTest.mouseClick(view.buttons["Let them count so"], LEFT)
    (sent,) = mapped.heard(c.Configure)
    assert sent.section == "relevance" and sent.table["weights"] == {"x": 0.25}
    mapped.change(locked=True)
    assert not view.buttons["Let them count so"].isEnabled()


def test_a_click_plays_and_what_was_said_can_be_forgotten(mapped) -> None:
    one, other = list(mapped.at)[:2]
    at = QPoint(*(round(each) for each in mapped.at[one]))
    QTest.mouseClick(mapped.map.view, LEFT, pos=at)
    assert mapped.heard(c.Play) == [c.Play(one)]
    drag(mapped.map.view, mapped.at[one], mapped.at[other])
    assert mapped.map.unsay.isVisible()
    QTest.mouseClick(mapped.map.unsay, LEFT)
    assert mapped.map.pairs.all == [] and not mapped.map.weigh.isVisible()


def test_what_is_said_anew_counts_and_what_is_gone_is_forgotten() -> None:
    pairs = Pairs()
    pairs.say("a", "b", alike=True)
    pairs.say("a", "a", alike=True)
    pairs.say("b", "a", alike=False)
    pairs.say("c", "d", alike=True)
    assert pairs.all == [Pair("b", "a", False), Pair("c", "d", True)]
    assert pairs.question == c.Ask("weights", ["together=c,d", "apart=b,a"])
    assert not pairs.follow({"a", "b", "c", "d"})
    assert pairs.follow({"a", "b", "c"}) and pairs.all == [Pair("b", "a", False)]


def test_marks_that_lie_over_one_another_are_counted_and_met_click_by_click(mapped) -> None:
    view, chart = mapped.map.view, mapped.map.chart
    chart.places[:2] = chart.places[0]
    view.renew()
    one, other = (each.take.id for each in chart.shown[:2])
    at = QPoint(*(round(each) for each in view.pixels(chart.places)[0].tolist()))
    QTest.mouseMove(view, at)
    mapped.until(lambda: "2 here" in mapped.map.named.text())
    names = []
    for _ in range(3):
        QTest.mouseClick(view, LEFT, pos=at)
        names.append(mapped.map.named.text())
    assert [each.demonstration for each in mapped.heard(c.Play)] == [one, other, one]
    assert names[0] == names[2] != names[1]
    third = QPoint(*(round(each) for each in view.pixels(chart.places)[2].tolist()))
    QTest.mouseClick(view, LEFT, pos=third)
    assert (
        mapped.heard(c.Play)[-1] == c.Play(chart.shown[2].take.id) and "here" not in mapped.map.named.text()
    )
