"""The last minute: what is kept, what another line would have marked in it, which line there is."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from little_control import GROUPS, document

from gesturemap import commands as c
from gesturemap.engine.scope import ScopeReader, ScopeWriter
from gesturemap.frames import NONE, Estimate, Spec
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import Source
from gesturemap.window.facts.dial import dial_of, moved
from gesturemap.window.facts.document import read
from gesturemap.window.facts.live import Live
from gesturemap.window.facts.marking import Crossing, Marking, rule_of
from gesturemap.window.facts.past import Past
from gesturemap.window.facts.testing import Testing
from gesturemap.window.words import testing as said

LABELS = ("circle", "shake")
RATE = 30.0


class Engine:
    """Writes rows as the engine does, and says events as its mapping does."""

    def __init__(self, settings: Events | None = None, labels=LABELS, spots: bool = True) -> None:
        groups = GROUPS | {name: list(labels) for name in ("log_likelihoods", "posterior", "progress", "fit")}
        self.writer, self.live, self.past = ScopeWriter(groups, spots=spots), Live(), Past()
        self.live.watchers.append(self.past)
        self.part = (settings or Events()).start(Source(labels, (), Spec(()), False))
        self.labels = labels
        self.told: list[tuple[str, str, float]] = []
        self.now = 100.0

    def open(self) -> None:
        self.live.open(self.writer.path)

    def frame(self, circle: float, fit: float = 0.9, progress: float = 0.8, step: float = 1 / RATE) -> None:
        self.now += step
        posterior = np.array([circle, 1 - circle])
        fits, ways = np.array([fit, 0.1]), np.array([progress, 0.2])
        self.writer.write(
            (self.now,), (self.now + 5.0,), (0,), (0.1, 0.2, 0.0), (1.0,), (-1.0, -4.0), posterior, ways, fits, (),
            (), (0.5, 0.5),
        )  # fmt: skip
        nothing = np.zeros(0)
        estimate = Estimate(
            self.now, nothing, posterior, ways, fits, nothing, nothing, nothing, NONE, self.now
        )
        for event in self.part.step(estimate, nothing):
            self.told.append((event.kind, event.label, self.now + 5.0))
            self.live.tick(self.now)
            self.past.happened(c.Happened(event.kind, event.label, event.value, self.now))
        self.live.tick(self.now)

    def swell(self, height: float, seconds: float = 2.0) -> None:
        """The likelihood of a circle rises to a height and falls again."""
        for share in np.linspace(0, np.pi, round(seconds * RATE)):
            self.frame(0.3 + (height - 0.3) * float(np.sin(share)), progress=float(share / np.pi))

    def close(self) -> None:
        self.writer.close()


@pytest.fixture
def engine():
    made = Engine()
    made.open()
    yield made
    made.close()


def marked(engine: Engine, threshold: float) -> list[tuple[str, float, float]]:
    marking = Marking(rule_of(None, threshold), engine.past.labels)
    marking.catch_up(engine.past, -math.inf)
    return [(span.label, round(span.start, 3), round(span.end, 3)) for span in marking.spans]


def test_the_same_line_marks_what_was_told_and_another_what_its_events_would_have_told(
    engine: Engine,
) -> None:
    for height in (0.97, 0.8, 0.97, 0.7, 0.95):
        engine.swell(height)
    told = [at for kind, _, at in engine.told if kind == "began"]
    assert len(told) == 3
    assert [span.start for span in engine.past.spans] == pytest.approx(told, abs=0.04)
    for threshold, count in ((0.9, 3), (0.75, 4), (0.65, 5), (0.98, 0)):
        other = Engine(replace(Events(), threshold=threshold))
        for height in (0.97, 0.8, 0.97, 0.7, 0.95):
            other.swell(height)
        other.close()
        found = marked(engine, threshold)
        assert len(found) == count
        assert [start for _, start, _ in found] == pytest.approx(
            [at for kind, _, at in other.told if kind == "began"], abs=0.04
        )
        assert [end for _, _, end in found if math.isfinite(end)] == pytest.approx(
            [at for kind, _, at in other.told if kind == "ended"], abs=0.04
        )


def test_marking_row_by_row_is_marking_all_at_once(engine: Engine) -> None:
    running = Marking(rule_of(None, 0.75), LABELS)
    for height in (0.97, 0.8, 0.6):
        for share in np.linspace(0, np.pi, 60):
            engine.frame(0.3 + (height - 0.3) * float(np.sin(share)), progress=float(share / np.pi))
            running.catch_up(engine.past, -math.inf)
    assert [(s.label, round(s.start, 3), round(s.end, 3)) for s in running.spans] == marked(engine, 0.75)


def test_a_minute_is_kept_and_no_more(engine: Engine) -> None:
    for _ in range(35):
        engine.swell(0.95)
    time, rows = engine.past.view()
    assert rows.shape == (10, len(time)) and len(time) in (1800, 1801)
    assert time[-1] - time[0] == pytest.approx(60.0, abs=0.1)
    size = engine.past._ring._y.nbytes
    for _ in range(14000):
        engine.frame(0.95, step=0.005)
    time, _ = engine.past.view()
    assert 5300 < len(time) <= 5400 and time[-1] - time[0] == pytest.approx(60.0, abs=0.1)
    assert engine.past._ring._y.nbytes == size


def test_a_silence_ends_what_goes_on_and_is_a_gap(engine: Engine) -> None:
    for _ in range(30):
        engine.frame(0.95)
    silent_from = engine.now + 5.0
    engine.frame(0.95, step=3.0)
    for _ in range(20):
        engine.frame(0.3)
    label, _, end = marked(engine, 0.9)[0]
    assert label == "circle" and end == pytest.approx(silent_from, abs=0.1)
    assert np.isnan(engine.past.view()[1]).any()


def test_what_is_known_of_gestures_that_stay_outlives_a_training(engine: Engine) -> None:
    engine.swell(0.95)
    before = engine.past.group(engine.past.view()[1], "posterior")[0].copy()
    other = Engine(labels=("lift", "circle"))
    engine.past.opened(ScopeReader(other.writer.path))
    other.close()
    posterior = engine.past.group(engine.past.view()[1], "posterior")
    assert np.array_equal(posterior[1], before) and not posterior[0].any()
    assert engine.past.labels == ("lift", "circle")
    assert marked(engine, 0.9)[0][0] == "circle"


def test_what_is_known_of_a_gesture_goes_on_under_its_new_name(engine: Engine) -> None:
    engine.swell(0.95)
    testing, names = Testing(), (("circle", "shake"), ("ring", "shake"))
    testing.past = engine.past
    before = engine.past.group(engine.past.view()[1], "posterior").copy()
    documents = [
        read({"gestures": [{"label": label, "demonstrations": []} for label in labels]}) for labels in names
    ]
    testing.follow(documents[0])
    testing.follow(documents[1])
    other = Engine(labels=names[1])
    engine.past.opened(ScopeReader(other.writer.path))
    other.close()
    assert np.array_equal(engine.past.group(engine.past.view()[1], "posterior"), before)
    assert engine.past.labels == ("ring", "shake")
    assert {span.label for span in engine.past.spans} == {"ring"}
    assert engine.past.peak(engine.past.spans[0]) > 0.8
    testing.follow(documents[0])  # an undo
    assert engine.past.labels == LABELS


def test_a_gesture_that_events_watch_and_the_model_does_not_know_marks_nothing(engine: Engine) -> None:
    engine.swell(0.95)
    marking = Marking(rule_of({"kind": "events", "gestures": ["jump"]}, 0.5), LABELS)
    marking.catch_up(engine.past, -math.inf)
    assert marking.spans == [] and rule_of({"kind": "events", "threshold": "high"}, 0.5) is None


def test_a_crossing_is_once_until_it_has_fallen_away() -> None:
    fits = [0.1, 0.4, 0.7, 0.8, 0.6, 0.4, 0.6, 0.05, 0.4, 0.7]
    plain, strict = Crossing(1, 0.5), Crossing(1, 0.75)
    spots = [plain.step(np.array([fit]), 0.1 * i) for i, fit in enumerate(fits)]
    assert [i for i, (_, spotted) in enumerate(spots) if spotted == 0] == [2, 9]
    assert [float(fit[0]) for fit, _ in spots] == pytest.approx(fits)
    assert [i for i, fit in enumerate(fits) if strict.step(np.array([fit]), 0.1 * i)[1] == 0] == [3]


def test_of_a_model_that_decides_itself_a_higher_line_leaves_what_came_so_far_and_a_lower_one_adds(
    engine: Engine,
) -> None:
    engine.part = SimpleNamespace(step=lambda *_: ())  # what is told is told here
    for height in (0.95, 0.6, 0.3, 0.8):
        began = 0.0
        for share in np.linspace(0, np.pi, 60):
            fit = height * float(np.sin(share))
            engine.frame(0.9, fit=fit)
            if fit >= 0.5 and not began:
                began = engine.now
                engine.past.happened(c.Happened("began", "circle", fit, engine.now))
            if fit < 0.25 and began and share > 2:
                engine.past.happened(c.Happened("ended", "circle", fit, engine.now))
                began = -1.0
        for _ in range(60):
            engine.frame(0.3, fit=0.01)

    def heard(bound: float) -> int:
        marking = Marking(rule_of(None, 0.9), LABELS, bound)
        marking.catch_up(engine.past, -math.inf)
        return len(marking.spans)

    assert [heard(bound) for bound in (0.9, 0.7, 0.5, 0.2)] == [1, 2, 3, 4]


# Which line there is

EVENTS = [{"kind": "events", "threshold": 0.8}]
SPOTS = {
    "spots": True, "setting": "false_per_10min", "value": 3.0, "usual_value": 3.0, "usual": 0.55, "slope": 0.1,
    "low": 0.3, "high": 0.9, "steep": 8.0,
}  # fmt: skip


def dial(**changes):
    return dial_of(read(document(**changes)))


def trained(line):
    return document()["trained"] | {"line": line}


def test_events_have_a_line_over_likelihoods() -> None:
    made = dial(mapping=EVENTS)
    assert (made.group, made.height, made.drags) == ("posterior", 0.8, True)
    assert made.command(0.6) == c.Threshold(0.6) and made.command(0.801) is None
    assert made.words(0.6) == said.LINE_EVENTS.format(threshold=0.6, fit=0.5)
    rule, bound = made.ruled(0.3)
    assert rule is not None and (rule.threshold, rule.release, bound) == (0.3, 0.3, 0.0)


def test_where_the_model_has_a_dial_but_spots_nothing_the_mapping_is_set() -> None:
    made = dial(mapping=[{"kind": "range", "source": "x", "to": "a"}, *EVENTS], model={"kind": "auto"})
    command = made.command(0.4)
    assert isinstance(command, c.Configure) and command.section == "mapping"
    assert command.table[0]["kind"] == "range"
    assert command.table[1] == {"kind": "events", "threshold": 0.4, "release": 0.4}


def test_a_model_that_decides_by_itself_has_its_dial() -> None:
    made = dial(mapping=EVENTS, model={"kind": "auto", "seed": 4}, trained=trained(SPOTS))
    assert (made.group, made.height, made.drags) == ("fit", 0.5, True)
    assert made.value(0.5) == pytest.approx(3.0)
    assert made.value(0.8) < 3.0 < made.value(0.2)  # a higher line: fewer that are false
    # as the spotter itself: usual + slope * log(usual rate / rate)
    rate = made.value(0.7)
    moved = 0.55 + 0.1 * math.log(3.0 / rate)
    assert moved - 0.55 == pytest.approx(math.log(0.7 / 0.3) / 8.0)
    command = made.command(0.7)
    assert isinstance(command, c.Configure) and command.section == "model"
    assert command.table["seed"] == 4 and command.table["false_per_10min"] == pytest.approx(rate, rel=0.01)
    # no farther than the dial does anything: the threshold is between 0.3 and 0.9
    assert made.bounded(0.01) == pytest.approx(1 / (1 + math.exp(8.0 * 0.25)))
    assert made.bounded(0.99) == pytest.approx(1 / (1 + math.exp(-8.0 * 0.1 * math.log(300.0))), abs=0.05)
    flat = dial(model={"kind": "auto"}, trained=trained(SPOTS | {"slope": 0.0}))
    assert not flat.drags and flat.words(0.5) == said.LINE_FIXED


@pytest.mark.parametrize("height", [0.14, 0.3, 0.5, 0.62, 0.8, 0.93])
def test_a_line_that_was_dragged_stays_there_and_so_does_all_below_and_above_it(height: float) -> None:
    """Set, the model's own fits are others; the river, and what is marked in it, is as it was while it was dragged."""
    fits, project = np.array([0.0, 0.02, 0.4, 0.5, 0.77, 1.0]), {"model": {"kind": "auto"}}
    before = dial(**project, trained=trained(SPOTS))
    rate = before.value(height)
    after = dial(**project, trained=trained(SPOTS | {"value": rate}))
    assert after.height == pytest.approx(height) and after.value(after.height) == pytest.approx(rate)
    assert after.command(after.height) is None
    by = moved(before.line, after.line)
    now = fits if by is None else by(fits)
    assert after.shown(now) == pytest.approx(before.shown(fits), abs=1e-6)
    assert before.ruled(height)[1] == pytest.approx(height)  # shown at the usual setting as they are
    assert after.ruled(after.height)[1] == 0.5 and after.shown(np.array([0.5]))[0] == pytest.approx(height)
    assert after.ruled(0.5)[1] == pytest.approx(1.0 - height, abs=1e-6)  # back again, the other way


