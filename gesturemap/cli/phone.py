"""The command that brings a phone in: the page's QR code, who is connected; or a project played by it."""

from __future__ import annotations

import signal
import sys
import time
from argparse import Namespace
from typing import Any

from rich.live import Live
from rich.table import Table

from gesturemap import catalog
from gesturemap.cli.codes import CONSOLE, show_codes
from gesturemap.cli.play import perform
from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError
from gesturemap.inputs.phone.input import Phone, PhoneRun
from gesturemap.inputs.phone.motion import GROUPS
from gesturemap.library import project_folder
from gesturemap.project.project import Project
from gesturemap.project.read import read_project

MOST_SHOWN = 3
"""Senders, and reasons of each, that are named where something was not used."""
LOOK = 0.1
"""Seconds between two looks at the phones where there is a terminal."""
SAY = 1.0
"""Seconds between two lines where there is none; a line that has not changed is not repeated."""


def phone(options: Namespace) -> int:
    """Serve the page and show what comes; with a project, play it."""
    asked = {
        name: getattr(options, name)
        for name in ("port", "host", "phones", "channels")
        if getattr(options, name) is not None
    }
    if options.project:
        project, _ = read_project(project_folder(options.project))
        table = {**suited(project), **asked}
        settings: Phone = catalog.read("inputs", table, "options")
        return perform(options, settings if settings != project.input else None)
    settings = catalog.read("inputs", {"kind": "phone", **asked}, "options")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # phones are told that it ends
    run = settings.start(SystemClock())
    try:
        show_codes(run.address)
        watch(run, options.seconds)
    finally:
        run.close()
    return 0


def suited(project: Project) -> dict[str, Any]:
    """A phone as this project wants it: its own, or one that gives the channels it was taught with."""
    if isinstance(project.input, Phone):
        return catalog.write(project.input)
    if not project.shown:
        return {"kind": "phone"}
    taught = project.shown[0].spec.channels
    for unit in ("m/s2", "g"):
        by_first = {Phone(channels=(group,), acceleration=unit).spec().channels[0]: group for group in GROUPS}
        groups = [by_first[channel] for channel in taught if channel in by_first]
        made = Phone(channels=tuple(groups), acceleration=unit)
        if groups and made.spec().channels == taught:
            return catalog.write(made)
    return {"kind": "phone"}


class Watched:
    """What has come of an open page: rate and newest values of each phone."""

    def __init__(self, run: PhoneRun) -> None:
        self.run = run
        self.places = len(run.samples)
        self.width = run.spec.width // self.places
        self.names = [name.removeprefix("phone1_") for name in run.spec.names[: self.width]]
        self.rates = [0.0] * self.places
        self._values = [0.0] * run.spec.width
        self._before, self._since = list(run.samples), time.monotonic()

    def take(self, seconds: float) -> None:
        """Read for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0.0:
            frame = self.run.read(left)
            if frame is not None:
                self._values = frame.values.tolist()
        gone = time.monotonic() - self._since
        if gone >= 1.0:
            self.rates = [(now - old) / gone for now, old in zip(self.run.samples, self._before, strict=True)]
            self._before, self._since = list(self.run.samples), time.monotonic()

    def rows(self) -> list[list[str]]:
        """A row for each phone: what it is, whether it is there, rate, values."""
        found = []
        for caller in self.run.phones:
            first = (caller.place - 1) * self.width
            values = [f"{value:.2f}" for value in self._values[first : first + self.width]]
            state = "connected" if caller.here else "away"
            found.append(
                [f"{caller.place} {caller.name}", state, f"{self.rates[caller.place - 1]:.0f} Hz", *values]
            )
        return found or [["-", "waiting: scan the code", "", *[""] * self.width]]

    def unused(self, *, counts: bool = True) -> str:
        """What was not used and why, of the first few senders, or an empty text."""
        ignored = dict(self.run.health.ignored)
        told = [
            f"{sender}: {reason} ({count})" if counts else f"{sender}: {reason}"
            for sender, reasons in tuple(ignored.items())[:MOST_SHOWN]
            for reason, count in tuple(reasons.items())[:MOST_SHOWN]
        ]
        if len(ignored) > MOST_SHOWN:
            others = f"{len(ignored) - MOST_SHOWN} " if counts else ""
            told.append(f"and {others}other senders")
        return f"not used: {', '.join(told)}" if told else ""

    def table(self) -> Table:
        """The same as a table."""
        made = Table(box=None, pad_edge=False, caption=self.unused() or None, caption_justify="left")
        for number, head in enumerate(("phone", "", "rate", *self.names)):
            made.add_column(head, justify="left" if number < 2 else "right", min_width=7, no_wrap=True)
        for row in self.rows():
            made.add_row(*row)
        return made


def watch(run: PhoneRun, seconds: float | None) -> None:
    """Show the phones until Ctrl-C, or for so many seconds: a table, or lines, where they have changed."""
    end = time.monotonic() + seconds if seconds else float("inf")
    watched = Watched(run)
    try:
        if CONSOLE.is_terminal:
            with Live(watched.table(), console=CONSOLE, refresh_per_second=10) as live:
                while time.monotonic() < end:
                    watched.take(min(LOOK, end - time.monotonic()))
                    live.update(watched.table())
            return
        said: list[str] = []
        while time.monotonic() < end:
            watched.take(min(SAY, end - time.monotonic()))
            before, said = said, ["  ".join(row).rstrip() for row in watched.rows()]
            if unused := watched.unused(counts=False):  # they go on rising: that is no news
                said.append(unused)
            for line in said:
                if line not in before:
                    CONSOLE.print(line, markup=False)
    except DeviceError as error:
        raise DeviceError(error.place, error.value, "it does not run any more", "start again") from error
