"""Pca: few channels that say most of what many do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Room, per_channel, select
from gesturemap.features.project import project
from gesturemap.frames import Channel, Frame, Spec, Values


@dataclass(frozen=True)
class Pca:
    """Project channels on principal components that were fitted before (`measured`), never while playing.

    Channels of different units are divided by their spread first (`scale`); a component of channels of one
    unit keeps it. Without components nothing is projected.

    Source: Jolliffe, "Principal Component Analysis", 2002, 3.1 (singular value decomposition).
    """

    kind: ClassVar[str] = "pca"

    columns: tuple[str, ...] = setting((), "channels to project, such as acc*; empty: all")
    components: tuple[tuple[float, ...], ...] = setting(
        (), "one list for each new channel: the weight of each chosen channel; empty: nothing is projected"
    )
    mean: tuple[float, ...] = setting((), "taken off each chosen channel first")
    scale: tuple[float, ...] = setting((), "divides each chosen channel after that", low=1e-12)
    name: str = setting("pc", "the new channels are called so, and a number from 1")
    keep: bool = setting(False, "the chosen channels go on beside them; else these take their place")

    def start(self, spec: Spec) -> PcaRun:
        """Size everything for frames of `spec`."""
        return PcaRun(self, spec)

    def measured(self, spec: Spec, recordings: Sequence[Values], count: int = 0, share: float = 0.95) -> Pca:
        """These settings with components fitted on recordings, each (T, C).

        `count` components, or with 0 as many as explain `share` of the variance; orthonormal, the greatest
        weight of each positive. Frames with a value that is no number are left out.

        Raises
        ------
        SettingsError
            If there are more components asked for than channels, or fewer than two frames, or no movement.
        """
        chosen = select(spec, self.columns, "pca, columns")
        frames = np.concatenate([values[:, chosen] for values in recordings] or [np.zeros((0, len(chosen)))])
        frames = frames[np.isfinite(frames).all(axis=1)]
        spread = frames.std(axis=0) if len(frames) else np.zeros(len(chosen))
        if not 0 <= count <= len(chosen) or not (spread > 0.0).any():
            raise SettingsError(
                "pca, components", f"{count} asked for of {len(chosen)} channels, {len(frames)} frames",
                "they are fitted on a movement, and at most as many as there are channels",
                "give recordings in which the channels move",
            )  # fmt: skip
        mixed = len({spec.channels[i].unit for i in chosen}) > 1
        mean, scale = (
            frames.mean(axis=0),
            np.where(spread > 0.0, spread, 1.0) if mixed else np.ones(len(chosen)),
        )
        found, rows = np.linalg.svd((frames - mean) / scale, full_matrices=False)[1:]
        explained = np.cumsum(found**2) / np.sum(found**2)
        rows = rows[: count or int(np.searchsorted(explained, share - 1e-12)) + 1]
        greatest = np.abs(rows).argmax(axis=1)
        rows = rows * np.sign(rows[np.arange(len(rows)), greatest])[:, None]
        return replace(
            self,
            components=tuple(tuple(row) for row in rows.tolist()),
            mean=tuple(mean.tolist()),
            scale=tuple(scale.tolist()) if mixed else (),
        )


class PcaRun:
    """A running projection; a value that is no number counts as the last one again."""

    delay = 0.0

    def __init__(self, settings: Pca, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "pca, columns")
        count = len(chosen)
        for number, row in enumerate(settings.components):
            if len(row) != count:
                raise SettingsError(
                    f"pca, components[{number}]", f"{len(row)} weights", f"{count} channels are chosen",
                    "choose by columns those it was fitted on",
                )  # fmt: skip
        units = {spec.channels[i].unit for i in chosen}
        unit = units.pop() if len(units) == 1 and not settings.scale else ""
        new = [Channel(f"{settings.name}_{i + 1}", unit) for i in range(len(settings.components))]
        self._room = Room(spec, chosen, new, settings.keep or not new)
        self.spec = self._room.spec
        scale = per_channel(settings.scale, count, 1.0, "pca, scale")
        self._settled = (
            np.array(chosen, dtype=np.int64),
            np.arange(spec.width, spec.width + len(new)),
            per_channel(settings.mean, count, 0.0, "pca, mean"),
            np.array(settings.components, dtype=np.float64).reshape(-1, count) / scale,
            np.full(count, np.nan),
        )

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        project(room.whole, *self._settled)
        return Frame(frame.time, room.out(), frame.arrived)
