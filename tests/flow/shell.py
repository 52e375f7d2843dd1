"""The commands as a person types them."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

from gesturemap.cli.main import main

COMMAND = [sys.executable, "-m", "gesturemap"]


def run(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=110,
        check=False,
    )  # fmt: skip


def ask(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command in this process: for what it says, where `run` has shown already that it does so in one of its own."""
    out, error, code = io.StringIO(), io.StringIO(), None
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        try:
            main(words)
        except SystemExit as ended:
            code = ended.code
    assert code is None or isinstance(code, int), "a text would be printed, and the code be 1"
    return subprocess.CompletedProcess(list(words), code or 0, out.getvalue(), error.getvalue())
