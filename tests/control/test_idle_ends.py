"""Only ends that are clearly idle are trimmed: a pose, a movement without rest, and what has outputs stay whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap.control import cutting
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.project.project import assemble
from gesturemap.teaching.idle import trimmed

TABLES = {
    "project": {"name": "p"},
    "input": {"kind": "osc", "port": 0},
    "model": {"kind": "hhmm"},
    "gestures": ["wave"],
}


def taken(values: Values, rate: float = 100.0, outputs: bool = False) -> Demonstration:
    more = ((Channel("pitch"),), np.zeros((len(values), 1))) if outputs else ()
    time = np.arange(len(values)) / rate
    return Demonstration("d", "wave", Spec.of("x", "y"), time, values, *more)  # type: ignore[arg-type]


def moving(before: float, seconds: float, after: float, noise: float = 0.003, rate: float = 100.0) -> Values:
    """A circle, between two rests."""
    counts = [round(s * rate) for s in (before, seconds, after)]
    u = np.r_[np.zeros(counts[0]), np.linspace(0.0, 2.0 * np.pi, counts[1]), np.full(counts[2], 2.0 * np.pi)]
    values = np.c_[np.cos(u), np.sin(u)]
    return values + noise * np.random.default_rng(1).normal(size=values.shape)


@pytest.mark.parametrize("rate", [25.0, 100.0, 500.0])
@pytest.mark.parametrize("noise", [0.0, 0.003])
def test_both_ends(rate: float, noise: float) -> None:
    found = trimmed(taken(moving(0.8, 1.5, 1.0, noise, rate), rate))
    assert found.start == pytest.approx(0.65, abs=0.17)
    assert found.end == pytest.approx(2.45, abs=0.17)
    assert len(found) - round(3.3 * rate) in (0, 1)


def test_one_end_only_and_none() -> None:
    assert trimmed(taken(moving(0.1, 1.5, 1.0))).start == 0.0
    assert trimmed(taken(moving(0.1, 1.5, 1.0))).end > 1.5
    assert trimmed(taken(moving(0.8, 1.5, 0.1))).end == 0.0
    assert trimmed(taken(moving(0.8, 1.5, 0.1))).start > 0.3
    for whole in (moving(0.1, 1.5, 0.1), moving(0.0, 2.0, 0.0), moving(2.0, 0.0, 0.0), moving(0.2, 0.5, 2.5)):
        assert trimmed(taken(whole)).start == trimmed(taken(whole)).end == 0.0


def test_many_are_trimmed_by_one_command_each_at_its_own_ends() -> None:
    shown = [(0.8, 1.5, 1.0), (0.1, 1.5, 0.1), (1.6, 1.5, 0.1)]
    every = tuple(replace(taken(moving(*each)), id=f"d{i}") for i, each in enumerate(shown))
    project = replace(assemble(TABLES, "", "test"), demonstrations=every)
    label, changed = cutting.trim_idle(project, c.TrimIdle(["d0", "d1", "d2"]))
    assert label == "trim idle ends of 2 of wave"
    assert [len(each) for each in changed.demonstrations] == [len(each) for each in every]  # all still there
    assert changed.demonstrations[1] is every[1]
    starts = [each.start for each in changed.demonstrations]
    assert starts == pytest.approx([0.65, 0.0, 1.45], abs=0.17)
    assert changed.demonstrations[2].end == 0.0
    with pytest.raises(CommandError, match="none of them rests"):
        cutting.trim_idle(changed, c.TrimIdle(["d0", "d1", "d2"]))
    held = replace(every[0], start=0.1)
    _, again = cutting.trim_idle(replace(project, demonstrations=(held,)), c.TrimIdle(["d0"]))
    assert again.demonstrations[0].start == pytest.approx(starts[0], abs=0.05)  # as it was recorded


@pytest.mark.parametrize("frames", [0, 1, 2, 10])
def test_what_is_too_short_stays(frames: int) -> None:
    one = taken(np.zeros((frames, 2)))
    assert trimmed(one) is one


def test_outputs_stay_with_their_frames() -> None:
    one = taken(moving(0.8, 1.5, 1.0), outputs=True)
    assert trimmed(one) is one
