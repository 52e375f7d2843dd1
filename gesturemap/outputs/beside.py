"""The engine's handle on an output whose work is done in a process of its own: its driver can never stop a frame.

Frames go there through a stream on this machine and are never waited for. While the process is behind, the newest
controls take the place of older ones, and events wait; should too many wait, everything is silenced instead.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import select
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gesturemap import companion
from gesturemap.errors import DeviceError, GesturemapError
from gesturemap.frames import Controls
from gesturemap.wire import relay

MOST_WAITING = 1024
"""Parts with events that wait for the process."""
AGAIN = 1.0
"""Seconds after which a process that has ended is started again, twice as many each time it never came to answer ..."""
LONGEST = 30.0
"""... but no more than these."""
MOST_CALLERS = 4
GOODBYE = 0.5
"""Seconds for the last parts to be taken."""
LOOK = 0.1
"""Seconds between looks whether a process that is to call has ended instead."""
FIGURES = ("faults", "dropped", "unheard", "sent")


class BesideRun:
    """A process that does the work of an output, and the way there.

    Parameters
    ----------
    module : is run as the process.
    orders : what it is told; must be writable as JSON. What it says to keep is told to the next one, should it end.
    address : where it sends, for people, until it says better.
    """

    def __init__(
        self,
        module: str,
        orders: Mapping[str, Any],
        address: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self.fault: GesturemapError | None = None
        """Why it is not open; None while it is, or is about to be."""
        self.open = False
        self.figures = dict.fromkeys(FIGURES, 0)
        self._lost = 0
        """Parts that were never taken."""
        self._before = dict.fromkeys(FIGURES, 0)
        self._module, self._orders, self._place, self._now = module, dict(orders), address, now
        self._queue: deque[bytes] = deque()
        self._latest = self._names = self._labels = self._newest = b""
        self._sending = bytearray()
        self._heard = b""
        self._way: socket.socket | None = None
        self._callers: list[socket.socket] = []
        self._pause, self._next = AGAIN, 0.0
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.setblocking(False)
        self._begin()

    # The process

    def _begin(self) -> None:
        """Start the process; it will call at our door."""
        self._key = secrets.token_hex(16)
        self._next = self._now() + self._pause
        told = {"key": self._key, "to": self._door.getsockname()[1]}
        try:
            self._process = companion.begin(self._module, self._orders | told)
        except OSError as error:
            self._process = None
            self.fault = DeviceError(
                self._place, error.strerror or str(error), "it needs a process", "free memory"
            )

    def _meet(self) -> bool:
        """Whether the process has called; one that does not know the key is sent away."""
        with contextlib.suppress(BlockingIOError):
            caller, _ = self._door.accept()
            caller.setblocking(False)
            self._callers.append(caller)
            if len(self._callers) > MOST_CALLERS:
                self._callers.pop(0).close()
        for caller in tuple(self._callers):
            try:
                known = secrets.compare_digest(caller.recv(32), self._key.encode())
            except BlockingIOError:
                continue  # it has not said anything yet
            except OSError:
                known = False
            self._callers.remove(caller)
            if known:
                caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._way, self._pause, self._heard = caller, AGAIN, b""
                self._sending = bytearray(self._names + self._labels)
                return True
            caller.close()
        return False

    def beat(self) -> None:
        """Hear what the process has to say; start another where it has ended."""
        if self._closed:
            return
        self._flush()
        if self._way is not None:
            self._hear(self._way)
        if self._way is None and (self._process is None or self._process.poll() is not None):
            if self._process is not None:
                companion.end(self._process)
                self._process = None
            if self._now() >= self._next:
                self._pause = min(LONGEST, 2.0 * self._pause)
                self._begin()

    def _hear(self, way: socket.socket) -> None:
        try:
            data = way.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._heed(data)
        else:
            self._gone()

    def _heed(self, data: bytes) -> None:
        """Take what it says."""
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            told = json.loads(line)
            for name in FIGURES:
                if name in told:
                    self.figures[name] = self._before[name] + int(told[name])
            self.address = str(told.get("address", self.address))
            self._orders |= told.get("keep", {})
            if "fault" in told:
                self.open = not told["fault"]
                self.fault = DeviceError(*told["fault"]) if told["fault"] else None

    def _gone(self) -> None:
        """The process has ended: events that wait are of no use to the next, which begins with silence, then plays on.

        The newest controls wait for it: a sensor at rest would not send them again.
        """
        if self._way is not None:
            with contextlib.suppress(OSError):  # its last words
                while data := self._way.recv(1 << 16):
                    self._heed(data)
            self._way.close()
        self._way, self.open = None, False
        self._lost += len(self._queue)
        self._queue.clear()
        self._sending.clear()
        self._latest = self._newest
        self._before = dict(self.figures)
        self.fault = DeviceError(
            self._place, "its process has ended", "it is started again", "report it, should this come again"
        )

    # What is sent

    def retarget(self, names: Sequence[str]) -> None:
        """Go on with other controls, by their names in order: what is open stays open."""
        if list(names) == self._orders["controls"]:
            return
        self._orders["controls"] = list(names)  # of the next process, should this one end
        self._names, self._newest = relay.names(names), b""
        if self._way is None:  # it is told when it calls; what waits is of the controls before, and over
            self._queue.clear()
            self._latest = b""
        else:
            self._wait(self._names)
            self._flush()

    def vocabulary(self, labels: Sequence[str]) -> None:
        """Say which gestures there are, in order."""
        self._labels = relay.labels(labels)
        self._wait(self._labels)
        self._flush()

    def send(self, controls: Controls) -> None:
        """Hand one frame of controls over, then its events."""
        frame = self._newest = relay.controls(controls.time, controls.values.tobytes())
        if controls.events:
            self._latest = b""
            self._wait(
                frame
                + b"".join(
                    [relay.event(controls.time, one.kind, one.label, one.value) for one in controls.events]
                )
            )
        else:
            self._latest = frame
        self._flush()

    def silence(self) -> None:
        """Panic: it is the next that is read there."""
        self._wait(relay.part(relay.SILENCE))
        self._flush()

    def _wait(self, packet: bytes) -> None:
        if self._latest:
            self._queue.append(self._latest)
            self._latest = b""
        self._queue.append(packet)
        if len(self._queue) > MOST_WAITING:
            self._lost += len(self._queue)
            self._queue.clear()
            self._queue.append(self._names + self._labels + relay.part(relay.SILENCE))

    def _flush(self) -> None:
        """Hand over what will be taken now."""
        if self._closed or (self._way is None and not self._meet()):
            return
        way = self._way
        assert way is not None
        try:
            while self._sending or self._queue or self._latest:
                if not self._sending:
                    self._sending += b"".join(self._queue) + self._latest
                    self._queue.clear()
                    self._latest = b""
                del self._sending[: way.send(self._sending)]
        except BlockingIOError:
            return
        except OSError:
            self._gone()

    @property
    def faults(self) -> int:
        """What could not be sent."""
        return self.figures["faults"] + self._lost

    @property
    def dropped(self) -> int:
        """What was left out because its receiver is too slow."""
        return self.figures["dropped"]

    @property
    def unheard(self) -> int:
        """What nobody listened to."""
        return self.figures["unheard"]

    @property
    def sent(self) -> int:
        """What went out."""
        return self.figures["sent"]

    def _expect(self) -> None:
        """Wait for a process that has only begun to call: else nobody could tell it the end."""
        until = time.monotonic() + companion.LEAVE
        while self._way is None and self._process is not None and self._process.poll() is None:
            if self._meet() or time.monotonic() > until:
                break
            select.select([self._door, *self._callers], [], [], LOOK)

    def close(self) -> None:
        """Say the end, and wait shortly for it; safe to call twice."""
        if self._closed:
            return
        with contextlib.suppress(OSError):
            self._wait(relay.part(relay.END))
            self._expect()
            if self._way is not None:
                self._way.settimeout(GOODBYE)
                self._flush()
        self._closed = True
        if self._process is not None:
            companion.end(self._process)
        for each in (self._way, self._door, *self._callers):
            if each is not None:
                each.close()
        self._process = self._way = None
