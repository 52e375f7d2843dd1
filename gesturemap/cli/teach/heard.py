"""A long recording, such as an improvisation or a rehearsal, with the channels of what was taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.frames import Spec
from gesturemap.inputs.formats.npz import holds_one
from gesturemap.inputs.input import Checked
from gesturemap.inputs.recordings import read
from gesturemap.project.exchange.corpus import read_corpus
from gesturemap.project.takes import read_demonstration
from gesturemap.teaching.answers.taught import Taught


def recording(asked: Taught, name: str) -> Demonstration:
    """The longest recording of a file, or a demonstration by its id; time from 0, only the channels that were taught.

    Where nothing was taught yet, those of the input if the file has them, or else all.

    Raises
    ------
    FileError
        If the file is none that can be read.
    DataError
        If it does not have the channels.
    """
    whole = {one.id: one for one in asked.whole}
    if name in whole and not Path(name).exists():
        return replace(whole[name], label="", start=0.0, end=0.0, enabled=True)
    first = asked.demonstrations[0].spec if asked.demonstrations else None
    taught = first or _given(asked)
    found = read(Path(name), taught.rate)
    if first is None and not set(taught.names) <= set(found.spec.names):
        taught = replace(found.spec, rate=found.spec.rate or taught.rate)
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


def of_file(path: Path) -> Sequence[Demonstration]:
    """The recordings of a file, or the one demonstration."""
    return [read_demonstration(path)[0].learned] if holds_one(path) else read_corpus(path).demonstrations


def _given(asked: Taught) -> Spec:
    """What the project's input gives, as far as that is known without it; its rate too."""
    settings = asked.project.input if asked.project is not None else None
    rate = asked.it.corpus.rate
    known = settings.check() if isinstance(settings, Checked) else None
    return replace(known, rate=known.rate or rate) if known is not None else Spec((), rate)
