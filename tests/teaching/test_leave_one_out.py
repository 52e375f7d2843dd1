"""Leaving each demonstration of a project out: it is heard as live, and never on both sides."""

from __future__ import annotations

from dataclasses import replace

import making_recordings as making
import numpy as np
import pytest

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.frames import NONE, Channel, Estimate, Frame, Spec
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import Source
from gesturemap.models.model import Cancelled
from gesturemap.teaching import leave_one_out, play, recognise
from gesturemap.teaching.hearing import REST, hear, rested, rules_of
from gesturemap.teaching.regress import agreement

HHMM = catalog.read("models", {"kind": "hhmm", "states": 3}, "test")
GMR = catalog.read("models", {"kind": "gmr"}, "test")
SPEC = Spec.of("x", "y", rate=50.0)


def resting() -> list[Demonstration]:
    """Four of each of two movements; each lasts a second, between a second of rest before and after."""
    random = np.random.default_rng(5)
    found = []
    course = np.linspace(0.0, 2.0 * np.pi, 60)
    for label, path in (
        ("loop", np.stack([np.sin(course), 1.0 - np.cos(course)], 1)),
        ("wave", np.stack([0.2 * course, np.sin(3.0 * course)], 1)),
    ):
        for number in range(4):
            rest = np.zeros((60, 2))
            back = np.linspace(path[-1], [0.0, 0.0], 15)
            values = np.concatenate([rest, path, back, rest])
            values += random.normal(0.0, 0.03, values.shape)
            found.append(
                Demonstration(f"{label}-{number}", label, SPEC, np.arange(len(values)) / 60.0, values)
            )
    return found


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


def test_what_is_left_out_is_heard_as_live_however_long_it_rests_before_and_after() -> None:
    """The last frame says something else: a file is judged by it, a project is not."""
    it = leave_one_out.opened(catalog.read("models", {"kind": "hhmm", "states": 6}, "test"), resting(), 60.0)
    told = leave_one_out.evaluate(it, [Events()])
    assert told.overall == {"accuracy": 1.0}
    assert told.confusion == {"labels": ["loop", "wave", ""], "rows": [[4, 0, 0], [0, 4, 0]]}
    assert all(each["fit"] > 0.5 for each in told.each.values())
    last = [recognise.recognised(it, cell) for cell in leave_one_out.cells_of(it, [])]
    assert [one.answers == one.truth for one in last].count(True) < 8


class Scripted:
    """A model of two gestures that spots and fits as it is told."""

    kind, labels, outputs, spec, spots = "scripted", ("loop", "wave"), (), SPEC, True

    def __init__(self, spotted: dict[int, int], fits: dict[int, range]) -> None:
        self.spotted, self.fits, self.frame = spotted, fits, -1

    def start(self) -> Scripted:
        self.frame = -1
        return self

    def step(self, frame: Frame) -> Estimate:
        self.frame += 1
        fit = np.array([float(self.frame in self.fits.get(k, ())) for k in (0, 1)])
        nothing, winner = np.zeros(0), int(fit.argmax()) if fit.any() else NONE
        spotted = self.spotted.get(self.frame, NONE)
        return Estimate(
            frame.time, fit, np.full(2, 0.5), fit, 0.9 * fit, nothing, nothing, frame.values, winner, frame.time,
            spotted,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("spotted", "fits", "given", "also"),
    [
        ({}, {}, "", ()),
        ({}, {0: range(60)}, "", ()),  # it is ahead all the time, and never spotted
        ({30: 0}, {0: range(20, 40)}, "loop", ()),
        ({100: 0}, {}, "loop", ()),
        ({194: 1}, {1: range(150, 195)}, "wave", ()),  # in the last frame
        ({20: 1, 60: 0}, {1: range(10, 30), 0: range(50, 120)}, "loop", ("wave",)),
        ({20: 1, 60: 0, 100: 1}, {1: range(10, 140), 0: range(50, 90)}, "wave", ("loop",)),
        # that it goes on twice counts together
        ({20: 0, 60: 1, 80: 0}, {0: range(180), 1: range(50, 90)}, "loop", ("wave",)),
    ],
)
def test_what_goes_on_longest_counts_and_what_else_began_is_said(
    spotted: dict[int, int], fits: dict[int, range], given: str, also: tuple[str, ...]
) -> None:
    one = replace(resting()[0], label="loop")
    it = leave_one_out.opened(HHMM, [one], 60.0)
    heard = hear(it, Scripted(spotted, fits), one, [Events()])
    assert (heard.given, heard.also) == (given, also)
    assert heard.fit == (0.9 if 0 in fits and fits[0][-1] >= len(one) / 2 else 0.0)


