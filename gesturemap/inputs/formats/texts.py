"""How the text of a file is written: in UTF-8, in UTF-16 as spreadsheets save it, or in one byte a letter."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

ONE_BYTE = "latin-1"
NOT_UTF8 = "not in UTF-8: read as Latin-1"
"""What is said of a file in one byte a letter, since other letters may have been meant."""
LOOKED_AT = 1 << 16
"""Bytes of the beginning that must be text."""
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\v\f\r"))


def encodings(path: Path) -> Iterator[str]:
    """The encodings that a file may be in, the likeliest first."""
    with path.open("rb") as file:
        begins = file.read(LOOKED_AT)
    if begins.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
        return
    yield "utf-8-sig"
    if len(begins.translate(None, _CONTROLS)) == len(begins):
        yield ONE_BYTE
