"""What it believes, over a control that only listens: questions, answers, deeds of cards, bars, keys, empty states."""

from __future__ import annotations

import json

import pytest
from asked import answer, click, settled
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gesturemap import codec
from gesturemap import commands as c
from gesturemap.models.few_shot import MIXED
from gesturemap.teaching.finding import Finding
from gesturemap.window.facts.beliefs import named, odds, read
from gesturemap.window.facts.document import read as read_document
from gesturemap.window.test.cards import Portrait
from gesturemap.window.words import beliefs as said

COPY = Finding(
    "copy", "circle", ("a2",), evidence="demonstration a2 of 'circle' is the same recording as a1 of 'circle'",
    remedy="leave one of them out", sure=0.9, command=c.Enable(["a2"], False),
).as_table()  # fmt: skip
NEXT = Finding("next", "lift", evidence="'lift' has no demonstration yet", remedy="record 'lift'").as_table()
WHY = {
    "demonstration": "a1", "last": "shake", "taken": ["circle"],
    "question": "gesture", "of": "circle", "against": "shake",
    "value": 2.0, "unit": "nats", "apart": {"prior": -0.5}, "demonstrations": {"circle": 2, "shake": 1},
    "channels": {"x": -0.5, "y": 3.0}, "cost": {"x": 0.1, "y": 2.5}, "time": [0.0, 0.5, 1.0],
    "moments": [0.5, -1.0, 3.0], "shares": [[0.5, 0.0], [-1.0, 0.0], [0.0, 3.0]], "plays": 4, "exact": True,
}  # fmt: skip
MATRIX = {
    "confusion": {"labels": ["circle", "shake", ""], "rows": [[1, 1, 0], [0, 1, 0]]},
    "missed_per_10min": 20.0, "false_per_10min": {"shake": 20.0}, "words": ["'circle': 1 of 2 missed"],
    "findings": [NEXT],
}  # fmt: skip
RANKED = {"fit": 0.8, "score": 1.0, "margin": 0.1, "suspicion": 0.0, "rival_like": ""}
MIX = {
    "mix": {"level": 0.5, "convolutions": 0.5}, "right": 2, "tested": 3, "confusion": MATRIX["confusion"],
    "words": ["'circle': 1 of 2 missed"], "alone": dict.fromkeys(said.MIX_NAMES, 2) | {"shape": 3},
    "now": {"level": 0.5, "convolutions": 0.5}, "best": {"weights": {"shape": 1.0}, "better": False},
    "finding": Finding("mix", evidence="best of 3 is shape 1", remedy="that may be chance").as_table(),
}  # fmt: skip
BEST = [
    {"gesture": "circle", "id": "a1", "rival": "shake", "border": False, "like": "a2", **RANKED},
    {"gesture": "circle", "id": "a2", "rival": "shake", "border": True, "like": "a1", **RANKED},
]


@pytest.fixture
def page(asking):
    return asking


