"""OSC 1.0, whole: packets to messages (`parse`) and back (`build`, `bundle`, `Template`)."""

from __future__ import annotations

from gesturemap.wire.osc_read import (
    LARGEST_PACKET,
    NEITHER,
    Malformed,
    Message,
    Shape,
    Unpack,
    parse,
    plain_struct,
    shape_of,
    timetag_of,
)
from gesturemap.wire.osc_write import Template, build, bundle, check_address

__all__ = [
    "LARGEST_PACKET",
    "NEITHER",
    "Malformed",
    "Message",
    "Shape",
    "Template",
    "Unpack",
    "build",
    "bundle",
    "check_address",
    "parse",
    "plain_struct",
    "shape_of",
    "timetag_of",
]
