"""The processes below control: started, watched, started again when they die."""

from __future__ import annotations

import atexit
import contextlib
import math
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, NamedTuple

from gesturemap import companion
from gesturemap.codec import decode, encode
from gesturemap.commands import Message, Progress, Quit, Status
from gesturemap.control.heavy import Heavy
from gesturemap.errors import CommandError
from gesturemap.inner import Ending
from gesturemap.library import SHARED

SPAWN = multiprocessing.get_context("spawn")
PATIENCE = 3.0
"""Seconds a process may take to end when asked."""
LAST_PATIENCE = 10.0
"""Seconds for the last words of one that was given up: it may have to be started for them."""
MOST_RESTARTS = 5
"""Restarts within `RESTART_WINDOW` seconds after which a process is given up."""
RESTART_WINDOW = 20.0
GIVEN_UP = "given up"
STOPPED, SILENT_UNSEEN = 6, 120
"""Looks, one a second, at which a process that says how it is each second was stopped and has said nothing, after which
it hangs; and where a system does not show what it does."""
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
"""Of the system's clock, a second."""
WORK, HELD = 0.015, ("D", "t")
"""Seconds of work in one look that are some; states in which a process waits for a disk, or is held by a debugger."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Matrices are small: more threads in one process only take the cores from the others."""


