"""All sections at once, each in a thread of its own, within `Plan.seconds` and a little more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from gesturemap.catalog import HID, LSL, MICROPHONE, MIDI_IN, MIDI_OUT
from gesturemap.doctor.boards import serial_ports
from gesturemap.doctor.clock import midi_clock
from gesturemap.doctor.devices import devices
from gesturemap.doctor.ears import Ears
from gesturemap.doctor.finding import Finding, look, wrong
from gesturemap.doctor.firewall import firewall
from gesturemap.doctor.listening import listening
from gesturemap.doctor.network import addresses, machine
from gesturemap.doctor.outgoing import outgoing
from gesturemap.doctor.paths import PATIENCE, loop_back
from gesturemap.doctor.plan import Plan
from gesturemap.doctor.ports import ports
from gesturemap.doctor.running import running
from gesturemap.doctor.screen import screen
from gesturemap.doctor.sending import sending
from gesturemap.doctor.sound import sound
from gesturemap.doctor.system import kernels, system

GRACE = 2.5
"""Seconds that the slowest section may take beyond the listening."""
LATEST = 0.6
"""Seconds before that at which a child process is ended."""


@dataclass
class Section:
    """One heading, and what is found under it."""

    name: str
    work: Callable[[], list[Finding]]
    findings: list[Finding] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Look, in a thread that nobody has to wait for."""
        threading.Thread(target=self._look, name=f"doctor {self.name}", daemon=True).start()

    def _look(self) -> None:
        try:
            self.findings = self.work()
        except Exception as error:  # noqa: BLE001 - a doctor that falls over one section must still tell the others
            self.findings = [
                wrong(
                    f"this could not be looked at: {error!r}",
                    "please report it with this line; the rest holds",
                )
            ]
        self.done.set()


def examine(plan: Plan) -> Iterator[tuple[str, list[Finding]]]:
    """Each section's name and findings, in order, as soon as they are there."""
    began = time.monotonic()
    end = began + plan.seconds + GRACE
    most = plan.seconds + GRACE - LATEST
    apart = [
        Section("MIDI", lambda: [*devices(MIDI_IN, most / 2), *devices(MIDI_OUT, most / 2)]),
        Section("LSL", lambda: devices(LSL, most)),
        Section("controllers", lambda: devices(HID, most)),
        Section("sound", lambda: [*sound(most / 2, plan.card), *devices(MICROPHONE, most / 2)]),
        Section("window", lambda: screen(most)),
        Section("computer", lambda: system(plan)),
        Section("first start", lambda: [kernels(plan.model, most)]),
    ]
    if plan.clock.port:
        apart.insert(1, Section("clock", lambda: midi_clock(plan.clock, plan.seconds)))
    for section in apart:
        section.start()
    found = addresses()
    ears = Ears(plan)
    first = [Section("this machine", lambda: machine(found, plan.ports))]
    with closing(ears), running() as others:
        loop = Section("loop-back", lambda: loop_back(ears, found))

        def hear() -> list[Finding]:
            loop.done.wait(2 * PATIENCE)  # its packets must have come before the ports are closed
            return listening(plan, ears, found, others)

        first += [
            Section("ports", lambda: ports(plan, ears, others, found)),
            loop,
            Section("outputs", lambda: [*outgoing(plan, others, most), *sending(plan, most)]),
            Section("firewall", lambda: firewall(plan.ports)),
            Section("listening", hear),
            Section("serial ports", lambda: serial_ports(plan, others)),
        ]
        for section in first:
            section.start()
        for section in [*first, *apart]:
            if section.done.wait(max(0.0, end - time.monotonic())):
                yield section.name, section.findings
            else:
                yield (
                    section.name,
                    [look("no answer in time", f"run {plan.command} again when the computer is less busy")],
                )
