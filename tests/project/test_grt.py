"""Data of the Gesture Recognition Toolkit: every form, older words for the same, and broken files."""

from __future__ import annotations

from pathlib import Path

import pytest

from gesturemap.errors import FileError
from gesturemap.project.exchange import grt

CLASSES = """GRT_LABELLED_CLASSIFICATION_DATA_FILE_V1.0
DatasetName: NOT_SET
InfoText: of a board: held still
NumDimensions: 2
TotalNumTrainingExamples: 5
NumberOfClasses: 2
ClassIDsAndCounters:\x20
1\t3\tup and down
4\t2\tNOT_SET
UseExternalRanges: 1
0\t1
-1\t1
LabelledTrainingData:
1\t0.1\t0.2
1\t0.3\t0.4
4\t0.5\t0.6
4\t0.7\t0.8
1\t0.9\t1
"""
SERIES = """GRT_LABELLED_TIME_SERIES_CLASSIFICATION_DATA_FILE_V1.0
DatasetName: NOT_SET
InfoText:\x20
NumDimensions: 2
TotalNumTrainingExamples: 2
NumberOfClasses: 2
ClassIDsAndCounters:\x20
1\t1
2\t1
UseExternalRanges: 0
LabelledTimeSeriesTrainingData:
************TIME_SERIES************
ClassID: 1
TimeSeriesLength: 3
TimeSeriesData:\x20
454\t311
455\t310
460\t306
************TIME_SERIES************
ClassID: 2
TimeSeriesLength: 2
TimeSeriesData:\x20
1\t2
3\t4
"""
STREAM = """GRT_LABELLED_CONTINUOUS_TIME_SERIES_CLASSIFICATION_FILE_V1.0
DatasetName: NOT_SET
InfoText:\x20
NumDimensions: 1
TotalNumSamples: 6
NumberOfClasses: 2
ClassIDsAndCounters:\x20
0\t3
7\t3
NumberOfPositionTrackers: 3
TimeSeriesPositionTrackers:\x20
0\t0\t0
7\t1\t3
0\t4\t5
UseExternalRanges: 0
LabelledContinuousTimeSeriesClassificationData:
0\t0.5
7\t1
7\t2
7\t3
0\t4
0\t5
"""
REGRESSION = """GRT_LABELLED_REGRESSION_DATA_FILE_V1.0
DatasetName: XOR
InfoText:\x20
NumInputDimensions: 2
NumTargetDimensions: 1
TotalNumTrainingExamples: 4
UseExternalRanges: 0
RegressionData:
0\t0\t0
0\t1\t1
1\t0\t1
1\t1\t0
"""


def read(tmp_path: Path, text: str) -> grt.Found:
    path = tmp_path / "data.grt"
    path.write_text(text)
    assert grt.is_grt(path)
    return grt.read(path, 50.0)


def shown(found: grt.Found) -> list[tuple[str, list[list[float]]]]:
    return [(one.label, one.values.tolist()) for one in found.takes.made]


def test_samples_of_classes_that_are_mixed_are_one_demonstration_each(tmp_path: Path) -> None:
    found = read(tmp_path, CLASSES)
    assert shown(found) == [
        ("up and down", [[0.1, 0.2], [0.3, 0.4], [0.9, 1.0]]),
        ("class 4", [[0.5, 0.6], [0.7, 0.8]]),
    ]
    assert not found.series
    assert found.left == ("external ranges: channels are scaled by the demonstrations here",)


def test_runs_of_samples_are_demonstrations_of_their_own(tmp_path: Path) -> None:
    newer = CLASSES.replace("TotalNumTrainingExamples: 5", "TotalNumExamples: 6").replace(
        "LabelledTrainingData:", "Data:"
    )
    found = read(tmp_path, newer + "1\t1\t1\n")
    assert [(label, len(values)) for label, values in shown(found)] == [
        ("up and down", 2),
        ("class 4", 2),
        ("up and down", 2),
    ]


def test_time_series_are_demonstrations(tmp_path: Path) -> None:
    found = read(tmp_path, SERIES)
    assert shown(found) == [
        ("class 1", [[454.0, 311.0], [455.0, 310.0], [460.0, 306.0]]),
        ("class 2", [[1.0, 2.0], [3.0, 4.0]]),
    ]
    assert found.takes.made[0].time.tolist() == [0.0, 0.02, 0.04]
    assert found.takes.made[0].spec.rate == 50.0
    assert found.series


