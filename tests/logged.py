"""A session log, looked at while somebody writes it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from gesturemap.errors import FileError
from gesturemap.logs.read import read_log


def whole(log: Path) -> bool:
    """Whether it is there and has its end; one that has just been made may not even begin as one."""
    with contextlib.suppress(FileError):
        return log.exists() and read_log(log).whole
    return False
