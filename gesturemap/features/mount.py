"""Mount: vectors turned by a matrix, as a sensor that is strapped on otherwise sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.features.feature import select
from gesturemap.features.project import project
from gesturemap.frames import Frame, Spec


@dataclass(frozen=True)
class Mount:
    """Vectors of D channels each, one after the other, each multiplied by the same matrix (D, D).

    With a rotation, directions seen from a sensor become those seen from where it was strapped on before; the
    sound check measures it. Names and units stay.
    """

    kind: ClassVar[str] = "mount"

    columns: tuple[str, ...] = setting((), "x, y, z of one vector or more, such as acc*, gyr*; empty: all")
    matrix: tuple[float, ...] = setting((), "row after row, D x D numbers; empty: nothing is turned")

    def start(self, spec: Spec) -> MountRun:
        """Size everything for frames of `spec`."""
        return MountRun(self, spec)


class MountRun:
    """Running; a value that is no number counts as the last one again."""

    delay = 0.0

    def __init__(self, settings: Mount, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "mount, columns") if settings.matrix else []
        size = round(len(settings.matrix) ** 0.5)
        if size * size != len(settings.matrix) or (size and len(chosen) % size):
            raise SettingsError(
                "mount, matrix", f"{len(settings.matrix)} numbers for {len(chosen)} channels",
                "9 numbers turn vectors of three channels, 4 those of two", "name whole vectors by columns",
            )  # fmt: skip
        if not np.isfinite(settings.matrix).all():
            raise SettingsError("mount, matrix", "a number is not finite", "9 numbers, or 4", "mend it")
        self.spec = spec
        matrix = np.reshape(np.array(settings.matrix, np.float64), (size, size))
        places, vectors = np.array(chosen, np.int64), len(chosen) // size if size else 0
        self._settled = (
            places, places, np.zeros(len(chosen)), np.kron(np.eye(vectors), matrix), np.full(len(chosen), np.nan)
        )  # fmt: skip

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        out = frame.values.copy()
        project(out, *self._settled)
        return Frame(frame.time, out, frame.arrived)
