"""What was left out is known at once after a training: only what changed is heard, and it is what streaming says."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gesturemap.cli.main import main
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.models.exemplar import Exemplar
from gesturemap.models.hmm import Hmm
from gesturemap.teaching import leave_one_out
from gesturemap.teaching.critique.kept_pairs import MOVED, KeptPairs
from gesturemap.teaching.critique.likeness import likeness
from gesturemap.teaching.leave_one_out import Row
from gesturemap.teaching.plainly import LIVE, Plainly, once_each, plainly, rows_of, uncounted
from gesturemap.teaching.play import learn


def shown(label, number, rng, apart=0.25):
    turn = {"a": 1.0, "b": 1.0 + apart, "c": 3.0}[label]
    time = np.arange(40) / 40.0
    at = 2.0 * np.pi * turn * time + 0.2 * rng.normal()
    values = np.stack([np.sin(at), np.cos(at)], 1) + 0.1 * rng.normal(size=(40, 2))
    return Demonstration(f"{label}{number}", label, Spec.of("x", "y", rate=40.0), time, values)


def opened(some, learner=None):
    return leave_one_out.opened(learner or Exemplar(), some, 40.0)


def refreshed(pairs, some):
    it = opened(some)
    model, _ = learn(it, some)
    return pairs.refresh(it, model), likeness(it, model)


def some_of(each, apart=0.25, seed=0):
    rng = np.random.default_rng(seed)
    return [shown(label, n, rng, apart) for label in "abc" for n in range(each)], rng


def test_only_what_changed_is_heard_and_the_answers_are_those_of_all_pairs():
    some, rng = some_of(20)
    pairs = KeptPairs()
    refreshed(pairs, some)
    assert pairs.heard == len(some) ** 2
    steps = [
        ("one more", [*some, shown("b", 20, rng)], 2 * 60 + 1),
        ("one less", some[1:], 0),
        ("another order", some[::-1], 0),
        ("another name", [replace(some[0], label="c"), *some[1:]], 0),
        ("another recording", [shown("a", 99, rng), *some[1:]], 2 * 59 + 1),
    ]
    for _, edited, least in steps:
        refreshed(pairs, some)
        quick, slow = refreshed(pairs, edited)
        assert pairs.heard == least
        assert quick.each == pytest.approx(slow.each, abs=20.0 * MOVED)
        assert [row.given for row in rows_of(quick)] == [row.given for row in rows_of(slow)]


def test_without_a_change_of_units_what_was_kept_is_what_would_be_heard():
    some, _ = some_of(6)
    pairs = KeptPairs()
    first, _ = refreshed(pairs, some)
    again, slow = refreshed(pairs, some[::-1])
    assert pairs.heard == 0
    assert again.each == pytest.approx(slow.each, abs=1e-4)
    assert again.each[::-1, ::-1] == pytest.approx(first.each)


def test_where_units_change_all_is_heard_anew():
    some, rng = some_of(3)
    pairs = KeptPairs()
    refreshed(pairs, some)
    wide = [*some, replace(shown("c", 9, rng), values=10.0 * some[0].values)]
    quick, slow = refreshed(pairs, wide)
    assert pairs.heard == len(wide) ** 2
    assert quick.each == pytest.approx(slow.each)


def test_it_says_what_models_that_never_saw_them_say_in_the_stream():
    some, _ = some_of(5, 0.1)
    it = opened(some)
    rows = rows_of(likeness(it, learn(it, some)[0]))
    streamed = leave_one_out.evaluate(it, None)
    assert [streamed.each[row.id]["given"] for row in rows] == [row.given for row in rows]
    assert 0.2 < streamed.overall["accuracy"] < 1.0
    assert Plainly(tuple(rows), 1.0).confusion == streamed.confusion


def test_words_add_up():
    some, _ = some_of(5, 0.1)
    it = opened(some)
    found = plainly(likeness(it, learn(it, some)[0]), some)
    wrong = sum(row.given != row.label for row in found.rows)
    assert found.seconds == pytest.approx(3 * 39 / 40)
    assert found.missed == pytest.approx(wrong / 5 * 600 / found.seconds)
    assert sum(found.false.values()) == pytest.approx(found.missed)
    words = list(found.words())
    assert any("'c': none mistaken for another" in one for one in words)
    assert "would be mistaken; taken for instead: " in words[-1]


def test_each_gesture_counts_alike_however_often_it_was_shown():
    """Two gestures shown five times, one of them missed four times, and four shown ten times, all of 2 s."""
    rows = [Row(label, label, label) for label, count in zip("acdef", (5, 10, 10, 10, 10), strict=True)
            for _ in range(count)]  # fmt: skip
    rows += [Row("b", "b", given) for given in "aaaab"]
    found = Plainly(tuple(rows), 6 * 2.0)
    assert found.missed == pytest.approx(300 / 6 * 4 / 5)
    assert found.false == pytest.approx({"a": 40.0})
    assert list(found.words())[-1] == (
        "expected of 300 gestures in 10 minutes, all in turn: about 40 would be mistaken; "
        "taken for instead: 'a' 40 times"
    )
    fair = Plainly((Row("b", "b", "a"), *(Row("a", "a", "c") for _ in range(2)), Row("a", "a", "a")), 2.0)
    assert list(fair.false.items()) == [("a", pytest.approx(300.0)), ("c", pytest.approx(200.0))]


def test_one_round_takes_the_mean_of_each_gesture():
    some, rng = some_of(2)
    long = shown("c", 9, rng)
    some.append(replace(long, time=3.0 * long.time))
    assert once_each(some) == pytest.approx(39 / 40 * (1 + 1 + 5 / 3))
    assert once_each([]) == 0.0


def test_one_demonstration_one_gesture_and_models_without_chains():
    some, _ = some_of(3)
    for few, rows in (([some[0], some[3]], 0), (some[:3], 3)):
        it = opened(few)
        found = plainly(KeptPairs().refresh(it, learn(it, few)[0]), few)
        assert len(found.rows) == rows
        assert all(row.given == row.label for row in found.rows)
        assert list(found.words())
    it = opened(some, Hmm(states=3))
    pairs = KeptPairs()
    found = plainly(pairs.refresh(it, learn(it, some)[0]), some)
    assert (len(found.rows), pairs.heard) == (9, 0)


def test_what_is_not_counted_is_said_with_what_a_training_says_of_it():
    spotting = SimpleNamespace(spots=True, warnings=("about 67% are missed",))
    first, second = uncounted(spotting)
    assert first.startswith("not counted here: ") and second == "about 67% are missed"
    assert list(uncounted(SimpleNamespace())) == [LIVE]


def test_the_command_tells_words_matrix_and_what_helps(capsys, tmp_path):
    some, _ = some_of(4, 0.1)
    path = tmp_path / "three.npz"
    np.savez(path, X=np.concatenate([one.values for one in some]).astype(np.float32), lengths=[40] * 12,
             label=[one.label for one in some], rate=40.0, channels=["x m", "y m"])  # fmt: skip
    for form in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main(["teach", str(path), "matrix", "--model", "exemplar", *form])
        assert ended.value.code == 0
        said = capsys.readouterr().out
        assert "none mistaken for another" in said
    table = json.loads(said)
    assert table["confusion"]["labels"][-1] == ""
    assert sum(map(sum, table["confusion"]["rows"])) == 12
    assert table["missed_per_10min"] == pytest.approx(sum(table["false_per_10min"].values()))
    assert {one["kind"] for one in table["findings"]} == {"next", "plateau"}


def test_of_outputs_it_is_one_line(capsys):
    for word in ("matrix", "next"):
        with pytest.raises(SystemExit) as ended:
            main(["teach", "theremin", word])
        said = capsys.readouterr().err
        assert (ended.value.code, said.count("\n")) == (2, 1)
        assert "outputs are learned" in said
