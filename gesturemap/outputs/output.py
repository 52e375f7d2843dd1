"""The contract of every output."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from gesturemap.catalog import CONTROL_KEYS, setting
from gesturemap.errors import GesturemapError, SettingsError
from gesturemap.frames import Controls, Spec


@dataclass(frozen=True)
class FailSafe:
    """Settings that every output has: what it does when the sensor falls silent."""

    kind: ClassVar[str] = ""
    patient: ClassVar[bool] = False
    """Whether who is sent to does not see our end, and waits for what was not said yet."""

    hold: float = setting(
        2.0, "how long it holds when the sensor falls silent", unit="s", low=0.0, high=3600.0
    )
    fade: float = setting(1.0, "how long it then takes to go to rest", unit="s", low=0.0, high=3600.0)
    neutral: dict[str, float] = setting(
        {}, "control -> its value at rest here; others: that of their mapping", names=CONTROL_KEYS
    )

    def check(self, controls: Spec) -> None:
        """Whether these settings make sense for these controls; nothing is opened.

        Raises
        ------
        SettingsError
            If they do not.
        """
        known(self.neutral, controls, f"outputs, {self.kind}, neutral")

    def middles(self, controls: Spec) -> dict[str, float]:
        """Controls that rest in the middle here where nobody has said at what value, and that value."""
        return {}

    def strangers(self, labels: Sequence[str]) -> list[SettingsError]:
        """What is said of gestures that these settings name and that there are not; the rest plays."""
        return []

    def hosts(self) -> list[str]:
        """The machines it sends to, by name or address."""
        return []


def known(names: Iterable[str], controls: Spec, place: str) -> None:
    """See that controls which settings name are there; where there are none yet, as without a model, all may be.

    Raises
    ------
    SettingsError
        If one is not.
    """
    for name in names if controls.width else ():
        if name not in controls.names:
            near = difflib.get_close_matches(name, controls.names, 1)
            raise SettingsError(
                place,
                f"no control {name!r}",
                f"there are {', '.join(controls.names)}",
                f"did you mean '{near[0]}'?" if near else "name one of them",
            )


def numbered(error: GesturemapError, number: int) -> GesturemapError:
    """An error in the settings of the output of this number, from 0, that says which it is."""
    return error.at(error.place.replace("outputs, ", f"outputs[{number}] ", 1))


class OutputRun(Protocol):
    """An open output.

    One with a method ``retarget(names)`` can go on for other controls; others are opened anew for them.
    """

    address: str
    """Where it sends, for people: ``OSC 127.0.0.1:12000``."""

    @property
    def faults(self) -> int:
        """How many frames could not be sent; shown, never thrown."""
        ...

    def send(self, controls: Controls) -> None:
        """Send one frame of controls and its events, in order. Never raises, never waits."""
        ...

    def silence(self) -> None:
        """Panic: whatever sounds or is held ends now."""
        ...

    def close(self) -> None:
        """Let go; safe to call twice."""
        ...


class Output(Protocol):
    """Settings of an output."""

    kind: ClassVar[str]

    def start(self, controls: Spec) -> OutputRun:
        """Open it for frames of these controls.

        Raises
        ------
        DeviceError
            If it cannot be opened.
        """
        ...
