"""Own ports for the tests: those that apps are known for may be taken here."""

from __future__ import annotations

import pytest

from gesturemap.doctor import ears


@pytest.fixture(autouse=True)
def no_ports_nearby(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "nearby", list)
