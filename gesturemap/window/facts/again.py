"""By what a window is begun: before control is there, and in another size. No Qt."""

from __future__ import annotations

import sys

WINDOW = [sys.executable, "-m", "gesturemap.window"]
LATER = "-"
"""In place of the endpoint: it comes as a line on standard input; where that ends without one, no window is wanted."""
NEXT = "next"
"""The argument behind the scale of a window that follows another one."""


def command(endpoint: str, scale: float, *, follows: bool) -> list[str]:
    """The process of a window of this size; `follows`: in the place of another one, which is still there."""
    return [*WINDOW, endpoint, str(scale), *([NEXT] if follows else [])]
