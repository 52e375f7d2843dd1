"""The command evaluate, from a file to the figures."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import making_recordings as making
import numpy as np
import pytest
from matplotlib.figure import Figure
from rich.console import Console

from gesturemap.cli.evaluate import still
from gesturemap.cli.main import main
from gesturemap.errors import FileError
from gesturemap.project.exchange.corpus import read_corpus
from gesturemap.teaching import detect, openset, pieces, play, recognise, splits, streams
from gesturemap.teaching.plot import _curves, draw, drawable
from gesturemap.teaching.tables import NOTHING, confusion

PLAIN = ("--features", "none", "--model", "hhmm", "--jobs", "1")
TIMES = ("train_s", "step_us")


def run(capsys: pytest.CaptureFixture[str], path: Path, *more: str) -> dict[str, Any]:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", str(path), *PLAIN, *more, "--json"])
    told = capsys.readouterr()
    assert ended.value.code == 0, told.err
    found: dict[str, Any] = json.loads(told.out)
    assert found["train_s"] > 0 and 0 < found["step_us"]["p50"] <= found["step_us"]["p99"]
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", *arguments])
    told = capsys.readouterr()
    assert ended.value.code == 2 and not told.out
    return told.err


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal but for times."""
    plain = [{k: v for k, v in figures.items() if k not in TIMES} for figures in (one, other)]
    return plain[0] == plain[1]


def test_few_shots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = making.save(tmp_path, making.arrays())
    found = run(capsys, path, "--shots", "1,3", "--repeats", "2", "--set", "states=5", "covariance=diagonal")
    assert found["model"] == "hhmm" and found["settings"] == {"states": 5, "covariance": "diagonal"}
    assert set(found["shots"]) == {"1", "3"}
    for figures in found["shots"].values():
        assert 0.7 < figures["accuracy_mean"] <= 1.0 and figures["accuracy_std"] >= 0.0
        assert set(figures["seen"]) == {"50", "75"} and 0.0 < figures["decision_point"] <= 1.0
    assert found["accuracy"] == found["shots"]["3"]["accuracy_mean"]
    assert found["confusion"]["labels"] == ["a", "b", "c"]
    counts = np.array(found["confusion"]["counts"])
    assert counts.sum() == 2 * 2 * 3 and np.trace(counts) / counts.sum() == pytest.approx(found["accuracy"])


@pytest.mark.long
def test_two_processes_say_what_one_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = making.save(tmp_path, making.arrays(each=3))
    asked = ("--shots", "1,2", "--repeats", "2", "--seed", "7")
    one, again = run(capsys, path, *asked), run(capsys, path, *asked)
    assert same(one, again)
    assert same(one, run(capsys, path, *asked, "--jobs", "2"))
    assert not same(one, run(capsys, path, *asked[:-1], "8"))


def test_a_gesture_that_never_trained_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = making.arrays()
    made["split"] = np.where(np.arange(len(made["label"])) % 2, "train", "test")
    tested = int(((made["label"] == "c") & (made["split"] == "test")).sum())
    made["split"] = np.where((made["label"] == "c") & (made["split"] == "train"), "", made["split"])
    found = run(capsys, making.save(tmp_path, made), "--split")
    assert f"c: {tested} recordings tested, none trains: counted as wrong" in found["notes"]


def test_settings_that_are_the_default_are_told_and_still_channels_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = making.arrays()
    made["X"][:, 0] = 1.0
    found = run(capsys, making.save(tmp_path, made), "--shots", "1", "--repeats", "1", "--set", "states=10")
    assert found["settings"] == {"states": 10}
    assert sum("never changes" in note for note in found["notes"]) == 1
    assert not any("moves" in note for note in found["notes"])


def test_recordings_in_which_nothing_moves_are_told(tmp_path: Path) -> None:
    made = making.arrays()
    corpus = read_corpus(making.save(tmp_path, made))
    assert still(corpus, told=False) == []
    made["X"][:, 1:] = np.repeat(np.arange(24) % 5, made["lengths"])[:, None]
    notes = still(read_corpus(making.save(tmp_path, made)), told=False)
    assert notes == ["has one value in each recording, and never moves: acc_y, gyr_z"]
    made["X"][:, :2] = 0.1
    notes = still(read_corpus(making.save(tmp_path, made)), told=False)
    assert notes[0] == "never changes in any recording: acc_x, acc_y"
    assert notes[1].endswith(": gyr_z") and notes[2].startswith("no channel moves in any recording")


def test_everyday_movement_is_no_event_that_is_tested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = making.save(tmp_path, making.with_streams())
    told = refused(capsys, str(path), "--stream", "--repeats", "1", "--set", "everyday=a")
    assert told.count("\n") == 1 and "everyday=a; it is a gesture that is tested" in told


def test_the_files_own_split_and_who_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = making.save(tmp_path, making.arrays())
    assert run(capsys, path, "--split")["accuracy"] > 0.9
    left = run(capsys, path, "--leave-out", "user", "--columns", "acc*")
    assert set(left["by_group"]) == {"u1", "u2"}
    assert "shots" not in left


