"""Why a demonstration is taken for a gesture, or for nothing, or what moved an output: bars, and strips along time."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

import numpy as np
from rich.table import Table
from rich.text import Text

from gesturemap.cli.teach.taught import Told
from gesturemap.frames import Values
from gesturemap.teaching.answers import told
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.explain.why import Why

BAR, STRIP = 24, 60
"""Characters."""
RAMP = " ▁▂▃▄▅▆▇█"
APART = {
    "prior": "before anything was heard",
    "unheard": "heard without any channel",
    "mean": "mean of the demonstrations",
}


def why(asked: Taught, options: Namespace) -> Told:
    """One explanation."""
    found = told.why(
        asked,
        options.demonstration,
        options.gesture,
        options.against,
        nothing=options.nothing,
        output=options.output,
    )
    return Told(found.as_table(), printed(found.why, found.last, found.taken))


def printed(found: Why, last: str, taken: Sequence[str]) -> list[Text | Table]:
    """For a person: a line, bars by channel, strips along time."""
    return [Text(headline(found, taken)), *_facts(found, last), _bars(found), *_strips(found)]


def headline(found: Why, taken: Sequence[str]) -> str:
    """The answer in one line; `taken` is what the demonstration is taken for, most often first."""
    if found.question == "output":
        return (
            f"{found.of}: {found.value:.4g} {found.unit}".rstrip()
            + " on average, what follows added up; each channel moves it by ±"
        )
    if found.question == "nothing":
        near = f"{found.of} at its best moment: {found.value:+.2f} logits from the threshold"
        return f"{near}, {_verdict(found, taken)}"
    return f"{found.of} and not {found.against}: {found.value:+.2f} nats, {odds(found.value)}"


def _verdict(found: Why, taken: Sequence[str]) -> str:
    """What came of it, as the model said while it was played."""
    within = found.value >= 0.0
    if found.of in taken:
        return "so it is taken for it" if within else "but it is taken for it before its second half"
    if taken:
        return f"{'but' if within else 'and'} it is taken for {taken[0]}"
    return f"{'but' if within else 'so'} it is nothing"


def odds(nats: float) -> str:
    """Odds in plain words."""
    times = np.exp(min(abs(nats), 700.0))
    shown = f"{times:.1f}" if times < 100.0 else f"10^{abs(nats) / np.log(10.0):.0f}"
    return f"{shown} times as likely" if nats >= 0.0 else f"{shown} times less likely"


def _facts(found: Why, last: str) -> list[Text]:
    who = [label for label in (found.of, found.against) if label in found.demonstrations]
    shown = ", ".join(f"{found.demonstrations[label]} of {label}" for label in who)
    lines = [Text(f"learned from {shown}")] if shown else []
    if found.question == "gesture" and last != found.of:
        lines.append(Text(f"at its last frame alone the model says {last}"))
    if not found.exact:
        lines.append(
            Text(
                f"shares of single channels are means over some orders ({found.plays} plays); their sum is exact"
            )
        )
    return lines


def _bars(found: Why) -> Table:
    moved = ["moves it by ±"] if len(found.moves) else []
    table = Table("channel", found.unit or "value", "", *moved, "lost without it", box=None)
    shares, cost = found.by_channel, found.cost
    most = max(float(np.abs(shares).max(initial=0.0)), 1e-300)
    for index in found.ranked:
        bar = ("█" if shares[index] >= 0.0 else "░") * round(BAR * abs(shares[index]) / most)
        by = [f"{found.moves[index]:.3f}"] if moved else []
        table.add_row(Text(found.channels[index]), f"{shares[index]:+.3f}", bar, *by, f"{cost[index]:+.3f}")
    for name, value in found.apart.items():
        table.add_row(Text(APART[name], style="dim"), f"{value:+.3f}")
    return table


def _strips(found: Why) -> list[Text]:
    """What speaks for it and against it, along time."""
    edges = np.linspace(0, len(found.time), min(STRIP, len(found.time)) + 1).round().astype(int)
    moments = np.add.reduceat(found.by_moment, edges[:-1])
    most = max(float(np.abs(moments).max(initial=0.0)), 1e-300)
    seconds = found.time[-1] if len(found.time) else 0.0
    return [
        Text(f"{name:8}|{_ramp(part / most)}|" + (f" {seconds:.2f} s" if name == "for" else ""))
        for name, part in (("for", np.maximum(moments, 0.0)), ("against", np.maximum(-moments, 0.0)))
    ]


def _ramp(parts: Values) -> str:
    return "".join(RAMP[round(float(part) * (len(RAMP) - 1))] for part in parts)
