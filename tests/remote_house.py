"""The real process of remote control, and at its other end a door that answers as control does."""

from __future__ import annotations

import dataclasses
import select
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gesturemap import codec, companion, inner
from gesturemap import commands as c
from gesturemap.control import door
from gesturemap.control.desk import Desk, neutral
from gesturemap.control.state import Activity, document_of
from gesturemap.control.switchboard import Entered, Switchboard
from gesturemap.inputs.remote import Remote
from gesturemap.project.save import save_project
from gesturemap.remote.space import Space
from gesturemap.wire import osc

PATIENCE = 20.0


class Peer:
    """Somebody who sends, from an address of this machine, and hears the answers."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.port = int(self.socket.getsockname()[1])

    def say(self, word: str, *values: Any) -> None:
        self.socket.send(osc.build(f"/gesturemap/{word}", *values))

    def raw(self, packet: bytes) -> None:
        self.socket.send(packet)

    def heard(self) -> list[osc.Message]:
        found: list[osc.Message] = []
        try:
            while True:
                found += osc.parse(self.socket.recv(65536))
        except (BlockingIOError, ConnectionRefusedError):
            return found


class House:
    """A control without processes to play: it has a door, obeys everything, and remembers what it was told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.switchboard = Switchboard([], serve=True)
        self.obeyed: list[c.Message] = []
        self.remote: dict[str, Any] = {}
        """The figures it was told last."""
        self.faults: list[str] = []
        self.refuses = ""
        """What is said of every command, where it is to fail."""
        self.silent = False
        self.late = False
        """Whether who comes in is not told what plays."""
        self.thinks = False
        """Whether what was taught is asked and does not answer by itself."""
        self.process: subprocess.Popen[bytes] | None = None
        self.peers: list[Peer] = []

    @property
    def state(self) -> c.State:
        return c.State(document_of(Desk(str(self.folder)), Activity(), []))

    def open(self, **settings: Any) -> House:
        """Begin the process, and wait until its port is open."""
        wanted = self.begin(**settings)
        self.until(lambda: self.remote.get("address") and (self.remote.get("query") or not wanted.query))
        return self

    def begin(self, **settings: Any) -> Remote:
        """Begin the process."""
        wanted = Remote(port=1, **{"query": False, "announce": False} | settings)
        assert self.switchboard.door is not None
        orders = dataclasses.asdict(wanted) | {
            "endpoint": self.switchboard.door.endpoint,
            "host": wanted.address,
            "port": 0,
            "home": str(self.folder),
            "saves": str(self.folder.parent),
        }
        self.process = companion.begin("gesturemap.remote.serve", orders)
        return wanted

    @property
    def port(self) -> int:
        return int(self.remote["address"].rpartition(":")[2])

    def peer(self, host: str = "127.0.0.1") -> Peer:
        self.peers.append(Peer(self.port, host))
        return self.peers[-1]

    def turn(self, timeout: float = 0.02) -> None:
        for who, said in self.switchboard.listen(timeout):
            if isinstance(said, Entered) and who is not None and not self.late:
                self.switchboard.tell(who, self.state)
            elif isinstance(said, inner.Beside):
                self.remote = said.figures.get("remote", self.remote)
                self.faults += [said.fault] if said.fault else []
            elif isinstance(said, inner.Asked):
                self.obeyed.append(codec.decode(said.data))
                if not self.silent:
                    self.switchboard.tell_all(inner.Answered(said.number, self.refuses))
                if isinstance(asked := self.obeyed[-1], c.Ask) and not (
                    self.silent or self.refuses or self.thinks
                ):
                    self.switchboard.tell_all(c.Answer(asked.word, asked.arguments, {}))

    def until(self, so: Callable[[], object], seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not so():
            self.turn()
            assert time.monotonic() < end, (self.remote, self.faults, self.obeyed[-5:])

    def answer(self, peer: Peer, count: int = 1) -> list[osc.Message]:
        """The next answers that a peer gets."""
        found: list[osc.Message] = []

        def come() -> bool:
            found.extend(peer.heard())
            return len(found) >= count

        self.until(come)
        return found

    def quiet(self, peer: Peer, seconds: float = 0.3) -> bool:
        """Whether a peer hears nothing for a while, control working meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.turn(min(left, 0.02))
            if select.select([peer.socket], [], [], 0.0)[0]:
                return False
        return True

    def refused(self) -> dict[str, dict[str, int]]:
        return self.remote.get("refused", {})

    def close(self) -> None:
        for peer in self.peers:
            peer.socket.close()
        if self.process is not None:
            companion.end(self.process)
        self.switchboard.close()


@contextmanager
def housed(folder: Path) -> Iterator[House]:
    """A house with two projects, small and other, of which the first plays; its process is not begun."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "notes_folder", lambda: folder)
        for name in ("small", "other"):
            save_project(neutral(folder / name, {"kind": "pointer"}), folder / name)
        made = House(folder / "small")
        try:
            yield made
        finally:
            made.close()


SETTINGS = Remote(query=False, announce=False, rate=1000.0)


class Outside:
    """Somebody with a patch that commands what plays."""

    def __init__(self, playing: Any, settings: Remote | None = SETTINGS) -> None:
        self.playing, self.space = playing, Space(playing.control, settings)
        self.peer: Peer | None = None
        self._between: list[osc.Message] = []
        """What came before the last answer."""

    @property
    def figures(self) -> dict[str, Any]:
        return self.playing.control.beside.get("remote") or {}

    @property
    def port(self) -> int:
        return int(self.figures["address"].rpartition(":")[2])

    def ready(self) -> Outside:
        self.playing.until(lambda: self.figures.get("address"))
        self.peer = Peer(self.port)
        return self

    def say(self, word: str, *values: Any) -> str:
        """Say a word; what comes back."""
        assert self.peer is not None
        self.peer.say(word, *values)
        found: list[osc.Message] = []

        def answered() -> bool:
            assert self.peer is not None
            found.extend(self.peer.heard())
            return any(m.arguments[:1] == (word,) for m in found)

        self.playing.until(answered)
        self._between = [m for m in found if m.arguments[:1] != (word,)]
        return next(str(m.arguments[1]) for m in found if m.arguments[:1] == (word,))

    def hears(self, until: Callable[[list[osc.Message]], Any]) -> list[osc.Message]:
        found, self._between = self._between, []

        def so() -> Any:
            assert self.peer is not None
            found.extend(self.peer.heard())
            return until(found)

        self.playing.until(so)
        return found

    def close(self) -> None:
        self.space.close()
        if self.peer is not None:
            self.peer.socket.close()


def addresses(messages: list[osc.Message]) -> list[str]:
    return [message.address.removeprefix("/gesturemap/") for message in messages]
