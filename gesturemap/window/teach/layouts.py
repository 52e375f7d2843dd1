"""What devices send, ready to choose: the shipped and personal sensor profiles of one kind of source. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gesturemap.errors import GesturemapError
from gesturemap.inputs import profile
from gesturemap.library import sensors
from gesturemap.window import words

PLACES = ("kind", "port", "host", "device")
"""Settings that say where this machine listens, not what the device sends."""
LEARNED = ("arguments", "channels", "messages")
"""Settings that say which channels there are; without them they are learned from what comes first."""


@dataclass(frozen=True)
class Layout:
    """One way to read a device: its name, what it is, and the settings as in ``project.toml``."""

    name: str
    description: str
    table: Mapping[str, Any]

    def fits(self, table: Mapping[str, Any]) -> bool:
        """Whether settings are these, wherever they listen."""
        if not self.description:
            return not any(table.get(key) for key in LEARNED)
        return _content(table) == _content(self.table)


def layouts(kind: str) -> list[Layout]:
    """For ``osc`` and ``serial``: what comes first decides, then every profile by name; else none."""
    if kind not in words.LAYOUT_FIRST:
        return []
    found: list[Layout] = []
    for folder in sensors().values():
        try:
            read = _read(folder, (folder / profile.FILE).stat().st_mtime_ns)
        except (GesturemapError, OSError):
            continue  # a broken profile of somebody's own is no choice; the shell names its fault
        if read.settings.kind == kind:
            found.append(Layout(read.name, read.description or read.name, read.table))
    found.sort(key=lambda layout: layout.name.casefold())
    return [Layout(words.LAYOUT_FIRST[kind], "", {"kind": kind}), *found]


@lru_cache(maxsize=256)
def _read(folder: Path, changed: int) -> profile.Profile:
    """A profile as it was written at a moment; forty of them take as long as two pictures."""
    return profile.read(folder)


def chosen(offered: list[Layout], table: Mapping[str, Any], now: int) -> int:
    """Which of the layouts the settings are, the one at `now` if it still is; -1 for none."""
    if 0 <= now < len(offered) and offered[now].fits(table):
        return now
    fitting = (i for i, layout in reversed(list(enumerate(offered))) if layout.fits(table))
    return next(fitting, -1)


def filled(layout: Layout, before: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a layout; where to listen stays as in `before` when that is not as `base` had it."""
    kept = {key: before[key] for key in PLACES if key in before and before[key] != base.get(key)}
    return dict(layout.table) | kept


def _content(table: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in table.items()}
    return {key: value for key, value in plain.items() if key not in PLACES}
