"""Remote control of what a command plays: as its options say, or else its project."""

from __future__ import annotations

import math
import os
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace

from gesturemap import commands as c
from gesturemap.cli.status import AGAIN
from gesturemap.control.controller import Controller
from gesturemap.errors import SettingsError
from gesturemap.inputs.remote import Remote
from gesturemap.remote.space import Space

TOKEN = "GESTUREMAP_TOKEN"  # the name of a variable of the environment


def settings(options: Namespace, own: Remote) -> Remote | None:
    """What the options ask for, on top of what the project says; None: they ask for nothing.

    Raises
    ------
    SettingsError
        If they do not fit together.
    """
    token = os.environ.get(TOKEN, "")
    if options.osc_control is None:
        if options.control_from and not own.port:
            raise SettingsError(
                "--control-from",
                ", ".join(options.control_from),
                "commands need a port",
                "add --osc-control 6450",
            )
        if not options.control_from and not token:
            return None
        return replace(own, control_from=(*own.control_from, *options.control_from), token=token or own.token)
    host, port = options.osc_control
    return replace(
        own,
        host=host or own.host,
        port=port,
        control_from=(*own.control_from, *options.control_from),
        token=token or own.token,
    )


def begun(controller: Controller, options: Namespace) -> Space:
    """Remote control of this one, and a line about it where there is news.

    Raises
    ------
    SettingsError
        If the options do not fit together.
    """
    asked = settings(options, controller.project.remote)
    if not getattr(options, "json", False):
        controller.watchers.append(Commanded())
    return Space(controller, asked if asked is not None and asked.port else None)


class Commanded:
    """Prints where commands are taken, and what is refused and why; of one kind no more than a line in a while."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._told: dict[tuple[str, str], tuple[str, float]] = {}
        """Sender and reason -> what was printed of it, and when."""
        self._address = ""

    def __call__(self, notice: c.Message) -> None:
        """Hear a notice."""
        figures = notice.figures.get("remote") if isinstance(notice, c.Status) else None
        if not figures:
            return
        if figures["address"] and figures["address"] != self._address:
            self._address = figures["address"]
            query = f", OSCQuery at {figures['query']}" if figures["query"] else ""
            print(f"commands: OSC at {self._address}{query}", flush=True)
        now, said = self._now(), {(host, reason): line for host, reason, line in figures["said"]}
        for why in [(host, reason) for host, reasons in figures["refused"].items() for reason in reasons]:
            line = said.get(why, "")
            before, when = self._told.get(why, ("", -math.inf))
            if why in self._told and (line in ("", before) or now - when < AGAIN):
                continue
            self._told[why] = (line, now)
            print(f"refused from {why[0]}: {line or why[1]}", flush=True)
