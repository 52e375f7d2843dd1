"""Help for the tests of the synth's process: a host with its two ends, and a driver of sound cards for tests."""

from __future__ import annotations

import multiprocessing
import types

import numpy as np

from gesturemap import codec, inner
from gesturemap.frames import Spec
from gesturemap.synth import callback, host
from gesturemap.synth.block import BlockWriter

PAD = {"kind": "pad", "drone": True, "attack": 0.01}
PLUCK = {"kind": "pluck", "body": "metal"}
TABLES = {"volume": 0.5, "voices": [PAD, PLUCK]}


class Stage:
    """A host at one end of a pipe, control at the other, and a sound card that is turned by hand."""

    def __init__(self):
        self.control, theirs = multiprocessing.Pipe()
        self.host = host.Host(theirs)
        self.host.card.open = lambda: None
        self.writer = BlockWriter(Spec.of("pad.level", "pad.pitch"))
        self.theirs = theirs

    def say(self, message):
        self.control.send_bytes(codec.encode(message))
        self.host.turn(0.5)

    def heard(self, kind):
        found = []
        while self.control.poll(0):
            message = codec.decode(self.control.recv_bytes())
            found += [message] if isinstance(message, kind) else []
        return found

    def sound(self, seconds, block=256, beat=True):
        out = np.zeros((round(seconds * 48000 / block) * block, 2), np.float32)
        for start in range(0, len(out), block):
            if beat:
                self.writer.beat()
            callback.fill(self.host.player.slot, 0, out[start : start + block])
        return out

    def voices(self, tables=TABLES, block=None):
        self.say(inner.Voices(tables, "", str(self.writer.path) if block is None else block))

    def close(self):
        self.writer.close()
        self.control.close()
        self.theirs.close()


MICROPHONE = {"name": "Microphone", "default_samplerate": 44100.0, "max_input_channels": 1}


class Driver(types.SimpleNamespace):
    """Stands for the sounddevice module: a card that comes, goes and can be broken."""

    class PortAudioError(Exception):
        pass

    def __init__(self, device=True, rates=(48000,)):
        super().__init__(device=device, rates=rates, streams=[])

    def _terminate(self):
        pass

    def _initialize(self):
        pass

    def query_devices(self, device=None, kind=""):
        if not self.device:
            raise self.PortAudioError("Error querying device -1")
        cards = [
            MICROPHONE | {"max_output_channels": 0},
            {"name": "Card", "default_samplerate": 44100.0, "max_output_channels": 2},
            {"name": "Big Card", "default_samplerate": 48000.0, "max_output_channels": 8},
            {"name": "Small", "default_samplerate": 48000.0, "max_output_channels": 1},
        ]
        cards[1:] = [{"max_input_channels": 0} | card for card in cards[1:]]
        return cards[1] if kind == "output" else MICROPHONE if kind else cards

    def check_output_settings(self, device, channels, dtype, samplerate):
        if samplerate not in self.rates:
            raise self.PortAudioError("Invalid sample rate [PaErrorCode -9997]")

    def InputStream(self, **settings):
        return self.OutputStream(**settings, latency=0.02)

    def OutputStream(self, **settings):
        stream = types.SimpleNamespace(
            **settings,
            active=True,
            cpu_load=0.25,
            start=lambda: None,
            abort=lambda ignore_errors: None,
            close=lambda ignore_errors: None,
        )
        self.streams.append(stream)
        return stream
