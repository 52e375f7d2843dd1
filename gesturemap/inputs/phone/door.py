"""Connections to the page: those of phones we know stay, those of strangers are few and short."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

AT_ONCE = 64
"""Strangers in all: each costs a file descriptor and buffers of 256 kB."""
OF_ONE = 8
"""Strangers from one address; a browser opens six."""
SPEAK = 5.0
"""Seconds within which a stranger must have agreed on its keys and shown a token or a pass."""
GOODBYE = 1.0
"""Seconds for the other side to answer that a connection ends."""
SWEEP = 64
"""Connections after which memory is cleared: the buffers of each lie in a cycle of few objects."""
MOST_HOMES = 256


@dataclass
class Stranger:
    """A connection that has shown neither token nor pass."""

    address: str
    socket: socket.socket
    agreed: asyncio.Task[asyncio.Transport | None]
    """Agrees on keys."""
    timer: asyncio.TimerHandle

    def end(self) -> None:
        """Cut the line, however far it has come."""
        self.timer.cancel()
        self.agreed.cancel()
        way = self.agreed.result() if self.agreed.done() and not self.agreed.cancelled() else None
        if way is not None and not way.is_closing():  # Python before 3.11.4 fails when it is cut twice
            way.abort()


class Door:
    """Takes connections in, before anything is spent on them.

    Beyond `OF_ONE` the newest of an address is turned away; where a known phone has come from that address, its oldest
    goes instead. Beyond `AT_ONCE` the oldest goes, of those addresses last. So a known phone gets in,
    unless its own address floods the door.

    Parameters
    ----------
    ignore : counts a sender and a reason.
    """

    def __init__(self, ignore: Callable[[str, str], None]) -> None:
        self._ignore = ignore
        self._strangers: dict[asyncio.BaseProtocol, Stranger] = {}
        self._homes: set[str] = set()
        """Addresses that known phones came from."""
        self._taken = 0

    async def open(
        self, listening: socket.socket, make: Callable[[], asyncio.BaseProtocol], context: ssl.SSLContext
    ) -> None:
        """Take connections in until cancelled; `make` gives each its protocol."""
        loop = asyncio.get_running_loop()
        listening.setblocking(False)
        with listening:
            while True:
                try:
                    taken, (address, *_) = await loop.sock_accept(listening)
                except OSError:  # it is gone already, or this machine has no room
                    await asyncio.sleep(0.1)
                    continue
                if self._room_for(address):
                    self._take(taken, address, make(), context)
                else:
                    taken.close()
                await asyncio.sleep(0.0)  # while many wait, accepting never does: phones have their turn

    def let_in(self, connection: asyncio.BaseProtocol) -> None:
        """It has shown the token or a pass: from now on it may stay."""
        stranger = self._strangers.pop(connection, None)
        if stranger is not None:
            stranger.timer.cancel()
            if len(self._homes) >= MOST_HOMES:
                self._homes.clear()
            self._homes.add(stranger.address)

    def strange(self, connection: asyncio.BaseProtocol) -> bool:
        """Whether it has not been let in."""
        return connection in self._strangers

    def _room_for(self, address: str) -> bool:
        for connection, stranger in tuple(self._strangers.items()):
            if stranger.socket.fileno() < 0:
                self._drop(connection)
        near = [each for each, stranger in self._strangers.items() if stranger.address == address]
        if len(near) >= OF_ONE:
            self._ignore(address, f"more than {OF_ONE} connections at once")
            if address not in self._homes:
                return False
            self._drop(near[0])
        elif len(self._strangers) >= AT_ONCE:
            oldest = min(self._strangers, key=lambda each: self._strangers[each].address in self._homes)
            self._ignore(self._strangers[oldest].address, f"more than {AT_ONCE} connections at once")
            self._drop(oldest)
        return True

    def _take(
        self,
        taken: socket.socket,
        address: str,
        connection: asyncio.BaseProtocol,
        context: ssl.SSLContext,
    ) -> None:
        self._taken += 1
        if self._taken % SWEEP == 0:
            gc.collect()
        loop = asyncio.get_running_loop()
        agreed = loop.create_task(_agree(taken, connection, context))
        timer = loop.call_later(SPEAK, self._give_up, connection)
        self._strangers[connection] = Stranger(address, taken, agreed, timer)

    def _give_up(self, connection: asyncio.BaseProtocol) -> None:
        stranger = self._strangers[connection]
        spare = stranger.address in self._homes  # a phone's browser opens one more than it uses
        if stranger.socket.fileno() >= 0 and not spare:
            self._ignore(stranger.address, "asked for nothing")
        self._drop(connection)

    def _drop(self, connection: asyncio.BaseProtocol) -> None:
        self._strangers.pop(connection).end()


async def _agree(
    taken: socket.socket, connection: asyncio.BaseProtocol, context: ssl.SSLContext
) -> asyncio.Transport | None:
    """Agree on keys; None where that failed, then the line is cut."""
    with contextlib.suppress(OSError):
        way, _ = await asyncio.get_running_loop().connect_accepted_socket(
            lambda: connection, taken, ssl=context, ssl_handshake_timeout=SPEAK, ssl_shutdown_timeout=GOODBYE
        )
        return way
    return None