def test_strokes_have_a_threshold_and_other_models_say_why_there_is_no_line() -> None:
    strokes = dial(
        model={"kind": "strokes"}, trained=trained({"spots": True, "setting": "threshold", "value": 0.45})
    )
    assert strokes.height == 0.45 and strokes.command(0.6) == c.Threshold(0.6)
    assert strokes.shown(np.array([0.0, 0.5, 1.0])) == pytest.approx([0.0, 0.45, 0.9])
    assert strokes.ruled(0.45)[1] == 0.5 and strokes.ruled(0.9)[1] == pytest.approx(1.0)
    for changes, words in (
        ({"mapping": []}, said.LINE_NO_EVENTS),
        ({"mapping": EVENTS, "model": {"kind": "gvf"}}, said.LINE_OWN),
        ({"input": {"kind": "wekinator"}, "model": {"kind": "mlp"}}, said.LINE_EXAMPLES),
        ({"model": {"kind": "auto"}, "trained": trained({"spots": True, "setting": ""})}, said.LINE_STROKES),
    ):
        made = dial(**changes)
        assert not made.drags and made.words(0.5) == words and made.command(0.1) is None


def test_with_another_bound_the_fits_of_the_past_are_what_they_would_have_been() -> None:
    fits, line = np.array([0.05, 0.5, 0.7, 1.0, np.nan]), SPOTS
    rate = dial(model={"kind": "spotter"}, trained=trained(line)).value(0.7)
    by = moved(line, line | {"value": rate})
    assert by is not None
    made = by(fits)
    assert made[2] == pytest.approx(0.5) and made[3] == pytest.approx(1.0) and np.isnan(made[4])
    assert made[:2] == pytest.approx([Crossing(1, 0.7).step(np.array([fit]), 0.0)[0][0] for fit in fits[:2]])
    assert moved(line, line) is None and moved(line, line | {"slope": 0.2, "value": 1.0}) is None
    strokes = {"spots": True, "setting": "threshold", "value": 0.4}
    halved = moved(strokes, strokes | {"value": 0.8})
    assert halved is not None and halved(np.array([0.5]))[0] == pytest.approx(0.25)


