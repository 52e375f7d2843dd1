"""Serial text as boards really send it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.wire.lines import LONGEST, REMEMBERED, Lines, Row


def rows(text: bytes) -> tuple[list[Row], Counter[str]]:
    lines = Lines()
    return lines.feed(b"half\n" + text), lines.ignored


@pytest.mark.parametrize(
    "text",
    [b"1,2.5,-3\n", b"1 2.5 -3\n", b"1\t2.5\t-3\r\n", b"1;2.5;-3;\r\n", b"1, 2.5, -3,\n", b" 1 2.5  -3e0 \r"],
)
def test_separators(text: bytes) -> None:
    assert rows(text) == ([Row((1.0, 2.5, -3.0))], Counter())


@pytest.mark.parametrize(
    "text",
    [
        b"x:1,y:-2.5\n",
        b"x:1 y:-2.5\r\n",
        b"x: 1\ty : -2.5,\n",
        b"x:\t1,y:\t-2.5\n",
        b"x=1 y = -2.5\n",
        b"x:1;y:-2,5\n",
        b'"x:1","y:-2.5"\n',
    ],
)
def test_named_values(text: bytes) -> None:
    assert rows(text) == ([Row((1.0, -2.5), ("x", "y"))], Counter())


def test_a_label_may_have_spaces_where_something_else_divides() -> None:
    assert rows(b"Label 1 : 1 \t Label 2 : 2\n") == ([Row((1.0, 2.0), ("Label 1", "Label 2"))], Counter())


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (b"1,5;-2,25;3\n", (1.5, -2.25, 3.0)),
        (b"1,5;2,5;\r\n", (1.5, 2.5)),
        (b'"1,5";"2"\n', (1.5, 2.0)),
        (b'"1.5","2"\n', (1.5, 2.0)),
        (b"1.5,2;3\n", (1.5, 2.0, 3.0)),  # commas beside points are no decimal ones
        (b"1, 2; 3\n", (1.0, 2.0, 3.0)),
        (b"\xef\xbb\xbf1,2\n", (1.0, 2.0)),
    ],
)
def test_csv_of_spreadsheets(text: bytes, values: tuple[float, ...]) -> None:
    assert rows(text) == ([Row(values)], Counter())


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (b"time_ms,acc_x,acc_y\n1,2,3\n", ("time_ms", "acc_x", "acc_y")),
        (b'"Time (s)","Gyroscope X (deg/s)"\n1,2\n', ("Time (s)", "Gyroscope X (deg/s)")),
        (b"Time (s), Gyro X (\xc2\xb0/s)\n1,2\n", ("Time (s)", "Gyro X (\u00b0/s)")),
        (b"label0:\tlabel1:\n1\t2\n", ("label0", "label1")),
        (b"aX aY\n\n1 2\n", ("aX", "aY")),
        (b"x1,2y\n1,2\n", ("x1", "2y")),
    ],
)
def test_headers(text: bytes, header: tuple[str, ...]) -> None:
    lines = Lines()
    assert len(lines.feed(b"\n" + text)) == 1
    assert lines.header == header
    assert lines.ignored == Counter()


def test_a_board_that_starts_again_repeats_its_header() -> None:
    lines = Lines()
    hello = b"MPU6050 connected\nready\nx,y\n"
    found = lines.feed(b"\n" + hello + b"1,2\n" + hello + b"3,4\n")
    assert found == [Row((1.0, 2.0)), Row((3.0, 4.0))]
    assert lines.header == ("x", "y")
    assert lines.ignored == Counter({"words, not numbers": 4})


def test_only_lines_with_the_prefix() -> None:
    lines = Lines(prefix="mugicdata")
    found = lines.feed(b"\nmugicdata 1 2\nmugicdata,3,4\n5 6\nmugicdatax 7\nmugicdata\nconnected\n")
    assert found == [Row((1.0, 2.0)), Row((3.0, 4.0))]
    assert lines.ignored == Counter({"no mugicdata in front": 3})


@pytest.mark.parametrize(
    ("line", "labels", "values"),
    [
        ("Höhe:1.5 x:2".encode("latin-1"), ("Höhe", "x"), (1.5, 2.0)),
        ("Höhe:1.5 x:2".encode(), ("Höhe", "x"), (1.5, 2.0)),
        ("Winkel (°):90,x (µT):2".encode("latin-1"), ("Winkel (°)", "x (µT)"), (90.0, 2.0)),
        (b"\x00x:1 y:2\x00", ("x", "y"), (1.0, 2.0)),
        (b"\x001,2", (), (1.0, 2.0)),
        (b"1,2\x00\r", (), (1.0, 2.0)),
    ],
)
def test_letters_of_one_byte_and_zeros_between_lines_are_read(
    line: bytes, labels: tuple[str, ...], values: tuple[float, ...]
) -> None:
    lines = Lines()
    assert lines.feed(b"\n" + (line + b"\n") * 3) == [Row(values, labels)] * 3
    assert lines.ignored == Counter()


def test_a_header_in_letters_of_one_byte_is_read() -> None:
    header = "Höhe,Länge\n".encode("latin-1")
    for begins in (header, b"\n" + header, b"\0" + header):
        lines = Lines()
        assert lines.feed(begins + b"1,2\n") == [Row((1.0, 2.0))]
        assert lines.header == ("Höhe", "Länge")


def test_the_half_line_at_the_start_is_dropped() -> None:
    lines = Lines()
    assert lines.feed(b"3,4\n5,6\n7,") == [Row((5.0, 6.0))]
    assert lines.feed(b"8\n") == [Row((7.0, 8.0))]
    assert lines.ignored == Counter()


def test_a_header_is_kept_and_is_no_bad_line() -> None:
    lines = Lines()
    assert lines.feed(b"\nacc_x,acc_y\r\n1,2\r\n") == [Row((1.0, 2.0))]
    assert lines.header == ("acc_x", "acc_y")
    assert lines.feed(b"5 6\n") == [Row((5.0, 6.0))]  # digits alone are no labels
    assert lines.header == ("acc_x", "acc_y")
    assert lines.ignored == Counter()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1,2,oops", "not a number"),
        (b"hello world 5", "not a number"),
        (b"x:1 y:", "not a number"),
        (b"x:1 2", "not a number"),
        (b"x:nan y:2", "not a finite number"),
        (b"1.5,ovf", "not a finite number"),
        (b"1-2,3", "not a number"),
        (b"12:34:56 1", "not a number"),
        (b"rst:0x1 (POWERON_RESET),boot:0x13", "not a number"),
        (b"1e999,2", "not a finite number"),
        (b"1,\x002", "unreadable bytes"),
        (b"\xe9\xe8\xe9:1", "unreadable bytes"),
        (b"boot: ok", "words, not numbers"),
        (b"connecting to wifi ...", "words, not numbers"),
        (b"1,nan", "not a finite number"),
        (b"inf 2", "not a finite number"),
        (b"1_000,2", "not a finite number"),
        (b"\xf8\x80\xf8,1", "unreadable bytes"),
        (b"1," * LONGEST, "line too long"),
    ],
)
def test_a_bad_line_is_counted_and_the_next_is_read(line: bytes, reason: str) -> None:
    found, ignored = rows(line + b"\n1,2\n")
    assert found == [Row((1.0, 2.0))]
    assert ignored == Counter({reason: 1})


def test_a_stream_without_line_ends_takes_no_memory() -> None:
    lines = Lines()
    lines.feed(b"\n")
    for _ in range(100):
        assert lines.feed(b"9" * 1000) == []
    assert len(lines._rest) <= LONGEST
    assert lines.feed(b"9\n1,2\n") == [Row((1.0, 2.0))]
    assert lines.ignored["line too long"] >= 1


@given(st.lists(st.integers(1, 7), min_size=1), st.lists(st.tuples(st.integers(), st.integers()), min_size=1))
def test_any_division_gives_the_same_rows(cuts: list[int], numbers: list[tuple[int, int]]) -> None:
    small = [(a % 1000, b % 1000) for a, b in numbers]
    stream = b"\r\n" + b"".join(b"%d,%d\r\n" % pair for pair in small)
    lines = Lines()
    found: list[Row] = []
    at = index = 0
    while at < len(stream):
        step = cuts[index % len(cuts)]
        found += lines.feed(stream[at : at + step])
        at, index = at + step, index + 1
    assert found == [Row((float(a), float(b))) for a, b in small]


def test_ever_new_labels_take_no_memory() -> None:
    lines = Lines()
    lines.feed(b"\n")
    for i in range(1000):
        (row,) = lines.feed(b"x%d:1,y:2\n" % i)
        assert row == Row((1.0, 2.0), (f"x{i}", "y"))
        assert len(lines._shapes) <= REMEMBERED


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (b"x:1,y:2", Row((1.0, 2.0), ("x", "y"))),
        (b"x:1,5;y:2,5", Row((1.5, 2.5), ("x", "y"))),
        (b"y:1,x:2", Row((1.0, 2.0), ("y", "x"))),
        (b"x:1,y:1_0", None),
        (b"x:1,y:nan", None),
        (b"x 1 y 2", None),
        (b"x:1", Row((1.0,), ("x",))),
    ],
)
def test_labels_as_before_or_not(line: bytes, row: Row | None) -> None:
    lines = Lines()
    lines.feed(b"\nx:3,y:4\n")
    assert lines.feed(line + b"\n") == ([row] if row else [])


LIKE_LINES = st.lists(
    st.sampled_from(
        [
            b"1",
            b"-2.5",
            b",",
            b";",
            b" ",
            b"\t",
            b":",
            b"=",
            b'"',
            b"x",
            b"(g)",
            b"nan",
            b"\r",
            b"\n",
            b"\xff",
        ]
    )
).map(b"".join)


@given(st.lists(st.binary(max_size=60) | LIKE_LINES), st.sampled_from(["", "data"]))
def test_any_bytes_do_no_harm(pieces: list[bytes], prefix: str) -> None:
    lines = Lines(prefix, 115200)
    for piece in pieces:
        for row in lines.feed(piece):
            assert len(row.values) >= 1 and all(abs(value) < float("inf") for value in row.values)
            assert len(row.labels) in (0, len(row.values))
        assert len(lines._rest) <= LONGEST
    assert lines.feed(b"\n") is not None
    assert Row((1.0, 2.0)) in lines.feed(prefix.encode() + b" 1,2\n")
    assert len(lines.ignored) <= 8


@given(LIKE_LINES.map(lambda line: line.replace(b"\r", b"").replace(b"\n", b"")))
def test_the_short_way_and_the_long_way_agree(line: bytes) -> None:
    """Beside a line of words a line goes the long way; it means the same."""
    alone, beside = Lines(), Lines()
    beside.feed(b"\n")
    assert alone.feed(b"\n" + line + b"\n") == beside.feed(b"# !\n" + line + b"\n")
