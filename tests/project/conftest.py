"""A project to write and read, and a folder for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from making_projects import make_project  # type: ignore[import-not-found]

from gesturemap.project.project import Project


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Mein Projekt"
