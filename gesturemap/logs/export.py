"""A session log as CSV files, for a spreadsheet or a statistics program."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from gesturemap import codec
from gesturemap.errors import FileError
from gesturemap.logs.layout import STREAMS, Layout
from gesturemap.logs.read import Part, Rows, Session


def export_csv(session: Session, folder: Path) -> list[Path]:
    """Write one file per stream; numbers have all their digits, so that nothing is lost.

    Returns
    -------
    The files: ``frames.csv``, ``features.csv``, ``estimates.csv``, ``controls.csv`` (``frames-2.csv`` and so
    on where a new model or sensor changed the columns), ``commands.csv``, and one per stream of texts.

    Raises
    ------
    FileError
        If they cannot be written.
    """
    made: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, part in enumerate(session.parts, 1):
            for stream in STREAMS:
                ending = "" if number == 1 else f"-{number}"
                made.append(_numbers(folder / f"{stream}{ending}.csv", stream, part))
        lines = [
            (
                time,
                before,
                "layout" if isinstance(what, Layout) else codec.encode(what).split(b"\n", 1)[0].decode(),
            )
            for before, time, what in session.commands
        ]
        made.append(_write(folder / "commands.csv", ("time [s]", "before frame", "command"), lines))
        events = [
            (frame, event.kind, event.label, event.value)
            for frame, happened in session.events.items()
            for event in happened
        ]
        made.append(_write(folder / "mapped.csv", ("frame", "kind", "label", "value"), events))
        for name, marks in session.marks.items():
            safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:60] or "texts"
            made.append(_write(folder / f"texts-{safe}.csv", ("time [s]", "text"), marks))
    except OSError as error:
        raise FileError(
            str(folder), error.strerror or str(error), "a folder with room is wanted", "choose another one"
        ) from error
    return made


def _numbers(path: Path, stream: str, part: Part) -> Path:
    rows: Rows = getattr(part, stream)
    head = ["time [s]"] + [f"{c.name} [{c.unit}]" if c.unit else c.name for c in part.layout.columns(stream)]
    table = zip(
        rows.time.tolist(), rows.index.tolist(), rows.arrived.tolist(), rows.values.tolist(), strict=True
    )
    return _write(path, head, ((time, index, arrived, *values) for time, index, arrived, values in table))


def _write(path: Path, head: Iterable[str], rows: Iterable[Iterable[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
    return path
