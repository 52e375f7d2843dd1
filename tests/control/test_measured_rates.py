"""How fast demonstrations are where nobody says so, and features that are too quick for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesturemap.control.pace import measured, paced, startable
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import SettingsError
from gesturemap.frames import Spec
from gesturemap.project.project import Project, assemble


def shown(number: int, rate: float, nominal: float = 0.0, frames: int = 120) -> Demonstration:
    """A wave with times that jitter about an even rate."""
    rng = np.random.default_rng(number)
    time = (np.arange(frames) + rng.uniform(-0.3, 0.3, frames)) / rate
    wave = np.sin(np.outer(time, [5.0, 3.0]) + number % 2) + rng.normal(0.0, 0.02, (frames, 2))
    return Demonstration(str(number), "ab"[number % 2], Spec.of("x", "y", rate=nominal), time, wave)


def project(*demonstrations: Demonstration, frequency: float = 40.0, rate: float = 0.0) -> Project:
    tables = {
        "project": {"name": "small"},
        "input": {"kind": "osc", "port": 0, "arguments": ["x", "y"], "rate": rate},
        "features": [{"kind": "biquad", "frequency": frequency}],
        "model": {"kind": "hhmm"},
        "gestures": ["a", "b"],
    }
    return replace(assemble(tables, "", "test"), demonstrations=demonstrations)


def test_the_rate_is_that_of_the_times_whatever_one_recording_lost() -> None:
    takes = [shown(n, 60.1) for n in range(4)]
    assert measured(takes) == pytest.approx(60.1, abs=0.5)
    torn = replace(takes[0], time=np.where(np.arange(120) < 60, 0.0, 30.0) + takes[0].time)
    assert measured([torn, *takes[1:]]) == pytest.approx(60.1, abs=0.5)
    still = replace(takes[0], time=np.zeros(120))
    assert measured([still, shown(1, 60.0, frames=1)]) == 0.0
    startable(project(still), [still])


def test_a_frequency_beyond_the_measured_rate_is_refused_by_training() -> None:
    takes = tuple(shown(n, 60.0) for n in range(4))
    with pytest.raises(
        SettingsError, match=r"biquad, frequency: 40 Hz; .* below .* Hz is measured on the demon"
    ):
        fit(project(*takes), takes)
    fit(project(*takes, frequency=20.0), takes)


def test_a_rate_that_is_known_goes_before_the_measured_one() -> None:
    takes = tuple(shown(n, 60.0) for n in range(4))
    assert paced(project(*takes, rate=200.0), takes).rate == 200.0
    fit(project(*takes, rate=200.0), takes)
    named = tuple(shown(n, 60.0, nominal=100.0) for n in range(4))
    assert paced(project(*named, rate=50.0), named).rate == 100.0
    with pytest.raises(SettingsError, match="50 frames a second can only hold what is below 25 Hz; lower it"):
        fit(project(*takes, rate=50.0), takes)
