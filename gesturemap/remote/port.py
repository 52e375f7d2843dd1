"""The UDP port: packets in, answers out, and never so busy that nothing else is done."""

from __future__ import annotations

import asyncio
import contextlib
import time

from gesturemap.inputs.osc import listen
from gesturemap.remote.hub import Hub
from gesturemap.remote.senders import Sender
from gesturemap.remote.watchers import Send
from gesturemap.wire.osc import LARGEST_PACKET

TURN = 0.002
"""Seconds for which packets are taken before others have their turn."""


class Port:
    """An open port.

    Raises
    ------
    DeviceError
        If it cannot be opened, saying who holds it where that is known.
    """

    def __init__(self, host: str, port: int, hub: Hub) -> None:
        self._socket = listen(host, port)
        self._hub = hub
        self.number = int(self._socket.getsockname()[1])
        self.unsent = 0
        """Answers that the network would not take."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._take)

    def _take(self) -> None:
        """Take what there is, for a moment."""
        receive, packet = self._socket.recvfrom, self._hub.packet
        end = time.monotonic() + TURN
        while True:
            for _ in range(32):
                try:
                    data, source = receive(LARGEST_PACKET)
                except BlockingIOError:
                    return
                except ConnectionError:  # Windows: an answer of ours did not arrive
                    continue
                packet((source[0], source[1]), data, self._answers)
            if time.monotonic() > end:
                return

    def _answers(self, sender: Sender) -> Send:
        """How a sender is told: at the port that it wants."""

        def send(packet: bytes) -> None:
            try:
                self._socket.sendto(packet, (sender.source[0], sender.port))
            except OSError:
                self.unsent += 1

        return send

    def close(self) -> None:
        """Let go of it."""
        with contextlib.suppress(OSError):
            self._loop.remove_reader(self._socket)
        self._socket.close()
