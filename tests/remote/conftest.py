"""A house with two projects, small and other, of which the first plays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from remote_house import House, housed


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with housed(tmp_path) as made:
        yield made
