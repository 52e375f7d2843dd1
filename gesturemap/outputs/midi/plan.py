"""What becomes of controls and events: messages, handed to the pace at which they go."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gesturemap.outputs.midi.notes import Notes, Sounding
from gesturemap.outputs.midi.pace import Pace, Waiting
from gesturemap.wire import midi_write as m

SCALE = (0, 2, 4, 7, 9)
"""Degrees of the major pentatonic, in semitones: what gestures play that were given no note."""
OWN = "{gesture}"
"""Stands in the name of a control for the gesture whose note it moves."""


class Dial(NamedTuple):
    """A control that moves something."""

    column: int
    """Its place among the controls."""
    low: float
    high: float


class Moved(NamedTuple):
    """A controller of the main channel and what moves it."""

    key: tuple[str, int]
    dial: Dial
    encode: Callable[[Dial, float], bytes]


class Plan:
    """One zone or channel: what sounds, what every controller was last sent as.

    Parameters
    ----------
    orders : the fields of the output's settings by name, and ``controls``, the names of the controls.
    pace : takes the messages.
    """

    def __init__(self, orders: dict[str, Any], pace: Pace) -> None:
        self._pace, self._orders = pace, orders
        self._ranges: dict[str, Sequence[float]] = orders["ranges"]
        self._mpe = orders["mpe"] != "off"
        if self._mpe:
            lower, members = orders["mpe"] == "lower", int(orders["members"])
            self._main = 1 if lower else 16
            self._members = tuple(range(2, 2 + members)) if lower else tuple(range(15, 15 - members, -1))
            self._used: tuple[int, ...] = tuple(range(1, 17))
        else:
            self._main = int(orders["channel"])
            self._members, self._used = (self._main,), (self._main,)
        self._notes = Notes(self._members)
        self._given: dict[str, int] = orders["notes"]
        self._play, self._root = orders["play"], int(orders["root"])
        self._velocity: Sequence[int] = orders["velocity"]
        self._length, self._programs = float(orders["length"]), orders["program"]
        self._bend_range = int(orders["bend_range"])
        self._own = [
            (what, str(orders[what]), encode)
            for what, encode in (("bend", _bend), ("pressure", _pressure), ("timbre", _timbre))
            if orders[what]
        ]
        self._sent: dict[tuple[str, int], bytes] = {}
        self._labels: dict[str, int] = {}
        self.follow(orders["controls"])

    def follow(self, names: Sequence[str]) -> None:
        """From now on there are these controls, in order; what was sent holds until one moves."""
        self._places = {name: index for index, name in enumerate(names)}
        self._moved = list(self._on_main(self._orders))
        self._values: Sequence[float] = ()

    def _on_main(self, orders: dict[str, Any]) -> list[Moved]:
        found = []
        for name, number in orders["cc"].items():
            if dial := self._dial(name):
                found.append(Moved(("cc", number), dial, _controller(self._main, number)))
        for name, number in orders["cc14"].items():
            if dial := self._dial(name):
                found.append(Moved(("cc14", number), dial, _fine_controller(self._main, number)))
        if not self._mpe:
            for what, name, encode in self._own:
                if dial := self._dial(name):
                    found.append(Moved((what, self._main), dial, encode(self._main)))
        return found

    def _dial(self, name: str) -> Dial | None:
        if name not in self._places:
            return None
        low, high = self._ranges.get(name, (0.0, 1.0))
        return Dial(self._places[name], float(low), float(high))

    # What comes

    def vocabulary(self, labels: Sequence[str]) -> None:
        """Which gestures there are, in order."""
        self._labels = {label: index for index, label in enumerate(labels)}

    def controls(self, values: Sequence[float]) -> None:
        """Send what has changed; a value that is no number leaves things as they were."""
        self._values = values
        for key, dial, encode in self._moved:
            value = values[dial.column]
            if math.isfinite(value):
                self._change(key, encode(dial, value))
        if self._mpe and self._own:
            for one in self._notes.sounding.values():
                for key, data in self._of_note(one):
                    self._change(key, data)

    def _change(self, key: tuple[str, int], data: bytes) -> None:
        if self._sent.get(key) != data:
            self._sent[key] = data
            self._pace.value(key, data)

    def _of_note(self, note: Sounding) -> list[tuple[tuple[str, int], bytes]]:
        """Bend, pressure and timbre of one note, as its controls are now."""
        found = []
        for what, name, encode in self._own:
            dial = self._dial(name.replace(OWN, note.label))
            if dial and self._values and math.isfinite(value := self._values[dial.column]):
                found.append(((what, note.channel), encode(note.channel)(dial, value)))
        return found

    def event(self, kind: str, label: str, strength: float, now: float) -> None:
        """Begin or end what a gesture plays."""
        if kind == "ended":
            if not self._length:
                self._end(self._notes.end(label))
            return
        if kind != "began":
            return
        if label in self._programs:
            self._pace.note(Waiting(m.program(self._main, self._programs[label])))
        key = self._key(label)
        if key < 0:
            return
        until = now + self._length if self._length else math.inf
        note, ended = self._notes.begin(label, key, until)
        for each in ended:
            self._end(each)
        data = b""
        for which, packet in self._of_note(note) if self._mpe else ():
            self._pace.forget(which)
            self._sent[which] = packet
            data += packet
        data += m.note_on(note.channel, key, self._loudness(strength))
        self._pace.note(Waiting(data, begins=(note.channel, key)))

    def _key(self, label: str) -> int:
        """The key a gesture plays; -1: none."""
        if self._play == "none":
            return -1
        if label in self._given:
            return self._given[label]
        if self._play == "listed":
            return -1
        index = self._labels.get(label, 0)
        return min(127, self._root + 12 * (index // len(SCALE)) + SCALE[index % len(SCALE)])

    def _loudness(self, strength: float) -> int:
        softest, loudest = self._velocity
        share = min(max(strength, 0.0), 1.0) if math.isfinite(strength) else 1.0
        return max(1, round(softest + share * (loudest - softest)))

    def _end(self, note: Sounding | None) -> None:
        if note:
            where = (note.channel, note.key)
            self._pace.note(Waiting(m.note_off(*where), ends=where))

    def tick(self, now: float) -> None:
        """End the notes whose time is over."""
        if self._length:
            for note in [each for each in self._notes.sounding.values() if each.until <= now]:
                self._end(self._notes.end(note.label))

    def due(self) -> float:
        """When the next note is over; infinity: never."""
        return (
            min((each.until for each in self._notes.sounding.values()), default=math.inf)
            if self._length
            else math.inf
        )

    # The whole

    def opened(self, left: set[tuple[int, int]]) -> bytes:
        """A port has been opened: what silences it; to be set up it waits, then all values go out.

        Notes that may have been left on there end one by one, as some instruments hear nothing else. What else sounds
        nobody here knows: whoever played to it before may have been killed, or cut off.
        """
        self._notes.end_all()
        hush = self._hush(left | self._pace.sounding)
        self._pace.clear()
        self._pace.sounding.clear()
        setup = b""
        if self._mpe:
            setup = m.registered(self._main, m.MPE_ZONE, len(self._members))
        if self._bend_range:
            setup += b"".join(m.registered(one, m.BEND_RANGE, self._bend_range) for one in self._members)
        if setup:
            self._pace.note(Waiting(setup))
        self._again()
        return hush

    def silence(self) -> None:
        """Panic: everything ends, now; what waits is left out, and what sounds in the device ends note by note.

        A gesture may have ended whose note has not: the message that ends it still waits.
        """
        self._notes.end_all()
        self._pace.clear()
        self._pace.note(Waiting(self._hush(self._pace.sounding), hushes=True))
        self._again()

    def end(self) -> None:
        """The end: notes end, and what controllers were to become still goes out."""
        for note in self._notes.end_all():
            self._end(note)

    def _hush(self, sounding: set[tuple[int, int]]) -> bytes:
        offs = b"".join(m.note_off(*each) for each in sorted(sounding))
        return offs + b"".join(map(m.silence, self._used))

    def _again(self) -> None:
        """Receivers know no value any more."""
        self._sent.clear()
        if self._values:
            self.controls(self._values)


def _controller(channel: int, number: int) -> Callable[[Dial, float], bytes]:
    return lambda dial, value: m.control(channel, number, m.bits(value, dial.low, dial.high, m.MOST_7))


def _fine_controller(channel: int, number: int) -> Callable[[Dial, float], bytes]:
    return lambda dial, value: m.control_14(channel, number, m.bits(value, dial.low, dial.high, m.MOST_14))


def _bend(channel: int) -> Callable[[Dial, float], bytes]:
    return lambda dial, value: m.bend(channel, m.bend_bits(value, dial.low, dial.high))


def _pressure(channel: int) -> Callable[[Dial, float], bytes]:
    return lambda dial, value: m.pressure(channel, m.bits(value, dial.low, dial.high, m.MOST_7))


def _timbre(channel: int) -> Callable[[Dial, float], bytes]:
    return _controller(channel, m.TIMBRE)
