"""The synth's process: its commands over a real pipe, its callback with real arrays, its life and its end."""

from __future__ import annotations

import ctypes
import multiprocessing
import sys
import types
from time import perf_counter

import numpy as np
import pytest
from playing import kink

from gesturemap import codec
from gesturemap import commands as c
from gesturemap.frames import Event, Spec
from gesturemap.synth import callback, host
from gesturemap.synth.block import BlockWriter
from gesturemap.synth.card import Choice, SoundCard
from gesturemap.synth.pointer import address_of
from gesturemap.synth.wav import peak, read, rms, write_wav

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
        self.say(c.Voices(tables, "", str(self.writer.path) if block is None else block))

    def close(self):
        self.writer.close()
        self.control.close()
        self.theirs.close()


@pytest.fixture
def stage():
    stage = Stage()
    yield stage
    stage.close()


def test_voices_play_what_the_block_says(stage):
    stage.voices()
    stage.writer.write(np.array([1.0, 0.0]))
    loud = stage.sound(0.5)
    stage.writer.write(np.array([0.0, 0.0]))
    stage.sound(2.0)
    quiet = stage.sound(0.5)
    stage.writer.event(0.0, Event("began", "a", 1.0))
    struck = stage.sound(0.5)
    assert rms(loud) > -35
    assert rms(quiet) < rms(loud) - 40
    assert peak(struck) > peak(quiet) + 20
    assert stage.heard(c.Fault) == []


def test_the_c_callback_and_the_python_callback_play_the_same(stage):
    stage.writer.write(np.array([1.0, 0.0]))
    stage.voices()
    slot = stage.host.player.slot
    kind = ctypes.CFUNCTYPE(
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
    )
    function = kind(address_of(callback.audio, callback.AUDIO))
    compiled, plain = np.zeros((5000, 2), np.float32), np.zeros((5000, 2), np.float32)
    stage.writer.beat()
    assert function(None, compiled.ctypes.data, 5000, None, callback.UNDERFLOW, slot.ctypes.data) == 0
    stage.host.player._playing = ()
    stage.voices()
    stage.writer.beat()
    callback.fill(slot, 0, plain)
    assert np.array_equal(compiled, plain)
    assert peak(plain) > -40
    assert stage.host.player.underruns == 1
    assert stage.host.player.blocks == 2


def test_an_empty_slot_is_silent(stage):
    out = np.ones((64, 2), np.float32)
    callback.fill(stage.host.player.slot, 0, out)
    assert not out.any()
    assert stage.host.player.levels() == [-120.0, -120.0]


def test_when_the_engine_dies_the_sound_fades_and_comes_back_with_it(stage):
    stage.voices()
    stage.writer.write(np.array([1.0, 0.0]))
    alive = stage.sound(1.0)
    held = stage.sound(0.9, beat=False)
    fading = stage.sound(0.7, beat=False)
    dead = stage.sound(0.5, beat=False)
    assert rms(held[24000:]) > rms(alive[24000:]) - 3
    assert kink(fading) < 1.5 * kink(alive[24000:])
    assert not dead.any()
    assert rms(stage.sound(0.5)) > -35


def test_nothing_sounds_before_the_engine_lives(stage):
    stage.voices()
    stage.writer._values[stage.writer._start] = 1.0
    assert not stage.sound(0.3, beat=False).any()
    assert rms(stage.sound(0.3)) > -40


def test_panic_from_control_and_from_the_block(stage):
    stage.voices()
    stage.writer.write(np.array([1.0, 0.0]))
    for panic in (lambda: stage.say(c.Panic()), stage.writer.panic):
        stage.say(c.Sound(True))
        assert rms(stage.sound(0.3)) > -40
        panic()
        after = stage.sound(0.3, block=64)
        assert not after[round(0.021 * 48000) :].any()
        stage.writer.event(0.0, Event("ended", "a", 0.0))
        assert not stage.sound(0.2).any()
        stage.writer.event(0.0, Event("began", "a", 1.0))
        assert rms(stage.sound(0.3)) > -40


