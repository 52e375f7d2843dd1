"""The engine's process: what is made ready before its loop turns, and that nothing in a frame ends it."""

from __future__ import annotations

import gc
import signal
import sys
from multiprocessing.connection import Connection

from gesturemap import catalog, inner
from gesturemap.clock import SystemClock
from gesturemap.engine.link import Link
from gesturemap.engine.loop import Engine
from gesturemap.features import FEATURE_KERNELS


def run(connection: Connection) -> None:
    """The engine's process, from start to `Quit` or the end of the pipe."""
    for each in (signal.SIGINT, signal.SIGTERM):  # control ends us, in its own order
        signal.signal(each, signal.SIG_IGN)
    link = Link(connection)
    engine = Engine(link, SystemClock())
    engine.kernels.compile(FEATURE_KERNELS)
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
