"""The first text of a Java object stream, and nothing of the rest: no object is ever made of one.

Wekinator's ``modelN.xml`` begins with a text of XML that says what the model is; after it come objects of Weka.
Source of the form: Java Object Serialization Specification, 6.4.
"""

from __future__ import annotations

from pathlib import Path

from gesturemap.errors import FileError
from gesturemap.project.exchange.lines import start_of, wrong

MAGIC = b"\xac\xed\x00\x05"
STRING, LONG_STRING = b"t", b"|"
MOST = 1024 * 1024
"""Bytes of the text."""


def is_stream(path: Path) -> bool:
    """Whether a file begins as such a stream does."""
    return start_of(path, len(MAGIC)) == MAGIC


def first_text(path: Path) -> str:
    """The text that a stream begins with.

    Raises
    ------
    FileError
        If it begins with anything else, or the text is too long or cut off.
    """
    data = start_of(path, len(MAGIC) + 9 + MOST)
    tag = data[4:5]
    if data[:4] != MAGIC or tag not in (STRING, LONG_STRING):
        raise wrong(str(path), repr(data[:8]), "a stream that begins with a text is wanted")
    start = 7 if tag == STRING else 13
    length = int.from_bytes(data[5:start], "big")
    text = data[start : start + length]
    if length > MOST or len(text) < length:
        raise FileError(
            str(path),
            f"a text of {length} bytes",
            f"at most {MOST}, all of them there, are read",
            "save it again",
        )
    try:
        # Java writes letters beyond the first plane as two surrogates of three bytes each.
        halves = text.decode("utf-8", "surrogatepass")
        return halves.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeError as error:
        raise wrong(str(path), str(error), "a text in UTF-8 is wanted") from error