@contextlib.contextmanager
def environment(wanted: dict[str, str]) -> Iterator[None]:
    """Environment variables for a process that is started meanwhile."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Silence(NamedTuple):
    """How long a process that says how it is each second may say nothing, s: asleep, and in its own work."""

    asleep: float = 6.0
    working: float = math.inf


class Child:
    """One process and the pipe to it.

    Parameters
    ----------
    target : its main, called with its end of the pipe; importable by name.
    shared : the folder for files it shares with the others.
    talks : it says how it is each second; one that is silent for longer hangs, is ended, and started again.
    first : what it is told before all else, whenever it starts.
    revived_by : what a person does to start it again where it was given up.
    spares : how many may stand by.
    """

    def __init__(
        self,
        name: str,
        target: Callable[[Connection], None],
        shared: Path,
        *,
        talks: Silence | None = None,
        first: Callable[[], Message] | None = None,
        revived_by: str = "",
        spares: int = 1,
    ) -> None:
        self.name, self._target, self._shared, self._talks = name, target, str(shared), talks
        self._first, self._revived_by, self._most_spares = first, revived_by, spares
        self.state = "stopped"
        self.connection: Connection | None = None
        self._heavy: Heavy | None = None
        self.process: SpawnProcess | None = None
        self._deaths: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._spares: list[tuple[SpawnProcess, Connection]] = []
        self._ending = ""
        """Why it ends, where that is known."""
        self._watch: _Watch | None = None

    def start(self) -> None:
        """Start it, or start it again: the one that has stood by longest, if there is one."""
        self._living()
        self.process, self.connection = self._spares.pop(0) if self._spares else self._spawn()
        self._heavy = Heavy(self.connection)
        self.state, self._ending, self._watch = "starting", "", None
        if self._first is not None:
            self.send(self._first())

    def revive(self) -> bool:
        """Start it once more where it was given up, its deaths forgotten; False: it was not."""
        if not self.given_up:
            return False
        self._deaths.clear()
        self.start()
        return True

    def stand_by(self, words: Iterable[Message] = ()) -> None:
        """Have one more ready, told these words, so that starting again takes no time, until there are enough."""
        self._living()
        if len(self._spares) < self._most_spares:
            self._spares.append(self._spawn())
            for word in words:
                self._spares[-1][1].send_bytes(encode(word))

    def _living(self) -> None:
        """Put those away that stood by and have died."""
        for spare in [spare for spare in self._spares if not spare[0].is_alive()]:
            self._spares.remove(spare)
            _put_away(*spare)

    def _spawn(self) -> tuple[SpawnProcess, Connection]:
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(
            target=self._target, args=(theirs,), name=f"gesturemap {self.name}", daemon=True
        )
        with environment({SHARED: self._shared, **ONE_THREAD}), companion.undisturbed():
            process.start()
        theirs.close()
        return process, ours

    @property
    def pid(self) -> int:
        """Its process number, 0 when it does not run."""
        return (self.process.pid or 0) if self.process else 0

    @property
    def given_up(self) -> bool:
        """Whether it died too often and is not started again of itself."""
        return self.state.startswith(GIVEN_UP)

    @property
    def readies(self) -> bool:
        """Whether one is still making itself ready to stand by."""
        return not all(connection.poll() for process, connection in self._spares if process.is_alive())

    @property
    def hurries(self) -> bool:
        """Whether it died a moment ago and may do so again, and fewer stand by than should."""
        short = len(self._spares) < self._most_spares
        return bool(self._deaths) and short and time.monotonic() - self._deaths[-1] < RESTART_WINDOW

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.is_alive()

    def send(self, message: Message, data: Callable[[], bytes] | None = None) -> None:
        """Tell it; if it is just dying, its next life will be told everything anyway.

        Parameters
        ----------
        data : makes the message's `data`, in a thread of its own, where that takes a while.
        """
        if self._heavy is not None:
            try:
                self._heavy.send(
                    encode(message) if data is None else lambda: encode(with_data(message, data()))
                )
            except OSError:
                self.state = "died"

    def heard(self, message: Message) -> None:
        """Note what it said: that it is well, or why it ends."""
        if isinstance(message, Ending):
            self._ending = message.text
        elif self._watch is not None:
            self._watch.heard(compiling=isinstance(message, Progress) and message.what == "compiling")
        elif self._talks and isinstance(message, Status):
            self._watch = _Watch(self._talks)

    def look_after(self) -> None:
        """End it where it hangs, so that it is started again as one that has died."""
        if self._watch is not None and self.process is not None and self._watch.hangs(self.pid):
            quiet = f"nothing came from it for {self._watch.silent} s"
            self._ending = f"{self.name}: it does not answer, {quiet}; begun again"
            self._watch = None
            self.process.kill()

    @property
    def why(self) -> str:
        """What is to be said of its death; read after `died`."""
        step = f"; {self._revived_by} starts it again" if self.given_up and self._revived_by else ""
        return self._ending or f"{self.name}: the process has died; {self.state}{step}"

    def died(self) -> bool:
        """Note a death; True if it should be started again. One that said why it ends is never given up."""
        self._forget()
        if self._ending:
            self.state = "restarting"
            return True
        self._deaths.append(time.monotonic())
        often = len(self._deaths) == MOST_RESTARTS and self._deaths[-1] - self._deaths[0] < RESTART_WINDOW
        self.state = f"{GIVEN_UP}: it died too often" if often else "restarting"
        return not often

    def last_words(self, words: Iterable[Message]) -> None:
        """One that was given up: let another say this, nothing else, and end."""
        process, connection = self._spares.pop(0) if self._spares else self._spawn()
        with contextlib.suppress(OSError):
            for word in (*words, Quit()):
                connection.send_bytes(encode(word))
        process.join(LAST_PATIENCE)
        _put_away(process, connection)

    def stop(self) -> list[Message]:
        """Ask it to end, and see that it does; what it said on the way."""
        while self._spares:
            _put_away(*self._spares.pop())
        if self.process is None:
            return []
        self.send(Quit())
        said = self._hear_out()
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self._forget()
        self.state = "stopped"
        return said

    def _hear_out(self) -> list[Message]:
        """Wait for the end, and hear what is still said: who speaks must not be kept waiting."""
        said: list[Message] = []
        end = time.monotonic() + PATIENCE
        while self.process is not None and self.process.is_alive() and (left := end - time.monotonic()) > 0:
            lines: list[Any] = [self.process.sentinel, *([self.connection] if self.connection else [])]
            if self.connection in wait(lines, left) and self.connection is not None:
                try:
                    said.append(decode(self.connection.recv_bytes()))
                except CommandError:
                    continue  # a broken last word
                except (EOFError, OSError):
                    self.process.join(left)
        return said

    def _forget(self) -> None:
        if self._heavy is not None:
            self._heavy.close()
            self._heavy = self.connection = None
        if self.process is not None:
            self.process.join(0.5)
            if not self.process.is_alive():
                self.process.close()
            self.process = None


class _Watch:
    """Whether a process hangs: it says nothing, and does nothing either, or nothing else for too long.

    One that is busy, as with a long sound, says nothing for a while and works: its own work is counted, as a machine
    with much else to do gives it little time. Only looks are counted: while control itself, or the whole machine,
    stands still there are none.
    """

    def __init__(self, may: Silence) -> None:
        self._may = may
        self.silent = 0
        """Looks since it last said something."""
        self._idle = self._stopped = 0
        """Looks since it last said something, or worked; and those one after the other at which it was stopped."""
        self._next = 0.0
        self._worked = self._since = 0.0
        """How long it had worked when it was seen to work last, and when it last said something."""
        self._compiling = False

    def heard(self, *, compiling: bool) -> None:
        """It said something; while it compiles, or waits for others that do, it may say nothing."""
        self.silent, self._compiling = 0, compiling

    def hangs(self, pid: int) -> bool:
        """Look, if it is time."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + 1.0
        found = _looked(pid)
        worked, state = found or (0.0, "")
        if self.silent == 0:
            self._since, self._idle, self._stopped = worked, 0, 0
        if self._idle == 0 or worked > self._worked + WORK or state in HELD:
            self._worked, self._idle = worked, 0
        self.silent += 1
        self._idle += 1
        self._stopped = self._stopped + 1 if state == "T" else 0
        if self._compiling:
            return False
        if found is None:
            return self.silent > SILENT_UNSEEN
        asleep = self._stopped > STOPPED or self._idle > self._may.asleep
        return asleep or worked - self._since > self._may.working


def with_data(message: Any, data: bytes) -> Message:
    """A message with its bytes."""
    made: Message = replace(message, data=data)
    return made


def _looked(pid: int) -> tuple[float, str] | None:
    """How long the main thread of a process has worked, s, and its state as the system writes it; None: it does not."""
    try:
        fields = Path(f"/proc/{pid}/task/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    _, _, rest = fields.rpartition(")")
    parts = rest.split()
    if len(parts) < 13:
        return None
    return (int(parts[11]) + int(parts[12])) / TICKS, parts[0]


def _put_away(process: SpawnProcess, connection: Connection) -> None:
    """End a process that has nothing to lose."""
    process.kill()
    process.join()
    process.close()
    connection.close()


@atexit.register
def _leave_none() -> None:
    """Whoever ends without `Child.stop` ends all the same: Python waits for processes that heed no SIGTERM."""
    for process in multiprocessing.active_children():
        process.kill()
