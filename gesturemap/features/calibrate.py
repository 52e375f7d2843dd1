"""Calibrate: physical units, zero at rest, ranges to 0..1, and which channels go on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from gesturemap import units
from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.features.feature import per_channel, select
from gesturemap.frames import Channel, Frame, Spec, Values


@dataclass(frozen=True)
class Calibrate:
    """Scale, move and limit channels: ``(value * scale + offset - rest - low) / (high - low)``.

    Every list has one number per chosen channel, or one number for all, or is empty for "leave it".
    """

    kind: ClassVar[str] = "calibrate"

    columns: tuple[str, ...] = setting((), "channels it works on, such as acc_x or acc*; empty: all")
    keep: str = setting(
        "all", "which channels go on: all, or only the chosen ones", choices=("all", "selected")
    )
    scale: tuple[float, ...] = setting(
        (), "factor to the new unit, never 0; empty: known by the units, such as g and m/s2, else 1"
    )
    offset: tuple[float, ...] = setting((), "added after scaling, in the new unit")
    unit: str = setting(
        "",
        "the new unit; empty: as it was (a range of 0..1 has none); one of another kind, such as rad/s for m/s2, "
        "wants a scale",
    )
    rest: tuple[float, ...] = setting((), "values at rest, in the new unit; they become 0")
    low: tuple[float, ...] = setting((), "what becomes 0, in the new unit, rest taken off")
    high: tuple[float, ...] = setting((), "what becomes 1, in the new unit, rest taken off")
    clip: bool = setting(True, "values outside of low..high become 0 or 1")

    def start(self, spec: Spec) -> CalibrateRun:
        """Size everything for frames of `spec`."""
        return CalibrateRun(self, spec)

    def factors(self, spec: Spec, chosen: list[int]) -> Values:
        """What each chosen channel is multiplied by to be in the new unit.

        Raises
        ------
        SettingsError
            If a channel measures something else than the new unit, and no scale makes it that.
        """
        if self.scale or not self.unit:
            return per_channel(self.scale, len(chosen), 1.0, "calibrate, scale")
        olds = [spec.channels[i].unit for i in chosen]
        alike = units.dimension(self.unit)
        other = next(
            (i for i in chosen if alike and units.dimension(spec.channels[i].unit) not in ("", alike)), None
        )
        if other is not None:
            name, old = spec.channels[other].name, spec.channels[other].unit
            raise SettingsError(
                "calibrate, unit", f"{name} in {old}", f"{old} cannot become {self.unit}",
                "give a scale, or leave the unit, or name by columns the channels that it is for",
            )  # fmt: skip
        return np.array(
            [units.factor(old, self.unit) if alike and units.dimension(old) == alike else 1.0 for old in olds]
        )

    def measured(self, spec: Spec, rest: Values, movement: Values | None = None) -> Calibrate:
        """These settings with `rest` from a recording of rest (T, C), `low` and `high` from one of movement.

        `rest` is the median; `low` and `high` are what `movement` reaches, rest taken off: each channel by
        itself, unlike with `rotate`. Without `movement` they stay.

        Raises
        ------
        SettingsError
            If a chosen channel was never a number at rest, or does not move.
        """
        chosen = select(spec, self.columns, "calibrate, columns")
        count = len(chosen)
        scale = self.factors(spec, chosen)
        offset = per_channel(self.offset, count, 0.0, "calibrate, offset")

        def scaled(values: Values) -> list[Values]:
            columns = (values[:, chosen] * scale + offset).T
            return [column[np.isfinite(column)] for column in columns]

        still = scaled(rest)
        silent = [spec.names[i] for i, column in zip(chosen, still, strict=True) if not len(column)]
        if silent:
            raise SettingsError(
                "calibrate, rest", f"no number of {', '.join(silent)}", "rest is measured on a sensor that sends",
                "record again, or leave the channel out by columns",
            )  # fmt: skip
        zero = [float(np.median(column)) for column in still]
        found = replace(self, rest=tuple(zero))
        if movement is None:
            return found
        ends = [
            (column.min() - at, column.max() - at) if len(column) else (0.0, 0.0)
            for column, at in zip(scaled(movement), zero, strict=True)
        ]
        fixed = [spec.names[i] for i, (low, high) in zip(chosen, ends, strict=True) if low == high]
        if fixed:
            raise SettingsError(
                "calibrate, low and high", f"no movement in {', '.join(fixed)}", "a range is measured on a movement",
                "move the sensor, or leave the channel out by columns",
            )  # fmt: skip
        return replace(
            found, low=tuple(float(low) for low, _ in ends), high=tuple(float(high) for _, high in ends)
        )


class CalibrateRun:
    """A running calibration; it has no memory."""

    delay = 0.0

    def __init__(self, settings: Calibrate, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "calibrate, columns")
        count = len(chosen)
        ranged = bool(settings.low or settings.high)
        scale = settings.factors(spec, chosen)
        low = per_channel(settings.low, count, 0.0, "calibrate, low")
        high = per_channel(settings.high, count, 1.0, "calibrate, high")
        if (scale == 0.0).any():
            raise SettingsError(
                "calibrate, scale", "0", "a factor is never 0", "leave the channel out by columns and keep"
            )
        if ranged and (low == high).any():
            flat = float(low[low == high][0])
            raise SettingsError(
                "calibrate, low and high", f"both {flat}", "low and high differ", "move one of them"
            )
        width = high - low if ranged else np.ones(count)
        moved = (
            per_channel(settings.rest, count, 0.0, "calibrate, rest")
            + low * ranged
            - per_channel(settings.offset, count, 0.0, "calibrate, offset")
        )
        # one subtraction and one product per channel, so that a value at rest gives exactly 0
        zero, factor = np.zeros(spec.width), np.ones(spec.width)
        floor, ceiling = np.full(spec.width, -np.inf), np.full(spec.width, np.inf)
        zero[chosen], factor[chosen] = moved / scale, scale / width
        if ranged:
            floor[chosen], ceiling[chosen] = 0.0, 1.0

        going = chosen if settings.keep == "selected" else list(range(spec.width))
        self._take = None if going == list(range(spec.width)) else np.array(going)
        self._zero, self._factor = zero[going], factor[going]
        self._floor, self._ceiling = floor[going], ceiling[going]
        self._clip = settings.clip and ranged
        changed = set(chosen) if ranged or settings.unit else set()
        self.spec = Spec(
            tuple(
                Channel(spec.channels[i].name, settings.unit) if i in changed else spec.channels[i]
                for i in going
            ),
            spec.rate,
        )

    def step(self, frame: Frame) -> Frame:
        """Take one frame; a value that is no number stays so, for this frame only."""
        values = frame.values if self._take is None else frame.values[self._take]
        out = values - self._zero
        out *= self._factor
        if self._clip:
            np.maximum(out, self._floor, out=out)
            np.minimum(out, self._ceiling, out=out)
        return Frame(frame.time, out, frame.arrived)