def test_windows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = making.save(tmp_path, making.arrays(each=3, length=60))
    found = run(capsys, path, "--windows", "0.5", "--shots", "1", "--repeats", "1")
    assert np.sum(found["confusion"]["counts"]) == 2 * 3 * 2 * 2


def test_streams(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = making.save(tmp_path, making.with_streams())
    found = run(capsys, path, "--stream", "--shots", "2", "--repeats", "1", "--within", "0.6")
    stream = found["stream"]
    assert stream["events"] == 12 and stream["minutes"] == pytest.approx(4 * 390 / 50 / 60, rel=0.15)
    assert stream["recall"] * 12 == pytest.approx(round(stream["recall"] * 12))
    labels, counts = found["confusion"]["labels"], np.array(found["confusion"]["counts"])
    gestures = [i for i, label in enumerate(labels) if label]
    assert {"a", "b"} <= set(labels) <= {"a", "b", ""}
    assert counts[gestures].sum() == 12 and counts[:, gestures].sum() == stream["detections"]
    assert counts[gestures, gestures].sum() == pytest.approx(12 * stream["recall"])
    assert stream["f1"] > 0.5 and {"precision", "false_per_10min", "delay_s"} <= set(stream)


def test_what_is_missed_taken_for_another_and_false_stands_apart(tmp_path: Path) -> None:
    events = [
        detect.Happening(t, label, t - 0.5, t + 0.5) for t, label in ((1.0, "a"), (3.0, "b"), (5.0, "a"))
    ]
    said = [detect.Detection(0.7, "b"), detect.Detection(1.1, "b"), detect.Detection(5.0, "b")]
    found = list(streams.mistaken(events, said))
    assert found == [("a", "b"), ("b", ""), ("a", "b"), ("", "b")]
    matrix = recognise.confusion([*found, ("b", "b")])
    assert matrix == {"labels": ["a", "b", ""], "counts": [[0, 2, 0], [0, 1, 1], [0, 1, 0]]}
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(confusion(matrix, *NOTHING["stream"]))
    lines = console.export_text().splitlines()
    assert lines[0].split()[-3:] == ["a", "b", "(missed)"] and lines[3].split() == ["(false)", "·", "1", "·"]


def test_open_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = making.save(tmp_path, making.arrays(("a", "b", "c", "d")))
    found = run(capsys, path, "--open-set", "--shots", "2", "--repeats", "1")["open_set"]
    assert found["events"] == 2 * 2 * (4 - 2) and found["intruders"] == 2 * 2 * 4
    assert 0.0 <= found["auroc"] <= 1.0 and found["f1"] is not None


def test_frame_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = making.save(tmp_path, making.with_frame_labels())
    found = run(capsys, path, "--cycles", "1,2", "--model", "gmm")
    assert found["frame_accuracy"] > 0.95 and set(found["shots"]) == {"1", "2"}
    assert np.sum(found["confusion"]["counts"]) == 400


def test_regression(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = making.save(tmp_path, making.with_outputs())
    found = run(capsys, path, "--model", "gmr", "--split")["regression"]
    assert found["r"] > 0.9 and found["r2"] > 0.8 and found["rmse"] > 0.0
    target = run(capsys, path, "--model", "gmr", "--target", "desc:sum", "--leave-out", "recording")
    assert target["regression"]["r"] > 0.9
    with pytest.raises(SystemExit):
        main(["evaluate", str(path), "--jobs", "1", "--json"])
    assert json.loads(capsys.readouterr().out)["model"] == "auto"
    assert "no outputs" in refused(capsys, str(path), *PLAIN, "--split")


def test_features_run_from_a_fresh_start_for_each_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f.toml").write_text('[[features]]\nkind = "derive"\nkeep = true\n')
    path = making.save(tmp_path, making.arrays())
    found = run(capsys, path, "--shots", "1", "--repeats", "1", "--features", str(tmp_path / "f.toml"))
    assert found["features"] == [{"kind": "derive", "keep": True}]
    (tmp_path / "wrong.toml").write_text('[[features]]\nkind = "drive"\n')
    assert "features[0]" in refused(capsys, str(path), "--features", str(tmp_path / "wrong.toml"))
    (tmp_path / "none.toml").write_text("x = 1\n")
    assert "no [[features]]" in refused(capsys, str(path), "--features", str(tmp_path / "none.toml"))


def test_table_and_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, picture = making.save(tmp_path, making.arrays()), tmp_path / "picture.png"
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", str(path), *PLAIN, "--shots", "1", "--repeats", "1", "--plot", str(picture)])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert "accuracy %" in told and "was \\ taken for" in told and "step" in told
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_a_picture_of_labels_in_any_script_warns_of_nothing(tmp_path: Path) -> None:
    matrix = {"labels": ["手を振る", "ü"], "counts": [[1, 0], [0, 1]]}
    figures = {"shots": {"1": {"accuracy_mean": 1.0}}, "confusion": matrix}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(figures, tmp_path / "x.png", "手")
    assert (tmp_path / "x.png").stat().st_size > 1000


def test_a_picture_of_what_nothing_came_of_says_so_and_warns_of_nothing(tmp_path: Path) -> None:
    axes = Figure().subplots()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _curves(axes, {"regression": {"rmse": 0.0, "r": None}})
    assert axes.texts[0].get_text().startswith("nothing") and not axes.get_legend()
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(FileError, match=r"folder\.png: it is a folder"):
        drawable(tmp_path / "folder.png")


@pytest.mark.parametrize(
    ("row", "lowest"), [({"accuracy_mean": 1.0}, 0.0), ({"f1": 1.0}, 0.0), ({"r": -0.5}, -0.5)]
)
def test_a_picture_ends_at_one_and_begins_at_nothing_or_below(row: dict[str, float], lowest: float) -> None:
    axes = Figure().subplots()
    _curves(axes, {"shots": {"1": row, "2": row}})
    assert axes.get_ylim() == (lowest, 1.0)


@pytest.mark.parametrize("many", [3, 30])
def test_labels_are_printed_as_they_are(many: int) -> None:
    labels = ["[/b]", "[bold]x", *(f"[g{i}]" for i in range(many - 2))]
    counts = [[5 * (i == j) + (many - i) * (j == (i + 1) % many) for j in range(many)] for i in range(many)]
    console = Console(width=500, record=True, file=io.StringIO())
    console.print(confusion({"labels": labels, "counts": counts}))
    told = console.export_text()
    assert all(label in told for label in labels[:3])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--shots", "9"), "9 shots"),
        (("--columns", ""), "--columns: ''; names of channels are wanted"),
        (("--columns", " , "), "leave it out to use all"),
        (("--columns", "mag*"), "no channel matches 'mag*'"),
        (("--model", "hmmm"), "no model of kind 'hmmm'"),
        (("--model", "hhmm", "--set", "stats=3"), "did you mean 'states'"),
        (("--model", "hhmm", "--set", "states=many"), "a whole number is wanted"),
        (("--set", "states"), "KEY=VALUE"),
        (("--split", "--stream"), "one question at a time"),
        (("--shots", "1", "--leave-out", "user"), "one question at a time"),
        (("--stream",), "no events"),
        (("--stream", "--everyday", "--model", "hhmm"), "it knows no everyday movement"),
        (("--no-everyday",), "--no-everyday; it belongs to --stream"),
        (("--cycles", "1"), "no frame labels"),
        (("--target", "pitch"), "desc:COLUMN"),
        (("--target", "desc:0"), "no array 'desc'"),
    ],
)
def test_what_cannot_be_asked_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str
) -> None:
    path = making.save(tmp_path, making.arrays(each=3))
    told = refused(capsys, str(path), *more)
    assert said in told and told.count("\n") == 1 and told.startswith("gesturemap: ")


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = refused(capsys, str(tmp_path / "none.npz"))
    assert "none.npz" in told and told.count("\n") == 1


