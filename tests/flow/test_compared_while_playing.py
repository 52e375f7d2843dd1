"""A and B while it plays: switched between two frames, one of them kept, and what was kept leads to the next B."""

from __future__ import annotations

from pathlib import Path

import pytest
from flow_house import execution  # type: ignore[import-not-found]
from remote_house import Outside

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.errors import CommandError
from gesturemap.models import store
from gesturemap.project.read import read_project

SMOOTH = [{"kind": "events"}, {"kind": "range", "source": "feature:x", "control": "pad.brightness", "low": -1.0,
                               "smoothing": 0.1}]  # fmt: skip


def lowest(playing, heard: list) -> float:
    """Of the control in the second half of what was played last, when it has gone over: the smoother, the higher."""
    controls = [arguments for address, arguments in heard if address == "/gesturemap/controls"]
    return min(
        value for stamp, value in controls if stamp in playing.sent and stamp > max(playing.sent) - 0.5
    )


def switched(playing, to: str = "") -> None:
    played(playing, c.Switch(to))


def played(playing, command: c.Message) -> None:
    """Carry out a command after which the engine plays otherwise."""
    scopes = len(playing.told(c.ScopeOpened))
    playing.control.carry_out(command)
    playing.until(lambda: len(playing.told(c.ScopeOpened)) > scopes)


@pytest.mark.long
def test_another_mapping_is_heard_from_the_next_frame_and_trains_nothing(playing, folder: Path) -> None:
    playing.ready()
    control = playing.control
    with pytest.raises(CommandError, match="nothing is compared"):
        control.carry_out(c.Switch())
    played(playing, c.Configure("mapping", SMOOTH))
    sent, send = [], control.trainer.send
    control.trainer.send = lambda message, *data: (sent.append(message), send(message, *data))
    control.carry_out(c.Compare("smoother"))
    assert control.activity.compared.ready
    before, model = control.project, control.desk.model
    switched(playing)
    assert control.activity.compared.on
    assert control.project is before, "what is heard is not yet what is set"
    heard = playing.play("circle")
    assert playing.answers(heard) >= 98, "two frames at most may be lost"
    smooth = lowest(playing, heard)
    switched(playing, "a")
    assert lowest(playing, playing.play("circle")) < smooth - 0.1
    control.carry_out(c.Switch("a"))
    assert not control.activity.compared.on
    switched(playing)
    control.carry_out(c.Prefer())
    assert control.activity.compared is None
    assert control.project.mapping[1].smoothing > 0.1
    saved = read_project(folder)[0]
    assert saved.mapping == control.project.mapping
    assert saved.preference.kept == (("smoothing", f"{saved.mapping[1].smoothing:.3g}", "0.1"),)
    assert lowest(playing, playing.play("circle")) == pytest.approx(smooth, abs=0.1)
    assert control.desk.model == model
    assert not sent
    control.carry_out(c.Compare())
    assert "kept 1 of 1 times" in control.activity.compared.offer.evidence, "what was kept leads on"
    control.carry_out(c.Undo())
    assert control.activity.compared is None, "what is edited meanwhile is A's"
    assert control.project.mapping[1].smoothing == 0.1
    assert control.project.preference.kept == ()
    assert not playing.told(c.Fault)


