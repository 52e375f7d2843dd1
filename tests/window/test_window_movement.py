"""Where somebody moved, what is strange about a demonstration, and the ghost that goes by."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.teaching.critique.look import Look, Usual, look
from gesturemap.teaching.idle import trimmed
from gesturemap.teaching.movement import idle_ends, moved
from gesturemap.window.facts.ghost import PAUSE, Ghost
from gesturemap.window.facts.hints import Hint, hints

RATE = 100.0
NAMES = ("acc_x", "acc_y", "acc_z")
SPEC = Spec.of(*NAMES, rate=RATE)


def swings(*moves: tuple[float, float], seconds: float, noise: float = 0.02) -> tuple[np.ndarray, np.ndarray]:
    """A sensor at rest but for swings of 2 Hz from one second to another."""
    generator = np.random.default_rng(7)
    time = np.arange(0, seconds, 1 / RATE)
    values = generator.normal(0, noise, (len(time), 3)) + np.array([0.0, 9.8, 0.0])
    for start, end in moves:
        inside = (time >= start) & (time < end)
        values[inside, 0] += 3 * np.sin(2 * np.pi * 2 * (time[inside] - start))
    return time, values


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.15])
def test_every_swing_is_found_where_it_was(noise: float) -> None:
    moves = [(3.0, 4.5), (10.0, 10.8), (30.0, 33.0), (55.0, 56.0)]
    at, energy, found = moved(SPEC, *swings(*moves, seconds=60.0, noise=noise))
    assert len(found) == len(moves)
    for span, (start, end) in zip(found, moves, strict=True):
        assert span.start == pytest.approx(start, abs=0.3)
        assert span.end == pytest.approx(end, abs=0.3)
        assert energy[(at > start + 0.2) & (at < end - 0.2)].min() > 0.5
    assert np.median(energy) < 0.3


def test_rest_alone_and_movement_without_rest_give_nothing() -> None:
    assert moved(SPEC, *swings(seconds=20.0))[2] == []
    assert moved(SPEC, *swings((0.0, 20.0), seconds=20.0))[2] == []
    assert moved(SPEC, np.zeros(0), np.zeros((0, 3)))[2] == []
    assert moved(SPEC, np.array([1.0]), np.ones((1, 3)))[2] == []
    assert moved(Spec(()), np.arange(5.0), np.zeros((5, 0)))[2] == []


def test_silence_is_rest() -> None:
    time, values = swings((3.0, 4.0), (8.0, 9.0), seconds=12.0)
    values[500:700] = np.nan
    assert len(moved(SPEC, time, values)[2]) == 2


def test_idle_ends_are_measured_but_not_those_of_a_pose() -> None:
    head, tail = idle_ends(SPEC, *swings((1.0, 3.0), seconds=4.5))
    assert head == pytest.approx(1.0, abs=0.3)
    assert tail == pytest.approx(1.5, abs=0.3)
    assert idle_ends(SPEC, *swings((0.0, 1.0), seconds=1.0)) == (0.0, 0.0)
    assert idle_ends(SPEC, *swings((0.5, 1.0), seconds=5.0)) == (0.0, 0.0)  # raised, and held
    head, tail = idle_ends(SPEC, *swings((1.2, 1.8), seconds=2.6))  # short, between two rests
    assert 0.9 < head <= 1.2 and 0.4 < tail <= 0.8


def ordinary(*gesture: float, seconds: float = 16.0, rate: float = RATE) -> tuple[np.ndarray, np.ndarray]:
    """Movement that never rests, with a vigorous swing from one second to another."""
    generator = np.random.default_rng(3)
    time = np.arange(0, seconds, 1 / rate)
    waves = generator.uniform(0.2, 1.6, (6, 3)), generator.uniform(0.0, 6.3, (6, 3))
    values = sum(
        np.sin(2 * np.pi * time[:, None] * often + since) for often, since in zip(*waves, strict=True)
    )
    inside = (time >= gesture[0]) & (time < gesture[1])
    values[inside] += 12.0 * np.sin(4 * np.pi * (time[inside, None] - gesture[0]))
    return time, values + generator.normal(0.0, 0.03, values.shape)


@pytest.mark.parametrize("rate", [20.0, 50.0, 100.0])
def test_ordinary_movement_around_a_vigorous_gesture_is_no_rest(rate: float) -> None:
    spec = Spec.of(*NAMES, rate=rate)
    for start, end in ((3.0, 10.0), (5.0, 12.0), (7.0, 14.5)):
        time, values = ordinary(start, end, rate=rate)
        assert moved(spec, time, values)[2][0].start > 2.0  # it stands out
        assert idle_ends(spec, time, values) == (0.0, 0.0)
        rest = np.random.default_rng(1).normal(
            values[0], 0.03, (round(2 * rate), 3)
        )  # the same after real rest
        longer = np.arange(len(rest) + len(values)) / rate
        head, tail = idle_ends(spec, longer, np.concatenate([rest, values]))
        assert (head > 1.0, tail) == (True, 0.0)


def test_a_recording_of_everyday_movement_stays_whole() -> None:
    time, values = swings((1.0, 3.0), seconds=4.5)
    slash, usual = (Demonstration("a", label, SPEC, time, values) for label in ("slash", "everyday"))
    assert trimmed(slash, "everyday").start > 0.5
    assert trimmed(usual, "everyday") is usual
    assert trimmed(usual, "").end < 4.0


def test_a_usual_demonstration_gives_no_hint() -> None:
    usual = Look(1.0, 0.1, 0.1, (), frozenset(NAMES))
    assert hints(usual, Usual.of([usual] * 4)) == ()
    assert hints(usual, Usual.of([usual])) == ()
    long = Look(5.0, moved=frozenset(NAMES))
    assert hints(long, Usual.of([usual, long])) == ()  # one other does not say what is usual


def test_what_is_strange_is_said_and_whether_trimming_helps() -> None:
    usual = Look(1.0, 0.0, 0.0, (), frozenset(NAMES))

    def strange(one: Look) -> tuple[Hint, ...]:
        return hints(one, Usual.of([usual, usual, usual, one]))

    long = strange(Look(2.1, 0.0, 1.1, (), frozenset(NAMES)))
    assert [hint.text for hint in long] == ["2.1 times as long as the others", "1.1 s idle at the end"]
    assert all(hint.trims for hint in long)
    (short,) = strange(Look(0.4, moved=frozenset(NAMES)))
    assert short.text == "only 0.4 times as long as the others"
    assert not short.trims
    (gap,) = strange(Look(1.0, moved=frozenset(NAMES), gap=0.4, gap_at=0.35))
    assert gap.text.startswith("nothing came for 0.4 s, 0.3 s after it began") and not gap.trims
    (flat,) = strange(Look(1.0, moved=frozenset(NAMES[:2])))
    assert flat.text.startswith("acc_z does not move")


def test_a_time_in_which_nothing_came_is_seen() -> None:
    time, values = swings((0.0, 6.0), seconds=6.0)
    lost = (time > 1.0) & (time < 5.5)
    found = look(SPEC, time[~lost] + 100.0, values[~lost])
    assert (found.gap, found.gap_at) == pytest.approx((4.5, 1.0))
    assert look(SPEC, time, values).gap == 0.0


def test_a_clipped_channel_is_seen_and_a_switch_is_none() -> None:
    time, values = swings((0.0, 2.0), seconds=2.0)
    values[:, 0] = np.clip(values[:, 0] * 2, -2.0, 2.0)
    values[:, 2] = (time > 1.0).astype(float)
    found = look(SPEC, time, values)
    assert found.clipped == ("acc_x",)
    assert found.moved == frozenset(NAMES)
    assert look(SPEC, *swings((0.0, 2.0), seconds=2.0)).clipped == ()
    assert look(SPEC, time[:1], values[:1]) == Look()


def ghost() -> Ghost:
    time = np.linspace(0, 1, 11)
    return Ghost("a1", "circle", ("x", "y"), time, np.stack([time, 2 * time], axis=1), began=100.0)


def test_a_ghost_goes_round_with_a_pause() -> None:
    made = ghost()
    assert made.elapsed(100.0) == 0.0
    assert made.place(100.5) == pytest.approx([0.5, 1.0])
    assert made.place(101.0 + PAUSE / 2) == pytest.approx([1.0, 2.0])
    assert made.place(101.0 + PAUSE + 0.25) == pytest.approx([0.2, 0.4])


def test_a_ghost_leaves_what_went_by() -> None:
    made = ghost()
    ((ages, values),) = made.recent(100.5, 8.0)
    assert ages[-1] == pytest.approx(0.0)
    assert ages[0] == pytest.approx(0.5)
    assert values.shape == (2, 6)
    passes = made.recent(100.0 + 3 * (1 + PAUSE) + 0.5, 3.0)
    assert len(passes) == 3  # what is older has gone out of sight
    assert all((ages <= 3.0).all() for ages, _ in passes)
    assert len(made.recent(100.0 + 3 * (1 + PAUSE) + 0.5, 60.0)) == 4


@pytest.mark.parametrize("leap", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("last", [False, True])
def test_a_pointer_that_is_set_down_elsewhere_before_or_after_a_rest_belongs_to_the_rest(
    leap: float, last: bool
) -> None:
    """A circle on a pad, and a leap to its beginning, or away from its end."""
    spec, rate = Spec.of("x", "y", rate=60.0), 60.0
    time = np.arange(0.0, 4.0, 1 / rate)
    turn = 2 * np.pi * np.clip((time - 1.5) / 1.2, 0.0, 1.0)
    values = np.stack([0.5 + 0.2 * np.sin(turn), 0.7 - 0.2 * np.cos(turn)], 1)
    values[time <= leap] = (0.9, 0.1)
    if last:
        values = values[::-1].copy()
    head, tail = idle_ends(spec, time, values)
    head, tail = (tail, head) if last else (head, tail)
    assert head == pytest.approx(1.5, abs=0.3)
    assert tail == pytest.approx(1.3, abs=0.3)


def test_a_knock_before_a_rest_is_a_movement() -> None:
    """It comes back to where it was, as a leap does not."""
    time = np.arange(0.0, 4.0, 1 / RATE)
    strike = np.exp(-(((time - 0.8) / 0.02) ** 2)) - np.exp(-(((time - 0.88) / 0.02) ** 2))
    noise = np.random.default_rng(4).normal(0.0, 0.003, (len(time), 3))
    values = noise + (strike + np.sin(12 * time) * ((time > 2.0) & (time < 3.0)))[:, None]
    head, _ = idle_ends(SPEC, time, values)
    assert head < 0.8