def test_the_same_voices_on_another_block_go_on_without_a_gap(stage):
    stage.voices()
    stage.writer.write(np.array([1.0, 0.0]))
    before = stage.sound(0.5)
    mixer = stage.host.player.mixer
    stage.voices()
    assert stage.host.player.mixer is mixer
    other = BlockWriter(Spec.of("pad.pitch", "pad.level"))
    try:
        stage.voices(block=str(other.path))
        other.write(np.array([0.0, 1.0]))
        after = stage.sound(0.3)
    finally:
        other.close()
    assert stage.host.player.mixer is mixer
    assert kink(np.concatenate([before[-1000:], after])) < 1.3 * kink(before[12000:])


def test_other_voices_take_the_place_of_the_old(stage):
    stage.voices()
    stage.sound(0.2)
    mixer = stage.host.player.mixer
    stage.voices({"voices": [PLUCK]})
    assert mixer.desk.counters[6] == 1
    assert stage.host.player.mixer is not mixer
    assert not stage.sound(0.2).any()


def test_a_broken_voice_and_a_missing_block_give_a_line_each_and_the_rest_plays(stage, tmp_path):
    tables = {
        "voices": [{"kind": "pad", "britness": 1}, {"kind": "nope"}, PAD, {"kind": "grains", "file": "x.wav"}]
    }
    broken = tmp_path / "broken.block"
    broken.write_bytes(b"x" * 8192)
    stage.voices(tables, block=str(broken))
    assert [part for fault in stage.heard(c.Fault) for part in ("not a control block",) if part in fault.text]
    stage.voices(tables, block="/nowhere/gesturemap-1.block")
    assert len(stage.heard(c.Fault)) == 2
    assert not stage.sound(0.2).any()
    stage.writer.write(np.array([1.0, 0.0]))
    stage.voices(tables)
    faults = [fault.text for fault in stage.heard(c.Fault)]
    for fault, part in zip(faults, ["britness", "nope", "x.wav"], strict=True):
        assert part in fault
    assert rms(stage.sound(0.5)) > -40


def test_volume_and_sound(stage):
    stage.voices()
    assert stage.host.player.mixer.volume == pytest.approx(0.5)
    stage.say(c.Volume(0.9))
    assert stage.host.player.mixer.volume == pytest.approx(0.9)
    stage.writer.write(np.array([1.0, 0.0]))
    stage.sound(0.3)
    stage.say(c.Sound(False))
    assert not stage.sound(0.3)[2000:].any()
    stage.voices({"voices": [PAD], "volume": 0.3})
    assert not stage.sound(0.3).any()
    stage.say(c.Sound(True))
    assert rms(stage.sound(0.5)) > -50


def test_status_has_its_figures(stage):
    stage.host.turn(0.0)
    (status,) = stage.heard(c.Status)
    assert {"underruns", "peak_db", "device", "load"} <= status.figures.keys()


def test_levels_are_told_while_they_change(stage):
    stage.voices({"voices": [PAD], "volume": 0.8})
    stage.writer.write(np.array([1.0, 0.0]))
    stage.sound(0.5)
    stage.host._next_levels = 0.0
    stage.host.turn(0.0)
    loud = stage.heard(c.Levels)[-1].peak_db
    assert len(loud) == 2 and min(loud) > -60.0
    stage.say(c.Sound(False))
    stage.sound(1.0)
    stage.host._next_levels = 0.0
    stage.host.turn(0.0)
    stage.sound(0.2)
    stage.host._next_levels = 0.0
    stage.host.turn(0.0)
    assert max(stage.heard(c.Levels)[-1].peak_db) < min(loud)


def test_what_is_no_command_is_told_and_passed_over(stage):
    stage.control.send_bytes(b"nonsense")
    stage.host.turn(0.5)
    assert len(stage.heard(c.Fault)) == 1
    stage.say(c.Train())
    assert not stage.host.quit


