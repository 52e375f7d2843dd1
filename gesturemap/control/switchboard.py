"""Every line that ends at control: to its processes, and to whoever came in through the door."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any

from gesturemap import codec, inner
from gesturemap import commands as c
from gesturemap.control.door import Door, hang_up
from gesturemap.control.supervisor import Child
from gesturemap.errors import CommandError

MOST_UNREAD = 2000
"""Notices a client may be behind."""
MOST_UNHEARD = 64
"""Commands a client may be ahead."""
MOST_CLIENTS = 256


OWN = b"own"
"""How the bell rings for what another thread of this process has to say."""


class Died:
    """What `Switchboard.listen` yields for a process that has died."""


class Entered:
    """What `Switchboard.listen` yields for a client that has come in."""


Said = c.Message | CommandError | Died | Entered


class Line:
    """One client: a thread tells it, another listens, so that one that is slow or stuck keeps nobody waiting.

    Parameters
    ----------
    heard : called in the listening thread with every packet, and with None at the end.
    """

    def __init__(self, client: Connection, heard: Callable[[Line, bytes | None], None]) -> None:
        self.client = client
        self._heard = heard
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.room = threading.Semaphore(MOST_UNHEARD)
        """Released for every packet that was dealt with: who talks faster has to wait."""
        self.broken = False
        self._threads = [
            threading.Thread(target=work, name="client", daemon=True) for work in (self._speak, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def say(self, packet: bytes) -> None:
        """Send it when there is room; a client too far behind is given up."""
        if self._waiting.qsize() > MOST_UNREAD:
            self.broken = True
        else:
            self._waiting.put(packet)

    def _speak(self) -> None:
        while (packet := self._waiting.get()) is not None:
            try:
                self.client.send_bytes(packet)
            except OSError:
                self.broken = True
                return

    def _listen(self) -> None:
        packet: bytes | None = b""
        while packet is not None:
            self.room.acquire()
            try:
                packet = self.client.recv_bytes(codec.MOST_BYTES)
            except (EOFError, OSError):
                packet = None
            self._heard(self, packet)

    def close(self) -> None:
        """Hang up, also on one that does not read."""
        self._waiting.put(None)
        self.room.release()
        hang_up(self.client)
        for thread in self._threads:
            thread.join(1.0)
        self.client.close()


class Switchboard:
    """Waits on all lines at once.

    Parameters
    ----------
    children : the processes to watch.
    serve : False opens no door.
    """

    def __init__(self, children: list[Child], *, serve: bool) -> None:
        self.children = children
        self.clients: dict[Connection, Line] = {}
        self.resting: set[Connection] = set()
        """Who wants the source to rest."""
        self._said: deque[tuple[Line, bytes | None]] = deque()
        self._own: deque[c.Message] = deque()
        self._bell, self._ring = Pipe(duplex=False)
        self.door = Door() if serve else None

    def call(self, said: c.Message) -> None:
        """From another thread of this process: say something to control."""
        self._own.append(said)
        with contextlib.suppress(OSError):
            self._ring.send_bytes(OWN)

    def listen(self, timeout: float) -> Iterator[tuple[Child | Connection | None, Said]]:
        """Yield who said what, waiting at most `timeout` seconds for the first word.

        None is another thread of this process.
        """
        owners: dict[Any, Child | None] = {self._bell: None}
        lives = {child: child.connection for child in self.children}
        for child in self.children:
            if child.connection is not None and child.process is not None:
                owners[child.connection] = owners[child.process.sentinel] = child
        if self.door:
            owners[self.door.bell] = None
        for line in wait(list(owners), timeout):
            owner = owners[line]
            if line is self._bell:
                yield from self._hear_clients()
            elif owner is None:
                yield from self._let_in()
            elif owner.connection is not None and owner.connection is lives[owner]:
                said = self._hear(owner)  # else its other line has told of its end a moment ago
                if isinstance(said, c.Message):
                    owner.heard(said)
                if not isinstance(said, inner.Ending):
                    yield owner, said
        for child in self.children:
            child.look_after()

    def _hear(self, child: Child) -> Said:
        assert child.connection is not None
        try:
            if child.connection.poll(0):
                return codec.decode(child.connection.recv_bytes())
        except CommandError as error:
            return error
        except (EOFError, OSError):
            return Died()
        return Died()

    def _heard(self, line: Line, packet: bytes | None) -> None:
        self._said.append((line, packet))
        with contextlib.suppress(OSError):
            self._ring.send_bytes(b"!")

    def _hear_clients(self) -> Iterator[tuple[Connection | None, Said]]:
        """What one client, or one of our threads, has said; there is a ring of the bell for each."""
        if self._bell.recv_bytes() == OWN:
            yield None, self._own.popleft()
            return
        line, packet = self._said.popleft()
        line.room.release()
        if self.clients.get(line.client) is not line:
            return
        if packet is None:
            self.drop(line.client)
            return
        try:
            said = codec.decode(packet)
        except CommandError as error:
            yield line.client, error
            return
        if isinstance(said, c.Rest):
            (self.resting.add if said.on else self.resting.discard)(line.client)
        yield line.client, said

    def _let_in(self) -> Iterator[tuple[Connection, Said]]:
        assert self.door is not None
        self.door.bell.recv_bytes()
        while self.door.newcomers:
            client = self.door.newcomers.popleft()
            if len(self.clients) >= MOST_CLIENTS:
                client.close()
                continue
            self.clients[client] = Line(client, self._heard)
            yield client, Entered()

    def tell(self, client: Connection, message: c.Message) -> None:
        """Tell one client; one that is gone is forgotten."""
        self._say(client, codec.encode(message))

    def _say(self, client: Connection, packet: bytes) -> None:
        line = self.clients.get(client)
        if line is not None:
            line.say(packet)
            if line.broken:
                self.drop(client)

    def tell_all(self, message: c.Message) -> None:
        """Tell every client."""
        packet = codec.encode(message)
        for client in list(self.clients):
            self._say(client, packet)

    def drop(self, client: Connection) -> None:
        """Hang up on a client."""
        line = self.clients.pop(client, None)
        if client in self.resting:  # nobody else would end the rest
            self.resting.discard(client)
            self.call(c.Rest(False))
        if line is not None:
            line.close()

    def announce(self, project: str) -> None:
        """Leave a note by which this project's control is found."""
        if self.door:
            self.door.announce(project)

    def leave(self) -> None:
        """Say at the door that all ends."""
        if self.door:
            self.door.leave()

    def close(self) -> None:
        """Shut the door and hang up on everybody."""
        if self.door:
            self.door.close()
        for client in list(self.clients):
            self.drop(client)
        self._bell.close()
        self._ring.close()
