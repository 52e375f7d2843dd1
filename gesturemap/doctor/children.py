"""Questions to libraries and drivers that may hang or crash: asked in a process of their own, with a time-out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What a child said before it ended."""

    text: str
    errors: str
    code: int | None
    """Its exit code; None: it did not end in time."""

    def table(self) -> dict[str, Any]:
        """Its last line, a JSON object; ``{"error": why}`` if it gave none."""
        if self.code is None:
            return {"error": "no answer in time"}
        try:
            table = json.loads(self.text.strip().rpartition("\n")[2])
        except ValueError:
            said = self.errors.strip().rpartition("\n")[2]
            return {"error": said or f"it ended with exit code {self.code}"}
        return table if isinstance(table, dict) else {"error": "no table"}


def ask(arguments: Sequence[str], seconds: float, environment: Mapping[str, str] | None = None) -> Answer:
    """Run this Python with these arguments for at most `seconds`."""
    try:
        done = subprocess.run(
            [sys.executable, *arguments],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return Answer(_text(late.stdout), _text(late.stderr), None)
    except OSError as error:
        return Answer("", str(error), -1)
    return Answer(_text(done.stdout), _text(done.stderr), done.returncode)


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace")
