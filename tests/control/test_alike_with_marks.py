"""What cannot be told apart is asked for also where channels do not matter, whatever chains the model has for that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gesturemap import catalog, compiled, models
from gesturemap.control.alike import alike
from gesturemap.control.trainer import fit
from gesturemap.library import project_folder
from gesturemap.models.relevance import Relevance
from gesturemap.project.read import read_project


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
