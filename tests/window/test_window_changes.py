"""What a training changed is seen where one looks after it: in the status line, above the bars, among the messages."""

from __future__ import annotations

import pytest
from little_control import document

from gesturemap import commands as c
from gesturemap.window.facts import changes
from gesturemap.window.facts.document import Document, read
from gesturemap.window.facts.health import model_status
from gesturemap.window.look.lines import broken

PITCH = {"kind": "range", "source": "output:pitch", "control": "pad.pitch", "low": -10.0, "high": 10.0}
CHANGES = {
    "flips": [["a2", "circle", "circle", "shake"], ["b1", "shake", "", "shake"]],
    "outputs": {},
    "of": 30,
}


def trained(**what: object) -> dict[str, object]:
    return {"labels": ["circle", "shake"], "seconds": 0.04, "changes": what}


def made(**what: object) -> Document:
    return read(document(trained=trained(**what), mapping=[PITCH]))


def test_demonstrations_heard_otherwise_are_counted_and_named() -> None:
    found = made(**CHANGES)
    assert changes.summary(found) == "2 of 30 heard otherwise"
    assert changes.details(found) == [
        "circle 2: was circle, is shake",
        "shake 1: was none of these, is shake",
    ]
    assert model_status(found, 3.0, None).startswith("2 of 30 heard otherwise · hhmm")
    some = made(**{**CHANGES, "part": True})
    assert changes.summary(some) == "2 of 30 heard otherwise, as far as there was time"
    gone = changes.lines(found, {"flips": [["deleted", "circle", "circle", ""]]})
    assert gone == ["circle deleted: was circle, is none of these"]


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ({"pitch": 2.0}, "output pitch moved by 10%"),
        ({"pitch": 0.1}, ""),
        ({"free": 0.5}, "output free moved by about 0.5"),
        ({"free": 1e-9}, ""),
        (
            {"pitch": 2.0, "a": 1.0, "b": 1.0},
            "output pitch moved by 10%, output a moved by about 1, 1 more",
        ),
    ],
)
def test_outputs_that_moved_are_told_by_the_range_that_is_mapped(
    outputs: dict[str, float], said: str
) -> None:
    assert changes.summary(made(outputs=outputs, of=3, flips=[])) == said


def test_nothing_changed_is_said_only_where_there_was_something_to_compare() -> None:
    assert changes.details(made(flips=[], outputs={}, of=30)) == [
        "The last training changed nothing in what 30 demonstrations are heard as"
    ]
    assert changes.details(made()) == changes.details(Document()) == []
    many = [[f"x{n}", "circle", "circle", "shake"] for n in range(40)]
    assert changes.details(made(flips=many, of=40))[-1] == "… and 28 more; Messages on page Test has all"


def test_what_changed_is_told_whole_above_the_bars(shown) -> None:
    window = shown.window
    window.resize(1280, 720)
    some = {**CHANGES, "of": 2, "outputs": {"pitch": 2.0, "a": 1.0, "b": 1.0}}
    shown.change(trained=trained(**some), mapping=[PITCH])
    since = window.teach.recognised.since
    shown.until(since.isVisible)
    shown.qtbot.wait(20)
    metrics = since.fontMetrics()
    lines = broken(since.text(), metrics.horizontalAdvance, since.width(), 9)
    assert len(lines) > 1
    assert since.height() >= len(lines) * metrics.lineSpacing()
    shown.change(trained=trained(**CHANGES))
    shown.qtbot.wait(20)
    assert since.height() < 2 * metrics.lineSpacing()


def test_it_stands_above_the_bars_until_a_training_changes_nothing(shown) -> None:
    since = shown.window.teach.recognised.since
    assert not since.isVisible()
    shown.control.tell(c.Trained(["circle", "shake"], 0.04, [], CHANGES))
    shown.change(trained=trained(**CHANGES))
    shown.until(since.isVisible)
    assert since.text() == "Since this training: 2 of 30 heard otherwise"
    assert "circle 2: was circle, is shake" in since.toolTip()
    shown.until(lambda: "heard otherwise" in shown.window.status.model.text())
    assert "shake 1: was none of these" in shown.window.status.model.toolTip()
    told = [line.text for line in shown.window.bench.testing.monitor.after(0)]
    assert any("training: circle 2: was circle, is shake" in text for text in told)
    shown.change(trained=trained(flips=[], outputs={}, of=30))
    shown.until(lambda: not since.isVisible())


def test_what_an_undo_took_back_and_a_redo_did_again_is_said(shown) -> None:
    said_there = shown.window.faults.texts
    shown.change(history=["record circle", "trim a1", "train"], step=3)
    shown.control.tell(c.Fault("outputs", "nobody is there"))
    gestures = document()["gestures"]
    shown.change(step=2, gestures=gestures[:1])
    shown.until(lambda: said_there() == ["taken back: train", "nobody is there"])
    shown.change(step=3, gestures=gestures)
    shown.until(lambda: said_there() == ["done again: train", "nobody is there"])
    shown.change(step=0)
    shown.until(lambda: said_there() == ["taken back: record circle, and 2 more", "nobody is there"])
    shown.change(history=["add lift"], step=1)  # something else was edited: that is past
    shown.until(lambda: said_there() == ["nobody is there"])
