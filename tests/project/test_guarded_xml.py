"""XML of other programs: what is read, and that nothing expands, is fetched, or grows beyond limits."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from gesturemap.errors import FileError
from gesturemap.project.exchange import guarded_xml
from gesturemap.project.exchange.guarded_xml import parse, read_xml

LAUGHS = (
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><x>&j;</x>"
)


def test_values_are_read_with_their_place() -> None:
    root = parse(b"<a><n>3</n><x class='p.q.Kind'>1.5</x><b>true</b></a>", "f.xml")
    assert (root.get("n").whole(1, 5), root.get("x").number(), root.get("b").flag()) == (3, 1.5, True)
    assert (root.get("x").kind, root.get("x").place) == ("Kind", "f.xml, x")
    with pytest.raises(FileError, match=r"f\.xml, n: '3'; a whole number from 5 to 9"):
        root.get("n").whole(5, 9)
    with pytest.raises(FileError, match="no <gone>"):
        root.get("gone")


def test_what_is_left_out_leaves_no_trace() -> None:
    root = parse(b"<a><b><c>1</c><b>x</b></b>t<d>2</d></a>", "f.xml", frozenset({"b"}))
    assert [child.name for child in root.children()] == ["d"]


def test_letters_of_windows_are_read() -> None:
    assert parse("<a>H\u00e4nde</a>".encode("latin-1"), "f").text == "H\u00e4nde"
    assert parse("<a>H\u00e4nde</a>".encode(), "f").text == "H\u00e4nde"


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
        "<!DOCTYPE a [<!ENTITY % p 'x'> %p;]><a/>",
    ],
)
def test_a_document_type_is_refused_before_anything_expands(text: str) -> None:
    tracemalloc.start()
    with pytest.raises(FileError) as caught:
        parse(text.encode(), "bad.xml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "bad.xml: a document type" in str(caught.value)
    assert peak < 1_000_000


@pytest.mark.parametrize(
    "text", ["", "<a>", "<a></b>", "<a>&e;</a>", "<a>\x00</a>", "hello", "<a/><b/>", "<a>&#x0;</a>"]
)
def test_no_xml_is_one_clear_line(text: str) -> None:
    with pytest.raises(FileError) as caught:
        parse(text.encode(), "bad.xml")
    assert str(caught.value).startswith("bad.xml: ")
    assert "an XML file is wanted" in str(caught.value)


def test_an_unknown_encoding_is_one_clear_line() -> None:
    with pytest.raises(FileError, match=r"bad\.xml"):
        parse(b"<?xml version='1.0' encoding='klingon'?><a/>", "bad.xml")


def test_depth_number_and_size_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError, match="nested too deeply"):
        parse(b"<a>" * 100_000, "deep.xml")
    monkeypatch.setattr(guarded_xml, "MOST_ELEMENTS", 100)
    with pytest.raises(FileError, match="more than 100 elements"):
        parse(b"<a>" + b"<b/>" * 200 + b"</a>", "wide.xml", frozenset({"b"}))
    monkeypatch.setattr(guarded_xml, "MOST_BYTES", 50)
    (tmp_path / "big.xml").write_text("<a>" + " " * 100 + "</a>")
    with pytest.raises(FileError, match="107 bytes; at most 50"):
        read_xml(tmp_path / "big.xml")
    with pytest.raises(FileError, match=r"gone\.xml"):
        read_xml(tmp_path / "gone.xml")
