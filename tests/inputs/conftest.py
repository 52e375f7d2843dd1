"""Fixtures of the tests of inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from osc_doors import opened

from gesturemap.inputs import serial

if TYPE_CHECKING:
    from serial_boards import Board

__all__ = ["opened"]


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Iterator[Board]:
    """A board on a serial line that nothing is known of yet."""
    from serial_boards import Board  # pseudo-terminals are a POSIX matter

    monkeypatch.setattr(serial, "_boards", {})  # terminals get the same names again
    made = Board()
    yield made
    made.unplug()
