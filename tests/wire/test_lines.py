"""Serial text as boards really send it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.wire.lines import LONGEST, Lines, Row


def rows(text: bytes) -> tuple[list[Row], Counter[str]]:
    lines = Lines()
    return lines.feed(b"half\n" + text), lines.ignored


@pytest.mark.parametrize(
    "text",
    [b"1,2.5,-3\n", b"1 2.5 -3\n", b"1\t2.5\t-3\r\n", b"1;2.5;-3;\r\n", b"1, 2.5, -3,\n", b" 1 2.5  -3e0 \r"],
)
def test_separators(text: bytes) -> None:
    assert rows(text) == ([Row((1.0, 2.5, -3.0))], Counter())


@pytest.mark.parametrize("text", [b"x:1,y:-2.5\n", b"x:1 y:-2.5\r\n", b"x: 1\ty : -2.5,\n"])
def test_named_values(text: bytes) -> None:
    assert rows(text) == ([Row((1.0, -2.5), ("x", "y"))], Counter())


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
        (b"x:nan y:2", "not a number"),
        (b"1,nan", "not a finite number"),
        (b"inf 2", "not a finite number"),
        (b"1_000,2", "not a finite number"),
        (b"\xf8\x80\xf8,1", "not text (is the baud rate right?)"),
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


@given(st.lists(st.binary(max_size=60)))
def test_any_bytes_do_no_harm(pieces: list[bytes]) -> None:
    lines = Lines()
    for piece in pieces:
        for row in lines.feed(piece):
            assert len(row.values) >= 1 and all(abs(value) < float("inf") for value in row.values)
    assert lines.feed(b"\n") is not None
    assert Row((1.0, 2.0)) in lines.feed(b"1,2\n")
