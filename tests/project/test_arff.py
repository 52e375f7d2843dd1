"""ARFF: what Wekinator and Weka write is read, and written back to the same letter."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from making_wekinator import ARFF_HEAD, CLASSES_ARFF, NAMES

from gesturemap.errors import FileError
from gesturemap.project.exchange import arff, arff_alone, arff_read, examples, lines
from gesturemap.project.exchange.arff import Attribute

OUTPUTS = ("outputs-1", "outputs-2", "outputs-3")


def table_of(tmp_path: Path, text: str) -> tuple[Path, arff.Table]:
    path = tmp_path / "data.arff"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path, arff_read.read(path)


def test_the_table_is_what_stands_there(tmp_path: Path) -> None:
    _, table = table_of(tmp_path, CLASSES_ARFF)
    assert [one.name for one in table.attributes] == ["ID", "Time", "Training round", *NAMES, *OUTPUTS]
    assert table.attributes[5].choices == ("0", "1", "2", "3")
    assert table.values.shape == (6, 8)
    assert table.values[4, 1] - table.values[3, 1] == 100.0
    assert np.isnan(table.values[1, 6])
    assert table.values[3, 3:].tolist()[:3] == [0.811784, -0.994074, 1.0]


def test_rounds_become_demonstrations_and_come_back_to_the_letter(tmp_path: Path) -> None:
    path, table = table_of(tmp_path, CLASSES_ARFF)
    columns = examples.columns_of_project(table, NAMES, OUTPUTS, str(path))
    made, left = examples.demonstrations(path, table, columns, NAMES, OUTPUTS, 100.0)
    assert left == ()
    assert [(one.label, len(one)) for one in made] == [("examples", 3), ("examples", 3)]
    assert made[0].time.tolist() == [0.0, 0.051, 0.062]
    assert np.isnan(made[0].targets[1, 1])
    assert np.isnan(made[1].targets[0, 2])
    assert made[1].targets[1].tolist() == [2.0, 2.0, 6.25]
    kinds = [Attribute(name, "nominal", ("0", "1", "2", "3")) for name in OUTPUTS[:2]]
    assert examples.text_of(made, [*kinds, Attribute(OUTPUTS[2])], 0.0) == CLASSES_ARFF


def test_examples_without_an_input_or_any_output_are_left_out_and_told(tmp_path: Path) -> None:
    head = ARFF_HEAD + "@attribute x numeric\n@attribute y numeric\n@data\n"
    day = "'2026/11/21 07:18:34:691'"
    path, table = table_of(tmp_path, head + f"1,{day},0,?,1\n2,{day},0,2,?\n3,{day},0,3,1\n")
    columns = examples.columns_of_project(table, ("x",), ("y",), "f")
    made, left = examples.demonstrations(path, table, columns, ("x",), ("y",), 100.0)
    assert [one.values.tolist() for one in made] == [[[3.0]]]
    assert left == (
        "1 example: an input is not known (?)",
        "1 example: no output was recorded with them",
    )


def test_a_time_that_goes_back_stands_still(tmp_path: Path) -> None:
    head = ARFF_HEAD + "@attribute x numeric\n@attribute y numeric\n@data\n"
    rows = "".join(f"{i},'2026/11/21 07:18:34:{ms:03d}',0,1,1\n" for i, ms in enumerate((500, 700, 600, 900)))
    path, table = table_of(tmp_path, head + rows)
    columns = examples.columns_of_project(table, ("x",), ("y",), "f")
    (made,), _ = examples.demonstrations(path, table, columns, ("x",), ("y",), 100.0)
    assert made.time.tolist() == pytest.approx([0.0, 0.2, 0.2, 0.4])


def test_names_with_all_kinds_of_letters_come_back(tmp_path: Path) -> None:
    kinds = [
        Attribute(name)
        for name in ("a b", "it's", 'say "x"', "50%", "c,d", "e\\f", "g\th", "{i}", "?", "\u00e4")
    ]
    kinds.append(Attribute("k", "nominal", ("one two", "it's", "3")))
    rows = [[*np.linspace(-1e-7, 1e20, 10).tolist(), 1.0], [0.1, *[np.nan] * 9, np.nan]]
    _, table = table_of(tmp_path, arff.write(kinds, rows))
    assert table.attributes == tuple(kinds)
    np.testing.assert_array_equal(table.values, rows)


def test_other_forms_of_the_same_are_read(tmp_path: Path) -> None:
    text = (
        "\ufeff% made by Weka\r\n@RELATION 'a b'\r\n\r\n@Attribute \"x y\"\tREAL\r\n@attribute d DATE yyyy-MM-dd\r\n"
        "@attribute e date\n@attribute s string\n@attribute k { a , 'b c' }\n@DATA\n% two\n"
        " 1 , 2026-11-21, 1970-01-01T00:01:00, 'x, y',  'b c'\n\n-2.5e3,?,?,\"q\",a"
    )
    _, table = table_of(tmp_path, text)
    assert [one.kind for one in table.attributes] == ["numeric", "date", "date", "text", "nominal"]
    assert table.values[0, [0, 2, 4]].tolist() == [1.0, 60_000.0, 1.0]
    assert table.values[1, [0, 4]].tolist() == [-2500.0, 0.0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("@data\n1,", "@data\n1,1,"), "line 13: 9 values; 8 attributes"),
        (("1.156158", "1.1x"), "line 13, inputs-1: '1.1x'; a finite number"),
        (("1.156158", "inf"), "a finite number, or ?, is wanted"),
        (("1.156158", "nan"), "a finite number, or ?, is wanted"),
        ((",1,1,3\n", ",1,7,3\n"), "outputs-2: '7'; one of 0, 1, 2, 3"),
        (("'2026/11/21 07:18:34:691'", "yesterday"), "a date as yyyy/MM/dd"),
        (("'2026/11/21 07:18:34:691'", "'2026/11/21 07:18"), "quotes end"),
        (("@data", "@date"), "@relation, @attribute or @data"),
        (("@data\n1,", "@data\n{0 1}\n1,"), "sparse"),
        (("inputs-2 numeric", "inputs-1 numeric"), "a name of its own"),
        (("inputs-2 numeric", "inputs-2 relational"), "numeric, date, string or {values}"),
        (("{0,1,2,3}", "{0,1,2,3"), "values in { } are wanted"),
        (("yyyy/MM/dd HH", "yyyy/yyyy/MM/dd HH"), "each part once"),
        ((CLASSES_ARFF, "@relation x\n@data\n1\n"), "no @attribute before it"),
        ((CLASSES_ARFF, "@relation x\n@attribute a numeric\n"), "no @data"),
        ((CLASSES_ARFF, "@attribute a numeric\n@data\n"), "no examples"),
        ((CLASSES_ARFF, "@attribute a numeric\n@data\n" + "," * 5_000_000), "bytes"),
        ((CLASSES_ARFF, "@attribute a {" + "1," * 20_000 + "2}\n@data\n1\n"), "at most 10000 values"),
        ((CLASSES_ARFF, "PK\x03\x04\xff\x00"), "this is no ARFF"),
    ],
)
def test_a_broken_table_is_one_clear_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(FileError) as caught:
        table_of(tmp_path, CLASSES_ARFF.replace(*change, 1))
    line = str(caught.value)
    assert says in line
    assert str(tmp_path / "data.arff") in line
    assert "\n" not in line
    assert len(line) < 400


def test_too_many_rounds_are_refused_at_once(tmp_path: Path) -> None:
    head = "@attribute 'Training round' numeric\n@attribute x numeric\n@attribute output numeric\n@data\n"
    path, table = table_of(tmp_path, head + "".join(f"{i},1,1\n" for i in range(lines.MOST_TAKES + 1)))
    columns = examples.columns_alone(table, (), "f")
    before = time.process_time()
    with pytest.raises(FileError, match="10001 rounds"):
        examples.demonstrations(path, table, columns, ("x",), ("output",), 100.0)
    assert time.process_time() - before < 5.0


def test_a_table_alone_has_outputs_by_kind_by_name_or_as_asked(tmp_path: Path) -> None:
    path, _ = table_of(tmp_path, CLASSES_ARFF)
    found = arff_alone.read(path, (), 100.0)
    each = found.tables["model"]["each"]
    assert [one["name"] for one in each] == list(OUTPUTS)
    assert [one["type"] for one in each] == ["class", "class", "real"]
    assert each[0]["classes"] == 3
    assert (each[2]["low"], each[2]["high"]) == (3.0, 9.0)
    assert found.tables["input"]["names"] == list(NAMES)
    assert len(found.demonstrations) == 2
    asked = arff_alone.read(path, ("inputs-2",), 100.0)
    assert [one["name"] for one in asked.tables["model"]["each"]] == ["inputs-2"]
    with pytest.raises(FileError, match="no column 'inputs-3'"):
        arff_alone.read(path, ("inputs-3",), 100.0)


def test_a_table_of_an_early_version_has_no_times(tmp_path: Path) -> None:
    head = "@attribute ID numeric\n@attribute Timestamp numeric\n@attribute 'Training round' numeric\n"
    path, _ = table_of(
        tmp_path, head + "@attribute x numeric\n@attribute output numeric\n@data\n1,1412,0,5,1\n"
    )
    (one,) = arff_alone.read(path, (), 100.0).demonstrations
    assert (one.spec.names, one.values.tolist()) == (("x",), [[5.0]])


def test_classes_with_names_are_numbered_and_said(tmp_path: Path) -> None:
    text = "@attribute x numeric\n@attribute 'the class' {rose,lily}\n@data\n1,rose\n2,lily\n3,rose\n"
    path, _ = table_of(tmp_path, text)
    found = arff_alone.read(path, (), 50.0)
    (one,) = found.demonstrations
    assert one.targets[:, 0].tolist() == [1.0, 2.0, 1.0]
    assert one.time.tolist() == [0.0, 0.02, 0.04]
    assert any("1: rose, 2: lily" in line for line in found.taken)
    assert "'the class' is called the_class here: a name has no spaces, and is there once" in found.left


def test_a_table_without_outputs_says_what_to_do(tmp_path: Path) -> None:
    path, _ = table_of(tmp_path, "@attribute x numeric\n@attribute y numeric\n@data\n1,2\n")
    with pytest.raises(FileError, match="--outputs"):
        arff_alone.read(path, (), 100.0)
