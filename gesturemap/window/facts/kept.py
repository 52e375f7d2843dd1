"""What is kept of the window from one day to the next: where it stood, how it looked. No Qt."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gesturemap.errors import FileError
from gesturemap.library import user_folder
from gesturemap.project.disk import write_file

SCALES = (1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5)
"""How large everything may be drawn; 1: as the screen has it."""
SCALE = "QT_SCALE_FACTOR"
"""The variable by which Qt is told, before it starts, how large everything is."""
LEAST = 960, 560
"""Width and height below which the pages are scrolled; with a title bar and a bar of the desktop it fits 1024x600."""
SMALLEST = 600, 320
"""Width and height below which the window hides what must be reached, such as Panic; with a title bar and a bar of the
desktop it fits 1280x720 where everything is drawn twice as large."""
FURTHEST = 100_000
"""Units beyond which no window stands and no column reaches."""
LARGEST = 64 * 1024
"""Bytes of a file that is read."""
MOST = 128
"""Splitters or choices that are kept, and signs of a name."""
STROKES = 256
"""Strokes that are kept."""
PATH = 4096
"""Signs of a path that is kept."""


@dataclass(frozen=True)
class Kept:
    """One window, in units of the screen (pixels at 100 %)."""

    place: tuple[int, int, int, int] | None = None
    """Left, top, width, height; None: wherever the system puts it."""
    maximised: bool = False
    page: str = "teach"
    look: str = "dark"
    scale: float = 1.0
    """One of `SCALES`."""
    splits: dict[str, list[int]] = field(default_factory=dict)
    """Name -> sizes of the parts of a splitter; behind an @ the scale, where it is another one than 1."""
    choices: dict[str, float] = field(default_factory=dict)
    """Name -> which one of a few was chosen, such as whether curves are the sensor's or of features; or a number."""
    settings: str = ""
    """The tab of the settings that was open, or empty."""
    gesture: str = ""
    """The one that was selected."""
    recorded: list[str] = field(default_factory=list)
    """The demonstrations that were recorded last, oldest first."""
    project: str = ""
    """The path of the one in which was painted."""
    painting: str = ""
    """The recording that was shown to be painted."""
    painted: dict[str, list[str]] = field(default_factory=dict)
    """Recording -> its strokes, such as ``4.00-6.00=shake``, oldest first."""


def kept_file() -> Path:
    """Where it lies: in the person's own folder."""
    return user_folder() / "window.json"


def read_kept(path: Path) -> Kept:
    """What was kept; whatever of it cannot be read is as in a window that was never open."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return Kept()
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return Kept()
    return understood(found) if isinstance(found, dict) else Kept()


def understood(table: dict[str, Any]) -> Kept:
    """A table, each value that makes no sense left out."""
    none = Kept()
    place = table.get("place")
    right = isinstance(place, list) and len(place) == 4 and all(map(_whole, place)) and min(place[2:]) > 0
    splits, choices, recorded = table.get("splits"), table.get("choices"), table.get("recorded")
    painted = table.get("painted")
    return Kept(
        place=tuple(place) if right else None,  # type: ignore[arg-type]
        maximised=table.get("maximised") is True,
        page=str(table.get("page", none.page))[:MOST],
        look=str(table.get("look", none.look))[:MOST],
        scale=nearest(table.get("scale")),
        splits={
            str(name): list(sizes)
            for name, sizes in list(splits.items() if isinstance(splits, dict) else ())[:MOST]
            if isinstance(sizes, list) and sizes and all(_whole(size) and size >= 0 for size in sizes)
        },
        choices={
            str(name): choice
            for name, choice in list(choices.items() if isinstance(choices, dict) else ())[:MOST]
            if _number(choice) and choice >= 0
        },
        settings=str(table.get("settings", ""))[:MOST],
        gesture=str(table.get("gesture", ""))[:MOST],
        recorded=[str(each)[:MOST] for each in recorded[-MOST:]] if isinstance(recorded, list) else [],
        project=str(table.get("project", ""))[:PATH],
        painting=str(table.get("painting", ""))[:MOST],
        painted={
            str(name): [str(each)[:MOST] for each in strokes[-STROKES:]]
            for name, strokes in list(painted.items() if isinstance(painted, dict) else ())[:STROKES]
            if isinstance(strokes, list)
        },
    )


def _whole(value: object) -> bool:
    return isinstance(value, int) and _number(value)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= FURTHEST


def nearest(scale: object) -> float:
    """The scale of `SCALES` that is nearest; 1 for what is no number."""
    if isinstance(scale, bool) or not isinstance(scale, int | float) or not 0.0 <= scale <= FURTHEST:
        return 1.0
    return min(SCALES, key=lambda each: abs(each - scale))


def stepped(scale: float, steps: int) -> float:
    """So many steps larger, or smaller where negative, as far as there are any."""
    index = SCALES.index(nearest(scale)) + steps
    return SCALES[min(len(SCALES) - 1, max(0, index))]


def fitting(width: float, height: float) -> float:
    """The largest of `SCALES` at which a window of `SMALLEST` fits a room; the smallest where none does."""
    fits = (scale for scale in SCALES if scale * SMALLEST[0] <= width and scale * SMALLEST[1] <= height)
    return max(fits, default=SCALES[0])


def keep(kept: Kept, path: Path) -> None:
    """Write it; the file is the old or the new one, never half.

    Raises
    ------
    FileError
        If the person's own folder cannot be written.
    """
    write_file(path, json.dumps(asdict(kept), indent=1).encode())


def keep_quietly(kept: Kept, path: Path) -> None:
    """Write it where that can be done; a place of a window is nothing to be told about while one plays."""
    try:
        keep(kept, path)
    except FileError:
        return
