"""What was read of another program, ready to become a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gesturemap.demonstrations import EMPTY, Demonstration
from gesturemap.errors import FileError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.plain import one_line
from gesturemap.project.exchange.lines import MOST_TAKES
from gesturemap.project.takes import new_id

EXAMPLES = "examples"
"""The label of examples that show outputs, not gestures."""


@dataclass(frozen=True)
class Imported:
    """Settings as in ``project.toml``, demonstrations, and what a person should know of both."""

    tables: dict[str, Any]
    demonstrations: tuple[Demonstration, ...]
    taken: tuple[str, ...]
    """What came over."""
    left: tuple[str, ...] = ()
    """What did not, and why."""

    @property
    def gestures(self) -> tuple[str, ...]:
        """The vocabulary: that of the settings, then labels of demonstrations."""
        return tuple(
            dict.fromkeys((*self.tables.get("gestures", ()), *(d.label for d in self.demonstrations)))
        )


class Takes:
    """Demonstrations as they are found, each with an id of its own."""

    def __init__(self, place: str, rate: float) -> None:
        self.made: list[Demonstration] = []
        self._place, self._rate, self._taken = place, rate, set[str]()

    def add(
        self,
        label: str,
        spec: Spec,
        values: Values,
        outputs: tuple[Channel, ...] = (),
        targets: Values = EMPTY,
        time: Values | None = None,
        note: str = "",
    ) -> None:
        """One more; without times, frames are as far apart as the rate says.

        Raises
        ------
        FileError
            If there are too many.
        """
        if len(self.made) >= MOST_TAKES:
            raise FileError(
                self._place,
                f"more than {MOST_TAKES} demonstrations",
                f"at most {MOST_TAKES} are read",
                "split it",
            )
        identity = new_id(label, self._taken)
        self._taken.add(identity)
        if time is None:
            spec, time = Spec(spec.channels, self._rate), np.arange(len(values)) / self._rate
        self.made.append(Demonstration(identity, label, spec, time, values, outputs, targets, note))


def names(texts: Sequence[str], else_: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of channels as gesturemap has them, and a line for each that had to change.

    Parameters
    ----------
    else_ : what a channel without a name is called, before its number.
    """
    made: dict[str, None] = {}
    told = []
    for index, text in enumerate(texts, 1):
        plain = "".join(letter if letter.isprintable() else "_" for letter in "_".join(text.split()))[:100]
        name = first = plain or f"{else_}-{index}"
        number = 1
        while name in made:
            number += 1
            name = f"{first}_{number}"
        made[name] = None
        if name != text:
            told.append(
                f"'{one_line(text, 60)}' is called {name} here: a name has no spaces, and is there once"
            )
    return tuple(made), tuple(told)
