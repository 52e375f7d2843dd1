"""What stands behind the voices: the strip's filter, the echo, the room, the level of everything."""

from __future__ import annotations

import numpy as np
import pytest
from playing import RATE, began, kink, play

from gesturemap.synth import echo, master, strip
from gesturemap.synth.effects import Delay, Effects, Room, parameters_of
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.pad import Pad
from gesturemap.synth.pluck import Pluck
from gesturemap.synth.voice import TICK
from gesturemap.synth.wav import peak, rms


def echoed(sound: np.ndarray, time=0.25, feedback=0.5, tone=1.0, level=1.0, memory=None) -> np.ndarray:
    """What the echo adds to a sound (N, 2); a parameter may be a function of seconds."""
    memory = echo.memory(RATE) if memory is None else memory
    out = np.zeros((2, len(sound)))
    for at in range(0, len(sound), TICK):
        now = [p(at / RATE) if callable(p) else p for p in (time, feedback, tone, level)]
        wet = np.ascontiguousarray(sound[at : at + TICK].T)
        piece = np.zeros_like(wet)
        echo.repeat(memory, *now, wet, piece, 0, wet.shape[1])
        out[:, at : at + TICK] = piece
    return out.T


def filtered(knob: float, hz: float) -> float:
    """Gain in dB of the strip's filter for a sine."""
    row = np.zeros(strip.COLUMNS)
    row[strip.LOUD] = 1.0
    sine = np.sin(2 * np.pi * hz * np.arange(RATE // 2) / RATE)
    out = np.zeros(len(sine))
    for at in range(0, len(sine), TICK):
        strip.aim(row, np.array([1.0, -1.0, 0.0, 0.0, knob]), RATE, at == 0)
        bus = np.zeros((8, TICK))
        bus[0, : len(sine) - at] = sine[at : at + TICK]
        strip.carry(row, bus, 0, TICK)
        out[at : at + TICK] = bus[2, : len(out) - at]
    return rms(out[len(out) // 2 :]) - rms(np.sqrt(2) * sine[len(out) // 2 :])


def test_an_echo_comes_at_its_time_from_side_to_side_and_fades_by_its_feedback():
    click = np.zeros((RATE, 2))
    click[0] = 1.0
    out = echoed(click, time=0.2, feedback=0.5)
    places = [round(0.2 * RATE) * k for k in (1, 2, 3, 4)]
    heights = []
    for turn, place in enumerate(places):
        near = out[place - 40 : place + 400]
        loud, quiet = np.abs(near).sum(axis=0)[[turn % 2, 1 - turn % 2]]
        assert loud > 100 * quiet
        assert place <= np.argmax(np.abs(out[:, turn % 2]) * (np.arange(len(out)) >= place - 40)) <= place + 4
        heights.append(np.sqrt(np.sum(near**2)))
    assert np.diff(np.log2(heights)) == pytest.approx(
        [-1.0] * 3, abs=0.35
    )  # highs and lows go a little faster
    assert not out[: places[0]].any()


def test_another_echo_time_makes_no_click_and_no_glide():
    sine = 0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)
    sound = np.stack([sine, sine], axis=1)
    out = echoed(sound, time=lambda t: 0.3 if t < 1.0 else 0.41, feedback=0.3)
    steady = kink(out[round(0.7 * RATE) : round(0.95 * RATE)])
    assert (
        kink(out[round(0.95 * RATE) : round(1.3 * RATE)]) < 2.0 * steady
    )  # two echoes at most are heard at once
    spectrum = np.abs(np.fft.rfft(out[RATE : RATE + 9600, 0] * np.hanning(9600)))
    assert abs(np.argmax(spectrum) * RATE / 9600 - 440) < 5.1


def test_the_longest_feedback_stays_bounded_and_dies_away_to_nothing():
    memory = echo.memory(RATE)
    random = np.random.default_rng(3)
    noise = random.uniform(-1, 1, (2 * RATE, 2))
    loud = echoed(noise, time=0.01, feedback=0.95, memory=memory)
    assert np.abs(loud).max() < 60
    rest = echoed(np.zeros((20 * RATE, 2)), time=0.01, feedback=0.95, memory=memory)
    assert np.abs(rest[-RATE:]).max() < 1e-20
    echo.hush(memory)
    assert not echoed(np.zeros((RATE, 2)), memory=memory).any()


@pytest.mark.parametrize("seconds", [0.5, 2.1, 8.0])
def test_the_room_rings_as_long_as_it_is_told(seconds):
    click = [began(0.0)]
    voice = Pluck(body="wood", decay=0.1, reverb=1.0)
    mixer = Mixer([voice], effects=Effects(room=Room(seconds=seconds, tone=1.0)), volume=1.0)
    sound = play(mixer, 0.35 + seconds, events=click)[:, 0].astype(float)
    tail = sound[round(0.3 * RATE) :] ** 2
    energy = 10 * np.log10(np.cumsum(tail[::-1])[::-1] / tail.sum())
    five, twenty = np.argmax(energy < -5), np.argmax(energy < -20)
    assert 4 * (twenty - five) / RATE == pytest.approx(seconds, rel=0.25)


def test_the_filter_knob_leaves_the_middle_alone_closes_below_and_opens_above():
    assert filtered(0.0, 3000.0) == pytest.approx(0.0, abs=1e-9)
    assert filtered(-0.5, 200.0) == pytest.approx(0.0, abs=0.5)
    assert filtered(-0.5, 8000.0) < -30
    assert filtered(-1.0, 1000.0) < -40
    assert filtered(0.5, 8000.0) == pytest.approx(0.0, abs=0.5)
    assert filtered(0.5, 60.0) < -25
    assert filtered(1.0, 400.0) < -45


def test_a_knob_turned_from_end_to_end_makes_no_click():
    mixer = Mixer([Pad(drone=True, motion=0.0, brightness=1.0)], ["pad.filter"])
    straight = kink(play(mixer, 1.0, [0.0])[RATE // 2 :])
    turned = play(mixer, 1.0, lambda t: [np.sin(2 * np.pi * 3 * t)])
    assert kink(turned) < 1.6 * straight


def test_controls_move_the_effects_and_the_level_of_everything():
    names = ["delay.time", "room.level", "master.level", "pad.delay"]
    mixer = Mixer([Pad(drone=True, motion=0.0, detune=0.0, reverb=0.0)], names)
    assert mixer.faults == ()
    full = play(mixer, 2.0, [0.2, 1.0, 1.0, 0.0])
    half = play(mixer, 1.0, [0.2, 1.0, 0.5, 0.0])
    assert rms(full[RATE:]) - rms(half[RATE // 2 :]) == pytest.approx(12.04, abs=0.5)
    mute = play(mixer, 1.0, [0.2, 1.0, 0.0, 0.0])
    assert peak(mute[RATE // 2 :]) < -100
    assert kink(np.concatenate([full[-1000:], half, mute])) < 1.2 * kink(full[RATE:])


def test_without_a_control_an_effect_rests_at_its_setting():
    sounds = [
        play(
            Mixer([Pluck(delay=1.0)], effects=Effects(delay=Delay(time=t, level=level))),
            1.0,
            events=[began(0.0)],
        )
        for t, level in ((0.3, 0.7), (0.3, 0.0), (0.5, 0.7))
    ]
    assert np.array_equal(sounds[0][: round(0.29 * RATE)], sounds[1][: round(0.29 * RATE)])
    assert rms(sounds[0][round(0.31 * RATE) :] - sounds[1][round(0.31 * RATE) :]) > -60
    assert not np.array_equal(sounds[0], sounds[2])


def test_a_misspelt_effect_is_named():
    mixer = Mixer([Pad()], ["room.secnds"])
    assert "did you mean 'room.seconds'?" in mixer.faults[0]


def test_the_order_of_the_parameters_is_what_the_kernels_read():
    from gesturemap.synth import effects

    found = [f"{name}_{p.name}".upper() for name, p, _ in parameters_of(Effects())]
    assert [getattr(effects, name) for name in found] == list(range(len(found)))


def test_a_room_of_other_length_is_laid_out_anew_only_where_it_changed():
    memory = master.memory(RATE)
    kept = memory[master.LINE_KEEP : master.LINE_KEEP + master.LINES].copy()
    master.tune(memory, 8.0, 0.55, 1.0, 1.0, False)
    longer = memory[master.LINE_KEEP : master.LINE_KEEP + master.LINES]
    assert (longer > kept).all()
    assert (longer < 1.0).all()
