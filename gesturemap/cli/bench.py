"""The command bench: speed and quality on seeded workloads, against other libraries in the same run."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from gesturemap import compiled
from gesturemap.cli.files import announce
from gesturemap.cli.progress import progress
from gesturemap.cli.screen import screen
from gesturemap.errors import SettingsError
from gesturemap.models import OF_PLAY, VOCABULARY, kernels
from gesturemap.teaching import bench as ours
from gesturemap.teaching import peers, workloads
from gesturemap.teaching.bench import Row
from gesturemap.teaching.tables import written

OTHERS = "others"
"""Models with workloads of their own."""
QUICK = ("A", "B", "R")
COLUMNS = (
    ("train s", "train_s", "fine"),
    ("CPU s", "train_cpu_s", "fine"),
    ("step p50 µs", "step_p50_us", "number"),
    ("p99", "step_p99_us", "number"),
    ("end %", "end", "percent"),
    ("frames %", "frames", "percent"),
    ("progress error", "progress_error", "number"),
    ("RMSE", "rmse", "fine"),
)


def bench(options: Namespace) -> int:
    """Measure every chosen workload, and print all rows."""
    known = (*ours.NAMES, OTHERS)
    chosen = options.only.split(",") if options.only else list(QUICK if options.quick else known)
    for name in chosen:
        if name not in known:
            raise SettingsError("--only", repr(name), f"there are {', '.join(known)}", "name some of them")
    kinds = OF_PLAY if OTHERS in chosen else VOCABULARY
    compiled.load(dict.fromkeys(name for kind in kinds for name in kernels(kind, fitting=True)), announce)
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, progress("workloads") as tell:
        for number, name in enumerate(chosen):
            line = f"workload {name}, {number + 1} of {len(chosen)}"
            tell(number, len(chosen), line)
            for row in measured(name, Path(folder), options.quick):
                found.append(row)
                tell(number, len(chosen), f"{line}: {row.model} is measured")
    quoted = [row for row in peers.XMM if row.workload in chosen]
    if options.json:
        machine = {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
        print(
            json.dumps(
                {
                    "machine": machine,
                    "rows": [plain(row) for row in found],
                    "quoted": {"XMM": [plain(row) for row in quoted]},
                }
            )
        )
        return 0
    table = Table(box=None, header_style="bold")
    table.add_column("workload")
    table.add_column("model")
    for heading, _, _ in COLUMNS:
        table.add_column(heading, justify="right")
    for name in dict.fromkeys(row.workload for row in found):
        for row in found:
            if row.workload == name:
                table.add_row(name, row.model, *cells(row))
        for row in quoted:
            if row.workload == name:
                table.add_row(name, f"XMM {row.model}, quoted", *cells(row), style="dim")
    console = screen(highlight=False, soft_wrap=False)
    console.print(table)
    for model, note in dict.fromkeys((row.model, row.note) for row in found if row.note):
        console.print(f"- {model}: {note}", markup=False)
    return 0


def measured(name: str, folder: Path, quick: bool) -> Iterator[Row]:
    """Everything on one workload."""
    if name == OTHERS:
        yield from ours.others(quick)
        return
    workloads.write_all(folder, name)
    load = ours.read(name, folder / f"{name}.npz")
    yield from ours.rows(load, quick)
    yield from peers.rows(load, quick)


def cells(row: Row) -> list[str]:
    """A row, written."""
    return [written(getattr(row, key), how) for _, key, how in COLUMNS]


def plain(row: Row) -> dict[str, object]:
    """A row for JSON, without what does not apply."""
    return {key: value for key, value in dataclasses.asdict(row).items() if value not in (None, "")}
