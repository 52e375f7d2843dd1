"""Recordings in XDF: what LabRecorder writes, and gesturemap's own session logs."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import Channel, Spec
from gesturemap.inputs.formats import names, times
from gesturemap.inputs.formats.recording import Recording, Recordings
from gesturemap.wire.xdf import MAGIC
from gesturemap.wire.xdf_read import Stream, read_streams

LEADING = ("frame", "arrived")
"""The first columns of a session log's streams, which are no channels."""


def read_xdf(path: Path, place: str, wanted: str) -> Recordings:
    """One stream of numbers.

    Parameters
    ----------
    wanted : its name or type; empty: of a session log the frames that came in, else the first of numbers.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise FileError(place, "not an XDF file", "a file of LabRecorder is wanted", "export it again")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data, memoryview(data) as view:
            try:
                streams, damaged = read_streams(view)
            except ValueError as error:
                raise FileError(
                    place, str(error), "a file of LabRecorder is wanted", "export it again"
                ) from error
    numbers = [stream for stream in streams if stream.format and stream.count]
    chosen = _choose(numbers, streams, wanted, place)
    said = [f"{damaged} damaged parts left out"] if damaged else []
    if len(streams) > 1 and not wanted:
        others = ", ".join(f"'{stream.name}'" for stream in streams if stream is not chosen)
        said.append(f"stream '{chosen.name}', not {others[:120]}")
    raw, values = np.concatenate(chosen.times), np.concatenate(chosen.values)
    good = times.usable(raw)
    raw, values = raw[good], values[good]
    channels = list(chosen.channels)
    if chosen.own and tuple(channel.name for channel in channels[:2]) == LEADING:
        channels, values = channels[2:], values[:, 2:]
    if not channels:
        raise FileError(
            place, f"stream '{chosen.name}' has no channel", "a channel is wanted", "choose another"
        )
    time, more = times.seconds(raw, "s")
    spec = Spec(
        names.distinct([Channel(c.name, names.unit(c.unit, c.name)) for c in channels]),
        chosen.rate or times.rate(time),
    )
    made = Recording(path.stem, "", time, values)
    return Recordings(spec, (made,), int((~good).sum()), (*said, *more))


def _choose(numbers: list[Stream], streams: list[Stream], wanted: str, place: str) -> Stream:
    found = [stream for stream in numbers if not wanted or wanted in (stream.name, stream.type)]
    if found:
        return next((stream for stream in found if stream.own and stream.name == "frames"), found[0])
    there = ", ".join(
        f"'{stream.name}' ({stream.type or 'no type'}{'' if stream.format else ', texts'}, {stream.count} samples)"
        for stream in streams
    )
    raise FileError(
        place, f"no stream {wanted!r} of numbers" if wanted else "no stream of numbers",
        f"there are {there or 'none'}", "name one in stream" if numbers else "record it again",
    )  # fmt: skip
