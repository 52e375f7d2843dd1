"""What cannot be told apart is asked for also where channels do not matter, whatever chains the model has for that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesturemap import catalog, compiled, models
from gesturemap.control.alike import alike
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.library import project_folder
from gesturemap.models.relevance import Relevance
from gesturemap.project.read import read_project

SPEC = Spec.of("x m", "y m", rate=50.0)


@pytest.mark.parametrize("channel", ["acc_x", "acc_y", "acc_z"])
def test_a_channel_that_does_not_matter_for_one_gesture_leaves_five_that_are_told_apart(channel: str) -> None:
    compiled.load(models.kernels("exemplar", fitting=True))
    project = replace(
        read_project(project_folder("phone-gestures"))[0],
        features=(), learner=catalog.read("models", {"kind": "exemplar"}, "test"),
    )  # fmt: skip
    for gesture in project.gestures:
        marked = replace(project, relevance=Relevance(gestures={gesture: (channel,)}))
        assert alike(marked, fit(marked, marked.shown)) == []


def shown(label: str, number: int, rng: np.random.Generator, new: str = "") -> Demonstration:
    """A loop or an eight, a little different each time."""
    along, times = np.linspace(0.0, 2.0 * np.pi, 60), 1.0 if label == "loop" else 2.0
    values = np.stack([np.sin(times * along), 1.0 - np.cos(along)], 1) * (1.0 + 0.05 * rng.normal())
    values += 0.02 * rng.normal(size=values.shape)
    return Demonstration(f"{label}-{number}", new or label, SPEC, np.arange(60) / 50.0, values)


def test_two_names_that_were_exchanged_are_told_in_place_of_two_gestures_that_are_one() -> None:
    compiled.load(models.kernels("exemplar", fitting=True))
    rng = np.random.default_rng(1)
    some = [shown(label, n, rng) for label in ("loop", "eight") for n in range(3)]
    new = {"loop-0": "eight", "eight-1": "loop"}
    project = replace(
        read_project(project_folder("phone-gestures"))[0], gestures=("loop", "eight"), features=(),
        learner=catalog.read("models", {"kind": "exemplar"}, "test"),
        demonstrations=tuple(replace(one, label=new.get(one.id, one.label)) for one in some),
    )  # fmt: skip
    told = alike(project, fit(project, project.shown))
    assert len(told) == 2
    assert "loop-0 of 'eight' moves like 'loop'" in told[0] and "eight-1 of 'loop'" in told[1]
    same = replace(project, demonstrations=tuple(
        replace(shown("loop", n, rng), id=f"{label}-{n}", label=label) for label in new.values() for n in range(3)
    ))  # fmt: skip
    (line,) = alike(same, fit(same, same.shown))
    assert "cannot be told apart" in line
