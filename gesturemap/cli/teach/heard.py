"""A long recording, such as an improvisation or a rehearsal, with the channels of what was taught."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.frames import Spec
from gesturemap.inputs.recordings import read
from gesturemap.teaching.answers.taught import Taught


def recording(asked: Taught, name: str) -> Demonstration:
    """The longest recording of a file, its time from 0; only the channels that were taught.

    Raises
    ------
    FileError
        If the file is none that can be read.
    DataError
        If it does not have the channels.
    """
    taught = asked.demonstrations[0].spec
    found = read(Path(name), taught.rate)
    missing = [channel for channel in taught.names if channel not in found.spec.names]
    if missing or not found.recordings:
        raise DataError(
            name, f"no {', '.join(missing) or 'frames'}", f"channels {', '.join(taught.names)} were taught",
            "name a recording of the same sensor",
        )  # fmt: skip
    longest = max(found.recordings, key=lambda one: len(one.time))
    columns = [found.spec.names.index(channel) for channel in taught.names]
    spec = Spec(tuple(found.spec.channels[i] for i in columns), found.spec.rate or taught.rate)
    values = np.ascontiguousarray(longest.values[:, columns], np.float64)
    return Demonstration(Path(name).stem, "", spec, longest.time - longest.time[0], values)
