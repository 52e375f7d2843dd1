"""Wild frames of a sensor in front of models that would believe one for long: engine and `evaluate` hold them off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration, TrainingSet, reach
from gesturemap.engine.instrument import Instrument
from gesturemap.frames import Controls, Estimate, Frame, Spec, Values
from gesturemap.inner import Load
from gesturemap.models.auto import Auto, AutoModel
from gesturemap.models.model import held
from gesturemap.project.exchange.corpus import Corpus
from gesturemap.teaching import play

SPEC = Spec.of("x", "y", rate=60.0)
HELD = ("hhmm", "hmm", "gmm", "holds", "strokes")
LENGTH = 60


def movement(gesture: int, seed: int) -> Values:
    """(60, 2) a curve of each gesture, and noise."""
    u = np.linspace(0.0, 1.0, LENGTH)
    noise = np.random.default_rng([gesture, seed]).normal(scale=0.03, size=(LENGTH, 2))
    return np.c_[np.sin(2 * np.pi * u * (1 + gesture)), np.cos(np.pi * u * (2 - gesture))] + noise


def take(gesture: int, seed: int) -> Demonstration:
    time = np.arange(LENGTH) / 60.0
    return Demonstration(f"{gesture}-{seed}", f"g{gesture}", SPEC, time, movement(gesture, seed))


SHOWN = [take(gesture, seed) for gesture in range(2) for seed in range(2)]


def fitted(kind: str, shown: list[Demonstration]) -> Any:
    return catalog.read("models", {"kind": kind}, "test").fit(TrainingSet(tuple(shown)))


class Heard:
    """Keeps what an engine would log."""

    def __init__(self) -> None:
        self.estimates: list[Estimate] = []

    def frame(self, frame: Frame, _: Frame | None, estimate: Estimate | None, __: Controls | None) -> None:
        if estimate is not None:
            self.estimates.append(estimate)


def played(model: Any, values: Values, first: int = 0) -> list[Estimate]:
    bounds = reach(SHOWN)
    assert bounds is not None
    instrument = Instrument(SPEC, (), model, (), (), refuse, scope=False, load=Load(bounds=bounds.tolist()))
    heard = Heard()
    instrument.log = heard
    for t, row in enumerate(values, first):
        instrument.play(Frame(t / 60.0, row))
    instrument.close()
    return heard.estimates


def refuse(error: Exception) -> None:
    raise error


def assert_believed_alike(ones: list[Estimate], others: list[Estimate]) -> None:
    for one, other in zip(ones, others, strict=True):
        np.testing.assert_array_equal(one.posterior, other.posterior)
        np.testing.assert_array_equal(one.fit, other.fit)
        assert one.winner == other.winner


@pytest.mark.parametrize("kind", HELD)
def test_wild_frames_are_believed_to_be_those_before_and_at_the_beginning_none(kind: str) -> None:
    model, clean = fitted(kind, SHOWN), movement(1, 9)
    wild, again = clean.copy(), clean.copy()
    wild[30:32], again[30:32] = [[1e4, 1e4], [-1e9, 1e4]], clean[29]
    assert_believed_alike(played(model, wild), played(model, again))
    assert_believed_alike(played(model, np.concatenate([[[1e4, -1e4]], clean])), played(model, clean, 1))


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_no_other_frame_is_touched(factor: float) -> None:
    model, values = fitted("hhmm", SHOWN), factor * movement(0, 9)
    follower = model.start()
    apart = [follower.step(Frame(t / 60.0, row)) for t, row in enumerate(values)]
    assert_believed_alike(played(model, values), apart)


def test_evaluate_holds_them_off_as_the_engine_does() -> None:
    learner = catalog.read("models", {"kind": "hhmm"}, "test")
    it = play.Opened(Corpus(tuple(SHOWN), (), (), (), 60.0), learner, ())
    model, _ = play.learn(it, SHOWN)
    one = take(1, 9)
    wild = replace(one, values=np.where(np.arange(LENGTH)[:, None] == 30, 1e4, one.values))
    found = play.play(it, model, wild)
    np.testing.assert_array_equal(found.fits, [each.fit for each in played(model, wild.values)])
    assert (found.answers[30:] == 1).all()


def test_one_that_auto_chooses_is_held_off_from_too() -> None:
    strokes, shown = fitted("strokes", SHOWN), fitted("exemplar", SHOWN)
    assert held(AutoModel(Auto(), strokes, None, ()), ())
    assert not held(AutoModel(Auto(), shown, None, ()), ())
    assert held(AutoModel(Auto(), shown, None, ()), ("derive",))