def colours_of(widget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_button_asks_and_the_answer_is_a_card_whose_deed_can_be_done(page) -> None:
    panel = page.page
    assert panel.questions.buttons["checks"].hasFocus()  # by the key that showed it
    page.key(Qt.Key.Key_Return)
    assert page.heard(c.Ask) == [c.Ask("checks")]
    assert panel.stop.isVisible() and said.CHECKS in panel.headline.text()
    page.control.tell(c.Answer("why", ["a1"], WHY))  # somebody else's
    page.turn(2)
    assert panel.wanted is not None
    page.control.tell(c.Answer("checks", [], [COPY, NEXT], seconds=0.5))
    page.until(lambda: panel.cards.views)
    assert not panel.stop.isVisible() and "2 found" in panel.headline.text()
    card = panel.cards.views[0]
    assert card.card.evidence == "circle 2 is the same recording as a1 of 'circle'"
    assert card.card.remedy in card.accessibleDescription()
    page.change(locked=True)
    assert not card.buttons["Leave it out"].isEnabled() and card.buttons[said.SKIP].isEnabled()
    page.change(locked=False)
    assert settled(page) == []
    QTest.keyClick(card.buttons["Leave it out"], Qt.Key.Key_Space)
    assert page.heard(c.Enable)[-1:] == [c.Enable(["a2"], False)]
    assert not card.buttons["Leave it out"].isEnabled()
    page.control.tell(c.Fault("demonstration", "demonstration: 'a2': there is none"))
    page.until(lambda: card.buttons["Leave it out"].isEnabled())  # and the bar says why
    click(card.buttons["Leave it out"])
    click(card.buttons[said.LISTEN])
    assert page.heard(c.Play) == [c.Play("a2")]
    # what was edited is done, and the answer is of before; put away is put away
    page.change(relevance={"ignored": ["y"]})
    assert card.buttons["Leave it out"].text() == said.DONE
    assert said.CHANGED in panel.headline.text()
    click(card.buttons[said.SKIP])
    assert [view.card.head for view in panel.cards.views] == ["Next"]
    assert "1 put away" in panel.headline.text()
    # where to record leads there
    click(panel.cards.views[0].buttons[said.RECORD])
    assert page.window.page() == "teach" and page.window.bench.selection == "lift"


def test_while_something_else_is_asked_the_answer_of_before_can_no_longer_be_pressed(page) -> None:
    panel = page.page
    answer(page, [COPY], "checks")
    (card,) = panel.cards.views
    assert card.isVisible()
    panel.ask(c.Ask("doctor"))
    assert not card.isVisible() and panel.empty.isVisible() and panel.empty.text() == ""
    panel.give_up()
    assert card.isVisible()
    answer(page, [], "decoys")
    assert panel.empty.text() == said.DECOYS_NONE
    assert panel.headline.text().startswith(said.DECOYS)


def test_why_is_shown_as_bars_and_in_words_and_a_channel_can_be_told_not_to_matter(page) -> None:
    panel = page.page
    answer(page, WHY, "why", "a1")
    assert panel.headline.text().startswith("circle 1: taken for circle, not shake: 7.4 times as likely")
    assert panel.picture.isVisible() and panel.picture.reason.channels == ("y", "x")
    text = panel.picture.accessibleDescription()
    assert "y: +3.00, 2.50 lost without it" in text and "before anything was heard: -0.50" in text
    assert "most for it at 1.0 s, most against it at 0.5 s of 1.0 s" in text
    assert "at its last moment alone it would be shake" in panel.words.text()
    assert settled(page) == []
    assert not panel.matters.isVisible()
    panel.picture.setFocus()
    page.key(Qt.Key.Key_Down)
    assert panel.picture.channel == "y"
    QTest.mouseClick(panel.picture, Qt.MouseButton.LeftButton, pos=QPoint(100, 25))
    assert panel.picture.channel == "x" and panel.matters.text() == "x should not matter"
    click(panel.matters)
    assert page.heard(c.Irrelevant) == [c.Irrelevant("x", "circle")]
    panel.picture.setFocus()
    page.key(Qt.Key.Key_Up)
    page.key(Qt.Key.Key_Up)
    assert panel.picture.channel == ""
    for look in ("light", "dark"):
        page.window.change_look()
        assert {page.window.bench.look.gesture(one) for one in ("circle", "shake")} <= colours_of(
            panel.picture
        ), look


def test_matrix_and_ranks_say_what_they_show(page) -> None:
    panel = page.page
    answer(page, MATRIX, "matrix")
    assert panel.matrix.isVisible() and panel.matrix.rows == ("circle", "shake")
    assert panel.cards.widget().accessibleDescription() == "'circle': 1 of 2 missed"
    assert settled(page) == []
    panel.questions.choose("a2")
    assert (panel.questions.gesture.currentText(), panel.questions.take.currentText()) == (
        "circle",
        "circle 2",
    )
    click(panel.questions.buttons["best"])
    assert page.heard(c.Ask)[-1] == c.Ask("best", ["circle"])
    answer(page, BEST, "best", "circle")
    assert not panel.matrix.isVisible()
    first, second = panel.cards.views
    assert (first.card.evidence, first.card.head) == (
        "most like circle 2, of the other gestures nearest to shake",
        "circle 1",
    )
    assert "nearly shake" in second.card.evidence and said.SKIP not in second.buttons
    assert settled(page) == []
    (seen, _) = panel.cards.findChildren(Portrait)
    page.until(
        lambda: page.window.bench.look.palette.accent in colours_of(seen)
    )  # where the way that was drawn begins
    # what is looked at elsewhere is what is asked about
    page.window.test.confusion.looked_at.emit("b1")
    assert panel.questions.take.currentData() == "b1"
    page.window.bench.select("circle")
    page.window.teach.recorder.takes.choose("a2")
    assert panel.questions.take.currentData() == "a2"
    click(second.buttons[said.ASK_WHY])
    assert page.heard(c.Ask)[-1] == c.Ask("why", ["a2"])
    # an offer that is put away brings another one
    answer(page, {"offer": NEXT | {"manner": ""}, "others": []}, "next")
    click(panel.cards.views[0].buttons[said.SKIP])
    assert page.heard(c.Ask)[-1] == c.Ask("next", ["lift"])
    answer(page, [BEST[0], BEST[1] | {"margin": -0.1}], "best", "circle")
    assert "left out, taken for shake" in panel.cards.views[1].card.evidence


def test_the_matrix_that_is_looked_at_is_asked_for_again_once_something_else_was_learned(page) -> None:
    answer(page, MATRIX, "matrix")
    trained = page.control.state["trained"]
    before = len(page.heard(c.Ask))
    fewer = [{**one, "demonstrations": one["demonstrations"][1:]} for one in page.control.state["gestures"]]
    page.change(gestures=fewer, training=True)
    page.change(trained={**trained, "stale": True})
    assert len(page.heard(c.Ask)) == before  # not before it has been learned
    page.change(trained=trained, training=False)
    assert page.heard(c.Ask)[before:] == [c.Ask("matrix")]
    page.control.tell(c.Answer("matrix", [], None, "there is no matrix"))
    page.until(lambda: page.page.wanted is None)
    page.change(trained=trained)
    assert len(page.heard(c.Ask)) == before + 1  # once


def test_sliders_mix_what_is_heard_and_the_matrix_follows(page) -> None:
    panel = page.page
    assert set(said.MIX_NAMES) == set(MIXED)
    action = next(each for each in panel.questions.menu.actions() if each.data() == "mix")
    action.trigger()
    assert page.heard(c.Ask)[-1] == c.Ask("mix")
    answer(page, MIX, "mix")
    mixing = panel.mixing
    assert mixing.isVisible() and panel.matrix.isVisible() and "2 of 3" in panel.headline.text()
    assert mixing.weights() == {"level": 1.0, "convolutions": 1.0} and not mixing.keep.isEnabled()
    assert mixing.faders["shape"].accessibleName() == "shape: 0.00, alone 3 of 3 right"
    assert settled(page) == []
    # while one place is answered only the last of those that came meanwhile is asked
    level = mixing.faders["level"]
    for value in (15, 10, 5):
        level.setValue(value)
    assert page.heard(c.Ask)[-2:] == [c.Ask("mix"), c.Ask("mix", ["level=0.75", "convolutions=1"])]
    assert "2 of 3" in panel.headline.text() and not panel.stop.isVisible()
    page.control.tell(c.Answer("mix", ["level=0.75", "convolutions=1"], MIX | {"right": 3}))
    page.until(lambda: "3 of 3" in panel.headline.text())
    page.until(lambda: page.heard(c.Ask)[-1] == c.Ask("mix", ["level=0.25", "convolutions=1"]))
    page.control.tell(c.Answer("mix", ["level=0.25", "convolutions=1"], MIX))
    page.until(lambda: panel.wanted is None)
    assert mixing.weights() == {"level": 0.25, "convolutions": 1.0}
    click(mixing.best)
    assert mixing.weights() == {"shape": 1.0} and page.heard(c.Ask)[-1] == c.Ask("mix", ["shape=1"])
    click(mixing.keep)
    assert page.heard(c.Configure)[-1].table["mix"] == {"shape": 1.0}
    page.change(locked=True)
    assert not mixing.keep.isEnabled() and mixing.keep.toolTip() == said.LOCKED_TIP
    page.change(locked=False)
    mixing.faders["shape"].setValue(0)  # nothing would be heard
    assert not mixing.keep.isEnabled()


def test_other_questions_are_in_a_menu(page) -> None:
    panel = page.page
    panel.questions.choose("a2")
    for action in panel.questions.menu.actions():
        action.trigger()
    wanted = [
        c.Ask("belief", ["circle", "12"]),
        c.Ask("consistency"),
        c.Ask("curve"),
        c.Ask("mix"),
        c.Ask("nothing", ["a2", "circle"]),
        c.Ask("distinct", ["circle"]),
        c.Ask("decoys"),
        c.Ask("pipelines"),
        c.Ask("soundcheck"),
        c.Ask("discover"),
    ]
    assert [one for one in page.heard(c.Ask) if one.word] == wanted
    row = {"gesture": "shake", "confusion": 0.1, "as_known": 0.2, "as_new": 0.0}
    answer(page, {"gesture": "circle", "expected": [row], "everyday": 0.05}, "distinct", "circle")
    assert panel.headline.text().startswith("circle would be confused with shake first")
    said_there = panel.cards.widget().accessibleDescription()
    assert "20% of circle would be it" in said_there and "5% of everyday movement" in said_there
    tries = [
        {"what": what, "features": features, "model": {"kind": kind}, "right": right, "tested": 9, "seconds": 1.0}
        for what, features, kind, right in (("as set", [], "hhmm", 3), ("smoothed", [{"kind": "smooth"}], "dtw", 9))
    ]  # fmt: skip
    found = {
        "tries": tries,
        "best": 1,
        "now": 3,
        "chosen": 8,
        "interval": [0.2, 0.8],
        "whole": True,
        "better": True,
    }
    answer(page, found, "pipelines")
    (card,) = panel.cards.views
    assert settled(page) == []
    for button in ("Take these features", "Take dtw"):
        click(card.buttons[button])
    assert page.heard(c.Configure)[-2:] == [
        c.Configure("features", [{"kind": "smooth"}]),
        c.Configure("model", {"kind": "dtw"}),
    ]
    answer(page, found | {"better": False}, "pipelines")
    assert said.PIPELINES_CHANCE in panel.cards.views[0].accessibleDescription()
    assert not panel.cards.views[0].edits
    answer(page, found | {"best": 0, "interval": [0.0, 0.0]}, "pipelines")
    assert panel.cards.views[0].card.head == said.PIPELINES_NONE


def test_a_question_is_taken_back_refused_or_lost_and_another_can_be_asked(page) -> None:
    panel = page.page
    click(panel.questions.buttons["doctor"])
    click(panel.questions.buttons["next"])
    assert page.heard(c.Ask)[-3:] == [c.Ask("doctor"), c.Ask(), c.Ask("next")]
    page.control.tell(c.Answer("doctor", [], None, "ask doctor: taken back"))
    page.turn(2)
    assert panel.wanted == c.Ask("next")
    click(panel.stop)
    assert page.heard(c.Ask)[-1] == c.Ask() and panel.wanted is None
    answer(page, None, "why", "gone", error="demonstration: 'gone': there are a1 ...")
    assert "'gone'" in panel.empty.text() and panel.empty.isVisible()
    click(panel.questions.buttons["checks"])
    page.control.tell(c.Fault("ask", "ask: 'why' is being answered"))
    page.until(lambda: panel.wanted is None)
    click(panel.questions.buttons["checks"])
    page.change(asking="checks")
    page.change(asking="")  # control was begun anew
    assert panel.wanted is None
    answer(page, [], "checks", changed=True)
    assert panel.empty.text() == said.FOUND_NONE and said.CHANGED in panel.headline.text()
    page.key(Qt.Key.Key_B)
    assert not panel.isVisible()


def test_of_outputs_that_are_learned_it_is_asked_what_moved_them(page) -> None:
    panel = page.page
    assert panel.questions.buttons["why"].isVisible() and not panel.questions.output.isVisible()
    page.window.bench.live.output_names = ("pitch", "brightness")
    page.turn()
    assert not any(panel.questions.buttons[word].isVisible() for word in ("next", "matrix", "best", "why"))
    panel.questions.choose("a2")
    panel.questions.output.setCurrentText("brightness")
    assert settled(page) == []
    click(panel.questions.buttons["moved"])
    assert page.heard(c.Ask)[-1] == c.Ask("moved", ["a2", "brightness"])
    page.control.tell(c.Answer("moved", ["a2", "brightness"], {**WHY, "question": "output", "of": "brightness",
                                                               "against": "", "unit": ""}))  # fmt: skip
    page.until(lambda: panel.picture.isVisible())
    page.key(Qt.Key.Key_Down)
    assert not panel.matters.isVisible()  # it would matter for no gesture


def test_an_empty_project_says_what_to_do(page) -> None:
    page.change(gestures=[], trained=None)
    assert page.page.empty.text() == said.NO_TAKES
    assert not any(button.isEnabled() for button in page.page.questions.buttons.values())
    assert settled(page) == []


def test_answers_are_read_as_they_are_meant() -> None:
    document = read_document(
        {"gestures": [{"label": "to", "demonstrations": [{"id": "to-1"}, {"id": "to-10"}]}]}
    )
    assert named("demonstration to-1 of 'to' and to-10", ["to-1", "to-10"], document) == "to 1 and to 2"
    assert (odds(0.0), odds(23.1)) == ("1.0 times as likely", "far likelier (10^10 times)")
    nothing = {**WHY, "question": "nothing", "against": "", "value": -1.25}
    unheard = read(c.Answer("nothing", ["to-1"], nothing | {"apart": {"unheard": -11.5}}), document).reason
    assert "heard without any channel: -11.50" in unheard.texts()
    assert "1.2 below" in read(c.Answer("nothing", ["to-1"], nothing), document).headline
    output = {**WHY, "question": "output", "of": "pitch", "value": 440.0, "unit": "Hz"}
    assert read(c.Answer("moved", ["to-1", "pitch"], output), document).headline.startswith(
        "a1: pitch is 440 Hz on average"
    )
    moved = read(
        c.Answer("moved", ["to-1", "pitch"], output | {"moves": {"x": 0.7, "y": 4.0}}), document
    ).reason
    assert moved.texts()[0] == "y: +3.00, 2.50 lost without it, moves it up and down by 4.00"
    cause = {"stage": "sensor", **COPY, "command": {"is": "of another version"}}
    told = read(c.Answer("doctor", [], {"score": 0.5, "tested": 4, "causes": [cause]}), document)
    assert told.headline == "50% of 4 left out are heard as what they are"
    assert told.cards[0].head == "Sensor" and not any(deed.edits for deed in told.cards[0].deeds)
    silent = read(c.Answer("doctor", [], {"score": None, "tested": 0, "causes": []}), document).headline
    assert said.NEEDED in silent and said.NO_CAUSE not in silent
    fine = read(c.Answer("doctor", [], {"score": 1.0, "tested": 4, "causes": []}), document).headline
    assert said.NO_CAUSE in fine and "2 found" not in fine
    wrong = {"score": 0.75, "tested": 4, "causes": [], "mistaken": ["'to': 1 of 4"]}
    lost = read(c.Answer("doctor", [], wrong), document)
    assert said.NO_REMEDY in lost.headline and lost.words == ("'to': 1 of 4",)
    strange = {"score": 1.0, "tested": 4, "causes": [], "strange": 2}
    assert read(c.Answer("doctor", [], strange), document).words == (said.ALSO_STRANGE.format(count=2),)
    assert codec.decode(json.dumps(COPY["command"]).encode()) == c.Enable(["a2"], False)
