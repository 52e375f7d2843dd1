"""What the page for testing knows: what was tried, marked, told; the map; figures in words."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from little_control import FIGURES, document, write_demonstration

from gesturemap import catalog
from gesturemap import commands as c
from gesturemap.teaching import movement
from gesturemap.window.facts import monitor as monitors
from gesturemap.window.facts.chart import Chart
from gesturemap.window.facts.delays import rows
from gesturemap.window.facts.document import HEED_EVERYDAY, Document, read
from gesturemap.window.facts.evaluation import possible
from gesturemap.window.facts.evaluation import read as tried
from gesturemap.window.facts.live import Live, Ring
from gesturemap.window.facts.marks import AROUND, REACTION, Marks, counts
from gesturemap.window.facts.monitor import MOST, Monitor
from gesturemap.window.facts.past import SPAN, Span
from gesturemap.window.facts.recording import ANSWER
from gesturemap.window.facts.river import LEAST, Looked, columns, pieces
from gesturemap.window.facts.shelf import Shelf

DOCUMENT = read(document())
CONFUSION = {"labels": ["circle", "shake", ""], "rows": [[1, 0, 1], [0, 1, 0], [0, 0, 0]]}
EACH = {
    "a1": {"given": "circle", "fit": 0.9},
    "a2": {"given": "", "fit": 0.2, "also": []},
    "b1": {"given": "shake", "fit": 0.8, "also": ["circle"]},
}


def evaluated(**changes) -> c.Evaluated:
    given = {"overall": {"accuracy": 2 / 3}, "gestures": {"circle": {"accuracy": 0.5}}, "models": 3}
    return c.Evaluated(**(given | changes))


def test_gestures_that_are_told_as_before_stay_the_very_same() -> None:
    first = read(document())
    again = read(document(), first)
    assert again == first
    assert all(a is b for a, b in zip(again.gestures, first.gestures, strict=True))
    gestures = [dict(each) for each in document()["gestures"]]
    gestures[0]["demonstrations"] = gestures[0]["demonstrations"][1:]
    fewer = read(document(gestures=gestures), again)
    assert fewer == read(document(gestures=gestures))
    assert [a is b for a, b in zip(fewer.gestures, first.gestures, strict=True)] == [False, True, True]
    off = document(layers={"off": ["piece"]})
    assert read(off, first) == read(off)
    assert read(off, first) != first


def test_what_was_tried_is_said_in_plain_words() -> None:
    found = tried(evaluated(confusion=CONFUSION, each=EACH), DOCUMENT)
    assert found.headline == "2 of 3 heard"
    assert found.lines() == ["1 of 2 circle heard", "1 of 1 shake heard"]
    assert found.shown == (("circle", "shake"), ("circle", "shake", ""))
    assert [(number, guess.demonstration) for number, guess in found.behind(DOCUMENT, "circle", "")] == [
        (2, "a2")
    ]
    assert not found.stale(DOCUMENT)
    without = CONFUSION | {"rows": CONFUSION["rows"][:2]}  # as control says it: nothing was none of these
    assert tried(evaluated(confusion=without, each=EACH), DOCUMENT) == found
    gestures = document()["gestures"]
    del gestures[0]["demonstrations"][1]
    assert found.stale(read(document(gestures=gestures)))
    assert found.stale(read(document(mapping=[{"kind": "events", "threshold": 0.7}])))  # the line was moved
    assert not found.stale(read(document(volume=0.1)))


def test_without_a_matrix_the_shares_are_said_and_outputs_have_figures() -> None:
    found = tried(evaluated(), DOCUMENT)
    assert found.headline == "67% heard" and found.lines() == ["circle 50%"] and found.rows == ()
    broken = tried(evaluated(confusion={"labels": ["a"], "rows": [[1], [2]]}), DOCUMENT)
    assert broken.rows == () and broken.headline == "67% heard"
    outputs = tried(evaluated(overall={"rmse": 0.12, "r": 0.93}, gestures={}), DOCUMENT)
    assert "0.93" in outputs.headline and "0.12" in outputs.headline
    assert tried(evaluated(overall={"rmse": None, "r": None}, gestures={}), DOCUMENT).headline == ""


def test_there_must_be_something_to_leave_out() -> None:
    assert possible(DOCUMENT)
    gestures = document()["gestures"]
    assert not possible(read(document(gestures=gestures[:1])))
    once = [gesture | {"demonstrations": gesture["demonstrations"][:1]} for gesture in gestures]
    assert not possible(read(document(gestures=once)))
    assert possible(read(document(gestures=once, model={"kind": "hhmr"})))


def test_a_mark_means_what_was_heard_just_before_and_keeps_as_long_as_a_demonstration_takes() -> None:
    marks, spans = Marks(), [Span("circle", 10.0, 11.0, 1.0), Span("shake", 40.0, 40.5, 1.0)]
    wrong = marks.add(41.0, spans, 1.0, wrong=True)
    assert (wrong.heard, wrong.end) == ("shake", 40.5) and wrong.end - wrong.start == pytest.approx(AROUND)
    missed = marks.add(60.0, spans, 2.0, wrong=True)
    assert missed.heard == "" and missed.end == 60.0 - REACTION
    assert missed.end - missed.start == pytest.approx(2.0 * AROUND)
    going = marks.add(70.0, [*spans, Span("circle", 69.0, math.inf, 1.0)], 0.0, wrong=False)
    assert going.heard == "circle" and going.end == 70.0 - REACTION
    assert marks.tally == (1, 2) and marks.now is going
    marks.step(-1)
    assert marks.now is missed and marks.can_keep(61.0) and marks.can_keep(missed.start + SPAN), (
        "it is kept for later"
    )
    assert not marks.can_keep(missed.end - 0.1)
    marks.ask("shake", 61.0)
    assert not marks.can_keep(61.0) and not marks.all[1].kept
    marks.recorded("shake-9", "shake")
    assert not marks.can_keep(61.0 + ANSWER) and marks.all[1].kept
    marks.step(-9)
    assert marks.place == 0
    for at in range(300):
        marks.add(float(at), (), 0.0, wrong=False)
    assert len(marks.all) == 100


def test_a_mark_means_the_movement_that_was_made_as_what_it_was_said_to_be() -> None:
    line, slow = Span("line", 41.0, 41.4, 1.0), movement.Span(40.0, 42.6)
    marks = Marks()
    early = marks.add(43.1, [line], 0.7, wrong=True, movements=[movement.Span(10.0, 12.0), slow])
    assert (early.heard, early.start, early.end) == ("line", pytest.approx(41.4 - 0.7 * AROUND), 41.4)
    marks.measure("circle", [line], 1.8, [slow])
    assert marks.now == replace(
        early, start=40.0, end=42.6, label="circle"
    )  # all of it, however short the line was
    marks.measure("circle", [line], 0.8, [slow])
    assert (marks.now.start, marks.now.end) == (pytest.approx(41.4 - 0.8 * AROUND), 41.4)
    marks.measure(
        "circle", [line], 1.8, [movement.Span(30.0, 42.0)]
    )  # one thing after the other, without a rest
    assert (marks.now.start, marks.now.end) == (pytest.approx(42.0 - 1.8 * AROUND), 42.0)
    marks.measure("circle", [line], 1.8, [])
    assert (marks.now.start, marks.now.end) == (pytest.approx(41.4 - 1.8 * AROUND), 41.4)
    marks.ask("circle", 43.2)
    marks.recorded("circle-9", "circle")
    marks.measure("circle", [line], 1.8, [slow])
    assert marks.now.end == 41.4  # what is kept is kept
    missed = marks.add(60.0, [], 1.8, wrong=True, movements=[slow, movement.Span(57.0, 59.0)])
    assert (missed.heard, missed.start, missed.end) == ("", 57.0, 59.0)


def test_the_models_that_heed_what_is_no_gesture_are_known() -> None:
    heeding = {
        kind
        for kind in catalog.kinds("models")
        if hasattr(catalog.find("models", kind, "test")(), "everyday")
    }
    assert heeding == set(HEED_EVERYDAY)
    assert Document(model={"kind": "spotter"}).everyday == "everyday"
    assert Document(model={"kind": "hhmm"}).everyday == ""


def test_what_was_heard_is_counted_in_the_order_of_the_vocabulary() -> None:
    spans = [
        Span("shake", 1.0, 2.0, 1),
        Span("circle", 3.0, 4.0, 1),
        Span("shake", 5.0, 6.0, 1),
        Span("old", 0, 0.5, 1),
    ]
    assert counts(spans, 1.0, DOCUMENT.labels) == [("circle", 1), ("shake", 2)]


def test_the_monitor_says_what_comes_and_goes_once_each_and_forgets() -> None:
    monitor, live = Monitor(), Live()
    monitor.happened(c.Happened("began", "circle", 0.934, 1.0))
    monitor.fault(c.Fault("outputs[0]", "nobody listens"))
    output = {
        "number": 0,
        "address": "osc 127.0.0.1:9",
        "faults": 0,
        "unheard": 0,
        "dropped": 0,
        "closed": "",
    }
    monitor.figures({"rate": 0.0}, "")  # nothing is open yet
    monitor.figures(FIGURES | {"outputs": [output]}, "port 50000")
    monitor.figures(FIGURES | {"outputs": [output]}, "port 50000")
    texts = [line.text.partition(" ")[2] for line in monitor.after(0)]
    assert texts == [
        "began circle 0.93", "! outputs[0]: nobody listens", "← port 50000 60 Hz",
        "← 3 ignored of 127.0.0.1: not an OSC packet", "→ osc 127.0.0.1:9",
    ]  # fmt: skip
    monitor.figures(
        FIGURES | {"rate": 0.0, "outputs": [output]}, "port 50000", ["osc 127.0.0.1:9: nobody listens there"]
    )
    assert [line.kind for line in monitor.after(5)] == ["in", "out"]
    assert monitor.after(6)[0].text.endswith("osc 127.0.0.1:9: nobody listens there")
    live.control_names, live.controls = ("a", "b"), np.array([0.1, np.nan])
    monitor.values(live, 10.0)
    assert monitor.after(7)[0].text.endswith("→ a 0.1")
    monitor.values(live, 10.1)
    live.controls = np.array([0.5, 0.2])
    monitor.values(live, 10.1)
    assert monitor.count == 8  # at most five times a second
    monitor.values(live, 10.3)
    assert "a 0.5" in monitor.after(8)[0].text and "b 0.2" in monitor.after(8)[0].text
    monitor.values(live, 10.6)
    assert monitor.count == 9  # nothing has moved
    for _ in range(MOST + 50):
        monitor.happened(c.Happened("ended", "circle", 0.5, 1.0))
    assert len(monitor.after(0)) == MOST == len(monitor._lines)
    monitor.clear()
    assert monitor.after(0) == []


def test_many_values_are_the_ones_that_moved_most() -> None:
    monitor, live = Monitor(), Live()
    live.control_names, live.controls = tuple(f"c{k}" for k in range(20)), np.zeros(20)
    monitor.values(live, 0.0)
    live.controls = np.ones(20)
    monitor.values(live, 1.0)
    live.controls = np.linspace(1.0, 0.0, 20)
    monitor.values(live, 2.0)
    said = monitor.after(monitor.count - 1)[0].text
    assert "c19 0" in said and "c14" in said and "c5 " not in said and monitors.VALUES == 6


def test_delays_are_told_where_they_are_known() -> None:
    assert rows({}) == []
    plain = {row.name: row.text for row in rows(FIGURES)}
    assert plain == {"computing": "0.21 ms (99 %: 0.90)", "packets": "60/s, 0 lost, 3 ignored"}
    full = rows(
        FIGURES
        | {"delays_ms": {"features": 12.0, "total": 20.5}, "pace_ms": {"jitter": 1.0, "longest": 20.0}}
    )
    assert [(row.name, row.text) for row in full[:2]] == [("features", "12.0 ms"), ("in all", "20.5 ms")]
    assert full[-1].text == "1.0 ms, gap 20 ms"
    assert "not an OSC packet" in rows(FIGURES)[1].tip


def test_zoom_keeps_now_at_now_and_a_place_where_it_was() -> None:
    look = Looked()
    look.zoom(True, 0.2)
    assert look.seconds == pytest.approx(40.0) and look.ago == 0.0
    look.move(10.0)
    before = look.ago + look.seconds * 0.5
    look.zoom(True, 0.5)
    assert look.ago + look.seconds * 0.5 == pytest.approx(before)
    for _ in range(20):
        look.zoom(True)
    assert look.seconds == LEAST
    look.move(1000.0)
    assert look.ago == SPAN - LEAST
    for _ in range(20):
        look.zoom(False)
    assert (look.seconds, look.ago) == (SPAN, 0.0)
    look.move(-5.0)
    assert look.ago == 0.0


def test_a_pixel_shows_the_greatest_of_its_rows_and_pieces_end_at_gaps() -> None:
    x, made = columns(np.array([0.1, 0.9, 1.2, 5.0]), np.array([[1.0, 3.0, 2.0, np.nan]]))
    assert x.tolist() == [0.0, 1.0, 5.0] and made[0, :2].tolist() == [3.0, 2.0] and np.isnan(made[0, 2])
    there = np.array([True, True, False, True, True, True, True])
    assert list(pieces(there)) == [slice(0, 2), slice(3, 7)]
    gap = np.array([False, False, False, False, False, True, False])
    assert list(pieces(there, gap)) == [slice(0, 2), slice(3, 5), slice(5, 7)]


def test_the_map_knows_where_a_movement_is_that_was_demonstrated(tmp_path) -> None:
    gestures = []
    for label, name in (("circle", "a"), ("shake", "b")):
        takes = [
            {"id": f"{name}{n}", "frames": 60 + n, "seconds": (59 + n) / 60, "note": ""} for n in range(3)
        ]
        gestures.append({"label": label, "demonstrations": takes})
        for take in takes:
            write_demonstration(tmp_path, take["id"], label, take["frames"])
    # the others of the second gesture go the other way round
    from gesturemap.demonstrations import Demonstration
    from gesturemap.frames import Spec
    from gesturemap.project.takes import encode, file_name

    for take in gestures[1]["demonstrations"]:
        time = np.arange(take["frames"]) / 60
        values = np.stack([np.sin(-12 * time), 0.3 * np.cos(3 * time), 0 * time], axis=1)
        made = Demonstration(take["id"], "shake", Spec.of("x", "y", "pressed", rate=60.0), time, values)
        (tmp_path / file_name(take["id"])).write_bytes(encode(made))
    shelf, chart = Shelf(), Chart()
    shelf.follow(read(document(folder=str(tmp_path), gestures=gestures)))
    assert not chart.follow(shelf, ("x", "y", "pressed"))  # still to be read
    while shelf.work():
        pass
    for supervised in (True, False):
        chart.supervised = supervised
        steps = 1
        while not chart.follow(shelf, ("x", "y", "pressed")):
            steps += 1
        assert chart.there and steps == 4
        assert not chart.follow(shelf, ("x", "y", "pressed"))
        ring = Ring(("x", "y", "pressed"))
        time = np.arange(130) / 60
        ring.add(
            time, np.stack([np.sin(6 * (time - 70 / 60)), np.cos(6 * (time - 70 / 60)), 0 * time], axis=1)
        )
        chart.move(ring)
        near = chart.nearest()
        assert near is not None and near.label == "circle"
    assert chart.seconds == pytest.approx(1.0, abs=0.05)
    chart.move(Ring(("other",)))
    assert len(chart.trail) == 1
