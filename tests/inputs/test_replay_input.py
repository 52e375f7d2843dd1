"""Recordings played back, and synthetic movement: paced by the clock that is passed in."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from gesturemap.clock import ManualClock, SystemClock
from gesturemap.errors import FileError, GesturemapError
from gesturemap.frames import Frame
from gesturemap.inputs.formats import recording
from gesturemap.inputs.paced import PacedRun
from gesturemap.inputs.recordings import read
from gesturemap.inputs.replay import Annotation, Replay
from gesturemap.inputs.synthetic import Synthetic

CHANNELS = ["acc_x g", "acc_y g", "beta deg"]


def arrays(**changes: object) -> dict[str, np.ndarray]:
    """Three recordings of 4, 3 and 2 frames at 10 Hz; the value is the frame's number."""
    x = np.arange(9, dtype=np.float32)[:, None] * [1.0, 10.0, 100.0]
    made: dict[str, object] = {
        "X": x.astype(np.float32), "lengths": [4, 3, 2], "label": ["a", "b", "a"], "user": ["u1", "u1", "u2"],
        "session": ["", "", ""], "rate": 10.0, "channels": CHANNELS,
    }  # fmt: skip
    return {name: np.asarray(value) for name, value in (made | changes).items() if value is not None}


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    path = tmp_path / "takes.npz"
    np.savez_compressed(path, **arrays())
    return path


def drain(run: PacedRun, clock: ManualClock, seconds: float, step: float = 0.05) -> list[tuple[Frame, str]]:
    """Everything that comes while the clock moves on."""
    found = []
    for _ in range(round(seconds / step)):
        while (frame := run.read(1.0)) is not None:
            found.append((frame, run.now))
        clock.advance(step)
    return found


def test_frames_come_at_their_time_and_not_before(npz: Path) -> None:
    clock = ManualClock(100.0)
    run = Replay(path=str(npz), loop=False).start(clock)
    first = run.read(1.0)
    assert first is not None and (first.time, first.arrived, first.values.tolist()) == (
        0.0,
        100.0,
        [0.0, 0.0, 0.0],
    )
    assert run.read(5.0) is None  # nothing waits with a clock that stands still
    clock.advance(0.099)
    assert run.read(5.0) is None
    clock.advance(0.002)
    second = run.read(5.0)
    assert second is not None and second.time == pytest.approx(0.1)
    assert second.arrived == pytest.approx(100.101)
    assert (run.spec.names, run.spec.rate) == (("acc_x", "acc_y", "beta"), 10.0)


def test_time_rises_over_recordings_and_rounds(npz: Path) -> None:
    clock = ManualClock()
    run = Replay(path=str(npz), gap=0.5).start(clock)
    found = drain(run, clock, 9.0)
    times = np.array([frame.time for frame, _ in found])
    assert (np.diff(times) > 0.09).all()
    assert [label for _, label in found[:9]] == list("aaaabbbaa")
    assert found[9][0].values.tolist() == found[0][0].values.tolist()  # the second round
    assert times[4] == pytest.approx(0.3 + 0.1 + 0.5)
    assert [frame.arrived - frame.time for frame, _ in found] == pytest.approx(
        [frame.arrived - frame.time for frame, _ in found[:1]] * len(found), abs=0.051
    )
    assert run.annotations == (
        Annotation("a", "u1", 0.0, pytest.approx(0.3)),
        Annotation("b", "u1", pytest.approx(0.9), pytest.approx(1.1)),
        Annotation("a", "u2", pytest.approx(1.7), pytest.approx(1.8)),
    )


def test_speed_hurries_and_leaves_the_time_stamps(npz: Path) -> None:
    clock = ManualClock()
    run = Replay(path=str(npz), gap=0.0, speed=10.0, loop=False).start(clock)
    found = drain(run, clock, 0.2, step=0.01)
    assert [frame.time for frame, _ in found] == pytest.approx(np.arange(9) / 10)
    assert found[-1][0].arrived == pytest.approx(0.08, abs=0.011)
    assert run.done and run.now == "" and run.read(1.0) is None


def test_columns_labels_users(npz: Path) -> None:
    clock = ManualClock()
    settings = Replay(
        path="takes.npz", folder=str(npz.parent), columns=("beta", "acc*"), labels=("a",), users=("u2",)
    )
    run = settings.start(clock)
    found = drain(run, clock, 0.4)
    assert run.spec.names == ("beta", "acc_x", "acc_y")
    assert [frame.values.tolist() for frame, _ in found] == [[700.0, 7.0, 70.0], [800.0, 8.0, 80.0]]


