"""Every line that ends at control: to its processes, and to whoever came in through the door."""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

from gesturemap import commands as c
from gesturemap.control.door import Door
from gesturemap.control.supervisor import Child
from gesturemap.errors import CommandError

MOST_UNREAD = 2000
"""Notices a client may be behind."""


class Died:
    """What `Switchboard.listen` yields for a process that has died."""


class Entered:
    """What `Switchboard.listen` yields for a client that has come in."""


Said = c.Message | CommandError | Died | Entered


class Voice:
    """What a client is told: sent by a thread of its own, so that one that does not read keeps nobody waiting."""

    def __init__(self, client: Connection) -> None:
        self._client = client
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.broken = False
        self._thread = threading.Thread(target=self._speak, name="client", daemon=True)
        self._thread.start()

    def say(self, packet: bytes) -> None:
        """Send it when there is room; a client too far behind is given up."""
        if self._waiting.qsize() > MOST_UNREAD:
            self.broken = True
        else:
            self._waiting.put(packet)

    def _speak(self) -> None:
        while (packet := self._waiting.get()) is not None:
            try:
                self._client.send_bytes(packet)
            except OSError:
                self.broken = True
                return

    def close(self) -> None:
        """Hang up, also on one that does not read."""
        self._waiting.put(None)
        if hasattr(socket, "AF_UNIX"):
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self._client.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
        self._thread.join(1.0)
        self._client.close()


class Switchboard:
    """Waits on all lines at once.

    Parameters
    ----------
    children : the processes to watch.
    serve : False opens no door.
    """

    def __init__(self, children: list[Child], *, serve: bool) -> None:
        self.children = children
        self.clients: dict[Connection, Voice] = {}
        self.door = Door() if serve else None

    def listen(self, timeout: float) -> Iterator[tuple[Child | Connection, Said]]:
        """Yield who said what, waiting at most `timeout` seconds for the first word."""
        owners: dict[Any, Child | Connection | None] = {client: client for client in self.clients}
        lives = {child: child.connection for child in self.children}
        for child in self.children:
            if child.connection is not None and child.process is not None:
                owners[child.connection] = owners[child.process.sentinel] = child
        if self.door:
            owners[self.door.bell] = None
        for line in wait(list(owners), timeout):
            owner = owners[line]
            if owner is None:
                yield from self._let_in()
            elif isinstance(owner, Child):
                if owner.connection is not None and owner.connection is lives[owner]:
                    yield owner, self._hear(owner)  # else its other line has told of its end a moment ago
            elif owner in self.clients:
                said = self._hear_client(owner)
                if said is not None:
                    yield owner, said

    def _hear(self, child: Child) -> Said:
        assert child.connection is not None
        try:
            if child.connection.poll(0):
                return c.decode(child.connection.recv_bytes())
        except CommandError as error:
            return error
        except (EOFError, OSError):
            return Died()
        return Died()

    def _hear_client(self, client: Connection) -> Said | None:
        try:
            return c.decode(client.recv_bytes(c.MOST_BYTES))
        except CommandError as error:
            return error
        except (EOFError, OSError):
            self.drop(client)
            return None

    def _let_in(self) -> Iterator[tuple[Connection, Said]]:
        assert self.door is not None
        self.door.bell.recv_bytes()
        while self.door.newcomers:
            client = self.door.newcomers.popleft()
            self.clients[client] = Voice(client)
            yield client, Entered()

    def tell(self, client: Connection, message: c.Message) -> None:
        """Tell one client; one that is gone is forgotten."""
        self._say(client, c.encode(message))

    def _say(self, client: Connection, packet: bytes) -> None:
        voice = self.clients.get(client)
        if voice is not None:
            voice.say(packet)
            if voice.broken:
                self.drop(client)

    def tell_all(self, message: c.Message) -> None:
        """Tell every client."""
        packet = c.encode(message)
        for client in list(self.clients):
            self._say(client, packet)

    def drop(self, client: Connection) -> None:
        """Hang up on a client."""
        voice = self.clients.pop(client, None)
        if voice is not None:
            voice.close()

    def announce(self, project: str) -> None:
        """Leave a note by which this project's control is found."""
        if self.door:
            self.door.announce(project)

    def close(self) -> None:
        """Shut the door and hang up on everybody."""
        if self.door:
            self.door.close()
        for client in list(self.clients):
            self.drop(client)