def test_a_file_is_heard_beside_the_voices_from_the_block_after_and_can_be_ended(stage, tmp_path):
    time = np.arange(24000) / 24000
    write_wav(
        tmp_path / "tone.wav", 0.3 * np.sin(2 * np.pi * 1000 * time), 24000
    )  # a second, at half our rate
    before = perf_counter()
    stage.say(c.PlayAlong(str(tmp_path / "tone.wav")))
    (begun,) = stage.heard(c.SoundAlong)
    assert before <= begun.began <= perf_counter()
    assert begun.seconds == pytest.approx(1.0)
    assert not begun.error
    out = stage.sound(1.5)
    assert rms(out[2000:46000]) == pytest.approx(
        20 * np.log10(0.3 * stage.host.player.volume**2) - 3.01, abs=0.1
    )
    assert not out[48100:].any()
    again = np.abs(np.fft.rfft(out[:48000, 0] * np.hanning(48000)))
    assert np.argmax(again) == 1000
    assert again[1100:].max() < 1e-3 * again[1000]  # no mirror image of the lower rate
    stage.say(c.PlayAlong(str(tmp_path / "tone.wav")))
    stage.sound(0.2)
    stage.say(c.PlayAlong())
    out = stage.sound(0.3)
    assert not out[2000:].any()
    assert np.abs(np.diff(out, axis=0)).max() < 0.05


def test_a_sound_that_is_none_says_so_and_so_does_a_microphone_that_is_none(stage, tmp_path, monkeypatch):
    (tmp_path / "broken.wav").write_bytes(b"RIFF....")
    stage.say(c.PlayAlong(str(tmp_path / "broken.wav")))
    (told,) = stage.heard(c.SoundAlong)
    assert "broken.wav" in told.error
    monkeypatch.setitem(sys.modules, "sounddevice", Driver(device=False))
    stage.say(c.RecordAlong(str(tmp_path / "new.wav")))
    (told,) = stage.heard(c.SoundAlong)
    assert told.error.startswith("microphone: ")
    assert "play along with a file" in told.error
    stage.say(c.RecordAlong())
    assert not stage.heard(c.SoundAlong)


def test_the_microphone_is_written_with_the_time_it_began(stage, tmp_path, monkeypatch):
    driver = Driver()
    monkeypatch.setitem(sys.modules, "sounddevice", driver)
    stage.say(c.RecordAlong(str(tmp_path / "sounds" / "hum.wav")))
    (begun,) = stage.heard(c.SoundAlong)
    assert begun.seconds == 0.0
    (stream,) = driver.streams
    piece = np.full((441, 1), 0.25, np.float32)
    for _ in range(20):
        stream.callback(piece, 441, None, None)
    now = perf_counter()
    stage.say(c.RecordAlong())
    (written,) = stage.heard(c.SoundAlong)
    assert written.seconds == pytest.approx(0.2)
    assert written.began <= now - 0.01 - 0.02  # a block and the card's own delay before it came
    sound, rate = read(tmp_path / "sounds" / "hum.wav")
    assert (len(sound), rate) == (8820, 44100.0)
    assert sound == pytest.approx(0.25, abs=1e-5)


def test_it_ends_when_told_and_when_control_is_gone(stage):
    stage.say(c.Quit())
    assert stage.host.quit
    stage.host.close()
    other = Stage()
    other.control.close()
    other.host.turn(0.5)
    assert other.host.quit
    other.close()


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
            {"name": "Microphone", "default_samplerate": 44100.0, "max_output_channels": 0},
            {"name": "Card", "default_samplerate": 44100.0, "max_output_channels": 2},
            {"name": "Big Card", "default_samplerate": 48000.0, "max_output_channels": 8},
            {"name": "Small", "default_samplerate": 48000.0, "max_output_channels": 1},
        ]
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
    player.voices(c.Voices({"voices": [PAD]}, "", str(writer.path)))
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
    player.voices(c.Voices({"voices": [PAD]}, "", str(writer.path)))
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


def test_the_real_process_starts_answers_and_ends():
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=host.run, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    writer = BlockWriter(Spec.of("pad.level"))
    try:
        kinds = []
        while not {"Ready", "Status"} <= set(kinds):
            assert ours.poll(60)
            message = codec.decode(ours.recv_bytes())
            kinds.append(type(message).__name__)
            if isinstance(message, c.Ready):
                assert message.process == "synth"
                assert message.detail.startswith("no audio") or "frames" in message.detail
        assert set(kinds) <= {"Progress", "Ready", "Status"}
        ours.send_bytes(codec.encode(c.Voices(TABLES, "", str(writer.path))))
        ours.send_bytes(codec.encode(c.Quit()))
        process.join(20)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()
        writer.close()