def test_own_time_stamps_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.npz"
    t = np.array([5.0, 5.02, 5.02, 5.3, 0.0, 0.2, 0.1, 1.0, 1.1], np.float32)
    np.savez(path, **arrays(t=t))
    times = [each.time - each.time[0] for each in read(path).recordings]
    assert times[0] == pytest.approx([0.0, 0.02, 0.02, 0.3], abs=1e-5)
    assert times[1] == pytest.approx([0.0, 0.2, 0.2])  # time never goes back
    clock = ManualClock()
    run = Replay(path=str(path), loop=False, gap=0.0).start(clock)
    assert [frame.time for frame, _ in drain(run, clock, 2.0)][:5] == pytest.approx(
        [0, 0.02, 0.02, 0.3, 0.4], abs=1e-5
    )


def test_frames_that_are_no_numbers_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "nan.npz"
    x = arrays()["X"]
    x[1, 2] = np.nan
    np.savez(path, **arrays(X=x))
    clock = ManualClock()
    run = Replay(path=str(path), loop=False).start(clock)
    assert len(drain(run, clock, 3.0)) == 8
    assert run.health.ignored == {"nan.npz": {"not a finite number, or too large": 1}}


@pytest.mark.parametrize(
    ("text", "names", "times", "first"),
    [
        ("t,x,y\n0,1,2\n0.01,3,4\n", ("x", "y"), [0.0, 0.01], [1.0, 2.0]),
        ("timestamp,acc_x g\n1000,1\n1020,2\n", ("acc_x",), [0.0, 0.02], [1.0]),
        (
            "Time (s);Acc X (g);Acc Y (g);\r\n2;1;2;\r\n2.5;3;4;\r\n",
            ("Acc_X", "Acc_Y"),
            [0.0, 0.5],
            [1.0, 2.0],
        ),
        ("t,tRel,x,note\n1396975047356,0,7,a\n1396975047362,.006,8,b\n", ("x",), [0.0, 0.006], [7.0]),
        ("timestamp,x\n.05,1\n.06,2\n.05,3\n.04,4\n", ("x",), [0.0, 0.06, 0.11, 0.15], [1.0]),
        ("ms\tx\n0\t1\n10\toops\n20\t2\n", ("x",), [0.0, 0.02], [1.0]),
    ],
)
def test_csv(
    tmp_path: Path, text: str, names: tuple[str, ...], times: list[float], first: list[float]
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(text)
    found = read(path)
    assert found.spec.names == names
    (only,) = found.recordings
    assert only.label == "log"
    assert only.time == pytest.approx(times)
    assert only.values[0].tolist() == first


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("missing.npz", None, "no such file"),
        ("text.npz", b"hello", "broken"),
        ("empty.npz", b"", "broken"),
        ("empty.csv", b"", "no rows"),
        ("numbers.csv", b"1,2\n3,4\n", "set rate"),
        ("no_time.csv", b"x,y\n1,2\n", "rename the column"),
        ("words.csv", b"t,x\n1,a\n2,b\n", "no column of numbers"),
        ("bytes.csv", b"t,x\n\xff\xfe\0\n", "not text"),
        ("nul.csv", b"t,x\n1,\x00\n", "FileError|no column"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, content: bytes | None, match: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FileError, match=match):
        Replay(path=name, folder=str(tmp_path)).start(ManualClock())


@pytest.mark.parametrize(
    "changes",
    [
        {"X": None}, {"lengths": [4, 3, 3]}, {"lengths": [4, 3, -2]}, {"lengths": [2**62, 2**62, 2**63 - 1]},
        {"lengths": []}, {"lengths": [[9]]}, {"label": ["a"]}, {"channels": ["x"]}, {"rate": np.nan},
        {"rate": [1.0, 2.0]}, {"t": [1.0]}, {"X": np.array("text")}, {"X": np.zeros(9)},
        {"label": np.array([{}, {}, {}], dtype=object)},
    ],
)  # fmt: skip
def test_arrays_that_do_not_fit(tmp_path: Path, changes: dict[str, object]) -> None:
    path = tmp_path / "bad.npz"
    np.savez(path, **arrays(**changes), allow_pickle=True)
    with pytest.raises(FileError):
        Replay(path=str(path)).start(ManualClock())


def test_damaged_files_give_one_clear_error_or_play(tmp_path: Path, npz: Path) -> None:
    seeded = random.Random(3)
    whole, path = npz.read_bytes(), tmp_path / "damaged.npz"
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(seeded.randint(1, 8)):
            damaged[seeded.randrange(len(damaged))] = seeded.randrange(256)
        path.write_bytes(damaged[: seeded.choice((len(damaged), seeded.randrange(len(damaged))))])
        try:
            Replay(path=str(path)).start(ManualClock())
        except GesturemapError:
            refused += 1
    assert refused > 200


def test_a_small_file_that_claims_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "LARGEST", 1 << 20)
    header = b"t" + b",x" * 20_000
    path = tmp_path / "wide.csv"
    path.write_bytes(header + b"\n1" * 1000)
    with pytest.raises(FileError, match="at most 1024"):
        read(path)
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, **arrays(X=np.zeros((1 << 17, 2))))
    with pytest.raises(FileError, match="at most 1048576 bytes"):
        read(path)


