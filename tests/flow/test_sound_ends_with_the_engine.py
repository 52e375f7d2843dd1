"""An engine that is killed in the middle of a gesture leaves no note sounding in the built-in synth."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pytest
from flow_house import Playing, execution

from gesturemap import commands as c
from gesturemap.control import voices
from gesturemap.synth import callback
from gesturemap.synth.player import Player

MOST = 24000
"""Samples rendered at once, however long nobody asked for them."""


class Heard:
    """The synth's player, told what control tells the synth, and turned by the clock: no sound card is needed."""

    def __init__(self, playing: Playing) -> None:
        self._control = playing.control
        self.player = Player(playing.notices.append)
        self._told, self._last = "", time.perf_counter()

    def level(self) -> float:
        """Peak of what has sounded since the last look, dB of full scale."""
        if self._control.block and self._control.block != self._told:
            self._told = self._control.block
            self.player.voices(voices.of(self._control, self._control.desk, self._told))
        now = time.perf_counter()
        samples = min(round((now - self._last) * 48000), MOST)
        self._last = now
        for start in range(0, samples, 256):
            callback.fill(self.player.slot, 0, np.zeros((min(256, samples - start), 2), np.float32))
        return max(self.player.levels())


@pytest.mark.long
def test_a_note_that_had_begun_ends_though_another_engine_takes_over_at_once(playing):
    control, patch = playing.ready().control, playing.patch
    playing.until(lambda: control.block)
    heard = Heard(playing)
    heard.level()
    control.engine.stand_by(control.kernels())
    playing.until(lambda: control.engine._spares[0][1].poll())
    first, rows = control.engine.pid, list(execution("line", 7)[:60])

    def sounds() -> bool:
        patch.send(rows.pop(0) if len(rows) > 1 else rows[0], playing.port)
        return bool(heard.level() > -40.0 and playing.told(c.Happened))

    playing.until(sounds)
    was = control.block
    os.kill(first, signal.SIGKILL)
    playing.until(
        lambda: control.block not in ("", was)
    )  # the card stands still: it is no matter of how fast this is
    assert heard.level() > -40.0
    playing.until(lambda: heard.level() < -60.0, 5.0)
    assert [notice.kind for notice in playing.told(c.Happened)] == ["began", "ended"]
