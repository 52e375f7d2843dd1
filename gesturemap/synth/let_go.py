"""Calls of a sound library that may never return, as one whose server has died does not: they get a time limit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

LIMIT = 1.0
"""Seconds in which letting go of a device must be done; usual are 0.01 to 0.2."""


def returns(act: Callable[[], Any]) -> bool:
    """Do something in a thread of its own; whether it came back within `LIMIT` seconds.

    Where it did not, the thread stays: nothing ends it but the end of the process.
    """
    thread = threading.Thread(target=act, name="let go", daemon=True)
    thread.start()
    thread.join(LIMIT)
    return not thread.is_alive()


def let_go(stream: Any) -> bool:
    """End and close a stream; False if its driver hangs."""

    def act() -> None:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    return returns(act)
