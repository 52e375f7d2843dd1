"""The MIDI clock of a project: whether its port is there, and ticks."""

from __future__ import annotations

import time
from collections import Counter

from gesturemap.control.tempo import Tempo
from gesturemap.doctor.finding import Finding, look, ok, wrong
from gesturemap.errors import DeviceError
from gesturemap.inputs.midi_clock import MidiClock
from gesturemap.inputs.midi_port import Messages, open_port
from gesturemap.wire.midi import TICK

LISTEN = 2.0
"""Seconds in which ticks must come."""


def midi_clock(clock: MidiClock, seconds: float) -> list[Finding]:
    """One line: the tempo that is heard, or what is in its way."""
    tempo, ticks = Tempo(), 0
    try:
        port = open_port(clock.port, clock.baud)
    except DeviceError as error:
        return [wrong(f"{error.place}: {error.value}; {error.rule}", error.next_step)]
    try:
        messages = Messages(port, Counter(), clock=True)
        end = time.perf_counter() + min(LISTEN, seconds)
        while time.perf_counter() < end:
            for message in messages.read(0.1):
                if message.kind == TICK:
                    ticks += 1
                    tempo.tick(time.perf_counter())
    except DeviceError as error:
        return [wrong(f"{error.place}: {error.value}", error.next_step)]
    finally:
        port.close()
    grid = tempo.grid
    if grid is None or not grid.step:
        heard = f"{ticks} ticks" if ticks else "no clock"
        return [
            look(
                f"{port.name}: {heard} in {min(LISTEN, seconds):g} s",
                "press play in the sequencer; if that does not help, switch on sending MIDI clock to this port there",
            )
        ]
    return [
        ok(f"{port.name}: a clock of {60.0 / grid.step:.1f} beats a minute", "events with quantise follow it")
    ]
