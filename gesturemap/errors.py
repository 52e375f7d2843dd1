"""Every error a person may meet: place, value, rule, next step."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Self

from gesturemap.plain import one_line, shell

LONGEST = 300
"""Characters of one part of an error's line, and of a name or a reason from elsewhere in it."""


class GesturemapError(Exception):
    """Base of all errors that are told to a person in one line.

    Parameters
    ----------
    place : where it is: a file and key, a port, a demonstration.
    value : what was found there.
    rule : what is wanted instead.
    next_step : what the person can do now.
    """

    def __init__(self, place: str, value: str, rule: str, next_step: str = "") -> None:
        self.place, self.value, self.rule, self.next_step = place, value, rule, next_step
        super().__init__(place, value, rule, next_step)

    def at(self, place: str) -> Self:
        """The same of a place that is known better."""
        return type(self)(place, self.value, self.rule, self.next_step)

    def __str__(self) -> str:
        """One line: ``place: value; rule; next step``."""
        parts = "; ".join(_short(part) for part in (self.value, self.rule, self.next_step) if part)
        return f"{_short(self.place)}: {parts}".replace("\n", " ")


def _short(text: str) -> str:
    """What still is a line."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} ... {text[-LONGEST // 4 :]}"


class SettingsError(GesturemapError):
    """A setting that does not exist or is out of its range."""


class FileError(GesturemapError):
    """A file or folder that is missing, broken, too large or not writable."""


class DataError(GesturemapError):
    """Demonstrations or recordings that cannot be learned from or played."""


class DeviceError(GesturemapError):
    """A port, device or driver that cannot be opened."""


class CommandError(GesturemapError):
    """A command that cannot be carried out now."""


def install(extra: str) -> str:
    """The command that brings what an extra needs, as it fits where this program runs from."""
    checkout = Path(__file__).resolve().parent.parent
    own = Path(sys.prefix)
    if (checkout / "pyproject.toml").is_file():
        there, what = own.is_relative_to(checkout), f"-e '.[{extra}]'"
        where = "" if Path.cwd() == checkout else f"cd {shell(str(checkout))} && "
    else:
        there, what, where = False, f"'gesturemap[{extra}]'", ""
    if sys.prefix == sys.base_prefix:
        return f"{where}pip install {what}"
    place = own.relative_to(checkout) if there else own
    pip = place / ("Scripts" if os.name == "nt" else "bin") / "pip"
    return f"{where}{shell(str(pip))} install {what}"


def not_installed(place: str, extra: str) -> DeviceError:
    """What is said where a library that only some need is not there."""
    return DeviceError(
        place,
        "its library is not installed",
        f"it comes with the extra '{extra}'",
        install(extra),
    )


def unforeseen(where: str, error: Exception) -> GesturemapError:
    """What nobody foresaw, with the line it came from; a file that the system refuses, as it says it."""
    if isinstance(error, OSError) and error.filename:
        place, reason = one_line(str(error.filename), LONGEST), error.strerror or type(error).__name__
        return FileError(place, reason, "the system refuses it", "choose another file or folder")
    line = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{where}, {Path(line.filename).name}:{line.lineno}"
    return CommandError(
        place, one_line(f"{type(error).__name__}: {error}", LONGEST), "", "please report this line"
    )
