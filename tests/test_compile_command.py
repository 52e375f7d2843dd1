"""The command compile: no part that plays is left to the first start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gesturemap
from gesturemap.cli.compiling import modules
from gesturemap.cli.main import main

ROOT = Path(gesturemap.__file__).parent


def test_every_kernel_of_ours_is_compiled() -> None:
    marked = re.compile(r"^KERNELS = \(", re.MULTILINE)
    there = {
        "gesturemap." + ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in ROOT.rglob("*.py")
        if marked.search(path.read_text(encoding="utf-8"))
    }
    assert len(there) > 50
    assert there == set(modules())


def test_afterwards_nothing_is_left_to_compile(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        with pytest.raises(SystemExit, match="0"):
            main(["compile"])
    assert "compiled already: every start takes seconds" in capsys.readouterr().out
