"""The next demonstration is offered where it helps most, never pressed for, and no gesture is asked for forever."""

import json

import numpy as np
import pytest

from gesturemap.cli.main import main
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.models.exemplar import Exemplar
from gesturemap.teaching.critique.likeness import Likeness, likeness, nearest
from gesturemap.teaching.critique.ranking import border, ranked
from gesturemap.teaching.leave_one_out import opened
from gesturemap.teaching.plainly import rows_of
from gesturemap.teaching.play import learn
from gesturemap.teaching.suggest.curve import FLAT, curves
from gesturemap.teaching.suggest.offers import in_manner, offers, varied


def heard(counts, missed=()):
    """So many demonstrations of each gesture; of `missed` (gesture: how many) the other gestures explain it better."""
    owners = np.repeat(np.arange(len(counts)), counts)
    each = np.where(owners[:, None] == owners[None, :], 0.0, -1.0)
    for gesture, number in dict(missed).items():
        own = np.flatnonzero(owners == gesture)[:number]
        each[own] = np.where(owners == gesture, -1.0, 0.0)
    labels = tuple("abcdefgh"[: len(counts)])
    scores = nearest(each, owners, len(labels))
    return Likeness(
        tuple(map(str, range(len(owners)))), labels, owners, scores, each, np.full(len(owners), np.nan)
    )


def test_what_was_never_shown_comes_first_then_what_was_shown_once():
    found = offers(heard([3, 1]), ["a", "b", "c"])
    assert [one.gesture for one in found][:2] == ["c", "b"]
    assert found[0].finding().remedy == "record 'c'"
    assert found[1].finding().remedy == "record 'b' once more"


def test_what_is_missed_comes_before_what_is_not_and_the_gain_is_a_share():
    found = offers(heard([4, 4, 4], {1: 3}))
    assert found[0].gesture == "b"
    assert "3 of 4 demonstrations of 'b', left out, are taken for another gesture" in found[0].why
    for one in found:
        assert 0.0 < one.gain <= one.now <= 1.0
        assert one.gain < one.hope


@pytest.mark.parametrize("seed", range(8))
def test_all_answers_count_the_same_misses(seed):
    """Of each demonstration left out the likeliest chain of all others answers: it alone is the oracle."""
    rng = np.random.default_rng(seed)
    owners = np.repeat([0, 1, 2], [5, 4, 6])
    each = np.where(owners[:, None] == owners[None, :], 0.7, 0.0) + rng.normal(size=(15, 15))
    each[0, 1] = each[0, 14] = 9.0  # equally likely: the follower takes the first
    each[14, 0] = each[14, 13] = 9.0
    scores = nearest(each, owners, 3)
    table = Likeness(tuple(map(str, range(15))), tuple("abc"), owners, scores, each, np.full(15, np.nan))
    wrong = np.zeros(3, int)
    for n in range(15):
        best = max(each[n, k] for k in range(15) if k != n)
        answer = min(owners[k] for k in range(15) if k != n and each[n, k] == best)
        assert table.answers[n] == answer
        wrong[owners[n]] += answer != owners[n]
    assert np.bincount(owners[table.missed], minlength=3).tolist() == wrong.tolist()
    assert {one.gesture: one.missed for one in offers(table)} == dict(zip("abc", wrong.tolist(), strict=True))
    shares = [one.errors[-1] for one in curves(table)]
    assert shares == pytest.approx(wrong / np.bincount(owners))
    rows = rows_of(table)
    assert [sum(row.label == label != row.given for row in rows) for label in "abc"] == wrong.tolist()
    for label, count in zip("abc", wrong.tolist(), strict=True):
        behind = [one for one in ranked(table, label) if one.margin < 0.0 or table.missed[int(one.id)]]
        assert len(behind) == count
        assert all(one.border and one.rival != label for one in behind)


def test_what_the_mean_of_three_would_take_for_another_plays_as_its_own():
    """Shown in two ways, two and three of each gesture: the own way is among the others, so none is missed."""
    owners, way = np.repeat([0, 1], 5), np.tile([0, 0, 0, 1, 1], 2)
    each = np.where(way[:, None] == way[None, :], 0.0, -9.0) - np.where(
        owners[:, None] == owners[None, :], 0.0, 1.0
    )
    table = Likeness(
        tuple("0123456789"), ("a", "b"), owners, nearest(each, owners, 2), each, np.full(10, np.nan)
    )
    assert (table.margins < 0.0).all()
    assert not table.missed.any()
    found = offers(table)  # in doubt all the same, so it is offered
    assert [(one.missed, one.gain < 0.01, one.hope > 0.1) for one in found] == [(0, True, True)] * 2
    assert not border(table)


