"""The commands as a person types them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "gesturemap"]


def run(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=110,
        check=False,
    )  # fmt: skip
