"""Demonstrations by phase: read a few at a time, kept while the vocabulary changes around them."""

from __future__ import annotations

import numpy as np
from little_control import document, write_demonstration

from gesturemap.window.facts import shelf as shelves
from gesturemap.window.facts.chart import Chart
from gesturemap.window.facts.document import read
from gesturemap.window.facts.shelf import Shelf


def filled(tmp_path, **changes) -> Shelf:
    for name, label, frames in (("a1", "circle", 60), ("a2", "circle", 72), ("b1", "shake", 30)):
        write_demonstration(tmp_path, name, label, frames)
    made = Shelf()
    made.follow(read(document(folder=str(tmp_path), **changes)))
    return made


def done(shelf: Shelf) -> None:
    while shelf.busy:
        shelf.work()


def test_it_reads_what_there_is_and_lays_it_over_one_another(tmp_path) -> None:
    shelf = filled(tmp_path)
    assert shelf.left == 3 and not shelf.of("circle")
    done(shelf)
    assert [each.take.id for each in shelf.of("circle")] == ["a1", "a2"]
    assert shelf.channels("circle")[0] == ("x", "y", "pressed")
    assert shelf.aligned("circle") is None  # it was not asked for till now
    done(shelf)
    laid = shelf.aligned("circle")
    assert laid is not None and laid.curves.shape == (2, 48, 3)
    assert np.allclose(laid.lengths, [59 / 60, 71 / 60])
    assert [each.label for each in shelf.all] == ["circle", "circle", "shake"]


def test_little_time_is_enough_for_one_only(tmp_path, monkeypatch) -> None:
    shelf = filled(tmp_path)
    assert shelf.work(0.0) is False and shelf.left == 3
    moments = iter([0.0, 0.001, 0.01, 0.02])
    monkeypatch.setattr(shelves.time, "perf_counter", lambda: next(moments))
    assert shelf.work() and shelf.left == 2


def test_a_gesture_renamed_or_demonstration_added_reads_only_what_is_new(tmp_path, monkeypatch) -> None:
    shelf = filled(tmp_path)
    done(shelf)
    gestures = document()["gestures"]
    gestures[0]["label"] = "round"
    gestures[1]["demonstrations"].append({"id": "b2", "frames": 40, "seconds": 0.7, "note": ""})
    shelf.follow(read(document(folder=str(tmp_path), gestures=gestures)))
    assert shelf.left == 1 and [each.label for each in shelf.of("round")] == ["round", "round"]
    done(shelf)
    assert len(shelf.of("shake")) == 1  # what cannot be read is left out
    gestures[1]["demonstrations"] = [
        {"id": "b1", "frames": 90, "seconds": 1.5, "note": ""}
    ]  # another of that name
    write_demonstration(tmp_path, "b1", "shake", 90)
    shelf.follow(read(document(folder=str(tmp_path), gestures=gestures)))
    done(shelf)
    assert shelf.of("shake")[0].seconds > 1.4


def test_what_is_left_out_is_no_part_of_mean_and_map_until_it_is_taken_in_again(tmp_path) -> None:
    gestures = document()["gestures"]
    gestures[0]["demonstrations"][0]["enabled"] = False
    shelf = filled(tmp_path, gestures=gestures)
    while shelf.work() or shelf.aligned("circle") is None:
        pass
    laid = shelf.aligned("circle")
    assert laid is not None and len(laid.curves) == 1
    assert [each.take.id for each in shelf.all] == ["a2", "b1"]
    write_demonstration(tmp_path, "c1", "lift", 40)
    gestures[2]["demonstrations"] = [{"id": "c1", "frames": 40, "seconds": 0.7, "note": ""}]
    chart = Chart()
    for enabled, wanted in ((False, ["a2", "b1", "c1"]), (True, ["a1", "a2", "b1", "c1"])):
        gestures[0]["demonstrations"][0]["enabled"] = enabled
        shelf.follow(read(document(folder=str(tmp_path), gestures=gestures)))
        done(shelf)
        while not chart.follow(shelf, ()):
            pass
        assert [each.take.id for each in chart.shown] == wanted


def test_another_project_is_begun_anew(tmp_path) -> None:
    shelf = filled(tmp_path)
    done(shelf)
    shelf.follow(read(document(folder=str(tmp_path / "other"))))
    done(shelf)
    assert shelf.all == []
