"""The contract of every feature, and the chain that runs several as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import SettingsError
from gesturemap.features.hold import HoldRun
from gesturemap.features.thin import ThinRun
from gesturemap.frames import Channel, Frame, Spec, Values

Indices = NDArray[np.int64]


class FeatureRun(Protocol):
    """A running feature: its state from start to end of one performance or one demonstration."""

    spec: Spec
    delay: float
    """How late its output is, in seconds, for a slow movement."""

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame, never writing to it; return one, or None while there is not yet enough."""
        ...


class Feature(Protocol):
    """Settings of a feature."""

    kind: ClassVar[str]

    def start(self, spec: Spec) -> FeatureRun:
        """Size everything for frames of `spec`.

        Raises
        ------
        SettingsError
            If `spec` does not have the channels it needs.
        """
        ...


class ChainRun:
    """Several running features, one after the other; with none, frames pass as they are.

    Parameters
    ----------
    settings : the features, in order.
    spec : what comes in, C channels.
    bounds : (2, C) in front of all, values beyond these are held off where they are wild; None: none are.
    rate : frames a second that are wanted: a sensor that is much faster is thinned to it, see `ThinRun`; 0: none is.
    before : a chain of the same sensor, whose rate is known.

    Raises
    ------
    SettingsError
        If one cannot work on what it is given, saying which by its number as in ``project.toml``.
    """

    def __init__(
        self, settings: Sequence[Feature], spec: Spec, bounds: Values | None = None, rate: float = 0.0,
        before: ChainRun | None = None,
    ) -> None:  # fmt: skip
        self.runs: list[FeatureRun] = []
        came = spec
        for number, feature in enumerate(settings):
            try:
                self.runs.append(feature.start(spec))
            except SettingsError as error:
                raise SettingsError(
                    f"features[{number}], {error.place}", error.value, error.rule, error.next_step
                ) from error
            spec = self.runs[-1].spec
        self.spec = spec
        self.delay = sum(run.delay for run in self.runs)
        self._steps = [run.step for run in self.runs]
        self._thin = ThinRun(came, rate) if rate > 0.0 else None
        if self._thin is not None:
            self._steps.insert(0, self._thin.step)
            if before is not None and before._thin is not None:
                self._thin.adopt(before._thin)
        if bounds is not None and bounds.shape == (2, came.width):
            self._steps.insert(0, HoldRun(came, bounds).step)

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame through every feature."""
        result: Frame | None = frame
        for step in self._steps:
            result = step(result)  # type: ignore[arg-type]  # the loop ends at the first None
            if result is None:
                return None
        return result

    @property
    def between(self) -> bool:
        """Whether the last frame went into one that is still to come, as the sensor is thinned."""
        return self._thin is not None and self._thin.between


def select(spec: Spec, wanted: Sequence[str], place: str) -> list[int]:
    """Indices of the channels named in `wanted` (a trailing ``*`` stands for any ending); all when empty.

    Raises
    ------
    SettingsError
        If a name matches no channel.
    """
    if not wanted:
        return list(range(spec.width))
    chosen: list[int] = []
    for pattern in wanted:
        hits = [
            i
            for i, name in enumerate(spec.names)
            if name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))
        ]
        if not hits:
            raise SettingsError(
                place, f"no channel {pattern!r}", f"there are {', '.join(spec.names)}", "name one of them"
            )
        chosen += [i for i in hits if i not in chosen]
    return chosen


def renamed(spec: Spec, chosen: Sequence[int], ending: str, unit: str | None = None) -> tuple[Channel, ...]:
    """Channels made from `chosen`: ``acc_x`` -> ``acc_x<ending>``, with a new unit where given."""
    return tuple(
        Channel(spec.channels[i].name + ending, spec.channels[i].unit if unit is None else unit)
        for i in chosen
    )


def per_channel(numbers: Sequence[float], count: int, absent: float, place: str) -> NDArray[np.float64]:
    """One number for each of `count` channels, from a list of none (`absent`), one (for all) or one for each.

    Raises
    ------
    SettingsError
        If the list has another length.
    """
    if len(numbers) not in (0, 1, count):
        raise SettingsError(
            place,
            f"{len(numbers)} numbers",
            f"{count} channels are chosen",
            f"give one number for all of them or {count}",
        )
    return np.resize(np.array(numbers or [absent], dtype=np.float64), count)


def with_new(spec: Spec, chosen: Sequence[int], new: Sequence[Channel], keep: bool) -> tuple[Spec, Indices]:
    """The spec of `new` channels behind those that pass, and the indices of those.

    All channels pass when `keep`; else those that were not `chosen`.
    """
    passing = [i for i in range(spec.width) if keep or i not in set(chosen)]
    channels = (*(spec.channels[i] for i in passing), *new)
    return Spec(channels, spec.rate), np.array(passing, dtype=np.int64)


class Room:
    """The room one frame is worked in: the channels that came in, the new ones behind them.

    A kernel reads and writes `whole`, which is always writable and contiguous, whatever came in; what goes
    on is then copied out of it in one go. All channels that came in go on when `keep`; else those that were
    not `chosen`.
    """

    def __init__(self, spec: Spec, chosen: Sequence[int], new: Sequence[Channel], keep: bool) -> None:
        self.spec, passing = with_new(spec, chosen, new, keep)
        self.whole = np.zeros(spec.width + len(new))
        self.came = self.whole[: spec.width]
        """The part into which a frame's values are put."""
        going = np.append(passing, np.arange(spec.width, len(self.whole)))
        self.out: Callable[[], Values] = (
            self.whole.copy if len(going) == len(self.whole) else partial(self.whole.__getitem__, going)
        )
        """What goes on, as an array of its own."""