def test_a_document_with_another_bound_moves_the_past(engine: Engine) -> None:
    engine.swell(0.95)
    testing = Testing()
    testing.past, testing.paused = engine.past, copy.deepcopy(engine.past)
    testing.follow(read(document(model={"kind": "auto"}, trained=trained(SPOTS))))
    before = engine.past.group(engine.past.view()[1], "fit").copy()
    testing.follow(read(document(model={"kind": "auto"}, trained=trained(SPOTS | {"value": 30.0}))))
    after = engine.past.group(engine.past.view()[1], "fit")
    assert (after > before).all()  # more may be false: the bound is lower
    assert testing.paused.group(testing.paused.view()[1], "fit") == pytest.approx(
        after
    )  # a pause shows no less
    testing.follow(read(document(model={"kind": "auto"}, trained=trained(SPOTS))))
    assert engine.past.group(engine.past.view()[1], "fit") == pytest.approx(before)


def test_what_goes_on_as_the_sensor_falls_silent_is_marked_no_longer(engine: Engine) -> None:
    for _ in range(60):
        engine.frame(0.97)
    marking = Marking(rule_of(None, 0.75), engine.past.labels)
    newest = engine.past.newest
    marking.catch_up(engine.past, -math.inf, newest + 0.5)
    assert math.isinf(marking.spans[-1].end)
    marking.catch_up(engine.past, -math.inf, newest + 1.5)
    assert marking.spans[-1].end == pytest.approx(newest)


