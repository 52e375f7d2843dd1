"""A MIDI device that logs every byte with its time, and an output that plays to it."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from typing import Any

import mido
import numpy as np
from midi_ports import Cable

from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs.beside import BesideRun
from gesturemap.outputs.midi.output import Midi
from gesturemap.wire.midi_write import silence

CONTROLS = Spec.of("pad.level", "pad.pitch semitones", "mod", "press")
PATIENCE = 10.0


class Log:
    """What came out of a cable: messages as mido reads them, each with its time."""

    def __init__(self, cable: Cable) -> None:
        self.cable = cable
        self.parser = mido.Parser()
        self.bytes = b""
        self.found: list[tuple[float, mido.Message]] = []

    def read(self, seconds: float) -> None:
        """Take what comes within so many seconds, returning after the first piece."""
        if select.select([self.cable.here], [], [], seconds)[0]:
            try:
                data, now = os.read(self.cable.here, 65536), time.monotonic()
            except OSError:  # nobody holds the other end
                select.select([], [], [], 0.01)
                return
            self.bytes += data
            self.parser.feed(data)
            self.found += [(now, message) for message in self.parser]

    def until(self, enough: Callable[[list[mido.Message]], bool], what: str = "") -> list[mido.Message]:
        """Every message so far, once they are enough."""
        end = time.monotonic() + PATIENCE
        while not enough(self.messages) and time.monotonic() < end:
            self.read(0.05)
        assert enough(self.messages), f"{what} {self.messages}"
        return self.messages

    @property
    def messages(self) -> list[mido.Message]:
        return [message for _, message in self.found]

    def clear(self) -> None:
        self.bytes, self.found = b"", []


def started(cable: Cable, controls: Spec = CONTROLS, **settings: Any) -> BesideRun:
    """An output that plays to a cable."""
    run = Midi(port=str(cable.path), **settings).start(controls)
    run.vocabulary(("circle", "line", "shake"))
    return run


def opened(run: BesideRun) -> None:
    """Wait until the process has said that its port is open."""
    beats(run, lambda: run.open)


def hushed(cable: Cable, settings: dict[str, Any]) -> None:
    """Take what a newly opened port gets before all else: silence on every channel that is used."""
    used = range(1, 17) if settings.get("mpe", "off") != "off" else (settings.get("channel", 1),)
    wanted = b"".join(map(silence, used))
    got = b""
    end = time.monotonic() + PATIENCE
    while len(got) < len(wanted) and time.monotonic() < end:
        if select.select([cable.here], [], [], 0.05)[0]:
            got += os.read(cable.here, len(wanted) - len(got))
    assert got == wanted


def beats(run: BesideRun, done: Callable[[], bool]) -> None:
    """Do as the engine does, until something is so."""
    end = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < end:
        run.beat()
        select.select([], [], [], 0.01)
    assert done(), (run.fault, run.figures)


def frame(*values: float, events: tuple[Event, ...] = ()) -> Controls:
    return Controls(1.0, np.array(values), events)


def began(label: str, strength: float = 1.0) -> Event:
    return Event("began", label, strength)


def ended(label: str) -> Event:
    return Event("ended", label, 0.0)


def hanging(messages: list[mido.Message], main: int = -1) -> set[tuple[int, int]]:
    """Channel and key of what still sounds in a receiver that obeys every message, sustain included.

    Parameters
    ----------
    main : the main channel of an MPE zone: its sustain is that of all.
    """
    down: set[tuple[int, int]] = set()
    kept: set[tuple[int, int]] = set()
    sustained: set[int] = set()
    for one in messages:
        match one.type, getattr(one, "control", None):
            case "note_on", _:
                down.add((one.channel, one.note))
            case "note_off", _:
                if (one.channel, one.note) in down and {one.channel, main} & sustained:
                    kept.add((one.channel, one.note))
                down.discard((one.channel, one.note))
            case "control_change", 64:
                if one.value >= 64:
                    sustained.add(one.channel)
                else:
                    sustained.discard(one.channel)
                    kept = {each for each in kept if {each[0], main} & sustained}
            case "control_change", 120:
                down = {each for each in down if each[0] != one.channel}
                kept = {each for each in kept if each[0] != one.channel}
    return down | kept