def request(path: Path) -> play.Request:
    return play.Request(str(path), (), "", json.dumps({"kind": "hhmm"}))


def test_a_gesture_nobody_showed_is_wrong_and_not_an_error(tmp_path: Path) -> None:
    path = making.save(tmp_path, making.arrays(("a", "b"), ("u",), 3))
    corpus = read_corpus(path)
    cell = splits.few_shots(corpus, pieces.whole(corpus), (1,), 1, 0, [])[0]
    strange = pieces.Cell("", 1, 0, cell.train, tuple(p._replace(label="z") for p in cell.test))
    found = recognise.recognise(request(path), strange)
    assert set(found.truth) == {"z"} and not any(found.points) and found.frames_right == 0.0


def test_masked_events_are_neither_asked_for_nor_held_against(tmp_path: Path) -> None:
    path = making.save(tmp_path, making.with_streams())
    corpus = read_corpus(path)
    cell = streams.cells_of(corpus, (2,), 1, 0, "others", 0.6, [])[0]
    every = tuple(moment for moment in corpus.moments if moment.recording in cell.streams)
    heard = streams.hear(request(path), streams.StreamCell("", 2, 0, cell.train, cell.streams, 0.6, every))
    assert heard.events == heard.right == heard.detections == 0


def test_recordings_follow_each_other_in_time(tmp_path: Path) -> None:
    corpus = read_corpus(making.save(tmp_path, making.arrays()))
    frames = list(openset.joined(corpus.demonstrations[:3], making.RATE))
    assert np.allclose(np.diff([frame.time for frame in frames]), 1 / making.RATE)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--within", "1"], "--within; it belongs to --stream"),
        (["--no-everyday", "--shots", "1"], "--no-everyday; it belongs to --stream"),
        (["--model", "hhm"], "did you mean 'hhmm' or 'hhmr'?"),
        (["--seed", "-1"], "from 0 on"),
        (["--plot", "picture.xyz"], "no picture ends in '.xyz'"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_trained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    path = making.save(tmp_path, making.arrays())
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", str(path), *options])
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert said in told.err
    assert "trained" not in told.out
