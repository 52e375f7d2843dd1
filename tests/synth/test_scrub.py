"""The scrubber: in tune and even at every speed, attacks once and sharp, still when held, the sides as they were."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from playing import RATE, began, cents, ended, kink, pitch, play

from gesturemap.synth import attacks, fft, resample, sample, scrub
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.scrub import WINDOWS, Scrub
from gesturemap.synth.voice import TICK
from gesturemap.synth.wav import rms
from gesturemap.synth.wav_write import write_wav

TIME = np.arange(4 * RATE) / RATE
CHORD = (220.0, 277.18, 329.63, 440.0)
SPEEDS = (0.1, 0.25, 0.5, 2.0, 4.0)
DELAY = {name: 3 * size // 8 for name, size in WINDOWS.items()}
each_window = pytest.mark.parametrize("window", WINDOWS)


def alone(folder, seconds, values, **settings):
    """The voice by itself, (N, 2), as its kernel adds it up; `values` a row, or a function of seconds."""
    voice = Scrub(drone=True, attack=0.002, **settings)
    part = voice.start(RATE, folder, 1)
    assert part.faults == ()
    out = np.zeros((round(seconds * RATE) // TICK, 2, TICK))
    for i in range(len(out)):
        row = values(i * TICK / RATE) if callable(values) else values
        part.tick(part.state, part.table, np.array(row, float), np.zeros(4), np.zeros(3), 0, TICK, out[i])
    return out.transpose(0, 2, 1).reshape(-1, 2)


def unevenness(sound):
    """dB between the loudest and the softest piece of 50 ms."""
    power = np.array([rms(sound[i : i + 2400]) for i in range(0, len(sound) - 2400, 600)])
    return power.max() - power.min()


def modulation(sound):
    """dB of how much the level moves, in pieces of 20 ms."""
    level = np.array([np.sqrt(np.mean(sound[i : i + 960] ** 2)) for i in range(0, len(sound) - 960, 120)])
    return 20 * np.log10(level.std() / level.mean())


def spread(sound):
    """Seconds from 10 to 90 % of the energy."""
    part = np.cumsum(sound**2) / np.sum(sound**2)
    return (np.searchsorted(part, 0.9) - np.searchsorted(part, 0.1)) / RATE


@pytest.fixture
def clicks(tmp_path):
    """Eight bursts of 5 ms, every quarter of a second from an eighth on."""
    sound = np.zeros(2 * RATE)
    burst = np.random.default_rng(5).normal(size=240) * np.exp(-np.arange(240) / 60) * 0.2
    burst -= burst.mean()  # the file's mean is taken off it
    for i in range(6000, len(sound), 12000):
        sound[i : i + 240] += burst
    write_wav(tmp_path / "clicks.wav", sound, RATE)
    return sample.find("clicks.wav", tmp_path)[0][:, 0].astype(float)


def tones(folder):
    left, right = 0.3 * np.sin(2 * np.pi * 440 * TIME), 0.2 * np.sin(2 * np.pi * 440 * TIME + 0.7)
    write_wav(folder / "sine.wav", np.stack([left, right], axis=1), RATE)
    write_wav(folder / "chord.wav", sum(0.1 * np.sin(2 * np.pi * f * TIME + f) for f in CHORD), RATE)


@pytest.mark.parametrize("size", [256, 512, 1024, 2048, 4096, 8192])
def test_the_transform_is_that_of_numpy_and_its_inverse_comes_back(size):
    real, imaginary = np.random.default_rng(1).normal(size=(2, size))
    a, b, spare, w = real.copy(), imaginary.copy(), np.zeros(2 * size), fft.turns(size)
    fft.transform(a, b, spare, w)
    assert np.abs(a + 1j * b - np.fft.fft(real + 1j * imaginary)).max() < 1e-11
    fft.transform(b, a, spare, w)
    assert np.abs(a / size - real).max() < 1e-13
    assert np.abs(b / size - imaginary).max() < 1e-13


@each_window
def test_at_natural_speed_the_sound_comes_out_as_it_is(window, tmp_path):
    random = np.random.default_rng(2)
    noise = random.normal(size=(2 * RATE, 2)) * np.abs(np.sin(2 * np.pi * 1.3 * TIME[: 2 * RATE, None]))
    write_wav(tmp_path / "noise.wav", noise * 0.05, RATE)
    sound = sample.find("noise.wav", tmp_path)[0].astype(float)
    played = alone(tmp_path, 1.8, (0, 1, 0, 0), file="noise.wav", window=window)
    part = played[RATE // 2 :]
    spectrum = np.fft.rfft(played[:, 0], 1 << 18) * np.conj(np.fft.rfft(sound[:, 0], 1 << 18))
    late = int(np.argmax(np.fft.irfft(spectrum)))
    assert (
        late - DELAY[window] <= 2 * WINDOWS[window]
    )  # and what it runs up with where it begins in an attack
    same = sound[RATE // 2 - late : len(played) - late]
    assert rms(part - same) < rms(same) - 200


@each_window
@pytest.mark.parametrize("speed", [*SPEEDS, -1.0])
def test_a_sine_stays_in_tune_and_even_and_keeps_its_sides(window, speed, tmp_path):
    tones(tmp_path)
    position, seconds = (0.9, 0.9) if speed < 0 else (0.1, 0.8)
    left, right = alone(tmp_path, seconds, (position, speed, 0, 0), file="sine.wav", window=window)[14400:].T
    assert abs(cents(pitch(left, 440.0), 69)) < 0.1
    assert unevenness(left) < 0.2
    assert rms(left) - rms(right) == pytest.approx(20 * np.log10(1.5), abs=0.01)
    assert np.corrcoef(left, right)[0, 1] == pytest.approx(np.cos(0.7), abs=0.001)


@pytest.mark.parametrize("speed", [*SPEEDS, 0.0])
def test_a_chord_keeps_its_partials(speed, tmp_path):
    tones(tmp_path)
    sound = alone(tmp_path, 0.85, (0.1, speed, 0, 0), file="chord.wav", window="long")[14400:, 0]
    source = sample.find("chord.wav", tmp_path)[0][: len(sound), 0].astype(float)
    window = np.blackman(len(sound))
    for hz in CHORD:
        assert abs(1200 * np.log2(pitch(sound, hz) / hz)) < 0.2
        turn = np.exp(-2j * np.pi * hz * TIME[: len(sound)]) * window
        change = 20 * np.log10(abs(np.sum(sound * turn)) / abs(np.sum(source * turn)))
        assert abs(change) < 0.3


@pytest.mark.parametrize("speed", [0.0, 0.5])
@pytest.mark.parametrize("semitones", [-12, -5, 7, 12, 24])
def test_pitch_is_transposed_exactly_while_still_and_moving(semitones, speed, tmp_path):
    tones(tmp_path)
    sound = alone(tmp_path, 0.8, (0.1, speed, semitones, 0), file="sine.wav")[14400:, 0]
    assert abs(cents(pitch(sound, 440 * 2 ** (semitones / 12)), 69 + semitones)) < 0.1


def bursts(sound):
    """Where the strongest sample of each burst is."""
    size = np.abs(sound)
    tops = np.flatnonzero(size > 0.2 * size.max())
    return [
        int(group[np.argmax(size[group])])
        for group in np.split(tops, np.flatnonzero(np.diff(tops) > 4800) + 1)
    ]


@each_window
@pytest.mark.parametrize("speed", [0.25, 0.6, 1.5])
def test_each_click_of_a_slow_train_comes_once_and_as_sharp_as_it_was(window, speed, tmp_path, clicks):
    sound = alone(tmp_path, 2.05 / speed, (0, speed, 0, 0), file="clicks.wav", window=window)[:, 0]
    own = spread(clicks[5900:6300])
    places = bursts(sound)
    assert len(places) == 8
    wanted = 0.125 / speed + 0.25 / speed * np.arange(8)
    size = WINDOWS[window] / RATE
    assert np.abs(np.array(places) / RATE - wanted - size / 2).max() < size
    for place in places:
        piece = sound[max(place - 4000, 0) : place + 4000]
        assert spread(piece) < 1.05 * own
        assert np.sum(piece**2) == pytest.approx(np.sum(clicks[5900:6300] ** 2), rel=0.01)


def test_without_care_for_attacks_clicks_are_smeared(tmp_path, clicks):
    sound = alone(tmp_path, 8.2, (0, 0.25, 0, 0), file="clicks.wav", attacks=False)[:, 0]
    assert spread(sound[round(0.3 * RATE) : round(0.8 * RATE)]) > 15 * spread(clicks[5900:6300])


def test_a_click_is_not_repeated_while_the_hand_rests_on_it_or_trembles(tmp_path, clicks):
    tremble = np.random.default_rng(1).normal(size=1000) * 0.001

    def hand(at):  # comes to rest on the second click
        return (min(at * 0.125, 18000 / len(clicks)) + tremble[int(at * 100)], 0, 0, 0)

    sound = alone(tmp_path, 6.0, hand, file="clicks.wav")[:, 0]
    assert len(bursts(sound)) == 2
    assert rms(sound[3 * RATE :]) < rms(clicks) - 60


def test_backwards_attacks_are_jumped_over_and_forwards_they_are_heard_again(tmp_path, clicks):
    def hand(at):
        return (abs(1.0 - at) * 0.5, 0, 0, 0)

    sound = alone(tmp_path, 2.0, hand, file="clicks.wav")[:, 0]
    back, forth = sound[: RATE + 1000], sound[RATE + 1000 :]
    assert len(bursts(forth)) == 4
    assert rms(back) < rms(forth) - 40


@each_window
@pytest.mark.parametrize("position", [0.3, 0.62])
def test_held_still_a_tone_is_even_and_nothing_is_repeated(window, position, tmp_path):
    tone = sum(np.sin(2 * np.pi * h * 200 * TIME + h * h) / h for h in range(1, 30)) * 0.1
    write_wav(tmp_path / "tone.wav", tone, RATE)
    sound = alone(tmp_path, 2.0, (position, 0, 0, 0), file="tone.wav", window=window)[RATE // 2 :, 0]
    assert modulation(sound) < -45
    choir = alone(None, 2.0, (position, 0, 0, 0), window=window)[RATE // 2 :, 0]
    assert modulation(choir) < -30


def test_spread_lets_a_held_noise_breathe_and_stays_off_the_attacks(tmp_path, clicks):
    noise = np.random.default_rng(3).normal(size=2 * RATE) * 0.05
    write_wav(tmp_path / "noise.wav", noise, RATE)

    def repeats(amount):
        """How much of the sound is the same a second later."""
        sound = alone(tmp_path, 3.0, (0.5, 0, 0, amount), file="noise.wav")[RATE:, 0]
        power = [np.abs(np.fft.rfft(sound[i : i + 8192] * np.hanning(8192))) ** 2 for i in (0, RATE)]
        return np.corrcoef(*power)[0, 1]

    assert repeats(0.0) > 0.95
    assert repeats(0.5) < 0.7
    between = alone(tmp_path, 1.0, (0.5 * 12000 / len(clicks) + 0.0625, 0, 0, 1.0), file="clicks.wav")
    assert rms(between[:, 0]) < rms(clicks) - 40


def test_the_sides_of_noise_keep_their_likeness(tmp_path):
    common, own = np.random.default_rng(4).normal(size=(2, 4 * RATE))
    write_wav(tmp_path / "wide.wav", np.stack([common, 0.6 * common + 0.4 * own], axis=1) * 0.05, RATE)
    source = sample.find("wide.wav", tmp_path)[0].astype(float)
    for speed in SPEEDS:
        sound = alone(tmp_path, 0.9, (0.02, speed, 0, 0), file="wide.wav")[9600:]
        assert abs(rms(sound[:, 0]) - rms(sound[:, 1]) - rms(source[:, 0]) + rms(source[:, 1])) < 1.0
        assert np.corrcoef(sound.T)[0, 1] == pytest.approx(np.corrcoef(source.T)[0, 1], abs=0.05)


def test_a_noisy_sensor_makes_no_zipper(tmp_path):
    tones(tmp_path)
    noise = np.random.default_rng(6).uniform(-0.01, 0.01, size=400)

    def loudest_stray(jitter):
        mixer = Mixer([Scrub(file="sine.wav", drone=True, reverb=0.0)], ["scrub.position"], folder=tmp_path)
        sound = play(mixer, 2.0, lambda t: [0.4 + jitter * noise[int(t * 100)]])[RATE // 2 :, 0].astype(float)
        spectrum = np.abs(np.fft.rfft(sound * np.blackman(len(sound))))
        freqs = np.fft.rfftfreq(len(sound), 1 / RATE)
        return kink(sound), 20 * np.log10(spectrum[np.abs(freqs - 440) > 200].max() / spectrum.max())

    (still, _), (shaken, stray) = loudest_stray(0.0), loudest_stray(1.0)
    assert shaken < 1.1 * still
    assert stray < -55


def test_a_jump_to_another_place_and_the_end_of_a_gesture_make_no_click():
    mixer = Mixer([Scrub(reverb=0.0, attack=0.002, release=0.005)], ["scrub.position", "scrub.pitch"])
    sound = play(
        mixer,
        1.6,
        lambda t: [0.1 if t < 0.5 else 0.9, 0.0 if t < 0.8 else 7.0],
        [began(0.1), ended(1.2)],
    )
    steady = kink(sound[round(0.9 * RATE) : round(1.1 * RATE)])
    assert kink(sound) < 1.6 * steady
    assert rms(sound[round(1.3 * RATE) :]) < -80


def test_a_gesture_begins_again_where_it_should(tmp_path, clicks):
    def second(restart):
        mixer = Mixer([Scrub(file="clicks.wav", speed=1.0, restart=restart, reverb=0.0)], folder=tmp_path)
        sound = play(mixer, 1.9, events=[began(0.0), ended(0.3), began(0.95)])[:, 0].astype(float)
        return [place / RATE for place in bursts(sound) if place > 0.95 * RATE]

    assert second(True)[0] == pytest.approx(0.95 + 0.125 + 0.025, abs=0.025)
    assert second(False)[0] == pytest.approx(1.125 + 0.025, abs=0.025)


def test_what_loops_goes_on_and_what_does_not_rests_at_the_end():
    for loop in (True, False):
        voice = Scrub(drone=True, speed=4.0, loop=loop)
        part = voice.start(RATE, None, 1)
        out = np.zeros((2, TICK))
        for _ in range(4 * RATE // TICK):
            part.tick(
                part.state, part.table, np.array([0, 4.0, 0, 0]), np.zeros(4), np.zeros(3), 0, TICK, out
            )
        at_end = part.state[scrub.WANTED] > part.state[scrub.COUNT] - 1
        assert at_end != loop


def test_attacks_are_found_where_they_are_and_nowhere_else():
    random = np.random.default_rng(0)
    sound, places = 0.05 * np.sin(2 * np.pi * 330 * TIME), range(20000, 180000, 16000)
    for i in places:
        sound[i : i + 2400] += random.normal(size=2400) * np.exp(-np.arange(2400) / 500) * 0.2
    found = attacks.find(np.stack([sound, sound], axis=1).astype(np.float32), RATE)
    assert len(found[found > 5]) == len(places)
    assert np.abs(found[found > 5] - np.array(places)).max() <= 48
    for smooth in (
        np.sin(2 * np.pi * 440 * TIME) + np.sin(2 * np.pi * 446 * TIME),
        (np.arange(len(TIME)) % 800 == 0) * 1.0,
        random.normal(size=len(TIME)),
        sample.choir()[0][:, 0],
    ):
        pair = np.stack([smooth, smooth], axis=1).astype(np.float32) * np.float32(0.2)
        assert np.all(attacks.find(pair, RATE) < 5)  # a file may begin in the middle


@pytest.mark.parametrize("own", [22050, 44100, 96000, 44056])
def test_a_sound_of_another_rate_keeps_its_wave(own):
    time = np.arange(2 * own) / own
    sound = np.sin(2 * np.pi * 5000 * time) * np.hanning(len(time))
    other = resample.to(np.stack([sound, -sound], axis=1).astype(np.float32), own, RATE)
    wanted = np.sin(2 * np.pi * 5000 * np.arange(len(other)) / RATE)
    wanted *= np.interp(np.arange(len(other)) / RATE, time, np.hanning(len(time)))
    assert abs(len(other) - 2 * RATE) <= 1
    assert np.abs(other[:, 0] - wanted).max() < 1e-4
    assert np.array_equal(other[:, 0], -other[:, 1])


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("rate", [22050, 44100, 96000])
def test_files_of_other_rates_and_bits_and_mono_ones_are_in_tune(rate, bits, tmp_path):
    write_wav(tmp_path / "a.wav", 0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate), rate, bits)
    left, right = alone(tmp_path, 0.8, (0.1, 0.5, 0, 0), file="a.wav")[14400:].T
    assert abs(cents(pitch(left, 440.0), 69)) < 0.1
    assert np.abs(left - right).max() < 1e-6


def test_a_file_that_is_missing_or_broken_gives_a_line_and_the_choir_sings(tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"RIFF\x10\x00\x00\x00WAVEfmt ")
    silent = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36, b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE, 1, 8, b"data", 0
    )
    (tmp_path / "empty.wav").write_bytes(silent)
    for file, reason in [
        ("none.wav", "No such file"),
        ("../x.wav", "outside"),
        ("broken.wav", "broken"),
        ("empty.wav", "no sound"),
    ]:
        mixer = Mixer([Scrub(file=file, drone=True, position=0.3)], folder=tmp_path)
        assert len(mixer.faults) == 1
        assert file in mixer.faults[0]
        assert reason in mixer.faults[0]
        assert rms(play(mixer, 0.5)) > -40


def test_a_very_short_sound_can_be_scrubbed_anywhere(tmp_path):
    write_wav(tmp_path / "tick.wav", np.hanning(20) * 0.5, RATE)
    names = ["scrub.pitch", "scrub.position", "scrub.speed", "scrub.spread"]
    mixer = Mixer([Scrub(file="tick.wav", drone=True, loop=True)], names, folder=tmp_path)
    for semitones in (-24, 0, 24):
        for position in (0, 0.5, 1):
            assert np.isfinite(play(mixer, 0.2, [semitones, position, 4.0 * position - 2.0, position])).all()


def test_voices_do_not_all_work_in_the_same_tick():
    mixer = Mixer([Scrub(name=f"s{i}", window="long", drone=True) for i in range(16)])
    begun = {float(mixer.desk.state[row[1] + scrub.PLAYED]) for row in mixer.desk.rows}
    assert len(begun) == 16


@pytest.mark.parametrize(("window", "apart"), [("short", 0.06), ("middle", 0.06), ("long", 0.1)])
@pytest.mark.parametrize("speed", [0.1, 0.5, 1.0])
def test_attacks_close_together_are_each_heard_once(window, apart, speed, tmp_path):
    sound, places = np.zeros(RATE), range(6000, RATE // 2, round(apart * RATE))
    for i in places:
        burst = np.random.default_rng(5).normal(size=240) * np.exp(-np.arange(240) / 60) * 0.2
        sound[i : i + 240] += burst - burst.mean()
    write_wav(tmp_path / "fast.wav", sound, RATE)
    played = alone(tmp_path, 0.7 / speed, (0, speed, 0, 0), file="fast.wav", window=window)[:, 0]
    tops = np.flatnonzero(np.abs(played) > 0.2 * np.abs(played).max())
    assert 1 + np.count_nonzero(np.diff(tops) > 960) == len(places)
