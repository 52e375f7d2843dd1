"""Rotate: calibration that keeps directions and proportions of whole vectors."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.features.feature import select
from gesturemap.features.project import project
from gesturemap.frames import Channel, Frame, Spec, Values


@dataclass(frozen=True)
class Rotate:
    """Turn a sensor's frame so that gravity at rest is along z, and scale each vector as a whole.

    Unlike with `calibrate`, what was at right angles stays so: a circle stays a circle however the sensor
    was strapped on. The chosen channels are vectors x, y, z one after the other (acceleration, rotation
    speed, magnetic field of one sensor), all turned alike; `rest` is the first of them at rest. Which way it
    faces about z is left as it is: gravity does not tell.

    Source: the smallest rotation from one direction to another, Rodrigues' formula.
    """

    kind: ClassVar[str] = "rotate"

    columns: tuple[str, ...] = setting((), "x, y, z of one vector or more, such as acc*, gyr*; empty: all")
    rest: tuple[float, ...] = setting((), "x, y, z of the first vector at rest; empty: it is left as it is")
    how: str = setting(
        "turn",
        "what becomes of rest: it comes to point along z, it is taken off, or both (turned, and 0 at rest)",
        choices=("turn", "remove", "both"),
    )
    reach: tuple[float, ...] = setting(
        (), "length that becomes 1, for each vector or one for all; empty: units stay", low=1e-12
    )

    def start(self, spec: Spec) -> RotateRun:
        """Size everything for frames of `spec`."""
        return RotateRun(self, spec)

    def measured(self, spec: Spec, rest: Values, movement: Values | None = None) -> Rotate:
        """These settings with `rest` from a recording of rest (T, C) and `reach` from one of large movement.

        `rest` is the median of its vectors, `reach` the longest vector of each kind in `movement`, rest
        taken off the first where `how` says so. Without `movement`, `reach` stays.

        Raises
        ------
        SettingsError
            If the chosen channels are no vectors, or were never numbers, or nothing moved.
        """
        chosen = _vectors(self.columns, spec)
        if not chosen:
            raise SettingsError(
                "rotate, columns", f"channels {', '.join(spec.names)}", "vectors have three channels each",
                "choose x, y, z by columns",
            )  # fmt: skip
        still = rest[:, chosen[:3]]
        still = still[np.isfinite(still).all(axis=1)]
        if not len(still):
            raise SettingsError(
                "rotate, rest", "no frame of numbers", "rest is measured on a sensor that sends",
                "hold the sensor still while recording",
            )  # fmt: skip
        found = replace(self, rest=tuple(np.median(still, axis=0).tolist()))
        if movement is None:
            return found
        vectors = movement[:, chosen].reshape(len(movement), -1, 3).copy()
        if self.how != "turn":
            vectors[:, 0] -= found.rest
        lengths = np.linalg.norm(vectors, axis=2)
        reach = np.max(lengths, axis=0, initial=0.0, where=np.isfinite(lengths))
        if not (reach > 0.0).all():
            raise SettingsError(
                "rotate, reach", "no movement", "the reach is measured on a movement",
                "move the sensor as far as you will",
            )  # fmt: skip
        return replace(found, reach=tuple(reach.tolist()))


def to_z(direction: Values) -> Values:
    """(3, 3) the smallest rotation that turns `direction` (3,), of any length, to point along z."""
    x, y, z = direction / math.sqrt(float(direction @ direction))
    if z < -1.0 + 1e-12:
        return np.diag([1.0, -1.0, -1.0])  # upside down: half a turn about x
    cross = np.array([[0.0, 0.0, -x], [0.0, 0.0, -y], [x, y, 0.0]])
    turned: Values = np.eye(3) + cross + cross @ cross / (1.0 + z)
    return turned


def _vectors(columns: tuple[str, ...], spec: Spec) -> list[int]:
    """Indices of the chosen channels; none if they are no vectors."""
    chosen = select(spec, columns, "rotate, columns")
    return chosen if len(chosen) % 3 == 0 else []


class RotateRun:
    """A running rotation; a value that is no number counts as the last one again."""

    delay = 0.0

    def __init__(self, settings: Rotate, spec: Spec) -> None:
        chosen = _vectors(settings.columns, spec)
        vectors = len(chosen) // 3
        if (settings.rest or settings.reach or settings.columns) and not chosen:
            raise SettingsError(
                "rotate, columns", f"{len(select(spec, settings.columns, 'rotate, columns'))} channels",
                "vectors have three channels each", "choose x, y, z by columns",
            )  # fmt: skip
        if settings.rest and (len(settings.rest) != 3 or not any(settings.rest)):
            raise SettingsError(
                "rotate, rest", str(list(settings.rest)), "x, y, z of a vector that is not 0",
                "measure it while the sensor lies still",
            )  # fmt: skip
        if len(settings.reach) not in (0, 1, vectors):
            raise SettingsError(
                "rotate, reach", f"{len(settings.reach)} numbers", f"{vectors} vectors are chosen",
                f"give one number for all of them or {vectors}",
            )  # fmt: skip
        rest = np.array(settings.rest or (0.0, 0.0, 0.0))
        turn = to_z(rest) if settings.rest and settings.how != "remove" else np.eye(3)
        factor = 1.0 / np.resize(settings.reach or (1.0,), vectors)
        zero = np.zeros(len(chosen))
        if settings.how != "turn":
            zero[:3] = rest[: len(zero)]
        unitless = set(chosen) if settings.reach else set()
        self.spec = Spec(
            tuple(Channel(c.name, "" if i in unitless else c.unit) for i, c in enumerate(spec.channels)),
            spec.rate,
        )
        places = np.array(chosen, dtype=np.int64)
        self._settled = (places, places, zero, np.kron(np.diag(factor), turn), np.full(len(chosen), np.nan))

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        out = frame.values.copy()
        project(out, *self._settled)
        return Frame(frame.time, out, frame.arrived)
