"""Angles that leap where a turn begins anew: told where it happens, mended by their cosine and sine, and only there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesturemap.commands import Configure
from gesturemap.demonstrations import Demonstration
from gesturemap.features.derive import Derive
from gesturemap.features.expression import Expression
from gesturemap.features.quaternion import Quaternion
from gesturemap.frames import Spec
from gesturemap.models.exemplar import Exemplar
from gesturemap.teaching.critique import checks, wraps
from gesturemap.teaching.critique.doctor.causes import causes
from gesturemap.teaching.critique.doctor.patient import Patient
from gesturemap.teaching.leave_one_out import opened
from gesturemap.teaching.play import learn

RATE = 50.0
SPREAD, EACH = 45.0, 8
HEADINGS = {"left": 40.0, "right": -40.0, "nod": 0.0}
"""How far one turns, degrees."""


def shown(middle: float, unit: str = "deg") -> list[Demonstration]:
    """Five of each, to a side and back, from about a heading at which one stands otherwise each time."""
    rng, made = np.random.default_rng(3), []
    for label, wide in HEADINGS.items():
        for number in range(EACH):
            along = np.sin(np.linspace(0.0, np.pi, 60))
            yaw = (middle + rng.normal(0.0, SPREAD) + wide * along) % 360.0
            pitch = 0.2 + (20.0 if label == "nod" else 2.0) * along + rng.normal(0.0, 0.3, 60)
            values = np.column_stack([yaw, pitch]) * (np.pi / 180.0 if unit == "rad" else 1.0)
            spec = Spec.of(f"yaw {unit}", f"pitch {unit}", rate=RATE)
            made.append(Demonstration(f"{label}-{number}", label, spec, np.arange(60) / RATE, values))
    return made


def found(some, features=()):
    it = opened(Exemplar(), some, RATE)._replace(features=features)
    return list(wraps.findings(it)), it


@pytest.mark.parametrize("unit", ["deg", "rad"])
def test_the_channel_is_named_with_what_mends_it(unit: str) -> None:
    (one,), _ = found(shown(0.0, unit), (Derive(),))
    assert (one.kind, one.channel) == ("wraps", "yaw")
    assert one.command == Configure("features", [{"kind": "angle", "columns": ["yaw"]}, {"kind": "derive"}])
    assert one.figures["leaps"] >= one.figures["demonstrations"] == len(one.demonstrations) >= 3
    assert found(shown(180.0, unit))[0] == []  # nobody turns past where it begins anew


def test_where_a_feature_wants_the_angle_itself_nothing_is_done_to_it() -> None:
    one = found(shown(0.0), (Expression(("half deg = yaw / 2",)),))[0][0]
    assert one.channel == "yaw" and one.command is None


def test_an_angle_that_a_feature_makes_is_mended_behind_it() -> None:
    some = []
    for one in shown(180.0):
        half = np.radians(one.values[:, 0]) / 2.0
        values = np.column_stack([np.cos(half), 0.0 * half, 0.0 * half, np.sin(half)])
        some.append(
            replace(one, spec=Spec.of("quat_w", "quat_x", "quat_y", "quat_z", rate=RATE), values=values)
        )
    (one,), _ = found(some, (Quaternion(output=("euler",)),))
    assert one.channel == "pose_yaw"
    assert [table["kind"] for table in one.command.table] == ["quaternion", "angle"]


def test_checks_tell_it_and_the_doctor_measures_what_it_brings() -> None:
    some = shown(0.0)
    it = opened(Exemplar(), some, RATE)
    assert "wraps" in {one.kind for one in checks.findings(some, it, learn(it, some)[0])}
    first = next(
        cause for cause in causes(Patient(some, it, usual=Exemplar())) if cause.finding.kind == "wraps"
    )
    assert first.stage == "features" and first.finding.figures["gain"] > 0.1