def test_where_nothing_is_missed_all_are_offered_in_turn_and_then_none():
    counts, asked = [2, 2, 2], []
    while found := offers(heard(counts)):
        asked.append("abc".index(found[0].gesture))
        counts[asked[-1]] += 1
    for number in range(3, len(asked), 3):
        assert sorted(asked[number - 3 : number]) == [0, 1, 2]
    assert max(counts) <= 10
    assert all(one.hope >= FLAT for one in offers(heard([2, 2, 2])))


def test_a_gesture_that_cannot_be_told_apart_is_not_asked_for_forever():
    counts = [2, 2, 2]
    for _ in range(30):
        counts["abc".index(offers(heard(counts, {0: counts[0]}))[0].gesture)] += 1
    assert counts[0] > max(counts[1:])
    assert min(counts[1:]) >= 5


def test_nothing_one_gesture_and_one_demonstration():
    assert offers(None, []) == []
    assert [one.gesture for one in offers(None, ["a", "b", "a"])] == ["a", "b"]
    only = offers(heard([3]))
    assert [one.gesture for one in only] == [""]
    assert only[0].finding().remedy == "record another gesture"
    assert [one.gesture for one in offers(heard([1]))] == ["a"]


def shown(label, number, rng, seconds, size=1.0):
    time = np.arange(round(50 * seconds)) / 50.0
    turn = 2.0 * np.pi * time / seconds
    values = size * np.stack([np.sin(turn), np.cos(turn)], 1) + 0.02 * rng.normal(size=(len(time), 2))
    return Demonstration(f"{label}{number}", label, Spec.of("x", "y", rate=50.0), time, values)


def test_a_varied_demonstration_lasts_and_moves_as_asked():
    rng = np.random.default_rng(0)
    one = shown("a", 0, rng, 1.0)
    same = varied(one)
    assert same.values == pytest.approx(one.values)
    assert same.time == pytest.approx(one.time)
    other = varied(one, 2.0, 3.0)
    assert len(other) == 2 * len(one)
    assert other.values.mean(0) == pytest.approx(one.values.mean(0), abs=0.1)
    assert np.ptp(other.values, axis=0) == pytest.approx(3.0 * np.ptp(one.values, axis=0), rel=0.02)


def test_the_manner_that_is_missed_is_asked_for():
    """A circle is small, another is large and otherwise the same: done larger, the small one is the large one."""
    rng = np.random.default_rng(1)
    some = [
        shown(label, n, rng, 1.0, size) for label, size in (("small", 1.0), ("large", 1.6)) for n in range(3)
    ]
    it = opened(Exemplar(), some, 50.0)
    model, _ = learn(it, some)
    found = {one.gesture: in_manner(one, it, model) for one in offers(likeness(it, model))}
    assert (found["small"].manner, found["large"].manner) == ("larger", "smaller")
    assert "done larger, 3 of 3 would be taken for 'large'" in found["small"].why
    assert found["small"].finding().remedy == "record 'small' once more, larger than before"


def asked(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["teach", *map(str, words)])
    return ended.value.code, capsys.readouterr()


def test_the_command_offers_skips_and_says_what_is_wrong(capsys, tmp_path):
    rng, path = np.random.default_rng(0), tmp_path / "two.npz"
    some = [
        shown(label, n, rng, 1.0, size) for label, size in (("small", 1.0), ("large", 3.0)) for n in range(3)
    ]
    np.savez(path, X=np.concatenate([one.values for one in some]).astype(np.float32), lengths=[50] * 6,
             label=[one.label for one in some], rate=50.0, channels=["x m", "y m"])  # fmt: skip
    model = ("--model", "exemplar")
    code, said = asked(capsys, path, "next", "--json", *model)
    first = json.loads(said.out)["offer"]
    assert (code, first["kind"], first["gesture"]) == (0, "next", "small")
    code, said = asked(capsys, path, "next", "--skip", "small", "--json", *model)
    assert json.loads(said.out)["offer"]["gesture"] == "large"
    code, said = asked(capsys, path, "next", "--skip", "small", "large", *model)
    assert (code, said.out.strip()) == (0, "nothing: the others have enough")
    code, said = asked(capsys, path, "next", "--skip", "smal", *model)
    assert (code, said.err.count("\n")) == (2, 1)
    assert "there are small, large" in said.err
