"""A panic while a pose is held: it is silent until that pose has been left."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap import compiled, models
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.instrument import Instrument
from gesturemap.errors import GesturemapError
from gesturemap.features import FEATURE_KERNELS
from gesturemap.frames import Frame, Spec
from gesturemap.inner import Beats
from gesturemap.project.project import assemble

SPEC = Spec.of("x", "y", rate=100.0)
POSES = {"up": (1.0, 0.0), "down": (-1.0, 0.5)}
TABLES = {
    "project": {"name": "p"},
    "input": {"kind": "osc", "port": 0},
    "model": {"kind": "gmm"},
    "outputs": [{"kind": "memory"}],
}


def refuse(error: GesturemapError) -> None:
    raise error


class Poses:
    """An instrument that knows two poses, and a hand that holds one."""

    def __init__(self, **events: float) -> None:
        compiled.load((*FEATURE_KERNELS, *models.kernels("gmm", fitting=True)))
        self.random = np.random.default_rng(3)
        tables = TABLES | {"mapping": [{"kind": "events", "hold": 0.03, "refractory": 0.05, **events}]}
        project = assemble(tables, "", "test")
        takes = [
            Demonstration(pose, pose, SPEC, np.arange(50) / 100.0, self.rows(pose, 50)) for pose in POSES
        ]
        model = fit(project, tuple(takes))
        self.instrument = Instrument(SPEC, (), model, project.mapping, project.outputs, refuse, scope=False)
        self.time = 0.0

    def rows(self, pose: str, frames: int) -> np.ndarray:
        return np.array(POSES[pose]) + self.random.normal(0.0, 0.03, (frames, 2))

    def hold(self, pose: str, seconds: float) -> list[tuple[str, str]]:
        """What happens meanwhile."""
        heard = []
        for row in self.rows(pose, round(seconds * 100.0)):
            self.time += 0.01
            events = self.instrument.play(Frame(self.time, row, self.time))
            heard += [(e.kind, e.label) for e in (*events, *self.instrument.on_time(self.time, 0.0)[1])]
        return heard


@pytest.fixture
def poses() -> Poses:
    return Poses()


def test_what_is_held_stays_silent_until_it_has_been_left(poses: Poses) -> None:
    assert poses.hold("up", 0.5) == [("began", "up")]
    assert [(e.kind, e.label) for e in poses.instrument.silence()] == [("ended", "up")]
    assert poses.hold("up", 3.0) == []
    assert poses.hold("down", 0.5) == [("began", "down")]
    assert poses.hold("up", 0.5) == [("ended", "down"), ("began", "up")]


def test_what_begins_after_a_panic_is_heard(poses: Poses) -> None:
    poses.hold("up", 0.5)
    poses.instrument.silence()
    assert poses.hold("down", 1.5) == [("began", "down")]
    assert poses.hold("up", 0.5) == [("ended", "down"), ("began", "up")]


def test_a_second_panic_and_a_rest_between_change_nothing(poses: Poses) -> None:
    poses.hold("up", 0.5)
    poses.instrument.silence()
    poses.hold("up", 0.5)
    assert poses.instrument.silence() == ()
    assert poses.hold("up", 2.0) == []
    poses.instrument.run(False)
    poses.instrument.run(True)
    assert poses.hold("down", 1.5) == [("began", "down")]
    assert poses.hold("up", 0.5) == [("ended", "down"), ("began", "up")]


def test_what_waits_for_the_beat_is_dropped_and_not_heard_though_it_is_held_on() -> None:
    poses = Poses(quantise=4.0, tempo=60.0)
    assert poses.hold("down", 0.5) == [("began", "down")]
    assert poses.hold("up", 0.5) == [("ended", "down")]
    assert poses.instrument.silence() == ()
    assert poses.hold("up", 9.0) == []
    assert poses.hold("down", 0.5) == [("began", "down")]


@pytest.mark.parametrize("pose", ["up", "down"])
def test_nor_where_beats_from_outside_lead(pose: str) -> None:
    poses = Poses(quantise=4.0)
    poses.instrument.follow(Beats(at=0.0, step=1.0, now=0.01))
    assert poses.hold("up", 0.5) == []
    poses.instrument.silence()
    assert poses.hold("up", 1.5) == []
    heard = [("began", "down")] if pose == "down" else []
    assert poses.hold(pose, 4.0) == heard
