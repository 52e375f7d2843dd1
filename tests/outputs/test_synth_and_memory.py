"""The handle on the synth writes its block; memory keeps what it was sent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs import synth
from gesturemap.outputs.memory import Memory
from gesturemap.outputs.synth import Synth
from gesturemap.synth.block import BlockReader

SPEC = Spec.of("pad.level", "pluck.pitch")


def test_a_frame_reaches_the_block_with_its_events():
    run = Synth().start(SPEC)
    try:
        reader = BlockReader(run.block_path)
        run.send(Controls(2.0, np.array([0.5, 7.0]), (Event("began", "a", 0.5), Event("ended", "a", 0.0))))
        assert reader.read().tolist() == [0.5, 7.0]
        assert reader.events(0) == [(2.0, Event("began", "a", 0.5)), (2.0, Event("ended", "a", 0.0))]
        before = reader.beat
        run.beat()
        assert reader.beat > before
        run.silence()
        assert reader.panics == 1
        assert run.faults == 0
    finally:
        run.close()
    assert not Path(run.block_path).exists()
    run.close()


def test_a_place_without_shared_memory_gives_one_line(monkeypatch):
    def full(controls):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(synth, "BlockWriter", full)
    with pytest.raises(synth.DeviceError, match="No space left"):
        Synth().start(SPEC)


def test_memory_keeps_the_last_frames():
    run = Memory(capacity=3).start(SPEC)
    frames = [Controls(float(t), np.array([t, 0.0]), (Event("began", "a", 1.0),)) for t in range(5)]
    for frame in frames:
        run.send(frame)
    run.silence()
    run.close()
    assert list(run.kept) == frames[2:]
    assert run.silenced == 1
    assert run.controls == SPEC
