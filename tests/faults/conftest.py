"""The small project of the tests of broken files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_project import GOOD, arrays


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "demonstrations").mkdir()
    (tmp_path / "project.toml").write_text(GOOD)
    np.savez(tmp_path / "demonstrations" / "good.npz", **arrays())
    return tmp_path
