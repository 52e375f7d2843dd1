"""What evaluate says of files that lack something, and of what many models say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import making_recordings as making
import numpy as np
import pytest

from gesturemap.cli.evaluate import alike, labelled, plan, requested, suited, together
from gesturemap.cli.main import main, parser
from gesturemap.errors import GesturemapError
from gesturemap.models.spotting_words import span
from gesturemap.plain import counted, microseconds, milliseconds
from gesturemap.project.exchange.corpus import read_corpus
from gesturemap.teaching import pieces
from gesturemap.teaching.tables import groups


def said(capsys: pytest.CaptureFixture[str], path: Path, *more: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", str(path), "--model", "hhmm", "--jobs", "1", *more])
    told = capsys.readouterr()
    assert ended.value.code == 2, told.out
    return told.err


def asked(path: Path, *more: str) -> Any:
    return parser().parse_args(["evaluate", str(path), *more])


def changed(**changes: Any) -> dict[str, Any]:
    made = {**making.arrays(), **changes}
    return {name: array for name, array in made.items() if array is not None}


def test_unknown_labels_are_no_gesture(tmp_path: Path) -> None:
    made = making.arrays()
    label = made["label"].copy()
    label[:5] = ""
    corpus = read_corpus(making.save(tmp_path, changed(label=label)))
    notes: list[str] = []
    kept = labelled(corpus, pieces.whole(corpus), notes)
    assert {piece.label for piece in kept} == {"a", "b", "c"}
    assert notes == ["5 recordings with the label '' (unknown) left out"]


@pytest.mark.parametrize("label", ["  ", "two\nlines"])
def test_labels_of_nothing_or_of_two_lines_are_refused(tmp_path: Path, label: str) -> None:
    made = making.arrays()
    labels = made["label"].astype("U20")
    labels[3] = label
    with pytest.raises(GesturemapError, match="label, demonstration 3"):
        read_corpus(making.save(tmp_path, changed(label=labels)))


def test_a_misspelt_array_is_guessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = making.arrays()
    told = said(capsys, making.save(tmp_path, changed(label=None, lables=made["label"])))
    assert "no array 'label'; there are X, lengths" in told
    assert "did you mean 'lables'?" in told
    told = said(capsys, making.save(tmp_path, changed(X=None, x=made["X"]), "x.npz"))
    assert "no array 'X'" in told
    notes = read_corpus(
        making.save(tmp_path, changed(shoe_size=np.zeros(3), sesion=made["session"], session=None))
    )
    assert notes.notes == ("nothing reads shoe_size, sesion; 'sesion': did you mean 'session'?",)


def test_a_rate_that_the_seconds_contradict_is_noted(tmp_path: Path) -> None:
    made = making.arrays()
    t = np.concatenate([np.arange(length) / 100.0 for length in made["lengths"]])
    for rate, told in ((10.0, "rate is 10 Hz, but t rises as at 100 Hz"), (95.0, ""), (None, "")):
        arrays = {name: array for name, array in (made | {"rate": rate, "t": t}).items() if array is not None}
        notes = [note for note in read_corpus(making.save(tmp_path, arrays)).notes if "rate" in note]
        assert len(notes) == bool(told) and all(note.startswith(told) for note in notes)
    slow = {name: array for name, array in made.items() if name != "rate"} | {"t": 4.0 * t}
    (note,) = read_corpus(making.save(tmp_path, slow)).notes
    assert note.startswith("no rate is given, so that it is 100 Hz, but t rises as at 25 Hz")


def test_a_label_is_one_line_of_words(tmp_path: Path) -> None:
    made = making.with_streams()
    for name in ("label", "ev_label"):
        made[name] = np.where(made[name] == "a", "a\tlong  name ", made[name])
    corpus = read_corpus(making.save(tmp_path, made))
    assert "a long name" in corpus.labels and {moment.label for moment in corpus.moments} == {
        "a long name",
        "b",
    }
    framed = making.with_frame_labels() | {"frame_label_names": np.array(["at\trest", "fist"])}
    assert read_corpus(making.save(tmp_path, framed)).frame_label_names == ("at rest", "fist")


def test_streams_are_left_out_with_a_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = making.save(tmp_path, making.with_streams())
    notes: list[str] = []
    plan(asked(path, "--shots", "1", "--repeats", "1"), read_corpus(path), notes)
    assert any("add --stream" in note for note in notes)
    made = making.with_streams()
    only = {
        **made, "X": made["X"][made["lengths"][:4].sum() :], "lengths": made["lengths"][4:],
        "label": made["label"][4:], "ev_rec": made["ev_rec"] - 4,
    }  # fmt: skip
    assert "add --stream" in said(capsys, making.save(tmp_path, only, "only.npz"))


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (changed(label=making.arrays()["label"].astype("S")), r"label.*label.astype\(str\)"),
        (changed(label=making.arrays()["label"].astype(object)), r"label.*label.astype\(str\)"),
        (changed(channels=np.array(["a", "b", "a"])), "channels: 'a' 2 times"),
        (changed(rate=0.05), "rate: 0.05 Hz; from 0.1 to 20000 Hz"),
        (changed(rate=30_000), "rate: 30000.0 Hz"),
    ],
)
def test_what_is_strange_is_refused_and_nobody_is_told_to_delete(
    tmp_path: Path, made: dict[str, Any], told: str
) -> None:
    with pytest.raises(GesturemapError, match=told) as caught:
        read_corpus(making.save(tmp_path, made))
    assert "delete" not in str(caught.value)


def test_a_clock_that_stands_still_is_noted(tmp_path: Path) -> None:
    made = making.arrays()
    time = np.concatenate([np.arange(n) for n in made["lengths"]]) / making.RATE
    time[made["lengths"][0] + 5] = time[made["lengths"][0] + 4]
    corpus = read_corpus(making.save(tmp_path, changed(t=time)))
    assert corpus.notes == ("t does not rise in demonstration 1 at frame 5",)


def test_windows_longer_than_every_recording_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, making.save(tmp_path, making.arrays()), "--windows", "5")
    assert "--windows: 5 s; no recording of a gesture is so long; the longest lasts 0.6" in told


@pytest.mark.parametrize(
    ("each", "more", "kept"),
    [
        (2, (), {1}),
        (3, (), {1, 2}),
        (5, (), {1, 2}),
        (6, (), {1, 2, 5}),
        (2, ("--windows", "0.25"), {1, 2}),
        (2, ("--open-set",), {1}),
        (4, ("--open-set",), {1, 3}),
    ],
)
def test_shots_that_nobody_asked_for_leave_something_to_test(
    tmp_path: Path, each: int, more: tuple[str, ...], kept: set[int]
) -> None:
    path = making.save(tmp_path, making.arrays(each=each))
    notes: list[str] = []
    cells = plan(asked(path, "--repeats", "1", *more), read_corpus(path), notes).cells
    assert {cell.shots for cell in cells} == kept and all(cell.test for cell in cells)
    assert any("something left to test" in note for note in notes) == (len(kept) < 3)
    with pytest.raises(GesturemapError, match="ask for fewer shots"):
        plan(asked(path, "--shots", "9", *more), read_corpus(path), [])


def test_one_recording_of_each_gesture_leaves_nothing_to_test(tmp_path: Path) -> None:
    path = making.save(tmp_path, making.arrays(each=1))
    with pytest.raises(GesturemapError, match="1 shot: nobody has more than 1 recording of two gestures"):
        plan(asked(path), read_corpus(path), [])


def test_outputs_are_asked_for_by_the_files_own_split_if_it_has_one(tmp_path: Path) -> None:
    path = making.save(tmp_path, made := making.with_outputs())
    notes: list[str] = []
    (cell,) = plan(asked(path), read_corpus(path), notes).cells
    sides = ({made["split"][piece.recording] for piece in side} for side in (cell.train, cell.test))
    assert [*sides] == [{"train"}, {"test"}] and any("array 'split'" in note for note in notes)
    assert len(plan(asked(path, "--leave-out", "recording"), read_corpus(path), []).cells) == 6
    half = making.save(tmp_path, made | {"split": np.full(6, "train")}, "half.npz")
    notes.clear()
    assert len(plan(asked(half), read_corpus(half), notes).cells) == 6
    assert not notes


def test_a_split_in_other_words_is_told(tmp_path: Path) -> None:
    made = making.arrays()
    words = np.where(made["split"] == "train", "Train", "validation")
    path = making.save(tmp_path, made | {"split": words})
    with pytest.raises(GesturemapError, match=r"\(it says 'validation' 12 times, 'Train' 12 times\)"):
        plan(asked(path, "--split"), read_corpus(path), [])


def test_auto_learns_what_the_file_marks_unless_told_otherwise(tmp_path: Path) -> None:
    made = making.with_streams()
    made["ev_time"] = made.pop("ev_end")
    path = making.save(tmp_path, made)
    for more, recogniser in ((), "strokes"), (("--set", "recogniser=few_shot"), "few_shot"):
        options = asked(path, "--stream", *more)
        request, settings = requested(options)
        notes: list[str] = []
        request, settings = suited(request, settings, options, read_corpus(path), notes)
        assert settings["recogniser"] == recogniser
        assert f'"recogniser": "{recogniser}"' in request.model
        assert bool(notes) == (recogniser == "strokes")
    ends = making.save(tmp_path, making.with_streams(), "ends.npz")
    request, settings = requested(asked(ends, "--stream"))
    assert suited(request, settings, asked(ends, "--stream"), read_corpus(ends), [])[1] == settings


def test_streams_teach_everyday_movement_to_models_that_know_it(tmp_path: Path) -> None:
    path = making.save(tmp_path, making.with_streams(rest=150))
    corpus = read_corpus(path)
    for model, more, label in (
        ("spotter", (), "everyday"),
        ("auto", ("--set", "everyday=rest"), "rest"),
        ("spotter", ("--no-everyday",), ""),
        ("hhmm", (), ""),
    ):
        notes: list[str] = []
        options = asked(path, "--stream", "--shots", "1", "--repeats", "1", "--model", model, *more)
        cells = plan(options, corpus, notes).cells
        taught = {piece.label for cell in cells for piece in cell.train}
        assert taught == ({"a", "b", label} if label else {"a", "b"})
        assert any("--no-everyday" in note and f"'{label}'" in note for note in notes) == bool(label)
    strokes = making.with_streams(rest=150)
    strokes["ev_time"] = strokes.pop("ev_end")
    path = making.save(tmp_path, strokes, "strokes.npz")
    for more, trains in ((), False), (("--everyday",), True):
        cells = plan(asked(path, "--stream", *more), read_corpus(path), []).cells
        assert any(piece.label == "everyday" for cell in cells for piece in cell.train) == trains


def test_each_note_is_given_once_with_how_many_said_it() -> None:
    told = [("sees level", "of 6 left out 5")] * 3 + [("sees level", "of 6 left out 4"), ("sees level",)]
    assert together(told) == ["sees level", "in 4 of 5 models: such as of 6 left out 5"]
    one, other = span("w1", 7.0, 8.25), span("w2", 30.5, 31.0)
    found = together(
        [[f"'everyday' holds 'eight' at {at}: 6% are missed"] for at in (one, f"{one}, {other}")]
    )
    assert len(found) == 1 and found[0].startswith("in 2 of 2 models: such as 'everyday' holds")
    assert together([("a",), ()]) == ["in 1 of 2 models: a"]


def test_notes_on_different_demonstrations_each_stand_and_no_model_counts_twice() -> None:
    wild = [f"demonstration {i} of 'g0', channel acc_1, frame {20 + i}: 40" for i in range(4)]
    assert together([wild]) == wild
    assert together([wild, wild[:1], ()]) == [
        f"in 2 of 3 models: {wild[0]}", *(f"in 1 of 3 models: {one}" for one in wild[1:])
    ]  # fmt: skip
    own = ["'g0' got 3 states", "'g0' got 4 states"]
    assert together([own, own]) == own


def test_gestures_taken_for_each_other_are_named() -> None:
    assert alike({"labels": ["a", "b"], "counts": [[8, 2], [1, 9]]}, "ab", "tested") == []
    (line,) = alike({"labels": ["a", "b"], "counts": [[5, 5], [6, 4]]}, "ab", "tested")
    assert "'a' and 'b' cannot be told apart: 11 of 20 tested demonstrations" in line
    untrained = {"labels": ["a", "b", "c"], "counts": [[9, 1, 0], [1, 9, 0], [0, 10, 0]]}
    assert alike(untrained, "ab", "tested") == [] != alike(untrained, "abc", "tested")


def test_many_groups_are_summed_up_and_numbers_are_plain() -> None:
    many = {str(i): 1.0 for i in range(168)} | {"5": 0.0, "9": 0.5}
    assert groups(many).startswith("166 of 168 are all right; the worst, %: 5 0.0, 9 50.0")
    assert groups({"u": 0.5}) == "each, %: u 50.0"
    assert (milliseconds(4.0), milliseconds(0.0123), microseconds(18_700.0)) == ("4 s", "12.3 ms", "18700")
    assert (counted(1, "model"), counted(2, "model"), counted(0, "model")) == (
        "1 model",
        "2 models",
        "0 models",
    )


def test_the_title_is_the_file_as_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    making.save(tmp_path, making.arrays(("a", "b"), ("u",), 3))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["evaluate", "data.npz", "--model", "gmm", "--shots", "1", "--repeats", "1", "--jobs", "1"])
    assert capsys.readouterr().out.startswith("data.npz, gmm: 1 model trained and tested")


def test_a_misspelt_option_names_the_help_of_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["evaluate", "data.npz", "--modle", "hhmm"])
    told = capsys.readouterr().err
    assert "did you mean --model?" in told
    assert "gesturemap evaluate --help" in told


def test_a_demonstration_is_named_by_its_index_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = making.arrays()
    begins = np.append(0, np.cumsum(made["lengths"]))
    made["X"][begins[2] + 7, 1] = np.nan
    made["X"][begins[17] + 3, 0] = 1e7
    path = making.save(tmp_path, made)
    with pytest.raises(SystemExit):
        main(["evaluate", str(path), "--model", "hhmm", "--jobs", "1", "--leave-out", "recording", "--json"])
    found = json.loads(capsys.readouterr().out)
    told = "\n".join(found["notes"])
    assert "demonstration 2, channel acc_y, frame 7: nan; demonstration 2 is left out" in told
    assert "demonstration 17 of 'b', channel acc_x, frame 3: 1e+07" in told
    assert set(found["by_group"]) == {str(i) for i in range(24) if i != 2}


@pytest.mark.parametrize(("strange", "told"), [(2, "2"), (-2, "-2"), (0.5, "0.5"), (np.nan, "nan")])
def test_frame_labels_outside_of_their_names_are_refused(tmp_path: Path, strange: float, told: str) -> None:
    made = making.with_frame_labels()
    made["frame_label"] = made["frame_label"].astype(type(strange))
    made["frame_label"][3] = strange
    with pytest.raises(
        GesturemapError,
        match=f"frame_label, frame 3: {told}; frame_label_names has 2 names: 0 to 1 is wanted",
    ):
        read_corpus(making.save(tmp_path, made))


def test_frames_without_a_label_neither_train_nor_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = making.with_frame_labels()
    made["frame_label"][[*range(50), *range(390, 400), *range(600, 800)]] = -1
    path = making.save(tmp_path, made)
    notes: list[str] = []
    corpus = read_corpus(path)
    (cell,) = plan(asked(path, "--cycles", "1"), corpus, notes).cells
    assert [(piece.begin, piece.end, piece.label) for piece in cell.train] == [
        (50, 100, "fist"), (100, 150, "rest")
    ]  # fmt: skip
    assert "demonstration 1: no frame of its second half has a label; left out" in notes
    with pytest.raises(SystemExit):
        main(["evaluate", str(path), "--model", "gmm", "--jobs", "1", "--cycles", "1", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert np.sum(found["confusion"]["counts"]) == 190


@pytest.mark.parametrize("name", ["t", "ev_end"])
def test_a_time_that_is_no_number_is_named_once(tmp_path: Path, name: str) -> None:
    made = making.with_streams()
    made["t"] = np.concatenate([np.arange(n) for n in made["lengths"]]) / making.RATE
    made[name] = np.full(len(made[name]), np.nan)
    place = {"t": "demonstration 0, t, frame 0: nan", "ev_end": "data.npz, ev_end, event 0: nan"}[name]
    with pytest.raises(GesturemapError, match=place):
        read_corpus(making.save(tmp_path, made))


def test_outputs_of_one_gesture_are_drawn_by_shots_too(tmp_path: Path) -> None:
    path = making.save(tmp_path, making.with_outputs())
    for more, kept in (
        (("--shots", "1"), {1}),
        (("--windows", "0.2"), {1, 2}),
        (("--windows", "0.2", "--shots", "2"), {2}),
    ):
        notes: list[str] = []
        cells = plan(asked(path, "--repeats", "1", *more), read_corpus(path), notes).cells
        assert {cell.shots for cell in cells} == kept
        assert all(
            {piece.label for piece in side} == {"a"} for cell in cells for side in (cell.train, cell.test)
        )
    with pytest.raises(GesturemapError, match="6 shots: nobody has more than 6 recordings of a gesture"):
        plan(asked(path, "--shots", "6"), read_corpus(path), [])
    with pytest.raises(
        GesturemapError, match="4 shots: nobody has 4 windows of one take, and a second take, of a gest"
    ):
        plan(asked(path, "--shots", "4", "--windows", "0.2"), read_corpus(path), [])
    with pytest.raises(GesturemapError, match="nobody has more than 1 recording of two gestures"):
        plan(asked(path, "--open-set"), read_corpus(path), [])
    with pytest.raises(GesturemapError, match="--split and --stream; one question"):
        plan(asked(path, "--split", "--stream", "--shots", "1"), read_corpus(path), [])


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (
            changed(label=making.arrays()["label"][:, None]),
            r"label: an array of shape \(24, 1\); one row of entries",
        ),
        (changed(label=making.arrays()["label"][:3]), "label: 3 entries; 24 are wanted"),
        (changed(label=np.array("a")), r"label: an array of shape \(\); one row"),
        (
            making.with_frame_labels() | {"frame_label_names": np.array("rest")},
            r"frame_label_names: an array of shape",
        ),
        (
            changed(X=np.full((734, 3), 1e300)),
            "channel acc_x, frame 0: 1e[+]300; every value must be a finite number, at",
        ),
        (changed(t=np.full(734, np.inf)), "t, frame 0: inf"),
        (changed(lengths=np.array([[734]])), "numbers in 1 dimension are wanted"),
    ],
)
def test_shapes_and_values_nobody_can_read_are_named(tmp_path: Path, made: dict[str, Any], told: str) -> None:
    with pytest.raises(GesturemapError, match=told):
        read_corpus(making.save(tmp_path, made))
