"""The process that plays MIDI: ``python -m gesturemap.outputs.midi.serve``, started by the output.

It waits for what comes first: parts from the engine, the next tick of the clock, a controller that may be sent again,
room in a slow device. When the engine ends, however it does, nothing goes on sounding; when this process is killed, the
engine knows which notes it left on, and the next one ends them.
"""

from __future__ import annotations

import gc
import math
import select
import socket
import time
from typing import Any

from gesturemap import companion
from gesturemap.errors import DeviceError
from gesturemap.outputs.midi.pace import Pace
from gesturemap.outputs.midi.plan import Plan
from gesturemap.outputs.midi.port import Port, open_port
from gesturemap.wire import midi_write, relay

REOPEN = 1.0
"""Seconds between attempts to open a port that is gone."""
SOON = 0.1
"""Seconds to the first of them: it may only have been handed on."""
LOOK = 0.25
"""Seconds between looks whether the port is still there."""
TELL = 0.2
"""Seconds between two reports of figures."""
LAST = 0.5
"""Seconds for a device to take what ends its notes."""
SETTLE = 0.05
"""Seconds for a driver to pass on what it has taken, before it is closed."""
LATE = 0.25
"""Seconds by which the clock may be behind before ticks are left out."""


class Player:
    """The loop, and everything it looks after."""

    def __init__(self, orders: dict[str, Any], way: socket.socket) -> None:
        self._orders, self._way = orders, way
        way.setblocking(False)
        self._reader = relay.Reader()
        self._pace = Pace(float(orders["rate"]))
        self._plan = Plan(orders, self._pace)
        self._port: Port | None = None
        self._rest = b""
        """What a device has not yet taken of the messages that it is being given."""
        self._blocked = False
        self._tick = 60.0 / (float(orders["tempo"]) * midi_write.PER_QUARTER) if orders["clock"] else 0.0
        self._next_tick = math.inf
        self._next_open = self._next_look = self._next_tell = 0.0
        self._fault: str | None = None
        self._lost = self._sent = 0
        self._told = (0, 0, 0)
        self._ended = False
        self._on = {(channel, key) for channel, key in orders.get("sounding", ())}
        """Channel and key of what sounds in the device, as far as anybody can know; the process before ours said so."""

    def play(self) -> None:
        """Until the engine says the end, or has none."""
        while not self._ended:
            self._turn()
        if self._port is not None:
            self._leave(self._port)

    def _turn(self) -> None:
        now = time.monotonic()
        if self._port is None and now >= self._next_open:
            self._open()
            now = time.monotonic()
        self._keep_time(now)
        self._plan.tick(now)
        self._remember(self._on | self._pace.may_sound)  # before it sounds
        self._pump(now)
        if self._port is not None and not self._rest:
            self._remember(set(self._pace.sounding))
        if now >= self._next_look:
            self._next_look = now + LOOK
            self._look()
        if now >= self._next_tell:
            self._next_tell = now + TELL
            self._report()
        wanted = [self._port.writable()] if self._port is not None and self._blocked else []
        ready, writable, _ = select.select([self._way], wanted, [], self._patience())
        if writable:
            self._blocked = False
        if ready:
            self._hear()

    def _patience(self) -> float:
        """Seconds until something is due."""
        due = min(self._next_look, self._next_tell, self._plan.due(), self._next_tick)
        due = min(due, self._next_open) if self._port is None else due
        if not self._blocked:
            due = min(due, self._pace.due())
        return max(0.0, due - time.monotonic())

    # The engine

    def _hear(self) -> None:
        try:
            piece = self._way.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:  # it has died: nothing may go on sounding
            self._plan.silence()
            self._ended = True
            return
        now, newest = time.monotonic(), b""
        for kind, payload in self._reader.take(piece):
            if kind == relay.CONTROLS:
                newest = payload
                continue
            newest = self._controls(newest)
            if kind == relay.EVENT:
                _, what, label, strength = relay.read_event(payload)
                self._plan.event(what, label, strength, now)
            elif kind == relay.SILENCE:
                self._plan.silence()
            elif kind == relay.LABELS:
                self._plan.vocabulary(relay.read_names(payload))
            elif kind == relay.NAMES:
                self._plan.follow(relay.read_names(payload))
            elif kind == relay.END:
                self._plan.end()
                self._ended = True
        self._controls(newest)

    def _controls(self, payload: bytes) -> bytes:
        if payload:
            self._plan.controls(relay.read_controls(payload)[1])
        return b""

    def _say(self, **what: Any) -> None:
        try:
            self._way.send(relay.tell(**what))
        except OSError:
            return  # it has died, or does not listen: what is newer comes soon

    def _remember(self, on: set[tuple[int, int]]) -> None:
        """Let the engine know what sounds, so that whoever takes our place can end it."""
        if on != self._on:
            self._on = on
            self._say(keep={"sounding": sorted(on)})

    def _report(self) -> None:
        figures = (self._lost, self._pace.dropped, self._sent)
        if figures != self._told:
            self._told = figures
            self._say(faults=figures[0], dropped=figures[1], sent=figures[2])

    # The port

    def _open(self) -> None:
        try:
            self._port = open_port(self._orders["port"], int(self._orders["baud"]))
        except DeviceError as error:
            self._closed(error)
            self._next_open = time.monotonic() + REOPEN
            return
        self._fault, self._blocked = None, False
        self._say(fault=None, address=f"MIDI {self._port.name}")
        self._rest = self._plan.opened(self._on)  # before all else, the clock too
        if self._tick:
            self._pace.urgent(midi_write.START)
            self._next_tick = time.monotonic() + self._tick

    def _closed(self, error: DeviceError) -> None:
        if self._port is not None:
            self._port.close()
        self._port, self._next_tick = None, math.inf
        self._next_open = time.monotonic() + SOON
        if self._fault != str(error):
            self._fault = str(error)
            self._say(fault=[error.place, error.value, error.rule, error.next_step])

    def _look(self) -> None:
        if self._port is not None:
            try:
                self._port.look()
            except DeviceError as error:
                self._closed(error)

    def _keep_time(self, now: float) -> None:
        if now > self._next_tick + LATE:
            self._next_tick = now
        while now >= self._next_tick:
            self._pace.urgent(midi_write.CLOCK)
            self._next_tick += self._tick

    def _pump(self, now: float) -> None:
        """Give the port what it takes."""
        if self._port is None:
            self._lost += self._pace.clear()
            return
        try:
            while not self._blocked:
                if not self._rest:
                    self._rest = self._pace.next(now)
                    if not self._rest:
                        return
                    self._sent += 1
                taken = self._port.write(self._rest)
                self._rest = self._rest[taken:]
                self._blocked = bool(self._rest)
        except DeviceError as error:
            self._lost += 1
            self._closed(error)

    def _leave(self, port: Port) -> None:
        """End what sounds, and let go of the port."""
        end = time.monotonic() + LAST
        if self._tick:
            self._pace.urgent(midi_write.STOP)
        while self._port is not None and (now := time.monotonic()) < end:
            self._pump(now)
            if not self._rest and self._pace.due() == math.inf:
                break
            due = end if self._blocked else min(end, self._pace.due())
            wanted = [port.writable()] if self._blocked else []
            _, writable, _ = select.select([], wanted, [], max(0.0, due - now))
            self._blocked = self._blocked and not writable
        if self._port is not None:
            if port.writable() < 0:
                time.sleep(SETTLE)  # such a port has no way to say that all is through
            port.close()


def main() -> None:
    """Play until the parent goes."""
    orders = companion.orders()
    with companion.call(orders) as way:
        gc.collect()
        gc.freeze()
        Player(orders, way).play()


if __name__ == "__main__":
    main()
