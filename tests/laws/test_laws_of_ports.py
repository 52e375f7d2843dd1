"""Laws of inputs, outputs and voices: what was opened is closed, and bad data never raises."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plugs import kinds, plug

from gesturemap.clock import SystemClock
from gesturemap.frames import Controls, Event, Frame, Spec

EXTRAS = {"lsl": "pylsl", "midi": "rtmidi", "web": "aiohttp"}
"""Kinds that need a library of an extra."""
SENDER = Path(__file__).parents[1] / "inputs" / "lsl_sender.py"


def here(family: str) -> list[Any]:
    """Every kind of a family; one whose library is not installed is left out, and said."""
    missing = [
        kind for kind in kinds(family) if kind in EXTRAS and not importlib.util.find_spec(EXTRAS[kind])
    ]
    skip = pytest.mark.skip(reason="its extra is not installed")
    return [pytest.param(kind, marks=skip) if kind in missing else kind for kind in kinds(family)]


INPUTS = pytest.mark.parametrize("kind", here("inputs"))
OUTPUTS = pytest.mark.parametrize("kind", here("outputs"))
VOICES = pytest.mark.parametrize("kind", kinds("voices"))
CONTROLS = Spec.of("pad.level", "pad.cutoff Hz", "gate.shake")


@pytest.fixture
def outlet(kind: str) -> Iterator[None]:
    """A program that sends an LSL stream, where one is needed."""
    if kind != "lsl":
        yield
        return
    command = [sys.executable, str(SENDER), "law", "double", "100000", "200", "a,b"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.kill()


@pytest.fixture
def needs(tmp_path: Path, outlet: None) -> Iterator[dict[str, dict[str, Any]]]:
    """Settings for kinds that need something to open; the others start as they are."""
    recording = tmp_path / "take.npz"
    np.savez(
        recording,
        X=np.zeros((20, 2), np.float32),
        lengths=np.array([20]),
        label=np.array(["a"]),
        user=np.array([""]),
        session=np.array([""]),
        rate=np.array(100.0),
        channels=np.array(["acc_x g", "acc_y g"]),
    )
    pipe = tmp_path / "hidraw"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    here, there = pty.openpty()
    yield {
        "osc": {"port": 0, "channels": 3},
        "merge": {"inputs": {"a": {"kind": "osc", "port": 0, "channels": 3}}},
        "phone": {"port": 0, "host": "127.0.0.1"},
        "lsl": {"stream": "law", "wait": 5.0},
        "midi": {"port": os.ttyname(there)},
        "gamepad": {"device": str(pipe)},
        "pointer": {"port": 0},
        "replay": {"path": str(recording)},
        "wekinator": {"port": 0},
        "serial": {"device": os.ttyname(there), "channels": ("a", "b"), "settle": 0.0},
    }
    for each in (here, there, held):
        os.close(each)


@pytest.fixture(autouse=True, scope="module")
def what_is_older_stays() -> None:
    """`handles` looks for garbage among what these tests have made, not through all that was made before."""
    gc.collect()
    gc.freeze()


def handles() -> set[tuple[int, int, int, int]]:
    """Which files, sockets and maps are open, once what nobody holds any more has gone: descriptor, device, inode and
    type of each, but for the one with which they are listed.
    """
    gc.collect()
    found = set()
    for each in Path("/dev/fd").iterdir():
        with contextlib.suppress(OSError):  # that of the listing is closed by now
            status = os.fstat(int(each.name))
            found.add((int(each.name), status.st_dev, status.st_ino, stat.S_IFMT(status.st_mode)))
    return found


def open_input(kind: str, needs: dict[str, dict[str, Any]]) -> Any:
    return plug("inputs", kind)(**needs.get(kind, {})).start(SystemClock())


@INPUTS
def test_an_input_is_opened_read_and_closed_and_nothing_is_left(
    kind: str, needs: dict[str, dict[str, Any]]
) -> None:
    open_input(kind, needs).close()  # what a module opens once and for all is open now
    before = handles()
    for _ in range(3):
        run = open_input(kind, needs)
        assert run.address
        assert run.spec.width >= 1
        frame = run.read(0.0)
        assert frame is None or isinstance(frame, Frame)
        assert run.health.ignored_total == 0
        run.close()
        run.close()
        del run
    assert handles() <= before, "there are new ones; fewer, where what an earlier test had begun has ended"


@INPUTS
def test_an_input_waits_no_longer_than_asked(kind: str, needs: dict[str, dict[str, Any]]) -> None:
    run = open_input(kind, needs)
    clock = SystemClock()
    begun = clock.now()
    for _ in range(5):
        frame = run.read(0.01)
        if frame is not None:
            assert frame.values.shape == (run.spec.width,)
            assert frame.values.dtype == np.float64
            assert frame.values.flags.c_contiguous
            assert frame.arrived <= clock.now()
    assert clock.now() - begun < 2.0
    run.close()


@INPUTS
def test_two_inputs_of_a_kind_live_side_by_side(kind: str, needs: dict[str, dict[str, Any]]) -> None:
    if kind == "serial":
        pytest.skip("one port has one reader")
    first, second = open_input(kind, needs), open_input(kind, needs)
    assert first.spec.names == second.spec.names
    second.close()
    frame = first.read(0.0)
    assert frame is None or frame.values.shape == (first.spec.width,)
    first.close()


def messages(width: int) -> list[Controls]:
    """Good ones, and all that should never come."""
    events = (Event("began", "shake", 0.9), Event("ended", "shake", 0.4), Event("began", "ä b/#*", 1.0))
    rows = [
        np.zeros(width),
        np.full(width, 0.5),
        np.full(width, np.nan),
        np.full(width, np.inf),
        np.full(width, 1e300),
    ]
    return [Controls(i * 0.01, row, events if i % 2 else (), i * 0.01) for i, row in enumerate(rows)]


@OUTPUTS
@pytest.mark.parametrize("controls", [CONTROLS, Spec(())], ids=["three controls", "no control"])
def test_an_output_is_opened_sent_to_and_closed_and_nothing_is_left(kind: str, controls: Spec) -> None:
    plug("outputs", kind)().start(controls).close()
    before = handles()
    run = plug("outputs", kind)().start(controls)
    assert run.address
    for message in messages(controls.width):
        copy = message.values.copy()
        run.send(message)
        assert np.array_equal(message.values, copy, equal_nan=True)
    run.silence()
    assert run.faults >= 0
    run.close()
    run.close()
    del run
    assert handles() <= before, "there are new ones; fewer, where what an earlier test had begun has ended"


@VOICES
def test_a_voice_starts_the_same_with_the_same_seed(kind: str) -> None:
    voice = plug("voices", kind)(name="one")
    first, second = (voice.start(48_000.0, None, 7) for _ in range(2))
    assert first.state.tobytes() == second.state.tobytes()
    assert first.table.tobytes() == second.table.tobytes()
    assert not np.shares_memory(first.state, second.state)
    assert np.isfinite(first.state).all()
    assert np.isfinite(first.table).all()


@VOICES
def test_a_voice_knows_what_every_gesture_plays(kind: str) -> None:
    cls = plug("voices", kind)
    names = [parameter.name for parameter in cls.PARAMETERS]
    assert len(set(names)) == len(names)
    for parameter in cls.PARAMETERS:
        assert parameter.doc
        assert parameter.low <= parameter.rest <= parameter.high
    pitches = cls(gestures=("b",)).pitches(("a", "b", "c"))
    assert pitches.shape == (4,)
    assert np.isnan(pitches[[0, 2, 3]]).all()
    assert np.isfinite(pitches[1])