def test_the_parts_of_a_stream_that_are_listed_are_demonstrations(tmp_path: Path) -> None:
    found = read(tmp_path, STREAM)
    assert shown(found) == [("class 7", [[1.0], [2.0], [3.0]])]
    assert found.left == ("3 samples of no class",)


def test_regression_is_one_demonstration_with_outputs(tmp_path: Path) -> None:
    found = read(tmp_path, REGRESSION)
    (one,) = found.takes.made
    assert (one.label, one.spec.names, found.outputs) == ("examples", ("in_1", "in_2"), ("out_1",))
    assert one.values.tolist() == [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    assert one.targets.tolist() == [[0.0], [1.0], [1.0], [0.0]]
    again = read(tmp_path, REGRESSION.replace("\nRegressionData", "\nLabelledRegressionData"))
    assert again.takes.made[0].targets.tolist() == one.targets.tolist()


def test_classes_of_the_same_name_stay_different(tmp_path: Path) -> None:
    found = read(tmp_path, CLASSES.replace("NOT_SET\nUse", "up and down\nUse"))
    assert [label for label, _ in shown(found)] == ["up and down", "up and down 4"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CLASSES.replace("V1.0", "V2.0"), "one of GRT_LABELLED"),
        ("GRT_UNLABELLED_DATA_FILE_V1.0\n", "one of GRT_LABELLED"),
        (CLASSES.replace("NumDimensions: 2", "NumDimensions: 99999"), "whole number from 1 to 4096"),
        (CLASSES.replace("NumDimensions: 2\n", ""), "no NumDimensions"),
        (CLASSES.replace("Examples: 5", "Examples: 6"), "its end; sample 6 of 6"),
        (CLASSES.replace("Examples: 5", "Examples: 50000000"), "150000000 numbers; at most 16000000"),
        (CLASSES.replace("Examples: 5", "Examples: 10000000000"), "whole number"),
        (CLASSES.replace("0.1", "nan"), "line 14: 'nan'; a finite number"),
        (CLASSES.replace("\n4\t0.5", "\nx\t0.5"), "line 16, class: 'x'"),
        (CLASSES.replace("1\t3\tup", "-1\t3\tup"), "whole number"),
        (CLASSES.replace("LabelledTrainingData:", "Numbers"), "no LabelledTrainingData or the like"),
        (SERIES.replace("Length: 3", "Length: 4000000000"), "8000000000 numbers"),
        (SERIES.replace("Length: 2", "Length: 3"), "its end; a number"),
        (SERIES.replace("ClassID: 2", "Class: 2"), "'Class:'; ClassID:"),
        (SERIES.replace("Examples: 2", "Examples: 3"), "its end; time series 3 of 3"),
        (SERIES.replace("Examples: 2", "Examples: 20000"), "at most 10000"),
        (STREAM.replace("7\t1\t3", "7\t1\t6"), "first and last of 6 samples"),
        (STREAM.replace("7\t1\t3", "7\t3\t1"), "first and last of 6 samples"),
        (STREAM.replace("7\t1\t3", "7\t1"), "class, first and last"),
        (STREAM.replace("7\t1\t3", "0\t1\t3"), "no part of a class"),
        (STREAM.replace("7\t1\t3\n", "7\t0\t5\n" * 3), "parts that overlap"),
        (REGRESSION.replace("NumTargetDimensions: 1", "NumTargetDimensions: 0"), "from 1 to 4096"),
        (REGRESSION.replace("Examples: 4", "Examples: 4000000"), "its end; a number"),
    ],
)
def test_a_broken_file_is_one_clear_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, text)
    assert says in str(caught.value)
    assert str(tmp_path / "data.grt") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_classes_without_end_are_refused_before_memory_is_taken(tmp_path: Path) -> None:
    head = CLASSES.partition("LabelledTrainingData:\n")[0].replace("Examples: 5", "Examples: 2000")
    with pytest.raises(FileError, match="2000 classes; at most 1000"):
        read(tmp_path, head + "LabelledTrainingData:\n" + "".join(f"{i} 1 2\n" for i in range(2000)))
