"""A new model or mapping takes over without a jump: real models, trained again and again while it plays."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gesturemap import compiled, models
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.instrument import Instrument
from gesturemap.errors import GesturemapError
from gesturemap.features import FEATURE_KERNELS
from gesturemap.frames import Frame, Spec, Values
from gesturemap.mapping.morph import Morph
from gesturemap.mapping.range import Range
from gesturemap.project.project import Project, assemble

SPEC = Spec.of("x", "y", rate=100.0)
TABLES = {
    "project": {"name": "p"},
    "input": {"kind": "osc", "port": 0},
    "model": {"kind": "gmm"},
    "mapping": [
        {"kind": "range", "source": "posterior:circle", "control": "pad.level"},
        {
            "kind": "range",
            "source": "confidence",
            "control": "pad.brightness",
            "to_low": 100.0,
            "to_high": 900.0,
        },
    ],
}
WIDTHS = np.array([1.0, 800.0])


def movement(label: str, seed: int, frames: int = 100) -> Values:
    u = np.linspace(0.0, 1.0, frames)
    rng = np.random.default_rng(seed)
    shapes = {"circle": [np.cos(2 * np.pi * u), np.sin(2 * np.pi * u)], "line": [2.0 * u - 1.0, 0.3 * u]}
    return np.stack(shapes[label], axis=1) + rng.normal(0.0, 0.05, (frames, 2))


def taught(round_: int) -> Project:
    """The project after another few demonstrations, each round labelled the other way round."""
    compiled.load((*FEATURE_KERNELS, *models.kernels("gmm", fitting=True)))
    labels = ("circle", "line") if round_ % 2 else ("line", "circle")
    time = np.arange(100) / 100.0
    takes = [
        Demonstration(str(i), label, SPEC, time, movement(shape, 7 * round_ + i))
        for i, (label, shape) in enumerate(zip(labels, ("circle", "line"), strict=True))
    ]
    return replace(assemble(TABLES, "", "test"), gestures=("circle", "line"), demonstrations=tuple(takes))


def refuse(error: GesturemapError) -> None:
    raise error


def made(project: Project, model: models.model.Model, before: Instrument | None) -> Instrument:
    return Instrument(SPEC, project.features, model, project.mapping, (), refuse, scope=False, before=before)


def played(seconds: float) -> tuple[Values, Values, Values]:
    """What is sent, what the mapping of the moment says by itself, and in which frames a new model came."""
    stream = np.concatenate([movement("circle" if i % 3 else "line", 100 + i) for i in range(8)])
    playing: Instrument | None = None
    alone: Instrument | None = None
    sent, said, swapped = [], [], []
    for i, row in enumerate(stream):
        if playing is None or alone is None or i % 90 == 0:
            project = taught(i // 90)
            project = replace(project, mapping=(*project.mapping, Morph(seconds)))
            model = fit(project, project.demonstrations)
            if playing is not None:
                playing.hand_over()
            playing, alone = made(project, model, playing), made(project, model, None)
            swapped.append(i)
        for one in (playing, alone):
            one.play(Frame(i / 100.0, row, i / 100.0))
        sent.append(playing.controls.values)
        said.append(alone.controls.values)
    return np.array(sent), np.array(said), np.array(swapped)


@pytest.mark.long
@pytest.mark.parametrize("seconds", [0.15, 0.5])
def test_over_retrains_no_step_is_larger_than_the_stated_slew(seconds: float) -> None:
    sent, said, swapped = played(seconds)
    steps, own = np.abs(np.diff(sent, axis=0)), np.abs(np.diff(said, axis=0))
    own[swapped[1:] - 1] = 0.0  # from the old mapping to the new one is no step of either
    slew = WIDTHS * 0.01 / seconds
    assert (steps <= own + slew + 1e-9).all()
    assert len(swapped) == 9
    after = np.concatenate(
        [np.arange(at + math.ceil(seconds * 100) + 1, at + 90) for at in swapped if at < 700]
    )
    assert np.array_equal(sent[after], said[after]), "then it is the new mapping to the bit"


@pytest.mark.long
def test_without_a_morph_the_same_retrains_do_jump() -> None:
    sent, said, swapped = played(0.0)
    assert np.array_equal(sent, said)
    steps = np.abs(np.diff(sent, axis=0))[swapped[1:] - 1]
    assert (steps > 0.5 * WIDTHS).any()


def test_another_mapping_takes_over_what_has_the_same_name() -> None:
    project = taught(1)
    model = fit(project, project.demonstrations)
    first = made(project, model, None)
    row = movement("circle", 1)[50]
    for i in range(20):
        first.play(Frame(i / 100.0, row))
    was = dict(zip(first.mapping_run.controls.names, first.controls.values.tolist(), strict=True))
    first.hand_over()
    other = (Range("always", "new"), Range("always", "pad.level", to_high=-5.0))
    second = made(replace(project, mapping=other), model, first)
    assert second.controls.values.tolist() == [0.0, was["pad.level"]], (
        "so a sensor that is silent stays there"
    )
    values = []
    for i in range(20, 60):
        second.play(Frame(i / 100.0, row))
        values.append(second.controls.values)
    assert np.array(values)[:, 0].tolist() == [1.0] * 40
    level = np.array([was["pad.level"], *np.array(values)[:, 1]])
    assert np.abs(np.diff(level)).max() <= abs(-5.0 - was["pad.level"]) * 0.01 / 0.15 + 1e-9
    assert level[-1] == -5.0


def test_a_restart_ends_the_way_over() -> None:
    project = taught(1)
    model = fit(project, project.demonstrations)
    first = made(project, model, None)
    first.play(Frame(0.0, np.zeros(2)))
    first.hand_over()
    second = made(replace(project, mapping=(Range("always", "pad.level"),)), model, first)
    second.restart()
    second.play(Frame(0.01, np.zeros(2)))
    assert second.controls.values.tolist() == [1.0]


@pytest.mark.parametrize(("fade", "frames"), [(-1.0, 15), (0.4, 40), (0.0, 0)])
def test_a_scene_may_say_itself_how_long_it_takes_to_go_over(fade: float, frames: int) -> None:
    project = taught(1)
    model = fit(project, project.demonstrations)
    first = made(project, model, None)
    first.play(Frame(0.0, np.zeros(2)))
    first.hand_over()
    mapping = (Range("always", "pad.level", to_high=-5.0),)
    second = Instrument(
        SPEC, project.features, model, mapping, (), refuse, scope=False, before=first, fade=fade
    )  # fmt: skip
    values = []
    for i in range(1, 60):
        second.play(Frame(i / 100.0, np.zeros(2)))
        values.append(second.controls.values[0])
    assert abs(values.index(-5.0) - frames) <= 1
