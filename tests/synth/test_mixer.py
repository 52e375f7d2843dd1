"""The mixer: limiter, gate, panic, controls that are wrong, another block in mid-sound."""

from __future__ import annotations

import math

import numpy as np
import pytest
from plain_voice import Plain
from playing import RATE, began, ended, kink, play

from gesturemap.frames import Event, Spec
from gesturemap.synth import desk, master
from gesturemap.synth.block import BlockReader, BlockWriter
from gesturemap.synth.grains import Grains
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.pad import Pad
from gesturemap.synth.patches import bank
from gesturemap.synth.pluck import Pluck
from gesturemap.synth.voice import COMMON, parameters
from gesturemap.synth.wav import peak, rms

CEILING = -1.0 + 1e-5


def loud_voices():
    return [
        Pad(drone=True, level=12.0, brightness=1.0, resonance=1.0, attack=0.002),
        Grains(drone=True, level=12.0),
        *(Pluck(name=body, body=body, level=12.0) for body in ("string", "wood", "metal", "glass")),
    ]


def test_nothing_passes_the_ceiling():
    mixer = Mixer(loud_voices(), volume=1.0, labels=list("abcdefg"))
    sound = play(mixer, 2.0, events=[began(0.1 * i, "abcdefg"[i % 7]) for i in range(20)])
    assert np.isfinite(sound).all()
    assert -6 < peak(sound) <= CEILING
    assert rms(sound) > -20


