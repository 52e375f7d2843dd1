"""The contract of every output."""

from __future__ import annotations

from typing import ClassVar, Protocol

from gesturemap.frames import Controls, Spec


class OutputRun(Protocol):
    """An open output."""

    address: str
    """Where it sends, for people: ``OSC 127.0.0.1:12000``."""
    faults: int
    """How many frames could not be sent; shown, never thrown."""

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
