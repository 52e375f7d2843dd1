"""What the teaching loop finds: one line with its evidence, what to do about it, and the command that does it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from gesturemap import codec
from gesturemap.commands.message import Message

NO_FIGURES: Mapping[str, float] = {}


class Finding(NamedTuple):
    """Something about demonstrations, gestures or channels that a person may want to change."""

    kind: str
    """One word, such as ``decoy``."""
    gesture: str = ""
    demonstrations: tuple[str, ...] = ()
    """Their ids."""
    channel: str = ""
    evidence: str = ""
    """One sentence in the musician's words, with the figures."""
    remedy: str = ""
    """One sentence: what to do."""
    figures: Mapping[str, float] = NO_FIGURES
    sure: float = 1.0
    """0..1."""
    command: Message | None = None
    """What carries the remedy out, where gesturemap can."""

    def as_table(self) -> dict[str, Any]:
        """For JSON; the command as it travels."""
        table = self._asdict() | {
            "demonstrations": list(self.demonstrations),
            "figures": {name: float(value) for name, value in self.figures.items()},
        }
        table["command"] = None if self.command is None else json.loads(codec.encode(self.command))
        return table

    def __str__(self) -> str:
        return f"{self.evidence} → {self.remedy}" if self.remedy else self.evidence


def surest(findings: Iterable[Finding]) -> list[Finding]:
    """The surest first; those that are as sure stay in their order."""
    return sorted(findings, key=lambda one: -one.sure)
