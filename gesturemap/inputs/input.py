"""The contract of every input: settings that start a run, a run that reads frames."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable

from gesturemap.clock import Clock
from gesturemap.frames import Frame, Spec
from gesturemap.inner import Word


@dataclass
class Health:
    """What came in at the door, counted; senders beyond `MOST_SENDERS` share the name ``others``."""

    MOST_SENDERS: ClassVar[int] = 64
    MOST_REASONS: ClassVar[int] = 64
    """Of one sender; whatever comes, nothing grows."""

    accepted: int = 0
    """Frames given on."""
    lost: int = 0
    """Frames that never arrived, known from the sender's own counter."""
    backlog: int = 0
    """Most frames that ever came at once because nobody had read for a while; none of them is left out."""
    ignored: dict[str, Counter[str]] = field(default_factory=dict)
    """Sender -> reason -> how many packets, lines or values."""

    def ignore(self, sender: str, reason: str) -> None:
        """Count something that was not used, and why."""
        if sender not in self.ignored and len(self.ignored) >= self.MOST_SENDERS:
            sender = "others"
        reasons = self.ignored.setdefault(sender, Counter())
        if reason not in reasons and len(reasons) >= self.MOST_REASONS:
            reason = "other reasons"
        reasons[reason] += 1

    def forget(self, beginning: str) -> None:
        """Take back what was counted for reasons that begin so."""
        for sender, reasons in tuple(self.ignored.items()):
            left = Counter(
                {reason: count for reason, count in reasons.items() if not reason.startswith(beginning)}
            )
            if left:
                self.ignored[sender] = left
            else:
                del self.ignored[sender]

    @property
    def ignored_total(self) -> int:
        """How many were ignored in all."""
        return sum(sum(reasons.values()) for reasons in self.ignored.values())


class InputRun(Protocol):
    """An open input."""

    spec: Spec
    address: str
    """Where it listens, for people: ``UDP port 8001``, ``/dev/ttyACM0 at 115200``."""

    @property
    def health(self) -> Health:
        """What came in, counted."""
        ...

    def read(self, timeout: float) -> Frame | Word | None:
        """Return the next frame, or None after `timeout` seconds without one. Never raises for bad data.

        Some inputs have control words among their frames: these are given in the same order.

        Raises
        ------
        DeviceError
            If the device is gone; the run may be closed and started again.
        """
        ...

    def close(self) -> None:
        """Let go of the device; safe to call twice."""
        ...


class Input(Protocol):
    """Settings of an input."""

    kind: ClassVar[str]

    def start(self, clock: Clock) -> InputRun:
        """Open the device.

        Raises
        ------
        DeviceError, FileError
            If it cannot be opened, saying who holds it or what is missing where that can be known.
        """
        ...


@runtime_checkable
class Finds(Protocol):
    """A run that finds out by itself what its settings leave open."""

    found: dict[str, Any]
    """That, as settings; written down it is the same input for ever. Empty: nothing was left open."""


def found(run: object) -> dict[str, Any]:
    """What a run has found out by itself, as settings."""
    return run.found if isinstance(run, Finds) else {}


@runtime_checkable
class Checked(Protocol):
    """Settings of an input that know its channels without opening anything."""

    def check(self) -> Spec | None:
        """The channels; None where only the device will say.

        Raises
        ------
        SettingsError
            As `start` would.
        """
        ...
