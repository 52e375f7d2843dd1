"""What is needed a moment after the start is read beside the first pictures, so that nothing waits for it later."""

from __future__ import annotations

import gc
import threading

from gesturemap import catalog
from gesturemap.window.care.pages import pages
from gesturemap.window.facts import sounds
from gesturemap.window.teach.layouts import layouts
from gesturemap.window.words import LAYOUT_FIRST


def begin() -> threading.Thread:
    """Read every plug-in, patch and known device in a thread of its own."""
    made = threading.Thread(target=_warm, name="window warms", daemon=True)
    made.start()
    return made


def _warm() -> None:
    for kind in LAYOUT_FIRST:
        layouts(kind)
    catalog.load()
    sounds.offers()
    pages()
    gc.freeze()  # what was read stays: to look through it again and again would hold up the pictures for tens of ms
