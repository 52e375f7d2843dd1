"""Laws of features: streaming, pure, sized once, calm when something is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from plugs import SPEC, fed, fewest, growth, kinds, moments, movement, plug, startable, stream

from gesturemap.demonstrations import Demonstration, through
from gesturemap.errors import SettingsError
from gesturemap.features.feature import ChainRun
from gesturemap.frames import LARGEST, Frame, Values

NAMED = """
import os, sys
sys.path.insert(0, "tests/laws")
import test_laws_of_features as laws
from gesturemap import compiled, features
for kind in laws.kinds("features"):
    child = os.fork()
    if not child:
        compiled.load(features.kernels([kind]))
        numba = sys.modules["numba"].core.dispatcher.Dispatcher
        numba.compile = None  # nothing more
        for settings in laws.each(kind):
            laws.play(settings, laws.recording(kind))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, kind
    print(kind, flush=True)
"""
EVERY = pytest.mark.parametrize("kind", kinds("features"))
MEMORY = 60.0
"""Seconds after which no feature remembers a bad value."""
LASTING = {"buffer", "gravity", "orientation", "quaternion", "spin"}
"""What a single frame may change for good: a take that is held, a heading, a sign or a sum."""


def each(kind: str) -> list[Any]:
    return list(startable("features", kind, lambda settings: settings.start(fed(kind))))


def play(settings: Any, frames: list[Frame]) -> list[Frame | None]:
    run = settings.start(fed(settings.kind))
    return [run.step(frame) for frame in frames]


def same(left: list[Frame | None], right: list[Frame | None]) -> bool:
    return len(left) == len(right) and all(
        (a is None) == (b is None)
        and (a is None or b is None or (a.values.tobytes() == b.values.tobytes() and a[::2] == b[::2]))
        for a, b in zip(left, right, strict=True)
    )


def table(frames: list[Frame | None]) -> Values:
    return np.array([frame.values for frame in frames if frame is not None])


def moved(kind: str, frames: int = 400, seed: int = 0) -> Values:
    return movement(frames, seed, fed(kind).width)


def recording(kind: str, seed: int = 0) -> list[Frame]:
    return stream(moved(kind, seed=seed), moments(seed=seed))


@EVERY
def test_the_spec_is_what_comes_out(kind: str) -> None:
    for settings in each(kind):
        run = settings.start(fed(kind))
        assert run.spec.rate == fed(kind).rate
        assert 0.0 <= run.delay < 60.0
        out = [run.step(frame) for frame in recording(kind)]
        assert any(frame is not None for frame in out), settings
        for frame, given in zip(recording(kind), out, strict=True):
            if given is not None:
                assert given.values.shape == (run.spec.width,)
                assert given.values.dtype == np.float64
                assert (given.time, given.arrived) == (frame.time, frame.arrived)


@EVERY
def test_stream_equals_whole(kind: str) -> None:
    take = Demonstration("1", "a", fed(kind), moments(), moved(kind))
    for settings in each(kind):
        run = settings.start(fed(kind))
        whole = through(take, run.step, run.spec)
        chain = ChainRun([settings], fed(kind))
        live = [
            chain.step(Frame(t, row.copy())) for t, row in zip(moments().tolist(), moved(kind), strict=True)
        ]
        assert whole.spec == chain.spec
        assert np.array_equal(whole.values, table(live))
        assert whole.time.tolist() == [frame.time for frame in live if frame is not None]


@EVERY
def test_starting_again_is_starting_fresh_and_runs_share_nothing(kind: str) -> None:
    frames, other = recording(kind), recording(kind, seed=1)
    for settings in each(kind):
        alone = play(settings, frames)
        first, second = settings.start(fed(kind)), settings.start(fed(kind))
        mixed = []
        for frame, noise in zip(frames, other, strict=True):
            second.step(noise)
            mixed.append(first.step(frame))
        assert same(alone, mixed)
        assert same(alone, play(settings, frames))


@EVERY
def test_what_came_in_is_not_changed_and_what_went_out_not_overwritten(kind: str) -> None:
    frames = recording(kind)
    for settings in each(kind):
        given = [Frame(f.time, f.values.copy(), f.arrived) for f in frames]
        run = settings.start(fed(kind))
        out, copies = [], []
        for frame in given:
            out.append(run.step(frame))
            copies.append(None if out[-1] is None else out[-1].values.copy())
        assert all(np.array_equal(a.values, b.values) for a, b in zip(given, frames, strict=True))
        for frame, copy in zip(out, copies, strict=True):
            assert frame is None or np.array_equal(frame.values, copy, equal_nan=True)
        assert play(settings, frames)[-1] is not None, "frames that must not be written to are taken"


@EVERY
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_bad_value_is_forgotten(kind: str, bad: float) -> None:
    time = np.arange(400) / 100.0
    time[200:] += MEMORY
    for columns in ([0], list(range(fed(kind).width))):
        values = moved(kind).copy()
        values[50:60, columns] = bad
        for settings in each(kind):
            out = play(settings, stream(values, time))
            assert all(frame is not None and np.isfinite(frame.values).all() for frame in out[200:]), settings


@EVERY
def test_one_frame_of_the_largest_numbers_is_forgotten(kind: str) -> None:
    time = np.r_[np.arange(200) / 100.0, 2.0 + np.arange(1000) / 10.0]
    clean = np.tile(moved(kind), (3, 1))
    for settings in each(kind):
        wanted = table(play(settings, stream(clean, time))[-100:])
        for at, bad in ((0, LARGEST), (100, LARGEST), (100, -LARGEST), (100, np.nan)):
            values = clean.copy()
            values[at] = bad
            out = play(settings, stream(values, time))
            hurt = [i for i, f in enumerate(out) if f is not None and not np.isfinite(f.values).all()]
            assert all(np.isnan(bad) and at <= i <= at + 2 for i in hurt), settings
            if kind not in LASTING:
                assert np.allclose(table(out[-100:]), wanted, 1e-3, 1e-3), settings


@EVERY
def test_a_bad_value_at_the_very_start_is_forgotten(kind: str) -> None:
    values = moved(kind).copy()
    values[:5] = np.nan
    for settings in each(kind):
        last = play(
            settings, stream(values, np.arange(400) / 100.0 + np.r_[np.zeros(200), np.full(200, MEMORY)])
        )
        assert all(frame is not None and np.isfinite(frame.values).all() for frame in last[200:]), settings


@EVERY
@pytest.mark.parametrize(
    "jump", [0.0, -1.0, -1e6, 3600.0, 1e9, np.nan, np.inf], ids=lambda jump: f"jump {jump}"
)
def test_any_clock_gives_numbers(kind: str, jump: float) -> None:
    time = np.arange(400) / 100.0
    time[200] += jump
    later = np.arange(400) / 100.0
    later[200:] += jump if np.isfinite(jump) else 0.0
    for settings in each(kind):
        for times in (time, later, np.zeros(400), -later):
            out = play(settings, stream(moved(kind), times))
            assert all(np.isfinite(frame.values).all() for frame in out if frame is not None), settings
            assert out[-1] is not None


@EVERY
def test_it_plays_at_any_rate(kind: str) -> None:
    for rate in (0.0, 1.0, 20.0, 1000.0, 20_000.0):
        spec = type(SPEC)(fed(kind).channels, rate)
        try:
            run = plug("features", kind)().start(spec)
        except SettingsError as refused:
            assert f"{rate:g} frames a second" in str(refused), "what it cannot do at this rate, it says"
            assert 0.0 < rate < 20.0
            continue
        out = [run.step(Frame(i / (rate or 100.0), row)) for i, row in enumerate(moved(kind))]
        assert out[-1] is not None
        assert np.isfinite(out[-1].values).all()


@EVERY
def test_the_fewest_channels_are_enough(kind: str) -> None:
    spec = fewest(kind)
    run = plug("features", kind)().start(spec)
    out = [run.step(Frame(i / 100.0, row)) for i, row in enumerate(movement(width=spec.width))]
    assert out[-1] is not None
    assert out[-1].values.shape == (run.spec.width,)


@EVERY
@pytest.mark.long
def test_nothing_grows(kind: str) -> None:
    run = plug("features", kind)().start(fed(kind))
    rows = moved(kind)

    def step(i: int) -> None:
        run.step(Frame(i / 100.0, rows[i % 400]))

    assert growth(step, 50_000) < 4096


@pytest.mark.long
@pytest.mark.skipif(
    not hasattr(os, "fork"), reason="a process that has loaded nothing yet is wanted for each"
)
def test_each_kind_needs_no_kernels_but_those_it_names() -> None:
    """What it does not name would be compiled while a performance waits."""
    done = subprocess.run(
        [sys.executable, "-c", NAMED], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == kinds("features")
