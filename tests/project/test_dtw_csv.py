"""Time series of gestures in Wekinator's two CSV forms, there and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from making_wekinator import DTW_CSV

from gesturemap.errors import FileError
from gesturemap.project.exchange import dtw_alone, dtw_csv

VIEWER = """EXAMPLE_ID,GESTURE,INPUT_NAME,NUM_SAMPLES,VALUES...
1,wave,x,3,0.1,0.2,0.3
1,wave,y,3,1.0,2.0,3.0
4,wave,x,0,
4,wave,y,0,
2,push,x,1,5.0
2,push,y,1,-1.0E-7
"""


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "data.csv"
    path.write_text(text)
    return path


def test_a_projects_file_comes_back_to_the_letter(tmp_path: Path) -> None:
    names, series = dtw_csv.read(file(tmp_path, DTW_CSV))
    assert names == ()
    assert [(gesture, values.shape) for gesture, values in series] == [
        ("1", (3, 2)),
        ("1", (2, 2)),
        ("2", (2, 2)),
    ]
    assert series[2][1].tolist() == [[0.30000000000000004, 0.2], [1e-5, -7.0]]
    assert dtw_csv.write([(int(gesture), values) for gesture, values in series]) == DTW_CSV


def test_examples_are_written_gesture_by_gesture() -> None:
    text = dtw_csv.write([(2, np.array([[1e20]])), (1, np.array([[-1e-9], [2.5]]))])
    assert text.splitlines()[1:] == ["1,1,-1.0E-9,2.5,", "1,2,1.0E20,"]


def test_the_viewers_form_is_read_and_empty_examples_are_not(tmp_path: Path) -> None:
    names, series = dtw_csv.read(file(tmp_path, VIEWER))
    assert names == ("x", "y")
    assert [(gesture, values.tolist()) for gesture, values in series] == [
        ("wave", [[0.1, 1.0], [0.2, 2.0], [0.3, 3.0]]),
        ("push", [[5.0, -1e-7]]),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no examples"),
        (DTW_CSV.splitlines()[0], "no examples"),
        (DTW_CSV.replace("2,2,0.3", "3,2,0.3"), "line 4: 3 inputs; 2 are wanted"),
        (DTW_CSV.replace("2,1,0.5,", "2,1,"), "line 3: 3 values; a multiple of 2"),
        (DTW_CSV.replace("2,1,0.5", "2,0,0.5"), "gesture: '0'; a whole number from 1"),
        (DTW_CSV.replace("0.5", "x", 1), "line 3, value 1: 'x'; a finite number"),
        (DTW_CSV.replace("0.5", "NaN", 1), "a finite number"),
        ("2,1\n", "inputs, gesture and values"),
        ("9999999999,1,0.5\n", "a whole number from 1 to 4096"),
        ("time,x,y\n0.0,0.1,0.2\n", "of CSV the two forms are read in which Wekinator keeps gestures"),
        (VIEWER.replace("x,3,0.1", "x,4,0.1"), "3 values; 4 are wanted"),
        (VIEWER.replace("1,wave,y,3", "1,wave,z,3"), "the inputs x, z"),
        (VIEWER.replace("2,push,y,1,", "2,push,x,1,"), "each input once"),
        (VIEWER.replace("1,wave,x,3", "1,wave,x,999999999"), "a whole number"),
        (VIEWER.split("\n")[0] + "\n1,wave\n", "example, gesture, input"),
    ],
)
def test_a_broken_file_is_one_clear_line(tmp_path: Path, text: str, says: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(FileError) as caught:
        dtw_csv.read(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_alone_makes_gestures_as_wekinator_calls_them(tmp_path: Path) -> None:
    found = dtw_alone.read(file(tmp_path, DTW_CSV.replace("2,2,0.3", "2,3,0.3")), 50.0)
    assert found.gestures == ("output_1", "output_2", "output_3")
    assert [one.label for one in found.demonstrations] == ["output_1", "output_1", "output_3"]
    assert found.demonstrations[0].time.tolist() == [0.0, 0.02, 0.04]
    assert found.tables["input"]["names"] == ["inputs-1", "inputs-2"]
    named = dtw_alone.read(file(tmp_path, VIEWER), 50.0)
    assert named.gestures == ("wave", "push")
    assert named.tables["input"]["names"] == ["x", "y"]
