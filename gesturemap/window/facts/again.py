"""By what a window is begun in another size. No Qt."""

from __future__ import annotations

import sys

NEXT = "next"
"""The argument behind the scale of a window that follows another one."""


def command(endpoint: str, scale: float, *, follows: bool) -> list[str]:
    """The process of a window of this size; `follows`: in the place of another one, which is still there."""
    return [sys.executable, "-m", "gesturemap.window", endpoint, str(scale), *([NEXT] if follows else [])]
