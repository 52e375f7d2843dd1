"""The words everything is said in: errors, clock, frames, demonstrations, commands, library."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap import codec, commands, library
from gesturemap.clock import ManualClock, Period, SystemClock
from gesturemap.demonstrations import Demonstration, TrainingSet, through
from gesturemap.errors import CommandError, DataError, FileError, GesturemapError, SettingsError
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.library import sweep_shared

SPEC = Spec.of("acc_x g", "acc_y g", rate=100.0)


def demonstration(
    name: str = "1", label: str = "circle", frames: int = 5, outputs: tuple[str, ...] = (), **changes: Any
) -> Demonstration:
    made = Demonstration(
        name,
        label,
        SPEC,
        np.arange(frames) / 100.0,
        np.arange(frames * 2.0).reshape(frames, 2),
        tuple(Channel.parse(text) for text in outputs),
        np.arange(frames * float(len(outputs))).reshape(frames, len(outputs))
        if outputs
        else np.zeros((0, 0)),
    )
    return dataclasses.replace(made, **changes)


# errors


def test_an_error_is_one_line_of_four_parts() -> None:
    error = SettingsError("features[1]", "no setting\n'x'", "it has y", "remove it")
    assert str(error) == "features[1]: no setting 'x'; it has y; remove it"
    assert (error.place, error.rule, error.next_step) == ("features[1]", "it has y", "remove it")
    assert (
        str(GesturemapError("port 9000", "in use", "it must be free")) == "port 9000: in use; it must be free"
    )


@pytest.mark.parametrize("cls", GesturemapError.__subclasses__())
def test_every_error_is_caught_as_one(cls: type[GesturemapError]) -> None:
    with pytest.raises(GesturemapError, match="here: this"):
        raise cls("here", "this", "that", "then")


# clock


def test_a_manual_clock_stands_still_until_set() -> None:
    clock = ManualClock(5.0)
    assert clock.now() == clock.now() == 5.0
    clock.advance(0.25)
    assert clock.now() == 5.25


def test_the_system_clock_never_goes_back() -> None:
    clock = SystemClock()
    times = [clock.now() for _ in range(1000)]
    assert times == sorted(times)


def test_a_period_is_the_time_between_frames_gaps_included() -> None:
    period = Period(100.0)
    assert period.since(7.0) == 0.01
    assert period.since(7.5) == 0.5
    assert period.since(3607.5) == 3600.0


@pytest.mark.parametrize("bad", [7.5, 7.0, -1e9, math.nan, math.inf, -math.inf])
def test_a_time_that_does_not_go_on_counts_as_one_usual_period_and_no_more(bad: float) -> None:
    rated, unrated = Period(50.0), Period()
    for period, usual in ((rated, 0.02), (unrated, 0.25)):
        period.since(7.25)
        period.since(7.5)
        assert period.since(bad) == usual
        again = bad + 1.0 if math.isfinite(bad) else 100.0
        assert period.since(again) == (1.0 if math.isfinite(bad) else usual)
        assert period.since(again + 0.5) == 0.5


# frames


@pytest.mark.parametrize(
    ("text", "name", "unit"), [("acc_x m/s2", "acc_x", "m/s2"), ("x", "x", ""), (" a  b c ", "a", "b c")]
)
def test_a_channel_is_written_name_unit(text: str, name: str, unit: str) -> None:
    channel = Channel.parse(text)
    assert (channel.name, channel.unit) == (name, unit)
    assert Channel.parse(str(channel)) == channel


@pytest.mark.parametrize("text", ["", "  "])
def test_a_channel_has_a_name(text: str) -> None:
    with pytest.raises(SettingsError, match="name unit"):
        Channel.parse(text)


def test_a_spec_has_no_name_twice() -> None:
    assert (SPEC.names, SPEC.width) == (("acc_x", "acc_y"), 2)
    with pytest.raises(SettingsError, match="b; each channel has a name of its own"):
        Spec.of("a", "b m", "b g")


# demonstrations


def test_a_demonstration_gives_its_frames_back() -> None:
    recording = demonstration(frames=3)
    frames = list(recording.frames())
    assert [frame.time for frame in frames] == [0.0, 0.01, 0.02]
    assert all(type(frame.time) is float for frame in frames)
    assert np.array_equal([frame.values for frame in frames], recording.values)
    assert (len(recording), recording.seconds) == (3, 0.02)
    assert demonstration(frames=1).seconds == 0.0


def test_a_demonstration_has_one_value_per_channel_and_time() -> None:
    with pytest.raises(DataError, match=r"values of shape \(5, 2\); 4 time stamps x 2 channels"):
        demonstration(time=np.arange(4.0))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_named_by_demonstration_channel_and_frame(bad: float) -> None:
    values = np.zeros((5, 2))
    values[3, 1] = bad
    with pytest.raises(DataError, match=f"demonstration 7 of 'circle', channel acc_y, frame 3: {bad}"):
        demonstration("7", values=values).check()
    targets = np.zeros((5, 1))
    targets[2, 0] = bad
    with pytest.raises(DataError, match=f"output pitch, frame 2: {bad}"):
        demonstration("7", outputs=("pitch Hz",), targets=targets).check()


def test_no_frames_cannot_be_learned_from() -> None:
    with pytest.raises(DataError, match="no frames"):
        demonstration(frames=0).check()


def test_a_training_set_keeps_gestures_in_order_of_appearance() -> None:
    shown = TrainingSet(tuple(demonstration(str(i), label) for i, label in enumerate(["b", "a", "b", "c"])))
    assert shown.labels == ("b", "a", "c")
    assert [d.id for d in shown.of("b")] == ["0", "2"]
    assert (shown.spec, shown.outputs, shown.of("nobody")) == (SPEC, (), ())


def test_a_training_set_is_of_one_kind() -> None:
    with pytest.raises(DataError, match="no demonstration"):
        TrainingSet(())
    other = Spec.of("gyr_x", "gyr_y")
    with pytest.raises(DataError, match=r"demonstration 2 .* gyr_x, gyr_y; demonstration 1 has acc_x, acc_y"):
        TrainingSet((demonstration("1"), demonstration("2", spec=other)))
    with pytest.raises(DataError, match=r"2 of .*outputs pitch; demonstration 1 has no outputs.*leave one"):
        TrainingSet((demonstration("1"), demonstration("2", outputs=("pitch",))))


def test_targets_stay_with_the_frames_that_come_out() -> None:
    def every_other(frame: Frame) -> Frame | None:
        return None if round(frame.time * 100) % 2 else Frame(frame.time + 1.0, frame.values[:1] * 2)

    out = through(demonstration(outputs=("pitch", "level")), every_other, Spec.of("twice"))
    assert out.time.tolist() == [1.0, 1.02, 1.04]
    assert out.values.tolist() == [[0.0], [8.0], [16.0]]
    assert out.targets.tolist() == [[0.0, 1.0], [4.0, 5.0], [8.0, 9.0]]
    assert (out.id, out.label, out.spec.names) == ("1", "circle", ("twice",))


def test_nothing_out_is_an_empty_demonstration() -> None:
    out = through(demonstration(outputs=("pitch",)), lambda frame: None, Spec.of("a", "b", "c"))
    assert (out.values.shape, len(out.targets)) == ((0, 3), 0)
    with pytest.raises(DataError, match="no frames"):
        out.check()


# commands


def samples() -> list[commands.Message]:
    values: dict[str, Any] = {
        "str": 'ci"rcle\n\u00e9\u2028', "float": 0.25, "bool": False, "int": 7, "bytes": b"a\n\x00\xff\n",
        "list[str]": ["a", "b"], "list[float]": [-6.0, -60.5], "list[bool]": [True, False], "list[Any]": [1, "a", None],
        "list[dict[str, Any]]": [{"x": 1}], "dict[str, Any]": {"x": [1, {"y": None}]}, "Any": [{"kind": "osc"}],
        "dict[str, str]": {"a": "aa"}, "list[list[float]]": [[-1.0], [2.5]], "list[list[Any]]": [["began", 1.0]],
    }  # fmt: skip
    return [
        cls(**{f.name: values[str(f.type)] for f in dataclasses.fields(cls)}) for cls in codec.KINDS.values()
    ]


@pytest.mark.parametrize("message", samples(), ids=lambda m: type(m).__name__)
def test_a_message_survives_the_wire(message: commands.Message) -> None:
    packet = codec.encode(message)
    assert codec.decode(packet) == message
    line = packet.split(b"\n", 1)[0]
    assert json.loads(line)["is"] == type(message).__name__


def test_every_engine_command_is_known() -> None:
    assert set(commands.FOR_ENGINE) <= set(codec.KINDS.values())


@pytest.mark.parametrize(
    "packet",
    [
        b"", b"\n", b"{}", b"[]", b"null", b"3", b'{"is":"Nonsense"}', b'{"is":["Run"]}', b'{"is":"Message"}',
        b'{"is":"Record"}', b'{"is":"Run","on":true,"more":1}', b"\xff\xfe", b'{"is":"Run"', b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(packet: bytes) -> None:
    with pytest.raises(CommandError, match="a command is a JSON line"):
        codec.decode(packet)


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_decode_or_be_refused(packet: bytes) -> None:
    try:
        message = codec.decode(packet)
    except CommandError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(message, commands.Message)


# library


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own folder, elsewhere; and a package with one preset."""
    for name in (
        "package/gesturemap/presets/air",
        "own/presets/mine",
        "own/presets/air",
        "own/presets/empty",
    ):
        (tmp_path / name).mkdir(parents=True)
        if not name.endswith("empty"):
            (tmp_path / name / "project.toml").write_text("")
    monkeypatch.setattr(library, "PACKAGE", tmp_path / "package/gesturemap")
    monkeypatch.setattr(library, "user_folder", lambda: tmp_path / "own")
    return tmp_path


def test_presets_are_found_on_every_shelf_and_the_own_one_wins(shelf: Path) -> None:
    assert library.presets() == {"air": shelf / "own/presets/air", "mine": shelf / "own/presets/mine"}
    assert library.sensors() == {}


def test_a_project_is_named_by_path_or_as_a_preset(shelf: Path) -> None:
    assert library.project_folder("mine") == shelf / "own/presets/mine"
    assert library.project_folder(str(shelf / "own/presets/air")) == shelf / "own/presets/air"


def test_no_such_project_lists_the_presets(shelf: Path) -> None:
    with pytest.raises(FileError, match="no such project or preset; presets: air, mine"):
        library.project_folder("nothing")
    with pytest.raises(FileError, match=r"no project\.toml in it"):
        library.project_folder(str(shelf))


def test_the_shared_folder_of_a_killed_control_is_swept_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setenv("GESTUREMAP_SHARED", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead, own, other = (tmp_path / f"gesturemap-{name}-x" for name in (gone.pid, os.getpid(), "notes"))
    for folder in (dead, own, other):
        folder.mkdir()
    sweep_shared()
    assert not dead.exists()
    assert own.exists()
    assert other.exists()
