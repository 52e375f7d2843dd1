"""The stage lock: while it is on, nothing that edits, trains, deletes or saves is carried out, whoever asks.

What plays goes on: scenes are recalled (a project that has no model yet is still fitted, or it could not play), the
volume is turned, a session log is written, and everything is silenced by panic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap.errors import CommandError

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller

REFUSED = "refused_by_lock"
"""The figure that counts it."""
WORDS = {
    "Keep": "keep a demonstration",
    "Enable": "leave out",
    "Relabel": "move demonstrations",
    "Merge": "merge gestures",
    "Configure": "settings",
    "GoTo": "history",
    "SwitchLayer": "layers",
    "ToLayer": "layers",
    "RecordInto": "layers",
}
"""Commands whose names say something else than what a person does."""


def worded(message: c.Message) -> str:
    """What a command does, as a person says it: ``AddGesture`` is "add gesture"."""
    name = type(message).__name__
    return WORDS.get(name, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())


def check(control: Controller, message: c.Message) -> None:
    """Refuse, and count, what the lock forbids now.

    Raises
    ------
    CommandError
        If the lock is on and the command edits, trains, deletes or saves.
    """
    if isinstance(message, c.LOCKED):
        forbid(control, worded(message))


def forbid(control: Controller, what: str) -> None:
    """Refuse, and count, something that edits, trains, deletes or saves, while the lock is on.

    Raises
    ------
    CommandError
        If it is.
    """
    if control.activity.locked:
        control.beside[REFUSED] = control.beside.get(REFUSED, 0) + 1
        raise CommandError(
            what,
            "the stage lock is on",
            "while it is, nothing is edited, trained, deleted or saved",
            "take the lock off first",
        )