def test_what_began_beside_is_counted_in_a_note() -> None:
    told = leave_one_out.besides([
        leave_one_out.Row("a", "a", "a", "1", also=("b", "c")), leave_one_out.Row("a", "a", "a", "2", also=("b",)),
        leave_one_out.Row("a", "a", "b", "3", also=("a",)), leave_one_out.Row("b", "b", "b", "4"),
    ])  # fmt: skip
    assert told == ["a: b began too in 2 of 3", "a: c began too in 1 of 3"]


def test_a_gesture_that_is_never_told_counts_where_nothing_begins() -> None:
    takes = resting()
    model, _ = play.learn(it := leave_one_out.opened(HHMM, takes, 60.0), takes)
    rules = [Events(gestures=("loop", "gone"))]  # the other one, as rest, is not watched; one is not known
    assert hear(it, model, takes[0], rules).given == "loop"
    assert hear(it, model, takes[-1], [Events(gestures=("gone",))]).given == "wave"
    assert hear(it, model, takes[-1], [Events(threshold=1.0, fit=1.0)]).given == ""
    settings = Events(strength="feature:nix", quantise=4.0, tap="loop", gates=True)
    assert rules_of([settings, object()]) == [Events()]


@pytest.mark.parametrize("short", [0, 1, 4])
def test_what_is_about_to_begin_where_the_recording_ends_has_its_time(short: int) -> None:
    """It qualifies in the last frames, for less than `hold`: live it goes on from there."""
    takes = resting()
    model, _ = play.learn(it := leave_one_out.opened(HHMM, takes[1:], 60.0), takes[1:])
    follower = model.start()
    estimates = [follower.step(frame) for frame in takes[0].frames()]
    part = Events(hold=0.0).start(Source(model.labels, (), SPEC))
    first = next(i for i, one in enumerate(estimates) if part.step(one, np.zeros(0)))
    cut = takes[0].part(0, first + 1 + short)
    assert hear(it, model, cut, [Events(hold=0.2)]).given == "loop"
    assert hear(it, model, takes[0].part(0, first), [Events(hold=0.2)]).given == ""


@pytest.mark.parametrize("most", [2, 3, 100])
def test_every_demonstration_is_left_out_once_and_never_on_both_sides(most: int) -> None:
    notes: list[str] = []
    it = leave_one_out.opened(HHMM, shown(*"aabbbccd"), 50.0)
    cells = leave_one_out.cells_of(it, notes, most)
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
        leave_one_out.evaluate(leave_one_out.opened(HHMM, shown(*"aabb"), 50.0), report=report)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(0.5, abs=0.26)


def test_what_is_shown_stays_as_it_is() -> None:
    takes = shown(*"aabb")
    before = [replace(one, values=one.values.copy()) for one in takes]
    leave_one_out.evaluate(leave_one_out.opened(HHMM, takes, 50.0))
    assert all(np.array_equal(a.values, b.values) for a, b in zip(takes, before, strict=True))


def test_what_is_played_comes_from_rest_and_goes_back_to_it() -> None:
    one = replace(resting()[0], time=np.arange(195) / 60.0 + 3.0)
    made = rested(one)
    still = (len(made) - 195) // 2
    assert still / 60.0 == pytest.approx(REST, abs=1 / 60.0)
    np.testing.assert_array_equal(made.values[still : still + 195], one.values)
    np.testing.assert_allclose(np.diff(made.time), 1 / 60.0)
    assert (made.values[:still] == one.values[0]).all()
    assert (made.values[still + 195 :] == one.values[-1]).all()
    assert made.seconds == pytest.approx(one.seconds + 2 * REST, abs=2 / 60.0)
    alone = one.part(0, 1)
    assert rested(alone) is alone
