"""The line to control: notices in, commands out, and patience when control is gone."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from gesturemap.commands import Message
from gesturemap.errors import GesturemapError

PATIENCE = 15.0
"""Seconds for which a lost control is looked for."""
EVERY = 0.5
"""Seconds between two attempts."""
AT_ONCE = 0.02
"""Seconds after which notices that have come wait for the next tick, as those about large projects take their time."""


class Line(Protocol):
    """What `gesturemap.control.client.Client` is to the window."""

    alive: bool

    def send(self, message: Message) -> None:
        """Send a command."""
        ...

    def poll(self) -> list[Message]:
        """Everything that has arrived; never waits."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


Connect = Callable[[str], Line]


class Link(QObject):
    """One line to control at a time; `tick` polls it, and calls again when it breaks."""

    came = Signal(object)
    """A notice."""
    lost = Signal(float)
    """Control is gone; the seconds for which it will still be looked for."""
    found = Signal()
    """Control is back; it sends everything anew."""
    given_up = Signal()
    """Control did not come back."""

    def __init__(
        self, endpoint: str, connect: Connect, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """Connect; without an endpoint not before `reach`.

        Raises
        ------
        DeviceError
            If nobody answers.
        """
        super().__init__()
        self._endpoint, self._connect, self._clock = endpoint, connect, clock
        self._line: Line | None = connect(endpoint) if endpoint else None
        self._gone_at = self._next = 0.0
        self._waiting: deque[Message] = deque()
        """Notices that have come and were not handed on yet."""

    def reach(self, endpoint: str) -> None:
        """Connect: control is there now.

        Raises
        ------
        DeviceError
            If nobody answers.
        """
        self._endpoint, self._line = endpoint, self._connect(endpoint)

    @property
    def alive(self) -> bool:
        """Whether control is there."""
        return self._line is not None

    def send(self, message: Message) -> None:
        """Send a command; while control is gone, commands are not kept."""
        if self._line is None:
            return
        try:
            self._line.send(message)
        except (GesturemapError, OSError):
            self._hang_up()

    def tick(self) -> None:
        """Hand on what has come; look for control when it is gone."""
        if self._line is None:
            self._look()
            return
        try:
            self._waiting.extend(self._line.poll())
            end = self._clock() + AT_ONCE
            while self._waiting:
                self.came.emit(self._waiting.popleft())
                if self._clock() >= end:
                    return
        except (GesturemapError, OSError, EOFError):
            self._hang_up()
            return
        if self._line is not None and not self._line.alive:
            self._hang_up()

    def _hang_up(self) -> None:
        self._waiting.clear()
        if self._line is not None:
            self._line.close()
        self._line = None
        self._gone_at = self._clock()
        self._next = self._gone_at + EVERY
        self.lost.emit(PATIENCE)

    def _look(self) -> None:
        now = self._clock()
        if now < self._next:
            return
        self._next = now + EVERY
        try:
            self._line = self._connect(self._endpoint)
        except GesturemapError:
            remaining = PATIENCE - (now - self._gone_at)
            (self.lost.emit(remaining) if remaining > 0 else self.given_up.emit())
            return
        self.found.emit()

    def close(self) -> None:
        """Hang up for good."""
        self._waiting.clear()
        if self._line is not None:
            self._line.close()
        self._line = None
        self._next = float("inf")
