"""How the demo went: per gesture and in all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gesturemap.demo.peer import Heard
from gesturemap.demo.score import REST, Score, Span
from gesturemap.logs.read import Session
from gesturemap.plain import shell


@dataclass(frozen=True)
class Answer:
    """What was said of one gesture that was sent."""

    span: Span
    label: str
    """The gesture recognised, or an empty text for "none of these"."""
    decision: float
    """When the right answer came, as a fraction of the gesture; NaN when it did not."""
    extra: int
    """Other gestures that were announced within it."""


@dataclass
class Report:
    """All figures; times in seconds unless said otherwise."""

    answers: list[Answer]
    latency_ms: dict[str, float]
    train_s: float
    speed: float
    packets_sent: int
    packets_received: int
    messages_checked: int
    """Messages that came back with just the numbers that the session log has for their frame."""
    messages_wrong: int
    """Messages that were to come and did not, or with other numbers, or that nobody had asked for."""
    lost: int
    ignored: int
    wav: str = ""
    plot: str = ""
    log: str = ""

    @property
    def right(self) -> int:
        """How many were recognised."""
        return sum(answer.label == answer.span.label for answer in self.answers)

    def files(self, out: Path) -> None:
        """Note where the results are."""
        self.wav, self.plot, self.log = (
            str(out / name) for name in ("performance.wav", "performance.png", "session.xdf")
        )

    def as_table(self) -> dict[str, Any]:
        """The figures as one JSON-able object."""
        decisions = [answer.decision for answer in self.answers if np.isfinite(answer.decision)]
        return {
            "accuracy": self.right / len(self.answers),
            "gestures_sent": len(self.answers),
            "gestures_recognised": self.right,
            "none_answers": sum(not answer.label for answer in self.answers),
            "extra_events": sum(answer.extra for answer in self.answers),
            "decision_point": float(np.median(decisions)) if decisions else None,
            "train_s": self.train_s,
            "latency_ms": self.latency_ms,
            "packets_sent": self.packets_sent,
            "packets_received": self.packets_received,
            "messages_checked": self.messages_checked,
            "messages_wrong": self.messages_wrong,
            "packets_lost": self.lost,
            "packets_ignored": self.ignored,
            "speed": self.speed,
            "per_gesture": self.per_gesture(),
            "wav": self.wav,
            "plot": self.plot,
            "log": self.log,
        }

    def per_gesture(self) -> dict[str, dict[str, float | int | None]]:
        """Sent, recognised and median decision point of each gesture."""
        rows: dict[str, dict[str, float | int | None]] = {}
        for label in dict.fromkeys(answer.span.label for answer in self.answers):
            own = [answer for answer in self.answers if answer.span.label == label]
            decisions = [answer.decision for answer in own if np.isfinite(answer.decision)]
            rows[label] = {
                "sent": len(own),
                "recognised": sum(answer.label == label for answer in own),
                "none": sum(not answer.label for answer in own),
                "extra": sum(answer.extra for answer in own),
                "decision_point": float(np.median(decisions)) if decisions else None,
            }
        return dict(sorted(rows.items()))

    def print_to(self, console: Console) -> None:
        """The table a person reads."""
        table = Table(box=None, pad_edge=False)
        for column in ("gesture", "sent", "recognised", "none", "extra", "decided at (median)"):
            table.add_column(column, justify="left" if column == "gesture" else "right")
        for label, row in self.per_gesture().items():
            point = row["decision_point"]
            table.add_row(
                Text(label),
                *(str(row[key]) for key in ("sent", "recognised", "none", "extra")),
                "-" if point is None else f"{point:.0%} of the gesture",
            )
        console.print(table)
        figures = self.as_table()
        latency = self.latency_ms
        console.print(
            f"\n{self.right} of {len(self.answers)} recognised ({figures['accuracy']:.1%}) "
            f"from three demonstrations each, learned in {self.train_s * 1000:.0f} ms\n"
            f"packet in to message out: p50 {latency['p50']:.2f} ms, p99 {latency['p99']:.2f} ms, "
            f"max {latency['max']:.2f} ms\n"
            f"{self.packets_sent} packets sent, {self.packets_received} received, {self.lost} lost; "
            f"{self.messages_checked} messages came back with the right numbers, {self.messages_wrong} did not\n"
            f"hear  {self.wav}\nsee   {self.plot}\nlog   {self.log}\n"
            f"open  gesturemap window {shell(str(Path(self.log).parent / 'project'))}",
            markup=False,
            highlight=False,
        )


def report(
    played: Score,
    sent: list[float],
    heard: Heard,
    session: Session,
    train_s: float,
    engine: dict[str, Any],
    speed: float,
) -> Report:
    """Compare what came back with what was sent, and with what the session log says was made of it."""
    at = dict(zip(played.times.tolist(), sent, strict=True))
    back: dict[float, list[tuple[list[float], float]]] = {}
    for stamp, values, arrival in zip(heard.stamps, heard.values, heard.arrivals, strict=True):
        back.setdefault(stamp, []).append((values, arrival))
    pairs = [(messages[0][1] - at[stamp]) * 1000 for stamp, messages in back.items() if stamp in at]
    wanted = [
        (controls.time, controls.values.astype(np.float32).tolist()) for _, controls in session.controls()
    ]
    checked = sum(any(values == right for values, _ in back.get(stamp, ())) for stamp, right in wanted)
    quantiles = np.quantile(pairs, [0.5, 0.99, 1.0]) if pairs else np.full(3, np.nan)
    ignored = sum(sum(reasons.values()) for reasons in engine.get("ignored", {}).values())
    return Report(
        answers=[answer(span, heard) for span in played.spans],
        latency_ms=dict(zip(("p50", "p99", "max"), (float(q) for q in quantiles), strict=True)),
        train_s=train_s,
        speed=speed,
        packets_sent=len(sent),
        packets_received=int(engine.get("accepted", 0)),
        messages_checked=checked,
        messages_wrong=len(wanted) - checked + heard.odd,
        lost=int(engine.get("lost", 0)),
        ignored=ignored,
    )


def answer(span: Span, heard: Heard) -> Answer:
    """What was said of one gesture: the last one that began while it lasted, or in the rest behind it."""
    began = [
        (time, label)
        for time, kind, label in heard.events
        if kind == "began" and span.start <= time < span.end + REST
    ]
    label = began[-1][1] if began else ""
    right = [time for time, said in began if said == span.label]
    decision = (
        (right[0] - span.start) / (span.end - span.start) if right and label == span.label else float("nan")
    )
    return Answer(span, label, min(decision, 1.0) if right else decision, max(0, len(began) - 1))
