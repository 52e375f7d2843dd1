"""The remote process's way to control: one thread hears, another tells, so that its loop never waits."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable

from gesturemap.commands import Message
from gesturemap.control.client import Client

MOST_UNSENT = 64
"""Commands that control has not taken yet."""
LOOK = 0.2
"""Seconds until the hearing thread sees that it is to end."""


class Line:
    """One line to control.

    Parameters
    ----------
    endpoint : where its door is.
    heard : called in a thread with every notice, and with None at the end.

    Raises
    ------
    DeviceError
        If nobody answers.
    """

    def __init__(self, endpoint: str, heard: Callable[[Message | None], None]) -> None:
        self._client = Client(endpoint)
        self._heard = heard
        self._unsent: queue.Queue[Message | None] = queue.Queue(MOST_UNSENT)
        self._threads = [
            threading.Thread(target=work, name="line", daemon=True) for work in (self._hear, self._tell)
        ]
        for thread in self._threads:
            thread.start()

    def tell(self, message: Message) -> bool:
        """Tell control; False where it has too much to do."""
        with contextlib.suppress(queue.Full):
            self._unsent.put_nowait(message)
            return True
        return False

    def _hear(self) -> None:
        while self._client.alive:
            for notice in self._client.poll(LOOK):
                self._heard(notice)
        self._heard(None)

    def _tell(self) -> None:
        while (message := self._unsent.get()) is not None:
            self._client.send(message)

    def close(self) -> None:
        """Hang up."""
        self._client.alive = False
        with contextlib.suppress(queue.Full):
            self._unsent.put_nowait(None)
        self._threads[0].join(2 * LOOK)
        self._client.close()
