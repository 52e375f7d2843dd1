"""Everyday movement in a file: no gesture that is drawn, tested or an intruder; all of it that may train does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import making_recordings as making
import numpy as np
import pytest

from gesturemap.cli.evaluate import plan
from gesturemap.cli.main import main, parser
from gesturemap.errors import DataError
from gesturemap.project.exchange.corpus import Corpus, read_corpus
from gesturemap.teaching.pieces import Cell

KNOW = ("auto", "spotter", "strokes")
QUESTIONS = (
    ("--shots", "1,2"),
    ("--windows", "0.2", "--shots", "1"),
    ("--leave-out", "user"),
    ("--leave-out", "session"),
    ("--leave-out", "recording"),
    ("--split",),
    ("--open-set", "--shots", "1"),
)


def recorded() -> dict[str, Any]:
    """Three gestures of two users in two sessions, and of one user one recording of everyday movement in each."""
    made = making.arrays()
    random = np.random.default_rng(5)
    usual = random.normal(0.0, 0.3, (2, 400, 3)).cumsum(axis=1) * 0.2
    return made | {
        "X": np.concatenate([made["X"], *usual]).astype(np.float32),
        "lengths": np.append(made["lengths"], [400, 400]),
        "label": np.append(made["label"], ["everyday"] * 2),
        "user": np.append(made["user"], ["u1", "u1"]),
        "session": np.append(made["session"], ["s0", "s1"]),
        "split": np.append(made["split"], ["train", "test"]),
    }


def cells_of(path: Path, notes: list[str], *more: str) -> tuple[Corpus, list[Cell]]:
    corpus = read_corpus(path)
    asked = parser().parse_args(["evaluate", str(path), "--repeats", "2", *more])
    return corpus, list(plan(asked, corpus, notes).cells)


def key(corpus: Corpus, question: tuple[str, ...], recording: int) -> Any:
    """What is left out together."""
    user, session = corpus.users[recording], corpus.sessions[recording]
    return {"user": user, "session": (user, session)}.get(question[-1], recording)


@pytest.mark.parametrize("model", KNOW)
@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_it_is_never_tested_and_all_that_may_train_does(
    tmp_path: Path, model: str, question: tuple[str, ...]
) -> None:
    notes: list[str] = []
    corpus, cells = cells_of(making.save(tmp_path, recorded()), notes, "--model", model, *question)
    usual = {i for i, label in enumerate(corpus.labels) if label == "everyday"}
    may = {i for i in usual if corpus.splits[i] == "train"} if "--split" in question else usual
    assert cells
    for cell in cells:
        assert "everyday" not in {piece.label for piece in cell.test}
        tested = {key(corpus, question, piece.recording) for piece in cell.test}
        trains = [piece for piece in cell.train if piece.label == "everyday"]
        assert sorted(piece.recording for piece in trains) == sorted(
            i for i in may if key(corpus, question, i) not in tested
        )
        assert all(piece.end - piece.begin == 400 for piece in trains)
    said = f"{len(may)} recording{'s' * (len(may) > 1)}, {8 * len(may)} s of 'everyday' train"
    assert sum(note.startswith(said) for note in notes) == 1 == sum("'everyday'" in note for note in notes)


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_gestures_are_drawn_as_if_it_were_not_there(tmp_path: Path, question: tuple[str, ...]) -> None:
    _, cells = cells_of(making.save(tmp_path, recorded()), [], "--model", "auto", *question)
    _, without = cells_of(making.save(tmp_path, making.arrays(), "without.npz"), [], *question)
    for cell, other in zip(cells, without, strict=True):
        assert tuple(piece for piece in cell.train if piece.label != "everyday") == other.train
        assert cell.test == other.test


def test_to_a_model_that_knows_none_it_is_a_gesture(tmp_path: Path) -> None:
    path = making.save(tmp_path, recorded())
    _, cells = cells_of(path, [], "--model", "hhmm", "--leave-out", "recording")
    assert sum(piece.label == "everyday" for cell in cells for piece in cell.test) == 2
    _, cells = cells_of(path, [], "--model", "auto", "--set", "everyday=a", "--leave-out", "recording")
    assert {piece.label for cell in cells for piece in cell.test} == {"b", "c", "everyday"}
    _, cells = cells_of(path, [], "--model", "spotter", "--set", "everyday=", "--leave-out", "recording")
    assert {piece.label for cell in cells for piece in cell.test} == {"a", "b", "c", "everyday"}


def test_windows_that_it_alone_is_long_enough_for_are_named(tmp_path: Path) -> None:
    made = recorded()
    with pytest.raises(DataError, match=r"--windows: 1\.5 s; no recording of a gesture"):
        cells_of(making.save(tmp_path, made), [], "--windows", "1.5")


def test_alone_it_cannot_be_tested(tmp_path: Path) -> None:
    made = recorded()
    made["label"] = np.full(len(made["label"]), "everyday")
    with pytest.raises(DataError, match="only 'everyday' is recorded"):
        cells_of(making.save(tmp_path, made), [])


def test_beside_streams_it_trains_too(tmp_path: Path) -> None:
    made = making.with_streams()
    made["label"] = np.where(made["label"] == "noise", "everyday", made["label"])
    notes: list[str] = []
    _, cells = cells_of(making.save(tmp_path, made), notes, "--model", "spotter", "--shots", "1")
    assert all("everyday" in {piece.label for piece in cell.train} for cell in cells)
    assert any(note.startswith("3 recordings are streams") for note in notes)


@pytest.mark.parametrize("marks", ["ev_end", "ev_time"])
def test_no_stream_of_that_label_is_heard_and_it_trains_unless_gestures_alone_do(
    tmp_path: Path, marks: str
) -> None:
    made = making.with_streams()
    made["label"] = np.where(made["label"] == "noise", "everyday", made["label"])
    made[marks] = made.pop("ev_end")
    usual = made["label"].tolist().index("everyday")
    path = making.save(tmp_path, made)
    said = "1 recording, 7 s of 'everyday' trains as everyday movement"
    for more in (), ("--everyday",), ("--no-everyday",), ("--templates", "isolated"):
        for model in KNOW:
            notes: list[str] = []
            _, cells = cells_of(path, notes, "--model", model, "--stream", "--shots", "1", *more)
            heard: list[Any] = [*cells]
            assert {i for cell in heard for i in cell.streams} == {4, 5, 6}
            trains = [any(piece == (usual, 0, 340, "everyday") for piece in cell.train) for cell in cells]
            assert trains == [more != ("--no-everyday",)] * len(cells)
            assert (said in notes) == (more != ("--no-everyday",))
    _, cells = cells_of(path, [], "--model", "hhmm", "--stream", "--shots", "1")
    heard = [*cells]
    assert {i for cell in heard for i in cell.streams} == {4, 5, 6, usual}


@pytest.mark.parametrize(
    "question", [("--shots", "2"), ("--split",), ("--leave-out", "session")], ids=" ".join
)
def test_nobody_is_told_that_none_is_recorded_nor_to_make_it_one_with_a_gesture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], question: tuple[str, ...]
) -> None:
    path = making.save(tmp_path, recorded())
    with pytest.raises(SystemExit) as ended:
        main(
            [
                "evaluate",
                str(path),
                "--model",
                "spotter",
                "--jobs",
                "1",
                "--repeats",
                "1",
                *question,
                "--json",
            ]
        )
    found = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0 and "everyday" not in found["confusion"]["labels"]
    told = "\n".join(found["notes"])
    assert "cannot be told apart" not in told and "no everyday movement is recorded" not in told
