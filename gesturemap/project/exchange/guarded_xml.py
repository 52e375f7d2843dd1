"""XML of other programs: nothing is fetched, nothing expands, and it is no larger than it says.

A document type, with which entities come, is refused at its first letter: the programs read here write none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from gesturemap.errors import FileError
from gesturemap.project.exchange.lines import NEXT, checked_size, number, start_of, whole, wrong

MOST_BYTES = 32 * 1024 * 1024
"""Of a file."""
MOST_ELEMENTS = 500_000
DEEPEST = 64
"""Elements within each other."""
PIECE = 64 * 1024
"""Bytes read before the limits are looked at again."""


@dataclass(frozen=True)
class Tag:
    """One element and where it stands; every look inside is checked."""

    element: Element
    place: str

    def has(self, name: str) -> bool:
        """Whether there is such an element in it."""
        return self.element.find(name) is not None

    def get(self, name: str) -> Tag:
        """The first element of this name in it.

        Raises
        ------
        FileError
            If there is none.
        """
        found = self.element.find(name)
        if found is None:
            raise FileError(self.place, f"no <{name}>", "the program writes one", NEXT)
        return Tag(found, f"{self.place}, {name}")

    def children(self) -> Iterator[Tag]:
        """All elements in it, in order."""
        for index, child in enumerate(self.element):
            yield Tag(child, f"{self.place}[{index}]")

    @property
    def name(self) -> str:
        """What it is called: the last part of a class's name."""
        return self.element.tag.rpartition(".")[2]

    @property
    def kind(self) -> str:
        """The last part of the name in its attribute ``class``."""
        return str(self.element.get("class", "")).rpartition(".")[2]

    @property
    def text(self) -> str:
        """What stands in it, without space around."""
        return (self.element.text or "").strip()

    def number(self) -> float:
        """A finite number."""
        return number(self.text, self.place)

    def whole(self, low: int, high: int) -> int:
        """A whole number in a range."""
        return whole(self.text, low, high, self.place)

    def flag(self) -> bool:
        """True or false."""
        if self.text not in ("true", "false"):
            raise wrong(self.place, repr(self.text), "true or false is wanted")
        return self.text == "true"

    def one_of(self, *choices: str) -> str:
        """One of these words."""
        if self.text not in choices:
            raise wrong(self.place, repr(self.text), f"one of {', '.join(choices)} is wanted")
        return self.text


def read_xml(path: Path, leave: frozenset[str] = frozenset()) -> Tag:
    """The root of an XML file.

    Parameters
    ----------
    leave : names of elements that are left out, with all that is in them.

    Raises
    ------
    FileError
        If it cannot be read, is no XML, has a document type, or is too large or too deep.
    """
    size = checked_size(path, MOST_BYTES)
    return parse(start_of(path, size), str(path), leave)


def parse(data: bytes, place: str, leave: frozenset[str] = frozenset()) -> Tag:
    """The root of XML in memory; as `read_xml`."""
    reader = _Reader(place, leave)
    parser = expat.ParserCreate(None if b"encoding" in data[:100] or _is_utf8(data) else "iso-8859-1")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.EntityDeclHandler = reader.doctype
    try:
        for at in range(0, max(len(data), 1), PIECE):
            parser.Parse(data[at : at + PIECE], at + PIECE >= len(data))
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise wrong(place, str(error), "an XML file is wanted") from error
    return Tag(reader.builder.close(), place)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Reader:
    """Builds the tree as long as the limits hold."""

    def __init__(self, place: str, leave: frozenset[str]) -> None:
        self.builder = TreeBuilder()
        self._place, self._leave = place, leave
        self._count = self._depth = self._left_at = 0

    def doctype(self, *_: object) -> None:
        """Refuse a document type, and so every entity."""
        raise FileError(
            self._place, "a document type", "a file without one is read: with it come entities, which may be anything",
            "remove <!DOCTYPE ...>, if you trust the file",
        )  # fmt: skip

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._count += 1
        self._depth += 1
        if self._count > MOST_ELEMENTS or self._depth > DEEPEST:
            what = f"more than {MOST_ELEMENTS} elements" if self._depth <= DEEPEST else "nested too deeply"
            raise FileError(
                self._place, what, f"at most {MOST_ELEMENTS} elements, {DEEPEST} deep, are read", "split it"
            )
        if not self._left_at and name in self._leave:
            self._left_at = self._depth
        if not self._left_at:
            self.builder.start(name, attributes)

    def end(self, name: str) -> None:
        """An element ends."""
        if not self._left_at:
            self.builder.end(name)
        if self._left_at == self._depth:
            self._left_at = 0
        self._depth -= 1

    def data(self, text: str) -> None:
        """Text within an element."""
        if not self._left_at:
            self.builder.data(text)
