"""MIDI cables, and outputs that are closed however a test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from midi_log import hushed, opened, started
from midi_ports import Cable

from gesturemap.outputs.beside import BesideRun


@pytest.fixture
def begin() -> Iterator[Callable[..., BesideRun]]:
    """Begins outputs that play to a cable, have opened it, and have begun with silence."""
    runs: list[BesideRun] = []

    def one(cable: Cable, *args: Any, **settings: Any) -> BesideRun:
        runs.append(started(cable, *args, **settings))
        opened(runs[-1])
        hushed(cable, settings)
        return runs[-1]

    yield one
    for run in runs:
        run.close()