def test_a_window_that_comes_later_shows_what_was_told_before(engine: Engine) -> None:
    """Half of a minute back would read as gestures that were missed."""
    for height in (0.97, 0.7, 0.96):
        engine.swell(height)
    later, live = Past(), Live()
    live.watchers.append(later)
    live.open(engine.writer.path)
    gone = [["began", "shake", 0.9, 4.0], ["ended", "shake", 0.0, 5.0]]  # no row tells of it any more
    later.recall([(c.Happened(*each[:3], 0.0), each[3]) for each in gone] + [
        (c.Happened(kind, label, 0.9, 0.0), at) for kind, label, at in engine.told
    ])  # fmt: skip
    assert not later.spans  # as long as there are no rows
    live.tick(engine.now)
    assert [span.label for span in later.spans] == ["circle", "circle"]
    assert [at for s in later.spans for at in (s.start, s.end)] == pytest.approx(
        [at for s in engine.past.spans for at in (s.start, s.end)], abs=0.05
    )
    later.happened(c.Happened("began", "shake", 0.9, engine.now))
    assert [span.label for span in later.spans][-1] == "shake"


@pytest.mark.parametrize(
    "first", [True, False], ids=["nothing was learned before", "a model that decides by them"]
)
def test_fits_of_the_model_that_plays_until_the_new_one_is_there_are_not_shown(first: bool) -> None:
    """They are those of chains alone, near 1 for all gestures, and none to put the line over."""
    testing = Testing()
    learned = read(document(model={"kind": "auto"}, trained=trained(SPOTS)))
    quick, full = Engine(spots=False), Engine()
    quick.past = full.past = testing.past
    quick.live.watchers[:] = full.live.watchers[:] = [testing.past]
    testing.follow(read(document(model={"kind": "auto"})) if first else learned)
    if not first:
        full.open()
        full.swell(0.9)
    before = len(testing.past.view()[0])
    quick.now = full.now
    quick.open()
    quick.swell(0.9)
    after = len(testing.past.view()[0])
    full.now = quick.now
    if first:
        full.open()
    full.swell(0.9)
    testing.follow(learned)
    rows = testing.past.view()[1]
    fits, posteriors = (testing.past.group(rows, name) for name in ("fit", "posterior"))
    assert before < after < rows.shape[1]
    assert np.isnan(fits[:, before:after]).all()
    assert np.isfinite(fits[:, :before]).all() and np.isfinite(fits[:, after:]).all()
    assert np.isfinite(posteriors).all()
    quick.close()
    full.close()
