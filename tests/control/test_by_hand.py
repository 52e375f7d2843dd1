"""Output values set by hand while a movement is recorded belong to it, each from the moment at which it was set."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gesturemap.control import by_hand, recording
from gesturemap.control.by_hand import ByHand, outputs
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.frames import Channel, Estimate, Spec
from gesturemap.mapping.mapping import MappingRun, Source
from gesturemap.mapping.range import Range
from gesturemap.project.project import Project, assemble

MAPPING = [
    {"kind": "range", "source": "output:pitch", "control": "pad.pitch"},
    {"kind": "range", "source": "output:pitch", "control": "pad.level"},
    {"kind": "range", "source": "confidence", "control": "pad.pan"},
    {"kind": "formula", "formula": "a", "sources": {"a": "output:bright"}, "control": "pad.brightness"},
]


@pytest.fixture
def project() -> Project:
    tables = {"input": {"kind": "pointer"}, "model": {"kind": "gmr"}, "mapping": MAPPING}
    return assemble(tables, "", "test")


def moved(frames: int = 10) -> Demonstration:
    return Demonstration("1", "wave", Spec.of("x"), np.arange(frames) / 10.0 + 7.0, np.zeros((frames, 1)))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    return now


def test_what_can_be_set_is_what_demonstrations_have_or_else_what_the_mapping_asks_for(project):
    assert [each.name for each in outputs(project)] == ["pitch", "bright"]
    shown = replace(moved(), outputs=(Channel("loud", "dB"),), targets=np.zeros((10, 1)))
    assert outputs(replace(project, demonstrations=(moved(), shown))) == (Channel("loud", "dB"),)
    assert outputs(replace(project, mapping=())) == ()


def test_every_frame_has_what_stood_at_its_time(project, clock):
    hand = ByHand()
    for at, values in ((90.0, [9.0, 9.0]), (99.0, [1.0, 0.0]), (100.25, [2.0, 0.5]), (100.6, [3.0, 1.0])):
        if at == 100.25:
            hand.begin()
        clock[0] = at
        hand.set(project, values)
    made = hand.joined(moved(), 100.0, project)
    assert made.targets[:, 0].tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3, 3]
    assert [each.name for each in made.outputs] == ["pitch", "bright"]
    assert made.note == "set by hand"
    made.check()
    first = hand.joined(moved(), 50.0, project)  # what came before anything was set: as it was set first
    assert first.targets[:, 0].tolist() == [1.0] * 10


def test_nothing_set_or_another_number_of_values_is_refused(project, clock):
    hand = ByHand()
    with pytest.raises(
        CommandError, match=r"nothing was set by hand.*pitch, bright belong to it; move the sliders"
    ):
        hand.joined(moved(), 100.0, project)
    for wrong in ([1.0], [1.0, float("nan")], [1.0, 2.0, 3.0]):
        with pytest.raises(CommandError, match="the outputs are pitch, bright; send one number for each"):
            hand.set(project, wrong)
    assert not hand.knows(project)
    hand.set(project, [1.0, 2.0])
    assert hand.knows(project)
    other = replace(project, mapping=project.mapping[:1])
    assert not hand.knows(other), "values of other outputs are none of these"


def test_what_is_set_is_heard_in_place_of_the_model_until_it_is_not():
    source = Source(("a",), (Channel("pitch"),), Spec.of("x"))
    run = MappingRun([Range(source="output:pitch", control="c", smoothing=0.0)], source)
    one = np.ones(1)
    said = Estimate(0.0, one, one, one, one, one * 0.25, one, one, 0)
    assert run.step(said).values.tolist() == [0.25]
    run.set_by_hand([0.75])
    assert run.step(said._replace(time=0.1)).values.tolist() == [0.75]
    heir = MappingRun([Range(source="output:pitch", control="c", smoothing=0.0)], source)
    heir.adopt(run)  # a new model takes over meanwhile
    assert heir.step(said._replace(time=0.1)).values.tolist() == [0.75]
    for none in ([], [0.1, 0.2]):
        run.set_by_hand(none)
        assert run.step(said._replace(time=0.2)).values.tolist() == [0.25]
    assert by_hand.HAND == "hand"


def test_values_that_were_set_go_along_where_all_demonstrations_have_outputs(project):
    """Who sends values and records, as in Wekinator's way, need not say it twice."""
    shown = replace(moved(), outputs=outputs(project), targets=np.zeros((10, 2)))
    hand, taught = ByHand(), replace(project, demonstrations=(shown,))
    control = SimpleNamespace(project=taught, by_hand=hand)
    assert not recording.sets_values(control)
    hand.set(taught, [3.0, 0.5])
    assert recording.sets_values(control)
    control.project = replace(project, demonstrations=(shown, replace(moved(), id="2")))
    assert not recording.sets_values(control)
