"""Law of kernels: what a plug-in names is all it needs, so that nothing compiles once it plays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from models_shown import fitted
from plugs import kinds

from gesturemap.models import store

APART = Path(__file__).parent / "played_apart.py"


@pytest.mark.long
@pytest.mark.timeout(600)  # all that sounds may have to be compiled first
@pytest.mark.skipif(
    not hasattr(os, "fork"), reason="each is played in a fork of a process that has loaded nothing"
)
def test_a_plug_in_names_every_kernel_it_calls(tmp_path: Path) -> None:
    for kind in kinds("models"):
        (tmp_path / kind).write_bytes(store.pack(fitted(kind)))
    command = [sys.executable, str(APART), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {
        f"{family} {kind}" for family in ("features", "models", "mapping", "voices") for kind in kinds(family)
    } == set(found)
    assert {plug: missing for plug, missing in found.items() if missing} == {}
