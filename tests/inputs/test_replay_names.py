"""Columns of recordings under other names, in the units that features take."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_replay_formats import RECORDED, rows, written

from gesturemap.clock import ManualClock
from gesturemap.errors import SettingsError
from gesturemap.features.motion import Magnitude
from gesturemap.frames import Channel
from gesturemap.inputs.formats import names
from gesturemap.inputs.replay import Replay


def test_columns_get_the_names_and_units_that_features_take() -> None:
    gravity = 9.80665
    names = {"x": "acc_x m/s2 from g", "y": "acc_y m/s2 from g", "z": "acc_z m/s2 from g"}
    run = Replay(path=str(RECORDED / "mogere.csv"), channels=names, columns=("acc*",)).start(ManualClock())
    assert [str(channel) for channel in run.spec.channels] == ["acc_x m/s2", "acc_y m/s2", "acc_z m/s2"]
    frame = run.read(0.0)
    assert frame is not None
    assert frame.values == pytest.approx(np.array(rows("mogere.csv"))[0, 2:5] * gravity)
    length = Magnitude(columns=("acc*",)).start(run.spec)  # a motion feature takes them
    assert str(length.spec.channels[-1]) == "acc_magnitude m/s2"
    puara = {f"accl_{axis}": f"acc_{axis} m/s2" for axis in "xyz"}
    run = Replay(path=str(RECORDED / "puara_ms.csv"), channels=puara).start(ManualClock())
    assert [str(channel) for channel in run.spec.channels[:4]] == [
        "acc_x m/s2", "acc_y m/s2", "acc_z m/s2", "gyro_x",
    ]  # fmt: skip
    frame = run.read(0.0)
    assert frame is not None
    assert frame.values == pytest.approx(rows("puara_ms.csv")[0][1:])  # in m/s2 already


def test_units_that_the_file_says_are_converted(tmp_path: Path) -> None:
    path = str(written(tmp_path, "t,a g,b (deg/s),c\n0,1,180,3\n0.1,1,180,3\n"))
    names = {"a": "acc_x m/s2", "b": "gyro_x", "c": "acc_y g"}
    run = Replay(path=path, channels=names).start(ManualClock())
    assert [str(channel) for channel in run.spec.channels] == ["acc_x m/s2", "gyro_x deg/s", "acc_y g"]
    frame = run.read(0.0)
    assert frame is not None
    assert frame.values == pytest.approx([9.80665, 180.0, 3.0])
    run = Replay(path=path, channels=names, units="si").start(ManualClock())
    frame = run.read(0.0)
    assert frame is not None
    assert frame.values == pytest.approx([9.80665, np.pi, 3.0 * 9.80665])
    for wrong, said in [
        ({"d": "acc_x"}, "no such channel"), ({"a": "b"}, "each channel has a name of its own"),
        ({"a": "acc_x deg"}, "can be made of"), ({"a": "acc_x m/s2 from g + 1"}, "'name unit from unit sent'"),
        ({"a": ""}, "name unit"),
    ]:  # fmt: skip
        with pytest.raises(SettingsError, match=said):
            Replay(path=path, channels=wrong).start(ManualClock())


def test_a_heading_of_spaces_and_brackets_alone_is_read_at_once() -> None:
    assert names.channel("Acc X (g)") == Channel("Acc_X", "g")
    assert names.channel("a [m] (g)") == Channel("a", "m]_(g")
    assert names.channel("(x)") == Channel("(x)")
    for odd in ("a" + " " * 60_000 + "b", "a" + "(" * 60_000, "a" + " (" * 30_000):
        assert names.channel(odd).name.startswith("a")
