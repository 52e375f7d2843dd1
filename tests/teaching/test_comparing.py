"""What is offered as the next B, and how soon a person who knows what she likes has it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gesturemap.project.preference import MOST, Preference
from gesturemap.project.project import Project, assemble
from gesturemap.teaching.suggest import comparing

TABLES = {
    "project": {"name": "p"},
    "input": {"kind": "osc", "port": 0},
    "model": {"kind": "hhmm"},
    "mapping": [
        {"kind": "events"},
        {"kind": "range", "control": "pad.level", "smoothing": 0.1, "curve": 2.0},
        {"kind": "range", "control": "pad.brightness", "smoothing": 0.4, "formula": "x^2"},
    ],
}
MOST_COMPARISONS = 10


@pytest.fixture
def project() -> Project:
    return assemble(TABLES, "", "test")


def kept(project: Project, kept_one: Project, other: Project) -> Project:
    """What control does when one of the two is kept."""
    more = comparing.choices(kept_one, other)
    return replace(kept_one, preference=project.preference.heeding(more))


def test_the_first_offers_are_amounts_then_models_nobody_has_heard(project):
    found = list(comparing.offers(project))
    names = [offer.name for offer in found]
    assert len(set(names)) == len(names)
    assert {"smoother", "quicker", "later", "earlier", "model few_shot", "features one_euro"} <= set(names)
    assert "model hhmm" not in names
    assert found[0].name in ("smoother", "quicker")
    for offer in found:
        other = offer.of(project)
        assert comparing.choices(other, project), "what is offered is another"
        assert comparing.told(comparing.choices(other, project)) == offer.what


def test_an_amount_is_scaled_in_all_mappings_in_proportion(project):
    smoother = next(o for o in comparing.offers(project) if o.name == "smoother").of(project)
    _, one, two = smoother.mapping
    assert two.smoothing / one.smoothing == pytest.approx(4.0, rel=0.01)
    assert one.smoothing > 0.1
    later = next(o for o in comparing.offers(project) if o.name == "later").of(project)
    assert later.mapping[1].curve > 2.0
    assert later.mapping[2] == project.mapping[2], "a curve that is a formula has no exponent"


@pytest.mark.parametrize("seed", range(20))
def test_who_knows_what_she_likes_has_it_within_ten_comparisons(project, seed):
    rng = np.random.default_rng(seed)
    likes = {"smoothing": math.exp(rng.uniform(math.log(0.006), math.log(1.6))),
             "curve": math.exp(rng.uniform(math.log(0.3), math.log(4.0)))}  # fmt: skip

    def each_off(one: Project) -> list[float]:
        there = comparing.traits(one)
        return [abs(math.log2(float(there[name]) / best)) for name, best in likes.items()]

    def off(one: Project) -> float:
        return sum(each_off(one))

    for _ in range(MOST_COMPARISONS):
        offer = comparing.next_one(project)
        assert offer is not None
        if offer.name not in ("smoother", "quicker", "later", "earlier"):
            break
        other = offer.of(project)
        better, worse = sorted((project, other), key=off)
        project = kept(project, better, worse)
    else:
        pytest.fail("there is still something to compare")
    assert max(each_off(project)) <= 0.6, "octaves"


def test_what_was_kept_more_often_than_not_is_offered_first(project):
    liked = replace(project, preference=Preference((("model", "knn", "hhmm"),)))
    first = comparing.next_one(liked)
    assert first is not None
    assert (first.name, first.evidence) == ("model knn", "it was kept 1 of 1 times")
    assert first.of(liked).learner.kind == "knn"
    disliked = replace(project, preference=Preference((("model", "hhmm", "knn"),)))
    assert [offer.name for offer in comparing.offers(disliked)][-1] == "model knn"


def test_newer_choices_win_over_older_ones(project):
    smoothing = comparing.AMOUNTS[0]
    before = Preference((("smoothing", "1", "0.5"),))
    assert comparing.left(before, smoothing, 0.2)[0] > 0.7
    after = before.heeding(
        (("smoothing", "0.05", "0.2"), ("curve", "nonsense", "2"), ("smoothing", "x", "y"))
    )
    low, high, more, count = comparing.left(after, smoothing, 0.2)
    assert (low, more, count) == (0.005, 0, 1)
    assert high == pytest.approx(0.1)


def test_the_former_is_what_was_set_otherwise(project):
    assert comparing.former(project, []) is None
    gesture = replace(project, gestures=("a",))
    assert comparing.former(project, [gesture]) is None
    before = replace(project, mapping=project.mapping[:2])
    offer = comparing.former(project, [gesture, before])
    assert offer is not None
    assert offer.of(project).mapping == before.mapping
    assert "smoothing 0.1 s in place of 0.2 s" in offer.what


def test_where_nothing_can_be_otherwise_than_models_those_are_offered():
    bare = assemble({**TABLES, "mapping": [{"kind": "events"}]}, "", "test")
    assert comparing.traits(bare).keys() == {"model", "features"}
    first = comparing.next_one(bare)
    assert first is not None
    assert first.name.startswith("model ")


def test_old_choices_are_forgotten_in_the_end():
    some = Preference().heeding(tuple(("curve", str(n), "1") for n in range(MOST + 5)))
    assert len(some.kept) == MOST
    assert some.kept[-1][1] == str(MOST + 4)
