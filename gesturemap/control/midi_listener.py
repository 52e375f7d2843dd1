"""A MIDI port that control listens to, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from gesturemap import commands as c
from gesturemap.errors import DeviceError
from gesturemap.inputs.midi_port import Messages, open_port
from gesturemap.wire.midi import Midi

REOPEN = 1.0
"""Seconds between attempts to open a port that is gone."""
LOOK = 0.1
"""Seconds until the thread sees that it is to end."""


class MidiListener:
    """Listens to a port, and looks for it again and again while it is not there. All is called in the thread.

    Parameters
    ----------
    place : what the port is for: the name of its section in the project.
    say : takes a `Fault` when the port is not there or gone; once until it is back.
    take : takes messages and when they came, in seconds of the machine's clock.
    gone : called when a port that was open is so no longer.
    clock : messages of a clock are wanted too.
    """

    def __init__(
        self,
        place: str,
        port: str,
        baud: int,
        say: Callable[[c.Message], None],
        take: Callable[[Sequence[Midi], float], None],
        gone: Callable[[], None] = lambda: None,
        *,
        clock: bool = False,
    ) -> None:
        self._place, self._port, self._baud, self._clock = place, port, baud, clock
        self._say, self._take, self._gone = say, take, gone
        self.is_open = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name=place, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no longer; safe to call twice."""
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        told = False
        while not self._ended.is_set():
            try:
                self._listen()
            except DeviceError as error:
                if self.is_open or not told:
                    self._say(c.Fault(self._place, str(error)))
                told = True
            if self.is_open:
                self.is_open = False
                self._gone()
            self._ended.wait(REOPEN)

    def _listen(self) -> None:
        port = open_port(self._port, self._baud)
        try:
            self.is_open = True
            messages = Messages(port, Counter(), clock=self._clock)
            while not self._ended.is_set():
                if found := messages.read(LOOK):
                    self._take(found, time.perf_counter())
        finally:
            port.close()
