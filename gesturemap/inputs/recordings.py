"""Recordings made elsewhere, read by what stands in the file; sizes are checked before memory is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gesturemap.errors import FileError, SettingsError
from gesturemap.frames import Spec, Values
from gesturemap.inputs.column import Column
from gesturemap.inputs.formats import recording
from gesturemap.inputs.formats.jsons import read_json
from gesturemap.inputs.formats.npz import read_npz
from gesturemap.inputs.formats.opensignals import MAGIC as OPENSIGNALS
from gesturemap.inputs.formats.opensignals import read_opensignals
from gesturemap.inputs.formats.recording import Recordings, finite, too_large
from gesturemap.inputs.formats.table import read_table
from gesturemap.inputs.formats.xdf import read_xdf
from gesturemap.units import dimension
from gesturemap.wire.xdf import MAGIC as XDF


def read(path: Path, rate: float = 0.0, stream: str = "") -> Recordings:
    """Everything in a file: npz, XDF, OpenSignals text, JSON, or a table as text.

    Parameters
    ----------
    rate : Hz, for a file without time stamps; 0: it must have them.
    stream : name or type of the one wanted, of a file that has several.

    Raises
    ------
    FileError
        If it is missing, too large, or not what it should be.
    """
    place = str(path)
    try:
        if path.stat().st_size > recording.LARGEST:
            raise too_large(place)
        with path.open("rb") as file:
            begins = file.read(64)
        if path.suffix.lower() == ".npz":
            found = read_npz(path, place)
        elif path.suffix.lower() == ".xdf" or begins.startswith(XDF):
            found = read_xdf(path, place, stream)
        elif begins.startswith(OPENSIGNALS):
            found = read_opensignals(path, place)
        elif begins.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
            found = read_json(path, place, rate)
        else:
            found = read_table(path, place, rate)
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else str(error)
        raise FileError(place, reason, "a recording is wanted", "check the path") from error
    return finite(found)


def named(spec: Spec, wanted: Mapping[str, str], place: str) -> tuple[Spec, Values]:
    """The channels with other names and units, and (C,) by what their values are multiplied.

    Parameters
    ----------
    wanted : name in the file -> ``name``, ``name unit`` or ``name unit from unit sent``; a unit that the file says
        itself is converted, and stays where no other is wanted.

    Raises
    ------
    SettingsError
        If there is no such channel, two would have the same name, or the units do not convert.
    """
    channels, scales = list(spec.channels), np.ones(spec.width)
    for name, text in wanted.items():
        where = f"{place}, channels.{name}"
        if name not in spec.names:
            raise SettingsError(
                where, "no such channel", f"there are {', '.join(spec.names)}", "name one of them"
            )
        index = spec.names.index(name)
        sent = spec.channels[index].unit
        known = " from " not in text and " " in text.strip() and dimension(sent)
        column = Column.parse(f"{text} from {sent}" if known else text, where)
        if column.divisor or column.offset:
            raise SettingsError(
                where,
                repr(text),
                "'name unit' or 'name unit from unit sent' is wanted",
                "write 'acc_x m/s2 from g'",
            )
        bare = " " not in text.strip()
        channels[index] = replace(column.channel, unit=sent) if bare else column.channel
        scales[index] = column.factor
    return Spec(tuple(channels), spec.rate), scales


def chosen(spec: Spec, columns: Sequence[str], place: str) -> list[int]:
    """Indices of the channels named; a trailing ``*`` stands for any ending, nothing for all.

    Raises
    ------
    FileError
        If a name matches no channel.
    """
    if not columns:
        return list(range(spec.width))
    kept: list[int] = []
    for pattern in columns:
        hits = [
            i
            for i, name in enumerate(spec.names)
            if name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))
        ]
        if not hits:
            raise FileError(
                place, f"no channel {pattern!r}", f"there are {', '.join(spec.names)}", "name one of them"
            )
        kept += [i for i in hits if i not in kept]
    return kept
