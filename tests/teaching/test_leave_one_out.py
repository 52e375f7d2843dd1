"""Leaving each demonstration of a project out: the same figures as of a file, and no demonstration on both sides."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import making_recordings as making
import numpy as np
import pytest

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.frames import Channel, Spec
from gesturemap.models.model import Cancelled
from gesturemap.teaching import leave_one_out, pieces, play, recognise, splits
from gesturemap.teaching.corpus import read_corpus
from gesturemap.teaching.regress import agreement

HHMM = catalog.read("models", {"kind": "hhmm", "states": 3}, "test")
GMR = catalog.read("models", {"kind": "gmr"}, "test")
SPEC = Spec.of("x", "y", rate=50.0)


def shown(*labels: str, outputs: int = 0, frames: int = 30) -> list[Demonstration]:
    """One demonstration of each of these gestures, in this order."""
    random = np.random.default_rng(0)
    channels = tuple(Channel(f"o{m}") for m in range(outputs))
    found = []
    for number, label in enumerate(labels):
        values = making.curve(label, frames, random)[:, :2]
        targets = values[:, :1] * np.arange(1, outputs + 1) + 3.0
        time = np.arange(frames) / SPEC.rate
        found.append(
            Demonstration(
                f"{label}-{number}", label, SPEC, time, values, channels, *([targets] if outputs else [])
            )
        )
    return found


def test_a_project_is_told_what_a_file_with_the_same_is_told(tmp_path: Path) -> None:
    arrays = making.arrays(("a", "b", "c"), ("u",), 4)
    arrays["X"] = arrays["X"] + np.random.default_rng(3).normal(0.0, 2.5, arrays["X"].shape).astype(
        np.float32
    )
    corpus = read_corpus(making.save(tmp_path, arrays))
    request = play.Request(str(tmp_path / "data.npz"), (), "", json.dumps(catalog.write(HHMM)))
    cells = splits.leave_out(corpus, pieces.whole(corpus), "recording", [])
    results = [recognise.recognise(request, cell) for cell in cells]
    told = leave_one_out.evaluate(leave_one_out.opened(HHMM, corpus.demonstrations, corpus.rate))
    assert told.models == len(cells) == 12
    assert told.overall["accuracy"] == pytest.approx(recognise.summary(results)["accuracy"])
    assert 0.0 < told.overall["accuracy"] < 1.0
    for label, figures in told.gestures.items():
        own = [one.answers == one.truth for one in results if one.truth == (label,)]
        assert figures["accuracy"] == pytest.approx(np.mean(own))


@pytest.mark.parametrize("most", [2, 3, 100])
def test_every_demonstration_is_left_out_once_and_never_on_both_sides(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leave_one_out, "MOST", most)
    notes: list[str] = []
    it = leave_one_out.opened(HHMM, shown(*"aabbbccd"), 50.0)
    cells = leave_one_out.cells_of(it, notes)
    tested = [piece.recording for cell in cells for piece in cell.test]
    assert sorted(tested) == [0, 1, 2, 3, 4, 5, 6]
    assert notes == ["shown once, and not tested: d"]
    assert len(cells) == min(most, 7)
    for cell in cells:
        assert not set(cell.train) & set(cell.test)
        assert {piece.label for piece in cell.test} <= {piece.label for piece in cell.train}


def test_everyday_movement_trains_and_is_not_asked_for() -> None:
    spotter = catalog.read("models", {"kind": "spotter"}, "test")
    it = leave_one_out.opened(spotter, shown("a", "a", "b", "b", spotter.everyday, spotter.everyday), 50.0)
    cells = leave_one_out.cells_of(it, [])
    assert [cell.test[0].label for cell in cells] == ["a", "a", "b", "b"]
    assert all({4, 5} <= {piece.recording for piece in cell.train} for cell in cells)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ("", "0 demonstrations of 0 gestures"),
        ("a", "1 demonstration of 1 gesture"),
        ("aaa", "3 demonstrations of 1 gesture"),
        ("abc", "3 demonstrations of 3 gestures"),
    ],
)
def test_too_few_are_refused_in_one_line(labels: str, said: str) -> None:
    with pytest.raises(DataError) as raised:
        leave_one_out.evaluate(leave_one_out.opened(HHMM, shown(*labels), 50.0))
    assert said in str(raised.value)
    assert "two gestures, one of them shown twice" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_outputs_are_told_by_error_and_correlation() -> None:
    told = leave_one_out.evaluate(leave_one_out.opened(GMR, shown(*"aaabbb", outputs=2), 50.0))
    assert told.gestures.keys() == {"a", "b"}
    for figures in (told.overall, *told.gestures.values()):
        assert figures.keys() == {"rmse", "r"}
        assert figures["r"] > 0.9
        assert 0.0 < figures["rmse"] < 0.5
    one = leave_one_out.evaluate(leave_one_out.opened(GMR, shown("a", outputs=1, frames=500), 50.0))
    assert (one.models, len(one.notes)) == (5, 1)
    with pytest.raises(DataError, match="record more"):
        leave_one_out.evaluate(leave_one_out.opened(GMR, shown("a", outputs=1), 50.0))
    recognises = leave_one_out.evaluate(leave_one_out.opened(HHMM, shown(*"aabb", outputs=1), 50.0))
    assert recognises.overall.keys() == {"accuracy"}  # its outputs are nothing to this kind of model


def test_what_was_not_recorded_does_not_count() -> None:
    random = np.random.default_rng(0)
    wanted, given = random.normal(size=(2, 40, 2))
    gaps = wanted.copy()
    gaps[::2, 0] = np.nan
    found = agreement([gaps], [given])
    errors = np.r_[(given - wanted)[1::2, 0], (given - wanted)[:, 1]]
    assert found["rmse"] == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert np.isfinite(list(found.values())).all()


def test_it_can_be_ended_and_says_how_far_it_is() -> None:
    told: list[float] = []

    def report(_: str, fraction: float) -> bool:
        told.append(fraction)
        return fraction < 0.5

    with pytest.raises(Cancelled):
        leave_one_out.evaluate(leave_one_out.opened(HHMM, shown(*"aabb"), 50.0), report)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(0.5, abs=0.26)


def test_what_is_shown_stays_as_it_is() -> None:
    takes = shown(*"aabb")
    before = [replace(one, values=one.values.copy()) for one in takes]
    leave_one_out.evaluate(leave_one_out.opened(HHMM, takes, 50.0))
    assert all(np.array_equal(a.values, b.values) for a, b in zip(takes, before, strict=True))
