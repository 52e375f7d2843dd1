"""The sound card: found by name, opened as it can be, lost and found again."""

from __future__ import annotations

import sys
import types

import numpy as np
from staging import PAD, Driver

from gesturemap import inner
from gesturemap.frames import Spec
from gesturemap.synth import callback, host
from gesturemap.synth.block import BlockWriter
from gesturemap.synth.card import Choice, SoundCard
from gesturemap.synth.wav import peak


def test_a_card_that_comes_goes_and_comes_back(monkeypatch):
    driver = Driver(device=False, rates=(44100,))
    monkeypatch.setitem(sys.modules, "sounddevice", driver)
    player = host.Player(lambda message: None)
    card = SoundCard(player)
    card.open()
    assert not card.playing
    assert card.detail == "no audio: there is no output device; connect one, it is looked for every 3 s"
    driver.device = True
    writer = BlockWriter(Spec.of("speed"))
    player.voices(inner.Voices({"voices": [PAD]}, "", str(writer.path)))
    card.open()
    writer.beat()
    writer.close()
    assert card.playing
    assert card.detail == "44100 Hz, 256 frames, Card"
    assert player.mixer.rate == 44100
    stream = driver.streams[0]
    out = np.zeros((256, 2), np.float32)
    for _ in range(100):
        stream.callback(out, 256, None, types.SimpleNamespace(output_underflow=True))
    assert peak(out) > -60
    assert player.underruns == 100
    assert card.load == 0.25
    assert not card.lost()
    stream.active = False
    assert card.lost()
    assert "Card stopped" in card.detail
    assert not card.playing


def test_the_wanted_card_and_its_channels_are_opened(monkeypatch):
    driver = Driver(rates=(48000, 44100))
    monkeypatch.setitem(sys.modules, "sounddevice", driver)
    player = host.Player(lambda message: None)
    card = SoundCard(player)
    writer = BlockWriter(Spec.of("speed"))
    player.voices(inner.Voices({"voices": [PAD]}, "", str(writer.path)))
    assert card.choose(Choice("big", 48000.0, 64, (3, 5)))
    assert not card.choose(Choice("big", 48000.0, 64, (3, 5)))
    card.open()
    assert card.detail == "48000 Hz, 64 frames, Big Card"
    stream = driver.streams[-1]
    assert (stream.device, stream.channels, stream.blocksize) == (2, 5, 64)
    assert player.slot[callback.WIDE] == 5
    out = np.full((64, 5), np.nan, np.float32)
    writer.beat()
    heard = np.zeros(5)
    for _ in range(200):
        stream.callback(out, 64, None, types.SimpleNamespace(output_underflow=False))
        heard = np.maximum(heard, np.abs(out).max(axis=0))
    assert (heard[[2, 4]] > 1e-3).all()
    assert not heard[[0, 1, 3]].any()
    assert card.choose(Choice("small", 48000.0, 64, (3, 5)))
    assert not card.playing
    card.open()
    assert card.detail == "48000 Hz, 64 frames, Small; it has no output 5, so 1 and 1 play"
    out = np.full((64, 1), np.nan, np.float32)
    driver.streams[-1].callback(out, 64, None, types.SimpleNamespace(output_underflow=False))
    assert np.isfinite(out).all()
    assert np.abs(out).max() > 1e-4
    assert card.choose(Choice("violin"))
    card.open()
    assert not card.playing
    assert card.detail.startswith(
        "no audio: no sound card with 'violin' in its name, there are: Card, Big Card, Small; connect it"
    )
    writer.close()


def test_a_missing_library_names_the_package(monkeypatch):
    class Missing:
        def find_spec(self, name, path=None, target=None):
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    monkeypatch.setattr(sys, "platform", "linux")
    card = SoundCard(host.Player(lambda message: None))
    card.open()
    assert card.detail == "no audio: libportaudio2 is missing; apt install libportaudio2"