def test_nothing_to_play_says_what_there_is(npz: Path) -> None:
    with pytest.raises(FileError, match=r"labels: a, b; users: u1, u2"):
        Replay(path=str(npz), labels=("wave",)).start(ManualClock())
    with pytest.raises(FileError, match="there are acc_x, acc_y, beta"):
        Replay(path=str(npz), columns=("gyro*",)).start(ManualClock())
    with pytest.raises(FileError, match="give an"):
        Replay().start(ManualClock())


def test_the_system_clock_is_waited_for(npz: Path) -> None:
    run = Replay(path=str(npz), speed=20.0, gap=0.0, loop=False).start(SystemClock())
    found = [run.read(1.0) for _ in range(9)]
    assert all(found)
    gaps = np.diff([frame.arrived for frame in found if frame])
    assert gaps.sum() == pytest.approx(0.04, abs=0.02)
    assert run.read(0.001) is None
    run.close()
    run.close()


@pytest.mark.parametrize("shape", ["strokes", "sines"])
def test_synthetic_movement_is_the_same_for_the_same_seed(shape: str) -> None:
    def play(seed: int) -> tuple[np.ndarray, list[float], list[str]]:
        clock = ManualClock()
        run = Synthetic(shape=shape, channels=4, seed=seed).start(clock)
        found = drain(run, clock, 8.0)
        return (
            np.array([frame.values for frame, _ in found]),
            [frame.time for frame, _ in found],
            [label for _, label in found],
        )

    values, times, labels = play(3)
    again, _, _ = play(3)
    other, _, _ = play(4)
    assert np.array_equal(values, again)
    assert not np.array_equal(values[: len(other)], other[: len(values)])
    assert times == pytest.approx(np.arange(len(times)) / 100.0)
    assert len(times) == pytest.approx(800, abs=6) and values.shape[1] == 4
    assert np.isfinite(values).all() and 0.1 < np.abs(values).max() < 20.0
    if shape == "strokes":
        assert list(dict.fromkeys(labels))[:5] == ["stroke_1", "", "stroke_2", "stroke_3"]


def test_strokes_of_a_kind_are_alike_and_kinds_differ() -> None:
    clock = ManualClock()
    run = Synthetic(gestures=2, seed=1).start(clock)
    strokes: dict[str, list[np.ndarray]] = {}
    part: list[np.ndarray] = []
    before = ""
    for frame, label in drain(run, clock, 12.0):
        if label != before:
            if before:
                kept = np.array(part)
                strokes.setdefault(before, []).append(kept[np.linspace(0, len(kept) - 1, 50).astype(int)])
            part, before = [], label
        part.append(frame.values)
    first, second = strokes["stroke_1"][:3], strokes["stroke_2"][:3]
    within = np.abs(first[0] - first[1]).mean()
    between = np.abs(first[0] - second[0]).mean()
    assert within < 0.5 * between


def test_a_file_without_one_usable_number_says_so(tmp_path: Path) -> None:
    path = tmp_path / "nothing.npz"
    np.savez(path, X=np.full((50, 2), np.nan), rate=100.0, channels=["x", "y"], lengths=[50], label=["a"])
    with pytest.raises(FileError, match="no frame that can be used, 50 that cannot; numbers are wanted"):
        Replay(path=str(path)).start(ManualClock())
