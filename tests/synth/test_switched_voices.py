"""Voices that were rehearsed take the place of others: no click, no gap, nothing that stays, and back again."""

from __future__ import annotations

import numpy as np
import pytest
from playing import kink
from staging import Stage

from gesturemap import inner
from gesturemap.frames import Event, Spec
from gesturemap.synth.block import BlockWriter
from gesturemap.synth.wav import rms

ONE = {"volume": 0.5, "voices": [{"kind": "pad", "drone": True, "attack": 0.01}]}
OTHER = {
    "volume": 0.5,
    "voices": [{"kind": "pad", "name": "high", "drone": True, "attack": 0.01, "pitch": 7.0}],
}


@pytest.fixture
def stage():
    stage = Stage()
    yield stage
    stage.close()


@pytest.fixture
def second():
    writer = BlockWriter(Spec.of("high.level"))
    yield writer
    writer.close()


def of(table, writer, *, later=False):
    return inner.Voices(table, "", str(writer.path), ["a"], later)


def test_a_switch_is_a_swap_without_click_or_gap(stage, second):
    stage.say(of(ONE, stage.writer))
    stage.say(of(OTHER, second, later=True))
    player = stage.host.player
    first, ready = player.mixer, player._wings[str(second.path)].mixer
    stage.writer.write(np.array([1.0, 0.0]))
    second.write(np.array([1.0]))
    before = stage.sound(0.5)
    for table, writer, mixer in ((OTHER, second, ready), (ONE, stage.writer, None), (OTHER, second, ready)):
        writer.beat()
        stage.say(of(table, writer))
        assert mixer is None or player.mixer is mixer
        heard = [np.zeros((0, 2), np.float32)]
        for _ in range(100):
            writer.beat()
            heard.append(stage.sound(256 / 48000))
        after = np.concatenate([before[-4800:], *heard])
        steady = kink(after[-12000:])
        assert kink(after) < 2.0 * max(steady, kink(before[12000:]))
        loud = [rms(after[at : at + 960]) for at in range(0, len(after) - 960, 480)]
        assert min(loud) > max(loud) - 20  # dB: 20 ms that are silent would be some -120
        assert np.abs(after).max() <= 1.0
        before = after
    assert first.silent
    assert not player._before or player._before.silent


def test_what_was_played_before_does_not_come_back(stage, second):
    plucked = {"volume": 0.5, "voices": [{"kind": "pluck", "body": "metal", "decay": 6.0}]}
    stage.say(of(plucked, stage.writer))
    stage.say(of(plucked, stage.writer, later=True))
    stage.say(of(OTHER, second, later=True))
    stage.writer.event(0.0, Event("began", "a", 1.0))
    assert rms(stage.sound(0.2)) > -50
    second.beat()
    stage.say(of(OTHER, second))
    stage.sound(0.2)
    stage.say(of(plucked, stage.writer))
    stage.sound(0.1)
    assert not stage.sound(0.3).any()  # the string was let go of when the scene was left
    stage.writer.event(0.0, Event("began", "a", 1.0))
    assert rms(stage.sound(0.2)) > -50


def test_a_block_that_is_gone_is_rehearsed_no_more(stage, second):
    stage.say(of(ONE, stage.writer))
    stage.say(of(OTHER, second, later=True))
    second.close()
    stage.say(of(ONE, stage.writer, later=True))
    assert list(stage.host.player._wings) == [str(stage.writer.path)]