def test_the_limiter_turns_down_before_a_peak_and_leaves_the_rest_alone():
    memory = master.memory(RATE)
    memory[master.VOLUME] = memory[master.VOLUME_AIM] = 1.0
    time = np.arange(RATE // 2) / RATE
    quiet = 0.5 * np.sin(2 * np.pi * 1000 * time)
    burst = (time > 0.2) & (time < 0.25)
    sound = np.where(burst, 6.0, 1.0) * quiet
    out = np.empty((2, len(sound)))
    for start in range(0, len(sound), 32):
        bus = np.ascontiguousarray(np.stack([sound[start : start + 32]] * 2))
        master.finish(memory, bus, 1.0, 0.0, 0, bus.shape[1])
        out[:, start : start + 32] = bus
    late = int(memory[master.LENGTH]) - 1
    assert np.abs(out).max() <= 10 ** (-1 / 20)
    before = slice(9000, 9500)
    assert out[0, before] == pytest.approx(quiet[9000 - late : 9500 - late], abs=0.02)
    assert np.abs(out[0, 10000:11500]).max() > 0.8
    assert np.abs(np.diff(out[0], n=2)).max() < 0.5 * np.abs(np.diff(sound, n=2)).max()


def test_panic_silences_within_20_ms_without_a_click_and_a_gesture_plays_again():
    mixer = Mixer([*loud_voices(), Pad(name="soft")], labels=["a", "b"])
    sound = play(mixer, 0.5, events=[began(0.1, "a")])
    usual = kink(sound[round(0.3 * RATE) :])
    mixer.panic()
    after = play(mixer, 0.5)
    assert kink(np.concatenate([sound[-100:], after])) < 1.5 * usual
    assert peak(after[: round(0.005 * RATE)]) > -30
    assert not after[round(0.02 * RATE) :].any()
    assert not play(mixer, 1.0, events=[ended(0.1, "a")]).any()
    again = play(mixer, 0.5, events=[began(0.1, "b")])
    assert not again[: round(0.1 * RATE)].any()
    assert peak(again) > -20


def test_a_gesture_during_the_fade_of_a_panic_begins_after_it():
    mixer = Mixer([Pluck()])
    play(mixer, 0.2, events=[began(0.05)])
    mixer.panic()
    out = play(mixer, 0.3, events=[began(0.002)])
    assert peak(out[round(0.03 * RATE) :]) > -40


def test_a_panic_more_or_while_muted_can_still_be_ended():
    mixer = Mixer([Pluck()])
    for _ in range(3):
        mixer.panic()
        play(mixer, 0.1)
    assert peak(play(mixer, 0.3, events=[began(0.05)])) > -40
    mixer.sound(False)
    play(mixer, 0.1)
    mixer.panic()
    play(mixer, 0.1)
    mixer.sound(True)
    assert peak(play(mixer, 0.3, events=[began(0.05)])) > -40


def test_sound_off_is_silent_and_on_again_ends_a_panic():
    mixer = Mixer([Pad(drone=True, attack=0.01)])
    play(mixer, 0.3)
    mixer.sound(False)
    off = play(mixer, 0.3)
    assert not off[round(0.03 * RATE) :].any()
    mixer.sound(True)
    assert peak(play(mixer, 0.3)) > -30
    mixer.panic()
    play(mixer, 0.1)
    assert mixer.silent
    mixer.sound(True)
    assert peak(play(mixer, 0.3)) > -30


def test_the_end_is_final():
    mixer = Mixer([Pad(drone=True)])
    play(mixer, 0.3)
    mixer.end()
    play(mixer, 0.1, events=[began(0.05)])
    assert mixer.silent
    assert not play(mixer, 0.2, events=[began(0.05)]).any()


def test_what_is_no_number_changes_nothing_and_what_is_too_large_is_cut():
    mixer = Mixer([Pad(drone=True)], ["pad.level", "pad.pitch"])
    play(mixer, 0.2, [0.5, 3.0])
    for bad in (math.nan, math.inf, -math.inf):
        play(mixer, 0.1, [bad, bad])
    own = mixer.desk.parameters[desk.TARGET]
    assert own[0] == 0.5
    assert own[len(COMMON)] == 3.0
    assert np.isfinite(play(mixer, 0.2, [1e300, -1e300])).all()
    assert own[0] == 1.0
    assert own[len(COMMON)] == -24.0


def test_a_misspelt_control_is_named_with_what_was_meant():
    mixer = Mixer([Pad(), Pluck()], ["pad.brightnes", "other.level", "speed", "pluck.decay"])
    assert mixer.faults == (
        "control pad.brightnes: no parameter 'brightnes'; pad has level, pan, reverb, delay, filter, pitch,"
        " brightness, resonance, detune, motion, width; did you mean 'pad.brightness'?",
    )
    assert mixer.desk.routes.tolist() == [[3, len(parameters(Pad())) + len(COMMON) + 2]]


def test_volume_is_smooth_and_squared():
    mixer = Mixer([Pad(drone=True, motion=0.0, detune=0.0)], volume=1.0)
    play(mixer, 2.0)
    full = play(mixer, 0.5)
    mixer.volume = 0.5
    turn = play(mixer, 0.3)
    half = play(mixer, 0.5)
    assert mixer.volume == pytest.approx(0.5)
    assert rms(full) - rms(half) == pytest.approx(12.04, abs=0.5)
    assert kink(turn) < 1.2 * kink(full)
    mixer.volume = 7.0
    assert mixer.volume == 1.0


def test_no_voices_are_silent():
    assert not play(Mixer([]), 0.1, events=[began(0.0)]).any()


def test_a_flood_of_events_is_dropped_and_counted():
    mixer = Mixer([Pluck()])
    mixer.render(10, None, [(100000 + i, Event("began", "a", 1.0)) for i in range(desk.QUEUE + 50)])
    assert mixer.desk.meters[desk.DROPPED] == 50


def test_peaks_are_those_since_the_last_look():
    mixer = Mixer([Pluck()])
    sound = play(mixer, 0.3, events=[began(0.0)])
    assert mixer.peaks() == pytest.approx(tuple(np.abs(sound).max(axis=0).tolist()), rel=1e-6)
    assert max(mixer.peaks()) == 0.0


def test_another_block_takes_over_in_mid_sound():
    first, second = BlockWriter(Spec.of("pad.level")), BlockWriter(Spec.of("speed", "pad.pitch"))
    try:
        reader = BlockReader(first.path)
        mixer = Mixer([Pad(drone=True, attack=0.01)], reader.controls, reader=reader)
        first.write(np.array([1.0]))
        before = np.concatenate([mixer.follow(256) for _ in range(100)])
        mixer.rewire(BlockReader(second.path))
        before = np.concatenate([before, mixer.follow(256)])
        second.write(np.array([1.0, 0.0]))
        after = np.concatenate([mixer.follow(256) for _ in range(100)])
        assert kink(np.concatenate([before[-2000:], after])) < 1.3 * kink(before[-20000:])
        assert rms(after) > rms(before[12000:]) - 3
        second.event(0.0, Event("began", "a", 1.0))
        mixer.follow(256)
        assert mixer.desk.link[desk.SEEN] == 1
        assert mixer.desk.routes.tolist() == [[1, len(COMMON)]]
    finally:
        first.close()
        second.close()


def test_what_another_block_had_to_say_before_it_was_read_is_heard_once():
    first, second = BlockWriter(Spec.of("pad.pitch")), BlockWriter(Spec.of("pad.pitch"))

    def sound(writer: BlockWriter) -> float:
        writer.write(np.array([0.0]))
        return rms(np.concatenate([mixer.follow(256) for _ in range(180)])[-20 * 256 :])

    try:
        reader, again = BlockReader(first.path), BlockReader(first.path)
        mixer = Mixer([Pad(attack=0.01, release=0.2)], ["pad.pitch"], labels=["a"], reader=reader)
        first.event(0.0, Event("began", "a", 1.0))
        assert sound(first) > -40
        second.event(0.0, Event("ended", "a", 0.0))  # before anybody reads it
        mixer.rewire(BlockReader(second.path))
        sound(second)
        assert sound(second) < -60
        mixer.rewire(again)  # there it heard all that was said
        assert sound(first) < -60
    finally:
        first.close()
        second.close()


def test_rendering_makes_nothing_but_its_block():
    import tracemalloc

    mixer = Mixer([Pad(drone=True), Pluck(), Grains(drone=True)], ["pad.level"])
    row, events = np.array([0.7]), [(3, Event("began", "a", 0.5))]
    for _ in range(50):
        mixer.render(128, row, events)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(2000):
            mixer.render(128, row, events)
        assert tracemalloc.get_traced_memory()[0] - before < 4096
    finally:
        tracemalloc.stop()


def test_a_voice_whose_level_is_played_is_silent_until_the_first_values():
    mixer = Mixer([Pad(drone=True, attack=0.01)], ["pad.level"])
    assert not play(mixer, 0.2).any()
    assert peak(play(mixer, 0.2, [1.0])) > -40


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1e30])
def test_a_voice_that_makes_no_sound_of_it_is_silenced_and_spoils_nobody(bad):
    """Echo, room, limiter and the other voices never hear of it, and the next note of it is heard again."""
    well, ill = (
        Pad(name="well", drone=True, gestures=("b",), delay=0.5),
        Plain(name="ill", delay=0.5, soft=bad),
    )
    mixer, alone = Mixer([well, ill], labels=["a", "b"]), Mixer([well], labels=["a", "b"])
    play(mixer, 0.5, events=[began(0.1), ended(0.3)])
    play(alone, 0.5)
    assert mixer.spoilt == (0, "")
    sound = play(mixer, 0.5, events=[began(0.1, value=0.25), ended(0.3)])
    assert np.isfinite(sound).all()
    assert rms(sound) > -60
    count, voice = mixer.spoilt
    assert count > 2 * 0.19 * RATE
    assert voice == "ill"
    play(alone, 0.5)
    assert peak(play(mixer, 0.5)) == pytest.approx(peak(play(alone, 0.5)), abs=1.0)
    assert rms(play(mixer, 0.5, events=[began(0.0)])) > rms(play(alone, 0.5)) + 0.1
    assert mixer.spoilt == (count, "ill")


@pytest.mark.parametrize("bad", [math.nan, -math.inf, math.inf, -1.0, 1e300])
@pytest.mark.parametrize("patch", ["nylon-string", "koto", "marimba"])
def test_a_strength_that_is_none_strikes_no_memory(patch, bad):
    mixer = Mixer([bank()[patch].voice], labels=["a", "b"])
    sound = play(mixer, 0.3, events=[began(0.1, value=bad), ended(0.2)])
    assert np.isfinite(sound).all()
    assert mixer.spoilt == (0, "")