@pytest.mark.long
def test_another_model_is_fitted_beside_and_kept_without_another_fit(playing, folder: Path) -> None:
    playing.ready()
    control, model = playing.control, playing.control.desk.model
    control.carry_out(c.Compare("model knn"))
    with pytest.raises(CommandError, match="B is being fitted"):
        control.carry_out(c.Prefer())
    playing.until(lambda: control.activity.compared.ready)
    assert control.desk.model == model
    assert not control.activity.training
    switched(playing, "b")
    assert playing.answers(playing.play("circle")) >= 98
    switched(playing, "a")
    control.carry_out(c.Prefer())
    assert (control.project.learner.kind, control.desk.model) == ("hhmm", model)
    assert control.project.preference.kept == (("model", "hhmm states=8", "knn"),)
    control.carry_out(c.Compare("model knn"))
    playing.until(lambda: control.activity.compared.ready)
    switched(playing, "b")
    sent, send = [], control.trainer.send
    control.trainer.send = lambda message, *data: (sent.append(message), send(message, *data))
    control.carry_out(c.Prefer())
    assert not [message for message in sent if isinstance(message, inner.Fit)]
    assert not control.activity.stale
    assert store.unpack(control.desk.model).learner.kind == "knn"
    assert playing.answers(playing.play("circle")) >= 98
    assert read_project(folder)[0].learner.kind == "knn"
    control.carry_out(c.Undo())
    playing.until(lambda: not control.activity.stale)
    assert store.unpack(control.desk.model).learner.kind == "hhmm"
    with pytest.raises(CommandError, match="never set otherwise"):
        control.carry_out(c.Compare("former"))
    control.carry_out(c.Configure("mapping", SMOOTH))
    control.carry_out(c.Compare("former"))
    assert control.activity.compared.offer.fields.keys() == {"mapping"}
    control.carry_out(c.Compare(on=False))
    assert control.activity.compared is None
    assert not playing.told(c.Fault)


@pytest.mark.long
def test_a_comparison_ends_with_an_edit_a_training_or_another_engine_goes_on_with_it(playing) -> None:
    playing.ready()
    control = playing.control
    played(playing, c.Configure("mapping", SMOOTH))
    for ends in (c.AddGesture("wave"), c.Train()):
        control.carry_out(c.Compare("smoother"))
        switched(playing)
        played(playing, ends)
        assert control.activity.compared is None
        playing.until(lambda: not control.activity.training)
    control.carry_out(c.Compare("model knn"))
    control.carry_out(c.Train())
    playing.until(lambda: not control.activity.training)
    assert store.unpack(control.desk.model).learner.kind == "hhmm"
    quick = lowest(playing, playing.play("circle"))
    control.carry_out(c.Compare("smoother"))
    switched(playing)
    scopes = len(playing.told(c.ScopeOpened))
    control.engine.process.kill()
    playing.until(lambda: len(playing.told(c.ScopeOpened)) > scopes and control.activity.input_address)
    assert control.activity.compared.on
    assert lowest(playing, playing.play("circle")) > quick + 0.1, "the engine that takes over plays B"


@pytest.mark.long
def test_no_frame_waits_for_the_switch(playing) -> None:
    playing.ready()
    control = playing.control
    played(playing, c.Configure("mapping", SMOOTH))
    control.carry_out(c.Compare("model knn"))
    playing.until(lambda: control.activity.compared.ready)
    heard, sent, rows = [], set(), list(execution("circle", 7))
    scopes = len(playing.told(c.ScopeOpened))
    for index, row in enumerate(rows):
        sent.add(playing.patch.count / 100)
        playing.patch.send(row, playing.port)
        if index in (30, 70):
            control.carry_out(c.Switch())
        control.turn(0.002)
        heard += playing.patch.heard()
    playing.until(lambda: len(playing.told(c.ScopeOpened)) >= scopes + 2)
    heard += playing.play("line", frames=1)
    stamps = {stamp for address, (stamp, *_) in heard if address == "/gesturemap/controls"}
    assert len(sent - stamps) <= 2, "on both switches together"


@pytest.mark.long
def test_from_outside_and_under_the_lock(playing, outside: Outside) -> None:
    playing.ready()
    outside.ready()
    control = playing.control
    assert "there are" in outside.say("compare", "nonsense")
    assert "a or b" in outside.say("compare/switch", "c") or "one of a, b" in outside.say(
        "compare/switch", "c"
    )
    assert outside.say("get", "state/offer")
    assert outside.say("compare", "smoother") == "done"
    assert outside.say("compare/switch") == "done"
    assert control.activity.compared.on
    assert outside.say("lock") == "done"
    for word in ("compare", "compare/switch", "compare/prefer", "compare/stop"):
        assert "stage lock" in outside.say(word)
    assert control.activity.compared.on, "nothing jumps when the lock comes on"
    assert outside.say("lock", 0) == "done"
    assert outside.say("compare/prefer") == "done"
    assert control.project.preference.kept[0][0] == "smoothing"
    assert outside.say("undo") == "done"
    assert control.project.preference.kept == ()
