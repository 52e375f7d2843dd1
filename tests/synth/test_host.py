"""The synth's process: its commands over a real pipe, its callback with real arrays, its life and its end."""

from __future__ import annotations

import ctypes
import multiprocessing

import numpy as np
import pytest
from playing import kink
from staging import PAD, PLUCK, TABLES, Stage

from gesturemap import codec, inner
from gesturemap import commands as c
from gesturemap.frames import Event, Spec
from gesturemap.synth import callback, host, player
from gesturemap.synth.block import BlockWriter
from gesturemap.synth.pointer import address_of
from gesturemap.synth.wav import peak, rms


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
    stage.host.player._playing = stage.host.player.mixer = None  # nothing fades out behind it
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


def test_voices_are_compiled_before_the_synth_says_that_it_is_ready(monkeypatch):
    """What control says first has no block yet: what must be compiled for it is, and is said, while it starts."""
    loaded, told = [], []

    def load(modules, report):
        loaded.extend(modules)
        report("pad.tick", 0.5)

    monkeypatch.setattr(player.compiled, "load", load)
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs:
        begun = host.Host(theirs)
        ours.send_bytes(codec.encode(inner.Voices(TABLES)))
        begun.expect()
        assert {"gesturemap.synth.pad", "gesturemap.synth.pluck"} <= set(loaded)
        while ours.poll(0):
            told.append(codec.decode(ours.recv_bytes()))
        assert c.Progress("compiling", "pad.tick", 0.5) in told
        assert not any(isinstance(each, inner.Ready) for each in told)
        begun.close()


def test_nothing_sounds_before_the_engine_lives(stage):
    stage.voices()
    stage.writer._values[stage.writer._start] = 1.0
    assert not stage.sound(0.3, beat=False).any()
    assert rms(stage.sound(0.3)) > -40


def test_panic_from_control_and_from_the_block(stage):
    stage.voices()
    stage.writer.write(np.array([1.0, 0.0]))
    for panic in (lambda: stage.say(c.Panic()), stage.writer.panic):
        stage.writer.sound_again()
        assert rms(stage.sound(0.3)) > -40
        panic()
        after = stage.sound(0.3, block=64)
        assert not after[round(0.021 * 48000) :].any()
        stage.writer.event(0.0, Event("ended", "a", 0.0))
        assert not stage.sound(0.2).any()
        stage.writer.event(0.0, Event("began", "a", 1.0))
        assert rms(stage.sound(0.3)) > -40


def test_the_silence_of_a_panic_ends_when_the_engine_says_so_and_by_nothing_else(stage):
    stage.voices()
    stage.writer.write(np.array([1.0, 0.0]))
    stage.sound(0.1)
    stage.writer.panic()
    stage.sound(0.1)
    stage.say(c.Sound(True))  # as it is told whenever a sound card was opened
    stage.voices({"voices": [PAD], "volume": 0.5})
    stage.writer.write(np.array([0.9, 0.0]))
    stage.host.player.again(44100.0)
    assert not stage.sound(0.5).any()
    stage.writer.sound_again()
    assert rms(stage.sound(0.3)) > -40
    stage.writer.panic()
    stage.sound(0.1)
    other = BlockWriter(Spec.of("pad.level"))  # of another engine, that knows of no panic
    try:
        stage.voices({"voices": [PAD], "volume": 0.5}, block=str(other.path))
        other.write(np.array([1.0]))
        assert not stage.sound(0.5)[4800:].any()
        other.sound_again()
        assert rms(stage.sound(0.3)) > -40
    finally:
        other.close()


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


def test_it_ends_when_told_and_when_control_is_gone(stage):
    stage.say(c.Quit())
    assert stage.host.quit
    stage.host.close()
    other = Stage()
    other.control.close()
    other.host.turn(0.5)
    assert other.host.quit
    other.close()


@pytest.mark.long
def test_the_real_process_starts_answers_and_ends():
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=host.run, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    writer = BlockWriter(Spec.of("pad.level"))
    try:
        ours.send_bytes(codec.encode(inner.Kernels("", ["gesturemap.synth.pad"])))
        assert not ours.poll(3.0) or type(codec.decode(ours.recv_bytes())) is c.Progress, "it stands by"
        ours.send_bytes(codec.encode(inner.Voices()))  # its turn has come
        kinds = []
        while not {"Ready", "Status"} <= set(kinds):
            assert ours.poll(60)
            message = codec.decode(ours.recv_bytes())
            kinds.append(type(message).__name__)
            if isinstance(message, inner.Ready):
                assert message.process == "synth"
                assert message.detail.startswith("no audio") or "frames" in message.detail
        assert set(kinds) <= {"Progress", "Ready", "Status"}
        ours.send_bytes(codec.encode(inner.Voices(TABLES, "", str(writer.path))))
        ours.send_bytes(codec.encode(c.Quit()))
        process.join(20)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()
        writer.close()
