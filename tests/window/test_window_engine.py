"""What the window shows while the engine starts again: no numbers of the old one, no advice about sensors."""

from __future__ import annotations

import time

from little_control import FIGURES, document

from gesturemap import commands as c
from gesturemap.window import words

PROCESSES = document()["processes"]


def test_an_engine_that_starts_again_is_said_everywhere_and_its_old_numbers_go(shown) -> None:
    teach, status = shown.window.teach, shown.window.status
    for ago in (1.0, 0.0):
        shown.control.frame(time.perf_counter() - ago)
    shown.until(lambda: shown.window.bench.live.heard and shown.window.bench.live.minute.seconds)
    for state in ("restarting", "starting"):
        shown.change(processes=PROCESSES | {"engine": state}, input_address="", pointer_port=0)
        shown.window.tick()
        assert teach.sources.health.text() == f"{words.ENGINE_AGAIN}\n{words.ENGINE_STEP}"
        assert teach.recognised.winner.text() == words.ENGINE_AGAIN
        assert shown.window.bench.look.palette.faint in teach.recognised.winner.styleSheet()
        assert status.play.text().startswith(words.ENGINE_AGAIN)
        assert words.ENGINE_AGAIN in teach.stage.curves.empty.text()
        assert words.SILENT_STEPS["pointer"] not in teach.stage.curves.empty.text()
        assert teach.outgoing.values.texts() == [words.ENGINE_AGAIN]
        assert not shown.window.bench.live.minute.seconds  # nothing of it can be kept any more
    shown.change(processes=PROCESSES)
    shown.window.tick()
    assert teach.sources.health.text() == words.OPENING_SOURCE
    shown.change(input_address="127.0.0.1, UDP port 50000")
    assert teach.sources.health.text() == words.POINTER_ADDRESS  # not its old rate, and no advice yet
    shown.control.tell(c.Status(FIGURES))
    shown.until(lambda: "60 Hz" in teach.sources.health.text())
    shown.window.tick()
    assert words.ENGINE_AGAIN not in status.play.text()
    assert teach.recognised.winner.text() != words.ENGINE_AGAIN


def test_an_engine_that_was_given_up_says_what_to_do(shown) -> None:
    shown.change(processes=PROCESSES | {"engine": "given up: it died too often"}, input_address="")
    shown.window.tick()
    assert words.ENGINE_OFF_STEP in shown.window.teach.sources.health.text()
    assert shown.window.teach.recognised.winner.text() == words.ENGINE_OFF
