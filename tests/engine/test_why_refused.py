"""Of what is ignored, the engine says why of late, whatever was counted before."""

from __future__ import annotations

import math
import socket

from gesturemap import catalog
from gesturemap.clock import SystemClock
from gesturemap.engine.figures import Figures
from gesturemap.wire import osc


def test_packets_that_are_not_finite_are_not_put_down_to_another_address() -> None:
    table = {"kind": "osc", "host": "127.0.0.1", "port": 0, "address": "/acc", "arguments": ["x", "y"]}
    run = catalog.read("inputs", table, "test").start(SystemClock())
    figures, place = Figures(0.0), ("127.0.0.1", int(run.address.rpartition(" ")[2]))

    def refused(address: str, value: float, count: int) -> tuple[int, str]:
        for _ in range(count):
            sender.sendto(osc.build(address, value, 1.0, tags="ff"), place)
            assert run.read(0.05) is None
        found = figures.table(1.0, run, None, None)
        return found["refused"], found["why_refused"]

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        assert refused("/gyro", 0.0, 8) == (8, "another address /gyro, not /acc")
        assert refused("/acc", math.nan, 3) == (3, "x is not finite")
        assert refused("/acc", math.inf, 3) == (3, "x is not finite")
        assert refused("/acc", 0.0, 0) == (0, "")
    run.close()
