"""The engine's process: what is made ready before its loop turns, and that nothing in a frame ends it."""

from __future__ import annotations

import gc
import sys
from multiprocessing.connection import Connection

from gesturemap import catalog, companion, inner
from gesturemap.clock import SystemClock
from gesturemap.engine.link import Link
from gesturemap.engine.loop import Engine


def run(connection: Connection) -> None:
    """The engine's process, from start to `Quit` or the end of the pipe."""
    companion.deaf()
    link = Link(connection)
    engine = Engine(link, SystemClock())
    catalog.load()
    sys.setswitchinterval(5e-4)
    link.send(inner.Ready("engine"))
    gc.collect()
    gc.freeze()
    try:
        while not engine.quit:
            try:
                engine.turn()
            except Exception as error:  # noqa: BLE001  # a fault in one frame must not end the concert
                engine.stumble(error)
    finally:
        engine.close()
