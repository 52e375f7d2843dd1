"""How long each stage takes, and how the packets come, in words. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from gesturemap.window.facts.health import ignored
from gesturemap.window.words import testing as said


class Row(NamedTuple):
    """One line of the table."""

    name: str
    text: str
    tip: str
    milliseconds: float = 0.0
    """How long its bar is; 0: it has none."""


def rows(figures: Mapping[str, Any]) -> list[Row]:
    """The table of a `Status`; empty before the first."""
    if not figures:
        return []
    delays: Mapping[str, Any] = figures.get("delays_ms") or {}
    found = [
        Row(name, said.MILLISECONDS.format(float(delays[key])), said.STAGE_TIPS[key], float(delays[key]))
        for key, name in said.STAGES.items()
        if isinstance(delays.get(key), int | float)
    ]
    latency = figures.get("latency_ms") or {}
    if latency.get("p50"):
        text = said.COMPUTED.format(p50=float(latency["p50"]), p99=float(latency.get("p99", 0.0)))
        found.append(Row(said.COMPUTING, text, said.COMPUTING_TIP))
    count = sum(count for _, _, count in ignored(figures))
    text = said.PACKETS_TEXT.format(
        rate=float(figures.get("rate", 0.0)), lost=int(figures.get("lost", 0)), ignored=count
    )
    why = "\n".join(f"{sender}: {count} × {reason}" for sender, reason, count in ignored(figures)[:8])
    found.append(Row(said.PACKETS, text, f"{said.PACKETS_TIP}\n{why}".strip()))
    pace = figures.get("pace_ms") or {}
    if pace.get("longest"):
        text = said.JITTER_TEXT.format(jitter=float(pace.get("jitter", 0.0)), longest=float(pace["longest"]))
        found.append(Row(said.JITTER, text, said.JITTER_TIP))
    return found
