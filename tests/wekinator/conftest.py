"""gesturemap in the place of Wekinator, with its real processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sketch import Client, Make, Playing, numbers, opened, project

from gesturemap.control import ready
from gesturemap.control.controller import Controller


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.socket.close()


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    """A control and its processes, in which one project after the other is opened."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ready, "CALM", 1e6)  # no second engine in these short lives
        folder = project(
            tmp_path_factory.mktemp("stage") / "none", 9, {"kind": "per_output", "each": numbers(1)}
        )
        made = Controller(str(folder), sound=False, serve=False)
        made.start()
        yield made
        made.close()


@pytest.fixture
def play(tmp_path: Path, client: Client, stage: Controller) -> Iterator[Make]:
    """Plays a project of these outputs, or of this model."""

    def make(each: Sequence[dict[str, Any]] = (), **more: Any) -> Playing:
        model = more.pop("model", None) or {"kind": "per_output", "each": list(each)}
        return opened(stage, project(tmp_path / "first", client.port, model, **more), client)

    yield make
    stage.watchers.clear()
