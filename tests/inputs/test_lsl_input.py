"""LSL in: real outlets in other processes of this machine."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import Frame
from gesturemap.inputs.input import InputRun
from gesturemap.inputs.lsl import Lsl

pylsl = pytest.importorskip("pylsl")
SENDER = Path(__file__).parent / "lsl_sender.py"
CLOCK = SystemClock()


@contextlib.contextmanager
def sender(
    name: str, labels: str = "a,b", count: int = 100_000, rate: float = 200.0, kind: str = "double"
) -> Iterator[subprocess.Popen[bytes]]:
    """A sender that is up."""
    process = subprocess.Popen(
        [sys.executable, str(SENDER), name, kind, str(count), str(rate), labels],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def collect(run: InputRun, frames: int, seconds: float = 10.0) -> list[Frame]:
    """So many frames, or what comes in `seconds`."""
    found: list[Frame] = []
    end = CLOCK.now() + seconds
    while len(found) < frames and CLOCK.now() < end:
        frame = run.read(0.05)
        if frame is not None:
            found.append(frame)
    return found


@pytest.mark.parametrize("by", ["motion", "Mocap", "source-of-motion", ""])
def test_a_stream_is_found_and_none_of_its_samples_is_lost(by: str) -> None:
    with sender("motion", count=300):
        run = Lsl(stream=by, wait=5.0).start(CLOCK)
        found = collect(run, 300)
        run.close()
    values = np.array([frame.values for frame in found])
    assert np.array_equal(values[:, 0], np.arange(300))
    assert "'motion' (Mocap)" in run.address
    late = np.array([frame.time for frame in found]) - values[:, 1]
    assert np.abs(np.median(late)) < 0.005  # its stamps, in our clock
    assert (np.diff([frame.arrived for frame in found]) >= 0.0).all()


def test_channels_are_named_as_the_stream_describes_them() -> None:
    with sender("named", "acc x:m/s^2,time:,eeg:microvolts,acc x:g,:"):
        run = Lsl(stream="named", wait=5.0).start(CLOCK)
        run.close()
        assert [str(channel) for channel in run.spec.channels] == [
            "acc_x m/s2", "time_2", "eeg uV", "acc_x_2 g", "in_5",
        ]  # fmt: skip
        assert run.spec.rate == 200.0
        own = Lsl(stream="named", channels=("x m", "-", "-", "-", "y m"), wait=5.0).start(CLOCK)
        frame = collect(own, 1)[0]
        own.close()
        assert (own.spec.names, frame.values.tolist()[1]) == (("x", "y"), 0.5)
        with pytest.raises(SettingsError, match="5 channels"):
            Lsl(stream="named", channels=("x",), wait=5.0).start(CLOCK)


@pytest.mark.long
def test_a_stream_that_is_lost_and_comes_back_goes_on() -> None:
    with sender("comes-back"):
        run = Lsl(stream="comes-back", wait=5.0).start(CLOCK)
        assert len(collect(run, 20)) == 20
    end = CLOCK.now() + 10.0
    while not run.health.ignored_total and CLOCK.now() < end:
        run.read(0.01)
    assert run.health.ignored == {"comes-back": {"the stream was lost; waiting for it": 1}}
    with sender("comes-back"):
        assert len(collect(run, 20)) == 20
    run.close()
    run.close()


def test_a_stream_that_comes_back_with_other_channels_is_another() -> None:
    with sender("changes"):
        run = Lsl(stream="changes", wait=5.0).start(CLOCK)
        assert collect(run, 5)
    with sender("changes", "a,b,c"), pytest.raises(DeviceError, match="other channels"):
        collect(run, 10_000)
    run.close()


def test_texts_and_nothing_are_refused_with_what_is_there() -> None:
    with sender("words", kind="string"):
        with pytest.raises(DeviceError, match=r"'words' is a stream of texts"):
            Lsl(stream="words", wait=5.0).start(CLOCK)
        with pytest.raises(DeviceError, match="no such stream found"):
            Lsl(wait=0.3).start(CLOCK)  # a stream of texts is not taken for one of numbers
    begun = CLOCK.now()
    with pytest.raises(DeviceError, match="start the sender"):
        Lsl(stream="nobody", wait=0.2).start(CLOCK)
    assert CLOCK.now() - begun < 2.0
    with pytest.raises(SettingsError, match="quotation"):
        Lsl(stream="a'b\"c").start(CLOCK)


def test_values_that_are_no_numbers_are_counted() -> None:
    info = pylsl.StreamInfo("broken", "Mocap", 2, 0.0, pylsl.cf_double64, "broken")
    outlet = pylsl.StreamOutlet(info)
    run = Lsl(stream="broken", wait=5.0).start(CLOCK)
    assert outlet.wait_for_consumers(5.0)
    for row in ([1.0, 2.0], [np.nan, 1.0], [np.inf, 1.0], [3.0, 4.0]):
        outlet.push_sample(row)
    assert [frame.values.tolist() for frame in collect(run, 2)] == [[1.0, 2.0], [3.0, 4.0]]
    assert run.health.ignored == {"broken": {"in_1 is not finite": 2}}
    run.close()


def looked(folder: Path) -> str:
    """What a program in this folder prints when it looks for streams without settings of the tests."""
    code = "from gesturemap.wire.lsl import library; library().resolve_streams(0.1)"
    plain = {name: value for name, value in os.environ.items() if name != "LSLAPICFG"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder, env=plain | {"HOME": str(folder)}, capture_output=True, text=True, check=True, timeout=60,
    ).stderr  # fmt: skip


def test_the_log_of_the_library_stays_off_the_terminal(tmp_path: Path) -> None:
    assert looked(tmp_path) == ""


def test_settings_of_ones_own_are_left_to_the_library(tmp_path: Path) -> None:
    (tmp_path / "lsl_api.cfg").write_text("[log]\nlevel = 0\n")
    assert "loaded from lsl_api.cfg" in looked(tmp_path)
