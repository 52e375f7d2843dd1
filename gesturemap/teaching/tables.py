"""What was measured, as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from gesturemap.plain import microseconds, milliseconds

Figures = Mapping[str, Any]
COLUMNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "recognition": (
        ("accuracy %", "accuracy_mean", "percent"),
        ("± over repeats", "accuracy_std", "percent"),
        ("50 % seen", "seen.50", "percent"),
        ("75 % seen", "seen.75", "percent"),
        ("of frames %", "frame_accuracy", "percent"),
        ("decided at", "decision_point", "number"),
    ),
    "frames": (("of frames %", "frame_accuracy", "percent"), ("± over recordings", "frame_accuracy_std", "percent")),
    "stream": (
        ("F1 %", "f1", "percent"),
        ("precision %", "precision", "percent"),
        ("recall %", "recall", "percent"),
        ("F1 %, any label", "f1_any_label", "percent"),
        ("label right %", "label_accuracy", "percent"),
        ("false / 10 min", "false_per_10min", "number"),
        ("without gestures", "false_per_10min_without_gestures", "number"),
        ("delay s", "delay_s", "number"),
        ("events", "events", "count"),
    ),
    "open set": (
        ("AUROC", "auroc", "number"),
        ("F1 %", "f1", "percent"),
        ("precision %", "precision", "percent"),
        ("recall %", "recall", "percent"),
        ("false / 10 min", "false_per_10min", "number"),
        ("fired per intruder", "detections_per_intruder", "number"),
        ("known", "events", "count"),
        ("intruders", "intruders", "count"),
    ),
    "regression": (
        ("RMSE", "rmse", "fine"),
        ("R²", "r2", "number"),
        ("r", "r", "number"),
        ("r within recordings", "r_recording", "number"),
    ),
}  # fmt: skip
"""For each kind of result: heading, key (dots go deeper), how it is written."""
NOTHING = {"stream": ("(false)", "(missed)")}
"""What '' is in a confusion matrix, as what it was and as what it was taken for."""
MOST_GROUPS, WORST = 20, 5
"""Groups of which each gets its figure; of more, so many of the worst."""
WIDEST = 24
"""Gestures in a confusion matrix that is printed whole; of more only the confused pairs are."""


def tables(figures: Figures, kind: str, counted: str) -> RenderableType:
    """Everything measured.

    Parameters
    ----------
    kind : one of `COLUMNS`.
    counted : what the number of shots counts.
    """
    rows = figures.get("shots")
    main = Table(box=None, header_style="bold")
    if rows:
        main.add_column(counted, justify="right")
    for heading, _, _ in COLUMNS[kind]:
        main.add_column(heading, justify="right")
    for key, row in rows.items() if rows else [("", _single(figures, kind))]:
        cells = [written(_deep(row, path), how) for _, path, how in COLUMNS[kind]]
        main.add_row(*([key] if rows else []), *cells)
    step = figures["step_us"]
    costs = (
        f"train {milliseconds(figures['train_s'])} (all gestures); "
        f"step {microseconds(step['p50'])} µs (p99 {microseconds(step['p99'])}), features and model"
    )
    parts: list[RenderableType] = [main, Text(costs)]
    if "by_group" in figures:
        parts.append(Text(groups(figures["by_group"])))
    if "confusion" in figures:
        parts += ["", confusion(figures["confusion"], *NOTHING.get(kind, ()))]
    parts += [Text(f"note: {note}") for note in figures.get("notes", ())]
    return Group(*parts)


def groups(shares: Mapping[str, float]) -> str:
    """The share of each group; of many, how many are right throughout, and the worst."""
    if len(shares) <= MOST_GROUPS:
        return f"each, %: {', '.join(f'{name} {100 * share:.1f}' for name, share in shares.items())}"
    worst = sorted(shares.items(), key=lambda one: one[1])[:WORST]
    told = ", ".join(f"{name} {100 * share:.1f}" for name, share in worst)
    return f"{sum(share == 1.0 for share in shares.values())} of {len(shares)} are all right; the worst, %: {told}"


def confusion(matrix: Figures, was: str = "(none)", taken: str = "(none)") -> RenderableType:
    """Rows are what it was, columns what it was taken for; `was` and `taken` for the label ''."""
    labels, counts = matrix["labels"], matrix["counts"]
    names, columns = [label or was for label in labels], [label or taken for label in labels]
    if len(labels) > WIDEST:
        pairs = sorted(_pairs(names, columns, counts), reverse=True)
        return _listed(pairs) if pairs else Table.grid()
    table = Table(box=None, header_style="bold", padding=(0, 1))
    table.add_column("was \\ taken for")
    for name in columns:
        table.add_column(Text(name if len(names) < 9 else name[:6]), justify="right")
    for name, row in zip(names, counts, strict=True):
        if any(row):
            table.add_row(Text(name), *(str(count) if count else "·" for count in row))
    return table


def _listed(pairs: Sequence[tuple[int, str, str]]) -> Table:
    table = Table("was", "taken for", "times", box=None, header_style="bold")
    for count, row, column in pairs[:WIDEST]:
        table.add_row(Text(row), Text(column), str(count))
    return table


def _pairs(
    names: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]]
) -> Iterator[tuple[int, str, str]]:
    """What was taken for something else."""
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count and i != j:
                yield count, names[i], columns[j]


def _single(figures: Figures, kind: str) -> Figures:
    """One row, where there are no shots."""
    found: Figures = figures.get(kind.replace(" ", "_"), figures)
    return {"accuracy_mean": figures.get("accuracy"), **found}


def _deep(row: Figures, path: str) -> Any:
    found: Any = row
    for key in path.split("."):
        found = found.get(key) if found else None
    return found


def written(value: float | None, how: str) -> str:
    """A figure, or a dash."""
    if value is None:
        return "-"
    return {
        "percent": f"{100 * value:.1f}",
        "number": microseconds(value),
        "fine": f"{value:.4g}",
        "count": f"{value}",
    }[how]
