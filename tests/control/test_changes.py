"""A training says what is otherwise: which demonstrations are taken for another gesture, which outputs move."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gesturemap import codec, inner
from gesturemap import commands as c
from gesturemap.control.trainer import Trainer
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Channel, Spec
from gesturemap.models.model import Cancelled
from gesturemap.project import pack
from gesturemap.project.project import Project, assemble
from gesturemap.teaching import changes, leave_one_out
from gesturemap.teaching.hearing import hear, rules_of

SPEC = Spec.of("x", "y", rate=50.0)


def take(label: str, number: int, of: str = "", lift: float = 0.0, outputs: bool = False) -> Demonstration:
    """A movement to and fro as far as the name of what it is of is long."""
    random = np.random.default_rng([len(of or label), number])
    course = np.linspace(0.0, len(of or label), 30)[:, None] * [1.0, -1.0]
    more = ((Channel("pitch", "Hz"),), course[:, :1] + lift) if outputs else ()
    values = course + random.normal(0, 0.05, (30, 2))
    return Demonstration(f"{label}-{number}", label, SPEC, np.arange(30) / 50.0, values, *more)  # type: ignore[arg-type]


def project(*takes: Demonstration, kind: str = "hhmm") -> Project:
    table = {"kind": kind, "states": 3} if kind == "hhmm" else {"kind": kind}
    return replace(
        assemble({"input": {"kind": "pointer"}, "model": table, "mapping": [{"kind": "events"}]}, "", "test"),
        demonstrations=tuple(takes),
    )


def job(number: int, of: Project) -> inner.Fit:
    return inner.Fit(number, of.tables(), [d.id for d in of.shown], pack.pack(of.shown))


@pytest.fixture
def trainer() -> Iterator[Any]:
    ours, theirs = multiprocessing.Pipe()
    made = Trainer(theirs)
    made.ours = ours  # type: ignore[attr-defined]
    yield made
    ours.close()
    theirs.close()


TO = [take("to", n) for n in range(3)]
FRO = [take("fro-fro", n) for n in range(3)]


def test_a_first_training_has_nothing_to_compare_with(trainer: Any) -> None:
    found = trainer.job(job(1, project(*TO, *FRO)))
    assert (found.error, found.changes) == ("", {})


def test_the_same_again_changes_nothing_and_is_counted(trainer: Any) -> None:
    trainer.job(job(1, project(*TO, *FRO)))
    found = codec.decode(codec.encode(trainer.job(job(2, project(*TO, *FRO)))))
    assert found.changes == {"flips": [], "outputs": {}, "of": 6, "part": False}


def test_demonstrations_that_flip_are_named_with_what_they_were_and_are(trainer: Any) -> None:
    strange = [take("to", n, of="fro-fro") for n in range(3, 9)]
    trainer.job(job(1, project(*TO, *FRO, *strange[:1])))
    found = trainer.job(job(2, project(*TO, *FRO, *strange))).changes
    assert found["of"] == 12
    flips = {identity: (label, before, after) for identity, label, before, after in found["flips"]}
    assert flips, "six demonstrations of the one now look like the other"
    assert all(before != after for _, before, after in flips.values())
    assert set(flips) <= {d.id for d in (*TO, *FRO, *strange)}


def test_a_flip_is_what_evaluation_hears(trainer: Any) -> None:
    """One rule for both: what would begin if the demonstration were played live."""
    quiet = replace(TO[0], id="to-still", values=np.zeros((30, 2)))
    every = [*TO, *FRO, *(take("to", n, of="fro-fro") for n in range(3, 6)), quiet]
    trainer.job(job(1, project(*every[:7])))
    before, of = trainer.previous, project(*every)
    found = trainer.job(job(2, of)).changes["flips"]
    rules, opened = rules_of(of.mapping), leave_one_out.opened(of.learner, every, 50.0)
    heard = {
        one.id: [hear(opened, model, one, rules).given for model in (before, trainer.previous)]
        for one in every
    }
    assert {each: [was, now] for each, _, was, now in found} == {
        each: given for each, given in heard.items() if given[0] != given[1]
    }
    assert found


def test_what_was_heard_by_another_rule_is_heard_anew(trainer: Any) -> None:
    of = project(*TO, *FRO)
    trainer.job(job(1, of))
    trainer.job(job(2, of))
    deaf = replace(of, mapping=(replace(of.mapping[0], minimum_progress=1.0, hold=10.0, fit=1.0),))  # type: ignore[type-var]
    assert trainer.job(job(3, deaf)).changes["flips"] == []
    assert trainer.job(job(4, of)).changes["flips"] == []


def test_a_new_gesture_and_a_new_name_are_no_change(trainer: Any) -> None:
    trainer.job(job(1, project(*TO, *FRO)))
    more = [take("a third of its own", n) for n in range(2)]
    assert trainer.job(job(2, project(*TO, *FRO, *more))).changes == {
        "flips": [],
        "outputs": {},
        "of": 6,
        "part": False,
    }
    renamed = [replace(d, label="ta") for d in TO]
    assert trainer.job(job(3, project(*renamed, *FRO, *more))).changes["flips"] == []


def test_what_was_merged_and_taken_apart_again_is_told_both_times(trainer: Any) -> None:
    """To take it apart again is an undo: those that come back are heard as what they were."""
    trainer.job(job(1, project(*TO, *FRO)))
    merged = [replace(d, label="fro-fro") for d in TO]
    together = trainer.job(job(2, project(*merged, *FRO))).changes
    assert {tuple(flip) for flip in together["flips"]} == {(d.id, "fro-fro", "to", "fro-fro") for d in TO}
    apart = trainer.job(job(3, project(*TO, *FRO))).changes
    assert {tuple(flip) for flip in apart["flips"]} == {(d.id, "to", "fro-fro", "to") for d in TO}
    assert apart["of"] == 6


def test_another_project_is_not_compared(trainer: Any) -> None:
    trainer.job(job(1, project(*TO, *FRO)))
    others = [replace(d, id=f"other-{d.id}") for d in (*TO, *FRO)]
    assert trainer.job(job(2, project(*others))).changes == {}


def test_how_far_outputs_move_is_told_in_their_unit(trainer: Any) -> None:
    low = [take("to", n, outputs=True) for n in range(3)]
    high = [take("to", n, lift=10.0, outputs=True) for n in range(3)]
    assert trainer.job(job(1, project(*low, kind="gmr"))).error == ""
    assert trainer.job(job(2, project(*low, kind="gmr"))).changes["outputs"] == {"pitch": pytest.approx(0.0)}
    found = trainer.job(job(3, project(*high, kind="gmr"))).changes
    assert found["outputs"]["pitch"] == pytest.approx(10.0, rel=0.05)


def test_it_takes_no_longer_than_it_may_and_is_fair(trainer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer.job(job(1, project(*TO, *FRO)))
    monkeypatch.setattr(changes, "LONGEST", 0.0)
    none = trainer.job(job(2, project(*TO, *FRO))).changes
    assert none["of"] == 0 and none["part"]
    many = [replace(TO[0], id=f"to-{n}") for n in range(50)]
    turn = list(changes._in_turn([*many, *FRO], {}))
    assert [d.label for d in turn[:6]] == ["fro-fro", "to"] * 3
    assert len(turn) == 53
    monkeypatch.setattr(changes, "LONGEST", 0.05)
    began = time.perf_counter()
    model = trainer.previous
    long = replace(
        TO[0], time=np.arange(200_000) / 50.0, values=np.zeros((200_000, 2)), id="to-0", label="to"
    )
    watch = changes.Changes()
    watch.between(None, model, TO, (), lambda: False)
    watch.between(model, model, [long, *(replace(long, id=f"l{n}") for n in range(100))], (), lambda: False)
    assert time.perf_counter() - began < 2.0


def test_what_was_given_to_another_gesture_comes_first() -> None:
    every = [*TO, *FRO]
    moved = replace(TO[0], label="fro-fro")
    turn = changes._in_turn([moved, *every[1:]], {one.id: one.label for one in every})
    assert next(turn) is moved


def test_a_model_that_was_read_from_a_file_is_compared_with(trainer: Any) -> None:
    first = trainer.job(job(1, project(*TO, *FRO)))
    trainer.ours.send_bytes(codec.encode(inner.NewModel(first.data)))
    trainer.ours.send_bytes(codec.encode(c.Quit()))
    trainer.serve()
    wrong = [replace(one, label="fro-fro") for one in TO[:2]]
    found = trainer.job(job(2, project(*wrong, TO[2], *FRO))).changes
    assert found["of"] == 6


def test_where_comparing_takes_longer_the_model_plays_meanwhile(
    trainer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer.job(job(1, project(*TO, *FRO)))
    while trainer.ours.poll():
        trainer.ours.recv_bytes()
    monkeypatch.setattr(changes, "SOON", 0.0)
    last = trainer.job(job(2, project(*TO, *FRO)))
    assert last.plays and not last.goes_on and last.changes["of"] == 6
    came = []
    while trainer.ours.poll():
        came.append(codec.decode(trainer.ours.recv_bytes()))
    (early,) = [one for one in came if isinstance(one, inner.Fitted)]
    assert early.goes_on and early.data == last.data


def test_a_fit_is_done_although_nobody_wants_to_know_what_it_changes(
    trainer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer.job(job(1, project(*TO, *FRO)))
    monkeypatch.setattr(changes.Changes, "between", lambda *_: (_ for _ in ()).throw(Cancelled))
    last = trainer.job(job(2, project(*TO, *FRO)))
    assert last.data and not last.error and last.changes == {}


def test_a_comparison_that_breaks_costs_no_model(trainer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer.job(job(1, project(*TO, *FRO)))
    monkeypatch.setattr(changes, "MOST_FRAMES", "many")
    last = trainer.job(job(2, project(*TO, *FRO)))
    assert last.data and not last.error and last.changes == {}
    assert any("please report this line" in text for text in last.messages)


def test_it_can_be_cancelled(trainer: Any) -> None:
    trainer.job(job(1, project(*TO, *FRO)))
    with pytest.raises(Cancelled):
        trainer.changes.between(trainer.previous, trainer.previous, TO, (), lambda: True)


def test_leaving_out_says_who_is_taken_for_whom(trainer: Any) -> None:
    wrong = take("to", 9, of="fro-fro")
    of = project(*TO, *FRO, wrong)
    message = inner.LeaveOut(5, of.tables(), [d.id for d in of.shown], pack.pack(of.shown))
    found = c.Evaluated(**codec.decode(codec.encode(trainer.leave_out(message))).found)  # type: ignore[attr-defined]
    labels, rows = found.confusion["labels"], found.confusion["rows"]
    assert labels[-1] == "" and set(labels[:-1]) == {"to", "fro-fro"}
    assert [len(row) for row in rows] == [3, 3]
    assert sum(map(sum, rows)) == 7 == len(found.each)
    right = sum(row[i] for i, row in enumerate(rows))
    assert right / 7 == pytest.approx(found.overall["accuracy"])
    assert found.each["to-9"]["given"] == "fro-fro"
    assert rows[labels.index("to")][labels.index("fro-fro")] >= 1
    assert all(0.0 <= one["fit"] <= 1.0 for one in found.each.values())
    assert min(found.each, key=lambda identity: found.each[identity]["fit"]) == "to-9"


def test_what_asks_for_attention_is_told_apart_from_what_was_chosen(trainer: Any) -> None:
    """A recording of something false that is a gesture: it is to be decided on, by who plays as well."""
    slip = replace(take("to", 9), id="slip", label="everyday")
    told = trainer.job(job(1, project(*TO, *FRO, slip, kind="spotter")))
    assert not told.error
    assert [line for line in told.messages if "as good as a gesture (to)" in line] == told.messages
    assert told.messages and any("costs about" in line for line in told.notes)
    assert not set(told.messages) & set(told.notes)
