"""The window's process, from start to end."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path

from gesturemap.companion import ENDING
from gesturemap.errors import DeviceError, GesturemapError
from gesturemap.window import display, words

NOT_REACHED = 3
"""Exit code when control went away and did not come back."""


def main(endpoint: str) -> int:
    """Open a window on a running control; return the exit code.

    0: closed by hand; 2: no window can be shown or nobody answers, said in one line; 3: control went away.
    """
    try:
        check()
        return _run(endpoint)
    except GesturemapError as error:
        sys.stderr.write(f"{error}\n")
        return 2


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


def _run(endpoint: str) -> int:
    from PySide6.QtCore import QTimer  # after `check`
    from PySide6.QtWidgets import QApplication

    from gesturemap.control.client import Client
    from gesturemap.window.link import Link
    from gesturemap.window.window import Window

    link = Link(endpoint, Client)
    app = QApplication([words.APP])
    app.setApplicationName(words.APP)
    app.setDesktopFileName(words.APP)
    window = Window(link)
    code = [0]
    window.gone.connect(lambda: code.append(NOT_REACHED))

    def end(*_: object) -> None:
        # In the loop: one that has not begun yet would never hear that its last window was closed.
        QTimer.singleShot(0, lambda: window.close() if window.isVisible() else False)

    for ending in ENDING:
        signal.signal(ending, end)
    window.show()
    gc.collect()
    gc.freeze()  # what is here stays; a full collection would hold up the pictures for tens of ms
    app.exec()
    return code[-1]
