"""Long packets on their way to a process, from a thread of their own: who reads slowly keeps nobody waiting."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection

HEAVY = 256 * 1024
"""Bytes from which a packet is long; what comes behind one waits for it, as the order matters."""
PATIENCE = 1.0
Packet = bytes | Callable[[], bytes]
"""A packet, or what makes one that is long."""


class Heavy:
    """Sends packets in their order: short ones at once, unless a long one is still on its way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._waiting: deque[Packet] = deque()
        """What is on its way, first of all, and what waits behind it."""
        self._thread: threading.Thread | None = None
        """There while anything is on its way."""

    def send(self, packet: Packet) -> None:
        """Send it, or have it sent; what makes one is called in the thread.

        Raises
        ------
        OSError
            If nobody is at the other end any more; of one that is on its way, nobody is told.
        """
        with self._lock:
            at_once = not self._waiting and isinstance(packet, bytes) and len(packet) < HEAVY
            if not at_once:
                self._waiting.append(packet)
                if len(self._waiting) == 1:
                    self._thread = threading.Thread(target=self._work, name="heavy", daemon=True)
                    self._thread.start()
        if at_once and isinstance(packet, bytes):
            self._connection.send_bytes(packet)

    def _work(self) -> None:
        left = True
        while left:
            packet = self._waiting[0]
            with contextlib.suppress(OSError):  # it has died: that is seen elsewhere
                self._connection.send_bytes(packet if isinstance(packet, bytes) else packet())
            with self._lock:
                self._waiting.popleft()
                left = bool(self._waiting)

    def close(self) -> None:
        """The process at the other end is no more: nothing is sent from now on."""
        if self._thread is not None:
            self._thread.join(PATIENCE)
        self._connection.close()
