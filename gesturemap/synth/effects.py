"""The effects that all voices share, as settings: an echo and a room, each with parameters that controls can move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from gesturemap import catalog
from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.synth.voice import Parameter

LONGEST = 2.0
"""Seconds of the longest echo."""


@dataclass(frozen=True)
class Delay:
    """Echoes that go from side to side; how much of a voice goes in is the voice's `delay`."""

    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("time", "s", 0.375, 0.01, LONGEST, "between two echoes", 0.0),
        Parameter("feedback", "", 0.4, 0.0, 0.95, "how much of an echo comes again"),
        Parameter("tone", "", 0.5, 0.0, 1.0, "dark to bright: each echo loses highs", 0.05),
        Parameter("level", "", 0.7, 0.0, 1.0, "loudness of the echoes"),
    )

    time: float = setting(0.375, "between two echoes, at rest", unit="s", low=0.01, high=LONGEST)
    feedback: float = setting(0.4, "how much of an echo comes again, at rest", low=0.0, high=0.95)
    tone: float = setting(0.5, "dark to bright, at rest", low=0.0, high=1.0)
    level: float = setting(0.7, "loudness of the echoes, at rest", low=0.0, high=1.0)


@dataclass(frozen=True)
class Room:
    """The reverb; how much of a voice goes in is the voice's `reverb`."""

    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("seconds", "s", 2.1, 0.2, 20.0, "how long it rings (to -60 dB)", 0.1),
        Parameter("tone", "", 0.55, 0.0, 1.0, "dark to bright: above which pitch it rings shorter", 0.1),
        Parameter("level", "", 1.0, 0.0, 1.0, "loudness of the room"),
    )

    seconds: float = setting(2.1, "how long it rings, at rest", unit="s", low=0.2, high=20.0)
    tone: float = setting(0.55, "dark to bright, at rest", low=0.0, high=1.0)
    level: float = setting(1.0, "loudness of the room, at rest", low=0.0, high=1.0)


@dataclass(frozen=True)
class Master:
    """Everything together, before the limiter; the project's volume stands apart from it."""

    PARAMETERS: ClassVar[tuple[Parameter, ...]] = (
        Parameter("level", "", 1.0, 0.0, 1.0, "loudness of everything, for swells and mutes by gesture"),
    )


@dataclass(frozen=True)
class Effects:
    """What stands behind the voices."""

    delay: Delay = field(default_factory=Delay)
    room: Room = field(default_factory=Room)
    master: Master = field(default_factory=Master)


TABLES: dict[str, type[Any]] = {"delay": Delay, "room": Room}
"""Those that have settings, in a table of ``[sound]`` each."""
NAMES = ("delay", "room", "master")
"""What controls call them: ``delay.time``; no voice can be called so."""
DELAY_TIME, DELAY_FEEDBACK, DELAY_TONE, DELAY_LEVEL, ROOM_SECONDS, ROOM_TONE, ROOM_LEVEL, MASTER_LEVEL = (
    range(8)
)
"""Their parameters in the order of `parameters_of`."""


def read(tables: Mapping[str, Any], place: str) -> Effects:
    """The effects as the tables ``delay`` and ``room`` among these set them.

    Raises
    ------
    SettingsError
        Naming the setting that is not right.
    """
    made = {}
    for name, cls in TABLES.items():
        table = tables.get(name, {})
        if not isinstance(table, Mapping):
            raise SettingsError(
                f"{place}.{name}", repr(table)[:60], "a table is wanted", f"write [sound.{name}]"
            )
        made[name] = catalog.fill(cls, table, f"{place}.{name}")
    return Effects(**made)


def parameters_of(effects: Effects) -> list[tuple[str, Parameter, float]]:
    """Every parameter: the effect's name, the parameter, and its value at rest."""
    found: list[tuple[str, Parameter, float]] = []
    for name in NAMES:
        settings: Any = getattr(effects, name)
        found += [(name, p, float(getattr(settings, p.name, p.rest))) for p in settings.PARAMETERS]
    return found
