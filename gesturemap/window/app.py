"""The window's process, from start to end."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from gesturemap.companion import ENDING
from gesturemap.errors import DeviceError, GesturemapError
from gesturemap.window import display, words
from gesturemap.window.facts.again import LATER, command
from gesturemap.window.facts.kept import SCALE, Kept, kept_file, nearest, read_kept

NOT_REACHED = 3
"""Exit code when control went away and did not come back."""
INSTEAD = "--instead"
"""The argument before a project that cannot be opened, and why."""
AGAIN = 4
"""What the loop ends with when the window is to be opened in another size."""
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""So that no picture waits for a thread of NumPy's, which reads it when it is first imported."""


def main(endpoint: str, scale: float | None = None, *, follows: bool = False) -> int:
    """Open a window on a running control; return the exit code.

    0: closed by hand; 2: no window can be shown or nobody answers, said in one line; 3: control went away.
    Where everything is to be larger or smaller, another window follows this one (`relay`), told the scale: Qt takes
    one before it starts. `follows`: this is such a one.
    """
    for name, value in ALONE.items():
        os.environ.setdefault(name, value)
    fixed = os.environ.get(SCALE, "")
    try:
        check()
        kept = read_kept(kept_file())
        if scale is not None:
            kept = replace(kept, scale=nearest(scale))
        if not fixed and kept.scale != 1.0:
            os.environ[SCALE] = str(kept.scale)
        code, wanted = _run(endpoint, kept, fixed, follows=follows)
    except GesturemapError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if code != AGAIN:
        return code
    if not fixed:
        os.environ.pop(SCALE, None)
    again = command(endpoint, wanted, follows=follows)
    if os.name == "posix":
        os.execv(sys.executable, again)  # the same process: whoever started it still has it
    return subprocess.call(again)


def instead(project: str, why: str) -> int:
    """Say in a window why a project cannot be opened; print the folder that is to be opened instead, if there is one.

    Return the exit code: 2 where no window can be shown.
    """
    try:
        check()
    except GesturemapError:
        return 2
    from gesturemap.window.broken import ask  # after `check`

    sys.stdout.write(ask(project, why))
    return 0


def check() -> None:
    """See that a window can be shown, before Qt tries and aborts.

    Raises
    ------
    DeviceError
        Saying what is missing.
    """
    platform = display.choose(os.environ)
    try:
        from PySide6 import QtWidgets  # noqa: F401  # the import is the check
        from PySide6.QtCore import QLibraryInfo
    except ModuleNotFoundError as error:
        raise DeviceError(words.WINDOW, words.NO_QT, words.NEEDS_QT, words.INSTALL_QT) from error
    except ImportError as error:
        raise display.missing_library(error) from error
    if platform == "xcb" or os.environ.get("QT_QPA_PLATFORM", "").startswith("xcb"):
        display.check_plugin(Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)))
    if platform:
        os.environ["QT_QPA_PLATFORM"] = platform


def _run(endpoint: str, kept: Kept, fixed: str, *, follows: bool) -> tuple[int, float]:
    """The exit code, and how large everything is to be from now on."""
    from PySide6.QtCore import QTimer  # after `check`
    from PySide6.QtWidgets import QApplication

    from gesturemap.control.client import Client
    from gesturemap.window import relay
    from gesturemap.window.care import warm
    from gesturemap.window.care.memory import most
    from gesturemap.window.link import Link
    from gesturemap.window.look.colours import DARK, PALETTES
    from gesturemap.window.opened import Opened
    from gesturemap.window.window import Window

    app = QApplication([words.APP])
    if not fixed and kept.scale > (fits := most(kept)):  # another screen than last time
        return AGAIN, fits
    later = endpoint == LATER
    link = Link("" if later else endpoint, Client)
    app.setApplicationName(words.APP)
    app.setDesktopFileName(words.APP)
    window = Window(link, PALETTES.get(kept.look, DARK))
    if later:  # all is built meanwhile
        if not (endpoint := sys.stdin.readline().strip()):
            return 0, kept.scale  # no window is wanted any more
        link.reach(endpoint)
    code = [0]
    window.gone.connect(lambda: code.append(NOT_REACHED))
    opened = Opened(window, endpoint, kept, fixed)

    def end(*_: object) -> None:
        # In the loop: one that has not begun yet would never hear that its last window was closed.
        QTimer.singleShot(0, lambda: window.close() if window.isVisible() else False)

    for ending in ENDING:
        signal.signal(ending, end)
    if follows:
        opened.follow(app.quit)
    else:
        opened.open()
    QTimer.singleShot(0, warm.begin)  # after the first picture
    gc.collect()
    gc.freeze()  # what is here stays; a full collection would hold up the pictures for tens of ms
    app.exec()
    if opened.followed is not None:
        relay.leave(opened.followed)
    return code[-1], kept.scale
