"""The engine's line to control: commands wait here until the loop has time between two frames."""

from __future__ import annotations

import threading
from collections import deque
from multiprocessing.connection import Connection

from gesturemap.codec import decode, encode
from gesturemap.commands import Message, Quit
from gesturemap.errors import CommandError


class Link:
    """Messages in both directions over one pipe.

    A thread waits on the pipe, so that the loop only looks at a deque. The end of the pipe (control has died)
    is a `Quit`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._inbox: deque[Message] = deque()
        self.arrived = threading.Event()
        self._thread = threading.Thread(target=self._receive, name="link", daemon=True)
        self._thread.start()

    def _receive(self) -> None:
        while True:
            try:
                message = decode(self._connection.recv_bytes())
            except (EOFError, OSError):
                message = Quit()
            except CommandError:
                continue  # control speaks the same version; a broken line has no one to be told to
            self._inbox.append(message)
            self.arrived.set()
            if isinstance(message, Quit):
                return

    def take(self) -> Message | None:
        """The next message, or None."""
        return self._inbox.popleft() if self._inbox else None

    def send(self, message: Message) -> None:
        """Tell control; a control that is gone is no fault of ours."""
        try:
            self._connection.send_bytes(encode(message))
        except OSError:
            self._inbox.append(Quit())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
