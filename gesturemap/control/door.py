"""Where windows and shells come in: a local line, open only to who can read this user's runtime folder."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import threading
import warnings
from collections import deque
from collections.abc import Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import (
    Client,
    Connection,
    Listener,
    Pipe,
    answer_challenge,
    deliver_challenge,
)
from pathlib import Path

import platformdirs

from gesturemap.library import shared_folder

PATIENCE = 3.0
"""Seconds in which each side must show that it knows the key."""
MOST_STRANGERS = 64
"""Connections that may be showing it at a time."""


def notes_folder() -> Path:
    """Where running gesturemaps leave a note of how to reach them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without a session it says that it makes do with temporary space
        folder = Path(platformdirs.user_runtime_dir("gesturemap", appauthor=False))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:  # no session, no runtime folder: a private one in temporary space
        folder = shared_folder() / f"gesturemap-notes-{os.getuid() if hasattr(os, 'getuid') else 0}"
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def notes() -> list[tuple[Path, dict[str, str]]]:
    """The notes of all gesturemaps of this user, with ``project`` and ``endpoint``, and ``leaving`` where it ends; some
    may be stale.
    """
    found = []
    for path in sorted(notes_folder().glob("*.json")):
        with contextlib.suppress(OSError, ValueError):
            table = json.loads(path.read_text())
            if isinstance(table, dict) and {"project", "endpoint"} <= table.keys():
                found.append((path, table))
    return found


def knock(endpoint: str) -> Connection:
    """Connect to a door; ``@file`` stands for the endpoint in a note.

    Raises
    ------
    OSError, ValueError, KeyError, EOFError, TypeError
        If nobody answers, or the endpoint is none.
    """
    if endpoint.startswith("@"):
        endpoint = json.loads(Path(endpoint[1:]).read_text())["endpoint"]
    table = json.loads(endpoint)
    address, key = table["address"], bytes.fromhex(table["key"])
    connection = Client(tuple(address) if isinstance(address, list) else address)
    with patience(connection):
        answer_challenge(connection, key)
        deliver_challenge(connection, key)
    return connection


def hang_up(connection: Connection) -> None:
    """End a line so that whoever waits on it, in any thread, is told at once."""
    if hasattr(socket, "AF_UNIX"):
        with (
            contextlib.suppress(OSError, ValueError),
            socket.socket(fileno=os.dup(connection.fileno())) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def patience(connection: Connection) -> Iterator[None]:
    """Hang up if what is done meanwhile takes longer than `PATIENCE`; close the line if it fails."""
    alarm = threading.Timer(PATIENCE, hang_up, (connection,))
    alarm.daemon = True
    alarm.start()
    try:
        yield
    except BaseException:
        connection.close()
        raise
    finally:
        alarm.cancel()
        alarm.join()


class Door:
    """Accepts connections in a thread; control takes them from `newcomers` when `bell` can be read."""

    def __init__(self) -> None:
        key = secrets.token_bytes(24)
        self._listener = Listener(None, "AF_UNIX" if os.name == "posix" else "AF_INET", backlog=16)
        self._key = key
        self._strangers: list[tuple[Connection, threading.Thread]] = []
        """Who is still showing that he knows the key, and the thread that waits for it."""
        self._address = self._listener.address
        self.endpoint = json.dumps({"address": self._address, "key": key.hex()})
        self.bell, self._ring = Pipe(duplex=False)
        self.newcomers: deque[Connection] = deque()
        self.note = notes_folder() / f"{os.getpid()}-{secrets.token_hex(4)}.json"
        self._project, self._leaving = "", False
        self._shut = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="door", daemon=True)
        self._thread.start()

    def announce(self, project: str) -> None:
        """Leave a note of which project can be reached here, readable by this user alone; it is never half."""
        self._project = project
        leaving = {"leaving": "yes"} if self._leaving else {}
        text = json.dumps({"project": project, "endpoint": self.endpoint, **leaving})
        half = self.note.with_suffix(".half")
        with contextlib.suppress(OSError):
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
            half.replace(self.note)

    def leave(self) -> None:
        """Say in the note that all ends here: whoever wants the project waits until the note is gone."""
        self._leaving = True
        if self._project:
            self.announce(self._project)

    def _accept(self) -> None:
        while not self._shut.is_set():
            try:
                connection = self._listener.accept()
            except OSError:
                self._shut.wait(0.1)  # out of descriptors, or a caller that hung up: the next may be a friend
                continue
            self._strangers = [one for one in self._strangers if one[1].is_alive()]
            if self._shut.is_set() or len(self._strangers) >= MOST_STRANGERS:
                connection.close()
                continue
            thread = threading.Thread(target=self._admit, args=(connection,), name="stranger", daemon=True)
            self._strangers.append((connection, thread))
            thread.start()

    def _admit(self, connection: Connection) -> None:
        """Let in who knows the key; a stranger who says nothing keeps nobody else waiting."""
        try:
            with patience(connection):
                deliver_challenge(connection, self._key)
                answer_challenge(connection, self._key)
        except (AuthenticationError, EOFError, OSError):
            return
        self.newcomers.append(connection)
        with contextlib.suppress(OSError):
            self._ring.send_bytes(b"!")

    def close(self) -> None:
        """Shut the door and take the note away."""
        self._shut.set()
        self.note.unlink(missing_ok=True)
        address = self._address
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        with contextlib.suppress(OSError), socket.socket(family) as caller:
            caller.connect(address)  # closing a socket does not wake accept() everywhere; a caller does
        self._listener.close()
        self._thread.join(2.0)
        for connection, thread in self._strangers:
            if thread.is_alive():
                hang_up(connection)
            thread.join(2.0)
        for connection in [*self.newcomers, self.bell, self._ring]:
            connection.close()
