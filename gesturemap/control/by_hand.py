"""Output values set by hand while a movement is recorded: what the sound was at each of its frames."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.frames import Channel, Values
from gesturemap.project.project import Project

HAND = "hand"
"""What goes along with a recording whose outputs are set by hand."""


def outputs(project: Project) -> tuple[Channel, ...]:
    """What can be set by hand: the outputs that demonstrations have, else those that the mapping asks for."""
    for demonstration in project.shown:
        if demonstration.outputs:
            return demonstration.outputs
    found: dict[str, Channel] = {}
    for table in project.tables()["mapping"]:
        sources = table.get("sources", ())
        for source in (
            table.get("source", ""),
            *(sources.values() if isinstance(sources, dict) else sources),
        ):
            form, _, name = str(source).partition(":")
            if form == "output" and name:
                found.setdefault(name, Channel(name))
    return tuple(found.values())


class ByHand:
    """The values that were set, and when."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._times: list[float] = []
        self._rows: list[Values] = []

    def knows(self, project: Project) -> bool:
        """Whether values were set for the outputs of this project."""
        return bool(self._rows) and self._names == tuple(each.name for each in outputs(project))

    def set(self, project: Project, values: list[float]) -> None:
        """The outputs have these values from now on.

        Raises
        ------
        CommandError
            If there are no outputs, or it is not one number for each.
        """
        names = tuple(each.name for each in outputs(project))
        if len(values) != len(names) or not np.isfinite(values).all():
            said = ", ".join(f"{value:g}" for value in values) or "nothing"
            raise CommandError(
                "output values",
                said,
                f"the outputs are {', '.join(names)}",
                "send one number for each output",
            )
        if names != self._names:
            self._names, self._times, self._rows = names, [], []
        self._times.append(time.perf_counter())
        self._rows.append(np.array(values, dtype=float))

    def begin(self) -> None:
        """A recording begins: of what was set before, only what stands now matters."""
        del self._times[:-1], self._rows[:-1]

    def joined(self, demonstration: Demonstration, began: float, project: Project) -> Demonstration:
        """The demonstration with the values that stood at each of its frames as its outputs.

        Parameters
        ----------
        began : when its first frame arrived, on the machine's clock.

        Raises
        ------
        CommandError
            If none were set.
        """
        there = outputs(project)
        if not self.knows(project):
            raise CommandError(
                f"demonstration of '{demonstration.label}'", "nothing was set by hand",
                f"{', '.join(each.name for each in there) or 'outputs'} belong to it",
                "move the sliders under Outgoing while you record",
            )  # fmt: skip
        times = began + demonstration.time - demonstration.time[:1]
        at = np.maximum(0, np.searchsorted(self._times, times, side="right") - 1)
        note = f"{demonstration.note}; set by hand".lstrip("; ")
        return replace(demonstration, outputs=there, targets=np.array(self._rows)[at], note=note)
