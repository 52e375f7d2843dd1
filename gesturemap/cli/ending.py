"""How a signal ends what plays: in order, and without a terminal where that is what went away."""

from __future__ import annotations

import errno
import os
import signal
from types import FrameType
from typing import TYPE_CHECKING

from gesturemap.companion import ENDING

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller

HUNG_UP = 129
"""The exit code where the terminal went away, as shells have it: 128 and the number of SIGHUP."""
_heard: set[int] = set()
"""Signals that have come since there was a control to end."""


def ending(controller: Controller) -> None:
    """Let SIGINT, SIGTERM and the end of the terminal end this control cleanly; nohup's wish stands."""
    lines = [file for file in (1, 2) if os.isatty(file)]

    def end(number: int, _frame: FrameType | None) -> None:
        controller.quit = True
        _heard.add(number)
        if hung_up():  # nothing more can be said there, and whoever tries must not stumble
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for file in lines:
                os.dup2(nowhere, file)
            os.close(nowhere)

    for each in ENDING:
        if signal.getsignal(each) != signal.SIG_IGN or each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, end)


def hung_up() -> bool:
    """Whether the terminal has gone away."""
    return getattr(signal, "SIGHUP", None) in _heard


def of_the_terminal(error: OSError) -> bool:
    """Whether this is what writing to a terminal that went away brings."""
    return error.errno == errno.EIO and hung_up()
