"""A sensor that dies while it is recorded."""

from __future__ import annotations

import time

import pytest


@pytest.mark.parametrize("kind", ["osc", "pointer"])
def test_a_sensor_that_falls_silent_while_it_is_recorded_is_said_there(shown, kind: str) -> None:
    bench, overlay = shown.window.bench, shown.window.teach.stage.overlay
    shown.change(input={"kind": kind})
    now = time.perf_counter()
    bench.press_record(now)
    shown.change(recording=bench.selection)
    shown.control.frame(now + 5.0)
    bench.live.tick(now + 5.0)
    recording = f"recording {bench.selection}"
    assert overlay.text(now + 5.0) == f"{recording}  5.0 s"
    bench.live.tick(now + 5.9)
    assert overlay.text(now + 5.9) == f"{recording}  5.9 s"
    bench.live.tick(now + 6.2)
    nothing = "" if kind == "pointer" else "  ·  nothing comes"
    assert overlay.text(now + 6.2) == f"{recording}  6.2 s{nothing}"
