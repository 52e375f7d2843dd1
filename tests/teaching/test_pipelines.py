"""Pipelines: what is set is always tried, time is kept, luck is not offered, and what is better is kept on request."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from gesturemap.cli.main import main
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.features.smooth import OneEuro
from gesturemap.frames import Spec
from gesturemap.models.auto import Auto
from gesturemap.models.exemplar import Exemplar
from gesturemap.models.few_shot import FewShot
from gesturemap.models.holds import Holds
from gesturemap.models.relevance import Heeding, Relevance
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.teaching.answers import tried
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.leave_one_out import evaluate, opened
from gesturemap.teaching.suggest import pipelines
from gesturemap.teaching.suggest.pipelines import Pipeline, Try

RATE = 50.0
SPEC = Spec.of("x m", "y m", rate=RATE)


def shown(gesture: int, number: int, held: float = 0.0) -> Demonstration:
    """A gesture; `held` is how differently it is held each time."""
    rng = np.random.default_rng([gesture, number])
    time = np.arange(60) / RATE
    curve = 0.3 * np.stack([np.sin((5.0 + 3.0 * gesture) * time), np.cos((4.0 + 2.5 * gesture) * time)], 1)
    values = curve + rng.normal(scale=held, size=2) + rng.normal(scale=0.03, size=(60, 2))
    return Demonstration(f"g{gesture}-{number}", f"g{gesture}", SPEC, time, values)


def three(each: int = 5, held: float = 0.0) -> list[Demonstration]:
    return [shown(g, n, held) for g in range(3) for n in range(each)]


@pytest.mark.long
def test_where_it_is_held_is_found_to_matter_and_the_figures_are_those_of_evaluate() -> None:
    it = opened(Exemplar(), three(held=3.0), RATE)
    found = pipelines.search(it, 60.0, lambda: 0.0)
    assert found.whole
    assert found.better
    assert found.tries[0].pipeline == Pipeline("as it is", (), Exemplar())
    best = found.tries[found.best]
    assert found.now < found.chosen <= sum(best.right.values())
    assert 0.0 < found.interval[0] < found.interval[1] <= 1.0
    each = evaluate(it, None, None, pipelines.FOLDS).each
    labels = {one.id: one.label for one in it.corpus.demonstrations}
    assert {name: one["given"] == labels[name] for name, one in each.items()} == found.tries[0].right


def test_time_is_kept_and_what_is_set_is_always_tried() -> None:
    it = opened(Exemplar(), three(3), RATE)
    ticks = itertools.count()
    none = pipelines.search(it, 0.5, lambda: float(next(ticks)))
    assert (len(none.tries), none.best, none.whole) == (1, 0, False)
    assert not none.better
    ticks = itertools.count()
    some = pipelines.search(it, 300.0, lambda: float(next(ticks)))
    assert 1 < len(some.tries) < 30
    assert not some.whole
    assert some.seconds <= 310.0


@pytest.mark.long
def test_other_models_heed_what_should_not_matter() -> None:
    learner = Relevance(("y",)).around(Exemplar())
    found = pipelines.search(opened(learner, three(3), RATE), 60.0, lambda: 0.0)
    assert all(isinstance(one.pipeline.learner, Heeding) for one in found.tries)
    assert all(one.pipeline.learner.relevance.ignored == ("y",) for one in found.tries)
    kinds = {one.pipeline.learner.kind for one in found.tries}
    assert {"exemplar", "dtw", "hhmm"} <= kinds


def test_few_shot_is_asked_once_not_fitted_for_each() -> None:
    it = opened(FewShot(), three(3), RATE)
    given, wanted = pipelines.asked(it, Pipeline("", (OneEuro(),), FewShot()), lambda label, part: True)
    assert given == wanted
    assert len(given) == 9


def test_what_auto_chose_is_what_is_set() -> None:
    it = opened(Auto(recogniser="holds"), three(3), RATE)
    assert tried.recogniser_of(Taught("held", it)) == Holds()
    it = opened(Auto(recogniser="few_shot"), three(3), RATE)
    assert tried.recogniser_of(Taught("held", it)) is it.learner


def a_try(right: np.ndarray) -> Try:
    return Try(Pipeline("", (), Exemplar()), {str(n): bool(one) for n, one in enumerate(right)}, 0.0)


def test_luck_among_many_is_not_offered() -> None:
    rng, offered, looks = np.random.default_rng(0), 0, []
    for _ in range(100):
        found = pipelines.judged([a_try(rng.uniform(size=30) < 0.7) for _ in range(30)], 0.0, True)
        offered += found.better
        looks.append(sum(found.tries[found.best].right.values()) - found.now)
    assert offered <= 10
    assert np.mean(looks) > 3, "the best of many looks better"


def test_the_interval_holds_what_is_true_and_is_that_of_agresti_and_min() -> None:
    after, before = (np.array([1] * n + [0] * m, bool) for n, m in ((10, 0), (4, 6)))
    low, high = pipelines.interval(after, before)
    assert (low + high) / 2 == pytest.approx(6 / 12)
    assert (high - low) / 2 == pytest.approx(1.96 * np.sqrt(6 + 1 - 36 / 12) / 12)
    rng, inside = np.random.default_rng(1), 0
    for _ in range(400):
        one = rng.uniform(size=(40, 3)) < [0.8, 0.7, 0.5]
        low, high = pipelines.interval(one[:, 0] & one[:, 2] | one[:, 1], one[:, 1])
        inside += low <= 0.3 * 0.8 * 0.5 <= high
    assert inside >= 0.92 * 400


def test_the_first_of_those_that_are_alike_stays() -> None:
    same = np.array([1, 1, 0, 1], bool)
    found = pipelines.judged([a_try(same), a_try(same), a_try(~same)], 0.0, True)
    assert (found.best, found.now, found.chosen) == (0, 3, 3)


def test_nothing_to_leave_out_is_one_line() -> None:
    with pytest.raises(DataError, match=r"shown twice|left out"):
        pipelines.search(opened(Exemplar(), three(1), RATE), 1.0)


@pytest.mark.long
def test_it_is_told_and_kept_from_the_shell(tmp_path, capsys) -> None:
    project = assemble(
        {"project": {"name": "held"}, "input": {"kind": "pointer"}, "model": {"kind": "exemplar"},
         "gestures": [f"g{n}" for n in range(3)]}, "", "test",
    )  # fmt: skip
    folder = tmp_path / "held"
    save_project(replace(project, demonstrations=tuple(three(held=3.0))), folder)

    def asked(*words: str) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["teach", str(folder), "pipelines", *words])
        out = capsys.readouterr()
        return ended.value.code, out.out, out.err

    code, out, _ = asked("--seconds", "600", "--json")
    told = json.loads(out)
    assert (code, told["better"], told["kept"]) == (0, True, False)
    best = told["tries"][told["best"]]
    assert asked("--seconds", "600", "--keep")[0] == 0
    kept = read_project(folder)[0].tables()
    assert kept["model"] == best["model"]
    assert [one["kind"] for one in kept["features"]] == [one["kind"] for one in best["features"]]
    code, _, err = asked("--seconds", "0")
    assert (code, err.count("\n")) == (2, 1)


def test_of_one_gesture_alone_nothing_is_searched() -> None:
    some = [one for one in three() if one.label == "g0"]
    with pytest.raises(DataError, match="'g0' alone"):
        tried.pipelines(Taught("one", opened(Exemplar(), some, RATE)))
