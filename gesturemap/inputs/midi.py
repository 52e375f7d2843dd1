"""MIDI controllers: knobs, faders, keys, pads and wheels as channels."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import MIDI_IN, setting
from gesturemap.clock import Clock
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.inputs.input import Health
from gesturemap.inputs.midi_port import Messages, Port, open_port
from gesturemap.wire.midi import BEND, CONTROL, NOTE_OFF, NOTE_ON, PRESSURE, PROGRAM, Midi

SOURCE = re.compile(
    r"(?:cc\s+(?P<cc>[0-9]{1,3})(?:\s*\+\s*(?P<low>[0-9]{1,3}))?|note\s+(?P<note>[0-9]{1,3})|(?P<word>notes|key|bend|pressure|program))"
    r"(?:\s*=\s*(?P<name>\S.*))?"
)
RULE = (
    "'cc 1', 'cc 1 + 33' (14 bits), 'note 60', 'notes', 'key', 'bend', 'pressure' or 'program', "
    "then perhaps ' = name'"
)
SOUND_OFF, RESET, NOTES_OFF = 120, 121, 123
"""Controllers that end notes, put wheels back, end notes."""
LARGEST_14 = 0x3FFF


@dataclass(frozen=True)
class MidiIn:
    """Settings of a MIDI input."""

    kind: ClassVar[str] = "midi"

    port: str = setting(
        "",
        "name of the port or a part of it, or a device such as /dev/snd/midiC1D0; empty: the first that is no "
        "through port",
        device=MIDI_IN,
    )
    channel: int = setting(0, "MIDI channel; 0: all", low=0, high=16)
    channels: tuple[str, ...] = setting(
        ("cc 1 = mod", "notes = velocity", "key = key", "bend = bend"),
        f"what becomes a channel, in order: {RULE}. Controllers, velocities and pressure go from 0 to 1, the bend "
        "from -1 to 1, key is the number of the last note",
    )
    rate: float = setting(0.0, "frames a second; 0: one for each message", unit="Hz", low=0.0, high=1000.0)
    baud: int = setting(31250, "speed, where the port is a serial line", unit="baud", low=50, high=4_000_000)

    def check(self) -> Spec:
        """Its channels, nothing being opened."""
        return Spec(self.taken().spec_channels, self.rate)

    def taken(self) -> Taken:
        """What messages do to the channels.

        Raises
        ------
        SettingsError
            If there is no channel, or one is not written as it should be.
        """
        if not self.channels:
            raise SettingsError("input midi, channels", "none", RULE, 'write ["cc 1 = mod"]')
        return Taken(self.channels, "input midi, channels")

    def start(self, clock: Clock) -> MidiRun:
        """Open the port."""
        return MidiRun(self, self.taken(), open_port(self.port, self.baud), clock)


class Taken:
    """What messages do to the channels."""

    def __init__(self, texts: tuple[str, ...], place: str) -> None:
        self._acts: dict[tuple[int, int], list[Callable[[Midi], bool]]] = {}
        """Kind and number (-1: any) -> what to do; each says whether a frame is due."""
        self._held: dict[int, float] = {}
        channels = [self._read(index, text, place) for index, text in enumerate(texts)]
        self.spec_channels = tuple(channels)
        self.values = np.zeros(len(channels))
        self._wheels = [
            i for i, text in enumerate(texts) if text.split("=")[0].strip() in ("bend", "pressure")
        ]
        self._notes = [i for i, text in enumerate(texts) if text.strip().startswith("note")]

    def take(self, message: Midi) -> bool | None:
        """Whether a frame is due; None: nobody wants the message."""
        if message.kind == CONTROL and message.first >= SOUND_OFF and message.first != 122:
            return self._mode(message.first)
        acts = (*self._acts.get((message.kind, message.first), ()), *self._acts.get((message.kind, -1), ()))
        due = [act(message) for act in acts]
        return any(due) if acts else None

    def _mode(self, controller: int) -> bool:
        """All sound off, all notes off, or all controllers reset."""
        if controller == RESET:
            self.values[self._wheels] = 0.0
        elif controller in (SOUND_OFF, NOTES_OFF) or controller > NOTES_OFF:  # the modes end all notes too
            self._held.clear()
            self.values[self._notes] = 0.0
        return True

    def _read(self, index: int, text: str, place: str) -> Channel:
        found = SOURCE.fullmatch(text.strip())
        numbers = [int(found[group]) for group in ("cc", "low", "note") if found[group]] if found else []
        if found is None or any(number > 127 for number in numbers):
            raise SettingsError(f"{place}[{index}]", repr(text), RULE, "numbers go from 0 to 127")
        word = found["word"] or ""
        plain = "_".join(part for part in re.split(r"[\s+]+", text.partition("=")[0].strip()) if part)
        channel = Channel.parse(found["name"]) if found["name"] else Channel(plain)
        if found["cc"] and found["low"]:
            self._pair(index, int(found["cc"]), int(found["low"]))
        elif found["cc"]:
            self._on(CONTROL, int(found["cc"]), lambda m: self._set(index, m.second / 127.0))
        elif found["note"]:
            note = int(found["note"])
            self._on(NOTE_ON, note, lambda m: self._set(index, m.second / 127.0))
            self._on(NOTE_OFF, note, lambda m: self._set(index, 0.0))
        elif word == "notes":
            self._on(NOTE_ON, -1, lambda m: self._note(index, m.first, m.second / 127.0))
            self._on(NOTE_OFF, -1, lambda m: self._note(index, m.first, 0.0))
        elif word == "key":
            self._on(NOTE_ON, -1, lambda m: m.second > 0 and self._set(index, float(m.first)))
        elif word == "bend":
            self._on(BEND, -1, lambda m: self._set(index, _bend(m.second << 7 | m.first)))
        else:
            kind, scale = (PRESSURE, 127.0) if word == "pressure" else (PROGRAM, 1.0)
            self._on(kind, -1, lambda m: self._set(index, m.first / scale))
        return channel

    def _on(self, kind: int, number: int, act: Callable[[Midi], bool]) -> None:
        self._acts.setdefault((kind, number), []).append(act)

    def _set(self, index: int, value: float) -> bool:
        self.values[index] = value
        return True

    def _note(self, index: int, note: int, velocity: float) -> bool:
        """The velocity of the note struck last of those that are held."""
        self._held.pop(note, None)
        if velocity > 0.0:
            self._held[note] = velocity
        return self._set(index, next(reversed(self._held.values()), 0.0))

    def _pair(self, index: int, high: int, low: int) -> None:
        """14 bits in two messages; a sender that sends the lower ones makes a frame with them only."""
        parts = [0, 0]
        fine = [False]

        def upper(message: Midi) -> bool:
            parts[:] = [message.second, 0]
            self._set(index, (parts[0] << 7) / LARGEST_14 if fine[0] else message.second / 127.0)
            return not fine[0]

        def lower(message: Midi) -> bool:
            fine[0], parts[1] = True, message.second
            return self._set(index, (parts[0] << 7 | parts[1]) / LARGEST_14)

        self._on(CONTROL, high, upper)
        self._on(CONTROL, low, lower)


def _bend(value: int) -> float:
    """-1..1 of 0..16383; 8192 is the middle."""
    return (value - 8192) / (8191.0 if value > 8192 else 8192.0)


class MidiRun:
    """An open MIDI port."""

    def __init__(self, settings: MidiIn, taken: Taken, port: Port, clock: Clock) -> None:
        self.spec = Spec(taken.spec_channels, settings.rate)
        self.health = Health()
        self.address = f"MIDI {port.name}"
        self._port, self._taken, self._clock = port, taken, clock
        self._ignored = self.health.ignored[port.name] = Counter()
        self._messages = Messages(port, self._ignored)
        self._channel = settings.channel
        self._period = 1.0 / settings.rate if settings.rate else 0.0
        self._due = clock.now() + self._period
        self._queue: deque[Frame] = deque()

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame, or None after `timeout` seconds without one."""
        if self._queue:
            return self._queue.popleft()
        end = time.monotonic() + timeout
        left = timeout
        while True:
            wait = max(0.0, min(left, self._due - self._clock.now()) if self._period else left)
            for message in self._messages.read(wait):
                self._take(message)
            self.health.lost = self._port.lost
            now = self._clock.now()
            if self._period and now >= self._due:
                missed = int((now - self._due) / self._period)
                self._due += (missed + 1) * self._period  # times that nobody asked for are left out
                self._put(now)
            if self._queue:
                return self._queue.popleft()
            left = end - time.monotonic()
            if left <= 0.0:
                return None

    def _take(self, message: Midi) -> None:
        if self._channel and message.channel != self._channel:
            self._ignored["another channel"] += 1
            return
        due = self._taken.take(message)
        if due is None:
            self._ignored[_named(message)] += 1
        elif due and not self._period:
            self._put(self._clock.now())

    def _put(self, now: float) -> None:
        self.health.accepted += 1
        self._queue.append(Frame(now, self._taken.values.copy(), now))

    def close(self) -> None:
        """Let go of the port."""
        self._port.close()


def _named(message: Midi) -> str:
    """What a message that nobody wants is called, so that it can be asked for."""
    if message.kind == CONTROL:
        return f"cc {message.first} is not asked for"
    names = {NOTE_ON: "notes", NOTE_OFF: "notes", BEND: "bend", PRESSURE: "pressure", PROGRAM: "program"}
    return f"{names.get(message.kind, 'pressure of single keys')} is not asked for"
