"""Conformance: inputs of one output, models in files, and another project, each by a control word."""

from __future__ import annotations

import shutil

import pytest
from sketch import DONE, MIXED, Playing, near, numbers, teach

THREE = [
    ((0.0, 0.0, 1.0), (0.0, 0.0)),
    ((0.5, 4.0, 2.0), (0.5, 0.0)),
    ((1.0, 8.0, 3.0), (1.0, 0.0)),
]


def test_an_output_sees_the_inputs_that_were_selected_once_it_is_trained_again(play) -> None:
    playing = play(numbers(2))
    client = playing.client
    grid = [((x, x), (x, 1.0 - x)) for x in (0.0, 0.25, 0.5, 1.0)]
    teach(playing, grid)
    client.word("startRunning")
    playing.answer(0.5, 0.5)
    client.word("selectInputsForOutput", 2, 1, tags="ii")
    client.word("selectInputsForOutput", 2, tags="i")  # without an input: refused
    client.word("selectInputsForOutput", 3, 1, tags="ii")
    client.word("selectInputsForOutput", 1, 5, tags="ii")
    playing.until(lambda: playing.control.project.learner.outputs[1].inputs == ("inputs-1",))
    before = playing.answer(0.5, 0.0)
    client.word("train")
    playing.trained()
    after = playing.answer(0.5, 0.0)
    assert after[1] == 0.5
    assert before[1] != after[1]
    assert playing.control.project.learner.outputs[0].inputs == ()
    client.word("selectInputsForOutput", 2, 1, 2, tags="iff")
    playing.until(lambda: playing.control.project.learner.outputs[1].inputs == ())


def test_a_model_is_saved_and_loaded_with_its_examples_and_is_not_trained_again(play) -> None:
    playing = play(MIXED)
    client = playing.client
    teach(playing, THREE)
    client.word("saveModelToFile", 1, "steep.model")
    playing.until(lambda: (playing.folder / "steep.model").is_file())
    client.word("deleteAllExamples")
    teach(playing, [((1.0 - x, 0.0, 1.0), (x, 0.0)) for x in (0.0, 0.5, 1.0)])
    client.word("startRunning")
    client.inputs(0.25, 0.0)
    assert playing.hear(2)[0][2][0] == near(0.75)
    client.word("loadModelFromFile", 1, "steep.model")
    assert playing.hear(1) == [DONE]
    client.inputs(0.25, 0.0)
    assert playing.hear(2)[0][2][0] == near(0.25)
    client.word("train")  # all but this one
    playing.trained()
    client.inputs(0.25, 0.0)
    assert playing.hear(2)[0][2][0] == near(0.25)
    before = playing.examples()
    client.word("loadModelFromFile", 1, "steep.model", "WITHDATA")
    assert playing.hear(1) == [DONE]
    assert playing.examples() == before + 3


def test_a_model_of_another_type_or_no_model_at_all_changes_nothing(play) -> None:
    playing = play(MIXED)
    client = playing.client
    teach(playing, THREE)
    client.word("saveModelToFile", 3, "class.model")
    playing.until(lambda: (playing.folder / "class.model").is_file())
    (playing.folder / "junk.model").write_bytes(b"PK\3\4" + bytes(100))
    shutil.copy(playing.folder / "project.toml", playing.folder / "text.model")
    client.word("startRunning")
    for name in ("class.model", "junk.model", "text.model", "none.model", "demonstrations"):
        seen = len(playing.faults())
        client.word("loadModelFromFile", 1, name)
        playing.until(lambda seen=seen: len(playing.faults()) > seen)
    client.inputs(0.25, 0.0)
    assert playing.hear(2)[0][2][0] == near(0.25)
    assert not [fault for fault in playing.faults() if "report this line" in fault]


def test_a_model_is_never_written_over_anything_that_is_none(play) -> None:
    playing = play(numbers(1))
    client = playing.client
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    (playing.folder / "notes.txt").write_text("mine")
    before = {path: path.read_bytes() for path in playing.folder.rglob("*") if path.is_file()}
    for name in (
        "project.toml",
        "model.npz",
        "model.txt",
        "notes.txt",
        "demonstrations/a.npz",
        "sessions/a",
        "trash",
    ):
        seen = len(playing.faults())
        client.word("saveModelToFile", 1, name)
        playing.until(lambda seen=seen: len(playing.faults()) > seen)
    assert {path: path.read_bytes() for path in playing.folder.rglob("*") if path.is_file()} == before
    client.word("saveModelToFile", 1, "kept/one.model")
    playing.until(lambda: (playing.folder / "kept" / "one.model").is_file())
    client.word("saveModelToFile", 1, "kept/one.model")  # over itself it may
    client.word("loadModelFromFile", 1, "kept/one.model")
    assert playing.hear(1) == [DONE]


def test_names_that_nobody_can_read_or_that_are_none_elsewhere_are_refused(play) -> None:
    playing = play(numbers(1))
    client = playing.client
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    there = set(playing.folder.rglob("*"))
    for name in (
        "a\nb.model",
        "a\x1b[31m.model",
        "a\x7f",
        "a\u202eb",
        "C:\\x",
        "C:x",
        ".hidden",
        "kept/.one",
    ):
        for word in ("saveModelToFile", "loadModelFromFile"):
            seen = len(playing.faults())
            client.word(word, 1, name)
            playing.until(lambda seen=seen: len(playing.faults()) > seen)
            assert "such as first.model" in playing.faults()[-1]
            assert playing.faults()[-1].isprintable()
    assert set(playing.folder.rglob("*")) == there
    client.word("saveModelToFile", 1, "größte Höhe 1.model")
    playing.until(lambda: (playing.folder / "größte Höhe 1.model").is_file())


def counted(playing: Playing) -> int:
    """How often something was ignored, as the status says."""
    return sum(sum(reasons.values()) for reasons in playing.figures()["ignored"].values())


def test_files_and_projects_outside_are_refused(play, tmp_path) -> None:
    playing = play(numbers(1))
    client = playing.client
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    there = set(tmp_path.rglob("*"))
    for word, arguments in (("saveModelToFile", (1,)), ("loadModelFromFile", (1,)), ("runNewProject", ())):
        for name in ("../outside.model", str(tmp_path / "outside")):
            seen = len(playing.faults())
            client.word(word, *arguments, name)
            playing.until(lambda seen=seen: len(playing.faults()) > seen)
            assert "nothing outside is touched" in playing.faults()[-1]
    assert set(tmp_path.rglob("*")) == there
    playing.until(lambda: counted(playing) == 6)
    assert any(reason.startswith("saveModelToFile: '../outside.model'") for reason in playing.refused())
    client.word("startRunning")
    assert playing.answer(0.5, 0.0) == near([0.5])


@pytest.mark.parametrize("more", [(), ("CLOSECURRENT",), ("KEEPCURRENTRUNNING",)])
def test_another_project_beside_this_one_is_opened_and_runs(play, tmp_path, client, more) -> None:
    playing = play(numbers(1))
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    shutil.copytree(playing.folder, tmp_path / "second")
    client.word("runNewProject", "no such project")
    client.word("runNewProject", "second", "SOMEHOW")
    client.word("startRecording")
    client.outputs(0.5)
    client.inputs(3.0, 3.0)
    client.word("runNewProject", "second", *more)
    playing.until(lambda: playing.control.desk.folder == (tmp_path / "second").resolve())
    assert playing.hear(2) == [("/wek/outputs", "f", (0.0,)), DONE]
    assert playing.answer(0.5, 0.0) == near([0.5])
    assert len(list((playing.folder / "demonstrations").glob("*.npz"))) == 2  # the last round is not lost
